//! The text of a Word file: its body and its notes. Headers, footers, comments and deleted text are none.

use super::xml::{Part, Parts, Tag};
use super::{Package, Relations};
use crate::document::{Cell, Piece, Row, Table};
use std::collections::HashMap;

/// Fields whose text the application fills in: it changes without anybody changing the document.
const FILLED: [&str; 24] = [
    "AUTHOR",
    "COMMENTS",
    "CREATEDATE",
    "DATE",
    "DOCPROPERTY",
    "EDITTIME",
    "FILENAME",
    "FILESIZE",
    "INDEX",
    "INFO",
    "LASTSAVEDBY",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "REVNUM",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "TIME",
    "TOC",
    "USERNAME",
];

/// Reads the body and the notes.
pub(super) fn read(package: &mut Package<'_>, main: &str) -> Option<Vec<Piece>> {
    let relations = package.relations(main)?;
    let styles = relations.of_type("/styles").next().unwrap_or("word/styles.xml").to_owned();
    let headings = headings(&package.optional(&styles)?)?;
    let mut pieces = body(&package.part(main)?, &headings, &relations)?;
    let notes = ["/footnotes", "/endnotes"].map(|kind| relations.of_type(kind).next().map(ToOwned::to_owned));
    for notes in notes.into_iter().flatten() {
        let text = package.optional(&notes)?;
        let relations = package.relations(&notes)?;
        pieces.extend(body(&text, &headings, &relations)?);
    }
    Some(pieces)
}

/// The level of each style that is one of headings.
fn headings(styles: &str) -> Option<HashMap<String, u8>> {
    let mut headings = HashMap::new();
    let mut style = None;
    let mut parts = Parts::new(styles);
    while let Some(part) = parts.next()? {
        let Part::Open(tag) = part else { continue };
        match tag.name() {
            "style" => style = tag.value("styleId"),
            "name" => {
                let name = tag.value("val").unwrap_or_default().to_lowercase();
                let level = name.strip_prefix("heading ").and_then(|level| level.trim().parse().ok());
                if let (Some(style), Some(level)) = (&style, level) {
                    headings.insert(style.clone(), level);
                }
            }
            _ => {}
        }
    }
    Some(headings)
}

fn body(text: &str, headings: &HashMap<String, u8>, relations: &Relations) -> Option<Vec<Piece>> {
    let mut reader = Reader::new(headings, relations);
    let mut parts = Parts::new(text);
    while let Some(part) = parts.next()? {
        match part {
            Part::Open(tag) => reader.open(&tag),
            Part::Close(name) => reader.close(&name),
            Part::Text(text) => reader.text(&text),
        }
    }
    Some(reader.pieces)
}

struct Reader<'r> {
    headings: &'r HashMap<String, u8>,
    relations: &'r Relations,
    pieces: Vec<Piece>,
    /// The text of the paragraph so far.
    paragraph: String,
    level: Option<u8>,
    /// Whether inside of an element that holds text.
    is_text: bool,
    is_instruction: bool,
    is_run: bool,
    /// Whether the present run is struck out or hidden.
    is_unsaid: bool,
    /// What is shown for readers that do not know the first choice.
    fallbacks: usize,
    /// Open fields: their instruction, and whether their text has begun.
    fields: Vec<(String, bool)>,
    links: Vec<Option<String>>,
    /// How many tables are open; the cells of inner ones are text of the outer cell.
    tables: usize,
    rows: Vec<Vec<String>>,
}

impl<'r> Reader<'r> {
    fn new(headings: &'r HashMap<String, u8>, relations: &'r Relations) -> Self {
        Self {
            headings,
            relations,
            pieces: Vec::new(),
            paragraph: String::new(),
            level: None,
            is_text: false,
            is_instruction: false,
            is_run: false,
            is_unsaid: false,
            fallbacks: 0,
            fields: Vec::new(),
            links: Vec::new(),
            tables: 0,
            rows: Vec::new(),
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "t" => self.is_text = true,
            "r" => (self.is_run, self.is_unsaid) = (true, false),
            // What is struck out is said no more, and what is hidden is said to nobody.
            "strike" | "dstrike" | "vanish" if self.is_run => {
                self.is_unsaid |= !tag.value("val").is_some_and(|value| value == "0" || value == "false");
            }
            "instrText" => self.is_instruction = true,
            "Fallback" => self.fallbacks += 1,
            "tab" | "br" | "cr" => self.put(" "),
            "noBreakHyphen" => self.put("-"),
            "pStyle" => self.level = tag.value("val").and_then(|style| self.headings.get(&style).copied()),
            // A tick is a mark beside the words: it is told as one, so that it can be seen.
            "checked" if tag.value("val").is_none_or(|value| value == "1" || value == "true") => self.put("\u{2611} "),
            "fldSimple" => self.fields.push((tag.value("instr").unwrap_or_default(), true)),
            "fldChar" => self.field(&tag.value("fldCharType").unwrap_or_default()),
            "hyperlink" => {
                let target = tag.value("id").and_then(|id| self.relations.target(&id).map(ToOwned::to_owned));
                self.links.push(target.or_else(|| tag.value("anchor").map(|anchor| format!("#{anchor}"))));
            }
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            "tc" if self.tables == 1 => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.is_text = false,
            "r" => (self.is_run, self.is_unsaid) = (false, false),
            "instrText" => self.is_instruction = false,
            "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            "fldSimple" => drop(self.fields.pop()),
            "hyperlink" => {
                // A place inside of the document that applications name is of no interest.
                if let Some(target) = self.links.pop().flatten().filter(|target| !target.starts_with("#_")) {
                    self.put(&format!(" ({target})"));
                }
            }
            "p" => self.end_paragraph(),
            "tbl" => self.end_table(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_instruction {
            if let Some((instruction, false)) = self.fields.last_mut() {
                instruction.push_str(text);
            }
        } else if self.is_text {
            self.put(text);
        }
    }

    fn field(&mut self, kind: &str) {
        match kind {
            "begin" => self.fields.push((String::new(), false)),
            "separate" => {
                if let Some((_, begun)) = self.fields.last_mut() {
                    *begun = true;
                }
            }
            "end" => drop(self.fields.pop()),
            _ => {}
        }
    }

    /// Adds text, unless an application fills it in.
    fn put(&mut self, text: &str) {
        let name = |instruction: &str| instruction.split_whitespace().next().unwrap_or_default().to_uppercase();
        let is_filled = self.fields.iter().any(|(instruction, _)| FILLED.contains(&name(instruction).as_str()));
        if !is_filled && self.fallbacks == 0 && !self.is_unsaid {
            self.paragraph.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let (text, level) = (text.trim(), self.level.take());
        if self.tables > 0 {
            if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()).filter(|_| !text.is_empty()) {
                cell.push_str(if cell.is_empty() { "" } else { " " });
                cell.push_str(text);
            }
            return;
        }
        match level {
            _ if text.is_empty() => {}
            Some(level) => self.pieces.push(Piece::Heading(level, text.to_owned())),
            None => self.pieces.push(Piece::Paragraph(text.to_owned())),
        }
    }

    fn end_table(&mut self) {
        self.tables = self.tables.saturating_sub(1);
        if self.tables == 0 {
            self.pieces.extend(table(std::mem::take(&mut self.rows)).map(Piece::Table));
        }
    }
}

/// A table of texts; `None` where all are blank.
pub(super) fn table(rows: Vec<Vec<String>>) -> Option<Table> {
    let row = |texts: Vec<String>| Row {
        cells: texts.into_iter().map(|text| Cell { text: text.into(), ..Cell::default() }).collect(),
        ..Row::default()
    };
    let mut rows = rows.into_iter().filter(|row| row.iter().any(|text| !text.is_empty())).map(row);
    Some(Table { header: rows.next()?, rows: rows.collect(), ..Table::default() })
}
