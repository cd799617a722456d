//! The machine formats of an evidence pack, as processes over small repositories.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
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
    let period = ["report", "--from", "2026-01-01", "--to", "2026-03-31", "--as-of", AS_OF, "--output"];
    let run = repo.run(&[&period[..], &[pack.to_str().unwrap()], more].concat());
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
    for sheet in ["Read me", "Incidents", "Actions", "Changes", "Rules", "Findings", "Exceptions"] {
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
        let is_told = part(&parts, "xl/sharedStrings.xml").contains("of 39999 characters; the whole is in the CSV file");
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
