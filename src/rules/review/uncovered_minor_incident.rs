//! A minor incident that no review of its own and no batch review has looked at.
//!
//! ## What it checks
//!
//! Every closed minor incident is in a review: an entry under `reviews` (`kind: batch` for a common one), or a file in
//! the reviews folder that lists it under `incidents`. A batch review of the half-year in which it was closed is
//! enough; the note becomes one when the half-year, the window of minor incidents and its grace are over.
//!
//! ## Why an auditor cares
//!
//! Small incidents teach as a group: their number, their kind and their common cause. What nobody ever reads together
//! cannot show a trend.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2025-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2025-10-02
//! closed: 2025-10-03
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2025-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2025-10-02
//! closed: 2025-10-03
//! ```
//!
//! ```yaml file=reviews/2025-second-half.yaml
//! id: BR-2025-2
//! kind: batch
//! date: 2026-01-14
//! incidents: [INC-2025-0001]
//! ```
//!
//! ## Configuration
//!
//! `[review.window.minor] to, grace` (14 days each) after the end of the half-year; `[reviews] path` names the folder
//! of batch reviews.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27; NIST SP 800-53 IR-4(4) and IR-5; NIS2 implementing regulation 3.6.3.

use super::{Batches, asked_by, closure, name};
use crate::config::Level;
use crate::record::{Class, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::plus;
use chrono::{Datelike, NaiveDate};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "uncovered-minor-incident",
        family: Family::Review,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("uncovered_minor_incident.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let batches = Batches::held(case);
    for incident in case.incidents().filter(|incident| incident.class() == Class::Minor) {
        let Some(closed) = closure(case, incident) else { continue };
        out.test();
        if case.held_reviews(incident).next().is_none() && batches.of(incident).is_empty() {
            out.find(finding(case, incident, closed));
        }
    }
    Ok(())
}

fn finding(case: &Case<'_>, incident: &Incident, closed: NaiveDate) -> Finding {
    let window = case.book().review_window(Class::Minor);
    let due = plus(half_year_end(closed), window.to + window.grace);
    let name = name(incident);
    let is_due = case.as_of() > due;
    let title = if is_due {
        format!("{name}: closed on {closed} and in no batch review of its half-year yet")
    } else {
        format!("{name} closed on {closed}; a batch review is due by {due}, {}", case.days_left(due))
    };
    let finding = Finding::of(incident, Level::Note, "reviews", incident.reviews.place()).says(
        title,
        format!("Small incidents teach as a group; {} asks for a common look at them.", asked_by([&window])),
        "List it under `incidents` in a batch review of the reviews folder, or add an entry `kind: batch` under \
         `reviews`.",
    );
    if is_due { finding } else { finding.pending(due) }
}

/// 30 June or 31 December.
fn half_year_end(day: NaiveDate) -> NaiveDate {
    let (month, last) = if day.month() <= 6 { (6, 30) } else { (12, 31) };
    NaiveDate::from_ymd_opt(day.year(), month, last).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_year_ends_in_june_or_december() {
        let end = |text: &str| text.parse().map(half_year_end).map(|day| day.to_string());
        assert_eq!(end("2026-06-30"), Ok("2026-06-30".into()));
        assert_eq!(end("2026-07-01"), Ok("2026-12-31".into()));
    }
}
