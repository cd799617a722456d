//! What git holds: one tree, as it is in a revision, in the index or on disk.
//!
//! The only user of git2. It starts no process, follows no symbolic link below the root of the repository, and
//! honours no setting that names a program. A [`Snapshot`] is opened once and may then be read by many threads.

mod base;
mod disk;
mod environment;
mod ignored;
mod index;
mod line;
mod memo;
mod names;
mod past;
mod problem;
pub mod replay;
mod requested;
mod requests;
mod revision;
mod signature;
mod snapshot;
mod store;
mod tree;
mod walk;
mod worktree;

use std::sync::Once;

use crate::source::RepoPath;

pub use base::OpenRequest;
pub use environment::Environment;
pub use line::{CommitHead, Line, LineCommit, Signature};
pub use memo::{Keeping, Pieces, program};
pub use past::{ObjectId, Past};
pub use problem::GitProblem;
pub use signature::{TrustedKeys, Unwitnessed};
pub use snapshot::Snapshot;
pub use walk::{Event, FileId, Watch};

/// Which tree is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// The files as they are on disk, tracked or not, without the ignored ones; `HEAD` in a bare repository.
    Worktree,
    /// What the next commit would hold.
    Index,
    /// The tree of a commit.
    Revision(String),
}

/// The commit under test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommitInfo {
    /// The whole id in hexadecimal digits.
    pub id: String,
    /// The id of its tree.
    pub tree: String,
    /// The day of the committer date, in its own offset.
    pub date: chrono::NaiveDate,
    /// The committer date in seconds since 1970.
    pub timestamp: i64,
}

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; it is never followed.
    Symlink,
    /// A submodule, or an untracked repository inside this one; it is never entered.
    Submodule,
    /// A pipe, a socket, a device, or a folder that may not be listed.
    Other,
}

/// One path of a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeEntry {
    /// The path as it is shown; quoted as git quotes it where it is not printable UTF-8.
    pub path: RepoPath,
    /// What stands there.
    pub kind: EntryKind,
    /// The path in bytes, where `path` had to quote it.
    raw: Option<Box<[u8]>>,
    spot: Spot,
}

/// Where the bytes of an entry are.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Spot {
    /// In a file on disk; with what the index noted about it, if it is tracked.
    Disk(Option<Box<index::Noted>>),
    /// In the object database.
    Blob(git2::Oid),
    /// In the list of a snapshot without repository.
    Memory(usize),
}

impl TreeEntry {
    fn new(raw: &[u8], kind: EntryKind, spot: Spot) -> Self {
        match names::shown(raw) {
            (text, true) => Self { path: RepoPath::new(text), kind, raw: Some(raw.into()), spot },
            (text, false) => Self { path: RepoPath::new(text), kind, raw: None, spot },
        }
    }

    /// The path as git stores it.
    pub fn raw_path(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.path.as_str().as_bytes())
    }

    /// The path as patterns should see it: not quoted, with replacement characters for what is not UTF-8.
    pub fn match_path(&self) -> std::borrow::Cow<'_, str> {
        match &self.raw {
            Some(raw) => String::from_utf8_lossy(raw),
            None => self.path.as_str().into(),
        }
    }
}

/// Why the bytes of an entry could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unread {
    /// It is over [`Snapshot::MAX_FILE_BYTES`].
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// The object is not in this clone, or the file has vanished since it was listed.
    Missing,
    /// Anything else, in plain words.
    Failed(String),
}

/// Prepares the git library. To be called at the start of the program, before any thread; later calls do nothing.
///
/// Repositories of another owner are opened, because containers check out as another user and nothing that a
/// repository configures is ever executed. The extensions named here are either harmless to a reader (a partial
/// clone lacks objects, which is noticed) or reported in plain words (reftable). As in git itself, objects are not
/// hashed again when they are read: `git fsck` does that. Packs are mapped in pieces
/// that are large enough to be mapped once, and small enough for a large repository on a small machine.
pub fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(set_options);
}

#[allow(unsafe_code, reason = "libgit2 keeps its options in globals")]
fn set_options() {
    const WINDOW: usize = 64 * 1024 * 1024;
    git2::opts::strict_hash_verification(false);
    // Each object is read once, or kept where it is used again: a copy of a hundred thousand commits and trees beside
    // that was a quarter of the memory of a run.
    git2::opts::enable_caching(false);
    // SAFETY: all write globals of libgit2 that are read when a repository is opened. `Once` lets one thread
    // do it, and every way to open a repository in this program passes through `prepare` first.
    let done = unsafe {
        git2::opts::set_verify_owner_validation(false)
            .and_then(|()| git2::opts::set_mwindow_size(WINDOW))
            .and_then(|()| git2::opts::set_mwindow_mapped_limit(128 * WINDOW))
            .and_then(|()| git2::opts::set_extensions(&["partialclone", "refstorage", "compatobjectformat"]))
    };
    // Where it failed, opening a repository that needs it says so.
    drop(done);
}
