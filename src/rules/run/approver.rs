//! Whom an approval names, and whether that is somebody who may not give it.

use crate::population::{People, Person, Population};
use crate::prose::Placeholder;
use crate::record::register::RegisterKind;
use crate::rules::action::owner::{self, Owner};
use crate::vocabulary::{Vocabulary, fold};
use chrono::NaiveDate;
use std::collections::HashSet;

/// Whether a text names somebody who could approve something: no placeholder, no group, and where there is a people
/// register nobody whom it does not know, who might be anybody.
pub fn may_approve(text: &str, population: &Population, words: &Vocabulary, placeholder: &Placeholder) -> bool {
    let people = &population.people;
    let is_known = || owner::persons(text, people, words).is_some_and(|persons| !persons.is_empty());
    !is_nobody(text, people, words, placeholder) && (!population.has(RegisterKind::People) || is_known())
}

/// Whether a text names a group, or nobody yet.
pub(super) fn is_nobody(text: &str, people: &People, words: &Vocabulary, placeholder: &Placeholder) -> bool {
    matches!(owner::of(text, people, words), Owner::Group | Owner::Nobody) || placeholder.is(text)
}

/// Whether somebody whom a text names had left before a day.
pub(super) fn has_left(text: &str, on: NaiveDate, people: &People, words: &Vocabulary) -> bool {
    let persons = owner::persons(text, people, words).unwrap_or_default();
    persons.iter().any(|person| person.left.is_some_and(|left| left < on))
}

/// More people than this approve nothing together: they are not told apart any more.
const MOST: usize = 16;

/// The people that a text names, each by all names that they may go by.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Those whom the people register knows, by their id.
    ids: HashSet<Box<str>>,
    known: Words,
    unknown: Words,
    is_crowd: bool,
}

impl Names {
    /// The people that a text names: `Ana <ana@example.org>`, `Ana (CISO)`, `Ana and the COO`, `Lind, Ana`.
    pub fn of(text: &str, people: &People, words: &Vocabulary) -> Self {
        let mut names = Self::default();
        let parts: Vec<String> =
            text.split(['<', '>', '"', '\n']).flat_map(|piece| owner::parts(piece, words)).take(MOST + 1).collect();
        names.is_crowd = parts.len() > MOST;
        parts.iter().for_each(|part| names.add(part, people, words));
        if text.contains(',') && !names.is_crowd {
            names.unknown.whole.insert(sorted(text).join(" "));
        }
        names
    }

    /// One person by all the names that they go by; one that the register knows says who all of them are.
    pub fn of_one<'t>(texts: impl IntoIterator<Item = &'t str>, people: &People, words: &Vocabulary) -> Self {
        let mut names = Self::default();
        for text in texts {
            let more = Self::of(text, people, words);
            names.ids.extend(more.ids);
            names.known.take(more.known);
            names.unknown.take(more.unknown);
            names.is_crowd |= more.is_crowd;
        }
        if !names.ids.is_empty() {
            names.known.take(std::mem::take(&mut names.unknown));
        }
        names
    }

    fn add(&mut self, part: &str, people: &People, words: &Vocabulary) {
        let is_one = owner::is_somebody(part, people, words);
        let Some(person) = owner::person(part, people) else { return self.unknown.add(part, is_one) };
        self.ids.insert(person.id.clone());
        self.known.add(part, is_one);
        all_names(person).for_each(|name| self.known.add(name, true));
    }

    /// Whether somebody may be named by both: of two whom the register knows it says so, else a name, an address or a
    /// handle that they share.
    pub fn meets(&self, other: &Self) -> bool {
        self.is_crowd
            || other.is_crowd
            || !self.ids.is_disjoint(&other.ids)
            || self.unknown.meets(&other.unknown)
            || self.known.meets(&other.unknown)
            || self.unknown.meets(&other.known)
    }
}

fn all_names(person: &Person) -> impl Iterator<Item = &str> {
    [&person.id, &person.name].into_iter().chain(&person.emails).map(|name| &**name)
}

/// Names as words: in any order, and one word alone is a name that a longer one may hold.
#[derive(Clone, Debug, Default)]
struct Words {
    whole: HashSet<String>,
    alone: HashSet<String>,
    among: HashSet<String>,
}

impl Words {
    fn add(&mut self, name: &str, is_one: bool) {
        let name = name.trim().trim_start_matches('@');
        // Of an address, what stands before the host is a handle.
        let handle = name.split_once('@').map(|(handle, _)| handle);
        if handle.is_some() {
            self.whole.insert(fold(name));
        }
        let words = sorted(handle.unwrap_or(name));
        match words.as_slice() {
            [] => return,
            [word] if is_one => _ = self.alone.insert(word.clone()),
            [_] => {}
            _ if is_one => self.among.extend(words.iter().cloned()),
            _ => {}
        }
        self.whole.insert(words.join(" "));
    }

    fn take(&mut self, other: Self) {
        self.whole.extend(other.whole);
        self.alone.extend(other.alone);
        self.among.extend(other.among);
    }

    fn meets(&self, other: &Self) -> bool {
        !self.whole.is_disjoint(&other.whole)
            || !self.alone.is_disjoint(&other.among)
            || !self.among.is_disjoint(&other.alone)
    }
}

/// The words of a name, in the order of the alphabet.
fn sorted(name: &str) -> Vec<String> {
    let name = fold(name);
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(one: &str, other: &str) -> bool {
        let of = |text| Names::of(text, &People::default(), Vocabulary::builtin());
        of(one).meets(&of(other)) && of(other).meets(&of(one))
    }

    #[test]
    fn a_person_is_known_by_name_address_and_handle_however_they_are_put_together() {
        for one in ["Ana <ana@example.org>", "Ana (CISO)", "Ana and the COO", "ana@other.example", "@ana", "Lind, Ana"]
        {
            assert!(meet(one, "Ana") && meet(one, "ana@example.org"), "{one}");
        }
        for one in ["eva@example.org", "eva and coo", "eva, mira", "Winter, Eva", "Eva Winter", "eva.winter@x.example"]
        {
            assert!(meet(one, "eva"), "{one}");
        }
        assert!(meet("Winter, Eva", "Eva Winter") && meet("eva-winter", "Eva Winter"));
        assert!(meet("12345+ana@users.noreply.example", "Ana"));
    }

    #[test]
    fn others_are_others() {
        for (one, other) in [("Eva Winter", "Mira Winter"), ("coo", "eva"), ("IT", "Head of IT"), ("eva", "evan")] {
            assert!(!meet(one, other), "{one}, {other}");
        }
        assert!(!meet("eva@example.org", "mira@example.org"));
        assert!(meet(&"x, ".repeat(40), "eva"), "a crowd is nobody else");
    }
}
