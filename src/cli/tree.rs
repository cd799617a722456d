//! From arguments to a tree and to what a judgement needs besides.

use super::args::{FailOn, TreeArgs};
use super::build::{Build, pushed};
use crate::config::Level;
use crate::git::{GitProblem, Selection, Snapshot};
use crate::verdict::Options;
use crate::vocabulary::Vocabulary;
use std::path::Path;

/// Opens the tree that the arguments name.
pub(super) fn open(tree: &TreeArgs) -> Result<Snapshot, GitProblem> {
    let selection = match (&tree.at, tree.staged) {
        (Some(rev), _) if rev == "auto" => Selection::Revision(pushed(&Build::of_process()).to_owned()),
        (Some(rev), _) => Selection::Revision(rev.clone()),
        (None, true) => Selection::Index,
        (None, false) => Selection::Worktree,
    };
    let folder = tree.folder.as_deref().unwrap_or(Path::new("."));
    // The built-in words are needed as soon as the tree is there, and take about as long.
    rayon::join(|| Snapshot::open(folder, &selection), Vocabulary::builtin).0
}

/// Opens a commit of the same repository.
pub(super) fn open_at(tree: &TreeArgs, commit: &str) -> Result<Snapshot, GitProblem> {
    open(&TreeArgs { at: Some(commit.to_owned()), staged: false, ..tree.clone() })
}

/// What a judgement needs besides a tree.
pub(super) fn options(tree: &TreeArgs, rules: &[String], fail_on: FailOn) -> Options {
    Options {
        as_of: tree.as_of,
        now: chrono::Utc::now(),
        rules: rules.to_vec(),
        profile: tree.profile.clone(),
        frameworks: Vec::new(),
        fail_on: match fail_on {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
        },
        config: None,
        history: true,
    }
}
