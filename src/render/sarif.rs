//! SARIF 2.1.0, for code scanning and any viewer.
//!
//! Findings at the level of a warning or above are results, with our fingerprint, so that an alert stays the same one
//! when lines move; those of the base are among them, or a viewer would take them for mended. What a waiver or the baseline covers is left
//! out: GitHub knows no suppressions and would raise an alert. A run that could not
//! check is an invocation that did not succeed.

use super::{json, summary};
use crate::config::Level;
use crate::rules::{self, doc};
use crate::source::{Position, RepoPath};
use crate::text::{Text, shorten};
use crate::verdict::{Judged, Problem, Verdict};
use serde_json::{Value, json};

/// How many results GitHub takes from one run.
const MOST_RESULTS: usize = 25_000;
/// How many characters of a description GitHub takes.
const MOST_CHARACTERS: usize = 1024;

/// The log, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn render(verdict: &Verdict, exit_code: u8) -> Result<String, serde_json::Error> {
    let (results, more) = results(verdict);
    json::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "closeloop",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": verdict.rules.iter().map(|rule| described(&rule.id)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": verdict.problems.is_empty(),
                "exitCode": exit_code,
                "toolExecutionNotifications": verdict.problems.iter().map(notification).chain(more).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    }))
}

/// The results, the worst first where there are too many, and what was left out then.
fn results(verdict: &Verdict) -> (Vec<Value>, Option<Value>) {
    let is_result = |finding: &&Judged| finding.is_open() && finding.level > Level::Note;
    let mut findings: Vec<&Judged> = verdict.findings.iter().filter(is_result).collect();
    let more = findings.len().saturating_sub(MOST_RESULTS);
    if more > 0 {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        findings.truncate(MOST_RESULTS);
    }
    let text = || format!("{more} more findings are not in this file, which holds {MOST_RESULTS}: see the JSON result");
    let more = (more > 0).then(|| json!({ "level": "warning", "message": { "text": text() } }));
    (findings.into_iter().map(|finding| result(finding, verdict)).collect(), more)
}

fn result(finding: &Judged, verdict: &Verdict) -> Value {
    let text = format!("{}.\n{}\n{}", summary::titled(finding), finding.why, finding.help);
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.level.name(),
        "message": { "text": plain(&text) },
        "locations": [location(&finding.path, finding.start, finding.end)],
        "partialFingerprints": { "primaryLocationLineHash": finding.fingerprint },
    });
    let index = verdict.rules.iter().position(|rule| rule.id == finding.rule);
    if let Some(result) = result.as_object_mut() {
        result.extend(index.map(|index| ("ruleIndex".to_owned(), json!(index))));
        let state = finding.is_new.map(|is_new| if is_new { "new" } else { "unchanged" });
        result.extend(state.map(|state| ("baselineState".to_owned(), json!(state))));
    }
    result
}

fn notification(problem: &Problem) -> Value {
    let text = format!("closeloop could not check: {}\n{}", problem.message, problem.help);
    let mut notification = json!({ "level": "error", "message": { "text": plain(&text) } });
    if let (Some(path), Some(notification)) = (&problem.path, notification.as_object_mut()) {
        notification.insert("locations".to_owned(), json!([location(path, problem.start, None)]));
    }
    notification
}

/// Whoever shows a result wants a line: what stands nowhere any more stands at the first.
fn location(path: &RepoPath, start: Option<Position>, end: Option<Position>) -> Value {
    let mut region =
        json!({ "startLine": start.map_or(1, |at| at.line), "startColumn": start.map_or(1, |at| at.column) });
    if let (Some(end), Some(region)) = (end, region.as_object_mut()) {
        region.insert("endLine".to_owned(), json!(end.line));
        region.insert("endColumn".to_owned(), json!(end.column));
    }
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path.as_str()) }, "region": region } })
}

/// What is known of a rule; of one that the organisation wrote, its name.
fn described(id: &str) -> Value {
    let Some(rule) = rules::find(id) else {
        let text = rules::OUTCOMES.iter().find(|outcome| outcome.id == id).map_or(id, |outcome| outcome.summary);
        let text = json!({ "text": Text::new(text).as_str() });
        return json!({ "id": id, "shortDescription": text, "fullDescription": text, "help": text });
    };
    let section = |heading| doc::section(rule.meta.source, heading).unwrap_or_default();
    let help = format!("{}\n\n{}", section("What it checks"), section("Why an auditor cares"));
    let summary = doc::summary(rule.meta.source);
    json!({
        "id": id,
        "shortDescription": { "text": plain(&shorten(&summary, MOST_CHARACTERS)) },
        "fullDescription": { "text": plain(&shorten(&section("What it checks"), MOST_CHARACTERS)) },
        "help": { "text": plain(&help), "markdown": help },
        "defaultConfiguration": { "level": rule.meta.levels.grave.name() },
        "properties": { "tags": [rule.meta.family.name()] },
    })
}

/// A text in which nothing is a link: `[text](target)` would be one, whoever wrote it.
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_uri_and_a_text_holds_no_link() {
        assert_eq!(uri("a b/ü:1%.md"), "a%20b/%C3%BC%3A1%25.md");
        assert_eq!(plain("see [here](https://example.org)"), "see [here] (https://example.org)");
    }
}
