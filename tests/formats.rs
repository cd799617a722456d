//! The machine formats of an evidence pack, as processes over small repositories.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use closeloop::{framework, rules};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{AS_OF, CLEAN, OVERDUE, Repo, finish};
use tempfile::TempDir;

/// A repository with a clean and an overdue record, and an empty folder for packs.
fn repo() -> (Repo, TempDir) {
    let files = [("incidents/INC-2026-0001.md", CLEAN), ("incidents/INC-2026-0002.md", OVERDUE)];
    (Repo::with(&files), TempDir::new().unwrap())
}

fn pack(repo: &Repo, folder: &TempDir, more: &[&str]) -> PathBuf {
    let pack = folder.path().join("pack");
    let period = ["report", "--from", "2026-01-01", "--to", "2026-03-31", "--output"];
    let as_of: &[&str] = if more.contains(&"--as-of") { &[] } else { &["--as-of", AS_OF] };
    let run = repo.run(&[&period[..], &[pack.to_str().unwrap()], as_of, more].concat());
    assert!(run.code <= 1, "{run:?}");
    pack
}

fn json(pack: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(pack.join(name)).unwrap()).unwrap()
}

/// The parts of the workbook, by name.
fn parts(pack: &Path) -> Vec<(String, String)> {
    let file = std::fs::File::open(pack.join("evidence.xlsx")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let (mut part, mut text) = (archive.by_index(at).unwrap(), String::new());
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

fn part<'p>(parts: &'p [(String, String)], name: &str) -> &'p str {
    &parts.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}")).1
}

#[test]
fn the_workbook_has_a_sheet_a_table_with_days_as_days() {
    let (repo, folder) = repo();
    let parts = parts(&pack(&repo, &folder, &[]));
    let book = part(&parts, "xl/workbook.xml");
    for sheet in
        ["Read me", "Incidents", "Actions", "Changes", "Rules", "Findings", "Exceptions", "Crosswalk", "Checklist"]
    {
        assert!(book.contains(&format!("name=\"{sheet}\"")), "{sheet}");
    }
    // A day is a number with a format: 2026-03-20 is the 46101st.
    let actions = part(&parts, "xl/worksheets/sheet3.xml");
    assert!(actions.contains("<v>46101</v>"), "{actions}");
    assert!(actions.contains("state=\"frozen\"") && actions.contains("<autoFilter"), "{actions}");
    assert!(part(&parts, "docProps/core.xml").contains("2026-04-10T00:00:00Z"), "the time of making is the as-of date");
}

#[test]
fn no_cell_of_the_workbook_is_a_formula_or_a_link_and_none_is_too_long() {
    let long = "long ".repeat(8_000);
    for payload in ["=HYPERLINK(1)", "@SUM(1)", "https://evil.example.org", "_x0041_ \u{7} \u{202e}evil", &long] {
        let action = serde_json::json!({"id": "A1", "text": payload, "owner": payload, "due": "2026-03-20"});
        let record = serde_json::json!({
            "id": "INC-2026-0001", "title": payload, "detected": "2026-03-02", "status": "open", "actions": [action],
        });
        let repo = Repo::with(&[("incidents/INC-2026-0001.json", &record.to_string())]);
        let folder = TempDir::new().unwrap();
        let parts = parts(&pack(&repo, &folder, &[]));
        for (name, text) in parts.iter().filter(|(name, _)| name.ends_with(".xml")) {
            assert!(!text.contains("<f>") && !text.contains("<f "), "{name}");
            assert!(!text.contains("hyperlink"), "{name}");
            assert!(!text.contains('\u{202e}') && !text.contains('\u{7}'), "{name}");
        }
        let longest = part(&parts, "xl/sharedStrings.xml").split("</t>").map(str::len).max().unwrap();
        assert_eq!(longest > 30_000, payload.len() > 30_000);
        assert!(longest < 32_767 + 40, "{longest}");
        let is_told =
            part(&parts, "xl/sharedStrings.xml").contains("of 39999 characters; the whole is in the CSV file");
        assert_eq!(is_told, payload.len() > 30_000);
    }
}

#[test]
fn nothing_that_looks_like_a_password_is_in_the_workbook() {
    let record =
        OVERDUE.replace("Require a second factor", "The password: hunter2-Xy77! is shared; require a second factor");
    let repo = Repo::with(&[("incidents/INC-2026-0002.md", &record)]);
    let folder = TempDir::new().unwrap();
    let parts = parts(&pack(&repo, &folder, &[]));
    assert!(parts.iter().all(|(_, text)| !text.contains("hunter2")));
    assert!(part(&parts, "xl/sharedStrings.xml").contains("[secret]"));
}

#[test]
fn the_statement_names_every_other_file_and_the_list_names_the_statement() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let statement = json(&pack, "statement.intoto.json");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let subjects: Vec<&str> =
        statement["subject"].as_array().unwrap().iter().map(|subject| subject["name"].as_str().unwrap()).collect();
    let mut others: Vec<String> = std::fs::read_dir(&pack)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "MANIFEST.sha256" && name != "statement.intoto.json")
        .collect();
    others.sort();
    assert_eq!(subjects, others);
    for subject in statement["subject"].as_array().unwrap() {
        let bytes = std::fs::read(pack.join(subject["name"].as_str().unwrap())).unwrap();
        assert_eq!(subject["digest"]["sha256"], closeloop::render::report::digest(&bytes));
    }
    let about = json(&pack, "provenance.json");
    let predicate = &statement["predicate"];
    assert_eq!(predicate["commit"].as_str(), Some(repo.git(&["rev-parse", "HEAD"]).trim()));
    assert_eq!((&predicate["tree"], &predicate["asOf"]), (&about["tree"], &about["as_of"]));
    assert_eq!(predicate["configDigest"]["sha256"], about["config_digest"]);
    assert_eq!(predicate["period"], serde_json::json!({"from": "2026-01-01", "to": "2026-03-31"}));
    let list = std::fs::read_to_string(pack.join("MANIFEST.sha256")).unwrap();
    assert!(list.lines().any(|line| line.ends_with("  statement.intoto.json")), "{list}");
}

/// As docs/report.md says it; where there is no `ssh-keygen`, scripts/test tries it.
#[test]
fn the_list_can_be_signed_and_verified_with_a_key_of_ssh() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let run = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-ec", script]).current_dir(folder.path());
        finish(command)
    };
    if run("command -v ssh-keygen").code != 0 {
        return;
    }
    let made = run("ssh-keygen -q -t ed25519 -N '' -C ana@example.org -f key && \
                    echo \"ana@example.org namespaces=\\\"closeloop\\\" $(cat key.pub)\" > signers && \
                    ssh-keygen -Y sign -f key -n closeloop < pack/MANIFEST.sha256 > pack.sig");
    assert_eq!(made.code, 0, "{made:?}");
    let verify = "ssh-keygen -Y verify -f signers -I ana@example.org -n closeloop -s pack.sig < pack/MANIFEST.sha256";
    assert_eq!(run(verify).code, 0, "{:?}", run(verify));
    // The signature lies beside the pack, so that nothing is in there that does not belong.
    assert_eq!(repo.run(&["verify", pack.to_str().unwrap()]).code, 0);
    let list = std::fs::read_to_string(pack.join("MANIFEST.sha256")).unwrap();
    std::fs::write(pack.join("MANIFEST.sha256"), list.replacen('a', "b", 1)).unwrap();
    assert_ne!(run(verify).code, 0);
}

#[test]
fn every_rule_is_in_a_clause_of_iso_27001_and_no_clause_names_a_rule_that_is_not_there() {
    let known: BTreeSet<&str> = rules::ids().into_iter().collect();
    for found in framework::names().filter_map(framework::find) {
        for clause in &found.clauses {
            let unknown: Vec<_> = clause.rules().into_iter().filter(|rule| !known.contains(rule)).collect();
            assert!(unknown.is_empty(), "{} {}: {unknown:?}", found.name, clause.id);
        }
    }
    let usual = framework::find(framework::USUAL).unwrap();
    let covered: BTreeSet<&str> = usual.clauses.iter().flat_map(framework::Clause::rules).collect();
    let left: Vec<_> = known.difference(&covered).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_report_shows_the_frameworks_that_are_asked_for_or_configured() {
    let (repo, folder) = repo();
    let usual = pack(&repo, &folder, &[]);
    assert_eq!(json(&usual, "provenance.json")["frameworks"], serde_json::json!(["iso27001"]));
    let page = std::fs::read_to_string(usual.join("report.html")).unwrap();
    let lists = |title: &str| page.contains(&format!("{title}: clauses and the rules that support them"));
    assert!(lists("ISO/IEC 27001:2022") && !lists("SOC 2"), "the usual one alone");
    repo.write("closeloop.toml", "[frameworks]\nreport = [\"soc2\"]\n");
    repo.commit("2026-04-02");
    let configured = pack(&repo, &folder, &[]);
    assert_eq!(json(&configured, "provenance.json")["frameworks"], serde_json::json!(["soc2"]));
    let asked = pack(&repo, &folder, &["--framework", "NIS2,dora", "--framework", "nis2"]);
    let about = json(&asked, "provenance.json");
    assert_eq!(about["frameworks"], serde_json::json!(["nis2", "dora"]));
    let command = about["command"].as_str().unwrap();
    assert!(command.contains(" --framework nis2,dora "), "{command}");
    assert_eq!(json(&asked, "statement.intoto.json")["predicate"]["frameworks"], about["frameworks"]);
    let page = std::fs::read_to_string(asked.join("report.html")).unwrap();
    for part in ["2024/2690 Annex 3.6.1", "RTS 2024/1772 Art. 8(2)", "overdue-action: failed"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.to_lowercase().contains("fulfils") && !page.to_lowercase().contains("compliant"));
    assert_eq!(repo.run(&["verify", asked.to_str().unwrap()]).code, 0);
}

#[test]
fn a_clause_counts_the_incidents_with_open_findings() {
    let (repo, folder) = repo();
    let parts = parts(&pack(&repo, &folder, &["--framework", "nist-800-53"]));
    let sheet = parts.iter().find(|(_, text)| text.contains("Crosswalk")).map(|(name, _)| name.clone());
    assert_eq!(sheet.as_deref(), Some("xl/workbook.xml"));
    // The overdue action is the only thing that is wrong: CA-5 is hit once, IR-4(4) not at all.
    let page = std::fs::read_to_string(folder.path().join("pack/report.html")).unwrap();
    let row = |clause: &str| {
        let start = page.find(&format!(">{clause}</th>")).unwrap_or_else(|| panic!("{clause}"));
        page[start..].split("</tr>").next().unwrap().to_owned()
    };
    assert!(row("CA-5, PM-4").contains("overdue-action: failed"), "{}", row("CA-5, PM-4"));
    assert!(row("CA-5, PM-4").trim_end().ends_with("<td>1</td>"), "{}", row("CA-5, PM-4"));
    assert!(row("IR-4(4)").trim_end().ends_with("<td>0</td>"), "{}", row("IR-4(4)"));
}

#[test]
fn a_framework_tightens_a_check_names_its_clause_and_never_loosens() {
    let record = CLEAN.replace("severity: low", "severity: high");
    let repo = Repo::with(&[
        ("incidents/INC-2026-0001.md", &record),
        ("closeloop.toml", "[review.window.significant]\nto = 120\nsource = \"IMS1 8.2\"\n"),
    ]);
    let review = |more: &[&str]| {
        let run = repo.run(&[&["check", "--as-of", "2026-05-20", "--output", "json"], more].concat());
        let result: Value = serde_json::from_str(&run.out).unwrap();
        let found = result["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "missing-review").cloned();
        (found.unwrap_or_else(|| panic!("{run:?}")), result["notes"].to_string())
    };
    let (own, notes) = review(&[]);
    assert_eq!(own["level"], "note", "not due yet by the organisation's own procedure: {own}");
    assert!(!notes.contains("limits of frameworks"), "{notes}");
    let (tightened, notes) = review(&["--framework", "nerc-cip,nis2"]);
    assert_eq!(tightened["level"], "error", "{tightened}");
    assert!(tightened["why"].as_str().unwrap().contains("Art. 23(4)(d)"), "{tightened}");
    assert!(notes.contains("review.window.significant.to 30 instead of 120"), "{notes}");
    // A framework that allows more than the procedure changes nothing.
    repo.write("closeloop.toml", "[review.window.significant]\nto = 10\nsource = \"IMS1 8.2\"\n");
    let (strict, notes) = review(&["--framework", "nerc-cip"]);
    assert!(strict["why"].as_str().unwrap().contains("IMS1 8.2") && !notes.contains("limits"), "{strict} {notes}");
}

#[test]
fn a_framework_that_is_not_known_ends_with_2_and_the_nearest_name() {
    let (repo, folder) = repo();
    let run = repo.check(&["--framework", "nis3"]);
    let said = format!("{}{}", run.out, run.err);
    assert!(run.code == 2 && said.contains("there is no framework `nis3`"), "{run:?}");
    assert!(said.contains("Did you mean `nis2`?"), "{run:?}");
    let run = repo.check(&["--framework", "cyber-essentials"]);
    assert!(run.code == 2 && format!("{}{}", run.out, run.err).contains("nothing to map"), "{run:?}");
    let target = folder.path().join("never");
    let words = ["report", "--from", "2026-01-01", "--to", "2026-03-31", "--framework", "sock2", "--output"];
    let run = repo.run(&[&words[..], &[target.to_str().unwrap()]].concat());
    assert!(run.code == 2 && run.out.contains("soc2") && !target.exists(), "{run:?}");
    repo.write("closeloop.toml", "[frameworks]\nreport = [\"iso27002\"]\n");
    let run = repo.check(&[]);
    assert!(run.code == 2 && format!("{}{}", run.out, run.err).contains("closeloop.toml:2"), "{run:?}");
}

#[test]
fn the_checklist_is_filled_and_leaves_the_conclusions_open() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let list = std::fs::read_to_string(pack.join("checklist.md")).unwrap();
    for part in ["overdue-action\\: 1 tested, 1 failed", "2 incidents in the period", "1 action, 1 open, 1 overdue"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    for id in (1..=20).map(|n| format!("N{n}")).chain((1..=6).map(|n| format!("W{n}"))) {
        assert!(list.lines().any(|line| line.starts_with(&format!("| {id} |"))), "{id}: {list}");
    }
    // Every section that it names is one of the page, by the name that it has there.
    let page = std::fs::read_to_string(pack.join("report.html")).unwrap();
    let table: toml::Table = toml::from_str(include_str!("../src/report/checklist.toml")).unwrap();
    for item in table["item"].as_array().unwrap() {
        for section in item["sections"].as_array().unwrap() {
            let start = format!("<section id=\"{}\"", section.as_str().unwrap());
            assert!(page.contains(&start), "{start}");
        }
    }
}

#[test]
fn the_page_lists_every_framework_with_its_limits() {
    let limit = |limit: &framework::Limit| format!("`{}` {} ({})", limit.key, limit.days, limit.clause);
    let row = |found: &framework::Framework| {
        let limits: Vec<String> = found.limits.iter().map(limit).collect();
        let limits = if limits.is_empty() { "none".to_owned() } else { limits.join("; ") };
        format!("| `{}` | {} | {limits} |\n", found.name, found.title)
    };
    let rows: String = framework::names().filter_map(framework::find).map(row).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- frameworks: begin -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- frameworks: end -->").unwrap();
    let head = "\n| name | is | limits |\n|---|---|---|\n";
    let right = format!("{before}<!-- frameworks: begin -->\n{head}{rows}\n<!-- frameworks: end -->{after}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &right).unwrap();
    }
    assert!(page == right || std::env::var_os("BLESS").is_some(), "`BLESS=1 cargo test --test formats` writes it anew");
}

#[test]
fn oscal_names_what_is_open_and_calls_nothing_satisfied() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &["--framework", "iso27001,soc2"]);
    let results = &json(&pack, "oscal-assessment-results.json")["assessment-results"]["results"][0];
    let states: BTreeSet<&str> = results["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["target"]["status"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["not-satisfied"]);
    let hit =
        |id: &str| results["findings"].as_array().unwrap().iter().find(|f| f["target"]["target-id"] == id).cloned();
    let action = hit("iso27001_10.2").unwrap();
    assert!(hit("soc2_cc4.1_cc4.2").is_some() && hit("iso27001_a.5.25").is_none(), "{results:#}");
    let result = json(&pack, "result.json");
    let open = result["findings"].as_array().unwrap().iter().filter(|f| f["level"] != "note").count();
    assert!(open > 0);
    assert_eq!(results["risks"].as_array().unwrap().len(), open);
    let risk = &action["related-risks"][0]["risk-uuid"];
    assert!(results["risks"].as_array().unwrap().iter().any(|known| known["uuid"] == *risk));
    let poam = &json(&pack, "oscal-poam.json")["plan-of-action-and-milestones"];
    assert_eq!(poam["poam-items"].as_array().unwrap().len(), open);
    assert_eq!(poam["metadata"]["last-modified"], "2026-04-10T00:00:00Z");
}

#[test]
fn oscal_of_a_clean_repository_has_no_finding_and_one_item_that_says_so() {
    let record = "{\"id\": \"INC-2026-0001\", \"title\": \"Lost badge\", \"status\": \"open\", \"severity\": \"low\", \
                  \"detected\": \"2026-03-31\"}";
    let repo = Repo::with(&[("incidents/INC-2026-0001.json", record)]);
    let folder = TempDir::new().unwrap();
    let pack = pack(&repo, &folder, &["--as-of", "2026-04-01"]);
    let results = &json(&pack, "oscal-assessment-results.json")["assessment-results"]["results"][0];
    assert!(results.get("findings").is_none() && results.get("risks").is_none(), "{results:#}");
    let poam = &json(&pack, "oscal-poam.json")["plan-of-action-and-milestones"];
    assert_eq!(poam["poam-items"][0]["title"], "Nothing is open");
}
