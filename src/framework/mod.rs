//! Frameworks as data: what each clause asks for, in our own short words, which rules look at a part of it, and which
//! limits it sets. A rule *supports* a clause; whether a clause is met is for people to say.

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The framework that is shown where none is named.
pub const USUAL: &str = "iso27001";

static PACKS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/framework/packs");

/// The rules that look at one thing, by its name: what clauses ask for.
static GROUPS: LazyLock<BTreeMap<String, Vec<String>>> =
    // The file is part of the program and a test reads it, so a failure cannot reach a user.
    LazyLock::new(|| toml::from_str(include_str!("groups.toml")).unwrap_or_default());

static ALL: LazyLock<BTreeMap<&'static str, Framework>> = LazyLock::new(|| {
    let read = |file: &'static include_dir::File<'static>| {
        let name = file.path().file_stem()?.to_str()?;
        let pack: Framework = toml::from_str(file.contents_utf8()?).ok()?;
        Some((name, Framework { name, ..pack }))
    };
    PACKS.files().filter_map(read).collect()
});

/// One framework.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// What the command line and the configuration call it: `nis2`.
    #[serde(skip)]
    pub name: &'static str,
    /// What people call it, with its edition.
    pub title: String,
    /// Its clauses, in the order in which they are shown.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
    /// The limits that it sets.
    #[serde(default, rename = "limit")]
    pub limits: Vec<Limit>,
}

/// One clause, or a few that ask for one thing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its identifier.
    pub id: String,
    /// What it asks for, in our own words.
    pub wording: String,
    /// Groups of rules that look at a part of it.
    #[serde(default)]
    groups: Vec<String>,
    /// Single rules that do.
    #[serde(default)]
    rules: Vec<String>,
}

/// A limit: a number that the configuration may undercut and not exceed, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The key of the configuration: `thresholds.pattern_within`, or a review window.
    pub key: String,
    /// The number.
    pub days: i64,
    /// The clause that it comes from.
    pub clause: String,
}

impl Clause {
    /// The rules that look at a part of it, sorted.
    pub fn rules(&self) -> BTreeSet<&str> {
        let of_groups = self.groups.iter().filter_map(|group| GROUPS.get(group)).flatten();
        of_groups.chain(&self.rules).map(String::as_str).collect()
    }
}

/// The framework of a name.
pub fn find(name: &str) -> Option<&'static Framework> {
    ALL.get(name.to_ascii_lowercase().as_str())
}

/// All names, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.keys().copied()
}

/// Why a name that people may expect is not there.
pub fn why_not(name: &str) -> Option<&'static str> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    name.contains("cyberessentials")
        .then_some("Cyber Essentials asks for nothing about incidents or what they teach, so there is nothing to map.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_can_be_read_and_has_wordings_of_its_own() {
        assert_eq!(ALL.len(), PACKS.files().count(), "a pack that cannot be read is not there");
        for framework in ALL.values() {
            let mut ids = BTreeSet::new();
            for clause in &framework.clauses {
                assert!(ids.insert(&clause.id), "{}: {} twice", framework.name, clause.id);
                assert!(!clause.rules().is_empty(), "{}: nothing supports {}", framework.name, clause.id);
                assert!(clause.wording.ends_with('.') && clause.wording.len() <= 130, "{}", clause.wording);
                let unknown = clause.groups.iter().find(|group| !GROUPS.contains_key(*group));
                assert_eq!(unknown, None, "{}: {}", framework.name, clause.id);
            }
        }
    }

    #[test]
    fn a_name_is_known_in_any_case_and_what_has_nothing_to_map_is_not_mapped() {
        assert_eq!(find("NIS2").map(|framework| framework.name), Some("nis2"));
        assert!(find("cyber-essentials").is_none() && why_not("Cyber Essentials Plus").is_some());
        assert!(why_not("nis").is_none());
    }
}
