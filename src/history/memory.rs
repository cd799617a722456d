//! What one run remembers for the next: the line, what was seen on it, and what the versions of files said.
//!
//! It is a memo and nothing else. All of it follows from the objects of the repository, the configuration and this very
//! program, so it is believed only where those are the same and its checksum holds; otherwise, or where it is gone, all
//! is read again. What it holds is told by the ids of what it was read from: it can grow with the line, and after
//! another commit only what is new is read.

use super::substance::Substance;
use super::target::TargetVersion;
use super::tracks::{Content, Seen};
use crate::config::Rulebook;
use crate::git::{FileId, Line, LineCommit, ObjectId, Past, Signature, Watch, program};
use crate::record::register::RegisterKind;
use crate::source::RepoPath;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};

/// The name of the file, and the beginning of it.
const NAME: &str = "history";
const MAGIC: &[u8] = b"closeloop history 1\n";
const SUM: usize = 32;

/// What is remembered.
#[derive(Default)]
pub(super) struct Memory {
    pub line: Line,
    pub watch: Watch,
    pub seen: Seen,
    pub documents: HashMap<(ObjectId, Box<str>), Substance>,
    pub registers: BTreeMap<u8, Register>,
    pub records: BTreeMap<Box<str>, Records>,
}

/// A short name for a list of versions.
pub(super) type Mark = [u8; 16];

/// What the rows of a register said up to a version.
#[derive(Serialize, Deserialize)]
pub(super) struct Register {
    /// How many versions were read, and which.
    pub count: u32,
    pub mark: Mark,
    /// The versions of each row.
    pub rows: Vec<(Box<str>, Vec<Version>)>,
}

/// A version of a row: position, blob, path, what it says, and its marks.
pub(super) type Version = (u32, Option<ObjectId>, Box<str>, Option<Substance>, Option<super::target::RowMarks>);

/// What the versions of a file said of its records, written down.
#[derive(Serialize, Deserialize)]
pub(super) struct Records {
    pub mark: Mark,
    pub tracks: Vec<u8>,
}

/// A short name for versions of files; `None` where one of them has not landed.
pub(super) fn mark<'v>(versions: impl Iterator<Item = (u32, &'v RepoPath, &'v Content)>) -> Option<Mark> {
    let mut sum = Sha256::new();
    for (position, path, content) in versions {
        sum.update(position.to_le_bytes());
        sum.update((path.as_str().len() as u64).to_le_bytes());
        sum.update(path.as_str());
        match content {
            Content::Gone => sum.update([0]),
            Content::Blob(id) => {
                sum.update([1]);
                sum.update(id.as_bytes());
            }
            Content::Pending(_) => return None,
        }
    }
    sum.finalize().get(..16)?.try_into().ok()
}

impl Register {
    /// The versions of rows as targets have them.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&str, Vec<TargetVersion>)> {
        self.rows.iter().map(|(id, versions)| (&**id, versions.iter().map(target_version).collect()))
    }
}

fn target_version((position, blob, path, state, row): &Version) -> TargetVersion {
    let path = RepoPath::new(path);
    TargetVersion {
        position: *position,
        blob: *blob,
        path,
        state: *state,
        row: row.clone(),
        moved_from: None,
        takes_back: false,
    }
}

/// A version of a row to be remembered.
pub(super) fn version(version: &TargetVersion) -> Version {
    let TargetVersion { position, blob, path, state, row, .. } = version;
    (*position, *blob, path.as_str().into(), *state, row.clone())
}

impl Memory {
    /// How much is remembered of what files said.
    pub(super) fn size(&self) -> [usize; 3] {
        [self.documents.len(), self.registers.len(), self.records.len()]
    }

    /// What the last run remembered; nothing where it does not fit.
    pub(super) fn load(past: &Past<'_>, book: &Rulebook) -> Self {
        past.memo(NAME).and_then(|bytes| decode(&bytes, &key(book)?)).unwrap_or_default()
    }

    /// Leaves it for the next run.
    pub(super) fn leave(&self, past: &Past<'_>, book: &Rulebook) {
        if let Some((key, body)) = key(book).and_then(|key| Some((key, encode(self)?))) {
            past.leave_memo(NAME, &[MAGIC, &key, &Sha256::digest(&body), &body]);
        }
    }
}

/// What has to be the same: the program, its ways of hashing, and the configuration.
fn key(book: &Rulebook) -> Option<[u8; SUM]> {
    let program = program()?;
    let mut probe = DefaultHasher::new();
    probe.write(MAGIC);
    let mut sum = Sha256::new();
    sum.update(program);
    sum.update(probe.finish().to_le_bytes());
    sum.update(&book.digest);
    Some(sum.finalize().into())
}

fn encode(memory: &Memory) -> Option<Vec<u8>> {
    let Memory { line, watch, seen, documents, registers, records } = memory;
    let people: Vec<&Signature> = line.people.iter().collect();
    let on_line = |id: &ObjectId, at: u32| line.commits.get(at as usize).is_some_and(|commit| commit.id == *id);
    let mut sides: Vec<(&ObjectId, u32)> =
        line.landed.iter().map(|(id, at)| (id, *at)).filter(|(id, at)| !on_line(id, *at)).collect();
    sides.sort_unstable();
    let requests: BTreeMap<&str, &Vec<u32>> = line.requests.iter().map(|(name, at)| (&**name, at)).collect();
    let mut documents: Vec<_> = documents.iter().map(|((id, extension), said)| (id, extension, said)).collect();
    documents.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let body = Vec::with_capacity(1 << 20);
    let body = postcard::to_extend(&(&line.commits, people, sides, requests), body).ok()?;
    let body = postcard::to_extend(&(watch.parts(), seen), body).ok()?;
    postcard::to_extend(&(documents, registers, records), body).ok()
}

type Lines = (Vec<LineCommit>, Vec<Signature>, Vec<(ObjectId, u32)>, HashMap<Box<str>, Vec<u32>>);
type Watched = ((Vec<Box<[u8]>>, Vec<Box<[u8]>>), BTreeMap<Box<[u8]>, Vec<(u32, Option<FileId>)>>);
type Said = (Vec<(ObjectId, Box<str>, Substance)>, BTreeMap<u8, Register>, BTreeMap<Box<str>, Records>);

fn decode(bytes: &[u8], key: &[u8; SUM]) -> Option<Memory> {
    let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(key)?;
    let (sum, body) = rest.split_at_checked(SUM)?;
    if Sha256::digest(body)[..] != *sum {
        return None;
    }
    let ((commits, people, sides, requests), body): (Lines, _) = postcard::take_from_bytes(body).ok()?;
    let (((files, folders), seen), body): (Watched, _) = postcard::take_from_bytes(body).ok()?;
    let (documents, registers, records): Said = postcard::from_bytes(body).ok()?;
    let mut line = Line::default();
    (line.commits, line.people, line.requests) = (commits, people.into_iter().collect(), requests);
    line.landed.reserve(line.commits.len() + sides.len());
    for (at, commit) in line.commits.iter().enumerate() {
        line.landed.insert(commit.id, u32::try_from(at).ok()?);
    }
    line.landed.extend(sides);
    let mut watch = Watch::default();
    files.iter().for_each(|path| watch.file(path));
    folders.iter().for_each(|path| watch.folder(path));
    let documents = documents.into_iter().map(|(id, extension, said)| ((id, extension), said)).collect();
    Some(Memory { line, watch, seen, documents, registers, records })
}

/// The number under which a register is remembered.
pub(super) fn number(kind: RegisterKind) -> u8 {
    RegisterKind::ALL.iter().position(|known| *known == kind).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}
