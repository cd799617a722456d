//! Files of the working tree: read without following a link, and compared with what the index noted.

use std::fs::{File, FileType, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::index::{Noted, stamp};
use super::{EntryKind, Unread};

/// What stands at a place; `None` for a folder.
pub(super) fn kind(file: FileType) -> Option<EntryKind> {
    if file.is_dir() {
        None
    } else if file.is_file() {
        Some(EntryKind::File)
    } else if file.is_symlink() {
        Some(EntryKind::Symlink)
    } else {
        Some(EntryKind::Other)
    }
}

/// What stands at a path below the root, seen without following any link; `Err` where nothing can be seen.
///
/// Each folder on the way is looked at, because a link among them would lead elsewhere.
pub(super) fn look(root: &Path, path: &Path) -> Result<Metadata, Unread> {
    let mut place = root.to_owned();
    let mut about = None;
    for part in path.components() {
        if about.as_ref().is_some_and(|about: &Metadata| !about.is_dir()) {
            return Err(Unread::Missing);
        }
        place.push(part);
        about = Some(std::fs::symlink_metadata(&place).map_err(|error| unread(&error))?);
    }
    about.ok_or(Unread::Missing)
}

/// Reads a regular file of at most `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let before = std::fs::symlink_metadata(path).map_err(|error| unread(&error))?;
    if !before.is_file() {
        return Err(Unread::Failed("it is not a regular file".into()));
    }
    bounded(path, &before, limit)
}

/// Reads a file that may be a link, such as the user's own settings.
pub(super) fn read_own(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let about = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    bounded(path, &about, limit).ok()
}

/// Reads a file, provided that it is still the one that was looked at.
fn bounded(path: &Path, before: &Metadata, limit: u64) -> Result<Vec<u8>, Unread> {
    if before.len() > limit {
        return Err(Unread::TooLarge { bytes: before.len() });
    }
    let file = File::open(path).map_err(|error| unread(&error))?;
    let opened = file.metadata().map_err(|error| unread(&error))?;
    if !opened.is_file() || !is_same(before, &opened) {
        return Err(Unread::Failed("it was replaced while it was read".into()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unread(&error))?;
    match bytes.len() as u64 {
        size if size > limit => Err(Unread::TooLarge { bytes: size }),
        _ => Ok(bytes),
    }
}

fn unread(error: &std::io::Error) -> Unread {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Unread::Missing,
        _ => Unread::Failed(error.to_string()),
    }
}

/// Whether a file is, by all that the index noted, the one that was compared with its blob.
pub(super) fn is_unchanged(about: &Metadata, noted: &Noted) -> bool {
    #[allow(clippy::cast_possible_truncation, reason = "the index holds the lower 32 bits")]
    let size = about.len() as u32;
    noted.settled && about.is_file() && size == noted.size && is_same_moment(about, noted) && is_same_file(about, noted)
}

fn is_same_moment(about: &Metadata, noted: &Noted) -> bool {
    let (seconds, nanos) = noted.modified;
    stamp(about).is_some_and(|now| now.0 == seconds && (nanos == 0 || now.1 == nanos))
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
#[allow(clippy::cast_possible_truncation, reason = "the index holds the lower 32 bits")]
fn is_same_file(about: &Metadata, noted: &Noted) -> bool {
    use std::os::unix::fs::MetadataExt;
    (noted.inode == 0 || noted.inode == about.ino() as u32) && i64::from(about.ctime() as i32) == noted.changed
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Noted) -> bool {
    true
}
