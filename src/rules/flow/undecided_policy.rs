//! A significant incident after which nobody decided whether a policy or procedure has to change.
//!
//! ## What it checks
//!
//! Fourteen days after the review of a significant or major incident, the record shows a decision on policies and
//! procedures: what changed, or why nothing has to, with a reason and a name. Whether the change took place is the
//! business of other rules. An action that changed one procedure is no decision yet on all the others.
//!
//! ## Why an auditor cares
//!
//! Policies and procedures are to stay suitable. An incident that was significant is an occasion to look at them;
//! without a decision, nobody can tell whether they were looked at.
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
//! decisions:
//!   policy: { no_change: "", by: mira }
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
//!   policy: { no_change: "The access policy asks for a second factor already.", by: mira }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] flow_after` (14 days) says how long after the review the decision is due.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.1, A.5.27, A.5.37 and 7.5.3; NIST CSF 2.0 GV.PO-02 and ID.IM-04; SOC 2 CC5.3.

use super::question::{Question, ask};
use crate::config::Level;
use crate::rules::{Builtin, Case, Family, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undecided-policy",
        family: Family::Flow,
        levels: LEVELS,
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-review"), SilencedBy::Field("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("undecided_policy.rs"),
    },
    check,
};

const LEVELS: Levels = Levels::all(Level::Error);

const QUESTION: Question = Question {
    levels: LEVELS,
    key: "policy",
    decision: |decisions| &decisions.policy,
    // An action that changes one document does not say that somebody looked at the others.
    registers: &[],
    kinds: &[],
    answered: |_| false,
    subject: "a policy or procedure",
    why: "What the incident taught reaches everybody only through the documents that people work by.",
    help: "An action changed one? Say so: `decisions.policy: {changed: [POL-03]}`. None has to? `{no_change: why, by}`. \
           Open? Ask whoever owns them.",
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    ask(case, out, &QUESTION);
    Ok(())
}
