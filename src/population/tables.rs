//! Incidents and actions that are rows of a table, beside or instead of files.

use crate::config::Rulebook;
use crate::document::{Entry, Map, Node, Value};
use crate::record::register::{Register, Row};
use crate::record::table::split;
use crate::record::{Action, Fact, Incident, Located, Reading, read_incident};
use crate::source::Place;
use std::collections::{BTreeMap, HashMap};

/// Adds an incident for each row of the incident register that no file records.
///
/// A row whose id a file has stays a row: it is compared with the file, and adds nothing.
pub(super) fn add_incidents(book: &Rulebook, register: &Register, incidents: &mut Vec<Incident>) {
    let known: HashMap<Box<str>, ()> =
        incidents.iter().filter_map(|incident| Some((incident.id()?.into(), ()))).collect();
    let missing = register.rows.values().filter(|row| !known.contains_key(&row.id.value));
    let read: Vec<Incident> = missing.map(|row| read_incident(&reading(book), row.source, &node(row))).collect();
    incidents.extend(read);
}

/// Adds the rows of the action register to their incidents; returns those whose incident nobody records.
pub(super) fn add_actions(book: &Rulebook, register: &Register, incidents: &mut [Incident]) -> Vec<Located> {
    let mut by_incident: BTreeMap<Box<str>, Vec<&Row>> = BTreeMap::new();
    let mut stray = Vec::new();
    let position: HashMap<Box<str>, usize> =
        incidents.iter().enumerate().filter_map(|(index, incident)| Some((incident.id()?.into(), index))).collect();
    for row in register.rows.values() {
        match row.text("incident") {
            Some(id) if position.contains_key(id) => by_incident.entry(id.into()).or_default().push(row),
            Some(id) => stray.push(Located { value: id.into(), place: row.place("incident") }),
            None => stray.push(Located { value: "".into(), place: row.id.place }),
        }
    }
    for (id, rows) in by_incident {
        if let Some(incident) = position.get(&id).and_then(|index| incidents.get_mut(*index)) {
            rows.into_iter().for_each(|row| add_action(book, row, incident));
        }
    }
    stray
}

fn reading(book: &Rulebook) -> Reading<'_> {
    Reading { calendar: book.calendar, vocabulary: &book.vocabulary, severity: book }
}

fn node(row: &Row) -> Node {
    let mut values = row.values.clone();
    rename(&mut values, "completed", "closed");
    Node { span: row.span, value: Value::Map(values) }
}

/// The values of a row under the names that an action has for them: its closure is its completion, its title what is
/// to be done, and one word on its effect the result of the check.
pub(super) fn action(row: &Row) -> Map {
    let mut values = row.values.clone();
    values.entries.retain(|entry| &*entry.key != "incident");
    for (name, field) in [("closed", "completed"), ("title", "text")] {
        rename(&mut values, name, field);
    }
    for entry in &mut values.entries {
        let Value::Scalar(scalar) = &entry.value.value else { continue };
        let span = entry.value.span;
        match &*entry.key {
            "lessons" | "changes" | "evidence" => {
                let parts = split(&scalar.text, &[',', ';', '\n']);
                let items = parts.into_iter().map(|part| Node::scalar(part, span, false)).collect();
                entry.value.value = Value::List(items);
            }
            "effectiveness" => {
                let result = Entry { key: "result".into(), key_span: entry.key_span, value: entry.value.clone() };
                entry.value.value = Value::Map(Map { entries: vec![result] });
            }
            _ => {}
        }
    }
    values
}

/// Gives a value another name, unless there is one of that name.
pub(super) fn rename(values: &mut Map, name: &str, field: &str) {
    if values.entry(field).is_none()
        && let Some(entry) = values.entries.iter_mut().find(|entry| &*entry.key == name)
    {
        entry.key = field.into();
    }
}

fn add_action(book: &Rulebook, row: &Row, incident: &mut Incident) {
    let values = action(row);
    let list = Node { span: row.span, value: Value::List(vec![Node { span: row.span, value: Value::Map(values) }]) };
    let entry = Entry { key: "actions".into(), key_span: row.span, value: list };
    let data = Node { span: row.span, value: Value::Map(Map { entries: vec![entry] }) };
    let read = read_incident(&reading(book), row.source, &data);
    let known = |action: &Action| incident.actions.items().iter().any(|own| own.id.text() == action.id.text());
    let new: Vec<Action> = read.actions.items().iter().filter(|action| !known(action)).cloned().collect();
    incident.problems.extend(read.problems);
    match &mut incident.actions {
        Fact::Stated { value, .. } => value.extend(new),
        other => *other = Fact::stated(new, Place::new(row.source, row.span)),
    }
}
