//! Workflow commands that annotate lines on GitHub.
//!
//! GitHub shows at most ten annotations a level and step and drops the rest without a word, so the worst are written
//! and the last says how many more there are. Everything from a record is escaped: nothing of it can become a
//! command of its own.

use super::summary;
use crate::config::Level;
use crate::source::{Position, RepoPath};
use crate::verdict::{Judged, Problem, Verdict};

/// How many annotations of one level GitHub keeps for a step.
pub(super) const MOST: usize = 10;

/// The commands, and two plain lines for whoever opens the log.
pub fn render(verdict: &Verdict, exit_code: u8) -> String {
    let problems = few(&verdict.problems.iter().collect::<Vec<_>>(), MOST, "error", problem);
    let room = MOST - problems.len();
    let errors = few(&worst(verdict, Level::Error), room, "error", command);
    let warnings = few(&worst(verdict, Level::Warning), MOST, "warning", command);
    let notes = few(&worst(verdict, Level::Note), MOST, "notice", command);
    let mut lines: Vec<String> = problems.into_iter().chain(errors).chain(warnings).chain(notes).collect();
    if !verdict.rules.is_empty() {
        lines.push(format!("closeloop: {}; {}.", summary::learned(verdict), summary::tally(verdict)));
    }
    lines.push(format!("closeloop: {}\n", summary::closing(verdict, exit_code)));
    lines.join("\n")
}

/// The findings of a level, those of the gravest incidents first. What stood in the base, or is covered, is in the summary alone.
fn worst(verdict: &Verdict, level: Level) -> Vec<&Judged> {
    let mut findings: Vec<&Judged> = verdict.of_level(level).filter(|finding| finding.is_told()).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.class));
    findings
}

/// A command for each thing, or as many as there is room for, the last of which says how many more there are.
pub(super) fn few<T: Copy>(things: &[T], room: usize, command: &str, write: impl Fn(T) -> String) -> Vec<String> {
    if things.len() <= room {
        return things.iter().map(|thing| write(*thing)).collect();
    }
    let Some(shown) = room.checked_sub(1) else { return Vec::new() };
    let more = things.len() - shown;
    let text = format!("{more} more of this level: see the job summary, or run closeloop check for all of them");
    let last = format!("::{command} title={more} more::{}", data(&text));
    things.iter().take(shown).map(|thing| write(*thing)).chain([last]).collect()
}

fn command(finding: &Judged) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = place(&finding.path, finding.start, finding.end);
    let record = finding.record.as_ref().map_or(String::new(), |record| format!("{record}: "));
    let title = format!("{record}{}", finding.rule);
    let message = format!("{}\n{}\n{}", finding.message, finding.why, finding.help);
    format!("::{command} {place},title={}::{}", property(&title), data(&message))
}

fn problem(problem: &Problem) -> String {
    let place = problem.path.as_ref().map_or(String::new(), |path| place(path, problem.start, None) + ",");
    let message = format!("{}\n{}", problem.message, problem.help);
    format!("::error {place}title=closeloop could not check::{}", data(&message))
}

/// An error without a place.
pub(super) fn titled(title: &str, message: &str) -> String {
    format!("::error title={}::{}", property(title), data(message))
}

/// The place as properties. GitHub refuses columns where the end is on another line.
fn place(path: &RepoPath, start: Option<Position>, end: Option<Position>) -> String {
    let file = format!("file={}", property(path.as_str()));
    let Some(start) = start else { return file };
    match end {
        Some(end) if end.line != start.line => format!("{file},line={},endLine={}", start.line, end.line),
        Some(end) => {
            let (line, from, to) = (start.line, start.column, end.column.max(start.column));
            format!("{file},line={line},col={from},endLine={line},endColumn={to}")
        }
        None => format!("{file},line={},col={}", start.line, start.column),
    }
}

/// The text of a command, as GitHub unescapes it. Other control characters are gone already.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    text.split('\n').enumerate().for_each(|(index, line)| {
        safe.push_str(if index > 0 { "\n" } else { "" });
        crate::text::clean(line, &mut safe, |_, _| {});
    });
    data(&safe).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_begins_a_command() {
        assert_eq!(property("a:b,c%0A::error::x\r\n"), "a%3Ab%2Cc%250A%3A%3Aerror%3A%3Ax %0A");
        assert_eq!(data("50 %\n::warning::"), "50 %25%0A::warning::");
    }

    #[test]
    fn columns_are_left_out_where_the_end_is_on_another_line() {
        let at = |line, column| Some(Position { line, column });
        let path = RepoPath::new("a.md");
        assert_eq!(place(&path, at(2, 3), at(4, 1)), "file=a.md,line=2,endLine=4");
        assert_eq!(place(&path, at(2, 3), at(2, 9)), "file=a.md,line=2,col=3,endLine=2,endColumn=9");
        assert_eq!(place(&path, None, None), "file=a.md");
    }

    #[test]
    fn the_last_of_too_many_says_how_many_more() {
        let lines = few(&(0..25).collect::<Vec<_>>(), MOST, "error", |n: i32| n.to_string());
        assert_eq!((lines.len(), lines[8].as_str()), (10, "8"));
        assert!(lines[9].starts_with("::error title=16 more::16 more of this level"), "{}", lines[9]);
    }
}
