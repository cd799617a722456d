//! What stands at the paths and behind the commits that records name.

use super::{Presence, load};
use crate::config::Rulebook;
use crate::git::{EntryKind, Snapshot};
use crate::record::{Change, Incident, Located, clean_path};
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A file of at most so many bytes may be nothing but line ends, so it is opened.
const MAYBE_BLANK: u64 = 64;

/// Looks up every path that a record or the configuration names. Evidence is opened; minutes are opened only where
/// a record has several, which are then compared.
pub(super) fn presence(snapshot: &Snapshot, book: &Rulebook, incidents: &[Incident]) -> HashMap<String, Presence> {
    let opened = distinct(incidents.par_iter().flat_map_iter(|incident| opened(incident, book)));
    let procedure = book.config.procedure.as_ref().map(|procedure| clean_path(&procedure.path));
    let named = distinct(incidents.par_iter().flat_map_iter(named).chain(procedure)).into_iter();
    let named = named.filter(|path| opened.binary_search(path).is_err()).map(|path| (path, false));
    let paths: Vec<(&str, bool)> = opened.iter().map(|path| (*path, true)).chain(named).collect();
    let paths = paths.into_par_iter().filter(|(path, _)| !path.is_empty());
    paths.map(|(path, open)| (path.to_owned(), look_up(snapshot, path, open))).collect()
}

/// The texts in order, each once.
fn distinct<'i>(texts: impl ParallelIterator<Item = &'i str>) -> Vec<&'i str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.par_sort_unstable();
    texts.dedup();
    texts
}

/// Asks for every commit that a record names.
pub(super) fn commits(snapshot: &Snapshot, book: &Rulebook, incidents: &[Incident]) -> HashMap<String, Option<bool>> {
    let named = incidents
        .par_iter()
        .flat_map_iter(|incident| targets(incident).filter_map(|text| book.references.read(text).commit()));
    distinct(named).into_par_iter().map(|id| (id.to_owned(), snapshot.has_commit(id))).collect()
}

/// What actions name as evidence or as changed.
fn targets(incident: &Incident) -> impl Iterator<Item = &str> {
    let actions = incident.actions.items();
    let evidence = actions.iter().flat_map(|action| action.evidence.items()).map(Located::as_str);
    let changes = actions.iter().flat_map(|action| action.changes.items()).filter_map(|change| match change {
        Change::Target(target) => Some(target.as_str()),
        Change::Outside { .. } => None,
    });
    evidence.chain(changes)
}

/// The paths of evidence and changes, and the minutes of a record that has several.
fn opened<'i>(incident: &'i Incident, book: &Rulebook) -> Vec<&'i str> {
    let several = incident.reviews.items().len() > 1;
    let minutes = incident.reviews.items().iter().filter(|_| several).filter_map(|review| review.output.text());
    // What follows an `@` may be a commit or a part of the name.
    let both = |text| [book.references.read(text).path(), Some(clean_path(text))];
    minutes.chain(targets(incident)).flat_map(both).flatten().collect()
}

/// The minutes of a record, and links that are paths.
fn named(incident: &Incident) -> Vec<&str> {
    let links = &incident.links;
    let links = [&links.risks, &links.policies, &links.controls, &links.training, &links.management_reviews];
    let linked = links.into_iter().flat_map(|list| list.items()).map(|link| clean_path(link.as_str()));
    let minutes = incident.reviews.items().iter().filter_map(|review| review.output.text()).map(clean_path);
    let decisions = &incident.decisions;
    let decisions = [&decisions.policy, &decisions.control, &decisions.awareness, &decisions.risk];
    let decided = decisions.into_iter().flat_map(|decision| decision.changed.items()).map(|to| clean_path(to.as_str()));
    minutes.chain(linked.filter(|link| link.contains('/'))).chain(decided).collect()
}

fn look_up(snapshot: &Snapshot, path: &str, open: bool) -> Presence {
    let Some(entry) = snapshot.entry(path) else {
        let may_be_there = is_folder(snapshot, path) || is_behind_a_link(snapshot, path);
        return if may_be_there { Presence::Folder } else { Presence::Missing };
    };
    let unopened = Presence::File { empty: false, lfs_pointer: false, digest: 0 };
    if !open && snapshot.size(entry).is_some_and(|size| size > MAYBE_BLANK) {
        return unopened;
    }
    let Ok(bytes) = snapshot.read(entry) else { return unopened };
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Presence::File {
        empty: bytes.iter().all(u8::is_ascii_whitespace),
        lfs_pointer: load::is_lfs_pointer(&bytes),
        digest: hasher.finish(),
    }
}

fn is_folder(snapshot: &Snapshot, path: &str) -> bool {
    let folder = format!("{path}/");
    let entries = snapshot.entries();
    let next = entries.partition_point(|entry| entry.path.as_str() < folder.as_str());
    entries.get(next).is_some_and(|entry| entry.path.as_str().starts_with(&folder))
}

/// Whether a path leads through a symbolic link or a submodule: what stands there is kept elsewhere, so nobody here
/// can say that it is missing.
fn is_behind_a_link(snapshot: &Snapshot, path: &str) -> bool {
    let ancestors = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
    ancestors.filter_map(|above| snapshot.entry(above)).any(|entry| entry.kind != EntryKind::File)
}
