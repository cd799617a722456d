//! Text that may be shown: what a record holds is not trusted.

use std::fmt;

/// A text without control, escape or bidirectional characters: they are shown as their code.
///
/// Every message is one, whatever record text it was made of, so no renderer has to remember it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// Makes a text safe to show; line ends become blanks.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.chars().all(|c| !is_hidden(c)) {
            return Self(text.to_owned());
        }
        Self(text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
            push(&mut safe, c);
            safe
        }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn push(safe: &mut String, c: char) {
    match c {
        '\n' | '\r' | '\t' => safe.push(' '),
        c if is_hidden(c) => safe.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        c => safe.push(c),
    }
}

/// Whether a character is invisible or moves others: controls, bidirectional marks, zero-width and tag characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The number of words of a text. Scripts that put no blanks between words count two characters as one.
pub fn words(text: &str) -> usize {
    let is_dense = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let count = |word: &str| match word.chars().filter(|c| is_dense(*c)).count() {
        0 => usize::from(word.chars().any(char::is_alphanumeric)),
        dense => dense.div_ceil(2),
    };
    text.split_whitespace().map(count).sum()
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
        f.write_str(&self.0)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_gets_through() {
        assert_eq!(Text::new("a\u{1b}[31mb\u{202e}c\nd").as_str(), "a\\u{1b}[31mb\\u{202e}c d");
        assert_eq!(Text::new("Müller 🔥").as_str(), "Müller 🔥");
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
