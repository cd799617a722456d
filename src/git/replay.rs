//! History as data: folders of files become commits with fixed authors and dates.
//!
//! A folder holds the files that its commit changes and a `commit.toml` that says who, when and why. The demo and
//! the tests build their repositories from such folders, so the same folders give the same commit ids anywhere.

use super::GitProblem;
use git2::{Commit, IndexEntry, IndexTime, Oid, Repository, Signature, Time};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the file that says what a commit is.
pub const COMMIT_FILE: &str = "commit.toml";
const MAIN: &str = "main";

/// One commit: the name of its folder, what it says, and its files by path.
#[derive(Clone, Debug)]
pub struct CommitFolder {
    /// The folder's name, by which later commits refer to its id: `{sha12:17-admin-rights}`.
    pub name: String,
    /// The text of its `commit.toml`.
    pub description: String,
    /// The files that it adds or replaces.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What `commit.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// `Name <address>`
    author: String,
    /// Who committed it, where that is somebody else.
    committer: Option<String>,
    /// When, with its offset.
    date: toml::value::Datetime,
    /// Why.
    message: String,
    /// Paths that it deletes.
    #[serde(default)]
    delete: Vec<String>,
    /// The side branch that it goes onto.
    branch: Option<String>,
    /// The side branch that it merges.
    merge: Option<String>,
}

/// The tip of a branch: its commit, and the blobs of its tree.
#[derive(Clone, Debug, Default)]
struct Tip {
    commit: Option<Oid>,
    tree: BTreeMap<String, Oid>,
}

/// Builds a repository in a folder that is new or empty, and checks its main branch out.
///
/// # Errors
/// The folder holds something, a `commit.toml` cannot be read, or git cannot write.
pub fn replay(folders: &[CommitFolder], into: &Path) -> Result<(), GitProblem> {
    if into.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        let message = format!("`{}` holds something already", into.display());
        return Err(GitProblem {
            message,
            help: "Name a folder that is new or empty; nothing was written.".to_owned(),
        });
    }
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head(MAIN).external_template(false);
    let repository = Repository::init_opts(into, &options).map_err(failed)?;
    // The files have to be the same bytes everywhere, whatever the user's own settings are.
    repository.config().and_then(|mut config| config.set_str("core.autocrlf", "false")).map_err(failed)?;
    let mut replay = Replay { repository: &repository, tips: BTreeMap::new(), ids: BTreeMap::new() };
    for folder in folders {
        replay.commit(folder)?;
    }
    let mut checkout = git2::build::CheckoutBuilder::new();
    repository.checkout_head(Some(checkout.force())).map_err(failed)
}

fn failed(error: git2::Error) -> GitProblem {
    GitProblem {
        message: format!("the repository could not be written: {}", error.message()),
        help: "Check the folder and its rights.".to_owned(),
    }
}

struct Replay<'r> {
    repository: &'r Repository,
    tips: BTreeMap<String, Tip>,
    ids: BTreeMap<String, Oid>,
}

impl Replay<'_> {
    fn commit(&mut self, folder: &CommitFolder) -> Result<(), GitProblem> {
        let unreadable = |why: String| GitProblem {
            message: format!("`{}/{COMMIT_FILE}` cannot be read: {why}", folder.name),
            help: "It needs author, date and message.".to_owned(),
        };
        let description: Description = toml::from_str(&folder.description).map_err(|e| unreadable(e.to_string()))?;
        let branch = description.branch.as_deref().unwrap_or(MAIN);
        let mut tip = self.tips.get(branch).or_else(|| self.tips.get(MAIN)).cloned().unwrap_or_default();
        for path in &description.delete {
            tip.tree.remove(path);
        }
        for (path, bytes) in &folder.files {
            let blob = self.repository.blob(&self.filled(bytes)).map_err(failed)?;
            tip.tree.insert(path.clone(), blob);
        }
        let merged = description.merge.as_ref().and_then(|name| self.tips.get(name)?.commit);
        let date =
            instant(&description.date).ok_or_else(|| unreadable("its date needs a time and an offset".to_owned()))?;
        let author = signature(&description.author, date)
            .ok_or_else(|| unreadable("`author` is no `Name <address>`".to_owned()))?;
        let committer = description.committer.as_deref().and_then(|name| signature(name, date));
        let id = self
            .write(&tip, merged, (&author, committer.as_ref().unwrap_or(&author)), &description.message)
            .map_err(failed)?;
        tip.commit = Some(id);
        self.repository.reference(&format!("refs/heads/{branch}"), id, true, "replay").map_err(failed)?;
        self.ids.insert(folder.name.clone(), id);
        self.tips.insert(branch.to_owned(), tip);
        Ok(())
    }

    fn write(
        &self,
        tip: &Tip,
        merged: Option<Oid>,
        (author, committer): (&Signature<'_>, &Signature<'_>),
        message: &str,
    ) -> Result<Oid, git2::Error> {
        let tree = self.repository.find_tree(self.tree(&tip.tree)?)?;
        let parents: Result<Vec<Commit<'_>>, _> =
            tip.commit.into_iter().chain(merged).map(|id| self.repository.find_commit(id)).collect();
        let parents = parents?;
        let parents: Vec<&Commit<'_>> = parents.iter().collect();
        self.repository.commit(None, author, committer, message.trim_start(), &tree, &parents)
    }

    fn tree(&self, blobs: &BTreeMap<String, Oid>) -> Result<Oid, git2::Error> {
        let mut index = git2::Index::new()?;
        for (path, id) in blobs {
            index.add(&entry(path, *id))?;
        }
        index.write_tree_to(self.repository)
    }

    /// Puts the ids of earlier commits where a text names them.
    fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
        if !text.contains("{sha") {
            return bytes.to_vec();
        }
        let filled = self.ids.iter().fold(text.to_owned(), |text, (name, id)| {
            let id = id.to_string();
            let short: String = id.chars().take(12).collect();
            text.replace(&format!("{{sha:{name}}}"), &id).replace(&format!("{{sha12:{name}}}"), &short)
        });
        filled.into_bytes()
    }
}

fn entry(path: &str, id: Oid) -> IndexEntry {
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn instant(date: &toml::value::Datetime) -> Option<Time> {
    let date = chrono::DateTime::parse_from_rfc3339(&date.to_string()).ok()?;
    Some(Time::new(date.timestamp(), date.offset().local_minus_utc() / 60))
}

fn signature(text: &str, date: Time) -> Option<Signature<'static>> {
    let (name, address) = text.trim().strip_suffix('>')?.split_once('<')?;
    Signature::new(name.trim(), address, &date).ok()
}

/// Whether an id names a blob, for tests of what was written.
#[cfg(test)]
fn is_blob(repository: &Repository, spec: &str) -> bool {
    repository.revparse_single(spec).is_ok_and(|object| object.kind() == Some(git2::ObjectType::Blob))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, description: &str, files: &[(&str, &str)]) -> CommitFolder {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        CommitFolder { name: name.into(), description: description.into(), files }
    }

    fn three() -> Vec<CommitFolder> {
        let line = |day: u32, more: &str| {
            format!(
                "author = 'Ana <ana@x.example>'\ndate = 2026-03-0{day}T09:00:00+01:00\nmessage = 'step {day}'\n{more}"
            )
        };
        vec![
            folder("01-start", &line(1, ""), &[("a.md", "one\n"), ("sub/b.md", "two\n")]),
            folder("02-side", &line(2, "branch = 'side'"), &[("c.md", "on the side\n")]),
            folder(
                "03-merge",
                &line(3, "merge = 'side'\ndelete = ['a.md']"),
                &[("c.md", "on the side\n"), ("d.md", "{sha12:02-side}\n")],
            ),
        ]
    }

    #[test]
    fn folders_become_commits_with_the_same_ids_everywhere() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        replay(&three(), one.path()).unwrap();
        replay(&three(), two.path()).unwrap();
        let (one, two) = (Repository::open(one.path()).unwrap(), Repository::open(two.path()).unwrap());
        let tip = one.head().unwrap().peel_to_commit().unwrap();
        assert_eq!(tip.id(), two.head().unwrap().peel_to_commit().unwrap().id());
        assert_eq!(tip.parent_count(), 2);
        assert!(is_blob(&one, "HEAD:sub/b.md") && !is_blob(&one, "HEAD:a.md"));
        let side = tip.parent(1).unwrap().id().to_string();
        let blob = one.revparse_single("HEAD:d.md").unwrap().peel_to_blob().unwrap();
        assert_eq!(blob.content(), format!("{}\n", &side[..12]).as_bytes());
    }

    #[test]
    fn a_folder_that_holds_something_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.txt"), "keep").unwrap();
        assert!(replay(&three(), folder.path()).unwrap_err().message.contains("holds something"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
