//! A significant incident after which nobody decided whether a control has to change.
//!
//! ## What it checks
//!
//! Fourteen days after the review of a significant or major incident, the record shows a decision on controls: what
//! changed, or why nothing has to, with a reason and a name. A finished action that names a control as changed is an
//! answer too, and so is one of kind control, system, monitoring, alert or removal that names its change.
//!
//! ## Why an auditor cares
//!
//! Knowledge from incidents is to be used to strengthen controls. A reasoned "no change" shows that the question was
//! asked; silence does not.
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
//!   control: { no_change: "The second factor was in force; the account was an agreed exception.", by: mira }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] flow_after` (14 days) says how long after the review the decision is due. The profile `auditor` makes
//! a warning of the note.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 6.1.3; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use super::question::{Question, ask};
use crate::config::Level;
use crate::record::ActionKind;
use crate::record::register::RegisterKind;
use crate::rules::{Builtin, Case, Family, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undecided-control",
        family: Family::Flow,
        levels: LEVELS,
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-review"), SilencedBy::Field("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("undecided_control.rs"),
    },
    check,
};

const LEVELS: Levels = Levels::all(Level::Note);

const QUESTION: Question = Question {
    levels: LEVELS,
    key: "control",
    decision: |decisions| &decisions.control,
    registers: &[RegisterKind::Controls],
    kinds: &[ActionKind::Control, ActionKind::System, ActionKind::Monitoring, ActionKind::Alert, ActionKind::Removal],
    answered: |_| false,
    subject: "a control",
    why: "An incident shows where a control was missing or weak; what follows from that is a decision.",
    help: "Decided already? `decisions.control: {no_change: why, by}`, or `{changed: [controls/vpn.md]}`. Not yet? Put \
           it to whoever owns the control.",
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    ask(case, out, &QUESTION);
    Ok(())
}
