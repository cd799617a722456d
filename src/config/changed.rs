//! What a change of the configuration does to the rules, and the rules as they were before it.

use super::Rulebook;
use crate::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// A key by which findings come and go, and what it says before and after a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// The dotted key.
    pub key: String,
    /// The value before; `None` where nothing was written.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// Keys by which findings come and go. Where files lie and how they are read is not among them: files may move.
const RULES: [&str; 11] = [
    "profile",
    "edition",
    "organisation",
    "incidents.paths",
    "incidents.exclude",
    "review",
    "severity",
    "thresholds",
    "rules",
    "history",
    "frameworks",
];

/// The keys of two configurations that differ and by which findings come and go.
pub fn changed_keys(before: Option<&Source>, after: Option<&Source>) -> Vec<Changed> {
    let (before, after) = (keys(before), keys(after));
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |key: &String| {
        let (before, after) = (before.get(key).cloned(), after.get(key).cloned());
        (before != after).then(|| Changed { key: key.clone(), before, after })
    };
    all.into_iter().filter_map(change).collect()
}

fn keys(source: Option<&Source>) -> BTreeMap<String, String> {
    let table = source.and_then(|source| toml::from_str::<toml::Table>(source.text()).ok()).unwrap_or_default();
    let mut keys = BTreeMap::new();
    for (key, value) in &table {
        flatten(key, value, &mut keys);
    }
    keys
}

fn flatten(key: &str, value: &toml::Value, keys: &mut BTreeMap<String, String>) {
    match value {
        // An own rule is one thing, whatever its parts.
        toml::Value::Array(rules) if key == "rule" => {
            for rule in rules {
                let id = rule.get("id").and_then(toml::Value::as_str).unwrap_or_default();
                keys.insert(format!("rule.{id}"), said(rule));
            }
        }
        toml::Value::Table(table) => match ["value", "level"].iter().find_map(|inner| table.get(*inner)) {
            // `{ value = 60, source = "IMS1 8.4" }`: the source is no rule.
            Some(inner) if !matches!(inner, toml::Value::Table(_)) && is_rule(key) => {
                keys.insert(key.to_owned(), said(inner));
            }
            _ => table.iter().for_each(|(name, value)| flatten(&format!("{key}.{name}"), value, keys)),
        },
        _ if is_rule(key) && !key.ends_with(".source") => {
            keys.insert(key.to_owned(), said(value));
        }
        _ => {}
    }
}

fn is_rule(key: &str) -> bool {
    RULES.iter().any(|rule| key.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// A value as people write it: a text without its quotes.
fn said(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

impl Rulebook {
    /// These files, judged by the rules of another configuration: its levels, thresholds, windows and own rules. What
    /// one of the two takes for a record is one, and a severity word means what the other says.
    #[must_use]
    pub fn under(&self, other: &Self) -> Self {
        let mut book = self.clone();
        let (config, rules) = (&mut book.config, &other.config);
        config.profile.clone_from(&rules.profile);
        config.edition.clone_from(&rules.edition);
        config.organisation = rules.organisation.clone();
        config.review = rules.review.clone();
        config.severity = rules.severity.clone();
        config.thresholds = rules.thresholds.clone();
        config.rules = rules.rules.clone();
        config.rule.clone_from(&rules.rule);
        config.history = rules.history.clone();
        config.frameworks = rules.frameworks.clone();
        let paths =
            |book: &Self| book.config.incidents.paths.clone().unwrap_or_else(|| vec!["incidents/**".to_owned()]);
        let mut records = paths(self);
        records.extend(paths(other).into_iter().filter(|path| !paths(self).contains(path)));
        config.incidents.paths = Some(records);
        config.incidents.exclude.retain(|path| rules.incidents.exclude.contains(path));
        book.levels = other.levels.clone();
        book.frameworks.clone_from(&other.frameworks);
        book.tightened.clone_from(&other.tightened);
        book.severities.extend(other.severities.iter().map(|(word, class)| (word.clone(), *class)));
        book
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn changes(before: &str, after: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let source = |text: &str| Source::from_text(RepoPath::new("closeloop.toml"), text);
        let changes = changed_keys(Some(&source(before)), Some(&source(after)));
        changes.into_iter().map(|change| (change.key, change.before, change.after)).collect()
    }

    #[test]
    fn a_source_is_no_change_and_a_value_is_one() {
        let before = "[thresholds]\nhorizon = 365\n[rules]\nlate-review = 'error'\n";
        let same =
            "[thresholds]\nhorizon = { value = 365, source = 'IMS1' }\n[rules]\nlate-review = { level = 'error' }\n";
        assert_eq!(changes(before, same), []);
        let found = changes(before, "[thresholds]\nhorizon = 900\n[rules]\nlate-review = 'off'\n");
        let change = |key: &str, before: &str, after: &str| (key.into(), Some(before.into()), Some(after.into()));
        assert_eq!(found, [change("rules.late-review", "error", "off"), change("thresholds.horizon", "365", "900")]);
    }

    #[test]
    fn where_files_lie_is_no_rule_and_own_rules_are_known_by_their_id() {
        assert_eq!(changes("", "[registers.risks]\npath = 'risks.csv'\n[dates]\norder = 'mdy'\n"), []);
        let own = "[[rule]]\nid = 'untold-regulator'\nmessage = 'x'\n";
        assert_eq!(changes(own, "")[0].0, "rule.untold-regulator");
    }
}
