//! Word lists that are looked for in folded text, all at once and in one pass.

use super::folded::{Folded, is_of_a_word};
use super::starts::Starts;
use crate::vocabulary::{Language, Vocabulary};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::cmp::Reverse;
use std::ops::Range;

/// Words of several kinds, compiled.
///
/// A word of a list is found as a whole word. With a sign it is found as a part of one: `-leiter` at the end of
/// words, `careless-` at their beginning; `techniker+` is also found with one of the language's endings.
#[derive(Debug)]
pub struct Lexicon<K> {
    words: Vec<Word<K>>,
    /// Those that stand only where a word begins: nearly all.
    starts: Starts,
    /// The others, by their numbers.
    others: Vec<usize>,
    automaton: Option<AhoCorasick>,
    endings: Vec<String>,
}

#[derive(Debug)]
struct Word<K> {
    kind: K,
    at_start: bool,
    at_end: bool,
    inflected: bool,
}

/// A word that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit<K> {
    /// The kind of the list that it is from.
    pub kind: K,
    /// Its first byte in the folded text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// No word that a list has the beginning or the end of is longer.
const LONGEST_WORD: usize = 48;

impl<K: Copy> Lexicon<K> {
    /// Compiles the words of some concepts of a group, in one language.
    pub fn of(vocabulary: &Vocabulary, language: Language, group: &str, kinds: &[(K, &str)]) -> Self {
        let words = kinds.iter().flat_map(|&(kind, concept)| {
            vocabulary.words(language, group, concept).iter().map(move |word| (kind, word.as_str()))
        });
        Self::new(words, vocabulary.words(language, "prose", "ending"))
    }

    /// Compiles words of several kinds, with the endings that a `+` stands for.
    pub fn new<'w>(words: impl IntoIterator<Item = (K, &'w str)>, endings: &[String]) -> Self {
        let read = words.into_iter().map(|(kind, word)| (kind, Form::read(word)));
        let named = read.filter(|(_, form)| !form.text.is_empty());
        let (words, texts): (Vec<_>, Vec<_>) = named
            .map(|(kind, Form { text, at_start, at_end, inflected })| {
                (Word { kind, at_start, at_end, inflected }, text)
            })
            .unzip();
        let begins = |(word, text): (&Word<K>, &String)| word.at_start && text.starts_with(is_of_a_word);
        let is_start: Vec<bool> = words.iter().zip(&texts).map(begins).collect();
        let (starts, others): (Vec<_>, Vec<_>) =
            texts.into_iter().enumerate().partition(|(index, _)| is_start.get(*index) == Some(&true));
        let (others, patterns): (Vec<usize>, Vec<String>) = others.into_iter().unzip();
        let endings = endings.iter().map(|ending| Folded::new(ending).as_str().to_owned()).collect();
        Self { words, starts: Starts::new(starts), others, automaton: automaton(&patterns), endings }
    }

    /// Every word in a folded text, by where it begins, the longer first; what lies inside a longer one is left out.
    pub fn find(&self, text: &str) -> Vec<Hit<K>> {
        let mut found: Vec<(Hit<K>, usize, Range<usize>)> = Vec::new();
        let mut take = |index: usize, range: Range<usize>| {
            found.extend(self.whole(text, index, range.clone()).map(|hit| (hit, index, range)));
        };
        for start in word_starts(text) {
            let words = self.starts.of(text.as_bytes().get(start..).unwrap_or_default());
            words.for_each(|(index, length)| take(index, start..start + length));
        }
        for other in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text)) {
            self.others.get(other.pattern().as_usize()).into_iter().for_each(|&index| take(index, other.range()));
        }
        found.sort_by_key(|(hit, index, range)| (hit.start, Reverse(hit.end), range.end, range.start, *index));
        let mut hits: Vec<Hit<K>> = found.into_iter().map(|(hit, ..)| hit).collect();
        let mut longest: Option<(usize, usize)> = None;
        hits.retain(|hit| {
            let covered = longest.is_some_and(|(start, end)| hit.end < end || (hit.end == end && hit.start > start));
            if longest.is_none_or(|(_, end)| hit.end > end) {
                longest = Some((hit.start, hit.end));
            }
            !covered
        });
        hits
    }

    /// The hit of a match that keeps to the limits of words, widened to the whole word where a part was looked for.
    fn whole(&self, text: &str, index: usize, range: Range<usize>) -> Option<Hit<K>> {
        let word = self.words.get(index)?;
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        let first = text.get(range.clone())?.chars().next()?;
        let lead = if is_of_a_word(first) { letters(before.chars().rev()) } else { 0 };
        let rest = letters(after.chars());
        let ends = match after.get(..rest) {
            Some("") => true,
            Some(ending) if word.inflected => self.endings.iter().any(|known| known == ending),
            _ => !word.at_end,
        };
        let fits = ends && (lead == 0 || !word.at_start);
        fits.then_some(Hit { kind: word.kind, start: range.start - lead, end: range.end + rest })
    }
}

/// Finds patterns wherever they stand.
fn automaton(patterns: &[String]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    let builder = builder.match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA));
    (!patterns.is_empty()).then(|| builder.build(patterns).ok()).flatten()
}

/// Where words begin.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut is_inside = false;
    text.char_indices().filter_map(move |(at, c)| {
        let was_inside = std::mem::replace(&mut is_inside, is_of_a_word(c));
        (is_inside && !was_inside).then_some(at)
    })
}

/// How many bytes of letters come first.
fn letters(chars: impl Iterator<Item = char>) -> usize {
    chars.take(LONGEST_WORD).take_while(|&c| is_of_a_word(c)).map(char::len_utf8).sum()
}

/// How a list writes a word.
pub(super) struct Form {
    /// The word, folded.
    pub(super) text: String,
    /// It is the beginning of what it is found in.
    pub(super) at_start: bool,
    /// It is the end of what it is found in.
    pub(super) at_end: bool,
    /// It may have one of the endings.
    pub(super) inflected: bool,
}

impl Form {
    pub(super) fn read(written: &str) -> Self {
        let tail = written.strip_prefix('-').filter(|_| written.len() > 1);
        let rest = tail.unwrap_or(written);
        let inflected = rest.strip_suffix('+').filter(|rest| !rest.is_empty());
        let open = rest.strip_suffix('-').filter(|rest| !rest.is_empty());
        let text = Folded::new(inflected.or(open).unwrap_or(rest)).as_str().trim().to_owned();
        Self { text, at_start: tail.is_none(), at_end: open.is_none(), inflected: inflected.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&'static str], text: &str) -> Vec<String> {
        let lexicon = Lexicon::new(words.iter().map(|&word| ((), word)), &["s".into(), "in".into()]);
        let folded = Folded::new(text);
        lexicon.find(folded.as_str()).iter().map(|hit| folded.as_str()[hit.start..hit.end].to_owned()).collect()
    }

    #[test]
    fn words_are_found_whole_and_the_longest_wins() {
        assert_eq!(found(&["user", "end user"], "An end user, the user's superuser."), ["end user", "user"]);
        assert_eq!(found(&["in the wind", "in the"], "in the winds"), ["in the"]);
    }

    #[test]
    fn parts_of_words_are_found_where_the_list_says_so() {
        assert_eq!(found(&["careless-"], "carelessly, uncareless"), ["carelessly"]);
        assert_eq!(
            found(&["-leiter+"], "Der Werkleiters und die Leitern, Lagerleiterin"),
            ["werkleiters", "lagerleiterin"]
        );
        assert_eq!(found(&["-n't"], "She didn’t; not"), ["didn't"]);
    }

    #[test]
    fn one_endless_word_costs_no_more_than_its_length() {
        let text = "leiter".repeat(20_000);
        assert!(found(&["-leiter", "lei-"], &text).len() <= 2);
    }
}
