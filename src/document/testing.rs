//! What the tests of all syntaxes share: trees and problems as short text.

use super::{Document, Node, Passage, Row, Syntax, Value, parse};
use crate::source::{RepoPath, Source, Span};

/// A text, read, with what is needed to look at it.
pub(super) struct Read {
    pub source: Source,
    pub document: Document,
}

/// Reads a text in a syntax.
pub(super) fn read(text: &str, syntax: Syntax) -> Read {
    let source = Source::from_text(RepoPath::new("x"), text);
    let document = parse(&source, syntax);
    Read { source, document }
}

impl Read {
    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    /// The data in one line: `{key: plain, other: "quoted", list: [1, -]}`, with `-` for an empty value.
    pub fn tree(&self) -> String {
        self.document.data.as_ref().map_or_else(String::new, tree)
    }

    /// The node at a path of keys and indices: `actions.0.id`.
    pub fn at(&self, path: &str) -> &Node {
        path.split('.').fold(self.document.data.as_ref().unwrap(), |node, step| match step.parse::<usize>() {
            Ok(index) => &node.list().unwrap()[index],
            Err(_) => node.map().unwrap().get(step).unwrap(),
        })
    }

    /// The source text of the node at a path.
    pub fn text_at(&self, path: &str) -> &str {
        self.slice(self.at(path).span)
    }

    /// The problems: `line:column text message`, with the second place behind.
    pub fn problems(&self) -> Vec<String> {
        let place = |span: Span| {
            let start = self.source.position(span.start);
            format!("{}:{}", start.line, start.column)
        };
        let problems = self.document.problems.iter();
        let show = |problem: &super::SyntaxProblem| {
            let related = problem.related.as_ref().map(|(span, message)| format!(" ({}: {message})", place(*span)));
            let text = self.slice(problem.span).escape_debug().to_string();
            format!("{} <{text}> {}{}", place(problem.span), problem.message, related.unwrap_or_default())
        };
        problems.map(show).collect()
    }

    /// The places of the problems alone: `line:column`.
    pub fn places(&self) -> Vec<String> {
        self.problems().iter().map(|problem| problem.split(' ').next().unwrap().to_owned()).collect()
    }

    /// The cells of a row with the text that they come from.
    pub fn cells<'a>(&'a self, row: &'a Row) -> Vec<(&'a str, &'a str)> {
        row.cells.iter().map(|cell| (&*cell.text, self.slice(cell.span))).collect()
    }

    /// The masked parts of a passage.
    pub fn masked(&self, passage: &Passage) -> Vec<&str> {
        passage.masked.iter().map(|span| self.slice(*span)).collect()
    }
}

fn tree(node: &Node) -> String {
    match &node.value {
        Value::Empty => "-".to_owned(),
        Value::Scalar(scalar) if scalar.quoted => format!("{:?}", scalar.text),
        Value::Scalar(scalar) => scalar.text.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(tree).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entry = |entry: &super::Entry| format!("{}: {}", entry.key, tree(&entry.value));
            format!("{{{}}}", map.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}
