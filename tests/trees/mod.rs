//! Trees and histories as data, and the judgement of each.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

use closeloop::config::Level;
use closeloop::git::replay::{COMMIT_FILE, CommitFolder, replay};
use closeloop::git::{Environment, Selection, Snapshot};
use closeloop::verdict::{Options, Verdict, judge};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub type Files = BTreeMap<String, Vec<u8>>;

/// The name of a folder whose files lie in the working tree, on top of the last commit.
const PENDING: &str = "pending";

/// A tree, perhaps with the history that led to it.
#[derive(Default)]
pub struct Tree {
    /// The files that are judged.
    pub files: Files,
    /// The commits, oldest first; none for a tree without history.
    pub commits: Vec<CommitFolder>,
    /// Files that are not committed yet.
    pub pending: Files,
}

pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

pub fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return vec![] };
    let mut found: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

pub fn read_folder(top: &Path, folder: &Path, into: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(top, &path, into);
        } else if !["case.toml", COMMIT_FILE].contains(&name(&path).as_str()) {
            let relative = path.strip_prefix(top).unwrap().to_str().unwrap().replace('\\', "/");
            into.insert(relative, fs::read(&path).unwrap());
        }
    }
}

fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    read_folder(folder, folder, &mut files);
    files
}

/// A commit whose author is of no interest.
pub fn commit(name: &str, day: &str, files: Files) -> CommitFolder {
    let description =
        format!("author = 'Ana Brandt <ana@firm.example>'\ndate = {day}T09:00:00+00:00\nmessage = '{name}'\n");
    CommitFolder { name: name.to_owned(), description, files }
}

impl Tree {
    /// What lies in a folder: a tree, or numbered folders of which each is a commit. They lie on top of a base, and of
    /// the commits of a life: a folder of the same name adds its files to that commit, or replaces them.
    pub fn read(folder: &Path, base: Files, life: Option<&Path>) -> Self {
        let parts = folders(folder);
        if life.is_none() && !parts.iter().any(|part| part.join(COMMIT_FILE).exists()) {
            let mut tree = Self { files: base, ..Self::default() };
            read_folder(folder, folder, &mut tree.files);
            return tree;
        }
        let mut commits: BTreeMap<String, CommitFolder> = BTreeMap::new();
        if !base.is_empty() {
            commits.insert(String::new(), commit("00-base", "2025-01-01", base));
        }
        let lived = life.into_iter().flat_map(folders);
        for part in lived.chain(parts).filter(|part| name(part) != PENDING) {
            let folder = commits.entry(name(&part)).or_insert_with(|| commit(&name(&part), "1970-01-01", Files::new()));
            if let Ok(description) = fs::read_to_string(part.join(COMMIT_FILE)) {
                folder.description = description;
            }
            folder.files.extend(files(&part));
        }
        let pending = folder.join(PENDING);
        let pending = if pending.exists() { files(&pending) } else { Files::new() };
        Self { files: Files::new(), commits: commits.into_values().collect(), pending }
    }

    /// Commits of one file each, in the order given; those of one day are one commit.
    pub fn of_days(steps: &[(String, String, String)]) -> Self {
        let mut commits: Vec<(String, CommitFolder)> = Vec::new();
        for (day, path, text) in steps {
            if commits.last().is_none_or(|(last, _)| last != day) {
                let name = format!("{:02}-step", commits.len());
                commits.push((day.clone(), commit(&name, day, Files::new())));
            }
            let (_, commit) = commits.last_mut().unwrap();
            commit.files.insert(path.clone(), text.clone().into_bytes());
        }
        Self { commits: commits.into_iter().map(|(_, commit)| commit).collect(), ..Self::default() }
    }

    /// The judgement at a date; a history is built in a new folder. Afterwards `files` are those that were judged.
    pub fn judge(&mut self, as_of: &str, rules: &[&str]) -> Verdict {
        if self.commits.is_empty() {
            return judged(&Snapshot::memory(self.files.clone().into_iter().collect()), as_of, rules);
        }
        let folder = tempfile::tempdir().unwrap();
        replay(&self.commits, folder.path()).unwrap_or_else(|e| panic!("{}", e.message));
        for (path, bytes) in &self.pending {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let snapshot = Snapshot::open_in(folder.path(), &Selection::Worktree, &Environment::default()).unwrap();
        for entry in snapshot.entries() {
            self.files.insert(entry.path.as_str().to_owned(), snapshot.read(entry).unwrap_or_default());
        }
        judged(&snapshot, as_of, rules)
    }
}

pub fn judged(snapshot: &Snapshot, as_of: &str, rules: &[&str]) -> Verdict {
    let options = Options {
        as_of: Some(as_of.parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    match judge(snapshot, &options) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    }
}
