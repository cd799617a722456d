//! A Code Quality report for GitLab: an array with an entry for each finding.
//!
//! GitLab compares the report with that of the target branch by fingerprint, so what stood in the base is in it too:
//! left out, it would be shown as fixed. What a waiver or the baseline covers is information. What could not be checked is an entry as well.

use super::{json, summary};
use crate::config::Level;
use crate::source::Position;
use crate::verdict::{Judged, Problem, Verdict};
use serde_json::{Value, json};

/// The report, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn render(verdict: &Verdict) -> Result<String, serde_json::Error> {
    let problems = verdict.problems.iter().enumerate().map(|(index, it)| problem(index, it));
    json::pretty(&problems.chain(verdict.findings.iter().map(finding)).collect::<Vec<_>>())
}

fn finding(finding: &Judged) -> Value {
    let severity = match finding.level {
        _ if finding.cover.is_some() => "info",
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Note => "info",
    };
    let cover = finding.cover.as_ref().map(summary::cover).map_or(String::new(), |cover| format!(" ({cover})"));
    let description = format!("{}{cover}. {}", summary::titled(finding), finding.help);
    entry(&description, &finding.rule, &finding.fingerprint, severity, finding.path.as_str(), finding.start)
}

fn problem(index: usize, problem: &Problem) -> Value {
    let description = format!("closeloop could not check: {}; {}", problem.message, problem.help);
    let path = problem.path.as_ref().map_or("closeloop.toml", |path| path.as_str());
    entry(&description, "could-not-check", &format!("could-not-check-{index}"), "blocker", path, problem.start)
}

/// GitLab wants a line: a whole file stands at its first.
fn entry(text: &str, rule: &str, fingerprint: &str, severity: &str, path: &str, start: Option<Position>) -> Value {
    json!({
        "description": text, "check_name": rule, "fingerprint": fingerprint, "severity": severity,
        "location": { "path": path, "lines": { "begin": start.map_or(1, |start| start.line) } },
    })
}
