//! Whether a cause is nothing but a person, or what a person did.

use super::folded::is_of_a_word;
use super::{Folded, Hit, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use std::ops::Range;

/// What a word adds to a cause; the names are those of the lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Human,
    Flaw,
    Person,
    Error,
    Deed,
    Object,
    Filler,
}

const KINDS: [(Kind, &str, &str); 8] = [
    (Kind::Human, "person_cause", "human"),
    (Kind::Flaw, "person_cause", "flaw"),
    (Kind::Person, "blame", "person"),
    (Kind::Person, "person_cause", "anyone"),
    (Kind::Error, "person_cause", "error"),
    (Kind::Deed, "person_cause", "deed"),
    (Kind::Object, "person_cause", "object"),
    (Kind::Filler, "person_cause", "filler"),
];

/// No cause that has more words than these is about a person alone.
const MOST_WORDS: usize = 40;

/// Knows the words of a cause that ends with a person, in every language.
#[derive(Debug)]
pub struct PersonCause {
    tongues: Vec<Tongue>,
}

#[derive(Debug)]
struct Tongue {
    lexicon: Lexicon<Kind>,
    /// Behind a person they make one word of both: `Benutzerfehler`.
    tails: Vec<String>,
}

impl PersonCause {
    /// Compiles the lists of all languages, with the names of the people that are known.
    pub fn new<'n>(vocabulary: &Vocabulary, people: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<String> = people.into_iter().flat_map(|name| name.split_whitespace()).flat_map(forms).collect();
        let tongues = Language::ALL.map(|language| {
            let listed = KINDS.iter().flat_map(|&(kind, group, concept)| {
                vocabulary.words(language, group, concept).iter().map(move |word| (kind, word.as_str()))
            });
            let named = names.iter().map(|name| (Kind::Person, name.as_str()));
            let lexicon = Lexicon::new(listed.chain(named), vocabulary.words(language, "prose", "ending"));
            let tails = vocabulary.words(language, "person_cause", "tail");
            Tongue { lexicon, tails: tails.iter().map(|tail| Folded::new(tail).as_str().to_owned()).collect() }
        });
        Self { tongues: tongues.into() }
    }

    /// Whether a cause says no more than that a person did something, or was careless, or was there.
    pub fn is_all_of(&self, cause: &str) -> bool {
        let folded = Folded::new(cause);
        let text = folded.as_str();
        words(text).nth(MOST_WORDS).is_none() && self.tongues.iter().any(|tongue| tongue.is_person_alone(text))
    }
}

impl Tongue {
    /// Whether every word is on a list, and together they name a person or a person's flaw.
    fn is_person_alone(&self, text: &str) -> bool {
        let hits = self.lexicon.find(text);
        let is_handle = |word: &Range<usize>| text.get(..word.start).is_some_and(|before| before.ends_with('@'));
        let names = |hit: &Hit<Kind>| matches!(hit.kind, Kind::Human | Kind::Flaw | Kind::Person);
        let is_covered = |word: &Range<usize>| hits.iter().any(|hit| hit.start <= word.start && word.end <= hit.end);
        let mut names_one = hits.iter().any(names);
        let all = words(text).all(|word| {
            let is_person = is_handle(&word) || text.get(word.clone()).is_some_and(|word| self.is_persons(word));
            names_one |= is_person;
            is_person || is_covered(&word)
        });
        all && names_one
    }

    /// Whether a word is made of a person and a slip: `Benutzerfehler`.
    fn is_persons(&self, word: &str) -> bool {
        let heads = self.tails.iter().filter_map(|tail| word.strip_suffix(tail.as_str())).filter(|head| head.len() > 2);
        heads.flat_map(|head| [head, head.trim_end_matches('s')]).any(|head| {
            let found = self.lexicon.find(head);
            found.iter().any(|hit| hit.kind == Kind::Person && hit.start == 0 && hit.end == head.len())
        })
    }
}

/// A name, and with it what is somebody's: `Ana`, `Anas`.
fn forms(name: &str) -> Vec<String> {
    let is_name = name.chars().count() > 1 && !name.ends_with('.');
    if is_name { vec![name.to_owned(), format!("{name}s")] } else { Vec::new() }
}

/// The words of a folded text; the `@` of a handle belongs to none.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(is_of_a_word)?;
        let word = text.get(start..)?;
        let end = start + word.find(|c| !is_of_a_word(c)).unwrap_or(word.len());
        at = end;
        Some(start..end)
    })
}
