//! What a run leaves in the folder of git makes the next one faster and changes nothing, whatever became of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod trees;

use closeloop::config::Level;
use closeloop::git::replay::replay;
use closeloop::git::{Environment, Selection, Snapshot};
use closeloop::render::json;
use closeloop::verdict::{Options, judge, judge_against};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use trees::{Files, Tree, read_folder};

fn verdict(folder: &Path, has_memo: bool) -> String {
    verdict_of(folder, &Selection::Worktree, has_memo)
}

fn verdict_of(folder: &Path, selection: &Selection, has_memo: bool) -> String {
    let snapshot = Snapshot::open_in(folder, selection, &Environment::default()).unwrap();
    let snapshot = if has_memo { snapshot.with_memo() } else { snapshot };
    let verdict = match judge(&snapshot, &options(true)) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    };
    json::render(&verdict).unwrap()
}

fn options(history: bool) -> Options {
    Options {
        as_of: Some("2026-06-30".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: Vec::new(),
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history,
    }
}

/// What a hook says: the index against `HEAD`, without history.
fn hook(folder: &Path, has_memo: bool) -> String {
    let open = |selection| {
        let snapshot = Snapshot::open_in(folder, &selection, &Environment::default()).unwrap();
        if has_memo { snapshot.with_memo() } else { snapshot }
    };
    let (index, head) = (open(Selection::Index), open(Selection::Revision("HEAD".to_owned())));
    let verdict = match judge_against(&index, &head, "HEAD", &options(false)) {
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
    for selection in [Selection::Worktree, Selection::Index, Selection::Revision("HEAD".to_owned())] {
        let plain = verdict_of(folder, &selection, false);
        assert!(verdict_of(folder, &selection, true) == plain, "{when}, {selection:?}: the first run with a memo");
        assert!(verdict_of(folder, &selection, true) == plain, "{when}, {selection:?}: the second run with a memo");
    }
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

#[test]
fn files_that_were_taken_apart_before_are_read_back_as_they_were() {
    let folder = repository();
    let folder = folder.path();
    let staged = |has_memo| verdict_of(folder, &Selection::Index, has_memo);
    let (plain, shelf) = (staged(false), folder.join(".git/closeloop/files"));
    assert!(staged(true) == plain);
    let whole = fs::read(&shelf).expect("files were left");
    assert!(staged(true) == plain);
    assert!(fs::read(&shelf).unwrap() == whole, "nothing was new");
    for at in (0..whole.len()).step_by(whole.len() / 10 + 1) {
        let mut broken = whole.clone();
        broken[at] ^= 0x41;
        fs::write(&shelf, &broken).unwrap();
        assert!(staged(true) == plain, "a byte at {at}");
        fs::write(&shelf, &whole[..at]).unwrap();
        assert!(staged(true) == plain, "cut at {at}");
        fs::remove_file(&shelf).unwrap();
    }
    // Only what git holds as it is read is kept: not what stands in the working tree alone.
    let record = record(folder);
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace("title:", "title: Nowhere else, ")).unwrap();
    assert_same(folder, "with a change in the working tree");
    let kept = fs::read(&shelf).unwrap();
    assert!(!kept.windows(12).any(|piece| piece == b"Nowhere else"));
    git(folder, &["add", "-A"]);
    assert_same(folder, "with a change in the index");
}

/// Stages a change of a file, which is made where it is not there.
fn stage(folder: &Path, path: &str, change: impl Fn(String) -> String) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, change(fs::read_to_string(&file).unwrap_or_default())).unwrap();
    git(folder, &["add", "-A"]);
}

#[test]
fn a_base_that_the_hook_before_judged_is_told_as_if_it_were_judged_again() {
    let folder = repository();
    let folder = folder.path();
    let path = record(folder).strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    let stood = folder.join(".git/closeloop/stood");
    let steps: [(&str, &dyn Fn()); 9] = [
        ("nothing", &|| ()),
        ("a defect", &|| stage(folder, &path, |text| text.replacen("cause: Sign-in", "cause: TBD\n# Sign-in", 1))),
        ("a second one", &|| {
            stage(folder, &path, |text| text.replacen("title: VPN account takeover", "title: TBD", 1))
        }),
        ("a register", &|| stage(folder, "risks/register.csv", |text| text.replacen("R-", "R-9", 1))),
        ("people", &|| stage(folder, "people/people.toml", |text| format!("{text}# once more\n"))),
        ("weaker rules", &|| stage(folder, "closeloop.toml", |_| "[rules]\nplaceholder-text = \"off\"\n".to_owned())),
        ("a comment that waives", &|| {
            let waiver = "# closeloop: allow placeholder-text until 2026-07-30 by Ana: later\ntitle: ";
            stage(folder, &path, |text| text.replacen("title: ", waiver, 1));
        }),
        ("a copy", &|| {
            let text = fs::read_to_string(folder.join(&path)).unwrap();
            stage(folder, &path.replace(".md", "-b.md"), |_| text.replacen("id: INC-", "id: INC-1", 1));
        }),
        ("a record that is gone", &|| git(folder, &["rm", "-q", &path])),
    ];
    let mut told = 0;
    for (what, step) in steps {
        step();
        let plain = hook(folder, false);
        told += usize::from(plain.replace(' ', "").contains("\"new\":true"));
        assert!(hook(folder, true) == plain, "{what}: before it is committed");
        assert!(hook(folder, true) == plain, "{what}: once more");
        git(folder, &["commit", "-q", "--allow-empty", "-m", what]);
        let (plain, known) = (hook(folder, false), fs::read(&stood).expect("something was left"));
        assert!(hook(folder, true) == plain, "{what}: afterwards");
        // What the hook before the commit left is all that this one needed, unless it saw what no tree alone shows.
        let is_alone = !matches!(what, "a comment that waives" | "a copy" | "a record that is gone");
        assert!(!is_alone || fs::read(&stood).unwrap() == known, "{what}: the base was known");
    }
    assert!(told >= 4, "{told} changes brought something new");
    let whole = fs::read(&stood).unwrap();
    for at in [0, 30, 90, whole.len() - 1] {
        let mut broken = whole.clone();
        broken[at] ^= 1;
        fs::write(&stood, &broken).unwrap();
        assert!(hook(folder, true) == hook(folder, false), "a byte at {at}");
    }
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
