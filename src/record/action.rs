//! Lessons of an incident, and the actions that answer them.

use super::{ActionKind, ActionStatus, Explanation, Fact, LessonKind, List, Located, Outcome, TextFact};
use crate::source::Place;
use crate::time::When;

/// One lesson.
#[derive(Clone, PartialEq, Debug)]
pub struct Lesson {
    /// `lessons.L1`
    pub field: String,
    /// Its id, or its first key.
    pub home: Place,
    /// The identifier within the record.
    pub id: TextFact,
    /// The kind, which decides the form of the answer.
    pub kind: Fact<LessonKind>,
    /// Why it is of no listed kind, for a lesson of kind `other`.
    pub reason: TextFact,
    /// What was learned.
    pub text: TextFact,
    /// The action of another record that answers it, as `INC-2025-0031/A2`.
    pub addressed_by: List,
    /// The decision to live with it.
    pub accepted: Option<Acceptance>,
}

/// The decision to live with a lesson.
#[derive(Clone, PartialEq, Debug)]
pub struct Acceptance {
    /// The key `accepted`.
    pub place: Place,
    /// Who decided.
    pub by: TextFact,
    /// Why.
    pub reason: TextFact,
    /// The risk that carries it.
    pub risk: TextFact,
    /// Until when.
    pub until: Fact<When>,
}

/// One action.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// `actions.A1`
    pub field: String,
    /// Its id, or its first key.
    pub home: Place,
    /// The identifier within the record.
    pub id: TextFact,
    /// The lessons that it answers.
    pub lessons: List,
    /// What is to be done.
    pub text: TextFact,
    /// The form.
    pub kind: Fact<ActionKind>,
    /// How its effect will be told, said before it is done.
    pub measure: TextFact,
    /// Who owns it.
    pub owner: TextFact,
    /// When it is due.
    pub due: Fact<When>,
    /// Moves of the due date, explained.
    pub due_history: Fact<Vec<Explanation>>,
    /// Dated steps on the way.
    pub milestones: List,
    /// How far it is.
    pub status: Fact<ActionStatus>,
    /// When it was done.
    pub completed: Fact<When>,
    /// What it changed.
    pub changes: Fact<Vec<Change>>,
    /// What proves it.
    pub evidence: List,
    /// Whether it helped.
    pub effectiveness: Check,
    /// Why it was declined.
    pub declined: Option<Box<Explanation>>,
    /// Why its form differs from what the lesson calls for.
    pub form_reason: Option<Box<Explanation>>,
}

impl Action {
    /// The id, or `action 2` where it has none.
    pub fn name(&self) -> String {
        name_of(&self.id, &self.field, "action")
    }

    /// Whether it is done or verified.
    pub fn is_done(&self) -> bool {
        matches!(self.status.value(), Some(ActionStatus::Done | ActionStatus::Verified))
    }

    /// Whether it was declined.
    pub fn is_declined(&self) -> bool {
        matches!(self.status.value(), Some(ActionStatus::Declined))
    }

    /// Whether it still has to be done: open, in progress, or without a known state and completion.
    pub fn is_open(&self) -> bool {
        let is_completed = self.status.value().is_none() && self.completed.value().is_some();
        !(self.is_declined() || self.is_done() || is_completed)
    }
}

impl Lesson {
    /// The id, or `lesson 2` where it has none.
    pub fn name(&self) -> String {
        name_of(&self.id, &self.field, "lesson")
    }
}

fn name_of(id: &TextFact, field: &str, noun: &str) -> String {
    let number = field.rsplit('.').next().and_then(|n| n.parse::<usize>().ok()).map_or(1, |n| n + 1);
    id.text().map_or_else(|| format!("{noun} {number}"), ToOwned::to_owned)
}

/// What an action says that it changed.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// An id of a register, a path, `path@commit`, or another repository's.
    Target(Located),
    /// A change that git cannot show: `{ outside: "…", seen_by, on }`.
    Outside {
        /// What changed.
        what: TextFact,
        /// Who saw it.
        seen_by: TextFact,
        /// When.
        on: Fact<When>,
        /// Where.
        place: Place,
    },
}

/// The check whether an action helped.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// The key, or the action's home where it is missing.
    pub place: Place,
    /// Whether the key is there.
    pub stated: bool,
    /// When it is due.
    pub due: Fact<When>,
    /// When it was made.
    pub checked: Fact<When>,
    /// Who made it.
    pub by: TextFact,
    /// What came out.
    pub result: Fact<Outcome>,
    /// How it was checked.
    pub how: TextFact,
}
