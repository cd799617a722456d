//! Whether a sentence ties a fault to a person.
//!
//! Three kinds of words do: a trait (`careless`) or a charge (`to blame`) beside a person, a slip that is somebody's
//! (`Ben's mistake`), and a lapse (`forgot`) whose subject is a person. All words are lists of the vocabulary; what is
//! here is how they have to stand to each other.

use super::folded::is_of_a_word;
use super::{Folded, Hit, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use std::ops::Range;

/// What a word does in a sentence; the names are those of the lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Person,
    Name,
    NameOf,
    Outsider,
    Thing,
    Artefact,
    Lookalike,
    Trait,
    Charge,
    Motive,
    Target,
    Slip,
    Of,
    Lapse,
    By,
    Passive,
    Benign,
    Denial,
    Contrast,
    Withdrawn,
    Merit,
    Perhaps,
    Break,
    Complement,
    Relative,
    Light,
    Joint,
    Pronoun,
    Obstacle,
    Ambiguous,
    Mechanical,
    Inverted,
    Heeded,
    Lead,
    Genitive,
    Article,
    Preposition,
    Object,
}

const KINDS: [(Kind, &str); 36] = [
    (Kind::Person, "person"),
    (Kind::Outsider, "outsider"),
    (Kind::Thing, "thing"),
    (Kind::Artefact, "artefact"),
    (Kind::Lookalike, "lookalike"),
    (Kind::Trait, "trait"),
    (Kind::Charge, "charge"),
    (Kind::Motive, "motive"),
    (Kind::Target, "target"),
    (Kind::Slip, "slip"),
    (Kind::Of, "of"),
    (Kind::Lapse, "lapse"),
    (Kind::By, "by"),
    (Kind::Passive, "passive"),
    (Kind::Benign, "benign"),
    (Kind::Denial, "denial"),
    (Kind::Contrast, "contrast"),
    (Kind::Withdrawn, "withdrawn"),
    (Kind::Merit, "merit"),
    (Kind::Perhaps, "perhaps"),
    (Kind::Break, "break"),
    (Kind::Complement, "complement"),
    (Kind::Relative, "relative"),
    (Kind::Light, "light"),
    (Kind::Joint, "joint"),
    (Kind::Pronoun, "pronoun"),
    (Kind::Obstacle, "obstacle"),
    (Kind::Ambiguous, "ambiguous"),
    (Kind::Mechanical, "mechanical"),
    (Kind::Inverted, "inverted"),
    (Kind::Heeded, "heeded"),
    (Kind::Lead, "lead"),
    (Kind::Genitive, "genitive"),
    (Kind::Article, "article"),
    (Kind::Preposition, "preposition"),
    (Kind::Object, "object"),
];

/// Finds sentences that tie a fault to a person, in every language of the vocabulary.
#[derive(Debug)]
pub struct Blame {
    tongues: Vec<Tongue>,
}

/// One language with its word lists and the order of its sentences.
#[derive(Debug)]
struct Tongue {
    lexicon: Lexicon<Kind>,
    /// Whether a subject stands before its verb, so that what stands behind is none.
    subject_first: bool,
}

impl Blame {
    /// Compiles the lists of all languages, with the full names of the people that are known.
    pub fn new<'n>(vocabulary: &Vocabulary, people: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<(Kind, String)> = people.into_iter().flat_map(names).collect();
        let tongues = Language::ALL.map(|language| {
            let listed = KINDS.iter().flat_map(|&(kind, concept)| {
                vocabulary.words(language, "blame", concept).iter().map(move |word| (kind, word.as_str()))
            });
            let named = names.iter().map(|(kind, name)| (*kind, name.as_str()));
            let lexicon = Lexicon::new(listed.chain(named), vocabulary.words(language, "prose", "ending"));
            Tongue { lexicon, subject_first: language == Language::English }
        });
        Self { tongues: tongues.into() }
    }

    /// Whether a sentence ties a fault to a person; `masks` are the parts of it that are quoted or code.
    pub fn is_in(&self, sentence: &str, masks: &[Range<usize>]) -> bool {
        if sentence.trim_end().ends_with('?') {
            return false;
        }
        let folded = Folded::masked(sentence, masks);
        self.tongues.iter().any(|tongue| Reading::new(tongue, sentence, &folded).blames())
    }
}

/// The names that a person goes by: the whole name, the first, and both as owners of what follows (`Anas`).
fn names(full: &str) -> Vec<(Kind, String)> {
    let full = full.trim();
    let first = full.split_whitespace().find(|part| part.chars().count() > 1 && !part.ends_with('.'));
    let known = [Some(full), first].into_iter().flatten().filter(|name| name.chars().count() > 1);
    known.flat_map(|name| [(Kind::Name, name.to_owned()), (Kind::NameOf, format!("{name}s"))]).collect()
}

/// No word or phrase of a list is longer.
const LONGEST_HIT: usize = 120;

/// A sentence with the words that were found in it.
struct Reading<'s> {
    sentence: &'s str,
    folded: &'s Folded,
    text: &'s str,
    subject_first: bool,
    hits: Vec<Hit<Kind>>,
    /// Insiders; the flag says that what follows is theirs, as in `Ben's`.
    people: Vec<Somebody>,
    /// Where a new statement begins, sorted, with 0.
    parts: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Somebody {
    start: usize,
    end: usize,
    is_owner: bool,
}

impl<'s> Reading<'s> {
    fn new(tongue: &Tongue, sentence: &'s str, folded: &'s Folded) -> Self {
        let text = folded.as_str();
        let hits = tongue.lexicon.find(text);
        let subject_first = tongue.subject_first;
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

    fn blames(&self) -> bool {
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
    fn is_wished(&self, hit: &Hit<Kind>) -> bool {
        let mut first = self.starting(0);
        let Some(inverted) = first.find(|hit| hit.kind == Kind::Inverted) else { return false };
        let part = self.part(0);
        let person = self.people.first().filter(|person| person.start < hit.start && hit.end <= part.end);
        let between = person.and_then(|person| self.text.get(inverted.end..person.start));
        between.is_some_and(|between| first_words(between, 2) == between.len())
    }

    /// Whether a word is only the beginning of a longer one.
    fn is_hyphenated(&self, hit: &Hit<Kind>) -> bool {
        let mut rest = self.text.get(hit.end..).unwrap_or_default().chars();
        rest.next() == Some('-') && rest.next().is_some_and(is_of_a_word)
    }

    /// Whether a word that could be a verb is a noun, as its capital says in the middle of a sentence.
    fn is_noun(&self, hit: &Hit<Kind>) -> bool {
        hit.start > 0 && is_capital(self.sentence, self.folded.origin(hit.start..hit.end))
    }

    // Who

    fn somebodies(&self) -> Vec<Somebody> {
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
    fn is_compound(&self, hit: &Hit<Kind>) -> bool {
        let is_next = self.text.get(hit.end..).is_some_and(|rest| rest.starts_with(' '));
        self.is_hyphenated(hit) || (is_next && self.starting(hit.end + 1).any(|next| next.kind == Kind::Thing))
    }

    // Where

    /// Divides a sentence into statements that have a subject of their own.
    fn divide(&self) -> Vec<usize> {
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
    fn ends_a_statement(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|before| before.split(' ').count() > 3)
    }

    /// The statement that a place is in.
    fn part(&self, at: usize) -> Range<usize> {
        let next = self.parts.partition_point(|&cut| cut <= at);
        let start = next.checked_sub(1).and_then(|last| self.parts.get(last)).copied().unwrap_or(0);
        start..self.parts.get(next).copied().unwrap_or(self.text.len())
    }

    /// The part of a statement between two commas.
    fn clause(&self, at: usize) -> Range<usize> {
        let part = self.part(at);
        let before = self.text.get(part.start..at).unwrap_or_default();
        let after = self.text.get(at..part.end).unwrap_or_default();
        let start = before.rfind(", ").map_or(part.start, |comma| part.start + comma + 1);
        start..after.find(", ").map_or(part.end, |comma| at + comma)
    }

    fn inside(&self, range: Range<usize>) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start < range.start);
        self.hits
            .iter()
            .skip(first)
            .take_while(move |hit| hit.start < range.end)
            .filter(move |hit| hit.end <= range.end)
    }

    fn has(&self, range: Range<usize>, kind: Kind) -> bool {
        self.inside(range).any(|hit| hit.kind == kind)
    }

    fn starting(&self, at: usize) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start < at);
        self.hits.iter().skip(first).take_while(move |hit| hit.start == at)
    }

    fn ending(&self, at: usize) -> impl Iterator<Item = &Hit<Kind>> {
        self.covering(at..at).filter(move |hit| hit.end == at)
    }

    /// The words that a range lies in.
    fn covering(&self, range: Range<usize>) -> impl Iterator<Item = &Hit<Kind>> {
        let first = self.hits.partition_point(|hit| hit.start + LONGEST_HIT < range.start);
        let hits = self.hits.iter().skip(first).take_while(move |hit| hit.start <= range.start);
        hits.filter(move |hit| range.end <= hit.end)
    }

    /// The people of a statement; whoever stands before a relative clause belongs to it.
    fn people_of(&self, part: &Range<usize>) -> impl Iterator<Item = &Somebody> {
        let is_relative = self.starting(part.start).any(|hit| hit.kind == Kind::Relative);
        let first = self.people.partition_point(|somebody| somebody.start < part.start);
        let before = self.people.get(..first).and_then(<[Somebody]>::last).filter(|_| is_relative);
        let before = before.filter(|somebody| self.is_next_to(somebody, part.start));
        let end = part.end;
        let inside = self.people.iter().skip(first).take_while(move |somebody| somebody.start < end);
        before.into_iter().chain(inside)
    }

    /// Whether a relative clause can speak of somebody: `Tom, who …`, `the operator on duty, who …`.
    fn is_next_to(&self, somebody: &Somebody, start: usize) -> bool {
        somebody.end == start || (self.subject_first && self.is_light(somebody.end..start))
    }

    // What

    /// Whether a trait belongs to an artefact: `a careless script`.
    fn is_about_a_thing(&self, hit: &Hit<Kind>) -> bool {
        let rest = self.text.get(hit.end..).unwrap_or_default();
        let length: usize = rest.split_inclusive(' ').take(4).map(str::len).sum();
        let next = self.inside(hit.end..hit.end + length);
        next.take_while(|hit| !matches!(hit.kind, Kind::Preposition | Kind::Person | Kind::Name))
            .any(|hit| hit.kind == Kind::Artefact)
    }

    /// Whether a trait or a charge says something of a person.
    fn is_charged(&self, hit: &Hit<Kind>, behind: bool) -> bool {
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

    /// How far whom a fault is laid on may stand: in the clause between two commas; before it, if the fault only adds to
    /// what was said there or speaks of somebody by a pronoun; behind it, if the
    /// clause only says how or why.
    fn reach(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Range<usize> {
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
    fn leans_back(&self, hit: &Hit<Kind>, part: &Range<usize>) -> bool {
        let before = part.start..hit.start;
        let resumes = self.text.get(before.clone()).is_some_and(|text| text.contains(", "));
        part.start > 0 && (self.has(before, Kind::Pronoun) || (resumes && self.is_subordinate(part)))
    }

    /// Whether a statement depends on the one before it.
    fn is_subordinate(&self, part: &Range<usize>) -> bool {
        let mut first = self.starting(part.start);
        first.any(|hit| matches!(hit.kind, Kind::Break | Kind::Complement | Kind::Relative))
    }

    /// Whether somebody from outside stands nearer.
    fn is_rather_an_outsiders(&self, hit: &Hit<Kind>, part: &Range<usize>, before: Option<&Somebody>) -> bool {
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
    fn is_somebodys(&self, hit: &Hit<Kind>) -> bool {
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
    fn behind(&self, at: usize, part: &Range<usize>, reach: usize) -> Option<&Somebody> {
        let person = self.people_of(part).find(|person| person.start >= at).filter(|person| !person.is_owner)?;
        let between = self.text.get(at..person.start)?;
        let is_near =
            between.trim().split(' ').filter(|word| !word.is_empty()).count() < reach && !between.contains(',');
        (is_near && !self.has(at..person.start, Kind::Outsider)).then_some(person)
    }

    /// Whether the subject of a lapse is a person.
    fn is_done_by_somebody(&self, hit: &Hit<Kind>) -> bool {
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
    fn is_rather_a_program(&self, hit: &Hit<Kind>, person: &Somebody) -> bool {
        let word = person.start..person.end;
        let is_ambiguous =
            self.covering(word.clone()).any(|hit| hit.kind == Kind::Ambiguous && hit.start == word.start);
        is_ambiguous && self.starting(hit.start).any(|hit| hit.kind == Kind::Mechanical)
    }

    fn agent(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Option<&Somebody> {
        let by = self.inside(hit.end..part.end).find(|next| next.kind == Kind::By);
        let by =
            by.filter(|by| self.text.get(hit.end..by.start).is_some_and(|between| between.split(' ').count() <= 4));
        if let Some(person) = by.and_then(|by| self.behind(by.end, part, 5)) {
            return Some(person);
        }
        if self.subject_first { self.subject_before(hit, part) } else { self.subject_around(hit) }
    }

    /// The person before a verb, with nothing between that could be the subject instead.
    fn subject_before(&self, hit: &Hit<Kind>, part: &Range<usize>) -> Option<&Somebody> {
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
    fn resumes(&self, hit: &Hit<Kind>, part: &Range<usize>) -> bool {
        let before = self.text.get(part.start..hit.start).unwrap_or_default();
        part.start > 0
            && self.is_subordinate(part)
            && before.trim_start_matches(',').contains(',')
            && before.ends_with(", ")
    }

    /// Whether between a person and a verb stand only words that leave the person the subject.
    fn is_light(&self, range: Range<usize>) -> bool {
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
                    || kinds.iter().any(|kind| matches!(kind, Kind::Light | Kind::Trait | Kind::Denial))
            })
    }

    /// The person in the clause of a verb, before or behind it.
    fn subject_around(&self, hit: &Hit<Kind>) -> Option<&Somebody> {
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
    fn is_object(&self, person: &Somebody) -> bool {
        self.marked(person, Kind::Object) || self.is_attribute(person)
    }

    /// Whether a person only belongs to a thing that is named before: `die Rechte der Lehrer`.
    fn is_attribute(&self, person: &Somebody) -> bool {
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
    fn marked(&self, person: &Somebody, kind: Kind) -> bool {
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
    fn is_denied(&self, hit: &Hit<Kind>, person: &Somebody) -> bool {
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
    fn is_complement(&self, part: &Range<usize>) -> bool {
        part.start > 0 && self.starting(part.start).any(|hit| hit.kind == Kind::Complement)
    }

    /// Whether at most a few words stand between.
    fn is_near(&self, range: Range<usize>) -> bool {
        self.text.get(range).is_some_and(|between| between.split(' ').count() <= 5)
    }
}

/// Whether what a name was found as begins with a capital letter.
fn is_capital(sentence: &str, origin: Range<usize>) -> bool {
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
fn first_words(text: &str, count: usize) -> usize {
    text.split_inclusive(' ').take(count + 1).map(str::len).sum()
}
