//! Which management reviews speak of an incident.

use super::Teller;
use crate::document::{Map, Node, Value};
use crate::population::Population;
use crate::record::Incident;
use crate::record::register::{RegisterKind, Row};
use crate::text::Text;
use std::collections::{BTreeSet, HashMap};

/// Which rows of the register list which incident: asked once, and not of every row for every incident.
#[derive(Default)]
pub(super) struct Listed(HashMap<String, Vec<String>>);

impl Listed {
    pub(super) fn new(population: &Population) -> Self {
        let mut listed: HashMap<String, Vec<String>> = HashMap::new();
        for row in population.register(RegisterKind::ManagementReviews).rows.values() {
            for entry in row.list("incidents") {
                listed.entry(entry.as_str().trim().to_owned()).or_default().push(row.id.value.to_string());
            }
        }
        Self(listed)
    }

    fn rows(&self, id: &str) -> &[String] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}

/// The management reviews that list an incident, with what they decide, and those that its record names.
pub(super) fn of(teller: &Teller<'_>, incident: &Incident) -> Vec<Text> {
    let register = teller.population.register(RegisterKind::ManagementReviews);
    let id = incident.id();
    let named = incident.links.management_reviews.items();
    let listed: BTreeSet<&str> = id.map_or(&[][..], |id| teller.listed.rows(id)).iter().map(String::as_str).collect();
    let known: BTreeSet<&str> = named.iter().map(|name| &*name.value).chain(listed.iter().copied()).collect();
    let mut lines: Vec<(String, Text)> = Vec::new();
    for row in known.into_iter().filter_map(|name| register.rows.get(name)) {
        let date = row.text("date").unwrap_or_default();
        let is_listed = listed.contains(&*row.id.value);
        let said =
            if is_listed { decision(teller, row, id.unwrap_or_default()) } else { "does not list it".to_owned() };
        let of = if date.is_empty() { String::new() } else { format!(" of {date}") };
        lines.push((date.to_owned(), teller.say(&format!("{}{of}: {said}", row.id.value))));
    }
    let unknown = named.iter().filter(|name| !register.rows.contains_key(&name.value));
    lines.extend(unknown.map(|name| (String::new(), teller.say(&format!("{}: in no register", name.value)))));
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
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
