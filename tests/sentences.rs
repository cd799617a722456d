//! How well the rules that read prose do on the labelled sentences, in each language.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::print_stdout)]

use closeloop::config::Level;
use closeloop::git::Snapshot;
use closeloop::rules::{self, doc};
use closeloop::verdict::{Options, judge};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A rule that reads prose, and how a sentence becomes a record for it.
struct Subject {
    rule: &'static str,
    record: fn(&str, &str, &[String]) -> (String, String),
}

const SUBJECTS: [Subject; 6] = [
    Subject { rule: "blaming-language", record: story },
    Subject { rule: "person-as-cause", record: cause },
    Subject { rule: "placeholder-text", record: cause },
    Subject { rule: "premature-closure", record: recovery },
    Subject { rule: "sensitive-text", record: story },
    Subject { rule: "symptom-as-cause", record: title_and_cause },
];

/// The languages with the names that the documentation gives them.
const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("de", "German")];

/// A rule that is less precise in a language is a note there.
const LEAST_PRECISION: f64 = 0.95;
/// A rule that finds less in a language is not worth its figure.
const LEAST_RECALL: f64 = 0.85;
/// A set proves little if it is smaller.
const LEAST_SENTENCES: usize = 200;

/// The sentence is the story of a minor incident.
fn story(id: &str, number: &str, cells: &[String]) -> (String, String) {
    let head = format!(
        "id: {id}\ntitle: Test {number}\nstatus: closed\nseverity: low\ndetected: 2026-03-02\nclosed: 2026-03-03"
    );
    (format!("incidents/{id}.md"), format!("---\n{head}\n---\n\n{}\n", cells[0]))
}

/// The sentence stands under the heading of recovery of a closed incident.
fn recovery(id: &str, number: &str, cells: &[String]) -> (String, String) {
    story(id, number, &[format!("## Recovery\n\n{}", cells[0])])
}

/// The sentence is the cause of a moderate incident that was reviewed.
fn cause(id: &str, number: &str, cells: &[String]) -> (String, String) {
    titled(id, &[format!("Test {number}"), cells[0].clone()])
}

/// Title and cause of a moderate incident.
fn title_and_cause(id: &str, _number: &str, cells: &[String]) -> (String, String) {
    titled(id, cells)
}

/// A moderate incident that was reviewed, with its title and its cause.
fn titled(id: &str, cells: &[String]) -> (String, String) {
    let record = serde_json::json!({
        "id": id, "title": cells[0], "status": "closed", "severity": "medium", "detected": "2026-03-02",
        "closed": "2026-03-10", "cause": cells[1], "reviews": [{ "date": "2026-03-20" }],
    });
    (format!("incidents/{id}.json"), record.to_string())
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A cell as it is meant: `\n` is a line end unless it is part of a path such as `\\nas`.
fn read(cell: &str) -> String {
    cell.replace("[+]", "").replace("\\\\", "\u{1}").replace("\\n", "\n").replace('\u{1}', "\\\\")
}

/// Label and cells of every line; `\n` is a line end, and `[+]` only keeps scanners from taking a line for a secret.
fn labelled(rule: &str, language: &str) -> Vec<(bool, Vec<String>)> {
    let path = fixtures().join(rule).join(format!("sentences.{language}.tsv"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let lines = text.lines().filter(|line| line.starts_with("finding\t") || line.starts_with("fine\t"));
    lines
        .map(|line| {
            let (label, rest) = line.split_once('\t').unwrap();
            let cells = rest.split('\t').map(read).collect();
            (label == "finding", cells)
        })
        .collect()
}

/// The records in which the rule finds something.
fn found(rule: &str, files: BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let snapshot = Snapshot::memory(files.into_iter().collect());
    let options = Options {
        as_of: Some("2026-06-30".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec![rule.to_owned()],
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    let verdict = match judge(&snapshot, &options) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => panic!("{rule}: {:?}", refusal.verdict.problems),
    };
    let own = verdict.findings.iter().filter(|finding| finding.rule == rule);
    own.filter_map(|finding| finding.record.as_ref().map(ToString::to_string)).collect()
}

/// Precision and recall of a rule in a language, and what it got wrong.
fn measure(subject: &Subject, language: &str) -> (f64, f64, Vec<String>) {
    let people = fs::read(fixtures().join("base/people/people.toml")).unwrap();
    let mut files = BTreeMap::from([("people/people.toml".to_owned(), people)]);
    let sentences = labelled(subject.rule, language);
    let id = |number: usize| format!("INC-2026-{number:04}");
    for (number, (_, cells)) in sentences.iter().enumerate() {
        let (path, text) = (subject.record)(&id(number), &number.to_string(), cells);
        files.insert(path, text.into_bytes());
    }
    let found = found(subject.rule, files);
    let (mut hits, mut alarms, mut misses, mut wrong) = (0.0, 0.0, 0.0, Vec::new());
    for (number, (expected, cells)) in sentences.iter().enumerate() {
        let text = cells.join(" | ");
        match (*expected, found.contains(&id(number))) {
            (true, true) => hits += 1.0,
            (false, false) => {}
            (true, false) => {
                misses += 1.0;
                wrong.push(format!("    missed: {text}"));
            }
            (false, true) => {
                alarms += 1.0;
                wrong.push(format!("    false alarm: {text}"));
            }
        }
    }
    (hits / f64::max(hits + alarms, 1.0), hits / f64::max(hits + misses, 1.0), wrong)
}

/// What the rule's own page publishes for a language: `English precision 0.99, recall 0.93`.
fn published(rule: &str, language: &str) -> String {
    let head = doc::head(rules::find(rule).unwrap().meta.source).replace('\n', " ");
    let start =
        head.find(&format!("{language} precision ")).unwrap_or_else(|| panic!("{rule}: no figures in {language}"));
    let figures = &head[start..];
    figures[..figures.find([';', '\n']).unwrap_or(figures.len())]
        .split(". ")
        .next()
        .unwrap()
        .trim_end_matches('.')
        .to_owned()
}

/// Two digits, never more than was measured.
fn shown(figure: f64) -> String {
    format!("{:.2}", (figure * 100.0 + 1e-9).floor() / 100.0)
}

#[test]
fn precision_and_recall_on_labelled_sentences() {
    let mut failures = Vec::new();
    for subject in SUBJECTS.iter().filter(|subject| std::env::var("RULE").map_or(true, |only| only == subject.rule)) {
        for (code, language) in LANGUAGES {
            let (precision, recall, wrong) = measure(subject, code);
            let figures = format!("{language} precision {}, recall {}", shown(precision), shown(recall));
            println!("{}: {figures}", subject.rule);
            wrong.iter().for_each(|line| println!("{line}"));
            if precision < LEAST_PRECISION || recall < LEAST_RECALL {
                failures.push(format!("{}: {figures} is below the floor", subject.rule));
            }
            let published = published(subject.rule, language);
            if published != figures {
                failures.push(format!("{}: measured {figures}, its page says {published}", subject.rule));
            }
            let count = labelled(subject.rule, code).len();
            if count < LEAST_SENTENCES {
                failures.push(format!("{} {code}: {count} sentences", subject.rule));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
