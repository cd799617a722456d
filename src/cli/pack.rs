//! The folder of an evidence pack: written whole or not at all, and never over anything but an earlier pack.

use crate::render::report::{MANIFEST, NAMES, PROVENANCE};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Whether a pack may be written to a folder.
///
/// # Errors
/// Why not, in words that follow its name.
pub(super) fn vacant(folder: &Path) -> Result<(), String> {
    match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => parent(folder).map(|_| ()),
        Err(error) => Err(error.to_string()),
        Ok(_) if !folder.is_dir() => Err("it is no folder".to_owned()),
        Ok(_) => holds_only_a_pack(folder),
    }
}

fn parent(folder: &Path) -> Result<PathBuf, String> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    parent.canonicalize().map_err(|_| "the folder that it is to be in does not exist".to_owned())
}

fn holds_only_a_pack(folder: &Path) -> Result<(), String> {
    let names = names(folder).map_err(|error| error.to_string())?;
    let strange = names.iter().find(|(name, is_file)| !is_file || !NAMES.contains(&name.as_str()));
    if let Some((name, _)) = strange {
        return Err(format!("it holds `{name}`, which belongs to no pack"));
    }
    let is_pack = [MANIFEST, PROVENANCE].iter().all(|name| names.iter().any(|(known, _)| known == name));
    // A folder with somebody's own report.html is no earlier pack.
    if names.is_empty() || is_pack { Ok(()) } else { Err("it holds files, and is no whole pack".to_owned()) }
}

/// What is in a folder, by name, and whether it is a regular file; sorted.
pub(super) fn names(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_file()))
    };
    let mut names = fs::read_dir(folder)?.map(entry).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Writes a pack: beside its place, and then moved there as a whole.
///
/// # Errors
/// Why nothing was written; what was there before is there still.
pub(super) fn write<'f>(folder: &Path, files: impl Iterator<Item = (&'static str, &'f [u8])>) -> Result<(), String> {
    vacant(folder)?;
    let place = folder.canonicalize().or_else(|_| {
        let name = folder.file_name().ok_or_else(|| "it has no name".to_owned())?;
        Ok::<_, String>(parent(folder)?.join(name))
    })?;
    let above = place.parent().ok_or("it is the root")?;
    put(&place, above, files).map_err(|error| error.to_string())
}

fn put<'f>(place: &Path, above: &Path, files: impl Iterator<Item = (&'static str, &'f [u8])>) -> io::Result<()> {
    let kind = |error: io::Error| io::Error::from(error.kind());
    // The error would name a folder that nobody asked for.
    let beside = tempfile::Builder::new().prefix(".closeloop-").tempdir_in(above).map_err(kind)?;
    let (new, old) = (beside.path().join("new"), beside.path().join("old"));
    fs::create_dir(&new).map_err(kind)?;
    for (name, bytes) in files {
        let mut file = File::create_new(new.join(name)).map_err(kind)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(kind)?;
    }
    if !place.exists() {
        return fs::rename(&new, place).map_err(kind);
    }
    fs::rename(place, &old).map_err(kind)?;
    let moved = fs::rename(&new, place);
    // What was there goes back; if even that fails, it stays beside its place.
    if moved.is_err() && fs::rename(&old, place).is_err() {
        let _ = beside.keep();
    }
    moved.map_err(kind)
}
