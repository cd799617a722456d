//! Other repositories inside, and names of revisions that are none.

use std::time::{Duration, Instant};

use closeloop::git::{EntryKind, Selection};

use crate::git::{Repo, open, paths, problem, text};

#[test]
fn other_repositories_inside_are_listed_and_not_entered() {
    let repo = Repo::new();
    let other = Repo::new();
    other.write("x.md", "theirs").commit();
    repo.write("a.md", "1").commit();
    let url = other.root.display().to_string();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "vendor/isms"]);
    repo.git(&["clone", "-q", &url, "nested"]);
    repo.write("ignored/.git/HEAD", "").write("ignored/b.md", "").write(".gitignore", "/ignored\n");
    repo.write("empty/.git/x", "").write("empty/c.md", "");
    let snapshot = repo.worktree();
    let expected = [".gitignore", ".gitmodules", "a.md", "empty/c.md", "nested", "vendor/isms"];
    assert_eq!(paths(&snapshot), expected);
    for path in ["nested", "vendor/isms"] {
        assert_eq!(snapshot.entry(path).map(|entry| entry.kind), Some(EntryKind::Submodule), "{path}");
    }
    assert_eq!(repo.index().entry("vendor/isms").map(|entry| entry.kind), Some(EntryKind::Submodule));
    let inside = open(&repo.root.join("vendor/isms"), &Selection::Worktree).expect("the submodule's own");
    assert_eq!(paths(&inside), ["x.md"]);
}

#[test]
fn tracked_files_below_another_repository_are_still_read() {
    let repo = Repo::new();
    repo.write("part/a.md", "1").commit();
    repo.git(&["init", "-q", "part"]);
    let snapshot = repo.worktree();
    assert_eq!(text(&snapshot, "part/a.md"), "1");
    assert!(crate::git::landed(&snapshot, "part/a.md"));
}

#[test]
fn what_is_no_revision_is_refused_at_once() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    let deep = format!("HEAD{}", "~2147483647".repeat(40));
    let carets = format!("HEAD{}", "^".repeat(400));
    let began = Instant::now();
    for name in [
        "nothing",
        "",
        "-n",
        "--upload-pack=touch x",
        "@{",
        "@{-",
        "@{-99999999999999999999}",
        "@-",
        "@-@",
        "HEAD@{now}}",
        "HEAD~99999999999999999999",
        "^",
        "HEAD:a.md",
        ":/a",
        "HEAD^{/a}",
        "HEAD^{tree}",
        "..",
        "a..b",
        "HEAD...main",
        "\u{1b}[31m",
        "0123456",
        &deep,
        &carets,
        &"x".repeat(100_000),
    ] {
        let found = problem(&repo.root, &Selection::Revision(name.into()));
        assert!(!found.message.contains('\u{1b}') && found.message.len() < 600, "{}", found.message);
        assert!(!found.help.is_empty());
    }
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn revisions_of_every_usual_form_are_found() {
    let repo = Repo::new();
    let first = repo.write("a.md", "1").commit();
    repo.git(&["tag", "-a", "-m", "first", "v1"]);
    let second = repo.write("a.md", "2").commit();
    repo.git(&["branch", "feature/übung"]);
    for (name, id) in [
        ("HEAD", &second),
        ("@", &second),
        ("HEAD~1", &first),
        ("main^", &first),
        ("v1", &first),
        ("v1^{}", &first),
        ("feature/übung", &second),
        ("main@{1}", &first),
        (&first[..8], &first),
        ("refs/heads/main", &second),
    ] {
        assert_eq!(repo.at(name).commit().map(|commit| &commit.id), Some(id), "{name}");
    }
}
