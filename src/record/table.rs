//! Rows of tables in the shape of mappings, so that one reader serves every container.
//!
//! A header is a field of the format: by the configured columns, by its own name (`factors.controls`), or by the
//! vocabulary of any language. A dotted name nests; below `reviews`, `lessons` and `actions` it makes one entry.

use crate::document::{Cell, Entry, Map, Node, Row, Table, Value};
use crate::source::Span;
use crate::vocabulary::{Vocabulary, fold};
use std::collections::BTreeMap;

/// Columns as a configuration names them: field of the format, header in the table.
pub type Columns = BTreeMap<String, String>;

/// Fields whose cells hold several values, split at commas, semicolons and line ends.
const LISTS: [&str; 17] = [
    "responders",
    "assets",
    "causes",
    "worked_well",
    "factors.failed_controls",
    "reviews.participants",
    "lessons.addressed_by",
    "actions.lessons",
    "actions.changes",
    "actions.evidence",
    "links.risks",
    "links.policies",
    "links.controls",
    "links.training",
    "links.management_reviews",
    "incidents",
    "attendees",
];

/// Fields under which a dotted header makes one entry of a list.
const ENTRIES: [&str; 3] = ["reviews", "lessons", "actions"];

/// The field that each column of a table stands for; a header that stands for none keeps its own, folded name.
pub fn fields(header: &Row, columns: &Columns, vocabulary: &Vocabulary) -> Vec<String> {
    header.cells.iter().map(|cell| field_of(&cell.text, columns, vocabulary)).collect()
}

/// The field that one header stands for.
pub fn field_of(header: &str, columns: &Columns, vocabulary: &Vocabulary) -> String {
    let folded = fold(header);
    let configured = columns.iter().find(|(_, name)| fold(name) == folded).map(|(field, _)| field.clone());
    let own = || header.trim().replace([' ', '-'], "_").to_ascii_lowercase();
    configured.unwrap_or_else(|| match vocabulary.find("field", header) {
        Some(field) => field.to_owned(),
        None => own(),
    })
}

/// One mapping a row, in order.
pub fn mappings(table: &Table, columns: &Columns, vocabulary: &Vocabulary) -> Vec<Node> {
    let fields = fields(&table.header, columns, vocabulary);
    table.rows.iter().map(|row| mapping(row, &fields)).collect()
}

fn mapping(row: &Row, fields: &[String]) -> Node {
    let mut map = Map::default();
    for (field, cell) in
        fields.iter().zip(&row.cells).filter(|(field, cell)| !field.is_empty() && !cell.text.is_empty())
    {
        let mut parts = field.split('.');
        let first = parts.next().unwrap_or_default();
        insert(&mut map, first, parts, field, cell);
    }
    Node { span: row.span, value: Value::Map(map) }
}

/// Puts a cell at a dotted path; the first column of a name wins.
fn insert<'p>(map: &mut Map, key: &str, mut rest: impl Iterator<Item = &'p str>, field: &str, cell: &Cell) {
    let Some(next) = rest.next() else {
        if map.entry(key).is_none() {
            map.entries.push(entry(key, cell.span, value(field, cell)));
        }
        return;
    };
    if map.entry(key).is_none() {
        let inner = Node { span: cell.span, value: Value::Map(Map::default()) };
        let listed = ENTRIES.contains(&key);
        let node = if listed { Node { span: cell.span, value: Value::List(vec![inner]) } } else { inner };
        map.entries.push(entry(key, cell.span, node));
    }
    let Some(held) = map.entries.iter_mut().find(|entry| &*entry.key == key) else { return };
    let inner = match &mut held.value.value {
        Value::List(items) => items.first_mut().map(|node| &mut node.value),
        other => Some(other),
    };
    if let Some(Value::Map(inner)) = inner {
        insert(inner, next, rest, field, cell);
    }
}

fn entry(key: &str, span: Span, value: Node) -> Entry {
    Entry { key: key.into(), key_span: span, value }
}

fn value(field: &str, cell: &Cell) -> Node {
    if !LISTS.contains(&field) {
        return Node::scalar(cell.text.clone(), cell.span, false);
    }
    // Ids of incidents hold no blank.
    let separators: &[char] = if field == "incidents" { &[',', ';', '\n', ' '] } else { &[',', ';', '\n'] };
    let parts = split(&cell.text, separators);
    let items = parts.into_iter().map(|part| Node::scalar(part, cell.span, false)).collect();
    Node { span: cell.span, value: Value::List(items) }
}

/// The values of a cell that holds several.
pub fn split<'t>(text: &'t str, separators: &[char]) -> Vec<&'t str> {
    text.split(separators).map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        let cells = cells.iter().enumerate().map(|(i, text)| Cell { text: (*text).into(), span: Span::new(i, i + 1) });
        Row { span: Span::new(0, cells.len()), cells: cells.collect() }
    }

    #[test]
    fn a_german_row_becomes_the_native_mapping() {
        let header = row(&["Nr", "Titel", "Beteiligte", "factors.controls", "actions.owner", "actions.due"]);
        let rows = vec![row(&["INC-1", "VPN", "ana; ben", "none yet", "eva", "2026-05-15"])];
        let table = Table { header, rows, ..Table::default() };
        let nodes = mappings(&table, &Columns::new(), Vocabulary::builtin());
        let map = nodes[0].map().unwrap();
        assert_eq!(map.get("id").and_then(Node::text), Some("INC-1"));
        assert_eq!(map.get("responders").and_then(Node::list).map(<[Node]>::len), Some(2));
        let action = map.get("actions").and_then(Node::list).and_then(|l| l[0].map()).unwrap();
        assert_eq!((action.get("owner").and_then(Node::text), action.entries.len()), (Some("eva"), 2));
        assert_eq!(map.get("factors").and_then(|f| f.map()?.get("controls")?.text()), Some("none yet"));
    }

    #[test]
    fn a_configured_column_wins_over_the_vocabulary() {
        let columns = Columns::from([("owner".to_owned(), "Due".to_owned())]);
        assert_eq!(field_of("due", &columns, Vocabulary::builtin()), "owner");
        assert_eq!(field_of("Cost Centre", &columns, Vocabulary::builtin()), "cost_centre");
    }
}
