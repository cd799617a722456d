//! Whether words of a list may stand in a text, told from the raw text in one pass: most texts have none of them, and
//! then need be neither divided nor folded.

use super::folded::{is_of_a_word, is_plain};
use super::heads::{Heads, head, heads};
use super::lexicon::Form;

/// How many letters of a word are compared.
const LETTERS: usize = 8;

/// The words of some lists, by their first letters. What is found is told as a set of lists, a bit each.
#[derive(Debug)]
pub struct Hints {
    /// Sorted, and none begins with another.
    stems: Vec<Stem>,
    /// How stems begin: most words begin with none of them.
    heads: Heads,
    /// Lists with an entry that could not be looked for where words begin.
    open: u8,
}

/// The first letters of a word, the first in the highest byte; zeros behind the end of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Stem {
    letters: u64,
    /// How many of the letters count. The zero behind a whole word does.
    length: usize,
    lists: u8,
    /// The words before it in the phrases that it stands for; none if it stands for itself.
    before: Vec<u64>,
}

impl Stem {
    fn begins(&self, letters: u64) -> bool {
        (self.letters ^ letters) >> (8 * (LETTERS - self.length)) == 0
    }

    /// Takes what a longer stem stands for.
    fn join(&mut self, longer: &mut Self) {
        self.lists |= longer.lists;
        if self.before.is_empty() || longer.before.is_empty() {
            self.before.clear();
        } else {
            self.before.append(&mut longer.before);
        }
    }

    fn bytes(&self) -> [u8; LETTERS] {
        self.letters.to_be_bytes()
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
    /// Of each entry one word by which it can be found, with its list; entries are written as for a lexicon.
    pub fn new<'w>(entries: impl IntoIterator<Item = (u8, &'w str)>) -> Self {
        Self::of(entries, |words| {
            // A word of a phrase tells little without the one before it.
            let mut pairs = words.windows(2).filter_map(<[Word]>::last_chunk::<2>);
            let longest = pairs.by_ref().max_by_key(|[_, word]| word.length);
            let pair = longest.map(|[before, word]| word.stem(vec![before.letters]));
            pair.or_else(|| words.first().map(|word| word.stem(Vec::new()))).into_iter().collect()
        })
    }

    /// Every word of each entry.
    pub fn of_all_words<'w>(entries: impl IntoIterator<Item = &'w str>) -> Self {
        let entries = entries.into_iter().map(|entry| (1, entry));
        Self::of(entries, |words| words.iter().map(|word| word.stem(Vec::new())).collect())
    }

    fn of<'w>(entries: impl IntoIterator<Item = (u8, &'w str)>, choose: impl Fn(&[Word]) -> Vec<Stem>) -> Self {
        let mut open = 0;
        let mut stems: Vec<Stem> = Vec::new();
        for (list, form) in entries.into_iter().map(|(list, entry)| (list, Form::read(entry))) {
            // A text with a rare letter is always read, so there is no need to find it by an entry that has one.
            if form.text.is_empty() || form.text.chars().any(|c| !c.is_ascii() && is_of_a_word(c)) {
                continue;
            }
            let chosen = choose(&words(&form));
            if chosen.is_empty() || !form.at_start {
                open |= list;
            }
            stems.extend(chosen.into_iter().map(|stem| Stem { lists: list, ..stem }));
        }
        stems.sort_unstable();
        stems.dedup_by(|next, stem| {
            let is_longer = stem.begins(next.letters) && stem.length <= next.length;
            if is_longer {
                stem.join(next);
            }
            is_longer
        });
        let heads = Heads::new(stems.iter().map(|stem| heads(stem.bytes().get(..stem.length).unwrap_or_default())));
        Self { stems, heads, open }
    }

    /// The lists of which a word may stand in a text. Marks of emphasis and rare letters, which folding changes, leave
    /// it open, so there are all lists in such a text; what is left out is certain.
    pub fn lists_in(&self, text: &str) -> u8 {
        let (mut found, mut before) = (self.open, 0);
        let is_read = until(text, |word| {
            if let Some(stem) = self.find(word) {
                let is_said = stem.before.is_empty() || stem.before.contains(&before);
                found |= if is_said { stem.lists } else { 0 };
            }
            before = if word.count > 0 { word.all() } else { before };
            false
        });
        if is_read.is_some() { found } else { u8::MAX }
    }

    /// Whether one of the words may stand in a text.
    pub fn are_in(&self, text: &str) -> bool {
        self.lists_in(text) != 0
    }

    /// Whether every word of a text may be one of the words, or is a number; again only `false` is certain.
    pub fn are_all_of(&self, text: &str) -> bool {
        let is_other = |word: Letters| word.count > 0 && !word.begins_a_number() && self.find(word).is_none();
        self.open != 0 || until(text, is_other) != Some(true)
    }

    fn find(&self, word: Letters) -> Option<&Stem> {
        let letters = word.all();
        if !self.heads.has(head(&letters.to_be_bytes())) {
            return None;
        }
        // No stem begins with another, so only the last one up to here can be the beginning of the word.
        let next = self.stems.partition_point(|stem| stem.letters <= letters);
        self.stems.get(next.checked_sub(1)?).filter(|stem| stem.begins(letters))
    }
}

/// What a byte does in a word: a letter in lower case, 0 where it divides words, `RARE` where only folding can tell.
const BYTES: [u8; 256] = {
    let mut table = [RARE; 256];
    let mut byte = 0;
    while byte < 0x80 {
        let c = byte as u8;
        table[byte] = match c {
            b'*' | b'_' => RARE,
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => 0,
        };
        byte += 1;
    }
    table
};

const RARE: u8 = u8::MAX;

/// Whether some word of a text is one for which `stop` holds; `None` where a letter comes before it of which only
/// folding tells what it is.
fn until(text: &str, mut stop: impl FnMut(Letters) -> bool) -> Option<bool> {
    let mut word = Letters::default();
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match BYTES[usize::from(byte)] {
            RARE => {
                let c = text.get(at..)?.chars().next()?;
                (1..c.len_utf8()).for_each(|_| _ = bytes.next());
                if rare(c, &mut word)? && stop(std::mem::take(&mut word)) {
                    return Some(true);
                }
            }
            0 if stop(std::mem::take(&mut word)) => return Some(true),
            0 => {}
            letter => word.push(letter),
        }
    }
    Some(stop(word))
}

/// Adds a letter that folding makes a pair of to a word, or says that a sign ends it; `None` for any other.
fn rare(c: char, word: &mut Letters) -> Option<bool> {
    match c {
        'ä' | 'Ä' => word.push_pair(*b"ae"),
        'ö' | 'Ö' => word.push_pair(*b"oe"),
        'ü' | 'Ü' => word.push_pair(*b"ue"),
        'ß' => word.push_pair(*b"ss"),
        c if is_plain(c) => return Some(true),
        _ => return None,
    }
    Some(false)
}

/// A word of an entry.
struct Word {
    letters: u64,
    length: usize,
}

impl Word {
    fn stem(&self, before: Vec<u64>) -> Stem {
        Stem { letters: self.letters, length: self.length, lists: 0, before }
    }
}

fn words(form: &Form) -> Vec<Word> {
    let mut at = 0;
    let parts = form.text.split_inclusive(|c| !is_of_a_word(c)).filter_map(|part| {
        let word = part.trim_end_matches(|c| !is_of_a_word(c));
        let is_whole = at + word.len() < form.text.len() || (form.at_end && !form.inflected);
        at += part.len();
        let mut letters = Letters::default();
        word.bytes().for_each(|byte| letters.push(byte));
        let length = (word.len() + usize::from(is_whole)).min(LETTERS);
        (!word.is_empty()).then(|| Word { letters: letters.all(), length })
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_where_words_begin() {
        let hints = Hints::new(["careless-", "übersah", "did not bother", "error+", "not", "no"].map(|word| (1, word)));
        for text in
            ["Carelessly", "er ÜBERSAH es", "er uebersah es", "you did not bother", "two errors", "do not", "No!"]
        {
            assert!(hints.are_in(text), "{text}");
        }
        for text in ["", "uncareless", "nothing is noted", "bothering", "did bother", "an err or two", "note", "terror"]
        {
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
        let hints = Hints::new([(1, "forgot")]);
        assert!(hints.are_in("for*got*") && hints.are_in("for\u{ad}got") && !hints.are_in("don’t – or do"));
        assert!(
            Hints::new([(1, "forgot"), (2, "-leiter")]).are_in("Schichtleiter")
                && !Hints::new([(1, "naïve")]).are_in("naive")
        );
    }
}
