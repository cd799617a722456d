//! From the versions of files to the lives of records. Each path is read on its own, so paths are read in parallel.

use super::facts::{self, State};
use super::record::{self, RecordHistory, Step, Track};
use crate::config::Rulebook;
use crate::git::{Event, Past};
use crate::population::read_records;
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The versions of one file: where it changed, and what it held then.
pub(super) struct FileVersions {
    pub path: RepoPath,
    pub versions: Vec<(u32, Content)>,
}

/// What a version of a file is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A blob of the history.
    Blob(crate::git::ObjectId),
    /// Text that has not landed yet.
    Pending(std::sync::Arc<[u8]>),
    /// No file.
    Gone,
}

/// The files among events that a test of their path wants, with their versions.
pub(super) fn files(events: &[Event], mut is_wanted: impl FnMut(&RepoPath) -> bool) -> Vec<FileVersions> {
    let mut files: BTreeMap<&[u8], Option<FileVersions>> = BTreeMap::new();
    for event in events {
        let file = files.entry(&event.path).or_insert_with(|| {
            let path = RepoPath::new(String::from_utf8_lossy(&event.path));
            is_wanted(&path).then(|| FileVersions { path, versions: Vec::new() })
        });
        if let Some(file) = file {
            let blob = event.after.filter(crate::git::FileId::is_file);
            file.versions.push((event.position, blob.map_or(Content::Gone, |file| Content::Blob(file.id))));
        }
    }
    files.into_values().flatten().collect()
}

/// The history of every record, by id.
pub(super) fn records(past: &Past<'_>, book: &Rulebook, files: Vec<FileVersions>) -> BTreeMap<Box<str>, RecordHistory> {
    let tracks: Vec<Track> = files.into_par_iter().flat_map_iter(|file| tracks(past, book, &file)).collect();
    let mut by_id: BTreeMap<Box<str>, Vec<Track>> = BTreeMap::new();
    for track in tracks {
        by_id.entry(track.id.clone()).or_default().push(track);
    }
    let joined: Vec<_> = by_id.into_par_iter().map(|(id, tracks)| (id, record::join(tracks))).collect();
    joined.into_iter().collect()
}

/// What one path said of each id.
fn tracks(past: &Past<'_>, book: &Rulebook, file: &FileVersions) -> Vec<Track> {
    let mut tracks: Vec<(Track, Option<State>)> = Vec::new();
    for (position, content) in &file.versions {
        let states = match content {
            Content::Gone => Vec::new(),
            Content::Pending(bytes) => states(book, &file.path, bytes.to_vec()),
            Content::Blob(id) => past.blob(*id).map_or(Vec::new(), |bytes| states(book, &file.path, bytes)),
        };
        // A version that cannot be read says nothing, least of all that a record is gone.
        if states.is_empty() && !matches!(content, Content::Gone) {
            continue;
        }
        advance(&mut tracks, &file.path, *position, states);
    }
    tracks.into_iter().map(|(track, _)| track).collect()
}

fn states(book: &Rulebook, path: &RepoPath, bytes: Vec<u8>) -> Vec<(Box<str>, State)> {
    let incidents = read_records(book, path, bytes);
    incidents.iter().filter_map(|incident| Some((incident.id()?.into(), facts::state(incident)))).collect()
}

/// Takes one more version of a file.
fn advance(
    tracks: &mut Vec<(Track, Option<State>)>,
    path: &RepoPath,
    position: u32,
    mut states: Vec<(Box<str>, State)>,
) {
    for (track, last) in tracks.iter_mut() {
        let at = states.iter().position(|(id, _)| *id == track.id);
        let state = at.map(|at| states.swap_remove(at).1);
        step(track, last, position, state);
    }
    states.sort_by(|(a, _), (b, _)| a.cmp(b));
    states.dedup_by(|(later, _), (first, _)| later == first);
    for (id, state) in states {
        let mut track = Track { id, path: path.clone(), steps: Vec::new() };
        let mut last = None;
        step(&mut track, &mut last, position, Some(state));
        tracks.push((track, last));
    }
}

fn step(track: &mut Track, last: &mut Option<State>, position: u32, state: Option<State>) {
    let step = match (last.take(), &state) {
        (None, None) => return,
        (None, Some(state)) => Step::Appears(state.clone()),
        (Some(before), None) => Step::Ends(before),
        (Some(before), Some(after)) => Step::Changes(record::changes(position, &before, after)),
    };
    *last = state;
    track.steps.push((position, step));
}
