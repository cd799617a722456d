//! A sentence with the words that were found in it, and where its statements begin.

use super::Kind;
use crate::prose::folded::is_of_a_word;
use crate::prose::{Folded, Hit, Lexicon};
use std::ops::Range;

/// No word or phrase of a list is longer.
const LONGEST_HIT: usize = 120;

/// A sentence with the words that were found in it.
pub(super) struct Reading<'s> {
    pub(super) sentence: &'s str,
    pub(super) folded: &'s Folded,
    pub(super) text: &'s str,
    pub(super) subject_first: bool,
    pub(super) hits: Vec<Hit<Kind>>,
    /// Insiders; the flag says that what follows is theirs, as in `Ben's`.
    pub(super) people: Vec<Somebody>,
    /// Where a new statement begins, sorted, with 0.
    pub(super) parts: Vec<usize>,
}

#[derive(Clone, Copy)]
pub(super) struct Somebody {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_owner: bool,
}

impl<'s> Reading<'s> {
    pub(super) fn new(lexicon: &Lexicon<Kind>, subject_first: bool, sentence: &'s str, folded: &'s Folded) -> Self {
        let text = folded.as_str();
        let hits = lexicon.find(text);
        let mut reading = Self { sentence, folded, text, subject_first, hits, people: Vec::new(), parts: Vec::new() };
        let has_fault = |hit: &Hit<Kind>| {
            matches!(
                hit.kind,
                Kind::Heeded | Kind::Trait | Kind::Charge | Kind::Motive | Kind::Target | Kind::Slip | Kind::Lapse
            )
        };
        if reading.hits.iter().any(has_fault) {
            reading.people = reading.somebodies();
            reading.parts = reading.divide();
        }
        reading
    }

    pub(super) fn somebodies(&self) -> Vec<Somebody> {
        let named = self.hits.iter().filter(|hit| match hit.kind {
            Kind::Person => !self.is_compound(hit),
            Kind::Name | Kind::NameOf => is_capital(self.sentence, self.folded.origin(hit.start..hit.end)),
            _ => false,
        });
        let named = named.map(|hit| Somebody {
            start: hit.start,
            end: hit.end,
            is_owner: hit.kind == Kind::NameOf || self.text.get(hit.end..).is_some_and(|rest| rest.starts_with('\'')),
        });
        let mut people: Vec<Somebody> = named.chain(handles(self.text)).collect();
        people.sort_by_key(|somebody| somebody.start);
        people
    }

    /// Whether the word behind makes a thing of a person: `user interface`, `operator-induced`.
    pub(super) fn is_compound(&self, hit: &Hit<Kind>) -> bool {
        let is_next = self.text.get(hit.end..).is_some_and(|rest| rest.starts_with(' '));
        self.is_hyphenated(hit) || (is_next && self.starting(hit.end + 1).any(|next| next.kind == Kind::Thing))
    }

    /// Divides a sentence into statements that have a subject of their own.
    pub(super) fn divide(&self) -> Vec<usize> {
        let mut cuts = vec![0];
        let breaks = |kind| matches!(kind, Kind::Break | Kind::Complement | Kind::Relative);
        cuts.extend(self.hits.iter().filter(|hit| breaks(hit.kind)).map(|hit| hit.start));
        cuts.extend(self.text.match_indices(';').map(|(at, _)| at + 1));
        cuts.extend(self.text.match_indices(": ").map(|(at, _)| at + 1).filter(|&at| self.ends_a_statement(at)));
        // The first comma ends a clause with which the sentence begins.
        if self.starting(0).any(|hit| matches!(hit.kind, Kind::Break | Kind::Complement)) {
            cuts.extend(self.text.find(", "));
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// Whether a colon stands behind more than a label.
    pub(super) fn ends_a_statement(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|before| before.split(' ').count() > 3)
    }

    /// The statement that a place is in.
    pub(super) fn part(&self, at: usize) -> Range<usize> {
        let next = self.parts.partition_point(|&cut| cut <= at);
        let start = next.checked_sub(1).and_then(|last| self.parts.get(last)).copied().unwrap_or(0);
        start..self.parts.get(next).copied().unwrap_or(self.text.len())
    }

    /// The part of a statement between two commas.
    pub(super) fn clause(&self, at: usize) -> Range<usize> {
        let part = self.part(at);
        let before = self.text.get(part.start..at).unwrap_or_default();
        let after = self.text.get(at..part.end).unwrap_or_default();
        let start = before.rfind(", ").map_or(part.start, |comma| part.start + comma + 1);
        start..after.find(", ").map_or(part.end, |comma| at + comma)
    }

    pub(super) fn inside(&self, range: Range<usize>) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start < range.start);
        self.hits
            .iter()
            .skip(first)
            .take_while(move |hit| hit.start < range.end)
            .filter(move |hit| hit.end <= range.end)
    }

    pub(super) fn has(&self, range: Range<usize>, kind: Kind) -> bool {
        self.inside(range).any(|hit| hit.kind == kind)
    }

    pub(super) fn starting(&self, at: usize) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start < at);
        self.hits.iter().skip(first).take_while(move |hit| hit.start == at)
    }

    pub(super) fn ending(&self, at: usize) -> impl Iterator<Item = &Hit<Kind>> {
        self.covering(at..at).filter(move |hit| hit.end == at)
    }

    /// The words that a range lies in.
    pub(super) fn covering(&self, range: Range<usize>) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start + LONGEST_HIT < range.start);
        let hits = self.hits.iter().skip(first).take_while(move |hit| hit.start <= range.start);
        hits.filter(move |hit| range.end <= hit.end)
    }

    /// The people of a statement; whoever stands before a relative clause belongs to it.
    pub(super) fn people_of(&self, part: &Range<usize>) -> impl Iterator<Item = &Somebody> {
        let is_relative = self.starting(part.start).any(|hit| hit.kind == Kind::Relative);
        let first = self.people.partition_point(|somebody| somebody.start < part.start);
        let before = self.people.get(..first).and_then(<[Somebody]>::last).filter(|_| is_relative);
        let before = before.filter(|somebody| self.is_next_to(somebody, part.start));
        let end = part.end;
        let inside = self.people.iter().skip(first).take_while(move |somebody| somebody.start < end);
        before.into_iter().chain(inside)
    }

    /// Whether a relative clause can speak of somebody: `Tom, who …`, `the operator on duty, who …`.
    pub(super) fn is_next_to(&self, somebody: &Somebody, start: usize) -> bool {
        somebody.end == start || (self.subject_first && self.is_light(somebody.end..start))
    }

    /// Whether a word is only the beginning of a longer one.
    pub(super) fn is_hyphenated(&self, hit: &Hit<Kind>) -> bool {
        let mut rest = self.text.get(hit.end..).unwrap_or_default().chars();
        rest.next() == Some('-') && rest.next().is_some_and(is_of_a_word)
    }

    /// Whether at most a few words stand between.
    pub(super) fn is_near(&self, range: Range<usize>) -> bool {
        self.text.get(range).is_some_and(|between| between.split(' ').count() <= 5)
    }
}

/// Whether what a name was found as begins with a capital letter.
pub(super) fn is_capital(sentence: &str, origin: Range<usize>) -> bool {
    sentence.get(origin).and_then(|name| name.chars().next()).is_some_and(char::is_uppercase)
}

/// People named as `@ana`; the domain of an address is none.
fn handles(text: &str) -> impl Iterator<Item = Somebody> {
    text.match_indices('@').filter_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + 1..)?;
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let mut after = rest.get(length..)?.chars();
        let is_domain = after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric);
        let is_handle =
            length > 0 && !is_domain && before.is_none_or(|c| !is_of_a_word(c) && c != '.' && c != ']' && c != '>');
        is_handle.then(|| Somebody {
            start: at,
            end: at + 1 + length,
            is_owner: rest.get(length..).is_some_and(|rest| rest.starts_with('\'')),
        })
    })
}

/// How many bytes the first words take.
pub(super) fn first_words(text: &str, count: usize) -> usize {
    text.split_inclusive(' ').take(count + 1).map(str::len).sum()
}
