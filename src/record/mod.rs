//! Records: what an organisation states of one incident, fact by fact.
//!
//! `native` reads the documented format, [`table`] turns the rows of tables into the same shape, and
//! `story` finds what the text below the front matter states. Their output is the same types, so no rule
//! knows what a record was written in.

mod action;
mod fact;
mod fields;
pub mod format;
mod names;
mod native;
pub mod path;
mod period;
mod reading;
mod reference;
pub mod register;
mod review;
mod story;
pub mod table;
mod waiver;
mod words;

pub use action::{Acceptance, Action, Change, Check, Lesson};
pub use fact::{Fact, Fault, How, Located};
pub use fields::nearest;
pub use names::{Named, named};
pub use native::read_incident;
pub use period::{Period, period_of};
pub use reading::{FieldProblem, ProblemKind, Reading, SeverityMap};
pub use reference::{Reference, References, clean_path, is_commit_id, whole};
pub use review::{Absence, Notice, Participant, Review};
pub use story::{Statement, statements};
pub use waiver::{Beside, Flaw, Site, Waiver, WaiverKey, digest, line_digest};
pub use words::{
    ActionKind, ActionStatus, Adequacy, Class, LessonKind, Origin, Outcome, ReviewKind, Severity, Status, Word,
};

use crate::document::Body;
use crate::source::{Place, SourceId};
use crate::time::When;

/// A list of entries of which each has its place.
pub type List = Fact<Vec<Located>>;
/// A single text.
pub type TextFact = Fact<Box<str>>;

/// One incident as its record states it.
#[derive(Clone, PartialEq, Debug)]
pub struct Incident {
    /// The file.
    pub source: SourceId,
    /// Where a finding about the whole record is placed: its id, else its first key, else the file.
    pub home: Place,
    /// The identifier; never changes.
    pub id: TextFact,
    /// One line that says what happened.
    pub title: TextFact,
    /// Where the incident stands.
    pub status: Fact<Status>,
    /// How grave it is.
    pub severity: Fact<Severity>,
    /// By what criteria, by whom and when the severity was decided.
    pub severity_decision: Option<Box<Explanation>>,
    /// Earlier severities with reason and name.
    pub severity_history: Fact<Vec<Explanation>>,
    /// What kind of incident.
    pub category: TextFact,
    /// Whether nothing came of it.
    pub near_miss: Fact<bool>,
    /// Where it came from.
    pub origin: Fact<Origin>,
    /// The larger incident that it belongs to.
    pub part_of: TextFact,
    /// When it began.
    pub occurred: Fact<When>,
    /// When it was noticed.
    pub detected: Fact<When>,
    /// When it could not spread any more.
    pub contained: Fact<When>,
    /// When everything worked again.
    pub recovered: Fact<When>,
    /// When the record was closed.
    pub closed: Fact<When>,
    /// Who led the response.
    pub lead: TextFact,
    /// Who took part in the response.
    pub responders: List,
    /// What was affected, by asset id.
    pub assets: List,
    /// Hours of work that it cost.
    pub cost_hours: Fact<f64>,
    /// Money that it cost, in the record's currency.
    pub cost_amount: Fact<f64>,
    /// The currency of the money that it cost.
    pub cost_currency: TextFact,
    /// Persons affected.
    pub affected_persons: Fact<f64>,
    /// Tags of its causes, on which recurrence is computed.
    pub causes: List,
    /// The cause in words.
    pub cause: TextFact,
    /// The three lenses.
    pub factors: Factors,
    /// What worked well.
    pub worked_well: List,
    /// How effective the response was.
    pub effectiveness: Fact<Adequacy>,
    /// Whether it is likely to come back.
    pub recurrence: Recurrence,
    /// Whether the same weakness exists in other places.
    pub elsewhere: TextFact,
    /// Reviews, in the order of the record.
    pub reviews: Fact<Vec<Review>>,
    /// Lessons, in the order of the record.
    pub lessons: Fact<Vec<Lesson>>,
    /// Why there is no lesson.
    pub no_lessons: Option<Box<Explanation>>,
    /// Actions, in the order of the record.
    pub actions: Fact<Vec<Action>>,
    /// Relations to registers.
    pub links: Links,
    /// Decisions on policy, control, awareness and risk.
    pub decisions: Decisions,
    /// Changes of a sealed record, explained.
    pub amendments: Fact<Vec<Explanation>>,
    /// Facts that were written down late, explained.
    pub recorded_late: Fact<Vec<Explanation>>,
    /// Why it is no incident.
    pub dismissed: Option<Box<Explanation>>,
    /// Why the record is a tombstone.
    pub retired: Option<Box<Explanation>>,
    /// When and why it was opened again.
    pub reopened: Fact<Vec<Explanation>>,
    /// Why a pattern only looks like one.
    pub alike_only: TextFact,
    /// Names that stand beside facts which have no type of their own: `severity_decision.by`.
    pub signatures: Vec<Signature>,
    /// Facts that only an organisation's own rules ask for.
    pub extras: Extras,
    /// The text below the front matter.
    pub body: Option<Body>,
    /// What the text below the front matter states.
    pub statements: Vec<Statement>,
    /// What could not be read or is not known.
    pub problems: Vec<FieldProblem>,
}

/// Somebody who decided, looked or approved.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// The dotted path of the field.
    pub field: String,
    /// Who.
    pub name: Located,
}

/// Facts that the format knows and only an organisation's own rules ask for.
#[derive(Clone, PartialEq, Debug)]
pub struct Extras {
    /// Who or what noticed it.
    pub detected_by: TextFact,
    /// How its cause was looked for.
    pub method: TextFact,
    /// Until when the record is kept.
    pub retain_until: Fact<When>,
    /// Systems affected.
    pub systems: List,
    /// The only text that a report for customers prints.
    pub public_summary: TextFact,
    /// Who approved that text.
    pub public_summary_approved: TextFact,
}

/// The three questions about an incident's causes.
#[derive(Clone, PartialEq, Debug)]
pub struct Factors {
    /// Where the mapping stands, or should stand.
    pub place: Place,
    /// Which controls failed or were missing.
    pub controls: TextFact,
    /// What made detection slow.
    pub detection: TextFact,
    /// What made the response harder.
    pub response: TextFact,
    /// Identifiers of controls that failed.
    pub failed_controls: List,
}

/// Whether the incident is likely to come back.
#[derive(Clone, PartialEq, Debug)]
pub struct Recurrence {
    /// Where the mapping stands, or should stand.
    pub place: Place,
    /// Whether anything is stated: a mapping, a word or a sentence.
    pub stated: bool,
    /// Likely or not.
    pub likely: Fact<bool>,
    /// Why.
    pub why: TextFact,
}

/// A reason with a name: `{ why, by }`, also written as `reason` and `approver`.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// Where it stands.
    pub place: Place,
    /// The field that it explains, where it names one or several.
    pub fields: List,
    /// The reason.
    pub why: TextFact,
    /// Who stands behind it.
    pub by: TextFact,
    /// When.
    pub on: Fact<When>,
    /// The value before.
    pub from: TextFact,
    /// The value after.
    pub to: TextFact,
}

impl Explanation {
    /// Whether it has both a reason and a name.
    pub fn is_complete(&self) -> bool {
        self.why.is_there() && self.by.is_there()
    }
}

/// Relations to registers.
#[derive(Clone, PartialEq, Debug)]
pub struct Links {
    /// Where the mapping stands, or should stand.
    pub place: Place,
    /// Risks.
    pub risks: List,
    /// Policies and procedures.
    pub policies: List,
    /// Controls of the Statement of Applicability.
    pub controls: List,
    /// Training units.
    pub training: List,
    /// Management reviews.
    pub management_reviews: List,
}

/// The four decisions that flow on to the management system.
#[derive(Clone, PartialEq, Debug)]
pub struct Decisions {
    /// Where the mapping stands, or should stand.
    pub place: Place,
    /// On policies and procedures.
    pub policy: Decision,
    /// On controls.
    pub control: Decision,
    /// On awareness training.
    pub awareness: Decision,
    /// On the risk register.
    pub risk: Decision,
}

/// A decision: what changed, or why nothing did.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The key, or where it should stand.
    pub place: Place,
    /// What changed.
    pub changed: List,
    /// Why nothing changed.
    pub no_change: TextFact,
    /// Who decided.
    pub by: TextFact,
}

impl Decision {
    /// Whether it claims a change, or states with a reason and a name that none is needed.
    pub fn is_taken(&self) -> bool {
        let claims = !self.changed.items().is_empty() || self.changed.is_encrypted();
        claims || (self.no_change.is_there() && self.by.is_there())
    }
}

impl Incident {
    /// The id, as far as there is one.
    pub fn id(&self) -> Option<&str> {
        self.id.text()
    }

    /// The class that the severity maps to; an incident without one is judged like a moderate one.
    pub fn class(&self) -> Class {
        self.severity.value().and_then(|severity| severity.class).unwrap_or(Class::Moderate)
    }

    /// Whether the record says that it is closed. A status says so; without one, a closure date does.
    pub fn is_closed(&self) -> bool {
        match self.status.value() {
            Some(status) => *status == Status::Closed,
            None => self.closed.value().is_some(),
        }
    }

    /// Whether duties can apply at all: neither dismissed nor a tombstone.
    pub fn is_live(&self) -> bool {
        !matches!(self.status.value(), Some(Status::Dismissed | Status::Retired))
    }

    /// Whether it is a tombstone.
    pub fn is_retired(&self) -> bool {
        self.status.value() == Some(&Status::Retired)
    }

    /// Recovery, or where that is unknown containment, or detection.
    pub fn response_end(&self) -> Option<When> {
        [&self.recovered, &self.contained, &self.detected].into_iter().find_map(|fact| fact.value().copied())
    }

    /// The date of the last review that has one.
    pub fn last_review(&self) -> Option<When> {
        self.reviews.items().iter().filter_map(|review| review.date.value().copied()).max_by_key(|when| when.from)
    }
}
