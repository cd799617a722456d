//! The versions of rows of registers that are tables.

use super::chronicle::Chronicle;
use super::substance::{self, Boilerplate, Substance};
use super::target::{RowMarks, Target, TargetHistory, TargetVersion};
use super::targets::Files;
use super::tracks::Content;
use crate::config::Rulebook;
use crate::git::{ObjectId, Past};
use crate::population::{Paths, read_register};
use crate::record::register::{RegisterKind, Row};
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a version of a register says of the rows that were asked for.
type Said = HashMap<Box<str>, (Substance, RowMarks)>;

/// Reads the versions of registers.
pub(super) struct RowReader<'p> {
    pub past: Past<'p>,
    pub book: &'p Rulebook,
    pub boilerplate: &'p Boilerplate,
    pub paths: &'p Paths,
}

/// How many versions are read before they are compared: enough for all threads, and no more in memory at once.
const PORTION: usize = 64;

impl RowReader<'_> {
    /// What the rows of one register among the targets said, version by version.
    pub(super) fn read(&self, chronicle: &mut Chronicle, kind: RegisterKind, ids: &HashSet<Box<str>>, files: &Files) {
        let Some(pattern) = self.paths.register(kind) else { return };
        let of_register = files.values().filter(|file| pattern.matches(file.path.as_str()));
        let mut versions: Vec<(u32, &RepoPath, &Content)> = of_register
            .flat_map(|file| file.versions.iter().map(|(position, content)| (*position, &file.path, content)))
            .collect();
        versions.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut fold = Fold { now: BTreeMap::new(), rows: BTreeMap::new() };
        for portion in versions.chunks(PORTION) {
            let said: Vec<Said> =
                portion.par_iter().map(|(_, path, content)| self.said(kind, ids, path, content)).collect();
            for ((position, path, content), said) in portion.iter().zip(said) {
                fold.step(*position, path, content, said);
            }
        }
        for (id, versions) in fold.rows {
            chronicle.targets.insert(Target::Row(kind, id), TargetHistory { versions });
        }
    }

    fn said(&self, kind: RegisterKind, ids: &HashSet<Box<str>>, path: &RepoPath, content: &Content) -> Said {
        let bytes = match content {
            Content::Gone => return Said::new(),
            Content::Pending(bytes) => bytes.to_vec(),
            Content::Blob(id) => self.past.blob(*id).unwrap_or_default(),
        };
        let rows = read_register(self.book, kind, path, bytes);
        let asked = rows.iter().filter(|row| ids.contains(&row.id.value));
        asked.map(|row| (row.id.value.clone(), (substance::of_row(self.boilerplate, row), marks(row)))).collect()
    }
}

fn marks(row: &Row) -> RowMarks {
    RowMarks {
        reviewed: row.text("reviewed").map(|text| text.trim().into()),
        incidents: row.list("incidents").into_iter().map(|incident| incident.value).collect(),
        owner: owner(row),
    }
}

/// The owner of a row; several are joined by commas.
fn owner(row: &Row) -> Option<Box<str>> {
    if let Some(text) = row.text("owner") {
        return Some(text.trim().into());
    }
    let several: Vec<Box<str>> = row.list("owner").into_iter().map(|owner| owner.value).collect();
    (!several.is_empty()).then(|| several.join(", ").into())
}

/// What all files of a register say so far, and the versions of each row.
struct Fold {
    now: BTreeMap<RepoPath, (Said, Option<ObjectId>)>,
    rows: BTreeMap<Box<str>, Vec<TargetVersion>>,
}

impl Fold {
    fn step(&mut self, position: u32, path: &RepoPath, content: &Content, said: Said) {
        let blob = if let Content::Blob(id) = content { Some(*id) } else { None };
        let before = self.now.insert(path.clone(), (said, blob)).map_or(Said::new(), |(said, _)| said);
        let after = self.now.get(path).map(|(said, _)| said);
        let mut ids: Vec<&Box<str>> = before.keys().chain(after.into_iter().flat_map(HashMap::keys)).collect();
        ids.sort_unstable();
        ids.dedup();
        let changed: Vec<Box<str>> =
            ids.into_iter().filter(|id| before.get(*id) != after.and_then(|said| said.get(*id))).cloned().collect();
        for id in changed {
            let found = self.now.iter().find_map(|(path, (said, blob))| Some((path, said.get(&id)?, *blob)));
            let (path, state, blob) = match found {
                Some((path, state, blob)) => (path.clone(), Some(state.clone()), blob),
                None => (path.clone(), None, blob),
            };
            let (state, row) = state.unzip();
            let version = TargetVersion { position, blob, path, state, row, moved_from: None, takes_back: false };
            let versions = self.rows.entry(id).or_default();
            // Several files of one landing are one version.
            versions.pop_if(|last| last.position == position);
            versions.push(version);
        }
    }
}
