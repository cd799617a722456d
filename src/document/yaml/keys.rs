//! The keys of a mapping: what can be one, and whether it is there already.

use super::super::{Map, Node, SyntaxProblem, Value};
use super::builder::shortened;
use crate::source::Span;
use std::collections::HashMap;

/// From this many keys on, a mapping looks for duplicates with a table.
const SMALL_MAP: usize = 64;

/// A key that waits for its value.
pub(super) struct Key {
    /// The key as it was written.
    pub(super) text: Box<str>,
    /// Where it stands.
    pub(super) span: Span,
    /// Whether its value is left out: the key is here a second time, or is none.
    pub(super) dropped: bool,
}

/// Turns a node into a key, and says so where it cannot be one.
pub(super) fn accept_key(
    text: &str,
    node: Node,
    map: &Map,
    seen: &mut HashMap<Box<str>, usize>,
    problems: &mut Vec<SyntaxProblem>,
) -> Key {
    let span = node.span;
    let key = match node.value {
        Value::Scalar(scalar) => scalar.text,
        Value::Empty if !span.is_empty() => text.get(span.range()).unwrap_or_default().into(),
        Value::Empty => return refused_key(span, "There is a value here and no key before the colon", problems),
        _ => return refused_key(span, "A key is one word or text; here it is a list or a mapping", problems),
    };
    let first = find_key(map, seen, &key);
    if let Some(first) = first {
        let message = format!("The key `{}` is here a second time", shortened(&key, 50));
        let help = "Keep one of the two, or give this one its right name.";
        problems.push(SyntaxProblem::new(span, message, help).and(first, "It is here first"));
    }
    Key { text: key, span, dropped: first.is_some() }
}

fn refused_key(span: Span, message: &str, problems: &mut Vec<SyntaxProblem>) -> Key {
    problems.push(SyntaxProblem::new(span, message, "Write `key: value`, with a word before the colon."));
    Key { text: "".into(), span, dropped: true }
}

/// Where a mapping has a key already; large mappings are answered from a table.
fn find_key(map: &Map, seen: &mut HashMap<Box<str>, usize>, key: &str) -> Option<Span> {
    if map.entries.len() < SMALL_MAP {
        return map.entry(key).map(|entry| entry.key_span);
    }
    for (at, entry) in map.entries.iter().enumerate().skip(seen.len()) {
        seen.insert(entry.key.clone(), at);
    }
    let at = seen.get(key).copied()?;
    map.entries.get(at).map(|entry| entry.key_span)
}
