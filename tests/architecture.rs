//! Data flows one way: a module imports only modules that stand before it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the flow: each may use those before it.
const FLOW: [&str; 25] = [
    "text",
    "source",
    "document",
    "vocabulary",
    "time",
    "record",
    "prose",
    "framework",
    "config",
    "git",
    "population",
    "history",
    "rules",
    "verdict",
    "privacy",
    "timeline",
    "figure",
    "page",
    "report",
    "trend",
    "merge",
    "verify",
    "render",
    "demo",
    "cli",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module that a file belongs to: the first part of its path.
fn module(file: &Path) -> String {
    let first = file.strip_prefix(root()).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a text names with `crate::`, one a mention.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let word = |rest: &'_ str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    text.split("crate::").skip(1).map(move |rest| &rest[..word(rest)]).filter(|name| FLOW.contains(name))
}

#[test]
fn every_module_has_its_place_in_the_flow() {
    let mut unknown: Vec<String> = sources(&root()).iter().map(|file| module(file)).collect();
    unknown.retain(|module| !FLOW.contains(&module.as_str()) && module != "lib" && module != "main");
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn imports_point_one_way() {
    let place = |module: &str| FLOW.iter().position(|known| *known == module);
    let mut wrong = Vec::new();
    for file in sources(&root()) {
        let (from, text) = (module(&file), fs::read_to_string(&file).unwrap());
        let against = imports(&text).filter(|to| place(to) > place(&from) && place(&from).is_some());
        wrong.extend(against.map(|to| format!("{} uses crate::{to}", file.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn git_is_used_by_its_own_module_alone() {
    let strangers = sources(&root()).into_iter().filter(|file| module(file) != "git");
    let wrong: Vec<PathBuf> = strangers.filter(|file| fs::read_to_string(file).unwrap().contains("git2::")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Only the command line reads the clock, the environment and the arguments, and only it prints.
#[test]
fn rules_and_renderers_have_no_side_doors() {
    let pure = [
        "record",
        "prose",
        "framework",
        "config",
        "population",
        "rules",
        "verdict",
        "privacy",
        "timeline",
        "figure",
        "page",
        "report",
        "trend",
        "merge",
        "verify",
        "render",
    ];
    let doors = ["std::env", "std::fs", "std::process", "Utc::now", "SystemTime", "println!", "std::net"];
    let mut wrong = Vec::new();
    for file in sources(&root()).into_iter().filter(|file| pure.contains(&module(file).as_str())) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        wrong.extend(
            doors.iter().filter(|door| code.contains(*door)).map(|door| format!("{} uses {door}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is shown is decided before anything is rendered: a renderer may name the level and never asks for it.
#[test]
fn no_renderer_decides_about_privacy() {
    let renderers = sources(&root()).into_iter().filter(|file| module(file) == "render");
    let wrong: Vec<PathBuf> =
        renderers.filter(|file| fs::read_to_string(file).unwrap().contains("PrivacyLevel::")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
