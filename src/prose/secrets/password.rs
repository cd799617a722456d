//! Values behind the name of a password or token.

use crate::prose::{Folded, Lexicon};
use std::ops::Range;

/// What a word of the lists says of the value behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Name {
    /// A value follows behind `:` or `=`.
    Named,
    /// A value may also follow in a sentence.
    Password,
    /// Stands between a name and its value.
    Copula,
    /// A user and a password follow, with `/` between them.
    Credentials,
}

impl Name {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Named, "name"),
        (Self::Password, "password"),
        (Self::Copula, "copula"),
        (Self::Credentials, "credentials"),
    ];

    /// Whether a value may be near because of the word alone. Credentials need a divider as well.
    pub(super) fn tells(self) -> bool {
        matches!(self, Self::Named | Self::Password)
    }
}

/// Stands between a user and a password.
pub(super) const DIVIDER: &str = " / ";

/// How far behind its name a value is looked for, in bytes.
const REACH: usize = 120;

/// The value behind a name that ends at `end`.
pub(super) fn behind(text: &str, end: usize, name: Name, names: &Lexicon<Name>) -> Option<Range<usize>> {
    let rest = line(text, end).filter(|rest| rest.contains(|c: char| c.is_ascii_digit() || is_sign(c)))?;
    let found = match name {
        Name::Named => assigned(rest).filter(|value| is_value(rest.get(value.clone()), 6)),
        Name::Password => in_a_sentence(rest, names),
        Name::Credentials => behind_a_user(rest),
        Name::Copula => None,
    }?;
    Some(end + found.start..end + found.end)
}

/// The rest of the line, as far as it is looked at.
fn line(text: &str, from: usize) -> Option<&str> {
    let rest = text.get(from..)?;
    let mut length = rest.len().min(REACH);
    while !rest.is_char_boundary(length) {
        length -= 1;
    }
    let rest = rest.get(..length)?;
    rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len()))
}

/// `: value`, `= "value"`, `": "value"`.
fn assigned(rest: &str) -> Option<Range<usize>> {
    let sign = rest.find(|c: char| !matches!(c, '"' | '\'' | '`' | ']' | ')' | ' ' | '\u{201c}' | '*'))?;
    let signs = rest.get(sign..)?;
    let length = [":=", "=>", ":", "="].iter().find(|sign| signs.starts_with(**sign))?.len();
    value(rest, sign + length)
}

/// The value that begins behind blanks and opening marks, without the marks at its end.
fn value(rest: &str, from: usize) -> Option<Range<usize>> {
    let tail = rest.get(from..)?;
    let start = from + tail.find(|c: char| !is_opening(c))?;
    let quoted = rest.get(..start)?.chars().next_back().filter(|c| is_opening(*c) && *c != ' ');
    let tail = rest.get(start..)?;
    let end = tail.find(|c: char| c.is_whitespace() || is_closing(c, quoted)).unwrap_or(tail.len());
    let text = tail.get(..end)?.trim_end_matches(['.', ',', ';', ':', ')', '"', '\'', '`', '?']);
    Some(start..start + text.len())
}

fn is_opening(c: char) -> bool {
    matches!(c, ' ' | '"' | '\'' | '`' | '\u{201e}' | '\u{201c}' | '\u{ab}' | '\u{bb}' | '\u{201a}' | '\u{2018}')
}

/// Whether a character ends a value: a quotation mark, or where none has opened it what divides a list.
fn is_closing(c: char, quoted: Option<char>) -> bool {
    let is_mark = matches!(c, '"' | '`' | '\u{201d}' | '\u{201c}' | '\u{ab}' | '\u{bb}' | '\u{2019}');
    is_mark || (quoted == Some('\'') && c == '\'') || (quoted.is_none() && matches!(c, ';' | '|' | '<'))
}

/// `the password was …`, `the password „…“ hung on the wall`, `the password for the ward: …`.
fn in_a_sentence(rest: &str, names: &Lexicon<Name>) -> Option<Range<usize>> {
    if let Some(value) = assigned(rest) {
        return Some(value).filter(|value| is_value(rest.get(value.clone()), 6));
    }
    let clause = rest.get(..rest.find([',', '.', ';', '(']).unwrap_or(rest.len()))?;
    let behind_colon = || {
        let colon = clause.find(": ").filter(|&colon| clause.get(..colon).is_some_and(is_short))?;
        value(rest, colon + 1)
    };
    let is_strong = |value: &Range<usize>| is_strong(rest.get(value.clone()));
    // A colon may belong to what follows the value, so what stands before it is looked at as well.
    behind_colon()
        .filter(is_strong)
        .or_else(|| behind_copula(rest, clause, names))
        .or_else(|| value(rest, 0).filter(is_strong))
}

/// `was …`, `for the ward is …`
fn behind_copula(rest: &str, clause: &str, names: &Lexicon<Name>) -> Option<Range<usize>> {
    let folded = Folded::new(clause);
    let copula = names.find(folded.as_str()).into_iter().find(|hit| hit.kind == Name::Copula)?;
    let is_near = folded.as_str().get(..copula.start).is_some_and(is_short);
    let from = folded.origin(copula.start..copula.end).end;
    value(rest, from).filter(|value| is_near && is_value(rest.get(value.clone()), 6))
}

/// Whether only a few words stand here.
fn is_short(text: &str) -> bool {
    text.split_whitespace().count() <= 5
}

/// `: user / value`
fn behind_a_user(rest: &str) -> Option<Range<usize>> {
    let slash = rest.find(DIVIDER)?;
    let user = rest.get(..slash)?.trim_start_matches([':', ' ']);
    let is_user = !user.is_empty() && user.split_whitespace().count() <= 2;
    value(rest, slash + DIVIDER.len()).filter(|value| is_user && is_strong(rest.get(value.clone())))
}

/// Whether a value is left out, masked, or filled in later: `<password>`, `${DB_PASSWORD}`, `****`.
pub(super) fn is_hidden(value: &str) -> bool {
    let begins =
        value.starts_with("ENC[") || value.starts_with(['<', '$', '{', '[', '%', '!', '*', '(', '/', '\u{2026}']);
    let holds = ["{{", "${", "$(", "***", "xxxx", "XXXX", "...", "\u{2026}", "\u{2022}\u{2022}", "://", "<", ">"];
    let first = value.chars().next();
    begins || holds.iter().any(|mark| value.contains(mark)) || value.chars().all(|c| Some(c) == first)
}

/// Whether a value looks like a secret and not like a word, a date, a version or an id.
fn is_value(value: Option<&str>, shortest: usize) -> bool {
    let Some(value) = value.filter(|value| value.chars().count() >= shortest && !is_hidden(value)) else {
        return false;
    };
    let has = |test: fn(char) -> bool| value.chars().any(test);
    let letters = has(char::is_alphabetic);
    let others = has(|c| c.is_ascii_digit()) || has(is_sign);
    letters && others && !is_date(value) && !is_id(value) && !is_version(value) && !is_digest(value)
}

/// Whether a value can be nothing but a secret, wherever it stands.
pub(super) fn is_strong(value: Option<&str>) -> bool {
    let Some(text) = value.filter(|_| is_value(value, 8)) else { return false };
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (has(is_sign) && digits > 0) || (digits > 1 && has(char::is_uppercase) && has(char::is_lowercase))
}

/// Signs that words and names do not hold.
fn is_sign(c: char) -> bool {
    matches!(c, '!' | '#' | '$' | '%' | '&' | '*' | '+' | '=' | '?' | '@' | '^' | '~' | '\u{a7}')
}

fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() >= 8 && bytes.iter().take(4).all(u8::is_ascii_digit) && matches!(bytes.get(4), Some(b'-' | b'/' | b'.'))
}

/// `SEC-4711`, `INC-2026-0004`, `A.8.5`.
fn is_id(value: &str) -> bool {
    let mut parts = value.split(['-', '.', '/', '_']);
    let head = parts.next().unwrap_or_default();
    let named = !head.is_empty() && head.chars().all(|c| c.is_ascii_uppercase());
    named && parts.all(|part| part.chars().all(|c| c.is_ascii_digit()))
}

fn is_version(value: &str) -> bool {
    let rest = value.trim_start_matches('v');
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.split('.').take(2).filter(|part| part.parse::<u32>().is_ok()).count() == 2
}

/// `sha256:…`, `md5:…`
fn is_digest(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    ["sha", "md5"].iter().any(|name| lower.starts_with(name)) && value.contains([':', '-'])
}
