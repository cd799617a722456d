//! The folder of an evidence pack: written whole or not at all, and never over anything but an earlier pack.

use crate::render::report::NAMES;
use crate::report::{MANIFEST, PROVENANCE};
use crate::verify::{Seen, SeenKind};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
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
fn names(folder: &Path) -> io::Result<Vec<(String, bool)>> {
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

/// The largest file that is read to make its digest.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// The most entries of a folder that are looked at.
const MOST_ENTRIES: usize = 1000;

/// What is in the folder of a pack, by name, and how many entries beyond that were not looked at. Files of a pack are
/// always looked at. No link is followed, and nothing is opened but regular files that a pack has.
pub(super) fn survey(folder: &Path) -> io::Result<(Vec<Seen>, usize)> {
    let (mut seen, mut more) = (Vec::new(), 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = NAMES.contains(&name.as_str());
        if is_ours || seen.len() < MOST_ENTRIES {
            let kind = kind(&entry.path(), is_ours);
            seen.push(Seen { name, kind });
        } else {
            more += 1;
        }
    }
    seen.sort_by(|one, other| one.name.cmp(&other.name));
    Ok((seen, more))
}

fn kind(path: &Path, is_ours: bool) -> SeenKind {
    let about = match path.symlink_metadata() {
        Ok(about) => about,
        Err(error) => return SeenKind::Unreadable(error.to_string()),
    };
    let kind = about.file_type();
    match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
        (true, ..) => SeenKind::Link,
        (_, true, _) => SeenKind::Folder,
        (.., false) => SeenKind::Special,
        // Nobody asks for the digest of what belongs to no pack.
        _ if !is_ours => SeenKind::File(String::new()),
        _ if about.len() > MOST_BYTES => SeenKind::TooLarge,
        _ => digest(path).map_or_else(|error| SeenKind::Unreadable(error.to_string()), SeenKind::File),
    }
}

/// The digest of a file, piece by piece: it may be large.
fn digest(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut file = File::open(path)?.take(MOST_BYTES);
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            n => digest.update(piece.get(..n).unwrap_or_default()),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The size of a file of a pack; `None` where there is none, or none that is a regular file.
pub(super) fn size(folder: &Path, name: &str) -> Option<u64> {
    folder.join(name).symlink_metadata().ok().filter(fs::Metadata::is_file).map(|about| about.len())
}

/// The bytes of a file of a pack; `None` where there are none, or more than `most`.
pub(super) fn bytes(folder: &Path, name: &str, most: u64) -> Option<Vec<u8>> {
    size(folder, name).filter(|size| *size <= most)?;
    let mut bytes = Vec::new();
    File::open(folder.join(name)).ok()?.take(most + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= most).then_some(bytes)
}
