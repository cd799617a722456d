//! Links, pipes, and names that are no text: what only Unix has.

use std::os::unix::fs::symlink;

use closeloop::git::{EntryKind, Unread};

use crate::git::{Repo, paths, text};

#[test]
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
