//! How well the rules that read prose do on the labelled sentences, in each language.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::print_stdout)]

use closeloop::config::Level;
use closeloop::git::Snapshot;
use closeloop::rules;
use closeloop::verdict::{Options, judge};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A rule that reads prose, how a sentence becomes a record for it, and what it must reach in each language.
struct Subject {
    rule: &'static str,
    record: fn(&str, &str, &[String]) -> (String, String),
    floors: [(&'static str, f64, f64); 2],
}

const SUBJECTS: [Subject; 6] = [
    Subject { rule: "blaming-language", record: story, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
    Subject { rule: "person-as-cause", record: cause, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
    Subject { rule: "placeholder-text", record: cause, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
    Subject { rule: "premature-closure", record: recovery, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
    Subject { rule: "sensitive-text", record: story, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
    Subject { rule: "symptom-as-cause", record: title_and_cause, floors: [("en", 0.97, 0.85), ("de", 0.97, 0.85)] },
];

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
    let half: Option<usize> = std::env::var("HALF").ok().map(|h| h.parse().unwrap());
    lines
        .enumerate()
        .filter(|(n, _)| half.is_none_or(|half| n % 2 == half))
        .map(|(_, line)| {
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
        fail_on: Level::Error,
        config: None,
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

#[test]
fn precision_and_recall_on_labelled_sentences() {
    let mut failures = Vec::new();
    for subject in &SUBJECTS {
        if std::env::var("RULE").is_ok_and(|only| only != subject.rule) {
            continue;
        }
        for (language, precision_floor, recall_floor) in subject.floors {
            let (precision, recall, wrong) = measure(subject, language);
            println!("{} {language}: precision {precision:.2}, recall {recall:.2}", subject.rule);
            println!("{}", wrong.join("\n"));
            if precision < precision_floor || recall < recall_floor {
                failures.push(format!("{} {language}: {precision:.3} {recall:.3}", subject.rule));
            }
        }
        let _ = rules::find(subject.rule);
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
