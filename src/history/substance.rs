//! What a text says, apart from how it is written down and from what every revision touches.
//!
//! A change in substance changes words that a reader would act on. Version, dates, reviewer, approver, the owner of
//! the document, its classification and its change log are touched by every revision and prove nothing; what counts
//! as such is data of the vocabulary, which the configuration extends.

use crate::config::Rulebook;
use crate::document::{self, Body, Document, Map, Node, Syntax, Table, Value};
use crate::record::register::Row;
use crate::source::{RepoPath, Source, Span};
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

    fn is_section(&self, title: &str) -> bool {
        let title = title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace());
        self.sections.contains(&label(title))
    }
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
}

impl<'b> Digests<'b> {
    fn new(boilerplate: &'b Boilerplate) -> Self {
        Self { boilerplate, substance: DefaultHasher::new(), revision: DefaultHasher::new(), has_revision: false }
    }

    fn says(&mut self, text: &str) {
        words(text, |word| word.hash(&mut self.substance));
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
            let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
            match bare.split_once(':') {
                Some((label, value)) if self.boilerplate.is_document(label) => self.revises(label, value),
                _ => self.says(line),
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Empty => {}
            Value::Scalar(scalar) => self.says(&scalar.text),
            Value::List(items) => items.iter().for_each(|item| self.node(item)),
            Value::Map(map) => self.map(map),
        }
    }

    /// Keys in the order of their names: moving a key changes nothing.
    fn map(&mut self, map: &Map) {
        let mut entries: Vec<_> = map.entries.iter().filter(|entry| !is_empty(&entry.value)).collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            if self.boilerplate.is_document(&entry.key) {
                self.revises(&entry.key, &flat(&entry.value));
            } else {
                self.says(&entry.key);
                self.node(&entry.value);
            }
        }
    }

    fn body(&mut self, text: &str, body: &Body) {
        let skipped = skipped(self.boilerplate, body);
        let is_told = |span: Span| !skipped.iter().any(|outer| outer.contains(span));
        let piece = |span: Span| text.get(span.range()).unwrap_or_default();
        for section in body.sections.iter().filter(|section| is_told(section.heading)) {
            self.says(&section.title);
        }
        for passage in body.passages.iter().filter(|passage| is_told(passage.span)) {
            self.prose(&without_comments(piece(passage.span)));
        }
        for table in body.tables.iter().filter(|table| is_told(table.span)) {
            self.table(table);
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
        for row in std::iter::once(&table.header).chain(&table.rows) {
            match row.cells.as_slice() {
                [label, value] => self.labelled(&label.text, &value.text),
                cells => cells.iter().for_each(|cell| self.says(&cell.text)),
            }
        }
    }
}

/// A text without its comments, which a reader does not see.
fn without_comments(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("<!--") {
        told.push_str(before);
        rest = inside.split_once("-->").map_or("", |(_, after)| after);
    }
    told.push_str(rest);
    told
}

/// Sections that are about the document itself.
fn skipped(boilerplate: &Boilerplate, body: &Body) -> Vec<Span> {
    let about = body.sections.iter().filter(|section| boilerplate.is_section(&section.title));
    about
        .map(|section| Span { start: section.heading.start, end: section.content.end.max(section.heading.end) })
        .collect()
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
    if crate::population::no_text(&bytes).is_some() {
        return of_bytes(&bytes);
    }
    let source = Source::decode(path.clone(), bytes);
    let mut digests = Digests::new(boilerplate);
    match Syntax::of(path) {
        Some(syntax) => read(&mut digests, &source, &document::parse(&source, syntax)),
        None if is_prose(path) => digests.prose(&without_comments(source.text())),
        None => code(&mut digests, source.text()),
    }
    digests.done()
}

fn read(digests: &mut Digests<'_>, source: &Source, document: &Document) {
    if let Some(table) = &document.table {
        digests.table(table);
    }
    if let Some(data) = &document.data {
        digests.node(data);
    }
    if let Some(body) = &document.body {
        digests.body(source.text(), body);
    }
    // What could not be read is compared as it stands, so that no change goes unseen.
    if !document.problems.is_empty() {
        digests.says(source.text());
    }
}

fn is_prose(path: &RepoPath) -> bool {
    ["txt", "adoc", "asciidoc", "rst", "html", "htm", "tex", "org", ""].contains(&path.extension().as_str())
}

/// Code and settings: every sign counts but white space, and lines of comment do not.
fn code(digests: &mut Digests<'_>, text: &str) {
    let is_comment = |line: &str| ["#", "//", ";", "--", "/*", "*", "<!--", "%"].iter().any(|m| line.starts_with(m));
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line)) {
        line.split_whitespace().for_each(|part| part.hash(&mut digests.substance));
    }
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
        if boilerplate.row.contains(&label(&entry.key)) {
            digests.revises(&entry.key, &flat(&entry.value));
        } else {
            digests.says(&entry.key);
            digests.node(&entry.value);
        }
    }
    digests.done()
}
