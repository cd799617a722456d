//! `closeloop timeline`, as a process over repositories with a history.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Repo, Run, conforms, schema};

const RECORD: &str = "incidents/INC-2026-0001.md";
const POLICY: &str = "policies/POL-01.md";

fn policy(version: &str, text: &str) -> String {
    format!("---\nid: POL-01\ntitle: Access\nversion: {version}\n---\n\n# Access\n\n{text}\n")
}

fn record(status: &str, more: &str) -> String {
    format!(
        "---\nid: INC-2026-0001\ntitle: VPN account <taken> & \"used\"\nstatus: {status}\nseverity: medium\n\
         detected: 2026-03-02\n{more}---\n\nAn account was taken over.\n"
    )
}

const DONE: &str = "closed: 2026-03-04\nactions:\n  - id: A1\n    text: Require a second factor.\n    kind: policy\n    \
                    owner: eva\n    due: 2026-03-20\n    status: done\n    completed: 2026-03-12\n    changes: [POL-01, \
                    controls/none.md, {outside: 'identity provider: enforced'}]\n";

/// A policy, an incident, a change of the policy on a side branch, its merge, and a record that is completed late.
fn lived() -> Repo {
    let repo = Repo::empty();
    repo.write(POLICY, policy("1.0", "Sign-in needs a password."));
    repo.commit("2026-01-10");
    repo.write(RECORD, record("open", ""));
    repo.commit("2026-03-02");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(POLICY, policy("1.1", "Sign-in needs a password and a second factor."));
    repo.write(RECORD, record("closed", DONE));
    repo.commit("2026-03-12");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    repo.commit("2026-03-14");
    repo.write(RECORD, record("closed", &DONE.replace("due: 2026-03-20", "due: 2026-03-30")));
    repo.write(POLICY, policy("1.2", "Sign-in needs a password and a second factor."));
    repo.commit("2026-04-01");
    repo
}

fn timeline(repo: &Repo, more: &[&str]) -> Run {
    repo.run(&[&["timeline", "INC-2026-0001", "--as-of", "2026-04-10"], more].concat())
}

fn json(repo: &Repo, more: &[&str]) -> Value {
    let run = timeline(repo, &[&["--output", "json"], more].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let value = serde_json::from_str(&run.out).unwrap();
    conforms(&schema("timeline"), &value);
    value
}

fn fact<'v>(timeline: &'v Value, field: &str) -> &'v Value {
    let facts = timeline["facts"].as_array().unwrap();
    facts.iter().find(|fact| fact["field"] == field).unwrap_or_else(|| panic!("{field} in {facts:?}"))
}

fn target<'v>(timeline: &'v Value, name: &str) -> &'v Value {
    timeline["targets"].as_array().unwrap().iter().find(|target| target["name"] == name).unwrap()
}

fn id(repo: &Repo, revision: &str) -> String {
    repo.git(&["rev-parse", revision]).trim().to_owned()
}

#[test]
fn each_dated_fact_has_its_landing_and_what_changed_later() {
    let repo = lived();
    let timeline = json(&repo, &[]);
    let detected = fact(&timeline, "detected");
    assert_eq!((&detected["days"], &detected["written"]), (&Value::from(0), &Value::Null));
    let closed = fact(&timeline, "closed");
    assert_eq!((&closed["stated"], &closed["days"]), (&Value::from("2026-03-04"), &Value::from(10)));
    assert_eq!(closed["landed"]["commit"], id(&repo, "main~1"));
    assert_eq!((&closed["landed"]["how"], &closed["landed"]["grade"]), (&"merge".into(), &"W1".into()));
    assert_eq!(
        (&closed["written"]["commit"], &closed["written"]["day"]),
        (&id(&repo, "side").into(), &"2026-03-12".into())
    );
    let due = fact(&timeline, "actions.A1.due");
    assert_eq!((&due["stated"], due["changes"].as_array().unwrap().len()), (&"2026-03-30".into(), 2));
    let moved = &due["changes"][1];
    assert_eq!((&moved["before"], &moved["after"]), (&"2026-03-20".into(), &"2026-03-30".into()));
    assert_eq!(moved["landed"]["commit"], id(&repo, "main"));
}

#[test]
fn the_landings_of_the_record_are_those_of_the_main_line() {
    let repo = lived();
    let timeline = json(&repo, &[]);
    let landings = timeline["landings"].as_array().unwrap();
    let told: Vec<&str> = landings.iter().filter_map(|landing| landing["landed"]["commit"].as_str()).collect();
    let line = repo.git(&["log", "--first-parent", "-m", "--reverse", "--format=%H", "--", RECORD]);
    assert_eq!(told, line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(landings[0]["event"], "appeared");
    let steps = landings[1]["changes"].as_array().unwrap();
    let named: Vec<&str> = steps.iter().filter_map(|step| step["field"].as_str()).collect();
    assert!(named.contains(&"status") && named.contains(&"actions.A1.changes"), "{named:?}");
}

#[test]
fn claims_are_answered_with_the_words_that_changed() {
    let timeline = json(&lived(), &[]);
    let policy = target(&timeline, "POL-01");
    let claim = &policy["claims"][0];
    assert_eq!((&claim["answer"], &claim["field"]), (&"holds".into(), &"actions.A1.changes.0".into()));
    assert_eq!(
        (&claim["from"], &claim["to"], &claim["day"]),
        (&"2026-03-02".into(), &"2026-03-15".into(), &"2026-03-14".into())
    );
    let landings = policy["landings"].as_array().unwrap();
    let effects: Vec<&str> = landings.iter().filter_map(|landing| landing["effect"].as_str()).collect();
    assert_eq!(effects, ["created", "real", "revision-only"]);
    assert_eq!((&landings[0]["before"], &landings[1]["before"]), (&true.into(), &false.into()));
    assert_eq!((&landings[1]["added"], &landings[1]["removed"]), (&6.into(), &2.into()));
    let words = landings[1]["hunks"].to_string();
    assert!(words.contains("password and a second factor."), "{words}");
    assert_eq!(target(&timeline, "controls/none.md")["claims"][0]["answer"], "unknown");
    assert_eq!(target(&timeline, "identity provider: enforced")["claims"][0]["answer"], "outside");
}

#[test]
fn an_auditor_can_read_it() {
    let repo = lived();
    let run = timeline(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let merge = &id(&repo, "main~1")[..7];
    for line in [
        format!("  2026-03-04  closed        2026-03-14 {merge}  10 days later   W1  Ana, merge\n"),
        format!("written 2026-03-12 in {} by Ana, beside the main line\n", &id(&repo, "side")[..7]),
        format!("2026-03-20 became 2026-03-30: 2026-04-01 {}, Ana\n", &id(&repo, "main")[..7]),
        format!("    A1: holds, by {merge} of 2026-03-14 (from 2026-03-02 to 2026-03-15)\n"),
        "      | Sign-in needs a [-password.-] {+password and a second factor.+}\n".to_owned(),
        "    A1: stated outside git, which shows nothing of it\n".to_owned(),
    ] {
        assert!(run.out.contains(&line), "{line}\n{}", run.out);
    }
    let long: Vec<&str> = run.out.lines().filter(|line| line.chars().count() > 100).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn the_picture_is_whole_and_the_same_each_time() {
    let repo = lived();
    let run = timeline(&repo, &["--output", "svg"]);
    assert_eq!(run.out, timeline(&repo, &["--output", "svg"]).out);
    for part in ["role=\"img\"", "<title>", "<desc>", "VPN account &lt;taken&gt; &amp; &quot;used&quot;", "W1"] {
        assert!(run.out.contains(part), "{part} in {}", run.out);
    }
    assert!(!run.out.contains("<taken>"));
    let opened = run.out.matches("<g>").count() + run.out.matches("<g ").count();
    assert!(opened > 4 && opened == run.out.matches("</g>").count(), "{}", run.out);
    assert_eq!(timeline(&repo, &["--output", "svg=picture.svg"]).out, "");
    assert_eq!(repo.read("picture.svg"), run.out);
}

#[test]
fn what_is_not_committed_is_a_landing_to_come() {
    let repo = lived();
    repo.write(RECORD, record("closed", &DONE.replace("closed: 2026-03-04", "closed: 2026-03-05")));
    let closed = fact(&json(&repo, &[]), "closed").clone();
    assert_eq!((&closed["stated"], &closed["landed"]["commit"]), (&"2026-03-05".into(), &Value::Null));
    assert_eq!((&closed["landed"]["how"], &closed["landed"]["grade"]), (&"pending".into(), &"W0".into()));
    // A revision has nothing to come.
    let at = json(&repo, &["--at", "HEAD"]);
    assert_eq!(fact(&at, "closed")["stated"], "2026-03-04");
    let first = json(&repo, &["--at", "main~2"]);
    assert_eq!((&first["depth"], first["targets"].as_array().unwrap().len()), (&2.into(), 0));
}

#[test]
fn a_record_is_followed_to_another_place_and_beyond_its_end() {
    let repo = lived();
    repo.git(&["mv", RECORD, "incidents/moved.md"]);
    repo.commit("2026-04-02");
    let timeline = json(&repo, &[]);
    let landings = timeline["landings"].as_array().unwrap();
    let last = landings.last().unwrap();
    assert_eq!((landings.len(), &last["event"], &last["path"]), (4, &"moved".into(), &"incidents/moved.md".into()));
    repo.git(&["rm", "--quiet", "incidents/moved.md"]);
    repo.write("incidents/INC-2026-0002.md", record("open", "").replace("0001", "0002"));
    repo.commit("2026-04-03");
    let gone = json(&repo, &[]);
    assert_eq!((&gone["present"], &gone["path"]), (&false.into(), &"incidents/moved.md".into()));
    assert_eq!(gone["landings"].as_array().unwrap().last().unwrap()["event"], "removed");
    assert_eq!(fact(&gone, "closed")["stated"], Value::Null);
}

#[test]
fn hostile_words_and_secrets_are_not_passed_on() {
    let repo = lived();
    let hostile = "Sign-in \u{1b}[31mred\u{202e} ::error::x ##[group] password: Xk9#mQ2vLp7z needs two factors.";
    repo.write(POLICY, policy("1.3", hostile));
    repo.commit("2026-04-03");
    for format in ["text", "json", "svg"] {
        let run = timeline(&repo, &["--output", format]);
        assert_eq!(run.code, 0, "{run:?}");
        for forbidden in ["\u{1b}", "\u{202e}", "##[", "Xk9#mQ2vLp7z"] {
            assert!(!run.out.contains(forbidden), "{format} {forbidden:?}: {}", run.out);
        }
    }
    assert!(timeline(&repo, &[]).out.contains("[secret]"));
}

#[test]
fn a_folder_is_told_with_all_its_files() {
    let repo = lived();
    repo.write("controls/vpn/a.md", "One factor.\n");
    repo.commit("2026-04-02");
    repo.write("controls/vpn/a.md", "Two factors.\n");
    repo.write("controls/vpn/b.md", "A gateway.\n");
    repo.write(RECORD, record("closed", &DONE.replace("controls/none.md", "controls/vpn").replace("03-12", "04-04")));
    repo.commit("2026-04-04");
    let folder = target(&json(&repo, &[]), "controls/vpn").clone();
    assert_eq!((&folder["kind"], &folder["claims"][0]["answer"]), (&"folder".into(), &"holds".into()));
    let last = folder["landings"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["added"], &last["removed"]), (&4.into(), &2.into()));
}

#[test]
fn a_word_file_is_told_by_its_words() {
    let docx = |text: &str| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let relations = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/>\
                         </Relationships>";
        let text = format!("<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
        for (name, text) in [("_rels/.rels", relations), ("word/document.xml", &text)] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let repo = lived();
    repo.write("controls/vpn.docx", docx("Sign-in needs a password."));
    repo.commit("2026-03-03");
    repo.write("controls/vpn.docx", docx("Sign-in needs a second factor."));
    repo.write("controls/logo.png", [0u8, 1, 2]);
    repo.write(
        RECORD,
        record(
            "closed",
            &DONE.replace("controls/none.md", "controls/vpn.docx, controls/logo.png").replace("03-12", "04-04"),
        ),
    );
    repo.commit("2026-04-04");
    let timeline = json(&repo, &[]);
    let word = target(&timeline, "controls/vpn.docx");
    assert_eq!(word["claims"][0]["answer"], "holds");
    let last = word["landings"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["effect"], &last["added"], &last["removed"]), (&"real".into(), &2.into(), &1.into()));
    let picture = target(&timeline, "controls/logo.png")["landings"][0].clone();
    assert_eq!((&picture["added"], &picture["hunks"]), (&Value::Null, &Value::Array(Vec::new())));
}

#[test]
fn an_id_that_nobody_knows_is_2_and_names_the_nearest() {
    let repo = lived();
    let run = repo.run(&["timeline", "INC-2026-001"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("Did you mean INC-2026-0001?"), "{}", run.err);
    assert_eq!(repo.run(&["timeline", "inc-2026-0001"]).code, 2);
    assert_eq!(timeline(&repo, &["--output", "png"]).code, 2);
    assert_eq!(timeline(&repo, &["--output", "svg=no/such/folder/x.svg"]).code, 2);
}

#[test]
fn history_that_is_not_whole_is_2_in_each_format() {
    let repo = lived();
    let clone = tempfile::tempdir().unwrap();
    let (from, to) = (format!("file://{}", repo.path().display()), clone.path().join("shallow"));
    repo.git(&["clone", "--quiet", "--depth", "1", &from, to.to_str().unwrap()]);
    let run = |output: &str| support::finish(support::command(&to, &["timeline", "INC-2026-0001", "--output", output]));
    let text = run("text");
    assert!(text.code == 2 && text.out.contains("fetch-depth: 0"), "{text:?}");
    let json = run("json");
    assert_eq!((json.code, &support::result(&json.out)["problems"][0]["kind"]), (2, &"history".into()));
}

/// The rule and the timeline ask the same question, so they have the same answer: what a claim of a commit or a pull
/// request changed is not inspected, and what history does not reach back to is not compared.
#[test]
fn a_claim_is_answered_as_the_rule_answers_it() {
    let repo = lived();
    let landed = id(&repo, "main~1");
    let claims = DONE.replace("[POL-01,", &format!("[POL-01, 'commit:{landed}', '#99',"));
    repo.write(RECORD, record("closed", &claims));
    repo.commit("2026-04-02");
    let timeline_says = |name: &str| {
        json(&repo, &[])["targets"]
            .as_array()
            .unwrap()
            .iter()
            .find(|target| target["name"] == name)
            .map(|target| target["claims"][0]["answer"].clone())
    };
    assert_eq!(timeline_says(&format!("commit:{landed}")), Some("not-inspected".into()));
    assert_eq!(timeline_says("#99"), Some("unknown".into()));
    let run = repo.run(&["check", "--as-of", "2026-04-10", "--rule", "unproven-change", "--output", "json"]);
    let result: Value = serde_json::from_str(&run.out).unwrap();
    let fields: Vec<_> = result["findings"].as_array().unwrap().iter().map(|found| found["field"].clone()).collect();
    assert_eq!(fields, ["actions.A1.changes.2", "actions.A1.changes.3"]);

    repo.write("closeloop.toml", "[history]\nsince = '2026-03-31'\n");
    repo.commit("2026-04-03");
    assert_eq!(target(&json(&repo, &[]), "POL-01")["claims"][0]["answer"], "not-compared");
}
