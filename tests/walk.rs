//! What the walk says that each landing changed is what `git log --first-parent --raw -m --no-renames` says.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use closeloop::git::{Environment, Event, Selection, Snapshot, Watch};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One changed path: mode and id before and after, and the path.
type Change = (u32, String, u32, String, Vec<u8>);

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_NO_REPLACE_OBJECTS", "1").current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = git(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn repository(format: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "-q", "-b", "main", &format!("--object-format={format}")], b"");
    folder
}

/// What git says: for each commit of the first-parent line, oldest first, what it changed.
fn expected(folder: &Path, tip: &str) -> Vec<(String, Vec<Change>)> {
    let arguments = ["log", "--first-parent", "--raw", "-m", "--no-renames", "--no-abbrev", "-z", "--reverse"];
    let told = run(folder, &[&arguments[..], &["--format=commit %H", tip, "--"]].concat(), b"");
    let mut commits: Vec<(String, Vec<Change>)> = Vec::new();
    let mut parts = told.split(|&byte| byte == 0).filter(|part| !part.is_empty());
    while let Some(part) = parts.next() {
        let part = part.strip_prefix(b"\n").unwrap_or(part);
        if let Some(id) = part.strip_prefix(b"commit ") {
            commits.push((String::from_utf8(id.to_vec()).unwrap().trim().to_owned(), Vec::new()));
            continue;
        }
        let fields: Vec<&str> = std::str::from_utf8(&part[1..]).unwrap().split(' ').collect();
        let mode = |text: &str| u32::from_str_radix(text, 8).unwrap();
        let path = parts.next().unwrap().to_vec();
        let change = (mode(fields[0]), fields[2].to_owned(), mode(fields[1]), fields[3].to_owned(), path);
        commits.last_mut().unwrap().1.push(change);
    }
    commits.iter_mut().for_each(|(_, changes)| changes.sort());
    commits
}

/// What the walk says of the same line.
fn walked(folder: &Path, tip: &str) -> Vec<(String, Vec<Change>)> {
    let selection = Selection::Revision(tip.to_owned());
    let snapshot = Snapshot::open_in(folder, &selection, &Environment::default()).unwrap_or_else(|e| panic!("{e}"));
    let past = snapshot.past().unwrap();
    let line = past.line(&snapshot.commit().unwrap().id).unwrap_or_else(|e| panic!("{e}"));
    let events = past.walk(&line, &Watch::everything()).unwrap_or_else(|e| panic!("{e}"));
    let mut commits: Vec<(String, Vec<Change>)> =
        line.commits.iter().map(|commit| (commit.id.to_string(), Vec::new())).collect();
    for event in events {
        let none = || "0".repeat(commits[0].0.len());
        let Event { position, path, before, after } = event;
        let side = |file: Option<closeloop::git::FileId>| file.map_or((0, none()), |f| (f.mode, f.id.to_string()));
        let ((old_mode, old), (new_mode, new)) = (side(before), side(after));
        commits[position as usize].1.push((old_mode, old, new_mode, new, path.to_vec()));
    }
    commits.iter_mut().for_each(|(_, changes)| changes.sort());
    commits
}

fn assert_equal(folder: &Path, tip: &str) -> usize {
    let (expected, walked) = (expected(folder, tip), walked(folder, tip));
    assert_eq!(expected.len(), walked.len(), "{tip}: commits of the line");
    for (git, walk) in expected.iter().zip(&walked) {
        assert_eq!(git, walk, "{tip}");
    }
    expected.iter().map(|(_, changes)| changes.len()).sum()
}

/// A generator of numbers that gives the same ones anywhere.
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next()).unwrap() % n
    }

    fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

/// Paths as fast-import quotes them. Many are prefixes of others, so that files and folders take each other's place,
/// and stand beside names that sort between `a` and `a/`.
const PATHS: [&str; 26] = [
    "a",
    "a/b",
    "a/b/c",
    "a/b/c/d",
    "a.b",
    "a-b",
    "a0",
    "a/b.c",
    "a/b-c",
    "a/b0",
    "b",
    "dir/x",
    "dir/y",
    "dir",
    "dir.md",
    "dir/x/deep/er",
    "incidents/2026/INC-1.md",
    "incidents/2026/INC-2.md",
    "incidents/INC-1.md",
    "sp ace/n ame",
    "\"caf\\351.md\"",
    "\"tab\\there\"",
    "\"li\\nne\"",
    "\"q\\\"uote\"",
    "\u{fc}bung/\u{1f525}.md",
    "B",
];

/// A history of a few commits as a stream for `git fast-import`; it ends up in a branch.
fn history(seed: &mut Seed, branch: &str, id_length: usize, mark: &mut usize) -> Vec<u8> {
    let (mut stream, mut marks) = (String::new(), Vec::<usize>::new());
    let mut time: i64 = 1_700_000_000;
    for _ in 0..1 + seed.below(14) {
        *mark += 1;
        // One of three dates is forged: far ahead, or before that of the parent.
        time += [3600, 86_400, 0, -200_000, 40_000_000, 60][seed.below(6)];
        let zone = seed.pick(&["+0000", "+0200", "-1130", "+1400"]);
        let who = format!("Ana <ana@example.org> {time} {zone}");
        // Each commit has a reference of its own, so that none is a parent unless it is named as one.
        write!(stream, "commit refs/tmp/{mark}\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata 1\nx\n").unwrap();
        let is_unrelated = seed.below(12) == 0;
        let mut parents: Vec<usize> = Vec::new();
        if let (false, Some(&last)) = (is_unrelated, marks.last()) {
            parents.push(if seed.below(4) == 0 { marks[seed.below(marks.len())] } else { last });
            let merged = [0, 0, 0, 1, 1, 4][seed.below(6)];
            for _ in 0..merged {
                parents.push(marks[seed.below(marks.len())]);
            }
        }
        let mut seen: Vec<usize> = Vec::new();
        parents.retain(|parent| {
            !seen.contains(parent) && {
                seen.push(*parent);
                true
            }
        });
        for (at, parent) in parents.iter().enumerate() {
            writeln!(stream, "{} :{parent}", if at == 0 { "from" } else { "merge" }).unwrap();
        }
        for _ in 0..seed.below(7) {
            change(seed, &mut stream, id_length);
        }
        stream.push('\n');
        marks.push(*mark);
    }
    writeln!(stream, "reset refs/heads/{branch}\nfrom :{}\n", marks.last().unwrap()).unwrap();
    stream.into_bytes()
}

fn change(seed: &mut Seed, stream: &mut String, id_length: usize) {
    let path = seed.pick(&PATHS);
    match seed.below(10) {
        0 | 1 => writeln!(stream, "D {path}").unwrap(),
        2 => writeln!(stream, "M 160000 {} {path}", seed.pick(&["1", "2"]).repeat(id_length)).unwrap(),
        3 => stream.push_str(if seed.below(4) == 0 { "deleteall\n" } else { "" }),
        n => {
            let mode = ["100644", "100644", "100644", "100755", "120000"][n % 5];
            let data = seed.pick(&["one\n", "two\n", "three\n", "", "four"]);
            writeln!(stream, "M {mode} inline {path}\ndata {}\n{data}", data.len()).unwrap();
        }
    }
}

fn compare_generated(format: &str, id_length: usize, count: usize, seed: u64) {
    let folder = repository(format);
    let (mut seed, mut mark) = (Seed(seed), 0);
    let stream: Vec<u8> =
        (0..count).flat_map(|at| history(&mut seed, &format!("h{at}"), id_length, &mut mark)).collect();
    run(folder.path(), &["fast-import", "--quiet", "--force"], &stream);
    let changes: usize = (0..count).map(|at| assert_equal(folder.path(), &format!("refs/heads/h{at}"))).sum();
    assert!(changes > count * 5, "the generator made only {changes} changes");
}

#[test]
fn generated_histories_are_walked_as_git_walks_them() {
    compare_generated("sha1", 40, 170, 1);
}

#[test]
fn histories_with_sha_256_are_walked_as_git_walks_them() {
    compare_generated("sha256", 64, 30, 2);
}

/// Real repositories as bundles, where they lie beside this one.
#[test]
fn corpora_are_walked_as_git_walks_them() {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).take(2);
    let Some(corpora) = above.map(|folder| folder.join("shared/corpora")).find(|folder| folder.is_dir()) else {
        eprintln!("skipped: there is no ../shared/corpora with bundles of real repositories");
        return;
    };
    let mut bundles: Vec<PathBuf> = fs::read_dir(corpora).unwrap().map(|entry| entry.unwrap().path()).collect();
    bundles.retain(|path| path.extension().is_some_and(|extension| extension == "bundle"));
    bundles.sort();
    for bundle in bundles {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["clone", "-q", "--bare", bundle.to_str().unwrap(), "bare"], b"");
        let changes = assert_equal(&folder.path().join("bare"), "HEAD");
        eprintln!("{}: {changes} changes", bundle.file_name().unwrap().to_string_lossy());
    }
}

/// A repository of six commits, one of them a merge.
fn small() -> tempfile::TempDir {
    let folder = repository("sha1");
    let mut stream = String::new();
    for (at, parents) in ["", "from :1", "from :1", "from :2\nmerge :3", "from :4", "from :5"].iter().enumerate() {
        let mark = at + 1;
        write!(stream, "commit refs/tmp/{mark}\nmark :{mark}\ncommitter A <a@b> 17000000{at}0 +0000\ndata 1\nx\n")
            .unwrap();
        write!(stream, "{parents}\nM 100644 inline dir/f{mark}.md\ndata 1\n{at}\n\n").unwrap();
    }
    stream.push_str("reset refs/heads/main\nfrom :6\n\n");
    run(folder.path(), &["fast-import", "--quiet", "--force"], stream.replace("\n\nM 100644", "\nM 100644").as_bytes());
    folder
}

fn remarks(folder: &Path) -> Vec<String> {
    let selection = Selection::Revision("main".to_owned());
    let snapshot = Snapshot::open_in(folder, &selection, &Environment::default()).unwrap();
    snapshot.past().unwrap().remarks()
}

#[test]
fn replace_refs_and_grafts_are_ignored_and_told() {
    let folder = small();
    let folder = folder.path();
    let before = walked(folder, "main");
    assert!(before.len() > 2, "{}", before.len());
    assert_eq!(remarks(folder), Vec::<String>::new());
    let (first, last) = (&before[0].0, &before.last().unwrap().0);
    run(folder, &["replace", &before[1].0, first], b"");
    fs::create_dir_all(folder.join(".git/info")).unwrap();
    fs::write(folder.join(".git/info/grafts"), format!("{last} {first}\n")).unwrap();
    assert_eq!(walked(folder, "main"), before);
    assert_eq!(remarks(folder).len(), 2);
}

#[test]
fn bare_shared_and_linked_repositories_are_walked_alike() {
    let folder = small();
    let expected = expected(folder.path(), "main");
    let beside = tempfile::tempdir().unwrap();
    let from = folder.path().to_str().unwrap();
    run(beside.path(), &["clone", "-q", "--bare", from, "bare"], b"");
    run(beside.path(), &["clone", "-q", "--bare", "--shared", from, "shared"], b"");
    let linked = beside.path().join("linked");
    run(folder.path(), &["worktree", "add", "-q", "-f", "--no-checkout", linked.to_str().unwrap(), "main"], b"");
    for (name, tip) in [("bare", "main"), ("shared", "main"), ("linked", "HEAD")] {
        assert_eq!(walked(&beside.path().join(name), tip), expected, "{name}");
    }
}

/// A commit whose parent is not there: the history is not read in part, it is not read.
#[test]
fn a_line_with_a_hole_is_no_line() {
    let folder = small();
    let line = walked(folder.path(), "main");
    let lost = &line[line.len() / 2].0;
    // So few objects are not packed, each is a file.
    fs::remove_file(folder.path().join(".git/objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let selection = Selection::Revision("main".to_owned());
    let snapshot = Snapshot::open_in(folder.path(), &selection, &Environment::default()).unwrap();
    assert!(snapshot.past().unwrap().line(&snapshot.commit().unwrap().id).is_err());
}

/// A folder of ten thousand files gets another name.
#[test]
fn ten_thousand_files_move_in_one_landing() {
    let folder = repository("sha1");
    let mut stream = String::from("commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 1\nx\n");
    for at in 0..10_000 {
        writeln!(stream, "M 100644 inline old/{}/f{at}.md\ndata 1\n{}", at % 7, at % 10).unwrap();
    }
    stream.push_str("\ncommit refs/heads/main\ncommitter A <a@b> 1700000100 +0000\ndata 1\ny\nR old new\n\n");
    run(folder.path(), &["fast-import", "--quiet"], stream.as_bytes());
    assert_eq!(assert_equal(folder.path(), "main"), 30_000);
}

#[test]
fn one_landing_alone_changes_what_it_changes_in_the_walk() {
    let folder = repository("sha1");
    let mut mark = 0;
    let stream = history(&mut Seed(7), "main", 40, &mut mark);
    run(folder.path(), &["fast-import", "--quiet", "--force"], &stream);
    let snapshot =
        Snapshot::open_in(folder.path(), &Selection::Revision("main".to_owned()), &Environment::default()).unwrap();
    let past = snapshot.past().unwrap();
    let line = past.line(&snapshot.commit().unwrap().id).unwrap();
    let mut by_position: BTreeMap<u32, Vec<Event>> = BTreeMap::new();
    for event in past.walk(&line, &Watch::everything()).unwrap() {
        by_position.entry(event.position).or_default().push(event);
    }
    for position in 0..u32::try_from(line.commits.len()).unwrap() {
        let alone = past.changes_of(&line, position).unwrap();
        assert_eq!(alone, by_position.remove(&position).unwrap_or_default());
    }
}
