//! A significant incident after which nobody decided whether awareness training has to change.
//!
//! ## What it checks
//!
//! Fourteen days after the review of a significant or major incident, the record shows a decision on awareness: what
//! changed, or why nothing has to, with a reason and a name. A linked training unit, or a finished action that names
//! one or is itself a training with a named change, is an answer too.
//!
//! ## Why an auditor cares
//!
//! Awareness that is built from what happened here is remembered. Auditors compare the training material with the
//! incidents of the year.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-31
//! decisions:
//!   awareness: { no_change: "The weakness was technical, and nobody could have noticed it.", by: mira }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] flow_after` (14 days) says how long after the review the decision is due; `[registers.training]` says
//! where training units are.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.6.3, A.5.27 and 7.3; NIST CSF 2.0 PR.AT-01 and PR.AT-02; SOC 2 CC2.2.

use super::question::{Question, ask};
use crate::config::Level;
use crate::record::ActionKind;
use crate::record::register::RegisterKind;
use crate::rules::{Builtin, Case, Family, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undecided-awareness",
        family: Family::Flow,
        levels: LEVELS,
        sees: &[Sees::Record],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-review"), SilencedBy::Field("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("undecided_awareness.rs"),
    },
    check,
};

const LEVELS: Levels = Levels::all(Level::Warning);

const QUESTION: Question = Question {
    levels: LEVELS,
    key: "awareness",
    decision: |decisions| &decisions.awareness,
    registers: &[RegisterKind::Training],
    kinds: &[ActionKind::Training],
    answered: |incident| !incident.links.training.items().is_empty(),
    subject: "awareness training",
    why: "What happened here is what people remember; whether it belongs into the training is a decision.",
    help: "Decided already? `decisions.awareness: {no_change: why, by}`, or `{changed: [TRN-07]}`. In a training unit? \
           Link it under `links.training`.",
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    ask(case, out, &QUESTION);
    Ok(())
}
