//! What history says of a piece of evidence.

use super::dangling_evidence::is_id;
use crate::history::{Chronicle, FileState, GRACE, History, IMPORTED, Landing};
use crate::population::{Presence, clean_path};
use crate::record::{Action, Located, Reference};
use crate::rules::Case;
use crate::source::RepoPath;
use crate::text::Text;
use crate::time::{days, plus};
use chrono::NaiveDate;

/// What a comparison came to.
pub(super) enum Compared<'h> {
    /// It was there.
    Fine,
    /// Nobody can say: why.
    Unknown(Text),
    /// It was not there.
    Dangling(Trace<'h>),
}

/// Why evidence leads nowhere, as history shows it.
pub(super) struct Trace<'h> {
    /// What is wrong, in words that follow the target.
    pub what: String,
    /// What to do.
    pub help: &'static str,
    /// The landing that tells it: where, and what it did.
    pub seen: Option<(RepoPath, Landing<'h>, &'static str)>,
}

const LATER: &str = "Done later? Move `completed`. Made in time and kept elsewhere? Name that: `path@commit`, a permalink, or \
                     its digest (`sha256:…`).";
const COMMIT: &str = "Squashed or rebased since? Name the commit that landed. Not merged yet? Set the action back to \
                      in-progress. In another repository? `infra@SHA`.";
const PINNED: &str =
    "Correct the path or the commit; a commit of the time of the completion has it under its name of then.";
const ELSEWHERE: &str = "Correct the path or the commit, or fetch the other repository anew and check again.";

fn dangling<'h>(what: impl Into<String>, help: &'static str) -> Compared<'h> {
    Compared::Dangling(Trace { what: what.into(), help, seen: None })
}

/// What history says of evidence that the tree has nothing against.
pub(super) fn compare<'h>(case: &Case<'_>, history: &'h History, action: &Action, entry: &Located) -> Compared<'h> {
    let completed = action.completed.value().map(|when| when.date);
    if let (Some(since), Some(completed)) = (case.imported(), completed)
        && completed <= since
    {
        return Compared::Unknown(IMPORTED.into());
    }
    let here = &history.chronicle;
    let text = entry.as_str();
    match case.book().references.read(text) {
        Reference::PathAtName { .. } if case.population().presence(text) != Presence::Missing => {
            in_time(here, clean_path(text), completed)
        }
        Reference::Path(path) | Reference::PathAtName { path, .. } => in_time(here, path, completed),
        Reference::Commit(commit) => pinned(here, commit, None, COMMIT),
        Reference::PathAt { path, commit } => {
            let path = Some(clean_path(path)).filter(|path| !is_id(case, path));
            pinned(here, commit, path, COMMIT)
        }
        Reference::Permalink { repository, commit, path } => match history.chronicle_of(repository) {
            Ok(chronicle) => pinned(chronicle, commit, path.map(clean_path), COMMIT),
            Err(why) => Compared::Unknown(why),
        },
        Reference::OtherRepository { name, path, commit } => match history.mapped(name) {
            Ok(chronicle) => elsewhere(chronicle, path, commit, completed),
            Err(why) => Compared::Unknown(why),
        },
        _ => Compared::Fine,
    }
}

/// A commit has to belong to the line, and to have the path that is pinned to it.
fn pinned<'h>(chronicle: &Chronicle, commit: &str, path: Option<&str>, help: &'static str) -> Compared<'h> {
    match chronicle.commit(commit) {
        None => dangling("names a commit that is not here", help),
        Some(None) => dangling("names a commit that never landed on the main line", help),
        Some(Some(_)) => match path.map(|path| chronicle.has_path(commit, path)) {
            Some(Some(false)) => dangling("is not in the commit that it is pinned to", PINNED),
            _ => Compared::Fine,
        },
    }
}

fn elsewhere<'h>(
    chronicle: &'h Chronicle,
    path: Option<&str>,
    commit: Option<&str>,
    completed: Option<NaiveDate>,
) -> Compared<'h> {
    match (path.map(clean_path), commit) {
        (path, Some(commit)) => pinned(chronicle, commit, path, ELSEWHERE),
        (Some(path), None) if !is_there(chronicle, path, chronicle.pending()) => {
            dangling("is not in the other repository", ELSEWHERE)
        }
        (Some(path), None) => in_time(chronicle, path, completed),
        (None, None) => Compared::Fine,
    }
}

/// The files at a path or below it, each with its landings.
type Files<'h> = Vec<(RepoPath, &'h [(u32, Option<FileState>)])>;

fn files<'h>(chronicle: &'h Chronicle, path: &str) -> Files<'h> {
    let own = Some(chronicle.file(path)).filter(|versions| !versions.is_empty());
    let own = own.map(|versions| (RepoPath::new(path), versions));
    own.into_iter().chain(chronicle.files_below(path).map(|(path, versions)| (path.clone(), versions))).collect()
}

fn state(versions: &[(u32, Option<FileState>)], position: u32) -> Option<FileState> {
    let count = versions.partition_point(|(at, _)| *at <= position);
    count.checked_sub(1).and_then(|index| versions.get(index)).and_then(|(_, state)| *state)
}

fn is_there(chronicle: &Chronicle, path: &str, position: u32) -> bool {
    files(chronicle, path).iter().any(|(_, versions)| state(versions, position).is_some())
}

/// Whether a file or folder was there when the action was completed.
fn in_time<'h>(chronicle: &'h Chronicle, path: &str, completed: Option<NaiveDate>) -> Compared<'h> {
    let Some(completed) = completed else { return Compared::Fine };
    let files = files(chronicle, path);
    // Behind a link or a submodule, or a row of a register: history does not follow it.
    if files.is_empty() {
        return Compared::Fine;
    }
    let Some(end) = chronicle.end_of(plus(completed, GRACE)) else {
        return Compared::Unknown("from before the history begins".into());
    };
    let states: Vec<FileState> = files.iter().filter_map(|(_, versions)| state(versions, end)).collect();
    if states.iter().any(|state| !state.is_empty) {
        return Compared::Fine;
    }
    let later = files.iter().flat_map(|(path, versions)| {
        let next = versions.iter().find(|(at, state)| *at > end && state.is_some_and(|state| !state.is_empty));
        next.map(|(at, _)| (*at, path))
    });
    let first = later.min_by_key(|(at, _)| *at).map(|(at, path)| (path.clone(), chronicle.landing(at)));
    let what = match &first {
        _ if !states.is_empty() => "was an empty file when the action was completed".to_owned(),
        Some((_, landing)) if landing.commit.is_none() => format!("is not committed yet; completed is {completed}"),
        Some((_, landing)) => {
            format!("landed {} after the completion", days((landing.day - completed).num_days()))
        }
        None => "was not there when the action was completed".to_owned(),
    };
    let seen = first.map(|(path, landing)| (path, landing, "brought it"));
    Compared::Dangling(Trace { what, help: LATER, seen })
}
