//! The organisation's own rules: what they are about, what they ask for, and what they say.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use closeloop::config::Level;
use closeloop::config::model::Config;
use closeloop::git::Snapshot;
use closeloop::rules::{Nature, OwnRules};
use closeloop::verdict::{Ending, Judged, Options, RuleState, Verdict, judge};

const RECORD: &str = "incidents/INC-2026-0001.yaml";

const PEOPLE: &str = "- { id: ana, name: Ana Brandt, roles: [responder] }\n\
                      - { id: ben, name: Ben Okafor, roles: [dpo, isms-manager] }\n\
                      - { id: mira, name: Mira Kovac, roles: [coo], management: true }\n";

/// A closed and reviewed incident, without the lines that a test adds.
const BASE: &str = "id: INC-2026-0001\ntitle: VPN account takeover\nstatus: closed\nseverity: high\n\
                    category: account-compromise\ndetected: 2026-03-02\nclosed: 2026-03-10\nlead: ana\n";

fn run(rule: &str, record: &str, as_of: &str, more: &[(&str, &str)]) -> Verdict {
    let mut files = vec![
        (
            "closeloop.toml".to_owned(),
            format!("[[rule]]\nid = 'own'\nmessage = 'It is not as it should be.'\n{rule}\n"),
        ),
        (RECORD.to_owned(), record.to_owned()),
    ];
    files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let options = Options {
        as_of: Some(as_of.parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec!["own".to_owned()],
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    match judge(&Snapshot::memory(files), &options) {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    }
}

/// What a rule finds in the base record with more lines: level, field and text of each finding.
fn found(rule: &str, lines: &str) -> Vec<(Level, String, String)> {
    let record = format!("{BASE}{lines}");
    let verdict = run(rule, &record, "2026-06-30", &[("people/people.yaml", PEOPLE)]);
    assert!(verdict.problems.is_empty(), "{:?}", verdict.problems);
    let text = |f: &Judged| record.get(f.place.span().range()).unwrap_or_default().to_owned();
    verdict.findings.iter().map(|f| (f.level, f.field.to_string(), text(f))).collect()
}

/// The fields in which a rule finds something above a note.
fn fields(rule: &str, lines: &str) -> Vec<String> {
    found(rule, lines).into_iter().filter(|(level, ..)| *level > Level::Note).map(|(_, field, _)| field).collect()
}

fn is_about(when: &str, lines: &str) -> bool {
    !fields(&format!("when = {{ {when} }}\nrequire.field = 'links.risks'"), lines).is_empty()
}

fn tested(rule: &str, lines: &str) -> (RuleState, u32) {
    let verdict = run(rule, &format!("{BASE}{lines}"), "2026-06-30", &[("people/people.yaml", PEOPLE)]);
    (verdict.rules[0].state, verdict.rules[0].tested)
}

const REVIEW: &str = "reviews:\n  - date: 2026-03-31\n    participants: [ana, ben]\n";

#[test]
fn a_field_has_to_be_answered() {
    let rule = "require.field = 'factors.detection'";
    let here = |lines: &str| found(rule, &format!("{REVIEW}{lines}"));
    assert_eq!(here(""), [(Level::Warning, "factors.detection".into(), "INC-2026-0001".into())]);
    let partly = here("factors:\n  controls: No second factor.\n");
    assert_eq!(partly, [(Level::Warning, "factors.detection".into(), "factors".into())]);
    assert_eq!(here("factors:\n  detection:\n")[0].2, "detection");
    assert_eq!(here("factors: { detection: '-' }\n")[0].2, "'-'");
    assert_eq!(here("factors: { detection: { none: Noticed within minutes. } }\n"), []);
    assert_eq!(here("factors: { detection: Nobody was told. }\n"), []);
}

#[test]
fn a_field_is_asked_for_when_it_can_be_answered() {
    let rule = "require.field = 'factors.detection'";
    let verdict = run(rule, BASE, "2026-03-20", &[]);
    assert_eq!(verdict.rules[0].state, RuleState::Passed);
    assert!(matches!(verdict.findings[0].nature, Nature::Pending { .. }), "{:?}", verdict.findings);
    assert_eq!(verdict.findings[0].level, Level::Note);
    let open = BASE.replace("status: closed", "status: open").replace("closed: 2026-03-10\n", "");
    assert_eq!(run(rule, &open, "2026-06-30", &[]).rules[0].tested, 0, "an open incident has no review yet");
    assert_eq!(run("require.field = 'recovered'", &open, "2026-06-30", &[]).rules[0].tested, 0);
    assert_eq!(run("require.field = 'detected_by'", &open, "2026-06-30", &[]).findings.len(), 1, "known on day one");
}

#[test]
fn a_field_of_entries_is_asked_of_each() {
    let lines = "actions:\n  - { id: A1, status: open, owner: eva }\n  - { id: A2, status: done, owner: '' }\n  \
                 - { id: A3, status: declined }\n";
    let rule = |field: &str| fields(&format!("require.field = '{field}'"), lines);
    assert_eq!(rule("actions.measure"), ["actions.A1.measure", "actions.A2.measure"]);
    assert_eq!(rule("actions.owner"), ["actions.A2.owner"]);
    assert_eq!(rule("actions.evidence"), ["actions.A2.evidence"], "proof is asked of what is done");
    assert_eq!(rule("actions.declined.by"), ["actions.A3.declined.by"]);
    assert_eq!(rule("lessons.kind"), Vec::<String>::new(), "without entries nothing is missing");
    let places = found("require.field = 'actions.measure'", lines);
    assert_eq!(places.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>(), ["A1", "A2"]);
}

#[test]
fn facts_that_no_built_in_rule_reads_can_be_asked_for() {
    let rule = |field: &str, lines: &str| fields(&format!("require.field = '{field}'"), lines).len();
    for (field, lines) in [
        ("severity_decision.by", "severity_decision: { on: 2026-03-02, by: ana }\n"),
        ("public_summary.approved_by", "public_summary: { text: It was short., approved_by: mira }\n"),
        ("retain_until", "retain_until: 2036-03-10\n"),
        ("affected.systems", "affected: { systems: [vpn] }\n"),
        ("cost", "cost: { amount: 5200 }\n"),
    ] {
        assert_eq!((rule(field, ""), rule(field, lines)), (1, 0), "{field}");
    }
}

#[test]
fn conditions_choose_incidents_and_all_have_to_hold() {
    assert!(is_about("", REVIEW));
    for (when, lines) in [
        ("severity = ['significant']", ""),
        ("severity = ['HIGH']", ""),
        ("category = ['malware', 'Account compromise']", ""),
        ("tag = ['no-second-factor']", "causes: [other, No second factor]\n"),
        ("asset = ['vpn']", "assets: [crm, VPN]\n"),
        ("status = ['closed']", ""),
        ("origin = ['incident']", ""),
        ("origin = ['near-miss']", "near_miss: true\n"),
        ("supplier = true", "origin: supplier\n"),
        ("supplier = true", "lessons: [{ id: L1, kind: supplier, text: Ask for it. }]\n"),
        ("supplier = false, personal_data = false", ""),
        ("personal_data = true", "affected: { persons: 12 }\n"),
    ] {
        assert!(is_about(when, &format!("{REVIEW}{lines}")), "{when}");
    }
    for (when, lines) in [
        ("severity = ['major', 'moderate']", ""),
        ("severity = ['SEV-2']", ""),
        ("category = ['malware']", ""),
        ("tag = ['no-second-factor']", ""),
        ("asset = ['vpn']", "assets: [vpn-2]\n"),
        ("status = ['open']", ""),
        ("origin = ['incident']", "origin: exercise\n"),
        ("personal_data = true", "affected: { persons: 0 }\n"),
        ("severity = ['high'], supplier = true", ""),
    ] {
        assert!(!is_about(when, &format!("{REVIEW}{lines}")), "{when}");
    }
}

#[test]
fn dismissed_records_are_judged_only_where_a_rule_names_their_state() {
    let record = BASE.replace("status: closed", "status: dismissed") + "dismissed: { why: a drill }\n";
    let rule = |when: &str| {
        let rule = format!("{when}\nrequire.field = 'dismissed.by'");
        run(&rule, &record, "2026-06-30", &[]).findings.len()
    };
    assert_eq!(rule(""), 0);
    assert_eq!(rule("when.status = ['dismissed']"), 1);
}

#[test]
fn a_role_has_to_take_part_in_a_review() {
    let rule = |role: &str, lines: &str| found(&format!("require.participant = '{role}'"), lines);
    assert_eq!(rule("dpo", REVIEW), []);
    assert_eq!(rule("Ana Brandt", REVIEW), []);
    assert_eq!(rule("lead", REVIEW), []);
    let absent = rule("management", REVIEW);
    assert_eq!(absent, [(Level::Warning, "reviews.0.participants".into(), "[ana, ben]".into())]);
    let reviews =
        "reviews:\n  - { date: 2026-03-20, participants: [mira] }\n  - { date: 2026-03-31, participants: [ana] }\n";
    assert_eq!(rule("management", reviews), [], "any review will do");
    assert_eq!(
        rule("crm-owner", "reviews:\n  - { date: 2026-03-31, participants: [{ name: ana, for: crm-owner }] }\n"),
        []
    );
    assert_eq!(rule("management", "reviews:\n  - { date: 2026-03-31, facilitator: mira }\n"), []);
    assert_eq!(tested("require.participant = 'dpo'", ""), (RuleState::Passed, 0), "nobody is absent from no review");
}

#[test]
fn a_role_that_nobody_knows_is_not_judged() {
    assert_eq!(tested("require.participant = 'auditor'", REVIEW), (RuleState::NotRun, 0));
    let without = run("require.participant = 'dpo'", &format!("{BASE}{REVIEW}"), "2026-06-30", &[]);
    assert_eq!(without.rules[0].state, RuleState::NotRun);
    let lead = run("require.participant = 'lead'", &format!("{BASE}{REVIEW}"), "2026-06-30", &[]);
    assert_eq!(lead.rules[0].state, RuleState::Passed, "the record itself names its lead");
}

#[test]
fn a_number_of_actions_counts_those_that_stand() {
    let actions = "actions:\n  - { id: A1, status: open }\n  - { id: A2, status: declined }\n";
    let lines = format!("{REVIEW}{actions}");
    assert_eq!(fields("require.actions = 1", &lines), Vec::<String>::new());
    assert_eq!(found("require.actions = 2", &lines), [(Level::Warning, "actions".into(), "actions".into())]);
    assert_eq!(found("require.actions = 1", REVIEW)[0].2, "INC-2026-0001");
}

#[test]
fn a_link_to_a_register_is_asked_for() {
    let rule = "require.link = 'risks'";
    assert_eq!(fields(rule, REVIEW), ["links.risks"]);
    assert_eq!(found(rule, &format!("{REVIEW}links: {{ policies: [POL-03] }}\n"))[0].2, "links");
    assert_eq!(found(rule, &format!("{REVIEW}links: {{ risks: [] }}\n"))[0].2, "[]");
    assert_eq!(fields(rule, &format!("{REVIEW}links: {{ risks: [R-12] }}\n")), Vec::<String>::new());
    assert_eq!(fields(rule, &format!("{REVIEW}links: {{ risks: {{ none: nothing new }} }}\n")), Vec::<String>::new());
    let early = run(rule, &format!("{BASE}{REVIEW}"), "2026-04-10", &[]);
    assert!(matches!(early.findings[0].nature, Nature::Pending { .. }), "some weeks after the review");
}

#[test]
fn a_management_review_that_lists_the_incident_is_its_link() {
    let review = "---\nid: MR-2026-06\ndate: 2026-06-12\nincidents: [{ id: INC-2026-0001, decision: Go on. }]\n---\n";
    let record = format!("{BASE}{REVIEW}");
    let run =
        |more: &[(&str, &str)]| run("require.link = 'management_reviews'", &record, "2026-06-30", more).findings.len();
    assert_eq!(run(&[]), 1);
    assert_eq!(run(&[("management-reviews/MR-2026-06.md", review)]), 0);
}

fn within(date: &str, of: &str, days: i64) -> String {
    format!("require.within = {{ date = '{date}', of = '{of}', days = {days} }}")
}

#[test]
fn a_date_lies_within_days_of_another() {
    let closed = |days| found(&within("closed", "detected", days), "");
    assert_eq!(closed(8), [], "the last day is in time");
    assert_eq!(closed(7), [(Level::Warning, "closed".into(), "2026-03-10".into())]);
    assert_eq!(tested(&within("contained", "occurred", 1), ""), (RuleState::Passed, 0), "nothing to count from");
    assert_eq!(found(&within("contained", "detected", 2), "")[0].2, "INC-2026-0001", "it should stand there by now");
    let early = run(&within("contained", "detected", 2), BASE, "2026-03-04", &[]);
    assert!(matches!(early.findings[0].nature, Nature::Pending { .. }));
    assert_eq!(fields(&within("contained", "detected", 2), "contained: 2026-09-01\n"), Vec::<String>::new(), "future");
}

#[test]
fn of_several_reviews_the_first_counts_and_a_reason_acknowledges() {
    let rule = within("reviews.date", "closed", 14);
    assert_eq!(found(&rule, REVIEW), [(Level::Warning, "reviews.0.date".into(), "2026-03-31".into())]);
    assert_eq!(fields(&rule, "reviews:\n  - date: 2026-03-31\n  - date: 2026-03-12\n"), Vec::<String>::new());
    assert_eq!(found(&rule, ""), [(Level::Warning, "reviews.date".into(), "INC-2026-0001".into())]);
    let late = format!("{BASE}{REVIEW}    late: {{ why: leave, by: ben }}\n");
    let verdict = run(&rule, &late, "2026-06-30", &[]);
    assert!(matches!(&verdict.findings[0].nature, Nature::Acknowledged { why, .. } if why.as_str() == "leave"));
    let told = "reviews:\n  - { date: 2026-03-31, management: { informed: mira, on: 2026-04-20 } }\n";
    assert_eq!(fields(&within("reviews.management.on", "reviews.date", 7), told), ["reviews.0.management.on"]);
}

#[test]
fn actions_are_judged_one_by_one() {
    let lines = format!(
        "{REVIEW}actions:\n  - {{ id: A1, due: 2026-04-15, status: open }}\n  - {{ id: A2, due: 2026-12-31, status: open }}\n  \
         - {{ id: A3, due: 2027-12-31, status: declined }}\n"
    );
    assert_eq!(fields(&within("actions.due", "reviews.date", 90), &lines), ["actions.A2.due"]);
    assert_eq!(fields(&within("actions.completed", "actions.due", 10), &lines), ["actions.A1.completed"]);
}

#[test]
fn a_finding_says_the_message_and_names_its_source() {
    let rule = "level = 'error'\nsource = 'IMS1 8.4'\nrequire = { field = 'links.risks', link = 'risks', actions = 1 }";
    let verdict = run(rule, &format!("{BASE}{REVIEW}"), "2026-06-30", &[]);
    assert_eq!(verdict.ending, Ending::Fail);
    assert_eq!(verdict.findings.len(), 3, "each part of a requirement speaks for itself");
    for finding in &verdict.findings {
        assert_eq!(finding.level, Level::Error);
        assert_eq!(finding.message.as_str(), "It is not as it should be");
        assert!(finding.why.as_str().starts_with("IMS1 8.4 asks for "), "{}", finding.why);
    }
    let mut prints: Vec<&str> = verdict.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 3);
}

#[test]
fn levels_are_set_where_the_rule_stands_or_under_rules() {
    let record = format!("{BASE}{REVIEW}");
    let level = |lines: &str| {
        let verdict = run(&format!("require.field = 'links.risks'\n{lines}"), &record, "2026-06-30", &[]);
        verdict.findings.first().map(|finding| finding.level)
    };
    assert_eq!(level(""), Some(Level::Warning));
    assert_eq!(level("level = 'note'"), Some(Level::Note));
    assert_eq!(level("level = 'off'"), None);
    assert_eq!(level("level = 'note'\n[rules]\nown = 'error'"), Some(Level::Error));
    assert_eq!(level("[rules]\nown = 'off'"), None);
}

#[test]
fn a_long_message_is_shortened_and_names_in_other_containers_work_alike() {
    let long = format!("[[rule]]\nid = 'own'\nmessage = '{}'\nrequire.field = 'links.risks'\n", "word ".repeat(40));
    let files = vec![
        ("closeloop.toml".to_owned(), long.into_bytes()),
        (
            "incidents/a.toml".to_owned(),
            b"id = 'A'\ntitle = 'T'\nstatus = 'closed'\ndetected = 2026-01-02\nclosed = 2026-01-03\n".to_vec(),
        ),
        (
            "incidents/b.json".to_owned(),
            br#"{"id": "B", "title": "T", "status": "closed", "detected": "2026-01-02", "closed": "2026-01-03"}"#
                .to_vec(),
        ),
    ];
    let options = Options {
        as_of: Some("2026-06-30".parse().unwrap()),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec!["own".to_owned()],
        profile: None,
        frameworks: Vec::new(),
        fail_on: Level::Error,
        config: None,
        history: true,
    };
    let verdict = judge(&Snapshot::memory(files), &options).unwrap().verdict;
    assert_eq!(verdict.findings.len(), 2);
    assert!(verdict.findings.iter().all(|finding| finding.message.as_str().chars().count() <= 90));
}

#[test]
fn a_mistake_in_a_rule_keeps_the_run_from_checking() {
    let verdict = run("require.field = 'factors.detecton'", BASE, "2026-06-30", &[]);
    assert_eq!((verdict.ending, verdict.problems.len()), (Ending::CouldNotCheck, 1));
    assert_eq!(verdict.problems[0].start.map(|start| start.line), Some(4));
    assert!(verdict.problems[0].help.as_str().contains("factors.detection"), "{:?}", verdict.problems);
}

#[test]
fn a_rule_explains_itself() {
    let text = "[[rule]]\nid = 'uninformed-regulator'\nmessage = 'The regulator was told late'\nsource = 'IMS1 8.4'\n\
                level = 'error'\nwhen = { severity = ['major', 'significant'], personal_data = true }\n\
                require = { participant = 'dpo', within = { date = 'closed', of = 'detected', days = 30 } }\n";
    let config: Config = toml::from_str(text).unwrap();
    let rule = OwnRules(config.rule[0].clone());
    assert_eq!(rule.summary(), "The regulator was told late");
    assert_eq!(
        rule.explanation(),
        "The regulator was told late\n\n\
         It is about incidents of which all of this holds: the severity is `major` or `significant` and persons were \
         affected.\n\n\
         Such an incident needs `dpo` among the participants of a review and `closed` within 30 days of `detected`.\n\n\
         Its findings are errors. IMS1 8.4 asks for it; the rule stands in closeloop.toml."
    );
}
