//! Logging commands that show findings in a build of Azure Pipelines.
//!
//! Everything from a record is escaped: nothing of it can become a command of its own.

use super::summary;
use crate::config::Level;
use crate::source::{Position, RepoPath};
use crate::verdict::{Judged, Problem, Verdict};

/// The commands, and plain lines for whoever opens the log. Azure knows errors and warnings: notes are counted alone,
/// and what stood in the base, or is covered, is left out.
pub fn render(verdict: &Verdict, exit_code: u8) -> String {
    let problems = verdict.problems.iter().map(problem);
    let mut lines: Vec<String> = problems.chain(summary::by_weight(verdict).into_iter().map(finding)).collect();
    if !verdict.rules.is_empty() {
        lines.push(format!("closeloop: {}; {}.", summary::learned(verdict), summary::tally(verdict)));
    }
    lines.push(format!("closeloop: {}\n", summary::closing(verdict, exit_code)));
    lines.join("\n")
}

fn finding(finding: &Judged) -> String {
    let kind = if finding.level == Level::Error { "error" } else { "warning" };
    let message = format!("{}. {} {}", summary::titled(finding), finding.why, finding.help);
    issue(kind, Some(&finding.path), finding.start, &finding.rule, &message)
}

fn problem(problem: &Problem) -> String {
    let message = format!("closeloop could not check: {}; {}", problem.message, problem.help);
    issue("error", problem.path.as_ref(), problem.start, "could-not-check", &message)
}

fn issue(kind: &str, path: Option<&RepoPath>, start: Option<Position>, rule: &str, message: &str) -> String {
    let file = path.map_or(String::new(), |path| format!("sourcepath={};", property(summary::path(path).as_str())));
    let at = start.map_or(String::new(), |at| format!("linenumber={};columnnumber={};", at.line, at.column));
    format!("##vso[task.logissue type={kind};{file}{at}code={};]{}", property(rule), data(message))
}

/// The text of a command, as Azure unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_line() {
        assert_eq!(property("a;b]c%0A\r\n"), "a%3Bb%5Dc%AZP250A%0D%0A");
        assert_eq!(data("50 %\n;]"), "50 %AZP25%0A;]");
    }
}
