//! Results of many repositories, joined: what is absent or broken never looks like what passed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, command, conforms, finish, schema};
use tempfile::TempDir;

/// A folder with results: of a clean repository, of one with an overdue action, and of one that could not be checked.
struct Results {
    dir: TempDir,
}

impl Results {
    fn new() -> Self {
        let results = Self { dir: TempDir::new().unwrap() };
        let clean = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)]);
        let overdue = Repo::with(&[("incidents/INC-2026-0002.md", OVERDUE)]);
        for (name, repo, code) in [("clean", &clean, 0), ("overdue", &overdue, 1), ("none", &Repo::empty(), 2)] {
            let file = results.dir.path().join(format!("{name}.json"));
            let run = repo.check(&["--rule", "overdue-action", "--output", &format!("json={}", file.display())]);
            assert_eq!(run.code, code, "{name}: {run:?}");
        }
        results
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path().join(name)).unwrap()).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn merge(&self, args: &[&str]) -> Run {
        finish(command(self.path(), &[&["merge"], args].concat()))
    }

    /// The exit code, and what is said as JSON, held against the schema.
    fn merged(&self, args: &[&str]) -> (i32, Value) {
        let run = self.merge(&[args, &["--output", "json"]].concat());
        let value: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        conforms(&schema("merge"), &value);
        (run.code, value)
    }
}

#[test]
fn two_beats_one_and_one_beats_zero() {
    let results = Results::new();
    for (files, code) in [
        (&["clean.json"][..], 0),
        (&["clean.json", "overdue.json"], 1),
        (&["clean.json", "overdue.json", "none.json"], 2),
        (&["clean.json", "none.json"], 2),
    ] {
        assert_eq!(results.merge(files).code, code, "{files:?}");
    }
}

#[test]
fn one_row_a_repository_and_a_summary() {
    let results = Results::new();
    let (_, value) = results.merged(&["overdue.json", "eu/clean=clean.json"]);
    let names: Vec<_> = value["repositories"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["eu/clean", "overdue"]);
    let overdue = &value["repositories"][1];
    assert_eq!((&overdue["as_of"], &overdue["verdict"]), (&json!(AS_OF), &json!("fail")));
    assert_eq!((&overdue["counts"]["errors"], &overdue["counts"]["overdue"]), (&json!(1), &json!(1)));
    assert_eq!((&overdue["counts"]["records"], &overdue["counts"]["new"]), (&json!(1), &Value::Null));
    assert_eq!(value["rules"], json!([{ "id": "overdue-action", "findings": 1, "repositories": ["overdue"] }]));
    let summary = &value["summary"];
    assert_eq!(
        (&summary["passed"], &summary["failed"], &summary["could_not_check"]),
        (&json!(1), &json!(1), &json!(0))
    );

    let text = results.merge(&["overdue.json", "clean.json"]).out;
    assert!(text.starts_with("repository  verdict  records"), "{text}");
    assert!(text.contains("overdue-action: in 1 of 2 repositories, 1 finding"), "{text}");
    assert!(text.contains("2 of 2 repositories were checked: 1 passed, 1 failed"), "{text}");
}

/// The heart of it: whatever may stand at the place of a result, each is said as what it is, and ends with 2.
#[test]
fn what_is_no_whole_result_is_said_as_what_it_is() {
    let results = Results::new();
    let whole = std::fs::read_to_string(results.path().join("clean.json")).unwrap();
    results.write("empty.json", " \n");
    results.write("cut.json", &whole[..whole.len() / 2]);
    results.write("log.json", "error: no such command\n");
    results.write("list.json", "[]");
    results.write("newer.json", whole.replace("closeloop-result-1", "closeloop-result-2"));
    results.write("merged.json", results.merge(&["clean.json", "--output", "json"]).out);
    results.write("latin.json", b"{\"schema\": \"\xfc\"}");
    results.write("part.json", r#"{"schema": "closeloop-result-1", "verdict": "pass"}"#);
    results.write("deep.json", "[".repeat(100_000));
    std::fs::create_dir(results.path().join("folder")).unwrap();
    for (file, said) in [
        ("gone.json", "there is no file gone.json"),
        ("empty.json", "empty.json is empty"),
        ("cut.json", "cut.json ends in the middle, in line "),
        ("log.json", "log.json is no JSON"),
        ("list.json", "list.json is no result of `closeloop check --output json`"),
        ("newer.json", "newer.json is in the format closeloop-result-2, and this version reads closeloop-result-1"),
        ("merged.json", "merged.json is in the format closeloop-merge-1, which is no result of a check"),
        ("latin.json", "latin.json is no text in UTF-8"),
        ("part.json", "part.json is no whole result: missing field"),
        ("deep.json", "deep.json is no JSON"),
        ("folder", "folder is a folder"),
        ("none.json", "no incident record matches the configured paths"),
    ] {
        let (code, value) = results.merged(&["clean.json", file]);
        let broken = value["repositories"].as_array().unwrap().iter().find(|one| one["name"] != "clean").unwrap();
        let message = broken["problems"][0]["message"].as_str().unwrap().to_lowercase();
        assert!(message.contains(&said.to_lowercase()), "{file}: {message}");
        assert_eq!((code, &broken["counts"]), (2, &Value::Null), "{file}");
        let text = results.merge(&["clean.json", file]).out;
        assert!(text.contains("could not be checked: ") && text.contains("  do: "), "{file}: {text}");
    }
}

#[test]
fn what_was_expected_and_is_not_there_could_not_be_checked() {
    let results = Results::new();
    let (code, value) = results.merged(&["clean.json", "--expect", "clean,billing", "--expect", "payroll"]);
    assert_eq!(code, 2);
    let of =
        |name: &str| value["repositories"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(of("clean")["verdict"], "pass");
    for name in ["billing", "payroll"] {
        assert_eq!((&of(name)["verdict"], &of(name)["file"]), (&json!("could-not-check"), &Value::Null));
    }
    assert_eq!(results.merge(&["--expect", "billing"]).code, 2);
    assert_eq!(results.merge(&[]).code, 2, "nothing at all");
}

/// A result is not believed: what it holds counts.
#[test]
fn counts_are_made_of_findings_and_a_pass_with_errors_is_none() {
    let results = Results::new();
    let mut forged = results.json("overdue.json");
    forged["verdict"] = json!("pass");
    forged["rules"][0]["failed"] = json!(0);
    results.write("forged.json", forged.to_string());
    let (code, value) = results.merged(&["forged.json"]);
    assert_eq!((code, &value["repositories"][0]["verdict"]), (1, &json!("fail")));
    assert!(value["notes"][0].as_str().unwrap().contains("forged: the result says that it passed"), "{value}");

    forged["findings"][0]["waived"] = json!({ "reason": "x", "approver": "eva", "expires": "2026-12-01" });
    results.write("waived.json", forged.to_string());
    let (code, value) = results.merged(&["waived.json"]);
    let counts = &value["repositories"][0]["counts"];
    assert_eq!((code, &counts["waived"], &counts["errors"], &counts["overdue"]), (0, &json!(1), &json!(0), &json!(0)));

    forged["rules"] = json!([]);
    results.write("nothing.json", forged.to_string());
    assert_eq!(results.merge(&["nothing.json"]).code, 2, "a run of no rule is no pass");
}

/// A result with less text, or with keys that a later version adds, is a result.
#[test]
fn a_pass_that_looked_at_nothing_could_not_check() {
    let results = Results::new();
    let mut value = results.json("clean.json");
    value["population"]["records"] = json!(0);
    results.write("nothing.json", value.to_string());
    let mut value = results.json("clean.json");
    value["rules"].as_array_mut().unwrap().iter_mut().for_each(|rule| rule["state"] = json!("not-run"));
    results.write("idle.json", value.to_string());
    for (file, said) in [("nothing.json", "holds no record"), ("idle.json", "no rule was run")] {
        let (code, value) = results.merged(&[file]);
        let repository = &value["repositories"][0];
        assert_eq!((code, &repository["verdict"]), (2, &json!("could-not-check")), "{value}");
        assert!(repository["problems"][0]["message"].as_str().unwrap().contains(said), "{value}");
    }
}

#[test]
fn missing_texts_and_further_keys_are_no_matter() {
    let results = Results::new();
    let mut bare = results.json("overdue.json");
    for key in ["message", "why", "help", "related", "record", "path", "start", "end"] {
        bare["findings"][0].as_object_mut().unwrap().shift_remove(key);
    }
    bare["privacy"] = json!("minimal");
    bare["findings"][0]["later"] = json!({ "key": [1] });
    results.write("bare.json", bare.to_string());
    let (code, value) = results.merged(&["bare.json"]);
    assert_eq!((code, &value["repositories"][0]["counts"]["errors"]), (1, &json!(1)));
}

#[test]
fn what_makes_results_unlike_is_remarked() {
    let results = Results::new();
    let mut other = results.json("clean.json");
    other["as_of"] = json!("2026-04-11");
    other["tool"]["version"] = json!("0.0.9");
    other["base"] = other["commit"].clone();
    results.write("other.json", other.to_string());
    let text = results.merge(&["clean.json", "other.json"]).out;
    for part in [
        "as of different days, on which different things are due: 2026-04-10 (clean); 2026-04-11 (other)",
        "different versions of closeloop: 0.0.9 (other)",
        "clean, other are results of the same commit",
        "only what is new fails in other, which were compared with a base",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let same = results.merge(&["a=clean.json", "a=overdue.json"]).out;
    assert!(same.contains("2 results are called a: clean.json, overdue.json") && same.contains("\na (2) "), "{same}");
}

/// Windows PowerShell writes UTF-16 where a program's output goes into a file.
#[test]
fn utf_16_with_its_mark_is_read() {
    let results = Results::new();
    let text = std::fs::read_to_string(results.path().join("clean.json")).unwrap();
    let bytes: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    results.write("utf16.json", bytes);
    assert_eq!(results.merge(&["utf16.json"]).code, 0);
}

#[test]
fn nothing_in_a_result_reaches_a_terminal_a_log_or_a_page() {
    let results = Results::new();
    let mut evil = results.json("overdue.json");
    let text = "\u{1b}[31m\n::error::x ##[error] <img src=x> | [a](b) \u{202e}";
    evil["findings"][0]["rule"] = json!(text);
    evil["commit"] = json!(text);
    evil["tool"]["version"] = json!(text);
    results.write("evil.json", evil.to_string());
    let mut refused = results.json("none.json");
    refused["problems"][0]["message"] = json!(text.repeat(1000));
    results.write("refused.json", refused.to_string());
    for format in ["text", "markdown", "github", "json"] {
        let out = results.merge(&["evil.json", "clean.json", "refused.json", "--output", format]).out;
        assert!(!out.contains(['\u{1b}', '\u{202e}']) && !out.contains("##[error]"), "{format}: {out}");
        let commands = out.lines().filter(|line| line.trim_start().starts_with("::"));
        assert!(commands.clone().all(|line| line.starts_with("::error title=")), "{format}: {out}");
        assert!(format != "markdown" || !out.contains("<img"), "{out}");
        assert!(out.len() < 20_000, "{format}: {}", out.len());
    }
}

#[test]
fn the_order_of_the_arguments_is_of_no_account() {
    let results = Results::new();
    for format in ["text", "json", "markdown", "github"] {
        let run = |files: [&str; 3]| results.merge(&[&files[..], &["--output", format]].concat()).out;
        assert_eq!(
            run(["clean.json", "overdue.json", "none.json"]),
            run(["none.json", "clean.json", "overdue.json"]),
            "{format}"
        );
    }
}

#[test]
fn github_gets_annotations_and_the_table_in_the_summary_of_the_job() {
    let results = Results::new();
    let summary = results.path().join("summary.md");
    results.write("summary.md", "# Before\n");
    let args =
        ["merge", "clean.json", "overdue.json", "none.json", "--output", "github", "--output", "markdown=page.md"];
    let mut merge = command(results.path(), &args);
    merge.env("GITHUB_STEP_SUMMARY", &summary);
    let run = finish(merge);
    assert_eq!(run.code, 2);
    let annotated: Vec<_> = run.out.lines().filter(|line| line.starts_with("::error title=")).collect();
    assert!(
        annotated.len() == 2 && annotated[0].starts_with("::error title=none::could not be checked: "),
        "{annotated:?}"
    );
    let added = std::fs::read_to_string(summary).unwrap();
    assert!(added.starts_with("# Before\n# closeloop: 2 of 3 repositories were checked"), "{added}");
    assert!(added.contains("| overdue | failed | 1 |"), "{added}");
    let page = std::fs::read_to_string(results.path().join("page.md")).unwrap();
    assert!(added.ends_with(&page), "{page}");
    // Without the format nothing is written, as with `check`.
    let mut merge = command(results.path(), &["merge", "clean.json"]);
    merge.env("GITHUB_STEP_SUMMARY", results.path().join("other.md"));
    assert!(finish(merge).code == 0 && !results.path().join("other.md").exists());
}

#[test]
fn wrong_outputs_are_2() {
    let results = Results::new();
    for args in [&["--output", "html"][..], &["--output", "json", "--output", "text"], &["--output", "json=no/such/x"]]
    {
        assert_eq!(results.merge(&[&["clean.json"], args].concat()).code, 2, "{args:?}");
    }
}
