//! What the text below the front matter states: two-column tables and headed sections.

use super::fact::How;
use crate::document::{Body, Section, Table};
use crate::source::{Place, SourceId};
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

/// Finds what a story states: rows of two-column tables whose label names a field, and short sections whose
/// heading does.
pub fn statements(source: SourceId, body: &Body, vocabulary: &Vocabulary) -> Vec<Statement> {
    let tables = body.tables.iter().flat_map(|table| labelled_rows(source, table, vocabulary));
    let sections = body.sections.iter().filter_map(|section| headed(source, body, section, vocabulary));
    tables.chain(sections).collect()
}

fn labelled_rows(source: SourceId, table: &Table, vocabulary: &Vocabulary) -> Vec<Statement> {
    if table.header.cells.len() != 2 {
        return Vec::new();
    }
    let rows = std::iter::once(&table.header).chain(&table.rows);
    let stated = rows.filter_map(|row| {
        let [label, value, ..] = row.cells.as_slice() else { return None };
        let field = vocabulary.find("field", &label.text)?;
        let says = !value.text.is_empty() && vocabulary.find("field", &value.text).is_none();
        says.then(|| Statement {
            field: field.to_owned(),
            text: value.text.clone(),
            place: Place::new(source, value.span),
            how: How::Column,
        })
    });
    stated.collect()
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
