//! Signatures of OpenPGP, such as those of GitHub's `web-flow`.
//!
//! The file of trusted keys is the only authority: no web of trust is followed, and no date of expiry is looked at, as
//! a signature's date is its maker's word and what was signed before a key expired stays signed.

use super::Unwitnessed;
use pgp::composed::{Deserializable as _, DetachedSignature, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::types::KeyDetails;

/// The first line of an armoured key.
pub(super) const BLOCK: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
/// Its last one.
pub(super) const BLOCK_END: &str = "-----END PGP PUBLIC KEY BLOCK-----";

/// The keys of one armoured block.
///
/// # Errors
/// It cannot be read, or a key in it was revoked.
pub(super) fn keys(block: &str) -> Result<Vec<SignedPublicKey>, String> {
    let broken = |_| "the OpenPGP key is broken".to_owned();
    let keys: Vec<SignedPublicKey> =
        SignedPublicKey::from_string_many(block).map_err(broken)?.0.collect::<Result<_, _>>().map_err(broken)?;
    match keys.iter().find(|key| !key.details.revocation_signatures.is_empty()) {
        Some(revoked) => Err(format!("the OpenPGP key {:?} was revoked", revoked.legacy_key_id())),
        None if keys.is_empty() => Err("the OpenPGP block holds no key".to_owned()),
        None => Ok(keys),
    }
}

/// Verifies an armoured signature over a text: by a key, or by a subkey that its key binds to itself for signing.
pub(super) fn verify(keys: &[SignedPublicKey], armour: &str, payload: &[u8]) -> Result<(), Unwitnessed> {
    let (signature, _) = DetachedSignature::from_string(armour).map_err(|_| Unwitnessed::Unreadable)?;
    if !matches!(signature.signature.typ(), Some(SignatureType::Binary | SignatureType::Text)) {
        return Err(Unwitnessed::Unreadable);
    }
    if !signature.signature.hash_alg().is_some_and(is_strong) {
        return Err(Unwitnessed::Weak);
    }
    let verified = keys.iter().find_map(|key| by_one(key, &signature, payload));
    verified.unwrap_or(Err(Unwitnessed::UnknownKey))
}

/// What one key says of a signature; `None` where the signature names neither it nor a subkey of it.
fn by_one(key: &SignedPublicKey, signature: &DetachedSignature, payload: &[u8]) -> Option<Result<(), Unwitnessed>> {
    let told = |verified: pgp::errors::Result<()>| verified.map_err(|_| Unwitnessed::Mismatch);
    if names(&signature.signature, &key.primary_key) {
        return Some(told(signature.verify(&key.primary_key, payload)));
    }
    let signs = |subkey: &&SignedPublicSubKey| names(&signature.signature, &subkey.key) && is_signing(key, subkey);
    key.public_subkeys.iter().find(signs).map(|subkey| told(signature.verify(&subkey.key, payload)))
}

/// Whether a signature says that a key made it.
fn names(signature: &Signature, key: &impl KeyDetails) -> bool {
    signature.issuer_fingerprint().contains(&&key.fingerprint())
        || signature.issuer_key_id().contains(&&key.legacy_key_id())
}

/// Whether a key made a subkey its own, for signing, and did not revoke it.
fn is_signing(key: &SignedPublicKey, subkey: &SignedPublicSubKey) -> bool {
    let is_binding = |signature: &Signature| signature.typ() == Some(SignatureType::SubkeyBinding);
    subkey.signatures.iter().all(is_binding)
        && subkey.signatures.iter().any(|signature| signature.key_flags().sign())
        && subkey.verify_bindings(&key.primary_key).is_ok()
}

/// Whether nobody can make two texts of one digest.
fn is_strong(hash: HashAlgorithm) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    matches!(hash, Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &[u8] =
        b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Forge <forge@example.com> 1772452800 \
                             +0000\ncommitter Forge <forge@example.com> 1772452800 +0000\n\nSigned\n";
    const RSA: &str = "\
-----BEGIN PGP PUBLIC KEY BLOCK-----

mQENBGmjgYABCACWe5EaUAM1XnYFEa0+5+l9e0dIlTKMxGC7wwTLZjJ+l3LOi/QE
XSXoQAL76Y+j9w6UkViwzQjbgngUI/Ve94P5XAxzi6Kqy+k/xsQqO2ZD1frcZYyH
9YOi0IFBrcRrX0PQ/Rjktig4APFDNGMKTrfTe7AEhh2TDPfyik6Y2ld3ao7nbIZD
5Rz/fpATaav/PX+IkUC2keaDeKsMfdnEy22/ln1Prex12rtKPtRiFimEPjjcNf2C
LZkFUM6IY3pKGeUIPVbSpS+2Ccjo5eU9qecj8C3YLETvdqh4R8RXfOVzX6GwdtON
HQ0d54h8D8sJVk5iG9CcjNrHQYLA/jTtqqFPABEBAAG0IUV4YW1wbGUgRm9yZ2Ug
PGZvcmdlQGV4YW1wbGUuY29tPokBTgQTAQoAOBYhBHWN/llK19v86SV7EJk3KqIM
YXd9BQJpo4GAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEJk3KqIMYXd9
RQUH/jUrkXWEZ0Qpfg9OBU1q9XRwL6buZUxoVm6IN/tl6h32EkClGjxWhQTCgI6Z
Pe3iv/zkP8IBtKtrkdENUGtTxwyNn4iqP9Y+CAT23LQlHyfQseZVu96VseNSShYX
+olV5mBW65aYPaB/bZDZ0xo1QrQvWydyziVgj2yLTxSoW868DOaQkPVh9+x0/Bzv
GQUC3hkcsr+7rT4XGkYAs2ibd0X9CtRUl5Wk5q8FixP6JJkCqYedIGG5KT2XSW9k
TK9UQa5O5I/DihQUwZYzutMsjfH32v8oIiA8d9nVDQljUV0s1aLvaLKr6OCAXn+v
9xb/cWIhg/ksftaVje+SUnumTlY=
=UhJh
-----END PGP PUBLIC KEY BLOCK-----
";
    const RSA_SIGNED: &str = "\
-----BEGIN PGP SIGNATURE-----

iQFGBAABCgAwFiEEdY3+WUrX2/zpJXsQmTcqogxhd30FAmsOdTMSHGZvcmdlQGV4
YW1wbGUuY29tAAoJEJk3KqIMYXd9xH4H/09mrGScG1DOPwL6hV56+w25eedD+Ewb
Pzvv7nTwSH85etgQqd7dXVsVAlm59zmPCEa7wrIqHDSejR7zrps/svbOLa3L/t1/
F01eLt1CzsWKuElUcdhqvJwf6RHbRjXl+mG2aYdn5F4biKubeA3SEqlyckZVs+jh
+SuJi6GYS+F7BRG1cqp+sQm7Dqk7wCT0IOBZWqQevWcOWTjj3I3VKPBtisc7/Rfv
pIWbA62pFjtVcOcCKM2uOqrfpjbn7AlZvQnKBj74dKg/a87+jNMwqgLJaijpAdyw
PxRu1fAc2bY6lBESwux7XG2Yr+7RflgExOiT6pdTl7A6p8z0OaMClfs=
=qSKf
-----END PGP SIGNATURE-----
";
    const RSA_BY_SHA1: &str = "\
-----BEGIN PGP SIGNATURE-----

iQFGBAABAgAwFiEEdY3+WUrX2/zpJXsQmTcqogxhd30FAmsOdTMSHGZvcmdlQGV4
YW1wbGUuY29tAAoJEJk3KqIMYXd9hBkH/iF2P3AyZpI+KOYxT5UZmVk/MsFEhLnp
UrNcCkBBtcpBI+RXnlqu0knJzNXk3LhbwQ6gDCmxvjU1s5BjGqyawn4FB+OX2sg3
sHTyUYlIxWgA+/r2MWSqNCU7CyNiFyzwCzh8mfovTWRYZu1WYzHe7+IRCtf758iK
cwbNBtGDjSIbRiaywSYIGpMLR/CCYV1ImpaL60lvGguiwUB+w2/UNHQBUb+LzXTN
5h658QInJ+ZAKAkx0lmix74bhDcQ5lpSxmqq9M0UIsJnm/K43tcoJb0OeC9hELV/
edCEgkqqkmR92e+4vqxOEKi5i+rkX2GpTGmUWw/483bfTyBaN3MBaUs=
=GzqJ
-----END PGP SIGNATURE-----
";
    const WITH_SUBKEY: &str = "\
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEaaOBgBYJKwYBBAHaRw8BAQdACDsPQnwCJMOPB8oZH7WzeaGyegrMuLsfavkJ
/yp3h/q0H090aGVyIEZvcmdlIDxvdGhlckBleGFtcGxlLmNvbT6IkAQTFggAOBYh
BI2UWdAU0C5cdYuFC7WhMJe/fMHlBQJpo4GAAhsBBQsJCAcCBhUKCQgLAgQWAgMB
Ah4BAheAAAoJELWhMJe/fMHlWoYA/A8g8Jv17uBymcff+wYPIeULjly5y+tpl6MM
dMg1sfCqAQDQxUsqjdmh1t9MifALkaR17tww+wtoi/7q0q457YriA7gzBGmjgYAW
CSsGAQQB2kcPAQEHQMTNU73Rzf2SdQYmNS3vgPVcebMYuuvUsu1YMr2U4xZLiO4E
GBYIACAWIQSNlFnQFNAuXHWLhQu1oTCXv3zB5QUCaaOBgAIbAgCACRC1oTCXv3zB
5XUgBBkWCAAdFiEEwXU++KpHbesbA+orv2c1hWdPXQgFAmmjgYAACgkQv2c1hWdP
XQjdBQEAxE2lhHyRH5tKsivn5iS9VqjU9AAV2HG/fb4cMv8BHEAA+NMCBKRRTLD4
5jLuWxtc2OB6DzrDLgFFLwAvnYsgug1O3gEA4y8BkxooELfvhV0Smz5JS43CfR2c
AP7aBE4OpyFOaLwA/37NlzdZjU2kW2rwczjMzyXzDNfz92z4BRr9aiSPW/EK
=IeFO
-----END PGP PUBLIC KEY BLOCK-----
";
    const SUBKEY_SIGNED: &str = "\
-----BEGIN PGP SIGNATURE-----

iIgEABYIADAWIQTBdT74qkdt6xsD6iu/ZzWFZ09dCAUCaw51MxIcb3RoZXJAZXhh
bXBsZS5jb20ACgkQv2c1hWdPXQiFsAD8DKg8aakEfiQHo75OwSbV5Hejgma0eMPX
zAhLhtxxWAgBAOFnZN5g790aIY+NouAkGVdHJjNeAREl3/hexc89nzYG
=Kz4B
-----END PGP SIGNATURE-----
";
    const STRANGER_SIGNED: &str = "\
-----BEGIN PGP SIGNATURE-----

iIsEABYIADMWIQR3WMTMviu3yarA9aYvoKEiqcifvgUCaw51MxUcc3RyYW5nZXJA
ZXhhbXBsZS5jb20ACgkQL6ChIqnIn763jwD/Y7jtJNN2OLU4on6qA+srR42nME0+
18CfLjKk+JuN/hMBANPArgB4veLKleyxuw1qC4DihTCYJrygXyxYo3avPfIO
=w3vq
-----END PGP SIGNATURE-----
";

    fn both() -> Vec<SignedPublicKey> {
        [keys(RSA).unwrap(), keys(WITH_SUBKEY).unwrap()].concat()
    }

    #[test]
    fn a_key_and_a_subkey_that_it_binds_count() {
        for signature in [RSA_SIGNED, SUBKEY_SIGNED] {
            assert_eq!(verify(&both(), signature, PAYLOAD), Ok(()));
            assert_eq!(verify(&both(), signature, b"something else"), Err(Unwitnessed::Mismatch));
        }
        assert_eq!(verify(&keys(RSA).unwrap(), SUBKEY_SIGNED, PAYLOAD), Err(Unwitnessed::UnknownKey));
        assert_eq!(verify(&both(), STRANGER_SIGNED, PAYLOAD), Err(Unwitnessed::UnknownKey));
    }

    #[test]
    fn a_digest_that_can_be_forged_and_a_text_that_is_none_do_not_count() {
        assert_eq!(verify(&both(), RSA_BY_SHA1, PAYLOAD), Err(Unwitnessed::Weak));
        assert_eq!(verify(&both(), "-----BEGIN PGP SIGNATURE-----\n\niQ==\n", PAYLOAD), Err(Unwitnessed::Unreadable));
    }

    #[test]
    fn a_subkey_that_the_key_did_not_bind_does_not_count() {
        let mut stolen = keys(RSA).unwrap();
        stolen[0].public_subkeys = keys(WITH_SUBKEY).unwrap()[0].public_subkeys.clone();
        assert_eq!(verify(&stolen, SUBKEY_SIGNED, PAYLOAD), Err(Unwitnessed::UnknownKey));
    }

    #[test]
    fn a_broken_block_is_said() {
        assert_eq!(keys(&format!("{BLOCK}\n\nmDMEaaO=\n{BLOCK_END}\n")).unwrap_err(), "the OpenPGP key is broken");
    }
}
