//! A waiver came into the repository after what it covers began.
//!
//! ## What it checks
//!
//! For each waiver that covers a finding: the landing since which it has been stated, and the day on which the breach
//! began. Where the rule knows a last day in time (a due date, the end of a window, the end of an acceptance), the waiver
//! should have landed by then. Everywhere else the breach began with the landing since which the file holds the line that
//! the finding points at, and not before the record's duties hold: those that follow from the review, and 14 days later
//! those that flow on to the management system. A waiver that is stated anew after it was taken out counts from then on; one whose day, reason or
//! name changes goes on.
//!
//! ## Why an auditor cares
//!
//! Agreed beforehand, a deviation is a decision; agreed afterwards, it is a description of what happened anyway. Both may
//! be right, and a reader wants to know how many there are of each.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-04-01 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: high
//! detected: 2026-03-30
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: in-progress
//! ```
//!
//! ```toml commit=2026-06-10 file=closeloop-waivers.toml
//! [[waiver]]
//! rule = "overdue-action"
//! record = "INC-2026-0001"
//! reason = "The tokens are on back order until summer."
//! approver = "ben"
//! expires = 2026-07-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-04-01 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: high
//! detected: 2026-03-30
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: in-progress
//! ```
//!
//! ```toml commit=2026-05-14 file=closeloop-waivers.toml
//! [[waiver]]
//! rule = "overdue-action"
//! record = "INC-2026-0001"
//! reason = "The tokens are on back order until summer."
//! approver = "ben"
//! expires = 2026-07-31
//! ```
//!
//! ## Configuration
//!
//! `[history] since`: a waiver that landed up to then was imported, and is left alone.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 9.1 and 7.5.3; SOC 2 CC4.1.

use super::waivers::{finding, holding};
use crate::config::Level;
use crate::history::Landing;
use crate::record::{Incident, Waiver};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "retroactive-waiver",
        family: Family::Run,
        levels: Levels::all(Level::Note),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("retroactive_waiver.rs"),
    },
    check,
};

/// Counts what can be compared. What a waiver covers is known when all rules have run: [`retroactive`] says the rest.
fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    case.history()?;
    holding(case).iter().for_each(|_| out.test());
    Ok(())
}

/// When a breach began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Began {
    /// On the day after this one.
    After(NaiveDate),
    /// With the landing at this position, but not before the duties of its record, which may be what is not met: they hold
    /// from the day after the second.
    With(u32, Option<NaiveDate>),
}

/// The day since which the duties of a record hold that may hold now; `None` of one that has none yet.
pub fn duties_since(case: &Case<'_>, incident: &Incident) -> Option<NaiveDate> {
    match (case.flow_duty(incident), case.review_duty(incident)) {
        (Duty::Due(day), _) | (_, Duty::Due(day)) => Some(day),
        _ => None,
    }
}

/// What is said of a waiver that landed after something that it covers had begun; `None` of one that did not.
pub fn retroactive(case: &Case<'_>, waiver: &Waiver, at: Place, began: Began) -> Option<Finding> {
    let history = case.history().ok()?;
    let since = history.waived.since(&waiver.key())?;
    let is_imported = |end: u32| since <= end;
    if case.imported().and_then(|day| history.chronicle.end_of(day)).is_some_and(is_imported) {
        return None;
    }
    let landing = history.landing(since);
    let (is_late, told) = match began {
        Began::After(day) => (landing.day > day, format!("the last day in time was {day}")),
        Began::With(position, duties) => (
            since > position && duties.is_none_or(|day| landing.day > day),
            format!("it has stood here since {}", history.landing(position).name()),
        ),
    };
    let rule = shorten(waiver.rule.text().unwrap_or_default(), 24);
    let found = finding(case, waiver, Level::Note, "", waiver.rule.place()).related(at, told).says(
        format!("This waiver of {rule} landed on {}, after the breach began", landing.day),
        "What is agreed afterwards describes what happened; a reader wants to know which of the two it was.",
        "Nothing to mend: such waivers are counted apart. Next time agree on it before the day.",
    );
    let found = match history.place(case.population().path(waiver.home.source())) {
        Some(file) => found.seen(file, &landing, came(&landing)),
        None => found,
    };
    is_late.then_some(found)
}

fn came(landing: &Landing<'_>) -> String {
    match landing.commit {
        Some(_) => format!("{} brought the waiver", landing.name()),
        None => "the waiver is not committed yet".to_owned(),
    }
}
