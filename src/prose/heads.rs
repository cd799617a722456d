//! How words of a list begin: a set of first letters, small enough that most of a text is told by it to be of no list.

use std::ops::RangeInclusive;

/// The beginnings of the words of a list, by five bits of each of their first three bytes.
#[derive(Debug)]
pub(super) struct Heads(Vec<u64>);

/// How many bytes of a word are looked at.
pub(super) const LENGTH: usize = 3;

impl Heads {
    /// The set of some ranges of beginnings.
    pub(super) fn new(heads: impl IntoIterator<Item = RangeInclusive<usize>>) -> Self {
        let mut bits = vec![0; 1 << 9];
        for head in heads.into_iter().flatten() {
            if let Some(bits) = bits.get_mut(head >> 6) {
                *bits |= 1_u64 << (head & 63);
            }
        }
        Self(bits)
    }

    /// Whether some word may begin so; only `false` is certain. It is asked for nearly every byte of a record.
    #[inline]
    pub(super) fn has(&self, head: usize) -> bool {
        self.0.get(head >> 6).is_some_and(|bits| bits >> (head & 63) & 1 == 1)
    }
}

/// How a text begins; what is missing of it is 0.
#[inline]
pub(super) fn head(text: &[u8]) -> usize {
    (0..LENGTH).fold(0, |head, nth| push(head, text.get(nth).copied().unwrap_or(0)))
}

/// The beginning that one byte further on has; upper and lower case are one.
#[inline]
pub(super) fn push(head: usize, byte: u8) -> usize {
    (head << 5 | usize::from(byte & 0x1f)) & 0x7fff
}

/// How a text may begin that begins with a word.
pub(super) fn heads(word: &[u8]) -> RangeInclusive<usize> {
    let free = 5 * LENGTH.saturating_sub(word.len());
    let head = head(word);
    head..=head | ((1 << free) - 1)
}
