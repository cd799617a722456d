//! Clones that lack a part of the history: what needs it is not run, the run ends with 2, and the line that repairs it
//! stands there. What needs none of it is checked all the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, command, finish, result};
use tempfile::TempDir;

const RECORD: &str = "incidents/INC-2026-0001.md";

/// A record that was opened in one commit and closed in the next.
fn origin() -> Repo {
    let repo =
        Repo::with(&[(RECORD, &CLEAN.replace("status: closed", "status: open").replace("closed: 2026-03-03\n", ""))]);
    repo.write(RECORD, CLEAN);
    repo.commit("2026-04-02");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo
}

/// A clone over a URL, as a pipeline makes it.
fn clone(origin: &Repo, option: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let to = folder.path().join("clone");
    let from = format!("file://{}", origin.path().display());
    origin.git(&["clone", "--quiet", option, &from, to.to_str().unwrap()]);
    (folder, to)
}

fn check(folder: &Path, args: &[&str]) -> Run {
    finish(command(folder, &[&["check", "--as-of", AS_OF], args].concat()))
}

fn json(run: &Run) -> Value {
    result(&run.out)
}

fn state<'v>(result: &'v Value, rule: &str) -> &'v str {
    let rules = result["rules"].as_array().unwrap();
    rules.iter().find(|known| known["id"] == rule).unwrap()["state"].as_str().unwrap()
}

/// Without the history that it needs a run ends with 2; the rest of it was checked.
fn lacks_history(folder: &Path, repair: &str) {
    let run = check(folder, &["--output", "json"]);
    assert_eq!(run.code, 2, "{run:?}");
    let all = json(&run);
    let problem = &all["problems"][0];
    assert_eq!(problem["kind"], "history", "{problem}");
    let help = problem["help"].as_str().unwrap();
    assert!(
        [repair, "fetch-depth: 0", "GIT_DEPTH", "fetchDepth: 0", "--no-history"].iter().all(|l| help.contains(l)),
        "{help}"
    );
    assert_eq!((state(&all, "shallow-history"), state(&all, "vanished-record")), ("not-run", "not-run"));
    assert_eq!(state(&all, "invalid-date"), "passed", "what needs no history runs");
    assert_eq!(all["history"]["complete"], false);
    let text = check(folder, &[]);
    assert_eq!(text.code, 2);
    assert!(text.out.contains(repair), "{}", text.out);
    assert_eq!(check(folder, &["--exit-zero"]).code, 2, "never hidden");
    assert_eq!(check(folder, &["--rule", "vanished-record"]).code, 2);
    assert_eq!(check(folder, &["--rule", "shallow-history"]).code, 2);
    needs_none(folder);
}

/// What needs no history never fails for it, and says what did not run.
fn needs_none(folder: &Path) {
    let without = check(folder, &["--no-history", "--output", "json"]);
    assert_eq!(without.code, 0, "{without:?}");
    let all = json(&without);
    assert_eq!((state(&all, "vanished-record"), state(&all, "shallow-history")), ("not-run", "not-run"));
    assert!(check(folder, &["--no-history"]).out.contains("not run"));
    assert_eq!(check(folder, &["--rule", "unowned-action"]).code, 0);
}

#[test]
fn a_shallow_clone_is_2_until_it_is_whole() {
    let repo = origin();
    let (_folder, clone) = clone(&repo, "--depth=1");
    lacks_history(&clone, "`git fetch --unshallow`");
    repo.git(&["-C", clone.to_str().unwrap(), "fetch", "--quiet", "--unshallow"]);
    let all = check(&clone, &["--output", "json"]);
    assert_eq!(all.code, 0, "{all:?}");
    assert_eq!((state(&json(&all), "shallow-history"), state(&json(&all), "vanished-record")), ("passed", "passed"));
}

#[test]
fn a_partial_clone_is_2() {
    let repo = origin();
    let (_folder, clone) = clone(&repo, "--filter=blob:none");
    lacks_history(&clone, "git fetch --refetch origin");
}

#[test]
fn a_clone_that_lost_an_old_version_is_2() {
    let repo = origin();
    let old = repo.git(&["rev-parse", &format!("HEAD~1:{RECORD}")]);
    let (folder, name) = old.trim().split_at(2);
    std::fs::remove_file(repo.at(&format!(".git/objects/{folder}/{name}"))).unwrap();
    lacks_history(repo.path(), "`git fsck`");
}

#[test]
fn a_clone_that_lost_an_old_commit_is_2() {
    let repo = origin();
    let old = repo.git(&["rev-parse", "HEAD~1"]);
    let (folder, name) = old.trim().split_at(2);
    std::fs::remove_file(repo.at(&format!(".git/objects/{folder}/{name}"))).unwrap();
    lacks_history(repo.path(), "`git fsck`");
}

/// Findings are printed although the run could not be whole.
#[test]
fn what_was_found_is_still_said() {
    let repo = origin();
    repo.write("incidents/INC-2026-0002.md", OVERDUE);
    repo.commit("2026-04-03");
    let (_folder, clone) = clone(&repo, "--depth=1");
    let run = check(&clone, &["--output", "json"]);
    assert_eq!(run.code, 2);
    let all = json(&run);
    assert!(all["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "overdue-action"), "{all}");
}

#[test]
fn outcomes_are_explained_listed_and_have_no_level() {
    let repo = origin();
    for outcome in ["shallow-history", "empty-population"] {
        let run = repo.run(&["explain", outcome]);
        assert!(run.code == 0 && run.out.contains("An outcome of a run"), "{run:?}");
        assert!(repo.run(&["rules"]).out.contains(outcome));
        repo.write("closeloop.toml", format!("[rules]\n{outcome} = \"off\"\n"));
        let run = repo.check(&[]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.out.contains("ends a run with exit code 2"), "{}", run.out);
        std::fs::remove_file(repo.at("closeloop.toml")).unwrap();
    }
}
