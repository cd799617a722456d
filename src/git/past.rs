//! What led to the commit under test: its first-parent line, and what each landing on it changed.
//!
//! Objects are read raw: the entries of a tree and the headers of a commit are looked at where they stand, because a
//! history holds a hundred thousand of each. Replace refs and grafts are never followed.

use super::line::{self, Line, LineCommit, Signature};
use super::signature::{TrustedKeys, Unwitnessed};
use super::store::Store;
use super::walk::{self, Event, Watch};
use super::{GitProblem, OpenRequest, Snapshot, Unread, memo};
use git2::{ObjectFormat, Oid};
use rayon::prelude::*;
use std::fmt;
use std::ops::Range;

/// The id of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub(super) Oid);

impl ObjectId {
    /// The id that bytes are; `None` where they are no id.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        matches!(bytes.len(), 20 | 32).then(|| Oid::from_bytes(bytes).ok()).flatten().map(Self)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The first seven digits, as people write them.
    pub fn short(&self) -> String {
        self.0.to_string().chars().take(7).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for ObjectId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de> serde::Deserialize<'de> for ObjectId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Self::from_bytes(bytes).ok_or_else(|| serde::de::Error::custom("no id"))
    }
}

/// The door to the history of a repository.
#[derive(Clone, Copy)]
pub struct Past<'s> {
    store: &'s Store,
}

impl Snapshot {
    /// The history of the repository; `None` for a tree without one.
    pub fn past(&self) -> Option<Past<'_>> {
        Some(Past { store: self.store.as_ref()? })
    }

    /// The line that led to what is tested: the first-parent line of the commit under test, or, where an open pull
    /// request is tested, what landed and then its own commits. Empty in a repository without a commit.
    ///
    /// # Errors
    /// A commit is missing or broken.
    pub fn line(&self) -> Result<Line, GitProblem> {
        match (self.past(), self.commit()) {
            (Some(past), Some(commit)) => match &self.request {
                Some(request) => past.request(request),
                None => past.line(&commit.id),
            },
            _ => Ok(Line::default()),
        }
    }
}

/// How many objects one thread looks up before it takes the next ones.
const LOOKED_UP_AT_ONCE: usize = 2_048;

/// How many signatures one thread verifies before it takes the next ones.
const VERIFIED_AT_ONCE: usize = 256;

impl Past<'_> {
    /// The first-parent line that ends in a commit, oldest first.
    ///
    /// # Errors
    /// A commit is missing or broken.
    pub fn line(&self, tip: &str) -> Result<Line, GitProblem> {
        let read = self.store.with(|repository| line::read(repository, tip));
        read.map_err(|error| self.unreadable(&error))
    }

    /// The line of an open pull request: what landed, oldest first, and then its own commits.
    ///
    /// # Errors
    /// A commit is missing or broken.
    pub fn request(&self, request: &OpenRequest) -> Result<Line, GitProblem> {
        let read = self.store.with(|repository| line::read_request(repository, request));
        read.map_err(|error| self.unreadable(&error))
    }

    /// The same line, of which another one may be the beginning; with it comes how many commits it took from there.
    ///
    /// # Errors
    /// A commit is missing or broken.
    pub fn line_after(&self, tip: &str, known: Line) -> Result<(Line, usize), GitProblem> {
        let read = self.store.with(|repository| line::read_after(repository, tip, known));
        read.map_err(|error| self.unreadable(&error))
    }

    /// Hands over what the landings of a part of a line changed among the watched paths, in the order of positions and
    /// paths.
    ///
    /// # Errors
    /// A tree is missing or broken.
    pub fn walk_part(
        &self,
        line: &Line,
        part: Range<usize>,
        watch: &Watch,
        take: impl FnMut(Event),
    ) -> Result<(), GitProblem> {
        let part = part.start..part.end.min(line.commits.len());
        walk::walk(self.store, line, part, watch, take).map_err(|error| self.unreadable(&error))
    }

    /// What git would take for another history, and what is not followed here: replace refs, and grafts.
    pub fn remarks(&self) -> Vec<String> {
        let found = self.store.with(|repository| {
            let replaced = repository.references_glob("refs/replace/*")?.filter(Result::is_ok).count();
            let grafts = repository.commondir().join("info").join("grafts");
            Ok((replaced, std::fs::metadata(grafts).is_ok_and(|about| about.len() > 0)))
        });
        let (replaced, has_grafts) = found.unwrap_or_default();
        let refs = match replaced {
            0 => None,
            1 => Some("1 replace ref is ignored: history is read as it was committed".to_owned()),
            n => Some(format!("{n} replace refs are ignored: history is read as it was committed")),
        };
        let grafts = "the file `info/grafts` is ignored: history is read as it was committed".to_owned();
        refs.into_iter().chain(has_grafts.then_some(grafts)).collect()
    }

    /// Which of the first commits of a line a trusted key signed, and why others count as not signed. Without a key
    /// nothing is verified, and the answer is empty.
    ///
    /// # Errors
    /// A commit is missing or broken.
    pub fn witnessed(
        &self,
        line: &Line,
        until: u32,
        keys: &TrustedKeys,
    ) -> Result<Vec<Result<(), Unwitnessed>>, GitProblem> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let header: &[u8] = if self.store.format() == ObjectFormat::Sha256 { b"gpgsig-sha256" } else { b"gpgsig" };
        let commits = line.commits.get(..until as usize).unwrap_or(&line.commits);
        let some = |commits: &[LineCommit]| {
            self.store.with(|repository| {
                let odb = repository.odb()?;
                let one = |commit: &LineCommit| match commit.is_signed {
                    true => Ok(keys.verify(odb.read(commit.id.0)?.data(), header)),
                    false => Ok(Err(Unwitnessed::NoSignature)),
                };
                commits.iter().map(one).collect::<Result<Vec<_>, git2::Error>>()
            })
        };
        let verified: Result<Vec<Vec<_>>, _> = commits.par_chunks(VERIFIED_AT_ONCE).map(some).collect();
        verified.map(|parts| parts.concat()).map_err(|error| self.unreadable(&error))
    }

    /// What an earlier run left in the folder of git; `None` where it is not wanted, not there or not to be trusted.
    pub fn memo(&self, name: &str) -> Option<Vec<u8>> {
        memo::read(self.store.memo_folder()?, name)
    }

    /// Leaves something for the next run. Where it cannot be written nothing is lost but time.
    pub fn leave_memo(&self, name: &str, parts: &[&[u8]]) {
        if let Some(folder) = self.store.memo_folder() {
            memo::write(folder, name, parts);
        }
    }

    /// Whether something may be left for the next run.
    pub fn has_memo(&self) -> bool {
        self.store.memo_folder().is_some()
    }

    /// What each landing of a line changed among the watched paths, in the order of positions and paths.
    ///
    /// # Errors
    /// A tree is missing or broken.
    pub fn walk(&self, line: &Line, watch: &Watch) -> Result<Vec<Event>, GitProblem> {
        let mut events = Vec::new();
        self.walk_part(line, 0..line.commits.len(), watch, |event| events.push(event))?;
        Ok(events)
    }

    /// What one landing of a line changed, whatever the path.
    ///
    /// # Errors
    /// A tree is missing or broken.
    pub fn changes_of(&self, line: &Line, position: u32) -> Result<Vec<Event>, GitProblem> {
        walk::landing(self.store, line, position).map_err(|error| self.unreadable(&error))
    }

    /// The bytes of a file of any commit.
    ///
    /// # Errors
    /// It is missing, too large or no file.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, Unread> {
        self.store.blob(id.0, Snapshot::MAX_FILE_BYTES)
    }

    /// Whether all of these objects are in this clone.
    ///
    /// # Errors
    /// One is missing.
    pub fn holds(&self, ids: impl IntoIterator<Item = ObjectId>) -> Result<(), GitProblem> {
        let ids: Vec<ObjectId> = ids.into_iter().collect();
        let lacking = |ids: &[ObjectId]| {
            self.store.with(|repository| {
                let odb = repository.odb()?;
                Ok(ids.iter().copied().find(|id| !self.store.is_empty_blob(id.0) && !odb.exists(id.0)))
            })
        };
        let lacking: Result<Vec<_>, git2::Error> = ids.par_chunks(LOOKED_UP_AT_ONCE).map(lacking).collect();
        match lacking.map(|found| found.into_iter().flatten().next()) {
            Ok(None) => Ok(()),
            Ok(Some(id)) => Err(self.lacking().unwrap_or_else(|| {
                GitProblem::new(
                    format!("the object {} is missing from this clone", id.short()),
                    "`git fsck` tells which are, `git fetch --refetch` brings them from the remote",
                )
            })),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// The size of a file of any commit in bytes, without reading it.
    pub fn size(&self, id: ObjectId) -> Option<u64> {
        self.store.size(id.0)
    }

    /// The file at a path of a commit; `None` where there is no such file.
    pub fn file_at(&self, commit: ObjectId, path: &str) -> Option<ObjectId> {
        let entry = self.store.with(|repository| {
            let tree = repository.find_commit(commit.0)?.tree()?;
            let entry = tree.get_path(std::path::Path::new(path))?;
            Ok((entry.id(), entry.kind()))
        });
        entry.ok().filter(|(_, kind)| *kind == Some(git2::ObjectType::Blob)).map(|(id, _)| ObjectId(id))
    }

    /// Whether a commit has a file or a folder at a path.
    pub fn has_path(&self, commit: ObjectId, path: &str) -> bool {
        let found = self.store.with(|repository| {
            let tree = repository.find_commit(commit.0)?.tree()?;
            tree.get_path(std::path::Path::new(path)).map(|_| ())
        });
        path.is_empty() || found.is_ok()
    }

    /// The whole id of a commit that a text names by seven digits or more; `None` where no single one is meant.
    pub fn commit_id(&self, text: &str) -> Option<ObjectId> {
        if text.len() < 7 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let found = self.store.with(|repository| {
            let odb = repository.odb()?;
            let id = odb.exists_prefix(Oid::from_str_ext(text, repository.object_format())?, text.len())?;
            Ok((id, odb.read_header(id)?.1))
        });
        found.ok().filter(|(_, kind)| *kind == git2::ObjectType::Commit).map(|(id, _)| ObjectId(id))
    }

    /// Who wrote a commit, and who committed it.
    pub fn people_of(&self, commit: ObjectId) -> Option<[Signature; 2]> {
        let read = self.store.with(|repository| {
            let commit = repository.find_commit(commit.0)?;
            let signature = |who: &git2::Signature<'_>| Signature {
                name: String::from_utf8_lossy(who.name_bytes()).trim().into(),
                address: String::from_utf8_lossy(who.email_bytes()).trim().into(),
            };
            Ok([signature(&commit.author()), signature(&commit.committer())])
        });
        read.ok()
    }

    /// Who made a commit and when, on the line or beside it.
    pub fn head(&self, commit: ObjectId) -> Option<line::CommitHead> {
        self.store.with(|repository| line::head(repository, commit.0)).ok()
    }

    /// The message of a commit.
    pub fn message(&self, commit: ObjectId) -> Option<String> {
        let read = self.store.with(|repository| {
            let commit = repository.find_commit(commit.0)?;
            Ok(String::from_utf8_lossy(commit.message_bytes()).into_owned())
        });
        read.ok()
    }

    fn unreadable(&self, error: &git2::Error) -> GitProblem {
        self.lacking().unwrap_or_else(|| GitProblem::from_git("the history cannot be read", error))
    }

    fn lacking(&self) -> Option<GitProblem> {
        self.store.with(|repository| Ok(super::snapshot::incomplete(repository))).ok().flatten()
    }
}
