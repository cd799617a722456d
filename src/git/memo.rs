//! What one run leaves for the next, in a folder of its own inside that of git. It may be deleted at any time.

use std::io::Write;
use std::path::Path;

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
    if std::fs::symlink_metadata(folder).is_err() {
        std::fs::create_dir(folder)?;
    }
    if !std::fs::symlink_metadata(folder)?.is_dir() {
        return Err(std::io::ErrorKind::NotADirectory.into());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.persist(folder.join(name)).map(|_| ()).map_err(|error| error.error)
}
