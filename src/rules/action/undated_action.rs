//! An action without a day by which it is to be done.
//!
//! ## What it checks
//!
//! Each action that was not declined, done ones included, has a due date that is a day. `Q3`, `ongoing`, `soon` and
//! `TBD` are none. A text that tries to be a day and is none, as `2026-02-30`, is `invalid-date` alone.
//!
//! ## Why an auditor cares
//!
//! Without a day, an action is never late, so nobody asks for it. Dated actions are also what shows that the size of
//! the problem and the pace of the answer fit together.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: Q3
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-09-30
//! ```
//!
//! ## Configuration
//!
//! `[dates] order` says how `03/04/2026` is read.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 6.2 and A.5.27; NIST CSF 2.0 ID.RA-06; SOC 2 CC4.2.

use crate::config::Level;
use crate::record::{Action, Fact, Fault, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undated-action",
        family: Family::Action,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("undated_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items().iter().filter(|action| !action.is_declined()) {
            let rest = match &action.due {
                Fact::Stated { .. } => None,
                // Days that do not exist, values of the wrong type and encrypted ones belong to rules of their own.
                Fact::Wrong { why: Fault::ImpossibleDate | Fault::Shape | Fault::Encrypted, .. } => continue,
                Fact::Wrong { raw, .. } if raw.chars().any(char::is_alphanumeric) => {
                    Some("no due date yet; words stand where a day belongs")
                }
                _ => Some("no due date yet"),
            };
            out.test();
            rest.into_iter().for_each(|rest| out.find(finding(incident, action, rest)));
        }
    }
    Ok(())
}

fn finding(incident: &Incident, action: &Action, rest: &str) -> Finding {
    Finding::of_action(incident, action, Level::Error, "due", action.due.place()).says(
        format!("{} has {rest}", super::name(action)),
        "What is due on no day is never late, so nobody asks for it.",
        "Write the last day as `due: YYYY-MM-DD`; a quarter ends on a day, too. For a long way add `milestones`. Never \
         to be finished? Then it is a rule: put it into a procedure.",
    )
}
