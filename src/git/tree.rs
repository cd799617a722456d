//! All files of a tree, from its raw bytes.

use git2::{Error, ErrorClass, ErrorCode, ObjectFormat, ObjectType, Oid, Repository};

use super::EntryKind;

/// A file of a tree.
pub(super) struct Leaf {
    pub path: Vec<u8>,
    pub kind: EntryKind,
    pub id: Oid,
}

/// Beyond these a tree is no repository but an attack: a few objects can unfold into billions of paths.
const MAX_LEAVES: usize = 2_000_000;
const MAX_PATH: usize = 4096;

/// The kind that a mode stands for; `None` for a folder.
pub(super) fn kind_of_mode(mode: u32) -> Option<EntryKind> {
    match mode & 0o170_000 {
        0o040_000 => None,
        0o100_000 => Some(EntryKind::File),
        0o120_000 => Some(EntryKind::Symlink),
        0o160_000 => Some(EntryKind::Submodule),
        _ => Some(EntryKind::Other),
    }
}

/// How many bytes an id has.
pub(super) fn id_length(format: ObjectFormat) -> usize {
    if format == ObjectFormat::Sha256 { 32 } else { 20 }
}

/// Lists a tree with all its folders, in no particular order.
pub(super) fn list(repository: &Repository, root: Oid) -> Result<Vec<Leaf>, Error> {
    let odb = repository.odb()?;
    let mut leaves = Vec::new();
    let mut folders = vec![(Vec::new(), root)];
    let mut visited = 0_usize;
    while let Some((path, id)) = folders.pop() {
        let object = odb.read(id)?;
        if object.kind() != ObjectType::Tree {
            return Err(broken("a tree holds something else than a tree where a folder should be"));
        }
        visited += split(object.data(), &path, id.as_bytes().len(), &mut leaves, &mut folders)?;
        if visited > MAX_LEAVES {
            return Err(broken("the tree has more than two million entries"));
        }
    }
    Ok(leaves)
}

/// Splits the bytes of one tree: `mode SP name NUL id`, again and again. Returns the number of entries.
fn split(
    mut data: &[u8],
    folder: &[u8],
    id_length: usize,
    leaves: &mut Vec<Leaf>,
    folders: &mut Vec<(Vec<u8>, Oid)>,
) -> Result<usize, Error> {
    let mut count = 0;
    while !data.is_empty() {
        let (mode, name, id, rest) = entry(data, id_length).ok_or_else(|| broken("a tree is malformed"))?;
        let path = join(folder, name);
        if path.len() > MAX_PATH {
            return Err(broken("the tree has a path of more than 4096 bytes"));
        }
        match kind_of_mode(mode) {
            Some(kind) => leaves.push(Leaf { path, kind, id }),
            None => folders.push((path, id)),
        }
        count += 1;
        data = rest;
    }
    Ok(count)
}

/// The first entry of the bytes of a tree: mode, name, id, and what follows.
pub(super) fn entry(data: &[u8], id_length: usize) -> Option<(u32, &[u8], Oid, &[u8])> {
    let space = data.iter().position(|&byte| byte == b' ')?;
    let mode = u32::from_str_radix(std::str::from_utf8(&data[..space]).ok()?, 8).ok()?;
    let data = &data[space + 1..];
    let nul = data.iter().position(|&byte| byte == 0)?;
    let (id, rest) = data[nul + 1..].split_at_checked(id_length)?;
    Some((mode, &data[..nul], Oid::from_bytes(id).ok()?, rest))
}

/// A path below a folder.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() {
        return name.to_vec();
    }
    [folder, b"/", name].concat()
}

fn broken(message: &str) -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::Tree, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_trees_are_split_and_broken_ones_refused() {
        let mut raw = b"100644 a.md\0".to_vec();
        raw.extend([1; 20]);
        raw.extend(b"40000 incidents\0");
        raw.extend([2; 20]);
        let (mut leaves, mut folders) = (Vec::new(), Vec::new());
        assert_eq!(split(&raw, b"isms", 20, &mut leaves, &mut folders).ok(), Some(2));
        assert_eq!((leaves[0].path.as_slice(), leaves[0].kind), (b"isms/a.md".as_slice(), EntryKind::File));
        assert_eq!(folders[0].0, b"isms/incidents");
        for end in 1..raw.len() {
            let cut = split(&raw[..end], b"", 20, &mut Vec::new(), &mut Vec::new());
            assert_eq!(cut.is_ok(), end == 32, "{end}");
        }
    }

    #[test]
    fn modes_say_what_stands_there() {
        assert_eq!(kind_of_mode(0o100_755), Some(EntryKind::File));
        assert_eq!(kind_of_mode(0o120_000), Some(EntryKind::Symlink));
        assert_eq!(kind_of_mode(0o160_000), Some(EntryKind::Submodule));
        assert_eq!(kind_of_mode(0o40_000), None);
        assert_eq!(kind_of_mode(0), Some(EntryKind::Other));
    }
}
