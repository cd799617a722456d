//! Repositories for tests, made by git itself, with fixed people and dates and nothing of the machine's settings.

use std::path::{Path, PathBuf};
use std::process::Command;

use closeloop::git::{Environment, GitProblem, Selection, Snapshot};

/// A repository in a folder of its own, which goes away with it.
pub struct Repo {
    _home: tempfile::TempDir,
    pub root: PathBuf,
}

impl Repo {
    /// An empty repository on the branch `main`.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// An empty repository, made with further options of `git init`.
    pub fn with(options: &[&str]) -> Self {
        let repo = Self::folder();
        run(&repo.root, &[&["init", "-q", "-b", "main"], options].concat());
        repo
    }

    /// A folder that is not a repository yet.
    pub fn folder() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let root = home.path().canonicalize().expect("its real path").join("repo");
        std::fs::create_dir(&root).expect("a folder");
        Self { _home: home, root }
    }

    /// A path beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.with_file_name(name)
    }

    /// Writes a file, with its folders.
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let place = self.root.join(path);
        std::fs::create_dir_all(place.parent().expect("a folder above")).expect("folders");
        std::fs::write(place, text).expect("a written file");
        self
    }

    /// Runs git here and returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        run(&self.root, arguments)
    }

    /// Commits all there is and returns the id.
    pub fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a commit"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub fn open(&self, selection: Selection) -> Snapshot {
        open(&self.root, &selection).unwrap_or_else(|problem| panic!("{problem}"))
    }

    pub fn worktree(&self) -> Snapshot {
        self.open(Selection::Worktree)
    }

    pub fn index(&self) -> Snapshot {
        self.open(Selection::Index)
    }

    pub fn at(&self, revision: &str) -> Snapshot {
        self.open(Selection::Revision(revision.into()))
    }
}

/// Opens without looking at the variables of the test process.
pub fn open(start: &Path, selection: &Selection) -> Result<Snapshot, GitProblem> {
    Snapshot::open_in(start, selection, &Environment::default())
}

/// The problem with which opening fails.
pub fn problem(start: &Path, selection: &Selection) -> GitProblem {
    match open(start, selection) {
        Ok(snapshot) => panic!("opened with {:?}", paths(&snapshot)),
        Err(problem) => problem,
    }
}

/// A command without any variable of git, but with fixed people, dates and settings.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Mara Lind").env(format!("GIT_{role}_EMAIL"), "mara@example.org");
        command.env(format!("GIT_{role}_DATE"), "2026-03-01T00:30:00+02:00");
    }
    command
}

/// Runs git and returns what it prints, without the line end.
pub fn run(folder: &Path, arguments: &[&str]) -> String {
    let done = command(folder).args(arguments).output().expect("git starts");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim_end().to_owned()
}

/// All paths of a snapshot.
pub fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.entries().iter().map(|entry| entry.path.as_str()).collect()
}

/// The text of a file of a snapshot.
pub fn text(snapshot: &Snapshot, path: &str) -> String {
    let entry = snapshot.entry(path).unwrap_or_else(|| panic!("{path} is not among {:?}", paths(snapshot)));
    let bytes = snapshot.read(entry).unwrap_or_else(|unread| panic!("{path}: {unread:?}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether `HEAD` holds the file of a snapshot as it is.
pub fn landed(snapshot: &Snapshot, path: &str) -> bool {
    let entry = snapshot.entry(path).unwrap_or_else(|| panic!("{path} is not among {:?}", paths(snapshot)));
    snapshot.is_landed(entry, text(snapshot, path).as_bytes())
}
