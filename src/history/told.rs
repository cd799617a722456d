//! What a reader sees of a version: texts that can be laid side by side.

use super::substance;
use crate::config::Rulebook;
use crate::document::{self, Piece, office};
use crate::population::read_register;
use crate::record::register::RegisterKind;
use crate::source::{RepoPath, Source};

/// The text of a file; `None` where its bytes are no text.
pub fn document(path: &RepoPath, bytes: Vec<u8>) -> Option<String> {
    if office::is_office(path) {
        return Some(office::pieces(path, &bytes)?.iter().map(piece).collect());
    }
    let is_text = crate::population::no_text(&bytes).is_none();
    is_text.then(|| Source::decode(path.clone(), bytes).text().to_owned())
}

/// A piece in lines of its own.
fn piece(piece: &Piece) -> String {
    let row = |row: &document::Row| {
        let cells: Vec<&str> = row.cells.iter().map(|cell| &*cell.text).collect();
        format!("{}\n", cells.join(" | "))
    };
    match piece {
        Piece::Heading(_, text) | Piece::Paragraph(text) | Piece::Code(text) => format!("{text}\n"),
        Piece::Table(table) => std::iter::once(&table.header).chain(&table.rows).map(row).collect(),
    }
}

/// The row of an id in a version of a register, a line for each column that says something.
pub fn row(book: &Rulebook, kind: RegisterKind, id: &str, path: &RepoPath, bytes: Vec<u8>) -> Option<String> {
    let rows = read_register(book, kind, path, bytes);
    let row = rows.iter().find(|row| &*row.id.value == id)?;
    let line = |(key, value): (&str, String)| (!value.trim().is_empty()).then(|| format!("{key}: {value}\n"));
    let entries = row.values.entries.iter().map(|entry| (&*entry.key, substance::flat(&entry.value)));
    Some(entries.filter_map(line).collect())
}
