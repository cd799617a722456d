//! How long a check takes, against what git needs to print the same records: `cargo bench --bench check`.
//!
//! Whole processes are timed in turn, so that both meet the same machine; ratios are what counts, not seconds. The
//! repositories are made of the clean records and registers of `fixtures/`. Each record has an id and words of its own,
//! because git packs copies of one text to almost nothing, and prints them faster than it ever prints real records.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::expect_used)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

/// The size up to which a record is filled with text.
const RECORD_BYTES: usize = 3_200;

/// 32 words that no rule looks for; they take the place of the long words of the fixtures.
const WORDS: &str = "archive balance cabinet channel counter display element factory gateway harbour inventory \
    journal kitchen laptop machine notebook office package quarter receipt schedule station terminal umbrella vehicle \
    warehouse workshop printer meadow lantern module carrier";

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let small = repository(&fixtures, 1_000);
    let large = repository(&fixtures, 10_000);
    let (few, _) = report("1,000 records", small.path());
    let (many, peak) = report("10,000 records", large.path());
    println!("ten times the records take {:.1} times as long", many.as_secs_f64() / few.as_secs_f64());
    println!("private memory at its peak, 10,000 records: {} MB", peak / 1024);
    staged(small.path());
}

/// A repository of `count` records with the registers of the fixtures.
fn repository(fixtures: &Path, count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixtures.join("base"), folder.path());
    let classes = ["minor", "moderate", "significant", "major"];
    let records = classes.map(|class| fs::read_to_string(fixtures.join(format!("records/{class}.md"))).unwrap());
    for number in 1..=count {
        let (year, id) = (2000 + number / 500, format!("INC-{}-{:04}", 2000 + number / 500, number % 500));
        let text = records[number % 4].replace("INC-2026-0001\n", &format!("{id}\n"));
        let text = varied(&text.replace("no-second-factor", &format!("cause-{number}")), number);
        let path = folder.path().join(format!("incidents/{year}/{id}.md"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "records"]);
    git(folder.path(), &["gc", "-q"]);
    folder
}

/// The record with other words in its sentences, and with sentences added up to a usual size.
fn varied(text: &str, number: usize) -> String {
    let all: Vec<&str> = WORDS.split(' ').collect();
    let mut state = number as u64 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all[(state >> 59) as usize]
    };
    let is_long = |word: &str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut record = String::new();
    for line in text.lines() {
        let is_sentence = line.split_whitespace().count() > 5 && !line.contains(['{', '[']);
        let words = line.split(' ').map(|old| if is_sentence && is_long(old) { word() } else { old });
        record += &words.collect::<Vec<_>>().join(" ");
        record.push('\n');
    }
    while record.len() < RECORD_BYTES {
        record += &format!("\nThe {} stood beside the {} and the {} of the {}.\n", word(), word(), word(), word());
    }
    record
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copy(&entry, &target) } else { fs::copy(&entry, &target).map(|_| ()).unwrap() }
    }
}

fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(folder);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ana").env(format!("GIT_{who}_EMAIL"), "ana@example.org");
    }
    command
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(
        command("git", folder).args(["-c", "gc.auto=0"]).args(arguments).status().unwrap().success(),
        "git {arguments:?}"
    );
}

/// The ids of the blobs of all records and registers, as `git cat-file --batch` takes them.
fn blobs(folder: &Path) -> Vec<u8> {
    let output = command("git", folder).args(["ls-tree", "-r", "HEAD"]).output().unwrap().stdout;
    let lines = String::from_utf8(output).unwrap();
    lines.lines().flat_map(|line| line[12..line.find('\t').unwrap()].bytes().chain([b'\n'])).collect()
}

/// What git needs to print them.
fn floor(folder: &Path, blobs: &[u8]) -> Duration {
    let began = Instant::now();
    let mut child = command("git", folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(blobs).unwrap();
    assert!(child.wait().unwrap().success());
    began.elapsed()
}

/// One check of the working tree: how long it took, and its private memory at its peak in KiB.
fn check(folder: &Path, arguments: &[&str]) -> (Duration, u64) {
    let began = Instant::now();
    let mut child = command(env!("CARGO_BIN_EXE_closeloop"), folder)
        .args(["check", "--as-of", "2026-06-30", "--output", "json"])
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        peak = peak.max(private_memory(&status).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.code().is_some_and(|code| code < 2), "{status}");
            return (began.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Anonymous memory in KiB, where the system says it (Linux).
fn private_memory(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("RssAnon:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn report(title: &str, folder: &Path) -> (Duration, u64) {
    let blobs = blobs(folder);
    let (mut floors, mut checks, mut peak) = (vec![], vec![], 0);
    check(folder, &[]);
    for _ in 0..RUNS {
        floors.push(floor(folder, &blobs));
        let (took, memory) = check(folder, &[]);
        checks.push(took);
        peak = peak.max(memory);
    }
    let (floor, check) = (median(floors), median(checks));
    let ratio = check.as_secs_f64() / floor.as_secs_f64();
    println!("{title}: check {check:.0?}, git cat-file {floor:.0?}, ratio {ratio:.2}");
    (check, peak)
}

/// One changed record in the index of 1,000: alone, and as the hook judges it, with and without what a run leaves.
fn staged(folder: &Path) {
    let record = folder.join("incidents/2000/INC-2000-0002.md");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text + "\nNothing else was found.\n").unwrap();
    git(folder, &["add", "-A"]);
    let hook = ["--staged", "--no-history", "--base", "HEAD"];
    for (what, arguments) in [("--staged", &hook[..2]), ("the hook", &hook[..])] {
        let cold: Vec<&str> = arguments.iter().copied().chain(["--no-cache"]).collect();
        // The first one leaves what the others read.
        check(folder, arguments);
        let time = |arguments: &[&str]| median((0..RUNS).map(|_| check(folder, arguments).0).collect());
        let (cold, warm) = (time(&cold), time(arguments));
        println!("{what}, one changed record of 1,000: {warm:.0?}, without a memo {cold:.0?}");
    }
}
