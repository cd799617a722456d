//! An action whose due date lies so far ahead that nobody would notice for long if it stood still.
//!
//! ## What it checks
//!
//! The due date of an action that was not declined lies at most 90 days (major), 180 days (significant) or 365 days
//! (other incidents) after the last review; without a review, after detection. An action with `milestones` may take
//! longer. A `due_history` entry with reason and name that led to the date explains it.
//!
//! ## Why an auditor cares
//!
//! Corrective action is to come without undue delay and in proportion to what went wrong. A year without a step on
//! the way means that the weakness of a serious incident stays open unobserved.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: high
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-12-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: high
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Replace the VPN.
//!     owner: eva
//!     due: 2026-12-31
//!     milestones:
//!       - { text: Offers compared, due: 2026-06-30 }
//!       - { text: First office moved, due: 2026-09-30 }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] horizon_major` (90 days), `horizon_significant` (180 days) and `horizon` (365 days).
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.RA-06; SOC 2 CC4.2.

use crate::config::Level;
use crate::record::{Action, Class, Explanation, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::time::{When, days, plus};
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "distant-due-date",
        family: Family::Action,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("distant_due_date.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let Some((start, since)) = start(case, incident) else { continue };
        let horizon = horizon(case, incident.class());
        for action in incident.actions.items().iter().filter(|action| !action.is_declined()) {
            let Some((due, place)) = action.due.found() else { continue };
            out.test();
            if due.date > plus(start, horizon) && !has_milestones(action) {
                let ahead = (due.date - start).num_days();
                out.find(finding(incident, action, (*due, place), format!("{} after {since}", days(ahead)), horizon));
            }
        }
    }
    Ok(())
}

/// The day from which the horizon counts, and what happened on it.
fn start(case: &Case<'_>, incident: &Incident) -> Option<(NaiveDate, &'static str)> {
    let reviewed = case.held_reviews(incident).map(|(_, when)| when.date).max();
    let detected = || incident.detected.value().map(|when| when.date);
    reviewed.map(|day| (day, "the review")).or_else(|| Some((detected()?, "detection")))
}

fn horizon(case: &Case<'_>, class: Class) -> i64 {
    case.book().threshold(|t| match class {
        Class::Major => &t.horizon_major,
        Class::Significant => &t.horizon_significant,
        Class::Moderate | Class::Minor => &t.horizon,
    })
}

/// Milestones of a form that could not be read are an unreadable record alone.
fn has_milestones(action: &Action) -> bool {
    !action.milestones.items().is_empty() || matches!(action.milestones, Fact::Wrong { .. })
}

fn finding(incident: &Incident, action: &Action, (due, place): (When, Place), span: String, horizon: i64) -> Finding {
    let finding = Finding::of_action(incident, action, Level::Warning, "due", place).says(
        format!(
            "{} is due on {due}, {span}, without a step on the way",
            crate::text::shorten(&super::name(action), 14)
        ),
        format!("A {} incident is expected to be mended within {}.", incident.class(), days(horizon)),
        "Add `milestones: [{text, due}]`, agree a nearer date, or say in `due_history` why it takes so long: `{from, \
         to, why, by}`.",
    );
    match agreed(action, due).and_then(|entry| Some((entry.why.text()?, entry.by.text()?))) {
        Some((why, by)) => finding.acknowledged(format!("{}.due_history", action.field), why, by),
        None => finding,
    }
}

/// The explained move that led to the date.
fn agreed(action: &Action, due: When) -> Option<&Explanation> {
    let led_here = |entry: &&Explanation| {
        let to = entry.to.text().and_then(|text| text.trim().parse::<NaiveDate>().ok());
        to == Some(due.date) && entry.is_complete()
    };
    action.due_history.items().iter().rev().find(led_here)
}
