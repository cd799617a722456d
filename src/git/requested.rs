//! What the commits of an open pull request did to the paths that are watched.

use super::Line;
use super::line::RequestPart;
use super::walk::{Event, Watch, between, piece};
use git2::{Error, Repository};
use std::collections::{BTreeMap, HashSet};

/// What the commits of an open pull request did, such that every path ends as its merge has it.
///
/// A commit of a pull request changed what its own parent held, which need not be what landed meanwhile. Where the main
/// line changed a path too since the fork, the versions of the pull request never follow those that landed; the merged
/// one alone counts, at the last commit that touched the path.
pub(super) fn walk(
    repository: &Repository,
    line: &Line,
    request: RequestPart,
    watch: &Watch,
) -> Result<Vec<Event>, Error> {
    let first = request.first as usize;
    let Some(last) = line.commits.len().checked_sub(1).filter(|last| *last >= first) else { return Ok(Vec::new()) };
    let last = u32::try_from(last).unwrap_or(u32::MAX);
    let own = piece(repository, line, first..line.commits.len(), watch)?;
    let moved = between(repository, request.fork, request.base, watch)?;
    let moved: HashSet<Box<[u8]>> = moved.into_iter().map(|event| event.path).collect();
    let net = between(repository, Some(request.base), request.merged, watch)?;
    let mut paths: BTreeMap<Box<[u8]>, Path> = BTreeMap::new();
    for event in own {
        paths.entry(event.path.clone()).or_default().own.push(event);
    }
    for event in net {
        let path = event.path.clone();
        paths.entry(path).or_default().net = Some(event);
    }
    let corrected = paths.into_iter().flat_map(|(path, events)| {
        let is_moved = moved.contains(&path);
        events.corrected(path, is_moved, last)
    });
    let mut events: Vec<Event> = corrected.collect();
    events.sort_unstable();
    Ok(events)
}

/// What a pull request did to one path.
#[derive(Default)]
struct Path {
    /// What its commits did.
    own: Vec<Event>,
    /// What its merge does to the tree on which it is to land.
    net: Option<Event>,
}

impl Path {
    /// The events as they follow what landed; `is_moved` says that the main line changed the path since the fork.
    fn corrected(self, path: Box<[u8]>, is_moved: bool, last: u32) -> Vec<Event> {
        let Self { mut own, net } = self;
        let Some(newest) = own.last().filter(|_| !is_moved) else {
            let position = own.last().map_or(last, |event| event.position);
            return net.map(|net| Event { position, ..net }).into_iter().collect();
        };
        let merged = net.map_or_else(|| own.first().and_then(|event| event.before), |net| net.after);
        if newest.after != merged {
            let before = newest.after;
            match own.last_mut().filter(|event| event.position == last) {
                Some(event) => event.after = merged,
                None => own.push(Event { position: last, path, before, after: merged }),
            }
        }
        own.retain(|event| event.before != event.after);
        own
    }
}
