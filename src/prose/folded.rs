//! Text in the form in which words are looked for, with the way back to where they stand.

use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose};

/// What stands for a part that is no prose: no letter, so no word reaches across it.
const MASK: char = '\u{fffc}';

/// A text in lower case, with `ä` as `ae` and `ß` as `ss`, with one blank for any white space, and without marks of
/// emphasis. Folding changes lengths, so each byte knows the byte of the text that it comes from.
#[derive(Debug)]
pub struct Folded {
    text: String,
    /// Sorted by where they stand; most texts need hardly any.
    jumps: Vec<Jump>,
}

/// From one byte of the folded text on, each byte comes from the one behind that of the byte before.
#[derive(Clone, Copy, Default, Debug)]
struct Jump {
    at: usize,
    origin: usize,
}

impl Jump {
    fn origin_of(self, at: usize) -> usize {
        self.origin + (at - self.at)
    }
}

impl Folded {
    /// Folds a text.
    pub fn new(text: &str) -> Self {
        Self::masked(text, &[])
    }

    /// Folds a text of which some parts are no prose. The parts are sorted and do not overlap.
    pub fn masked(text: &str, masks: &[Range<usize>]) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), jumps: Vec::new() };
        let mut masks = masks.iter().peekable();
        let mut at = 0;
        while at < text.len() {
            while masks.next_if(|mask| mask.end <= at).is_some() {}
            at = match masks.peek() {
                Some(mask) if mask.contains(&at) => folded.mask(at, ceil(text, mask.end)),
                Some(mask) => folded.read(text, at, mask.start),
                None => folded.read(text, at, text.len()),
            };
        }
        folded.stands_for(text.len());
        folded
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of the folded text stands in the text.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origin = |at: usize| self.jump(at).origin_of(at.min(self.text.len()));
        origin(range.start)..origin(range.end)
    }

    /// The last jump up to a byte.
    fn jump(&self, at: usize) -> Jump {
        let next = self.jumps.partition_point(|jump| jump.at <= at);
        next.checked_sub(1).and_then(|last| self.jumps.get(last)).copied().unwrap_or_default()
    }

    /// The byte that is folded next comes from `at`.
    fn stands_for(&mut self, at: usize) {
        let next = self.text.len();
        if self.jumps.last().copied().unwrap_or_default().origin_of(next) != at {
            self.jumps.push(Jump { at: next, origin: at });
        }
    }

    /// Folds what begins at `at`, and says where the rest begins: a run of plain signs up to `end`, or one letter.
    fn read(&mut self, text: &str, at: usize, end: usize) -> usize {
        let end_of_run = at + self.run(text.as_bytes(), at..end);
        if let Some(run) = text.get(at..end_of_run).filter(|run| !run.is_empty()) {
            let from = self.text.len();
            self.stands_for(at);
            self.text.push_str(run);
            self.text.get_mut(from..).into_iter().for_each(str::make_ascii_lowercase);
            return end_of_run;
        }
        let mut chars = text.get(at..).unwrap_or_default().chars();
        let Some(mut c) = chars.next() else { return text.len() };
        while let Some(whole) = chars.clone().next().and_then(|mark| composed(c, mark)) {
            c = whole;
            chars.next();
        }
        let rest = chars.as_str();
        self.take(c, at, rest.chars().next());
        text.len() - rest.len()
    }

    /// How many bytes come first that folding at most puts into lower case: nearly all are such.
    fn run(&self, text: &[u8], range: Range<usize>) -> usize {
        let start = range.start;
        let mut before = self.text.bytes().next_back();
        let is_plain = |byte: &&u8| {
            let is_plain = matches!(byte, b'!'..=b')' | b'+'..=b'^' | b'a'..=b'~');
            let is_first_blank = **byte == b' ' && before != Some(b' ');
            before = Some(**byte);
            is_plain || is_first_blank
        };
        let length = text.get(range).unwrap_or_default().iter().take_while(is_plain).count();
        // A mark behind the last letter may belong to it.
        let is_marked = text.get(start + length).is_some_and(|next| !next.is_ascii());
        if is_marked { length.saturating_sub(1) } else { length }
    }

    /// One sign for a part that is no prose.
    fn mask(&mut self, at: usize, end: usize) -> usize {
        if !self.text.ends_with(MASK) {
            self.push(MASK, at);
        }
        end
    }

    fn take(&mut self, c: char, at: usize, next: Option<char>) {
        match c {
            c if c.is_whitespace() => self.blank(at),
            'a'..='z' | '0'..='9' => self.push(c, at),
            'A'..='Z' => self.push(c.to_ascii_lowercase(), at),
            '*' => {}
            '_' if !self.is_inside_a_word(next) => {}
            'ä' | 'Ä' => self.all("ae", at),
            'ö' | 'Ö' => self.all("oe", at),
            'ü' | 'Ü' => self.all("ue", at),
            'ß' | 'ẞ' => self.all("ss", at),
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{0060}' | '\u{00b4}' => self.push('\'', at),
            '\u{2010}' | '\u{2011}' => self.push('-', at),
            '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_ascii() => self.push(c, at),
            c => c.nfkc().flat_map(char::to_lowercase).for_each(|c| self.push(c, at)),
        }
    }

    /// Whether a `_` belongs to a name such as `max_size`, and is no mark of emphasis.
    fn is_inside_a_word(&self, next: Option<char>) -> bool {
        let before = self.text.chars().next_back();
        before.is_some_and(is_of_a_word) && next.is_some_and(char::is_alphanumeric)
    }

    fn blank(&mut self, at: usize) {
        if !self.text.ends_with(' ') {
            self.push(' ', at);
        }
    }

    fn all(&mut self, text: &str, at: usize) {
        text.chars().for_each(|c| self.push(c, at));
    }

    fn push(&mut self, c: char, at: usize) {
        self.stands_for(at);
        self.text.push(c);
    }
}

/// The first place from `at` on that is not inside of a character.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// A letter and the mark behind it as one letter: `a` and the two dots of `ä`.
fn composed(c: char, mark: char) -> Option<char> {
    // No mark that joins a letter stands before U+0300, so most text needs no look-up.
    (mark >= '\u{300}' && canonical_combining_class(mark) != 0).then(|| compose(c, mark)).flatten()
}

/// Whether a character belongs to a word: a letter, a digit, or the `_` of a name.
pub(super) fn is_of_a_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { c.is_alphanumeric() }
}

/// Whether a character divides words and neither vanishes nor becomes a letter when a text is folded.
pub(super) fn is_plain(c: char) -> bool {
    let is_sign =
        |c: char| matches!(c, '–' | '—' | '‘' | '’' | '“' | '”' | '„' | '»' | '«' | '…' | '•' | '→' | '§' | '€');
    if c.is_ascii() { !c.is_ascii_alphanumeric() && c != '*' && c != '_' } else { is_sign(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_leads_back_to_where_it_stands() {
        let text = "Der **Ärger**  mit\nGROẞEN Geräten";
        let folded = Folded::new(text);
        assert_eq!(folded.as_str(), "der aerger mit grossen geraeten");
        let at = folded.as_str().find("grossen").unwrap();
        assert_eq!(&text[folded.origin(at..at + 7)], "GROẞEN");
        let at = folded.as_str().find("geraeten").unwrap();
        assert_eq!(&text[folded.origin(at..at + 8)], "Geräten");
    }

    #[test]
    fn marks_over_letters_and_invisible_characters_hide_nothing() {
        assert_eq!(Folded::new("u\u{308}ber for\u{ad}got\u{200b}ten don\u{2019}t").as_str(), "ueber forgotten don't");
        assert_eq!(Folded::new("_max_size_").as_str(), "max_size");
    }

    #[test]
    fn a_masked_part_is_one_sign_that_no_word_reaches_across() {
        let text = "ran `rm -rf` and left";
        let folded = Folded::masked(text, std::slice::from_ref(&(4..12)));
        assert_eq!(folded.as_str(), "ran \u{fffc} and left");
        assert_eq!(&text[folded.origin(8..11)], "and");
    }
}
