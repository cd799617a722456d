//! Where front matter ends and the text begins.

use super::super::SyntaxProblem;
use super::super::yaml::lines;
use crate::source::Span;
use std::ops::Range;

/// What the front matter is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// There is none.
    None,
    /// Between `---` and `---` or `...`.
    Yaml,
    /// Between `+++` and `+++`.
    Toml,
}

/// The two parts of a file.
#[derive(PartialEq, Debug)]
pub(super) struct Front {
    /// The syntax of the data.
    pub kind: Kind,
    /// The bytes between the fences.
    pub data: Range<usize>,
    /// Where the text begins.
    pub body: usize,
    /// A fence that is missing.
    pub problem: Option<SyntaxProblem>,
}

/// Finds the fences. A `---` that no key follows is a line across the page, and not a fence.
pub(super) fn cut(text: &str) -> Front {
    let none = Front { kind: Kind::None, data: 0..0, body: 0, problem: None };
    let mut all = lines::lines(text, 0);
    // Blank lines above the fence are a slip that nobody sees.
    let Some((open, fence)) = all.find(|(_, line)| !line.trim().is_empty()) else { return none };
    let (kind, closers): (Kind, &[&str]) = match fence.trim_end() {
        "---" => (Kind::Yaml, &["---", "..."]),
        "+++" => (Kind::Toml, &["+++"]),
        _ => return none,
    };
    let start = lines::next_line(text, open);
    let close = lines::lines(text, start).find(|(_, line)| closers.contains(&line.trim_end()));
    match close {
        Some((close, _)) if open == 0 && blank(text, start..close) || has_key(text, start..close, kind) => {
            Front { kind, data: start..close, body: lines::next_line(text, close), problem: None }
        }
        None if begins_with_key(text, start, kind) => unclosed(text, open, start, kind),
        _ => none,
    }
}

/// Front matter without its second fence ends at the first blank line or heading.
fn unclosed(text: &str, open: usize, start: usize, kind: Kind) -> Front {
    let ends = |line: &str| line.trim().is_empty() || line.starts_with("# ") || line.starts_with("## ");
    let end = lines::lines(text, start).find(|(_, line)| ends(line)).map_or(text.len(), |(at, _)| at);
    let fence = if kind == Kind::Yaml { "---" } else { "+++" };
    let message = format!("The front matter is opened with `{fence}` and not closed");
    let help = format!("Put a line `{fence}` behind the last key.");
    let problem = SyntaxProblem::new(Span::new(open, open + fence.len()), message, help);
    Front { kind, data: start..end, body: end, problem: Some(problem) }
}

fn blank(text: &str, range: Range<usize>) -> bool {
    text.get(range).is_some_and(|data| data.trim().is_empty())
}

fn is_key(line: &str, kind: Kind) -> bool {
    match kind {
        Kind::Toml => line.contains('=') || line.starts_with('['),
        _ => lines::is_key(line) || lines::is_item(line) || line.starts_with(['{', '[']),
    }
}

/// Whether any line begins a key; prose between two lines across the page has none.
fn has_key(text: &str, range: Range<usize>, kind: Kind) -> bool {
    let data = text.get(range).unwrap_or_default();
    let comments = data.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
    data.lines().any(|line| is_key(line.trim_start(), kind)) || (comments && !data.contains("# "))
}

fn begins_with_key(text: &str, start: usize, kind: Kind) -> bool {
    let mut all = lines::lines(text, start).map(|(_, line)| line);
    all.find(|line| !line.starts_with('#')).is_some_and(|line| is_key(line, kind))
}
