//! The native format as a JSON Schema, made of the table of its keys.

use super::super::words::{Class, Word};
use super::{KEYS, Key, Kind, REASON_KEYS};
use crate::vocabulary::{Language, Vocabulary};
use serde_json::{Map, Value, json};

/// The schema of a record: JSON Schema in draft-07, which editors know.
pub fn schema() -> Value {
    let mut root = mapping("");
    let about = "An incident record: the front matter of a Markdown file, or a YAML, TOML or JSON file.";
    extend(
        &mut root,
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "closeloop incident record",
            "description": about,
            "required": ["id", "title", "status", "detected"],
            "definitions": definitions(),
        }),
    );
    root
}

fn definitions() -> Value {
    json!({
        "none": {
            // No title and no description: editors would show them at every key.
            "$comment": "`{ none: reason }` is an answer; silence is not.",
            "type": "object",
            "properties": {
                "none": { "description": "Why there is none, or nothing where the reason stands beside it.", "type": ["string", "null"] },
                "reason": { "description": "Why there is none.", "type": "string" },
                "why": { "description": "The same as `reason`.", "type": "string" },
            },
            "required": ["none"],
        },
        "text": {
            "title": "A text",
            "anyOf": [{ "type": ["string", "number", "boolean", "null"] }, { "$ref": "#/definitions/none" }],
        },
        "list": {
            "title": "A list of texts",
            "description": "One text counts as a list of one.",
            "anyOf": [
                { "type": "array", "items": { "$ref": "#/definitions/entry" } },
                { "type": ["string", "number", "boolean", "null"] },
                { "$ref": "#/definitions/none" },
            ],
        },
        "entry": {
            "title": "A text, or a mapping that holds it",
            "anyOf": [
                { "type": ["string", "number", "boolean", "null"] },
                { "type": "object", "anyOf": [one_of("text"), one_of("id"), one_of("name"), one_of("path")] },
            ],
        },
        "day": {
            "title": "A day or an instant",
            "description": "`2026-03-02` or `2026-03-02T09:40Z`.",
            "anyOf": [{ "type": ["string", "null"] }, { "$ref": "#/definitions/none" }],
            "examples": ["2026-03-02"],
        },
        "flag": {
            "title": "True or false",
            "anyOf": [{ "type": ["boolean", "string", "null"] }, { "$ref": "#/definitions/none" }],
        },
        "number": {
            "title": "A number",
            "anyOf": [{ "type": ["number", "null"] }, { "type": "string" }, { "$ref": "#/definitions/none" }],
        },
        "named": {
            "title": "The reason, as a text or under `reason`",
            "anyOf": [
                { "type": ["string", "null"] },
                {
                    "type": "object",
                    "properties": { "reason": { "description": "The reason.", "type": "string" } },
                    "required": ["reason"],
                },
            ],
        },
        "reason": reason(),
    })
}

/// A mapping with this key.
fn one_of(key: &str) -> Value {
    json!({ "properties": { key: { "description": "The text itself." } }, "required": [key] })
}

fn reason() -> Value {
    let mut schema = reason_with(Map::new());
    let about = "`{ why, by }`; a bare text is the reason alone.";
    extend(&mut schema, json!({ "title": "A reason with a name", "description": about }));
    schema
}

/// A reason that may hold further keys.
fn reason_with(mut keys: Map<String, Value>) -> Value {
    keys.extend(REASON_KEYS.iter().map(|key| (key.path.to_owned(), described(key))));
    json!({ "anyOf": [
        { "type": "object", "properties": keys, "additionalProperties": false },
        { "type": ["string", "null"] },
    ] })
}

/// The schema of a mapping: what stands directly below a path.
fn mapping(above: &str) -> Value {
    let below = KEYS.iter().filter_map(|key| Some((key.path.strip_prefix(above)?, key)));
    let direct = below.filter(|(name, _)| !name.is_empty() && !name.contains(['.', '[']));
    let properties: Map<String, Value> = direct.map(|(name, key)| (name.to_owned(), described(key))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn described(key: &Key) -> Value {
    let mut schema = json!({ "description": key.about });
    extend(&mut schema, of_kind(key));
    schema
}

fn of_kind(key: &Key) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/definitions/{name}") });
    let below = || mapping(&format!("{}.", key.path));
    let entries = || mapping(&format!("{}[].", key.path));
    match key.kind {
        Kind::Text => reference("text"),
        Kind::List => reference("list"),
        Kind::Day => reference("day"),
        Kind::Flag => reference("flag"),
        Kind::Number => reference("number"),
        Kind::Reason => match below()["properties"].as_object() {
            Some(own) if !own.is_empty() => reason_with(own.clone()),
            _ => reference("reason"),
        },
        Kind::Foreign => json!({}),
        Kind::MappingOrList => json!({ "anyOf": [below(), reference("list")] }),
        Kind::Reasons => json!({ "anyOf": [
            { "type": "array", "items": reference("reason") }, reference("reason"), reference("none"),
        ] }),
        Kind::Word(words) => word(words.group(), &words.names()),
        Kind::Severity => json!({
            "type": ["string", "integer", "null"],
            "examples": Class::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        }),
        Kind::Mapping => json!({ "anyOf": [below(), { "type": "null" }, reference("none")] }),
        Kind::MappingOrText => json!({ "anyOf": [below(), reference("text")] }),
        Kind::Entries => json!({ "anyOf": [
            { "type": "array", "items": entries() }, entries(), { "type": ["string", "null"] }, reference("none"),
        ] }),
        Kind::EntriesOrTexts => json!({ "anyOf": [
            { "type": "array", "items": { "anyOf": [{ "type": ["string", "number", "null"] }, entries()] } },
            { "type": ["string", "number", "null"] }, entries(), reference("none"),
        ] }),
        Kind::Named => json!({ "anyOf": [
            { "type": "object", "additionalProperties": { "$ref": "#/definitions/named" } }, reference("list"),
        ] }),
    }
}

/// The words of the format first, then what else the vocabularies of all languages take for them.
fn word(group: &str, names: &[&'static str]) -> Value {
    let vocabulary = Vocabulary::builtin();
    let more = names
        .iter()
        .flat_map(|name| Language::ALL.iter().flat_map(move |language| vocabulary.words(*language, group, name)));
    let mut more: Vec<&str> = more.map(String::as_str).filter(|word| !names.contains(word)).collect();
    more.sort_unstable();
    more.dedup();
    let mut known = vec![json!({ "enum": names })];
    if !more.is_empty() {
        known.push(json!({ "description": "Other words for the same.", "enum": more }));
    }
    known.extend([json!({ "type": "null" }), json!({ "$ref": "#/definitions/none" })]);
    json!({ "anyOf": known })
}

fn extend(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}
