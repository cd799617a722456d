//! Inside real hooks: git sets the variables, and the test program reads them.

use std::path::Path;

use closeloop::git::{Selection, Snapshot};

use crate::git::{Repo, command, paths, run, text};

/// Not a test of its own: what the hook below starts. It prints what it sees.
#[test]
#[ignore = "started by the hooks of the other tests"]
fn child() {
    let snapshot = Snapshot::open(Path::new("."), &Selection::Index).unwrap_or_else(|problem| panic!("{problem}"));
    let record = text(&snapshot, "a.md");
    let seen = format!("{} {record} at {}", paths(&snapshot).join(","), snapshot.root().expect("a root").display());
    std::fs::write(std::env::var_os("CHILD_WRITES").expect("where to write"), seen).expect("written");
}

/// Commits with a hook that writes down what the child sees.
#[cfg(unix)]
fn seen_in_hook(repo: &Repo, folder: &Path, commit: &[&str]) -> String {
    use std::os::unix::fs::PermissionsExt;
    let (hook, seen) = (repo.root.join(".git/hooks/pre-commit"), repo.beside("seen"));
    let program = std::env::current_exe().expect("this program");
    std::fs::create_dir_all(repo.root.join(".git/hooks")).expect("a folder");
    let script = format!("#!/bin/sh\nexec '{}' --ignored --exact hooks::child\n", program.display());
    std::fs::write(&hook, script).expect("written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let done = command(folder).env("CHILD_WRITES", &seen).args(commit).output().expect("git starts");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    std::fs::read_to_string(seen).expect("what the child saw")
}

#[test]
#[cfg(unix)]
fn a_hook_sees_what_is_about_to_be_committed() {
    let repo = Repo::new();
    repo.write("a.md", "1").write("sub/b.md", "1").commit();
    repo.write("a.md", "2").git(&["add", "a.md"]);
    repo.write("a.md", "3");
    let root = repo.root.display().to_string();
    let plain = seen_in_hook(&repo, &repo.root, &["commit", "-q", "-m", "staged"]);
    assert_eq!(plain, format!("a.md,sub/b.md 2 at {root}"));
    let all = seen_in_hook(&repo, &repo.root.join("sub"), &["commit", "-q", "-a", "-m", "all"]);
    assert_eq!(all, format!("a.md,sub/b.md 3 at {root}"));
    repo.write("a.md", "4").write("sub/b.md", "4").git(&["add", "sub/b.md"]);
    let only = seen_in_hook(&repo, &repo.root, &["commit", "-q", "-m", "only", "--only", "a.md"]);
    assert_eq!(only, format!("a.md,sub/b.md 4 at {root}"));
}

#[test]
#[cfg(unix)]
fn a_hook_in_a_linked_worktree_sees_that_worktree() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = repo.beside("linked");
    std::fs::write(linked.join("a.md"), "2").expect("written");
    std::fs::write(linked.join("new.md"), "").expect("written");
    run(&linked, &["add", "-A"]);
    let seen = seen_in_hook(&repo, &linked, &["commit", "-q", "-m", "staged"]);
    assert_eq!(seen, format!("a.md,new.md 2 at {}", linked.display()));
}
