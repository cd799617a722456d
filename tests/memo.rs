//! What a run leaves in the folder of git makes the next one faster and changes nothing, whatever became of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod trees;

use closeloop::config::Level;
use closeloop::git::replay::replay;
use closeloop::git::{Environment, Selection, Snapshot};
use closeloop::render::json;
use closeloop::verdict::{Options, judge};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use trees::{Files, Tree, read_folder};

fn verdict(folder: &Path, has_memo: bool) -> String {
    let snapshot = Snapshot::open_in(folder, &Selection::Worktree, &Environment::default()).unwrap();
    let snapshot = if has_memo { snapshot.with_memo() } else { snapshot };
    let options = Options {
        as_of: Some("2026-06-30".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: Vec::new(),
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    let verdict = match judge(&snapshot, &options) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    };
    json::render(&verdict).unwrap()
}

/// The example of a life that was kept well, as a repository.
fn repository() -> tempfile::TempDir {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut base = Files::new();
    read_folder(&fixtures.join("base"), &fixtures.join("base"), &mut base);
    let empty = tempfile::tempdir().unwrap();
    let tree = Tree::read(empty.path(), base, Some(&fixtures.join("lives/moderate")));
    let folder = tempfile::tempdir().unwrap();
    replay(&tree.commits, folder.path()).unwrap_or_else(|e| panic!("{}", e.message));
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(folder);
    let who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "gc.auto=0"];
    assert!(command.args(who).args(arguments).output().unwrap().status.success(), "git {arguments:?}");
}

/// Replaces words in a file and commits that.
fn commit(folder: &Path, path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).unwrap();
    git(folder, &["commit", "-q", "-a", "-m", "edit", "--date", "2026-06-01T09:00:00Z"]);
}

fn record(folder: &Path) -> PathBuf {
    let mut files = Files::new();
    read_folder(folder, &folder.join("incidents"), &mut files);
    folder.join(files.keys().next().expect("a record"))
}

/// Runs with the memo until it settles; each time it says what is said without.
fn assert_same(folder: &Path, when: &str) {
    let plain = verdict(folder, false);
    assert!(verdict(folder, true) == plain, "{when}: the first run with a memo");
    assert!(verdict(folder, true) == plain, "{when}: the second run with a memo");
}

#[test]
fn a_memo_changes_nothing_while_the_line_grows_and_is_rewritten() {
    let folder = repository();
    let folder = folder.path();
    let record = record(folder);
    assert_same(folder, "at first");
    commit(folder, &record, "title:", "title: Again, ");
    assert_same(folder, "after a commit");
    fs::write(folder.join("closeloop.toml"), "# Nothing is configured.\n").unwrap();
    assert_same(folder, "with something pending, and another configuration");
    fs::remove_file(folder.join("closeloop.toml")).unwrap();
    let id = fs::read_to_string(&record).unwrap();
    git(folder, &["checkout", "-q", "-b", "side", "HEAD~1"]);
    assert_same(folder, "one commit earlier");
    commit(folder, &record, "title:", "title: Differently, ");
    assert_same(folder, "on another branch");
    git(folder, &["checkout", "-q", "main"]);
    assert_eq!(fs::read_to_string(&record).unwrap(), id);
    assert_same(folder, "back again");
    git(folder, &["rm", "-q", record.to_str().unwrap()]);
    assert_same(folder, "with a record that is gone and not committed");
    git(folder, &["commit", "-q", "-m", "gone"]);
    assert_same(folder, "with a record that is gone");
    git(folder, &["checkout", "-q", "--orphan", "alone"]);
    git(folder, &["commit", "-q", "-m", "a new line", "--allow-empty"]);
    assert_same(folder, "on a line of its own");
}

#[test]
fn a_memo_that_is_broken_is_no_memo() {
    let folder = repository();
    let folder = folder.path();
    let plain = verdict(folder, false);
    assert_eq!(verdict(folder, true), plain);
    let file = folder.join(".git/closeloop/history");
    let whole = fs::read(&file).expect("a memo");
    for at in (0..whole.len()).step_by(whole.len() / 12 + 1) {
        let mut broken = whole.clone();
        broken[at] ^= 0x41;
        fs::write(&file, &broken).unwrap();
        assert!(verdict(folder, true) == plain, "a byte at {at}");
        assert!(fs::read(&file).unwrap() == whole, "it is written anew");
        fs::write(&file, &whole[..at]).unwrap();
        assert!(verdict(folder, true) == plain, "cut at {at}");
    }
    fs::remove_dir_all(folder.join(".git/closeloop")).unwrap();
    fs::write(folder.join(".git/closeloop"), "not a folder").unwrap();
    assert_eq!(verdict(folder, true), plain);
}

#[cfg(unix)]
#[test]
fn a_link_instead_of_the_folder_is_not_followed() {
    let folder = repository();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(".git/closeloop")).unwrap();
    assert_same(folder.path(), "with a link");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
