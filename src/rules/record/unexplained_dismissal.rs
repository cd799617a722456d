//! A record that was dismissed as no incident, without reason or name.
//!
//! ## What it checks
//!
//! A record with `status: dismissed` says why it was no incident after all, and who decided so:
//! `dismissed: { why, by }`.
//!
//! ## Why an auditor cares
//!
//! Dismissing is the one way in which an event leaves the process without review, lesson or action. Auditors sample
//! dismissed events on purpose and look for the reasoning.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Alarm of the door contact
//! status: dismissed
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Alarm of the door contact
//! status: dismissed
//! severity: low
//! detected: 2026-03-02
//! dismissed: { why: The alarm came from the yearly test of the contacts., by: ben }
//! ```
//!
//! ## Configuration
//!
//! It has no setting but its level.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25; NIST CSF 2.0 RS.MA-02.

use crate::config::Level;
use crate::record::{Incident, Status, TextFact};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unexplained-dismissal",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unexplained_dismissal.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in &case.population().incidents {
        let Some((Status::Dismissed, place)) = incident.status.found() else { continue };
        out.test();
        if let Some((what, field, place)) = missing(incident, place) {
            out.find(finding(incident, what, field, place));
        }
    }
    Ok(())
}

/// What is missing, its field, and where it should stand.
fn missing(incident: &Incident, status: Place) -> Option<(&'static str, &'static str, Place)> {
    let Some(dismissed) = &incident.dismissed else {
        return Some(("the reason and the name are missing", "dismissed", status));
    };
    let lacks = |fact: &TextFact| (!fact.is_there()).then(|| fact.place());
    match (lacks(&dismissed.why), lacks(&dismissed.by)) {
        (Some(place), Some(_)) => Some(("the reason and the name are missing", "dismissed", place)),
        (Some(place), None) => Some(("the reason is missing", "dismissed.why", place)),
        (None, Some(place)) => Some(("nobody stands behind the reason yet", "dismissed.by", place)),
        (None, None) => None,
    }
}

fn finding(incident: &Incident, what: &str, field: &str, place: Place) -> Finding {
    Finding::of(incident, Level::Error, field, place).says(
        format!("The record is dismissed as no incident; {what}"),
        "A dismissed event is never reviewed, so its reason is all that a later reader has.",
        "Write `dismissed: { why, by }`. Was it an incident after all? Set the status back to open.",
    )
}
