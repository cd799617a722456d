//! Whether a sentence about the end of an incident says that it is not over.

use super::folded::is_of_a_word;
use super::{Folded, Hints, Hit, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Target,
    Other,
    State,
    Remainder,
    Past,
    Present,
    Nothing,
    Supposed,
    Subjectless,
    Break,
}

const KINDS: [(Kind, &str, &str); 10] = [
    (Kind::Target, "pending", "target"),
    (Kind::Other, "pending", "other"),
    (Kind::State, "pending", "state"),
    (Kind::Remainder, "pending", "remainder"),
    (Kind::Past, "pending", "past"),
    (Kind::Present, "pending", "present"),
    (Kind::Nothing, "pending", "nothing"),
    (Kind::Supposed, "pending", "supposed"),
    (Kind::Subjectless, "pending", "subjectless"),
    (Kind::Break, "blame", "break"),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Heading {
    Ending,
    Elsewhere,
}

/// Knows how a text says that closure, recovery or the fix is still open, in every language.
#[derive(Debug)]
pub struct Pending {
    lexicons: Vec<Lexicon<Kind>>,
    headings: Vec<Lexicon<Heading>>,
    /// Words that say that something is open.
    open: Hints,
    /// Words of headings that announce the end.
    endings: Hints,
}

/// Headings of more words are sentences.
const LONGEST_HEADING: usize = 5;

impl Pending {
    /// Compiles the lists of all languages.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let lexicons = Language::ALL.map(|language| {
            let words = KINDS.iter().flat_map(|&(kind, group, concept)| {
                vocabulary.words(language, group, concept).iter().map(move |word| (kind, word.as_str()))
            });
            Lexicon::new(words, vocabulary.words(language, "prose", "ending"))
        });
        let kinds = [(Heading::Ending, "ending"), (Heading::Elsewhere, "elsewhere")];
        let headings = Language::ALL.map(|language| Lexicon::of(vocabulary, language, "pending", &kinds));
        let hints = |concepts: &'static [&'static str]| {
            let lists = Language::ALL.iter().flat_map(|&language| concepts.iter().map(move |list| (language, *list)));
            Hints::new(lists.flat_map(|(language, concept)| {
                vocabulary.words(language, "pending", concept).iter().map(|word| (1, word.as_str()))
            }))
        };
        let (open, endings) = (hints(&["state", "remainder"]), hints(&["ending"]));
        Self { lexicons: lexicons.into(), headings: headings.into(), open, endings }
    }

    /// Whether a heading or a label announces how an incident ended.
    pub fn is_ending(&self, heading: &str) -> bool {
        if !self.endings.are_in(heading) {
            return false;
        }
        let folded = Folded::new(heading);
        let words = folded.as_str().split(|c| !is_of_a_word(c)).filter(|word| !word.is_empty());
        let is_short = words.count() <= LONGEST_HEADING;
        let found: Vec<_> = self.headings.iter().flat_map(|lexicon| lexicon.find(folded.as_str())).collect();
        let has = |heading| found.iter().any(|hit| hit.kind == heading);
        is_short && has(Heading::Ending) && !has(Heading::Elsewhere)
    }

    /// Whether a sentence says that closure, recovery or the fix is still open; `masks` are quoted or code.
    pub fn is_in(&self, sentence: &str, masks: &[Range<usize>]) -> bool {
        if !self.open.are_in(sentence) {
            return false;
        }
        let folded = Folded::masked(sentence, masks);
        self.lexicons.iter().any(|lexicon| Reading::new(lexicon, folded.as_str()).is_open())
    }

    /// The same for a sentence behind a label, which names what the sentence is about: `Closure | pending the check`.
    pub fn is_in_labelled(&self, label: &str, sentence: &str, masks: &[Range<usize>]) -> bool {
        let label = label.trim_end_matches([':', ' ']);
        let named = format!("{label} {sentence}");
        let shifted: Vec<Range<usize>> =
            masks.iter().map(|m| m.start + label.len() + 1..m.end + label.len() + 1).collect();
        self.is_in(sentence, masks) || (!label.is_empty() && self.is_in(&named, &shifted))
    }
}

/// A sentence with the words that were found in it.
struct Reading<'s> {
    text: &'s str,
    hits: Vec<Hit<Kind>>,
    /// Where clauses begin, sorted, with 0.
    clauses: Vec<usize>,
}

impl<'s> Reading<'s> {
    fn new(lexicon: &Lexicon<Kind>, text: &'s str) -> Self {
        let hits = lexicon.find(text);
        let mut clauses = vec![0];
        clauses.extend(hits.iter().filter(|hit| hit.kind == Kind::Break).map(|hit| hit.start));
        clauses.extend(text.match_indices([';', ',']).map(|(at, _)| at + 1));
        clauses.sort_unstable();
        clauses.dedup();
        Self { text, hits, clauses }
    }

    fn is_open(&self) -> bool {
        self.hits.iter().any(|hit| match hit.kind {
            Kind::Remainder => self.holds(hit) && !self.is_denied(hit, true) && !self.is_about_something_else(hit),
            Kind::State => self.holds(hit) && !self.is_denied(hit, false) && self.is_about_the_end(hit),
            _ => false,
        })
    }

    fn clause(&self, at: usize) -> Range<usize> {
        let next = self.clauses.partition_point(|&start| start <= at);
        let start = next.checked_sub(1).and_then(|last| self.clauses.get(last)).copied().unwrap_or(0);
        start..self.clauses.get(next).copied().unwrap_or(self.text.len())
    }

    fn inside(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = &Hit<Kind>> {
        self.hits.iter().filter(move |hit| range.start <= hit.start && hit.start < range.end)
    }

    /// Whether it is so now: not only then, and not only supposed.
    fn holds(&self, hit: &Hit<Kind>) -> bool {
        let clause = self.clause(hit.start);
        let tense = |hit: &&Hit<Kind>| matches!(hit.kind, Kind::Past | Kind::Present);
        let nearest = self.inside(clause.start..hit.start).rfind(tense);
        let nearest = nearest.or_else(|| self.inside(hit.end..clause.end).find(tense));
        let is_past = nearest.is_some_and(|tense| tense.kind == Kind::Past);
        let is_supposed = self.inside(clause.start..hit.start).any(|hit| hit.kind == Kind::Supposed);
        !is_past && !is_supposed && !self.is_question()
    }

    fn is_question(&self) -> bool {
        self.text.trim_end().ends_with('?')
    }

    /// Whether the clause says that nothing of the kind is open.
    fn is_denied(&self, hit: &Hit<Kind>, is_whole: bool) -> bool {
        let clause = self.clause(hit.start);
        let end = if is_whole { hit.start } else { clause.end };
        self.inside(clause.start..end).any(|word| {
            let is_inside = hit.start <= word.start && word.end <= hit.end;
            word.kind == Kind::Nothing && !is_inside
        })
    }

    /// Whether what is open is closure, recovery or the fix: the first thing that is named in the clause, else the
    /// last one before it; or nothing is named, as in `Still pending.`
    fn is_about_the_end(&self, hit: &Hit<Kind>) -> bool {
        let is_named = |hit: &&Hit<Kind>| matches!(hit.kind, Kind::Target | Kind::Other);
        let clause = self.clause(hit.start);
        let named = self.inside(clause.start..hit.start).find(is_named);
        let named = named.or_else(|| self.inside(hit.end..clause.end).find(is_named));
        let named = named.or_else(|| self.inside(0..clause.start).rfind(is_named));
        let named = named.or_else(|| self.inside(clause.end..self.text.len()).find(is_named));
        match named {
            Some(named) => named.kind == Kind::Target,
            None => self.is_without_subject(),
        }
    }

    /// Whether the clause names first what may well be open when the response is over.
    fn is_about_something_else(&self, hit: &Hit<Kind>) -> bool {
        let before = self.clause(hit.start).start..hit.start;
        let named = self.inside(before).find(|hit| matches!(hit.kind, Kind::Target | Kind::Other));
        named.is_some_and(|named| named.kind == Kind::Other)
    }

    fn is_without_subject(&self) -> bool {
        let mut words = self.text.split(|c| !is_of_a_word(c)).filter(|word| !word.is_empty());
        words.all(|word| {
            let start = word.as_ptr() as usize - self.text.as_ptr() as usize;
            self.hits.iter().any(|hit| hit.start <= start && start + word.len() <= hit.end)
        })
    }
}
