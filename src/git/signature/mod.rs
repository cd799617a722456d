//! Whether a commit carries the signature of a key that is trusted.
//!
//! SSH signatures (PROTOCOL.sshsig, in the namespace `git`) and those of OpenPGP are verified in this process; those of
//! X.509 are told apart and never count.

mod openpgp;

use pgp::composed::SignedPublicKey;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, EcdsaCurve, PublicKey, SshSig};

/// Keys whose signature makes a landing witnessed. The default holds none: then nothing is verified.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrustedKeys {
    ssh: Vec<KeyData>,
    openpgp: Vec<SignedPublicKey>,
}

/// Why a commit is not witnessed by a signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unwitnessed {
    /// No keys are configured, so nothing was verified.
    NoKeys,
    /// It carries none.
    NoSignature,
    /// One of another kind, such as X.509.
    OtherKind,
    /// One over a digest that can be forged, such as SHA-1.
    Weak,
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
            Self::OtherKind => "its kind of signature is not verified by this version",
            Self::Weak => "its signature is over a digest that can be forged",
            Self::Unreadable => "its signature cannot be read",
            Self::UnknownKey => "it is signed by a key that `[trust] keys` does not hold",
            Self::Mismatch => "its signature does not match",
        }
    }
}

/// What git signs for; a signature for anything else says nothing of a commit.
const NAMESPACE: &str = "git";

impl TrustedKeys {
    /// Reads the public keys of a file: one a line, as OpenSSH writes a public key or a list of allowed signers, and
    /// armoured blocks of OpenPGP.
    ///
    /// # Errors
    /// A line that cannot be used, or no usable line, in words that follow the name of the file.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys = Self::default();
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
        while let Some((index, line)) = lines.next() {
            let at = |why| format!("line {}: {why}", index + 1);
            match line {
                "" => {}
                openpgp::BLOCK => {
                    let block = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != openpgp::BLOCK_END);
                    let block = block.fold(format!("{line}\n"), |block, line| block + line + "\n") + openpgp::BLOCK_END;
                    keys.openpgp.extend(openpgp::keys(&(block + "\n")).map_err(at)?);
                }
                _ if line.starts_with('#') => {}
                _ => keys.ssh.extend(key(line).map_err(at)?),
            }
        }
        if keys.is_empty() { Err("it holds no key for signatures of git".to_owned()) } else { Ok(keys) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ssh.is_empty() && self.openpgp.is_empty()
    }

    /// Verifies a commit as it stands in the object database; `header` is where its signature stands.
    pub(super) fn verify(&self, commit: &[u8], header: &[u8]) -> Result<(), Unwitnessed> {
        let (payload, signature) = split(commit, header);
        let signature = String::from_utf8_lossy(&signature);
        match signature.lines().next().map(str::trim) {
            None => return Err(Unwitnessed::NoSignature),
            Some("-----BEGIN SSH SIGNATURE-----") => {}
            Some("-----BEGIN PGP SIGNATURE-----" | "-----BEGIN PGP MESSAGE-----") => {
                return openpgp::verify(&self.openpgp, &signature, &payload);
            }
            Some(_) => return Err(Unwitnessed::OtherKind),
        }
        let signature = SshSig::from_pem(even(&signature)).map_err(|_| Unwitnessed::Unreadable)?;
        if signature.namespace() != NAMESPACE {
            return Err(Unwitnessed::Unreadable);
        }
        let key = self.ssh.iter().find(|key| *key == signature.public_key()).ok_or(Unwitnessed::UnknownKey)?;
        let key = PublicKey::from(key.clone());
        key.verify(NAMESPACE, &payload, &signature).map_err(|_| Unwitnessed::Mismatch)
    }
}

/// The key of a line; `None` where its options keep it for something else than git.
fn key(line: &str) -> Result<Option<KeyData>, String> {
    if line.starts_with("-----BEGIN") {
        return Err("this is no public key".to_owned());
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
    let is_verified = matches!(
        key.algorithm(),
        Algorithm::Ed25519 | Algorithm::Rsa { .. } | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }
    );
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

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "\
tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author Forge <forge@example.com> 1772452800 +0000
committer Forge <forge@example.com> 1772452800 +0000
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgmlGmeh08FhyXUOrKT4ZBeHYQ+5
 Nc32qVACEKA8hBN1AAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
 AAAAQAT6x3059UrcPn/1nJLzFcJ9QiHb5IdfI4aXDYp/M3GJ6iJAvJ5ViFSLEayDzSf/c9
 4qPup+2lx7doLfAUvNrA4=
 -----END SSH SIGNATURE-----

Signed by a
";
    const BY_P256: &str = "\
tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
parent 181a89c8e510648265621e025e7670199febc107
author Forge <forge@example.com> 1772452800 +0000
committer Forge <forge@example.com> 1772452800 +0000
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE
 EEZrJDkWEOS7kCHP+2sXO5C1+xDadx+LKi5IpFhoz+kbVpQBDHEYXCTehrXBd8WXfO0bt0
 aBkQQMwRQZj7sE1a/QAAAANnaXQAAAAAAAAABnNoYTUxMgAAAGUAAAATZWNkc2Etc2hhMi
 1uaXN0cDI1NgAAAEoAAAAhAL9zlj/UPRstTCGGIjuSnvk4cYDd5S8RSaFhnDtoIVP7AAAA
 IQDCdq7PANMdK2nRnJM5gNPQ0F9wrPdxOCHPdVt4yyRxEg==
 -----END SSH SIGNATURE-----

Signed by e
";
    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJpRpnodPBYcl1Dqyk+GQXh2EPuTXN9qlQAhCgPIQTdQ";
    const P256: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGayQ5FhDku5Ahz/\
                        trFzuQtfsQ2ncfiyouSKRYaM/pG1aUAQxxGFwk3oa1wXfFl3ztG7dGgZEEDMEUGY+7BNWv0=";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID+IFvFnKV0FDjAjkZWHG/kf2mP/5GKz48h/unvsiIOG";

    fn verify(keys: &str, commit: &str) -> Result<(), Unwitnessed> {
        TrustedKeys::read(keys).unwrap().verify(commit.as_bytes(), b"gpgsig")
    }

    #[test]
    fn a_signature_of_a_trusted_key_counts() {
        let file =
            format!("\u{feff}# the forge\n\nforge@example.com namespaces=\"file,git\" {ED25519} forge\r\n{P256} old\n");
        for commit in [SIGNED, BY_P256] {
            assert_eq!(verify(&file, commit), Ok(()));
            assert_eq!(verify(OTHER, commit), Err(Unwitnessed::UnknownKey));
        }
    }

    #[test]
    fn where_the_lines_of_the_armour_break_does_not_matter() {
        let other = SIGNED.replace("\n AAAAQAT6", "AAAAQAT6").replace("+5\n Nc", "+\n 5Nc");
        assert_ne!(other, SIGNED);
        assert_eq!(verify(ED25519, &other), Ok(()));
    }

    #[test]
    fn whatever_was_changed_in_a_signed_commit_shows() {
        for (from, to) in [
            ("committer Forge <forge@example.com> 1772452800", "committer Forge <forge@example.com> 1772452801"),
            ("4b825dc6", "4b825dc7"),
            ("Signed by a\n", "Signed by a"),
            ("\n\nSigned", "\nmore headers\n\nSigned"),
            ("JAvJ5ViFSLEay", "JAvJ5ViFSLEaz"),
        ] {
            let changed = SIGNED.replace(from, to);
            assert_ne!(changed, SIGNED, "{from}");
            assert!(
                matches!(verify(ED25519, &changed), Err(Unwitnessed::Mismatch | Unwitnessed::Unreadable)),
                "{from}"
            );
        }
    }

    #[test]
    fn what_is_no_ssh_signature_says_what_it_is() {
        let with = |header: &str| format!("tree 1\n{header}\nmessage\n");
        let pairs = [
            (with(""), Unwitnessed::NoSignature),
            (
                with("gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n"),
                Unwitnessed::Unreadable,
            ),
            (with("gpgsig -----BEGIN SIGNED MESSAGE-----\n MII=\n"), Unwitnessed::OtherKind),
            (
                with("gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n"),
                Unwitnessed::Unreadable,
            ),
            (SIGNED.replace("gpgsig", "gpgsig-sha256"), Unwitnessed::NoSignature),
            (format!("tree 1\n\n{SIGNED}"), Unwitnessed::NoSignature),
        ];
        for (commit, why) in pairs {
            assert_eq!(verify(ED25519, &commit), Err(why), "{commit}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        let pairs = [
            ("", "it holds no key"),
            ("# nothing\n", "it holds no key"),
            ("\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", "line 2: the OpenPGP key is broken"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "line 1: this is no public key"),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "line 1: this is no public key"),
            ("hello\n", "line 1: this is no OpenSSH public key"),
            ("\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n", "line 2: the key is broken"),
        ];
        for (text, why) in pairs {
            let told = TrustedKeys::read(text).unwrap_err();
            assert!(told.starts_with(why), "{told}");
        }
        for option in ["cert-authority", "valid-before=\"20260101\"", "VALID-AFTER=\"20260101\""] {
            assert!(TrustedKeys::read(&format!("* {option} {ED25519}")).unwrap_err().contains("not understood"));
        }
        assert!(TrustedKeys::read(&format!("* namespaces=\"file\" {ED25519}")).unwrap_err().contains("no key"));
    }
}
