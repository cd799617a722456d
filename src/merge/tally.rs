//! Findings, counted while they are read: a large result costs no more memory than its text.

use super::Counts;
use crate::config::Level;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The most rules that findings of one result may name; closeloop has about a hundred, and organisations add a few.
const MOST_RULES: usize = 2000;
/// The rule whose findings are actions that are overdue.
const OVERDUE: &str = "overdue-action";

/// What the findings of one result come to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The part of the counts that findings give.
    pub(super) counts: Counts,
    /// Errors that fail a run at every level of `--fail-on`.
    pub(super) failing: usize,
    /// Errors and warnings of each rule.
    pub(super) rules: BTreeMap<String, usize>,
}

/// What is read of a finding. Its texts are not: they may be missing, as privacy asks for.
#[derive(Deserialize)]
struct Finding {
    rule: String,
    level: Level,
    new: Option<bool>,
    waived: Option<Value>,
    baselined: Option<Value>,
    acknowledged: Option<Value>,
    due: Option<Value>,
}

impl Tally {
    fn count(&mut self, finding: Finding) {
        let counts = &mut self.counts;
        if is_said(finding.waived.as_ref()) {
            counts.waived += 1;
            return;
        }
        if is_said(finding.baselined.as_ref()) {
            counts.baselined += 1;
            return;
        }
        let is_loud = finding.level > Level::Note;
        match finding.level {
            Level::Error => counts.errors += 1,
            Level::Warning => counts.warnings += 1,
            Level::Note => counts.notes += 1,
        }
        self.failing += usize::from(finding.level == Level::Error && finding.new != Some(false));
        counts.new = match finding.new {
            Some(is_new) => Some(counts.new.unwrap_or(0) + usize::from(is_new && is_loud)),
            None => counts.new,
        };
        let is_breach = !is_said(finding.acknowledged.as_ref()) && !is_said(finding.due.as_ref());
        counts.overdue += usize::from(is_breach && finding.rule == OVERDUE);
        if is_loud {
            *self.rules.entry(finding.rule).or_default() += 1;
        }
    }
}

fn is_said(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null() && *value != Value::Bool(false))
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Counting)
    }
}

struct Counting;

impl<'de> Visitor<'de> for Counting {
    type Value = Tally;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of findings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut findings: A) -> Result<Tally, A::Error> {
        let mut tally = Tally::default();
        while let Some(finding) = findings.next_element::<Finding>()? {
            tally.count(finding);
            if tally.rules.len() > MOST_RULES {
                return Err(A::Error::custom(format!("findings of more than {MOST_RULES} rules")));
            }
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(findings: &str) -> Tally {
        serde_json::from_str(findings).unwrap_or_default()
    }

    #[test]
    fn what_is_waived_or_in_a_baseline_counts_as_that_alone() {
        let tally = tally(
            r#"[{"rule": "overdue-action", "level": "error", "waived": {"reason": "x"}},
                {"rule": "overdue-action", "level": "error", "baselined": true, "waived": null},
                {"rule": "overdue-action", "level": "warning", "baselined": false},
                {"rule": "overdue-action", "level": "note", "due": "2026-07-01"},
                {"rule": "late-review", "level": "note", "acknowledged": {"why": "x"}}]"#,
        );
        let expected = Counts { warnings: 1, notes: 2, waived: 1, baselined: 1, overdue: 1, ..Counts::default() };
        assert_eq!((tally.counts, tally.failing), (expected, 0));
        assert_eq!(tally.rules.into_iter().collect::<Vec<_>>(), [("overdue-action".to_owned(), 1)]);
    }

    #[test]
    fn what_stood_in_the_base_is_counted_and_does_not_fail() {
        let tally = tally(
            r#"[{"rule": "a", "level": "error", "new": false}, {"rule": "a", "level": "error", "new": true},
                {"rule": "b", "level": "note", "new": true}]"#,
        );
        assert_eq!((tally.counts.errors, tally.counts.new, tally.failing), (2, Some(1), 1));
    }

    #[test]
    fn a_flood_of_rules_is_refused() {
        let many: Vec<_> = (0..3000).map(|n| serde_json::json!({ "rule": n.to_string(), "level": "error" })).collect();
        assert!(serde_json::from_value::<Tally>(Value::Array(many)).is_err());
    }
}
