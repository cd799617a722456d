//! What else a snapshot knows of its repository, and many readers at once.

use std::collections::HashSet;

use closeloop::git::Snapshot;

use crate::git::{Repo, text};

#[test]
fn commits_are_known_by_their_whole_or_shortened_id() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let repo = Repo::with(options);
        let id = repo.write("a.md", "1").commit();
        let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
        let snapshot = repo.worktree();
        assert_eq!(snapshot.has_commit(&id), Some(true));
        assert_eq!(snapshot.has_commit(&id[..7].to_uppercase()), Some(true));
        assert_eq!(snapshot.has_commit(&tree), Some(false), "an object, but no commit");
        assert_eq!(snapshot.has_commit("0123456789"), Some(false));
        assert_eq!(snapshot.has_commit(&id[..6]), None, "too short to mean one");
        assert_eq!(snapshot.has_commit("no hex at all"), None);
        assert_eq!(snapshot.has_commit(&"0".repeat(65)), None);
    }
}

#[test]
fn a_commit_that_no_branch_holds_is_still_a_commit() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    let id = repo.write("a.md", "2").commit();
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(repo.worktree().has_commit(&id), Some(true));
}

#[test]
fn an_ambiguous_id_is_not_known() {
    let repo = Repo::new();
    let id = repo.write("a.md", "1").commit();
    let twin = format!("{}{}", &id[..20], "0".repeat(20));
    let (folder, name) = twin.split_at(2);
    let from = repo.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let to = repo.root.join(".git/objects").join(folder).join(name);
    std::fs::copy(from, to).expect("a second object with the same beginning");
    assert_eq!(repo.worktree().has_commit(&id[..12]), None);
    assert_eq!(repo.worktree().has_commit(&id), Some(true));
}

#[test]
fn the_remote_is_told_as_it_is_configured() {
    let repo = Repo::new();
    assert_eq!(repo.worktree().remote_origin(), None);
    repo.git(&["config", "remote.origin.url", "ext::touch /tmp/never"]);
    repo.git(&["config", "url.https://elsewhere/.insteadOf", "ext::"]);
    assert_eq!(repo.worktree().remote_origin().as_deref(), Some("ext::touch /tmp/never"));
}

#[test]
fn eight_threads_read_the_same_as_one() {
    let repo = Repo::new();
    for number in 0..200 {
        repo.write(&format!("incidents/{number}.md"), &format!("text {number}\n").repeat(number));
    }
    repo.commit();
    repo.git(&["gc", "-q"]);
    for snapshot in [repo.worktree(), repo.index(), repo.at("HEAD")] {
        let handles = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| read_all(&snapshot))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<HashSet<_>>()
        });
        assert_eq!(handles.len(), 1, "all threads saw the same");
        assert_eq!(text(&snapshot, "incidents/2.md"), "text 2\ntext 2\n");
    }
}

fn read_all(snapshot: &Snapshot) -> Vec<Vec<u8>> {
    let read = |entry| {
        let bytes = snapshot.read(entry).unwrap_or_else(|unread| panic!("{}: {unread:?}", entry.path));
        assert!(snapshot.is_landed(entry, &bytes), "{}", entry.path);
        assert_eq!(snapshot.has_commit("0123456"), Some(false));
        bytes
    };
    snapshot.entries().iter().map(read).collect()
}
