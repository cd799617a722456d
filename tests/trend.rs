//! `closeloop trend` and `closeloop report --for-review`, as processes over a small ISMS whose figures are known.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::{CLEAN, Repo, Run, conforms, finish, schema};

const AS_OF: &str = "2026-04-10";
const PEOPLE: &str = "- {id: eva, name: Eva Koch, emails: [eva.koch@example.org], roles: [it-operations]}\n\
                      - {id: ben, name: Ben Maurer, roles: [service-desk], management: true}\n";

fn policy(text: &str) -> String {
    format!("---\nid: POL-01\ntitle: Access\n---\n\n# Access\n\n{text}\n")
}

/// Taken over in October; a policy that changed in November is the remedy.
fn first(actions: &str) -> String {
    format!(
        "---\nid: INC-2025-0001\ntitle: Mailbox of Eva Koch taken over\nstatus: closed\nseverity: high\ncategory: account\n\
         occurred: 2025-10-03\ndetected: 2025-10-05\ncontained: 2025-10-06\nrecovered: 2025-10-09\nclosed: 2025-10-10\n\
         cost: {{ hours: 40 }}\ncauses: [No second factor]\nreviews:\n  - {{ kind: reflective, date: 2025-10-20, \
         facilitator: ben, participants: [eva, ben] }}\nlessons:\n  - {{ id: L1, kind: control-gap, text: A password alone \
         is not enough. }}\n{actions}---\n\nA mailbox was taken over.\n"
    )
}

const FIRST_DONE: &str = "actions:\n  - id: A1\n    lessons: [L1]\n    text: Require a second factor.\n    kind: policy\n    \
                          owner: eva\n    due: 2025-11-15\n    status: done\n    completed: 2025-11-10\n    changes: \
                          [POL-01]\n    evidence: [policies/POL-01.md]\n";

/// The cause is back in February; its action is moved, and overdue.
fn again(due: &str) -> String {
    format!(
        "---\nid: INC-2026-0001\ntitle: Second mailbox taken over\nstatus: closed\nseverity: medium\ncategory: account\n\
         occurred: 2026-02-09\ndetected: 2026-02-10\nrecovered: 2026-02-11\nclosed: 2026-02-12\ncost: {{ hours: 10.5 }}\n\
         causes: [no-second-factor]\nactions:\n  - id: A1\n    text: Ask Eva Koch for a key for each account.\n    kind: \
         system\n    owner: eva\n    due: {due}\n    status: open\n---\n\nAnother mailbox was taken over.\n"
    )
}

/// What was done against it is stated outside git.
const LOST: &str = "---\nid: INC-2026-0002\ntitle: Laptop lost\nstatus: closed\nseverity: medium\ncategory: device\n\
                    detected: 2026-02-20\nclosed: 2026-02-25\ncauses: [lost-device]\nactions:\n  - id: A1\n    text: Wipe \
                    devices from afar.\n    kind: system\n    owner: ben\n    due: 2026-03-10\n    status: done\n    \
                    completed: 2026-03-05\n    changes: [{outside: 'device management: wipe', seen_by: ben, on: \
                    2026-03-04}]\n---\n\nA laptop was lost.\n";

const SMALL: &str = "---\nid: INC-2026-0003\ntitle: Badge lost\nstatus: closed\nseverity: low\ncategory: device\ndetected: \
                     2026-03-15\nclosed: 2026-03-16\n---\n\nA badge was lost.\n";

fn lived() -> Repo {
    let repo = Repo::empty();
    repo.write("people/people.yaml", PEOPLE);
    repo.write("policies/POL-01.md", policy("Sign-in needs a password."));
    repo.commit("2025-09-01");
    repo.write("incidents/INC-2025-0001.md", first(""));
    repo.commit("2025-10-21");
    repo.write("policies/POL-01.md", policy("Sign-in needs a password and a second factor."));
    repo.commit("2025-11-08");
    repo.write("incidents/INC-2025-0001.md", first(FIRST_DONE));
    repo.commit("2025-11-10");
    repo.write("incidents/INC-2026-0001.md", again("2026-03-01"));
    repo.commit("2026-02-12");
    repo.write("incidents/INC-2026-0002.md", LOST);
    repo.commit("2026-03-05");
    repo.write("incidents/INC-2026-0001.md", again("2026-03-20"));
    repo.write("incidents/INC-2026-0003.md", SMALL);
    repo.commit("2026-03-16");
    repo
}

fn trend(repo: &Repo, more: &[&str]) -> Run {
    repo.run(&[&["trend", "--quarter", "2026Q1", "--as-of", AS_OF], more].concat())
}

fn json(repo: &Repo, more: &[&str]) -> Value {
    let run = trend(repo, &[&["--output", "json"], more].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let value = serde_json::from_str(&run.out).unwrap();
    conforms(&schema("trend"), &value);
    value
}

fn named<'v>(value: &'v Value, list: &str, key: &str, name: &str) -> &'v Value {
    let all = value[list].as_array().unwrap();
    all.iter().find(|one| one[key] == name).unwrap_or_else(|| panic!("{name} in {all:?}"))
}

/// Counts, `n` and what is missing, of the period and of the one before.
fn shares(trend: &Value, id: &str) -> [Value; 2] {
    let metric = named(trend, "metrics", "id", id);
    let of = |figures: &Value| json!([figures["count"], figures["n"], figures["missing"]]);
    [of(&metric["now"]), of(&metric["before"])]
}

/// Median, `n`, sum and what is missing.
fn values(trend: &Value, id: &str) -> [Value; 2] {
    let metric = named(trend, "metrics", "id", id);
    let of = |figures: &Value| json!([figures["median"], figures["n"], figures["sum"], figures["missing"]]);
    [of(&metric["now"]), of(&metric["before"])]
}

fn parts(trend: &Value, id: &str) -> Value {
    let parts = named(trend, "metrics", "id", id)["now"]["parts"].as_array().unwrap();
    let some = parts.iter().filter(|part| part["count"] != 0);
    some.map(|part| json!([part["name"], part["count"]])).collect()
}

#[test]
fn every_figure_is_that_of_the_records() {
    let trend = json(&lived(), &[]);
    assert_eq!(trend["period"], json!({ "from": "2026-01-01", "to": "2026-03-31" }));
    assert_eq!(trend["previous"], json!({ "from": "2025-10-01", "to": "2025-12-31" }));
    assert_eq!(shares(&trend, "incidents"), [json!([3, 3, 0]), json!([1, 1, 0])]);
    assert_eq!(parts(&trend, "incidents"), json!([["moderate", 2], ["minor", 1]]));
    assert_eq!(values(&trend, "hours"), [json!([10.5, 1, 10.5, 2]), json!([40.0, 1, 40.0, 0])]);
    assert_eq!(values(&trend, "time-to-detect"), [json!([1.0, 1, null, 2]), json!([2.0, 1, null, 0])]);
    assert_eq!(values(&trend, "time-to-recover"), [json!([1.0, 1, null, 2]), json!([4.0, 1, null, 0])]);
    assert_eq!(shares(&trend, "recurrence"), [json!([1, 2, 1]), json!([0, 1, 0])]);
    assert_eq!(values(&trend, "time-to-review"), [json!([null, 0, null, 0]), json!([10.0, 1, null, 0])]);
    assert_eq!(shares(&trend, "reviews-in-window"), [json!([0, 2, 0]), json!([1, 1, 0])]);
    assert_eq!(shares(&trend, "on-time-first"), [json!([1, 2, 0]), json!([1, 1, 0])]);
    assert_eq!(shares(&trend, "on-time-current"), [json!([1, 2, 0]), json!([1, 1, 0])]);
    assert_eq!(parts(&trend, "ageing"), json!([["1 to 30 days over", 1]]));
    assert_eq!(shares(&trend, "due-moves"), [json!([1, 2, 0]), json!([0, 1, 0])]);
    assert_eq!(shares(&trend, "changes-proven"), [json!([0, 0, 0]), json!([1, 1, 0])]);
    assert_eq!(parts(&trend, "changes-proven"), json!([["stated outside git", 1]]));
    assert_eq!(named(&trend, "rankings", "id", "overdue-areas")["rows"][0]["name"], "it-operations");
    let months: Vec<&Value> =
        trend["months"].as_array().unwrap().iter().filter(|month| month["moderate"] != 0).collect();
    assert_eq!((months.len(), &months[0]["month"]), (1, &json!("2026-02")));
}

#[test]
fn a_percentage_is_left_out_where_few_are_counted() {
    let trend = json(&lived(), &[]);
    let hidden = |metric: &Value| metric["now"]["percent"].is_null() && metric["now"]["p90"].is_null();
    assert!(trend["metrics"].as_array().unwrap().iter().all(hidden), "{}", trend["metrics"]);
    let page = self::trend(&lived(), &[]).out;
    assert!(!page.contains(" %)") && page.contains("1 of 2"), "{page}");
}

#[test]
fn a_cause_that_came_back_is_told_from_one_that_did_not() {
    let repo = lived();
    let trend = json(&repo, &[]);
    let back = named(&trend["stopped"], "causes", "cause", "no-second-factor");
    let kinds: Vec<&str> =
        back["incidents"].as_array().unwrap().iter().filter_map(|dot| dot["kind"].as_str()).collect();
    assert_eq!((kinds, &back["is_back"], &back["open"]), (vec!["seen", "back"], &json!(true), &json!(1)));
    let bar = &back["remedies"][0];
    assert_eq!(
        (&bar["kind"], &bar["from"], &bar["to"]),
        (&json!("proven"), &json!("2025-11-08"), &json!("2026-02-10"))
    );
    assert_eq!(bar["commit"], repo.git(&["rev-parse", "HEAD~4"]).trim());
    let outside = &named(&trend["stopped"], "causes", "cause", "lost-device")["remedies"][0];
    assert_eq!(
        (&outside["kind"], &outside["from"], &outside["to"]),
        (&json!("outside"), &json!("2026-03-04"), &Value::Null)
    );
    assert_eq!(trend["stopped"]["untagged"], 1);
    let number = |id| {
        let one = named(&trend, "numbers", "id", id);
        json!([one["n"], one["of"]])
    };
    assert_eq!(number("lessons-proven"), json!([1.0, 1.0]));
    assert_eq!(number("causes-back"), json!([1.0, 2.0]));
    assert_eq!(number("hours-open"), json!([50.5, 50.5]));
}

/// An incident that began before its remedy, or that only looks alike, says nothing against it; nor does a change that was
/// taken back stand for ever.
#[test]
fn only_what_began_while_a_remedy_stood_speaks_against_it() {
    let repo = lived();
    let early = again("2026-05-20").replace("occurred: 2026-02-09", "occurred: 2025-11-07");
    repo.write("incidents/INC-2026-0001.md", early);
    repo.commit("2026-03-20");
    let causes = |repo: &Repo| named(&json(repo, &[])["stopped"], "causes", "cause", "no-second-factor").clone();
    assert_eq!(causes(&repo)["is_back"], false);
    repo.write(
        "incidents/INC-2026-0001.md",
        again("2026-05-20").replace("actions:", "alike_only: An old profile.\nactions:"),
    );
    repo.commit("2026-03-21");
    assert_eq!(causes(&repo)["incidents"][1]["kind"], "alike");
    repo.write("policies/POL-01.md", policy("Sign-in needs a password."));
    repo.commit("2026-03-22");
    assert_eq!(causes(&repo)["remedies"][0]["to"], "2026-03-22");
}

#[test]
fn decisions_are_drawn_from_what_is_open() {
    let repo = lived();
    let orphan = LOST
        .replace("INC-2026-0002", "INC-2026-0004")
        .replace("owner: ben\n    ", "")
        .replace("status: done", "status: open");
    repo.write("incidents/INC-2026-0004.md", orphan.replace("completed: 2026-03-05\n    ", ""));
    let old = again("2025-12-01").replace("INC-2026-0001", "INC-2026-0005");
    repo.write("incidents/INC-2026-0005.md", old);
    let accepted = "lessons:\n  - {id: L1, kind: supplier, text: The contract is old., accepted: {by: ben, reason: it ends \
                    in summer, until: 2026-04-30}}\n  - {id: L2, kind: process, text: Nobody was asked.}\n---";
    repo.write(
        "incidents/INC-2026-0006.md",
        SMALL.replace("INC-2026-0003", "INC-2026-0006").replacen(
            "\n---\n\n",
            &format!("\nreviews: [{{kind: batch, date: 2026-03-20}}]\n{accepted}\n\n"),
            1,
        ),
    );
    repo.commit("2026-04-01");
    let trend = json(&repo, &[]);
    let about = |kind: &str| -> Vec<String> {
        let items = named(&trend, "decisions", "kind", kind)["items"].as_array().unwrap();
        let told =
            |item: &Value| ["about", "why", "role"].map(|key| item[key].as_str().unwrap().to_owned()).join(" | ");
        items.iter().map(told).collect()
    };
    assert_eq!(
        about("fund"),
        [
            "no-second-factor | came back after a remedy that git shows | ",
            "INC-2026-0001/A1 | overdue by 21 days | it-operations",
            "INC-2026-0004/A1 | no owner; due on 2026-03-10 | ",
        ]
    );
    assert_eq!(
        about("accept"),
        ["INC-2026-0006/L2 | nothing answers it | ", "INC-2026-0006/L1 | the acceptance ends on 2026-04-30 | "]
    );
    assert_eq!(about("drop"), ["INC-2026-0005/A1 | overdue by 130 days | it-operations"]);
}

#[test]
fn the_past_is_judged_by_the_rules_of_today_month_by_month() {
    let trend = json(&lived(), &["--replay"]);
    let points = trend["replay"]["points"].as_array().unwrap();
    let at =
        |day: &str| points.iter().find(|point| point["day"] == day).unwrap_or_else(|| panic!("{day} in {points:?}"));
    assert_eq!((&points[0]["day"], &points.last().unwrap()["day"]), (&json!("2025-09-30"), &json!(AS_OF)));
    // There was no record yet: that is said, and never shown as nothing being open.
    assert_eq!(at("2025-09-30")["found"], Value::Null);
    assert!(at("2025-09-30")["why"].as_str().unwrap().contains("no incident"), "{points:?}");
    let counts = |day: &str| json!([at(day)["found"]["records"], at(day)["found"]["overdue_actions"]]);
    assert_eq!(counts("2025-10-31"), json!([1, 0]));
    assert_eq!(counts("2026-02-28"), json!([2, 0]));
    assert_eq!(counts("2026-03-31"), json!([4, 1]));
    assert_eq!(counts(AS_OF), json!([4, 1]));
    let check = lived().run(&["check", "--as-of", AS_OF, "--at", "HEAD", "--output", "json"]);
    let found = support::result(&check.out);
    let breach = |finding: &&Value| {
        finding["level"] != "note"
            && finding["repair"] == "act"
            && finding["rule"] != "overdue-action"
            && finding["rule"] != "unproven-change"
    };
    let open = found["findings"].as_array().unwrap().iter().filter(breach).count();
    assert_eq!(at(AS_OF)["found"]["open_duties"], open);
}

#[test]
fn a_month_that_today_has_no_rules_for_is_said_so() {
    let repo = lived();
    repo.write("management-reviews/MR-2026-04.md", "---\nid: MR-2026-04\ndate: 2026-04-02\n---\n");
    repo.commit("2026-04-02");
    let trend = json(&repo, &["--replay"]);
    let points = trend["replay"]["points"].as_array().unwrap();
    let why = |day: &str| points.iter().find(|point| point["day"] == day).unwrap()["why"].clone();
    assert!(why("2026-03-31").as_str().is_some_and(|why| why.contains("stale-trend")), "{points:?}");
    assert_eq!(why(AS_OF), Value::Null);
    let page = self::trend(&repo, &["--replay"]).out;
    assert!(page.contains("2026-03-31\\: not judged in full"), "{page}");
}

/// A page that says "0 incidents" over records that nobody could read would be believed.
#[test]
fn what_is_in_no_figure_is_said_in_the_first_sentence() {
    let repo = lived();
    let sentence = |repo: &Repo| json(repo, &[])["sentence"].as_str().unwrap().to_owned();
    let whole = sentence(&repo);
    assert!(!whole.contains("none of these numbers"), "{whole}");
    repo.write("incidents/INC-2026-0004.md", SMALL.replace("0003", "0004").replace("2026-03-15", "soon"));
    repo.commit("2026-03-17");
    let one = " 1 record states no day of detection that could be read, and is in none of these numbers.";
    assert_eq!(sentence(&repo), format!("{whole}{one}"));
    repo.write("incidents/INC-2026-0005.md", "Nothing is stated here.\n");
    repo.commit("2026-03-18");
    assert!(sentence(&repo).contains("2 records state no day of detection"), "{}", sentence(&repo));
}

#[test]
fn nobody_is_named() {
    let repo = lived();
    for format in ["markdown", "html", "json"] {
        let days = ["--from", "2025-10-01", "--to", "2026-03-31", "--as-of", AS_OF];
        let run = repo.run(&[&["trend", "--replay", "--output", format], &days[..]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        for name in ["Eva", "Koch", "eva", "Ben", "Maurer", "ben", "Ana"] {
            let mut words = run.out.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| word == name), "{name} in {format}");
        }
        assert!(run.out.contains("Mailbox of ") && run.out.contains("no-second-factor"), "{format}");
    }
}

#[test]
fn where_less_may_be_shown_titles_are_left_out_and_in_public_all_of_it() {
    let repo = lived();
    let run = trend(&repo, &["--privacy", "reduced", "--output", "json"]);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    conforms(&schema("trend"), &value);
    assert_eq!(value["privacy"], "reduced");
    for words in ["taken over", "Laptop lost", "key for each account"] {
        assert!(!run.out.contains(words), "{words}");
    }
    assert!(run.out.contains("INC-2026-0001") && run.out.contains("no-second-factor"));
    let mut command = repo.command(&["trend", "--quarter", "2026Q1", "--as-of", AS_OF]);
    command.env("CI", "true");
    let built = finish(command);
    assert!(built.code == 0 && !built.out.contains("taken over"), "{built:?}");
    let least = trend(&repo, &["--privacy", "minimal"]);
    assert_eq!((least.code, least.out.as_str()), (2, ""));
    assert!(least.err.contains("minimal"), "{least:?}");
}

#[test]
fn the_same_commit_gives_the_same_bytes_wherever_it_lies() {
    let repo = lived();
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    repo.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    for format in ["markdown", "html", "json"] {
        let arguments = ["trend", "--quarter", "2026Q1", "--as-of", AS_OF, "--replay", "--output", format];
        let (here, there) = (repo.run(&arguments), finish(support::command(&clone, &arguments)));
        assert!(here.code == 0 && here.out == there.out, "{format}");
        assert!(!here.out.contains(repo.path().to_str().unwrap()), "{format}");
    }
}

#[test]
fn what_records_say_is_shown_and_never_obeyed() {
    let repo = lived();
    let title = "\"<script>alert(1)</script> ![x](http://x.example) | `code` \\u202e \\e[31m # head\"";
    let hostile = SMALL
        .replace("title: Badge lost", &format!("title: {title}"))
        .replace("category: device", "category: '</td><img src=x onerror=alert(1)>'")
        .replace("detected:", "causes: ['<b>cause</b>: a \"b\" | c']\ndetected:");
    repo.write("incidents/INC-2026-0003.md", hostile);
    repo.commit("2026-03-17");
    let html = trend(&repo, &["--output", "html"]).out;
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
    assert!(html.contains("&lt;script&gt;") && html.contains("default-src 'none'"));
    let markdown = trend(&repo, &[]).out;
    assert!(
        !markdown.contains("<script") && !markdown.contains("![x]") && !markdown.contains('\u{202e}'),
        "{markdown}"
    );
    assert!(!html.contains('\u{1b}') && !markdown.contains('\u{1b}'));
}

#[test]
fn a_page_is_about_a_commit_and_says_when_it_could_not_be_made() {
    let repo = lived();
    let late = repo.run(&["trend", "--from", "2026-03-01", "--to", "2026-01-01"]);
    assert!(late.code == 2 && late.err.contains("before it begins"), "{late:?}");
    assert_eq!(repo.run(&["trend", "--from", "2026-03-01"]).code, 2);
    assert_eq!(repo.run(&["trend", "--quarter", "2026Q7"]).code, 2);
    let twice = repo.run(&["trend", "--output", "json", "--output", "html"]);
    assert!(twice.code == 2 && twice.err.contains("only one format"), "{twice:?}");
    repo.write("incidents/INC-2026-0009.md", CLEAN.replace("INC-2026-0001", "INC-2026-0009"));
    assert!(!trend(&repo, &[]).out.contains("INC-2026-0009"), "what is not committed is in no page");
    let usual = repo.run(&["trend", "--as-of", AS_OF, "--output", "json"]);
    let usual: Value = serde_json::from_str(&usual.out).unwrap();
    assert_eq!(usual["period"], json!({ "from": "2026-01-01", "to": "2026-03-31" }));
    assert_eq!(Repo::empty().run(&["trend"]).code, 2);
    let printed = trend(&repo, &["--output", "pdf"]);
    assert!(printed.code == 2 && printed.out.is_empty() && printed.err.contains("pdf=FILE"), "{printed:?}");
}

/// The same bytes twice; that it keeps to PDF/A and PDF/UA is what the library refuses otherwise.
#[test]
fn a_page_is_a_pdf_as_well() {
    let repo = lived();
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let file = folder.path().join(name);
        let output = format!("pdf={}", file.display());
        let made = trend(&repo, &["--replay", "--output", &output]);
        assert_eq!((made.code, made.out.as_str()), (0, ""), "{made:?}");
        std::fs::read(file).unwrap()
    };
    let (first, second) = (bytes("a.pdf"), bytes("b.pdf"));
    assert!(first.starts_with(b"%PDF-") && first == second);
}

/// A management review that lists nothing and links no page: before, two rules say so; after the work is done, none.
#[test]
fn the_input_for_a_review_satisfies_its_rules_once_it_is_committed_and_linked() {
    for id in ["INC-2026-0007", "INC_2026_7"] {
        let repo = lived();
        let grave = first(FIRST_DONE)
            .replace("INC-2025-0001", id)
            .replace("Mailbox of Eva Koch taken over", "Server room open")
            .replace("causes: [No second factor]\n", "")
            .replace("2025-10-", "2026-02-")
            .replace("2025-11-", "2026-03-");
        repo.write(&format!("incidents/{id}.md"), grave);
        let listed =
            "incidents: [{id: INC-2025-0001, decision: The second factor is paid for. Ben Maurer asks again.}]\n";
        repo.write("management-reviews/MR-2026-01.md", format!("---\nid: MR-2026-01\ndate: 2026-01-15\n{listed}---\n"));
        let minutes = |more: &str| format!("---\nid: MR-2026-04\ndate: 2026-04-08\n{more}---\n\n# Minutes\n");
        repo.write("management-reviews/MR-2026-04.md", minutes(""));
        repo.commit("2026-04-08");
        let rules = ["--rule", "stale-trend", "--rule", "unreported-incident"];
        let before = repo.check(&[&rules[..], &["--fail-on", "warning"]].concat());
        assert!(
            before.code == 1 && before.out.contains("[stale-trend]") && before.out.contains("[unreported-incident]"),
            "{before:?}"
        );
        std::fs::create_dir(repo.at("trends")).unwrap();
        let page = repo.at("trends/MR-2026-04.md");
        let arguments = ["report", "--for-review", "MR-2026-04", "--as-of", AS_OF, "--output", page.to_str().unwrap()];
        let made = repo.run(&arguments);
        assert_eq!((made.code, made.out.as_str()), (0, ""), "{made:?}");
        let text = repo.read("trends/MR-2026-04.md");
        assert!(text.starts_with("---\nfor: \"MR-2026-04\"\nperiod: 2026-01-01 to 2026-04-08\n"), "{text}");
        assert!(text.contains("The second factor is paid for. \\[person\\] asks again."), "{text}");
        assert!(!text.contains("Maurer") && text.contains("MR-2026-01 of 2026-01-15"), "{text}");
        assert!(text.contains("<pre>trend: trends/MR-2026-04.md"), "{text}");
        repo.write("management-reviews/MR-2026-04.md", minutes("trend: trends/MR-2026-04.md\n"));
        repo.commit("2026-04-09");
        let after = repo.check(&[&rules[..], &["--fail-on", "note"]].concat());
        assert_eq!(after.code, 0, "{id}: {after:?}");
    }
}

/// An incident that an earlier meeting should have seen is in no page of this period: the minutes have to decide on it.
#[test]
fn what_an_earlier_meeting_missed_needs_a_decision_in_the_minutes() {
    let repo = lived();
    for (id, day) in [("MR-2026-01", "2026-01-15"), ("MR-2026-04", "2026-04-08")] {
        repo.write(&format!("management-reviews/{id}.md"), format!("---\nid: {id}\ndate: {day}\n---\n"));
    }
    repo.commit("2026-04-08");
    let made = repo.run(&["report", "--for-review", "MR-2026-04", "--as-of", AS_OF]);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.out.contains("needs a decision in the minutes"), "{}", made.out);
    assert!(made.out.contains("{ id: &quot;INC-2025-0001&quot;, decision: &quot;&quot; }"), "{}", made.out);
    let listed = "trend: trends/MR-2026-04.md\nincidents:\n  - { id: \"INC-2025-0001\", decision: \"Paid for.\" }\n";
    repo.write("trends/MR-2026-04.md", &made.out);
    repo.write("management-reviews/MR-2026-04.md", format!("---\nid: MR-2026-04\ndate: 2026-04-08\n{listed}---\n"));
    repo.commit("2026-04-09");
    let rules = ["--rule", "stale-trend", "--rule", "unreported-incident", "--fail-on", "note"];
    let after = repo.check(&rules);
    assert_eq!(after.code, 0, "{after:?}");
}

/// What a page of an earlier review lists is reported, and not asked for again.
#[test]
fn what_an_earlier_page_lists_is_not_reported_twice() {
    let repo = lived();
    let minutes = |id: &str, day: &str| format!("---\nid: {id}\ndate: {day}\ntrend: trends/2025-Q4.md\n---\n");
    repo.write("management-reviews/MR-2026-01.md", minutes("MR-2026-01", "2026-01-15"));
    repo.write("management-reviews/MR-2026-04.md", minutes("MR-2026-04", "2026-04-08"));
    let made = repo.run(&["trend", "--quarter", "2025Q4", "--as-of", AS_OF]);
    assert!(made.out.contains("covers:\n  - \"INC-2025-0001\"\n"), "{}", made.out);
    repo.write("trends/2025-Q4.md", &made.out);
    repo.commit("2026-04-08");
    let made = repo.run(&["report", "--for-review", "MR-2026-04", "--as-of", AS_OF]);
    assert!(
        made.out.contains("that is ready was decided on, or") && !made.out.contains("INC-2025-0001&quot;"),
        "{}",
        made.out
    );
}
