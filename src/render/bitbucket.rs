//! What Bitbucket's Reports API is sent: one report, and its annotations in the batches that a call takes.
//!
//! closeloop sends nothing itself. What stood in the base, or is covered, is left out; the worst come first, as there is a limit.

use super::{json, summary};
use crate::config::Level;
use crate::source::{Position, RepoPath};
use crate::text::shorten;
use crate::verdict::{Ending, Judged, Problem, Verdict};
use serde_json::{Value, json};

/// How many annotations a report takes.
const MOST: usize = 1000;
/// How many of them a call takes.
const BATCH: usize = 100;
/// How many characters the summary of an annotation takes.
const SUMMARY: usize = 450;
/// How many characters the details of an annotation or a report take.
const DETAILS: usize = 2000;

/// `{"report": {…}, "annotations": [[…], …]}`, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn render(verdict: &Verdict, exit_code: u8) -> Result<String, serde_json::Error> {
    let problems = verdict.problems.iter().enumerate().map(|(index, it)| problem(index, it));
    let findings = summary::by_weight(verdict).into_iter().map(finding);
    let annotations: Vec<Value> = problems.chain(findings).take(MOST).collect();
    let batches: Vec<&[Value]> = annotations.chunks(BATCH).collect();
    json::pretty(&json!({ "report": report(verdict, exit_code), "annotations": batches }))
}

fn report(verdict: &Verdict, exit_code: u8) -> Value {
    let problems = verdict.problems.iter().map(|problem| format!("Could not check: {}", problem.message));
    // Where nothing was judged there is nothing to count.
    let counted = (!verdict.rules.is_empty()).then(|| [summary::learned(verdict), summary::tally(verdict)]);
    let closing = summary::closing(verdict, exit_code);
    let details: Vec<String> = problems.chain(counted.into_iter().flatten()).chain([closing]).collect();
    json!({
        "title": "closeloop",
        "reporter": "closeloop",
        "report_type": "TEST",
        "result": if verdict.ending == Ending::Pass { "PASSED" } else { "FAILED" },
        "details": shorten(&details.join("\n"), DETAILS),
        "data": [{ "title": "Records", "type": "NUMBER", "value": verdict.counts.records }],
    })
}

fn finding(finding: &Judged) -> Value {
    let severity = if finding.level == Level::Error { "HIGH" } else { "MEDIUM" };
    let title = format!("{} [{}]", summary::titled(finding), finding.rule);
    let details = format!("{}\n{}", finding.why, finding.help);
    annotation(&finding.fingerprint, severity, &title, &details, Some(&finding.path), finding.start)
}

fn problem(index: usize, problem: &Problem) -> Value {
    let title = format!("closeloop could not check: {}", problem.message);
    let id = format!("could-not-check-{index}");
    annotation(&id, "CRITICAL", &title, problem.help.as_str(), problem.path.as_ref(), problem.start)
}

fn annotation(
    id: &str,
    severity: &str,
    title: &str,
    details: &str,
    path: Option<&RepoPath>,
    start: Option<Position>,
) -> Value {
    let mut annotation = json!({
        "external_id": format!("closeloop-{id}"),
        "annotation_type": "BUG",
        "severity": severity,
        "result": "FAILED",
        "summary": shorten(title, SUMMARY),
        "details": shorten(details, DETAILS),
    });
    if let (Some(path), Some(annotation)) = (path, annotation.as_object_mut()) {
        annotation.insert("path".to_owned(), json!(path.as_str()));
        annotation.insert("line".to_owned(), json!(start.map_or(1, |start| start.line)));
    }
    annotation
}
