//! The keys that `[trust] keys` names, read from the tree whose configuration names them.

use crate::config::{ConfigProblem, Rulebook};
use crate::git::{Snapshot, TrustedKeys};

const HELP: &str = "Name a file of the repository, from its root, with the keys of the forge: one a line, as OpenSSH \
                    writes public keys (Ed25519, RSA, ECDSA P-256) or allowed signers, or armoured blocks of OpenPGP. \
                    Without `[trust] keys` nothing is verified.";

/// The keys whose signatures count; none where none are configured.
///
/// # Errors
/// The file cannot be read, or a key in it cannot be used.
pub(super) fn keys(snapshot: &Snapshot, book: &Rulebook) -> Result<TrustedKeys, ConfigProblem> {
    let Some(path) = book.config.trust.keys.as_deref() else { return Ok(TrustedKeys::default()) };
    read(snapshot, path).map_err(|why| ConfigProblem {
        message: format!("`[trust] keys`: {why}"),
        help: HELP.to_owned(),
        place: book.place(&["trust", "keys"]),
    })
}

fn read(snapshot: &Snapshot, path: &str) -> Result<TrustedKeys, String> {
    let entry = snapshot.entry(path.trim_start_matches("./")).ok_or_else(|| format!("there is no file `{path}`"))?;
    let bytes = snapshot.read(entry).map_err(|_| format!("`{path}` could not be read"))?;
    let text =
        String::from_utf8(bytes).map_err(|_| format!("`{path}` holds no text; export OpenPGP keys with `--armor`"))?;
    TrustedKeys::read(&text).map_err(|why| format!("`{path}`: {why}"))
}
