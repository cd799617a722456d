//! What a run comes to, in words: what was learned, what was read, what was tested, what is worst. Never a score.

use crate::config::Level;
use crate::rules::Nature;
use crate::source::{Position, RepoPath};
use crate::text::{Text, shorten};
use crate::verdict::{Cover, Ending, Judged, RuleState, Verdict};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// `1 record`, `2 records`.
pub(super) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// What closed incidents taught.
pub(super) fn learned(verdict: &Verdict) -> String {
    let learned = verdict.learned;
    if verdict.counts.records == 0 {
        return "no record was read, so nothing can be said".to_owned();
    }
    if learned.closed == 0 {
        return "no record says that its incident is closed, so there is nothing to have learned from yet".to_owned();
    }
    let mut parts = vec![count(learned.closed, "closed incident"), count(learned.lessons, "lesson")];
    if learned.lessons > 0 {
        parts.push(match learned.shown {
            Some(shown) => format!("{shown} with a change that git shows"),
            None => format!("{} with an action that is done", learned.acted_on),
        });
        parts.push(format!("{} accepted openly", learned.accepted));
    }
    parts.join(", ")
}

/// What was read.
pub(super) fn read(verdict: &Verdict) -> String {
    let counts = verdict.counts;
    let mut parts = vec![format!("{} in {}", count(counts.records, "record"), count(counts.files, "file"))];
    parts.push(format!("{} and {} in them", count(counts.lessons, "lesson"), count(counts.actions, "action")));
    if !verdict.left_out.is_empty() {
        let left = verdict.left_out.len();
        parts.push(format!("{} left out as no record (`closeloop show` lists them)", count(left, "file")));
    }
    parts.join("; ")
}

/// How far history was compared; `None` where it was not, which the rules that need it say.
pub(super) fn history(verdict: &Verdict) -> Option<String> {
    let history = &verdict.history;
    let landings = count(history.depth as usize, "commit");
    history.is_complete.then(|| format!("history compared: {landings} of the main line"))
}

/// Files that were not read, each with the reason.
pub(super) fn unread(verdict: &Verdict) -> Vec<(Text, String)> {
    verdict.skipped.iter().map(|skipped| (path(&skipped.path), skipped.why.describe())).collect()
}

/// A path that is safe to show.
pub(super) fn path(path: &RepoPath) -> Text {
    Text::new(path.as_str())
}

/// How many rules found something, found nothing, and did not run.
pub(super) fn tested(verdict: &Verdict) -> String {
    let ran = |state: RuleState, tested: bool| {
        verdict.rules.iter().filter(|rule| rule.state == state && (rule.tested > 0) == tested).count()
    };
    let failed = verdict.in_state(RuleState::Failed).count();
    let (clean, idle) = (ran(RuleState::Passed, true), ran(RuleState::Passed, false));
    let covered = verdict.in_state(RuleState::Waived).count();
    let not_run = verdict.in_state(RuleState::NotRun).count();
    let mut parts = vec![format!("{} found something", count(failed, "rule")), format!("{clean} found nothing")];
    if covered > 0 {
        parts.push(format!("{covered} found only what is covered"));
    }
    if idle > 0 {
        parts.push(format!("{idle} had nothing to look at"));
    }
    if not_run > 0 {
        parts.push(format!("{not_run} did not run, which says nothing good or bad"));
    }
    parts.join(", ")
}

/// Why rules, or parts of them, did not run: the commonest reason first.
pub(super) fn not_run(verdict: &Verdict) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<(&str, bool)>> = BTreeMap::new();
    for rule in &verdict.rules {
        if let Some(reason) = &rule.reason {
            reasons.entry(reason.as_str()).or_default().push((&rule.id, rule.tested > 0));
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, rules)| (std::cmp::Reverse(rules.len()), *reason));
    reasons.into_iter().map(|(reason, rules)| format!("{}: {reason}", names(&rules))).collect()
}

/// Up to three rules by name, more by their number.
fn names(rules: &[(&str, bool)]) -> String {
    if rules.len() > 3 {
        return format!("{} rules", rules.len());
    }
    let name = |(id, in_part): &(&str, bool)| if *in_part { format!("{id} in part") } else { (*id).to_owned() };
    rules.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Errors and warnings, the worst first: by level, then by the class of the incident, then by place. Compared with a
/// base, only the new ones. What a waiver or the baseline covers is not among them.
pub(super) fn by_weight(verdict: &Verdict) -> Vec<&Judged> {
    weighed(verdict.findings.iter().filter(|finding| finding.is_told()))
}

/// Errors and warnings that stood in the base already, the worst first.
pub(super) fn existing(verdict: &Verdict) -> Vec<&Judged> {
    weighed(verdict.existing())
}

/// What waivers cover, a line each with who answers for it and until when.
pub(super) fn waived(verdict: &Verdict) -> Vec<String> {
    let line = |(finding, cover): (&Judged, &Cover)| Some(format!("{}; {}", line(finding), waiver(cover)?));
    verdict.covered().filter_map(line).collect()
}

/// `waived until 2026-12-31 by ana.sommer: …`; `None` for the baseline.
fn waiver(cover: &Cover) -> Option<String> {
    let Cover::Waiver { reason, approver, expires } = cover else { return None };
    let until = expires.map_or(String::new(), |day| format!(" until {day}"));
    let part = |before, text: &Text, most| match text.as_str() {
        "" => String::new(),
        text => format!("{before}{}", shorten(text, most)),
    };
    Some(format!("waived{until}{}{}", part(" by ", approver, 40), part(": ", reason, 120)))
}

/// What covers a finding, in a few words.
pub(super) fn cover(cover: &Cover) -> String {
    waiver(cover).unwrap_or_else(|| "in the baseline".to_owned())
}

/// What the baseline holds, a line each, the worst first.
pub(super) fn baselined(verdict: &Verdict) -> Vec<String> {
    let mut held: Vec<&Judged> =
        verdict.covered().filter(|(_, cover)| **cover == Cover::Baseline).map(|(finding, _)| finding).collect();
    held.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.class)));
    held.into_iter().map(line).collect()
}

/// `main (3f9a2c1)`, or the digits alone where the base has no other name.
pub(super) fn base(verdict: &Verdict) -> Option<String> {
    let base = verdict.base.as_ref()?;
    let short: String = base.commit.chars().take(7).collect();
    Some(if base.name.as_str() == short { short } else { format!("{} ({short})", base.name) })
}

/// A finding in one line.
pub(super) fn line(finding: &Judged) -> String {
    let (subject, fact) = (subject(finding), fact(finding));
    format!("{:<8}{subject}: {fact} [{}] {}", finding.level.name(), finding.rule, location(finding))
}

/// `INC-2026-0004: A1 was due on 2026-03-20 and is still open`, or the fact alone where there is no record.
pub(super) fn titled(finding: &Judged) -> String {
    let record = finding.record.as_ref().map_or(String::new(), |record| format!("{record}: "));
    format!("{record}{}", fact(finding))
}

/// The message of a finding beside its subject: some begin with the record that they are about.
pub(super) fn fact(finding: &Judged) -> &str {
    let message = finding.message.as_str();
    let rest = message.strip_prefix(subject(finding).as_str()).and_then(|rest| rest.strip_prefix(": "));
    rest.unwrap_or(message)
}

fn weighed<'v>(findings: impl Iterator<Item = &'v Judged>) -> Vec<&'v Judged> {
    let mut loud: Vec<&Judged> = findings.filter(|finding| finding.level > Level::Note).collect();
    loud.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.class)));
    loud
}

/// `INC-2026-0004`, or the file where there is no record.
pub(super) fn subject(finding: &Judged) -> Text {
    finding.record.clone().unwrap_or_else(|| path(&finding.path))
}

/// `incidents/INC-2026-0004.md:12:5`
pub(super) fn location(finding: &Judged) -> String {
    spot(&finding.path, finding.start)
}

/// A place with its line and column, as far as it has them.
pub(super) fn spot(at: &RepoPath, start: Option<Position>) -> String {
    let path = path(at);
    start.map_or_else(|| path.to_string(), |start| format!("{path}:{}:{}", start.line, start.column))
}

/// Notes, a line for each record and kind: what comes due, what is explained, what is good to know. Records of which
/// the same is said share a line.
pub(super) fn notes(verdict: &Verdict) -> Vec<String> {
    let mut records: IndexMap<Text, Vec<&Judged>> = IndexMap::new();
    for finding in verdict.of_level(Level::Note).filter(|finding| finding.is_told()) {
        records.entry(subject(finding)).or_default().push(finding);
    }
    let mut said: IndexMap<String, Vec<&Text>> = IndexMap::new();
    for (record, findings) in &records {
        for line in about(findings) {
            said.entry(line).or_default().push(record);
        }
    }
    said.into_iter().map(|(line, records)| format!("{}: {line}", together(&records))).collect()
}

/// `INC-2026-0004`; of several records the first three and the number of the others.
fn together(records: &[&Text]) -> String {
    let (named, more) = records.split_at(records.len().min(3));
    let mut text = named.iter().map(|record| record.as_str()).collect::<Vec<_>>().join(", ");
    if !more.is_empty() {
        text.push_str(&format!(" and {} more", more.len()));
    }
    if named.len() > 1 {
        text.push_str(", each");
    }
    text
}

fn about(findings: &[&Judged]) -> Vec<String> {
    let due: Vec<_> = findings.iter().filter_map(|f| Some((due(f)?, topic(f)))).collect();
    let of = |wanted: fn(&Nature) -> bool| findings.iter().filter(move |f| wanted(&f.nature)).copied().collect();
    let explained: Vec<&Judged> = of(|nature| matches!(nature, Nature::Acknowledged { .. }));
    let remarks: Vec<&Judged> = of(|nature| *nature == Nature::Breach);
    let mut lines = Vec::new();
    if !due.is_empty() {
        let last = due.iter().filter_map(|(day, _)| *day).max();
        let topics: BTreeSet<&str> = due.iter().map(|(_, topic)| topic.as_str()).collect();
        let topics = topics.into_iter().collect::<Vec<_>>().join(", ");
        let comes = if due.len() == 1 { "1 thing comes".to_owned() } else { format!("{} things come", due.len()) };
        let when = last.map_or_else(|| "later".to_owned(), |last| format!("by {last}"));
        lines.push(format!("{comes} due {when}: {}", shorten(&topics, 90)));
    }
    if !explained.is_empty() {
        let lapses = count(explained.len(), "explained lapse");
        lines.push(format!("{lapses}, kept and nothing to do: {}", said(&explained)));
    }
    if !remarks.is_empty() {
        lines.push(format!("{}: {}", count(remarks.len(), "remark"), said(&remarks)));
    }
    lines
}

/// The message of a single note; of several the rules.
fn said(findings: &[&Judged]) -> String {
    if let [only] = findings {
        return format!("{} [{}]", fact(only), only.rule);
    }
    let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    rules.into_iter().collect::<Vec<_>>().join(", ")
}

/// Of what comes due, the day, as far as it is shown.
fn due(finding: &Judged) -> Option<Option<chrono::NaiveDate>> {
    match finding.nature {
        Nature::Pending { due } => Some(due),
        _ => None,
    }
}

/// What a note is about: the field, as far as it has a name.
fn topic(finding: &Judged) -> String {
    let field = finding.field.as_str().split('.').next().unwrap_or_default();
    if field.is_empty() || field == "id" { finding.rule.clone() } else { field.to_owned() }
}

/// How the run ended and what its exit code means.
pub(super) fn closing(verdict: &Verdict, exit_code: u8) -> String {
    let level = verdict.fail_on.name();
    let is_compared = verdict.base.is_some();
    match (verdict.ending, exit_code) {
        (Ending::CouldNotCheck, _) => {
            format!(
                "Exit code {exit_code}: it could not be checked, so this says nothing good or bad about the records."
            )
        }
        (Ending::Fail, 0) => {
            format!("Exit code 0 as asked for with `--exit-zero`; without it, this run fails at the level {level}.")
        }
        (Ending::Fail, _) => {
            let new = if is_compared { "new findings" } else { "findings" };
            format!("Exit code {exit_code}: there are {new} at the level {level} or above, which fail a run.")
        }
        (Ending::Pass, _) => {
            let nothing = if is_compared { "nothing new" } else { "nothing" };
            format!("Exit code {exit_code}: checked, and {nothing} at the level {level} or above.")
        }
    }
}

/// `2 errors and 12 warnings in 5 of 52 records, as of 2026-06-30`; compared with a base `3 new against main (3f9a2c1):
/// 1 error and 2 warnings in 2 of 52 records; 12 existing, as of 2026-06-30`.
pub(super) fn tally(verdict: &Verdict) -> String {
    let loud = by_weight(verdict);
    let of = |level| loud.iter().filter(|finding| finding.level == level).count();
    let notes = verdict.of_level(Level::Note).filter(|finding| finding.cover.is_none()).count();
    let (errors, warnings) = (of(Level::Error), of(Level::Warning));
    // A finding may name a record that is not there.
    let records: BTreeSet<&Text> =
        loud.iter().filter(|finding| finding.class.is_some()).filter_map(|finding| finding.record.as_ref()).collect();
    let found = match (errors, warnings) {
        (0, 0) => "no errors and no warnings".to_owned(),
        (0, _) => count(warnings, "warning"),
        (_, 0) => count(errors, "error"),
        _ => format!("{} and {}", count(errors, "error"), count(warnings, "warning")),
    };
    let place = match records.len() {
        0 => String::new(),
        n => format!(" in {n} of {}", count(verdict.counts.records, "record")),
    };
    let found = match base(verdict) {
        None => format!("{found}{place}"),
        Some(base) => {
            let existing = existing(verdict).len();
            let new = if loud.is_empty() { String::new() } else { format!(": {found}{place}") };
            format!("{} new against {base}{new}; {existing} existing", loud.len())
        }
    };
    let notes = if notes == 0 { String::new() } else { format!(", {}", count(notes, "note")) };
    format!("{found}{notes}{}, as of {}", covered(verdict), verdict.as_of)
}

/// The rule whose findings are counted apart.
const RETROACTIVE: &str = "retroactive-waiver";

/// `, 2 waived, 1 retroactive waiver, 14 in the baseline`, as far as there are such.
fn covered(verdict: &Verdict) -> String {
    let of = |is: fn(&Cover) -> bool| verdict.covered().filter(|(_, cover)| is(cover)).count();
    let part = |n: usize, what: &str| if n == 0 { String::new() } else { format!(", {n} {what}") };
    let waived = of(|cover| matches!(cover, Cover::Waiver { .. }));
    let late = match verdict.findings.iter().filter(|finding| finding.rule == RETROACTIVE).count() {
        0 => String::new(),
        n => format!(", {}", count(n, "retroactive waiver")),
    };
    part(waived, "waived") + &late + &part(of(|cover| *cover == Cover::Baseline), "in the baseline")
}
