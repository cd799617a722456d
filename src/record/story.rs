//! What the text below the front matter states: two-column tables and headed sections.

use super::fact::How;
use super::words::{Status, Word as _};
use crate::document::{Body, Section, Table};
use crate::source::{Place, SourceId, Span};
use crate::vocabulary::Vocabulary;

/// A fact that the text of a record states in its own words.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// The field of the format that it speaks of.
    pub field: String,
    /// What it says.
    pub text: Box<str>,
    /// Where.
    pub place: Place,
    /// How it was found.
    pub how: How,
}

/// Headings of parts that speak of something else than the incident: a status there is that of an action.
const APART: [&str; 2] = ["actions", "lessons"];
/// A label that only an action has; a table that holds it describes one.
const OF_ACTIONS: &str = "due";

/// Finds what a story states of its incident: rows of two-column tables whose label names a field, and short
/// sections whose heading does. What stands under the heading of the actions or lessons is theirs.
pub fn statements(source: SourceId, body: &Body, vocabulary: &Vocabulary) -> Vec<Statement> {
    let is_apart = |section: &&Section| vocabulary.find("field", &section.title).is_some_and(|f| APART.contains(&f));
    let apart: Vec<Span> = body.sections.iter().filter(is_apart).map(|section| section.content).collect();
    let is_told = |span: Span| !apart.iter().any(|part| part.contains(span));
    let tables = body.tables.iter().filter(|table| is_told(table.span));
    let tables = tables.flat_map(|table| labelled_rows(source, table, vocabulary));
    let sections = body.sections.iter().filter(|section| is_told(section.heading));
    let sections = sections.filter_map(|section| headed(source, body, section, vocabulary));
    tables.chain(sections).collect()
}

fn labelled_rows(source: SourceId, table: &Table, vocabulary: &Vocabulary) -> Vec<Statement> {
    if table.header.cells.len() != 2 {
        return Vec::new();
    }
    let rows = || std::iter::once(&table.header).chain(&table.rows);
    let mut labels = rows().filter_map(|row| vocabulary.find("field", &row.cells.first()?.text));
    if labels.any(|label| label == OF_ACTIONS) {
        return Vec::new();
    }
    let stated = rows().filter_map(|row| {
        let [label, value, ..] = row.cells.as_slice() else { return None };
        let field = vocabulary.find("field", &label.text)?;
        let is_label = std::ptr::eq(row, &table.header) && is_heading(field, &value.text, vocabulary);
        let says = !value.text.is_empty() && !is_label;
        says.then(|| Statement {
            field: field.to_owned(),
            text: value.text.clone(),
            place: Place::new(source, value.span),
            how: How::Column,
        })
    });
    stated.collect()
}

/// Whether a first row holds two headings, as `Status | Due`, and not a label with its value, as `Status | Closed`.
fn is_heading(field: &str, value: &str, vocabulary: &Vocabulary) -> bool {
    let is_state = field == Status::GROUP && vocabulary.find(Status::GROUP, value).is_some();
    vocabulary.find("field", value).is_some() && !is_state
}

/// A section such as `## Status` with one short paragraph under it.
fn headed(source: SourceId, body: &Body, section: &Section, vocabulary: &Vocabulary) -> Option<Statement> {
    let field = vocabulary.find("field", &section.title)?;
    let mut inside = body.passages.iter().filter(|passage| section.content.contains(passage.span));
    let (only, more) = (inside.next()?, inside.next());
    if more.is_some() || only.span.len() > 200 {
        return None;
    }
    Some(Statement {
        field: field.to_owned(),
        text: "".into(),
        place: Place::new(source, only.span),
        how: How::Heading,
    })
}
