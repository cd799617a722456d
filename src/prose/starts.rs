//! Which words of a list a text begins with, told at each place at which one may begin.

use super::heads::{Heads, head, heads};
use std::iter::successors;

/// Words in an order in which all that a text begins with are a few steps apart.
#[derive(Debug)]
pub(super) struct Starts {
    /// Sorted.
    words: Vec<Start>,
    /// The first letters of each, in the same order: compared as one number, they tell nearly all words apart.
    keys: Vec<u64>,
    heads: Heads,
}

#[derive(Debug)]
struct Start {
    word: String,
    /// The number of the word in its list.
    index: usize,
    /// The longest other word with which this one begins.
    shorter: Option<usize>,
}

impl Starts {
    /// Words with their numbers; none is empty.
    pub(super) fn new(words: impl IntoIterator<Item = (usize, String)>) -> Self {
        let words = words.into_iter().map(|(index, word)| Start { word, index, shorter: None });
        let mut words: Vec<Start> = words.collect();
        words.sort_unstable_by(|one, other| (&one.word, one.index).cmp(&(&other.word, other.index)));
        for at in 1..words.len() {
            let (before, rest) = words.split_at_mut(at);
            let mut chain = successors(Some(at - 1), |&last| before[last].shorter);
            let [word, ..] = rest else { continue };
            word.shorter = chain.find(|&last| word.word.starts_with(&before[last].word));
        }
        let heads = Heads::new(words.iter().map(|start| heads(start.word.as_bytes())));
        let keys = words.iter().map(|start| key(start.word.as_bytes())).collect();
        Self { words, keys, heads }
    }

    /// Whether a text with this head may begin with a word; only `false` is certain.
    #[inline]
    pub(super) fn may_be_at(&self, head: usize) -> bool {
        self.heads.has(head)
    }

    /// The numbers and lengths of the words that a text begins with.
    pub(super) fn of(&self, text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let next = if self.may_be_at(head(text)) { self.up_to(text) } else { 0 };
        // Whatever else the text begins with, the last word up to it begins with as well.
        let last = next.checked_sub(1).and_then(|last| self.words.get(last));
        let chain = successors(last, |start| self.words.get(start.shorter?));
        let fitting = chain.filter(|start| text.starts_with(start.word.as_bytes()));
        fitting.map(|start| (start.index, start.word.len()))
    }

    /// How many words come up to a text in the order of words.
    fn up_to(&self, text: &[u8]) -> usize {
        let wanted = key(text);
        let from = self.keys.partition_point(|&key| key < wanted);
        let alike = self.keys.get(from..).unwrap_or_default().iter().take_while(|&&key| key == wanted).count();
        let alike = self.words.get(from..from + alike).unwrap_or_default();
        from + alike.partition_point(|start| start.word.as_bytes() <= text)
    }
}

/// The first eight bytes as a number that is ordered as they are; what is missing is 0.
fn key(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(first) => u64::from_be_bytes(*first),
        None => (0..8).fold(0, |key, nth| key << 8 | u64::from(text.get(nth).copied().unwrap_or(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_found_that_a_text_begins_with() {
        let words = ["in", "in the", "i", "in the wind", "inn", "in", "the", "in the wink"];
        let starts = Starts::new(words.map(ToOwned::to_owned).into_iter().enumerate());
        let found = |text: &str| {
            let mut found: Vec<usize> = starts.of(text.as_bytes()).map(|(index, _)| index).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found("in the wild"), [0, 1, 2, 5]);
        assert_eq!(found("in the winds"), [0, 1, 2, 3, 5]);
        assert_eq!((found("i"), found("inner"), found("zoo"), found("")), (vec![2], vec![0, 2, 4, 5], vec![], vec![]));
    }
}
