//! Whether a cause only says again what happened.

use super::folded::is_of_a_word;
use super::{Folded, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use std::collections::{HashMap, HashSet};

/// Knows the words that add nothing to a title, and the forms of those that do.
#[derive(Debug)]
pub struct Symptom {
    empty: HashSet<String>,
    forms: HashMap<String, Vec<usize>>,
    prefixes: Vec<String>,
    undeterminable: Lexicon<()>,
}

/// A word with what is left of it without the syllables before its stem.
#[derive(Debug)]
struct Known<'w> {
    word: &'w str,
    bare: Vec<&'w str>,
}

/// Words as long as these are compared by how they begin; shorter ones only as a whole.
const SHORTEST_STEM: usize = 4;
/// What has more words than these is no repetition, and no title.
const MOST_WORDS: usize = 60;
/// A word inside of another counts from this length on.
const SHORTEST_INSIDE: usize = 5;

impl Symptom {
    /// Compiles the lists of all languages.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let of = |concept: &'static str| {
            let words = Language::ALL.iter().flat_map(move |&language| vocabulary.words(language, "symptom", concept));
            words.map(|word| Folded::new(word).as_str().to_owned())
        };
        let mut forms: HashMap<String, Vec<usize>> = HashMap::new();
        for (group, line) in of("forms").enumerate() {
            line.split(' ').for_each(|word| forms.entry(word.to_owned()).or_default().push(group));
        }
        let undeterminable: Vec<String> = of("undeterminable").collect();
        Self {
            empty: of("plain").chain(of("vague")).collect(),
            forms,
            prefixes: of("prefix").collect(),
            undeterminable: Lexicon::new(undeterminable.iter().map(|word| ((), word.as_str())), &[]),
        }
    }

    /// Whether a cause adds nothing to a title: every word of it is in the title, in some form, or says only that
    /// something went wrong.
    pub fn repeats(&self, cause: &str, title: &str) -> bool {
        let title = Folded::new(title);
        let title: Vec<Known<'_>> = words(title.as_str()).take(MOST_WORDS).map(|word| self.known(word)).collect();
        let cause = Folded::new(cause);
        let cause: Vec<&str> = words(cause.as_str()).take(MOST_WORDS + 1).collect();
        (1..=MOST_WORDS).contains(&cause.len())
            && cause.iter().all(|word| self.is_empty(word) || self.is_in(word, &title, 3))
    }

    /// Whether a cause says that it cannot be determined, and why.
    pub fn is_reasoned_unknown(&self, cause: &str) -> bool {
        let folded = Folded::new(cause);
        let hits = self.undeterminable.find(folded.as_str());
        let reason = hits.last().and_then(|hit| folded.as_str().get(hit.end..));
        reason.is_some_and(|reason| words(reason).any(|word| !self.is_empty(word)))
    }

    /// Whether a word says nothing by itself.
    fn is_empty(&self, word: &str) -> bool {
        self.empty.contains(word) || word.chars().all(|c| c.is_ascii_digit()) || word.chars().count() < 2
    }

    /// Whether a word stands in a title, in another form, as a part of a longer word, or as a compound of its words.
    fn is_in(&self, word: &str, title: &[Known<'_>], depth: u8) -> bool {
        let bare = self.known(word);
        if title.iter().any(|known| self.is_same(&bare, known)) {
            return true;
        }
        let heads = title.iter().filter(|known| known.word.len() >= SHORTEST_STEM && depth > 0);
        heads.filter_map(|known| rest_behind(word, known.word)).any(|rest| {
            let rests = [rest, rest.trim_start_matches('s'), rest.strip_prefix("en").unwrap_or(rest)];
            rests.iter().any(|rest| {
                rest.len() < 3 || self.is_empty(rest) || (rest.len() < word.len() && self.is_in(rest, title, depth - 1))
            })
        })
    }

    fn known<'w>(&self, word: &'w str) -> Known<'w> {
        Known { word, bare: self.bare(word) }
    }

    fn is_same(&self, word: &Known<'_>, known: &Known<'_>) -> bool {
        let mut pairs = word.bare.iter().flat_map(|word| known.bare.iter().map(move |known| (*word, *known)));
        pairs.any(|(word, known)| word == known || is_alike(word, known) || self.share_a_form(word, known))
    }

    fn share_a_form(&self, one: &str, other: &str) -> bool {
        let groups = |word: &str| self.forms.get(word).map_or(&[][..], Vec::as_slice);
        groups(one).iter().any(|group| groups(other).contains(group))
    }

    /// A word, and what is left of it without the syllables before its stem: `ausgefallen`, `gefallen`, `fallen`.
    fn bare<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let mut found = vec![word];
        let mut last = 0;
        for _ in 0..2 {
            let from = std::mem::replace(&mut last, found.len());
            for at in from..last {
                let whole = found.get(at).copied().unwrap_or_default();
                let rests = self.prefixes.iter().filter_map(|prefix| whole.strip_prefix(prefix.as_str()));
                found.extend(rests.filter(|rest| rest.len() >= SHORTEST_STEM));
            }
        }
        found
    }
}

/// What follows a title's word at the beginning of a longer one; the title's word may lose its ending.
fn rest_behind<'w>(word: &'w str, known: &str) -> Option<&'w str> {
    let common = common_start(word, known);
    let long_enough = common >= SHORTEST_STEM && common + 2 >= known.len();
    word.get(common..).filter(|rest| long_enough && !rest.is_empty())
}

/// Whether two words begin alike up to their endings, or the word is a part of the known one.
fn is_alike(word: &str, known: &str) -> bool {
    let common = common_start(word, known);
    let (short, long) = (word.len().min(known.len()), word.len().max(known.len()));
    let stem = common >= SHORTEST_STEM && common + 3 >= short && common + 5 >= long && common * 2 >= long;
    let plural = short >= 3 && common == short && long <= short + 2;
    let inside = word.len() >= SHORTEST_INSIDE && known.contains(word);
    let end = word.len() >= SHORTEST_STEM && (known.ends_with(word) || known.starts_with(word));
    stem || plural || inside || end
}

fn common_start(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// The words of a folded text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_a_word(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_repeats_its_title_in_other_forms_adds_nothing() {
        let symptom = Symptom::new(Vocabulary::builtin());
        assert!(symptom.repeats("A VPN account was taken over.", "VPN account takeover"));
        assert!(symptom.repeats("Fernwärmeausfall", "Fernwärme ausgefallen"));
        assert!(symptom.repeats("Technical problem.", "Pager silent"));
        assert!(!symptom.repeats("The relay ran out of disk space.", "Mail relay down"));
        assert!(!symptom.repeats("", "Mail relay down"));
    }

    #[test]
    fn what_cannot_be_determined_needs_a_reason() {
        let symptom = Symptom::new(Vocabulary::builtin());
        assert!(symptom.is_reasoned_unknown("not determinable: the log had been overwritten"));
        assert!(!symptom.is_reasoned_unknown("Not determinable."));
        assert!(!symptom.is_reasoned_unknown("unknown"));
    }
}
