//! An incident whose response ended long ago and that was never closed.
//!
//! ## What it checks
//!
//! An incident that was recovered from (or else contained, or else only detected) more than 60 days ago is closed.
//! From 90 days on it is an error for significant and major ones.
//!
//! ## Why an auditor cares
//!
//! The review, its lessons and all that follows start with the closure. What is never closed escapes every later
//! duty, and a long list of open incidents is the first thing that an auditor asks about.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! contained: 2026-03-02
//! recovered: 2026-03-04
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
//! contained: 2026-04-20
//! recovered: 2026-05-08
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] unclosed_after` (60 days) and `unclosed_error_after` (90 days, significant and major).
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26 and A.5.27; NIST CSF 2.0 RS.MA-02 and RC.RP-06.

use crate::config::Level;
use crate::record::{Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::{When, plus};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unclosed-incident",
        family: Family::Record,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Warning),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unclosed_incident.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let patience = case.book().threshold(|t| &t.unclosed_after);
    let open = case.incidents().filter(|incident| !incident.is_closed() && !incident.status.is_encrypted());
    for incident in open {
        let Some((what, ended)) = response_end(case, incident) else { continue };
        out.test();
        let days = ended.days_until(case.as_of());
        if days > patience {
            out.find(finding(case, incident, what, ended, days));
        }
    }
    Ok(())
}

/// What ended the response as far as it is known, and when. Days that have not come yet are left out.
fn response_end(case: &Case<'_>, incident: &Incident) -> Option<(&'static str, When)> {
    let ends =
        [("recovered", &incident.recovered), ("contained", &incident.contained), ("detected", &incident.detected)];
    let known = |(what, fact): (&'static str, &Fact<When>)| Some((what, *fact.value()?));
    ends.into_iter().filter_map(known).find(|(_, when)| case.has_come(*when))
}

fn finding(case: &Case<'_>, incident: &Incident, what: &str, ended: When, days: i64) -> Finding {
    let level = match RULE.meta.levels.of(incident.class()) {
        Level::Error if days < case.book().threshold(|t| &t.unclosed_error_after) => Level::Warning,
        level => level,
    };
    let due = plus(ended.date, case.book().threshold(|t| &t.unclosed_after));
    Finding::of(incident, level, "status", incident.status.place()).due(due).says(
        format!("The incident was {what} on {ended} and is not closed yet, {days} days later"),
        "Review, lessons and actions start with the closure; without it nothing of this ever becomes due.",
        "Over? Set `status: closed` and the date. Still going on? Correct `recovered`. No incident? `dismissed`, with \
         reason and name.",
    )
}
