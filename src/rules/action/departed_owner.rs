//! An open action whose owner has left.
//!
//! ## What it checks
//!
//! The owner of an action that is still open is found in the people register, and their last day there lies before
//! the as-of date. The last day itself is still in time, and so is somebody who has given notice. A role counts for
//! whoever holds it now. Of several owners, one who is still there is enough.
//!
//! ## Why an auditor cares
//!
//! When people leave, their open actions are handed over or quietly forgotten. An action whose owner is not there any
//! more is one that nobody works on.
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
//!     owner: jonas
//!     due: 2026-07-31
//!     status: in-progress
//! ```
//!
//! ```yaml file=people/people.yaml
//! - id: jonas
//!   name: Jonas Weber
//!   left: 2026-04-30
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
//!     owner: jonas
//!     due: 2026-07-31
//!     status: in-progress
//! ```
//!
//! ```yaml file=people/people.yaml
//! - id: jonas
//!   name: Jonas Weber
//!   left: 2026-08-31
//! ```
//!
//! ## Configuration
//!
//! `[registers.people]` names the people register; its column `left` holds the last day.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 5.3 and A.5.27; NIST CSF 2.0 GV.RR-02; SOC 2 CC4.2.

use super::owner;
use crate::config::Level;
use crate::record::register::RegisterKind;
use crate::record::{Action, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "departed-owner",
        family: Family::Action,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[Need::Register(RegisterKind::People)],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("departed_owner.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items().iter().filter(|action| action.is_open()) {
            let Some(text) = action.owner.text() else { continue };
            let persons = owner::persons(text, case.people()?, &case.book().vocabulary).unwrap_or_default();
            out.test();
            let days = persons.iter().map(|person| person.left.filter(|left| *left < case.as_of()));
            // Who left last had it last.
            let last = days.collect::<Option<Vec<_>>>().and_then(|days| days.into_iter().max());
            if let Some(last) = last {
                let entry = persons.iter().find(|person| person.left == Some(last)).map(|person| person.place);
                out.find(finding(incident, action, last, entry));
            }
        }
    }
    Ok(())
}

fn finding(incident: &Incident, action: &Action, last: NaiveDate, entry: Option<Place>) -> Finding {
    let finding = Finding::of_action(incident, action, Level::Error, "owner", action.owner.place()).due(last).says(
        format!("{} is open, and the last day of its owner was {last}", super::name(action)),
        "An action whose owner is not there any more is one that nobody works on.",
        "Still there? Correct the people register. Done? Add `completed` and evidence. Else hand it over: a new \
         `owner`, told and willing.",
    );
    match entry {
        Some(place) => finding.related(place, format!("the people register gives {last} as the last day")),
        None => finding,
    }
}
