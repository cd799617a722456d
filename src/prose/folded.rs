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
    origins: Vec<u32>,
}

impl Folded {
    /// Folds a text.
    pub fn new(text: &str) -> Self {
        Self::masked(text, &[])
    }

    /// Folds a text of which some parts are no prose. The parts are sorted and do not overlap.
    pub fn masked(text: &str, masks: &[Range<usize>]) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), origins: Vec::with_capacity(text.len() + 1) };
        let mut masks = masks.iter().peekable();
        let mut chars = text.char_indices().peekable();
        while let Some((at, mut c)) = chars.next() {
            while masks.next_if(|mask| mask.end <= at).is_some() {}
            if masks.peek().is_some_and(|mask| mask.contains(&at)) {
                folded.mask(at);
                continue;
            }
            while let Some(whole) = chars.peek().and_then(|&(_, mark)| composed(c, mark)) {
                c = whole;
                chars.next();
            }
            let next = chars.peek().map(|&(_, next)| next);
            folded.take(c, at, next);
        }
        folded.origins.push(narrow(text.len()));
        folded
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of the folded text stands in the text.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origin = |at: usize| self.origins.get(at).or(self.origins.last()).map_or(0, |&at| at as usize);
        origin(range.start)..origin(range.end)
    }

    fn mask(&mut self, at: usize) {
        if !self.text.ends_with(MASK) {
            self.push(MASK, at);
        }
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
        self.text.push(c);
        match c.is_ascii() {
            true => self.origins.push(narrow(at)),
            false => self.origins.resize(self.text.len(), narrow(at)),
        }
    }
}

/// A letter and the mark behind it as one letter: `a` and the two dots of `ä`.
fn composed(c: char, mark: char) -> Option<char> {
    // No mark that joins a letter stands before U+0300, so most text needs no look-up.
    (mark >= '\u{300}' && canonical_combining_class(mark) != 0).then(|| compose(c, mark)).flatten()
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a character belongs to a word: a letter, a digit, or the `_` of a name.
pub(super) fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
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
