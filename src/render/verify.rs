//! What holds of a pack and what does not, for people.

use super::summary::count;
use crate::text::{Text, calm};
use crate::verdict::Ending;
use crate::verify::{Check, FileCheck, Kind, Part, State, Statement, Verification};
use std::collections::BTreeMap;

/// The most differences of a file that are told.
const MOST_TOLD: usize = 20;

/// The verification as text.
pub fn text(verification: &Verification) -> String {
    let mut lines = heading(verification);
    checks("Files against the list of digests", &verification.list, &mut lines);
    checks("What the pack was made of", &verification.origin, &mut lines);
    if !verification.files.is_empty() {
        lines.push("Files against the repository".to_owned());
    }
    let is_brief = verification.is_of_another_making();
    verification.files.iter().for_each(|file| tell(file, is_brief, &mut lines));
    lines.push(last(verification));
    calm(&(lines.join("\n") + "\n"))
}

fn heading(verification: &Verification) -> Vec<String> {
    let Some(pack) = &verification.pack else { return Vec::new() };
    let (from, to, as_of) = (pack.from, pack.to, pack.as_of);
    vec![Text::new(format!("Pack of {from} to {to}, as of {as_of}, commit {}", pack.commit)).to_string()]
}

fn checks(title: &str, checks: &[Check], lines: &mut Vec<String>) {
    if !checks.is_empty() {
        lines.push(title.to_owned());
        lines.extend(checks.iter().map(|check| format!("  {} {}", word(check.state), check.message)));
    }
}

fn word(state: State) -> &'static str {
    if state == State::Holds { "holds   " } else { "DIFFERS " }
}

fn tell(file: &FileCheck, is_brief: bool, lines: &mut Vec<String>) {
    let differ: Vec<&Statement> = file.statements.iter().filter(|one| one.state != State::Holds).collect();
    let counts = if differ.is_empty() { counted(&file.statements) } else { of_all(&differ, file.statements.len()) };
    lines.push(format!("  {} {}: {}{counts}", word(file.state), file.name, file.message));
    // One cause is told once, and not by everything that follows from it.
    if is_brief || file.explained {
        return;
    }
    let told = differ.iter().flat_map(|statement| told(statement));
    let told: Vec<String> = told.map(|what| format!("           {}: {what}", file.name)).collect();
    let more = told.len().saturating_sub(MOST_TOLD);
    lines.extend(told.into_iter().take(MOST_TOLD));
    if more > 0 {
        lines.push(format!("           and {more} more: `--output json` lists all"));
    }
}

/// `: 41 findings, 96 rules`
fn counted(statements: &[Statement]) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    statements.iter().filter(|one| one.kind != Kind::Heads).for_each(|one| *counts.entry(one.kind).or_default() += 1);
    let named = |(kind, n): (&Kind, &usize)| match kind {
        Kind::Finding => count(*n, "finding"),
        Kind::Rule => count(*n, "rule"),
        Kind::Row | Kind::Heads => count(*n, "row"),
        Kind::Field => count(*n, "field"),
        Kind::Digest => count(*n, "digest"),
        Kind::Entry if *n == 1 => "1 entry".to_owned(),
        Kind::Entry => format!("{n} entries"),
    };
    let counts: Vec<String> = counts.iter().map(named).collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) }
}

fn of_all(differ: &[&Statement], all: usize) -> String {
    format!("; {} of {all} statements hold", all - differ.len())
}

/// The differences of one statement, each in a line.
fn told(statement: &Statement) -> Vec<String> {
    let subject = subject(statement);
    match statement.state {
        State::Holds => Vec::new(),
        State::Missing => vec![format!("{subject} is missing; the repository gives it")],
        State::Extra => vec![format!("{subject} is in the pack, and the repository does not give it")],
        State::Differs => {
            statement.parts.iter().map(|part| format!("{subject}{}", said(statement.kind, part))).collect()
        }
    }
}

fn subject(statement: &Statement) -> String {
    let subject = &statement.subject;
    match (&statement.kind, &statement.about) {
        (Kind::Finding, Some(about)) => format!("the finding {about} (fingerprint {})", short(subject)),
        (Kind::Finding, None) => format!("the finding with the fingerprint {}", short(subject)),
        (Kind::Rule, _) => format!("the rule {subject}"),
        (Kind::Digest, _) => format!("the digest of {subject}"),
        (Kind::Heads, _) => "the heads of the columns".to_owned(),
        (Kind::Row | Kind::Field | Kind::Entry, _) => subject.to_string(),
    }
}

/// As much of a fingerprint as tells it from others.
fn short(fingerprint: &Text) -> String {
    fingerprint.as_str().chars().take(12).collect()
}

/// `, column closed: the pack says X, the repository gives Y`
fn said(kind: Kind, part: &Part) -> String {
    let name = match (kind, part.name.as_str()) {
        (_, "") => String::new(),
        (Kind::Row, name) => format!(", column {name}"),
        (_, name) => format!(", {name}"),
    };
    if part.withheld {
        return format!("{name}: the pack says something else than the repository gives");
    }
    let value = |value: &Option<Text>| match value.as_ref().map(Text::as_str) {
        None | Some("") => "nothing".to_owned(),
        Some(value) => value.to_owned(),
    };
    format!("{name}: the pack says {}, the repository gives {}", value(&part.pack), value(&part.repository))
}

fn last(verification: &Verification) -> String {
    match (verification.verdict, verification.differences) {
        (Ending::CouldNotCheck, _) => "Could not be verified: what stands above is not the whole answer.".to_owned(),
        (Ending::Pass, _) => "Verified: every file is what the repository gives.".to_owned(),
        (Ending::Fail, 1) => "Not verified: 1 thing differs.".to_owned(),
        (Ending::Fail, n) => format!("Not verified: {n} things differ."),
    }
}
