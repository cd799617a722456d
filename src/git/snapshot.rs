//! One tree, read once and asked by everybody.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectFormat, ObjectType, Oid, Repository};

use super::ignored::Ignored;
use super::index::{Noted, Staged, Staging};
use super::memo::{self, Keeping, Pieces};
use super::past::ObjectId;
use super::revision::Resolved;
use super::store::{Location, Store};
use super::{CommitInfo, EntryKind, Environment, GitProblem, OpenRequest, Selection, Spot, TreeEntry, Unread};
use super::{disk, index, names, revision, tree, worktree};

/// The tree under test, and what the repository around it says. May be read by several threads at once.
pub struct Snapshot {
    pub(super) store: Option<Store>,
    memory: Vec<Vec<u8>>,
    entries: Vec<TreeEntry>,
    commit: Option<CommitInfo>,
    root: Option<PathBuf>,
    prefix: String,
    head: Head,
    pub(super) request: Option<OpenRequest>,
}

/// What `HEAD` holds.
enum Head {
    /// There is no commit, or no repository.
    Nothing,
    /// The entries are its own.
    Same,
    /// A tree with these files.
    Tree(HashMap<Vec<u8>, Oid>),
}

/// The parts of a snapshot that depend on the selection.
struct Listed {
    entries: Vec<TreeEntry>,
    commit: Option<CommitInfo>,
    head: Head,
}

impl Snapshot {
    /// The largest file that is read.
    pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

    /// Reads the repository that `start` is in, or the one that the variables of git name.
    pub fn open(start: &Path, selection: &Selection) -> Result<Self, GitProblem> {
        Self::open_in(start, selection, &Environment::of_process())
    }

    /// The same with an environment given by hand.
    pub fn open_in(start: &Path, selection: &Selection, environment: &Environment) -> Result<Self, GitProblem> {
        let (store, location) = Store::open(start, environment)?;
        let Listed { entries, commit, head } = list(&store, selection, &location, environment)?;
        let Location { root, prefix } = location;
        Ok(Self {
            store: Some(store),
            memory: Vec::new(),
            entries: ordered(entries),
            commit,
            root,
            prefix,
            head,
            request: None,
        })
    }

    /// The commit that is checked out in another repository; a path that is not absolute begins at `root`.
    pub fn beside(root: &Path, folder: &str) -> Result<Self, GitProblem> {
        Self::open_in(&root.join(folder), &Selection::Revision("HEAD".to_owned()), &Environment::default())
    }

    /// A tree without a repository: for tests, and for data inside the program.
    pub fn memory(files: Vec<(String, Vec<u8>)>) -> Self {
        let (names, memory): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let entry = |(at, name): (usize, &String)| TreeEntry::new(name.as_bytes(), EntryKind::File, Spot::Memory(at));
        let entries = ordered(names.iter().enumerate().map(entry).collect());
        Self {
            store: None,
            memory,
            entries,
            commit: None,
            root: None,
            prefix: String::new(),
            head: Head::Nothing,
            request: None,
        }
    }

    /// The same, where a run may leave something in the folder of git that makes the next one faster.
    pub fn with_memo(mut self) -> Self {
        if let Some(store) = &mut self.store {
            store.allow_memo();
        }
        self
    }

    /// Whether a run may leave something.
    pub fn has_memo(&self) -> bool {
        self.store.as_ref().is_some_and(|store| store.memo_folder().is_some())
    }

    /// What an earlier run left under a name; `None` where it is not wanted, not there or not to be trusted.
    pub fn memo(&self, name: &str) -> Option<Vec<u8>> {
        memo::read(self.store.as_ref()?.memo_folder()?, name)
    }

    /// Leaves something for the next run. Where it cannot be written nothing is lost but time.
    pub fn leave_memo(&self, name: &str, parts: &[&[u8]]) {
        if let Some(folder) = self.store.as_ref().and_then(Store::memo_folder) {
            memo::write(folder, name, parts);
        }
    }

    /// What an earlier run left under a name, to be read piece by piece.
    pub fn pieces(&self, name: &str) -> Option<Pieces> {
        Pieces::open(self.store.as_ref()?.memo_folder()?, name)
    }

    /// Begins to leave something under a name.
    pub fn keeping(&self, name: &str) -> Option<Keeping> {
        Keeping::begin(self.store.as_ref()?.memo_folder()?, name)
    }

    /// The object that holds the bytes of an entry as they are read; `None` for what is in the working tree alone, or
    /// stands there in another form than in git.
    pub fn object(&self, entry: &TreeEntry) -> Option<ObjectId> {
        match &entry.spot {
            Spot::Blob(id) if entry.kind == EntryKind::File => Some(ObjectId(*id)),
            _ => None,
        }
    }

    /// The commit under test: `HEAD`, or the revision that was asked for.
    pub fn commit(&self) -> Option<&CommitInfo> {
        self.commit.as_ref()
    }

    /// The root of the working tree; `None` in a bare repository and without one.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The way from the root to the folder that the search began in, with `/`; empty at the root.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The same, as if the search had begun in another folder: from the root, with `/`.
    #[must_use]
    pub fn starting_in(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.prefix);
        self
    }

    /// All paths, sorted, each once.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The entry of a path as it is shown.
    pub fn entry(&self, path: &str) -> Option<&TreeEntry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// The bytes of a file. Links are not followed: what is not a regular file fails.
    pub fn read(&self, entry: &TreeEntry) -> Result<Vec<u8>, Unread> {
        if entry.kind != EntryKind::File {
            return Err(Unread::Failed("it is not a regular file".into()));
        }
        match &entry.spot {
            Spot::Disk(_) => disk::read(&self.place(entry).ok_or(Unread::Missing)?, Self::MAX_FILE_BYTES),
            Spot::Blob(id) => self.store.as_ref().ok_or(Unread::Missing)?.blob(*id, Self::MAX_FILE_BYTES),
            Spot::Memory(at) => self.memory.get(*at).cloned().ok_or(Unread::Missing),
        }
    }

    /// The size of a file in bytes, without reading it; `None` where it cannot be known.
    pub fn size(&self, entry: &TreeEntry) -> Option<u64> {
        match &entry.spot {
            Spot::Disk(_) => std::fs::symlink_metadata(self.place(entry)?).ok().map(|about| about.len()),
            Spot::Blob(id) => self.store.as_ref()?.size(*id),
            Spot::Memory(at) => self.memory.get(*at).map(|bytes| bytes.len() as u64),
        }
    }

    fn place(&self, entry: &TreeEntry) -> Option<PathBuf> {
        Some(self.root.as_ref()?.join(names::to_path(entry.raw_path())?))
    }

    /// Whether `HEAD` holds these bytes at the path of the entry. Line ends that the checkout turned into CRLF do
    /// not count as a difference.
    pub fn is_landed(&self, entry: &TreeEntry, bytes: &[u8]) -> bool {
        let landed = match &self.head {
            Head::Nothing => return false,
            Head::Same => return true,
            Head::Tree(files) => files.get(entry.raw_path()).copied(),
        };
        match (landed, &entry.spot) {
            (None, _) | (_, Spot::Memory(_)) => false,
            (Some(landed), Spot::Blob(id)) => landed == *id,
            (Some(landed), Spot::Disk(Some(noted))) if self.is_untouched(entry, noted) => landed == noted.id,
            (Some(landed), Spot::Disk(_)) => self.has_content(landed, bytes),
        }
    }

    /// Whether the file is still the one that the index compared with its blob.
    fn is_untouched(&self, entry: &TreeEntry, noted: &Noted) -> bool {
        let about = self.place(entry).and_then(|place| std::fs::symlink_metadata(place).ok());
        about.is_some_and(|about| disk::is_unchanged(&about, noted))
    }

    fn has_content(&self, blob: Oid, bytes: &[u8]) -> bool {
        let Some(format) = self.store.as_ref().map(Store::format) else { return false };
        let is = |bytes: &[u8]| Oid::hash_object_ext(ObjectType::Blob, bytes, format).is_ok_and(|id| id == blob);
        is(bytes) || without_crlf(bytes).is_some_and(|bytes| is(&bytes))
    }

    /// Whether the repository holds a commit of this id, whole or at least seven digits of it; `None` where that
    /// cannot be known: no repository, an ambiguous or malformed id, or one that a shallow clone may have cut off.
    pub fn has_commit(&self, id: &str) -> Option<bool> {
        let store = self.store.as_ref()?;
        let whole = if store.format() == ObjectFormat::Sha256 { 64 } else { 40 };
        if id.len() < 7 || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        if id.len() > whole {
            return Some(false);
        }
        let known = store.with(|repository| match find_commit(repository, id) {
            Err(error) if error.code() == ErrorCode::NotFound && !repository.is_shallow() => Ok(false),
            found => found,
        });
        known.ok()
    }

    /// The URL of the remote `origin` as the configuration holds it.
    pub fn remote_origin(&self) -> Option<String> {
        let store = self.store.as_ref()?;
        store.with(|repository| repository.config()?.get_string("remote.origin.url")).ok()
    }

    /// Why the clone lacks a part of its history, and the line that fetches it.
    pub fn is_incomplete(&self) -> Option<GitProblem> {
        let store = self.store.as_ref()?;
        store.with(|repository| Ok(incomplete(repository))).ok().flatten()
    }
}

fn ordered(mut entries: Vec<TreeEntry>) -> Vec<TreeEntry> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.dedup_by(|later, first| later.path == first.path);
    entries
}

fn list(
    store: &Store,
    selection: &Selection,
    location: &Location,
    environment: &Environment,
) -> Result<Listed, GitProblem> {
    match (selection, &location.root) {
        (Selection::Revision(name), _) => asked(store, |git| committed(git, Some(revision::resolve(git, name)?))),
        (Selection::Worktree, None) => asked(store, |git| committed(git, revision::head(git)?)),
        (Selection::Index, None) => Err(without_index()),
        (_, Some(root)) => {
            let entries = || asked(store, |git| entries(git, selection, root, environment));
            let (entries, listed) = rayon::join(entries, || asked(store, head));
            let (commit, head) = listed?;
            Ok(Listed { entries: entries?, commit, head })
        }
    }
}

/// Asks the repository for something that may fail for reasons of its own.
fn asked<T>(store: &Store, work: impl FnOnce(&Repository) -> Result<T, GitProblem>) -> Result<T, GitProblem> {
    let answer = store.with(|repository| Ok(work(repository)));
    answer.map_err(|error| GitProblem::from_git("the repository cannot be opened", &error))?
}

/// The files of the working tree, or what the next commit would hold.
fn entries(
    repository: &Repository,
    selection: &Selection,
    root: &Path,
    environment: &Environment,
) -> Result<Vec<TreeEntry>, GitProblem> {
    let other = index::elsewhere(environment.index_file.as_ref(), Some(root));
    let staging = index::read(repository, other.as_deref())?;
    match selection {
        Selection::Index => next_commit(staging),
        _ => Ok(on_disk(repository, root, &staging.entries, environment)),
    }
}

fn without_index() -> GitProblem {
    GitProblem::new("a bare repository has no index", "check a commit instead: `--at HEAD`")
}

/// The tree of a commit.
fn committed(repository: &Repository, commit: Option<Resolved>) -> Result<Listed, GitProblem> {
    let Some(Resolved { commit, tree }) = commit else {
        return Ok(Listed { entries: Vec::new(), commit: None, head: Head::Nothing });
    };
    let leaves = tree::list(repository, tree).map_err(|error| unlisted(repository, &commit, &error))?;
    let entries = leaves.iter().map(|leaf| TreeEntry::new(&leaf.path, leaf.kind, Spot::Blob(leaf.id))).collect();
    Ok(Listed { entries, commit: Some(commit), head: Head::Same })
}

/// Why the tree of a commit could not be listed.
fn unlisted(repository: &Repository, commit: &CommitInfo, error: &git2::Error) -> GitProblem {
    let lacking = (error.code() == ErrorCode::NotFound).then(|| incomplete(repository)).flatten();
    lacking.unwrap_or_else(|| GitProblem::from_git(&format!("the tree of {} cannot be read", commit.id), error))
}

/// The commit that the entries would follow, with its files. Where they cannot be listed, none has landed.
fn head(repository: &Repository) -> Result<(Option<CommitInfo>, Head), GitProblem> {
    let Some(Resolved { commit, tree }) = revision::head(repository)? else { return Ok((None, Head::Nothing)) };
    let leaves = tree::list(repository, tree).unwrap_or_default();
    Ok((Some(commit), Head::Tree(leaves.into_iter().map(|leaf| (leaf.path, leaf.id)).collect())))
}

/// What the next commit would hold.
fn next_commit(staging: Staging) -> Result<Vec<TreeEntry>, GitProblem> {
    if let Some(path) = staging.conflict {
        let message = format!("the index holds unresolved conflicts, {} for one", names::shown(&path).0);
        return Err(GitProblem::new(message, "resolve them and `git add` the files; `git status` lists them"));
    }
    let entry = |Staged { path, mode, noted, .. }: Staged| {
        let kind = tree::kind_of_mode(mode).unwrap_or(EntryKind::Other);
        TreeEntry::new(&path, kind, Spot::Blob(noted.id))
    };
    Ok(staging.entries.into_iter().map(entry).collect())
}

fn on_disk(repository: &Repository, root: &Path, staged: &[Staged], environment: &Environment) -> Vec<TreeEntry> {
    let ignored = Ignored::of_repository(repository, environment);
    let links = repository.config().and_then(|config| config.get_bool("core.symlinks")).unwrap_or(true);
    worktree::list(root, staged, ignored, !links)
}

/// Whether an id, perhaps shortened, is that of a commit; the error says that it is none, or several.
fn find_commit(repository: &Repository, id: &str) -> Result<bool, git2::Error> {
    let odb = repository.odb()?;
    let short = Oid::from_str_ext(id, repository.object_format())?;
    let whole = odb.exists_prefix(short, id.len())?;
    Ok(odb.read_header(whole)?.1 == ObjectType::Commit)
}

pub(super) fn incomplete(repository: &Repository) -> Option<GitProblem> {
    if repository.is_shallow() {
        return Some(GitProblem::new("the clone is shallow: older commits are missing", "`git fetch --unshallow`"));
    }
    let remote = filtered_remote(repository)?;
    Some(GitProblem::new(
        "the clone is partial: files are fetched only when git needs them, and closeloop fetches nothing",
        format!("`git config --unset remote.{remote}.partialclonefilter && git fetch --refetch {remote}`"),
    ))
}

/// The first remote that is fetched from with a filter.
fn filtered_remote(repository: &Repository) -> Option<String> {
    let config = repository.config().ok()?;
    let mut entries = config.entries(Some(r"^remote\..*\.partialclonefilter$")).ok()?;
    let entry = entries.next()?.ok()?;
    let name = entry.name().ok()?;
    Some(name.strip_prefix("remote.")?.strip_suffix(".partialclonefilter")?.to_owned())
}

/// The bytes with plain line ends; `None` where they have them.
fn without_crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let kept = |&(at, &byte): &(usize, &u8)| byte != b'\r' || bytes.get(at + 1) != Some(&b'\n');
    (pairs > 0).then(|| bytes.iter().enumerate().filter(kept).map(|(_, &byte)| byte).collect())
}
