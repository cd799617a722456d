//! Bytes to sources: what a file is, before anybody reads its syntax.

use super::SkipReason;
use crate::git::{EntryKind, Snapshot, TreeEntry, Unread};
use crate::source::Source;

/// A file of the tree, read as far as it can be.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Its text; empty where it was not read.
    pub(super) source: Source,
    /// Why it was not read.
    pub(super) skipped: Option<SkipReason>,
    /// Whether `HEAD` holds the same bytes.
    pub(super) is_landed: bool,
}

/// Reads one file.
pub(super) fn load(snapshot: &Snapshot, entry: &TreeEntry) -> Loaded {
    let unread =
        |why| Loaded { source: Source::from_text(entry.path.clone(), ""), skipped: Some(why), is_landed: true };
    match entry.kind {
        EntryKind::File => {}
        EntryKind::Symlink => return unread(SkipReason::Symlink),
        EntryKind::Submodule => return unread(SkipReason::Submodule),
        EntryKind::Other => return unread(SkipReason::Special),
    }
    match snapshot.read(entry) {
        Err(Unread::TooLarge { .. }) => unread(SkipReason::TooLarge),
        Err(Unread::Missing | Unread::Failed(_)) => unread(SkipReason::Unavailable),
        Ok(bytes) => match no_text(&bytes) {
            Some(why) => unread(why),
            None => {
                let is_landed = snapshot.is_landed(entry, &bytes);
                Loaded { source: Source::decode(entry.path.clone(), bytes), skipped: None, is_landed }
            }
        },
    }
}

/// Why bytes are no text that can be read: encrypted, a pointer, or binary.
pub fn no_text(bytes: &[u8]) -> Option<SkipReason> {
    if let Some(tool) = encrypted_by(bytes) {
        return Some(SkipReason::Encrypted(tool));
    }
    if is_lfs_pointer(bytes) {
        return Some(SkipReason::LfsPointer);
    }
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let start = &bytes[..bytes.len().min(8000)];
    (!utf16 && start.contains(&0)).then_some(SkipReason::Binary)
}

/// Whether bytes are a pointer that Git LFS would replace.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/v1")
}

/// The tool that encrypted a whole file, recognised by how it begins.
fn encrypted_by(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 5] = [
        (b"\0GITCRYPT\0", "git-crypt"),
        (b"age-encryption.org/v1", "age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
        (b"-----BEGIN PGP MESSAGE-----", "PGP"),
        (b"$ANSIBLE_VAULT;", "ansible-vault"),
    ];
    // A file that SOPS does not know the form of becomes one value, in JSON or YAML.
    const WRAPPED: [&[u8]; 3] = [b"{\"data\":\"ENC[AES256_GCM", b"data:ENC[AES256_GCM", b"data:\"ENC[AES256_GCM"];
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let close: Vec<u8> = bytes.iter().take(64).copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_wrapped = WRAPPED.iter().any(|mark| close.starts_with(mark));
    let marked = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, tool)| *tool);
    marked.or(is_wrapped.then_some("SOPS"))
}
