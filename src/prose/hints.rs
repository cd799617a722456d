//! Whether words of a list may stand in a text, told from the raw text in one pass: most texts have none of them, and
//! then need be neither divided nor folded.

use super::folded::{is_of_a_word, is_plain};
use super::lexicon::Form;

/// How many letters of a word are compared.
const LETTERS: usize = 8;

/// One word of each entry of a list, by its first letters.
#[derive(Debug)]
pub struct Hints {
    /// Sorted, and none begins with another.
    stems: Vec<Stem>,
    /// Which pairs of letters a stem begins with, a bit each: most words begin with none of them.
    pairs: Vec<u64>,
    /// An entry has no word that could be looked for where words begin.
    open: bool,
}

/// The first letters of a word, the first in the highest byte; zeros behind the end of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Stem {
    letters: u64,
    /// How many of the letters count. The zero behind a whole word does.
    length: usize,
}

impl Stem {
    /// A word, or with `whole` not set the beginning of one.
    fn new(word: &str, whole: bool) -> Self {
        let mut letters = Letters::default();
        word.bytes().for_each(|byte| letters.push(byte));
        Self { letters: letters.all(), length: (word.len() + usize::from(whole)).min(LETTERS) }
    }

    fn begins(self, letters: u64) -> bool {
        (self.letters ^ letters) >> (8 * (LETTERS - self.length)) == 0
    }

    /// The pairs of letters that a word may begin with which begins with this.
    fn pairs(self) -> std::ops::RangeInclusive<usize> {
        let pair = (self.letters >> 48) as usize;
        pair..=if self.length == 1 { pair | 0xff } else { pair }
    }
}

/// The letters of a word, as they come.
#[derive(Clone, Copy, Default)]
struct Letters {
    taken: u64,
    count: u32,
}

impl Letters {
    fn push(&mut self, letter: u8) {
        if self.count < LETTERS as u32 {
            self.taken = self.taken << 8 | u64::from(letter);
            self.count += 1;
        }
    }

    fn all(self) -> u64 {
        self.taken.checked_shl(8 * (LETTERS as u32 - self.count)).unwrap_or(0)
    }
}

impl Hints {
    /// Takes the words of lists, in the form in which a lexicon reads them.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let found: Vec<Option<Stem>> = words.into_iter().map(Form::read).filter_map(|form| stem(&form)).collect();
        let open = found.contains(&None);
        let mut stems: Vec<Stem> = found.into_iter().flatten().collect();
        stems.sort_unstable();
        stems.dedup_by(|next, stem| stem.begins(next.letters) && stem.length <= next.length);
        let mut pairs = vec![0; 1 << 10];
        for pair in stems.iter().flat_map(|stem| stem.pairs()) {
            if let Some(bits) = pairs.get_mut(pair >> 6) {
                *bits |= 1_u64 << (pair & 63);
            }
        }
        Self { stems, pairs, open }
    }

    /// Whether one of the words may stand in a text. Marks of emphasis and rare letters, which folding changes, leave
    /// it open; `false` is certain.
    pub fn are_in(&self, text: &str) -> bool {
        let mut word = Letters::default();
        for c in text.chars() {
            match c {
                'a'..='z' | '0'..='9' => word.push(c as u8),
                'A'..='Z' => word.push(c.to_ascii_lowercase() as u8),
                'ä' | 'Ä' => b"ae".iter().for_each(|&letter| word.push(letter)),
                'ö' | 'Ö' => b"oe".iter().for_each(|&letter| word.push(letter)),
                'ü' | 'Ü' => b"ue".iter().for_each(|&letter| word.push(letter)),
                'ß' => b"ss".iter().for_each(|&letter| word.push(letter)),
                c if is_plain(c) => {
                    if self.know(word) {
                        return true;
                    }
                    word = Letters::default();
                }
                _ => return true,
            }
        }
        self.open || self.know(word)
    }

    fn know(&self, word: Letters) -> bool {
        let letters = word.all();
        let pair = (letters >> 48) as usize;
        if self.pairs.get(pair >> 6).is_none_or(|bits| bits >> (pair & 63) & 1 == 0) {
            return false;
        }
        // No stem begins with another, so only the last one up to here can be the beginning of the word.
        let next = self.stems.partition_point(|stem| stem.letters <= letters);
        next.checked_sub(1).and_then(|last| self.stems.get(last)).is_some_and(|stem| stem.begins(letters))
    }
}

/// The longest word of an entry by which it can be found, `Some(None)` if it has none. There is nothing to look for in
/// an entry with a rare letter: a text with one is always read.
fn stem(form: &Form) -> Option<Option<Stem>> {
    let text = form.text.as_str();
    let mut at = 0;
    let mut words: Vec<(&str, bool)> = Vec::new();
    for part in text.split_inclusive(|c| !is_of_a_word(c)) {
        let word = part.trim_end_matches(|c| !is_of_a_word(c));
        let is_whole = at + word.len() < text.len() || (form.at_end && !form.inflected);
        if at > 0 || form.at_start {
            words.push((word, is_whole));
        }
        at += part.len();
    }
    if text.chars().any(|c| is_of_a_word(c) && !c.is_ascii()) {
        return None;
    }
    let longest = words.into_iter().filter(|(word, _)| !word.is_empty()).max_by_key(|(word, _)| word.len());
    Some(longest.map(|(word, is_whole)| Stem::new(word, is_whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_where_words_begin() {
        let hints = Hints::new(["careless-", "übersah", "did not bother", "error+", "not", "no"]);
        for text in
            ["Carelessly", "er ÜBERSAH es", "er uebersah es", "nobody did bother", "two errors", "do not", "No!"]
        {
            assert!(hints.are_in(text), "{text}");
        }
        for text in ["", "uncareless", "nothing is noted", "bothering", "an err or two", "note", "terror"] {
            assert!(!hints.are_in(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_left_open() {
        let hints = Hints::new(["forgot"]);
        assert!(hints.are_in("for*got*") && hints.are_in("for\u{ad}got") && !hints.are_in("don’t – or do"));
        assert!(Hints::new(["forgot", "-leiter"]).are_in("Schichtleiter") && !Hints::new(["naïve"]).are_in("naive"));
    }
}
