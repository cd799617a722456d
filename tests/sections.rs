//! The sections of a report: the audit walk, the sample, pictures, risks, ageing, integrity, and who reads what.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, command, finish};
use tempfile::TempDir;

fn report(repo: &Repo, output: &Path, more: &[&str]) -> Run {
    let period = ["report", "--from", "2026-01-01", "--to", "2026-03-31", "--as-of", AS_OF, "--output"];
    repo.run(&[&period[..], &[output.to_str().unwrap()], more].concat())
}

fn pack(repo: &Repo, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let pack = folder.path().join("pack");
    let run = report(repo, &pack, more);
    assert!(run.code <= 1, "{run:?}");
    (folder, pack)
}

fn page(pack: &Path) -> String {
    std::fs::read_to_string(pack.join("report.html")).unwrap()
}

/// The page of the example organisation, made once.
fn demo() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        assert_eq!(finish(command(folder.path(), &["demo", "demo"])).code, 0);
        let words = "report demo --from 2025-01-01 --to 2026-06-30 --as-of 2026-06-30 --output pack";
        assert_eq!(finish(command(folder.path(), &words.split(' ').collect::<Vec<_>>())).code, 1);
        page(&folder.path().join("pack"))
    })
}

/// A piece of HTML as people read it.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sections of a page by their headings, as people read them.
fn sections(page: &str) -> BTreeMap<String, String> {
    let parts = page.split("<h2>").skip(1).map(|part| part.split_once("</h2>").unwrap());
    parts.map(|(title, body)| (text(title), text(body))).collect()
}

fn section<'s>(sections: &'s BTreeMap<String, String>, title: &str) -> &'s str {
    sections.get(title).unwrap_or_else(|| panic!("no section {title}: {:?}", sections.keys()))
}

/// The rows of the tables of a page of documentation that have so many columns, without their heads.
fn lines(doc: &str, columns: usize) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let tables = doc.split("\n\n").filter(|part| part.starts_with('|'));
    let rows = tables.flat_map(|table| table.lines().skip(2)).map(cells);
    rows.filter(|row| row.len() == columns).collect()
}

#[test]
fn every_question_of_the_audit_walk_is_answered_by_a_named_section() {
    let doc = include_str!("../docs/audit-walk.md");
    let sections = sections(demo());
    let walk = lines(doc, 3);
    assert!(walk.len() > 25, "{walk:?}");
    for row in &walk {
        let body = section(&sections, &row[1]);
        assert!(body.contains(&row[2]), "{row:?}: {body}");
    }
    let typical = lines(doc, 4);
    let numbers: Vec<&str> = typical.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers, (1..=20).map(|n| format!("N{n}")).collect::<Vec<_>>());
    for row in &typical {
        assert!(section(&sections, &row[3]).len() > 200, "{row:?}");
        let rules: Vec<&str> = row[2].split('[').skip(1).map(|link| link.split(']').next().unwrap()).collect();
        assert!(!rules.is_empty(), "{row:?}");
        for rule in rules {
            assert!(section(&sections, "Results per rule").contains(&format!(" {rule} ")), "{rule}");
        }
    }
}

fn minor(number: usize) -> String {
    CLEAN.replace("INC-2026-0001", &format!("INC-2026-{number:04}"))
}

#[test]
fn the_sample_is_what_is_serious_what_is_open_and_lots_that_anybody_can_draw() {
    let repo = Repo::empty();
    for number in 1..=12 {
        repo.write(&format!("incidents/INC-2026-{number:04}.md"), minor(number));
    }
    repo.commit("2026-03-04");
    repo.write("incidents/INC-2026-0100.md", OVERDUE.replace("0002", "0100"));
    repo.commit("2026-03-11");
    let commit = repo.git(&["rev-parse", "HEAD"]);
    let lot = |id: &String| -> Vec<u8> { Sha256::digest(format!("{}:{id}", commit.trim())).to_vec() };
    let mut ids: Vec<String> = (1..=12).map(|number| format!("INC-2026-{number:04}")).collect();
    ids.sort_by_key(lot);
    let sheets = |more: &[&str]| -> Vec<String> {
        let (_folder, pack) = pack(&repo, more);
        let page = page(&pack);
        assert_eq!(repo.run(&["verify", pack.to_str().unwrap()]).code, 0);
        let heads = page.split("<h3>").skip(1).map(|part| part.split(':').next().unwrap().to_owned());
        heads.filter(|head| head.starts_with("INC-")).collect()
    };
    let mut drawn = [&ids[..3], &["INC-2026-0100".to_owned()]].concat();
    drawn.sort();
    assert_eq!(sheets(&[]), drawn);
    assert_eq!(sheets(&["--sample-size", "1"]), ["INC-2026-0100"]);
    assert_eq!(
        sheets(&["--sample-size", "0", "--sample", "INC-2026-0007,INC-2026-0003"]),
        ["INC-2026-0003", "INC-2026-0007"]
    );
    let folder = TempDir::new().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "# mine\n\nINC-2026-0005\n").unwrap();
    assert_eq!(sheets(&["--sample-size", "0", "--sample-file", list.to_str().unwrap()]), ["INC-2026-0005"]);
}

#[test]
fn a_sample_of_strangers_is_refused_by_their_names() {
    let later = CLEAN.replace("0001", "0004").replace("2026-03-02", "2026-04-01").replace("2026-03-03", "2026-04-02");
    let repo = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), ("incidents/INC-2026-0004.md", &later)]);
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("pack");
    let run = report(&repo, &target, &["--sample", "INC-2026-0001,INC-2026-0004,INC-2026-0099"]);
    assert_eq!((run.code, target.exists()), (2, false), "{run:?}");
    let said = run.out + &run.err;
    assert!(said.contains("INC-2026-0004 is outside the period"), "{said}");
    assert!(said.contains("INC-2026-0099 is the id of no record"), "{said}");
    assert!(!said.contains("INC-2026-0001"), "{said}");
    let run = report(&repo, &target, &["--sample-file", "no/such/list"]);
    assert_eq!((run.code, target.exists()), (2, false), "{run:?}");
}

#[test]
fn each_sheet_has_two_pictures_that_say_in_words_what_they_show() {
    let page = demo();
    let sheets = page.split("<article id=\"i").skip(1).collect::<Vec<_>>();
    assert!(sheets.len() > 10);
    for sheet in &sheets {
        assert_eq!(sheet.matches("<svg ").count(), 2, "{sheet}");
        assert_eq!(sheet.matches("<svg ").count(), sheet.matches("<desc>").count());
    }
    // What git shows and what is only stated are told by lines, and in words.
    let told: String = sheets.concat();
    for part in
        ["Git shows: ", "Only stated: ", "git shows it on ", "stroke-dasharray", "(gap)", "What came of INC-2025-0003"]
    {
        assert!(told.contains(part), "{part}");
    }
    assert_eq!(page.matches("<svg ").count(), sheets.len() * 2);
}

const RISKS: &str =
    "id,title,likelihood,impact,reviewed\nR-01,Stolen passwords,2,3,2025-01-10\nR-02,Quiet,1,1,2025-01-10\n";

/// A significant incident that is linked to two risks and to one that is not there.
fn with_risks() -> Repo {
    let repo = Repo::empty();
    repo.write("risks/register.csv", RISKS);
    repo.write("closeloop.toml", "[report]\nlabel = \"Confidential; \\\"x\\\"\"\nretention = \"Six years.\"\n");
    repo.commit("2026-01-05");
    let record = OVERDUE.replace("\n---\n", "\nlinks:\n  risks: [R-01, R-02, R-99]\n---\n");
    repo.write("incidents/INC-2026-0002.md", record);
    repo.commit("2026-03-11");
    repo.write("risks/register.csv", RISKS.replace("passwords,2,3", "passwords,4,3"));
    repo.write(
        "closeloop.toml",
        "[thresholds]\nflow_after = 20\n\n[report]\nlabel = \"Confidential; \\\"x\\\"\"\nretention = \"Six years.\"\n",
    );
    repo.commit("2026-03-15");
    repo
}

#[test]
fn risks_are_told_as_they_stood_before_the_incident_and_now() {
    let repo = with_risks();
    let (_folder, pack) = pack(&repo, &[]);
    let sections = sections(&page(&pack));
    let risks = section(&sections, "Risks before and after");
    let first = "R-01 Stolen passwords likelihood: 2 impact: 3 reviewed: 2025-01-10 likelihood: 4 impact: 3 reviewed: \
                 2025-01-10 git shows that it changed in substance";
    assert!(risks.contains(first), "{risks}");
    assert!(risks.contains("no change landed since the detection"), "{risks}");
    assert!(risks.contains("R-99 not followed in no register not followed"), "{risks}");
}

#[test]
fn open_actions_stand_in_their_band_and_the_rules_that_changed_are_told() {
    let repo = with_risks();
    let (_folder, pack) = pack(&repo, &[]);
    let sections = sections(&page(&pack));
    let ageing = section(&sections, "Overdue and ageing");
    assert!(ageing.contains("not over yet 0 0 0 1 to 30 days over 1 1 0 31 to 60 days over 0 0 0"), "{ageing}");
    assert!(
        ageing.contains("INC-2026-0002 A1 Require a second factor on the VPN. 2026-03-20 2026-03-20 0 21"),
        "{ageing}"
    );
    let integrity = section(&sections, "Integrity of the records");
    assert!(integrity.contains("thresholds.flow_after: not set became 20"), "{integrity}");
    assert!(integrity.contains("W1: the date of a commit, which whoever commits can set 3 3"), "{integrity}");
    let boards = section(&sections, "Management reviews and their decisions");
    assert!(boards.contains("no management review lists (yet): INC-2026-0002"), "{boards}");
    // What the organisation says of the pack stands on it; a label cannot end the style sheet.
    let page = page(&pack);
    assert!(page.contains("Confidential; &quot;x&quot;") && page.contains("Retention: Six years."));
    assert!(section(&sections, "Annex: the configuration as it was used").contains("flow_after = 20"));
}

/// Words that stand in a record, in registers and in the configuration, and that no stranger may read.
const OURS: [&str; 12] = [
    "INC-2026-0002",
    "Marmalade",
    "marten",
    "eva",
    "R-01",
    "Stolen passwords",
    "2026-03-20",
    "tangerine",
    "own-kumquat",
    "A1",
    "incidents/",
    "acme-repo",
];

fn secretive() -> Repo {
    let repo = with_risks();
    let record = repo.read("incidents/INC-2026-0002.md");
    let record = record.replace("VPN account takeover", "Marmalade in the VPN").replace("on the VPN.", "by marten.");
    repo.write("incidents/INC-2026-0002.md", record);
    let own = "[evidence]\nrepository = \"github.com/x/acme-repo\"\n\n[[rule]]\nid = \"own-kumquat\"\nmessage = \"tangerine\"\n\
               require = { field = \"category\" }\n";
    repo.write("closeloop.toml", own);
    repo.commit("2026-04-03");
    repo
}

#[test]
fn a_pack_for_customers_holds_no_word_of_a_record_and_no_finding() {
    let repo = secretive();
    let (_folder, pack) = pack(&repo, &["--audience", "customer"]);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&pack).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = match name.as_str() {
            // Its bytes are packed; where there is no program that reads it, the model has left the words out all the same.
            "report.pdf" => {
                let text = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
                text.map_or_else(|_| Vec::new(), |text| text.stdout)
            }
            _ => std::fs::read(&path).unwrap(),
        };
        let shown = String::from_utf8_lossy(&bytes);
        for word in OURS {
            let stands = shown.split(|c: char| !(c.is_alphanumeric() || "-_/".contains(c))).any(|one| one == word);
            assert!(!stands && (word.len() < 5 || !shown.contains(word)), "{name} holds {word}");
        }
        names.push(name);
    }
    for forbidden in ["incidents.csv", "actions.csv", "result.json"] {
        assert!(!names.iter().any(|name| name == forbidden), "{names:?}");
    }
    let sections = sections(&page(&pack));
    assert!(section(&sections, "What was examined").contains("overdue-action"));
    assert!(section(&sections, "Population").contains("significant 1"));
    assert!(!page(&pack).contains("<svg ") && !page(&pack).contains("class=\"gap\""));
    let run = repo.run(&["verify", pack.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_pack_for_management_has_no_sheets_no_tables_and_no_annex() {
    let repo = with_risks();
    let (_folder, pack) = pack(&repo, &["--audience", "management"]);
    for file in ["incidents.csv", "actions.csv", "result.json"] {
        assert!(!pack.join(file).exists(), "{file}");
    }
    let page = page(&pack);
    let titles: Vec<String> = sections(&page).into_keys().collect();
    for absent in ["Sample sheets", "Annex: roles", "Annex: the configuration as it was used"] {
        assert!(!titles.contains(&absent.to_owned()), "{titles:?}");
    }
    for there in ["Traceability matrix", "Risks before and after", "Overdue and ageing", "Exceptions"] {
        assert!(titles.contains(&there.to_owned()), "{titles:?}");
    }
    assert!(!page.contains("<article") && !page.contains("<svg "));
    let run = repo.run(&["verify", pack.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:?}");
}
