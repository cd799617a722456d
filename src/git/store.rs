//! Finding the repository, and handles to it for every thread that reads.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use git2::{Error, ErrorCode, ObjectFormat, ObjectType, Oid, Repository, RepositoryOpenFlags};

use super::{Environment, GitProblem, Unread, names, prepare};

/// A repository that several threads may read: a handle is for one thread at a time, so there is a pool of them.
pub(super) struct Store {
    git_dir: PathBuf,
    objects: Vec<PathBuf>,
    format: ObjectFormat,
    empty_blob: Option<Oid>,
    pool: Mutex<Vec<Repository>>,
    memo: Option<PathBuf>,
}

/// Where the repository lies.
pub(super) struct Location {
    /// The root of the working tree; `None` in a bare repository.
    pub root: Option<PathBuf>,
    /// The way from the root to the folder that the search began in.
    pub prefix: String,
}

impl Store {
    /// Finds the repository that `start` is in, or the one that the environment names.
    pub fn open(start: &Path, environment: &Environment) -> Result<(Self, Location), GitProblem> {
        prepare();
        let start = folder(start)?;
        let repository = match &environment.git_dir {
            Some(git_dir) => named(git_dir)?,
            None => discover(&start, environment)?,
        };
        let root = root(&repository, &start, environment);
        let prefix = root.as_ref().and_then(|root| names::between(root, &start)).unwrap_or_default();
        let store = Self::new(repository, environment);
        Ok((store, Location { root, prefix }))
    }

    fn new(repository: Repository, environment: &Environment) -> Self {
        let format = repository.object_format();
        add_objects(&repository, &environment.objects);
        Self {
            git_dir: repository.path().to_owned(),
            objects: environment.objects.clone(),
            format,
            empty_blob: Oid::hash_object_ext(ObjectType::Blob, b"", format).ok(),
            pool: Mutex::new(vec![repository]),
            memo: None,
        }
    }

    /// Allows a folder of closeloop's own inside the one that all working trees of the repository share.
    pub fn allow_memo(&mut self) {
        self.memo = self.with(|repository| Ok(repository.commondir().join("closeloop"))).ok();
    }

    /// That folder, where it is allowed.
    pub fn memo_folder(&self) -> Option<&Path> {
        self.memo.as_deref()
    }

    /// Which hash names the objects.
    pub fn format(&self) -> ObjectFormat {
        self.format
    }

    /// Lends a handle to one piece of work.
    pub fn with<R>(&self, work: impl FnOnce(&Repository) -> Result<R, Error>) -> Result<R, Error> {
        let idle = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => self.another()?,
        };
        let result = work(&handle);
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    fn another(&self) -> Result<Repository, Error> {
        let repository = exactly(&self.git_dir)?;
        add_objects(&repository, &self.objects);
        Ok(repository)
    }

    /// The size of a blob in bytes, without reading it.
    pub fn size(&self, id: Oid) -> Option<u64> {
        if self.empty_blob == Some(id) {
            return Some(0);
        }
        self.with(|repository| repository.odb()?.read_header(id)).ok().map(|(size, _)| size as u64)
    }

    /// Whether an id is that of the empty file, which git knows without storing it.
    pub fn is_empty_blob(&self, id: Oid) -> bool {
        self.empty_blob == Some(id)
    }

    /// The bytes of a blob, unless it is over `limit`.
    pub fn blob(&self, id: Oid, limit: u64) -> Result<Vec<u8>, Unread> {
        if self.empty_blob == Some(id) {
            return Ok(Vec::new()); // git knows it without storing it
        }
        let read = self.with(|repository| {
            let odb = repository.odb()?;
            let (size, kind) = odb.read_header(id)?;
            if size as u64 > limit || kind != ObjectType::Blob {
                return Ok(Err((size, kind)));
            }
            Ok(Ok(odb.read(id)?.data().to_vec()))
        });
        match read {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err((bytes, ObjectType::Blob))) => Err(Unread::TooLarge { bytes: bytes as u64 }),
            Ok(Err((_, kind))) => Err(Unread::Failed(format!("git holds a {kind} there, not a file"))),
            Err(error) if error.code() == ErrorCode::NotFound => Err(Unread::Missing),
            Err(error) => Err(Unread::Failed(error.message().to_owned())),
        }
    }
}

/// The existing folder that `start` names, or that the file `start` lies in.
fn folder(start: &Path) -> Result<PathBuf, GitProblem> {
    let missing = |error: std::io::Error| {
        GitProblem::new(format!("{} cannot be opened: {error}", start.display()), "check the path that was given")
    };
    let full = std::fs::canonicalize(start).map_err(missing)?;
    if full.is_dir() {
        return Ok(full);
    }
    Ok(full.parent().map(Path::to_owned).unwrap_or(full))
}

fn named(git_dir: &Path) -> Result<Repository, GitProblem> {
    exactly(git_dir).map_err(|error| {
        let doing = format!("GIT_DIR names {}, which cannot be opened as a repository", git_dir.display());
        match error.code() {
            ErrorCode::NotFound => GitProblem::new(doing, "unset GIT_DIR, or let it name a repository"),
            _ => GitProblem::from_git(&doing, &error),
        }
    })
}

fn exactly(git_dir: &Path) -> Result<Repository, Error> {
    let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
    Repository::open_ext(git_dir, flags, std::iter::empty::<&Path>())
}

fn discover(start: &Path, environment: &Environment) -> Result<Repository, GitProblem> {
    Repository::open_ext(start, RepositoryOpenFlags::empty(), &environment.ceilings).map_err(|error| {
        let place = start.display();
        match error.code() {
            ErrorCode::NotFound => GitProblem::new(
                format!("{place} is not inside a git repository"),
                "name a folder of one, or make it one with `git init`",
            ),
            _ => GitProblem::from_git(&format!("the repository of {place} cannot be opened"), &error),
        }
    })
}

fn add_objects(repository: &Repository, folders: &[PathBuf]) {
    let Ok(odb) = repository.odb() else { return };
    for folder in folders.iter().filter_map(|folder| folder.to_str()) {
        // One that is not there adds no object, and what is missing then is noticed where it is needed.
        let _ = odb.add_disk_alternate(folder);
    }
}

/// The root of the working tree. With `GIT_DIR` alone git takes the folder in which it was started.
fn root(repository: &Repository, start: &Path, environment: &Environment) -> Option<PathBuf> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if environment.git_dir.is_none() {
        return repository.workdir().and_then(real);
    }
    if let Some(named) = &environment.work_tree {
        return real(named);
    }
    let own = repository.workdir().and_then(real)?;
    if start.starts_with(&own) { Some(own) } else { Some(start.to_owned()) }
}
