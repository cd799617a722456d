//! Inside real hooks: git sets the variables, and the test program reads them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use closeloop::git::{Selection, Snapshot};

use crate::git::{Repo, command, paths, run, text};

/// Not a test of its own: what the hook below starts. It prints what it sees.
#[test]
#[ignore = "started by the hooks of the other tests"]
fn child() {
    let selection = std::env::var("CHILD_READS").map_or(Selection::Index, Selection::Revision);
    let snapshot = Snapshot::open(Path::new("."), &selection).unwrap_or_else(|problem| panic!("{problem}"));
    let root = snapshot.root().map_or("nowhere".into(), |root| root.display().to_string());
    let seen = format!("{} {} at {root}", paths(&snapshot).join(","), text(&snapshot, "a.md"));
    std::fs::write(std::env::var_os("CHILD_WRITES").expect("where to write"), seen).expect("written");
}

/// Writes a hook that starts the child after some lines of its own.
fn hook(git_dir: &Path, name: &str, lines: &str) {
    let hook = git_dir.join("hooks").join(name);
    let program = std::env::current_exe().expect("this program");
    std::fs::create_dir_all(git_dir.join("hooks")).expect("a folder");
    let script = format!("#!/bin/sh\n{lines}\nexec '{}' --ignored --exact hooks::child\n", program.display());
    std::fs::write(&hook, script).expect("written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

/// Runs git in a folder and returns what the child saw from its hook.
fn seen(repo: &Repo, folder: &Path, arguments: &[&str]) -> String {
    let seen = repo.beside("seen");
    let done = command(folder).env("CHILD_WRITES", &seen).args(arguments).output().expect("git starts");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    std::fs::read_to_string(seen).expect("what the child saw")
}

#[test]
fn a_hook_sees_what_is_about_to_be_committed() {
    let repo = Repo::new();
    repo.write("a.md", "1").write("sub/b.md", "1").commit();
    repo.write("a.md", "2").git(&["add", "a.md"]);
    repo.write("a.md", "3");
    hook(&repo.root.join(".git"), "pre-commit", "");
    let root = repo.root.display().to_string();
    let plain = seen(&repo, &repo.root, &["commit", "-q", "-m", "staged"]);
    assert_eq!(plain, format!("a.md,sub/b.md 2 at {root}"));
    let all = seen(&repo, &repo.root.join("sub"), &["commit", "-q", "-a", "-m", "all"]);
    assert_eq!(all, format!("a.md,sub/b.md 3 at {root}"));
    repo.write("a.md", "4").write("sub/b.md", "4").git(&["add", "sub/b.md"]);
    let only = seen(&repo, &repo.root, &["commit", "-q", "-m", "only", "--only", "a.md"]);
    assert_eq!(only, format!("a.md,sub/b.md 4 at {root}"));
}

#[test]
fn a_hook_in_a_linked_worktree_sees_that_worktree() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = repo.beside("linked");
    std::fs::write(linked.join("a.md"), "2").expect("written");
    std::fs::write(linked.join("new.md"), "").expect("written");
    run(&linked, &["add", "-A"]);
    hook(&repo.root.join(".git"), "pre-commit", "");
    let seen = seen(&repo, &linked, &["commit", "-q", "-m", "staged"]);
    assert_eq!(seen, format!("a.md,new.md 2 at {}", linked.display()));
}

#[test]
fn a_receiving_hook_reads_commits_that_are_not_accepted_yet() {
    let repo = Repo::new();
    repo.write("a.md", "pushed").commit();
    let bare = repo.beside("bare.git");
    run(&repo.root, &["init", "-q", "--bare", "../bare.git"]);
    hook(&bare, "pre-receive", "read old new name; CHILD_READS=$new; export CHILD_READS");
    let seen = seen(&repo, &repo.root, &["push", "-q", "../bare.git", "main"]);
    assert_eq!(seen, "a.md pushed at nowhere");
}
