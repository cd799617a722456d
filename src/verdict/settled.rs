//! From what rules found to what a verdict holds: levels, positions, fingerprints, and how each rule ended.

use super::fingerprint::Fingerprints;
use super::{Ending, Judged, JudgedRelated, Problem, RuleResult, RuleState};
use crate::config::{Level, LevelPolicy, Rulebook};
use crate::population::Population;
use crate::record::Incident;
use crate::rules::{Finding, Nature, NotRun, Ran, Rule};
use crate::text::Text;

/// All findings of a run, by rule.
pub(super) fn judged(ran: &[Ran], running: &[&dyn Rule], book: &Rulebook, population: &Population) -> Vec<Judged> {
    let mut fingerprints = Fingerprints::default();
    let mut findings = Vec::new();
    for (ran, rule) in ran.iter().zip(running) {
        let repair = rule.meta().map_or("act", |meta| meta.repair.name());
        let mut own: Vec<&Finding> = ran.outcome.findings.iter().collect();
        own.sort_by_key(|finding| (finding.place, finding.field.clone(), finding.key.clone()));
        for finding in own {
            let fingerprint = fingerprints.of(&ran.id, finding, population);
            let level = level(&book.levels, &ran.id, finding);
            findings.push(one(&ran.id, repair, level, fingerprint, finding, population));
        }
    }
    findings
}

/// The level that a finding ends up with. What is not due or explained is a note; what is inferred stops at a
/// warning.
fn level(policy: &LevelPolicy, rule: &str, finding: &Finding) -> Level {
    if finding.nature != Nature::Breach {
        return Level::Note;
    }
    let level = policy.level(rule, finding.level);
    if finding.is_inferred { level.min(Level::Warning) } else { level }
}

pub(super) fn one(
    rule: &str,
    repair: &'static str,
    level: Level,
    fingerprint: String,
    finding: &Finding,
    population: &Population,
) -> Judged {
    let sources = &population.sources;
    let range = |place| sources.range(place).map_or((None, None), |(start, end)| (Some(start), Some(end)));
    let related = finding.related.iter().map(|related| {
        let (start, end) = range(related.place);
        let (path, message) = (sources.path(related.place).clone(), related.message.clone());
        JudgedRelated { path, place: related.place, start, end, message, commit: related.commit.clone() }
    });
    let (start, end) = range(finding.place);
    Judged {
        rule: rule.to_owned(),
        level,
        nature: finding.nature.clone(),
        record: finding.record.as_deref().map(Text::new),
        class: finding.record.as_deref().and_then(|id| population.incident(id)).map(Incident::class),
        item: finding.item.as_deref().map(Text::new),
        field: Text::new(&finding.field),
        path: sources.path(finding.place).clone(),
        place: finding.place,
        start,
        end,
        message: finding.message.clone(),
        why: finding.why.clone(),
        help: finding.help.clone(),
        repair,
        related: related.collect(),
        due: finding.due,
        fingerprint,
        is_new: None,
        cover: None,
        is_secret: finding.is_secret,
    }
}

/// Findings are ordered by path, place and rule.
pub(super) fn order(finding: &Judged) -> impl Ord + '_ {
    (finding.path.as_str(), finding.start, finding.rule.as_str(), finding.end, finding.fingerprint.as_str())
}

/// How a rule ended.
pub(super) fn result(ran: &Ran, findings: &[Judged]) -> RuleResult {
    let own = || findings.iter().filter(|finding| finding.rule == ran.id);
    let failed = own().filter(|finding| finding.is_open() && finding.level > Level::Note).count();
    let waived = own().filter(|finding| finding.cover.is_some()).count();
    let reasons: Vec<&Text> = ran.outcome.not_run.iter().map(|NotRun(reason)| reason).collect();
    let state = match (failed, reasons.is_empty()) {
        (1.., _) => RuleState::Failed,
        (0, false) => RuleState::NotRun,
        (0, true) if waived > 0 => RuleState::Waived,
        (0, true) => RuleState::Passed,
    };
    RuleResult {
        id: ran.id.clone(),
        state,
        tested: ran.outcome.tested,
        failed: u32::try_from(failed).unwrap_or(u32::MAX),
        waived: u32::try_from(waived).unwrap_or(u32::MAX),
        reason: (!reasons.is_empty()).then(|| Text::joined(reasons, "; ")),
    }
}

/// A rule that did not run, and why.
pub(super) fn not_run(id: &str, reason: impl Into<Text>) -> RuleResult {
    RuleResult {
        id: id.to_owned(),
        state: RuleState::NotRun,
        tested: 0,
        failed: 0,
        waived: 0,
        reason: Some(reason.into()),
    }
}

/// How a run ends. What stood in the base already fails nobody.
pub(super) fn ending(problems: &[Problem], findings: &[Judged], fail_on: Level) -> Ending {
    match findings.iter().any(|finding| finding.fails(fail_on)) {
        _ if !problems.is_empty() => Ending::CouldNotCheck,
        true => Ending::Fail,
        false => Ending::Pass,
    }
}
