//! Every rule over every fixture, the registry, the examples, and the ground rules.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod trees;

use closeloop::config::Level;
use closeloop::rules::{self, Nature, doc};
use closeloop::verdict::{Judged, Verdict};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use trees::{Files, Tree, folders, name, read_folder};

/// What `case.toml` says; `fixtures/README.md` describes it.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Case {
    base: bool,
    life: Option<String>,
    as_of: String,
    also: Vec<String>,
    level: Option<Level>,
    expect: Vec<Expect>,
}

impl Default for Case {
    fn default() -> Self {
        Self { base: false, life: None, as_of: "2026-06-30".into(), also: vec![], level: None, expect: vec![] }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    file: String,
    at: String,
    field: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The registers of the small organisation that most cases share.
fn base() -> Files {
    let mut files = Files::new();
    read_folder(&root().join("base"), &root().join("base"), &mut files);
    files
}

fn load(folder: &Path) -> (Case, Tree) {
    let text = fs::read_to_string(folder.join("case.toml")).unwrap_or_default();
    let case: Case = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let base = if case.base { base() } else { Files::new() };
    let life = case.life.as_ref().map(|life| root().join("lives").join(life));
    (case, Tree::read(folder, base, life.as_deref()))
}

fn run(files: &Files, as_of: &str) -> Verdict {
    Tree { files: files.clone(), ..Tree::default() }.judge(as_of, &[])
}

type Range = ((u32, u32), (u32, u32));

/// Line and column of the two marks of `at`, found in the text itself and not by the code under test.
fn marked(files: &Files, expect: &Expect) -> Option<Range> {
    if expect.at.is_empty() {
        return None;
    }
    let bytes = files.get(&expect.file).unwrap_or_else(|| panic!("there is no {}", expect.file));
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let (before, rest) = expect.at.split_once('«').expect("`at` has a mark «");
    let (inside, after) = rest.split_once('»').expect("`at` has a mark »");
    let whole = format!("{before}{inside}{after}");
    let found: Vec<usize> = text.match_indices(&whole).map(|(at, _)| at).collect();
    assert_eq!(found.len(), 1, "`{whole}` stands {} times in {}", found.len(), expect.file);
    let position = |offset: usize| {
        let line = text[..offset].matches('\n').count() + 1;
        let column = text[..offset].rsplit('\n').next().unwrap().chars().count() + 1;
        (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
    };
    let start = found[0] + before.len();
    Some((position(start), position(start + inside.len())))
}

fn range(finding: &Judged) -> Option<Range> {
    let (start, end) = (finding.start?, finding.end?);
    Some(((start.line, start.column), (end.line, end.column)))
}

fn loud(verdict: &Verdict) -> Vec<&Judged> {
    verdict.findings.iter().filter(|finding| finding.level > Level::Note && finding.cover.is_none()).collect()
}

fn describe(findings: &[&Judged]) -> String {
    let line = |f: &&Judged| {
        format!("    {} {} {}:{:?} [{}] {}", f.level.name(), f.rule, f.path, range(f), f.field, f.message)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a passing case.
fn judge_pass(rule: &str, case: &Case, verdict: &Verdict) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut findings: Vec<_> =
        loud(verdict).into_iter().filter(|f| !case.also.contains(&f.rule) || f.rule == rule).collect();
    if case.level == Some(Level::Note) {
        findings.extend(verdict.findings.iter().filter(|f| f.rule == rule && f.level == Level::Note));
    }
    if !findings.is_empty() {
        wrong.push(format!("should be clean:\n{}", describe(&findings)));
    }
    if verdict.rules.iter().find(|result| result.id == rule).is_none_or(|result| result.tested == 0) {
        wrong.push("its rule tests nothing here, so it proves nothing".to_owned());
    }
    wrong
}

/// What is wrong with a failing case.
fn judge_fail(rule: &str, case: &Case, files: &Files, verdict: &Verdict) -> Vec<String> {
    let mut wrong = Vec::new();
    let own: Vec<&Judged> = verdict.findings.iter().filter(|f| f.rule == rule).collect();
    if case.expect.is_empty() {
        wrong.push("a failing case expects something: add [[expect]]".to_owned());
    }
    for expect in &case.expect {
        let at = marked(files, expect);
        let is_hit = |f: &&Judged| {
            let here = f.path.as_str() == expect.file && range(f) == at;
            let same_field = expect.field.as_deref().is_none_or(|field| f.field.as_str() == field);
            here && same_field && case.level.is_none_or(|level| f.level == level)
        };
        if !own.iter().any(is_hit) {
            let found = describe(&own);
            wrong.push(format!("no finding at {} `{}` {at:?}; there are\n{found}", expect.file, expect.at));
        }
    }
    let breaches = own.iter().filter(|f| f.level > Level::Note).count();
    if breaches > case.expect.len() {
        wrong.push(format!("more findings of the rule than expected:\n{}", describe(&own)));
    }
    let others: Vec<&Judged> =
        loud(verdict).into_iter().filter(|f| f.rule != rule && !case.also.contains(&f.rule)).collect();
    if !others.is_empty() {
        wrong.push(format!("other rules fire:\n{}", describe(&others)));
    }
    for also in case.also.iter().filter(|also| !loud(verdict).iter().any(|f| &&f.rule == also)) {
        wrong.push(format!("`also` lists {also}, which does not fire"));
    }
    wrong
}

/// `RULE=overdue-action cargo test --test rules` judges one rule alone.
fn is_wanted(rule: &str) -> bool {
    std::env::var("RULE").map_or(true, |only| only == rule)
}

/// Every case of every rule: rule, kind, folder.
fn cases() -> Vec<(&'static str, &'static str, PathBuf)> {
    let wanted = rules::TABLE.iter().map(|rule| rule.meta.id).filter(|rule| is_wanted(rule));
    let kinds = wanted.flat_map(|rule| [(rule, "fail"), (rule, "pass")]);
    kinds
        .flat_map(|(rule, kind)| {
            folders(&root().join(rule).join(kind)).into_iter().map(move |folder| (rule, kind, folder))
        })
        .collect()
}

/// A case with what the program says of it.
struct Tried {
    rule: &'static str,
    kind: &'static str,
    name: String,
    case: Case,
    files: Files,
    verdict: Verdict,
}

/// Every case, judged once for all tests.
fn tried() -> &'static [Tried] {
    static TRIED: OnceLock<Vec<Tried>> = OnceLock::new();
    TRIED.get_or_init(|| {
        let judged = cases().into_par_iter().map(|(rule, kind, folder)| {
            let (case, mut tree) = load(&folder);
            let verdict = tree.judge(&case.as_of, &[]);
            Tried { rule, kind, name: format!("{rule}/{kind}/{}", name(&folder)), case, files: tree.files, verdict }
        });
        judged.collect()
    })
}

#[test]
fn every_rule_over_every_fixture() {
    let mut wrong = Vec::new();
    for Tried { rule, kind, name, case, files, verdict } in tried() {
        let mut found: Vec<String> =
            verdict.problems.iter().map(|p| format!("could not check: {}", p.message)).collect();
        found.extend(match *kind {
            "pass" => judge_pass(rule, case, verdict),
            _ => judge_fail(rule, case, files, verdict),
        });
        wrong.extend(found.iter().map(|w| format!("{name}: {w}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_cases_of_both_kinds() {
    let cases = cases();
    let has = |rule: &str, kind: &str| cases.iter().any(|(r, k, _)| *r == rule && *k == kind);
    let wanted = rules::TABLE.iter().map(|rule| rule.meta.id).filter(|rule| is_wanted(rule));
    let bare: Vec<_> = wanted.filter(|rule| !has(rule, "fail") || !has(rule, "pass")).collect();
    assert!(bare.is_empty(), "without fixtures/<rule>/fail/<case>/ or pass/<case>/: {bare:?}");
}

#[test]
fn no_folder_of_fixtures_belongs_to_an_unknown_rule() {
    let known: BTreeSet<&str> = rules::ids().into_iter().chain(["base", "records", "lives", "isms"]).collect();
    let unknown: Vec<String> =
        folders(&root()).iter().map(|p| name(p)).filter(|n| !known.contains(n.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_table_is_sorted_and_every_file_is_in_it() {
    let ids: Vec<&str> = rules::TABLE.iter().map(|rule| rule.meta.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let mut files = BTreeSet::new();
    for family in folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules")) {
        for file in fs::read_dir(&family).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
            let id = name(&file).trim_end_matches(".rs").replace('_', "-");
            if fs::read_to_string(&file).unwrap().contains("pub static RULE") {
                files.insert((id, name(&family)));
            }
        }
    }
    let table = rules::TABLE.iter().map(|r| (r.meta.id.to_owned(), r.meta.family.name().to_owned())).collect();
    assert_eq!(files, table, "files with a rule, and the table");
    assert_eq!(rules::ids().len(), rules::ids().into_iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn every_rule_is_documented_under_the_fixed_headings() {
    for rule in rules::TABLE {
        let (id, source) = (rule.meta.id, rule.meta.source);
        let head = doc::head(source);
        let headings: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, doc::HEADINGS, "{id}");
        for heading in doc::HEADINGS {
            let text = doc::section(source, heading).unwrap_or_default();
            assert!(text.len() > 20 && !text.starts_with('<'), "{id}: `{heading}` says nothing");
        }
        let summary = doc::summary(source);
        assert!(summary.len() > 20 && !summary.starts_with('<'), "{id} has no summary");
        assert!(source.contains(&format!("id: \"{id}\"")), "{id} has another file's text");
    }
}

#[test]
fn silencers_are_rules_and_names_name_what_is_wrong() {
    use rules::SilencedBy::{Field, Item, Record};
    let known = rules::ids();
    for rule in rules::TABLE {
        for silencer in rule.meta.silenced_by {
            let (Record(name) | Item(name) | Field(name)) = silencer;
            assert!(known.contains(name), "{} is silenced by unknown {name}", rule.meta.id);
        }
        let word = rule.meta.id.split('-').next().unwrap();
        assert!(!["no", "not", "disallow", "forbid", "require", "check"].contains(&word), "{}", rule.meta.id);
    }
}

/// An example as a tree; blocks with a date are commits.
fn example(files: Vec<doc::ExampleFile>) -> Tree {
    if files.iter().any(|file| file.commit.is_some()) {
        let day = |file: &doc::ExampleFile| file.commit.clone().expect("every block of a history has its day");
        let steps: Vec<_> = files.into_iter().map(|file| (day(&file), file.path, file.text)).collect();
        return Tree::of_days(&steps);
    }
    let files = files.into_iter().map(|file| (file.path, file.text.into_bytes())).collect();
    Tree { files, ..Tree::default() }
}

#[test]
fn the_examples_of_every_rule_do_what_they_say() {
    for rule in rules::TABLE.iter().filter(|rule| is_wanted(rule.meta.id)) {
        let id = rule.meta.id;
        let breaches = |heading| {
            let files = doc::example(rule.meta.source, heading);
            assert!(!files.is_empty(), "{id}: no example under `{heading}`");
            let verdict = example(files).judge("2026-06-30", &[]);
            let own = verdict.findings.iter().filter(|f| f.rule == id && f.nature == Nature::Breach);
            own.map(|f| f.message.to_string()).collect::<Vec<_>>()
        };
        assert!(!breaches("Failing example").is_empty(), "{id}: the failing example is clean");
        assert_eq!(breaches("Passing example"), Vec::<String>::new(), "{id}: the passing example");
    }
}

#[test]
fn messages_are_short_and_say_what_to_do() {
    for finding in tried().iter().flat_map(|tried| &tried.verdict.findings) {
        let length = finding.message.as_str().chars().count();
        assert!(length <= 90, "{}: {length}: {}", finding.rule, finding.message);
        assert!(!finding.message.as_str().ends_with('.'), "{}: {}", finding.rule, finding.message);
        assert!(!finding.why.as_str().is_empty() && !finding.help.as_str().is_empty(), "{}", finding.rule);
    }
}

/// A tree that was committed today, in a repository whose history begins with it, is judged as it is without history.
#[test]
fn trees_are_judged_alike_with_and_without_a_history() {
    let wrong: Vec<String> = cases()
        .into_par_iter()
        .filter_map(|(rule, kind, folder)| {
            let (case, mut tree) = load(&folder);
            if !tree.commits.is_empty() {
                return None;
            }
            let told = |verdict: &Verdict| {
                let line = |f: &&Judged| format!("{} {:?} {} {:?} {}", f.rule, f.level, f.path, range(f), f.message);
                // What is secret is told differently once it has landed.
                let alike = loud(verdict).into_iter().filter(|f| f.rule != "sensitive-text");
                alike.map(|f| line(&f)).collect::<Vec<_>>()
            };
            let bare = told(&tree.judge(&case.as_of, &[]));
            let since = format!("\n[history]\nsince = \"{}\"\n", case.as_of);
            tree.files.entry("closeloop.toml".into()).or_default().extend(since.bytes());
            tree.commits = vec![trees::commit("all", &case.as_of, std::mem::take(&mut tree.files))];
            let compared = told(&tree.judge(&case.as_of, &[]));
            let name = name(&folder);
            (bare != compared).then(|| format!("{rule}/{kind}/{name}:\n{bare:#?}\nwith history:\n{compared:#?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A clean record of each class, in the shared organisation, gets nothing above a note.
#[test]
fn the_reference_records_are_clean() {
    for class in ["minor", "moderate", "significant", "major"] {
        let mut files = base();
        let record = fs::read(root().join(format!("records/{class}.md"))).unwrap();
        files.insert("incidents/INC-2026-0001.md".into(), record);
        let verdict = run(&files, "2026-06-30");
        assert!(loud(&verdict).is_empty(), "{class}:\n{}", describe(&loud(&verdict)));
        assert!(verdict.problems.is_empty(), "{class}: {:?}", verdict.problems);
    }
}

/// A record that was kept as it should be, from its opening to the check of its action, is clean at every step.
#[test]
fn a_life_well_kept_is_clean_on_each_of_its_days() {
    for as_of in ["2026-03-02", "2026-03-10", "2026-03-31", "2026-04-20", "2026-06-30"] {
        let mut tree = Tree::read(&root().join("none"), base(), Some(&root().join("lives/moderate")));
        tree.commits.retain(|commit| {
            let day = commit.description.split("date = ").nth(1).expect("a commit has a date");
            &day[..10] <= as_of
        });
        let verdict = tree.judge(as_of, &[]);
        assert!(loud(&verdict).is_empty(), "{as_of}:\n{}", describe(&loud(&verdict)));
        assert!(verdict.problems.is_empty(), "{as_of}: {:?}", verdict.problems);
    }
}

/// Nothing above a note for a small thing: on its last day, weeks later and a year later.
#[test]
fn a_seven_line_record_of_a_minor_incident_gets_nothing_above_a_note() {
    let record = "---\nid: INC-2026-0001\ntitle: Phishing message reported\nstatus: closed\nseverity: low\n\
                  detected: 2026-03-02\nclosed: 2026-03-03\n---\nOne message was reported and deleted.\n";
    let files = Files::from([("incidents/INC-2026-0001.md".to_owned(), record.as_bytes().to_vec())]);
    for as_of in ["2026-03-03", "2026-04-15", "2027-03-03"] {
        let verdict = run(&files, as_of);
        assert!(loud(&verdict).is_empty(), "{as_of}:\n{}", describe(&loud(&verdict)));
    }
}

/// A duty starts when it can be met: closing on the day when the response ends is clean, in every class.
#[test]
fn closing_on_the_day_when_the_response_ends_is_clean() {
    for severity in ["low", "medium", "high", "critical"] {
        let record = format!(
            "---\nid: INC-2026-0001\ntitle: VPN account takeover\nstatus: closed\nseverity: {severity}\n\
             detected: 2026-03-02\ncontained: 2026-03-02\nrecovered: 2026-03-03\nclosed: 2026-03-03\n\
             lead: ana\nresponders: [ana]\nassets: [vpn]\n---\n\nThe account was closed and its sessions ended.\n"
        );
        let mut files = base();
        files.insert("incidents/INC-2026-0001.md".into(), record.into_bytes());
        files.retain(|path, _| !path.starts_with("reviews/") && !path.starts_with("management-reviews/"));
        let verdict = run(&files, "2026-03-03");
        assert!(loud(&verdict).is_empty(), "{severity}:\n{}", describe(&loud(&verdict)));
    }
}
