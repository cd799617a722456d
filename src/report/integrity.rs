//! What git shows of the records themselves: late, edited, gone, rewritten; how its days are witnessed; and how the
//! rules changed that judge them.

use super::model::FindingLine;
use super::parts::{Integrity, IntegrityLine, RulesChange};
use super::{Teller, finding};
use crate::config::changed_keys;
use crate::history::{ConfigVersion, Grade};
use crate::source::Source;
use crate::text::{Text, shorten};
use crate::timeline::Day;
use crate::verdict::{Judged, RuleState};
use std::collections::BTreeMap;

/// What is asked of history, with the rules that ask it.
const QUESTIONS: [(&str, &[&str]); 9] = [
    ("Entries that came late", &["late-record"]),
    ("Values that say they are older than they are", &["postdated-value"]),
    ("Edits after closure, or after the review was settled", &["edited-after-closure"]),
    ("Records that are gone, and gaps in numbered ids", &["vanished-record", "unstable-id"]),
    ("Rewritten history", &["rewritten-history"]),
    ("Due dates that moved", &["moved-due-date"]),
    ("Severity that was lowered", &["lowered-severity"]),
    ("Closure that came early, or was taken back", &["premature-closure", "unexplained-reopening"]),
    ("Clocks and rules: odd dates of commits, rules that ask for less", &["odd-clock", "loosened-rules"]),
];
/// The most findings that are listed.
const MOST_FINDINGS: usize = 200;
/// The most keys of one change of the configuration.
const MOST_KEYS: usize = 12;

/// Everything about the integrity of the records.
pub(super) fn integrity(teller: &Teller<'_>) -> Integrity {
    let is_asked = |judged: &&Judged| QUESTIONS.iter().any(|(_, rules)| rules.contains(&judged.rule.as_str()));
    let findings: Vec<&Judged> = teller.verdict.findings.iter().filter(is_asked).collect();
    let shown: Vec<FindingLine> = findings.iter().take(MOST_FINDINGS).map(|judged| finding(judged)).collect();
    Integrity {
        questions: QUESTIONS.iter().map(|(question, rules)| line(teller, question, rules, &findings)).collect(),
        more: findings.len() - shown.len(),
        findings: shown,
        grades: grades(teller),
        unwitnessed: unwitnessed(teller),
        changes: changes(teller),
    }
}

fn line(teller: &Teller<'_>, question: &'static str, rules: &[&str], findings: &[&Judged]) -> IntegrityLine {
    let of = |id: &&str| teller.verdict.rules.iter().find(|rule| rule.id == **id && rule.state != RuleState::NotRun);
    let tested: Option<u32> = rules.iter().map(|id| of(id).map(|rule| rule.tested)).sum();
    let (open, other): (Vec<&&Judged>, Vec<_>) =
        findings.iter().filter(|judged| rules.contains(&judged.rule.as_str())).partition(|judged| judged.is_open());
    let rules = Text::of_run(rules.join(", "));
    IntegrityLine { question: question.into(), rules, tested, open: open.len(), other: other.len() }
}

/// Landings by how well their days are witnessed.
fn grades(teller: &Teller<'_>) -> Vec<(Text, usize, usize)> {
    let period = teller.request.from..=teller.request.to;
    let mut counts = [(0, 0); 3];
    for landing in teller.history.chronicle.landings() {
        let at = match grade(teller, landing.grade, landing.day) {
            Grade::W2 => 0,
            Grade::W1 => 1,
            Grade::W0 => 2,
        };
        if let Some((all, inside)) = counts.get_mut(at) {
            (*all, *inside) = (*all + 1, *inside + usize::from(period.contains(&landing.day)));
        }
    }
    let names = [
        "W2: a merge that the forge made and signed",
        "W1: the date of a commit, which whoever commits can set",
        "W0: no witness (imported, or not on the main line yet)",
    ];
    names.into_iter().zip(counts).map(|(name, (all, inside))| (name.into(), all, inside)).collect()
}

/// The grade of a landing; what was imported is nobody's witness.
fn grade(teller: &Teller<'_>, grade: Grade, day: chrono::NaiveDate) -> Grade {
    if teller.book.imported().is_some_and(|since| day <= since) { Grade::W0 } else { grade }
}

fn unwitnessed(teller: &Teller<'_>) -> Vec<(Text, usize)> {
    let mut reasons: BTreeMap<&'static str, usize> = BTreeMap::new();
    for why in teller.history.chronicle.landings().filter_map(|landing| landing.unwitnessed) {
        *reasons.entry(why.reason()).or_default() += 1;
    }
    reasons.into_iter().map(|(why, count)| (Text::from(why), count)).collect()
}

/// Changes of the configuration that landed in the period.
fn changes(teller: &Teller<'_>) -> Vec<RulesChange> {
    let period = teller.request.from..=teller.request.to;
    let versions = &teller.history.configurations;
    let before = std::iter::once(None).chain(versions.iter().map(Some));
    let pairs = before.zip(versions);
    let in_period = |version: &ConfigVersion| period.contains(&teller.history.landing(version.position).day);
    pairs.filter(|(_, version)| in_period(version)).map(|(old, new)| change(teller, old, new)).collect()
}

fn change(teller: &Teller<'_>, old: Option<&ConfigVersion>, new: &ConfigVersion) -> RulesChange {
    let source =
        |version: &ConfigVersion| version.text.as_ref().map(|text| Source::from_text(version.path.clone(), &**text));
    let landing = teller.history.landing(new.position);
    let all = changed_keys(old.and_then(source).as_ref(), source(new).as_ref());
    let value = |value: &Option<String>| value.as_deref().map_or("not set".to_owned(), |value| shorten(value, 80));
    let told = all.iter().take(MOST_KEYS).map(|changed| {
        teller.say(&format!("{}: {} became {}", changed.key, value(&changed.before), value(&changed.after)))
    });
    let mut keys: Vec<Text> = told.collect();
    match all.len() {
        0 if new.text.is_none() => keys.push("the file was taken away".into()),
        0 => keys.push("no key by which findings come and go".into()),
        n if n > MOST_KEYS => keys.push(Text::of_run(format!("and {} more keys", n - MOST_KEYS))),
        _ => {}
    }
    let commit = landing.commit.map(|commit| Text::new(commit.to_string())).unwrap_or_default();
    RulesChange { day: Day(landing.day), commit, keys }
}
