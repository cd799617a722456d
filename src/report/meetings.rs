//! Which management reviews speak of an incident.

use super::Teller;
use super::parts::BoardLine;
use crate::document::{Map, Node, Value};
use crate::population::Population;
use crate::record::Incident;
use crate::record::register::{RegisterKind, Row};
use crate::text::Text;
use crate::timeline::Day;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// A management review that lists an incident, or that its record names.
pub(super) struct Meeting {
    /// Its id.
    pub id: Text,
    /// What it decides, in words.
    pub said: Text,
    /// Whether the register has it.
    pub is_known: bool,
    /// Whether it lists the incident.
    pub is_listed: bool,
    /// All of it in a line.
    pub line: Text,
}

/// The management reviews that list an incident, by its id.
pub(super) type Listed<'a> = HashMap<Box<str>, Vec<&'a Row>>;

/// Reads which management review lists what.
pub(super) fn listed(population: &Population) -> Listed<'_> {
    let mut listed: Listed<'_> = HashMap::new();
    for row in population.register(RegisterKind::ManagementReviews).rows.values() {
        let ids = row.list("incidents");
        let ids: HashSet<Box<str>> = ids.iter().map(|entry| entry.as_str().trim().into()).collect();
        ids.into_iter().filter(|id| !id.is_empty()).for_each(|id| listed.entry(id).or_default().push(row));
    }
    listed
}

/// The management reviews that list an incident, with what they decide, and those that its record names.
pub(super) fn of(teller: &Teller<'_>, incident: &Incident) -> Vec<Text> {
    all(teller, incident).into_iter().map(|meeting| meeting.line).collect()
}

/// The same, each with its parts, in the order of their days.
pub(super) fn all(teller: &Teller<'_>, incident: &Incident) -> Vec<Meeting> {
    let register = teller.population.register(RegisterKind::ManagementReviews);
    let id = incident.id().unwrap_or_default();
    let listed = teller.listed.get(id).map_or(&[][..], Vec::as_slice);
    let named = incident.links.management_reviews.items().iter().filter_map(|name| register.rows.get(&name.value));
    let named = named.filter(|row| !listed.iter().any(|known| std::ptr::eq(*known, *row)));
    let rows = listed.iter().map(|row| (*row, true)).chain(named.map(|row| (row, false)));
    let mut found: Vec<(String, Meeting)> = Vec::new();
    for (row, is_listed) in rows {
        let date = row.text("date").unwrap_or_default();
        let said = if is_listed { decision(teller, row, id) } else { "does not list it".to_owned() };
        let of = if date.is_empty() { String::new() } else { format!(" of {date}") };
        let line = teller.say(&format!("{}{of}: {said}", row.id.value));
        let (id, said) = (teller.say(&row.id.value), teller.say(&said));
        found.push((date.to_owned(), Meeting { id, said, is_known: true, is_listed, line }));
    }
    let unknown =
        incident.links.management_reviews.items().iter().filter(|name| !register.rows.contains_key(&name.value));
    found.extend(unknown.map(|name| {
        let (id, said) = (teller.say(&name.value), Text::from("in no register"));
        let line = teller.say(&format!("{}: {said}", name.value));
        (String::new(), Meeting { id, said, is_known: false, is_listed: false, line })
    }));
    found.sort_by(|(day, one), (other, two)| (day, &one.line).cmp(&(other, &two.line)));
    found.dedup_by(|later, first| later.1.line == first.1.line);
    found.into_iter().map(|(_, meeting)| meeting).collect()
}

/// The management reviews that list an incident of the period, and those that were held in it or up to the as-of date.
pub(super) fn boards(teller: &Teller<'_>, incidents: &[&Incident]) -> Vec<BoardLine> {
    let register = teller.population.register(RegisterKind::ManagementReviews);
    let held = teller.request.from..=teller.verdict.as_of;
    let ids: HashSet<&str> = incidents.iter().filter_map(|incident| incident.id()).collect();
    let mut boards: Vec<(Option<NaiveDate>, BoardLine)> = Vec::new();
    for row in register.rows.values() {
        let date = row.date("date", &teller.book.calendar).and_then(Result::ok).map(|when| when.date);
        let listed = row.list("incidents");
        let of_period = listed.iter().map(|entry| entry.as_str().trim()).filter(|id| ids.contains(id));
        let decisions: Vec<(Text, Text)> =
            of_period.map(|id| (Text::new(id), teller.say(&decision(teller, row, id)))).collect();
        if !decisions.is_empty() || date.is_some_and(|date| held.contains(&date)) {
            let trend = teller.say(row.text("trend").unwrap_or_default());
            boards.push((date, BoardLine { id: teller.say(&row.id.value), date: date.map(Day), decisions, trend }));
        }
    }
    boards.sort_by(|(day, one), (other, two)| (day, &one.id).cmp(&(other, &two.id)));
    boards.into_iter().map(|(_, board)| board).collect()
}

/// What a management review that lists an incident decides about it.
fn decision(teller: &Teller<'_>, row: &Row, id: &str) -> String {
    let is_it = |map: &Map| {
        [map.get("id"), map.get("incident")].into_iter().flatten().any(|node| node.text().map(str::trim) == Some(id))
    };
    let entry = row.entries("incidents").into_iter().find(|(map, _)| is_it(map));
    let by_id = || row.values.get("incidents").and_then(Node::map).and_then(|map| map.get(id));
    let own = match entry {
        Some((map, _)) => value(teller, map),
        None => by_id()
            .and_then(|node| node.map().map_or_else(|| node.text().map(ToOwned::to_owned), |map| value(teller, map))),
    };
    let of_row = || row.text("decision").filter(|_| !row.is_document).map(ToOwned::to_owned);
    own.or_else(of_row).unwrap_or_else(|| "lists it, without a decision".to_owned())
}

fn value(teller: &Teller<'_>, map: &Map) -> Option<String> {
    let means = |name: &str| name == "decision" || teller.book.vocabulary.find("field", name) == Some("decision");
    let node = &map.entries.iter().find(|entry| means(&entry.key))?.value;
    let text = match &node.value {
        Value::List(items) => items.iter().filter_map(Node::text).collect::<Vec<_>>().join("; "),
        _ => node.text().unwrap_or_default().to_owned(),
    };
    (!text.trim().is_empty()).then_some(text)
}
