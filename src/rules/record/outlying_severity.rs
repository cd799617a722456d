//! A minor or moderate incident that cost more than most significant ones.
//!
//! ## What it checks
//!
//! The cost, the hours or the number of affected persons of a minor or moderate incident do not exceed the median
//! of the significant ones. Amounts are compared in one currency, and only where at least three significant
//! incidents state the same measure. A `severity_decision` with criteria and name explains it.
//!
//! ## Why an auditor cares
//!
//! The class decides whether a review is held. Where an incident was rated low and turned out expensive, somebody
//! should look at the rating again.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Form open to everybody
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cost: { hours: 80 }
//! ```
//!
//! ```yaml
//! - { id: INC-2026-0002, title: Lost laptop, status: open, severity: high, detected: 2026-06-02, cost: { hours: 20 } }
//! - { id: INC-2026-0003, title: Lost phone, status: open, severity: high, detected: 2026-06-03, cost: { hours: 30 } }
//! - { id: INC-2026-0004, title: Lost badge, status: open, severity: high, detected: 2026-06-04, cost: { hours: 40 } }
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Form open to everybody
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cost: { hours: 25 }
//! ```
//!
//! ```yaml
//! - { id: INC-2026-0002, title: Lost laptop, status: open, severity: high, detected: 2026-06-02, cost: { hours: 20 } }
//! - { id: INC-2026-0003, title: Lost phone, status: open, severity: high, detected: 2026-06-03, cost: { hours: 30 } }
//! - { id: INC-2026-0004, title: Lost badge, status: open, severity: high, detected: 2026-06-04, cost: { hours: 40 } }
//! ```
//!
//! ## Configuration
//!
//! It has no setting but its level; the profile `auditor` raises it to a warning.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25; NIST CSF 2.0 RS.MA-03 and DE.AE-08.

use crate::config::Level;
use crate::record::{Class, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use crate::vocabulary::fold;
use std::collections::BTreeMap;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "outlying-severity",
        family: Family::Record,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population],
        repair: Repair::Explain,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("outlying_severity.rs"),
    },
    check,
};

/// Fewer significant incidents than this say nothing about what is usual.
const ENOUGH: usize = 3;

/// What is compared: the unit that a reader sees, after its number.
type Unit = String;

/// A measure of one incident.
struct Measure {
    unit: Unit,
    amount: f64,
    place: Place,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let usual = medians(case);
    for incident in case.incidents().filter(|incident| class(incident).is_some_and(|class| !class.is_grave())) {
        let comparable: Vec<(Measure, f64)> =
            measures(incident).into_iter().filter_map(|m| usual.get(&m.unit).map(|median| (m, *median))).collect();
        if comparable.is_empty() {
            continue;
        }
        out.test();
        let exceeding: Vec<_> = comparable.into_iter().filter(|(measure, median)| measure.amount > *median).collect();
        if !exceeding.is_empty() {
            out.find(finding(incident, &exceeding));
        }
    }
    Ok(())
}

fn class(incident: &Incident) -> Option<Class> {
    incident.severity.value()?.class
}

/// The median of the significant incidents for each unit that enough of them state.
fn medians(case: &Case<'_>) -> BTreeMap<Unit, f64> {
    let mut amounts: BTreeMap<Unit, Vec<f64>> = BTreeMap::new();
    for incident in case.incidents().filter(|incident| class(incident) == Some(Class::Significant)) {
        measures(incident).into_iter().for_each(|m| amounts.entry(m.unit).or_default().push(m.amount));
    }
    amounts.into_iter().filter_map(|(unit, amounts)| Some((unit, median(amounts)?))).collect()
}

fn median(mut amounts: Vec<f64>) -> Option<f64> {
    if amounts.len() < ENOUGH {
        return None;
    }
    amounts.sort_by(f64::total_cmp);
    let upper = *amounts.get(amounts.len() / 2)?;
    let lower = *amounts.get((amounts.len() - 1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

fn measures(incident: &Incident) -> Vec<Measure> {
    let currency = incident.cost_currency.text().map_or_else(String::new, |text| fold(text).to_uppercase());
    let stated = [
        ("hours", &incident.cost_hours),
        (if currency.is_empty() { "of cost" } else { currency.as_str() }, &incident.cost_amount),
        ("persons", &incident.affected_persons),
    ];
    let measure = |(unit, fact): (&str, &Fact<f64>)| {
        let (amount, place) = fact.found()?;
        Some(Measure { unit: unit.to_owned(), amount: *amount, place })
    };
    stated.into_iter().filter_map(measure).collect()
}

fn finding(incident: &Incident, exceeding: &[(Measure, f64)]) -> Finding {
    let first = exceeding.first().map_or_else(String::new, |(m, median)| {
        format!("{} {}, more than the {median} of most significant ones", m.amount, shorten(&m.unit, 12))
    });
    let finding = Finding::of(incident, Level::Note, "severity", incident.severity.place()).says(
        shorten(&format!("Rated below significant with {first}"), 90),
        "The class decides whether a review is held and how soon, so a rating that events overtook is worth a look.",
        "Rated by other criteria? Name them: `severity_decision: { on, by, criteria }`. Otherwise raise the severity, \
         with a line in `severity_history`.",
    );
    let finding = exceeding.iter().fold(finding, |finding, (measure, median)| {
        let message = format!("{} {}; the median of significant incidents is {median}", measure.amount, measure.unit);
        finding.related(measure.place, message)
    });
    match &incident.severity_decision {
        Some(decision) if decision.is_complete() => {
            let why = decision.why.text().unwrap_or_default();
            finding.acknowledged("severity_decision", why, decision.by.text().unwrap_or_default())
        }
        _ => finding,
    }
}
