//! Findings that only the rules of the base make: whoever changes the rules must not be the one whom that helps.

use super::baseline::Baseline;
use super::fingerprint::Fingerprints;
use super::judge::Judgement;
use super::settled::one;
use super::waivers::{self, Candidate};
use super::{Judged, RuleResult, RuleState, Verdict};
use crate::config::model::ApprovedChange;
use crate::config::{Changed, Level, Rulebook};
use crate::git::Signature;
use crate::population::Population;
use crate::prose::Placeholder;
use crate::rules::{self, Finding, Names, Nature};
use crate::source::{Place, RepoPath, Source, SourceId};
use crate::text::shorten;
use crate::vocabulary::Vocabulary;
use std::collections::HashSet;

/// The rule that says so. Weakened rules in the history of the configuration are its other half.
pub(super) const RULE: &str = "loosened-rules";
/// The key under which a grown baseline is told and approved.
pub(super) const BASELINE: &str = "baseline";

/// What was changed, by whom, and the rules on both sides of the change.
pub(super) struct Loosening<'a> {
    /// The keys that differ.
    pub changed: Vec<Changed>,
    /// All that the base states.
    pub before: &'a Population,
    /// The rules of the tree that is judged.
    pub book: &'a Rulebook,
    /// The rules of the base.
    pub base: &'a Rulebook,
    /// The baseline of the base, and that of the tree.
    pub baselines: (&'a Baseline, &'a Baseline),
    /// Who wrote the commits beyond the base; `None` where that could not be read.
    pub authors: Option<Vec<Signature>>,
    /// What stands where a name or a reason is still to come.
    pub placeholder: Placeholder,
}

fn fails(finding: &Judged, fail_on: Level) -> bool {
    finding.is_open() && finding.level >= fail_on
}

/// The fingerprints of what fails a run.
pub(super) fn failing(verdict: &Verdict, fail_on: Level) -> HashSet<String> {
    let failing = verdict.findings.iter().filter(|finding| fails(finding, fail_on));
    failing.map(|finding| finding.fingerprint.clone()).collect()
}

/// What fails by the rules of the base and is not among the tree's own.
pub(super) fn hidden<'s>(strict: &'s Judgement, own: &HashSet<String>, fail_on: Level) -> Vec<&'s Judged> {
    let failing = strict.verdict.findings.iter().filter(|finding| fails(finding, fail_on));
    let is_about_rules = |finding: &Judged| finding.rule == RULE || waivers::is_about(&finding.rule);
    failing.filter(|finding| !is_about_rules(finding) && !own.contains(&finding.fingerprint)).collect()
}

/// Adds a finding for each hidden one, which comes with the waivers that may hide it.
pub(super) fn report(
    loosening: &Loosening<'_>,
    strict: &Judgement,
    hidden: Vec<(&Judged, Vec<Candidate>)>,
    judgement: &mut Judgement,
) {
    let mut fingerprints = Fingerprints::default();
    let finding = |hidden: &(&Judged, Vec<Candidate>)| loosening.finding(hidden, strict, judgement, &mut fingerprints);
    let found: Vec<Judged> = hidden.iter().filter_map(finding).collect();
    if found.is_empty() {
        return;
    }
    // The history of the configuration tells of the same change once it has landed.
    judgement.verdict.findings.retain(|finding| finding.rule != RULE || finding.is_new == Some(false));
    count(&mut judgement.verdict.rules, &found);
    judgement.verdict.findings.extend(found);
}

impl Loosening<'_> {
    fn finding(
        &self,
        (hidden, candidates): &(&Judged, Vec<Candidate>),
        strict: &Judgement,
        judgement: &mut Judgement,
        fingerprints: &mut Fingerprints,
    ) -> Option<Judged> {
        let about = same_place(hidden, &strict.population, &mut judgement.population);
        if hidden.is_secret {
            judgement.population.sources.veil(about);
        }
        let populations = [&judgement.population, &strict.population, self.before];
        let mut approved = candidates.iter().filter_map(|one| Some((one, self.of_waiver(one, &populations)?)));
        let (finding, approval) = match (approved.next(), candidates.first()) {
            (Some((one, approval)), _) => (waived(hidden, one), Some(approval)),
            (None, Some(one)) => (waived(hidden, one), None),
            (None, None) => self.by_rules(hidden, strict, judgement)?,
        };
        let finding = Finding { record: hidden.record.as_ref().map(|id| id.as_str().into()), ..finding };
        let finding = Finding { item: hidden.item.as_ref().map(|id| id.as_str().into()), ..finding };
        let finding = finding.keyed(&hidden.fingerprint).related(about, hidden.message.clone());
        let level = self.base.levels.level(RULE, Level::Error);
        let (finding, level) = match approval {
            Some(Approval { field, why, by }) => (finding.acknowledged(field, why, by), Level::Note),
            None => (finding, level),
        };
        let fingerprint = fingerprints.of(RULE, &finding, &judgement.population);
        let judged = one(RULE, "act", level, fingerprint, &finding, &judgement.population);
        Some(Judged { class: judged.class.or(hidden.class), is_new: Some(true), ..judged })
    }

    /// What is said of a finding that a change of the rules hides, and who approved that.
    fn by_rules(
        &self,
        hidden: &Judged,
        strict: &Judgement,
        judgement: &mut Judgement,
    ) -> Option<(Finding, Option<Approval<'_>>)> {
        let keys = self.keys_of(hidden);
        let key = keys.first()?;
        let place = self.place(&key.key, &mut judgement.population);
        let approvals: Option<Vec<&ApprovedChange>> = keys
            .iter()
            .map(|key| self.approval(key, &[&judgement.population, &strict.population, self.before]))
            .collect();
        let approval = approvals.and_then(|approvals| approvals.first().copied());
        let approval = approval.map(|entry| Approval { field: "approved_change", why: &entry.why, by: &entry.by });
        Some((says(hidden, key, place), approval))
    }

    /// A waiver is its own approval, where its approver stands behind it.
    fn of_waiver<'w>(&self, candidate: &'w Candidate, populations: &[&Population]) -> Option<Approval<'w>> {
        let waiver = &candidate.waiver;
        let (why, by) = (waiver.reason.text()?, waiver.approver.text()?);
        (candidate.stands && self.may_approve(by, populations)).then_some(Approval { field: "waiver", why, by })
    }

    /// Whether a text names somebody who wrote none of the commits beyond the base. Whoever makes a change could have the
    /// people register say who they are: it counts as it was, and as it is.
    fn may_approve(&self, by: &str, populations: &[&Population]) -> bool {
        let Some(authors) = &self.authors else { return false };
        let may = |words: &Vocabulary, population: &Population| {
            let people = &population.people;
            let names = Names::of(by, people, words);
            let is_author =
                |author: &Signature| names.meets(&Names::of_one([&*author.name, &*author.address], people, words));
            rules::may_approve(by, population, words, &self.placeholder) && !authors.iter().any(is_author)
        };
        let books = [&self.book.vocabulary, &self.base.vocabulary];
        books.iter().all(|words| populations.iter().all(|population| may(words, population)))
    }

    /// The keys whose change hides a finding: those of its rule's level where that is lower now, else all others.
    fn keys_of(&self, hidden: &Judged) -> Vec<&Changed> {
        let (before, after) = self.baselines;
        if after.holds(&hidden.fingerprint) && !before.holds(&hidden.fingerprint) {
            return self.changed.iter().filter(|change| change.key == BASELINE).collect();
        }
        let rule = hidden.rule.as_str();
        let is_lower = self.book.levels.is_off(rule)
            || self.book.levels.level(rule, hidden.level) < self.base.levels.level(rule, hidden.level);
        let own = [format!("rules.{rule}"), format!("rule.{rule}"), "profile".to_owned()];
        let of_rule: Vec<&Changed> = self.changed.iter().filter(|change| own.contains(&change.key)).collect();
        if !of_rule.is_empty() && (is_lower || own[1] == of_rule[0].key) {
            return of_rule;
        }
        let is_level = |key: &str| key == "profile" || key.starts_with("rules.") || key.starts_with("rule.");
        let is_other = |change: &&Changed| !is_level(&change.key) && change.key != BASELINE;
        let others: Vec<&Changed> = self.changed.iter().filter(is_other).collect();
        if others.is_empty() { self.changed.iter().collect() } else { others }
    }

    /// Where the change stands: the value, else the table that held it, else the whole file.
    fn place(&self, key: &str, population: &mut Population) -> Place {
        if key == ".mailmap" {
            return whole(population, &RepoPath::new(key), "");
        }
        if let Some(path) = self.baselines.1.path.as_ref().filter(|_| key == BASELINE) {
            return whole(population, path, "");
        }
        let parts: Vec<&str> = match key.strip_prefix("rule.") {
            Some(_) => vec!["rule"],
            None => key.split('.').collect(),
        };
        if let Some(place) = self.book.place(&parts) {
            return place;
        }
        let path = population.configuration().cloned().unwrap_or_else(|| RepoPath::new(super::judge::CONFIG_NAME));
        whole(population, &path, "")
    }

    /// The entry that approves a change, by somebody who wrote none of the commits beyond the base.
    fn approval(&self, change: &Changed, populations: &[&Population]) -> Option<&ApprovedChange> {
        self.book.config.approved_change.iter().find(|approval| {
            approval.key.trim() == change.key
                && fits(&approval.to, change.after.as_deref(), change.before.as_deref())
                && fits(&approval.from, change.before.as_deref(), change.after.as_deref())
                && !approval.why.trim().is_empty()
                && !self.placeholder.is(&approval.why)
                && self.may_approve(&approval.by, populations)
        })
    }
}

/// Who stands behind a loosening.
struct Approval<'a> {
    field: &'static str,
    why: &'a str,
    by: &'a str,
}

/// What is said of a finding that a waiver covers only since this change.
fn waived(hidden: &Judged, by: &Candidate) -> Finding {
    let waiver = &by.waiver;
    let subject = hidden.record.as_ref().map_or_else(String::new, |id| format!(" of {}", shorten(id.as_str(), 24)));
    Finding::at(Level::Error, waiver.path(""), waiver.rule.place()).says(
        format!("{} covers {}{subject}", by.told(), shorten(&hidden.rule, 24)),
        format!("Without it this is an open {}; whoever makes a change does not excuse it as well.", hidden.level.name()),
        "Mend what it covers, or let somebody approve the waiver who wrote none of these commits and does not own what it \
         covers, and name them as its approver.",
    )
}

/// What is said of a finding that the rules of this change hide.
fn says(hidden: &Judged, change: &Changed, place: Place) -> Finding {
    let subject = hidden.record.as_ref().map_or_else(String::new, |id| format!(" of {}", shorten(id.as_str(), 24)));
    let key = &change.key;
    let change = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("from {} to {}", shorten(before, 40), shorten(after, 40)),
        (Some(before), None) => format!("from {} to nothing", shorten(before, 40)),
        (None, Some(after)) => format!("to {}", shorten(after, 40)),
        (None, None) => "in this change".to_owned(),
    };
    Finding::at(Level::Error, key.clone(), place).says(
        format!("`{}` hides {}{subject}", shorten(key, 32), shorten(&hidden.rule, 24)),
        format!("It went {change}; by the rules of the base this is still an open {}.", hidden.level.name()),
        "Mend what was hidden, or take the change back. Is it meant? Somebody who wrote none of these commits adds an \
         `[[approved_change]]` with `key`, `from`, `to`, `why`, `by` and `on`.",
    )
}

/// The place of a finding in another population that read the same files.
fn same_place(hidden: &Judged, from: &Population, into: &mut Population) -> Place {
    let source = from.sources.get(hidden.place.source());
    let place = whole(into, &source.path, source.text());
    match hidden.place {
        Place::Text { .. } => Place::new(place.source(), hidden.place.span()),
        Place::File(_) => place,
    }
}

/// A file as a whole; one that was not read is added with a text.
fn whole(population: &mut Population, path: &RepoPath, text: &str) -> Place {
    let known: Option<SourceId> =
        population.sources.iter().find(|(_, source)| source.path == *path).map(|(source, _)| source);
    Place::File(known.unwrap_or_else(|| population.sources.add(Source::from_text(path.clone(), text))))
}

/// Whether an approval states a value: of a list, at least the entries that the other side of the change has not.
fn fits(stated: &str, value: Option<&str>, other: Option<&str>) -> bool {
    let Some(value) = value else { return true };
    if !value.starts_with('[') {
        return plain(stated) == plain(value);
    }
    let (stated, value, other) = (plain(stated), plain(value), plain(other.unwrap_or_default()));
    let stated: HashSet<&str> = stated.split(',').collect();
    let other: HashSet<&str> = other.split(',').collect();
    value.split(',').filter(|entry| !other.contains(entry)).all(|entry| stated.contains(entry))
}

/// A value without the marks that a list or a text has in TOML.
fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace() && !"[]\"'".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// Counts the findings under their rule, whose other half may not have run.
fn count(rules: &mut Vec<RuleResult>, found: &[Judged]) {
    let failed = found.iter().filter(|f| f.nature == Nature::Breach && f.level > Level::Note).count();
    let (tested, failed) = (number(found.len()), number(failed));
    let entry =
        RuleResult { id: RULE.to_owned(), state: RuleState::Passed, tested: 0, failed: 0, waived: 0, reason: None };
    if !rules.iter().any(|rule| rule.id == RULE) {
        rules.push(entry);
        rules.sort_by(|a, b| a.id.cmp(&b.id));
    }
    for rule in rules.iter_mut().filter(|rule| rule.id == RULE) {
        rule.tested += tested;
        rule.failed += failed;
        if failed > 0 {
            rule.state = RuleState::Failed;
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_names_the_value_or_the_entries_that_are_new() {
        assert!(fits("365", Some("365"), Some("180")) && !fits("365", Some("900"), Some("180")));
        assert!(fits("", None, Some("error")));
        let (before, after) = (Some(r#"["a/**"]"#), Some(r#"["a/**", "b/**"]"#));
        assert!(fits("b/**", after, before) && fits(r#"["a/**","b/**"]"#, after, before));
        assert!(!fits("a/**", after, before));
    }
}
