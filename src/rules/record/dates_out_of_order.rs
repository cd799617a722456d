//! Dates of an incident that contradict the order in which things happen.
//!
//! ## What it checks
//!
//! An incident occurred before or when it was detected, was then contained, recovered from and closed, and no review
//! was held before its detection. A bare date spans its whole day, a time counts in its own zone: only what no
//! reading can bring into order is a finding. Dates that are missing or not valid are left out.
//!
//! ## Why an auditor cares
//!
//! Detection and response times are computed from these dates, and deadlines for reviews from the last ones. Dates
//! in an impossible order show that they were not taken from what happened.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! contained: 2026-03-06
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! occurred: 2026-03-02T03:30+02:00
//! detected: 2026-03-02T02:10Z
//! contained: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! ```
//!
//! ## Configuration
//!
//! `[dates] timezone` says in which zone a bare date spans its day; by default UTC.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26, A.5.28 and 7.5.2.

use crate::config::Level;
use crate::record::{Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use crate::time::When;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "dates-out-of-order",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("dates_out_of_order.rs"),
    },
    check,
};

/// A dated fact that can be compared.
#[derive(Clone)]
struct Step {
    field: String,
    when: When,
    place: Place,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let steps = steps(case, incident);
        for pair in steps.windows(2) {
            let [earlier, later] = pair else { continue };
            // Of the first two it is the stated beginning that does not fit to the detection.
            let wrong = if earlier.field == "occurred" { earlier } else { later };
            compare(incident, (earlier, later), wrong, out);
        }
        if let Some(detected) = step(case, "detected", &incident.detected) {
            for review in incident.reviews.items() {
                let held = step(case, &format!("{}.date", review.field), &review.date);
                held.iter().for_each(|held| compare(incident, (&detected, held), held, out));
            }
        }
    }
    Ok(())
}

/// The dates of the response that are known, in the order in which they have to lie.
fn steps(case: &Case<'_>, incident: &Incident) -> Vec<Step> {
    let order = [
        ("occurred", &incident.occurred),
        ("detected", &incident.detected),
        ("contained", &incident.contained),
        ("recovered", &incident.recovered),
        ("closed", &incident.closed),
    ];
    order.into_iter().filter_map(|(field, fact)| step(case, field, fact)).collect()
}

fn step(case: &Case<'_>, field: &str, fact: &Fact<When>) -> Option<Step> {
    let (when, place) = fact.found()?;
    case.has_come(*when).then(|| Step { field: field.to_owned(), when: *when, place })
}

fn compare(incident: &Incident, (earlier, later): (&Step, &Step), wrong: &Step, out: &mut Outcome) {
    out.test();
    if earlier.when.is_after(&later.when) {
        out.find(finding(incident, earlier, later, wrong));
    }
}

fn finding(incident: &Incident, earlier: &Step, later: &Step, wrong: &Step) -> Finding {
    let other = if wrong.place == earlier.place { later } else { earlier };
    let relation = if wrong.place == earlier.place { "after" } else { "before" };
    let field = shorten(&wrong.field, 20);
    let by_day = earlier.when.date > later.when.date;
    Finding::of(incident, Level::Error, wrong.field.clone(), wrong.place)
        .says(
            format!(
                "`{field}` on {} lies {relation} `{}` on {}",
                shown(wrong, by_day),
                other.field,
                shown(other, by_day)
            ),
            "Response times and deadlines are computed from these dates; in this order they cannot be right.",
            "Correct the date that is wrong. Where two time zones met, write the offset: 2026-03-02T03:30+02:00.",
        )
        .related(other.place, format!("`{}` is stated here", other.field))
}

/// The day of a date; with the time, in UTC, where the days alone do not show the order.
fn shown(step: &Step, by_day: bool) -> String {
    if by_day {
        return step.when.to_string();
    }
    let time = chrono::DateTime::from_timestamp(step.when.from, 0);
    time.map_or_else(|| step.when.to_string(), |time| time.format("%Y-%m-%d %H:%MZ").to_string())
}
