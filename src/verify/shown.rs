//! What may be shown of a verification: where no words of a record may leave, values that could be such are left out.

use super::{Kind, Part, Statement, Verification};
use crate::config::model::PrivacyLevel;
use crate::text::{Text, bare_id};
use chrono::NaiveDate;

/// Words that the program writes into a result, and no record.
const WORDS: [&str; 24] = [
    "",
    "W0",
    "W1",
    "W2",
    "W3",
    "act",
    "could-not-check",
    "edit",
    "error",
    "explain",
    "fail",
    "failed",
    "false",
    "full",
    "minimal",
    "not-run",
    "note",
    "null",
    "pass",
    "passed",
    "reduced",
    "true",
    "waived",
    "warning",
];

/// The verification at a level of privacy.
pub(super) fn shown(mut verification: Verification, level: PrivacyLevel) -> Verification {
    verification.privacy = level;
    if level != PrivacyLevel::Full {
        let statements = verification.files.iter_mut().flat_map(|file| &mut file.statements);
        statements.for_each(|statement| reduce(statement, level));
        let ids = verification.pack.iter_mut().flat_map(|pack| &mut pack.sample);
        ids.for_each(|id| *id = bare_id(id).to_owned());
    }
    verification
}

fn reduce(statement: &mut Statement, level: PrivacyLevel) {
    if matches!(statement.kind, Kind::Row | Kind::Entry | Kind::Digest) {
        statement.subject = Text::new(bare_id(statement.subject.as_str()));
    }
    for part in &mut statement.parts {
        let is_plain = [&part.pack, &part.repository].into_iter().flatten().all(|value| is_plain(value.as_str()));
        if level == PrivacyLevel::Minimal || !is_plain {
            *part = Part { name: part.name.clone(), pack: None, repository: None, withheld: true };
        }
    }
}

/// Whether a value is a number, a day, a digest or a word of the program.
fn is_plain(value: &str) -> bool {
    let is_number = value.parse::<u64>().is_ok();
    let is_day = NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok();
    let is_digest = matches!(value.len(), 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number || is_day || is_digest || WORDS.contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_digests_are_plain_and_words_of_a_record_are_not() {
        for value in ["17", "2026-03-02", "not-run", &"a1".repeat(20)] {
            assert!(is_plain(value), "{value}");
        }
        for value in ["Eva", "2026-03-02 by eva", "verified", "12a", "dead beef"] {
            assert!(!is_plain(value), "{value}");
        }
    }
}
