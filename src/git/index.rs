//! The index: what the next commit would hold, and what git noted about the files on disk.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use git2::{Index, IndexEntry, IndexEntryExtendedFlag, Oid, Repository};

use super::GitProblem;

/// What the index noted about a file when it last compared it with its blob.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Noted {
    /// The blob.
    pub id: Oid,
    /// The last change of the content, in seconds and nanoseconds.
    pub modified: (i64, u32),
    /// The last change of the file's entry, in seconds.
    pub changed: i64,
    /// The number of the file in its file system, cut to 32 bits.
    pub inode: u32,
    /// The size, cut to 32 bits.
    pub size: u32,
    /// Whether the file was last changed well before the index was written, so that the rest can be relied on.
    pub settled: bool,
}

/// One path of the index.
pub(super) struct Staged {
    pub path: Vec<u8>,
    pub mode: u32,
    pub noted: Noted,
    /// Not to be on disk, as a sparse checkout wants it.
    pub skipped: bool,
}

/// The whole index, sorted by path.
pub(super) struct Staging {
    pub entries: Vec<Staged>,
    /// One of the paths with an unresolved conflict.
    pub conflict: Option<Vec<u8>>,
}

/// Reads the index of a repository, or the one that the environment names instead.
pub(super) fn read(repository: &Repository, other: Option<&Path>) -> Result<Staging, GitProblem> {
    let problem = |error: &git2::Error| GitProblem::from_git("the index cannot be read", error);
    let path = other.map_or_else(|| repository.path().join("index"), Path::to_owned);
    let written = modified(&path); // before the index is read, so that a later change is not missed
    let index = Index::open_ext(&path, repository.object_format()).map_err(|error| problem(&error))?;
    let conflict =
        index.has_conflicts().then(|| index.iter().find(|entry| stage(entry) != 0)).flatten().map(|entry| entry.path);
    let mut entries: Vec<Staged> = index.iter().map(|entry| staged(entry, written)).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.dedup_by(|later, first| later.path == first.path);
    Ok(Staging { entries, conflict })
}

/// Where the environment says that the index is; git means relative paths from the root of the working tree.
pub(super) fn elsewhere(named: Option<&PathBuf>, root: Option<&Path>) -> Option<PathBuf> {
    let named = named?;
    Some(root.map_or_else(|| named.clone(), |root| root.join(named)))
}

fn stage(entry: &IndexEntry) -> u16 {
    (entry.flags >> 12) & 3
}

fn staged(entry: IndexEntry, written: Option<(i64, u32)>) -> Staged {
    let modified = (i64::from(entry.mtime.seconds()), entry.mtime.nanoseconds());
    let flags = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
    let noted = Noted {
        id: entry.id,
        modified,
        changed: i64::from(entry.ctime.seconds()),
        inode: entry.ino,
        size: entry.file_size,
        settled: stage(&entry) == 0 && written.is_some_and(|written| is_before(modified, written)),
    };
    Staged { path: entry.path, mode: entry.mode, noted, skipped: flags.is_skip_worktree() }
}

/// Whether a file was last changed before the index was written; where only its second is known, in another one.
fn is_before(modified: (i64, u32), written: (i64, u32)) -> bool {
    if modified.1 == 0 { modified.0 < written.0 } else { modified < written }
}

/// When a file was last changed.
fn modified(path: &Path) -> Option<(i64, u32)> {
    stamp(&std::fs::metadata(path).ok()?)
}

/// When a file was last changed, in seconds and nanoseconds since 1970.
pub(super) fn stamp(about: &std::fs::Metadata) -> Option<(i64, u32)> {
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((i64::try_from(since.as_secs()).ok()?, since.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changed_as_late_as_the_index_may_have_changed_since() {
        assert!(is_before((9, 5), (10, 0)) && is_before((10, 4), (10, 5)) && is_before((9, 0), (10, 0)));
        assert!(!is_before((10, 5), (10, 5)) && !is_before((10, 0), (10, 5)) && !is_before((11, 0), (10, 5)));
    }

    #[test]
    fn a_relative_index_lies_below_the_root() {
        let named = PathBuf::from(".git/next");
        assert_eq!(elsewhere(Some(&named), Some(Path::new("/r"))), Some("/r/.git/next".into()));
        assert_eq!(elsewhere(Some(&named), None), Some(named));
        assert_eq!(elsewhere(None, Some(Path::new("/r"))), None);
    }
}
