//! No incident, near miss, exercise or external lesson for half a year, and nobody says that there was none.
//!
//! ## What it checks
//!
//! The newest record of any kind (incidents, near misses, exercises, lessons from others, events that turned out to
//! be none) was detected more than 180 days before the as-of date; in small organisations twice as long. An
//! attestation in the configuration closes the gap for the days that it speaks of:
//! `[[attestation]] from, to, by, no_incidents = true`.
//!
//! ## Why an auditor cares
//!
//! An empty log is read as "nothing is recorded", not as "nothing happened". An organisation that neither records
//! near misses nor rehearses has nothing to learn from.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2025-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2025-03-02
//! closed: 2025-03-03
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2025-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2025-12-02
//! closed: 2025-12-03
//! ```
//!
//! ```toml file=closeloop.toml
//! [[attestation]]
//! from = "2025-12-01"
//! to = "2026-05-31"
//! by = "ben"
//! no_incidents = true
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] silent_after` (180 days); `[organisation] size = "small"` or `"sole"` doubles it.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.24, A.5.27 and A.6.8; NIST CSF 2.0 ID.IM-02; CAF D2.

use crate::config::Level;
use crate::config::model::{Attestation, Size};
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "silent-register",
        family: Family::Trend,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("silent_register.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let Some((newest, incident, place)) = newest(case) else { return Ok(()) };
    out.test();
    let days = patience(case);
    let quiet_since = attested(case, newest, days);
    if plus(quiet_since, days) >= case.as_of() {
        return Ok(());
    }
    // A record that was not read may be the sign of life that is missing.
    if !case.population().skipped.is_empty() {
        return Err(NotRun("some files among the records were not read, and may be newer".into()));
    }
    out.find(finding(case, incident, place, quiet_since, days));
    Ok(())
}

/// The newest record with its date: whatever was noticed counts, also what turned out to be no incident.
fn newest<'a>(case: &Case<'a>) -> Option<(NaiveDate, &'a Incident, Place)> {
    let records = case.population().incidents.iter().filter(|incident| !incident.is_retired());
    let dated = records.filter_map(|incident| {
        let (when, place) = incident.detected.found().or_else(|| incident.occurred.found())?;
        case.has_come(*when).then_some((when.date, incident, place))
    });
    dated.max_by_key(|(date, _, place)| (*date, *place))
}

fn patience(case: &Case<'_>) -> i64 {
    let days = case.book().threshold(|t| &t.silent_after);
    match case.book().config.organisation.size {
        Size::Sole | Size::Small => days * 2,
        Size::Standard | Size::Group => days,
    }
}

/// The day from which on nothing is recorded and nothing attested. An attestation counts where it begins before the
/// register falls silent, and not beyond the as-of date.
fn attested(case: &Case<'_>, newest: NaiveDate, days: i64) -> NaiveDate {
    let attestations = case.book().config.attestation.iter();
    let mut spans: Vec<(NaiveDate, NaiveDate)> = attestations.filter_map(|stated| span(case, stated)).collect();
    spans.sort_unstable();
    spans.into_iter().fold(newest, |since, (from, to)| if from <= plus(since, days) { since.max(to) } else { since })
}

fn span(case: &Case<'_>, stated: &Attestation) -> Option<(NaiveDate, NaiveDate)> {
    let day = |text: &str| case.book().calendar.read(text).ok().map(|when| when.date);
    let counts = stated.no_incidents && !stated.by.trim().is_empty();
    counts.then_some(())?;
    Some((day(&stated.from)?, day(&stated.to)?.min(case.as_of())))
}

fn finding(case: &Case<'_>, incident: &Incident, place: Place, since: NaiveDate, days: i64) -> Finding {
    let silent = (case.as_of() - since).num_days();
    let source = case.book().threshold_source(|t| &t.silent_after);
    let asks = source.map_or_else(String::new, |source| format!(" ({source})"));
    let field = if incident.detected.value().is_some() { "detected" } else { "occurred" };
    Finding::of(incident, Level::Note, field, place).says(
        format!("Nothing is recorded since {since}, {silent} days: no incident, near miss or exercise"),
        format!("An empty log is read as nothing recorded; after {days} days{asks} somebody will ask."),
        "Was there a near miss, an exercise, or an incident elsewhere to learn from? Record it. Nothing at all? Attest \
         it: `[[attestation]] from, to, by, no_incidents = true`.",
    )
}
