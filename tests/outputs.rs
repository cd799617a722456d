//! The outputs for build platforms, of the program as a process: what a platform reads is what was found.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use serde_json::Value;
use support::{CLEAN, OVERDUE, Repo};

const PATH: &str = "incidents/INC-2026-0002.md";

fn overdue() -> Repo {
    Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), (PATH, OVERDUE)])
}

/// Where the overdue date stands: line 12, column 10.
fn line() -> u64 {
    OVERDUE.lines().position(|line| line.contains("due: 2026-03-20")).unwrap() as u64 + 1
}

fn shown(repo: &Repo, format: &str) -> (i32, String) {
    let run = repo.check(&["--no-history", "--output", format]);
    (run.code, run.out)
}

fn json(repo: &Repo, format: &str) -> (i32, Value) {
    let (code, out) = shown(repo, format);
    (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{format}: {error}: {out}")))
}

#[test]
fn gitlab_gets_an_entry_a_finding_each_with_a_fingerprint_of_its_own() {
    let (code, report) = json(&overdue(), "gitlab");
    assert_eq!(code, 1);
    let entries = report.as_array().unwrap();
    let overdue = entries.iter().find(|entry| entry["check_name"] == "overdue-action").unwrap();
    assert_eq!(overdue["severity"], "major");
    assert_eq!(overdue["location"]["path"], PATH);
    assert_eq!(overdue["location"]["lines"]["begin"], line());
    assert!(overdue["description"].as_str().unwrap().starts_with("INC-2026-0002: A1 was due on 2026-03-20"));
    let mut prints: Vec<&str> = entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), entries.len());
}

#[test]
fn reviewdog_gets_the_line_and_the_level() {
    let (_, report) = json(&overdue(), "rdjson");
    let found = report["diagnostics"].as_array().unwrap();
    let overdue = found.iter().find(|one| one["code"]["value"] == "overdue-action").unwrap();
    assert_eq!(overdue["severity"], "ERROR");
    assert_eq!(overdue["location"]["path"], PATH);
    assert_eq!(overdue["location"]["range"]["start"]["line"], line());
}

#[test]
fn bitbucket_gets_a_failed_report_and_annotations_in_batches() {
    let many: Vec<(String, String)> = (2..152)
        .map(|n| {
            let id = format!("INC-2026-{n:04}");
            (format!("incidents/{id}.md"), OVERDUE.replace("INC-2026-0002", &id))
        })
        .collect();
    let files: Vec<(&str, &str)> = many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (code, payload) = json(&Repo::with(&files), "bitbucket");
    assert_eq!((code, payload["report"]["result"].as_str()), (1, Some("FAILED")));
    let batches: Vec<&Vec<Value>> =
        payload["annotations"].as_array().unwrap().iter().map(|batch| batch.as_array().unwrap()).collect();
    assert!(batches.len() > 1 && batches.iter().all(|batch| (1..=100).contains(&batch.len())));
    let all: Vec<&Value> = batches.into_iter().flatten().collect();
    assert!(all.len() <= 1000);
    let of_first = |one: &&&Value| one["path"] == PATH && one["summary"].as_str().unwrap().contains("[overdue-action]");
    let overdue = all.iter().find(of_first).unwrap();
    assert_eq!((overdue["line"].as_u64(), overdue["severity"].as_str()), (Some(line()), Some("HIGH")));
    let mut ids: Vec<&str> = all.iter().map(|one| one["external_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn azure_gets_a_command_a_finding() {
    let (code, log) = shown(&overdue(), "azure");
    assert_eq!(code, 1);
    let start = format!("##vso[task.logissue type=error;sourcepath={PATH};linenumber={};columnnumber=10;", line());
    assert!(log.lines().any(|one| one.starts_with(&start) && one.contains("code=overdue-action;]")), "{log}");
}

#[test]
fn junit_has_a_suite_for_the_rules_and_one_for_the_record() {
    let (code, xml) = shown(&overdue(), "junit");
    assert_eq!(code, 1);
    let suite = xml.split("<testsuite ").find(|part| part.starts_with("name=\"INC-2026-0002\"")).unwrap();
    let case = suite.split("<testcase ").find(|part| part.starts_with("name=\"overdue-action\"")).unwrap();
    assert!(case.contains(&format!(">{PATH}:{}:10: ", line())), "{case}");
    assert!(case.contains("<failure message=\"A1 was due on 2026-03-20"), "{case}");
    // What did not run is skipped, never passed.
    let rules = xml.split("<testsuite ").find(|part| part.starts_with("name=\"rules\"")).unwrap();
    let unproven = rules.split("<testcase ").find(|part| part.starts_with("name=\"late-record\"")).unwrap();
    assert!(unproven.contains("<skipped message="), "{unproven}");
    let idle = rules.split("<testcase ").find(|part| part.starts_with("name=\"lapsed-acceptance\"")).unwrap();
    assert!(idle.contains("<skipped message=\"there was nothing to look at\""), "{idle}");
}

#[test]
fn below_the_level_that_fails_junit_tells_and_fails_nothing() {
    let run = overdue().check(&["--no-history", "--output", "junit", "--rule", "overdue-action", "--fail-on", "error"]);
    assert_eq!(run.out.matches("<failure").count(), 1);
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", "[rules]\noverdue-action = \"warning\"\n")]);
    let run = repo.check(&["--no-history", "--output", "junit", "--rule", "overdue-action"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.out.matches("<failure").count(), 0, "{}", run.out);
    // Its place is told with its record, and counted with the rule.
    assert_eq!(run.out.matches(&format!("<system-out>{PATH}:{}:10: ", line())).count(), 1, "{}", run.out);
    assert_eq!(run.out.matches("<system-out>").count(), 2, "{}", run.out);
}

#[test]
fn sarif_has_the_place_the_fingerprint_and_the_rule() {
    let repo = overdue();
    let (code, log) = json(&repo, "sarif");
    assert_eq!(code, 1);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let overdue = results.iter().find(|one| one["ruleId"] == "overdue-action").unwrap();
    assert_eq!(overdue["level"], "error");
    let place = &overdue["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], PATH);
    let region = serde_json::json!({ "startLine": line(), "startColumn": 10, "endLine": line(), "endColumn": 20 });
    assert_eq!(place["region"], region);
    let index = usize::try_from(overdue["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "overdue-action");
    let (_, result) = json(&repo, "json");
    let finding = result["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "overdue-action").unwrap();
    assert_eq!(overdue["partialFingerprints"]["primaryLocationLineHash"], finding["fingerprint"]);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn what_fails_a_run_fails_in_junit_at_every_level() {
    let repo = Repo::with(&[(PATH, OVERDUE), ("closeloop.toml", "[rules]\noverdue-action = \"note\"\n")]);
    let run = repo.check(&["--output", "junit", "--rule", "overdue-action", "--fail-on", "note"]);
    assert_eq!((run.code, run.out.matches("<failure").count()), (1, 1), "{run:?}");
}

#[test]
fn a_rule_that_found_something_in_records_does_not_look_as_if_it_had_not() {
    let (_, xml) = shown(&overdue(), "junit");
    let rules = xml.split("<testsuite ").find(|part| part.starts_with("name=\"rules\"")).unwrap();
    let case = rules.split("<testcase ").find(|part| part.starts_with("name=\"overdue-action\"")).unwrap();
    assert!(case.contains("<system-out>found in 1 place</system-out>"), "{case}");
}

#[test]
fn what_could_not_be_checked_is_an_error_everywhere() {
    let repo = overdue();
    repo.write("closeloop.toml", "nonsense = 1\n");
    for format in ["bitbucket", "gitlab", "rdjson"] {
        let (code, report) = json(&repo, format);
        assert_eq!(code, 2, "{format}");
        assert!(report.to_string().contains("could-not-check"), "{format}: {report}");
    }
    let (code, log) = json(&repo, "sarif");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!((code, &invocation["executionSuccessful"]), (2, &Value::Bool(false)));
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1, "{log}");
    let (code, log) = shown(&repo, "azure");
    assert_eq!(code, 2);
    assert!(log.starts_with("##vso[task.logissue type=error;sourcepath=closeloop.toml;linenumber=1;"), "{log}");
    let (code, xml) = shown(&repo, "junit");
    assert_eq!((code, xml.matches("<error ").count()), (2, 1), "{xml}");
}

#[test]
fn markup_and_commands_in_a_record_stay_text() {
    let hostile = "x]]></failure>##vso[task.complete result=Succeeded;]%0A::error::<b>";
    let record = OVERDUE.replace("id: A1", &format!("id: '{hostile}'"));
    assert_ne!(record, OVERDUE);
    let repo = Repo::with(&[(PATH, record.as_str())]);
    let (_, log) = shown(&repo, "azure");
    assert!(log.lines().all(|line| line.starts_with("##vso[task.logissue type=") || line.starts_with("closeloop: ")));
    let (_, xml) = shown(&repo, "junit");
    assert!(!xml.contains("</failure>##vso"), "{xml}");
    for format in ["gitlab", "rdjson", "sarif"] {
        json(&repo, format);
    }
}

/// The summary of a job and the outputs of its step, as GitHub would take them up.
fn step(repo: &Repo, args: &[&str]) -> (i32, String, String) {
    let (summary, outputs) = (repo.at(".git/summary.md"), repo.at(".git/outputs"));
    for file in [&summary, &outputs] {
        let _ = std::fs::remove_file(file);
    }
    let mut command = repo.command(&[&["check", "--output", "github"], args].concat());
    command.env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &outputs);
    let run = support::finish(command);
    (run.code, repo.read(".git/summary.md"), repo.read(".git/outputs"))
}

#[test]
fn markdown_is_the_summary_that_github_gets() {
    let repo = overdue();
    let (code, page) = shown(&repo, "markdown");
    let (_, summary, _) = step(&repo, &["--as-of", support::AS_OF, "--no-history"]);
    assert_eq!((code, page.as_str()), (1, summary.as_str()));
    assert!(page.starts_with("# closeloop: ") && page.contains("| **error** | A1 was due on 2026-03-20"), "{page}");
    repo.write("closeloop.toml", "nonsense = 1\n");
    let (code, page) = shown(&repo, "markdown");
    assert_eq!(code, 2);
    assert!(page.starts_with("# closeloop: could not check\n"), "{page}");
}

#[test]
fn a_summary_shows_what_is_due_and_by_when() {
    let repo = overdue();
    let action = |id: &str, due: &str, status: &str| {
        format!("  - id: {id}\n    text: Do it.\n    owner: eva\n    due: {due}\n    status: {status}\n")
    };
    let more =
        [action("A2", "2026-04-10", "open"), action("A3", "2026-04-16", "open"), action("A4", "2026-05-30", "open")];
    let done = action("A5", "2026-04-11", "declined");
    let text = OVERDUE.strip_suffix("---\n").unwrap();
    repo.write(PATH, format!("{text}{}{done}---\n", more.concat()));
    let alone = ["--as-of", "2026-04-10", "--rule", "overdue-action"];
    let (_, summary, _) = step(&repo, &alone);
    let (_, picture) = summary.split_once("## What is due").unwrap();
    let rows: Vec<&str> = picture.split("\n\n").nth(2).unwrap().lines().skip(2).collect();
    assert_eq!(
        rows,
        [
            "| **now** | █ 1 |  | INC-2026-0002 |",
            "| 2026-04-16 | ██ 2 |  | INC-2026-0002 |",
            "| 2026-04-23 |  |  |  |",
            "| 2026-04-30 |  |  |  |",
            "| 2026-05-07 |  |  |  |",
            "| later | █ 1 |  | INC-2026-0002 |",
        ]
    );
    // What else comes due: the review of a closed incident that is some days old.
    let closed = OVERDUE.split("actions:").next().unwrap();
    repo.write(PATH, format!("{closed}---\n"));
    let (_, summary, _) = step(&repo, &["--as-of", "2026-03-12"]);
    let later = summary.lines().find(|line| line.starts_with("| later |")).unwrap();
    assert!(later.starts_with("| later |  | █") && later.ends_with("INC-2026-0002 |"), "{later}");
    // Nothing to do, no picture.
    let clean = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)]);
    assert!(!step(&clean, &alone).1.contains("What is due"));
}

#[test]
fn a_step_tells_later_ones_what_came_out() {
    let repo = overdue();
    let alone = ["--as-of", "2026-04-10", "--rule", "overdue-action"];
    let (code, _, outputs) = step(&repo, &alone);
    assert_eq!((code, outputs.as_str()), (1, "verdict=fail\nerrors=1\nwarnings=0\nnew=\n"));
    let (code, _, outputs) = step(&repo, &[&alone[..], &["--base", "HEAD"]].concat());
    assert_eq!((code, outputs.as_str()), (0, "verdict=pass\nerrors=1\nwarnings=0\nnew=0\n"));
    let (code, _, outputs) = step(&repo, &["--base", "nowhere"]);
    assert_eq!((code, outputs.as_str()), (2, "verdict=could-not-check\nerrors=\nwarnings=\nnew=\n"));
    // What cannot be told is no success.
    let mut command = repo.command(&[&["check", "--output", "github", "--base", "HEAD"], &alone[..]].concat());
    command.env("GITHUB_OUTPUT", repo.path());
    let run = support::finish(command);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("the outputs of the step (GITHUB_OUTPUT) could not be written"), "{run:?}");
}
