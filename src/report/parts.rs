//! The parts of a report that come from history and registers as a whole.

use super::incident::{ChangeLine, Weight};
use super::model::FindingLine;
use crate::text::Text;
use crate::timeline::Day;

/// Which incidents of the period have a sheet, and why.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sample {
    /// How it was drawn, in sentences.
    pub method: Vec<Text>,
    /// What the random part depends on: the commit.
    pub seed: Text,
    /// The most incidents that are suggested.
    pub limit: usize,
    /// How many incidents it was drawn from.
    pub population: usize,
    /// The incidents, in the order of their sheets.
    pub drawn: Vec<Drawn>,
    /// How many would have been suggested as well, had there been room.
    pub cut: usize,
}

/// An incident of the sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawn {
    /// Its place among the incidents of the period.
    pub at: usize,
    /// Its id.
    pub id: Text,
    /// Its class.
    pub class: Text,
    /// Why it is in the sample.
    pub why: Text,
    /// Questions for people who know it.
    pub questions: Vec<Text>,
}

/// A risk that an incident of the sample is linked to, before the incident and now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RiskLine {
    /// The incident's id.
    pub incident: Text,
    /// The risk's id.
    pub risk: Text,
    /// What the risk is called.
    pub title: Text,
    /// How it was rated before the incident was detected; words where that is not known.
    pub before: Text,
    /// How it is rated in the commit.
    pub now: Text,
    /// What git shows of its row since.
    pub answer: Text,
    /// What that means for a reader.
    pub weight: Weight,
    /// The commit that answers.
    pub commit: Option<Text>,
    /// Its day.
    pub day: Option<Day>,
}

/// Something that incidents of the sample say was changed, or that they are linked to, with those incidents.
#[derive(Clone, PartialEq, Debug)]
pub struct ReverseLine {
    /// The policy, control, procedure, risk or file.
    pub target: Text,
    /// Who names it, and what git shows of that.
    pub named: Vec<ChangeLine>,
}

/// Open actions by how long they are over, at the as-of date.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ageing {
    /// Each band with counts: by the due date as it stands, by the first one, and those of incidents outside the
    /// period by the due date as it stands.
    pub bands: Vec<(Text, [usize; 3])>,
    /// Actions of the period that are over, the oldest first.
    pub overdue: Vec<OverdueLine>,
    /// Actions of the period with both days: how many were done by their first due date, and how many of.
    pub in_time: (usize, usize),
}

/// An action that is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverdueLine {
    /// The incident's id.
    pub incident: Text,
    /// The action's id.
    pub action: Text,
    /// What is to be done.
    pub text: Text,
    /// The due date that was stated first.
    pub first_due: Option<Day>,
    /// The due date as it stands.
    pub due: Option<Day>,
    /// How often it changed.
    pub moves: usize,
    /// Days since.
    pub days: i64,
}

/// What git shows of the records themselves.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Integrity {
    /// What was asked of history, with counts.
    pub questions: Vec<IntegrityLine>,
    /// The findings of those rules, of all records.
    pub findings: Vec<FindingLine>,
    /// How many more there are; they are in `result.json`.
    pub more: usize,
    /// Landings by how well their day is witnessed: name, all, and those of the period.
    pub grades: Vec<(Text, usize, usize)>,
    /// Why landings are witnessed no better: reason, and how many.
    pub unwitnessed: Vec<(Text, usize)>,
    /// Changes of the configuration in the period.
    pub changes: Vec<RulesChange>,
}

/// One question to history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntegrityLine {
    /// What is asked.
    pub question: Text,
    /// The rules that ask it.
    pub rules: Text,
    /// How many subjects they looked at; `None` where one of them did not run.
    pub tested: Option<u32>,
    /// How many findings nothing covers.
    pub open: usize,
    /// How many are covered, explained or not due yet.
    pub other: usize,
}

/// A landing that changed the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulesChange {
    /// Its day.
    pub day: Day,
    /// The commit.
    pub commit: Text,
    /// The keys by which findings come and go, before and after.
    pub keys: Vec<Text>,
}

/// A management review, and what it says of the incidents of the period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardLine {
    /// Its id.
    pub id: Text,
    /// Its day.
    pub date: Option<Day>,
    /// Incidents of the period that it lists, each with the decision.
    pub decisions: Vec<(Text, Text)>,
    /// The page of trends that it links.
    pub trend: Text,
}

/// A series of numbered ids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesLine {
    /// What the ids begin with.
    pub prefix: Text,
    /// The first id.
    pub first: Text,
    /// The last id.
    pub last: Text,
    /// How many records have one of them.
    pub there: usize,
    /// How many numbers lie from the first to the last.
    pub numbers: u64,
}

/// A list from another system, against the records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListLine {
    /// What the configuration calls it.
    pub name: Text,
    /// Its rows.
    pub rows: usize,
    /// Rows that name no record, or an action that no record has.
    pub unmatched: usize,
}

/// A role, and how many people hold it at the as-of date.
pub type Role = (Text, usize);
