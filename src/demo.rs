//! The example organisation: a fictional municipal utility with its history, built into a new folder.

use crate::config::Level;
use crate::git::GitProblem;
use crate::git::replay::{COMMIT_FILE, CommitFolder, replay};
use crate::verdict::Options;
use chrono::{DateTime, Utc};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::Path;

static ORGANISATION: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/isms");

/// The date at which the example is meant to be judged.
pub const AS_OF: &str = "2026-06-30";

/// Builds the example organisation with its git history.
///
/// # Errors
/// The folder holds something already, or cannot be written.
pub fn build(into: &Path) -> Result<(), GitProblem> {
    replay(&commits(), into)
}

/// How the example is meant to be judged; `now` has no effect, as the date is set.
pub fn options(now: DateTime<Utc>) -> Options {
    Options {
        as_of: AS_OF.parse().ok(),
        now,
        rules: Vec::new(),
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    }
}

/// The commits of the example, in their order.
pub fn commits() -> Vec<CommitFolder> {
    let mut folders: Vec<CommitFolder> = ORGANISATION.dirs().filter_map(commit).collect();
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    folders
}

fn commit(folder: &Dir<'_>) -> Option<CommitFolder> {
    let mut files = BTreeMap::new();
    collect(folder, folder.path(), &mut files);
    let description = files.remove(COMMIT_FILE)?;
    let name = folder.path().to_str()?.to_owned();
    Some(CommitFolder { name, description: String::from_utf8(description).ok()?, files })
}

fn collect(folder: &Dir<'_>, top: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(top).unwrap_or(file.path());
        files.insert(path.to_string_lossy().replace('\\', "/"), file.contents().to_vec());
    }
    folder.dirs().for_each(|folder| collect(folder, top, files));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{Selection, Snapshot};
    use crate::verdict::judge;

    #[test]
    fn every_rule_of_the_story_finds_one_thing() {
        let folder = tempfile::tempdir().expect("a folder");
        build(folder.path()).expect("built");
        let snapshot = Snapshot::open(folder.path(), &Selection::Worktree).expect("a snapshot");
        let Ok(judgement) = judge(&snapshot, &options(DateTime::UNIX_EPOCH)) else { panic!("refused") };
        let story = include_str!("../fixtures/isms/STORY.md");
        let mut told = BTreeMap::<String, usize>::new();
        for finding in judgement.verdict.findings.iter().filter(|finding| finding.level > Level::Note) {
            *told.entry(finding.rule.to_string()).or_default() += 1;
        }
        assert_eq!(told.len(), 30);
        for (rule, count) in told {
            assert_eq!(count, 1, "{rule}");
            assert!(story.contains(&format!("`{rule}`")), "{rule}");
        }
    }

    #[test]
    fn the_example_is_embedded_whole() {
        let commits = commits();
        assert!(commits.len() >= 99, "{}", commits.len());
        assert!(commits[0].files.contains_key("closeloop.toml"), "{:?}", commits[0].files.keys());
    }
}
