//! A review that was held before there was enough to look back on.
//!
//! ## What it checks
//!
//! A significant incident whose only reviews lie before recovery: the response was not complete yet. And, as a note, a
//! major incident whose reflective review lies less than 21 days after closure: the second look needs some distance.
//! A review between recovery and closure is in time.
//!
//! ## Why an auditor cares
//!
//! A review has to cover the whole response: what detection took, what recovery took, what was missing. A meeting in
//! the middle of the work is a part of the response and not a look back on it.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! recovered: 2026-03-12
//! closed: 2026-03-20
//! reviews:
//!   - date: 2026-03-09
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
//! recovered: 2026-03-12
//! closed: 2026-03-20
//! reviews:
//!   - kind: hot-wash
//!     date: 2026-03-09
//!   - date: 2026-03-16
//! ```
//!
//! ## Configuration
//!
//! `[review.window.major.reflective] from` (21 days after closure) is the distance of the second look.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27; NIST CSF 2.0 ID.IM-03 and RC.RP-06; NIS2 implementing regulation 3.6.1.

use super::{Batches, Held, closure, name, response_end};
use crate::config::Level;
use crate::record::{Class, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::plus;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "early-review",
        family: Family::Review,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date"), SilencedBy::Item("dates-out-of-order")],
        since: "2026.1",
        waivable: true,
        source: include_str!("early_review.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let batches = Batches::held(case);
    for incident in case.incidents() {
        let Some((last, end)) = last_review(case, incident).zip(response_end(case, incident)) else { continue };
        match incident.class() {
            Class::Significant => {
                out.test();
                let listed = batches.of(incident).iter();
                let is_covered = listed.clone().any(|listed| listed.batch.date.is_none_or(|day| day >= end.date));
                if end.is_after(&last.1) && !is_covered {
                    out.find(before_recovery(incident, last, end));
                }
            }
            Class::Major => {
                out.test();
                out.findings.extend(without_distance(case, incident, last));
            }
            Class::Minor | Class::Moderate => {}
        }
    }
    Ok(())
}

fn last_review<'a>(case: &Case<'a>, incident: &'a Incident) -> Option<Held<'a>> {
    case.deciding_reviews(incident).max_by_key(|(_, when)| when.from)
}

fn before_recovery(incident: &Incident, (review, held): Held<'_>, end: crate::time::When) -> Finding {
    Finding::of_review(incident, review, Level::Warning, "date", review.date.place())
        .says(
            format!("Reviewed on {held}, before the response was complete on {end}"),
            "Until everything works again, nobody can say what made the response harder and whether it worked.",
            "Mistyped? Correct the date. Else hold a short second review, now that all is over, and add it under \
             `reviews`.",
        )
        .related(end_place(incident), "the response was complete here")
}

fn end_place(incident: &Incident) -> crate::source::Place {
    let facts = [&incident.recovered, &incident.contained, &incident.detected];
    facts.into_iter().find_map(|fact| fact.found()).map_or(incident.home, |(_, place)| place)
}

/// Distance counts from closure, or from recovery where the record was closed after its review.
fn without_distance(case: &Case<'_>, incident: &Incident, (review, held): Held<'_>) -> Option<Finding> {
    let closed = closure(case, incident)?;
    let start = if closed <= held.date { closed } else { response_end(case, incident)?.date };
    let days = case.book().major_window().reflective.from;
    let first = plus(start, days);
    let finding = Finding::of_review(incident, review, Level::Note, "date", review.date.place()).says(
        format!("{}: reflective review of {held} lies before day {days} ({first})", name(incident)),
        "The hot-wash keeps what is fresh; the second look sees more from some distance.",
        "Nothing to do if it was thorough. Else look again when the first actions have had time to work.",
    );
    (held.date < first).then_some(finding)
}
