//! Schemas for editors: published as they are printed, with a line for each key, and ready for SchemaStore.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use support::{conforms, schema};

const NAMES: [&str; 7] = ["config", "merge", "record", "result", "timeline", "trend", "waivers"];
const PUBLISHED: &str = "https://raw.githubusercontent.com/closeloop/closeloop/main/";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> PathBuf {
    root().join(format!("docs/schemas/{name}.json"))
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Editors load them from `docs/schemas`; `BLESS=1` writes them anew.
#[test]
fn the_published_schemas_are_those_that_are_printed() {
    for name in NAMES {
        let printed = serde_json::to_string_pretty(&schema(name)).unwrap() + "\n";
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(root().join("docs/schemas")).unwrap();
            fs::write(file(name), &printed).unwrap();
        }
        let published = fs::read_to_string(file(name)).unwrap_or_default().replace("\r\n", "\n");
        assert!(published == printed, "docs/schemas/{name}.json is stale: BLESS=1 cargo test --test schemas");
    }
    let there = fs::read_dir(root().join("docs/schemas")).unwrap().count();
    assert_eq!(there, NAMES.len(), "a file in docs/schemas is no schema that is printed");
}

#[test]
fn a_schema_is_found_at_its_address() {
    for name in NAMES {
        let address = schema(name)["$id"].as_str().unwrap().to_owned();
        let path = root().join(address.strip_prefix(PUBLISHED).unwrap());
        assert_eq!(path, file(name));
    }
}

/// Calls `on` for each key that a schema describes, with the place and what is said of it.
fn each_key(schema: &Value, place: &str, on: &mut impl FnMut(&str, &Value)) {
    match schema {
        Value::Object(object) => {
            for (key, about) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
                on(&format!("{place}.{key}"), about);
            }
            object.iter().for_each(|(key, value)| each_key(value, &format!("{place}/{key}"), on));
        }
        Value::Array(items) => items.iter().for_each(|item| each_key(item, place, on)),
        _ => {}
    }
}

#[test]
fn every_key_says_what_it_holds() {
    for name in NAMES {
        let (mut keys, mut silent) = (0, Vec::new());
        each_key(&schema(name), name, &mut |place, about| {
            keys += 1;
            if about["description"].as_str().is_none_or(str::is_empty) {
                silent.push(place.to_owned());
            }
        });
        assert!(keys > 7 && silent.is_empty(), "{name}: {silent:?}");
    }
}

/// TOML knows no null, and an editor that offers one offers a mistake.
#[test]
fn the_configuration_offers_what_toml_can_hold() {
    let text = schema("config").to_string();
    assert!(!text.contains("null"), "{text}");
    let config = schema("config");
    let rules = config["definitions"]["Rules"]["properties"].as_object().unwrap();
    for rule in closeloop::rules::TABLE {
        let about = &rules[rule.meta.id];
        let page = about["x-taplo"]["links"]["key"].as_str().unwrap();
        let page = page.strip_prefix("https://github.com/closeloop/closeloop/blob/main/").unwrap();
        assert!(root().join(page).is_file(), "{page}");
    }
    assert_eq!(config["definitions"]["Thresholds"]["properties"]["unclosed_after"]["default"], 60);
    let demo = json_of_toml(include_str!("../fixtures/isms/01-start/closeloop.toml"));
    conforms(&config, &demo);
}

fn json_of_toml(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap()
}

/// Where a link of the schema leads, there is such a heading.
#[test]
fn links_lead_to_headings() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let heading = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(',', "").replace(' ', "-");
    let headings: Vec<String> = page.lines().filter(|line| line.starts_with('#')).map(heading).collect();
    let mut links = 0;
    each_key(&schema("config"), "", &mut |place, about| {
        let link = about["x-taplo"]["links"]["key"].as_str();
        if let Some((_, anchor)) = link.and_then(|link| link.split_once('#')) {
            links += 1;
            assert!(headings.contains(&anchor.to_owned()), "{place}: {anchor}");
        }
    });
    assert!(links > 5);
}

/// What SchemaStore asks of an entry, as its own checks have it.
#[test]
fn the_entries_for_schemastore_are_as_it_wants_them() {
    let entries = json(&root().join("docs/schemastore.json"));
    let entries = entries.as_array().unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        let keys: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(
            keys == ["name", "description", "fileMatch", "url"] || keys == ["name", "description", "url"],
            "{keys:?}"
        );
        for key in ["name", "description"] {
            let text = entry[key].as_str().unwrap();
            assert!(!text.to_lowercase().contains("schema") && !text.ends_with(['.', ',', ' ', '-']), "{text}");
        }
        let url = entry["url"].as_str().unwrap();
        let schema = schema(Path::new(url).file_stem().unwrap().to_str().unwrap());
        assert_eq!(schema["$id"], url);
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#", "{url}");
        for glob in entry["fileMatch"].as_array().into_iter().flatten() {
            let glob = glob.as_str().unwrap();
            assert!(!glob.contains('/') || glob.starts_with("**/"), "{glob}");
        }
    }
    let names: Vec<&str> = entries.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(entries.iter().any(|entry| entry["fileMatch"] == serde_json::json!(["closeloop.toml"])));
}
