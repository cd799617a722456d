//! Whether a commit carries the signature of a key that is trusted.
//!
//! SSH signatures (PROTOCOL.sshsig, in the namespace `git`) are verified in this process; those of OpenPGP and X.509 are
//! told apart and never count.

use ssh_key::public::KeyData;
use ssh_key::{Algorithm, EcdsaCurve, PublicKey, SshSig};

/// Keys whose signature makes a landing witnessed. The default holds none: then nothing is verified.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrustedKeys(Vec<KeyData>);

/// Why a commit is not witnessed by a signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unwitnessed {
    /// No keys are configured, so nothing was verified.
    NoKeys,
    /// It carries none.
    NoSignature,
    /// One of OpenPGP, whatever its key.
    OpenPgp,
    /// One of another kind, such as X.509.
    OtherKind,
    /// One that is broken, or made for something else than git.
    Unreadable,
    /// One of a key that is not trusted.
    UnknownKey,
    /// One that names a trusted key, and that this key did not make over this commit.
    Mismatch,
}

impl Unwitnessed {
    /// The reason, as a clause about the commit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoKeys => "`[trust] keys` names no key file, so no signature was verified",
            Self::NoSignature => "it carries no signature",
            Self::OpenPgp => "OpenPGP signatures are not verified by this version",
            Self::OtherKind => "its kind of signature is not verified by this version",
            Self::Unreadable => "its signature cannot be read",
            Self::UnknownKey => "it is signed by a key that `[trust] keys` does not hold",
            Self::Mismatch => "its signature does not match",
        }
    }
}

/// What git signs for; a signature for anything else says nothing of a commit.
const NAMESPACE: &str = "git";

impl TrustedKeys {
    /// Reads the public keys of a file: one a line, as OpenSSH writes a public key or a list of allowed signers.
    ///
    /// # Errors
    /// A line that cannot be used, or no usable line, in words that follow the name of the file.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys = Vec::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = key(line).map_err(|why| format!("line {}: {why}", index + 1))?;
            keys.extend(key);
        }
        if keys.is_empty() { Err("it holds no key for signatures of git".to_owned()) } else { Ok(Self(keys)) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Verifies a commit as it stands in the object database; `header` is where its signature stands.
    pub(super) fn verify(&self, commit: &[u8], header: &[u8]) -> Result<(), Unwitnessed> {
        let (payload, signature) = split(commit, header);
        let signature = String::from_utf8_lossy(&signature);
        match signature.lines().next().map(str::trim) {
            None => return Err(Unwitnessed::NoSignature),
            Some("-----BEGIN SSH SIGNATURE-----") => {}
            Some("-----BEGIN PGP SIGNATURE-----" | "-----BEGIN PGP MESSAGE-----") => return Err(Unwitnessed::OpenPgp),
            Some(_) => return Err(Unwitnessed::OtherKind),
        }
        let signature = SshSig::from_pem(even(&signature)).map_err(|_| Unwitnessed::Unreadable)?;
        if signature.namespace() != NAMESPACE {
            return Err(Unwitnessed::Unreadable);
        }
        let key = self.0.iter().find(|key| *key == signature.public_key()).ok_or(Unwitnessed::UnknownKey)?;
        let key = PublicKey::from(key.clone());
        key.verify(NAMESPACE, &payload, &signature).map_err(|_| Unwitnessed::Mismatch)
    }
}

/// The key of a line; `None` where its options keep it for something else than git.
fn key(line: &str) -> Result<Option<KeyData>, String> {
    if line.starts_with("-----BEGIN PGP") {
        return Err("OpenPGP keys are not read, as OpenPGP signatures are not verified by this version".to_owned());
    }
    if line.starts_with("-----BEGIN") {
        return Err("this is no list of OpenSSH public keys".to_owned());
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_kind = |word: &str| ["ssh-", "ecdsa-", "sk-"].iter().any(|start| word.starts_with(start));
    let at = words.windows(2).position(|pair| is_kind(pair[0]) && pair[1].starts_with("AAAA"));
    let at = at.ok_or("this is no OpenSSH public key")?;
    let before = words.get(..at).unwrap_or_default().join(" ").to_lowercase();
    if let Some(option) = ["cert-authority", "valid-after", "valid-before"].iter().find(|one| before.contains(**one)) {
        return Err(format!("the option `{option}` is not understood by this version"));
    }
    let [kind, code] = [words.get(at), words.get(at + 1)].map(|word| word.copied().unwrap_or_default());
    let key = PublicKey::from_openssh(&format!("{kind} {code}")).map_err(|_| "the key is broken".to_owned())?;
    let is_verified = matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 });
    if !is_verified {
        return Err(format!("signatures of `{}` keys are not verified by this version", key.algorithm()));
    }
    Ok(is_for_git(&before).then(|| key.key_data().clone()))
}

/// Whether the options of an allowed signer let it sign for git.
fn is_for_git(options: &str) -> bool {
    let Some((_, rest)) = options.split_once("namespaces=") else { return true };
    let names = rest.trim_start_matches('"').split('"').next().unwrap_or_default();
    names.split(',').any(|name| matches!(name.trim(), NAMESPACE | "*"))
}

/// The part of a commit that is signed, and the signature in the header of a name; of several, all of them, which then
/// is none. No header of a signature is ever signed itself.
fn split(commit: &[u8], name: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut payload, mut signature) = (Vec::with_capacity(commit.len()), Vec::new());
    let (mut in_signature, mut is_left_out, mut in_message) = (false, false, false);
    for line in commit.split_inclusive(|&byte| byte == b'\n') {
        let is_continued = line.first() == Some(&b' ');
        if !in_message && !is_continued {
            is_left_out = line.starts_with(b"gpgsig");
            let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(b" "));
            in_signature = value.is_some();
            signature.extend_from_slice(value.unwrap_or_default());
            in_message = line == b"\n";
        } else if !in_message && in_signature {
            signature.extend_from_slice(line.get(1..).unwrap_or_default());
        }
        if in_message || !is_left_out {
            payload.extend_from_slice(line);
        }
    }
    (payload, signature)
}

/// How many digits of base 64 OpenSSH writes into a line.
const LINE: usize = 70;

/// The armour in lines as OpenSSH writes them, which the reader insists on; other tools break them elsewhere.
fn even(armour: &str) -> String {
    let body: String = armour.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let mut out = String::from("-----BEGIN SSH SIGNATURE-----\n");
    for (index, digit) in body.chars().enumerate() {
        if index > 0 && index % LINE == 0 {
            out.push('\n');
        }
        out.push(digit);
    }
    out + "\n-----END SSH SIGNATURE-----\n"
}
