//! What must not leave on odd ways, of the program as a process: ids that are none, runs that could not check,
//! audiences that no word names.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use support::{AS_OF, OVERDUE, Repo, Run, finish, result};

const PATH: &str = "incidents/INC-2026-0002.md";
const PUBLIC: &str = r#"{"repository": {"private": false, "visibility": "public"}}"#;

/// A run in a build of a public repository.
fn in_public(repo: &Repo, args: &[&str]) -> Run {
    repo.write(".git/event.json", PUBLIC);
    let event = repo.at(".git/event.json");
    in_build(repo, &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", event.to_str().unwrap())], args)
}

fn in_build(repo: &Repo, build: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = repo.command(args);
    command.envs([&[("CI", "true")], build].concat());
    finish(command)
}

/// Records whose rows lost a quotation mark, and an action whose id is a sentence.
fn broken() -> Repo {
    let rows = "id,title,status,severity,detected\nINC-2026-0008,Mailbox read,open,high,2026-03-03\n\
                \"INC-2026-0009,Affair of Zqx Winter,open,high,2026-03-04\nINC-2026-0010,Zqx again,open,high,2026-03-05,\"x\"\n";
    let record = OVERDUE.replace("id: A1", "id: Zqx was tired");
    let named = OVERDUE.replace("id: INC-2026-0002", "id: The affair of Zqx");
    Repo::with(&[("incidents/x.csv", rows), (PATH, &record), ("incidents/named.md", &named)])
}

#[test]
fn an_id_that_is_none_is_not_shown_where_records_may_not_be_read() {
    let repo = broken();
    assert!(repo.check(&["--output", "json"]).out.contains("Affair of Zqx"));
    for format in ["text", "github", "json", "markdown", "gitlab", "azure", "bitbucket", "junit", "rdjson", "sarif"] {
        let args = ["check", "--as-of", AS_OF, "--output", format];
        for run in [in_build(&repo, &[], &args), in_public(&repo, &args)] {
            assert!(!run.out.contains("Zqx"), "{format}:\n{}", run.out);
            assert_eq!(run.code, 1, "{format}: {run:?}");
        }
    }
    let run = in_public(&repo, &["check", "--as-of", AS_OF, "--output", "json"]);
    let result = result(&run.out);
    let findings = result["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["path"] == "incidents/x.csv" && one["record"] == "…").unwrap();
    assert!(found["start"]["line"].is_number(), "{found}");
    assert!(found["message"].as_str().unwrap().starts_with("…: "), "{found}");
    assert!(
        findings.iter().any(|one| one["record"] == "INC-2026-0008" || one["record"] == "INC-2026-0002"),
        "{result}"
    );
}

#[test]
fn a_baseline_holds_and_tells_no_text_of_a_record() {
    let repo = broken();
    let run = repo.run(&["baseline", "--as-of", AS_OF]);
    assert!(!run.out.contains("Zqx"), "{run:?}");
    let written = repo.read("closeloop-baseline.json");
    assert!(!written.contains("Zqx") && written.contains("\"…\""), "{written}");
    // A file that an earlier version wrote is told of in the same way, and loses it.
    repo.write("closeloop-baseline.json", written.replace("\"…\"", "\"INC-2026-0009,Affair of Zqx\""));
    for path in ["incidents/x.csv", "incidents/named.md"] {
        repo.git(&["rm", "-q", path]);
    }
    let run = repo.run(&["baseline", "--as-of", AS_OF]);
    assert!(run.out.contains("mended") && !run.out.contains("Zqx"), "{run:?}");
    assert!(!repo.read("closeloop-baseline.json").contains("Zqx"));
}

const LEAST: &str = "[privacy]\noutput = 'minimal'\n";

/// Files with which nothing can be checked, each beside a configuration that asks for the least.
fn unusable() -> Vec<(&'static str, Repo, Vec<&'static str>)> {
    let with = |files: &[(&str, &str)]| Repo::with(&[&[(PATH, OVERDUE), ("closeloop.toml", LEAST)], files].concat());
    vec![
        ("waivers", with(&[("closeloop-waivers.toml", "[[waiver]]\nreason = \"Zqx was drunk\n")]), vec![]),
        ("a key of a waiver", with(&[("closeloop-waivers.toml", "[[waiver]]\n\"Zqx was drunk\" = 1\n")]), vec![]),
        ("baseline", with(&[("closeloop-baseline.json", "{\"Zqx was drunk\": 1}")]), vec![]),
        ("a key", with(&[("closeloop.toml", &format!("{LEAST}[rules]\n\"Zqx was drunk\" = 'error'\n"))]), vec![]),
        ("a type", with(&[("closeloop.toml", &format!("{LEAST}[incidents]\npaths = 'Zqx was drunk'\n"))]), vec![]),
        ("a base", with(&[]), vec!["--base", "Zqx"]),
        ("a rule", with(&[]), vec!["--rule", "Zqx"]),
    ]
}

#[test]
fn what_is_configured_holds_for_a_run_that_could_not_check() {
    for (what, repo, more) in unusable() {
        for format in ["text", "json"] {
            let args = [&["check", "--as-of", AS_OF, "--output", format], &more[..]].concat();
            for run in [repo.run(&args), in_build(&repo, &[("TF_BUILD", "True")], &args)] {
                assert_eq!(run.code, 2, "{what}: {run:?}");
                assert!(!run.out.contains("Zqx") && !run.err.contains("Zqx"), "{what}: {run:?}");
            }
            if format == "json" {
                assert_eq!(result(&repo.run(&args).out)["privacy"], "minimal", "{what}");
            }
        }
    }
}

#[test]
fn where_nobody_can_know_what_is_configured_a_build_shows_the_least_and_home_everything() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", "[privacy]\noutput = 'Zqx'\n")]);
    let args = ["check", "--output", "json"];
    assert_eq!(result(&repo.run(&args).out)["privacy"], "full");
    assert_eq!(result(&in_build(&repo, &[], &args).out)["privacy"], "minimal");
    // The base is not there, and may ask for the least; what to do is said all the same.
    let repo = Repo::with(&[(PATH, OVERDUE)]);
    let run = in_build(&repo, &[], &["check", "--base", "Zqx", "--output", "json"]);
    let value = result(&run.out);
    assert_eq!((run.code, &value["privacy"]), (2, &"minimal".into()), "{value}");
    assert!(value["problems"][0]["help"].as_str().unwrap().contains("fetch-depth: 0"), "{value}");
}

#[test]
fn a_base_that_keeps_back_does_so_where_the_change_breaks_the_check() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", LEAST)]);
    repo.write("closeloop.toml", "[privacy]\noutput = 'full'\n[rules]\nzqx = 'error'\n");
    repo.commit("2026-04-02");
    let run = in_build(&repo, &[], &["check", "--base", "HEAD~1", "--output", "json"]);
    assert_eq!((run.code, &result(&run.out)["privacy"]), (2, &"minimal".into()));
}

#[test]
fn a_public_build_is_told_no_text_of_an_own_rule() {
    let rule = "[[rule]]\nid = 'own-rule'\nrequire = { field = 'lead' }\nmessage = 'Zqx wants a lead'\n";
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", rule)]);
    assert!(in_build(&repo, &[], &["rules"]).out.contains("Zqx"));
    for args in [&["rules"][..], &["rules", "--output", "json"]] {
        let run = in_public(&repo, args);
        assert!(run.code == 0 && run.out.contains("own-rule") && !run.out.contains("Zqx"), "{run:?}");
    }
    let run = in_public(&repo, &["explain", "own-rule"]);
    assert!(run.code == 2 && run.out.is_empty() && run.err.contains("output is minimal here"), "{run:?}");
    assert!(in_public(&repo, &["explain", "overdue-action"]).out.contains("overdue"));
}

#[test]
fn a_public_build_is_told_no_text_of_a_joined_result() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", "[rules]\n\"Zqx was drunk\" = 'error'\n")]);
    assert_eq!(repo.check(&["--output", "json=a.json"]).code, 2);
    repo.write("b.json", "{\"schema\": \"closeloop-result-1\", \"tool\": \"Zqx was drunk\"}");
    assert!(repo.run(&["merge", "a.json", "b.json"]).out.matches("Zqx was drunk").count() > 1);
    for format in ["text", "json", "markdown", "github"] {
        let run = in_public(&repo, &["merge", "a.json", "b.json", "--output", format]);
        assert!(run.code == 2 && !run.out.contains("Zqx") && run.out.contains("b.json"), "{format}: {run:?}");
    }
}

#[test]
fn the_picture_of_a_public_build_has_no_empty_column() {
    let repo = Repo::with(&[(PATH, OVERDUE)]);
    let picture = |run: Run| run.out.split("## What is due").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let args = ["check", "--as-of", AS_OF, "--rule", "overdue-action", "--output", "markdown"];
    let full = picture(repo.run(&args));
    assert!(full.contains("| by | actions | others |") && full.contains("| **now** | █ 1 |  |"), "{full}");
    let least = picture(in_public(&repo, &args));
    assert!(
        least.contains("| by | due | incidents |") && least.contains("| **now** | █ 1 | INC-2026-0002 |"),
        "{least}"
    );
}

#[test]
fn a_baseline_of_another_shape_is_said_in_plain_words() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop-baseline.json", "3")]);
    let run = repo.check(&[]);
    assert!(run.out.contains("an object with `schema` and `findings` belongs here"), "{run:?}");
}
