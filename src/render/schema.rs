//! JSON Schemas: of what closeloop prints, for programs, and of what people write, for editors.
//!
//! What is for editors is in draft-07: SchemaStore asks for it, as many editors know no later draft in full. It carries
//! what helps while one writes: a line for each key, the words that fit, and where to read more.

use super::json::ResultDocument;
use crate::config::WaiverFile;
use crate::config::model::Config;
use crate::merge::Merged;
use crate::record::format;
use crate::render::catalogue;
use crate::timeline::Timeline;
use crate::trend::Trend;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::{Value, json};

/// Where the schemas are published; the file's name follows.
const PUBLISHED: &str = "https://raw.githubusercontent.com/closeloop/closeloop/main/docs/schemas/";
/// Where the documentation is; the page's name follows.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/");

/// What `closeloop check --output json` prints.
pub fn result() -> Value {
    printed::<ResultDocument>("result")
}

/// What `closeloop timeline ID --output json` prints.
pub fn timeline() -> Value {
    printed::<Timeline>("timeline")
}

/// What `closeloop merge --output json` prints.
pub fn merged() -> Value {
    printed::<Merged>("merge")
}

/// What `closeloop trend --output json` prints.
pub fn trend() -> Value {
    printed::<Trend>("trend")
}

/// `closeloop.toml`.
pub fn config() -> Value {
    let mut schema = in_toml::<Config>();
    with_words(&mut schema);
    schema["title"] = json!("closeloop.toml");
    published("config", schema)
}

/// `closeloop-waivers.toml`.
pub fn waivers() -> Value {
    let mut schema = in_toml::<WaiverFile>();
    schema["title"] = json!("closeloop-waivers.toml");
    published("waivers", schema)
}

/// An incident record. What is said of a key stands beside its `$ref`: draft-07 lets validators pass over it, and the YAML
/// language server shows it there and nowhere else.
pub fn record() -> Value {
    let Ok(mut schema) = Schema::try_from(format::schema()) else { return Value::Null };
    RecursiveTransform(one_type).transform(&mut schema);
    published("record", schema.to_value())
}

/// A file that people write in TOML.
fn in_toml<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(for_toml).transform(&mut schema);
    schema.to_value()
}

fn printed<T: JsonSchema>(name: &str) -> Value {
    published(name, schema_for!(T).to_value())
}

/// A schema with its address behind the draft that it is in.
fn published(name: &str, schema: Value) -> Value {
    let mut whole = json!({ "$schema": schema["$schema"], "$id": format!("{PUBLISHED}{name}.json") });
    if let (Value::Object(whole), Value::Object(rest)) = (&mut whole, schema) {
        whole.extend(rest);
    }
    whole
}

/// TOML knows no null: a key that may be left out is no key that may be empty. Sizes of numbers are for programs.
fn for_toml(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if choices.len() == 1
            && let Some(only) = object.remove("anyOf")
        {
            object.insert("allOf".to_owned(), only);
        }
    }
    let says_nothing =
        |default: &Value| default.is_null() || *default == json!("") || *default == json!({}) || *default == json!([]);
    if object.get("default").is_some_and(says_nothing) {
        object.remove("default");
    }
    if object.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("int")) {
        object.remove("format");
    }
}

/// A choice of types as a choice of schemas, which is how SchemaStore wants it.
fn one_type(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    let types = object.get("type").and_then(Value::as_array).filter(|_| !object.contains_key("anyOf"));
    let Some(types) = types.map(|types| types.iter().map(|kind| json!({ "type": kind })).collect::<Vec<_>>()) else {
        return;
    };
    object.remove("type");
    object.insert("anyOf".to_owned(), Value::Array(types));
}

/// The words that fit where the schema alone knows only texts, the usual numbers, and where to read more.
fn with_words(schema: &mut Value) {
    schema["properties"]["profile"]["enum"] = json!(["starter", "standard", "auditor"]);
    let sections = [
        ("rule", "rules-of-your-own", Some(json!(["id", "when", "require", "message"]))),
        ("approved_change", "approvals-and-attestations", Some(json!(["key", "from", "to", "why", "by", "on"]))),
        ("attestation", "approvals-and-attestations", Some(json!(["from", "to", "by"]))),
        ("registers", "registers", None),
        ("exports", "exported-lists", None),
        ("severity", "severity", None),
        ("review", "review-windows", None),
        ("thresholds", "thresholds", None),
        ("rules", "rules", None),
        ("vocabulary", "words-and-dates", None),
    ];
    for (key, section, first_keys) in sections {
        let about = &mut schema["properties"][key];
        about["x-taplo"]["links"]["key"] = json!(format!("{PAGES}configuration.md#{section}"));
        if let Some(first_keys) = first_keys {
            about["items"] = json!({ "allOf": [about["items"].take()], "x-taplo": { "initKeys": first_keys } });
        }
    }
    for (key, usual, _) in Config::default().thresholds.each() {
        schema["definitions"]["Thresholds"]["properties"][key]["default"] = json!(usual);
    }
    for rule in catalogue::entries(&[], None).into_iter().filter(|rule| rule.state == "built-in") {
        schema["definitions"]["Rules"]["properties"][&rule.id] = json!({
            "description": rule.summary,
            "allOf": [{ "$ref": "#/definitions/RuleSetting" }],
            "x-taplo": { "links": { "key": format!("{PAGES}rules/{}.md", rule.id) } },
        });
    }
}
