//! Old versions of files, read under the rules of today: a history compares what one rulebook understands.

use super::{load, records, waivers};
use crate::config::Rulebook;
use crate::document::{self, Document, Syntax};
use crate::record::register::{RegisterKind, RegisterReading, Row, read_rows};
use crate::record::table::Columns;
use crate::record::{Incident, Waiver, WaiverKey};
use crate::source::{RepoPath, Source, SourceId, Span};

/// Old versions have no source among those of a population: their places say nothing.
const NOWHERE: SourceId = SourceId(u32::MAX);

/// The records that a version of a file states, without their stories; none where its bytes are no text.
pub fn read_records(book: &Rulebook, path: &RepoPath, bytes: Vec<u8>) -> Vec<Incident> {
    let Some(syntax) = Syntax::of(path).filter(|_| load::no_text(&bytes).is_none()) else { return Vec::new() };
    let source = Source::decode(path.clone(), bytes);
    records::read_source(book, NOWHERE, &source, document::parse_data(&source, syntax), syntax)
}

/// What the waivers in a version of a file of records are about; none where its bytes are no text.
pub fn read_waiver_keys(book: &Rulebook, path: &RepoPath, bytes: Vec<u8>) -> Vec<WaiverKey> {
    let Some(syntax) = Syntax::of(path).filter(|_| load::no_text(&bytes).is_none()) else { return Vec::new() };
    let source = Source::decode(path.clone(), bytes);
    if !waivers::is_mentioned(source.text()) {
        return Vec::new();
    }
    let records = records::read_source(book, NOWHERE, &source, document::parse_data(&source, syntax), syntax);
    waivers::inline(book, NOWHERE, &source, &records).iter().map(Waiver::key).collect()
}

/// The rows of a version of a file of a register; none where its bytes are no text.
pub fn read_register(book: &Rulebook, kind: RegisterKind, path: &RepoPath, bytes: Vec<u8>) -> Vec<Row> {
    if load::no_text(&bytes).is_some() {
        return Vec::new();
    }
    let form = Form::new(book, kind);
    let source = Source::decode(path.clone(), bytes);
    let document = document(&source, form.layout);
    let reading =
        RegisterReading { id: &form.id, columns: &form.columns, vocabulary: &book.vocabulary, takes_unnamed: false };
    read_rows(NOWHERE, &source, &document, &reading).0
}

/// The rows of a version of a register that is a CSV file, header first and unread. With the header in front, each of
/// them reads by itself as it reads among the others; `None` where that cannot be said.
pub fn register_lines(book: &Rulebook, kind: RegisterKind, path: &RepoPath, text: &str) -> Option<Vec<Span>> {
    if Syntax::of(path) != Some(Syntax::Csv) || text.contains('\0') {
        return None;
    }
    let Layout { delimiter, header_line } = Form::new(book, kind).layout;
    let rows = document::csv_rows(text, delimiter, header_line)?;
    // A first row without a word might be none.
    let header = rows.first()?;
    text.get(header.range())?.contains(char::is_alphanumeric).then_some(rows)
}

/// What the configuration says of the form of a register.
pub(super) struct Form {
    /// The column or key that holds the id.
    pub(super) id: String,
    /// Columns that are named differently.
    pub(super) columns: Columns,
    /// How a CSV file is laid out.
    pub(super) layout: Layout,
}

impl Form {
    /// The form of a register; the usual one where it is not configured.
    pub(super) fn new(book: &Rulebook, kind: RegisterKind) -> Self {
        let configured = book.register(kind);
        Self {
            id: configured.and_then(|register| register.id.clone()).unwrap_or_else(|| "id".to_owned()),
            columns: configured.map(|register| register.columns.clone()).unwrap_or_default(),
            layout: configured.map_or_else(Layout::default, |register| Layout {
                delimiter: register.delimiter.as_ref().and_then(|text| text.bytes().next()),
                header_line: register.header_row,
            }),
        }
    }
}

/// How a CSV file is laid out, where the configuration says so.
#[derive(Clone, Copy, Default)]
pub(super) struct Layout {
    delimiter: Option<u8>,
    header_line: Option<u32>,
}

/// A file of a register, read.
pub(super) fn document(source: &Source, layout: Layout) -> Document {
    match Syntax::of(&source.path) {
        Some(Syntax::Csv) => document::parse_csv(source, layout.delimiter, layout.header_line),
        Some(syntax) => document::parse(source, syntax),
        None => document::parse(source, Syntax::Markdown),
    }
}
