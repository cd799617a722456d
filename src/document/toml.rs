//! TOML: the tables of the `toml` crate become a tree in the order of the text.

mod scan;

use super::{Document, Entry, MAX_DEPTH, MAX_ERRORS, Map, Node, SyntaxProblem, Value};
use crate::source::Span;
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue, Error};
use scan::Scan;
use std::borrow::Cow;

/// Reads a text.
pub fn parse(text: &str) -> Document {
    let Scan { comments, mut problems, mut broken } = scan::scan(text);
    let (readable, table, errors) = loop {
        let readable = blanked(text, &broken);
        let (table, errors) = DeTable::parse_recoverable(&readable);
        match errors.iter().find(|error| error.message().contains(STOPS)) {
            Some(error) if problems.len() < MAX_ERRORS => {
                let line = line(&readable, place(&readable, error).start as usize);
                problems.push(no_value(line));
                broken.push(line);
            }
            _ => {
                let map = entries(text, table.into_inner());
                break (readable, map, errors);
            }
        }
    };
    let mut node = Node { span: Span::new(0, 0), value: Value::Map(table) };
    cover(&mut node);
    problems.extend(reported(&readable, &errors, &node));
    problems.sort_by_key(|problem| problem.span);
    let data = node.map().is_some_and(|map| !map.entries.is_empty()).then_some(node);
    Document { data, comments, problems, ..Document::default() }
}

/// The one error behind which the parser reads nothing more: its line is left out, and the rest is read again.
const STOPS: &str = "key with no value";

fn no_value(line: Span) -> SyntaxProblem {
    let help = "Write an equals sign and a value behind the key.";
    SyntaxProblem::new(line, "This line is no `key = value`", help)
}

/// The content of the line that an offset is in.
fn line(text: &str, at: usize) -> Span {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len())).unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    Span::new(start + indent, start + indent + line.trim().len())
}

/// The text without the entries that are broken for certain: blanks of the same length stand in their place.
fn blanked<'t>(text: &'t str, broken: &[Span]) -> Cow<'t, str> {
    if broken.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for span in broken {
        let broken = bytes.get_mut(span.range()).unwrap_or_default();
        broken.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
}

/// The entries of a table in the order of the text.
fn entries(text: &str, table: DeTable<'_>) -> Map {
    let mut entries: Vec<Entry> = table
        .into_iter()
        // A value that the parser could not make out has no place: its key is left out.
        .filter(|(_, value)| value.span() != (0..0))
        .map(|(key, value)| {
            let key_span = span(key.span());
            Entry { key: key.into_inner().into(), key_span, value: node(text, value) }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span);
    Map { entries }
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn node(text: &str, value: Spanned<DeValue<'_>>) -> Node {
    let span = span(value.span());
    let value = match value.into_inner() {
        DeValue::String(string) if string.is_empty() && span.is_empty() => return Node::empty(span),
        DeValue::String(string) => {
            let quoted = text.get(span.range()).is_some_and(|written| written.starts_with(['"', '\'']));
            return Node::scalar(string, span, quoted);
        }
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| node(text, item)).collect()),
        DeValue::Table(table) => Value::Map(entries(text, table)),
        _ => return Node::scalar(text.get(span.range()).unwrap_or_default(), span, false),
    };
    Node { span, value }
}

/// Widens every table and list to what it holds: the parser gives their headers alone.
fn cover(node: &mut Node) {
    let mut all = node.span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| {
            cover(item);
            all = all.cover(item.span);
        }),
        Value::Map(map) => map.entries.iter_mut().for_each(|entry| {
            cover(&mut entry.value);
            all = all.cover(entry.key_span).cover(entry.value.span);
        }),
        Value::Empty | Value::Scalar(_) => {}
    }
    node.span = all;
}

/// The errors of the parser, the first of each line, in plain words.
fn reported(text: &str, errors: &[Error], root: &Node) -> Vec<SyntaxProblem> {
    let mut found: Vec<(Span, &str)> = errors.iter().map(|error| (place(text, error), error.message())).collect();
    found.sort_by_key(|(span, _)| *span);
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for (span, message) in found {
        let before = text.get(..span.start as usize).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        if lines.last() != Some(&line) && problems.len() < MAX_ERRORS {
            lines.push(line);
            problems.push(explain(text, span, message, root));
        }
    }
    problems
}

/// The place of an error, on character boundaries and never more than one line.
fn place(text: &str, error: &Error) -> Span {
    let range = error.span().unwrap_or(0..0);
    let start = (0..=range.start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let line = text.get(start..).unwrap_or_default();
    let line = line.get(..line.find(['\n', '\r']).unwrap_or(line.len())).unwrap_or_default();
    let length = range.end.saturating_sub(start).min(line.len());
    let end = (length..=line.len()).find(|&at| line.is_char_boundary(at)).unwrap_or(0);
    Span::new(start, start + end)
}

/// One error in plain words: a part of what the parser says, what we say, and what to do.
const WORDS: [(&str, &str, &str); 8] = [
    ("keys cannot be empty", "A key is missing here", "Write `key = value`, or `[name]` for a header."),
    ("unquoted key", "A key of these characters stands between quotes", "Put quotes around the key."),
    ("missing table open", "This bracket closes nothing", "Delete it."),
    (
        "expected newline",
        "Something follows the value or header on this line",
        "Begin a new line for it, or delete it.",
    ),
    ("recursion", "Lists and tables are nested too deeply here", "Check the brackets above this place."),
    ("string values must be quoted", "This text stands without quotes", "Put text between double quotes."),
    ("missing value", "This key has no value", "Write the value behind the equals sign, or delete the line."),
    ("dotted key", "This key was given a plain value above", "Keep one of the two: the value, or the keys below it."),
];

fn explain(text: &str, span: Span, message: &str, root: &Node) -> SyntaxProblem {
    if message.starts_with("duplicate key") {
        return duplicate(text, span, root);
    }
    if message.contains("escape") {
        let help = "Double the backslash, or use single quotes, in which it stands for itself.";
        return SyntaxProblem::new(escape(text, span), "This text holds a backslash that begins no known escape", help);
    }
    if let Some((_, words, help)) = WORDS.iter().find(|(part, ..)| message.contains(part)) {
        return SyntaxProblem::new(span, *words, *help);
    }
    let written = text.get(span.range()).unwrap_or_default();
    if message.starts_with("invalid") && written.starts_with(char::is_alphabetic) {
        return SyntaxProblem::new(span, "This text stands without quotes", "Put text between double quotes.");
    }
    SyntaxProblem::new(span, sentence(message), "Correct it; text stands between double quotes.")
}

/// The backslash with the character behind it; the parser points between the two.
fn escape(text: &str, span: Span) -> Span {
    let at = span.start as usize;
    let next = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| !c.is_control());
    let start = if text.get(..at).is_some_and(|before| before.ends_with('\\')) { at - 1 } else { at };
    Span::new(start, at + next.map_or(0, char::len_utf8))
}

fn duplicate(text: &str, span: Span, root: &Node) -> SyntaxProblem {
    let written = text.get(span.range()).unwrap_or_default().trim_matches(['"', '\'']);
    let key: String = written.chars().take(50).collect();
    let help = "Keep one of the two, or give this one its right name.";
    let problem = SyntaxProblem::new(span, format!("The key `{key}` is here a second time"), help);
    match first_key(root, written, span, 0).or_else(|| first_header(text, span)) {
        Some(first) => problem.and(first, "It is here first"),
        None => problem,
    }
}

/// The last entry of that name before a place: the one in the table that the place is in.
fn first_key(node: &Node, key: &str, before: Span, depth: usize) -> Option<Span> {
    let deeper = |node: &Node| (depth < MAX_DEPTH).then(|| first_key(node, key, before, depth + 1)).flatten();
    match &node.value {
        Value::List(items) => items.iter().filter_map(deeper).max(),
        Value::Map(map) => {
            let own = map.entries.iter().filter(|entry| &*entry.key == key).map(|entry| entry.key_span);
            let own = own.filter(|span| span.start < before.start);
            own.chain(map.entries.iter().filter_map(|entry| deeper(&entry.value))).max()
        }
        Value::Empty | Value::Scalar(_) => None,
    }
}

/// The same header further up; the parser has merged the two tables.
fn first_header(text: &str, second: Span) -> Option<Span> {
    let header = line(text, second.start as usize);
    let written = text.get(header.range())?;
    let before = text.get(..header.start as usize)?;
    let mut all = before.match_indices(written).map(|(at, _)| at);
    let first = all.find(|&at| line(text, at) == Span::new(at, at + written.len()))?;
    Some(Span::new(first, first + second.len()).shifted((second.start - header.start) as usize))
}

/// The words of the parser, as a message of bearable length.
fn sentence(message: &str) -> String {
    let mut chars = message.chars().map(|c| if c == '\n' { ' ' } else { c });
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first.chars().chain(chars).take(90).collect()
}

#[cfg(test)]
mod tests;
