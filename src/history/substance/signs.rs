//! A text as the signs that carry its meaning: letters and figures, without regard to how they are set.
//!
//! Case, quotes, dashes, hyphens, invisible characters, composed or decomposed letters and the blanks between words
//! change nothing. What turns a rule into another one does: figures, `<` before a number, a sign, a tick.

use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization;

/// The signs of a text. `last` is the last sign before it, so that two numbers do not become one.
pub(super) fn of(text: &str, last: &mut char) -> String {
    let plain: Vec<char> = match text.is_ascii() {
        true => text.chars().map(|c| c.to_ascii_lowercase()).collect(),
        false => text.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).map(alike).collect(),
    };
    let mut signs = String::with_capacity(plain.len());
    let mut is_apart = true;
    for (at, c) in plain.iter().enumerate() {
        let told = if c.is_alphanumeric() { Some(*c) } else { sign(&plain, at) };
        let Some(told) = told else {
            is_apart = true;
            continue;
        };
        if is_apart && told.is_numeric() && last.is_numeric() {
            signs.push('\u{1f}');
        }
        // Writing to a text does not fail.
        let _ = signs.write_char(told);
        (*last, is_apart) = (told, false);
    }
    signs
}

/// Characters that nobody sees.
fn is_invisible(c: char) -> bool {
    let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{34f}');
    is_selector || (!c.is_control() && crate::text::is_hidden(c))
}

/// Letters of other scripts that look like Latin ones stand for them: nobody sees the difference.
fn alike(c: char) -> char {
    match c {
        '\u{430}' => 'a',
        '\u{435}' => 'e',
        '\u{43e}' | '\u{3bf}' => 'o',
        '\u{440}' | '\u{3c1}' => 'p',
        '\u{441}' => 'c',
        '\u{443}' => 'y',
        '\u{445}' => 'x',
        '\u{456}' | '\u{3b9}' => 'i',
        '\u{455}' => 's',
        '\u{458}' => 'j',
        '\u{3bd}' => 'v',
        c => c,
    }
}

/// A mark that means something where it stands.
fn sign(plain: &[char], at: usize) -> Option<char> {
    let c = *plain.get(at)?;
    let after = |from: usize| plain.iter().skip(from).find(|c| !c.is_whitespace()).copied();
    let before = || plain.get(..at)?.iter().rev().find(|c| !c.is_whitespace()).copied();
    let beside = at.checked_sub(1).and_then(|at| plain.get(at)).copied();
    let is_number = |c: Option<char>| c.is_some_and(|c| c.is_numeric() || "€$£¥".contains(c));
    let has_equals = plain.get(at + 1) == Some(&'=');
    let next = after(at + 1 + usize::from(has_equals));
    match c {
        '\u{2611}' => Some(c),
        '<' | '≤' if is_number(next) => Some(if has_equals { '≤' } else { c }),
        '>' | '≥' if is_number(next) && !matches!(beside, Some('-' | '=')) => {
            Some(if has_equals { '≥' } else { c })
        }
        '≠' | '±' if is_number(next) => Some(c),
        '!' if has_equals && is_number(next) => Some('≠'),
        '-' | '\u{2212}' if is_number(plain.get(at + 1).copied()) => {
            let is_minus = !beside.is_some_and(char::is_alphanumeric) && !is_number(before());
            is_minus.then_some('-')
        }
        '%' | '‰' | '°' if is_number(before()) => Some(c),
        '€' | '$' | '£' | '¥' if is_number(before()) || is_number(after(at + 1)) => Some(c),
        _ => None,
    }
}
