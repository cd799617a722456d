//! Landings that the forge signed, as a process over repositories with signed merges.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod support;

use serde_json::Value;
use std::process::{Command, Stdio};
use support::{AS_OF, CLEAN, Repo, Run, conforms, schema};
use tempfile::TempDir;

const RECORD: &str = "incidents/INC-2026-0001.md";
const TRUST: &str = "[trust]\nkeys = \"keys/forge.pub\"\n";

/// A key pair outside of the repository; `None`, with a word to the reader, where there is no `ssh-keygen`.
fn key() -> Option<TempDir> {
    let dir = TempDir::new().unwrap();
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "forge", "-f"]).arg(dir.path().join("key"));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Some(dir),
        _ => {
            eprintln!("left out: there is no `ssh-keygen` that could sign a commit");
            None
        }
    }
}

fn public(key: &TempDir) -> String {
    std::fs::read_to_string(key.path().join("key.pub")).unwrap()
}

/// A repository that trusts a key, and a record that a merge brought, signed by another or the same one.
fn merged(trusted: &TempDir, signing: &TempDir) -> Repo {
    let repo = Repo::empty();
    repo.write("closeloop.toml", TRUST);
    repo.write("keys/forge.pub", public(trusted));
    repo.commit("2026-03-01");
    land(&repo, signing);
    repo
}

fn land(repo: &Repo, signing: &TempDir) {
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(RECORD, CLEAN);
    repo.commit("2026-03-03");
    repo.git(&["checkout", "--quiet", "main"]);
    let key = format!("user.signingkey={}", signing.path().join("key").display());
    let merge = ["merge", "--quiet", "--no-ff", "-S", "-m", "Merge", "side"];
    repo.git(&[&["-c", "gpg.format=ssh", "-c", &key][..], &merge].concat());
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"))
}

fn check(repo: &Repo, more: &[&str]) -> Value {
    json(&repo.run(&[&["check", "--as-of", AS_OF, "--output", "json"], more].concat()))
}

fn told(result: &Value) -> String {
    result["history"]["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect()
}

/// The grade of the landing of a record's date, and why it is no higher.
fn landed(repo: &Repo) -> (Value, Value) {
    let timeline = json(&repo.run(&["timeline", "INC-2026-0001", "--as-of", AS_OF, "--output", "json"]));
    conforms(&schema("timeline"), &timeline);
    let landed = &timeline["facts"][0]["landed"];
    (landed["grade"].clone(), landed["grade_reason"].clone())
}

fn text(repo: &Repo) -> String {
    repo.run(&["timeline", "INC-2026-0001", "--as-of", AS_OF]).out
}

#[test]
fn a_merge_that_a_trusted_key_signed_is_a_witness() {
    let Some(key) = key() else { return };
    let repo = merged(&key, &key);
    assert_eq!(landed(&repo), ("W2".into(), Value::Null));
    assert!(text(&repo).contains("  W2  "), "{}", text(&repo));
    let notes = told(&check(&repo, &[]));
    assert!(
        notes.contains("landings signed by a key of `[trust] keys`: 1 of 2; it carries no signature: 1"),
        "{notes}"
    );
    // The memo of the first run holds no grade.
    repo.write("closeloop.toml", "");
    assert_eq!(landed(&repo).0, "W1");
    assert_eq!(told(&check(&repo, &[])), "");
}

#[test]
fn a_repository_of_the_longer_hash_has_witnesses_too() {
    let Some(key) = key() else { return };
    let repo = Repo::empty();
    std::fs::remove_dir_all(repo.at(".git")).unwrap();
    repo.git(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    repo.write("closeloop.toml", TRUST);
    repo.write("keys/forge.pub", public(&key));
    repo.commit("2026-03-01");
    land(&repo, &key);
    assert!(repo.git(&["cat-file", "commit", "HEAD"]).contains("gpgsig-sha256"));
    assert_eq!(landed(&repo), ("W2".into(), Value::Null));
}

/// A home of GnuPG with a key of the forge, outside of the repository; its agent ends with it.
struct Gpg(TempDir);

impl Gpg {
    /// `None`, with a word to the reader, where there is no `gpg`.
    fn new() -> Option<Self> {
        let dir = TempDir::new().unwrap();
        let script = format!("#!/bin/sh\nGNUPGHOME='{}' exec gpg \"$@\"\n", dir.path().display());
        std::fs::write(dir.path().join("gpg"), script).unwrap();
        #[cfg(unix)]
        for (path, mode) in [(dir.path().to_owned(), 0o700), (dir.path().join("gpg"), 0o755)] {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let home = Self(dir);
        let made =
            home.gpg(&["--passphrase", "", "--quick-generate-key", "Forge <forge@example.com>", "rsa2048", "sign"]);
        if made.is_none() {
            eprintln!("left out: there is no `gpg` that could sign a commit");
        }
        made.map(|_| home)
    }

    fn gpg(&self, args: &[&str]) -> Option<String> {
        let mut command = Command::new("gpg");
        command.env("GNUPGHOME", self.0.path()).args(["--batch", "--quiet"]).args(args).stdin(Stdio::null());
        let output = command.output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    }

    fn public(&self) -> String {
        self.gpg(&["--armor", "--export", "forge@example.com"]).unwrap()
    }

    /// Merges a branch with a record, signed.
    fn land(&self, repo: &Repo) {
        repo.git(&["checkout", "--quiet", "-b", "side"]);
        repo.write(RECORD, CLEAN);
        repo.commit("2026-03-03");
        repo.git(&["checkout", "--quiet", "main"]);
        let program = format!("gpg.program={}", self.0.path().join("gpg").display());
        let merge = ["merge", "--quiet", "--no-ff", "-S", "-m", "Merge", "side"];
        repo.git(&[&["-c", &program, "-c", "user.signingkey=forge@example.com"][..], &merge].concat());
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").env("GNUPGHOME", self.0.path()).args(["--kill", "all"]).status();
    }
}

#[test]
fn a_merge_that_was_signed_with_openpgp_is_a_witness() {
    let (Some(gpg), Some(ssh)) = (Gpg::new(), key()) else { return };
    // Keys of both kinds in one file, as a forge that changed its way of signing has them.
    for (keys, grade) in [(gpg.public(), "W2"), (public(&ssh) + &gpg.public(), "W2"), (public(&ssh), "W1")] {
        let repo = Repo::empty();
        repo.write("closeloop.toml", TRUST);
        repo.write("keys/forge.pub", keys);
        repo.commit("2026-03-01");
        gpg.land(&repo);
        assert!(repo.git(&["cat-file", "commit", "HEAD"]).contains("BEGIN PGP SIGNATURE"));
        assert_eq!(landed(&repo).0, grade);
    }
}

#[test]
fn a_key_that_was_revoked_is_not_taken() {
    let Some(gpg) = Gpg::new() else { return };
    let revocations = std::fs::read_dir(gpg.0.path().join("openpgp-revocs.d")).unwrap();
    let file = revocations.map(|entry| entry.unwrap().path()).next().unwrap();
    let text = std::fs::read_to_string(&file).unwrap().replace(":-----BEGIN", "-----BEGIN");
    std::fs::write(&file, text).unwrap();
    gpg.gpg(&["--import", file.to_str().unwrap()]).unwrap();
    let repo = Repo::with(&[(RECORD, CLEAN), ("closeloop.toml", TRUST)]);
    repo.write("keys/forge.pub", gpg.public());
    let run = repo.run(&["check", "--no-history"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("was revoked"), "{}", run.out);
}

#[test]
fn another_key_is_no_witness() {
    let (Some(key), Some(other)) = (key(), key()) else { return };
    let repo = merged(&other, &key);
    let why = "it is signed by a key that `[trust] keys` does not hold";
    assert_eq!(landed(&repo), ("W1".into(), why.into()));
    assert!(text(&repo).contains("does not hold"), "{}", text(&repo));
}

#[test]
fn a_signed_merge_that_was_changed_is_no_witness() {
    let Some(key) = key() else { return };
    let repo = merged(&key, &key);
    let changed = repo.git(&["cat-file", "commit", "HEAD"]).replace("\n\nMerge", "\n\nMerge of the past");
    repo.write("changed", changed);
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "changed"]);
    std::fs::remove_file(repo.at("changed")).unwrap();
    repo.git(&["reset", "--quiet", "--hard", id.trim()]);
    assert_eq!(landed(&repo), ("W1".into(), "its signature does not match".into()));
}

#[test]
fn without_keys_nothing_is_verified_and_that_is_said() {
    let repo = Repo::with(&[(RECORD, CLEAN)]);
    let (grade, why) = landed(&repo);
    assert_eq!((grade, why), ("W1".into(), "`[trust] keys` names no key file, so no signature was verified".into()));
    assert!(text(&repo).contains("`[trust] keys` names no key file"), "{}", text(&repo));
}

#[test]
fn a_pull_request_is_not_witnessed_by_a_key_that_it_brings() {
    let Some(key) = key() else { return };
    let repo = Repo::with(&[("README.md", "The ISMS.\n")]);
    land(&repo, &key);
    repo.git(&["checkout", "--quiet", "-b", "request"]);
    repo.write("closeloop.toml", TRUST);
    repo.write("keys/forge.pub", public(&key));
    repo.commit("2026-04-02");
    assert!(told(&check(&repo, &[])).contains("`[trust] keys`: 1 of 3;"));
    assert_eq!(told(&check(&repo, &["--base", "main"])), "");
}

#[test]
fn a_key_file_that_cannot_be_used_stops_the_run_at_its_place() {
    let config = format!("[isms]\norganisation = \"Example\"\n\n{TRUST}");
    for (file, why) in [
        (None, "there is no file `keys/forge.pub`"),
        (Some("# none yet\n"), "it holds no key"),
        (Some("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"), "line 1: the OpenPGP key is broken"),
    ] {
        let repo = Repo::with(&[(RECORD, CLEAN), ("closeloop.toml", &config)]);
        if let Some(text) = file {
            repo.write("keys/forge.pub", text);
        }
        for command in [&["check", "--no-history"][..], &["check"], &["timeline", "INC-2026-0001"]] {
            let run = repo.run(command);
            assert_eq!(run.code, 2, "{run:?}");
            assert!((run.out.clone() + &run.err).contains(why), "{run:?}");
        }
        let problem = &check(&repo, &[])["problems"][0];
        assert_eq!((&problem["kind"], &problem["path"]), (&"configuration".into(), &"closeloop.toml".into()));
        assert_eq!(problem["start"]["line"], 5, "{problem}");
    }
}
