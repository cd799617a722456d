//! Privacy, of the program as a process and over every fixture: no word of a record leaves where records may not be
//! read, and what to mend is still said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;
mod trees;

use closeloop::config::model::PrivacyLevel;
use closeloop::population::People;
use closeloop::privacy::shown;
use closeloop::source::Sources;
use closeloop::verdict::{Judged, Verdict};
use rayon::prelude::*;
use regex::Regex;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use support::{OVERDUE, Repo, Run, finish, result};
use trees::{Files, Tree, folders, read_folder};

const FORMATS: [&str; 10] =
    ["text", "github", "json", "markdown", "gitlab", "azure", "bitbucket", "junit", "rdjson", "sarif"];

/// Each `@@` becomes a word of its own, which stands for what somebody wrote.
const RECORD: &str = "---
id: INC-2026-0002
title: @@ took over @@
status: closed
severity: critical
category: @@ takeover
occurred: 2026-03-05
detected: 2026-03-02
contained: 2026-03-02
recovered: 2026-03-04
closed: 2026-03-10
lead: \"@@ Berger\"
responders: [\"@@ Hahn\", eva]
assets: [\"@@ host\"]
causes: [tag-@@]
cause: \"Human error of @@\"
factors:
  controls: TODO @@
  detection: \"@@ looked away\"
worked_well: [\"@@ was quick\"]
elsewhere: \"@@ looks\"
unknown_key: \"@@ value\"
reviews:
  - kind: reflective
    date: 2026-03-12
    facilitator: \"@@ Berger\"
    participants: [\"@@ Kern\"]
    output: reviews/@@.md
lessons:
  - id: L1
    kind: kind-@@
    text: \"@@ has to go\"
  - id: L2
    kind: control-gap
    text: \"@@ again\"
    accepted: { by: \"@@ Boss\", reason: \"@@ reason\", until: 2026-03-30 }
actions:
  - id: A1
    lessons: [L1]
    text: \"Train @@ again\"
    kind: training
    owner: \"@@ team\"
    due: 2026-03-20
    status: in-progress # closeloop: allow overdue-action until 2026-12-31 by @@: @@ asked for it
  - id: A2
    text: \"Do @@ better\"
    owner: \"@@ Kern\"
    due: \"whenever @@ wants\"
    status: open
  - id: A3
    text: \"Write to @@\"
    owner: eva
    due: 2026-03-20
    status: verified
    completed: 2026-03-19
    changes: [policies/@@.md, R-@@]
    evidence: [logs/@@.txt, \"https://@@.example/x\", \"commit:abc@@\"]
    effectiveness: { checked: 2026-03-20, by: eva, result: effective, how: \"@@ looked\" }
    due_history: [{ from: 2026-03-01, to: 2026-03-20, why: \"@@ was ill\", by: \"@@ Boss\" }]
links:
  risks: [R-@@]
  policies: [POL-@@]
decisions:
  policy: { no_change: \"@@ said so\", by: \"@@ Boss\" }
recorded_late: { field: detected, why: \"@@ was away\", by: \"@@ Boss\" }
---

## @@ heading

@@ forgot to lock the screen. The password is Sommer@@2024! and recovery is still pending, said @@ on 2026-03-11.

| Owner | Due |
|---|---|
| @@ | @@ |
";

const SECOND: &str = "id: INC-2026-0003
title: @@ again
status: \"state @@\"
severity: \"grade @@\"
detected: \"day @@\"
cause: \"Human error of @@\"
causes: [tag-one]
lead: \"@@ Berger\"
dismissed: { why: \"@@\", by: \"@@ Boss\" }
";

const CONFIG: &str = "[isms]
organisation = 'Works'
[registers.people]
path = 'people/people.csv'
[registers.risks]
path = 'risks/risks.yaml'
[exports.tickets]
path = 'exports/tickets.csv'
id = 'Incident'
[[approved_change]]
key = 'thresholds.horizon'
from = '180'
to = '365'
why = '@@ longer'
by = '@@ Boss'
on = 2026-03-04
";

/// A repository in which every text that somebody wrote holds a marker, and its markers.
struct Marked {
    repo: Repo,
    markers: Vec<String>,
}

impl Marked {
    fn new() -> Self {
        let mut marked = Self { repo: Repo::empty(), markers: Vec::new() };
        marked.write("closeloop.toml", CONFIG);
        marked.write("people/people.csv", "id,name,emails,roles\neva,@@ Koch,@@@works.example,@@ lead\n,@@,@@,@@\n");
        marked.write("risks/risks.yaml", "- id: R-1\n  title: '@@ risk'\n  owner: '@@'\n- '@@'\n- id: [@@\n");
        marked.write("exports/tickets.csv", "Ticket,Incident,Title,Status\nT-1,INC-2026-0099,@@ ticket,@@\n");
        marked.write(
            "management-reviews/MR-1.md",
            "---\nid: MR-1\ndate: 2026-03-20\ntitle: '@@'\ntrend: trends/@@.md\n---\n",
        );
        marked.write("reviews/batch.yaml", "kind: batch\ndate: 2026-03-30\nincidents: ['@@']\noutput: '@@'\n");
        let first =
            RECORD.replace("severity: critical", "severity: major").replace("due: 2026-03-20", "due: 2026-03-15");
        marked.write("incidents/INC-2026-0002.md", &first);
        marked.repo.commit("2026-03-20");
        marked.write("incidents/INC-2026-0002.md", RECORD);
        marked.write("incidents/INC-2026-0003.yaml", SECOND);
        marked
            .write("incidents/rows.csv", "id,title,severity,detected,status,@@ column\nINC-2026-0004,@@,@@,@@,@@,@@\n");
        marked.write("incidents/broken.yaml", "id: INC-2026-0005\ntitle: '@@\nstatus: [@@\n");
        marked.repo.commit("2026-04-01");
        marked
    }

    fn write(&mut self, path: &str, text: &str) {
        let mut parts = text.split("@@");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let marker = format!("Zqx{:04}", self.markers.len());
            filled.push_str(&marker);
            filled.push_str(part);
            self.markers.push(marker);
        }
        self.repo.write(path, filled);
    }

    /// `closeloop check` in a build.
    fn check(&self, build: &[(&str, &str)], args: &[&str]) -> Run {
        let mut command = self.repo.command(&[&["check", "--as-of", support::AS_OF], args].concat());
        command.envs(build.iter().copied());
        finish(command)
    }

    fn found(&self, text: &str) -> Vec<&str> {
        self.markers.iter().map(String::as_str).filter(|marker| text.contains(*marker)).collect()
    }
}

fn event(repo: &Repo, text: &str) -> String {
    repo.write(".git/event.json", text);
    repo.at(".git/event.json").to_str().unwrap().to_owned()
}

const PUBLIC: &str = r#"{"repository": {"private": false, "visibility": "public"}}"#;

/// Everything that runs in a build print: each format, colours, a comparison with a base, and the summary of the job.
fn outputs(marked: &Marked, build: &[(&str, &str)]) -> Vec<(String, Run)> {
    let first = marked.repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let base = ["--base", first.trim()];
    let mut all = Vec::new();
    for format in FORMATS {
        all.push((format.to_owned(), marked.check(build, &["--output", format])));
        all.push((format!("{format}, compared"), marked.check(build, &[&base[..], &["--output", format]].concat())));
        all.push((format!("{format}, no history"), marked.check(build, &["--no-history", "--output", format])));
    }
    all.push(("colour".to_owned(), marked.check(build, &["--color", "always"])));
    let one_rule = ["--rule", "overdue-action", "--output", "github"];
    all.push(("github, one rule".to_owned(), marked.check(build, &one_rule)));
    let summary = marked.repo.at(".git/summary.md");
    let build = [build, &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]].concat();
    let run = marked.check(&build, &["--output", "github"]);
    all.push(("summary".to_owned(), Run { out: marked.repo.read(".git/summary.md"), ..run }));
    all
}

/// Where the owner stands whom no register knows: the line of A1.
fn line() -> usize {
    RECORD.lines().position(|line| line.contains("due: 2026-03-20")).unwrap() + 1
}

fn assert_discreet(marked: &Marked, outputs: &[(String, Run)]) {
    for (name, run) in outputs {
        for text in [&run.out, &run.err] {
            assert_eq!(marked.found(text), Vec::<&str>::new(), "{name}:\n{text}");
        }
        assert_eq!(run.code, 1, "{name}: {run:?}");
        // GitHub gets the ten worst, and most formats leave out what stood in the base.
        if name == "github" || name.contains(", ") {
            continue;
        }
        for part in ["overdue-action", "INC-2026-0002", "actions.A1.due"] {
            let text = run.out.replace('\\', "");
            assert!(text.contains(part), "{name} has no {part}:\n{text}");
        }
    }
    for format in ["text", "github, one rule", "azure", "junit"] {
        let (_, run) = outputs.iter().find(|(name, _)| name == format).unwrap();
        let place = match format {
            "github, one rule" => format!("file=incidents/INC-2026-0002.md,line={},", line()),
            "azure" => format!("sourcepath=incidents/INC-2026-0002.md;linenumber={};", line()),
            _ => format!("incidents/INC-2026-0002.md:{}:10", line()),
        };
        assert!(run.out.contains(&place), "{format} has no {place}:\n{}", run.out);
    }
}

#[test]
fn at_home_everything_is_shown() {
    let marked = Marked::new();
    let run = marked.check(&[], &[]);
    assert!(marked.found(&run.out).len() > 30, "{}", run.out);
    let run = marked.check(&[], &["--output", "json"]);
    assert_eq!(result(&run.out)["privacy"], "full");
}

#[test]
fn in_a_build_no_word_of_a_record_is_shown() {
    let marked = Marked::new();
    let outputs = outputs(&marked, &[("CI", "true")]);
    assert_discreet(&marked, &outputs);
    let (_, json) = outputs.iter().find(|(name, _)| name == "json").unwrap();
    let value = result(&json.out);
    assert_eq!(value["privacy"], "reduced");
    let findings = value["findings"].as_array().unwrap();
    let overdue = findings.iter().find(|one| one["rule"] == "overdue-action").unwrap();
    assert!(overdue["message"].as_str().unwrap().contains("2026-03-20"), "{overdue}");
    assert!(findings.iter().any(|one| one["related"].as_array().unwrap().iter().any(|two| two["commit"].is_string())));
    let explained = findings.iter().find(|one| one["acknowledged"].is_object()).unwrap();
    assert_eq!(explained["acknowledged"]["why"], "", "{explained}");
    let (_, text) = outputs.iter().find(|(name, _)| name == "text").unwrap();
    assert!(text.out.contains("the output is reduced") && text.out.contains("at home shows everything"));
}

#[test]
fn what_is_public_shows_neither_words_nor_dates_nor_commits_of_records() {
    let marked = Marked::new();
    let event = event(&marked.repo, PUBLIC);
    let build = [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", event.as_str())];
    // Neither an option nor the configuration opens up what everybody sees.
    let config = marked.repo.read("closeloop.toml") + "[privacy]\noutput = 'full'\n";
    marked.repo.write("closeloop.toml", config);
    marked.repo.commit("2026-04-01");
    let outputs = outputs(&marked, &build);
    assert_discreet(&marked, &outputs);
    let run = marked.check(&build, &["--privacy", "full", "--output", "json"]);
    assert_eq!(marked.found(&run.out), Vec::<&str>::new());
    let value = result(&run.out);
    assert_eq!(value["privacy"], "minimal");
    let day = Regex::new(r"\d{4}-\d{2}-\d{2}").unwrap();
    for finding in value["findings"].as_array().unwrap() {
        assert_eq!(finding["related"].as_array().unwrap().len(), 0, "{finding}");
        assert!(finding["due"].is_null(), "{finding}");
        // What to do may show by an example how a day is written.
        assert!(!day.is_match(finding["message"].as_str().unwrap()), "{finding}");
    }
    let shown = {
        let mut command = marked.repo.command(&["show", "INC-2026-0002", "--privacy", "full"]);
        command.envs(build);
        finish(command)
    };
    assert_eq!((shown.code, shown.out.as_str()), (2, ""), "{shown:?}");
    assert!(shown.err.contains("output is minimal here") && shown.err.contains("everybody sees"), "{shown:?}");
}

#[test]
fn a_public_project_of_gitlab_is_minimal_and_a_private_one_follows_the_configuration() {
    let repo = Repo::with(&[("incidents/a.md", OVERDUE), ("closeloop.toml", "[privacy]\noutput = 'full'\n")]);
    for (visibility, level) in [("public", "minimal"), ("private", "full"), ("internal", "full")] {
        let mut command = repo.command(&["check", "--as-of", support::AS_OF, "--output", "json"]);
        command.envs([("CI", "true"), ("GITLAB_CI", "true"), ("CI_PROJECT_VISIBILITY", visibility)]);
        assert_eq!(result(&finish(command).out)["privacy"], level, "{visibility}");
    }
}

#[test]
fn an_event_that_cannot_be_read_opens_nothing_up() {
    let repo = Repo::with(&[("incidents/a.md", OVERDUE), ("closeloop.toml", "[privacy]\noutput = 'full'\n")]);
    let garbage = event(&repo, "{\"repository\": ");
    for path in [garbage.as_str(), "/nonexistent/event.json", ""] {
        let mut command = repo.command(&["check", "--as-of", support::AS_OF, "--output", "json"]);
        command.envs([("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", path)]);
        assert_eq!(result(&finish(command).out)["privacy"], "reduced", "{path}");
    }
}

#[test]
fn a_change_cannot_open_up_what_its_base_keeps() {
    let repo = Repo::with(&[("incidents/a.md", OVERDUE), ("closeloop.toml", "[privacy]\noutput = 'reduced'\n")]);
    repo.write("closeloop.toml", "[privacy]\noutput = 'full'\n");
    repo.commit("2026-04-02");
    let level = |args: &[&str]| {
        let run = repo.check(&[&["--output", "json"], args].concat());
        result(&run.out)["privacy"].as_str().unwrap().to_owned()
    };
    assert_eq!((level(&[]), level(&["--base", "HEAD~1"])), ("full".to_owned(), "reduced".to_owned()));
    assert_eq!(level(&["--privacy", "minimal"]), "minimal");
}

#[test]
fn a_configuration_that_cannot_be_used_is_named_by_its_place() {
    let repo = Repo::with(&[("incidents/a.md", OVERDUE), ("closeloop.toml", "[rules]\nzqx = 'error'\n")]);
    let event = event(&repo, PUBLIC);
    let mut command = repo.command(&["check", "--output", "json"]);
    command.envs([("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", event.as_str())]);
    let run = finish(command);
    let value = result(&run.out);
    assert_eq!((run.code, &value["privacy"]), (2, &serde_json::json!("minimal")));
    let problem = &value["problems"][0];
    assert!(!problem.to_string().contains("zqx"), "{problem}");
    assert_eq!((&problem["path"], &problem["start"]["line"]), (&"closeloop.toml".into(), &2.into()), "{problem}");
}

#[test]
fn a_command_that_prints_records_runs_in_a_build_where_that_is_asked_for() {
    let repo = Repo::with(&[("incidents/INC-2026-0002.md", OVERDUE)]);
    for command in ["show", "timeline"] {
        let run = |args: &[&str]| {
            let mut run = repo.command(&[&[command, "INC-2026-0002"], args].concat());
            run.env("CI", "true");
            finish(run)
        };
        let refused = run(&[]);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
        assert!(refused.err.contains("`--privacy full` prints it"), "{refused:?}");
        let shown = run(&["--privacy", "full"]);
        assert!(shown.code == 0 && shown.out.contains("VPN account takeover"), "{shown:?}");
    }
}

/// Every text of the program as one: its strings without their line ends and escapes, and the heads of its rules.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let mut files = Files::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read_folder(&root, &root, &mut files);
    let source: String = files.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let continued = Regex::new(r"\\\n\s*").unwrap().replace_all(&source, "").replace("\\\"", "\"");
    let heads = source.replace("\n//! ", " ");
    continued + &heads
});

/// What may stand in a shown text besides the words of the program: counts, days, short commits, the rule's own name.
const MADE: &str = r"(?x)
    ^[0-9a-f]{7}\ of\ \d{4}-\d\d-\d\d$
    | ^This\ reason\ stands\ word\ for\ word\ in\ \d+\ records$
    | ;\ `closeloop\ check`\ at\ home\ says\ more,\ and\ `closeloop\ explain\ [a-z-]+`\ why$";
/// The landing behind a text.
const LANDING: &str = r" \([0-9a-f]{7} of \d{4}-\d\d-\d\d\)$";
/// The field, the days and the state behind the sentence of a message.
const ABOUT: &str = r" \((`[^`]*`|\d{4}-\d\d-\d\d|due by \d{4}-\d\d-\d\d|not due yet|the record explains it|, )+\)$";

struct Forms {
    made: Regex,
    landing: Regex,
    about: Regex,
}

/// Made once: it takes longer than all that is done with them.
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let form = |text| Regex::new(text).unwrap();
    Forms { made: form(MADE), landing: form(LANDING), about: form(ABOUT) }
});

fn is_of_program(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    PROGRAM.contains(&*FORMS.landing.replace(text, "")) || FORMS.made.is_match(text)
}

/// The sentence of a message, without its record and without the field and the days behind it.
fn sentence(finding: &Judged) -> String {
    let message = finding.message.as_str();
    let record = finding.record.as_ref().map_or(String::new(), |record| format!("{record}: "));
    let message = message.strip_prefix(&record).unwrap_or_else(|| panic!("{message}"));
    FORMS.about.replace(message, "").into_owned()
}

/// Every text of a verdict's findings.
fn texts(verdict: &Verdict) -> Vec<String> {
    let of_finding = |finding: &Judged| {
        let related = finding.related.iter().map(|related| related.message.to_string());
        [sentence(finding), finding.why.to_string(), finding.help.to_string()].into_iter().chain(related).collect()
    };
    let texts = verdict.findings.iter().flat_map(|finding| -> Vec<String> { of_finding(finding) });
    texts.filter(|text| !text.is_empty()).collect()
}

/// Each case of each rule, judged as the tests of the rules do.
fn cases() -> Vec<(Tree, String)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let base = || {
        let mut files = Files::new();
        read_folder(&fixtures.join("base"), &fixtures.join("base"), &mut files);
        files
    };
    let failing = folders(&fixtures).into_iter().flat_map(|rule| folders(&rule.join("fail")));
    let read = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("case.toml")).unwrap_or_default();
        let case: toml::Table = toml::from_str(&text).unwrap();
        let has_base = case.get("base").and_then(toml::Value::as_bool) == Some(true);
        let life = case.get("life").and_then(toml::Value::as_str).map(|life| fixtures.join("lives").join(life));
        let as_of = case.get("as_of").and_then(toml::Value::as_str).unwrap_or("2026-06-30").to_owned();
        let tree = Tree::read(&folder, if has_base { base() } else { Files::new() }, life.as_deref());
        (tree, as_of)
    };
    failing.map(read).collect()
}

#[test]
fn every_sentence_that_is_shown_stands_in_the_program() {
    let texts: BTreeSet<String> = cases()
        .into_par_iter()
        .flat_map(|(mut tree, as_of)| {
            let verdict = tree.judge(&as_of, &[]);
            [PrivacyLevel::Reduced, PrivacyLevel::Minimal]
                .map(|level| texts(&shown(verdict.clone(), Sources::default(), &People::default(), level).0))
        })
        .flatten()
        .collect();
    assert!(texts.len() > 300, "{}", texts.len());
    let strangers: Vec<&String> = texts.iter().filter(|text| !is_of_program(text)).collect();
    assert!(strangers.is_empty(), "{strangers:#?}");
}
