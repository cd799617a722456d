//! The parts of a report that are about the run as a whole.

use super::audience::Audience;
use super::model::{
    Exceptions, FindingLine, Limit, PopulationPart, Provenance, RuleLine, SCHEMA, SourceLine, WaiverLine,
};
use super::sample::SAMPLE_SIZE;
use super::{Chosen, Teller, annex, crosswalk, day, finding, words};
use crate::git::CommitInfo;
use crate::population::Population;
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Incident, Origin, Status, Waiver};
use crate::rules::{self, Nature, doc};
use crate::source::Place;
use crate::text::Text;
use crate::timeline::Day;
use crate::verdict::{Cover, Judged, RuleState};
use std::collections::{BTreeMap, BTreeSet};

/// What the pack was made of.
pub(super) fn provenance(teller: &Teller<'_>, commit: &CommitInfo, folder: &str) -> Provenance {
    let Teller { verdict, population, book, request, .. } = *teller;
    let own = |text: &Option<String>| text.as_deref().map(Text::new);
    let notes = verdict.history.notes.iter().chain(&verdict.notes).cloned().collect();
    Provenance {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        commit: commit.id.clone(),
        tree: commit.tree.clone(),
        commit_day: Day(commit.date),
        as_of: Day(verdict.as_of),
        from: Day(request.from),
        to: Day(request.to),
        folder: folder.to_owned(),
        profile: request.profile.clone(),
        frameworks: crosswalk::shown(request, book),
        configuration: population.configuration().map(|path| Text::new(path.as_str())),
        config_digest: verdict.config_digest.clone(),
        organisation: own(&book.config.isms.organisation),
        scope: own(&book.config.isms.scope),
        repository: own(&book.config.evidence.repository),
        depth: verdict.history.depth,
        grade: verdict.history.grade.map(|grade| format!("{grade:?}")),
        notes,
        audience: request.audience,
        label: own(&book.config.report.label),
        retention: own(&book.config.report.retention),
        sample: request.sample.clone(),
        sample_size: request.sample_size,
        command: command(teller, commit, folder),
    }
}

/// The line that makes the pack again, from the root of a clone.
fn command(teller: &Teller<'_>, commit: &CommitInfo, folder: &str) -> Text {
    let Teller { request, verdict, .. } = teller;
    let folder = if folder.is_empty() { String::new() } else { format!(" {}", quoted(folder)) };
    let profile = request.profile.as_deref().map_or(String::new(), |name| format!(" --profile {}", quoted(name)));
    let frameworks = crosswalk::shown(request, teller.book).join(",");
    let (from, to, as_of, commit) = (request.from, request.to, verdict.as_of, &commit.id);
    let sample = sample(request);
    let audience = match request.audience {
        Audience::Auditor => String::new(),
        audience => format!(" --audience {}", audience.name()),
    };
    Text::new(format!(
        "closeloop report{folder} --at {commit} --from {from} --to {to} --as-of {as_of}{profile} --framework \
         {frameworks}{sample}{audience} --output evidence"
    ))
}

/// The options of a sample that is not the usual one.
fn sample(request: &super::Request) -> String {
    // Ids are not for everybody, and a pack that shows no sample is the same with and without one.
    if request.audience == Audience::Customer {
        return String::new();
    }
    let own: Vec<String> = request.sample.iter().map(|id| format!(" --sample {}", quoted(id))).collect();
    let size = request.sample_size;
    let size = if size == SAMPLE_SIZE { String::new() } else { format!(" --sample-size {size}") };
    own.concat() + &size
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if word.chars().all(is_plain) && !word.starts_with('-') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// What was there to be judged.
pub(super) fn population(teller: &Teller<'_>, chosen: &[Chosen<'_>]) -> PopulationPart {
    const GAPS: [&str; 5] =
        ["skipped-file", "unmatched-population", "unreadable-record", "unstable-id", "vanished-record"];
    let Teller { verdict, population, .. } = *teller;
    let gaps = verdict.findings.iter().filter(|judged| GAPS.contains(&judged.rule.as_str()));
    PopulationPart {
        sources: sources(population, verdict.counts.files),
        counts: counts(population, chosen),
        origins: origins(chosen),
        classes: tally(
            chosen.iter().map(|(incident, _)| incident.class().name().to_owned()),
            &["major", "significant", "moderate", "minor"],
        ),
        months: tally(
            chosen.iter().map(|(_, day)| day.map_or("no day".to_owned(), |day| day.format("%Y-%m").to_string())),
            &[],
        ),
        skipped: verdict.skipped.iter().map(|s| (Text::new(s.path.as_str()), Text::new(s.why.describe()))).collect(),
        left_out: verdict.left_out.iter().map(|l| (Text::new(l.path.as_str()), Text::from(l.why))).collect(),
        series: annex::series(teller),
        lists: annex::lists(teller),
        unlisted: annex::unlisted(teller),
        gaps: gaps.map(finding).collect(),
    }
}

/// Where the incidents of the period came from; one that states nothing is an incident of one's own, or a near miss.
fn origins(chosen: &[Chosen<'_>]) -> Vec<(Text, usize)> {
    let name = |incident: &Incident| match (incident.origin.value(), incident.near_miss.value()) {
        (Some(origin), _) => origin.name(),
        (None, Some(true)) => Origin::NearMiss.name(),
        (None, _) => Origin::Incident.name(),
    };
    tally(chosen.iter().map(|(incident, _)| name(incident).to_owned()), &[])
}

/// How often each name comes, in a given order and then in that of the names.
fn tally(names: impl Iterator<Item = String>, order: &[&str]) -> Vec<(Text, usize)> {
    let mut tally: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for name in names {
        let rank = order.iter().position(|known| *known == name).unwrap_or(order.len());
        *tally.entry((rank, name)).or_default() += 1;
    }
    tally.into_iter().map(|((_, name), n)| (Text::new(name), n)).collect()
}

/// What the records are called among the sources.
pub(super) const RECORDS: &str = "incident records";

fn sources(population: &Population, files: usize) -> Vec<SourceLine> {
    let mut lines =
        vec![SourceLine { name: RECORDS.into(), state: "read".into(), files, rows: population.incidents.len() }];
    let registers = RegisterKind::ALL.map(|kind| (Text::from(kind.title()), population.register(kind)));
    let exports = population.exports.iter().map(|(name, export)| (Text::new(format!("export {name}")), export));
    lines.extend(registers.into_iter().chain(exports).map(|(name, register)| {
        let files: BTreeSet<_> = register.rows.values().map(|row| row.source).collect();
        let state = match register.state {
            RegisterState::Read => "read",
            RegisterState::Broken => "could not be read",
            RegisterState::Absent => "not there and not configured",
        };
        SourceLine { name, state: state.into(), files: files.len(), rows: register.rows.len() }
    }));
    lines
}

fn counts(population: &Population, chosen: &[Chosen<'_>]) -> Vec<(Text, usize)> {
    let of = |is: &dyn Fn(&Incident) -> bool| population.incidents.iter().filter(|incident| is(incident)).count();
    let status = |status: Status| move |incident: &Incident| incident.status.value() == Some(&status);
    let undated = chosen.iter().filter(|(_, day)| day.is_none()).count();
    vec![
        ("records read".into(), population.incidents.len()),
        ("of these closed".into(), of(&|incident| incident.is_live() && incident.is_closed())),
        ("open or contained".into(), of(&|incident| incident.is_live() && !incident.is_closed())),
        ("dismissed, with the reason in the record".into(), of(&status(Status::Dismissed))),
        ("tombstones (the id stays, the record is void)".into(), of(&status(Status::Retired))),
        ("without an id".into(), of(&|incident| incident.id().is_none())),
        ("in the period".into(), chosen.len()),
        ("of these without a day that could be read".into(), undated),
        ("outside the period".into(), population.incidents.len() - chosen.len()),
    ]
}

/// Every rule that ran.
pub(super) fn rules(teller: &Teller<'_>) -> Vec<RuleLine> {
    let line = |result: &crate::verdict::RuleResult| {
        let (summary, supports) = about(teller, &result.id);
        RuleLine {
            id: Text::of_run(&result.id),
            summary,
            supports,
            state: words::ended(result.state),
            tested: result.tested,
            failed: result.failed,
            waived: result.waived,
            reason: result.reason.clone(),
        }
    };
    teller.verdict.rules.iter().map(line).collect()
}

/// What a rule is about, and what it supports.
fn about(teller: &Teller<'_>, id: &str) -> (Text, Text) {
    if let Some(rule) = rules::find(id) {
        let supports = doc::section(rule.meta.source, "Supports").unwrap_or_default();
        return (Text::new(doc::summary(rule.meta.source)), Text::new(supports));
    }
    if let Some(outcome) = rules::OUTCOMES.iter().find(|outcome| outcome.id == id) {
        return (Text::from(outcome.summary), Text::default());
    }
    let own = teller.book.config.rule.iter().find(|rule| rule.id == id);
    own.map_or_else(Default::default, |rule| {
        (Text::new(&rule.message), rule.source.as_deref().map(Text::new).unwrap_or_default())
    })
}

/// What was let through.
pub(super) fn exceptions(teller: &Teller<'_>) -> Exceptions {
    let of = |is: fn(&Judged) -> bool| -> Vec<FindingLine> {
        teller.verdict.findings.iter().filter(|judged| is(judged)).map(finding).collect()
    };
    Exceptions {
        waivers: teller.population.waivers.iter().map(|stated| waiver(teller, stated)).collect(),
        waived: of(|judged| matches!(judged.cover, Some(Cover::Waiver { .. }))),
        baselined: of(|judged| judged.cover == Some(Cover::Baseline)),
        acknowledged: of(|judged| judged.cover.is_none() && matches!(judged.nature, Nature::Acknowledged { .. })),
    }
}

fn waiver(teller: &Teller<'_>, waiver: &Waiver) -> WaiverLine {
    let text = |fact: &crate::record::TextFact| fact.text().map(|text| teller.say(text)).unwrap_or_default();
    let field = waiver.field.text().map_or(String::new(), |field| format!(" {field}"));
    WaiverLine {
        rule: text(&waiver.rule),
        about: teller.say(&format!("{}{field}", waiver.record.text().unwrap_or_default())),
        reason: text(&waiver.reason),
        approver: text(&waiver.approver),
        expires: day(&waiver.expires),
        place: place(teller.population, waiver.home),
    }
}

/// `closeloop-waivers.toml:3`
fn place(population: &Population, place: Place) -> Text {
    let path = population.path(place.source());
    let line = population.sources.start(place).map_or(String::new(), |start| format!(":{}", start.line));
    Text::new(format!("{path}{line}"))
}

/// What nobody looked at.
pub(super) fn limits(teller: &Teller<'_>) -> Vec<Limit> {
    let rules = &teller.verdict.rules;
    let not_run =
        rules.iter().filter(|rule| rule.state == RuleState::NotRun || rule.reason.is_some()).map(|rule| Limit {
            what: Text::of_run(format!("The rule {}, in whole or in part", rule.id)),
            why: rule.reason.clone().unwrap_or_else(|| "no reason is known".into()),
        });
    let own = teller.book.config.rule.iter().map(|rule| rule.id.as_str());
    let known = rules::ids().into_iter().chain(own);
    let off = known.filter(|id| !rules.iter().any(|rule| rule.id == *id)).map(|id| Limit {
        what: Text::of_run(format!("The rule {id}")),
        why: "the configuration or the profile switches it off".into(),
    });
    let always = words::LIMITS.iter().map(|(what, why)| Limit { what: Text::from(*what), why: Text::from(*why) });
    not_run.chain(off).chain(always).collect()
}
