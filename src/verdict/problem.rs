//! What keeps a run from checking, and a verdict that says so.

use super::concealed::conceal;
use super::judge::{Options, stated};
use super::{Counts, Ending, HistoryInfo, Learned, Verdict};
use crate::config::model::PrivacyLevel;
use crate::config::{ConfigProblem, Rulebook, Stated};
use crate::git::{GitProblem, Snapshot};
use crate::population::{Population, SkipReason, Skipped};
use crate::source::{RepoPath, Sources};
use crate::text::Text;
use crate::vocabulary::Vocabulary;

/// Why a run could not check anything.
#[derive(Debug)]
pub struct Refusal {
    /// The verdict, which says so.
    pub verdict: Verdict,
    /// The sources that its problems point into.
    pub sources: Sources,
    /// What the configurations of the tree and of its base say of privacy.
    pub privacy: Vec<Stated>,
}

impl Refusal {
    /// The same, where the tree's own configuration says something of privacy.
    pub(super) fn stating(self: Box<Self>, stated: Stated) -> Box<Self> {
        Box::new(Self { privacy: vec![stated], ..*self })
    }
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

/// A verdict that says why nothing could be checked, for what goes wrong before a tree is there.
pub fn refused(options: &Options, problem: &GitProblem) -> Box<Refusal> {
    let problem = plain(ProblemKind::Repository, Text::of_run(&problem.message), Text::of_run(&problem.help));
    refuse(options, vec![problem], Sources::default())
}

/// The same, for a base that cannot be compared with: only the tree can say something of privacy.
pub fn refused_beside(snapshot: &Snapshot, options: &Options, problem: &GitProblem) -> Box<Refusal> {
    let Refusal { verdict, sources, .. } = *refused(options, problem);
    Box::new(Refusal { verdict, sources, privacy: vec![stated(snapshot, options), Stated::Unknown] })
}

pub(super) fn plain(kind: ProblemKind, message: impl Into<Text>, help: impl Into<Text>) -> Problem {
    Problem { kind, message: message.into(), help: help.into(), path: None, place: None, start: None }
}

pub(super) fn refuse(options: &Options, problems: Vec<Problem>, mut sources: Sources) -> Box<Refusal> {
    let as_of = options.as_of.unwrap_or_else(|| options.now.date_naive());
    let mut verdict = Verdict {
        commit: None,
        as_of,
        base: None,
        config_digest: String::new(),
        organisation: None,
        counts: Counts::default(),
        learned: Learned::default(),
        open_actions: None,
        skipped: Vec::new(),
        left_out: Vec::new(),
        rules: Vec::new(),
        findings: Vec::new(),
        problems,
        history: HistoryInfo::default(),
        notes: Vec::new(),
        fail_on: options.fail_on,
        ending: Ending::CouldNotCheck,
        privacy: PrivacyLevel::Full,
    };
    conceal(&mut verdict, &mut sources, Vocabulary::builtin());
    Box::new(Refusal { verdict, sources, privacy: vec![Stated::Unknown] })
}

/// A mistake in the configuration, at its place.
pub(super) fn config_problem(problem: ConfigProblem, sources: &Sources) -> Problem {
    Problem {
        path: problem.place.map(|place| sources.path(place).clone()),
        start: problem.place.and_then(|place| sources.start(place)),
        place: problem.place,
        ..plain(ProblemKind::Configuration, Text::of_run(&problem.message), Text::of_run(&problem.help))
    }
}

/// No record at all is never clean, nor are files of which none could be read. What is encrypted is a record.
pub(super) fn empty(population: &Population, book: &Rulebook) -> Vec<Problem> {
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
