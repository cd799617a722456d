//! What a text says, apart from how it is written down and from what every revision touches.
//!
//! A change in substance changes words that a reader would act on. Version, dates, reviewer, approver, the owner of
//! the document, its classification and its change log are touched by every revision and prove nothing; what counts
//! as such is data of the vocabulary, which the configuration extends.

mod code;
mod signs;
#[cfg(test)]
mod tests;

use crate::config::Rulebook;
use crate::document::{self, Map, Node, Piece, Syntax, Table, Value, office};
use crate::record::register::Row;
use crate::source::{RepoPath, Source};
use crate::vocabulary::{Language, fold};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use unicode_normalization::UnicodeNormalization;

/// What a version of a document or of a row says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Substance {
    /// A digest of what it says in substance.
    pub digest: u64,
    /// A digest of version, dates, approver and the like; `None` where it carries no such field.
    pub revision: Option<u64>,
    /// Whether its text could be read. Of other files only the bytes are compared.
    pub inspected: bool,
}

/// Which labels every revision touches.
#[derive(Clone, Debug)]
pub struct Boilerplate {
    document: HashSet<String>,
    row: HashSet<String>,
    sections: HashSet<String>,
}

impl Boilerplate {
    /// That of the vocabulary, with what the configuration adds.
    pub fn new(book: &Rulebook) -> Self {
        let words = |concepts: &[&str]| -> HashSet<String> {
            let listed = Language::ALL.iter().flat_map(|&language| {
                concepts.iter().flat_map(move |concept| book.vocabulary.words(language, "boilerplate", concept))
            });
            listed.chain(&book.config.history.boilerplate).map(|word| label(word)).collect()
        };
        Self {
            document: words(&["revision", "document"]),
            row: words(&["revision", "row"]),
            sections: words(&["section"]),
        }
    }

    fn is_document(&self, text: &str) -> bool {
        self.document.contains(&label(text))
    }

    fn is_row(&self, text: &str) -> bool {
        self.row.contains(&label(text))
    }

    fn is_section(&self, title: &str) -> bool {
        let title = title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace());
        self.sections.contains(&label(title))
    }

    /// Whether a line is a label with nothing but a version or a day behind it: `Version 1.3`, `Last updated on
    /// 2026-03-02`.
    fn is_stamp(&self, line: &str) -> bool {
        let words: Vec<&str> =
            line.split_whitespace().map(|w| w.trim_matches(['*', '_', '.', ',', ')', '('])).collect();
        if words.len() > MOST_STAMP {
            return false;
        }
        let is_labelled = |count: &usize| words.get(..*count).is_some_and(|label| self.is_document(&label.join(" ")));
        let Some(count) = (1..words.len()).rev().find(is_labelled) else { return false };
        let rest = words.get(count..).unwrap_or_default();
        let has_digit = |word: &&&str| word.bytes().any(|b| b.is_ascii_digit());
        let (numbers, others) = (rest.iter().filter(has_digit).count(), rest.iter().filter(|w| !has_digit(w)).count());
        let is_last = rest.last().is_some_and(|word| is_version_or_day(word))
            || rest.first().is_some_and(|w| is_version_or_day(w));
        is_last && numbers <= 3 && others <= 2
    }
}

/// A line that states a version or a day has no more words.
const MOST_STAMP: usize = 8;

/// `1.3`, `v2.0.1`, `2026-03-02`, `02.03.2026`, `3/2/2026`, `2026`.
fn is_version_or_day(word: &str) -> bool {
    let digits = word.trim_start_matches(['v', 'V']);
    let parts: Vec<&str> = digits.split(['.', '-', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    let is_year = parts.len() == 1 && digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    parts.iter().all(is_number) && (parts.len() > 1 || is_year || digits.len() < word.len())
}

/// A label as it is compared: folded, with blanks for the marks that join words.
fn label(text: &str) -> String {
    fold(&text.replace(['_', '-', '*', '`'], " "))
}

/// Collects what is said in two digests.
struct Digests<'b> {
    boilerplate: &'b Boilerplate,
    substance: DefaultHasher,
    revision: DefaultHasher,
    has_revision: bool,
    /// The last sign that was said: two numbers do not become one.
    last: char,
}

/// Behind a label of the revision stand so many words at most: a longer text says something.
const MOST_LABELLED: usize = 12;

impl<'b> Digests<'b> {
    fn new(boilerplate: &'b Boilerplate) -> Self {
        let (substance, revision) = (DefaultHasher::new(), DefaultHasher::new());
        Self { boilerplate, substance, revision, has_revision: false, last: ' ' }
    }

    fn says(&mut self, text: &str) {
        let signs = signs::of(text, &mut self.last);
        self.substance.write(signs.as_bytes());
    }

    /// Code counts sign by sign, apart from white space.
    fn says_exactly(&mut self, text: &str) {
        text.split_whitespace().for_each(|part| part.hash(&mut self.substance));
    }

    fn revises(&mut self, label: &str, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        self.has_revision = true;
        for text in [label, value] {
            words(text, |word| word.hash(&mut self.revision));
        }
    }

    fn done(self) -> Substance {
        let revision = self.has_revision.then(|| self.revision.finish());
        Substance { digest: self.substance.finish(), revision, inspected: true }
    }

    /// A value under a label: part of the revision, or of what is said.
    fn labelled(&mut self, label: &str, value: &str) {
        if self.boilerplate.is_document(label) {
            self.revises(label, value);
        } else {
            self.says(label);
            self.says(value);
        }
    }

    /// Lines of prose; `Version: 1.3` is a labelled value.
    fn prose(&mut self, text: &str) {
        for line in text.lines() {
            let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\u{2611}');
            let labelled = bare.split_once(':').filter(|(_, value)| value.split_whitespace().count() <= MOST_LABELLED);
            match labelled {
                Some((label, value)) if self.boilerplate.is_document(label) => self.revises(label, value),
                _ if self.boilerplate.is_stamp(bare) => self.revises("", bare),
                _ => self.says(line),
            }
        }
    }

    fn node(&mut self, node: &Node, place: Within) {
        match &node.value {
            Value::Empty => {}
            Value::Scalar(scalar) => self.says(&scalar.text),
            Value::List(items) => items.iter().for_each(|item| self.node(item, place.deeper())),
            Value::Map(map) => self.map(map, place),
        }
    }

    /// Keys in the order of their names: moving a key changes nothing.
    fn map(&mut self, map: &Map, place: Within) {
        let mut entries: Vec<_> = map.entries.iter().filter(|entry| !is_empty(&entry.value)).collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            let is_revision = match place {
                Within::Front => self.boilerplate.is_document(&entry.key),
                Within::Top => self.boilerplate.is_row(&entry.key),
                // A version inside of settings is that of something else; a day of review is one everywhere.
                Within::Data => self.boilerplate.is_row(&entry.key) && entry.value.text().is_some_and(is_day),
            };
            if is_revision {
                self.revises(&entry.key, &flat(&entry.value));
            } else {
                self.says(&entry.key);
                self.node(&entry.value, place.deeper());
            }
        }
    }

    /// Pieces as a reader sees them, without the sections that are about the document itself.
    fn pieces(&mut self, pieces: &[Piece], is_sheet: bool) {
        let mut skipped: Option<u8> = None;
        for piece in pieces {
            if let Piece::Heading(level, title) = piece {
                skipped = skipped.filter(|outer| level > outer);
                if skipped.is_none() && self.boilerplate.is_section(title) {
                    skipped = Some(*level);
                }
            }
            if skipped.is_some() {
                continue;
            }
            match piece {
                Piece::Heading(_, title) => self.says(unnumbered(title)),
                Piece::Paragraph(text) => self.prose(text),
                Piece::Code(text) => self.says_exactly(text),
                Piece::Table(table) if is_sheet => self.rows(table),
                Piece::Table(table) => self.table(table),
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let header = &table.header.cells;
        // `Version | Date | Author | Change` is a change log, whatever heading it stands under.
        let labels = header.iter().filter(|cell| self.boilerplate.is_document(&cell.text)).count();
        if labels > 0 && labels + 1 >= header.len() && header.len() > 2 {
            table.rows.iter().flat_map(|row| &row.cells).for_each(|cell| self.revises("log", &cell.text));
            return;
        }
        if header.len() > 2 {
            header.iter().filter(|_| table.rows.is_empty()).for_each(|cell| self.says(&cell.text));
            table.rows.iter().for_each(|row| self.row(table, row));
            return;
        }
        for row in std::iter::once(&table.header).chain(&table.rows) {
            match row.cells.as_slice() {
                [label, value] => self.labelled(&label.text, &value.text),
                cells => cells.iter().for_each(|cell| self.says(&cell.text)),
            }
        }
    }

    /// A row under its header: what is blank says nothing, and the order of columns neither.
    fn row(&mut self, table: &Table, row: &document::Row) {
        let named = row.cells.iter().enumerate().filter(|(_, cell)| !cell.text.trim().is_empty());
        let mut cells: Vec<(&str, &str)> = named
            .map(|(index, cell)| (table.header.cells.get(index).map_or("", |header| &*header.text), &*cell.text))
            .collect();
        cells.sort_by(|a, b| a.0.cmp(b.0));
        for (name, text) in cells {
            if self.boilerplate.is_row(name) {
                self.revises(name, text);
            } else {
                self.says(name);
                self.says(text);
            }
        }
    }

    /// The rows of a sheet: sorting them changes nothing.
    fn rows(&mut self, table: &Table) {
        let said = |row: &document::Row| {
            let mut digests = Digests::new(self.boilerplate);
            digests.row(table, row);
            let is_said = digests.last != ' ';
            (is_said, digests.done())
        };
        let mut rows: Vec<(bool, Substance)> = table.rows.iter().map(said).collect();
        rows.sort_by_key(|(_, row)| (row.digest, row.revision));
        for (is_said, row) in rows {
            if is_said {
                row.digest.hash(&mut self.substance);
            }
            if let Some(revision) = row.revision {
                self.has_revision = true;
                revision.hash(&mut self.revision);
            }
        }
        table.header.cells.iter().filter(|_| table.rows.is_empty()).for_each(|cell| self.says(&cell.text));
    }
}

/// Where a mapping stands.
#[derive(Clone, Copy)]
enum Within {
    /// In the front matter of a document.
    Front,
    /// At the top of a file of data.
    Top,
    /// Further inside.
    Data,
}

impl Within {
    fn deeper(self) -> Self {
        if matches!(self, Self::Front) { Self::Front } else { Self::Data }
    }
}

/// Whether a value is a day, as `2026-03-02`.
fn is_day(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 8
        && is_version_or_day(text.get(..10).unwrap_or(text))
        && text.bytes().filter(u8::is_ascii_digit).count() >= 6
}

/// A heading without its number: the ones behind a new section are numbered anew.
fn unnumbered(title: &str) -> &str {
    let title = title.trim();
    let Some((number, rest)) = title.split_once(char::is_whitespace) else { return title };
    let digits = number.trim_end_matches(['.', ')']);
    let is_number = !digits.is_empty() && digits.split('.').all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    // A bare number may count something: `24 hours`.
    let is_bare = digits == number && !digits.contains('.');
    let is_heading = digits.len() < 3 && rest.trim_start().starts_with(char::is_uppercase);
    if is_number && (!is_bare || is_heading) { rest.trim_start() } else { title }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Empty => true,
        Value::Scalar(scalar) => scalar.text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.entries.is_empty(),
    }
}

/// All texts of a node, one after the other.
pub(super) fn flat(node: &Node) -> String {
    match &node.value {
        Value::Empty => String::new(),
        Value::Scalar(scalar) => scalar.text.to_string(),
        Value::List(items) => items.iter().map(flat).collect::<Vec<_>>().join(" "),
        Value::Map(map) => {
            map.entries.iter().map(|e| format!("{} {}", e.key, flat(&e.value))).collect::<Vec<_>>().join(" ")
        }
    }
}

/// The words of a text in the form in which they are compared.
pub(super) fn words(text: &str, mut each: impl FnMut(&str)) {
    let mut lower = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        lower.clear();
        match word.is_ascii() {
            true => lower.extend(word.chars().map(|c| c.to_ascii_lowercase())),
            false => lower.extend(word.nfkc().flat_map(char::to_lowercase)),
        }
        each(&lower);
    }
}

/// What a version of a document says.
pub(super) fn of_document(boilerplate: &Boilerplate, path: &RepoPath, bytes: Vec<u8>) -> Substance {
    let mut digests = Digests::new(boilerplate);
    if office::is_office(path) {
        let Some(pieces) = office::pieces(path, &bytes) else { return of_bytes(&bytes) };
        digests.pieces(&pieces, path.extension().starts_with('x'));
        return digests.done();
    }
    if crate::population::no_text(&bytes).is_some() {
        return of_bytes(&bytes);
    }
    let source = Source::decode(path.clone(), bytes);
    match Syntax::of(path) {
        Some(syntax) => read(&mut digests, &source, syntax),
        None if is_html(path) => digests.prose(&document::html_text(source.text())),
        None if is_prose(path) => digests.text(&source),
        None => code::lines(source.text(), &path.extension(), |line| digests.says_exactly(line)),
    }
    digests.done()
}

fn read(digests: &mut Digests<'_>, source: &Source, syntax: Syntax) {
    let document = document::parse_data(source, syntax);
    if let Some(table) = &document.table {
        digests.rows(table);
    }
    if let Some(data) = &document.data {
        digests.node(data, if syntax == Syntax::Markdown { Within::Front } else { Within::Top });
    }
    if syntax == Syntax::Markdown {
        digests.pieces(&document::markdown_pieces(source), false);
    } else if !document.problems.is_empty() {
        // What could not be read is compared as it stands, so that no change goes unseen.
        digests.says(source.text());
    }
}

impl Digests<'_> {
    /// A text without marks: numbers before its list items are none of it.
    fn text(&mut self, source: &Source) {
        let is_comment = |line: &str| source.path.extension() != "txt" && line.starts_with("// ");
        for line in source.text().lines().map(str::trim).filter(|line| !is_comment(line)) {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let item = line.get(digits..).filter(|_| digits > 0).and_then(|rest| rest.strip_prefix(['.', ')']));
            self.prose(item.filter(|rest| rest.starts_with(' ')).unwrap_or(line));
        }
    }
}

fn is_html(path: &RepoPath) -> bool {
    ["html", "htm", "xhtml"].contains(&path.extension().as_str())
}

fn is_prose(path: &RepoPath) -> bool {
    ["txt", "adoc", "asciidoc", "rst", "tex", "org", ""].contains(&path.extension().as_str())
}

/// A file of which only the bytes are known.
pub(super) fn of_bytes(bytes: &[u8]) -> Substance {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Substance { digest: hasher.finish(), revision: None, inspected: false }
}

/// What a version of a row of a register says. An empty cell says nothing, so a new column is no change.
pub(super) fn of_row(boilerplate: &Boilerplate, row: &Row) -> Substance {
    let mut digests = Digests::new(boilerplate);
    let mut entries: Vec<_> = row.values.entries.iter().filter(|entry| !is_empty(&entry.value)).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    for entry in entries {
        if boilerplate.is_row(&entry.key) {
            digests.revises(&entry.key, &flat(&entry.value));
        } else {
            digests.says(&entry.key);
            digests.node(&entry.value, Within::Data);
        }
    }
    digests.done()
}
