//! What is written about the program is made from it, or held against it.
//!
//! `BLESS=1 cargo test --test docs` writes `docs/rules/` and the concepts in `docs/configuration.md` anew.
#![allow(clippy::unwrap_used, clippy::panic)]

use closeloop::config::model::Config;
use closeloop::config::{Level, load};
use closeloop::git::Snapshot;
use closeloop::record::format::KEYS;
use closeloop::rules::{self, pages};
use closeloop::source::{RepoPath, Source, SourceId};
use closeloop::verdict::{Options, Verdict, judge};
use closeloop::vocabulary::Groups;
use pulldown_cmark::{CodeBlockKind, Event, Options as Markdown, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn folder() -> PathBuf {
    root().join("docs/rules")
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

/// The pages that people write, from the root.
fn written() -> Vec<String> {
    let mut pages = vec![];
    for folder in ["docs", "docs/platforms"] {
        let names = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.filter_map(|name| name.to_str().filter(|n| n.ends_with(".md")).map(ToOwned::to_owned));
        pages.extend(names.map(|name| format!("{folder}/{name}")));
    }
    pages.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "fixtures/README.md"].map(ToOwned::to_owned));
    pages.sort();
    pages
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Markdown::ENABLE_TABLES)
}

/// Every fenced block of a page in a language: its text.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = read(page);
    let (mut blocks, mut open) = (Vec::new(), false);
    for event in events(&text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == language => {
                blocks.push(String::new());
                open = true;
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            Event::Text(text) if open => blocks.last_mut().unwrap().push_str(&text),
            _ => {}
        }
    }
    blocks
}

/// What stands in code on a page, cut into words: in backquotes and in fenced blocks.
fn words_of_code(page: &str) -> BTreeSet<String> {
    let text = read(page);
    let (mut words, mut open) = (BTreeSet::new(), false);
    for event in events(&text) {
        let code = match event {
            Event::Start(Tag::CodeBlock(_)) => {
                open = true;
                continue;
            }
            Event::End(TagEnd::CodeBlock) => {
                open = false;
                continue;
            }
            Event::Code(code) => code,
            Event::Text(text) if open => text,
            _ => continue,
        };
        let parts = code.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'));
        words.extend(parts.flat_map(|part| part.split('.').chain([part])).map(ToOwned::to_owned));
    }
    words
}

#[test]
fn every_key_of_the_configuration_is_described() {
    let schema = schemars::schema_for!(Config).to_value();
    let page = words_of_code("docs/configuration.md");
    let definitions = schema["$defs"].as_object().unwrap().values();
    let tables = std::iter::once(&schema).chain(definitions).filter_map(|table| table["properties"].as_object());
    let keys: BTreeSet<&String> = tables.flat_map(|table| table.keys()).collect();
    assert!(keys.len() > 90 && keys.contains(&"horizon_major".to_owned()), "{keys:?}");
    let silent: Vec<_> = keys.into_iter().filter(|key| !page.contains(*key)).collect();
    assert!(silent.is_empty(), "docs/configuration.md does not mention {silent:?}");
}

#[test]
fn the_defaults_of_thresholds_are_as_they_are_described() {
    let page = read("docs/configuration.md");
    let model = read("src/config/thresholds.rs");
    let start = model.find("thresholds! {\n    ///").unwrap();
    let set = model[start..].lines().filter_map(|line| line.trim().split_once(", ")?.0.split_once(" = "));
    let thresholds: Vec<(&str, &str)> = set.take_while(|(_, value)| value.parse::<i64>().is_ok()).collect();
    assert!(thresholds.len() > 20);
    let row = |(key, value): &(&str, &str)| format!("| `{key}` | {value} |");
    let wrong: Vec<String> = thresholds.iter().map(row).filter(|row| !page.contains(row)).collect();
    assert!(wrong.is_empty(), "docs/configuration.md lacks {wrong:?}");
}

/// Groups of the vocabulary that a reader of the configuration adds words to, and where such a word stands.
const GROUPS: [(&str, &str); 12] = [
    ("field", "a column, a label or a heading"),
    ("section", "the heading of a part of the story"),
    ("status", "the state of an incident"),
    ("severity", "a severity"),
    ("origin", "an origin"),
    ("review_kind", "the kind of a review"),
    ("lesson_kind", "the kind of a lesson"),
    ("action_kind", "the kind of an action"),
    ("action_status", "the state of an action"),
    ("result", "the result of a check"),
    ("adequacy", "how the response was"),
    ("boolean", "yes and no"),
];

/// The concepts of the vocabulary as two tables: those of words in fields, and those of the rules that read prose.
fn concepts() -> String {
    let groups: Groups = toml::from_str(&read("src/vocabulary/en.toml")).unwrap();
    let row = |title: &str, group: &str| {
        let members = groups[group].keys().map(|concept| format!("`{concept}`")).collect::<Vec<_>>();
        format!("| {title} | {} |\n", members.join(", "))
    };
    let fields: String = GROUPS.iter().map(|(group, title)| row(title, group)).collect();
    let others = groups.keys().filter(|group| GROUPS.iter().all(|(known, _)| known != group));
    let prose: String = others.map(|group| row(&format!("`{group}`"), group)).collect();
    format!(
        "\n| where the word stands | concepts |\n|---|---|\n{fields}\nThe rules that read prose have groups of their \
         own:\n\n| group | concepts |\n|---|---|\n{prose}\n"
    )
}

#[test]
fn every_concept_of_the_vocabulary_is_listed() {
    let (begin, end) = ("<!-- concepts: begin -->\n", "<!-- concepts: end -->");
    let page = read("docs/configuration.md");
    let (before, rest) = page.split_once(begin).unwrap();
    let (listed, after) = rest.split_once(end).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(root().join("docs/configuration.md"), [before, begin, &concepts(), end, after].concat()).unwrap();
    } else {
        assert_eq!(listed, concepts(), "run BLESS=1 cargo test --test docs");
    }
}

#[test]
fn every_key_of_a_record_is_described() {
    let page = words_of_code("docs/records.md");
    let last = |path: &'static str| path.rsplit('.').next().unwrap().trim_end_matches("[]");
    let silent: BTreeSet<_> = KEYS.iter().map(|key| last(key.path)).filter(|key| !page.contains(*key)).collect();
    assert!(silent.is_empty(), "docs/records.md does not mention {silent:?}");
}

#[test]
fn examples_of_a_configuration_load() {
    let mut count = 0;
    for page in ["README.md", "docs/configuration.md"] {
        for block in blocks(page, "toml") {
            let source = Source::from_text(RepoPath::new("closeloop.toml"), block.as_str());
            let problems = load(Some((SourceId(0), &source)), &rules::ids(), None).err();
            assert_eq!(problems, None, "{page}:\n{block}");
            count += 1;
        }
    }
    assert!(count > 6, "{count}");
    for page in written() {
        for block in blocks(&page, "toml") {
            assert!(block.parse::<toml::Table>().is_ok(), "{page}:\n{block}");
        }
    }
}

fn judged(path: &str, record: &str) -> Verdict {
    let snapshot = Snapshot::memory([(path.to_owned(), record.as_bytes().to_owned())].into());
    let options = Options {
        as_of: Some("2026-12-31".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec![],
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    match judge(&snapshot, &options) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    }
}

/// An example is read as it was meant; what an organisation around it would have to hold is not asked.
#[test]
fn examples_of_a_record_are_read_without_a_remark() {
    let of_reading = ["unreadable-record", "unknown-field", "invalid-date", "dates-out-of-order", "conflicting-values"];
    let mut count = 0;
    for page in written() {
        for block in blocks(&page, "markdown").into_iter().chain(blocks(&page, "yaml")) {
            let verdict = judged("incidents/example.md", &block);
            assert_eq!((verdict.problems.len(), verdict.counts.records), (0, 1), "{page}:\n{block}");
            let remarks = verdict.findings.iter().filter(|finding| of_reading.contains(&finding.rule.as_str()));
            let remarks: Vec<_> = remarks.map(|finding| finding.message.to_string()).collect();
            assert!(remarks.is_empty(), "{page}: {remarks:?}\n{block}");
            count += 1;
        }
    }
    assert!(count >= 3, "{count}");
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let (mut anchors, mut heading) = (BTreeSet::new(), None::<String>);
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|heading| anchor(&heading))),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    for page in written() {
        let text = read(&page);
        for event in events(&text) {
            let (Event::Start(Tag::Link { dest_url, .. }) | Event::Start(Tag::Image { dest_url, .. })) = event else {
                continue;
            };
            if dest_url.contains(':') {
                continue;
            }
            let (path, fragment) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let here = root().join(&page);
            let target = if path.is_empty() { here } else { here.parent().unwrap().join(path) };
            // The catalogue is generated; where none of it is there yet, its own test says so.
            if !folder().exists() && target.starts_with(folder()) {
                continue;
            }
            let has_anchor =
                || fragment.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).contains(fragment);
            if !target.exists() || !has_anchor() {
                dead.push(format!("{page}: {dest_url}"));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}
