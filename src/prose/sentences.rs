//! Sentences, and what in them is somebody else's speech.

use std::ops::Range;

/// The pairs of marks that a quotation stands in, besides the straight ones.
const PAIRS: [(char, &[char]); 6] = [
    ('\u{201c}', &['\u{201d}']),
    ('\u{201e}', &['\u{201c}', '\u{201d}']),
    ('\u{ab}', &['\u{bb}']),
    ('\u{bb}', &['\u{ab}']),
    ('\u{2018}', &['\u{2019}']),
    ('\u{201a}', &['\u{2018}', '\u{2019}']),
];

/// The parts of a text that are quoted or code, sorted and without overlaps. A mark without its second is none.
pub fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut ends = Closings::default();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let rest = at + c.len_utf8();
        if at < from || !can_open(text, at, c) {
            continue;
        }
        if let Some(end) = ends.closing(text, c, rest) {
            found.push(at..end);
            from = end;
        }
    }
    found
}

/// Whether a mark can begin a quotation here: a straight or single one not in the middle of a word.
fn can_open(text: &str, at: usize, c: char) -> bool {
    let before = || text.get(..at).and_then(|text| text.chars().next_back());
    match c {
        '"' | '`' => true,
        '\'' | '\u{2018}' => before().is_none_or(|c| !c.is_alphanumeric()),
        '>' => before().is_none_or(|c| c == '\n'),
        c if c.is_ascii() => false,
        c => PAIRS.iter().any(|(open, _)| *open == c),
    }
}

/// Marks that have no second one further on, so that the rest of the text is not searched for it again.
#[derive(Default)]
struct Closings {
    missing: Vec<char>,
    /// Up to where no single mark closes.
    single: usize,
}

impl Closings {
    /// Where the quotation that `open` begins ends, its closing mark included.
    fn closing(&mut self, text: &str, open: char, from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        if open == '>' {
            return Some(from + rest.find('\n').unwrap_or(rest.len()));
        }
        if self.missing.contains(&open) || (matches!(open, '\'' | '\u{2018}') && from < self.single) {
            return None;
        }
        let length = match open {
            '"' | '`' => rest.find(open),
            '\'' | '\u{2018}' => single(rest),
            open => PAIRS.iter().find(|(first, _)| *first == open).and_then(|(_, close)| rest.find(*close)),
        };
        match (length, open) {
            (None, '\'' | '\u{2018}') => self.single = from + rest.find('\n').unwrap_or(rest.len()),
            (None, open) => self.missing.push(open),
            (Some(_), _) => {}
        }
        let close = length?;
        Some(from + close + rest.get(close..)?.chars().next()?.len_utf8())
    }
}

/// Where a single mark closes: not in the middle of a word, where it is an apostrophe, and in the same line.
fn single(rest: &str) -> Option<usize> {
    let line = rest.get(..rest.find('\n').unwrap_or(rest.len()))?;
    let marks = line.char_indices().filter(|(_, c)| matches!(c, '\'' | '\u{2019}'));
    let mut ends = marks.map(|(at, c)| (at, at + c.len_utf8()));
    ends.find(|&(at, end)| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside = is_letter(line.get(end..).and_then(|text| text.chars().next()));
        at > 0 && !inside
    })
    .map(|(at, _)| at)
}

/// Nobody writes longer sentences; what is longer is divided, so that reading stays linear.
const LONGEST: usize = 2_000;

/// The sentences of a text, trimmed, in order. Nothing ends inside a part that is no prose.
///
/// `is_short` says whether a word in lower case is an abbreviation, whose full stop ends nothing.
pub fn sentences(text: &str, masks: &[Range<usize>], is_short: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut masks = masks.iter().peekable();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if end - start <= LONGEST && !matches!(c, '\n' | '!' | '?' | '\u{2026}' | '.') {
            continue;
        }
        while masks.next_if(|mask| mask.end <= at).is_some() {}
        let is_masked = masks.peek().is_some_and(|mask| mask.contains(&at));
        let is_too_long = end - start > LONGEST && (c.is_whitespace() || end - start > 2 * LONGEST);
        if is_too_long || (!is_masked && ends(text, start, at, c, &is_short)) {
            found.extend(trimmed(text, start..end));
            start = end;
        }
    }
    found.extend(trimmed(text, start..text.len()));
    found
}

/// Whether a sentence ends with the character at `at`.
fn ends(text: &str, start: usize, at: usize, c: char, is_short: impl Fn(&str) -> bool) -> bool {
    let Some(rest) = text.get(at + c.len_utf8()..) else { return false };
    match c {
        '\n' => is_new_block(rest),
        '!' | '?' | '\u{2026}' => begins(rest),
        '.' => begins(rest) && !text.get(start..at).is_some_and(|before| is_abbreviated(before, is_short)),
        _ => false,
    }
}

/// Whether a line that begins here is a paragraph, an item or a quotation of its own.
fn is_new_block(rest: &str) -> bool {
    let line = rest.trim_start_matches([' ', '\t']);
    let marks = ["\n", "\r\n", "- ", "* ", "+ ", "\u{2022} ", "> "];
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    marks.iter().any(|mark| line.starts_with(mark))
        || (number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") ")))
}

/// Whether another sentence begins after closing marks and white space, or the text is over.
fn begins(rest: &str) -> bool {
    let rest = rest
        .trim_start_matches(['"', '\'', ')', ']', '*', '_', '\u{201d}', '\u{201c}', '\u{2019}', '\u{bb}', '\u{ab}']);
    let next = rest.trim_start();
    next.is_empty() || (next.len() < rest.len() && !next.starts_with(char::is_lowercase))
}

/// Whether the word before a full stop is an abbreviation, an initial or a number of a day.
fn is_abbreviated(before: &str, is_short: impl Fn(&str) -> bool) -> bool {
    let from = before.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '/')).map_or(0, |at| at + 1);
    let word = before.get(from..).unwrap_or_default().trim_start_matches(['"', '\'', '*', '_']);
    let length = word.chars().count();
    match length {
        0 => false,
        1 => word.chars().all(char::is_alphanumeric),
        2 if word.chars().all(|c| c.is_ascii_digit()) => true,
        2..=12 => is_short(&word.to_lowercase()),
        _ => false,
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(range.clone())?;
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let masks = quotations(text);
        sentences(text, &masks, |word| word == "z.b" || word == "mr").into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_the_next_begins() {
        assert_eq!(split("One failed. Two did not! Three?"), ["One failed.", "Two did not!", "Three?"]);
        assert_eq!(
            split("See z.B. Seite 3. Mai, Mr. Brown and J. Weber."),
            ["See z.B. Seite 3. Mai, Mr. Brown and J. Weber."]
        );
        assert_eq!(split("Version 1.2.3 of a.b runs.\nIt stops"), ["Version 1.2.3 of a.b runs.", "It stops"]);
        assert_eq!(split("first line\ngoes on\n\n- item\n- other"), ["first line\ngoes on", "- item", "- other"]);
    }

    #[test]
    fn quotations_are_found_in_every_style() {
        let quoted = |text: &'static str| quotations(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(quoted("he said \"no. Never\" twice"), ["\"no. Never\""]);
        assert_eq!(quoted("„nie“ und »nein« und `rm`"), ["„nie“", "»nein«", "`rm`"]);
        assert_eq!(quoted("Ana's and Ben's 'own words' don't"), ["'own words'"]);
        assert_eq!(quoted("5\" disk"), Vec::<&str>::new());
        assert_eq!(split("“It broke. Then more,” she said. Next"), ["“It broke. Then more,” she said.", "Next"]);
    }
}
