//! Words and what they mean: one file a language, nothing in code.
//!
//! The languages are not told apart when a word is looked up: `geschlossen` and `closed` mean the same in any
//! record. Rules that publish their precision by language read one language's lists alone.

use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// A language whose words are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them, in the order in which their words are looked up.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The code of the language, as in `[vocabulary.en]`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::English => include_str!("en.toml"),
            Self::German => include_str!("de.toml"),
        }
    }
}

/// The groups of one language as they stand in its file: group, concept, words.
pub type Groups = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Words that a configuration adds: language, concept, words.
pub type Additions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Of each group the concept of each word. It is asked for nearly every value of a record, and its order is of no
/// account.
type Concepts = HashMap<String, HashMap<String, String, FixedState>, FixedState>;

/// The words of all languages, ready to be looked up.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    languages: Vec<(Language, Groups)>,
    concepts: Concepts,
}

impl Vocabulary {
    /// The built-in words alone.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Vocabulary> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::with(&Additions::new()))
    }

    /// The built-in words and those of a configuration. A concept that no group has is left out; the
    /// configuration reports it (see [`Self::knows`]).
    pub fn with(additions: &Additions) -> Self {
        let languages: Vec<_> = Language::ALL.iter().map(|&l| (l, groups(l, additions.get(l.code())))).collect();
        let mut concepts = Concepts::default();
        for (_, groups) in &languages {
            for (group, members) in groups {
                let words = concepts.entry(group.clone()).or_default();
                let pairs = members.iter().flat_map(|(concept, list)| list.iter().map(move |word| (word, concept)));
                for (word, concept) in pairs {
                    words.entry(fold(word)).or_insert_with(|| concept.clone());
                }
            }
        }
        Self { languages, concepts }
    }

    /// The concept that a word means in a group: `find("status", "Geschlossen")` is `closed`.
    pub fn find(&self, group: &str, word: &str) -> Option<&str> {
        self.concepts.get(group)?.get(&fold(word)).map(String::as_str)
    }

    /// The words of one concept in one language, as they stand in its file.
    pub fn words(&self, language: Language, group: &str, concept: &str) -> &[String] {
        let groups = self.languages.iter().find(|(l, _)| *l == language).map(|(_, groups)| groups);
        groups.and_then(|groups| groups.get(group)?.get(concept)).map_or(&[], Vec::as_slice)
    }

    /// Whether some group has a concept of this name.
    pub fn knows(&self, concept: &str) -> bool {
        self.languages.iter().any(|(_, groups)| groups.values().any(|members| members.contains_key(concept)))
    }
}

/// The words of a language's file with those that a configuration adds to its concepts.
fn groups(language: Language, additions: Option<&BTreeMap<String, Vec<String>>>) -> Groups {
    // The files are part of the program and a test reads them, so a failure cannot reach a user.
    let mut groups: Groups = toml::from_str(language.text()).unwrap_or_default();
    for (concept, words) in additions.into_iter().flatten() {
        for members in groups.values_mut() {
            if let Some(list) = members.get_mut(concept) {
                list.extend(words.iter().cloned());
            }
        }
    }
    groups
}

/// A word in the form in which words are compared: NFKC, lower case, `ß` as `ss`, white space as one blank,
/// and without the punctuation and pictures around it.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        // The same in fewer steps: most words are.
        let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
        let bytes = word.as_bytes();
        let start = bytes.iter().position(is_kept).unwrap_or(bytes.len());
        let bare = &word[start..bytes.iter().rposition(is_kept).map_or(start, |last| last + 1)];
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        let is_plain = |pair: &[u8]| !is_blank(&pair[0]) || (pair[0] == b' ' && !is_blank(&pair[1]));
        // It neither begins nor ends with a blank, so pairs show each of them.
        if bare.as_bytes().windows(2).all(is_plain) {
            return bare.to_ascii_lowercase();
        }
    }
    let lower: String = word.nfkc().flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss");
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_read_and_looked_up_together() {
        for language in Language::ALL {
            let groups: Result<Groups, _> = toml::from_str(language.text());
            assert!(groups.is_ok(), "{}: {groups:?}", language.code());
        }
        let words = Vocabulary::builtin();
        assert_eq!(words.find("status", "✅ Geschlossen"), Some("closed"));
        assert_eq!(words.find("severity", "SEV-1"), Some("major"));
        assert_eq!(words.find("field", "FÄLLIG"), Some("due"));
        assert_eq!(words.find("status", "purple"), None);
    }

    #[test]
    fn a_configuration_adds_words_to_a_concept() {
        let more = Additions::from([("en".into(), BTreeMap::from([("actions".into(), vec!["Follow-ups".into()])]))]);
        assert_eq!(Vocabulary::with(&more).find("field", "follow-ups"), Some("actions"));
        assert!(Vocabulary::with(&more).knows("actions") && !Vocabulary::with(&more).knows("colour"));
    }

    #[test]
    fn every_concept_of_english_exists_in_german() {
        let concepts = |language: Language| {
            groups(language, None).into_iter().map(|(g, m)| (g, m.into_keys().collect::<Vec<_>>()))
        };
        let german: Groups = groups(Language::German, None);
        for (group, members) in concepts(Language::English) {
            for concept in members {
                assert!(german.get(&group).is_some_and(|m| m.contains_key(&concept)), "{group}.{concept}");
            }
        }
    }
}
