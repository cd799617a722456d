//! Repositories of their own for tests, and the program as a process, with nothing of the outer environment.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The smallest record that is in order.
pub const CLEAN: &str = "---\nid: INC-2026-0001\ntitle: Lost badge\nstatus: closed\nseverity: low\n\
                         detected: 2026-03-02\nclosed: 2026-03-03\n---\n\nA badge was lost and blocked.\n";

/// A record with an action that is overdue for weeks.
pub const OVERDUE: &str = "---\nid: INC-2026-0002\ntitle: VPN account takeover\nstatus: closed\nseverity: high\n\
                           detected: 2026-03-02\nclosed: 2026-03-10\nactions:\n  - id: A1\n    text: Require a second \
                           factor on the VPN.\n    owner: eva\n    due: 2026-03-20\n    status: in-progress\n---\n";

/// The date at which tests judge.
pub const AS_OF: &str = "2026-04-10";

/// A repository in a folder that goes away with it.
pub struct Repo {
    dir: TempDir,
}

/// What a process left behind.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repo {
    /// A repository without a commit.
    pub fn empty() -> Self {
        let repo = Self { dir: TempDir::new().unwrap() };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// A repository with one commit that holds these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::empty();
        for (path, text) in files {
            repo.write(path, text);
        }
        repo.commit("2026-04-01");
        repo
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap()
    }

    /// Commits everything, at noon of a day.
    pub fn commit(&self, day: &str) {
        self.git(&["add", "--all"]);
        let date = format!("{day}T12:00:00Z");
        let mut command = git_command(self.path());
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        succeed(command.args(["commit", "--quiet", "--allow-empty", "-m", "A change"]));
    }

    /// Puts another commit in the place of the last one.
    pub fn amend(&self) {
        self.git(&[
            "-c",
            "user.name=Ana",
            "-c",
            "user.email=ana@example.org",
            "commit",
            "--quiet",
            "--amend",
            "-m",
            "Other",
        ]);
    }

    pub fn git(&self, args: &[&str]) -> String {
        succeed(git_command(self.path()).args(args))
    }

    /// The program, about to run in the root of the repository.
    pub fn command(&self, args: &[&str]) -> Command {
        command(self.path(), args)
    }

    pub fn run(&self, args: &[&str]) -> Run {
        finish(self.command(args))
    }

    /// `closeloop check` at the date of the tests, with more arguments.
    pub fn check(&self, args: &[&str]) -> Run {
        self.run(&[&["check", "--as-of", AS_OF], args].concat())
    }
}

/// The program, about to run in a folder.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_closeloop"));
    command.args(args).current_dir(folder);
    scrub(&mut command);
    command
}

pub fn finish(mut command: Command) -> Run {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn git_command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder);
    scrub(&mut command);
    command.env("GIT_AUTHOR_NAME", "Ana").env("GIT_AUTHOR_EMAIL", "ana@example.org");
    command.env("GIT_COMMITTER_NAME", "Ana").env("GIT_COMMITTER_EMAIL", "ana@example.org");
    command
}

/// How the names of variables begin that say something about git, builds and colours.
const OUTER: [&str; 17] = [
    "GIT_",
    "GITHUB_",
    "GITLAB_",
    "CI_",
    "BUILD_",
    "SYSTEM_",
    "TF_BUILD",
    "BITBUCKET_",
    "PRE_COMMIT",
    "CONTINUOUS_INTEGRATION",
    "JENKINS_",
    "TEAMCITY_",
    "CODEBUILD_",
    "GO_PIPELINE_",
    "bamboo_",
    "CLICOLOR",
    "RAYON_",
];

/// Takes away what the outer environment says about git, builds and colours.
fn scrub(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let is_outer = OUTER.iter().any(|start| name.starts_with(start));
        if is_outer || ["CI", "NO_COLOR", "FORCE_COLOR", "TZ", "LANG", "LC_ALL"].contains(&name.as_str()) {
            command.env_remove(&name);
        }
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", "/nonexistent");
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The schema that the program prints.
pub fn schema(of: &str) -> serde_json::Value {
    let run = finish(command(Path::new("/"), &["schema", of]));
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_str(&run.out).unwrap()
}

/// A result as JSON, held against its schema.
pub fn result(text: &str) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    conforms(&schema("result"), &value);
    value
}

pub fn conforms(schema: &serde_json::Value, value: &serde_json::Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
