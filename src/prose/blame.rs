//! Whether a sentence ties a fault to a person.
//!
//! Three kinds of words do: a trait (`careless`) or a charge (`to blame`) beside a person, a slip that is somebody's
//! (`Ben's mistake`), and a lapse (`forgot`) whose subject is a person. All words are lists of the vocabulary; what is
//! here is how they have to stand to each other.

mod fault;
mod grammar;
mod reading;

use super::{Folded, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use aho_corasick::AhoCorasick;
use reading::Reading;
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

/// Kinds of which a sentence needs one before it can speak of a fault.
const FAULTS: [&str; 7] = ["trait", "charge", "motive", "target", "slip", "lapse", "heeded"];

/// Finds sentences that tie a fault to a person, in every language of the vocabulary.
#[derive(Debug)]
pub struct Blame {
    tongues: Vec<Tongue>,
    /// Pieces of words of fault. A sentence without one need not be read; most have none.
    hints: Option<AhoCorasick>,
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
        Self { tongues: tongues.into(), hints: hints(vocabulary) }
    }

    /// Whether a sentence may hold a word of fault. Marks and letters that folding changes leave it open.
    fn is_hinted(&self, sentence: &str) -> bool {
        let plain = |c: char| {
            c.is_ascii() && c != '*' && c != '_' || matches!(c, 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' | 'ß' | '–' | '’')
        };
        !sentence.chars().all(plain) || self.hints.as_ref().is_none_or(|hints| hints.is_match(sentence))
    }

    /// Whether a sentence ties a fault to a person; `masks` are the parts of it that are quoted or code.
    pub fn is_in(&self, sentence: &str, masks: &[Range<usize>]) -> bool {
        if !self.is_hinted(sentence) || sentence.trim_end().ends_with('?') {
            return false;
        }
        let folded = Folded::masked(sentence, masks);
        self.tongues.iter().any(|tongue| Reading::new(tongue, sentence, &folded).blames())
    }
}

/// The least letters of a piece that tells anything.
const SHORTEST_HINT: usize = 4;

/// A piece of each word of fault that stands in a text however it is folded: no umlaut, no blank, no hyphen.
fn hints(vocabulary: &Vocabulary) -> Option<AhoCorasick> {
    let words = Language::ALL
        .iter()
        .flat_map(|&language| FAULTS.iter().flat_map(move |concept| vocabulary.words(language, "blame", concept)));
    let pieces: Vec<String> = words.filter_map(|word| hint(word)).collect();
    AhoCorasick::builder().ascii_case_insensitive(true).build(&pieces).ok()
}

fn hint(word: &str) -> Option<String> {
    let longest = |text: &str| {
        let pieces = text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned);
        pieces.max_by_key(String::len).filter(|piece| !piece.is_empty())
    };
    // `ae` may be written `ä`, and `ss` as `ß`.
    let open = ["ae", "oe", "ue", "ss"].iter().fold(word.to_lowercase(), |word, pair| word.replace(pair, " "));
    longest(&open).filter(|piece| piece.len() >= SHORTEST_HINT).or_else(|| longest(word))
}

/// The names that a person goes by: the whole name, the first, and both as owners of what follows (`Anas`).
fn names(full: &str) -> Vec<(Kind, String)> {
    let full = full.trim();
    let first = full.split_whitespace().find(|part| part.chars().count() > 1 && !part.ends_with('.'));
    let known = [Some(full), first].into_iter().flatten().filter(|name| name.chars().count() > 1);
    known.flat_map(|name| [(Kind::Name, name.to_owned()), (Kind::NameOf, format!("{name}s"))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blames(sentence: &str) -> bool {
        let masks = crate::prose::quotations(sentence);
        Blame::new(Vocabulary::builtin(), ["Ana Brandt", "Ben Okafor"]).is_in(sentence, &masks)
    }

    #[test]
    fn a_fault_is_a_persons_by_trait_charge_slip_or_lapse() {
        for sentence in [
            "The administrator was careless.",
            "Ana is to blame for the outage.",
            "It was Ben's mistake.",
            "The alarm was ignored by the operator on duty.",
            "@ana forgot the second step.",
            "Der Bediener hat den Alarm übersehen.",
            "Durch die Nachlässigkeit der Pförtnerin stand die Tür offen.",
            "Had Ben followed the runbook, it would run.",
        ] {
            assert!(blames(sentence), "{sentence}");
        }
    }

    #[test]
    fn things_outsiders_quotations_and_denials_are_left_alone() {
        for sentence in [
            "The user interface ignored the click that Ana made.",
            "The attacker was careless, and Ben found his tool.",
            "\"Ana forgot it\", said the first version.",
            "Nobody is to blame, least of all the operator.",
            "Not Ben but the display was at fault.",
            "Was the operator to blame?",
            "Das Skript vergaß die Rechte der Lehrer.",
            "Schuld war das Kabel, Ana hat es getauscht.",
            "Ana owns the relay, which failed to start.",
        ] {
            assert!(!blames(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_name_has_a_capital_letter() {
        let blame = Blame::new(Vocabulary::builtin(), ["Will Grant"]);
        assert!(blame.is_in("Yesterday Will forgot the key.", &[]));
        assert!(!blame.is_in("The disk will ignore it; the grant was forgotten.", &[]));
    }
}
