//! Links, odd names, other repositories, and names of revisions that are none.

use std::time::{Duration, Instant};

use closeloop::git::{EntryKind, Selection, Unread};

use crate::git::{Repo, open, paths, problem, text};

#[cfg(unix)]
use std::os::unix::fs::symlink;

#[test]
#[cfg(unix)]
fn links_are_listed_and_never_followed() {
    let repo = Repo::new();
    std::fs::create_dir(repo.beside("outside")).expect("a folder");
    std::fs::write(repo.beside("outside").join("a.md"), "secret").expect("written");
    symlink(repo.beside("outside").join("a.md"), repo.root.join("link.md")).expect("a link");
    symlink(repo.beside("outside"), repo.root.join("folder")).expect("a link");
    symlink("/dev/zero", repo.root.join(".gitignore")).expect("a link");
    repo.commit();
    symlink(repo.beside("outside"), repo.root.join("untracked")).expect("a link");
    for (snapshot, expected) in [
        (repo.worktree(), &[".gitignore", "folder", "link.md", "untracked"][..]),
        (repo.index(), &[".gitignore", "folder", "link.md"]),
        (repo.at("HEAD"), &[".gitignore", "folder", "link.md"]),
    ] {
        assert_eq!(paths(&snapshot), expected);
        for entry in snapshot.entries() {
            assert_eq!(entry.kind, EntryKind::Symlink, "{}", entry.path);
            assert!(matches!(snapshot.read(entry), Err(Unread::Failed(_))));
        }
    }
}

#[test]
#[cfg(unix)]
fn a_tracked_folder_that_became_a_link_leads_nowhere() {
    let repo = Repo::new();
    repo.write("incidents/a.md", "mine").write("out/deep/b.md", "mine").write(".gitignore", "/out\n");
    repo.git(&["add", "-f", "out"]);
    repo.commit();
    std::fs::create_dir_all(repo.beside("outside/deep")).expect("a folder");
    for (folder, file) in [("incidents", "a.md"), ("out", "deep/b.md")] {
        std::fs::write(repo.beside("outside").join(file), "theirs").expect("written");
        std::fs::remove_dir_all(repo.root.join(folder)).expect("removed");
        symlink(repo.beside("outside"), repo.root.join(folder)).expect("a link");
    }
    let snapshot = repo.worktree();
    assert_eq!(paths(&snapshot), [".gitignore", "incidents"], "git ignores only folders called `out/`, not this link");
    assert_eq!(snapshot.entry("incidents").map(|entry| entry.kind), Some(EntryKind::Symlink));
}

#[test]
#[cfg(unix)]
fn a_file_that_becomes_a_link_after_the_listing_is_not_read() {
    let repo = Repo::new();
    repo.write("a.md", "1").write("b.md", "2").commit();
    std::fs::write(repo.beside("outside.md"), "secret").expect("written");
    let snapshot = repo.worktree();
    for name in ["a.md", "b.md"] {
        std::fs::remove_file(repo.root.join(name)).expect("removed");
    }
    symlink(repo.beside("outside.md"), repo.root.join("a.md")).expect("a link");
    let read = |path: &str| snapshot.read(snapshot.entry(path).expect("listed"));
    assert!(matches!(read("a.md"), Err(Unread::Failed(_))));
    assert_eq!(read("b.md"), Err(Unread::Missing));
}

#[test]
#[cfg(unix)]
fn pipes_and_sockets_are_said_to_be_something_else() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    let made = std::process::Command::new("mkfifo").arg(repo.root.join("pipe.md")).status().expect("mkfifo starts");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(repo.root.join("socket.md")).expect("a socket");
    let snapshot = repo.worktree();
    assert_eq!(paths(&snapshot), ["a.md", "pipe.md", "socket.md"]);
    assert_eq!(snapshot.entry("pipe.md").map(|entry| entry.kind), Some(EntryKind::Other));
    assert_eq!(snapshot.entry("socket.md").map(|entry| entry.kind), Some(EntryKind::Other));
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_cannot_be_printed_are_quoted_and_still_read() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::new();
    repo.write("a\nb.md", "line").write("tab\t\"q\".md", "tab").write("übung.md", "umlaut").write("a\\b.md", "back");
    let latin1 = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
    std::fs::write(repo.root.join(latin1), "latin").expect("written");
    repo.write("sub/x.md", "");
    std::fs::write(repo.root.join("sub").join(latin1), "deep").expect("written");
    let untracked = repo.worktree();
    repo.commit();
    for snapshot in [untracked, repo.worktree(), repo.index(), repo.at("HEAD")] {
        assert_eq!(text(&snapshot, r#""a\nb.md""#), "line");
        assert_eq!(text(&snapshot, r#""caf\351.md""#), "latin");
        assert_eq!(text(&snapshot, r#""sub/caf\351.md""#), "deep");
        assert_eq!(text(&snapshot, r#""tab\t\"q\".md""#), "tab");
        assert_eq!(text(&snapshot, "übung.md"), "umlaut");
        assert_eq!(text(&snapshot, r"a\b.md"), "back");
        let entry = snapshot.entry(r#""sub/caf\351.md""#).expect("listed");
        assert_eq!((entry.match_path().as_ref(), entry.raw_path()), ("sub/caf\u{fffd}.md", &b"sub/caf\xe9.md"[..]));
    }
    assert!(repo.worktree().entries().iter().all(|entry| crate::git::landed(&repo.worktree(), entry.path.as_str())));
}

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
