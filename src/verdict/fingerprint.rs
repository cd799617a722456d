//! Fingerprints: stable when lines move, and of a record's values no more than a hash.

use crate::population::Population;
use crate::rules::Finding;
use crate::vocabulary::fold;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Gives each finding of a run its fingerprint.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<String, u32>,
}

impl Fingerprints {
    /// SHA-256 over rule, record, field and normalised value (of a secret none), keyed with the record's id, with an
    /// ordinal among equals.
    pub(super) fn of(&mut self, rule: &str, finding: &Finding, population: &Population) -> String {
        let record = finding.record.as_deref().unwrap_or_else(|| population.sources.path(finding.place).as_str());
        // A hash would give a value back that can be guessed: secrets of a record are told apart by their number alone.
        let value = if finding.is_secret { String::new() } else { fold(population.sources.text(finding.place)) };
        let field = stable_field(finding, population);
        let parts = [record, rule, &field, &finding.key, &value];
        let base = hash(&parts);
        let ordinal = self.seen.entry(base.clone()).or_default();
        *ordinal += 1;
        match *ordinal {
            1 => base,
            n => hash(&[&base, &n.to_string()]),
        }
    }
}

/// The field with reviews named by kind and date, and other entries without id by themselves: the value tells
/// them apart, so their number is left out.
fn stable_field(finding: &Finding, population: &Population) -> String {
    let parts: Vec<&str> = finding.field.split('.').collect();
    let record = finding.record.as_deref().and_then(|id| population.incident(id));
    let name = |index: usize, part: &str| -> String {
        let number = part.parse::<usize>().ok();
        let review = number.filter(|_| index == 1 && parts[0] == "reviews");
        let review = review.and_then(|n| record?.reviews.items().get(n));
        match (review, number) {
            (Some(review), _) => {
                format!("{}@{}", review.kind(), review.date.value().map_or(String::new(), ToString::to_string))
            }
            (None, Some(_)) => "*".to_owned(),
            (None, None) => part.to_owned(),
        }
    };
    parts.iter().enumerate().map(|(index, part)| name(index, part)).collect::<Vec<_>>().join(".")
}

fn hash(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    let nibbles = digest.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}
