//! Encrypted files, of the program as a process: counted, judged by no rule, and never passed in silence.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use serde_json::Value;
use support::{CLEAN, OVERDUE, Repo, result};

/// Files as the tools leave them, each with the tool.
const FORMS: [(&str, &[u8], &str); 9] = [
    ("a.md", b"\0GITCRYPT\0\x01\x02\x03abcdefgh", "git-crypt"),
    ("b.md", b"age-encryption.org/v1\n-> X25519 abc\n--- x\n\xff\xfe\0", "age"),
    ("c.md", b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n", "age"),
    ("d.md", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", "PGP"),
    ("e.md", b"\xef\xbb\xbf\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n", "PGP"),
    ("f.yaml", b"$ANSIBLE_VAULT;1.1;AES256\n6231336539\n", "ansible-vault"),
    ("g.md", b"{\n\t\"data\": \"ENC[AES256_GCM,data:abc,type:str]\",\n\t\"sops\": {}\n}\n", "SOPS"),
    ("h.md", b"{\n    \"data\": \"ENC[AES256_GCM,data:abc,type:str]\"\n}\n", "SOPS"),
    ("i.yaml", b"data: ENC[AES256_GCM,data:abc,type:str]\nsops:\n    version: 3.9.0\n", "SOPS"),
];

fn rule<'v>(value: &'v Value, id: &str) -> &'v Value {
    value["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap()
}

#[test]
fn a_file_that_is_encrypted_is_counted_and_no_rule_claims_to_have_judged_it() {
    let repo = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)]);
    for (name, bytes, _) in FORMS {
        repo.write(&format!("incidents/{name}"), bytes);
    }
    repo.commit("2026-04-02");
    let run = repo.check(&["--output", "json", "--no-history"]);
    let value = result(&run.out);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!((&value["population"]["files"], &value["population"]["records"]), (&10.into(), &1.into()));
    for (name, _, tool) in FORMS {
        let path = format!("incidents/{name}");
        let skipped =
            value["population"]["skipped"].as_array().unwrap().iter().find(|one| one["path"] == path.as_str());
        assert_eq!(skipped.unwrap()["reason"], format!("it is encrypted with {tool}"), "{name}");
    }
    for id in ["missing-review", "overdue-action", "unreadable-record"] {
        assert_eq!(rule(&value, id)["state"], "not-run", "{id}");
        assert_eq!(rule(&value, id)["reason"], "9 encrypted records were not judged");
    }
    let skipped: Vec<&Value> =
        value["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "skipped-file").collect();
    assert!(skipped.len() == FORMS.len() && skipped.iter().all(|one| one["level"] == "note"));
    let text = repo.check(&["--no-history"]).out;
    assert!(text.contains("9 encrypted records were not judged"), "{text}");
}

#[test]
fn nothing_but_encrypted_records_passes_no_rule() {
    let repo = Repo::empty();
    repo.write("incidents/a.md", FORMS[0].1);
    repo.commit("2026-04-02");
    let run = repo.check(&["--output", "json"]);
    let value = result(&run.out);
    assert_eq!(run.code, 0, "{run:?}");
    let passed: Vec<&Value> =
        value["rules"].as_array().unwrap().iter().filter(|one| one["state"] == "passed").collect();
    let passed: Vec<&str> = passed.iter().filter_map(|rule| rule["id"].as_str()).collect();
    let others = [
        "empty-population",
        "loosened-rules",
        "odd-clock",
        "rewritten-history",
        "shallow-history",
        "skipped-file",
        "unreadable-register",
    ];
    assert_eq!(passed, others);
}

/// As git-crypt shows it where the key is at hand: the working tree is clear, and git holds what is encrypted.
#[test]
fn a_clear_file_over_an_encrypted_one_is_read_and_its_history_is_not_judged() {
    let repo = Repo::empty();
    repo.write("incidents/INC-2026-0002.md", FORMS[0].1);
    repo.commit("2026-04-02");
    repo.write("incidents/INC-2026-0002.md", OVERDUE.replace("2026-03-02", "2026-01-02"));
    let value = result(&repo.check(&["--output", "json"]).out);
    let found: Vec<&str> =
        value["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
    assert!(found.contains(&"overdue-action") && !found.contains(&"late-record"), "{found:?}");
    for id in ["late-record", "moved-due-date", "edited-after-closure"] {
        assert_eq!(rule(&value, id)["reason"], "1 record has an encrypted history", "{id}");
    }
    assert_eq!(rule(&value, "overdue-action")["reason"], Value::Null);
}

/// What SOPS encrypted is there and says nothing; what it left in the clear is judged.
#[test]
fn a_file_with_encrypted_values_is_judged_by_its_clear_ones() {
    let hidden = "ENC[AES256_GCM,data:cTqZ1Fqk,iv:4h0y,tag:oZ2f,type:str]";
    let record = OVERDUE
        .trim_matches(['-', '\n'])
        .replace("VPN account takeover", hidden)
        .replace("severity: high", &format!("severity: {hidden}"))
        .replace("owner: eva", &format!("owner: {hidden}"))
        .replace("Require a second factor on the VPN.", hidden);
    let repo = Repo::with(&[("incidents/INC-2026-0002.yaml", &format!("{record}\nsops:\n  version: 3.9.0\n"))]);
    let run = repo.check(&["--output", "json", "--no-history"]);
    let value = result(&run.out);
    let findings = value["findings"].as_array().unwrap();
    let fields: Vec<(&str, &str)> =
        findings.iter().map(|one| (one["rule"].as_str().unwrap(), one["field"].as_str().unwrap())).collect();
    assert!(fields.contains(&("overdue-action", "actions.A1.due")), "{fields:?}");
    for quiet in ["unreadable-record", "unowned-action", "unknown-field", "undecided-severity", "sensitive-text"] {
        assert!(!fields.iter().any(|(rule, _)| *rule == quiet), "{quiet}: {fields:?}");
    }
}
