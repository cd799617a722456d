//! Management reviews: when they were held, and which incidents they list.

use crate::document::{Map, Node, Value};
use crate::record::register::{Register, Row};
use crate::rules::Case;
use crate::source::Place;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Everything that management reviews up to the as-of date say about incidents.
pub(super) struct Meetings<'c> {
    /// Dated reviews, in the order of their dates.
    held: Vec<(NaiveDate, &'c Row)>,
    listed: HashMap<&'c str, Listed>,
    /// Words of trend pages, with the pages that they stand on.
    words: HashMap<&'c str, Vec<usize>>,
    pages: Vec<TrendPage<'c>>,
}

/// A trend page that a management review links.
struct TrendPage<'c> {
    text: &'c str,
    /// The days that it covers, where it states them.
    period: Option<(NaiveDate, NaiveDate)>,
}

/// How a management review lists an incident.
#[derive(Clone, Copy)]
pub(super) struct Listed {
    /// Whether it decides something about it.
    pub(super) is_decided: bool,
    /// The entry.
    pub(super) place: Place,
}

impl<'c> Meetings<'c> {
    pub(super) fn new(case: &Case<'c>, register: &'c Register) -> Self {
        let mut meetings = Self { held: Vec::new(), listed: HashMap::new(), words: HashMap::new(), pages: Vec::new() };
        for row in register.rows.values() {
            // A review without a date counts for what it lists; one in the future does not count yet.
            let date = row.date("date", &case.book().calendar).and_then(Result::ok).map(|when| when.date);
            if date.is_none_or(|date| date <= case.as_of()) {
                meetings.held.extend(date.map(|date| (date, row)));
                meetings.list(case, row);
                meetings.read_page(case, row);
            }
        }
        meetings.held.sort_by_key(|(date, _)| *date);
        meetings
    }

    fn list(&mut self, case: &Case<'c>, row: &'c Row) {
        for (id, is_decided, place) in entries(case, row) {
            let known = self.listed.entry(id).or_insert(Listed { is_decided, place });
            if is_decided && !known.is_decided {
                *known = Listed { is_decided, place };
            }
        }
    }

    fn read_page(&mut self, case: &Case<'c>, row: &'c Row) {
        let Some(page) = row.text("trend").and_then(|path| case.population().page(path)) else { return };
        let text = case.population().sources.get(page.source).text();
        let index = self.pages.len();
        self.pages.push(TrendPage { text, period: period(case, text) });
        for word in words(text) {
            self.words.entry(word).or_default().push(index);
        }
    }

    /// How some review lists an incident itself.
    pub(super) fn listed(&self, id: &str) -> Option<Listed> {
        self.listed.get(id).copied()
    }

    /// Whether a linked trend page lists an incident and its period touches the days from detection to review.
    pub(super) fn is_on_page(&self, id: &str, detected: Option<NaiveDate>, reviewed: NaiveDate) -> bool {
        let covers = |page: &TrendPage<'_>| {
            page.period.is_none_or(|(from, to)| from <= reviewed && to >= detected.unwrap_or(reviewed))
        };
        if words(id).eq([id]) {
            let pages = self.words.get(id).into_iter().flatten();
            return pages.filter_map(|index| self.pages.get(*index)).any(covers);
        }
        // An id with blanks or other marks in it is no single word.
        self.pages.iter().any(|page| page.text.contains(id) && covers(page))
    }

    /// The first review that was held on a day or later.
    pub(super) fn first_from(&self, day: NaiveDate) -> Option<(NaiveDate, &'c Row)> {
        self.held.get(self.held.partition_point(|(date, _)| *date < day)).copied()
    }
}

/// The incidents that a management review lists: a list of mappings, a mapping by id, or ids alone.
fn entries<'c>(case: &Case<'c>, row: &'c Row) -> Vec<(&'c str, bool, Place)> {
    let Some(node) = row.values.get("incidents") else { return Vec::new() };
    let place = |node: &Node| Place::new(row.source, node.span);
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| entry(case, row, item)).collect(),
        Value::Map(map) => {
            let one = |key: &'c str, value: &'c Node| {
                (key, value.text().is_some_and(says) || decided(case, value), place(value))
            };
            map.entries.iter().map(|entry| one(&entry.key, &entry.value)).collect()
        }
        Value::Scalar(scalar) => words(&scalar.text).map(|id| (id, by_row(row), place(node))).collect(),
        Value::Empty => Vec::new(),
    }
}

/// A table has one row a review; its column of decisions speaks of all that the row lists.
fn by_row(row: &Row) -> bool {
    !row.is_document && row.text("decision").is_some_and(says)
}

fn entry<'c>(case: &Case<'c>, row: &'c Row, item: &'c Node) -> Option<(&'c str, bool, Place)> {
    let place = Place::new(row.source, item.span);
    if let Some(id) = item.text() {
        return Some((id.trim(), by_row(row), place));
    }
    let map = item.map()?;
    let id = value(case, map, "id").or_else(|| value(case, map, "incident"))?;
    Some((id.text()?.trim(), decided(case, item), place))
}

/// Whether an entry holds a decision that says something.
fn decided(case: &Case<'_>, item: &Node) -> bool {
    let decision = item.map().and_then(|map| value(case, map, "decision"));
    decision.is_some_and(|node| match &node.value {
        Value::Scalar(scalar) => says(&scalar.text),
        Value::List(items) => items.iter().any(|item| item.text().is_some_and(says)),
        Value::Map(map) => !map.entries.is_empty(),
        Value::Empty => false,
    })
}

fn says(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The value of a key, under any of the words that mean it.
fn value<'m>(case: &Case<'_>, map: &'m Map, key: &str) -> Option<&'m Node> {
    let means = |name: &str| name == key || case.book().vocabulary.find("field", name) == Some(key);
    map.get(key).or_else(|| map.entries.iter().find(|entry| means(&entry.key)).map(|entry| &entry.value))
}

/// What may be an id: letters, digits and the marks that ids are made with.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#')));
    pieces.map(|piece| piece.trim_matches(['.', '/', '-', '_'])).filter(|piece| !piece.is_empty())
}

/// The first line outside of tables that holds two days.
fn period(case: &Case<'_>, text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('|'));
    lines.filter_map(|line| two_days(case, line)).next()
}

fn two_days(case: &Case<'_>, line: &str) -> Option<(NaiveDate, NaiveDate)> {
    let pieces = line.split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.' | '/')));
    // `2026-01-01/2026-03-31` are two days, `1/3/2026` is one.
    let pieces = pieces.flat_map(|piece| piece.split(if piece.contains('-') { '/' } else { ' ' }));
    let days = pieces.filter_map(|piece| case.book().calendar.read(piece.trim_matches(['.', '-', '/'])).ok());
    let days: Vec<NaiveDate> = days.map(|when| when.date).collect();
    match days.as_slice() {
        [from, to] if from <= to => Some((*from, *to)),
        _ => None,
    }
}
