//! Waivers: who answers for a finding is shown with it, and a waiver that does not hold covers nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{CLEAN, OVERDUE, Repo, Run, conforms, finish, result, schema};

const FILE: &str = "closeloop-waivers.toml";
const RECORD: &str = "incidents/INC-2026-0002.md";
/// The rules that these tests are about.
const RULES: [&str; 6] = ["--rule", "overdue-action", "--rule", "invalid-waiver", "--rule", "loosened-rules"];

const WAIVER: &str = "[[waiver]]\nrule = \"overdue-action\"\nrecord = \"INC-2026-0002\"\nfield = \"actions.A1\"\n\
                      reason = \"The tokens come in May.\"\napprover = \"coo\"\ncreated = 2026-03-18\nexpires = 2026-05-31\n";

/// One overdue action, and what else the tree holds.
fn repo(more: &[(&str, &str)]) -> Repo {
    let files = [("incidents/INC-2026-0001.md", CLEAN), (RECORD, OVERDUE)];
    Repo::with(&[&files[..], more].concat())
}

fn check(repo: &Repo, args: &[&str]) -> Run {
    repo.check(&[&RULES[..], args].concat())
}

fn json(run: &Run) -> Value {
    result(&run.out)
}

fn findings(run: &Run) -> Vec<Value> {
    json(run)["findings"].as_array().unwrap().clone()
}

/// Rule and level of every finding that nothing covers.
fn open(run: &Run) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let open = findings(run).into_iter().filter(|finding| finding["waived"].is_null());
    let mut open: Vec<_> = open.map(|finding| (text(&finding["rule"]), text(&finding["level"]))).collect();
    open.sort();
    open
}

fn row(rule: &str, level: &str) -> (String, String) {
    (rule.to_owned(), level.to_owned())
}

#[test]
fn a_waived_finding_is_shown_with_who_answers_for_it_and_fails_nothing() {
    let repo = repo(&[(FILE, WAIVER)]);
    let text = check(&repo, &[]);
    assert_eq!(text.code, 0, "{text:?}");
    let told = "A1 was due on 2026-03-20 and is still open, 21 days later";
    assert!(text.out.contains("Waived, which fail no run") && text.out.contains(told), "{}", text.out);
    assert!(text.out.contains("waived until 2026-05-31 by coo: The tokens come in May."), "{}", text.out);
    assert!(!text.out.contains("error[overdue-action]"), "{}", text.out);
    let run = check(&repo, &["--output", "json"]);
    assert_eq!((run.code, open(&run)), (0, vec![]), "{run:?}");
    let waived = json!({ "reason": "The tokens come in May.", "approver": "coo", "expires": "2026-05-31" });
    assert_eq!(findings(&run)[0]["waived"], waived);
    let rules = json(&run)["rules"].as_array().unwrap().clone();
    let rule = rules.iter().find(|rule| rule["id"] == "overdue-action").unwrap();
    assert_eq!((&rule["state"], &rule["waived"], &rule["failed"]), (&json!("waived"), &json!(1), &json!(0)));
}

#[test]
fn a_waiver_is_shown_where_the_baseline_holds_the_finding_too() {
    let repo = repo(&[]);
    let taken = repo.run(&["baseline", "--as-of", support::AS_OF]);
    assert_eq!(taken.code, 0, "{taken:?}");
    let both =
        |run: &Run| findings(run).iter().map(|f| (f["waived"].is_null(), f["baselined"].clone())).collect::<Vec<_>>();
    let held = check(&repo, &["--output", "json"]);
    assert_eq!((held.code, both(&held)), (0, vec![(true, json!(true))]));
    repo.write(FILE, WAIVER);
    let waived = check(&repo, &["--output", "json"]);
    assert_eq!((waived.code, both(&waived)), (0, vec![(false, json!(false))]));
    // A waiver that does not hold is never taken up.
    repo.write(FILE, WAIVER.replace("2026-05-31", "2026-04-01"));
    assert_eq!(check(&repo, &[]).code, 1);
    repo.run(&["baseline", "--as-of", support::AS_OF]);
    assert_eq!(check(&repo, &[]).code, 1);
}

#[test]
fn what_is_over_fails_again_and_says_so() {
    let repo = repo(&[(FILE, WAIVER)]);
    let at = |day: &str| repo.run(&[&["check", "--as-of", day, "--output", "json"], &RULES[..]].concat());
    assert_eq!(at("2026-05-31").code, 0);
    let run = at("2026-06-01");
    assert_eq!((run.code, open(&run)), (1, vec![row("invalid-waiver", "error"), row("overdue-action", "error")]));
    let finding = &findings(&run)[0];
    assert_eq!(finding["message"], "This waiver of overdue-action ended on 2026-05-31, 1 day ago");
    assert_eq!((&finding["path"], &finding["start"]["line"]), (&json!(FILE), &json!(8)));
}

#[test]
fn a_file_that_cannot_be_read_is_2_at_its_place() {
    let cases: [(&[u8], &str, Option<u32>); 6] = [
        (b"[[waiver]\nrule = 1\n", "", Some(1)),
        (b"[[waiver]]\nrules = \"x\"\n", "`rules` is not a key that closeloop-waivers.toml knows here", Some(2)),
        (b"[waiver]\nrule = \"x\"\n", "A list belongs here", Some(1)),
        (b"waiver = 5\n", "A list belongs here", Some(1)),
        (b"[[waiver]]\nreason = \"caf\xe9\"\n", "`closeloop-waivers.toml` is not UTF-8", None),
        (b"[[waivers]]\n", "`waivers` is not a key", Some(1)),
    ];
    for (bytes, message, line) in cases {
        let repo = repo(&[]);
        repo.write(FILE, bytes);
        let run = check(&repo, &["--output", "json", "--exit-zero"]);
        assert_eq!(run.code, 2, "{run:?}");
        let problem = &json(&run)["problems"][0];
        assert!(problem["message"].as_str().unwrap().contains(message), "{problem}");
        assert_eq!((&problem["kind"], &problem["path"]), (&json!("configuration"), &json!(FILE)), "{problem}");
        assert_eq!(problem["start"]["line"].as_u64(), line.map(u64::from), "{problem}");
        let text = check(&repo, &[]);
        assert!(text.code == 2 && (text.out + &text.err).contains(FILE));
        let github = check(&repo, &["--output", "github"]);
        assert!(github.code == 2 && github.out.contains("file=closeloop-waivers.toml"), "{github:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let repo = repo(&[("other.toml", WAIVER)]);
    std::os::unix::fs::symlink("other.toml", repo.at(FILE)).unwrap();
    let run = check(&repo, &["--output", "json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(json(&run)["problems"][0]["message"].as_str().unwrap().contains("no regular file"), "{run:?}");
}

#[test]
fn the_file_lies_beside_the_configuration_and_is_read_from_what_is_checked() {
    let repo = Repo::with(&[("isms/closeloop.toml", "[incidents]\npaths = ['isms/incidents/**']\n")]);
    repo.write("isms/incidents/INC-2026-0002.md", OVERDUE);
    repo.write("closeloop-waivers.toml", WAIVER);
    let check = |args: &[&str]| {
        let all = [&["check", "isms", "--as-of", support::AS_OF], &RULES[..4], args].concat();
        repo.run(&all).code
    };
    assert_eq!(check(&[]), 1, "the one at the root is another's");
    repo.write("isms/closeloop-waivers.toml", WAIVER);
    assert_eq!(check(&[]), 0);
    repo.commit("2026-04-02");
    std::fs::remove_file(repo.at("isms/closeloop-waivers.toml")).unwrap();
    assert_eq!((check(&[]), check(&["--at", "HEAD"])), (1, 0));
}

/// A comment in each format that has comments, at the end of the line and above it.
#[test]
fn a_comment_waives_what_it_stands_next_to() {
    let said = "closeloop: allow overdue-action until 2026-05-31 by coo: The tokens come in May.";
    let yaml = OVERDUE.trim_matches('-').trim().to_owned() + "\n";
    let toml = "id = 'INC-2026-0002'\ntitle = 'VPN account takeover'\nstatus = 'closed'\nseverity = 'high'\n\
                detected = 2026-03-02\nclosed = 2026-03-10\n[[actions]]\nid = 'A1'\ntext = 'Require it.'\nowner = 'eva'\n\
                due = 2026-03-20\nstatus = 'in-progress'\n";
    let ends = |text: &str, line: &str| text.replace(line, &format!("{line}  # {said}"));
    let above = |text: &str, line: &str| text.replace(line, &format!("# {said}\n{line}"));
    let fenced = |text: &str| format!("+++\n{text}+++\n");
    let cases = [
        ("md", ends(OVERDUE, "    due: 2026-03-20")),
        ("md", above(OVERDUE, "    due: 2026-03-20")),
        ("md", above(OVERDUE, "  - id: A1")),
        ("md", above(OVERDUE, "actions:")),
        ("yaml", ends(&yaml, "    due: 2026-03-20")),
        ("yaml", above(&yaml, "  - id: A1")),
        ("toml", ends(toml, "due = 2026-03-20")),
        ("toml", above(toml, "due = 2026-03-20")),
        ("toml", above(toml, "[[actions]]")),
        ("md", fenced(&above(toml, "due = 2026-03-20"))),
    ];
    for (extension, text) in cases {
        let repo = Repo::with(&[(&format!("incidents/INC-2026-0002.{extension}"), &text)]);
        let run = check(&repo, &["--output", "json", "--fail-on", "warning"]);
        assert_eq!((run.code, open(&run)), (0, vec![]), "{text}\n{run:?}");
        assert_eq!(findings(&run)[0]["waived"]["approver"], "coo");
    }
    for line in ["severity: high", "    text: Require", "  - id: A2"] {
        let text = OVERDUE.replace(
            "    status: in-progress\n",
            "    status: in-progress\n  - id: A2\n    text: Tell all.\n    owner: eva\n    due: 2026-04-30\n    status: open\n",
        );
        let repo = Repo::with(&[(RECORD, &above(&text, line))]);
        let run = check(&repo, &["--output", "json"]);
        assert_eq!(
            (run.code, open(&run)),
            (1, vec![row("invalid-waiver", "warning"), row("overdue-action", "error")]),
            "{line}"
        );
    }
}

#[test]
fn a_comment_in_a_story_waives_the_line_that_a_finding_points_at() {
    let blame = "It happened because Eva was careless and ignored the warning.";
    let said =
        "<!-- closeloop: allow blaming-language until 2026-05-31 by coo: her own words, quoted from the minutes -->";
    let rules = ["--rule", "blaming-language", "--rule", "invalid-waiver", "--fail-on", "warning", "--output", "json"];
    let people = ("people/people.csv", "id,name,roles\neva,Eva Winter,\nmira,Mira Kovac,coo\n");
    for (story, code) in [
        (format!("{blame}\n"), 1),
        (format!("{said}\n{blame}\n"), 0),
        (format!("{blame} {said}\n"), 0),
        (format!("{said}\n\nNothing here.\n\n{blame}\n"), 1),
        (format!("```\n{said}\n```\n\n{blame}\n"), 1),
    ] {
        let text = format!("{}\n## Cause\n\n{story}", CLEAN.replace("severity: low", "severity: high"));
        let repo = Repo::with(&[("incidents/INC-2026-0001.md", &text), people]);
        let run = repo.check(&rules);
        assert_eq!(run.code, code, "{story}\n{run:?}");
    }
}

#[test]
fn a_torn_comment_is_never_silence() {
    let text =
        OVERDUE.replace("due: 2026-03-20", "due: 2026-03-20  # closeloop: allow overdue-action until 2026-05-31");
    let run = check(&repo(&[(RECORD, &text)]), &["--output", "json"]);
    assert_eq!((run.code, open(&run)), (1, vec![row("invalid-waiver", "error"), row("overdue-action", "error")]));
    let invalid = findings(&run).into_iter().find(|finding| finding["rule"] == "invalid-waiver").unwrap();
    assert_eq!(invalid["message"], "This comment is no whole waiver and covers nothing: it lacks `by` and a name");
    assert!(invalid["help"].as_str().unwrap().contains("closeloop: allow RULE until DATE by APPROVER: reason"));
}

#[test]
fn a_waiver_that_matches_nothing_is_told_where_its_rule_ran() {
    let done = OVERDUE.replace("status: in-progress", "status: done");
    let repo = repo(&[(RECORD, &done), (FILE, WAIVER)]);
    let run = check(&repo, &["--output", "json"]);
    assert_eq!((run.code, open(&run)), (0, vec![row("invalid-waiver", "warning")]), "{run:?}");
    let other = repo.check(&["--rule", "late-review", "--rule", "invalid-waiver", "--output", "json"]);
    assert_eq!(open(&other), []);
    // What is not due yet is still covered when the day comes.
    let early = repo.run(&["check", "--as-of", "2026-03-19", "--rule", "missing-review", "--rule", "invalid-waiver"]);
    assert_eq!(early.code, 0, "{early:?}");
    let pending = WAIVER.replace("overdue-action", "missing-review").replace("field = \"actions.A1\"\n", "");
    repo.write(FILE, pending);
    let args =
        ["check", "--as-of", "2026-03-19", "--rule", "missing-review", "--rule", "invalid-waiver", "--output", "json"];
    let run = repo.run(&args);
    assert!(open(&run).iter().all(|(rule, _)| rule == "missing-review"), "{run:?}");
}

#[test]
fn a_file_without_a_record_is_named_by_its_path() {
    let waiver = WAIVER
        .replace("overdue-action", "skipped-file")
        .replace("INC-2026-0002", "incidents/scan.pdf")
        .replace("field = \"actions.A1\"\n", "");
    let repo = repo(&[("incidents/scan.pdf", "%PDF-1.7"), (FILE, &waiver)]);
    let rules = ["--rule", "skipped-file", "--rule", "invalid-waiver", "--fail-on", "warning", "--output", "json"];
    let run = repo.check(&rules);
    assert_eq!((run.code, open(&run)), (0, vec![]), "{run:?}");
}

#[test]
fn a_comment_on_a_line_of_several_things_covers_nothing() {
    let said = "# closeloop: allow overdue-action until 2026-05-31 by coo: The tokens come in May.";
    let head = "---\nid: INC-2026-0002\ntitle: VPN\nstatus: closed\nseverity: high\ndetected: 2026-03-02\n\
                closed: 2026-03-10\n";
    let a1 = "{ id: A1, text: Require it, owner: eva, due: 2026-03-20, status: open }";
    let a2 = "{ id: A2, text: Tell all, owner: mira, due: 2026-03-01, status: open }";
    let record = |actions: &str| format!("{head}{actions}\n---\n");
    let whole = format!(
        "---\n{{ id: INC-2026-0002, title: VPN, status: open, severity: high, detected: 2026-03-02, actions: [{a1}] }} {said}\n---\n"
    );
    for (text, overdue, invalid) in [
        (record(&format!("actions: [ {a1} ] {said}")), 0, 0),
        (record(&format!("actions:\n  - {a1} {said}\n  - {a2}")), 1, 0),
        (record(&format!("actions: [ {a1}, {a2} ] {said}")), 2, 1),
        (record(&format!("{said}\nactions: [ {a1},\n  {a2} ]")), 2, 1),
        (
            record(&format!(
                "actions: [ {{ id: A1, text: x y, owner: eva,\n  due: 2026-03-20, status: open }}, {a2} ] {said}"
            )),
            2,
            1,
        ),
        (whole, 1, 1),
    ] {
        let run = check(&Repo::with(&[(RECORD, &text)]), &["--output", "json"]);
        let of = |rule: &str| open(&run).iter().filter(|(found, _)| found == rule).count();
        assert_eq!((of("overdue-action"), of("invalid-waiver")), (overdue, invalid), "{text}\n{run:?}");
    }
    let story = format!("{OVERDUE}\nSee <!-- {}\n", said.trim_start_matches("# "));
    let run = check(&repo(&[(RECORD, &story)]), &["--output", "json"]);
    let invalid = findings(&run).into_iter().find(|finding| finding["rule"] == "invalid-waiver").unwrap();
    assert_eq!(invalid["message"], "This comment does not end, and covers nothing");
}

#[test]
fn a_line_of_a_story_is_known_as_a_whole() {
    let said = "<!-- closeloop: allow blaming-language until 2026-05-31 by Ana: her own words, from the minutes -->";
    let people = ("people/people.csv", "id,name,email\neva,Eva Winter,\nana,Ana Lind,ana@example.org\n");
    let story =
        |text: &str| format!("{}\n## Cause\n\n{text} {said}\n", CLEAN.replace("severity: low", "severity: high"));
    let blame = "Ticket #7: it happened because Eva was careless and ignored the warning.";
    for (after, code) in [(blame, 0), ("Ticket #7: because Eva was lazy and careless and did not care.", 1)] {
        let repo = Repo::with(&[("incidents/INC-2026-0001.md", &story(blame)), people]);
        repo.write("incidents/INC-2026-0001.md", story(after));
        repo.write("README.md", "More.\n");
        repo.commit("2026-04-03");
        let rules =
            ["--rule", "blaming-language", "--rule", "loosened-rules", "--fail-on", "warning", "--base", "HEAD^"];
        let run = repo.check(&rules);
        assert_eq!(run.code, code, "{after}: {run:?}");
    }
}

#[test]
fn nobody_vouches_for_an_approver_but_the_people_register() {
    let people =
        ("people/people.csv", "id,name,email,roles,left\neva,Eva Winter,,,\nmira,Mira Kovac,,coo,2026-03-17\n");
    let vouched = "[[waiver]]\nrule = \"unknown-person\"\nrecord = \"INC-2026-0002\"\nreason = \"The register comes in May.\"\n\
                   approver = \"ghost\"\nexpires = 2026-05-31\n";
    let rules = ["--rule", "unknown-person", "--rule", "invalid-waiver", "--output", "json"];
    let run = repo(&[(FILE, vouched), people]).check(&rules);
    assert!(open(&run).contains(&row("unknown-person", "warning")), "{run:?}");
    // Whoever had left approves nothing, and an empty day is none.
    for (waiver, message) in [
        (WAIVER.to_owned(), "The approver of this waiver had left by 2026-03-18"),
        (WAIVER.replace("2026-03-18", "\"\""), "`created` of this waiver is empty"),
    ] {
        let run = check(&repo(&[(FILE, &waiver), people]), &["--output", "json"]);
        let told: Vec<Value> = findings(&run).iter().map(|finding| finding["message"].clone()).collect();
        assert!(run.code == 1 && told.contains(&json!(message)), "{run:?}");
    }
    assert_eq!(check(&repo(&[(FILE, &WAIVER.replace("2026-03-18", "2026-03-17")), people]), &[]).code, 0);
}

// Pull requests

/// A pull request of one commit by Ana that adds or changes waivers.
fn request(before: &[(&str, &str)], after: &[(&str, &str)]) -> Run {
    let repo = repo(before);
    for (path, text) in after {
        repo.write(path, text);
    }
    repo.commit("2026-04-03");
    check(&repo, &["--base", "HEAD^", "--output", "json"])
}

#[test]
fn who_adds_a_waiver_does_not_approve_it() {
    for (approver, code, level) in [("coo", 0, "note"), ("Ana", 1, "error"), ("ana@example.org", 1, "error")] {
        let waiver = WAIVER.replace("coo", approver);
        let run = request(&[], &[(FILE, &waiver)]);
        assert_eq!((run.code, open(&run)), (code, vec![row("loosened-rules", level)]), "{approver}: {run:?}");
        let finding = &findings(&run)[0];
        assert_eq!(finding["message"], "A waiver of this change covers overdue-action of INC-2026-0002");
        assert_eq!((&finding["path"], &finding["start"]["line"]), (&json!(FILE), &json!(2)));
        assert_eq!(finding["related"][0]["path"], RECORD);
    }
    let people = "id,name,email,roles\nmira,Mira Kovac,mira@example.org,coo\n";
    for (approver, code) in [("coo", 0), ("mira", 0), ("somebody", 1)] {
        let waiver = WAIVER.replace("coo", approver);
        let run = request(&[("people/people.csv", people)], &[(FILE, &waiver)]);
        assert_eq!(run.code, code, "{approver}: {run:?}");
    }
    let acknowledged = &findings(&request(&[], &[(FILE, WAIVER)]))[0]["acknowledged"];
    assert_eq!((&acknowledged["field"], &acknowledged["by"]), (&json!("waiver"), &json!("coo")));
}

#[test]
fn a_waiver_for_what_is_new_or_a_longer_one_is_the_same_case() {
    let new = OVERDUE.replace("INC-2026-0002", "INC-2026-0003");
    let waiver = WAIVER.replace("INC-2026-0002", "INC-2026-0003").replace("coo", "Ana");
    let run = request(&[], &[("incidents/INC-2026-0003.md", &new), (FILE, &waiver)]);
    assert!(run.code == 1 && open(&run).contains(&row("loosened-rules", "error")), "{run:?}");
    let own = WAIVER.replace("coo", "Ana");
    let over = own.replace("2026-05-31", "2026-04-02");
    let run = request(&[(FILE, &over)], &[(FILE, &own)]);
    assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{run:?}");
    let inline = |until: &str| {
        let said =
            format!("due: 2026-03-20  # closeloop: allow overdue-action until {until} by Ana: The tokens come in May.");
        OVERDUE.replace("due: 2026-03-20", &said)
    };
    for before in [OVERDUE.to_owned(), inline("2026-04-02")] {
        let run = request(&[(RECORD, &before)], &[(RECORD, &inline("2026-05-31"))]);
        assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{run:?}");
        assert_eq!(findings(&run).iter().find(|f| f["rule"] == "loosened-rules").unwrap()["path"], RECORD);
    }
}

#[test]
fn a_waiver_that_stood_in_the_base_hides_nothing_new() {
    let own = WAIVER.replace("coo", "Ana");
    let run =
        request(&[(FILE, &own)], &[(FILE, &format!("# Sorted\n{}", own.replace("come in May", "come late in May")))]);
    assert_eq!((run.code, open(&run)), (0, vec![]), "{run:?}");
    let said = "  # closeloop: allow overdue-action until 2026-05-31 by Ana: The tokens come in May.";
    let before = OVERDUE.replace("due: 2026-03-20", &format!("due: 2026-03-20{said}"));
    let after = before.replace("severity: high\n", "severity: high\norigin: external\n");
    assert_eq!(request(&[(RECORD, &before)], &[(RECORD, &after)]).code, 0);
    // What is taken out, or over in the base as well, is told as it is.
    let run = request(&[(FILE, &own)], &[(FILE, "")]);
    assert_eq!((run.code, open(&run)), (1, vec![row("overdue-action", "error")]), "{run:?}");
    let over = own.replace("2026-05-31", "2026-04-02");
    let run = request(&[(FILE, &over)], &[("README.md", "More.\n")]);
    assert_eq!(run.code, 0, "it failed before: {run:?}");
    let run = request(&[(FILE, &over)], &[(FILE, "")]);
    assert_eq!((run.code, open(&run)), (0, vec![row("overdue-action", "error")]), "{run:?}");
}

#[test]
fn waivers_of_a_base_that_cannot_be_read_cover_nothing() {
    let own = WAIVER.replace("coo", "Ana");
    let run = request(&[(FILE, "[[waiver]\n")], &[(FILE, &own)]);
    assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{run:?}");
    let alone = {
        let repo = repo(&[]);
        repo.write(FILE, &own);
        repo.check(&["--rule", "loosened-rules", "--base", "HEAD", "--output", "json"])
    };
    // Nothing is committed yet, so that nobody wrote it.
    assert_eq!(open(&alone), [row("loosened-rules", "note")], "{alone:?}");
}

/// Eva owns the action; the commits are Ana's, whom the register knows by her full name.
const PEOPLE: &str = "id,name,email,roles\neva,Eva Winter,eva@example.org,\nmira,Mira Kovac,mira@example.org,coo\n\
                      al,Ana Lind,ana@example.org,\n";
const REGISTER: &str = "people/people.csv";

#[test]
fn who_is_an_author_says_the_register_of_the_base_too() {
    let own = WAIVER.replace("coo", "Ana Lind");
    let approved = "[rules]\noverdue-action = 'off'\n[[approved_change]]\nkey = 'rules.overdue-action'\nfrom = 'error'\n\
                    to = 'off'\nwhy = 'The actions moved to the ticket system.'\nby = 'BY'\non = 2026-04-03\n";
    let excused = |by: &str| [(FILE, WAIVER.replace("coo", by)), ("closeloop.toml", approved.replace("BY", by))];
    let request = |before: &[(&str, &str)], after: &[(&str, Option<&str>)]| {
        let repo = repo(before);
        for (path, text) in after {
            match text {
                Some(text) => repo.write(path, text),
                None => std::fs::remove_file(repo.at(path)).unwrap(),
            }
        }
        repo.commit("2026-04-03");
        check(&repo, &["--base", "HEAD^", "--output", "json"])
    };
    let elsewhere = "[registers.people]\npath = 'team.csv'\n";
    let ghost = format!("{PEOPLE}ghost,Gil Ghost,gil@example.org,\n");
    let ghost_is_author = PEOPLE.replace("al,Ana Lind,ana@example.org", "ghost,Gil Ghost,ana@example.org");
    let other_address = PEOPLE.replace("ana@example.org", "lind@example.org");
    for (by, register, code) in [
        ("Mira Kovac", Some(PEOPLE), 0),
        ("Ana Lind", Some(PEOPLE), 1),
        ("Ana Lind", None, 1),
        ("Ana Lind", Some(other_address.as_str()), 1),
        ("ghost", Some(&ghost), 1),
        ("ghost", Some(&ghost_is_author), 1),
        ("Ana Lind", Some(&ghost_is_author), 1),
    ] {
        for (path, text) in excused(by) {
            let run = request(&[(REGISTER, PEOPLE)], &[(REGISTER, register), (path, Some(text.as_str()))]);
            let level = if code == 1 { "error" } else { "note" };
            assert_eq!((run.code, open(&run)), (code, vec![row("loosened-rules", level)]), "{by} {path}: {run:?}");
        }
    }
    let run = request(
        &[(REGISTER, PEOPLE)],
        &[(FILE, Some(&own)), ("closeloop.toml", Some(elsewhere)), ("team.csv", Some(&ghost_is_author))],
    );
    assert!(run.code == 1 && open(&run).contains(&row("loosened-rules", "error")), "{run:?}");
    // A register that comes with the waiver does not say who its author is not.
    let hidden = PEOPLE.replace("ana@example.org", "lind@example.org");
    let run = request(&[], &[(FILE, Some(&own)), (REGISTER, Some(&hidden))]);
    assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{run:?}");
}

#[test]
fn who_is_an_owner_says_the_register_of_the_base_too() {
    let by_owner = WAIVER.replace("coo", "Eva Winter");
    let apart = PEOPLE.replace("eva,Eva Winter,", "ew,Eva Winter,") + "eva,Evan Gray,evan@example.org,\n";
    // The waiver comes with the change, or stood there and held for nothing until the register changed.
    for before in [vec![(REGISTER, PEOPLE)], vec![(REGISTER, PEOPLE), (FILE, &by_owner)]] {
        let run = request(&before, &[(FILE, &by_owner), (REGISTER, &apart)]);
        assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{run:?}");
    }
    let run = request(&[(REGISTER, PEOPLE), (FILE, WAIVER)], &[(REGISTER, &apart)]);
    assert_eq!((run.code, open(&run)), (0, vec![]), "{run:?}");
}

#[test]
fn an_approver_is_a_person_however_they_are_written() {
    for by in ["Ana <ana@example.org>", "Ana (CISO)", "Ana and the COO", "Mira and Ana", "Lind, Ana", "@ana"] {
        let run = request(&[], &[(FILE, &WAIVER.replace("coo", by))]);
        assert_eq!((run.code, open(&run)), (1, vec![row("loosened-rules", "error")]), "{by}: {run:?}");
    }
    for by in ["eva@example.org", "eva and coo", "eva, mira", "Winter, Eva", "Eva Winter", "EVA"] {
        let run = check(&repo(&[(FILE, &WAIVER.replace("coo", by))]), &["--output", "json"]);
        let both = vec![row("invalid-waiver", "error"), row("overdue-action", "error")];
        assert_eq!((run.code, open(&run)), (1, both), "{by}: {run:?}");
    }
    for by in ["Mira Kovac <mira@example.org>", "Mira and Ben", "Evan"] {
        let run = check(&repo(&[(FILE, &WAIVER.replace("coo", by))]), &["--output", "json"]);
        assert_eq!((run.code, open(&run)), (0, vec![]), "{by}: {run:?}");
    }
}

#[test]
fn an_owner_approves_nothing_of_what_they_own_whatever_the_rule() {
    let own_rule = "[[rule]]\nid = 'own-proof'\nrequire = { field = 'actions.evidence' }\nlevel = 'error'\n\
                    message = 'Every action needs evidence'\n";
    let done = OVERDUE.replace("status: in-progress", "status: done\n    completed: 2026-03-19");
    let other = "  - id: A2\n    text: Tell all.\n    owner: mira\n    due: 2026-03-20\n    status: done\n    completed: 2026-03-19\n---";
    let both = done.trim_end().strip_suffix("---").unwrap().to_owned() + other + "\n";
    let whole = WAIVER.replace("overdue-action", "own-proof").replace("field = \"actions.A1\"\n", "");
    let rules = ["--rule", "own-proof", "--rule", "invalid-waiver", "--output", "json"];
    for (record, by, expected) in [
        (&done, "coo", vec![]),
        (&done, "eva", vec![row("invalid-waiver", "error"), row("own-proof", "error")]),
        // Of two actions it covers the one that somebody else owns.
        (&both, "eva", vec![row("invalid-waiver", "error"), row("own-proof", "error")]),
    ] {
        let waiver = whole.replace("coo", by);
        let repo = repo(&[(RECORD, record), ("closeloop.toml", own_rule), (FILE, &waiver)]);
        let run = repo.check(&rules);
        assert_eq!((run.code, open(&run)), (i32::from(!expected.is_empty()), expected), "{by}: {run:?}");
    }
    let repo = repo(&[(RECORD, &done), ("closeloop.toml", own_rule), (FILE, &whole.replace("coo", "eva"))]);
    let run = repo.check(&rules);
    let invalid = findings(&run).into_iter().find(|finding| finding["rule"] == "invalid-waiver").unwrap();
    assert_eq!(invalid["message"], "The approver of this waiver owns something that it would cover");
    assert_eq!((&invalid["path"], &invalid["related"][0]["path"]), (&json!(FILE), &json!(RECORD)));
    // A record without an id is no way around it, nor a second one of the same id.
    let by_eva = WAIVER.replace("coo", "eva");
    for (text, more) in [
        (OVERDUE.replace("id: INC-2026-0002\n", ""), vec![(FILE, by_eva.replace("INC-2026-0002", RECORD))]),
        (
            CLEAN.replace("INC-2026-0001", "INC-2026-0002"),
            vec![(FILE, by_eva.clone()), ("incidents/x.md", OVERDUE.into())],
        ),
    ] {
        let repo = Repo::with(&[(RECORD, &text)]);
        more.iter().for_each(|(path, text)| repo.write(path, text));
        let run = check(&repo, &["--output", "json"]);
        assert!(run.code == 1 && open(&run).contains(&row("overdue-action", "error")), "{run:?}");
    }
    // Somebody else's waiver for the same covers it.
    repo.write(FILE, format!("{}{whole}", whole.replace("coo", "eva")));
    assert_eq!(open(&repo.check(&rules)), [row("invalid-waiver", "error")]);
}

// History

#[test]
fn a_waiver_that_came_too_late_is_counted_apart() {
    let late = WAIVER.replace("created = 2026-03-18\n", "");
    let told = |days: [&str; 2], more: &[&str]| {
        let repo = Repo::empty();
        repo.write(RECORD, OVERDUE);
        repo.commit(days[0]);
        // What this run remembers has to serve the next one.
        repo.check(&["--rule", "overdue-action", "--rule", "retroactive-waiver"]);
        repo.write(FILE, &late);
        repo.commit(days[1]);
        let rules = ["--rule", "overdue-action", "--rule", "retroactive-waiver", "--output", "json"];
        repo.check(&[&rules[..], more].concat())
    };
    let run = told(["2026-03-10", "2026-04-01"], &[]);
    assert_eq!((run.code, open(&run)), (0, vec![row("retroactive-waiver", "note")]), "{run:?}");
    let finding = findings(&run).into_iter().find(|f| f["rule"] == "retroactive-waiver").unwrap();
    assert_eq!(finding["message"], "This waiver of overdue-action landed on 2026-04-01, after the breach began");
    assert_eq!(finding["related"][0]["message"], "the last day in time was 2026-03-20");
    assert_eq!(finding["related"][1]["date"], "2026-04-01");
    assert_eq!(open(&told(["2026-03-10", "2026-03-20"], &[])), []);
    assert_eq!(open(&told(["2026-03-10", "2026-03-20"], &["--no-cache"])), []);
    let without = told(["2026-03-10", "2026-04-01"], &["--no-history"]);
    assert_eq!((without.code, open(&without)), (0, vec![]));
    let state =
        json(&without)["rules"].as_array().unwrap().iter().find(|r| r["id"] == "retroactive-waiver").unwrap().clone();
    assert_eq!(state["state"], "not-run");
}

// The surface

#[test]
fn the_schema_takes_what_the_documentation_shows_and_nothing_else() {
    let schema = schema("waivers");
    let value = |text: &str| serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
    let text = WAIVER.replace("2026-03-18", "\"2026-03-18\"").replace("2026-05-31", "\"2026-05-31\"");
    conforms(&schema, &value(&text));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for wrong in [text.replace("reason", "reasons"), text.replace("approver = \"coo\"\n", ""), "[waiver]\n".to_owned()]
    {
        assert!(!validator.is_valid(&value(&wrong)), "{wrong}");
    }
}

#[test]
fn show_lists_waivers() {
    let text = OVERDUE
        .replace("due: 2026-03-20", "due: 2026-03-20 # closeloop: allow unowned-action until 2026-05-31 by coo: why");
    let repo = repo(&[(RECORD, &text), (FILE, WAIVER)]);
    let run = repo.run(&["show"]);
    assert!(run.out.contains("Waivers\n  - overdue-action of INC-2026-0002, actions.A1: until 2026-05-31 by coo: The tokens come in May. (closeloop-waivers.toml:2:1)\n"), "{}", run.out);
    assert!(
        run.out.contains("unowned-action of INC-2026-0002, actions.A1.due: until 2026-05-31 by coo: why"),
        "{}",
        run.out
    );
    repo.write(FILE, "[[waiver]\n");
    assert_eq!(repo.run(&["show"]).code, 2);
}

#[test]
fn what_a_waiver_says_is_not_trusted() {
    let hostile = "x\\u001b[31m\\n::error::y %0A ##[error]z";
    let waiver = WAIVER.replace("The tokens come in May.", hostile).replace("coo", &format!("coo {hostile}"));
    let repo = repo(&[(FILE, &waiver)]);
    for output in ["text", "json", "github", "azure", "sarif", "junit"] {
        let run = check(&repo, &["--output", output]);
        let said = run.out + &run.err;
        assert!(
            !said.contains('\u{1b}') && !said.lines().any(|line| line.trim_start().starts_with("::error::y")),
            "{output}"
        );
    }
}

/// Ten thousand waivers for ten thousand findings take about as long as reading them.
#[test]
fn many_waivers_of_many_findings_are_joined() {
    let actions: String = (0..10_000)
        .map(|n| format!("  - id: A{n}\n    text: Do it.\n    owner: eva\n    due: 2026-03-20\n    status: open\n"))
        .collect();
    let head = OVERDUE.split("actions:\n").next().unwrap();
    let record = format!("{head}actions:\n{actions}---\n");
    let waivers: String = (0..10_000).map(|n| WAIVER.replace("actions.A1", &format!("actions.A{n}"))).collect();
    let repo = repo(&[(RECORD, &record), (FILE, &waivers)]);
    let mut command = repo.command(&["check", "--as-of", support::AS_OF, "--output", "json", "--no-history"]);
    command.args(["--rule", "overdue-action", "--rule", "invalid-waiver"]);
    let run = finish(command);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    let waived = value["findings"].as_array().unwrap().iter().filter(|finding| !finding["waived"].is_null()).count();
    assert_eq!((run.code, waived), (0, 10_000));
}
