//! The working tree: tracked files as they are on disk, and untracked ones that are not ignored.

use std::collections::{HashMap, HashSet};
use std::fs::FileType;
use std::path::{Path, PathBuf};

use super::ignored::Ignored;
use super::index::Staged;
use super::tree::{join, kind_of_mode};
use super::{EntryKind, Spot, TreeEntry, disk, names};

/// Lists the working tree, in no particular order.
///
/// `plain_links` says that this checkout writes symbolic links as plain files (`core.symlinks = false`).
pub(super) fn list(root: &Path, staged: &[Staged], ignored: Ignored, plain_links: bool) -> Vec<TreeEntry> {
    let tracked = staged.iter().enumerate().map(|(at, entry)| (entry.path.as_slice(), at)).collect();
    let (seen, entries) = (vec![false; staged.len()], Vec::with_capacity(staged.len()));
    let mut walk = Walk { root, staged, tracked, plain_links, seen, entries, walked: HashSet::new(), open: Vec::new() };
    walk.open.push((Vec::new(), ignored));
    while let Some((folder, ignored)) = walk.open.pop() {
        walk.folder(folder, ignored);
    }
    walk.rest();
    walk.entries
}

struct Walk<'a> {
    root: &'a Path,
    staged: &'a [Staged],
    tracked: HashMap<&'a [u8], usize>,
    plain_links: bool,
    /// Which tracked paths were met.
    seen: Vec<bool>,
    entries: Vec<TreeEntry>,
    /// The folders whose whole content is known.
    walked: HashSet<Vec<u8>>,
    /// The folders that are still to be listed.
    open: Vec<(Vec<u8>, Ignored)>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: Vec<u8>, ignored: Ignored) {
        let place = self.place(&folder);
        let Some(names) = names_in(&place) else {
            self.entries.push(TreeEntry::new(&folder, EntryKind::Other, Spot::Disk(None)));
            return;
        };
        let is_other = !folder.is_empty() && names.iter().any(|(name, _)| is_git(name)) && is_repository(&place);
        if is_other {
            self.entries.push(TreeEntry::new(&folder, EntryKind::Submodule, Spot::Disk(None)));
            return;
        }
        self.content(&folder, &names, ignored);
        self.walked.insert(folder);
    }

    fn content(&mut self, folder: &[u8], names: &[(Vec<u8>, FileType)], ignored: Ignored) {
        let has_patterns = names.iter().any(|(name, file)| name == b".gitignore" && file.is_file());
        let ignored = if has_patterns { ignored.of_folder(self.root, folder) } else { ignored };
        for (name, file) in names.iter().filter(|(name, _)| !is_git(name)) {
            self.name(join(folder, name), *file, &ignored);
        }
    }

    fn name(&mut self, path: Vec<u8>, file: FileType, ignored: &Ignored) {
        let known = self.tracked.get(path.as_slice()).copied();
        match (known, disk::kind(file)) {
            (Some(at), kind) if kind.is_some() || self.is_submodule(at) => self.known(at, kind),
            (_, None) if ignored.holds(&path, true) => {}
            (_, None) => self.open.push((path, ignored.clone())),
            (_, Some(_)) if ignored.holds(&path, false) => {}
            (_, Some(kind)) => self.entries.push(TreeEntry::new(&path, kind, Spot::Disk(None))),
        }
    }

    fn is_submodule(&self, at: usize) -> bool {
        kind_of_mode(self.staged[at].mode) == Some(EntryKind::Submodule)
    }

    /// Adds a tracked path that is on disk.
    fn known(&mut self, at: usize, kind: Option<EntryKind>) {
        let staged = &self.staged[at];
        let was = kind_of_mode(staged.mode);
        let kind = match kind {
            None => EntryKind::Submodule,
            Some(EntryKind::File) if self.plain_links && was == Some(EntryKind::Symlink) => EntryKind::Symlink,
            Some(kind) => kind,
        };
        self.seen[at] = true;
        let spot = Spot::Disk(Some(Box::new(staged.noted.clone())));
        self.entries.push(TreeEntry::new(&staged.path, kind, spot));
    }

    /// Looks for the tracked paths that were not met: in ignored folders, left out by a sparse checkout, or gone.
    fn rest(&mut self) {
        for at in 0..self.staged.len() {
            if self.seen[at] {
                continue;
            }
            match self.on_disk(at) {
                Some(kind) => self.known(at, kind),
                None if self.staged[at].skipped => self.left_out(at),
                None => {}
            }
        }
    }

    /// What is on disk at a tracked path outside the folders that were walked.
    fn on_disk(&self, at: usize) -> Option<Option<EntryKind>> {
        let path = self.staged[at].path.as_slice();
        let folder = path.iter().rposition(|&byte| byte == b'/').map_or(&path[..0], |slash| &path[..slash]);
        if self.walked.contains(folder) {
            return None;
        }
        match disk::look(self.root, &names::to_path(path)?) {
            Ok(about) => disk::kind(about.file_type()).map(Some).or_else(|| self.is_submodule(at).then_some(None)),
            Err(super::Unread::Missing) => None,
            Err(_) => Some(Some(EntryKind::File)), // it is there, and reading it will say what is wrong
        }
    }

    /// Adds a tracked path that a sparse checkout does not write: unchanged, so it is what the index holds.
    fn left_out(&mut self, at: usize) {
        let staged = &self.staged[at];
        let kind = kind_of_mode(staged.mode).unwrap_or(EntryKind::Other);
        self.entries.push(TreeEntry::new(&staged.path, kind, Spot::Blob(staged.noted.id)));
    }

    fn place(&self, folder: &[u8]) -> PathBuf {
        names::to_path(folder).map_or_else(|| self.root.to_owned(), |folder| self.root.join(folder))
    }
}

/// The names in a folder; `None` where it cannot be listed.
fn names_in(place: &Path) -> Option<Vec<(Vec<u8>, FileType)>> {
    let listing = std::fs::read_dir(place).ok()?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.ok()?;
        Some((names::to_bytes(&entry.file_name()).into_owned(), entry.file_type().ok()?))
    };
    Some(listing.filter_map(name).collect())
}

fn is_git(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b".git")
}

/// Whether a folder has a repository of its own: a `.git` that is a file or a folder with a `HEAD`.
fn is_repository(place: &Path) -> bool {
    let git = place.join(".git");
    match std::fs::symlink_metadata(&git) {
        Ok(about) if about.is_dir() => git.join("HEAD").symlink_metadata().is_ok(),
        Ok(about) => about.is_file(),
        Err(_) => false,
    }
}
