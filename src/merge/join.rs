//! All repositories together: who is worst, which rules find something where, and what makes results unlike.

use super::read::{Piece, problem, refused};
use super::{Merged, Repository, RuleCount, SCHEMA, Summary};
use crate::text::Text;
use crate::verdict::Ending;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The most names that one remark lists.
const MOST_NAMES: usize = 5;

/// Repositories that were expected and of which nothing came.
pub fn unheard(expected: &[String], pieces: &[Piece]) -> Vec<Piece> {
    let is_known = |name: &&String| pieces.iter().any(|piece| piece.repository.name == Text::new(name));
    let mut missing: Vec<&String> = expected.iter().filter(|name| !is_known(name)).collect();
    missing.sort_unstable();
    missing.dedup();
    let help = "Its job did not end, or did not hand over its result: look at its log, and run it again.";
    let of = |name: &String| refused(name, None, problem("it was expected, and there is no result of it", help));
    missing.into_iter().map(of).collect()
}

/// Joins repositories. `notes` is what is known of them already.
pub fn joined(mut pieces: Vec<Piece>, notes: Vec<Text>) -> Merged {
    pieces.sort_by(|a, b| a.repository.name.cmp(&b.repository.name));
    let rules = rules(&pieces);
    let contradictions: Vec<Text> = pieces.iter().filter_map(|piece| piece.note.clone()).collect();
    let repositories: Vec<Repository> = pieces.into_iter().map(|piece| piece.repository).collect();
    let remarks = [same_commit(&repositories), unlike(&repositories), bases(&repositories)].concat();
    Merged {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // Nothing at all is nothing that passed.
        verdict: repositories.iter().map(|one| one.verdict).max().unwrap_or(Ending::CouldNotCheck),
        summary: summary(&repositories),
        rules,
        notes: [notes, contradictions, remarks].concat(),
        repositories,
    }
}

fn summary(repositories: &[Repository]) -> Summary {
    let of = |ending: Ending| repositories.iter().filter(|one| one.verdict == ending).count();
    let mut summary = Summary {
        repositories: repositories.len(),
        passed: of(Ending::Pass),
        failed: of(Ending::Fail),
        could_not_check: of(Ending::CouldNotCheck),
        ..Summary::default()
    };
    repositories.iter().filter_map(|one| one.counts.as_ref()).for_each(|counts| summary.counts.add(counts));
    summary
}

fn rules(pieces: &[Piece]) -> Vec<RuleCount> {
    let mut rules: BTreeMap<&Text, RuleCount> = BTreeMap::new();
    for piece in pieces {
        for (id, found) in &piece.rules {
            let none = || RuleCount { id: id.clone(), findings: 0, repositories: Vec::new() };
            let count = rules.entry(id).or_insert_with(none);
            count.findings += found;
            count.repositories.push(piece.repository.name.clone());
        }
    }
    let mut rules: Vec<RuleCount> = rules.into_values().collect();
    rules.sort_by_key(|rule| Reverse((rule.repositories.len(), rule.findings)));
    rules
}

/// Results of one commit may be one repository that is counted twice.
fn same_commit(repositories: &[Repository]) -> Vec<Text> {
    let commits = by(repositories, |one| one.commit.as_ref().map(ToString::to_string));
    let twice = commits.into_iter().filter(|(_, names)| names.len() > 1);
    twice
        .map(|(commit, names)| {
            let commit: String = commit.chars().take(7).collect();
            format!("{} are results of the same commit {commit}: one repository may be counted twice", list(&names))
        })
        .map(Text::from)
        .collect()
}

/// Results of different days or versions are no comparison.
fn unlike(repositories: &[Repository]) -> Vec<Text> {
    let days = by(repositories, |one| one.as_of.map(|day| day.to_string()));
    let versions = by(repositories, |one| one.version.as_ref().map(ToString::to_string));
    let told = |what: &str, groups: BTreeMap<String, Vec<&str>>| {
        let parts = groups.iter().map(|(value, names)| format!("{value} ({})", list(names)));
        let all = parts.collect::<Vec<_>>().join("; ");
        (groups.len() > 1).then(|| Text::from(format!("{what}: {all}")))
    };
    let days = told("the results are as of different days, on which different things are due", days);
    days.into_iter().chain(told("the results are of different versions of closeloop", versions)).collect()
}

/// Where some are compared with a base and some are not, passing does not mean the same.
fn bases(repositories: &[Repository]) -> Vec<Text> {
    let checked = repositories.iter().filter(|one| one.counts.is_some());
    let (based, whole): (Vec<&Repository>, Vec<&Repository>) = checked.partition(|one| one.base.is_some());
    if based.is_empty() || whole.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = based.iter().map(|one| one.name.as_str()).collect();
    let note =
        format!("only what is new fails in {}, which were compared with a base; the others were not", list(&names));
    vec![Text::from(note)]
}

/// Names of repositories by something that they have.
fn by(repositories: &[Repository], key: impl Fn(&Repository) -> Option<String>) -> BTreeMap<String, Vec<&str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in repositories {
        if let Some(key) = key(one) {
            groups.entry(key).or_default().push(one.name.as_str());
        }
    }
    groups
}

/// `a, b and 3 more`
fn list(names: &[&str]) -> String {
    let (named, more) = names.split_at(names.len().min(MOST_NAMES));
    let all = named.join(", ");
    if more.is_empty() { all } else { format!("{all} and {} more", more.len()) }
}
