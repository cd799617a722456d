//! Text that may be shown: what a record holds is not trusted.

use std::fmt;

/// A text without control, escape or bidirectional characters: they are shown as their code.
///
/// Every message is one, whatever record text it was made of, so no renderer has to remember it. It knows where its
/// words come from, so that a record's own can be left out where records may not be read: see [`Origin`].
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Text {
    shown: String,
    #[serde(skip)]
    origin: Origin,
}

/// Where the words of a text come from. Whatever is not known to be harmless counts as a record's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Origin {
    /// The program alone: a literal.
    Program,
    /// The program, with what the run itself is about: counts, its dates, options, paths, the configuration.
    Run,
    /// Perhaps a record or a register.
    #[default]
    Record,
}

impl Text {
    /// Makes a text safe to show; line ends become blanks. A record may stand in it.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { shown: cleaned(text.as_ref()), origin: Origin::Record }
    }

    /// A text that names things of the run or of its configuration. Nothing of a record or a register may be in it.
    pub fn of_run(text: impl AsRef<str>) -> Self {
        Self { shown: cleaned(text.as_ref()), origin: Origin::Run }
    }

    /// Several texts as one, which comes from where the least harmless of them comes from.
    pub fn joined<'t>(texts: impl IntoIterator<Item = &'t Self>, between: &str) -> Self {
        let texts: Vec<&Self> = texts.into_iter().collect();
        let origin = texts.iter().map(|text| text.origin).max().unwrap_or(Origin::Program);
        let shown = texts.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(between);
        Self { shown, origin }
    }

    /// Other words that come from the same place.
    pub fn with(&self, words: impl AsRef<str>) -> Self {
        Self { shown: cleaned(words.as_ref()), origin: self.origin }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// Where its words come from.
    pub fn origin(&self) -> Origin {
        self.origin
    }
}

fn cleaned(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    clean(text, &mut safe, |_, _| {});
    safe
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for Text {}

impl std::hash::Hash for Text {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.shown.hash(state);
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.shown.cmp(&other.shown)
    }
}

/// Appends a text in a form that is safe to show. `at` is told for each character where it begins in the text, and
/// where what stands for it begins in `safe`.
///
/// Besides hidden characters, the marks with which a build log takes a line for a command (`##[`, `##vso[`) are
/// broken up, wherever they stand.
pub fn clean(text: &str, safe: &mut String, mut at: impl FnMut(usize, usize)) {
    for (offset, c) in text.char_indices() {
        at(offset, safe.len());
        match c {
            '\n' | '\r' | '\t' => safe.push(' '),
            '#' if begins_command(&text[offset..]) => safe.push_str("\\u{23}"),
            c if is_hidden(c) => safe.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => safe.push(c),
        }
    }
}

/// Whether a text begins with a mark that the log of GitHub or of Azure takes for a command.
pub(crate) fn begins_command(text: &str) -> bool {
    let mark = |mark: &str| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    mark("##[") || mark("##vso[")
}

/// A text of several lines, safe in a build log: no line begins with `::`, which GitHub takes for a command.
pub fn calm(text: &str) -> String {
    let mut calm = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start();
        if rest.starts_with("::") {
            calm.push_str(&line[..line.len() - rest.len()]);
            calm.push_str("\\u{3a}");
            calm.push_str(&rest[1..]);
        } else {
            calm.push_str(line);
        }
    }
    calm
}

/// The longest id, in characters, that is shown where no text of a record may be.
const LONGEST_ID: usize = 40;
/// The longest part of a field that is shown there.
const LONGEST_PART: usize = 60;

/// What stands for an id that is none.
pub const NO_ID: &str = "…";

/// An id as it may stand where no text of a record may: one short word. Anything else, such as the cells of a row that
/// lost a quotation mark, is `…`.
pub fn bare_id(id: &str) -> &str {
    let is_sign = |c: char| matches!(c, '_' | '-' | '.' | '/' | '#' | ':' | '+' | '(' | ')');
    let is_word = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || is_sign(c));
    if is_word && id.chars().count() <= LONGEST_ID { id } else { NO_ID }
}

/// A dotted path with those of its parts that look like keys and ids; what may be a sentence is left out.
pub fn bare_field(field: &str) -> String {
    let is_key = |part: &&str| {
        part.len() <= LONGEST_PART
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '/' | '#'))
    };
    field.split('.').map(|part| if is_key(&part) { part } else { "…" }).collect::<Vec<_>>().join(".")
}

/// Whether a character is invisible or moves others: controls, bidirectional marks, zero-width and tag characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The number of words of a text. Scripts that put no blanks between words count two characters as one.
pub fn words(text: &str) -> usize {
    let is_dense = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    if text.is_ascii() {
        // The same in fewer steps: most texts are.
        return ascii_words(text.as_bytes());
    }
    let count = |word: &str| match word.chars().filter(|c| is_dense(*c)).count() {
        0 => usize::from(word.chars().any(char::is_alphanumeric)),
        dense => dense.div_ceil(2),
    };
    text.split_whitespace().map(count).sum()
}

/// The number of pieces between white space that hold a letter or a digit.
fn ascii_words(text: &[u8]) -> usize {
    // As `char::is_whitespace` has it, a vertical tab divides words as well.
    let is_blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    text.split(is_blank).filter(|word| word.iter().any(u8::is_ascii_alphanumeric)).count()
}

/// Shortens a text in its middle so that it has at most `limit` characters.
pub fn shorten(text: &str, limit: usize) -> String {
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(1);
    let head: String = text.chars().take(kept.div_ceil(2)).collect();
    let tail: String = text.chars().skip(count - kept / 2).collect();
    format!("{head}…{tail}")
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// A literal of the program: nothing else lives that long.
impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self { origin: Origin::Program, ..Self::new(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_gets_through() {
        assert_eq!(Text::new("a\u{1b}[31mb\u{202e}c\nd").as_str(), "a\\u{1b}[31mb\\u{202e}c d");
        assert_eq!(Text::new("Müller 🔥").as_str(), "Müller 🔥");
        assert_eq!(Text::new("a ##[error]b ##VSO[c] ## d").as_str(), "a \\u{23}#[error]b \\u{23}#VSO[c] ## d");
    }

    #[test]
    fn a_text_knows_where_its_words_come_from() {
        let (fixed, made) = (Text::from("A literal"), Text::from(format!("quotes {}", "a record")));
        assert_eq!((fixed.origin(), made.origin()), (Origin::Program, Origin::Record));
        assert_eq!(Text::joined([&fixed, &Text::of_run("2 files")], "; ").origin(), Origin::Run);
        assert_eq!(Text::joined([&fixed, &made], "; ").origin(), Origin::Record);
        assert_eq!(Text::new("A literal"), fixed);
    }

    #[test]
    fn an_id_is_one_short_word_and_nothing_else_is_shown() {
        for id in ["INC-2026-0002", "2026/17", "#12", "Störung-4", "A.8.5", "L1"] {
            assert_eq!(bare_id(id), id);
        }
        for id in ["", "INC-1,Affair", "INC 1", "INC-1\nEva", "INC-1;Affair", "eva@example.org", &"x".repeat(41)] {
            assert_eq!(bare_id(id), "…");
        }
    }

    #[test]
    fn a_field_keeps_its_keys_and_loses_its_sentences() {
        assert_eq!(bare_field("actions.A1.due"), "actions.A1.due");
        assert_eq!(bare_field("reviews.0.date"), "reviews.0.date");
        assert_eq!(bare_field("lessons.Eva was tired.kind"), "lessons.….kind");
        assert_eq!(bare_field(""), "");
    }

    #[test]
    fn no_line_begins_with_a_command() {
        assert_eq!(calm("a\n  ::error::x\n::\nb :: c"), "a\n  \\u{3a}:error::x\n\\u{3a}:\nb :: c");
    }

    #[test]
    fn the_cleaner_says_where_characters_went() {
        let (mut safe, mut map) = (String::new(), Vec::new());
        clean("a\u{1b}ü", &mut safe, |from, to| map.push((from, to)));
        assert_eq!((safe.as_str(), map), ("a\\u{1b}ü", vec![(0, 0), (1, 1), (2, 7)]));
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(words("Two  words - and\nmore."), 4);
        assert_eq!(words("再発防止策を決めた"), 5);
        assert_eq!(words(" — "), 0);
    }

    #[test]
    fn a_long_text_is_shortened_in_its_middle() {
        assert_eq!(shorten("controls/very-long-name.md", 11), "contr…me.md");
        assert_eq!(shorten("short", 11), "short");
    }
}
