//! An exported list and the records disagree: one names an incident that the other does not know.
//!
//! ## What it checks
//!
//! Every row of an exported ticket list names a record, and every record that happened here stands in a ticket list.
//! A list whose rows name actions is a follow-up list (see `contradicted-status`): its incidents and actions must
//! exist, and it does not have to be complete. Exercises, lessons from others and parts of a listed incident need no
//! ticket; where a list has dates (`detected`, `occurred` or `date`), only records of its time are looked for in it.
//!
//! ## Why an auditor cares
//!
//! The first question about a list of incidents is whether it is all of them. A ticket without a record, or a record
//! without a ticket, is where that answer ends.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```toml file=closeloop.toml
//! [exports.tickets]
//! path = "exports/tickets.csv"
//! id = "Incident"
//! ```
//!
//! ```csv file=exports/tickets.csv
//! Ticket,Incident,Status
//! SEC-101,INC-2026-0001,closed
//! SEC-102,INC-2026-0002,closed
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```toml file=closeloop.toml
//! [exports.tickets]
//! path = "exports/tickets.csv"
//! id = "Incident"
//! ```
//!
//! ```csv file=exports/tickets.csv
//! Ticket,Incident,Status
//! SEC-101,INC-2026-0001,closed
//! ```
//!
//! ## Configuration
//!
//! `[exports.NAME] path` is the CSV file, `id` the column with the ids, and `columns` names others: with
//! `columns = { incident = "Record" }` the record's id stands in a column of its own, and `id` is the ticket's.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25, A.5.36 and 9.1; SOC 2 CC2.1; NIST CSF 2.0 RS.MA-02.

use super::exported::{Ids, List, Named, action, lists};
use crate::config::Level;
use crate::population::Population;
use crate::record::{Incident, Located, Origin};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::text::shorten;
use crate::vocabulary::fold;
use chrono::NaiveDate;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unmatched-population",
        family: Family::Run,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[Need::Exports],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unmatched_population.rs"),
    },
    check,
};

const WHY: &str = "A reader who compares the two lists cannot tell which of them is complete.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let ids = Ids::new(case.population());
    let lists = lists(case, &ids, out)?;
    for list in &lists {
        for row in &list.rows {
            out.test();
            unknown(list, row, &ids).into_iter().for_each(|finding| out.find(finding));
        }
    }
    // A record that no list names may stand in one that was not read.
    let tickets: Vec<&List<'_>> = lists.iter().filter(|list| !list.is_follow_up && !list.rows.is_empty()).collect();
    if !tickets.is_empty() && lists.len() == case.population().exports.len() {
        unlisted(case, &tickets, out);
    }
    Ok(())
}

/// What a row names and no record is.
fn unknown(list: &List<'_>, row: &Named<'_>, ids: &Ids<'_>) -> Vec<Finding> {
    if row.incidents.is_empty() {
        let message = format!("A row of the list `{}` names no record", shorten(list.name, 40));
        return vec![Finding::at(Level::Warning, field(list), row.row.id.place).says(
            message,
            WHY,
            "Record the incident and put its id into the list; or leave out of the export what is none.",
        )];
    }
    let missing = row.incidents.iter().filter(|id| ids.find(id.as_str()).is_none());
    let mut findings: Vec<Finding> = missing.map(|id| no_record(list, id)).collect();
    if let (true, Some(name), [id]) = (findings.is_empty(), &row.action, row.incidents.as_slice()) {
        let known = ids.find(id.as_str()).filter(|incident| action(incident, name.as_str()).is_none());
        findings.extend(known.map(|incident| no_action(list, incident, name)));
    }
    findings
}

fn field(list: &List<'_>) -> String {
    format!("exports.{}", list.name)
}

fn no_record(list: &List<'_>, id: &Located) -> Finding {
    let title =
        format!("The list `{}` names {}, which no record has", shorten(list.name, 22), shorten(id.as_str(), 28));
    let finding = Finding::at(Level::Warning, field(list), id.place).says(
        title,
        WHY,
        "Mistyped? Correct it. Not recorded yet? Add the record. No incident after all? Record it as `dismissed`, or \
         leave it out of the export.",
    );
    Finding { record: Some(id.value.clone()), ..finding }
}

fn no_action(list: &List<'_>, incident: &Incident, name: &Located) -> Finding {
    let id = incident.id().unwrap_or_default();
    let name_shown = shorten(name.as_str(), 12);
    let title =
        format!("The list `{}` names {name_shown} of {}, which is not there", shorten(list.name, 16), shorten(id, 18));
    Finding::of(incident, Level::Warning, field(list), name.place).says(
        title,
        WHY,
        "Mistyped? Correct it. Not in the record yet? Add the action there, with owner and due date.",
    )
}

/// Records that happened here, in the time of the ticket lists, and stand in none of them.
fn unlisted(case: &Case<'_>, tickets: &[&List<'_>], out: &mut Outcome) {
    let rows = || tickets.iter().flat_map(|list| &list.rows);
    let listed: HashSet<String> = rows().flat_map(|row| &row.incidents).map(|id| fold(id.as_str())).collect();
    let spans: Vec<Option<(NaiveDate, NaiveDate)>> = tickets.iter().map(|list| span(case, list)).collect();
    let is_listed = |id: Option<&str>| id.is_some_and(|id| listed.contains(&fold(id)));
    for incident in case.incidents().filter(|incident| is_expected(incident, &spans)) {
        out.test();
        if !is_listed(incident.id()) && !is_listed(incident.part_of.text()) {
            out.find(finding(incident, case.population(), tickets));
        }
    }
}

fn is_expected(incident: &Incident, spans: &[Option<(NaiveDate, NaiveDate)>]) -> bool {
    let elsewhere = matches!(incident.origin.value(), Some(Origin::Exercise | Origin::External));
    let seen = incident.detected.value().or(incident.occurred.value()).map(|when| when.date);
    let in_time = spans.iter().any(|span| match (span, seen) {
        (Some((from, to)), Some(seen)) => *from <= seen && seen <= *to,
        (Some(_), None) => false,
        (None, _) => true,
    });
    incident.id().is_some() && !elsewhere && in_time
}

/// The first and the last day that a list names; `None` where it names none, and so may be of any time.
fn span(case: &Case<'_>, list: &List<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let keys = ["detected", "occurred", "date"];
    let dates = list.rows.iter().flat_map(|row| keys.iter().filter_map(|key| row.row.date(key, &case.book().calendar)));
    let days: Vec<NaiveDate> = dates.filter_map(|date| Some(date.ok()?.date)).collect();
    Some((*days.iter().min()?, *days.iter().max()?))
}

fn finding(incident: &Incident, population: &Population, tickets: &[&List<'_>]) -> Finding {
    let id = shorten(incident.id().unwrap_or_default(), 30);
    let finding = Finding::of(incident, Level::Warning, "id", incident.home).says(
        format!("{id} stands in no exported ticket list"),
        WHY,
        "Older than the export? Export again. Has it a ticket under another id? Name the record there. Without a \
         ticket? Open one.",
    );
    let rows = tickets.iter().filter_map(|list| list.rows.first().map(|row| (list.name, row.row.source)));
    rows.fold(finding, |finding, (name, source)| {
        let place = crate::source::Place::File(source);
        finding.related(place, format!("the list `{name}`: {}", population.path(source)))
    })
}
