//! One value that says everything about a run: what was judged, what was found, and whether it is good.
//!
//! Renderers are functions of a [`Verdict`], so annotations, JSON and reports cannot disagree.

mod agenda;
mod base;
mod baseline;
mod compared;
mod concealed;
mod encrypted;
mod fingerprint;
mod judge;
mod learned;
mod loosened;
mod past;
mod problem;
mod remembered;
mod settled;
mod trust;
mod waivers;

pub use agenda::OpenAction;
pub use compared::history;
pub use judge::{Examined, Judgement, Options, Reading, examine, judge, judge_reading, read, rulebook};
pub use learned::Learned;
pub use past::judge_past;
pub use problem::{Problem, ProblemKind, Refusal, refused, refused_beside};

pub use base::judge_against;
pub use baseline::{BASELINE_NAME, Baseline, Held, Taken};

use crate::config::Level;
use crate::config::model::PrivacyLevel;
use crate::history::Grade;
use crate::population::{LeftOut, Skipped};
use crate::record::Class;
use crate::rules::Nature;
use crate::source::{Place, Position, RepoPath};
use crate::text::Text;
use chrono::NaiveDate;

/// How a run ends.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Nothing at or above the level that fails.
    Pass,
    /// Findings at or above that level.
    Fail,
    /// It could not be checked.
    CouldNotCheck,
}

impl Ending {
    /// The exit code: 0 clean, 1 findings, 2 could not check.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::CouldNotCheck => 2,
        }
    }
}

/// Everything about a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// The commit under test, in full hex.
    pub commit: Option<String>,
    /// What it was compared with.
    pub base: Option<BaseInfo>,
    /// The date at which was judged.
    pub as_of: NaiveDate,
    /// SHA-256 of the configuration.
    pub config_digest: String,
    /// The organisation, as the configuration names it.
    pub organisation: Option<Text>,
    /// What was read.
    pub counts: Counts,
    /// What was learned, for the first line of the summary.
    pub learned: Learned,
    /// Open actions that have a date, in the order of their records; `None` where their dates are not shown.
    pub open_actions: Option<Vec<OpenAction>>,
    /// Files that match the record paths and were not read.
    pub skipped: Vec<Skipped>,
    /// Files that match the record paths and are no records.
    pub left_out: Vec<LeftOut>,
    /// Every rule, in the order of its id.
    pub rules: Vec<RuleResult>,
    /// Findings by path, line and rule.
    pub findings: Vec<Judged>,
    /// What could not be checked at all.
    pub problems: Vec<Problem>,
    /// How far history was read.
    pub history: HistoryInfo,
    /// Remarks on the run: an as-of date before the commit, for instance.
    pub notes: Vec<Text>,
    /// The level that fails a run.
    pub fail_on: Level,
    /// How it ends.
    pub ending: Ending,
    /// How much of the records is in it: everything, until less is asked for.
    pub privacy: PrivacyLevel,
}

/// The base of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseInfo {
    /// What it is called: a branch, or the first digits of the commit.
    pub name: Text,
    /// The commit, in full hex.
    pub commit: String,
}

/// How far history was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HistoryInfo {
    /// Commits of the main line that were compared.
    pub depth: u32,
    /// Whether it was compared.
    pub is_complete: bool,
    /// The lowest grade of a landed date; `None` where nothing was compared.
    pub grade: Option<Grade>,
    /// Remarks on history.
    pub notes: Vec<Text>,
}

/// What was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Files that match the record paths, skipped ones included.
    pub files: usize,
    /// Records.
    pub records: usize,
    /// Closed ones among them.
    pub closed: usize,
    /// Lessons.
    pub lessons: usize,
    /// Actions.
    pub actions: usize,
}

/// How a rule ended: the worst of what happened to its subjects.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// Everything that it tested is as it should be.
    Passed,
    /// A waiver or the baseline covers all that it found.
    Waived,
    /// It, or a part of it, could not be judged.
    NotRun,
    /// It found something at the level of a warning or above.
    Failed,
}

/// One rule with its counts.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleResult {
    /// The id.
    pub id: String,
    /// How it ended.
    pub state: RuleState,
    /// How many subjects it tested.
    pub tested: u32,
    /// How many findings it has at the level of a warning or above that nothing covers.
    pub failed: u32,
    /// How many of its findings a waiver or the baseline covers.
    pub waived: u32,
    /// Why it, or a part of it, did not run.
    pub reason: Option<Text>,
}

/// One finding, settled: with its level, its position and its fingerprint.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// The rule.
    pub rule: String,
    /// The level that it ends up with.
    pub level: Level,
    /// Whether it is a breach, not due yet, or explained.
    pub nature: Nature,
    /// The incident's id.
    pub record: Option<Text>,
    /// The severity class of the incident, where the finding is about one.
    pub class: Option<Class>,
    /// The action's, lesson's or review's id.
    pub item: Option<Text>,
    /// The dotted path of the field.
    pub field: Text,
    /// The file.
    pub path: RepoPath,
    /// Where, for renderers that show the text.
    pub place: Place,
    /// Where it begins; `None` for a whole file.
    pub start: Option<Position>,
    /// Where it ends, exclusive.
    pub end: Option<Position>,
    /// What is wrong.
    pub message: Text,
    /// Why it matters.
    pub why: Text,
    /// What to do.
    pub help: Text,
    /// How it goes away: `edit`, `act` or `explain`.
    pub repair: &'static str,
    /// Places that belong to it.
    pub related: Vec<JudgedRelated>,
    /// The last day on which all was in time, where its rule knows one.
    pub due: Option<NaiveDate>,
    /// SHA-256 over rule, record, field and value; holds no value and survives moved lines.
    pub fingerprint: String,
    /// Whether it is new against the base; `None` without one.
    pub is_new: Option<bool>,
    /// What covers it, so that it is shown and fails no run.
    pub cover: Option<Cover>,
    /// Whether what stands at its place may never be shown.
    pub is_secret: bool,
}

/// What takes a breach on itself: it stays in the list, is shown as what it is, and fails no run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cover {
    /// Somebody answers for it, until a day.
    Waiver {
        /// Why.
        reason: Text,
        /// Who approved it.
        approver: Text,
        /// Its last day; `None` where no date is shown.
        expires: Option<NaiveDate>,
    },
    /// It stood when closeloop was adopted.
    Baseline,
}

impl Judged {
    /// Whether it is due and unexplained, covered or not.
    pub fn is_breach(&self) -> bool {
        self.nature == Nature::Breach
    }

    /// Whether it is a breach that nothing covers.
    pub fn is_open(&self) -> bool {
        self.is_breach() && self.cover.is_none()
    }

    /// Whether whoever made this change is told of it: nothing covers it, and it did not stand in the base already.
    pub fn is_told(&self) -> bool {
        self.cover.is_none() && self.is_new != Some(false)
    }

    /// Whether it fails a run.
    pub fn fails(&self, fail_on: Level) -> bool {
        self.is_open() && self.is_told() && self.level >= fail_on
    }
}

/// A second place, settled.
#[derive(Clone, PartialEq, Debug)]
pub struct JudgedRelated {
    /// The file.
    pub path: RepoPath,
    /// Where, for renderers that show the text.
    pub place: Place,
    /// Where it begins.
    pub start: Option<Position>,
    /// Where it ends.
    pub end: Option<Position>,
    /// What is there.
    pub message: Text,
    /// The commit that it tells of, in full hex, its date, and how well that is witnessed.
    pub commit: Option<(String, NaiveDate, Grade)>,
}

impl Verdict {
    /// Findings that stood in the base already.
    pub fn existing(&self) -> impl Iterator<Item = &Judged> {
        self.findings.iter().filter(|finding| finding.cover.is_none() && finding.is_new == Some(false))
    }

    /// Findings that a waiver or the baseline covers.
    pub fn covered(&self) -> impl Iterator<Item = (&Judged, &Cover)> {
        self.findings.iter().filter_map(|finding| Some((finding, finding.cover.as_ref()?)))
    }

    /// The findings of a level.
    pub fn of_level(&self, level: Level) -> impl Iterator<Item = &Judged> {
        self.findings.iter().filter(move |finding| finding.level == level)
    }

    /// The rules in a state.
    pub fn in_state(&self, state: RuleState) -> impl Iterator<Item = &RuleResult> {
        self.rules.iter().filter(move |rule| rule.state == state)
    }
}
