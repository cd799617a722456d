//! What each landing of a line changed, from the raw bytes of its trees.
//!
//! Equal ids are skipped without being read, and folders that nobody asks for are never entered. The line is cut into
//! pieces of consecutive landings, which are walked in parallel; the pieces stand together in the order of the line,
//! so the result does not depend on how many threads there are.

use super::store::Store;
use super::tree::{entry, join};
use super::{Line, ObjectId, requested};
use git2::{Error, ErrorClass, ErrorCode, ObjectType, Oid, Repository};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// One path that a landing changed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Event {
    /// The landing, as a position on the line.
    pub position: u32,
    /// The path in bytes.
    pub path: Box<[u8]>,
    /// The file before; `None` where there was none.
    pub before: Option<FileId>,
    /// The file after; `None` where it is gone.
    pub after: Option<FileId>,
}

/// A file of a tree: what stands there, and in which mode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct FileId {
    /// Its content; the commit of a submodule.
    pub id: ObjectId,
    /// Its mode as git stores it, such as `0o100644`.
    pub mode: u32,
}

impl FileId {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// Which paths are looked at.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Files by their whole path.
    files: HashSet<Box<[u8]>>,
    /// Folders on the way to them.
    ways: HashSet<Box<[u8]>>,
    /// Files and folders that are looked at with all that lies below them; an empty one is the root.
    folders: HashSet<Box<[u8]>>,
}

impl Watch {
    /// Everything.
    pub fn everything() -> Self {
        Self { folders: HashSet::from([Box::default()]), ..Self::default() }
    }

    /// Looks at a file too.
    pub fn file(&mut self, path: &[u8]) {
        self.way(path);
        self.files.insert(path.into());
    }

    /// Looks at everything below a folder too.
    pub fn folder(&mut self, path: &[u8]) {
        self.way(path);
        self.folders.insert(path.into());
    }

    /// Whether nothing is looked at.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// What is looked at: files by their whole path, and folders; sorted.
    pub fn parts(&self) -> (Vec<&[u8]>, Vec<&[u8]>) {
        let (mut files, mut folders): (Vec<&[u8]>, Vec<&[u8]>) =
            (self.files.iter().map(|path| &**path).collect(), self.folders.iter().map(|path| &**path).collect());
        files.sort_unstable();
        folders.sort_unstable();
        (files, folders)
    }

    /// Whether another one looks at the same.
    pub fn is_same(&self, other: &Watch) -> bool {
        self.files == other.files && self.folders == other.folders
    }

    /// What is looked at here and not by another.
    pub fn beyond(&self, other: &Watch) -> Watch {
        let mut more = Watch::default();
        let (files, folders) = self.parts();
        files.into_iter().filter(|path| !other.wants(path)).for_each(|path| more.file(path));
        folders.into_iter().filter(|path| !other.is_inside(path)).for_each(|path| more.folder(path));
        more
    }

    fn way(&mut self, path: &[u8]) {
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            self.ways.insert(path[..at].into());
        }
    }

    fn is_inside(&self, path: &[u8]) -> bool {
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        std::iter::once(0).chain(slashes).chain([path.len()]).any(|end| self.folders.contains(&path[..end]))
    }

    /// Whether a folder may hold something that is looked at.
    fn enters(&self, folder: &[u8]) -> bool {
        self.ways.contains(folder) || self.is_inside(folder)
    }

    /// Whether a file is looked at.
    pub fn wants(&self, path: &[u8]) -> bool {
        self.files.contains(path) || self.is_inside(path)
    }
}

/// How many landings a piece has: enough that reading its first tree twice costs nothing.
const PIECE: usize = 1_000;

/// How many pieces are walked before their events are handed over: all of them at once would take more memory than what
/// is kept of them.
const AT_ONCE: usize = 16;

/// Walks a part of a line and hands over what it changed, in the order of positions and paths. What an open pull request
/// did belongs to a part that reaches to the end.
pub(super) fn walk(
    store: &Store,
    line: &Line,
    part: Range<usize>,
    watch: &Watch,
    mut take: impl FnMut(Event),
) -> Result<(), Error> {
    let landed = part.end.min(line.unlanded() as usize);
    let starts: Vec<usize> = (part.start..landed).step_by(PIECE).collect();
    for starts in starts.chunks(AT_ONCE) {
        let pieces: Result<Vec<Vec<Event>>, Error> = starts
            .par_iter()
            .map(|&start| store.with(|repository| piece(repository, line, start..landed.min(start + PIECE), watch)))
            .collect();
        pieces?.into_iter().flatten().for_each(&mut take);
    }
    if let Some(request) = line.request.filter(|_| part.end >= line.commits.len()) {
        store.with(|repository| requested::walk(repository, line, request, watch))?.into_iter().for_each(take);
    }
    Ok(())
}

/// What one landing changed, whatever the path.
pub(super) fn landing(store: &Store, line: &Line, position: u32) -> Result<Vec<Event>, Error> {
    let at = position as usize;
    if at >= line.commits.len() {
        return Ok(Vec::new());
    }
    store.with(|repository| piece(repository, line, at..at + 1, &Watch::everything()))
}

/// What differs between two trees.
pub(super) fn between(
    repository: &Repository,
    before: Option<ObjectId>,
    after: ObjectId,
    watch: &Watch,
) -> Result<Vec<Event>, Error> {
    let mut walker = Walker::new(repository, watch)?;
    walker.folder(&[], before.map(|tree| tree.0), Some(after.0))?;
    Ok(walker.events)
}

/// What consecutive commits of a line changed.
pub(super) fn piece(
    repository: &Repository,
    line: &Line,
    positions: Range<usize>,
    watch: &Watch,
) -> Result<Vec<Event>, Error> {
    let mut walker = Walker::new(repository, watch)?;
    for at in positions {
        walker.position = u32::try_from(at).unwrap_or(u32::MAX);
        let before = line.before(at);
        let after = line.commits.get(at).map(|commit| commit.tree.0);
        let first = walker.events.len();
        walker.folder(&[], before, after)?;
        walker.events[first..].sort_unstable();
    }
    Ok(walker.events)
}

/// The trees of a few landings stay in memory: what a landing made is what the next one changes.
const KEPT_TREES: usize = 256;

struct Walker<'r> {
    odb: git2::Odb<'r>,
    watch: &'r Watch,
    id_length: usize,
    empty: Rc<[u8]>,
    trees: HashMap<Oid, Rc<[u8]>>,
    position: u32,
    events: Vec<Event>,
}

type Side<'t> = Option<(&'t [u8], u32, Oid)>;

impl<'r> Walker<'r> {
    fn new(repository: &'r Repository, watch: &'r Watch) -> Result<Self, Error> {
        let id_length = super::tree::id_length(repository.object_format());
        let (trees, empty) = (HashMap::new(), Rc::from(&[][..]));
        Ok(Self { odb: repository.odb()?, watch, id_length, empty, trees, position: 0, events: Vec::new() })
    }

    fn tree(&mut self, id: Option<Oid>) -> Result<Rc<[u8]>, Error> {
        let Some(id) = id else { return Ok(Rc::clone(&self.empty)) };
        if let Some(tree) = self.trees.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let object = self.odb.read(id)?;
        if object.kind() != ObjectType::Tree {
            return Err(broken());
        }
        if self.trees.len() >= KEPT_TREES {
            self.trees.clear();
        }
        let tree: Rc<[u8]> = Rc::from(object.data());
        self.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Compares two trees of one folder: what they share is passed over as bytes, the rest entry by entry.
    fn folder(&mut self, path: &[u8], before: Option<Oid>, after: Option<Oid>) -> Result<(), Error> {
        if before == after {
            return Ok(());
        }
        let (old, new) = (self.tree(before)?, self.tree(after)?);
        let mut old = Entries { data: &old, id_length: self.id_length };
        let mut new = Entries { data: &new, id_length: self.id_length };
        loop {
            let same = common(old.data, new.data, self.id_length)?;
            (old.data, new.data) = (&old.data[same..], &new.data[same..]);
            let (left, right) = (old.first()?, new.first()?);
            match order(left, right) {
                None => return Ok(()),
                Some(Ordering::Less) => {
                    self.entry(path, old.take()?, None)?;
                }
                Some(Ordering::Greater) => {
                    self.entry(path, None, new.take()?)?;
                }
                Some(Ordering::Equal) => {
                    self.entry(path, old.take()?, new.take()?)?;
                }
            }
        }
    }

    /// One name of a folder, before and after.
    fn entry(&mut self, folder: &[u8], before: Side<'_>, after: Side<'_>) -> Result<(), Error> {
        let Some((name, ..)) = before.or(after) else { return Ok(()) };
        if before.map(|(_, mode, id)| (mode, id)) == after.map(|(_, mode, id)| (mode, id)) {
            return Ok(());
        }
        let path = join(folder, name);
        let (old_tree, old_file) = split(before);
        let (new_tree, new_file) = split(after);
        if (old_tree.is_some() || new_tree.is_some()) && self.watch.enters(&path) {
            self.folder(&path, old_tree, new_tree)?;
        }
        if (old_file.is_some() || new_file.is_some()) && self.watch.wants(&path) {
            let path = path.into_boxed_slice();
            self.events.push(Event { position: self.position, path, before: old_file, after: new_file });
        }
        Ok(())
    }
}

/// An entry as a folder or as a file.
fn split(side: Side<'_>) -> (Option<Oid>, Option<FileId>) {
    match side {
        None => (None, None),
        Some((_, mode, id)) if mode & 0o170_000 == 0o040_000 => (Some(id), None),
        Some((_, mode, id)) => (None, Some(FileId { id: ObjectId(id), mode })),
    }
}

/// Which of two entries stands first. Git sorts a folder as if its name ended with `/`; a file and a folder of one
/// name are told apart so, and each is an event of its own.
fn order(left: Side<'_>, right: Side<'_>) -> Option<Ordering> {
    match (left, right) {
        (None, None) => None,
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some(left), Some(right)) => Some(compare(left, right)),
    }
}

fn compare((left, left_mode, _): (&[u8], u32, Oid), (right, right_mode, _): (&[u8], u32, Oid)) -> Ordering {
    let shared = left.len().min(right.len());
    let end = |name: &[u8], mode: u32| match name.get(shared) {
        Some(&byte) => byte,
        None if mode & 0o170_000 == 0o040_000 => b'/',
        None => 0,
    };
    left[..shared].cmp(&right[..shared]).then_with(|| end(left, left_mode).cmp(&end(right, right_mode)))
}

/// How many bytes at the start of two trees are whole, equal entries.
fn common(old: &[u8], new: &[u8], id_length: usize) -> Result<usize, Error> {
    let same = shared(old, new);
    if same == old.len() && same == new.len() {
        return Ok(same);
    }
    let mut start = 0;
    while start < same {
        let nul = old[start..].iter().position(|&byte| byte == 0).ok_or_else(broken)?;
        let end = start + nul + 1 + id_length;
        if end > same {
            break;
        }
        start = end;
    }
    Ok(start)
}

/// How many bytes two texts share at their start.
fn shared(one: &[u8], other: &[u8]) -> usize {
    const STRIDE: usize = 64;
    let strides = one.chunks_exact(STRIDE).zip(other.chunks_exact(STRIDE)).take_while(|(a, b)| a == b).count();
    let at = strides * STRIDE;
    at + one[at..].iter().zip(&other[at..]).take_while(|(a, b)| a == b).count()
}

/// The entries of a tree, one after the other.
struct Entries<'t> {
    data: &'t [u8],
    id_length: usize,
}

impl<'t> Entries<'t> {
    /// The next entry.
    fn first(&self) -> Result<Side<'t>, Error> {
        Ok(self.split()?.map(|(side, _)| side))
    }

    /// The next entry, which is passed over.
    fn take(&mut self) -> Result<Side<'t>, Error> {
        let Some((side, rest)) = self.split()? else { return Ok(None) };
        self.data = rest;
        Ok(Some(side))
    }

    #[allow(clippy::type_complexity, reason = "an entry, and what follows it")]
    fn split(&self) -> Result<Option<((&'t [u8], u32, Oid), &'t [u8])>, Error> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let (mode, name, id, rest) = entry(self.data, self.id_length).ok_or_else(broken)?;
        Ok(Some(((name, mode, id), rest)))
    }
}

fn broken() -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::Tree, "a tree is malformed")
}
