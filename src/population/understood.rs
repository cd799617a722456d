//! What was understood of a record, field by field: for whoever asks why a finding is there, or why it is not.

use super::{Population, records, tables};
use crate::config::Rulebook;
use crate::document::{Entry, Map, Node, Scalar, Value};
use crate::record::format::{self, Kind, Words};
use crate::record::register::{Register, RegisterKind, Row};
use crate::record::{How, Incident, SeverityMap as _};
use crate::source::{Place, SourceId, Span};

/// One value of a record with what was made of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Said {
    /// The dotted path, as findings name it: `actions.A1.due`.
    pub field: String,
    /// The value, or its key where there is no value.
    pub place: Place,
    /// The value as it is written.
    pub value: String,
    /// How it was found.
    pub how: How,
    /// What it was read as: `day`, `word`, `class`, `text`; empty for a key that the format does not know.
    pub kind: &'static str,
    /// What came out, where that is not the value itself.
    pub read: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl Population {
    /// Everything that a record states, in the order of its text.
    pub fn said(&self, book: &Rulebook, incident: &Incident) -> Vec<Said> {
        let mut walk = Walk { book, source: incident.source, said: Vec::new() };
        if let Some(row) = self.row_of(incident) {
            walk.map(&row.values, "", "");
        } else {
            let nodes = records::mappings(book, self.sources.get(incident.source));
            let home = incident.home.span();
            let own = nodes.iter().find(|node| node.span.contains(home)).or(nodes.first());
            own.and_then(Node::map).into_iter().for_each(|map| walk.map(map, "", ""));
        }
        // Actions that a table adds stand in another file.
        let actions = incident.actions.items().iter().filter(|action| action.home.source() != incident.source);
        for id in actions.filter_map(|action| action.id.text()) {
            let key = format!("{}/{id}", incident.id().unwrap_or_default());
            if let Some(row) = self.register(RegisterKind::Actions).rows.get(key.as_str()) {
                let values = tables::action(row);
                walk.source = row.source;
                walk.map(&values, &format!("actions.{id}"), "actions[]");
            }
        }
        let mut said = walk.said;
        for one in &mut said {
            let problem = incident.problems.iter().find(|problem| problem.place == one.place);
            one.problem = problem.map(|problem| problem.message.clone());
        }
        said.extend(incident.statements.iter().map(|statement| Said {
            field: statement.field.clone(),
            place: statement.place,
            value: self.sources.text(statement.place).to_owned(),
            how: statement.how,
            kind: "text",
            read: None,
            problem: None,
        }));
        said
    }

    /// The row of the incident register that stands for an incident without a file.
    fn row_of(&self, incident: &Incident) -> Option<&Row> {
        let row = self.register(RegisterKind::Incidents).rows.get(incident.id()?)?;
        (row.source == incident.source).then_some(row)
    }

    /// The files that a register was read from, in order.
    pub fn register_files(&self, register: &Register) -> Vec<SourceId> {
        let mut files: Vec<SourceId> = register.rows.values().map(|row| row.source).collect();
        files.extend(register.problems.iter().map(|problem| problem.place.source()));
        files.sort_unstable();
        files.dedup();
        files
    }
}

struct Walk<'a> {
    book: &'a Rulebook,
    source: SourceId,
    said: Vec<Said>,
}

impl Walk<'_> {
    /// `field` is the path as findings name it, `key` as the table of the format does.
    fn map(&mut self, map: &Map, field: &str, key: &str) {
        for entry in &map.entries {
            self.entry(entry, &join(field, &entry.key), &join(key, &entry.key));
        }
    }

    fn entry(&mut self, entry: &Entry, field: &str, key: &str) {
        match &entry.value.value {
            Value::Empty => self.say(field, key, entry.key_span, ""),
            _ if kind(key) == Some(Kind::Foreign) => self.say(field, key, entry.key_span, ""),
            _ => self.node(&entry.value, field, key, entry.key_span),
        }
    }

    fn node(&mut self, node: &Node, field: &str, key: &str, key_span: Span) {
        match &node.value {
            Value::Empty => self.say(field, key, node.span, ""),
            Value::Scalar(scalar) => self.scalar(scalar, field, key, node.span),
            Value::List(items) if items.is_empty() => self.say(field, key, key_span, ""),
            Value::List(items) if items.iter().all(|item| item.text().is_some()) => {
                let texts: Vec<&str> = items.iter().filter_map(Node::text).collect();
                self.say(field, key, node.span, &texts.join(", "));
            }
            Value::List(items) => self.items(items, field, key),
            Value::Map(map) if map.entries.is_empty() => self.say(field, key, key_span, ""),
            Value::Map(map) => match format::find(key).map(|known| known.kind) {
                Some(Kind::Entries | Kind::Reasons | Kind::EntriesOrTexts) => {
                    self.items(std::slice::from_ref(node), field, key);
                }
                _ => self.map(map, field, key),
            },
        }
    }

    fn items(&mut self, items: &[Node], field: &str, key: &str) {
        for (index, item) in items.iter().enumerate() {
            let id = item.map().and_then(|map| map.get("id")).and_then(Node::text).filter(|id| !id.is_empty());
            let name = id.map_or_else(|| index.to_string(), ToOwned::to_owned);
            self.node(item, &join(field, &name), &format!("{key}[]"), item.span);
        }
    }

    fn scalar(&mut self, scalar: &Scalar, field: &str, key: &str, span: Span) {
        self.say(field, key, span, &scalar.text);
    }

    fn say(&mut self, field: &str, key: &str, span: Span, value: &str) {
        let (kind, read) = self.reading(key, value);
        let place = Place::new(self.source, span);
        let said = Said {
            field: field.to_owned(),
            place,
            value: value.to_owned(),
            how: How::Field,
            kind,
            read,
            problem: None,
        };
        self.said.push(said);
    }

    /// What a value is read as, and what comes out.
    fn reading(&self, key: &str, value: &str) -> (&'static str, Option<String>) {
        let Some(kind) = kind(key) else { return ("", None) };
        if kind == Kind::Foreign {
            return ("for another program", None);
        }
        if value.is_empty() {
            return ("nothing", None);
        }
        if value.starts_with("ENC[") && value.ends_with(']') {
            return ("encrypted", None);
        }
        match kind {
            Kind::Day => ("day", self.book.calendar.read(value).ok().map(|when| when.to_string())),
            Kind::Word(words) => ("word", self.word(words, value)),
            Kind::Severity => ("class", self.book.class(value).map(|class| class.name().to_owned())),
            Kind::Flag => ("yes or no", self.book.vocabulary.find("boolean", value).map(ToOwned::to_owned)),
            Kind::Number => ("number", Some(value.replace(['_', ' '], "")).filter(|n| n.parse::<f64>().is_ok())),
            Kind::List | Kind::Entries | Kind::EntriesOrTexts => ("list", None),
            Kind::Reason | Kind::Reasons => ("reason", None),
            Kind::Named => ("names", None),
            _ => ("text", None),
        }
    }

    fn word(&self, words: Words, value: &str) -> Option<String> {
        let named = words.names().into_iter().find(|name| *name == value);
        self.book.vocabulary.find(words.group(), value).or(named).map(ToOwned::to_owned)
    }
}

/// What belongs to a key. `none` is an answer anywhere, and below names of your own stands a reason.
fn kind(key: &str) -> Option<Kind> {
    let entry = key.strip_suffix("[]").unwrap_or(key);
    let (above, last) = key.rsplit_once('.').unwrap_or(("", key));
    let above = format::find(above.strip_suffix("[]").unwrap_or(above)).map(|key| key.kind);
    match format::find(entry).map(|key| key.kind) {
        Some(kind) => Some(kind),
        None if above == Some(Kind::Named) || (last == "none" && above.is_some()) => Some(Kind::Text),
        None if above == Some(Kind::List) => Some(Kind::Text),
        None => None,
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
