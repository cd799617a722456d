//! International bank account numbers: a country, its length, and check digits that are right.

use std::ops::Range;

/// How many characters a number has in each country.
const LENGTHS: [(&str, usize); 81] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// What may stand in front of a number without a blank.
const LABEL: &str = "IBAN";

/// Every number in a text whose check digits are right.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    heads(text.as_bytes()).filter_map(move |start| {
        let found = (start >= from).then(|| at(text, start)).flatten()?;
        from = found.end;
        Some(found)
    })
}

/// Where a number may begin: two letters stand before a digit.
fn heads(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 2;
    let digits = std::iter::from_fn(move || {
        let digit = from + bytes.get(from..)?.iter().position(u8::is_ascii_digit)?;
        from = digit + 1;
        Some(digit)
    });
    digits.filter(|&digit| bytes[digit - 1].is_ascii_alphabetic()).map(|digit| digit - 2)
}

fn at(text: &str, start: usize) -> Option<Range<usize>> {
    let head = text.as_bytes().get(start..start + 4)?;
    let [first, second, digits @ ..] = head else { return None };
    let is_lower = first.is_ascii_lowercase();
    let is_head =
        first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && second.is_ascii_lowercase() == is_lower;
    if !is_head || !digits.iter().all(u8::is_ascii_digit) || !begins(text.get(..start)?) {
        return None;
    }
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let (_, length) = LENGTHS.iter().find(|(known, _)| known.as_bytes() == country)?;
    let (number, end) = take(text.get(start..)?, *length, is_lower)?;
    (is_right(&number)).then_some(start..start + end)
}

/// Whether no word goes on here, besides the label.
fn begins(before: &str) -> bool {
    let letter = before.chars().next_back().is_some_and(char::is_alphanumeric);
    !letter || before.ends_with(LABEL)
}

/// Takes so many letters and digits, in groups or (in lower case) without, and says where they end; nothing may go on
/// behind them.
fn take(text: &str, length: usize, is_lower: bool) -> Option<(String, usize)> {
    let mut number = String::with_capacity(length);
    let mut gap = false;
    for (at, c) in text.char_indices() {
        if number.len() == length {
            return (!c.is_alphanumeric()).then_some((number, at));
        }
        match c {
            '0'..='9' => {
                number.push(c);
                gap = false;
            }
            c if c.is_ascii_alphabetic() && c.is_ascii_lowercase() == is_lower => {
                number.push(c);
                gap = false;
            }
            ' ' | '\u{a0}' | '\u{202f}' | '-' if !gap && !is_lower => gap = true,
            _ => return None,
        }
    }
    (number.len() == length).then_some((number, text.len()))
}

/// Whether the check digits are right: the number, its head moved to the end and letters as 10 to 35, is 1 modulo 97.
fn is_right(number: &str) -> bool {
    let (head, rest) = number.split_at(4);
    let digits = rest.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    let remainder = digits.fold(0, |sum, digit| if digit < 10 { sum * 10 + digit } else { sum * 100 + digit } % 97);
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn numbers_are_found_with_and_without_groups() {
        assert_eq!(found("to DE89 3704 0044 0532 0130 00."), ["DE89 3704 0044 0532 0130 00"]);
        assert_eq!(found("IBANDE89370400440532013000;"), ["DE89370400440532013000"]);
    }

    #[test]
    fn wrong_check_digits_and_longer_words_are_none() {
        assert!(found("DE88 3704 0044 0532 0130 00").is_empty());
        assert!(found("XDE89370400440532013000").is_empty());
        assert!(found("DE893704004405320130001").is_empty());
        assert!(found("DE89 3704 **** **** **** 00").is_empty());
    }
}
