//! What stands behind a report: ids in their order, lists of other systems, roles, and the configuration as it was used.

use super::Teller;
use super::parts::{ListLine, Role, SeriesLine};
use crate::git::Snapshot;
use crate::record::Incident;
use crate::text::Text;
use std::collections::BTreeMap;

/// The longest configuration that is shown in full, in lines.
const MOST_LINES: usize = 2_000;

/// Numbered ids by what they begin with, of all records.
pub(super) fn series(teller: &Teller<'_>) -> Vec<SeriesLine> {
    let mut series: BTreeMap<&str, BTreeMap<u64, &str>> = BTreeMap::new();
    for id in teller.population.incidents.iter().filter_map(Incident::id) {
        if let Some((prefix, number)) = numbered(id) {
            series.entry(prefix).or_default().entry(number).or_insert(id);
        }
    }
    let line = |(prefix, ids): (&str, BTreeMap<u64, &str>)| {
        let (first, last) = (ids.first_key_value()?, ids.last_key_value()?);
        Some(SeriesLine {
            prefix: Text::new(prefix),
            first: Text::new(first.1),
            last: Text::new(last.1),
            there: ids.len(),
            numbers: last.0 - first.0 + 1,
        })
    };
    series.into_iter().filter_map(line).collect()
}

/// `INC-2026-` and 4.
fn numbered(id: &str) -> Option<(&str, u64)> {
    let digits = id.len() - id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (prefix, number) = id.split_at_checked(id.len() - digits)?;
    Some((prefix, number.parse().ok().filter(|number| *number < 1_000_000_000)?))
}

/// Lists that the configuration names, against the records.
pub(super) fn lists(teller: &Teller<'_>) -> Vec<ListLine> {
    let of_rule = |field: &str| {
        let findings = teller.verdict.findings.iter();
        findings.filter(|judged| judged.rule == "unmatched-population" && judged.field.as_str() == field).count()
    };
    let line = |(name, export): (&String, &crate::record::register::Register)| ListLine {
        name: Text::new(name),
        rows: export.rows.len(),
        unmatched: of_rule(&format!("exports.{name}")),
    };
    teller.population.exports.iter().map(line).collect()
}

/// How many records stand in none of the lists.
pub(super) fn unlisted(teller: &Teller<'_>) -> usize {
    let findings = teller.verdict.findings.iter();
    findings.filter(|judged| judged.rule == "unmatched-population" && judged.field.as_str() == "id").count()
}

/// The roles of the people register, without names.
pub(super) fn roles(teller: &Teller<'_>) -> Vec<Role> {
    let mut roles: BTreeMap<&str, usize> = BTreeMap::new();
    let as_of = teller.verdict.as_of;
    let there = teller.population.people.iter().filter(|person| person.left.is_none_or(|left| left > as_of));
    for role in there.flat_map(|person| &person.roles) {
        *roles.entry(role).or_default() += 1;
    }
    roles.into_iter().map(|(role, count)| (teller.say(role), count)).collect()
}

/// The lines of the configuration, without what is secret in them.
pub(super) fn configuration(teller: &Teller<'_>, snapshot: &Snapshot) -> Vec<Text> {
    let Some(path) = teller.population.configuration() else { return Vec::new() };
    let bytes = snapshot.entry(path.as_str()).and_then(|entry| snapshot.read(entry).ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let secret: Vec<_> = teller.secrets.find(&text).into_iter().map(|secret| secret.range).collect();
    let mut at = 0;
    let mut lines: Vec<Text> = Vec::new();
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        let range = at..at + line.len();
        at = range.end;
        let is_secret = secret.iter().any(|secret| secret.start < range.end && range.start < secret.end);
        let key = line.split('=').next().unwrap_or_default().trim_end();
        lines.push(if is_secret { Text::new(format!("{key} = [secret]")) } else { Text::new(line.trim_end()) });
    }
    let left = text.lines().count().saturating_sub(MOST_LINES);
    if left > 0 {
        lines.push(Text::of_run(format!("… and {left} more lines")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_prefix_and_a_number() {
        assert_eq!(numbered("INC-2026-0004"), Some(("INC-2026-", 4)));
        assert_eq!(numbered("Störung-12"), Some(("Störung-", 12))); // typos:ignore
        assert_eq!((numbered("vpn"), numbered("INC-99999999999")), (None, None));
    }
}
