//! How long a check with history takes, against what git needs to tell the same history: `cargo bench --bench history`.
//!
//! The repository is made with `git fast-import`. The floor is `git log --first-parent --raw -m --no-renames` and
//! `git cat-file --batch` of every version of a record, in the same run; ratios are what counts, not seconds.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;

fn main() {
    let record =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records/moderate.md")).unwrap();
    let short = report("5,000 commits", &record, 5_000);
    let long = report("20,000 commits", &record, 20_000);
    println!("four times the commits take {:.1} times as long", long.as_secs_f64() / short.as_secs_f64());
}

/// A line of commits of which each changes one record of many.
fn repository(record: &str, commits: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let mut stream = String::new();
    for at in 0..commits {
        // Every record is written, and then edited four times, while others come.
        let number = (at / 5 + (at % 5) * 7) % (commits / 5).max(1);
        let id = format!("INC-{}-{:04}", 2000 + number / 500, number % 500);
        let text = record.replace("INC-2026-0001\n", &format!("{id}\n")).replace("lead: ", &format!("lead: p{at}-"));
        let path = format!("incidents/{}/{id}.md", 2000 + number / 500);
        let time = 1_600_000_000 + at * 4_000;
        write!(stream, "commit refs/heads/main\ncommitter Ana <ana@example.org> {time} +0000\ndata 5\nedit\n\n")
            .unwrap();
        write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
    }
    let mut import = command("git", folder.path());
    let mut child = import.args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    git(folder.path(), &["gc", "-q"]);
    git(folder.path(), &["reset", "-q", "--hard"]);
    folder
}

fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(folder);
    command
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(command("git", folder).args(["-c", "gc.auto=0"]).args(arguments).status().unwrap().success());
}

/// Times a command; whatever it ends with counts as done, as a check that finds something ends with 1.
fn time(mut command: Command, input: &[u8]) -> Duration {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    child.wait().unwrap();
    let _ = writer.join();
    start.elapsed()
}

fn log(folder: &Path) -> Command {
    let mut log = command("git", folder);
    log.args(["log", "--first-parent", "--raw", "-m", "--no-renames", "--no-abbrev", "--format="]);
    log
}

fn check(folder: &Path, more: &[&str]) -> Command {
    let mut check = command(env!("CARGO_BIN_EXE_closeloop"), folder);
    check.args(["check", "--as-of", "2026-06-30", "--output", "json"]).args(more);
    check
}

/// The same walk as a script of a few lines that asks git for each commit, as scripts over histories usually do.
const SCRIPT: &str = "
import subprocess, sys
commits = subprocess.check_output(['git', 'rev-list', '--first-parent', '--reverse', 'HEAD'], text=True).split()
for commit in commits[:500]:
    subprocess.check_output(['git', 'diff-tree', '--root', '-m', '--first-parent', '-r', '-p', commit])
";

fn report(name: &str, record: &str, commits: usize) -> Duration {
    let folder = repository(record, commits);
    let told = String::from_utf8(log(folder.path()).output().unwrap().stdout).unwrap();
    let blobs: String =
        told.lines().filter_map(|line| line.split(' ').nth(3)).fold(String::new(), |ids, id| ids + id + "\n");
    let batch = || {
        let mut batch = command("git", folder.path());
        batch.args(["cat-file", "--batch"]);
        batch
    };
    let mut best = [Duration::MAX; 4];
    for _ in 0..RUNS {
        let floor = time(log(folder.path()), b"") + time(batch(), blobs.as_bytes());
        let first = time(check(folder.path(), &["--no-cache"]), b"");
        time(check(folder.path(), &[]), b"");
        let again = time(check(folder.path(), &[]), b"");
        let without = time(check(folder.path(), &["--no-history"]), b"");
        for (best, new) in best.iter_mut().zip([floor, first, again, without]) {
            *best = (*best).min(new);
        }
    }
    let [floor, first, again, without] = best.map(|time| time.as_secs_f64());
    println!(
        "{name}: git {floor:.2} s, check {first:.2} s ({:.2} of git), again {again:.2} s ({:.2})",
        first / floor,
        again / floor
    );
    println!(
        "{name}: what is not history takes {without:.2} s; history on the second run {:.2} of git",
        (again - without) / floor
    );
    script(folder.path(), commits, best[1]);
    best[1]
}

fn script(folder: &Path, commits: usize, check: Duration) {
    if command("python3", folder).arg("--version").output().is_err() {
        println!("skipped: python3 is not installed, so no script is timed beside it");
        return;
    }
    let mut script = command("python3", folder);
    script.args(["-c", SCRIPT]);
    let all = time(script, b"").as_secs_f64() * commits as f64 / 500.0;
    println!(
        "a script that asks git for every commit would take {all:.0} s, {:.0} times as long",
        all / check.as_secs_f64()
    );
}
