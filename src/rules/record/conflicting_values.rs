//! One fact that two places state differently.
//!
//! ## What it checks
//!
//! What the text of a record says in two-column tables and under headings, and what the incident register says in
//! its row, is compared with the facts at the top of the record: status, severity, the dates of the response, the
//! lead and the id. Values are compared, not words: `Geschlossen` is `closed`, `SEV-2` is `high`, and a time is
//! compared with its day. A word that is no state of an incident (Draft, Approved) is not compared.
//!
//! ## Why an auditor cares
//!
//! Two versions of one fact mean that at least one reader was told something wrong, and that nobody can tell which
//! date a deadline was computed from.
//!
//! ## Failing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! | Field  | Value      |
//! |--------|------------|
//! | Closed | 2026-03-12 |
//! ```
//!
//! ## Passing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! | Field  | Value        |
//! |--------|--------------|
//! | Status | ✅ Resolved  |
//! | Closed | 3 March 2026 |
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary]` adds labels and states, `[severity]` words of classes, `[dates] order` says how `03/04/2026` is
//! read, `[registers.incidents]` names the register.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 7.5.3 and A.5.28.

use super::told::{self, Told};
use crate::config::Level;
use crate::record::register::{RegisterKind, RegisterState, Row};
use crate::record::{How, Incident, Statement};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "conflicting-values",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("conflicting_values.rs"),
    },
    check,
};

/// Facts on which duties and levels depend: a conflict is an error, any other one a warning.
const GRAVE: [&str; 3] = ["status", "severity", "closed"];

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let register = case.population().register(RegisterKind::Incidents);
    for incident in case.incidents() {
        in_text(case, incident, out);
        let row = incident.id().and_then(|id| register.rows.get(id));
        // A row without a file is the record itself.
        if let Some(row) = row.filter(|row| row.id.place != incident.id.place()) {
            in_register(case, incident, row, out);
        }
    }
    // Without an incident register there is nothing to compare with; a broken one leaves something unsaid.
    if register.state == RegisterState::Broken { case.register(RegisterKind::Incidents).map(|_| ()) } else { Ok(()) }
}

fn in_register(case: &Case<'_>, incident: &Incident, row: &Row, out: &mut Outcome) {
    for field in told::FIELDS {
        let told = row.text(field).and_then(|text| told::compare(case, incident, field, text));
        report(incident, field, row.place(field), "in the incident register", told, How::Column, out);
    }
}

fn in_text(case: &Case<'_>, incident: &Incident, out: &mut Outcome) {
    let compared: Vec<(&Statement, Option<Told>)> = incident
        .statements
        .iter()
        .map(|told| (told, told::compare(case, incident, &told.field, text(case, told))))
        .collect();
    // Where one row of a table agrees, another one speaks of something else: a priority beside a severity.
    let agreed: HashSet<(&str, Option<usize>)> = compared
        .iter()
        .filter(|(_, told)| *told == Some(Told::Same))
        .map(|(told, _)| (told.field.as_str(), table_of(incident, told)))
        .collect();
    for (statement, told) in compared {
        let table = table_of(incident, statement);
        let told = match told {
            Some(Told::Other { .. }) if table.is_some() && agreed.contains(&(statement.field.as_str(), table)) => None,
            told => told,
        };
        report(incident, told::field(&statement.field), statement.place, "in its text", told, statement.how, out);
    }
}

/// A statement under a heading keeps its place alone.
fn text<'a>(case: &Case<'a>, statement: &'a Statement) -> &'a str {
    if statement.text.is_empty() { case.text(statement.place) } else { &statement.text }
}

/// The table of the text that a statement stands in.
fn table_of(incident: &Incident, statement: &Statement) -> Option<usize> {
    let tables = &incident.body.as_ref()?.tables;
    let span = statement.place.span();
    let at = tables.partition_point(|table| table.span.start <= span.start).checked_sub(1)?;
    tables.get(at).filter(|table| table.span.contains(span)).map(|_| at)
}

fn report(
    incident: &Incident,
    field: &str,
    place: Place,
    whereabouts: &str,
    told: Option<Told>,
    how: How,
    out: &mut Outcome,
) {
    let Some(told) = told else { return };
    out.test();
    let Told::Other { ours, theirs, place: own } = told else { return };
    let level = if GRAVE.contains(&field) { Level::Error } else { Level::Warning };
    out.find(
        Finding::of(incident, level, field, place)
            .says(
                format!("`{field}` is {ours} at the top of the record and {theirs} {whereabouts}"),
                "Two versions of one fact leave every reader with a choice, and deadlines with two beginnings.",
                "Keep the one that is right, here and there, or leave out the copy: the facts at the top count.",
            )
            .related(own, format!("`{field}` is stated here as {ours}"))
            .inferred(how != How::Column),
    );
}
