//! The example organisation: a fictional municipal utility with its history, built into a new folder.

use crate::git::GitProblem;
use crate::git::replay::{COMMIT_FILE, CommitFolder, replay};
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

    #[test]
    fn the_example_is_embedded_whole() {
        let commits = commits();
        assert!(commits.len() >= 99, "{}", commits.len());
        assert!(commits[0].files.contains_key("closeloop.toml"), "{:?}", commits[0].files.keys());
    }
}
