//! What is worth to be looked for in a text, told from the raw text in one pass: most texts hold nothing of it.

use super::forms::FORMS;
use crate::prose::folded::{is_of_a_word, is_plain};
use crate::prose::heads;
use crate::prose::lexicon::Form;
use crate::prose::starts::Starts;

/// What may be in a text.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Worth {
    /// A bit for each form.
    forms: u64,
    /// The name of a password or token.
    pub(super) names: bool,
}

impl Worth {
    const NAMES: Self = Self { forms: 0, names: true };

    pub(super) fn has_form(self, nth: usize) -> bool {
        self.forms >> nth & 1 == 1
    }

    fn and(self, other: Self) -> Self {
        Self { forms: self.forms | other.forms, names: self.names | other.names }
    }
}

/// Looks for the anchors of forms and for names.
#[derive(Debug)]
pub(super) struct Scan {
    starts: Starts,
    anchors: Vec<Anchor>,
    /// What no anchor tells of.
    always: Worth,
}

#[derive(Clone, Copy, Debug)]
struct Anchor {
    tells: Worth,
    /// No word goes on before it, or behind it.
    at_start: bool,
    at_end: bool,
}

impl Scan {
    /// Knows the anchors of the forms, and the names of a list.
    pub(super) fn new<'w>(names: impl Iterator<Item = &'w str>) -> Self {
        let mut patterns: Vec<(String, Anchor)> = Vec::new();
        for (nth, form) in FORMS.iter().enumerate() {
            let anchor = Anchor { tells: Worth { forms: 1 << nth, names: false }, at_start: form.leads, at_end: false };
            patterns.extend(form.anchors.iter().map(|text| ((*text).to_owned(), anchor)));
        }
        let mut always = Worth::default();
        for form in names.map(Form::read) {
            match piece(&form) {
                Some((text, anchor)) => patterns.extend(spellings(text).into_iter().map(|text| (text, anchor))),
                None => always = Worth::NAMES,
            }
        }
        let (texts, anchors): (Vec<String>, Vec<Anchor>) = patterns.into_iter().unzip();
        let texts = texts.into_iter().map(|text| text.to_ascii_lowercase());
        Self { starts: Starts::new(texts.enumerate()), anchors, always }
    }

    /// What may be in a text; what is left out is not in it.
    pub(super) fn of(&self, text: &str) -> Worth {
        let mut worth = if is_odd(text) { self.always.and(Worth::NAMES) } else { self.always };
        // The bytes behind the end let the last letters come to the beginning of a head.
        let lower = text.to_ascii_lowercase() + "\0\0";
        let mut head = 0;
        for (nth, byte) in lower.bytes().enumerate() {
            head = heads::push(head, byte);
            if self.starts.may_be_at(head) && nth + 1 >= heads::LENGTH {
                worth = worth.and(self.begins(&lower, nth + 1 - heads::LENGTH, worth));
            }
        }
        worth
    }

    /// What begins at a place of a text, besides what is known.
    fn begins(&self, text: &str, at: usize, known: Worth) -> Worth {
        let found = self.starts.of(text.as_bytes().get(at..).unwrap_or_default());
        let anchors = found.filter_map(|(index, length)| Some((self.anchors.get(index)?, length)));
        let new = anchors.filter(|(anchor, _)| known.and(anchor.tells) != known);
        let fitting = new.filter(|(anchor, length)| anchor.fits(text, at, at + length));
        fitting.fold(Worth::default(), |worth, (anchor, _)| worth.and(anchor.tells))
    }
}

impl Anchor {
    fn fits(self, text: &str, start: usize, end: usize) -> bool {
        let before = || text.get(..start).and_then(|text| text.chars().next_back());
        let behind = || text.get(end..).and_then(|text| text.chars().next());
        (!self.at_start || !before().is_some_and(char::is_alphanumeric))
            && (!self.at_end || !behind().is_some_and(char::is_alphanumeric))
    }
}

/// Whether folding joins or changes letters of a text, so that its names are not to be seen before.
fn is_odd(text: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_inside = |at: usize| {
        let before = text.get(..at).and_then(|text| text.trim_end_matches('*').chars().next_back());
        is_letter(before) && is_letter(text.get(at + 1..).and_then(|text| text.chars().next()))
    };
    let is_known = |c: char| c.is_ascii() || is_plain(c) || matches!(c, '\u{c0}'..='\u{ff}' | 'ẞ');
    !text.is_ascii() && !text.chars().all(is_known) || text.match_indices('*').any(|(at, _)| is_inside(at))
}

/// The last word of a name that is long enough to tell something, and where words end around it.
fn piece(form: &Form) -> Option<(&str, Anchor)> {
    let text = form.text.as_str();
    let mut at = 0;
    let mut pieces: Vec<(&str, Anchor)> = Vec::new();
    for part in text.split_inclusive(|c| !is_of_a_word(c)) {
        let word = part.trim_end_matches(|c| !is_of_a_word(c));
        let at_end = at + word.len() < text.len() || form.at_end;
        pieces.push((word, Anchor { tells: Worth::NAMES, at_start: at > 0 || form.at_start, at_end }));
        at += part.len();
    }
    let is_long = |piece: &&(&str, Anchor)| piece.0.len() > 2;
    let chosen = pieces.iter().rfind(is_long).or_else(|| pieces.iter().max_by_key(|(word, _)| word.len()));
    chosen.copied().filter(|(word, _)| !word.is_empty() && word.is_ascii())
}

/// The ways in which a folded word may be written.
fn spellings(word: &str) -> Vec<String> {
    let pairs = [("ae", ["ä", "Ä"]), ("oe", ["ö", "Ö"]), ("ue", ["ü", "Ü"]), ("ss", ["ß", "ẞ"])];
    let first = pairs.iter().filter_map(|(pair, signs)| Some((word.find(pair)?, pair, signs))).min();
    let Some((at, pair, signs)) = first else { return vec![word.to_owned()] };
    let (head, tail) = (word.get(..at).unwrap_or_default(), word.get(at + pair.len()..).unwrap_or_default());
    let rests = spellings(tail);
    let ways = std::iter::once(pair).chain(signs);
    ways.flat_map(|way| rests.iter().map(move |rest| format!("{head}{way}{rest}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_in_every_spelling_and_nothing_else() {
        let scan = Scan::new(["-passwort", "pw", "api-schlüssel", "user/password"].into_iter());
        for text in ["DB_PASSWORT=x", "Paßwort", "PAẞWORT", "PW: x", "api-schluessel", "API-SCHLÜẞEL", "pass*wort*"]
        {
            assert!(scan.of(text).names, "{text}");
        }
        for text in ["", "Passworte", "pwd", "Schlüsselbund", "**bold** and _slanted_ – „quoted“", "* item"] {
            assert_eq!(scan.of(text), Worth::default(), "{text}");
        }
    }

    #[test]
    fn every_form_has_its_bit() {
        let scan = Scan::new(std::iter::empty());
        assert!(FORMS.len() < 64);
        for (nth, form) in FORMS.iter().enumerate() {
            assert!(form.anchors.iter().all(|anchor| scan.of(&format!(" {anchor}")).has_form(nth)), "{form:?}");
        }
        assert_eq!(scan.of("a desk-side two-part re-use"), Worth::default());
    }
}
