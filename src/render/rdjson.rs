//! Diagnostics for reviewdog (rdjson).
//!
//! What stood in the base, or is covered by a waiver or the baseline, is left out. Its columns count bytes and ours characters, so a place is a line.

use super::{json, summary};
use crate::config::Level;
use crate::source::{Position, RepoPath};
use crate::verdict::{Judged, Problem, Verdict};
use serde_json::{Value, json};

/// The diagnostics, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn render(verdict: &Verdict) -> Result<String, serde_json::Error> {
    let findings = verdict.findings.iter().filter(|finding| finding.is_told()).map(finding);
    let diagnostics: Vec<Value> = verdict.problems.iter().map(problem).chain(findings).collect();
    json::pretty(&json!({ "source": { "name": "closeloop" }, "diagnostics": diagnostics }))
}

fn finding(finding: &Judged) -> Value {
    let severity = match finding.level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    };
    let message = format!("{}\n{}\n{}", summary::titled(finding), finding.why, finding.help);
    entry(&message, &finding.rule, severity, finding.path.as_str(), finding.start)
}

fn problem(problem: &Problem) -> Value {
    let path = problem.path.as_ref().map_or("closeloop.toml", RepoPath::as_str);
    let message = format!("closeloop could not check: {}\n{}", problem.message, problem.help);
    entry(&message, "could-not-check", "ERROR", path, problem.start)
}

fn entry(message: &str, rule: &str, severity: &str, path: &str, start: Option<Position>) -> Value {
    let mut location = json!({ "path": path });
    if let (Some(start), Some(location)) = (start, location.as_object_mut()) {
        location.insert("range".to_owned(), json!({ "start": { "line": start.line } }));
    }
    json!({ "message": message, "location": location, "severity": severity, "code": { "value": rule } })
}
