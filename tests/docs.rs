//! What is written about the program is made from it: `BLESS=1 cargo test --test docs` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic)]

use closeloop::rules::{self, pages};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

fn expected() -> BTreeMap<String, String> {
    let pages = rules::TABLE.iter().map(|rule| (format!("{}.md", rule.meta.id), pages::page(rule)));
    pages.chain([("README.md".to_owned(), pages::catalogue())]).collect()
}

fn found() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).into_iter().flatten().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_rule_catalogue_is_fresh() {
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).unwrap();
        for (name, text) in expected() {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    let (expected, found) = (expected(), found());
    let stale: Vec<&String> = expected.keys().filter(|name| found.get(*name) != expected.get(*name)).collect();
    let left: Vec<&String> = found.keys().filter(|name| !expected.contains_key(*name)).collect();
    assert!(
        stale.is_empty() && left.is_empty(),
        "run BLESS=1 cargo test --test docs; stale {stale:?}, left over {left:?}"
    );
}
