//! From the versions of files to the lives of records. Each path is read on its own, so paths are read in parallel.

use super::facts::{self, State};
use super::memory::{self, Records};
use super::record::{self, RecordHistory, Step, Track};
use crate::config::Rulebook;
use crate::git::{Event, FileId, Past};
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

/// What was seen at each path: where it changed, and what stood there then.
pub(super) type Seen = BTreeMap<Box<[u8]>, Vec<(u32, Option<FileId>)>>;

/// Adds an event, whose position is later than those that were seen at the same path.
pub(super) fn see(seen: &mut Seen, event: Event) {
    let Event { position, path, after, .. } = event;
    seen.entry(path).or_default().push((position, after));
}

/// The versions of the files that were seen.
pub(super) fn of_seen(seen: &Seen) -> impl Iterator<Item = FileVersions> {
    seen.iter().map(|(path, versions)| {
        let content = |file: Option<FileId>| match file.filter(FileId::is_file) {
            Some(file) => Content::Blob(file.id),
            None => Content::Gone,
        };
        let path = RepoPath::new(String::from_utf8_lossy(path));
        FileVersions { path, versions: versions.iter().map(|(position, after)| (*position, content(*after))).collect() }
    })
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

/// What is remembered of a file, by its path.
type Remembered = (Box<str>, Records);

/// The steps of a track with their positions.
type Steps = Vec<(u32, Step)>;

/// The history of every record, by id. What the versions of a file said is remembered.
pub(super) fn records(
    past: &Past<'_>,
    book: &Rulebook,
    files: Vec<FileVersions>,
    remembered: &mut BTreeMap<Box<str>, Records>,
) -> BTreeMap<Box<str>, RecordHistory> {
    let known = std::mem::take(remembered);
    let is_kept = past.has_memo();
    let read: Vec<(Vec<Track>, Option<Remembered>)> = files
        .into_par_iter()
        .map(|file| {
            let Some(mark) = mark(&file).filter(|_| is_kept) else { return (tracks(past, book, &file), None) };
            let path: Box<str> = file.path.as_str().into();
            let found = known.get(&path).filter(|records| records.mark == mark);
            if let Some((found, tracks)) = found.and_then(|found| Some((found, recall(&file.path, &found.tracks)?))) {
                return (tracks, Some((path, Records { mark, tracks: found.tracks.clone() })));
            }
            let tracks = tracks(past, book, &file);
            let records = written(&tracks).map(|tracks| (path, Records { mark, tracks }));
            (tracks, records)
        })
        .collect();
    let (tracks, records): (Vec<Vec<Track>>, Vec<Option<Remembered>>) = read.into_iter().unzip();
    remembered.extend(records.into_iter().flatten());
    let tracks = tracks.into_iter().flatten();
    let mut by_id: BTreeMap<Box<str>, Vec<Track>> = BTreeMap::new();
    for track in tracks {
        by_id.entry(track.id.clone()).or_default().push(track);
    }
    let joined: Vec<_> = by_id.into_par_iter().map(|(id, tracks)| (id, record::join(tracks))).collect();
    joined.into_iter().collect()
}

fn mark(file: &FileVersions) -> Option<memory::Mark> {
    memory::mark(file.versions.iter().map(|(position, content)| (*position, &file.path, content)))
}

/// The tracks of a file as they are remembered.
fn written(tracks: &[Track]) -> Option<Vec<u8>> {
    let tracks: Vec<(&str, &Steps)> = tracks.iter().map(|track| (&*track.id, &track.steps)).collect();
    postcard::to_allocvec(&tracks).ok()
}

/// The tracks of a file from memory.
fn recall(path: &RepoPath, bytes: &[u8]) -> Option<Vec<Track>> {
    let tracks: Vec<(Box<str>, Steps)> = postcard::from_bytes(bytes).ok()?;
    Some(tracks.into_iter().map(|(id, steps)| Track { id, path: path.clone(), steps }).collect())
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
