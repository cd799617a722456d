//! Who does what in a sentence, as far as a few words tell it.

use super::Kind;
use super::reading::{Reading, Somebody, is_capital};
use crate::prose::Hit;
use crate::prose::folded::is_of_a_word;
use std::ops::Range;

impl Reading<'_> {
    /// The person before a verb, with nothing between that could be the subject instead.
    pub(super) fn subject_before(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Option<&Somebody> {
        if self.resumes(hit, part) {
            let main = self.part(part.start - 1);
            return self.people_of(&main).last().filter(|person| !person.is_owner && !self.is_object(person));
        }
        let person = self.people_of(part).take_while(|person| person.start < hit.start).last()?;
        let passive = self.ending(hit.start.saturating_sub(1)).any(|other| other.kind == Kind::Passive);
        let is_subject = !passive && !person.is_owner && !self.is_object(person);
        (is_subject && self.is_light(person.end..hit.start)).then_some(person)
    }

    /// Whether a verb goes on with the sentence that a clause has interrupted: `Ana, although warned, ignored …`
    pub(super) fn resumes(&self, hit: &Hit<Kind>, part: &Range<usize>) -> bool {
        let before = self.text.get(part.start..hit.start).unwrap_or_default();
        part.start > 0
            && self.is_subordinate(part)
            && before.trim_start_matches(',').contains(',')
            && before.ends_with(", ")
    }

    /// Whether between a person and a verb stand only words that leave the person the subject.
    pub(super) fn is_light(&self, range: Range<usize>) -> bool {
        let between = self.text.get(range.clone()).unwrap_or_default();
        if between.len() > 160 {
            return false;
        }
        // `Ana closed the ticket and ignored the alarm`
        let joint = self.inside(range.clone()).filter(|hit| hit.kind == Kind::Joint).last();
        let shared = joint.is_some_and(|joint| self.is_light(joint.end..range.end));
        let mut at = range.start;
        let mut free = 0;
        shared
            || between.split_inclusive(' ').all(|token| {
                let start = at;
                at += token.len();
                let word = token.trim_matches(|c: char| !is_of_a_word(c));
                let word_start = start + token.find(word).unwrap_or(0);
                let kinds: Vec<Kind> = self.covering(word_start..word_start + word.len()).map(|hit| hit.kind).collect();
                if kinds.contains(&Kind::Preposition) {
                    free = 3;
                    return true;
                }
                let is_free = free > 0;
                free -= i32::from(is_free);
                word.is_empty()
                    || is_free
                    || kinds
                        .iter()
                        .any(|kind| matches!(kind, Kind::Light | Kind::Relative | Kind::Trait | Kind::Denial))
            })
    }

    /// The person in the clause of a verb, before or behind it.
    pub(super) fn subject_around(&self, hit: &Hit<Kind>) -> Option<&Somebody> {
        let mut clause = self.clause(hit.start);
        let part = self.part(hit.start);
        if self.resumes(hit, &part) {
            clause = self.part(part.start - 1);
        }
        let passive = self.has(clause.clone(), Kind::Passive);
        let outsider = self.has(clause.clone(), Kind::Outsider);
        let mut people = self.people_of(&clause).filter(|person| !person.is_owner);
        match passive {
            true => people.find(|person| self.marked(person, Kind::By)),
            false => people.find(|person| !outsider && !self.is_object(person)),
        }
    }

    /// Whether a person is one to whom something is done.
    pub(super) fn is_object(&self, person: &Somebody) -> bool {
        self.marked(person, Kind::Object) || self.is_attribute(person)
    }

    /// Whether a person only belongs to a thing that is named before: `die Rechte der Lehrer`.
    pub(super) fn is_attribute(&self, person: &Somebody) -> bool {
        let before = self.text.get(..person.start).unwrap_or_default().trim_end();
        let article = self.ending(before.len()).find(|hit| hit.kind == Kind::Genitive);
        let noun = article.and_then(|article| {
            self.text.get(..article.start)?.trim_end().rsplit(' ').next().map(|word| (article, word))
        });
        noun.is_some_and(|(article, word)| {
            let end = self.text.get(..article.start).map_or(0, |text| text.trim_end().len());
            let start = end - word.len();
            start > 0 && !word.ends_with(',') && is_capital(self.sentence, self.folded.origin(start..end))
        })
    }

    /// Whether a word of a kind stands before a person, with nothing but an article or an adjective between.
    pub(super) fn marked(&self, person: &Somebody, kind: Kind) -> bool {
        let before = self.text.get(..person.start).unwrap_or_default().trim_end();
        let words: Vec<&str> = before.rsplit(' ').take(2).collect();
        let mut end = before.len();
        words.iter().enumerate().any(|(nth, word)| {
            let here = end;
            end = end.saturating_sub(word.len() + 1);
            let article = || self.ending(before.len()).any(|hit| hit.kind == Kind::Article);
            (nth == 0 || !self.subject_first || article()) && self.ending(here).any(|hit| hit.kind == kind)
        })
    }

    /// Whether a fault is denied, or laid on a thing and not on the person.
    pub(super) fn is_denied(&self, hit: &Hit<Kind>, person: &Somebody) -> bool {
        let part = self.part(hit.start);
        let denials = || self.inside(part.clone()).filter(|hit| hit.kind == Kind::Denial);
        let contrast = self
            .inside(part.clone())
            .find(|word| word.kind == Kind::Contrast && denials().any(|denial| denial.start < word.start));
        if let Some(contrast) = contrast {
            return person.start < contrast.end;
        }
        let clause = self.clause(hit.start);
        // Another verb may be what is denied: `did not look and carelessly …`
        let is_joined = |range: Range<usize>| self.has(range, Kind::Joint);
        let is_before = |denial: &Hit<Kind>| {
            let range = denial.end..hit.start;
            denial.start < hit.start && (denial.start < person.start || !is_joined(range))
        };
        let is_behind = |denial: &Hit<Kind>| {
            let range = hit.end..denial.start;
            hit.kind != Kind::Motive
                && !self.subject_first
                && denial.start >= hit.end
                && self.is_near(range.clone())
                && !is_joined(range)
        };
        if self.inside(clause).any(|word| word.kind == Kind::Denial && (is_before(word) || is_behind(word))) {
            return true;
        }
        // `There is no evidence that …`
        self.is_complement(&part) && self.has(self.part(part.start - 1), Kind::Denial)
    }

    /// Whether a statement says what the one before it speaks of: `…, that Tom forgot it`.
    pub(super) fn is_complement(&self, part: &Range<usize>) -> bool {
        part.start > 0 && self.starting(part.start).any(|hit| hit.kind == Kind::Complement)
    }
}
