//! What a reader sees of a version: texts that can be laid side by side.

use super::substance;
use crate::config::Rulebook;
use crate::document::{self, Piece, office};
use crate::population::{read_register, register_lines};
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
    let find = |bytes| read_register(book, kind, path, bytes).into_iter().find(|row| &*row.id.value == id);
    let row = lines_of(book, kind, id, path, &bytes).and_then(find).or_else(|| find(bytes))?;
    let line = |(key, value): (&str, String)| (!value.trim().is_empty()).then(|| format!("{key}: {value}\n"));
    let entries = row.values.entries.iter().map(|entry| (&*entry.key, substance::flat(&entry.value)));
    Some(entries.filter_map(line).collect())
}

/// Of a table whose lines read by themselves, the header and those that hold an id: to read a large register for each of
/// its rows would take the square of its size. `None` where all of it has to be read.
fn lines_of(book: &Rulebook, kind: RegisterKind, id: &str, path: &RepoPath, bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| !id.contains('"'))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = register_lines(book, kind, path, text)?;
    let (header, rows) = rows.split_first()?;
    let lines = rows.iter().filter_map(|span| text.get(span.range())).filter(|line| line.contains(id));
    let parts: Vec<&str> = text.get(..header.range().end).into_iter().chain(lines).collect();
    Some(parts.join("\n").into_bytes())
}
