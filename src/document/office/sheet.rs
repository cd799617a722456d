//! The text of an Excel file: sheet by sheet, cell by cell; of a formula what it computes, not what came out.

use super::Package;
use super::word::table;
use super::xml::{Part, Parts, Tag};
use crate::document::Piece;

/// The last column that a cell may stand in, as applications have it.
const MOST_COLUMNS: usize = 16_384;
/// The header is among so many rows.
const FIRST: usize = 10;
/// The most cells of one file, empty ones between others included.
const MOST_CELLS: usize = 2_000_000;

/// Reads all sheets, in their order.
pub(super) fn read(package: &mut Package<'_>, main: &str) -> Option<Vec<Piece>> {
    let sheets = sheets(&package.part(main)?)?;
    let relations = package.relations(main)?;
    let strings = match relations.of_type("/sharedStrings").next() {
        Some(strings) => self::strings(&package.optional(strings)?)?,
        None => Vec::new(),
    };
    if sheets.is_empty() {
        return None;
    }
    let (mut pieces, mut left) = (Vec::new(), MOST_CELLS);
    for (name, id) in sheets {
        let text = package.part(relations.target(&id)?)?;
        let mut rows = rows(&text, &strings, &mut left)?;
        pieces.push(Piece::Heading(1, name));
        // What stands above the widest of the first rows is no part of the table.
        let widest = rows.iter().take(FIRST).map(Vec::len).max().unwrap_or(0);
        let header = rows.iter().position(|row| row.len() == widest).unwrap_or(0);
        let above = rows.drain(..header).map(|row| row.join(" ").trim().to_owned());
        pieces.extend(above.filter(|text| !text.is_empty()).map(Piece::Paragraph));
        pieces.extend(table(rows).map(Piece::Table));
    }
    Some(pieces)
}

/// Name and relation of each sheet.
fn sheets(workbook: &str) -> Option<Vec<(String, String)>> {
    let mut sheets = Vec::new();
    let mut parts = Parts::new(workbook);
    while let Some(part) = parts.next()? {
        match part {
            Part::Open(tag) if tag.name() == "sheet" => sheets.push((tag.value("name")?, tag.value("id")?)),
            _ => {}
        }
    }
    Some(sheets)
}

/// The texts that cells share.
fn strings(text: &str) -> Option<Vec<String>> {
    let (mut strings, mut now) = (Vec::new(), String::new());
    let mut inside = Text::default();
    let mut parts = Parts::new(text);
    while let Some(part) = parts.next()? {
        match part {
            Part::Open(tag) if tag.name() == "si" => now.clear(),
            Part::Close(name) if name == "si" => strings.push(std::mem::take(&mut now)),
            part => inside.take(&part, &mut now),
        }
    }
    Some(strings)
}

/// The text of `t` elements, without the readings of Japanese words.
#[derive(Default)]
struct Text {
    is_text: bool,
    readings: usize,
}

impl Text {
    fn take(&mut self, part: &Part<'_>, into: &mut String) {
        match part {
            Part::Open(tag) => match tag.name() {
                "t" => self.is_text = true,
                "rPh" => self.readings += 1,
                _ => {}
            },
            Part::Close(name) => match name.as_str() {
                "t" => self.is_text = false,
                "rPh" => self.readings = self.readings.saturating_sub(1),
                _ => {}
            },
            Part::Text(text) if self.is_text && self.readings == 0 => into.push_str(text),
            Part::Text(_) => {}
        }
    }
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    column: usize,
    is_shared: bool,
    value: String,
    formula: Option<String>,
    inline: String,
}

impl Cell {
    fn open(tag: &Tag<'_>, next: usize) -> Self {
        let column = tag.value("r").and_then(|name| column(&name)).unwrap_or(next);
        Self { column, is_shared: tag.value("t").is_some_and(|kind| kind == "s"), ..Self::default() }
    }

    fn text(self, strings: &[String]) -> Option<String> {
        if let Some(formula) = self.formula {
            return Some(format!("={formula}"));
        }
        if self.is_shared {
            return strings.get(self.value.trim().parse::<usize>().ok()?).cloned();
        }
        Some(if self.inline.is_empty() { self.value } else { self.inline })
    }
}

fn rows(text: &str, strings: &[String], left: &mut usize) -> Option<Vec<Vec<String>>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut cell, mut inside) = (None::<Cell>, Text::default());
    let (mut is_value, mut is_formula) = (false, false);
    let mut parts = Parts::new(text);
    while let Some(part) = parts.next()? {
        match &part {
            Part::Open(tag) => match tag.name() {
                "row" => rows.push(Vec::new()),
                "c" => cell = Some(Cell::open(tag, rows.last()?.len())),
                "v" => is_value = true,
                "f" => {
                    is_formula = true;
                    let shared = tag.value("si").map_or(String::new(), |id| format!("shared {id}"));
                    if let Some(cell) = &mut cell {
                        cell.formula = Some(shared);
                    }
                }
                _ => {}
            },
            Part::Close(name) => match name.as_str() {
                "v" => is_value = false,
                "f" => is_formula = false,
                "c" => {
                    let cell = cell.take()?;
                    put(rows.last_mut()?, cell.column, cell.text(strings)?, left)?;
                }
                _ => {}
            },
            Part::Text(text) => {
                if let Some(cell) = &mut cell {
                    match (&mut cell.formula, is_formula, is_value) {
                        (Some(formula), true, _) => formula.push_str(text),
                        (_, _, true) => cell.value.push_str(text),
                        _ => {}
                    }
                }
            }
        }
        if let Some(cell) = &mut cell {
            inside.take(&part, &mut cell.inline);
        }
    }
    Some(rows)
}

/// Puts a text into its column; what is blank needs no place.
fn put(row: &mut Vec<String>, column: usize, text: String, left: &mut usize) -> Option<()> {
    let text = text.trim();
    if text.is_empty() {
        return Some(());
    }
    let missing = (column + 1).saturating_sub(row.len());
    *left = left.checked_sub(missing)?;
    row.resize(row.len() + missing, String::new());
    *row.get_mut(column)? = text.to_owned();
    Some(())
}

/// The column of `AB12`, from 0.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0usize, |sum, b| sum.saturating_mul(26) + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1).filter(|column| *column < MOST_COLUMNS)
}
