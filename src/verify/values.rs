//! JSON, value by value: findings by their fingerprint, rules by their id, everything else by its key.

use super::{Kind, Part, State, Statement};
use crate::text::{Text, bare_field, bare_id, shorten};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The longest value that is shown.
const LONGEST: usize = 200;
/// The most differences of one statement that are told.
const MOST_PARTS: usize = 50;
/// The keys by which a member of a list is known from one run to another.
const NAMES: [&str; 3] = ["fingerprint", "uuid", "id"];

/// A difference, with its values as they may be shown.
pub(super) fn part(name: &str, pack: Option<&str>, repository: Option<&str>) -> Part {
    let shown = |value: Option<&str>| value.map(|value| Text::new(shorten(value, LONGEST)));
    Part { name: Text::new(bare_field(name)), pack: shown(pack), repository: shown(repository), withheld: false }
}

/// Both sides by their keys: those of the second in their order, then those that the first has alone.
pub(super) fn paired<'a, T>(
    pack: &'a [(String, T)],
    made: &'a [(String, T)],
) -> impl Iterator<Item = (&'a str, Option<&'a T>, Option<&'a T>)> {
    let theirs: HashMap<&str, &T> = pack.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let ours: BTreeSet<&str> = made.iter().map(|(key, _)| key.as_str()).collect();
    let both = made.iter().map(move |(key, value)| (key.as_str(), theirs.get(key.as_str()).copied(), Some(value)));
    let alone = pack.iter().filter(move |(key, _)| !ours.contains(key.as_str()));
    both.chain(alone.map(|(key, value)| (key.as_str(), Some(value), None)))
}

/// What a file states: its kind, and how it is called in a message.
#[derive(Clone, Copy)]
struct Told<'v> {
    kind: Kind,
    value: &'v Value,
}

/// The statements of a document against those of another.
pub(super) fn statements(pack: &Value, made: &Value) -> Vec<Statement> {
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    tell(pack, "", &mut theirs);
    tell(made, "", &mut ours);
    paired(&theirs, &ours).map(|(key, theirs, ours)| statement(key, theirs, ours)).collect()
}

/// Takes a document apart: objects by their keys, lists of objects by what names their members.
fn tell<'v>(value: &'v Value, path: &str, told: &mut Vec<(String, Told<'v>)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| tell(value, &below(key), told)),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
            let kind = match path {
                "findings" => Kind::Finding,
                "rules" => Kind::Rule,
                _ => Kind::Entry,
            };
            let mut seen = BTreeMap::new();
            told.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(at, value)| (key(path, kind, at, value, &mut seen), Told { kind, value })),
            );
        }
        _ => told.push((path.to_owned(), Told { kind: Kind::Field, value })),
    }
}

/// What a member of a list is called; members of one name are counted.
fn key(path: &str, kind: Kind, at: usize, value: &Value, seen: &mut BTreeMap<String, usize>) -> String {
    let name = NAMES.iter().find_map(|name| value.get(name)?.as_str());
    let number = seen.entry(name.unwrap_or_default().to_owned()).or_default();
    *number += 1;
    let again = if *number == 1 { String::new() } else { format!(" ({number})") };
    match (name, kind) {
        (Some(name), Kind::Entry) => format!("{path}[{name}{again}]"),
        (Some(name), _) => format!("{name}{again}"),
        (None, _) => format!("{path}[{at}]"),
    }
}

fn statement(key: &str, pack: Option<&Told<'_>>, made: Option<&Told<'_>>) -> Statement {
    let mut parts = Vec::new();
    let state = match (pack, made) {
        (None, _) => State::Missing,
        (_, None) => State::Extra,
        (Some(pack), Some(made)) => {
            differences(pack.value, made.value, "", &mut parts);
            if parts.is_empty() { State::Holds } else { State::Differs }
        }
    };
    let kind = made.or(pack).map_or(Kind::Field, |told| told.kind);
    let about = made.or(pack).filter(|told| told.kind == Kind::Finding).map(|told| about(told.value));
    Statement { kind, subject: Text::new(subject(kind, key)), about, state, parts }
}

/// A key as it may be shown: those of a pack may be anything.
fn subject(kind: Kind, key: &str) -> String {
    let is_digest = key.len() >= 64 && key.is_ascii();
    match kind {
        Kind::Finding if is_digest => shorten(key, 80),
        Kind::Field | Kind::Entry => shorten(key, 80),
        _ => bare_id(key).to_owned(),
    }
}

/// Rule, record and field of a finding.
fn about(finding: &Value) -> Text {
    let text = |key: &str| finding.get(key).and_then(Value::as_str).unwrap_or_default();
    let record = if text("record").is_empty() { String::new() } else { format!(" of {}", bare_id(text("record"))) };
    let field = if text("field").is_empty() { String::new() } else { format!(", field {}", bare_field(text("field"))) };
    Text::new(shorten(&format!("{}{record}{field}", bare_id(text("rule"))), 160))
}

/// The leaves in which two values differ.
fn differences(pack: &Value, made: &Value, path: &str, parts: &mut Vec<Part>) {
    if pack == made || parts.len() >= MOST_PARTS {
        return;
    }
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (pack, made) {
        (Value::Object(theirs), Value::Object(ours)) => {
            let keys = ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key)));
            keys.for_each(|key| either(theirs.get(key), ours.get(key), &below(key), parts));
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            let all = 0..theirs.len().max(ours.len());
            all.for_each(|at| either(theirs.get(at), ours.get(at), &below(&at.to_string()), parts));
        }
        _ => parts.push(part(path, Some(&said(pack)), Some(&said(made)))),
    }
}

fn either(pack: Option<&Value>, made: Option<&Value>, path: &str, parts: &mut Vec<Part>) {
    match (pack, made) {
        (Some(pack), Some(made)) => differences(pack, made, path, parts),
        _ if parts.len() >= MOST_PARTS => {}
        _ => parts.push(part(path, pack.map(said).as_deref(), made.map(said).as_deref())),
    }
}

fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn findings_are_known_by_their_fingerprint_and_rules_by_their_id() {
        let (a, b, c) = ("a".repeat(64), "b".repeat(64), "c".repeat(64));
        let finding = |print: &str, line: u32| json!({"rule": "late-review", "record": "I1", "field": "closed", "start": {"line": line}, "fingerprint": print});
        let made = json!({"as_of": "2026-01-01", "rules": [{"id": "r", "failed": 1}], "findings": [finding(&a, 1), finding(&b, 2)]});
        let pack = json!({"as_of": "2026-01-02", "rules": [{"id": "r", "failed": 0}], "findings": [finding(&b, 3), finding(&c, 2)]});
        let all = statements(&pack, &made);
        let told: Vec<_> = all.iter().map(|one| (one.kind, one.state, one.parts.len())).collect();
        let expected = [
            (Kind::Field, State::Differs, 1),
            (Kind::Rule, State::Differs, 1),
            (Kind::Finding, State::Missing, 0),
            (Kind::Finding, State::Differs, 1),
            (Kind::Finding, State::Extra, 0),
        ];
        assert_eq!(told, expected);
        assert_eq!(all[3].about.as_ref().unwrap().as_str(), "late-review of I1, field closed");
        assert_eq!((all[3].parts[0].name.as_str(), all[1].subject.as_str()), ("start.line", "r"));
    }
}
