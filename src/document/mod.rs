//! Files as trees: every syntax becomes the same spanned [`Node`]s, sections, tables and passages.
//!
//! A syntax is one file of this folder. None of them fails as a whole: what cannot be read is a
//! [`SyntaxProblem`] at its place, and what stands around it is still there.

mod csv;
mod json;
mod markdown;
pub mod office;
#[cfg(test)]
mod testing;
mod toml;
mod yaml;

use crate::source::{RepoPath, Source, Span};
use serde::{Deserialize, Serialize};

/// The greatest depth of nested lists and mappings that is read; deeper ones are a problem at their place.
pub const MAX_DEPTH: usize = 128;
/// The greatest number of nodes that the aliases of one YAML document may add.
pub const MAX_ALIAS_NODES: usize = 10_000;

/// The number of syntax errors after which a file is not read any further.
const MAX_ERRORS: usize = 50;

/// What a file is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// YAML 1.2, core schema.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// JSON without comments.
    Json,
    /// Markdown, with YAML or TOML front matter or without.
    Markdown,
    /// Comma, semicolon or tab separated values with a header row.
    Csv,
}

impl Syntax {
    /// The syntax that the extension of a path stands for.
    pub fn of(path: &RepoPath) -> Option<Self> {
        match path.extension().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            "md" | "markdown" | "mdown" | "qmd" | "mdx" => Some(Self::Markdown),
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A value with its place. The span of a quoted scalar includes its quotes; that of a block scalar its text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// The bytes of the value in its source.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Value {
    /// A key without a value (`key:`), `null` or `~`.
    Empty,
    /// One word, number, date or text.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A scalar as it was written (`2.10` stays `2.10`), with escapes resolved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scalar {
    /// The text, without quotes.
    pub text: Box<str>,
    /// Whether it stood in quotes or as a block, and so is text for certain.
    pub quoted: bool,
}

/// A mapping in the order of its text.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Map {
    /// Keys and values in the order of the source.
    pub entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The key, without quotes.
    pub key: Box<str>,
    /// The bytes of the key, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Map {
    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

impl Node {
    /// A key without a value, at its place.
    pub(crate) fn empty(span: Span) -> Self {
        Self { span, value: Value::Empty }
    }

    /// A scalar.
    pub fn scalar(text: impl Into<Box<str>>, span: Span, quoted: bool) -> Self {
        Self { span, value: Value::Scalar(Scalar { text: text.into(), quoted }) }
    }

    /// Moves the spans of the whole tree to the right.
    pub(crate) fn shift(&mut self, offset: usize) {
        self.span = self.span.shifted(offset);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.shift(offset)),
            Value::Map(map) => map.entries.iter_mut().for_each(|entry| {
                entry.key_span = entry.key_span.shifted(offset);
                entry.value.shift(offset);
            }),
            Value::Empty | Value::Scalar(_) => {}
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }
}

/// Something that the syntax forbids, said so that a reader of the file understands it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxProblem {
    /// The smallest piece of text that is wrong.
    pub span: Span,
    /// What is wrong, at most 90 characters, no full stop at the end.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A second place that belongs to it: the first of two equal keys, the bracket that is not closed.
    pub related: Option<(Span, String)>,
}

impl SyntaxProblem {
    /// A problem at one place.
    pub(crate) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into(), related: None }
    }

    /// Said where reading stops for good: nothing is left unread in silence.
    pub(crate) fn too_many(span: Span) -> Self {
        let message = format!("There are more than {MAX_ERRORS} errors; the file is not read from here on");
        Self::new(span, message, "Correct the errors above, and check again.")
    }

    /// The same problem with its second place.
    pub(crate) fn and(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related = Some((span, message.into()));
        self
    }
}

/// A file, read.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Document {
    /// The data: the whole file, or the front matter of a Markdown file. `None` where there is none.
    pub data: Option<Node>,
    /// The text of a Markdown file, after its front matter.
    pub body: Option<Body>,
    /// The rows of a CSV file.
    pub table: Option<Table>,
    /// Comments of the data (`# …`), with their marker.
    pub comments: Vec<Span>,
    /// What could not be read. A document is written down only where that is nothing.
    #[serde(skip)]
    pub problems: Vec<SyntaxProblem>,
}

impl Document {
    /// Moves everything but the body to the right: front matter read apart from its file.
    pub(crate) fn shift(&mut self, offset: usize) {
        self.data.iter_mut().for_each(|data| data.shift(offset));
        self.comments.iter_mut().for_each(|comment| *comment = comment.shifted(offset));
        for problem in &mut self.problems {
            problem.span = problem.span.shifted(offset);
            problem.related.iter_mut().for_each(|(span, _)| *span = span.shifted(offset));
        }
    }
}

/// The text of a Markdown file.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Body {
    /// The bytes of the text.
    pub span: Span,
    /// Headings, in order.
    pub sections: Vec<Section>,
    /// Tables, in order.
    pub tables: Vec<Table>,
    /// Paragraphs, list items, quotations and code, in order; cells of tables are in `tables` alone.
    pub passages: Vec<Passage>,
}

/// A heading and what stands under it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Section {
    /// 1 for the highest.
    pub level: u8,
    /// The text of the heading, without marks.
    pub title: Box<str>,
    /// The bytes of the heading, with its marks and without its line end.
    pub heading: Span,
    /// What follows, up to the next heading of the same or a higher level.
    pub content: Span,
    /// Whether nothing at all stands under it: no text, no table, no deeper heading with content.
    pub empty: bool,
}

/// A run of prose or code.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Passage {
    /// What it is.
    pub kind: PassageKind,
    /// Its bytes, without list marks and without the white space around it.
    pub span: Span,
    /// The innermost section that it is in, as an index into [`Body::sections`].
    pub section: Option<usize>,
    /// Parts inside that are no prose: code, HTML comments, the targets of links.
    pub masked: Vec<Span>,
}

/// What a passage is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PassageKind {
    /// A paragraph outside of a list.
    Paragraph,
    /// A list item; its checkbox, where it has one, is given.
    Item {
        /// `Some(true)` for `[x]`.
        ticked: Option<bool>,
    },
    /// Inside a block quotation.
    Quote,
    /// A fenced or indented code block.
    Code,
}

/// A table: from CSV or from Markdown.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// All of it.
    pub span: Span,
    /// The header row.
    pub header: Row,
    /// The rows below, blank ones left out.
    pub rows: Vec<Row>,
    /// The innermost section that a Markdown table is in.
    pub section: Option<usize>,
}

/// One row.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Row {
    /// Its bytes, without the line end.
    pub span: Span,
    /// Its cells, as many as are written (a row of the wrong width keeps its own count).
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Cell {
    /// The text: quotes and escapes resolved, white space around it removed.
    pub text: Box<str>,
    /// Its bytes, quotes included, padding not; empty at its place for an empty cell.
    pub span: Span,
}

/// A piece of a text as a reader sees it: what an office file and a Markdown file have in common.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    /// A heading with its level; the name of a sheet has level 1.
    Heading(u8, String),
    /// A paragraph, or the text of a list item.
    Paragraph(String),
    /// A block of code.
    Code(String),
    /// A table; its places say nothing.
    Table(Table),
}

/// The text of a Markdown file below its front matter, as a reader sees it.
pub fn markdown_pieces(source: &Source) -> Vec<Piece> {
    markdown::pieces(source.text())
}

/// HTML as a reader sees it.
pub fn html_text(html: &str) -> String {
    markdown::shown(html)
}

/// Reads a source in a syntax.
pub fn parse(source: &Source, syntax: Syntax) -> Document {
    match syntax {
        Syntax::Yaml => yaml::parse(source.text()),
        Syntax::Toml => toml::parse(source.text()),
        Syntax::Json => json::parse(source.text()),
        Syntax::Markdown => markdown::parse(source.text()),
        Syntax::Csv => csv::parse(source.text(), None, None),
    }
}

/// Reads the data of a source alone: of a Markdown file its front matter.
pub fn parse_data(source: &Source, syntax: Syntax) -> Document {
    match syntax {
        Syntax::Markdown => markdown::parse_front(source.text()),
        other => parse(source, other),
    }
}

/// The rows of a CSV text, header first, without their cells; `None` where one cannot be read without the others.
pub fn csv_rows(text: &str, delimiter: Option<u8>, header_line: Option<u32>) -> Option<Vec<Span>> {
    csv::rows(text, delimiter, header_line)
}

/// Reads a CSV file whose delimiter, or the line of whose headers, may be known.
pub fn parse_csv(source: &Source, delimiter: Option<u8>, header_line: Option<u32>) -> Document {
    csv::parse(source.text(), delimiter, header_line)
}
