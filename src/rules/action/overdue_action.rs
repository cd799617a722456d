//! An action whose due date is over and that is not done.
//!
//! ## What it checks
//!
//! An action is open or in progress and its due date lies before the as-of date. For the first days it is a
//! warning, then an error. The due date itself still counts as in time. An action that was declined is never overdue,
//! provided that the record says why and by whom; without that it counts as open.
//!
//! ## Why an auditor cares
//!
//! Corrective action is to be taken, not planned. Overdue actions without a new, agreed date are among the most
//! frequent findings of internal and external audits.
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: in-progress
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-06-30
//!     status: in-progress
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] overdue_error_after_significant` (7 days, significant and major) and `overdue_error_after` (30 days)
//! say when the warning becomes an error.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC4.2.

use crate::config::Level;
use crate::record::{Action, Explanation, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::text::shorten;
use crate::time::{When, days};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "overdue-action",
        family: Family::Action,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("overdue_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items().iter().filter(|action| action.is_open() || is_dropped(action)) {
            let Some((due, place)) = action.due.found() else { continue };
            out.test();
            let late = due.days_until(case.as_of());
            if late > 0 {
                out.find(finding(case, incident, action, (*due, place), late));
            }
        }
    }
    Ok(())
}

/// Declined without a reason or without a name: nobody decided anything, so it is still to be done.
fn is_dropped(action: &Action) -> bool {
    action.is_declined() && !action.declined.as_deref().is_some_and(Explanation::is_complete)
}

fn finding(case: &Case<'_>, incident: &Incident, action: &Action, (due, place): (When, Place), late: i64) -> Finding {
    let patience = case.book().threshold(|t| match incident.class().is_grave() {
        true => &t.overdue_error_after_significant,
        false => &t.overdue_error_after,
    });
    let level = if late > patience { Level::Error } else { Level::Warning };
    let record = incident.id().map_or_else(|| "the record".to_owned(), |id| shorten(id, 40));
    let name = super::name(action);
    let finding = Finding::of_action(incident, action, level, "due", place).due(due.date);
    let why = format!("Until it is done, the weakness that {record} showed is probably still there.");
    if is_dropped(action) {
        let title = format!("{name} was due on {due} and is declined without a reason and a name");
        let what =
            "Add `declined: {why, by}`. Was it not decided? Set the state back, and agree a date in `due_history`.";
        return finding.related(action.status.place(), "declined, by a state alone").says(title, why, what);
    }
    finding.says(
        format!("{name} was due on {due} and is still open, {} later", days(late)),
        why,
        "Done? Add `completed` and evidence. Needs longer? Agree a date in `due_history`. No longer wanted? \
         `declined`, with reason and approver.",
    )
}
