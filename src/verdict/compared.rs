//! Whether the history of a repository could be compared, and what is said where it could not.

use super::HistoryInfo;
use super::judge::{Options, Reading};
use super::problem::{Problem, ProblemKind, Refusal, plain, refuse};
use crate::config::Rulebook;
use crate::git::{GitProblem, Snapshot, TrustedKeys};
use crate::history::{self, History};
use crate::population::Population;
use crate::rules::{NotRun, Rule, SHALLOW_HISTORY, Sees};
use crate::source::Sources;
use crate::text::Text;
use chrono::NaiveDate;

/// The history of a population, or why there is none.
pub(super) enum Compared {
    /// It was read.
    Read(Box<History>),
    /// It was not asked for, or there is no repository.
    Left(NotRun),
    /// It is needed, and not all there.
    Missing(NotRun, Problem),
}

/// Reads history where a rule that runs sees it.
pub(super) fn compare(
    snapshot: &Snapshot,
    population: &Population,
    book: &Rulebook,
    keys: &TrustedKeys,
    as_of: NaiveDate,
    options: &Options,
    running: &[&dyn Rule],
) -> Compared {
    let sees = |rule: &&dyn Rule| rule.meta().is_some_and(|meta| meta.sees.contains(&Sees::History));
    let is_asked = options.rules.iter().any(|rule| rule == SHALLOW_HISTORY) || running.iter().any(sees);
    if !options.history || !is_asked {
        return Compared::Left(NotRun("history was not compared".into()));
    }
    match whole(snapshot, population, book, keys, as_of) {
        Ok(Some(history)) => Compared::Read(Box::new(history)),
        Ok(None) => Compared::Left(NotRun("there is no repository whose history could be compared".into())),
        Err(problem) => missing(&problem),
    }
}

/// The history of a population; one that is not whole says nothing.
fn whole(
    snapshot: &Snapshot,
    population: &Population,
    book: &Rulebook,
    keys: &TrustedKeys,
    as_of: NaiveDate,
) -> Result<Option<History>, GitProblem> {
    match snapshot.is_incomplete() {
        Some(problem) => Err(problem),
        None => history::build(snapshot, population, book, keys, as_of),
    }
}

/// The history of what was read, for a command that is about nothing else.
///
/// # Errors
/// A [`Refusal`] where there is none, or where it is not whole.
pub fn history(snapshot: &Snapshot, reading: &Reading, options: &Options) -> Result<History, Box<Refusal>> {
    let Reading { book, population, keys, .. } = reading;
    let problem = match whole(snapshot, population, book, keys, options.as_of(book)) {
        Ok(Some(history)) => return Ok(history),
        Ok(None) => plain(ProblemKind::History, "there is no repository whose history could be told", ""),
        Err(problem) => unread(&problem, ""),
    };
    Err(refuse(options, vec![problem], Sources::default()).stating(book.config.privacy.output.into()))
}

/// What is missing, and the line that repairs it, for a checkout at home and on each forge.
fn unread(problem: &GitProblem, otherwise: &str) -> Problem {
    let message = format!("history could not be compared: {}", problem.message);
    let help = format!(
        "Fetch it: {}. GitHub Actions: `fetch-depth: 0` for actions/checkout. GitLab CI: `GIT_DEPTH: \"0\"`. Azure \
         Pipelines: `fetchDepth: 0` for the checkout step.{otherwise}",
        problem.help
    );
    plain(ProblemKind::History, Text::of_run(message), Text::of_run(help))
}

fn missing(problem: &GitProblem) -> Compared {
    let reason = format!("{}; this says nothing good or bad about the records", problem.message);
    Compared::Missing(NotRun(Text::of_run(reason)), unread(problem, " Without history: `--no-history`."))
}

impl Compared {
    /// History, or why there is none.
    pub(super) fn history(&self) -> Result<&History, &NotRun> {
        match self {
            Self::Read(history) => Ok(history),
            Self::Left(why) | Self::Missing(why, _) => Err(why),
        }
    }

    /// History itself, where it was read.
    pub(super) fn read(self) -> Option<Box<History>> {
        if let Self::Read(history) = self { Some(history) } else { None }
    }

    /// What keeps the run from being whole.
    pub(super) fn problem(&self) -> Option<Problem> {
        if let Self::Missing(_, problem) = self { Some(problem.clone()) } else { None }
    }

    /// How far history was read.
    pub(super) fn info(&self) -> HistoryInfo {
        let Self::Read(history) = self else { return HistoryInfo::default() };
        HistoryInfo {
            depth: history.chronicle.pending(),
            is_complete: true,
            grade: Some(history.chronicle.lowest()),
            notes: history.notes.clone(),
        }
    }
}
