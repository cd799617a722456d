//! The words of fault, and what they need to be a person's.

use super::Kind;
use super::reading::{Reading, Somebody, first_words, is_capital};
use crate::prose::Hit;
use std::ops::Range;

impl Reading<'_> {
    pub(super) fn blames(&self) -> bool {
        if self.people.is_empty() || self.has(0..self.text.len(), Kind::Withdrawn) {
            return false;
        }
        self.hits.iter().filter(|hit| !self.is_hyphenated(hit)).any(|hit| match hit.kind {
            Kind::Trait => !self.is_about_a_thing(hit) && self.is_charged(hit, false),
            Kind::Charge | Kind::Motive => self.is_charged(hit, false),
            Kind::Target => self.is_charged(hit, true),
            Kind::Slip => self.is_somebodys(hit),
            Kind::Heeded => self.is_wished(hit),
            Kind::Lapse => !self.is_noun(hit) && self.is_done_by_somebody(hit),
            _ => false,
        })
    }

    /// Whether something is what somebody would have had to do: `Had Tom followed the runbook, …`
    pub(super) fn is_wished(&self, hit: &Hit<Kind>) -> bool {
        let mut first = self.starting(0);
        let Some(inverted) = first.find(|hit| hit.kind == Kind::Inverted) else { return false };
        let part = self.part(0);
        let person = self.people.first().filter(|person| person.start < hit.start && hit.end <= part.end);
        let between = person.and_then(|person| self.text.get(inverted.end..person.start));
        between.is_some_and(|between| first_words(between, 2) == between.len())
    }

    /// Whether a word that could be a verb is a noun, as its capital says in the middle of a sentence.
    pub(super) fn is_noun(&self, hit: &Hit<Kind>) -> bool {
        hit.start > 0 && is_capital(self.sentence, self.folded.origin(hit.start..hit.end))
    }

    /// Whether a trait belongs to an artefact: `a careless script`.
    pub(super) fn is_about_a_thing(&self, hit: &Hit<Kind>) -> bool {
        let rest = self.text.get(hit.end..).unwrap_or_default();
        let length: usize = rest.split_inclusive(' ').take(4).map(str::len).sum();
        let next = self.inside(hit.end..hit.end + length);
        next.take_while(|hit| !matches!(hit.kind, Kind::Preposition | Kind::Person | Kind::Name))
            .any(|hit| hit.kind == Kind::Artefact)
    }

    /// Whether a trait or a charge says something of a person.
    pub(super) fn is_charged(&self, hit: &Hit<Kind>, behind: bool) -> bool {
        let mut part = self.part(hit.start);
        if self.people_of(&part).next().is_none() && self.starting(part.end).any(|next| next.kind == Kind::Complement) {
            // `It is inexcusable that Eva …`
            part = part.start..self.part(part.end).end;
        } else if self.people_of(&part).next().is_none() && self.leans_back(hit, &part) {
            // `The clerk lost the card because she was careless`
            part = self.part(part.start - 1).start..part.end;
        }
        let reach = self.reach(hit, &part);
        let of_whom = |somebody: &&Somebody| {
            (!behind || somebody.start >= hit.end)
                && (reach.start <= somebody.start || somebody.end == part.start)
                && somebody.start < reach.end
        };
        let nearest_before = self.people_of(&part).filter(of_whom).filter(|p| p.start < hit.end).last();
        let nearest = nearest_before.or_else(|| self.people_of(&part).filter(of_whom).find(|p| p.start >= hit.end));
        let Some(person) = nearest else { return false };
        !self.is_rather_an_outsiders(hit, &part, nearest_before) && !self.is_denied(hit, person)
    }

    /// How far whom a fault is laid on may stand: in the clause between two commas; before it, if the fault only adds
    /// to what was said there or speaks of somebody by a pronoun; behind it, if the clause only says how or why.
    pub(super) fn reach(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Range<usize> {
        let clause = self.clause(hit.start);
        let clause = clause.start.max(part.start)..clause.end.min(part.end).max(hit.end);
        let before = self.text.get(clause.start..hit.start).unwrap_or_default();
        let adds = first_words(before.trim_start(), 2) == before.trim_start().len();
        let start = if adds || self.has(clause.start..hit.start, Kind::Pronoun) { part.start } else { clause.start };
        let first = clause.start + (before.len() - before.trim_start().len());
        let is_alone =
            first == hit.start && self.text.get(hit.end..clause.end).is_some_and(|rest| rest.trim().is_empty());
        let leads = is_alone || self.starting(first).any(|hit| hit.kind == Kind::Lead);
        let goes_on = hit.kind == Kind::Target && self.has(part.clone(), Kind::Contrast);
        let end = if leads || goes_on || part.end > self.part(hit.start).end { part.end } else { clause.end };
        if self.people_of(part).any(|person| clause.contains(&person.start)) { clause } else { start..end }
    }

    /// Whether a statement speaks of whoever the one before it named: by a pronoun, or as the rest of its sentence
    /// behind a clause of its own.
    pub(super) fn leans_back(&self, hit: &Hit<Kind>, part: &Range<usize>) -> bool {
        let before = part.start..hit.start;
        let resumes = self.text.get(before.clone()).is_some_and(|text| text.contains(", "));
        part.start > 0 && (self.has(before, Kind::Pronoun) || (resumes && self.is_subordinate(part)))
    }

    /// Whether a statement depends on the one before it.
    pub(super) fn is_subordinate(&self, part: &Range<usize>) -> bool {
        let mut first = self.starting(part.start);
        first.any(|hit| matches!(hit.kind, Kind::Break | Kind::Complement | Kind::Relative))
    }

    /// Whether somebody from outside stands nearer.
    pub(super) fn is_rather_an_outsiders(
        &self,
        hit: &Hit<Kind>,
        part: &Range<usize>,
        before: Option<&Somebody>,
    ) -> bool {
        let outsiders = || self.inside(part.clone()).filter(|hit| hit.kind == Kind::Outsider);
        let last_before = outsiders().filter(|other| other.start < hit.start).last();
        match (last_before, before) {
            (Some(outsider), Some(person)) => outsider.start > person.start,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => {
                let person = self.people_of(part).find(|person| person.start >= hit.end);
                let outsider = outsiders().find(|other| other.start >= hit.end);
                outsider.is_some_and(|outsider| person.is_none_or(|person| outsider.start < person.start))
            }
        }
    }

    /// Whether a slip is somebody's: `Ben's mistake`, `an error by the operator`.
    pub(super) fn is_somebodys(&self, hit: &Hit<Kind>) -> bool {
        if self.starting(hit.end + 1).any(|next| next.kind == Kind::Thing) {
            return false;
        }
        let part = self.part(hit.start);
        if self.has(part.start..hit.start, Kind::Perhaps) {
            return false;
        }
        let owner = self.people_of(&part).find(|somebody| {
            let between = self.text.get(somebody.end..hit.start).unwrap_or("  ,");
            somebody.is_owner && between.split(' ').count() <= 4 && !between.contains(',')
        });
        let person = owner.or_else(|| {
            let next = self.inside(hit.end..part.end).find(|next| next.kind == Kind::Of)?;
            let is_near = self.text.get(hit.end..next.start)?.split(' ').count() <= 3;
            let reach = if self.subject_first { 4 } else { 3 };
            self.behind(next.end, &part, reach).filter(|_| is_near)
        });
        person.is_some_and(|person| !self.is_denied(hit, person))
    }

    /// The person that comes soon behind a word such as `by`, if nobody else does first.
    pub(super) fn behind(&self, at: usize, part: &Range<usize>, reach: usize) -> Option<&Somebody> {
        let person = self.people_of(part).find(|person| person.start >= at).filter(|person| !person.is_owner)?;
        let between = self.text.get(at..person.start)?;
        let is_near =
            between.trim().split(' ').filter(|word| !word.is_empty()).count() < reach && !between.contains(',');
        (is_near && !self.has(at..person.start, Kind::Outsider)).then_some(person)
    }

    /// Whether the subject of a lapse is a person.
    pub(super) fn is_done_by_somebody(&self, hit: &Hit<Kind>) -> bool {
        let part = self.part(hit.start);
        let behind = hit.end + self.text.get(hit.end..part.end).map_or(0, |rest| first_words(rest, 4));
        let is_obstacle = self.starting(hit.end + 1).any(|next| next.kind == Kind::Obstacle);
        if is_obstacle || self.has(hit.end..behind, Kind::Benign) || self.has(part.clone(), Kind::Merit) {
            return false;
        }
        let matrix = if self.is_complement(&part) { self.part(part.start - 1).start } else { part.start };
        if self.has(matrix..hit.start, Kind::Perhaps) {
            return false;
        }
        let agent = self.agent(hit, &part);
        agent.is_some_and(|person| !self.is_denied(hit, person) && !self.is_rather_a_program(hit, person))
    }

    /// Whether what did it may be a program: `the worker ignored the message`.
    pub(super) fn is_rather_a_program(&self, hit: &Hit<Kind>, person: &Somebody) -> bool {
        let word = person.start..person.end;
        let is_ambiguous =
            self.covering(word.clone()).any(|hit| hit.kind == Kind::Ambiguous && hit.start == word.start);
        is_ambiguous && self.starting(hit.start).any(|hit| hit.kind == Kind::Mechanical)
    }

    pub(super) fn agent(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Option<&Somebody> {
        let by = self.inside(hit.end..part.end).find(|next| next.kind == Kind::By);
        let by =
            by.filter(|by| self.text.get(hit.end..by.start).is_some_and(|between| between.split(' ').count() <= 4));
        if let Some(person) = by.and_then(|by| self.behind(by.end, part, 5)) {
            return Some(person);
        }
        if self.subject_first { self.subject_before(hit, part) } else { self.subject_around(hit) }
    }
}
