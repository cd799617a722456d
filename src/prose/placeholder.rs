//! Whether a text stands where an answer should be, and is none.

use super::folded::is_of_a_word;
use super::{Folded, Hints, Hit, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use std::collections::HashSet;
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Marker,
    Unwritten,
    Lone,
    Blindtext,
    Prompt,
    Filler,
    Redacted,
}

const KINDS: [(Kind, &str); 7] = [
    (Kind::Marker, "marker"),
    (Kind::Unwritten, "unwritten"),
    (Kind::Lone, "lone"),
    (Kind::Blindtext, "blindtext"),
    (Kind::Prompt, "prompt"),
    (Kind::Filler, "filler"),
    (Kind::Redacted, "redacted"),
];

/// Knows placeholders and the prompts of templates, in every language.
#[derive(Debug)]
pub struct Placeholder {
    lexicons: Vec<Lexicon<Kind>>,
    masks: HashSet<String>,
    mask_leads: HashSet<String>,
    /// The words of all lists, of which a placeholder consists.
    listed: Hints,
    /// Words that may be enough beside others.
    telling: Hints,
}

/// How a text is meant to be read.
#[derive(Clone, Copy)]
struct Manner {
    emphasised: bool,
    is_task: bool,
}

/// No placeholder is longer, in bytes and in words.
const LONGEST: usize = 300;
const MOST_WORDS: usize = 24;

impl Placeholder {
    /// Compiles the lists of all languages.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let set = |concept: &str| -> HashSet<String> {
            let words = Language::ALL.iter().flat_map(|&language| vocabulary.words(language, "placeholder", concept));
            words.map(|word| Folded::new(word).as_str().to_owned()).collect()
        };
        let lexicons = Language::ALL.map(|language| Lexicon::of(vocabulary, language, "placeholder", &KINDS));
        let words = |concept: &'static str| {
            Language::ALL.iter().flat_map(move |&language| vocabulary.words(language, "placeholder", concept))
        };
        let listed = KINDS.iter().map(|(_, concept)| *concept).chain(["mask", "mask_lead"]).flat_map(words);
        Self {
            lexicons: lexicons.into(),
            masks: set("mask"),
            mask_leads: set("mask_lead"),
            listed: Hints::of_all_words(listed.map(String::as_str)),
            telling: Hints::new(words("marker").chain(words("blindtext")).map(|word| (1, word.as_str()))),
        }
    }

    /// Whether a text is a placeholder, an unchanged prompt, or nothing but marks. An empty text is none: it is empty.
    pub fn is(&self, text: &str) -> bool {
        self.judge(text, false)
    }

    /// The same for a text that says what is to be done, as that of an action does: it may be an instruction.
    pub fn is_in_task(&self, text: &str) -> bool {
        self.judge(text, true)
    }

    fn judge(&self, text: &str, is_task: bool) -> bool {
        let (text, emphasised) = bare(text);
        let manner = Manner { emphasised, is_task };
        let (inner, wrapped) = unwrapped(text);
        if text.is_empty() || text.len() > LONGEST {
            return false;
        }
        if !text.chars().any(char::is_alphanumeric) {
            return true;
        }
        if wrapped == Wrapped::Plain && !self.listed.are_all_of(inner) && !self.telling.are_in(inner) {
            return false;
        }
        let folded = Folded::new(inner);
        let words: Vec<Range<usize>> = words(folded.as_str()).collect();
        if words.len() > MOST_WORDS {
            return false;
        }
        match wrapped {
            Wrapped::Template => true,
            Wrapped::Bracket if !self.is_reference(inner, folded.as_str()) => true,
            _ => self.is_mask(folded.as_str(), &words) || self.is_unwritten(folded.as_str(), &words, manner),
        }
    }

    /// Whether what stands in brackets was meant: an address, something numbered, or a mark for what was taken out.
    fn is_reference(&self, inner: &str, folded: &str) -> bool {
        let is_mask = |word: &str| self.masks.contains(word);
        let numbered =
            folded.split(|c| !is_of_a_word(c)).any(|word| !is_mask(word) && word.chars().any(|c| c.is_ascii_digit()));
        let redacted =
            self.lexicons.iter().any(|lexicon| lexicon.find(folded).iter().any(|hit| hit.kind == Kind::Redacted));
        numbered || redacted || inner.contains("://") || inner.contains('@') || inner.contains('/')
    }

    /// Whether letters stand for the digits of a date or an id: `YYYY-MM-DD`, `INC-YYYY-NNNN`.
    fn is_mask(&self, text: &str, words: &[Range<usize>]) -> bool {
        let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let is_mask = |range: &Range<usize>| self.masks.contains(word(range));
        let is_known = |range: &Range<usize>| is_mask(range) || self.mask_leads.contains(word(range));
        let masks = words.iter().filter(|range| is_mask(range));
        let letters: usize = masks.map(|range| range.len()).sum();
        letters > 3 && words.iter().all(is_known)
    }

    fn is_unwritten(&self, text: &str, words: &[Range<usize>], manner: Manner) -> bool {
        self.lexicons.iter().any(|lexicon| {
            let hits = lexicon.find(text);
            let is_blind = hits.iter().any(|hit| hit.kind == Kind::Blindtext);
            is_blind || is_marked(text, &hits) || is_all_on_lists(text, &hits, words, manner)
        })
    }
}

/// Whether a text begins with a marker that something else follows as its note: `TODO: …`, `TODO(ana)`.
fn is_marked(text: &str, hits: &[Hit<Kind>]) -> bool {
    let start = text.find(is_of_a_word).unwrap_or(0);
    let mut markers = hits.iter().filter(|hit| hit.kind == Kind::Marker && hit.start == start);
    markers.any(|hit| {
        let rest = text.get(hit.end..).unwrap_or_default();
        rest.trim_start().starts_with([':', '(', '[']) || rest.trim().is_empty()
    })
}

/// Whether every word is on a list, and one says that the answer is still to come or what the writer has to do. A
/// question and emphasised words need nothing but words of a template.
fn is_all_on_lists(text: &str, hits: &[Hit<Kind>], words: &[Range<usize>], manner: Manner) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let says = |hit: &Hit<Kind>| match hit.kind {
        Kind::Unwritten | Kind::Blindtext => true,
        Kind::Lone => hit.start == first.start && hit.end == last.end,
        Kind::Prompt => !manner.is_task && words.len() > 1 && (hit.start == first.start || hit.end == last.end),
        Kind::Marker | Kind::Filler | Kind::Redacted => false,
    };
    let is_number = |word: &Range<usize>| text.get(word.clone()).is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()));
    let is_covered = |word: &Range<usize>| hits.iter().any(|hit| hit.start <= word.start && word.end <= hit.end);
    let asks = words.len() > 1 && (text.contains('?') || manner.emphasised);
    let all = words.iter().all(|word| is_covered(word) || (asks && is_number(word)));
    all && (asks || hits.iter().any(says))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapped {
    /// `{{…}}`, `${…}`, `<!-- … -->`: never an answer.
    Template,
    /// `[…]`, `<…>`: an answer only if it refers to something.
    Bracket,
    Plain,
}

/// A text without the marks of a list, a checkbox, a quotation or emphasis, and whether it was emphasised.
fn bare(text: &str) -> (&str, bool) {
    let mut text = text.trim();
    for mark in ["> ", "- ", "+ ", "[ ] ", "[x] ", "[X] "] {
        text = text.strip_prefix(mark).map_or(text, str::trim);
    }
    let is_mark = |c: char| matches!(c, '*' | '_' | '~' | '`' | '"' | '\u{201c}' | '\u{201d}' | '\u{201e}');
    let inner = text.trim_matches(is_mark).trim();
    let emphasised = text.starts_with(['*', '_']) && text.ends_with(['*', '_']);
    if inner.is_empty() { (text, false) } else { (inner, emphasised) }
}

/// What stands inside of brackets that hold the whole text.
fn unwrapped(text: &str) -> (&str, Wrapped) {
    let inside = |open: &str, close: &str| text.strip_prefix(open)?.strip_suffix(close);
    for (open, close) in
        [("<!--", "-->"), ("{{", "}}"), ("${", "}"), ("{%", "%}"), ("<%", "%>"), ("{", "}"), ("$", "$"), ("%", "%")]
    {
        if let Some(inner) = inside(open, close).filter(|inner| !inner.contains(open) && !inner.is_empty()) {
            return (inner, Wrapped::Template);
        }
    }
    for (open, close) in [("[", "]"), ("<", ">"), ("(", ")")] {
        if let Some(inner) = inside(open, close).filter(|inner| !inner.contains(open)) {
            return (inner, if open == "(" { Wrapped::Plain } else { Wrapped::Bracket });
        }
    }
    (text, Wrapped::Plain)
}

/// The words of a folded text.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find(is_of_a_word)?;
        let word = text.get(start..)?;
        at = start + word.find(|c| !is_of_a_word(c)).unwrap_or(word.len());
        Some(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_short_answers() {
        let placeholder = Placeholder::new(Vocabulary::builtin());
        for text in [
            "TBD",
            "-",
            "n/a",
            "{{CAUSE}}",
            "_Your name goes here._",
            "TODO(ana)",
            "[name of owner]",
            "YYYY-MM-DD",
            "wird nachgetragen",
        ] {
            assert!(placeholder.is(text), "{text}");
        }
        for text in [
            "",
            "Expired certificate",
            "n/a: the room was empty",
            "[redacted]",
            "<https://a.example/1>",
            "R-12",
            "ana",
            "TBD Systems was the supplier.",
        ] {
            assert!(!placeholder.is(text), "{text}");
        }
    }
}
