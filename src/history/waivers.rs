//! Since when waivers have been stated, and since when the lines have stood that they may cover.

use super::targets::Files;
use super::tracks::{Content, FileVersions};
use crate::config::{Rulebook, read_waivers};
use crate::git::Past;
use crate::population::{Population, read_waiver_keys};
use crate::record::{Waiver, WaiverKey, line_digest};
use crate::source::{RepoPath, Source, SourceId};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

/// What history knows of waivers.
#[derive(Debug, Default)]
pub struct Waived {
    waivers: HashMap<WaiverKey, u32>,
    files: HashMap<RepoPath, Lines>,
}

/// Of one file: the landing that brought it, and those since which it has held each of its lines.
#[derive(Debug, Default)]
struct Lines {
    first: Option<u32>,
    since: HashMap<u64, u32>,
}

impl Waived {
    /// The landing since which a waiver has been stated.
    pub fn since(&self, key: &WaiverKey) -> Option<u32> {
        self.waivers.get(key).copied()
    }

    /// The landing since which a file that a waiver covers has held a line; without a line, the one that brought it.
    pub fn stood(&self, path: &RepoPath, line: Option<&str>) -> Option<u32> {
        let file = self.files.get(path)?;
        line.map_or(file.first, |line| file.since.get(&line_digest(line)).copied())
    }
}

/// Reads the versions of the file of waivers, and of the files that waivers cover.
pub(super) fn read(past: &Past<'_>, book: &Rulebook, population: &Population, files: &Files) -> Waived {
    let mut waived = Waived::default();
    if population.waivers.is_empty() {
        return waived;
    }
    if let Some(file) = population.waiver_file().and_then(|path| files.get(path)) {
        let keys = |bytes: Vec<u8>| {
            let source = Source::decode(file.path.clone(), bytes);
            let waivers = read_waivers(SourceId(u32::MAX), &source, &book.calendar).ok()?;
            Some(waivers.iter().map(Waiver::key).collect())
        };
        waived.waivers = unbroken(past, file, keys).1;
    }
    let comments: BTreeSet<&RepoPath> = population
        .waivers
        .iter()
        .filter(|waiver| waiver.is_comment())
        .map(|waiver| population.path(waiver.home.source()))
        .collect();
    let comments: Vec<&FileVersions> = comments.into_iter().filter_map(|path| files.get(path)).collect();
    let keys = comments.into_par_iter().map(|file| {
        let read = |bytes| Some(read_waiver_keys(book, &file.path, bytes).into_iter().collect());
        unbroken(past, file, read).1
    });
    let keys: Vec<HashMap<WaiverKey, u32>> = keys.collect();
    waived.waivers.extend(keys.into_iter().flatten());
    let covered: Vec<&FileVersions> = covered(population).into_iter().filter_map(|path| files.get(path)).collect();
    let lines = covered.into_par_iter().map(|file| {
        let read = |bytes| {
            let source = Source::decode(file.path.clone(), bytes);
            Some(source.text().lines().map(line_digest).collect())
        };
        let (first, since) = unbroken(past, file, read);
        (file.path.clone(), Lines { first, since })
    });
    waived.files = lines.collect();
    waived
}

/// The files whose findings waivers may cover.
fn covered(population: &Population) -> BTreeSet<&RepoPath> {
    let named = population.waivers.iter().filter_map(|waiver| waiver.record.text());
    let named: HashSet<&str> = named.collect();
    let records = population.incidents.iter().filter(|incident| incident.id().is_some_and(|id| named.contains(id)));
    let records = records.map(|incident| population.path(incident.source));
    let paths = population.sources.iter().map(|(_, source)| &source.path).filter(|path| named.contains(path.as_str()));
    records.chain(paths).collect()
}

/// The landing since which the file is there, and those since which it has held each of what is read from it, without a
/// break up to its last version. A version that cannot be read says nothing.
fn unbroken<K: Eq + Hash>(
    past: &Past<'_>,
    file: &FileVersions,
    read: impl Fn(Vec<u8>) -> Option<HashSet<K>>,
) -> (Option<u32>, HashMap<K, u32>) {
    let (mut first, mut since) = (None, HashMap::new());
    for (position, content) in &file.versions {
        let bytes = match content {
            Content::Gone => {
                (first, since) = (None, HashMap::new());
                continue;
            }
            Content::Pending(bytes) => Some(bytes.to_vec()),
            Content::Blob(id) => past.blob(*id).ok(),
        };
        first = first.or(Some(*position));
        if let Some(held) = bytes.and_then(&read) {
            since = held
                .into_iter()
                .map(|key| (since.remove(&key).unwrap_or(*position), key))
                .map(|(at, key)| (key, at))
                .collect();
        }
    }
    (first, since)
}
