//! Results of many repositories, joined: one table, one summary, one verdict.
//!
//! A result was written by another run, perhaps on a machine of somebody else, and is not trusted: its texts are made
//! safe to show, its counts are made of its findings, and what is no whole result of a known version is a repository
//! that could not be checked. Nothing that is missing can look like something that passed.

mod join;
mod names;
mod read;
mod tally;

pub use join::{joined, unheard};
pub use names::{Named, named};
pub use read::{Content, MOST_BYTES, Piece, read};

use crate::text::Text;
use crate::timeline::Day;
use crate::verdict::Ending;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this format; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-merge-1";
/// The version of results that is read.
pub const READS: &str = "closeloop-result-1";

/// The results of many repositories in one: what `closeloop merge --output json` prints.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(title = "closeloop merge")]
pub struct Merged {
    /// The version of this format: `closeloop-merge-1`.
    pub schema: String,
    /// The version of closeloop that joined the results.
    pub version: String,
    /// The worst that happened to a repository: could-not-check, fail or pass.
    pub verdict: Ending,
    /// All repositories in numbers.
    pub summary: Summary,
    /// Each repository, by name.
    pub repositories: Vec<Repository>,
    /// Rules with errors or warnings; those of the most repositories first.
    pub rules: Vec<RuleCount>,
    /// What makes the results harder to compare, and what looks like a mistake.
    pub notes: Vec<Text>,
}

/// All repositories in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// How many repositories there are.
    pub repositories: usize,
    /// How many of them passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many could not be checked.
    pub could_not_check: usize,
    /// What those that were checked hold together.
    pub counts: Counts,
}

/// One repository.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Repository {
    /// Its name: as it was given, else that of the file.
    pub name: Text,
    /// The file of its result; null where it was expected and no file was named.
    pub file: Option<Text>,
    /// How its run ended; could-not-check also where there is no result that can be used.
    pub verdict: Ending,
    /// Why it could not be checked; else empty.
    pub problems: Vec<Problem>,
    /// The commit that was checked; null where none is known.
    pub commit: Option<Text>,
    /// The commit that it was compared with: then only what is new fails. Null without one.
    pub base: Option<Text>,
    /// The day at which was judged; null without a result.
    pub as_of: Option<Day>,
    /// The version of closeloop that checked it; null without a result.
    pub version: Option<Text>,
    /// What was read and found; null where it could not be checked.
    pub counts: Option<Counts>,
}

/// Why a repository could not be checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Problem {
    /// What is the case.
    pub message: Text,
    /// What to do.
    pub help: Text,
}

/// What was read and found. Findings that are waived or stand in a baseline are counted as that alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Incident records.
    pub records: usize,
    /// Closed ones among them.
    pub closed: usize,
    /// Errors, those that stood in the base included.
    pub errors: usize,
    /// Warnings, those that stood in the base included.
    pub warnings: usize,
    /// Notes: what comes due, what the record explains, what is good to know.
    pub notes: usize,
    /// Errors and warnings that are new against the base; null without one.
    pub new: Option<usize>,
    /// Findings that a waiver covers.
    pub waived: usize,
    /// Findings that stand in a baseline.
    pub baselined: usize,
    /// Actions that are overdue: findings of `overdue-action` among the errors, warnings and notes.
    pub overdue: usize,
    /// Rules that did not run, or not on everything.
    pub not_run: usize,
}

/// A rule that found something in one repository or more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RuleCount {
    /// The rule's id.
    pub id: Text,
    /// Its errors and warnings in all repositories.
    pub findings: usize,
    /// The names of the repositories that have them.
    pub repositories: Vec<Text>,
}

impl Counts {
    /// Adds those of another repository.
    fn add(&mut self, other: &Counts) {
        self.records += other.records;
        self.closed += other.closed;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
        self.new = match (self.new, other.new) {
            (None, None) => None,
            (mine, other) => Some(mine.unwrap_or(0) + other.unwrap_or(0)),
        };
        self.waived += other.waived;
        self.baselined += other.baselined;
        self.overdue += other.overdue;
        self.not_run += other.not_run;
    }
}
