//! What a tree was found to be, kept for the run that compares with it: a hook judges the index against `HEAD`, and
//! `HEAD` is most often the index that the hook before it judged.
//!
//! It follows from the tree, the options and this very program. It is believed only where these are the same, where
//! nothing that governs the judgement differs between both trees, and where the commits that records name are there, or
//! not, as they were. Otherwise the base is read and judged.

use super::judge::{CONFIG_NAME, Judgement, Options};
use super::{BASELINE_NAME, ProblemKind};
use crate::config::{Rulebook, WAIVERS_NAME};
use crate::git::{EntryKind, Snapshot, TreeEntry, program};
use crate::population::{Paths, Population};
use crate::record::register::RegisterKind;
use crate::rules;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The name of the file, and the beginning of it.
const NAME: &str = "stood";
const MAGIC: &str = "closeloop stood 1\n";
const SUM: usize = 32;
/// How many trees are remembered.
const MOST: usize = 6;

/// A short name for a tree with everything that decides about its judgement.
type Key = [u8; SUM];

/// What a tree was found to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The fingerprint of each finding, and whether it was a breach that nothing covered.
    pub findings: Vec<(String, bool)>,
    /// The file of each record, and its id.
    pub records: Vec<(Box<str>, Option<Box<str>>)>,
    /// The commits that records name, and whether they were there.
    commits: Vec<(String, Option<bool>)>,
}

impl Remembered {
    /// What a judgement says of its tree alone; `None` where that cannot be told.
    pub(super) fn of(judgement: &Judgement) -> Option<Self> {
        let Judgement { verdict, population, .. } = judgement;
        let is_empty = verdict.problems.iter().any(|problem| problem.kind == ProblemKind::EmptyPopulation);
        if is_empty || has_comments(population) {
            return None;
        }
        let records = population
            .incidents
            .iter()
            .map(|incident| (population.path(incident.source).as_str().into(), incident.id().map(Into::into)));
        Some(Self {
            findings: verdict.findings.iter().map(|found| (found.fingerprint.clone(), found.is_open())).collect(),
            records: records.collect(),
            commits: population.named_commits().map(|(id, is_there)| (id.to_owned(), is_there)).collect(),
        })
    }

    /// The same of a tree that was judged beside a base: what rules find there by comparing is not of the tree alone,
    /// unless the base has it as well.
    pub(super) fn beside(judgement: &Judgement, base: &HashMap<&str, bool>) -> Option<Self> {
        let mut seen = judgement.verdict.findings.iter().filter(|found| rules::SEE_BASE.contains(&found.rule.as_str()));
        if seen.all(|found| base.contains_key(found.fingerprint.as_str())) { Self::of(judgement) } else { None }
    }

    fn still_holds(&self, snapshot: &Snapshot) -> bool {
        self.commits.iter().all(|(id, was_there)| snapshot.has_commit(id) == *was_there)
    }
}

/// What is known of a base from an earlier run, where nothing else of it has to be known.
pub(super) fn recall(
    (snapshot, population): (&Snapshot, &Population),
    base: &Snapshot,
    book: &Rulebook,
    options: &Options,
) -> Option<Remembered> {
    if !is_possible(snapshot, book, options) || has_comments(population) {
        return None;
    }
    let governing = |tree| governing(tree, book, population);
    if governing(snapshot)? != governing(base)? {
        return None;
    }
    let key = key(base, options)?;
    let known = read(base)?.into_iter().find(|(known, _)| *known == key)?.1;
    known.still_holds(snapshot).then_some(known)
}

/// Keeps what was found of trees, the newest last.
pub(super) fn keep<'s>(
    book: &Rulebook,
    options: &Options,
    found: impl IntoIterator<Item = (&'s Snapshot, Option<Remembered>)>,
) {
    let found = found.into_iter().filter(|(snapshot, _)| is_possible(snapshot, book, options));
    let mut place = None;
    let mut new: Vec<(Key, Remembered)> = Vec::new();
    for (snapshot, found) in found {
        place = Some(snapshot);
        new.extend(key(snapshot, options).zip(found));
    }
    let Some(place) = place.filter(|_| !new.is_empty()) else { return };
    let mut all = read(place).unwrap_or_default();
    if new.iter().all(|one| all.contains(one)) {
        return;
    }
    all.retain(|(key, _)| new.iter().all(|(new, _)| new != key));
    all.extend(new);
    let oldest = all.len().saturating_sub(MOST);
    write(place, all.get(oldest..).unwrap_or_default());
}

/// Whether a tree and what it says are all that a judgement is made of.
fn is_possible(snapshot: &Snapshot, book: &Rulebook, options: &Options) -> bool {
    snapshot.has_memo() && !options.history && book.config.evidence.repositories.is_empty()
}

/// Waivers that stand in records: which of them are new is seen only beside those of the base.
fn has_comments(population: &Population) -> bool {
    population.waivers.iter().any(crate::record::Waiver::is_comment)
}

/// What decides how records are judged, besides them: configuration, waivers, baseline, and who is who.
fn governing<'t>(tree: &'t Snapshot, book: &Rulebook, population: &Population) -> Option<Vec<(&'t str, Vec<u8>)>> {
    let paths = Paths::new(book);
    let people = paths.register(RegisterKind::People);
    let own = [CONFIG_NAME, WAIVERS_NAME, BASELINE_NAME, ".mailmap"];
    let configuration = population.configuration();
    let governs = |entry: &&TreeEntry| {
        own.contains(&entry.path.file_name())
            || configuration == Some(&entry.path)
            || people.is_some_and(|people| people.claims(&entry.path, &entry.match_path()))
    };
    let object = |entry: &'t TreeEntry| Some((entry.path.as_str(), tree.object(entry)?.as_bytes().to_vec()));
    tree.entries().iter().filter(governs).map(object).collect()
}

/// The name of a tree; `None` where not all of it is in git.
fn key(tree: &Snapshot, options: &Options) -> Option<Key> {
    let Options { as_of, rules, profile, frameworks, config, .. } = options;
    let mut sum = Sha256::new();
    let asked = (rules, profile, frameworks, config);
    let said = (as_of.as_ref()?.to_string(), asked, tree.prefix(), tree.remote_origin());
    sum.update(postcard::to_allocvec(&said).ok()?);
    for entry in tree.entries() {
        let object = match entry.kind {
            EntryKind::File => tree.object(entry)?.as_bytes().to_vec(),
            kind => vec![kind as u8],
        };
        for part in [entry.raw_path(), &object] {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
    }
    Some(sum.finalize().into())
}

fn head() -> Option<Vec<u8>> {
    Some(format!("{MAGIC}{}\n", program()?).into_bytes())
}

fn read(snapshot: &Snapshot) -> Option<Vec<(Key, Remembered)>> {
    let bytes = snapshot.memo(NAME)?;
    let (sum, body) = bytes.strip_prefix(head()?.as_slice())?.split_at_checked(SUM)?;
    postcard::from_bytes(body).ok().filter(|_| Sha256::digest(body)[..] == *sum)
}

fn write(snapshot: &Snapshot, all: &[(Key, Remembered)]) {
    if let Some((head, body)) = head().zip(postcard::to_allocvec(all).ok()) {
        snapshot.leave_memo(NAME, &[&head, &Sha256::digest(&body), &body]);
    }
}
