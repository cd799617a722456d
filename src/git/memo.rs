//! What one run leaves for the next, in a folder of its own inside that of git. It may be deleted at any time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk;

/// The largest memo that is read or written.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Reads a memo; no link is followed.
pub(super) fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    if !folder.symlink_metadata().ok()?.is_dir() {
        return None;
    }
    disk::read(&folder.join(name), MAX_BYTES as u64).ok()
}

/// Writes a memo, given in parts, as a whole or not at all.
pub(super) fn write(folder: &Path, name: &str, parts: &[&[u8]]) {
    if parts.iter().map(|part| part.len()).sum::<usize>() <= MAX_BYTES {
        // A memo that is not written only costs the next run its time.
        let _ = try_write(folder, name, parts);
    }
}

fn try_write(folder: &Path, name: &str, parts: &[&[u8]]) -> std::io::Result<()> {
    let mut file = begin(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.persist(folder.join(name)).map(|_| ()).map_err(|error| error.error)
}

/// A file beside those that are read; it takes the place of one of them when it is whole.
fn begin(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    if std::fs::symlink_metadata(folder).is_err() {
        std::fs::create_dir(folder)?;
    }
    if !std::fs::symlink_metadata(folder)?.is_dir() {
        return Err(std::io::ErrorKind::NotADirectory.into());
    }
    tempfile::NamedTempFile::new_in(folder)
}

/// What has to be the same for a memo to be believed: this very program. `None` where it cannot tell.
pub fn program() -> Option<String> {
    let program = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let built = program.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), program.len(), built.as_nanos()))
}

/// A memo that is too large to be held: its parts are read one by one, by several threads.
pub struct Pieces(Mutex<File>);

impl Pieces {
    /// Opens it; no link is followed.
    pub(super) fn open(folder: &Path, name: &str) -> Option<Self> {
        let path = folder.join(name);
        let is_own = folder.symlink_metadata().ok()?.is_dir() && path.symlink_metadata().ok()?.is_file();
        is_own.then(|| File::open(path).ok().map(|file| Self(Mutex::new(file)))).flatten()
    }

    /// The number of bytes.
    pub fn len(&self) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).metadata().ok().map(|about| about.len())
    }

    /// The bytes from an offset on; `None` where they are not there.
    pub fn read(&self, offset: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// A memo that is written piece by piece. Where that fails, it only costs the next run its time.
pub struct Keeping {
    file: std::io::BufWriter<tempfile::NamedTempFile>,
    place: PathBuf,
}

impl Keeping {
    pub(super) fn begin(folder: &Path, name: &str) -> Option<Self> {
        let file = begin(folder).ok()?;
        Some(Self { file: std::io::BufWriter::with_capacity(1 << 16, file), place: folder.join(name) })
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) -> Option<()> {
        self.file.write_all(bytes).ok()
    }

    /// Puts it in its place.
    pub fn end(self) -> Option<()> {
        self.file.into_inner().ok()?.persist(self.place).ok().map(|_| ())
    }
}
