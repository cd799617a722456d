//! An incident whose severity nobody has decided, or whose severity word belongs to no class.
//!
//! ## What it checks
//!
//! From three days after detection or containment on, a record states a severity, and its word maps to one of the
//! four classes minor, moderate, significant and major. Until then a note says when it is due. Until there is one,
//! the incident is judged like a moderate one.
//!
//! ## Why an auditor cares
//!
//! Assessment decides what follows: who is informed, whether a review is held, and how soon. An incident without a
//! decision on its severity can stay below every threshold.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: orange
//! detected: 2026-06-02
//! contained: 2026-06-02
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: high
//! detected: 2026-06-02
//! contained: 2026-06-02
//! ```
//!
//! ## Configuration
//!
//! `[severity] minor, moderate, significant, major` add words to a class. `[thresholds] severity_decided_after`
//! (3 days) says how long the decision may take.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25; NIST CSF 2.0 DE.AE-08 and RS.MA-03.

use crate::config::Level;
use crate::record::{Fact, Incident, Severity};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undecided-severity",
        family: Family::Record,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("undecided_severity.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let days = case.book().threshold(|t| &t.severity_decided_after);
    for incident in case.incidents().filter(|incident| !incident.severity.is_encrypted()) {
        let Some(known_since) = known_since(case, incident) else { continue };
        out.test();
        if incident.severity.value().is_none_or(|severity| severity.class.is_none()) {
            out.find(finding(case, incident, plus(known_since, days)));
        }
    }
    Ok(())
}

/// The day from which on the severity can be decided: the first that is known of detection and containment.
fn known_since(case: &Case<'_>, incident: &Incident) -> Option<NaiveDate> {
    let first = [&incident.detected, &incident.contained];
    let rest = [&incident.recovered, &incident.closed];
    let come =
        |fact: &&Fact<crate::time::When>| fact.value().filter(|when| case.has_come(**when)).map(|when| when.date);
    first.iter().filter_map(come).min().or_else(|| rest.iter().filter_map(come).min())
}

fn finding(case: &Case<'_>, incident: &Incident, due: NaiveDate) -> Finding {
    let finding = Finding::of(incident, Level::Warning, "severity", incident.severity.place()).says(
        title(&incident.severity, due, case.as_of() > due),
        "The class decides whether a review is held, how soon, and who hears of it; until then it counts as moderate.",
        "Decide it and write it under `severity`. A word of your own scheme? Map it under `[severity]` in \
         closeloop.toml.",
    );
    if case.as_of() > due { finding } else { finding.pending(due) }
}

fn title(severity: &Fact<Severity>, due: NaiveDate, is_over: bool) -> String {
    match (severity, is_over) {
        (Fact::Stated { .. }, true) => "The word of the severity belongs to none of the four classes".to_owned(),
        (Fact::Stated { .. }, false) => format!("The severity belongs to none of the four classes yet; due by {due}"),
        (_, true) => format!("The severity is not decided yet; it was due by {due}"),
        (_, false) => format!("The severity is not decided yet; it is due by {due}"),
    }
}
