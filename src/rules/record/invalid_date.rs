//! A date that is none, or that lies in a future in which it cannot have happened.
//!
//! ## What it checks
//!
//! A value that tries to be a day names one: `2026-02-30` and `22025-03-18` do not. What has happened (detection,
//! closure, a review, a completion, a check) is not dated after the as-of date; due dates and ends of acceptances
//! may be. Every other rule leaves such a date out, so this finding stands alone.
//!
//! ## Why an auditor cares
//!
//! Whether a review was in time and an action was done follows from dates. One that cannot be right makes the rest
//! of the record doubtful.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-02-30
//! closed: 2026-03-03
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-02-28
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! `[dates] order` says how `03/04/2026` is read, `[dates] timezone` in which zone the as-of date ends.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2 and A.5.28.

use crate::config::Level;
use crate::record::{Action, Change, Explanation, Fact, Incident, ProblemKind, Review};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use crate::time::When;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "invalid-date",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("invalid_date.rs"),
    },
    check,
};

const WHY: &str = "What was in time and what was not follows from dates; this one cannot be counted with.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in &case.population().incidents {
        for problem in incident.problems.iter().filter(|problem| problem.kind == ProblemKind::InvalidDate) {
            out.test();
            let finding = Finding::of_path(incident, Level::Error, &problem.field, problem.place);
            out.find(finding.says(shorten(&problem.message, 90), WHY, problem.help.clone()));
        }
        for (field, when, place) in happened(incident) {
            out.test();
            if !case.has_come(when) {
                out.find(in_the_future(case, incident, &field, when, place));
            }
        }
    }
    Ok(())
}

fn in_the_future(case: &Case<'_>, incident: &Incident, field: &str, when: When, place: Place) -> Finding {
    // The future begins in the configured zone, whatever day it is where the offset of an instant holds.
    let day = when.date.max(case.book().calendar.day_of(&when));
    Finding::of_path(incident, Level::Error, field, place).says(
        format!("`{}` is dated {day}, after the as-of date {}", shorten(field, 34), case.as_of()),
        WHY,
        "A slip of the pen? Correct it. Planned? Leave it out until it has happened; a plan belongs into `due`.",
    )
}

/// A date of something that has happened: its field, the day, and its place.
type Happened = (String, When, Place);

/// All dates of a record that speak of the past. Due dates, ends and plans are not among them.
fn happened(incident: &Incident) -> Vec<Happened> {
    let mut found = Found(Vec::new());
    let days = [
        ("occurred", &incident.occurred),
        ("detected", &incident.detected),
        ("contained", &incident.contained),
        ("recovered", &incident.recovered),
        ("closed", &incident.closed),
    ];
    days.into_iter().for_each(|(field, day)| found.day(|| field.to_owned(), day));
    found.explained("severity_decision", incident.severity_decision.as_deref());
    found.explained("dismissed", incident.dismissed.as_deref());
    found.explained("retired", incident.retired.as_deref());
    found.explained("no_lessons", incident.no_lessons.as_deref());
    found.entries("severity_history", incident.severity_history.items());
    found.entries("amendments", incident.amendments.items());
    found.entries("recorded_late", incident.recorded_late.items());
    found.entries("reopened", incident.reopened.items());
    incident.reviews.items().iter().for_each(|review| found.review(review));
    incident.actions.items().iter().for_each(|action| found.action(action));
    found.0
}

struct Found(Vec<Happened>);

impl Found {
    fn day(&mut self, field: impl FnOnce() -> String, fact: &Fact<When>) {
        if let Some((when, place)) = fact.found() {
            self.0.push((field(), *when, place));
        }
    }

    fn explained(&mut self, field: &str, explanation: Option<&Explanation>) {
        if let Some(explanation) = explanation {
            self.day(|| format!("{field}.on"), &explanation.on);
        }
    }

    fn entries(&mut self, field: &str, entries: &[Explanation]) {
        for (index, entry) in entries.iter().enumerate() {
            self.day(|| format!("{field}.{index}.on"), &entry.on);
        }
    }

    fn review(&mut self, review: &Review) {
        self.day(|| format!("{}.date", review.field), &review.date);
        self.day(|| format!("{}.management.on", review.field), &review.management.on);
        self.explained(&format!("{}.late", review.field), review.late.as_deref());
    }

    fn action(&mut self, action: &Action) {
        let field = &action.field;
        self.day(|| format!("{field}.completed"), &action.completed);
        self.day(|| format!("{field}.effectiveness.checked"), &action.effectiveness.checked);
        self.entries(&format!("{field}.due_history"), action.due_history.items());
        self.explained(&format!("{field}.declined"), action.declined.as_deref());
        self.explained(&format!("{field}.form_reason"), action.form_reason.as_deref());
        for (index, change) in action.changes.items().iter().enumerate() {
            if let Change::Outside { on, .. } = change {
                self.day(|| format!("{field}.changes.{index}.on"), on);
            }
        }
    }
}
