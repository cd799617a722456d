//! Whether a sentence ties a fault to a person.
//!
//! Three kinds of words do: a trait (`careless`) or a charge (`to blame`) beside a person, a slip that is somebody's
//! (`Ben's mistake`), and a lapse (`forgot`) whose subject is a person. All words are lists of the vocabulary; what is
//! here is how they have to stand to each other.

mod fault;
mod grammar;
mod reading;

use super::{Folded, Hints, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use reading::Reading;
use std::cell::OnceCell;
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
const FAULTS: [&str; 6] = ["trait", "charge", "motive", "target", "slip", "lapse"];

/// Finds sentences that tie a fault to a person, in every language of the vocabulary.
#[derive(Debug)]
pub struct Blame<'v> {
    tongues: Vec<Tongue<'v>>,
    names: Vec<(Kind, String)>,
    /// Words of fault in all languages.
    hints: Hints,
}

/// One language with its word lists and the order of its sentences.
#[derive(Debug)]
struct Tongue<'v> {
    vocabulary: &'v Vocabulary,
    language: Language,
    /// The lists of hints that are its own.
    lists: Lists,
    /// All words with the names of people, compiled when the first sentence has a word of fault.
    lexicon: OnceCell<Lexicon<Kind>>,
}

impl<'v> Tongue<'v> {
    fn new(vocabulary: &'v Vocabulary, nth: usize, language: Language) -> Self {
        Self { vocabulary, language, lists: Lists::of(nth), lexicon: OnceCell::new() }
    }

    fn lexicon(&self, names: &[(Kind, String)]) -> &Lexicon<Kind> {
        self.lexicon.get_or_init(|| {
            let words = |concept| self.vocabulary.words(self.language, "blame", concept);
            let listed =
                KINDS.iter().flat_map(|&(kind, concept)| words(concept).iter().map(move |word| (kind, word.as_str())));
            let named = names.iter().map(|(kind, name)| (*kind, name.as_str()));
            Lexicon::new(listed.chain(named), self.vocabulary.words(self.language, "prose", "ending"))
        })
    }

    /// Whether a subject stands before its verb, so that what stands behind is none.
    fn is_subject_first(&self) -> bool {
        self.language == Language::English
    }
}

/// The bits of the hints of one language.
#[derive(Clone, Copy, Debug)]
struct Lists {
    fault: u8,
    heeded: u8,
    inverted: u8,
}

impl Lists {
    fn of(nth: usize) -> Self {
        let bit = 1 << (3 * nth);
        Self { fault: bit, heeded: bit << 1, inverted: bit << 2 }
    }

    /// The words of a language that tell of a fault, each with the bit of its list.
    fn entries(self, vocabulary: &Vocabulary, language: Language) -> impl Iterator<Item = (u8, &str)> {
        let lists = FAULTS.map(|concept| (self.fault, concept)).into_iter();
        let lists = lists.chain([(self.heeded, "heeded"), (self.inverted, "inverted")]);
        lists.flat_map(move |(bit, concept)| {
            vocabulary.words(language, "blame", concept).iter().map(move |word| (bit, word.as_str()))
        })
    }

    /// Whether a fault may be told: by one word, or by two as in `Had Tom followed the runbook`.
    fn tell(self, found: u8) -> bool {
        found & self.fault != 0 || (found & self.heeded != 0 && found & self.inverted != 0)
    }
}

impl<'v> Blame<'v> {
    /// Knows the lists of all languages, and the full names of the people that are known.
    pub fn new<'n>(vocabulary: &'v Vocabulary, people: impl IntoIterator<Item = &'n str>) -> Self {
        let tongues: Vec<Tongue<'v>> =
            Language::ALL.iter().enumerate().map(|(nth, &language)| Tongue::new(vocabulary, nth, language)).collect();
        let hints = Hints::new(tongues.iter().flat_map(|tongue| tongue.lists.entries(vocabulary, tongue.language)));
        Self { tongues, names: people.into_iter().flat_map(names).collect(), hints }
    }

    /// Whether a text may hold a sentence that ties a fault to a person: whether it has a word of fault at all.
    pub fn may_be_in(&self, text: &str) -> bool {
        let found = self.hints.lists_in(text);
        self.tongues.iter().any(|tongue| tongue.lists.tell(found))
    }

    /// Whether a sentence ties a fault to a person; `masks` are the parts of it that are quoted or code.
    pub fn is_in(&self, sentence: &str, masks: &[Range<usize>]) -> bool {
        let found = self.hints.lists_in(sentence);
        let mut hinted = self.tongues.iter().filter(|tongue| tongue.lists.tell(found)).peekable();
        if hinted.peek().is_none() || sentence.trim_end().ends_with('?') {
            return false;
        }
        let folded = Folded::masked(sentence, masks);
        hinted.any(|tongue| {
            Reading::new(tongue.lexicon(&self.names), tongue.is_subject_first(), sentence, &folded).blames()
        })
    }
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
