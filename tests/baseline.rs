//! The baseline, as a process: what stood at adoption is shown and fails nobody, and it only shrinks.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, result};

const FILE: &str = "closeloop-baseline.json";
const RECORD: &str = "incidents/INC-2026-0002.md";

/// An ISMS with an overdue action, and nothing else at the level of an error.
fn overdue() -> Repo {
    Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), (RECORD, OVERDUE)])
}

fn another() -> String {
    OVERDUE.replace("INC-2026-0002", "INC-2026-0003").replace("VPN account", "Mail account")
}

fn write_baseline(repo: &Repo) -> Run {
    repo.run(&["baseline", "--as-of", AS_OF])
}

fn held(repo: &Repo) -> Vec<Value> {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(repo.path().join(FILE)).unwrap()).unwrap();
    assert_eq!(file["schema"], "closeloop-baseline-1");
    file["findings"].as_array().unwrap().clone()
}

fn json(repo: &Repo, more: &[&str]) -> Value {
    result(&repo.check(&[&["--output", "json"], more].concat()).out)
}

fn finding(result: &Value, rule: &str) -> Value {
    result["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule).cloned().unwrap_or(Value::Null)
}

fn rule(result: &Value, id: &str) -> Value {
    result["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).cloned().unwrap()
}

#[test]
fn what_stood_is_shown_and_what_is_new_fails() {
    let repo = overdue();
    assert_eq!(repo.check(&[]).code, 1);
    let run = write_baseline(&repo);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains(&format!("{FILE} holds {} findings", held(&repo).len())), "{}", run.out);

    let run = repo.check(&[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("In the baseline, which fail no run\n  error   INC-2026-0002: A1 was due"), "{}", run.out);
    assert!(!run.out.contains("error[overdue-action]"), "{}", run.out);
    let result = json(&repo, &[]);
    let overdue = finding(&result, "overdue-action");
    assert_eq!((&overdue["level"], &overdue["baselined"]), (&Value::from("error"), &Value::from(true)));
    let state = rule(&result, "overdue-action");
    assert_eq!((&state["state"], &state["failed"], &state["waived"]), (&"waived".into(), &0.into(), &1.into()));

    // Lines that move change nothing; a second action that is overdue is new.
    repo.write(RECORD, OVERDUE.replacen("\n---\n", "\n# moved\n# down\n---\n", 1));
    repo.write("incidents/INC-2026-0003.md", another());
    let run = repo.check(&["--rule", "overdue-action"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("1 error in 1 of 3 records, 1 in the baseline, as of"), "{}", run.out);
}

#[test]
fn it_only_shrinks_and_says_what_was_mended() {
    let repo = overdue();
    write_baseline(&repo);
    let before = held(&repo).len();
    repo.write(RECORD, OVERDUE.replace("due: 2026-03-20", "due: 2026-05-20"));
    repo.write("incidents/INC-2026-0003.md", another());
    let text = repo.check(&[]).out;
    assert!(text.contains("1 finding of the baseline is mended: `closeloop baseline` takes that out of"), "{text}");

    let run = write_baseline(&repo);
    assert!(
        run.out.starts_with("1 finding mended since, and taken out:\n  overdue-action INC-2026-0002 actions.A1.due\n")
    );
    assert!(run.out.contains("not taken up, as a baseline only shrinks"), "{}", run.out);
    assert_eq!(held(&repo).len(), before - 1);
    assert!(!held(&repo).iter().any(|held| held["record"] == "INC-2026-0003"));
    assert!(!repo.check(&[]).out.contains("of the baseline is mended"));
}

#[test]
fn a_rule_that_did_not_run_mends_nothing() {
    let repo = overdue();
    write_baseline(&repo);
    let text = repo.check(&["--rule", "missing-review"]).out;
    assert!(!text.contains("of the baseline"), "{text}");
}

#[test]
fn what_cannot_be_read_is_not_mended() {
    let repo = overdue();
    write_baseline(&repo);
    let before = held(&repo).len();
    for (path, text) in [
        (RECORD, OVERDUE.replace("actions:\n", "actions: ][\n")),
        (RECORD, OVERDUE.replace("detected: 2026-03-02", "detected: [")),
        ("closeloop.toml", format!("[incidents]\nexclude = [\"{RECORD}\"]\n")),
    ] {
        repo.write(path, text);
        assert!(!repo.check(&[]).out.contains("of the baseline"), "{}", repo.check(&[]).out);
        assert_eq!(write_baseline(&repo).code, 0);
        assert_eq!(held(&repo).len(), before, "{path}");
    }
}

#[test]
fn an_entry_that_tells_of_another_finding_covers_nothing() {
    let repo = overdue();
    write_baseline(&repo);
    let text = std::fs::read_to_string(repo.path().join(FILE)).unwrap();
    for (from, to) in [("\"overdue-action\"", "\"late-review\""), ("INC-2026-0002", "INC-2026-0001")] {
        repo.write(FILE, text.replace(from, to));
        assert_eq!(repo.check(&["--rule", "overdue-action"]).code, 1, "{to}");
    }
}

#[test]
fn it_holds_no_value_of_a_record_and_is_the_same_each_time() {
    let repo = overdue();
    write_baseline(&repo);
    let first = std::fs::read_to_string(repo.path().join(FILE)).unwrap();
    for value in ["VPN", "2026-03-20", "ana"] {
        assert!(!first.contains(value), "{value}: {first}");
    }
    std::fs::remove_file(repo.path().join(FILE)).unwrap();
    write_baseline(&repo);
    assert_eq!(std::fs::read_to_string(repo.path().join(FILE)).unwrap(), first);
}

#[test]
fn one_that_cannot_be_read_is_exit_2_at_its_place_and_is_not_replaced() {
    let repo = overdue();
    for (text, line) in [
        ("{\n  \"schema\": \"closeloop-baseline-1\",\n  \"findings\": [}\n", Some(3)),
        ("{\"schema\": \"closeloop-baseline-9\", \"findings\": []}", None),
        ("{\"schema\": \"closeloop-baseline-1\"}", Some(1)),
        ("", Some(1)),
    ] {
        repo.write(FILE, text);
        let run = repo.check(&["--output", "json"]);
        assert_eq!(run.code, 2, "{text}: {run:?}");
        let result = result(&run.out);
        assert_eq!(result["problems"][0]["path"], FILE, "{result}");
        assert_eq!(result["problems"][0]["start"]["line"].as_u64(), line, "{result}");
        assert_eq!(write_baseline(&repo).code, 2);
        assert_eq!(std::fs::read_to_string(repo.path().join(FILE)).unwrap(), text);
        assert!(repo.check(&[]).out.contains("the baseline `closeloop-baseline.json`"));
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_neither_read_nor_written_through() {
    let repo = overdue();
    let outside = repo.path().join("elsewhere.txt");
    std::fs::write(&outside, "mine").unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join(FILE)).unwrap();
    assert_eq!(repo.check(&[]).code, 2);
    assert_eq!(write_baseline(&repo).code, 2);
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "mine");
}

#[test]
fn what_no_waiver_may_silence_stays_outside() {
    let repo = overdue();
    repo.write("closeloop.toml", "[rules]\nnon_waivable = [\"overdue-action\"]\n");
    write_baseline(&repo);
    assert!(!held(&repo).iter().any(|held| held["rule"] == "overdue-action"));
    assert_eq!(repo.check(&["--rule", "overdue-action"]).code, 1);
    // Where there is nothing else, it does not say that all is well.
    let repo = Repo::with(&[("incidents/notes.md", "# No facts\n")]);
    let run = write_baseline(&repo);
    let told = "1 finding of rules that no baseline may cover: `closeloop check` shows what to mend.\n\
                There is nothing that a baseline could hold.\n";
    assert_eq!((run.code, run.out.as_str()), (0, told));
}

#[test]
fn in_good_order_there_is_no_baseline() {
    let repo = Repo::empty();
    repo.write("incidents/INC-2026-0001.md", CLEAN);
    repo.commit("2026-03-03");
    let run = write_baseline(&repo);
    assert_eq!((run.code, run.out.as_str()), (0, "There is nothing at the level of a warning or above.\n"));
    assert!(!repo.path().join(FILE).exists());
}

#[test]
fn nobody_takes_up_their_own_findings_in_a_pull_request() {
    let repo = overdue();
    write_baseline(&repo);
    repo.commit("2026-03-25");
    let before = held(&repo).len();
    // A new overdue action, and a baseline that was written anew to hold it.
    repo.write("incidents/INC-2026-0003.md", another());
    std::fs::remove_file(repo.path().join(FILE)).unwrap();
    write_baseline(&repo);
    let only = ["--base", "HEAD", "--rule", "overdue-action", "--rule", "loosened-rules"];
    let run = repo.check(&only);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("error[loosened-rules]: `baseline` hides overdue-action of INC-2026-0003"), "{}", run.out);
    assert!(!run.out.contains("hides overdue-action of INC-2026-0002"), "{}", run.out);

    let after = held(&repo).len();
    let approved = format!(
        "[[approved_change]]\nkey = \"baseline\"\nfrom = \"{before}\"\nto = \"{after}\"\nwhy = \"taken over\"\n\
         by = \"bea.kern\"\non = 2026-04-01\n"
    );
    for (by, code) in [("bea.kern", 0), ("tbd", 1), ("the team", 1), ("-", 1)] {
        repo.write("closeloop.toml", approved.replace("bea.kern", by));
        let run = repo.check(&only);
        assert_eq!(run.code, code, "{by}: {}", run.out);
    }
}

#[test]
fn the_baseline_stands_beside_the_configuration() {
    let repo = Repo::with(&[("isms/incidents/INC-2026-0002.md", OVERDUE)]);
    repo.write("isms/closeloop.toml", "[incidents]\npaths = [\"isms/incidents/**\"]\n");
    let run = repo.run(&["baseline", "isms", "--as-of", AS_OF]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(repo.path().join("isms").join(FILE).exists(), "{}", run.out);
    assert_eq!(repo.run(&["check", "isms", "--as-of", AS_OF]).code, 0);
}
