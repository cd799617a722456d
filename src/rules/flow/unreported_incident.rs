//! A significant incident that no management review has on its list.
//!
//! ## What it checks
//!
//! A management review that is held 14 days or more after the review of a significant or major incident lists it, with
//! a decision, or links a trend page that lists it and whose period covers it. Any management review up to the as-of
//! date counts, an earlier one too. A list without a decision does not. Before such a meeting there is a note.
//!
//! ## Why an auditor cares
//!
//! Management review takes in how incidents and corrective actions develop, and its decisions are recorded. Auditors
//! take the significant incidents of the period and look for them in the minutes.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-31
//! links:
//!   management_reviews: [MR-2026-06]
//! ```
//!
//! ```markdown file=management-reviews/MR-2026-06.md
//! ---
//! id: MR-2026-06
//! date: 2026-06-12
//! incidents: []
//! ---
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
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-31
//! links:
//!   management_reviews: [MR-2026-06]
//! ```
//!
//! ```markdown file=management-reviews/MR-2026-06.md
//! ---
//! id: MR-2026-06
//! date: 2026-06-12
//! incidents:
//!   - { id: INC-2026-0001, decision: "The second factor is extended to the wiki by September." }
//! ---
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] reported_after` (14 days) says how fresh an incident's review may be for a meeting;
//! `[registers.management_reviews]` says where the minutes are.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 9.3.2, 9.3.3 and A.5.27; NIST CSF 2.0 GV.OV-01 to GV.OV-03; SOC 2 CC4.2.

use super::meetings::Meetings;
use crate::config::Level;
use crate::record::Incident;
use crate::record::register::{RegisterKind, Row};
use crate::rules::{
    Builtin, Case, Duty, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy,
};
use crate::text::shorten;
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unreported-incident",
        family: Family::Flow,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[Need::Register(RegisterKind::ManagementReviews)],
        silenced_by: &[SilencedBy::Record("missing-review"), SilencedBy::Field("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unreported_incident.rs"),
    },
    check,
};

const WHY: &str = "Management decides on resources and priorities, and can weigh only what it is shown.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let grave = case.incidents().filter(|incident| incident.class().is_grave());
    let subjects: Vec<_> = grave.filter_map(|incident| Some((incident, ready(case, incident)?))).collect();
    if subjects.is_empty() {
        return Ok(());
    }
    let meetings = Meetings::new(case, case.register(RegisterKind::ManagementReviews)?);
    let days = case.book().threshold(|t| &t.reported_after);
    for (incident, day) in subjects {
        out.test();
        if !is_reported(incident, day, &meetings) {
            out.find(match meetings.first_from(plus(day, days)) {
                Some((held, row)) => missed(case, incident, held, row, &meetings),
                None => expected(case, incident, plus(day, days).max(case.as_of())),
            });
        }
    }
    Ok(())
}

/// The day on which an incident is ready to be shown: that of its last review, or the end of the time for one.
fn ready(case: &Case<'_>, incident: &Incident) -> Option<NaiveDate> {
    if case.flow_duty(incident) == Duty::None {
        return None;
    }
    case.deciding_reviews(incident).map(|(_, when)| when.date).max().or_else(|| case.review_deadline(incident))
}

fn is_reported(incident: &Incident, day: NaiveDate, meetings: &Meetings<'_>) -> bool {
    // Without an id nothing can list it; the missing id is a finding of its own.
    let Some(id) = incident.id() else { return true };
    let detected = incident.detected.value().map(|when| when.date);
    meetings.listed(id).is_some_and(|listed| listed.is_decided) || meetings.is_on_page(id, detected, day)
}

fn missed(case: &Case<'_>, incident: &Incident, held: NaiveDate, row: &Row, meetings: &Meetings<'_>) -> Finding {
    let (id, meeting) = (incident.id().unwrap_or_default(), shorten(&row.id.value, 18));
    let record = shorten(id, 18);
    let place = incident.links.management_reviews.place();
    let finding = Finding::of(incident, Level::Error, "links.management_reviews", place);
    if let Some(listed) = meetings.listed(id) {
        return finding.related(listed.place, "listed here, without a decision").says(
            format!("{record} is on the list of a management review, without a decision yet"),
            WHY,
            "Add the decision that was taken (`incidents: [{id, decision}]`); \"noted, no further action\" with a \
             reason is one.",
        );
    }
    let since = reviewed(case, incident);
    finding.related(row.id.place, format!("the management review of {held}")).says(
        format!("{meeting} of {held} does not list {record}, {since}"),
        WHY,
        "Shown there already? Add it to the minutes (`incidents: [{id, decision}]`) or to the trend page that they \
         link. Not yet? Put it on the next agenda.",
    )
}

/// `reviewed on 2026-03-31`
fn reviewed(case: &Case<'_>, incident: &Incident) -> String {
    let last = case.deciding_reviews(incident).map(|(_, when)| when.date).max();
    last.map_or("not reviewed yet".to_owned(), |day| format!("reviewed on {day}"))
}

fn expected(case: &Case<'_>, incident: &Incident, due: NaiveDate) -> Finding {
    let record = shorten(incident.id().unwrap_or("The record"), 18);
    let place = incident.links.management_reviews.place();
    let finding = Finding::of(incident, Level::Error, "links.management_reviews", place).says(
        format!("{record} is for the next management review; {}", reviewed(case, incident)),
        WHY,
        "Put it on the agenda, and list it in the minutes with what is decided (`incidents: [{id, decision}]`).",
    );
    finding.pending(due)
}
