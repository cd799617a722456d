//! The working tree, the index and a revision: what is in each.

use closeloop::git::{EntryKind, Selection, Snapshot, Unread};

use crate::git::{Repo, landed, open, paths, problem, text};

#[test]
fn the_working_tree_holds_what_git_would_look_at() {
    let repo = Repo::new();
    repo.write("kept.log", "tracked, though ignored").write("a/b/tracked.md", "1").write("gone.md", "1");
    repo.write("out/tracked.md", "in an ignored folder").commit();
    repo.write(".gitignore", "*.log\n/out/\n").write("a/.gitignore", "!wanted.log\nsecret*\n");
    repo.write("a/wanted.log", "").write("a/secret.md", "").write("b/other.log", "").write("out/untracked.md", "");
    repo.write("new.md", "").write(".hidden/x.md", "").write("a/b/tracked.md", "2");
    std::fs::remove_file(repo.root.join("gone.md")).expect("removed");
    let snapshot = repo.worktree();
    let expected = [
        ".gitignore",
        ".hidden/x.md",
        "a/.gitignore",
        "a/b/tracked.md",
        "a/wanted.log",
        "kept.log",
        "new.md",
        "out/tracked.md",
    ];
    assert_eq!(paths(&snapshot), expected);
    let git = repo.git(&["ls-files", "-co", "--exclude-standard"]);
    let mut listed: Vec<&str> = git.lines().filter(|path| *path != "gone.md").collect();
    listed.sort_unstable();
    assert_eq!(listed, expected, "git lists the same");
    assert_eq!(text(&snapshot, "a/b/tracked.md"), "2");
    assert_eq!(text(&snapshot, "out/tracked.md"), "in an ignored folder");
}

#[test]
fn info_exclude_and_the_configured_list_are_honoured() {
    let repo = Repo::new();
    std::fs::write(repo.beside("list"), "*.tmp\n*.md\n").expect("written");
    let list = repo.beside("list").display().to_string();
    repo.git(&["config", "core.excludesFile", &list]);
    repo.write(".git/info/exclude", "!kept.md\n*.bak\n");
    repo.write("a.tmp", "").write("b.md", "").write("kept.md", "").write("c.bak", "").write("d.txt", "");
    assert_eq!(paths(&repo.worktree()), ["d.txt", "kept.md"]);
}

#[test]
fn patterns_above_the_repository_and_of_other_tools_do_not_count() {
    let repo = Repo::new();
    std::fs::write(repo.beside(".gitignore"), "*\n").expect("written");
    std::fs::write(repo.beside(".ignore"), "*\n").expect("written");
    repo.write(".ignore", "a.md\n").write("a.md", "");
    assert_eq!(paths(&repo.worktree()), [".ignore", "a.md"]);
}

#[test]
fn each_source_shows_its_own_version() {
    let repo = Repo::new();
    let first = repo.write("a.md", "committed").write("b.md", "same").commit();
    repo.write("a.md", "staged").write("new.md", "new").git(&["add", "-A"]);
    repo.write("a.md", "on disk").write("untracked.md", "");
    assert_eq!(text(&repo.at("HEAD"), "a.md"), "committed");
    assert_eq!(text(&repo.index(), "a.md"), "staged");
    assert_eq!(text(&repo.worktree(), "a.md"), "on disk");
    assert_eq!(paths(&repo.index()), ["a.md", "b.md", "new.md"]);
    assert_eq!(paths(&repo.at(&first[..9])), ["a.md", "b.md"]);
    for snapshot in [repo.index(), repo.worktree()] {
        assert!(landed(&snapshot, "b.md"));
        assert!(!landed(&snapshot, "a.md") && !landed(&snapshot, "new.md"));
    }
    assert!(landed(&repo.at("main"), "a.md"));
}

#[test]
fn a_file_that_is_written_again_or_back_is_landed_by_its_bytes() {
    let repo = Repo::new();
    repo.write("a.md", "one\ntwo\n").write("b.md", "one\n").commit();
    repo.write("a.md", "one\ntwo\n").write("b.md", "uno\n");
    assert!(landed(&repo.worktree(), "a.md"), "written again with the same bytes");
    assert!(!landed(&repo.worktree(), "b.md"), "another text of the same length");
    repo.write("a.md", "one\r\ntwo\r\n");
    assert!(landed(&repo.worktree(), "a.md"), "line ends of a Windows checkout");
    repo.write("a.md", "one\ntwo\n").git(&["add", "-A"]);
    repo.write("b.md", "one\n");
    assert!(landed(&repo.worktree(), "b.md"), "staged otherwise, but back on disk");
    assert!(!landed(&repo.index(), "b.md"), "the index holds the other text");
}

#[test]
fn the_commit_under_test_has_the_day_of_its_committers_clock() {
    let repo = Repo::new();
    let id = repo.write("a.md", "1").commit();
    for snapshot in [repo.worktree(), repo.index(), repo.at("HEAD^{commit}")] {
        let commit = snapshot.commit().expect("a commit");
        assert_eq!((commit.id.as_str(), commit.date.to_string().as_str()), (id.as_str(), "2026-03-01"));
        assert_eq!(commit.timestamp, 1_772_317_800);
    }
}

#[test]
fn a_repository_without_commit_has_files_and_an_index() {
    let repo = Repo::new();
    repo.write("a.md", "1").git(&["add", "a.md"]);
    repo.write("b.md", "2");
    assert_eq!(paths(&repo.worktree()), ["a.md", "b.md"]);
    assert_eq!(paths(&repo.index()), ["a.md"]);
    assert_eq!(repo.index().commit(), None);
    assert!(!landed(&repo.worktree(), "a.md"));
    assert!(problem(&repo.root, &Selection::Revision("HEAD".into())).message.contains("HEAD"));
}

#[test]
fn the_search_begins_in_any_folder_or_file() {
    let repo = Repo::new();
    repo.write("isms/incidents/a.md", "1").commit();
    for (start, prefix) in [("isms/incidents", "isms/incidents"), ("isms/incidents/a.md", "isms/incidents"), (".", "")]
    {
        let snapshot = open(&repo.root.join(start), &Selection::Worktree).expect("a snapshot");
        assert_eq!((snapshot.prefix(), snapshot.root()), (prefix, Some(repo.root.as_path())));
        assert_eq!(paths(&snapshot), ["isms/incidents/a.md"]);
    }
}

#[test]
fn an_intended_file_is_empty_in_the_index_and_whole_on_disk() {
    let repo = Repo::new();
    repo.write("a.md", "text").git(&["add", "-N", "a.md"]);
    assert_eq!(text(&repo.index(), "a.md"), "");
    assert_eq!(text(&repo.worktree(), "a.md"), "text");
}

#[test]
fn conflicts_stop_the_index_and_not_the_working_tree() {
    let repo = Repo::new();
    repo.write("a.md", "1\n").commit();
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("a.md", "2\n").commit();
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.md", "3\n").commit();
    let merged = crate::git::command(&repo.root).args(["merge", "-q", "other"]).output().expect("git starts");
    assert!(!merged.status.success());
    assert_eq!(problem(&repo.root, &Selection::Index).message, "the index holds unresolved conflicts, a.md for one");
    assert!(text(&repo.worktree(), "a.md").contains("<<<<<<<"));
    assert!(!landed(&repo.worktree(), "a.md"));
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let repo = Repo::new();
    let size = Snapshot::MAX_FILE_BYTES + 1;
    repo.write("big.md", &"x".repeat(usize::try_from(size).expect("a small number"))).commit();
    for snapshot in [repo.worktree(), repo.index(), repo.at("HEAD")] {
        let entry = snapshot.entry("big.md").expect("listed");
        assert_eq!(snapshot.read(entry), Err(Unread::TooLarge { bytes: size }));
    }
}

#[test]
fn a_snapshot_in_memory_needs_no_repository() {
    let files = [("b.md", "2"), ("a/ü.md", "1"), ("b.md", "twice")];
    let snapshot = Snapshot::memory(files.map(|(path, text)| (path.to_owned(), text.into())).to_vec());
    assert_eq!(paths(&snapshot), ["a/ü.md", "b.md"]);
    assert_eq!(text(&snapshot, "b.md"), "2");
    assert!(snapshot.entries().iter().all(|entry| entry.kind == EntryKind::File));
    assert!(snapshot.commit().is_none() && snapshot.root().is_none() && !landed(&snapshot, "b.md"));
    assert_eq!((snapshot.has_commit("0123abc"), snapshot.is_incomplete()), (None, None));
}
