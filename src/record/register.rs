//! Registers: risks, policies, controls, people and the other lists that records point to.
//!
//! A register is a folder of files or one table; its rows are the same either way.

use super::fact::Located;
use super::table::{self, Columns};
use crate::document::{Document, Entry, Map, Node, SyntaxProblem, Table, Value};
use crate::source::{Place, Source, SourceId, Span};
use crate::text::shorten;
use crate::time::{Calendar, NoDate, When};
use crate::vocabulary::Vocabulary;
use indexmap::IndexMap;

/// Which register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum RegisterKind {
    /// Risks with their treatment.
    Risks,
    /// Policies, one file each.
    Policies,
    /// Procedures, one file each.
    Procedures,
    /// The Statement of Applicability.
    Controls,
    /// Assets with their owners.
    Assets,
    /// People with their roles.
    People,
    /// Training units, one file each.
    Training,
    /// Management reviews, one file each.
    ManagementReviews,
    /// Incidents as a table beside or instead of files.
    Incidents,
    /// Actions as a table.
    Actions,
}

impl RegisterKind {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Risks,
        Self::Policies,
        Self::Procedures,
        Self::Controls,
        Self::Assets,
        Self::People,
        Self::Training,
        Self::ManagementReviews,
        Self::Incidents,
        Self::Actions,
    ];

    /// The key below `[registers]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Risks => "risks",
            Self::Policies => "policies",
            Self::Procedures => "procedures",
            Self::Controls => "controls",
            Self::Assets => "assets",
            Self::People => "people",
            Self::Training => "training",
            Self::ManagementReviews => "management_reviews",
            Self::Incidents => "incidents",
            Self::Actions => "actions",
        }
    }

    /// Whether the name is a plural: `there are no policies`.
    pub fn is_plural(self) -> bool {
        matches!(self, Self::Policies | Self::Procedures | Self::ManagementReviews)
    }

    /// The name in a sentence: `the people register`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Risks => "risk register",
            Self::Policies => "policies",
            Self::Procedures => "procedures",
            Self::Controls => "Statement of Applicability",
            Self::Assets => "asset register",
            Self::People => "people register",
            Self::Training => "training register",
            Self::ManagementReviews => "management reviews",
            Self::Incidents => "incident register",
            Self::Actions => "action register",
        }
    }
}

/// Whether a register could be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterState {
    /// It was read, as far as its problems say.
    Read,
    /// It is configured and could not be read.
    Broken,
    /// It is neither configured nor in its default place.
    Absent,
}

/// One register.
#[derive(Clone, PartialEq, Debug)]
pub struct Register {
    /// Which.
    pub kind: RegisterKind,
    /// Whether it could be read.
    pub state: RegisterState,
    /// Its rows by [`Row::key`], which is their id, in the order of the files.
    pub rows: IndexMap<Box<str>, Row>,
    /// What could not be read, at its place.
    pub problems: Vec<RegisterProblem>,
}

/// Something in a register that could not be read.
#[derive(Clone, PartialEq, Debug)]
pub struct RegisterProblem {
    /// Where: in the register, or in the configuration that names it.
    pub place: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A second place that belongs to it: the first of two equal ids.
    pub related: Option<(Place, String)>,
}

impl RegisterProblem {
    /// A problem at one place.
    pub fn new(place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { place, message: message.into(), help: help.into(), related: None }
    }
}

/// One row: a line of a table, an entry of a list, or a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Its id with its place.
    pub id: Located,
    /// The file.
    pub source: SourceId,
    /// Its values, under the names of the format.
    pub values: Map,
    /// Its bytes: the line of the table, the entry, or the front matter of the file.
    pub span: Span,
    /// Whether it is a file of its own.
    pub is_document: bool,
}

impl Row {
    /// What tells the row from the others of its register: its id; the ids of actions restart with each incident.
    pub fn key(&self, kind: RegisterKind) -> Box<str> {
        let incident = self.text("incident").filter(|_| kind == RegisterKind::Actions);
        incident.map_or_else(|| self.id.value.clone(), |incident| format!("{incident}/{}", self.id.value).into())
    }

    fn node(&self, key: &str) -> Option<&Node> {
        self.values.get(key).filter(|node| !matches!(node.value, Value::Empty))
    }

    /// The place of a value, or of the row's id.
    pub fn place(&self, key: &str) -> Place {
        self.node(key).map_or(self.id.place, |node| Place::new(self.source, node.span))
    }

    /// A value that is a text and not blank.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.node(key)?.text().filter(|text| !text.trim().is_empty())
    }

    /// A value that may hold several: a list, or a text split at spaces, commas and semicolons.
    pub fn list(&self, key: &str) -> Vec<Located> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let located = |text: &str, span| Located { value: text.into(), place: Place::new(self.source, span) };
        match &node.value {
            Value::Scalar(scalar) => {
                let parts = scalar.text.split([' ', ',', ';', '\n']).filter(|part| !part.is_empty());
                parts.map(|part| located(part, node.span)).collect()
            }
            Value::List(items) => {
                let name = |item: &Node| item.text().or_else(|| item.map()?.get("id")?.text()).map(ToOwned::to_owned);
                items.iter().filter_map(|item| Some(located(&name(item)?, item.span))).collect()
            }
            Value::Map(map) => map.entries.iter().map(|entry| located(&entry.key, entry.key_span)).collect(),
            Value::Empty => Vec::new(),
        }
    }

    /// The entries of a list that are mappings, with their bytes.
    pub fn entries(&self, key: &str) -> Vec<(&Map, Place)> {
        let items = self.node(key).and_then(Node::list).unwrap_or_default();
        items.iter().filter_map(|item| Some((item.map()?, Place::new(self.source, item.span)))).collect()
    }

    /// A value that is a day; `None` where there is none.
    pub fn date(&self, key: &str, calendar: &Calendar) -> Option<Result<When, NoDate>> {
        Some(calendar.read(self.text(key)?))
    }

    /// A value that says yes.
    pub fn flag(&self, key: &str, vocabulary: &Vocabulary) -> bool {
        self.text(key).and_then(|text| vocabulary.find("boolean", text)) == Some("true")
    }
}

/// How one register is read.
#[derive(Clone, Debug)]
pub struct RegisterReading<'a> {
    /// The column or key that holds the id; `file-stem` takes the file's name.
    pub id: &'a str,
    /// Columns that are named differently.
    pub columns: &'a Columns,
    /// The words of the format.
    pub vocabulary: &'a Vocabulary,
    /// Whether a row without an id is a row all the same, with an empty one: in a list that another tool exported.
    pub takes_unnamed: bool,
}

/// Reads the rows of one file of a register.
pub fn read_rows(
    source_id: SourceId,
    source: &Source,
    document: &Document,
    reading: &RegisterReading<'_>,
) -> (Vec<Row>, Vec<RegisterProblem>) {
    let problem = |problem: &SyntaxProblem| RegisterProblem {
        place: Place::new(source_id, problem.span),
        message: problem.message.clone(),
        help: problem.help.clone(),
        related: problem.related.as_ref().map(|(span, message)| (Place::new(source_id, *span), message.clone())),
    };
    let mut problems: Vec<RegisterProblem> = document.problems.iter().map(problem).collect();
    let reader = RowReader { source_id, source, reading };
    let rows = reader.rows(document, &mut problems);
    (rows, problems)
}

struct RowReader<'a> {
    source_id: SourceId,
    source: &'a Source,
    reading: &'a RegisterReading<'a>,
}

impl RowReader<'_> {
    fn rows(&self, document: &Document, problems: &mut Vec<RegisterProblem>) -> Vec<Row> {
        if let Some(table) = &document.table {
            return self.table(table, problems);
        }
        if let Some(body) = &document.body {
            let table = body.tables.iter().find(|table| self.has_id_column(table));
            return match (table, &document.data) {
                (Some(table), None) => self.table(table, problems),
                (_, data) => vec![self.document(data.as_ref())],
            };
        }
        document.data.as_ref().map_or_else(Vec::new, |data| self.data(data, problems))
    }

    fn has_id_column(&self, table: &Table) -> bool {
        table::fields(&table.header, self.reading.columns, self.reading.vocabulary)
            .iter()
            .any(|field| self.is_id(field))
    }

    fn is_id(&self, field: &str) -> bool {
        field == "id" || field == table::field_of(self.reading.id, self.reading.columns, self.reading.vocabulary)
    }

    fn table(&self, table: &Table, problems: &mut Vec<RegisterProblem>) -> Vec<Row> {
        let nodes = table::mappings(table, self.reading.columns, self.reading.vocabulary);
        nodes.into_iter().filter_map(|node| self.row(node, None, problems)).collect()
    }

    /// A list of mappings, a mapping by id, or either under one top key.
    fn data(&self, data: &Node, problems: &mut Vec<RegisterProblem>) -> Vec<Row> {
        let data = match &data.value {
            Value::Map(map) if map.entries.len() == 1 && !self.is_row(&map.entries[0].value) => &map.entries[0].value,
            _ => data,
        };
        match &data.value {
            Value::List(items) => items.iter().filter_map(|item| self.row(item.clone(), None, problems)).collect(),
            Value::Map(map) if map.entries.iter().any(|entry| self.is_id(&entry.key)) => {
                vec![self.document(Some(data))]
            }
            Value::Map(map) => {
                let rows = map.entries.iter().filter_map(|entry| self.row(entry.value.clone(), Some(entry), problems));
                rows.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a value under the only key is itself a row: its values are scalars.
    fn is_row(&self, node: &Node) -> bool {
        node.map().is_some_and(|map| {
            map.entries.iter().any(|entry| entry.value.map().is_none() && entry.value.list().is_none())
        })
    }

    fn row(&self, node: Node, by_key: Option<&Entry>, problems: &mut Vec<RegisterProblem>) -> Option<Row> {
        let place = Place::new(self.source_id, node.span);
        let Value::Map(mut values) = node.value else {
            let message = "This entry should be a mapping with an id and its values";
            problems.push(RegisterProblem::new(place, message, "Write one mapping an entry."));
            return None;
        };
        self.rename(&mut values);
        let stated = values.entries.iter().find(|entry| self.is_id(&entry.key));
        let id = stated.and_then(|entry| Some((entry.value.text()?.into(), entry.value.span)));
        let id = id.or_else(|| by_key.map(|entry| (entry.key.clone(), entry.key_span)));
        let unnamed = || self.reading.takes_unnamed.then(|| (Box::from(""), node.span));
        let Some((value, id_span)) = id.or_else(unnamed) else {
            let message = format!("This row has no `{}`, so nothing can point to it", shorten(self.reading.id, 40));
            let help = "Give the row an id, or name the column that holds it with `id` in closeloop.toml.";
            problems.push(RegisterProblem::new(place, message, help));
            return None;
        };
        let id = Located { value, place: Place::new(self.source_id, id_span) };
        Some(Row { id, source: self.source_id, values, span: node.span, is_document: false })
    }

    /// Gives keys the names of the format.
    fn rename(&self, values: &mut Map) {
        for entry in &mut values.entries {
            entry.key = table::field_of(&entry.key, self.reading.columns, self.reading.vocabulary).into();
        }
    }

    /// A file that is one row; its id stands in its front matter or is its name.
    fn document(&self, data: Option<&Node>) -> Row {
        let mut values = data.and_then(Node::map).cloned().unwrap_or_default();
        self.rename(&mut values);
        let stated = values.entries.iter().find(|entry| self.is_id(&entry.key));
        let stated =
            stated.and_then(|entry| Some((entry.value.text()?.into(), Place::new(self.source_id, entry.value.span))));
        let by_name = || (self.source.path.file_stem().into(), Place::new(self.source_id, Span::default()));
        let (value, place) = if self.reading.id == "file-stem" { by_name() } else { stated.unwrap_or_else(by_name) };
        let span = data.map_or(Span::default(), |data| data.span);
        Row { id: Located { value, place }, source: self.source_id, values, span, is_document: true }
    }
}
