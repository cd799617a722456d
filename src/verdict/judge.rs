//! The one entry: a tree at a date is judged under a rulebook.

use super::compared::{Compared, compare};
use super::fingerprint::Fingerprints;
use super::{Counts, Ending, HistoryInfo, Judged, JudgedRelated, Learned, RuleResult, RuleState, Verdict};
use crate::config::{ConfigProblem, Level, LevelPolicy, Rulebook, load};
use crate::git::{GitProblem, Snapshot};
use crate::population::{Earlier, Population, SkipReason, Skipped, build};
use crate::record::{Incident, ProblemKind as FieldFault};
use crate::rules::{self, Case, Finding, Nature, NotRun, OwnRules, PLANNED, Ran, Rule};
use crate::source::{RepoPath, Source, SourceId, Sources};
use crate::text::Text;
use chrono::NaiveDate;

/// What a judgement is made of, besides the tree and the configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// The date at which is judged; `None` takes `today` in the configured time zone.
    pub as_of: Option<NaiveDate>,
    /// The current instant, read by the command line alone.
    pub now: chrono::DateTime<chrono::Utc>,
    /// Rules to run; empty runs all.
    pub rules: Vec<String>,
    /// The profile that the command line asks for.
    pub profile: Option<String>,
    /// The level that fails a run.
    pub fail_on: Level,
    /// The configuration's path, where it is not found by walking up.
    pub config: Option<String>,
    /// Whether the history of the repository is compared.
    pub history: bool,
}

impl Options {
    /// The date at which is judged under a rulebook.
    pub fn as_of(&self, book: &Rulebook) -> NaiveDate {
        self.as_of.unwrap_or_else(|| book.calendar.date_of(self.now))
    }
}

/// A verdict with what renderers need to show its places.
#[derive(Debug)]
pub struct Judgement {
    /// What came out.
    pub verdict: Verdict,
    /// What was read.
    pub population: Population,
}

/// Why a run could not check anything.
#[derive(Debug)]
pub struct Refusal {
    /// The verdict, which says so.
    pub verdict: Verdict,
    /// The sources that its problems point into.
    pub sources: Sources,
}

/// Something that keeps a run from checking.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
    /// The file, where there is one.
    pub path: Option<RepoPath>,
    /// The place in it.
    pub place: Option<crate::source::Place>,
    /// Where the place begins.
    pub start: Option<crate::source::Position>,
}

/// What kind of thing keeps a run from checking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The repository, or what git would have to give.
    Repository,
    /// The configuration.
    Configuration,
    /// No record matched.
    EmptyPopulation,
    /// An option of the command line.
    Usage,
    /// The history of the repository, which a rule needs and which is not all there.
    History,
}

/// The name of the configuration, looked for from the start folder up to the root.
pub const CONFIG_NAME: &str = "closeloop.toml";

/// A tree that was read under a rulebook, and not judged yet.
#[derive(Debug)]
pub struct Reading {
    /// What the configuration says.
    pub book: Rulebook,
    /// What was read.
    pub population: Population,
}

/// Judges a tree.
///
/// # Errors
/// A [`Refusal`] where the configuration cannot be used. A tree without records is a judgement that says so.
pub fn judge(snapshot: &Snapshot, options: &Options) -> Result<Judgement, Box<Refusal>> {
    read(snapshot, options).map(|reading| judge_reading(snapshot, reading, options))
}

/// Reads a tree under its configuration.
///
/// # Errors
/// A [`Refusal`] where the configuration cannot be used.
pub fn read(snapshot: &Snapshot, options: &Options) -> Result<Reading, Box<Refusal>> {
    let (book, config) = rulebook(snapshot, options)?;
    if let Some(problem) = unknown_rule(&book, options, &rules::ids()) {
        return Err(refuse(options, vec![problem], Sources::default()));
    }
    let population = build(snapshot, &book, config);
    Ok(Reading { book, population })
}

/// Judges what was read.
pub fn judge_reading(snapshot: &Snapshot, reading: Reading, options: &Options) -> Judgement {
    judge_beside(snapshot, reading, options, None)
}

/// Judges what was read, beside the records of a base.
pub(super) fn judge_beside(
    snapshot: &Snapshot,
    reading: Reading,
    options: &Options,
    earlier: Option<&Earlier>,
) -> Judgement {
    let Reading { book, population } = reading;
    let as_of = options.as_of(&book);
    let own: Vec<OwnRules> = book.config.rule.iter().cloned().map(OwnRules).filter(|rule| !rule.is_off()).collect();
    let running = running(&book, &own, options);
    let mut population = population;
    let mut compared = compare(snapshot, &population, &book, as_of, options, &running);
    if let Compared::Read(history) = &mut compared {
        history.settle(&mut population.sources);
    }
    let case = Case::new(&population, &book, as_of, compared.history()).against(earlier);
    let verdict = settle(snapshot, &case, options, &running, &compared);
    // No renderer has to remember it: what is secret is not there any more.
    for finding in verdict.findings.iter().filter(|finding| finding.is_secret) {
        population.sources.veil(finding.place);
    }
    Judgement { verdict, population }
}

/// The configuration of a tree, and the file that holds it.
///
/// # Errors
/// A [`Refusal`] where it cannot be used.
pub fn rulebook(snapshot: &Snapshot, options: &Options) -> Result<(Rulebook, Option<Source>), Box<Refusal>> {
    let config =
        config_source(snapshot, options).map_err(|problem| refuse(options, vec![problem], Sources::default()))?;
    let known = rules::ids();
    let loaded = load(config.as_ref().map(|source| (SourceId(0), source)), &known, options.profile.as_deref());
    match loaded {
        Ok(book) => Ok((book, config)),
        Err(problems) => {
            let sources = Sources::new(config.into_iter().collect());
            let problems = problems.into_iter().map(|problem| config_problem(problem, &sources)).collect();
            Err(refuse(options, problems, sources))
        }
    }
}

/// A verdict that says why nothing could be checked, for what goes wrong before a tree is there.
pub fn refused(options: &Options, problem: &GitProblem) -> Box<Refusal> {
    let problem = plain(ProblemKind::Repository, &problem.message, &problem.help);
    refuse(options, vec![problem], Sources::default())
}

pub(super) fn plain(kind: ProblemKind, message: &str, help: &str) -> Problem {
    Problem { kind, message: message.into(), help: help.into(), path: None, place: None, start: None }
}

pub(super) fn refuse(options: &Options, problems: Vec<Problem>, sources: Sources) -> Box<Refusal> {
    let as_of = options.as_of.unwrap_or_else(|| options.now.date_naive());
    let verdict = Verdict {
        commit: None,
        as_of,
        base: None,
        config_digest: String::new(),
        organisation: None,
        counts: Counts::default(),
        learned: Learned::default(),
        skipped: Vec::new(),
        left_out: Vec::new(),
        rules: Vec::new(),
        findings: Vec::new(),
        problems,
        history: HistoryInfo::default(),
        notes: Vec::new(),
        fail_on: options.fail_on,
        ending: Ending::CouldNotCheck,
    };
    Box::new(Refusal { verdict, sources })
}

fn config_problem(problem: ConfigProblem, sources: &Sources) -> Problem {
    Problem {
        path: problem.place.map(|place| sources.path(place).clone()),
        start: problem.place.and_then(|place| sources.start(place)),
        place: problem.place,
        ..plain(ProblemKind::Configuration, &problem.message, &problem.help)
    }
}

/// The configuration: the named file, or the nearest one from the start folder up to the root.
fn config_source(snapshot: &Snapshot, options: &Options) -> Result<Option<Source>, Problem> {
    let entry = match &options.config {
        Some(path) => {
            let help = "Name a file of the repository, from its root.";
            let missing = || plain(ProblemKind::Configuration, &format!("there is no configuration `{path}`"), help);
            Some(snapshot.entry(path).ok_or_else(missing)?)
        }
        None => folders_up(snapshot.prefix()).find_map(|folder| snapshot.entry(&format!("{folder}{CONFIG_NAME}"))),
    };
    let Some(entry) = entry else { return Ok(None) };
    let bytes = snapshot.read(entry).map_err(|_| {
        plain(
            ProblemKind::Configuration,
            &format!("`{}` could not be read", entry.path),
            "Check the file and its size.",
        )
    })?;
    if std::str::from_utf8(&bytes).is_err() {
        let message = format!("`{}` is not UTF-8", entry.path);
        return Err(plain(ProblemKind::Configuration, &message, "Save the configuration as UTF-8."));
    }
    Ok(Some(Source::decode(entry.path.clone(), bytes)))
}

/// `a/b/`, `a/` and the root, for the start folder `a/b`.
fn folders_up(prefix: &str) -> impl Iterator<Item = String> {
    let parts: Vec<String> = prefix.split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
    (0..=parts.len()).rev().map(move |n| parts[..n].iter().map(|part| format!("{part}/")).collect())
}

fn unknown_rule(book: &Rulebook, options: &Options, known: &[&str]) -> Option<Problem> {
    let own: Vec<&str> = book.config.rule.iter().map(|rule| rule.id.as_str()).collect();
    let known: Vec<&str> = known.iter().copied().chain(own).collect();
    let name = options.rules.iter().find(|name| !known.contains(&name.as_str()))?;
    let help = match crate::record::nearest(name, known.iter().copied()) {
        Some(rule) => format!("Did you mean `{rule}`?"),
        None => "`closeloop rules` lists them.".to_owned(),
    };
    Some(plain(ProblemKind::Usage, &format!("there is no rule `{name}`"), &help))
}

pub(super) fn is_wanted(options: &Options, id: &str) -> bool {
    options.rules.is_empty() || options.rules.iter().any(|rule| rule == id)
}

/// The rules that run: built in and the organisation's own, as far as they are asked for and not switched off.
fn running<'r>(book: &Rulebook, own: &'r [OwnRules], options: &Options) -> Vec<&'r dyn Rule> {
    let builtin = rules::TABLE.iter().map(|rule| *rule as &dyn Rule);
    let all = builtin.chain(own.iter().map(|rule| rule as &dyn Rule));
    all.filter(|rule| is_wanted(options, rule.id()) && !book.levels.is_off(rule.id())).collect()
}

fn settle(
    snapshot: &Snapshot,
    case: &Case<'_>,
    options: &Options,
    running: &[&dyn Rule],
    compared: &Compared,
) -> Verdict {
    let (population, book, as_of) = (case.population(), case.book(), case.as_of());
    let ran = rules::run(case, running);
    let mut findings = judged(&ran, running, book, population);
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut results: Vec<RuleResult> = ran.iter().map(|ran| result(ran, &findings)).collect();
    results.extend(PLANNED.iter().filter(|rule| is_wanted(options, rule.id)).map(|rule| not_run(rule.id, rule.reason)));
    let problems: Vec<Problem> = empty(population, book).into_iter().chain(compared.problem()).collect();
    results.extend(outcomes(&problems, compared).into_iter().filter(|outcome| is_wanted(options, &outcome.id)));
    results.sort_by(|a, b| a.id.cmp(&b.id));
    let worst = findings.iter().filter(|f| f.nature == Nature::Breach).map(|f| f.level).max();
    let ending = match worst {
        _ if !problems.is_empty() => Ending::CouldNotCheck,
        Some(level) if level >= options.fail_on => Ending::Fail,
        _ => Ending::Pass,
    };
    Verdict {
        commit: snapshot.commit().map(|commit| commit.id.clone()),
        as_of,
        base: None,
        config_digest: book.digest.clone(),
        organisation: book.config.isms.organisation.as_deref().map(Text::new),
        counts: counts(population),
        learned: Learned::from(population, book, as_of, compared.history().ok()),
        skipped: population.skipped.clone(),
        left_out: population.left_out.clone(),
        rules: results,
        findings,
        problems,
        history: compared.info(),
        notes: notes(snapshot, as_of).into_iter().chain(half_read(population, running)).collect(),
        fail_on: options.fail_on,
        ending,
    }
}

/// The outcomes of the catalogue: whether there were records, and whether history was there.
fn outcomes(problems: &[Problem], compared: &Compared) -> [RuleResult; 2] {
    let empty = problems.iter().find(|problem| problem.kind == ProblemKind::EmptyPopulation);
    let population = match empty {
        Some(problem) => not_run(rules::EMPTY_POPULATION, problem.message.as_str()),
        None => {
            RuleResult { state: RuleState::Passed, tested: 1, reason: None, ..not_run(rules::EMPTY_POPULATION, "") }
        }
    };
    let history = match compared.history() {
        Err(NotRun(reason)) => not_run(rules::SHALLOW_HISTORY, reason),
        Ok(_) => {
            RuleResult { state: RuleState::Passed, tested: 1, reason: None, ..not_run(rules::SHALLOW_HISTORY, "") }
        }
    };
    [population, history]
}

/// No record at all is never clean, nor are files of which none could be read. What is encrypted is a record.
fn empty(population: &Population, book: &Rulebook) -> Vec<Problem> {
    let is_record = |skipped: &Skipped| matches!(skipped.why, SkipReason::Encrypted(_));
    if !population.incidents.is_empty() || population.skipped.iter().any(is_record) {
        return Vec::new();
    }
    let unread = population.skipped.len();
    let place = book.place(&["incidents", "paths"]);
    let left_out = population.left_out.len();
    let help = match place {
        _ if unread > 0 => {
            "No file that matches could be read; the summary says why. Keep records as Markdown, YAML, TOML, JSON or CSV."
        }
        _ if left_out > 0 => {
            "The files that match are READMEs, indexes, templates or excluded; `closeloop show` lists them."
        }
        Some(_) => "Correct `incidents.paths`; a pattern such as `incidents/**` takes a folder with its subfolders.",
        None => "Name the records in closeloop.toml: `[incidents] paths = [\"incidents/**\"]`.",
    };
    let message = match unread {
        0 => "no incident record matches the configured paths",
        _ => "no incident record could be read",
    };
    vec![Problem {
        path: place.map(|place| population.sources.path(place).clone()),
        start: place.and_then(|place| population.sources.start(place)),
        place,
        ..plain(ProblemKind::EmptyPopulation, message, help)
    }]
}

/// Records with parts that could not be read, where no rule speaks of them: what was judged is not all that they state.
fn half_read(population: &Population, running: &[&dyn Rule]) -> Option<Text> {
    const RULE: &str = "unreadable-record";
    if running.iter().any(|rule| rule.id() == RULE) {
        return None;
    }
    let is_half = |incident: &&Incident| incident.problems.iter().any(|p| p.kind == FieldFault::Unreadable);
    match population.incidents.iter().filter(is_half).count() {
        0 => None,
        1 => Some(format!("1 record could not be read in full; `closeloop check --rule {RULE}` says where").into()),
        n => Some(format!("{n} records could not be read in full; `closeloop check --rule {RULE}` says where").into()),
    }
}

fn notes(snapshot: &Snapshot, as_of: NaiveDate) -> Vec<Text> {
    let older = snapshot.commit().filter(|commit| as_of < commit.date);
    older
        .map(|commit| {
            format!("the as-of date {as_of} lies before the commit under test, which is of {}", commit.date).into()
        })
        .into_iter()
        .collect()
}

fn counts(population: &Population) -> Counts {
    let incidents = &population.incidents;
    Counts {
        files: incidents.iter().map(|i| i.source).collect::<std::collections::BTreeSet<_>>().len()
            + population.skipped.len(),
        records: incidents.len(),
        closed: incidents.iter().filter(|incident| incident.is_live() && incident.is_closed()).count(),
        lessons: incidents.iter().map(|incident| incident.lessons.items().len()).sum(),
        actions: incidents.iter().map(|incident| incident.actions.items().len()).sum(),
    }
}

fn judged(ran: &[Ran], running: &[&dyn Rule], book: &Rulebook, population: &Population) -> Vec<Judged> {
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
        fingerprint,
        is_new: None,
        is_secret: finding.is_secret,
    }
}

/// Findings are ordered by path, place and rule.
pub(super) fn order(finding: &Judged) -> impl Ord + '_ {
    (finding.path.as_str(), finding.start, finding.rule.as_str(), finding.end, finding.fingerprint.as_str())
}

fn result(ran: &Ran, findings: &[Judged]) -> RuleResult {
    let failed =
        findings.iter().filter(|f| f.rule == ran.id && f.nature == Nature::Breach && f.level > Level::Note).count();
    let reasons: Vec<&str> = ran.outcome.not_run.iter().map(|NotRun(reason)| reason.as_str()).collect();
    let state = match (failed, reasons.is_empty()) {
        (1.., _) => RuleState::Failed,
        (0, false) => RuleState::NotRun,
        (0, true) => RuleState::Passed,
    };
    RuleResult {
        id: ran.id.clone(),
        state,
        tested: ran.outcome.tested,
        failed: u32::try_from(failed).unwrap_or(u32::MAX),
        waived: 0,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ").into()),
    }
}

fn not_run(id: &str, reason: &str) -> RuleResult {
    RuleResult {
        id: id.to_owned(),
        state: RuleState::NotRun,
        tested: 0,
        failed: 0,
        waived: 0,
        reason: Some(reason.into()),
    }
}
