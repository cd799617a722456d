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

    fn push_pair(&mut self, pair: [u8; 2]) {
        pair.into_iter().for_each(|letter| self.push(letter));
    }

    fn begins_a_number(self) -> bool {
        (self.all() >> 56) as u8 <= b'9'
    }

    fn all(self) -> u64 {
        self.taken.checked_shl(8 * (LETTERS as u32 - self.count)).unwrap_or(0)
    }
}

impl Hints {
    /// Of each entry of some lists one word, by which it can be found; entries are written as for a lexicon.
    pub fn new<'w>(entries: impl IntoIterator<Item = &'w str>) -> Self {
        Self::of(entries, |stems| stems.max_by_key(|stem| stem.length).into_iter().collect())
    }

    /// Every word of each entry.
    pub fn of_all_words<'w>(entries: impl IntoIterator<Item = &'w str>) -> Self {
        Self::of(entries, |stems| stems.collect())
    }

    fn of<'w>(
        entries: impl IntoIterator<Item = &'w str>,
        choose: impl Fn(&mut dyn Iterator<Item = Stem>) -> Vec<Stem>,
    ) -> Self {
        let mut open = false;
        let mut stems: Vec<Stem> = Vec::new();
        // A text with a rare letter is always read, so there is no need to find it by an entry that has one.
        let plain = |form: &Form| !form.text.is_empty() && form.text.chars().all(|c| c.is_ascii() || !is_of_a_word(c));
        for form in entries.into_iter().map(Form::read).filter(plain) {
            let chosen = choose(&mut words(&form));
            open |= chosen.is_empty() || !form.at_start;
            stems.extend(chosen);
        }
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
        self.open || until(text, |word| self.know(word)) != Some(false)
    }

    /// Whether every word of a text may be one of the words, or is a number; again only `false` is certain.
    pub fn are_all_of(&self, text: &str) -> bool {
        let is_other = |word: Letters| word.count > 0 && !word.begins_a_number() && !self.know(word);
        self.open || until(text, is_other) != Some(true)
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

/// Whether some word of a text is one for which `stop` holds; `None` where a letter comes before it of which only
/// folding tells what it is.
fn until(text: &str, stop: impl Fn(Letters) -> bool) -> Option<bool> {
    let mut word = Letters::default();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => word.push(c as u8),
            'A'..='Z' => word.push(c.to_ascii_lowercase() as u8),
            'ä' | 'Ä' => word.push_pair(*b"ae"),
            'ö' | 'Ö' => word.push_pair(*b"oe"),
            'ü' | 'Ü' => word.push_pair(*b"ue"),
            'ß' => word.push_pair(*b"ss"),
            c if !is_plain(c) => return None,
            _ if stop(word) => return Some(true),
            _ => word = Letters::default(),
        }
    }
    Some(stop(word))
}

/// The words of an entry, by their first letters.
fn words(form: &Form) -> impl Iterator<Item = Stem> {
    let mut at = 0;
    form.text.split_inclusive(|c| !is_of_a_word(c)).filter_map(move |part| {
        let word = part.trim_end_matches(|c| !is_of_a_word(c));
        let is_inner = at + word.len() < form.text.len();
        at += part.len();
        (!word.is_empty()).then(|| Stem::new(word, is_inner || (form.at_end && !form.inflected)))
    })
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
    fn a_text_of_listed_words_is_told_from_others() {
        let hints = Hints::of_all_words(["to be decided", "name+", "the"]);
        assert!(
            ["To be decided", "the names", "the 2nd name, to 12", "the na\u{ad}me"]
                .iter()
                .all(|text| hints.are_all_of(text))
        );
        assert!(["to be or not", "decide", "her name"].iter().all(|text| !hints.are_all_of(text)));
    }

    #[test]
    fn what_cannot_be_told_is_left_open() {
        let hints = Hints::new(["forgot"]);
        assert!(hints.are_in("for*got*") && hints.are_in("for\u{ad}got") && !hints.are_in("don’t – or do"));
        assert!(Hints::new(["forgot", "-leiter"]).are_in("Schichtleiter") && !Hints::new(["naïve"]).are_in("naive"));
    }
}
