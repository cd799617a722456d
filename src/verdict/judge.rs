//! The one entry: a tree at a date is judged under a rulebook.

use super::agenda::open_actions;
use super::baseline::Baseline;
use super::compared::{Compared, compare};
use super::concealed::conceal;
use super::encrypted;
use super::problem::{Problem, ProblemKind, Refusal, config_problem, empty, plain, refuse};
use super::settled::{ending, judged, not_run, order, result};
use super::trust::keys;
use super::{Counts, Learned, RuleResult, RuleState, Verdict};
use crate::config::model::PrivacyLevel;
use crate::config::{Asked, Level, Rulebook, Stated, Tightened, load_asked};
use crate::git::{Snapshot, TrustedKeys};
use crate::history::History;
use crate::population::{Earlier, Population, build};
use crate::record::{Incident, ProblemKind as FieldFault};
use crate::rules::{self, Case, NotRun, OwnRules, Rule};
use crate::source::{Source, SourceId, Sources};
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
    /// The frameworks that the command line asks for.
    pub frameworks: Vec<String>,
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
    /// What the configuration says of privacy, and what that of the base says, where there is one.
    pub privacy: Vec<Stated>,
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
    /// The keys whose signatures count.
    pub keys: TrustedKeys,
    /// What stood when closeloop was adopted.
    pub baseline: Baseline,
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
    let stated = book.config.privacy.output.into();
    read_under(snapshot, book, config, options).map_err(|refusal| refusal.stating(stated))
}

fn read_under(
    snapshot: &Snapshot,
    book: Rulebook,
    config: Option<Source>,
    options: &Options,
) -> Result<Reading, Box<Refusal>> {
    if let Some(problem) = unknown_rule(&book, options, &rules::ids()) {
        return Err(refuse(options, vec![problem], Sources::default()));
    }
    let keys = match keys(snapshot, &book) {
        Ok(keys) => keys,
        Err(problem) => {
            let sources = Sources::new(config.into_iter().collect());
            return Err(refuse(options, vec![config_problem(problem, &sources)], sources));
        }
    };
    let baseline = Baseline::read(snapshot, config.as_ref().map(|source| &source.path))
        .map_err(|fault| refuse(options, vec![fault.0], fault.1))?;
    let mut population = build(snapshot, &book, config);
    let path = population.configuration().cloned();
    super::waivers::take(snapshot, &book, path.as_ref(), &mut population)
        .map_err(|(problems, sources)| refuse(options, problems, sources))?;
    Ok(Reading { book, population, keys, baseline })
}

/// A judgement with everything that it was made of, for what tells more than findings.
#[derive(Debug)]
pub struct Examined {
    /// What came out.
    pub judgement: Judgement,
    /// What the configuration says.
    pub book: Rulebook,
    /// The history that was compared; `None` where it was not.
    pub history: Option<Box<History>>,
}

/// Judges what was read.
pub fn judge_reading(snapshot: &Snapshot, reading: Reading, options: &Options) -> Judgement {
    examine(snapshot, reading, options).judgement
}

/// Judges what was read, and keeps what it was judged by.
pub fn examine(snapshot: &Snapshot, reading: Reading, options: &Options) -> Examined {
    let vocabulary = reading.book.vocabulary.clone();
    let mut examined = examine_beside(snapshot, reading, options, None);
    let Judgement { verdict, population, .. } = &mut examined.judgement;
    conceal(verdict, &mut population.sources, &vocabulary);
    examined
}

/// Judges what was read, beside the records of a base. What is secret in it is not concealed yet.
pub(super) fn judge_beside(
    snapshot: &Snapshot,
    reading: Reading,
    options: &Options,
    earlier: Option<&Earlier>,
) -> Judgement {
    examine_beside(snapshot, reading, options, earlier).judgement
}

fn examine_beside(snapshot: &Snapshot, reading: Reading, options: &Options, earlier: Option<&Earlier>) -> Examined {
    let Reading { book, population, keys, baseline } = reading;
    let as_of = options.as_of(&book);
    let own: Vec<OwnRules> = book.config.rule.iter().cloned().map(OwnRules).filter(|rule| !rule.is_off()).collect();
    let running = running(&book, &own, options);
    let mut population = population;
    let mut compared = compare(snapshot, &population, &book, &keys, as_of, options, &running);
    if let Compared::Read(history) = &mut compared {
        history.settle(&mut population.sources);
    }
    let case = Case::new(&population, &book, as_of, compared.history()).against(earlier);
    let verdict = settle(snapshot, &case, options, &running, &compared, &baseline);
    let privacy = vec![book.config.privacy.output.into()];
    Examined { judgement: Judgement { verdict, population, privacy }, book, history: compared.read() }
}

/// The configuration of a tree, and the file that holds it.
///
/// # Errors
/// A [`Refusal`] where it cannot be used.
pub fn rulebook(snapshot: &Snapshot, options: &Options) -> Result<(Rulebook, Option<Source>), Box<Refusal>> {
    let config =
        config_source(snapshot, options).map_err(|problem| refuse(options, vec![problem], Sources::default()))?;
    let known = rules::ids();
    let asked = Asked { profile: options.profile.as_deref(), frameworks: &options.frameworks };
    let loaded = load_asked(config.as_ref().map(|source| (SourceId(0), source)), &known, asked);
    match loaded {
        Ok(book) => Ok((book, config)),
        Err(problems) => {
            let stated = config.as_ref().map_or(Stated::Nothing, Stated::by);
            let sources = Sources::new(config.into_iter().collect());
            let problems = problems.into_iter().map(|problem| config_problem(problem, &sources)).collect();
            Err(refuse(options, problems, sources).stating(stated))
        }
    }
}

/// What the configuration of a tree says of privacy, whether it can be used or not.
pub(super) fn stated(snapshot: &Snapshot, options: &Options) -> Stated {
    match config_source(snapshot, options) {
        Ok(source) => source.as_ref().map_or(Stated::Nothing, Stated::by),
        Err(_) => Stated::Unknown,
    }
}

/// The configuration: the named file, or the nearest one from the start folder up to the root.
fn config_source(snapshot: &Snapshot, options: &Options) -> Result<Option<Source>, Problem> {
    let entry = match &options.config {
        Some(path) => {
            let help = "Name a file of the repository, from its root.";
            let missing =
                || plain(ProblemKind::Configuration, Text::of_run(format!("there is no configuration `{path}`")), help);
            Some(snapshot.entry(path).ok_or_else(missing)?)
        }
        None => folders_up(snapshot.prefix()).find_map(|folder| snapshot.entry(&format!("{folder}{CONFIG_NAME}"))),
    };
    let Some(entry) = entry else { return Ok(None) };
    let bytes = snapshot.read(entry).map_err(|_| {
        plain(
            ProblemKind::Configuration,
            Text::of_run(format!("`{}` could not be read", entry.path)),
            "Check the file and its size.",
        )
    })?;
    if std::str::from_utf8(&bytes).is_err() {
        let message = Text::of_run(format!("`{}` is not UTF-8", entry.path));
        return Err(plain(ProblemKind::Configuration, message, "Save the configuration as UTF-8."));
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
    Some(plain(ProblemKind::Usage, Text::of_run(format!("there is no rule `{name}`")), Text::of_run(help)))
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
    baseline: &Baseline,
) -> Verdict {
    let (population, book, as_of) = (case.population(), case.book(), case.as_of());
    let mut ran = rules::run(case, running);
    encrypted::tell(&mut ran, running, case);
    let mut findings = judged(&ran, running, book, population);
    super::waivers::apply(case, running, &ran, &mut findings);
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    baseline.cover(&mut findings, book);
    let mut results: Vec<RuleResult> = ran.iter().map(|ran| result(ran, &findings)).collect();
    let problems: Vec<Problem> = empty(population, book).into_iter().chain(compared.problem()).collect();
    results.extend(outcomes(&problems, compared).into_iter().filter(|outcome| is_wanted(options, &outcome.id)));
    results.sort_by(|a, b| a.id.cmp(&b.id));
    let ending = ending(&problems, &findings, options.fail_on);
    let remarks = [half_read(population, running), limits(book), baseline.remark(&findings, &results, population)];
    Verdict {
        commit: snapshot.commit().map(|commit| commit.id.clone()),
        as_of,
        base: None,
        config_digest: book.digest.clone(),
        organisation: book.config.isms.organisation.as_deref().map(Text::new),
        counts: counts(population),
        learned: Learned::from(population, book, as_of, compared.history().ok()),
        open_actions: Some(open_actions(population)),
        skipped: population.skipped.clone(),
        left_out: population.left_out.clone(),
        rules: results,
        findings,
        problems,
        history: compared.info(),
        notes: notes(snapshot, as_of).into_iter().chain(remarks.into_iter().flatten()).collect(),
        fail_on: options.fail_on,
        ending,
        privacy: PrivacyLevel::Full,
    }
}

/// The outcomes of the catalogue: whether there were records, and whether history was there.
fn outcomes(problems: &[Problem], compared: &Compared) -> [RuleResult; 2] {
    let empty = problems.iter().find(|problem| problem.kind == ProblemKind::EmptyPopulation);
    let population = match empty {
        Some(problem) => not_run(rules::EMPTY_POPULATION, problem.message.clone()),
        None => {
            RuleResult { state: RuleState::Passed, tested: 1, reason: None, ..not_run(rules::EMPTY_POPULATION, "") }
        }
    };
    let history = match compared.history() {
        Err(NotRun(reason)) => not_run(rules::SHALLOW_HISTORY, reason.clone()),
        Ok(_) => {
            RuleResult { state: RuleState::Passed, tested: 1, reason: None, ..not_run(rules::SHALLOW_HISTORY, "") }
        }
    };
    [population, history]
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
        1 => Some(Text::of_run(format!(
            "1 record could not be read in full; `closeloop check --rule {RULE}` says where"
        ))),
        n => Some(Text::of_run(format!(
            "{n} records could not be read in full; `closeloop check --rule {RULE}` says where"
        ))),
    }
}

/// The limits of frameworks that are stricter than the configuration.
fn limits(book: &Rulebook) -> Option<Text> {
    let told = |told: &Tightened| format!("{} {} instead of {} ({})", told.key, told.to, told.from, told.clause);
    let all: Vec<String> = book.tightened.iter().map(told).collect();
    (!all.is_empty()).then(|| Text::of_run(format!("limits of frameworks hold: {}", all.join("; "))))
}

fn notes(snapshot: &Snapshot, as_of: NaiveDate) -> Vec<Text> {
    let older = snapshot.commit().filter(|commit| as_of < commit.date);
    older
        .map(|commit| {
            Text::of_run(format!(
                "the as-of date {as_of} lies before the commit under test, which is of {}",
                commit.date
            ))
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
