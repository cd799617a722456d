//! The HTML comments in the text of a Markdown record.

use crate::document::{Body, PassageKind};
use crate::source::{Source, Span};
use std::collections::HashMap;

/// The HTML comments of a text, without those that stand in code. One that does not end goes on to the end of its
/// paragraph.
pub(super) fn html_comments(source: &Source, body: &Body) -> Vec<Span> {
    let blocks: Vec<Span> = body.passages.iter().filter(|p| p.kind == PassageKind::Code).map(|p| p.span).collect();
    let text = source.text();
    let mut at = body.span.start as usize;
    let code = inline_code(text, at);
    let starts_in = |spans: &[Span], start: u32| {
        let before = spans.partition_point(|span| span.start <= start);
        before.checked_sub(1).and_then(|at| spans.get(at)).is_some_and(|span| start < span.end)
    };
    let mut comments = Vec::new();
    let mut has_end = true;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("<!--")).map(|found| at + found) {
        let rest = text.get(start + 4..).unwrap_or_default();
        let length = if has_end { rest.find("-->") } else { None };
        has_end = length.is_some();
        let end = start + 4 + length.map_or_else(|| rest.find("\n\n").unwrap_or(rest.len()), |length| length + 3);
        let span = Span::new(start, end);
        if !starts_in(&blocks, span.start) && !starts_in(&code, span.start) {
            comments.push(span);
        }
        at = end;
    }
    comments
}

/// Code within the lines of a text: from a run of backticks to the next one as long, in the same paragraph. A line that
/// begins with a fence or a comment is a block of its own.
fn inline_code(text: &str, from: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut runs: Vec<Span> = Vec::new();
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let begins = line.trim_start();
        if begins.is_empty() || ["```", "~~~", "<!--"].iter().any(|block| begins.starts_with(block)) {
            pair(&std::mem::take(&mut runs), &mut spans);
        } else {
            let mut within = 0;
            while let Some(start) = line.get(within..).and_then(|rest| rest.find('`')).map(|found| within + found) {
                let length = line.as_bytes().iter().skip(start).take_while(|byte| **byte == b'`').count();
                runs.push(Span::new(at + start, at + start + length));
                within = start + length;
            }
        }
        at += line.len();
    }
    pair(&runs, &mut spans);
    spans
}

fn pair(runs: &[Span], spans: &mut Vec<Span>) {
    let length = |run: &Span| run.end - run.start;
    let mut next: Vec<Option<usize>> = Vec::with_capacity(runs.len());
    let mut last: HashMap<u32, usize> = HashMap::new();
    for (at, run) in runs.iter().enumerate().rev() {
        next.push(last.insert(length(run), at));
    }
    next.reverse();
    let mut at = 0;
    while let (Some(run), Some(end)) = (runs.get(at), next.get(at)) {
        let closing = end.and_then(|end| Some((end, runs.get(end)?)));
        spans.extend(closing.map(|(_, end)| Span::new(run.start as usize, end.end as usize)));
        at = closing.map_or(at, |(end, _)| end) + 1;
    }
}
