//! Repositories of every layout: those that can be read, and those that are refused in plain words.

use std::path::Path;

use closeloop::git::{Environment, Selection, Snapshot, Unread};

use crate::git::{Repo, landed, open, paths, problem, run, text};

fn file_url(repo: &Repo) -> String {
    format!("file://{}", repo.root.display())
}

#[test]
fn no_repository_is_said_so() {
    let folder = Repo::folder();
    let ceiling = folder.root.parent().map(Path::to_owned).into_iter().collect();
    let environment = Environment { ceilings: ceiling, ..Environment::default() };
    let found = Snapshot::open_in(&folder.root, &Selection::Worktree, &environment).err().expect("no repository");
    assert_eq!(found.message, format!("{} is not inside a git repository", folder.root.display()));
    assert!(problem(&folder.beside("nothing"), &Selection::Worktree).message.contains("cannot be opened"));
}

#[test]
fn sha256_repositories_are_read_like_others() {
    let repo = Repo::with(&["--object-format=sha256"]);
    let id = repo.write("a/b.md", "1").write("c.md", "2").commit();
    assert_eq!(id.len(), 64);
    repo.write("c.md", "3");
    for snapshot in [repo.worktree(), repo.index(), repo.at(&id[..12])] {
        assert_eq!(paths(&snapshot), ["a/b.md", "c.md"]);
        assert_eq!(text(&snapshot, "a/b.md"), "1");
        assert!(landed(&snapshot, "a/b.md"));
    }
    assert!(!landed(&repo.worktree(), "c.md"));
}

#[test]
fn a_bare_repository_shows_its_head() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    let bare = repo.beside("bare.git");
    run(&repo.root, &["clone", "-q", "--bare", ".", "../bare.git"]);
    let snapshot = open(&bare, &Selection::Worktree).expect("a snapshot");
    assert_eq!((paths(&snapshot), snapshot.root(), snapshot.prefix()), (vec!["a.md"], None, ""));
    assert!(landed(&snapshot, "a.md"));
    assert_eq!(problem(&bare, &Selection::Index).message, "a bare repository has no index");
    let empty = Repo::with(&["--bare"]);
    assert!(empty.worktree().entries().is_empty() && empty.worktree().commit().is_none());
}

#[test]
fn a_linked_worktree_has_its_own_head_and_index() {
    let repo = Repo::new();
    repo.write("a.md", "1").write(".git/info/exclude", "*.tmp\n").commit();
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = repo.beside("linked");
    std::fs::write(linked.join("b.md"), "2").expect("written");
    std::fs::write(linked.join("c.tmp"), "").expect("written");
    run(&linked, &["add", "b.md"]);
    let worktree = open(&linked, &Selection::Worktree).expect("a snapshot");
    assert_eq!((paths(&worktree), worktree.root()), (vec!["a.md", "b.md"], Some(linked.as_path())));
    let index = open(&linked, &Selection::Index).expect("a snapshot");
    assert_eq!(paths(&index), ["a.md", "b.md"]);
    assert_eq!(text(&index, "b.md"), "2");
    assert_eq!(paths(&repo.index()), ["a.md"]);
    let relative = run(&linked, &["rev-parse", "--git-dir"]);
    let environment = Environment { git_dir: Some(linked.join(relative)), ..Environment::default() };
    let named = Snapshot::open_in(&linked, &Selection::Index, &environment).expect("a snapshot");
    assert_eq!((paths(&named), named.root()), (vec!["a.md", "b.md"], Some(linked.as_path())));
}

#[test]
fn the_variables_of_git_name_repository_index_and_working_tree() {
    let repo = Repo::new();
    repo.write("sub/a.md", "1").commit();
    repo.write("sub/b.md", "2");
    let other = Some(repo.root.join("other-index"));
    let add = ["add", "sub/b.md"];
    let done = crate::git::command(&repo.root).env("GIT_INDEX_FILE", "other-index").args(add).status();
    assert!(done.expect("git starts").success());
    let elsewhere = Repo::folder();
    let git_dir = Some(repo.root.join(".git"));
    for (start, environment) in [
        (&repo.root, Environment { index_file: other.clone(), ..Environment::default() }),
        (&repo.root, Environment { index_file: Some("other-index".into()), ..Environment::default() }),
        (&repo.root, Environment { git_dir: git_dir.clone(), index_file: other.clone(), ..Environment::default() }),
        (&elsewhere.root, Environment { git_dir: git_dir.clone(), index_file: other, ..Environment::default() }),
    ] {
        let snapshot = Snapshot::open_in(start, &Selection::Index, &environment).expect("a snapshot");
        assert_eq!(paths(&snapshot), ["sub/b.md"], "{environment:?}");
        assert_eq!(text(&snapshot, "sub/b.md"), "2");
    }
    elsewhere.write("c.md", "");
    let environment = Environment { git_dir: git_dir.clone(), ..Environment::default() };
    let snapshot = Snapshot::open_in(&elsewhere.root, &Selection::Worktree, &environment).expect("a snapshot");
    assert_eq!((paths(&snapshot), snapshot.root()), (vec!["c.md"], Some(elsewhere.root.as_path())));
    let environment = Environment { git_dir, work_tree: Some(repo.root.clone()), ..Environment::default() };
    let snapshot = Snapshot::open_in(&repo.root.join("sub"), &Selection::Worktree, &environment).expect("a snapshot");
    assert_eq!((snapshot.prefix(), snapshot.root()), ("sub", Some(repo.root.as_path())));
    let environment = Environment { git_dir: Some(elsewhere.root.clone()), ..Environment::default() };
    let found = Snapshot::open_in(&repo.root, &Selection::Worktree, &environment).err().expect("no repository");
    assert!(found.message.starts_with("GIT_DIR names"), "{found}");
}

#[test]
fn objects_in_quarantine_are_found() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    let other = Repo::new();
    let id = other.write("b.md", "2").commit();
    let environment = Environment { objects: vec![other.root.join(".git/objects")], ..Environment::default() };
    let selection = Selection::Revision(id.clone());
    let snapshot = Snapshot::open_in(&repo.root, &selection, &environment).expect("a snapshot");
    assert_eq!((text(&snapshot, "b.md").as_str(), snapshot.has_commit(&id)), ("2", Some(true)));
}

#[test]
fn a_shallow_clone_is_read_and_known_to_be_incomplete() {
    let repo = Repo::new();
    let first = repo.write("a.md", "1").commit();
    repo.write("a.md", "2").commit();
    run(&repo.root, &["clone", "-q", "--depth=1", &file_url(&repo), "../shallow"]);
    let snapshot = open(&repo.beside("shallow"), &Selection::Worktree).expect("a snapshot");
    assert_eq!(text(&snapshot, "a.md"), "2");
    assert_eq!(snapshot.has_commit(&first), None, "it may have been cut off");
    assert_eq!(snapshot.is_incomplete().map(|found| found.help).as_deref(), Some("`git fetch --unshallow`"));
    run(&repo.beside("shallow"), &["fetch", "-q", "--unshallow"]);
    let snapshot = open(&repo.beside("shallow"), &Selection::Worktree).expect("a snapshot");
    assert_eq!((snapshot.has_commit(&first), snapshot.is_incomplete()), (Some(true), None));
}

#[test]
fn a_partial_clone_lacks_files_until_the_help_is_followed() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = repo.beside("partial");
    run(&repo.root, &["clone", "-q", "-n", "--filter=blob:none", &file_url(&repo), "../partial"]);
    let revision = Selection::Revision("HEAD".into());
    let snapshot = open(&partial, &revision).expect("a snapshot");
    assert_eq!(snapshot.read(snapshot.entry("a.md").expect("listed")), Err(Unread::Missing));
    let help = snapshot.is_incomplete().expect("incomplete").help;
    for line in help.trim_matches('`').split(" && ") {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        run(&partial, &words);
    }
    let snapshot = open(&partial, &revision).expect("a snapshot");
    assert_eq!((text(&snapshot, "a.md").as_str(), snapshot.is_incomplete()), ("1", None));
}

#[test]
fn a_clone_without_trees_says_what_is_missing() {
    let repo = Repo::new();
    repo.write("a/a.md", "1").commit();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    run(&repo.root, &["clone", "-q", "-n", "--filter=tree:0", &file_url(&repo), "../treeless"]);
    let found = problem(&repo.beside("treeless"), &Selection::Revision("HEAD".into()));
    assert!(found.message.starts_with("the clone is partial"), "{found}");
}

#[test]
fn a_sparse_checkout_reads_what_it_left_out_from_the_index() {
    let repo = Repo::new();
    repo.write("in/a.md", "1").write("out/b.md", "2").write("top.md", "3").commit();
    repo.git(&["sparse-checkout", "set", "--no-sparse-index", "in"]);
    assert!(!repo.root.join("out/b.md").exists());
    let snapshot = repo.worktree();
    assert_eq!(paths(&snapshot), ["in/a.md", "out/b.md", "top.md"]);
    assert_eq!(text(&snapshot, "out/b.md"), "2");
    assert!(landed(&snapshot, "out/b.md"));
}

#[test]
fn an_index_that_cannot_be_read_is_refused_with_the_line_that_rewrites_it() {
    let sparse = Repo::new();
    sparse.write("in/a.md", "1").write("out/b.md", "2").commit();
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    let split = Repo::new();
    split.write("a.md", "1").commit();
    split.git(&["update-index", "--split-index"]);
    split.write("b.md", "1").git(&["add", "b.md"]);
    for (repo, what) in [(sparse, "sparse"), (split, "split")] {
        for selection in [Selection::Worktree, Selection::Index] {
            let found = problem(&repo.root, &selection);
            assert_eq!(found.message, format!("the index is {what}, which closeloop cannot read"));
            assert!(!repo.at("HEAD").entries().is_empty(), "a revision needs no index");
        }
        let help = problem(&repo.root, &Selection::Index).help;
        let line = help.split('`').nth(1).expect("a command");
        repo.git(&line.split(' ').skip(1).collect::<Vec<_>>());
        assert!(!repo.index().entries().is_empty(), "{what}: the help repairs it");
    }
}

#[test]
fn a_reftable_is_refused_with_the_line_that_rewrites_it() {
    let repo = Repo::with(&["--ref-format=reftable"]);
    repo.git(&["config", "core.logAllRefUpdates", "false"]); // git 2.47 cannot rewrite these logs
    let id = repo.write("a.md", "1").commit();
    let found = problem(&repo.root, &Selection::Worktree);
    assert!(found.message.contains("reftable"), "{found}");
    assert_eq!(text(&repo.at(&id), "a.md"), "1", "a whole id needs no branch");
    assert!(problem(&repo.root, &Selection::Revision("main".into())).message.contains("reftable"));
    let line = found.help.split('`').nth(1).expect("a command");
    repo.git(&line.split(' ').skip(1).collect::<Vec<_>>());
    assert_eq!(text(&repo.worktree(), "a.md"), "1");
}

#[test]
fn versions_of_the_index_alternates_and_replacements() {
    let repo = Repo::new();
    let first = repo.write("dir/a.md", "1").write("dir/b.md", "2").commit();
    repo.git(&["update-index", "--index-version", "4"]);
    assert_eq!(paths(&repo.index()), ["dir/a.md", "dir/b.md"]);
    run(&repo.root, &["clone", "-q", "--shared", ".", "../shared"]);
    let shared = open(&repo.beside("shared"), &Selection::Revision("HEAD".into())).expect("a snapshot");
    assert_eq!(text(&shared, "dir/b.md"), "2");
    let second = repo.write("dir/a.md", "changed").commit();
    repo.git(&["replace", &first, &second]);
    assert_eq!(text(&repo.at(&first), "dir/a.md"), "1", "replacements are ignored");
}

#[test]
fn an_unknown_extension_is_refused() {
    let repo = Repo::new();
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.later", "true"]);
    let found = problem(&repo.root, &Selection::Worktree);
    assert_eq!(found.message, "the repository uses extensions.later, which closeloop cannot read");
}

#[test]
#[cfg(unix)]
fn a_repository_of_another_owner_is_read() {
    let repo = Repo::new();
    repo.write("a.md", "1").commit();
    // Only a superuser may give files away; for others there is nothing to see.
    let given = std::process::Command::new("chown").args(["-R", "12345:12345"]).arg(&repo.root).output();
    if given.is_ok_and(|given| given.status.success()) {
        assert_eq!(text(&repo.worktree(), "a.md"), "1");
    }
}
