//! What is secret, of the program as a process: it is found beside whatever stands next to it, and nothing shows it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use support::{OVERDUE, Repo, result};

const PATH: &str = "incidents/INC-2026-0002.md";
const VALUE: &str = "Sommer2024!";

fn with_cause(cause: &str) -> String {
    OVERDUE.replace("actions:", &format!("{cause}\nactions:"))
}

#[test]
fn nothing_behind_a_password_hides_it() {
    for cause in [
        "cause: \"The password is Sommer2024!\"",
        "cause: \"The password is Sommer2024!\"  # closeloop: allow overdue-action until 2026-05-01 by Ana Lind: a test",
        "cause: \"The password is Sommer2024! Note: change it\"",
        "cause: \"The password Sommer2024! Note: change it\"",
        "cause: \"Das Passwort war Sommer2024! Hinweis: bitte ändern\"",
    ] {
        let repo = Repo::with(&[(PATH, &with_cause(cause))]);
        let run = repo.check(&["--rule", "sensitive-text"]);
        assert!(run.out.contains("What looks like a password"), "{cause}: {run:?}");
        assert!(!run.out.contains(VALUE), "{cause}: {run:?}");
    }
}

/// A record and its waivers, of which each line that may be shown holds the value.
fn telling() -> Repo {
    let cause = "cause: \"The password is Sommer2024!\"  # closeloop: allow sensitive-text until 2025-01-01 by Nobody: \
                 the password is Sommer2024!";
    let record = with_cause(cause)
        .replace("owner: eva", "owner: \"password Sommer2024!\"")
        .replace("due: 2026-03-20", "due: 2026-03-20 # the password is Sommer2024!")
        .replace("severity: high", "severity: \"password: Sommer2024!\"\nrecorded_late: { field: detected, why: \"password Sommer2024!\", by: \"pw: Sommer2024!\" }");
    let waivers = "[[waiver]]\nrule = \"overdue-action\"\nrecord = \"INC-2026-0002\"\nreason = \"The password is Sommer2024! Note: \
                   the tokens come in May.\"\napprover = \"Ana Lind\"\ncreated = 2026-03-18\nexpires = 2026-05-31\n";
    Repo::with(&[(PATH, &record), ("closeloop-waivers.toml", waivers)])
}

#[test]
fn no_output_of_any_rule_shows_it() {
    let repo = telling();
    let rules: &[&[&str]] = &[
        &[],
        &["--no-history"],
        &["--rule", "invalid-waiver"],
        &["--rule", "overdue-action"],
        &["--rule", "late-record", "--rule", "undecided-severity"],
    ];
    for args in rules {
        for format in ["text", "json", "markdown", "sarif", "junit", "rdjson", "gitlab", "azure", "github"] {
            let run = repo.check(&[*args, &["--output", format]].concat());
            assert!(!run.out.contains("Sommer"), "{args:?} {format}:\n{}", run.out);
            assert!(!run.out.contains("r2024!"), "{args:?} {format}:\n{}", run.out);
        }
    }
    let run = repo.check(&["--rule", "invalid-waiver"]);
    assert!(run.out.contains("***********"), "the line is shown, and its value is not:\n{}", run.out);
    let run = repo.check(&["--rule", "overdue-action", "--output", "json"]);
    let waived = result(&run.out)["findings"].to_string();
    assert!(waived.contains("The password is [secret] Note: the tokens come in May."), "{waived}");
}

#[test]
fn nor_does_a_run_that_could_not_check() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop-waivers.toml", "[[waiver]]\npassword = \"Sommer2024!\"\n")]);
    for format in ["text", "json"] {
        let run = repo.check(&["--output", format]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!run.out.contains(VALUE), "{run:?}");
    }
}

#[test]
fn a_fingerprint_says_nothing_of_the_value() {
    let fingerprint = |value: &str| {
        let repo = Repo::with(&[(PATH, &with_cause(&format!("cause: \"The password is {value}\"")))]);
        let run = repo.check(&["--rule", "sensitive-text", "--output", "json"]);
        result(&run.out)["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
    };
    assert_eq!(fingerprint("Sommer2024!"), fingerprint("Winter2025?"));
    let two = "cause: \"The password is Sommer2024! Another password: Sommer2024!\"";
    let run = Repo::with(&[(PATH, &with_cause(two))]).check(&["--rule", "sensitive-text", "--output", "json"]);
    let found = result(&run.out)["findings"].clone();
    assert_ne!(found[0]["fingerprint"], found[1]["fingerprint"], "each is known by its number: {found}");
}

#[test]
fn what_was_understood_is_told_without_it() {
    let record = with_cause("cause: \"The password is Sommer2024! Note: change it\"\npassword: Sommer2024!");
    let repo = Repo::with(&[(PATH, &record)]);
    for format in ["text", "json"] {
        let run = repo.run(&["show", "--output", format]);
        assert!(run.code == 0 && !run.out.contains(VALUE), "{run:?}");
        assert!(run.out.contains("The password is [secret] Note: change it"), "{run:?}");
    }
    repo.write(PATH, record.replace("VPN account takeover", "The password is Sommer2024! Note: change it"));
    repo.commit("2026-04-02");
    for format in ["text", "json"] {
        let run = repo.run(&["timeline", "INC-2026-0002", "--output", format]);
        assert!(run.code == 0 && !run.out.contains(VALUE) && run.out.contains("[secret]"), "{run:?}");
    }
}
