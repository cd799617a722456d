//! The comparison with a base: what is new fails, what was there is shown, and nobody loosens the rules for themselves.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use closeloop::git::{Event, OpenRequest, Selection, Snapshot, Watch};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{CLEAN, OVERDUE, Repo, Run, finish, result};

const OLD: &str = "incidents/INC-2026-0002.md";
const NEW: &str = "incidents/INC-2026-0003.md";
const RULE: [&str; 4] = ["--rule", "overdue-action", "--rule", "loosened-rules"];

/// A second record with an overdue action.
fn another() -> String {
    OVERDUE.replace("INC-2026-0002", "INC-2026-0003").replace("VPN account", "Mail account")
}

/// One overdue action on the main line.
fn overdue() -> Repo {
    Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), (OLD, OVERDUE)])
}

fn head(repo: &Repo) -> String {
    rev(repo, "HEAD")
}

fn rev(repo: &Repo, name: &str) -> String {
    repo.git(&["rev-parse", name]).trim().to_owned()
}

fn json(run: &Run) -> Value {
    result(&run.out)
}

fn findings(run: &Run) -> Vec<Value> {
    json(run)["findings"].as_array().unwrap().clone()
}

/// Rule, record, level and whether it is new, of everything above a note.
fn told(run: &Run) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let loud = findings(run).into_iter().filter(|f| f["level"] != "note");
    loud.map(|f| (text(&f["rule"]), text(&f["record"]), f["new"].as_bool().unwrap())).collect()
}

fn row(rule: &str, record: &str, new: bool) -> (String, String, bool) {
    (rule.to_owned(), record.to_owned(), new)
}

/// `closeloop check` in the environment of a build.
fn build(repo: &Repo, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let all = [&["check", "--as-of", support::AS_OF, "--output", "json"], &RULE[..], args].concat();
    let mut command = repo.command(&all);
    command.envs(variables.iter().copied());
    finish(command)
}

#[test]
fn what_stood_in_the_base_fails_nobody_and_what_is_new_does() {
    let repo = overdue();
    let existing = repo.check(&[&RULE[..], &["--base", "HEAD"]].concat());
    assert_eq!(existing.code, 0, "{existing:?}");
    assert!(existing.out.contains("0 new against HEAD ("), "{}", existing.out);
    assert!(existing.out.contains("; 1 existing, as of 2026-04-10.\nExit code 0: checked, and nothing new at"));
    assert!(existing.out.contains("Existing in the base, which fail no run\n  error   INC-2026-0002: A1 was due"));
    assert!(!existing.out.contains("error[overdue-action]"), "{}", existing.out);

    repo.write(NEW, another());
    let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        told(&run),
        [row("overdue-action", "INC-2026-0002", false), row("overdue-action", "INC-2026-0003", true)]
    );
    assert_eq!(json(&run)["base"], head(&repo).as_str());
    let text = repo.check(&[&RULE[..], &["--base", "HEAD"]].concat());
    assert!(text.out.contains("1 new against HEAD ("), "{}", text.out);
    assert!(text.out.contains("): 1 error in 1 of 3 records; 1 existing, as of"), "{}", text.out);
    assert!(text.out.starts_with("error[overdue-action]") && text.out.contains("there are new findings at"));
    let zero = repo.check(&[&RULE[..], &["--base", "HEAD", "--exit-zero"]].concat());
    assert_eq!(zero.code, 0);
}

#[test]
fn without_a_base_nothing_is_new_and_everything_fails() {
    let run = overdue().check(&["--rule", "overdue-action", "--output", "json"]);
    assert_eq!(run.code, 1);
    assert!(findings(&run).iter().all(|finding| finding["new"].is_null()) && json(&run)["base"].is_null());
}

#[test]
fn moved_lines_are_not_new_and_an_explanation_taken_away_is() {
    let repo = overdue();
    repo.write(OLD, OVERDUE.replace("severity: high\n", "severity: high\norigin: external\n"));
    assert_eq!(repo.check(&[&RULE[..], &["--base", "HEAD"]].concat()).code, 0);
    let late = CLEAN.replace("severity: low", "severity: medium").replace("detected: 2026-03-02\nclosed: 2026-03-03", "detected: 2026-03-02\nclosed: 2026-03-03\n\
        reviews:\n  - kind: reflective\n    date: 2026-04-09\n    late: { why: The lead was ill for four weeks., by: eva }");
    repo.write("incidents/INC-2026-0001.md", &late);
    repo.commit("2026-04-08");
    let rule = ["--rule", "late-review", "--fail-on", "warning", "--base", "HEAD", "--output", "json"];
    let explained = repo.check(&rule);
    assert_eq!((explained.code, findings(&explained).len()), (0, 1), "{explained:?}");
    let unexplained = late.lines().filter(|line| !line.contains("late: {")).collect::<Vec<_>>().join("\n");
    repo.write("incidents/INC-2026-0001.md", unexplained);
    let run = repo.check(&rule);
    assert_eq!((run.code, told(&run)), (1, vec![row("late-review", "INC-2026-0001", true)]));
}

#[test]
fn annotations_are_for_what_is_new_and_the_summary_has_the_rest() {
    let repo = overdue();
    repo.write(NEW, another());
    let mut command = repo
        .command(&[&["check", "--as-of", support::AS_OF, "--output", "github", "--base", "HEAD"], &RULE[..]].concat());
    command.env("GITHUB_STEP_SUMMARY", repo.at(".git/summary.md"));
    let run = finish(command);
    assert!(run.out.contains("title=INC-2026-0003%3A overdue-action") && !run.out.contains("INC-2026-0002"), "{run:?}");
    let summary = repo.read(".git/summary.md");
    let (new, existing) = summary.split_once("## Existing in the base").unwrap();
    assert!(new.contains("## INC-2026-0003") && existing.contains("| error | INC-2026-0002 |"), "{summary}");
}

#[test]
fn an_unknown_base_is_2_and_says_how_to_fetch_it() {
    let repo = overdue();
    for base in ["origin/main", "1234567890123456789012345678901234567890", "--base=x"] {
        let run = repo.check(&["--base", base, "--output", "json", "--exit-zero"]);
        assert_eq!(run.code, 2, "{run:?}");
        if base != "--base=x" {
            assert!(json(&run)["problems"][0]["help"].as_str().unwrap().contains("fetch-depth: 0"), "{run:?}");
        }
    }
    let nowhere = build(&repo, &[], &["--base", "auto"]);
    assert_eq!(nowhere.code, 2);
    assert!(json(&nowhere)["problems"][0]["help"].as_str().unwrap().contains("--base origin/main"));
}

#[test]
fn the_first_commit_has_no_base_yet() {
    let repo = Repo::empty();
    repo.write(OLD, OVERDUE);
    repo.git(&["add", "--all"]);
    let run = repo.check(&[&RULE[..], &["--staged", "--base", "HEAD", "--no-history"]].concat());
    assert_eq!(run.code, 1, "{run:?}");
}

// Loosening

/// A loosened configuration hides the overdue action of the record in the base.
fn loosened(before: &str, after: &str) -> Repo {
    let repo = overdue();
    repo.write("closeloop.toml", before);
    repo.commit("2026-04-02");
    repo.write("closeloop.toml", after);
    repo
}

#[test]
fn who_switches_a_rule_off_hears_of_what_that_hides() {
    let repo =
        loosened("[thresholds]\nhorizon = 365\n", "[thresholds]\nhorizon = 365\n[rules]\noverdue-action = 'off'\n");
    let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!((run.code, told(&run)), (1, vec![row("loosened-rules", "INC-2026-0002", true)]), "{run:?}");
    let finding = &findings(&run)[0];
    assert_eq!(finding["message"], "`rules.overdue-action` hides overdue-action of INC-2026-0002");
    assert_eq!((&finding["path"], &finding["start"]["line"]), (&json!("closeloop.toml"), &json!(4)));
    assert_eq!(finding["related"][0]["path"], OLD);
    assert_eq!(finding["related"][0]["start"]["line"], 12);
    let rules = json(&run)["rules"].as_array().unwrap().clone();
    let rule = rules.iter().find(|rule| rule["id"] == "loosened-rules").unwrap();
    assert_eq!((&rule["state"], &rule["failed"]), (&json!("failed"), &json!(1)));
    let alone = repo.check(&["--rule", "loosened-rules", "--base", "HEAD", "--output", "json"]);
    assert!(told(&alone).contains(&row("loosened-rules", "INC-2026-0002", true)), "{alone:?}");
    assert!(findings(&alone).iter().all(|finding| finding["field"] == "rules.overdue-action"), "{alone:?}");
    // Once it is the base's rule, it counts.
    repo.commit("2026-04-03");
    assert_eq!(repo.check(&[&RULE[..], &["--base", "HEAD"]].concat()).code, 0);
}

#[test]
fn thresholds_severities_excludes_profiles_and_lost_files_are_loosenings_too() {
    let cases = [
        ("", "[thresholds]\noverdue_error_after_significant = 60\n", "thresholds.overdue_error_after_significant"),
        ("", "[severity]\nminor = ['high']\n", "severity.minor"),
        (
            "[incidents]\npaths = ['incidents/**']\n",
            "[incidents]\npaths = ['incidents/*-0001.md']\n",
            "incidents.paths",
        ),
        ("", "[incidents]\nexclude = ['**/*-0002.md']\n", "incidents.exclude"),
        ("[rules]\noverdue-action = 'error'\n", "", "rules.overdue-action"),
    ];
    for (before, after, key) in cases {
        let repo = loosened(before, after);
        let minor = OVERDUE.replace("due: 2026-03-20", "due: 2026-03-25");
        repo.write(OLD, if key.starts_with("severity") { &minor } else { OVERDUE });
        let due_soon = key == "rules.overdue-action";
        if due_soon {
            // An error only by the level that the base gave it.
            repo.write(OLD, OVERDUE.replace("due: 2026-03-20", "due: 2026-04-08"));
        }
        let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
        let said: Vec<Value> = findings(&run).into_iter().filter(|f| f["rule"] == "loosened-rules").collect();
        assert_eq!((run.code, said.len()), (1, 1), "{key}: {run:?}");
        assert_eq!((&said[0]["field"], &said[0]["record"]), (&json!(key), &json!("INC-2026-0002")));
    }
}

#[test]
fn an_own_rule_taken_away_and_a_name_lent_are_loosenings() {
    let own = "[[rule]]\nid = 'untold-regulator'\nmessage = 'The regulator is told'\nlevel = 'error'\n\
               require = { field = 'links.risks' }\n";
    let repo = loosened(own, "");
    // The duty is due by then.
    let due = ["check", "--as-of", "2026-06-30", "--rule", "loosened-rules", "--base", "HEAD", "--output", "json"];
    let run = repo.run(&due);
    assert_eq!((run.code, &findings(&run)[0]["field"]), (1, &json!("rule.untold-regulator")), "{run:?}");

    let repo = overdue();
    repo.write("people/people.csv", "id,name,email\neva,Eva Winter,eva@example.org\n");
    repo.write(OLD, OVERDUE.replace("owner: eva", "owner: mallory"));
    repo.commit("2026-04-02");
    repo.write(".mailmap", "Eva Winter <eva@example.org> mallory <mallory@example.org>\n");
    let rules = ["--rule", "unknown-person", "--rule", "loosened-rules", "--fail-on", "warning"];
    let run = repo.check(&[&rules[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!((run.code, &findings(&run)[0]["path"]), (1, &json!(".mailmap")), "{run:?}");
}

#[test]
fn the_whole_configuration_taken_away_is_a_loosening() {
    let repo = loosened("[thresholds]\noverdue_error_after_significant = 1\n", "");
    std::fs::remove_file(repo.at("closeloop.toml")).unwrap();
    repo.write(OLD, OVERDUE.replace("due: 2026-03-20", "due: 2026-04-08"));
    let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!((run.code, findings(&run)[1]["path"].as_str()), (1, Some("incidents/INC-2026-0002.md")), "{run:?}");
    assert_eq!(findings(&run)[0]["path"], "closeloop.toml");
    assert!(findings(&run)[0]["start"].is_null());
}

#[test]
fn files_may_move_and_rules_may_tighten() {
    let repo = loosened("", "[incidents]\npaths = ['security/**']\n[thresholds]\noverdue_error_after = 1\n");
    repo.git(&["mv", "incidents", "security"]);
    let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!((run.code, told(&run)), (0, vec![row("overdue-action", "INC-2026-0002", false)]), "{run:?}");
}

const APPROVED: &str = "[rules]\noverdue-action = 'off'\n[[approved_change]]\nkey = 'rules.overdue-action'\nfrom = 'error'\n\
                        to = 'off'\nwhy = 'The register of actions moved to the ticket system.'\nby = 'BY'\non = 2026-04-03\n";

#[test]
fn somebody_else_may_approve_a_loosening() {
    for (by, code, level) in [("Eva Winter", 0, "note"), ("Ana", 1, "error"), ("ana@example.org", 1, "error")] {
        let repo = loosened("[rules]\noverdue-action = 'error'\n", &APPROVED.replace("BY", by));
        repo.commit("2026-04-03");
        let run = repo.check(&[&RULE[..], &["--base", "HEAD^", "--output", "json"]].concat());
        assert_eq!((run.code, findings(&run)[0]["level"].as_str()), (code, Some(level)), "{by}: {run:?}");
        assert_eq!(findings(&run)[0]["rule"], "loosened-rules");
    }
    for by in ["tbd", "nobody", "IT", "the team", "-", "Ana and Mira", "Ana (CISO)", "<your name>"] {
        let repo = loosened("[rules]\noverdue-action = 'error'\n", &APPROVED.replace("BY", by));
        repo.commit("2026-04-03");
        let run = repo.check(&[&RULE[..], &["--base", "HEAD^", "--output", "json"]].concat());
        assert_eq!((run.code, findings(&run)[0]["level"].as_str()), (1, Some("error")), "{by}: {run:?}");
    }
    let other = APPROVED.replace("BY", "Eva Winter").replace("to = 'off'", "to = 'note'");
    let repo = loosened("[rules]\noverdue-action = 'error'\n", &other);
    repo.commit("2026-04-03");
    assert_eq!(repo.check(&[&RULE[..], &["--base", "HEAD^"]].concat()).code, 1, "another value was approved");
}

#[test]
fn what_landed_is_approved_by_somebody_too() {
    for (by, why, count) in [
        ("Eva Winter", "The actions moved.", 0),
        ("tbd", "The actions moved.", 1),
        ("the team", "The actions moved.", 1),
        ("Eva Winter", "tbd", 1),
    ] {
        let approved = APPROVED.replace("The register of actions moved to the ticket system.", why).replace("BY", by);
        let repo = loosened("[rules]\noverdue-action = 'error'\n", &approved);
        repo.commit("2026-04-03");
        let run = repo.check(&["--rule", "loosened-rules", "--output", "json"]);
        assert_eq!(findings(&run).len(), count, "{by}, {why}: {run:?}");
    }
}

#[test]
fn a_secret_that_a_loosening_hides_is_shown_by_nobody() {
    let repo = loosened("", "[rules]\nsensitive-text = 'off'\n");
    // In two parts, so that no scanner takes this test for a leak.
    let key = ["AKIA", "QX7PLM2ZDT5RWB9N"].concat();
    repo.write(OLD, format!("{OVERDUE}\nThe key was {key}.\n"));
    let args = ["--rule", "sensitive-text", "--rule", "loosened-rules", "--base", "HEAD"];
    let run = repo.check(&args);
    assert!(run.code == 1 && run.out.contains("hides sensitive-text") && !run.out.contains(&key), "{}", run.out);
}

#[test]
fn a_broken_base_hides_nothing() {
    let repo = loosened("[rulez]\n", "");
    let run = repo.check(&[&RULE[..], &["--base", "HEAD", "--output", "json"]].concat());
    assert_eq!((run.code, told(&run)), (1, vec![row("overdue-action", "INC-2026-0002", true)]));
    assert!(json(&run)["notes"][0].as_str().unwrap().contains("configuration of the base"), "{run:?}");
}

// The hook

const HOOK: [&str; 6] = ["--staged", "--base", "HEAD", "--no-history", "--output", "json"];

#[test]
fn the_hook_sees_an_id_that_is_replaced() {
    let repo = overdue();
    repo.write(OLD, OVERDUE.replace("INC-2026-0002", "INC-2026-0009"));
    repo.git(&["mv", OLD, "incidents/first.md"]);
    repo.commit("2026-04-02");
    repo.write("incidents/first.md", OVERDUE.replace("INC-2026-0002", "INC-2026-0010"));
    repo.git(&["add", "--all"]);
    let run = repo.check(&[&["--rule", "unstable-id"], &HOOK[..]].concat());
    assert_eq!((run.code, told(&run)), (1, vec![row("unstable-id", "INC-2026-0010", true)]), "{run:?}");
    assert_eq!(findings(&run)[0]["message"], "The id was INC-2026-0009 and is INC-2026-0010 now");
}

#[test]
fn the_hook_sees_a_record_that_is_deleted() {
    if closeloop::rules::find("vanished-record").is_none() {
        return; // Rules arrive one by one.
    }
    let rule = ["--rule", "vanished-record"];
    let repo = overdue();
    repo.git(&["rm", "--quiet", OLD]);
    let run = repo.check(&[&rule, &HOOK[..]].concat());
    assert_eq!((run.code, told(&run)), (1, vec![row("vanished-record", "INC-2026-0002", true)]), "{run:?}");
    assert_eq!((findings(&run)[0]["path"].as_str(), &findings(&run)[0]["start"]), (Some(OLD), &Value::Null));
    // Moved, retired or in need of repair: it is still there.
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["mv", OLD, "incidents/moved.md"]);
    assert_eq!(repo.check(&[&rule, &HOOK[..]].concat()).code, 0);
    let tombstone = "---\nid: INC-2026-0002\ntitle: VPN account takeover\nstatus: retired\nretired:\n  why: It was a drill.\n  by: eva\n---\n";
    for text in [tombstone, "---\nid: [INC-2026-0002\n---\n"] {
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.write(OLD, text);
        repo.git(&["add", "--all"]);
        let run = repo.check(&[&rule, &HOOK[..]].concat());
        assert_eq!(run.code, 0, "{text}: {run:?}");
    }
}

// Pull requests

/// A pull request as GitHub tests it: `main` went on, the branch has commits and an update from main, and HEAD is the
/// merge of both.
fn requested() -> Repo {
    let repo = overdue();
    repo.write("policies/vpn.md", "Old.\n");
    repo.write("policies/mail.md", "Old.\n");
    repo.write("policies/gone.md", "Old.\n");
    repo.commit("2026-04-02");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("policies/vpn.md", "New.\n");
    repo.write("policies/mail.md", "Old.\n\nTopic.\n");
    repo.write("policies/passing.md", "Passing.\n");
    repo.commit("2026-03-05");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("policies/mail.md", "Main.\n\nOld.\n");
    repo.commit("2026-04-03");
    repo.git(&["checkout", "--quiet", "topic"]);
    merge(&repo, "main");
    repo.git(&["rm", "--quiet", "policies/gone.md", "policies/passing.md"]);
    repo.write(NEW, another());
    repo.commit("2026-03-06");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("policies/other.md", "Main.\n");
    repo.commit("2026-04-04");
    repo.git(&["checkout", "--quiet", "--detach", "main"]);
    merge(&repo, "topic");
    repo
}

/// A merge; where both sides changed a file, both versions stand in it.
fn merge(repo: &Repo, branch: &str) {
    repo.write(".git/info/attributes", "* merge=union\n");
    repo.git(&[
        "-c",
        "user.name=Forge",
        "-c",
        "user.email=forge@example.org",
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "Merge",
        branch,
    ]);
}

/// What stands at each path after all events.
fn ends(events: &[Event]) -> BTreeMap<String, String> {
    let mut tree = BTreeMap::new();
    for event in events {
        let path = String::from_utf8(event.path.to_vec()).unwrap();
        assert_eq!(tree.get(&path), event.before.map(|file| file.id.to_string()).as_ref(), "{path}");
        match event.after {
            Some(file) => tree.insert(path, file.id.to_string()),
            None => tree.remove(&path),
        };
    }
    tree
}

fn tree(repo: &Repo, commit: &str) -> BTreeMap<String, String> {
    let listed = repo.git(&["ls-tree", "-r", commit]);
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t').unwrap();
        (path.to_owned(), about.split(' ').nth(2).unwrap().to_owned())
    };
    listed.lines().map(entry).collect()
}

#[test]
fn the_line_of_a_pull_request_is_what_landed_and_then_its_commits() {
    let repo = requested();
    let ids = |range: &str| -> Vec<String> {
        repo.git(&["rev-list", "--first-parent", "--reverse", range]).lines().map(ToOwned::to_owned).collect()
    };
    let request = OpenRequest { base: rev(&repo, "HEAD^1"), head: rev(&repo, "HEAD^2"), tested: head(&repo) };
    let snapshot = Snapshot::open(repo.path(), &Selection::Worktree).unwrap().with_request(request);
    let line = snapshot.line().unwrap();
    let expected = [ids("main"), ids("topic").split_off(2)].concat();
    assert_eq!(line.commits.iter().map(|commit| commit.id.to_string()).collect::<Vec<_>>(), expected);
    assert_eq!(line.unlanded(), 4);
    let events = snapshot.past().unwrap().walk(&line, &Watch::everything()).unwrap();
    assert_eq!(ends(&events), tree(&repo, "HEAD"));
    let at = |path: &str| -> Vec<u32> {
        events.iter().filter(|event| *event.path == *path.as_bytes()).map(|event| event.position).collect()
    };
    assert_eq!(at("policies/vpn.md"), [1, 4], "by its own commit");
    assert_eq!(at("policies/mail.md"), [1, 2, 5], "main changed it too: as it is merged, at the last commit that did");
    assert_eq!(at("policies/passing.md"), [4, 6], "came and went");
    assert_eq!((at("policies/gone.md"), at("policies/other.md"), at(NEW)), (vec![1, 6], vec![3], vec![6]));
}

/// The number of commits that were compared: five for the merge as it stands, seven for the line of a pull request.
fn depth(run: &Run) -> u64 {
    json(run)["history"]["depth"].as_u64().unwrap()
}

#[test]
fn a_merge_made_to_test_a_pull_request_is_recognised() {
    let repo = requested();
    let check = |variables: &[(&str, &str)], args: &[&str]| {
        build(&repo, variables, &[&["--rule", "unproven-change"], args].concat())
    };
    assert_eq!(depth(&check(&[], &[])), 5, "nobody says that it is one");
    assert_eq!(depth(&check(&[("GITHUB_REF", "refs/pull/7/merge")], &[])), 7);
    assert_eq!(depth(&check(&[("GITHUB_REF", "refs/pull/7/head")], &[])), 5);
    assert_eq!(depth(&check(&[("GITHUB_REF", "refs/pull/7/merge"), ("GITHUB_SHA", "0123")], &[])), 5, "another commit");
    let based = check(&[], &["--base", "main"]);
    assert_eq!((depth(&based), told(&based).len(), based.code), (7, 2, 1), "{based:?}");
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    assert_eq!(depth(&check(&[], &["--base", "HEAD^"])), 5, "it landed on a branch");
}

/// The base that a build leads to, and the exit code.
fn auto(repo: &Repo, variables: &[(&str, &str)]) -> (i32, Option<String>) {
    let run = build(repo, variables, &["--base", "auto"]);
    (run.code, json(&run)["base"].as_str().map(ToOwned::to_owned))
}

fn event(repo: &Repo, event: Value) -> String {
    repo.write(".git/event.json", event.to_string());
    repo.at(".git/event.json").to_str().unwrap().to_owned()
}

const ZEROS: &str = "0000000000000000000000000000000000000000";

#[test]
fn a_pull_request_is_compared_with_its_target_on_every_platform() {
    let repo = requested();
    let (main, merged) = (rev(&repo, "main"), head(&repo));
    let new = (1, Some(main.clone()));
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_REF", "refs/pull/7/merge"),
        ("GITHUB_SHA", &merged),
    ];
    assert_eq!(auto(&repo, &github), new);
    let azure = [
        ("TF_BUILD", "True"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
    ];
    assert_eq!(auto(&repo, &azure), new);
    let gitlab =
        [("GITLAB_CI", "true"), ("CI_PIPELINE_SOURCE", "merge_request_event"), ("CI_COMMIT_BEFORE_SHA", ZEROS)];
    let result = [&gitlab[..], &[("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &main)]].concat();
    assert_eq!(auto(&repo, &result), new);

    // GitLab and Bitbucket build the branch itself: it is compared with where it left the target.
    repo.git(&["checkout", "--quiet", "--detach", "topic"]);
    let fork = rev(&repo, "main~1");
    assert_eq!(
        auto(&repo, &[&gitlab[..], &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &fork)]].concat()),
        (1, Some(fork.clone()))
    );
    assert_eq!(
        auto(&repo, &[&gitlab[..], &[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")]].concat()),
        (1, Some(fork.clone()))
    );
    let bitbucket =
        [("BITBUCKET_BUILD_NUMBER", "3"), ("BITBUCKET_PR_ID", "7"), ("BITBUCKET_PR_DESTINATION_COMMIT", &main[..12])];
    assert_eq!(auto(&repo, &bitbucket), (1, Some(fork)));

    let lacking = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "release")];
    assert_eq!(auto(&repo, &lacking).0, 2);
}

#[test]
fn a_push_is_compared_with_what_was_there() {
    let repo = overdue();
    let first = head(&repo);
    repo.write(NEW, another());
    repo.commit("2026-04-02");
    let push = |before: &str, branch: &str| {
        let event = event(&repo, json!({ "before": before, "repository": { "default_branch": "main" } }));
        let name = format!("refs/heads/{branch}");
        let variables = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", name.as_str()),
            ("GITHUB_EVENT_PATH", event.as_str()),
        ];
        auto(&repo, &variables)
    };
    assert_eq!(push(&first, "main"), (1, Some(first.clone())));
    assert_eq!(push(ZEROS, "main"), (1, None), "the first push of the default branch");
    let lost = "1234567890123456789012345678901234567890";
    assert_eq!(push(lost, "main"), (2, None), "what was replaced is not in this clone");
    // A branch of its own, first pushed, then replaced.
    repo.git(&["branch", "--quiet", "--force", "topic"]);
    repo.git(&["reset", "--quiet", "--hard", "HEAD^"]);
    repo.git(&["checkout", "--quiet", "--detach", "topic"]);
    assert_eq!(push(ZEROS, "topic"), (1, Some(first.clone())));
    assert_eq!(push(lost, "topic"), (1, Some(first.clone())));
    let old = head(&repo);
    repo.git(&["checkout", "--quiet", "--detach", "main"]);
    repo.write(NEW, another().replace("Mail", "Chat"));
    repo.commit("2026-04-03");
    assert_eq!(push(&old, "topic"), (1, Some(first.clone())), "after a force push the merge base serves");

    let gitlab = |source: &str, before: &str| {
        let variables = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", source),
            ("CI_COMMIT_BEFORE_SHA", before),
            ("CI_COMMIT_BRANCH", "topic"),
            ("CI_DEFAULT_BRANCH", "main"),
        ];
        auto(&repo, &variables)
    };
    assert_eq!(gitlab("push", &first), (1, Some(first.clone())));
    assert_eq!(gitlab("push", ZEROS), (1, Some(first.clone())));
    assert_eq!(gitlab("schedule", &first), (1, None));
}

/// pre-commit and prek name what the remote has, and what is pushed, which need not be checked out.
#[test]
fn a_hook_judges_what_is_pushed_against_what_the_remote_has() {
    let repo = overdue();
    let remote = head(&repo);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write(NEW, another());
    repo.commit("2026-04-02");
    let topic = head(&repo);
    repo.git(&["checkout", "--quiet", "main"]);
    let pushed = |variables: &[(&str, &str)]| {
        let all = [&[("PRE_COMMIT", "1"), ("PRE_COMMIT_REMOTE_NAME", "origin")], variables].concat();
        let run = build(&repo, &all, &["--at", "auto", "--base", "auto"]);
        let text = |key: &str| json(&run)[key].as_str().map(ToOwned::to_owned);
        (run.code, text("commit"), text("base"))
    };
    let moved = |from: &str, to: &str| pushed(&[("PRE_COMMIT_FROM_REF", from), ("PRE_COMMIT_TO_REF", to)]);
    assert_eq!(moved(&remote, &topic), (1, Some(topic.clone()), Some(remote.clone())));
    assert_eq!(moved(&remote, "main"), (0, Some(remote.clone()), Some(remote.clone())));
    // After a rebase, what was pushed before is on no branch.
    assert_eq!(moved(&topic, "main"), (0, Some(remote.clone()), Some(remote.clone())));
    // The first push of all: pre-commit names the branch, and prek its commit.
    assert_eq!(pushed(&[("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/topic")]), (1, Some(topic.clone()), None));
    assert_eq!(pushed(&[("PRE_COMMIT_TO_REF", &topic)]), (1, Some(topic), None));
    // What is checked out counts where nothing is pushed, and what is only on disk does not.
    repo.write(NEW, another());
    assert_eq!(pushed(&[]), (1, Some(remote), None));
    let run = build(&repo, &[], &["--at", "auto", "--base", "auto"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn a_scheduled_run_has_no_base_and_a_merge_group_names_its_own() {
    let repo = overdue();
    for event in ["schedule", "workflow_dispatch"] {
        let run = build(&repo, &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", event)], &["--base", "auto"]);
        assert_eq!((run.code, &json(&run)["base"]), (1, &Value::Null));
        assert!(json(&run)["notes"][0].as_str().unwrap().starts_with("compared with no base, as this "), "{run:?}");
    }
    let azure = [("TF_BUILD", "True"), ("BUILD_REASON", "Schedule")];
    assert_eq!(auto(&repo, &azure), (1, None));
    let event = event(&repo, json!({ "merge_group": { "base_sha": head(&repo) } }));
    let group =
        [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "merge_group"), ("GITHUB_EVENT_PATH", event.as_str())];
    assert_eq!(auto(&repo, &group), (0, Some(head(&repo))));
}

#[test]
fn the_result_is_the_same_every_time() {
    let repo = requested();
    repo.write("closeloop.toml", "[rules]\noverdue-action = 'off'\n");
    let run = |threads: &str| {
        let mut command = repo.command(&["check", "--as-of", support::AS_OF, "--output", "json", "--base", "main"]);
        command.env("RAYON_NUM_THREADS", threads);
        finish(command).out
    };
    let first = run("1");
    assert!(first.contains("loosened-rules"));
    for threads in ["1", "2", "8"] {
        assert_eq!(run(threads), first);
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    /// A tree of a few files and folders, each with one of a few texts.
    fn tree(&mut self) -> String {
        let mut tree = "deleteall\n".to_owned();
        for path in ["a", "b", "c/d", "c/e", "f/g/h", "i"] {
            match self.below(4) {
                0 => {}
                // A folder where a file was.
                1 if path == "i" => tree.push_str("M 100644 inline i/j\ndata 1\nx\n"),
                text => tree.push_str(&format!("M 100644 inline {path}\ndata 1\n{text}\n")),
            }
        }
        tree
    }
}

/// A stream for `git fast-import`: a main line, a branch that takes over commits of it now and then, and the merge of
/// both, every tree at random.
fn stream(dice: &mut Dice) -> String {
    let mut stream = String::new();
    let (mut count, mut main, mut topic) = (0, Vec::new(), Vec::new());
    let mut commit = |dice: &mut Dice, parents: &[u64]| -> u64 {
        count += 1;
        stream.push_str(&format!("commit refs/heads/c{count}\nmark :{count}\ncommitter A <a> 1000 +0000\ndata 1\nm\n"));
        for (at, parent) in parents.iter().enumerate() {
            stream.push_str(&format!("{} :{parent}\n", if at == 0 { "from" } else { "merge" }));
        }
        stream.push_str(&dice.tree());
        count
    };
    main.push(commit(dice, &[]));
    for _ in 0..4 + dice.below(12) {
        let (last, own) = (*main.last().unwrap(), topic.last().copied());
        match (dice.below(3), own) {
            (0, _) => main.push(commit(dice, &[last])),
            (1, Some(own)) if own != last => topic.push(commit(dice, &[own, last])),
            (_, own) => topic.push(commit(dice, &[own.unwrap_or(last)])),
        }
    }
    let (onto, head) = (*main.last().unwrap(), topic.last().copied().unwrap_or(main[0]));
    let merged = commit(dice, &[onto, head]);
    for (name, mark) in [("onto", onto), ("topic", head), ("merged", merged)] {
        stream.push_str(&format!("reset refs/heads/{name}\nfrom :{mark}\n\n"));
    }
    stream
}

#[test]
fn every_path_ends_as_the_merge_has_it_whatever_the_branches_did() {
    for seed in 0..25 {
        let repo = Repo::empty();
        repo.write(".git/stream", stream(&mut Dice(seed)));
        repo.git(&["-c", "alias.load=!git fast-import --quiet < .git/stream", "load"]);
        repo.git(&["symbolic-ref", "HEAD", "refs/heads/merged"]);
        let request = OpenRequest { base: rev(&repo, "onto"), head: rev(&repo, "topic"), tested: rev(&repo, "merged") };
        let snapshot = Snapshot::open(repo.path(), &Selection::Revision("merged".to_owned())).unwrap();
        let snapshot = snapshot.with_request(request);
        let line = snapshot.line().unwrap();
        let events = snapshot.past().unwrap().walk(&line, &Watch::everything()).unwrap();
        assert!(events.windows(2).all(|pair| (pair[0].position, &pair[0].path) < (pair[1].position, &pair[1].path)));
        assert_eq!(ends(&events), tree(&repo, "merged"), "seed {seed}");
    }
}
