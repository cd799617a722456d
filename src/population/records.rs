//! A loaded file to the incidents that it states.

use super::tables;
use crate::config::Rulebook;
use crate::document::{self, Body, Document, Node, Syntax, SyntaxProblem, Value};
use crate::record::{Fact, FieldProblem, Incident, ProblemKind, Reading, read_incident, statements, table};
use crate::source::{Encoding, Place, Source, SourceId, Span};
use std::collections::HashSet;

/// The records of a file that was taken apart: one, or one a row of a table.
pub(super) fn read_source(
    book: &Rulebook,
    id: SourceId,
    source: &Source,
    mut document: Document,
    syntax: Syntax,
) -> Vec<Incident> {
    let reading = Reading { calendar: book.calendar, vocabulary: &book.vocabulary, severity: book };
    let body = document.body.take();
    let problems = file_problems(id, source, &document, body.as_ref());
    let mut nodes = nodes(book, &mut document);
    keep_ids_alone(&mut nodes, &document);
    let mut incidents: Vec<Incident> = match nodes.as_slice() {
        [] => vec![unstated(&reading, id, syntax, !document.problems.is_empty())],
        nodes => nodes.iter().map(|node| read_incident(&reading, id, node)).collect(),
    };
    share_out(problems, &nodes, &mut incidents);
    if let Some(first) = incidents.first_mut() {
        tell(first, id, body, book);
    }
    if book.config.incidents.id.as_deref() == Some("file-stem") && incidents.len() == 1 {
        incidents.iter_mut().for_each(|incident| name_by_file(incident, id, source));
    }
    incidents
}

/// The mappings that are records in a file that was read before.
pub(super) fn mappings(book: &Rulebook, source: &Source) -> Vec<Node> {
    Syntax::of(&source.path).map_or_else(Vec::new, |syntax| nodes(book, &mut document::parse(source, syntax)))
}

/// Takes the mappings that are records: the data of the file, its entries, or the rows of its table.
fn nodes(book: &Rulebook, document: &mut Document) -> Vec<Node> {
    if let Some(table) = &document.table {
        let mut rows = table::mappings(table, &book.config.incidents.columns, &book.vocabulary);
        for row in &mut rows {
            if let Value::Map(values) = &mut row.value {
                tables::rename(values, "completed", "closed");
            }
        }
        return rows;
    }
    match document.data.take() {
        Some(Node { value: Value::List(items), .. }) => items.into_iter().filter(|item| item.map().is_some()).collect(),
        Some(node) if node.map().is_some_and(|map| !map.entries.is_empty()) => vec![node],
        _ => Vec::new(),
    }
}

/// In a row that has too many or too few cells nobody knows what its values stand for: only its id is believed.
fn keep_ids_alone(nodes: &mut [Node], document: &Document) {
    let broken: HashSet<Span> = document.problems.iter().map(|problem| problem.span).collect();
    for node in nodes.iter_mut().filter(|node| document.table.is_some() && broken.contains(&node.span)) {
        if let Value::Map(map) = &mut node.value {
            map.entries.retain(|entry| &*entry.key == "id");
        }
    }
}

/// A file in which no fact is stated: one problem says so, instead of one for each field. Where its syntax is
/// broken, that is the problem.
fn unstated(reading: &Reading<'_>, id: SourceId, syntax: Syntax, is_broken: bool) -> Incident {
    let empty = Node { span: Span::default(), value: Value::Map(document::Map::default()) };
    let mut incident = read_incident(reading, id, &empty);
    if is_broken {
        return incident;
    }
    let place = Place::new(id, Span::default());
    let help = match syntax {
        Syntax::Markdown => "Put the facts between two `---` lines at the top; docs/records.md shows how.",
        _ => "Write the facts as keys and values; docs/records.md shows how.",
    };
    incident.problems.push(FieldProblem {
        kind: ProblemKind::Unreadable,
        field: String::new(),
        place,
        message: "The file states nothing that can be read: no id, title, status or detection date".to_owned(),
        help: format!("{help} If it is no incident record, list it under `incidents.exclude`."),
        related: None,
    });
    incident
}

/// What the syntax and the encoding of a file forbid.
fn file_problems(id: SourceId, source: &Source, document: &Document, body: Option<&Body>) -> Vec<FieldProblem> {
    let story = body.map_or(u32::MAX, |body| body.span.start);
    let keys = if document.problems.is_empty() && source.encoding == Encoding::Utf8 {
        Vec::new()
    } else {
        keys(source.text())
    };
    let problem = |span: Span, message: String, help: String| FieldProblem {
        kind: ProblemKind::Unreadable,
        field: if span.start >= story { "body".to_owned() } else { key_at(&keys, document, span) },
        place: Place::new(id, span),
        message,
        help,
        related: None,
    };
    let told = |p: &SyntaxProblem| FieldProblem {
        related: p.related.as_ref().map(|(span, message)| (Place::new(id, *span), message.clone())),
        ..problem(p.span, p.message.clone(), p.help.clone())
    };
    let mut problems: Vec<_> = document.problems.iter().map(told).collect();
    for span in strays(document) {
        let message = "This entry of the list is no mapping, so it was not read as a record".to_owned();
        problems.push(problem(span, message, "Write it as keys and values, or take it out.".to_owned()));
    }
    if let Encoding::Guessed { name, first_wrong } = &source.encoding {
        let message = format!("This file is not UTF-8 from here on; it was read as {name}");
        problems.push(problem(*first_wrong, message, "Save the file as UTF-8.".to_owned()));
    }
    problems
}

/// Entries of a list of records that are none; where no entry is one, the file as a whole is told about.
fn strays(document: &Document) -> Vec<Span> {
    let items = document.data.as_ref().and_then(Node::list).unwrap_or_default();
    let (records, strays): (Vec<&Node>, Vec<&Node>) = items.iter().partition(|item| item.map().is_some());
    if records.is_empty() { Vec::new() } else { strays.into_iter().map(|item| item.span).collect() }
}

/// The key at the top of a file that a place belongs to; empty where no key stands before it.
///
/// A key whose value is broken is often no entry of the data, so the lines are asked first.
fn key_at(keys: &[(usize, &str)], document: &Document, span: Span) -> String {
    if document.table.is_some() {
        return String::new();
    }
    let before = keys.partition_point(|(at, _)| *at <= span.start as usize);
    if let Some((_, key)) = before.checked_sub(1).and_then(|at| keys.get(at)) {
        return (*key).to_owned();
    }
    let entries = document.data.as_ref().and_then(Node::map).map_or(&[][..], |map| &map.entries);
    let before = entries.iter().filter(|entry| entry.key_span.start <= span.start);
    before.max_by_key(|entry| entry.key_span.start).map_or(String::new(), |entry| entry.key.to_string())
}

/// The keys of YAML or TOML that stand at the beginning of a line, and the headers of TOML tables, each with its
/// offset. What stands below a header belongs to it.
fn keys(text: &str) -> Vec<(usize, &str)> {
    let name = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|end| *end > 0);
    let (mut keys, mut in_table, mut at) = (Vec::new(), false, 0);
    for line in text.split_inclusive('\n') {
        let header = line.trim_start_matches('[');
        if header.len() < line.len() && line.trim_end().ends_with(']') {
            in_table = true;
            keys.extend(name(header).and_then(|end| header.get(..end)).map(|key| (at, key)));
        } else if let Some((key, rest)) = name(line).filter(|_| !in_table).and_then(|end| line.split_at_checked(end)) {
            let rest = rest.trim_start_matches(' ');
            let is_key = rest.starts_with('=') || rest.trim_end() == ":" || rest.starts_with(": ");
            keys.extend(is_key.then_some((at, key)));
        }
        at += line.len();
    }
    keys
}

/// Gives each problem to the record in whose text it stands; those between records go to the first.
fn share_out(problems: Vec<FieldProblem>, nodes: &[Node], incidents: &mut [Incident]) {
    let mut own: Vec<Vec<FieldProblem>> = incidents.iter().map(|_| Vec::new()).collect();
    for problem in problems {
        let span = problem.place.span();
        let before = nodes.partition_point(|node| node.span.start <= span.start).saturating_sub(1);
        let at = if nodes.get(before).is_some_and(|node| node.span.contains(span)) { before } else { 0 };
        if let Some(list) = own.get_mut(at) {
            list.push(problem);
        }
    }
    for (incident, mut problems) in incidents.iter_mut().zip(own) {
        problems.sort_by_key(|problem| problem.place);
        // A value that holds what is broken may look like one of a wrong type: that is the same cause.
        let is_implied = |field: &FieldProblem| {
            let span = field.place.span();
            let first = problems.partition_point(|problem| problem.place.span().start < span.start);
            problems.get(first).is_some_and(|problem| span.contains(problem.place.span()))
        };
        incident.problems.retain(|field| !is_implied(field));
        incident.problems.splice(0..0, problems);
    }
}

/// Gives a record the text below its front matter.
fn tell(incident: &mut Incident, id: SourceId, body: Option<Body>, book: &Rulebook) {
    if let Some(mut body) = body {
        body.passages.shrink_to_fit();
        body.sections.shrink_to_fit();
        incident.statements = statements(id, &body, &book.vocabulary);
        incident.body = Some(body);
    }
}

/// The file's name is the id of a record that states none.
fn name_by_file(incident: &mut Incident, id: SourceId, source: &Source) {
    if incident.id.is_missing() && !incident.problems.iter().any(|problem| problem.field.is_empty()) {
        incident.id = Fact::stated(source.path.file_stem().into(), incident.home);
    }
    if matches!(incident.home, Place::File(_)) {
        incident.home = Place::new(id, Span::default());
    }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn a_place_belongs_to_the_key_above_it() {
        let names = |text| keys(text).into_iter().map(|(_, key)| key).collect::<Vec<_>>();
        assert_eq!(names("---\nid: 1\r\ntitle: \"a: b\nreviews:\n  - date: x\n"), ["id", "title", "reviews"]);
        assert_eq!(names("id = 1\n[[actions]]\nid = 2\n[links]\nrisks = []\n"), ["id", "actions", "links"]);
    }
}
