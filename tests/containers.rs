//! One record in every container: the same facts, the same findings.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use closeloop::config::Level;
use closeloop::git::Snapshot;
use closeloop::record::Incident;
use closeloop::verdict::{Judgement, Options, judge};
use regex::Regex;
use serde_json::Value;
use std::fmt::Write as _;

/// A record with nearly every field of the format.
const RICH: &str = r##"{
    "id": "INC-2026-0001",
    "title": "Übernahme eines Kontos: VPN 🔑",
    "status": "closed",
    "severity": "SEV-2",
    "severity_decision": { "on": "2026-03-02", "by": "ana", "criteria": "IMS1 8.2 table 3" },
    "severity_history": [{ "from": "medium", "to": "high", "on": "2026-03-03", "why": "more accounts", "by": "ana" }],
    "category": "account-compromise",
    "near_miss": false,
    "origin": "incident",
    "occurred": "2026-03-01T21:10Z",
    "detected": "2026-03-02",
    "contained": "2026-03-02T10:00:00+01:00",
    "recovered": "2026-03-04",
    "closed": "2026-03-10",
    "lead": "ana",
    "responders": ["ana", "ben"],
    "assets": ["vpn", "crm"],
    "cost": { "hours": 46, "amount": 5200.5, "currency": "EUR" },
    "affected": { "persons": 3 },
    "causes": ["no-second-factor"],
    "cause": "Sign-in to the VPN needed only a password; \"nobody\" had read the list of exceptions.",
    "factors": {
        "controls": "No second factor on the VPN.",
        "detection": "No alert for sign-ins from a new country.",
        "response": { "none": "The runbook was followed and took 40 minutes." },
        "failed_controls": ["A.8.5"]
    },
    "worked_well": ["The backup restore took 40 minutes, as planned."],
    "effectiveness": "adequate",
    "recurrence": { "likely": false, "why": "The second factor is enforced." },
    "elsewhere": { "checked": ["crm", "wiki"], "found": [], "by": "ben" },
    "reviews": [{
        "kind": "reflective",
        "date": "2026-03-31",
        "facilitator": "ben",
        "participants": ["ana", "ben", { "name": "tom", "for": "crm-owner" }],
        "absent": { "eva": "leave" },
        "management": { "informed": "coo", "on": "2026-04-02" },
        "output": "reviews/INC-2026-0001.md",
        "late": { "why": "leave", "by": "coo" }
    }],
    "lessons": [
        { "id": "L1", "kind": "control-gap", "text": "A password alone must not open the VPN." },
        { "id": "L2", "kind": "detection-failure", "text": "Nobody was told.", "addressed_by": "INC-2025-0031/A2" },
        { "kind": "process", "text": "Live with it.",
          "accepted": { "by": "coo", "reason": "replaced in June", "risk": "R-12", "until": "2026-07-31" } }
    ],
    "actions": [
        {
            "id": "A1",
            "lessons": ["L1"],
            "text": "Require a second factor on the VPN.",
            "kind": "control",
            "owner": "eva",
            "due": "2026-05-15",
            "due_history": [{ "from": "2026-05-01", "to": "2026-05-15", "why": "token delivery", "by": "coo" }],
            "status": "done",
            "completed": "2026-05-08",
            "changes": ["controls/vpn.md", { "outside": "identity provider", "seen_by": "ben", "on": "2026-05-08" }],
            "evidence": ["controls/vpn.md@9f1c2ab", "#482"],
            "effectiveness": { "due": "2026-07-07", "checked": "2026-06-10", "by": "ben", "result": "effective", "how": "log" }
        },
        { "text": "Ask the supplier.", "owner": "tom", "due": "Q3", "status": "declined", "reason": "gone", "approver": "coo" }
    ],
    "links": { "risks": ["R-12"], "policies": ["POL-03"], "training": ["TRN-07"] },
    "decisions": {
        "policy": { "changed": ["POL-03"] },
        "awareness": { "no_change": "the weakness was technical only", "by": "ciso" }
    },
    "amendments": [{ "on": "2026-06-01", "by": "ana", "why": "typo", "fields": ["title"] }]
}"##;

/// A record in which much is wrong: each mistake costs its own field alone, in every container.
const POOR: &str = r##"{
    "id": "INC-2026-0001",
    "title": ["VPN account takeover"],
    "status": "sideways",
    "severity": "orange",
    "detected": "2026-02-30",
    "recovered": "2026-03-09",
    "closed": "2026-03-03",
    "recoverd": "2026-03-04",
    "responders": [["ana"], "ben"],
    "reviews": "held on the telephone",
    "lessons": [{ "id": "L1", "knid": "control-gap", "text": "A password alone must not open the VPN." }],
    "actions": [{ "id": "A1", "due": "2026-05-01", "status": "open", "completed": "2027-01-01" }, "call them"]
}"##;

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// The text of a record in each container, by the name of its file.
fn containers(record: &Value) -> Vec<(&'static str, String)> {
    let (mut yaml, json) = (String::new(), serde_json::to_string_pretty(record).unwrap());
    block(record, 0, &mut yaml);
    let toml = bare_dates(&toml::to_string(&toml::Value::try_from(record).unwrap()).unwrap());
    vec![
        ("INC-2026-0001.md", format!("---\n{yaml}---\n")),
        ("INC-2026-0001.markdown", format!("+++\n{toml}+++\n")),
        ("INC-2026-0001.yml", format!("# the same, CRLF\n{yaml}").replace('\n', "\r\n")),
        ("INC-2026-0001.yaml", yaml),
        ("INC-2026-0001.toml", toml),
        ("INC-2026-0001.json", json),
    ]
}

/// Block YAML, with scalars plain where they can be.
fn block(value: &Value, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let is_block = |value: &Value| {
        value.as_object().is_some_and(|m| !m.is_empty()) || value.as_array().is_some_and(|l| !l.is_empty())
    };
    let pairs: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (format!("{key}:"), value)).collect(),
        Value::Array(items) => items.iter().map(|item| ("-".to_owned(), item)).collect(),
        _ => Vec::new(),
    };
    for (lead, value) in pairs {
        if is_block(value) {
            writeln!(out, "{pad}{lead}").unwrap();
            block(value, depth + 1, out);
        } else {
            writeln!(out, "{pad}{lead} {}", scalar(value)).unwrap();
        }
    }
}

fn scalar(value: &Value) -> String {
    let plain = Regex::new(r"^[\p{L}\d][\p{L}\d /.-]*$").unwrap();
    match value.as_str() {
        Some(text) if plain.is_match(text) || is_date(text) => text.to_owned(),
        _ => value.to_string(),
    }
}

fn is_date(text: &str) -> bool {
    Regex::new(r"^\d{4}-\d{2}-\d{2}(T[\d:]+(Z|[+-]\d\d:\d\d))?$").unwrap().is_match(text)
}

/// Dates of TOML are no texts.
fn bare_dates(toml: &str) -> String {
    Regex::new(r#""(20\d{2}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?)""#)
        .unwrap()
        .replace_all(toml, |found: &regex::Captures<'_>| {
            // What is no day can only stand there as a text.
            if &found[1] == "2026-02-30" { found[0].to_owned() } else { found[1].to_owned() }
        })
        .into_owned()
}

fn judged(name: &str, text: &str) -> Judgement {
    let snapshot = Snapshot::memory(vec![(format!("incidents/{name}"), text.as_bytes().to_vec())]);
    let options = Options {
        as_of: Some("2026-06-30".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec![],
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    judge(&snapshot, &options).unwrap_or_else(|_| panic!("{name} was refused"))
}

/// All facts of a record, without the places at which they stand.
fn facts(incident: &Incident) -> Vec<String> {
    let mut incident = Incident { body: None, statements: Vec::new(), ..incident.clone() };
    incident.problems.sort_by(|a, b| (&a.field, &a.message).cmp(&(&b.field, &b.message)));
    let places = Regex::new(r"Text \{ source: SourceId\(\d+\), span: Span \{ start: \d+, end: \d+ \} \}").unwrap();
    let files = Regex::new(r"SourceId\(\d+\)").unwrap();
    let shown = format!("{incident:?}");
    let shown = places.replace_all(&shown, "here");
    files.replace_all(&shown, "this file").split(", ").map(ToOwned::to_owned).collect()
}

/// Findings as rule, field and level.
fn findings(judgement: &Judgement) -> Vec<String> {
    let shown = judgement.verdict.findings.iter().map(|f| format!("{} {} {}", f.rule, f.field, f.level.name()));
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown
}

/// The first part in which two lists differ, with what stands before it.
fn difference(one: &[String], other: &[String]) -> Option<String> {
    let at = (0..one.len().max(other.len())).find(|&at| one.get(at) != other.get(at))?;
    let around =
        |list: &[String]| list.iter().skip(at.saturating_sub(2)).take(4).cloned().collect::<Vec<_>>().join(", ");
    Some(format!("{}\n  and\n{}", around(one), around(other)))
}

fn assert_equal(texts: &[(&str, String)]) -> Judgement {
    let (first_name, first_text) = &texts[0];
    let first = judged(first_name, first_text);
    for (name, text) in &texts[1..] {
        let other = judged(name, text);
        let (one, two) = (&first.population.incidents, &other.population.incidents);
        assert_eq!((one.len(), two.len()), (1, 1), "{name}\n{text}");
        if let Some(difference) = difference(&facts(&one[0]), &facts(&two[0])) {
            panic!("{first_name} and {name} state different facts:\n{difference}\n{text}");
        }
        assert_eq!(findings(&first), findings(&other), "{first_name} and {name}\n{text}");
    }
    first
}

#[test]
fn a_rich_record_is_the_same_in_every_container() {
    let first = assert_equal(&containers(&parsed(RICH)));
    let incident = &first.population.incidents[0];
    assert_eq!(incident.problems, vec![]);
    assert_eq!((incident.actions.items().len(), incident.lessons.items().len()), (2, 3));
    assert_eq!(incident.reviews.items()[0].participants.items()[2].stands_for.as_deref(), Some("crm-owner"));
    assert!(incident.factors.response.is_declined());
}

#[test]
fn mistakes_are_the_same_in_every_container() {
    let first = assert_equal(&containers(&parsed(POOR)));
    let found = findings(&first).join("\n");
    for rule in
        ["unreadable-record title", "unreadable-record reviews", "invalid-date detected", "unknown-field recoverd"]
    {
        assert!(found.contains(rule), "{rule} is not in\n{found}");
    }
}

/// A row of a table and a file state one flat record alike.
#[test]
fn a_row_of_a_table_is_the_same_as_a_file() {
    let csv = "id;title;status;severity;detected;closed;responders;cause;factors.detection;actions.id;actions.owner;actions.due\n\
               INC-2026-0001;\"Lost badge; found\";closed;low;2026-03-02;2026-03-03;ana, ben;No cord.;none: It was reported at once.;A1;eva;2026-07-31\n";
    let yaml = "id: INC-2026-0001\ntitle: Lost badge; found\nstatus: closed\nseverity: low\ndetected: 2026-03-02\nclosed: 2026-03-03\n\
                responders: [ana, ben]\ncause: No cord.\nfactors: { detection: \"none: It was reported at once.\" }\n\
                actions: [{ id: A1, owner: eva, due: 2026-07-31 }]\n";
    assert_equal(&[("INC-2026-0001.yaml", yaml.to_owned()), ("INC-2026-0001.csv", csv.to_owned())]);
}

/// A list of records in one file is as good as one file each.
#[test]
fn several_records_in_one_file_are_judged_like_files() {
    let flow = |id: u32| {
        format!(
            "{{ id: INC-2026-000{id}, title: Badge {id} was lost, status: closed, severity: low, detected: 2026-03-02, closed: 2026-03-03 }}"
        )
    };
    let together = judged("2026.yaml", &format!("- {}\n- {}\n", flow(1), flow(2)));
    assert_eq!(together.population.incidents.len(), 2);
    for (incident, id) in together.population.incidents.iter().zip(1..) {
        let alone = judged(&format!("INC-2026-000{id}.yaml"), &flow(id));
        assert_eq!(difference(&facts(incident), &facts(&alone.population.incidents[0])), None);
    }
}
