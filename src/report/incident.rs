//! What a pack says of one incident.

use super::model::FindingLine;
use crate::figure::Figure;
use crate::text::Text;
use crate::timeline::{ClaimedTarget, DatedFact, Day};

/// One incident of the period. What only its sheet shows is there where it belongs to the sample.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// Whether it belongs to the sample.
    pub is_sampled: bool,
    /// Its id; the file where it has none.
    pub id: Text,
    /// One line that says what happened.
    pub title: Text,
    /// The class that it is judged as.
    pub class: Text,
    /// Where it stands.
    pub status: Text,
    /// What kind of incident.
    pub category: Text,
    /// Where it came from.
    pub origin: Text,
    /// The file of its record.
    pub path: Text,
    /// What puts it into the period.
    pub chosen: Text,
    /// The stated days: occurred, detected, contained, recovered, closed.
    pub days: [Option<Day>; 5],
    /// Each dated fact against the landing that brought it.
    pub facts: Vec<DatedFact>,
    /// Its reviews.
    pub reviews: Vec<ReviewLine>,
    /// Its actions.
    pub actions: Vec<ActionLine>,
    /// From each lesson to what became of it.
    pub trace: Vec<TraceRow>,
    /// What its actions and decisions say that they changed, with the words that did.
    pub targets: Vec<ClaimedTarget>,
    /// Its relations and decisions: name, and what is stated.
    pub flow: Vec<(Text, Text)>,
    /// The management reviews that list it, or that it names.
    pub meetings: Vec<Text>,
    /// Findings about it.
    pub findings: Vec<FindingLine>,
    /// Counts for tables.
    pub counts: SheetCounts,
    /// Remarks.
    pub notes: Vec<Text>,
    /// Its life and what came of it, drawn.
    pub pictures: Vec<Figure>,
}

/// Counts of one incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SheetCounts {
    /// Lessons.
    pub lessons: usize,
    /// Lessons with an action of which history shows the change.
    pub lessons_shown: usize,
    /// Actions.
    pub actions: usize,
    /// Actions that are still to be done.
    pub open: usize,
    /// Claims of change.
    pub claims: usize,
    /// Claims that history shows.
    pub shown: usize,
    /// Changes that are stated outside git.
    pub outside: usize,
    /// Errors that nothing covers.
    pub errors: usize,
    /// Warnings that nothing covers.
    pub warnings: usize,
    /// Findings that a waiver or the baseline covers.
    pub covered: usize,
}

/// One review.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewLine {
    /// hot-wash, reflective or batch.
    pub kind: Text,
    /// When it was held.
    pub date: Option<Day>,
    /// Who led it.
    pub facilitator: Text,
    /// Who took part.
    pub participants: Text,
    /// Who was excused.
    pub absent: Text,
    /// The minutes.
    pub output: Text,
}

/// One action.
#[derive(Clone, PartialEq, Debug)]
pub struct ActionLine {
    /// The incident's id.
    pub incident: Text,
    /// Its id.
    pub id: Text,
    /// What is to be done.
    pub text: Text,
    /// The form.
    pub kind: Text,
    /// Who owns it.
    pub owner: Text,
    /// The lessons that it answers.
    pub lessons: Text,
    /// How far it is.
    pub status: Text,
    /// Whether it still has to be done.
    pub is_open: bool,
    /// The due date that was stated first, where history followed it.
    pub first_due: Option<Day>,
    /// When it is due.
    pub due: Option<Day>,
    /// How often the due date changed on the main line.
    pub due_moves: usize,
    /// When it was done.
    pub completed: Option<Day>,
    /// Days since it was due, of one that is open; `None` where it is not overdue.
    pub overdue: Option<i64>,
    /// What proves it, as it is named.
    pub evidence: Vec<Text>,
    /// What it says that it changed, and what git shows of it.
    pub changes: Vec<ChangeLine>,
    /// Whether it was checked that it helped.
    pub effectiveness: Text,
}

/// One claim of change, and what git shows of it.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeLine {
    /// The incident's id.
    pub incident: Text,
    /// Who claims it: an action's id, or a decision.
    pub by: Text,
    /// Whether a decision claims it, and no action.
    pub is_decision: bool,
    /// What it says was changed.
    pub target: Text,
    /// What git shows, in words.
    pub answer: Text,
    /// What that means for a reader.
    pub weight: Weight,
    /// The commit that answers.
    pub commit: Option<Text>,
    /// Its day.
    pub day: Option<Day>,
}

/// What an answer means for a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Git shows the change.
    Shown,
    /// Git shows that it is not there.
    Unproven,
    /// Git could not say.
    Unknown,
    /// It is stated outside git.
    Outside,
    /// Nothing is claimed yet.
    Open,
}

/// From a lesson to what became of it: one line of the traceability matrix.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceRow {
    /// The lesson: id and text; `None` for an action or a decision that answers none.
    pub lesson: Option<Text>,
    /// What became of the lesson, in words.
    pub outcome: Text,
    /// The action: id, status and owner; `None` where there is none.
    pub action: Option<Text>,
    /// What proves it.
    pub evidence: Vec<Text>,
    /// What it changed.
    pub changes: Vec<ChangeLine>,
    /// Whether the loop is open here.
    pub is_gap: bool,
}
