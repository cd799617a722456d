//! Pieces of files, safe to show: the lines around some places, with the spans that stand for them.
//!
//! The drawing library panics on a span that leaves its text, makes two lines of a span over a line end, and shows
//! some characters raw. So it gets no text of a file but what is cleaned and cut here.

use crate::source::{Position, Source, Span};
use crate::text;
use std::collections::BTreeMap;
use std::ops::Range;

/// The most bytes of a line that are shown as a whole; a longer one is cut around its first mark.
const WIDEST: usize = 240;
/// How many bytes of a cut line are shown, so that the drawing library does not cut it again.
const CUT: usize = 90;
/// How many bytes of a cut line stand before its first mark.
const LEAD: usize = 20;
/// The most lines between places that are drawn as one piece.
const TALLEST: u32 = 40;

/// Some lines of a file.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// Where its first mark begins.
    pub(super) start: Position,
    /// The number of its first line.
    pub(super) first_line: u32,
    /// Its lines, safe to show.
    pub(super) text: String,
    /// What stands in `text` for each mark, with the number that the caller knows the mark by.
    pub(super) marks: Vec<(usize, Range<usize>)>,
}

/// Cuts the pieces of one file that hold these spans. The piece with the first span comes first.
pub(super) fn excerpts(source: &Source, spans: &[Span]) -> Vec<Excerpt> {
    let mut open: Vec<Vec<usize>> = Vec::new();
    let line = |index: usize| source.position(source.clamp(spans[index]).start).line;
    for index in 0..spans.len() {
        let near = |piece: &&mut Vec<usize>| piece.iter().all(|other| line(*other).abs_diff(line(index)) <= TALLEST);
        let fits = |piece: &&mut Vec<usize>| is_narrow(source, spans[index]) && is_narrow(source, spans[piece[0]]);
        match open.iter_mut().find(|piece| near(piece) && fits(piece)) {
            Some(piece) => piece.push(index),
            None => open.push(vec![index]),
        }
    }
    open.iter().map(|piece| excerpt(source, spans, piece)).collect()
}

fn is_narrow(source: &Source, span: Span) -> bool {
    source.line_at(source.clamp(span).start).len() <= WIDEST
}

/// One piece; `indexes` are the spans that it holds.
fn excerpt(source: &Source, spans: &[Span], indexes: &[usize]) -> Excerpt {
    let mut marked: BTreeMap<u32, Vec<(usize, Span)>> = BTreeMap::new();
    for &index in indexes {
        let span = one_line(source, spans[index]);
        marked.entry(source.position(span.start).line).or_default().push((index, span));
    }
    let first_line = marked.keys().next().copied().unwrap_or(1);
    let last_line = marked.keys().last().copied().unwrap_or(1);
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut offset = marked.values().flatten().map(|(_, span)| span.start).min().unwrap_or(0);
    for number in first_line..=last_line {
        let line = source.line_at(offset);
        let inside = marked.remove(&number).unwrap_or_default();
        draw(source, line, &inside, &mut text, &mut marks);
        text.push('\n');
        offset = next_line(source, line);
    }
    let start = source.position(source.clamp(spans[indexes[0]]).start);
    marks.sort_by_key(|(index, _)| *index);
    Excerpt { start, first_line, text, marks }
}

/// The span, cut to its first line; without the line end.
fn one_line(source: &Source, span: Span) -> Span {
    let span = source.clamp(span);
    let line = source.line_at(span.start);
    let end = span.end.min(line.end).max(span.start.min(line.end));
    Span { start: span.start.min(line.end), end }
}

/// Where the line after a line begins.
fn next_line(source: &Source, line: Span) -> u32 {
    let rest = &source.text()[line.end as usize..];
    let skipped = rest.find('\n').map_or(rest.len(), |at| at + 1);
    Span::new(line.end as usize + skipped, usize::MAX).start
}

/// Appends a line, safe and short enough, and what stands for its marks.
fn draw(
    source: &Source,
    line: Span,
    inside: &[(usize, Span)],
    text: &mut String,
    marks: &mut Vec<(usize, Range<usize>)>,
) {
    let window = window(source, line, inside.iter().map(|(_, span)| span.start).min());
    if window.start > line.start {
        text.push('…');
    }
    let shown = source.slice(window);
    let base = window.start as usize;
    let mut places: Vec<(usize, usize)> = Vec::new();
    if inside.is_empty() {
        text::clean(shown, text, |_, _| {});
    } else {
        text::clean(shown, text, |from, to| places.push((base + from, to)));
    }
    places.push((window.end as usize, text.len()));
    if window.end < line.end {
        text.push('…');
    }
    let to = |offset: u32| {
        let offset = offset.min(window.end);
        let at = places.partition_point(|(from, _)| *from < offset as usize);
        places.get(at).map_or(text.len(), |(_, to)| *to)
    };
    marks.extend(inside.iter().map(|(index, span)| (*index, to(span.start)..to(span.end))));
}

/// The part of a line that is shown.
fn window(source: &Source, line: Span, first_mark: Option<u32>) -> Span {
    if line.len() <= WIDEST {
        return line;
    }
    let mark = first_mark.unwrap_or(line.start) as usize;
    let start = mark.saturating_sub(LEAD).max(line.start as usize);
    let cut = source.clamp(Span::new(start, start + CUT));
    Span { start: cut.start, end: cut.end.min(line.end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("x.md"), text)
    }

    fn shown(text: &str, spans: &[Span]) -> Vec<(u32, String, Vec<String>)> {
        let cut = |e: Excerpt| {
            let marks = e.marks.iter().map(|(_, range)| e.text[range.clone()].to_owned()).collect();
            (e.first_line, e.text.clone(), marks)
        };
        excerpts(&source(text), spans).into_iter().map(cut).collect()
    }

    #[test]
    fn a_span_is_cut_to_its_line_and_loses_its_line_end() {
        let found = shown("a\r\nb: x\r\ny\r\n", &[Span::new(6, 12)]);
        assert_eq!(found, [(2, "b: x\n".to_owned(), vec!["x".to_owned()])]);
    }

    #[test]
    fn a_hidden_character_moves_what_stands_behind_it() {
        let found = shown("\u{1b}[1m\u{202e}due: 🔥1", &[Span::new(12, 17)]);
        assert_eq!(found, [(1, "\\u{1b}[1m\\u{202e}due: 🔥1\n".to_owned(), vec!["🔥1".to_owned()])]);
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_mark() {
        let text = format!("{}MARK{}", "ü".repeat(500_000), "é".repeat(500_000));
        let at = text.find("MARK").unwrap();
        let found = shown(&text, &[Span::new(at, at + 4)]);
        assert!(found[0].1.len() < 300, "{}", found[0].1.len());
        assert_eq!(found[0].2, ["MARK"]);
        let all = shown(&text, &[Span::new(0, text.len())]);
        assert!(all[0].1.len() < 300 && !all[0].2[0].is_empty());
    }

    #[test]
    fn near_places_share_a_piece_and_far_ones_do_not() {
        let text = (1..=200).map(|n| format!("line {n}\n")).collect::<String>();
        let at = |n: u32| text.find(&format!("line {n}\n")).unwrap();
        let found = shown(&text, &[Span::new(at(9), at(9) + 4), Span::new(at(4), at(4) + 4), Span::at(at(199))]);
        assert_eq!(found.iter().map(|(line, _, marks)| (*line, marks.len())).collect::<Vec<_>>(), [(4, 2), (199, 1)]);
    }

    #[test]
    fn any_span_of_any_text_is_drawn() {
        for text in ["", "\n", "\r\n", "ü", "a\n\nb", "x\r\n\u{feff}🔥\n"] {
            for start in 0..12 {
                for end in start..13 {
                    for (_, text, marks) in shown(text, &[Span::new(start, end), Span::at(end)]) {
                        assert!(text.ends_with('\n') && !marks.is_empty());
                    }
                }
            }
        }
    }
}
