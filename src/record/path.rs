//! Fields of the native format by their dotted names, for rules that an organisation writes as data.
//!
//! A name below `reviews`, `lessons` or `actions` means that field of each entry.

use super::fact::Fact;
use super::words::{ActionKind, ActionStatus, Adequacy, LessonKind, Origin, Outcome, ReviewKind, Severity, Status};
use super::{Absence, Acceptance, Action, Decision, Explanation, Incident, Lesson, Links, List, Recurrence, Review};
use crate::source::Place;
use crate::time::When;

/// From when on a field can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// As soon as the record, or the entry, is there.
    Now,
    /// When the incident is closed.
    Closed,
    /// When its review had to be held.
    Review,
    /// Some weeks after its review.
    Flow,
    /// When the action is done.
    Done,
    /// When the action was declined.
    Declined,
}

/// What a field says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Said {
    /// Where it stands, or should stand.
    pub place: Place,
    /// Whether it says anything; a stated absence with a reason does, and so does what could not be read, of which
    /// another rule speaks.
    pub is_answered: bool,
    /// The day that it names.
    pub date: Option<When>,
}

/// What one field of an incident, or of one of its entries, says.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'i> {
    /// Whose field it is.
    pub of: Owner<'i>,
    /// What it says.
    pub said: Said,
}

/// What has a field.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'i> {
    /// The incident.
    Incident,
    /// One of its reviews.
    Review(&'i Review),
    /// One of its lessons.
    Lesson(&'i Lesson),
    /// One of its actions.
    Action(&'i Action),
}

/// A list of an incident whose entries have fields of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entries {
    /// `reviews`
    Reviews,
    /// `lessons`
    Lessons,
    /// `actions`
    Actions,
}

/// One field of the format.
#[derive(Debug)]
pub struct Field {
    /// Its dotted name.
    pub name: &'static str,
    /// From when on it can be asked for.
    pub asked: Asked,
    /// Whether it holds a day.
    pub is_date: bool,
    read: Read,
}

#[derive(Debug)]
enum Read {
    Incident(fn(&Incident) -> Said),
    Review(fn(&Review) -> Said),
    Lesson(fn(&Lesson) -> Said),
    Action(fn(&Action) -> Said),
}

impl Field {
    /// The field of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The names of all fields.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|field| field.name)
    }

    /// The names of all fields that hold a day.
    pub fn dates() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().filter(|field| field.is_date).map(|field| field.name)
    }

    /// The list whose entries have it; `None` for a field of the incident itself.
    pub fn entries(&self) -> Option<Entries> {
        match self.read {
            Read::Incident(_) => None,
            Read::Review(_) => Some(Entries::Reviews),
            Read::Lesson(_) => Some(Entries::Lessons),
            Read::Action(_) => Some(Entries::Actions),
        }
    }

    /// The name below the entry: `due` of `actions.due`.
    pub fn below(&self) -> &'static str {
        match self.entries() {
            Some(_) => self.name.split_once('.').map_or("", |(_, below)| below),
            None => self.name,
        }
    }

    /// Whether its day may lie in the future.
    pub fn may_lie_ahead(&self) -> bool {
        matches!(self.name, "actions.due" | "actions.effectiveness.due" | "lessons.accepted.until" | "retain_until")
    }

    /// What it says: one answer, or one an entry.
    pub fn answers<'i>(&self, incident: &'i Incident) -> Vec<Answer<'i>> {
        match self.read {
            Read::Incident(read) => vec![Answer { of: Owner::Incident, said: read(incident) }],
            Read::Review(read) => {
                let reviews = incident.reviews.items().iter();
                reviews.map(|review| Answer { of: Owner::Review(review), said: read(review) }).collect()
            }
            Read::Lesson(read) => {
                let lessons = incident.lessons.items().iter();
                lessons.map(|lesson| Answer { of: Owner::Lesson(lesson), said: read(lesson) }).collect()
            }
            Read::Action(read) => {
                let actions = incident.actions.items().iter();
                actions.map(|action| Answer { of: Owner::Action(action), said: read(action) }).collect()
            }
        }
    }

    const fn new(name: &'static str, asked: Asked, read: Read) -> Self {
        Self { name, asked, is_date: false, read }
    }

    const fn day(self) -> Self {
        Self { is_date: true, ..self }
    }
}

const fn field(name: &'static str, asked: Asked, read: fn(&Incident) -> Said) -> Field {
    Field::new(name, asked, Read::Incident(read))
}

const fn review(name: &'static str, read: fn(&Review) -> Said) -> Field {
    Field::new(name, Asked::Now, Read::Review(read))
}

const fn lesson(name: &'static str, read: fn(&Lesson) -> Said) -> Field {
    Field::new(name, Asked::Now, Read::Lesson(read))
}

const fn action(name: &'static str, asked: Asked, read: fn(&Action) -> Said) -> Field {
    Field::new(name, asked, Read::Action(read))
}

/// Every field of the format. `docs/records.md` describes them.
static FIELDS: &[Field] = &[
    field("id", Asked::Now, |i| said(&i.id)),
    field("title", Asked::Now, |i| said(&i.title)),
    field("status", Asked::Now, |i| said(&i.status)),
    field("severity", Asked::Now, |i| said(&i.severity)),
    field("severity_decision", Asked::Now, |i| {
        let decision = i.severity_decision.as_deref();
        any(on(decision, i.home), &[by(decision, i.home), why(decision, i.home)])
    }),
    field("severity_decision.on", Asked::Now, |i| on(i.severity_decision.as_deref(), i.home)).day(),
    field("severity_decision.by", Asked::Now, |i| by(i.severity_decision.as_deref(), i.home)),
    field("severity_decision.criteria", Asked::Now, |i| why(i.severity_decision.as_deref(), i.home)),
    field("severity_history", Asked::Now, |i| said(&i.severity_history)),
    field("category", Asked::Now, |i| said(&i.category)),
    field("near_miss", Asked::Now, |i| said(&i.near_miss)),
    field("origin", Asked::Now, |i| said(&i.origin)),
    field("part_of", Asked::Now, |i| said(&i.part_of)),
    field("detected_by", Asked::Now, |i| said(&i.extras.detected_by)),
    field("occurred", Asked::Now, |i| said(&i.occurred)).day(),
    field("detected", Asked::Now, |i| said(&i.detected)).day(),
    field("contained", Asked::Closed, |i| said(&i.contained)).day(),
    field("recovered", Asked::Closed, |i| said(&i.recovered)).day(),
    field("closed", Asked::Closed, |i| said(&i.closed)).day(),
    field("retain_until", Asked::Closed, |i| said(&i.extras.retain_until)).day(),
    field("reopened", Asked::Now, |i| said(&i.reopened)),
    field("lead", Asked::Now, |i| said(&i.lead)),
    field("responders", Asked::Now, |i| said(&i.responders)),
    field("assets", Asked::Now, |i| said(&i.assets)),
    field("cost", Asked::Closed, |i| any(said(&i.cost_hours), &[said(&i.cost_amount)])),
    field("cost.hours", Asked::Closed, |i| said(&i.cost_hours)),
    field("cost.amount", Asked::Closed, |i| said(&i.cost_amount)),
    field("cost.currency", Asked::Closed, |i| said(&i.cost_currency)),
    field("affected", Asked::Closed, |i| any(said(&i.affected_persons), &[said(&i.extras.systems)])),
    field("affected.persons", Asked::Closed, |i| said(&i.affected_persons)),
    field("affected.systems", Asked::Closed, |i| said(&i.extras.systems)),
    field("public_summary", Asked::Closed, |i| said(&i.extras.public_summary)),
    field("public_summary.text", Asked::Closed, |i| said(&i.extras.public_summary)),
    field("public_summary.approved_by", Asked::Closed, |i| said(&i.extras.public_summary_approved)),
    field("causes", Asked::Review, |i| said(&i.causes)),
    field("cause", Asked::Review, |i| said(&i.cause)),
    field("method", Asked::Review, |i| said(&i.extras.method)),
    field("factors", Asked::Review, |i| {
        any(said(&i.factors.controls), &[said(&i.factors.detection), said(&i.factors.response)])
    }),
    field("factors.controls", Asked::Review, |i| said(&i.factors.controls)),
    field("factors.detection", Asked::Review, |i| said(&i.factors.detection)),
    field("factors.response", Asked::Review, |i| said(&i.factors.response)),
    field("factors.failed_controls", Asked::Review, |i| said(&i.factors.failed_controls)),
    field("worked_well", Asked::Review, |i| said(&i.worked_well)),
    field("effectiveness", Asked::Review, |i| said(&i.effectiveness)),
    field("recurrence", Asked::Review, |i| recurrence(&i.recurrence)),
    field("recurrence.likely", Asked::Review, |i| said(&i.recurrence.likely)),
    field("recurrence.why", Asked::Review, |i| said(&i.recurrence.why)),
    field("elsewhere", Asked::Review, |i| said(&i.elsewhere)),
    field("no_lessons", Asked::Review, |i| why(i.no_lessons.as_deref(), i.home)),
    field("no_lessons.why", Asked::Review, |i| why(i.no_lessons.as_deref(), i.home)),
    field("no_lessons.by", Asked::Review, |i| by(i.no_lessons.as_deref(), i.home)),
    field("reviews", Asked::Review, |i| said(&i.reviews)),
    review("reviews.kind", |r| said(&r.kind)),
    review("reviews.date", |r| said(&r.date)).day(),
    review("reviews.facilitator", |r| said(&r.facilitator)),
    review("reviews.participants", |r| said(&r.participants)),
    review("reviews.absent", |r| listed(&r.absent, r.home)),
    review("reviews.management", |r| said(&r.management.informed)),
    review("reviews.management.informed", |r| said(&r.management.informed)),
    review("reviews.management.on", |r| said(&r.management.on)).day(),
    review("reviews.output", |r| said(&r.output)),
    review("reviews.late", |r| why(r.late.as_deref(), r.home)),
    review("reviews.late.why", |r| why(r.late.as_deref(), r.home)),
    review("reviews.late.by", |r| by(r.late.as_deref(), r.home)),
    field("lessons", Asked::Review, |i| said(&i.lessons)),
    lesson("lessons.id", |l| said(&l.id)),
    lesson("lessons.kind", |l| said(&l.kind)),
    lesson("lessons.text", |l| said(&l.text)),
    lesson("lessons.addressed_by", |l| said(&l.addressed_by)),
    lesson("lessons.accepted", |l| accepted(l, |a| said(&a.by))),
    lesson("lessons.accepted.by", |l| accepted(l, |a| said(&a.by))),
    lesson("lessons.accepted.reason", |l| accepted(l, |a| said(&a.reason))),
    lesson("lessons.accepted.risk", |l| accepted(l, |a| said(&a.risk))),
    lesson("lessons.accepted.until", |l| accepted(l, |a| said(&a.until))).day(),
    field("actions", Asked::Review, |i| said(&i.actions)),
    action("actions.id", Asked::Now, |a| said(&a.id)),
    action("actions.lessons", Asked::Now, |a| said(&a.lessons)),
    action("actions.text", Asked::Now, |a| said(&a.text)),
    action("actions.kind", Asked::Now, |a| said(&a.kind)),
    action("actions.measure", Asked::Now, |a| said(&a.measure)),
    action("actions.owner", Asked::Now, |a| said(&a.owner)),
    action("actions.due", Asked::Now, |a| said(&a.due)).day(),
    action("actions.due_history", Asked::Now, |a| said(&a.due_history)),
    action("actions.milestones", Asked::Now, |a| said(&a.milestones)),
    action("actions.status", Asked::Now, |a| said(&a.status)),
    action("actions.completed", Asked::Done, |a| said(&a.completed)).day(),
    action("actions.changes", Asked::Done, |a| said(&a.changes)),
    action("actions.evidence", Asked::Done, |a| said(&a.evidence)),
    action("actions.effectiveness", Asked::Done, |a| {
        any(said(&a.effectiveness.result), &[said(&a.effectiveness.checked), said(&a.effectiveness.due)])
    }),
    action("actions.effectiveness.due", Asked::Done, |a| said(&a.effectiveness.due)).day(),
    action("actions.effectiveness.checked", Asked::Done, |a| said(&a.effectiveness.checked)).day(),
    action("actions.effectiveness.by", Asked::Done, |a| said(&a.effectiveness.by)),
    action("actions.effectiveness.result", Asked::Done, |a| said(&a.effectiveness.result)),
    action("actions.effectiveness.how", Asked::Done, |a| said(&a.effectiveness.how)),
    action("actions.declined", Asked::Declined, |a| why(a.declined.as_deref(), a.home)),
    action("actions.declined.why", Asked::Declined, |a| why(a.declined.as_deref(), a.home)),
    action("actions.declined.by", Asked::Declined, |a| by(a.declined.as_deref(), a.home)),
    action("actions.form_reason", Asked::Now, |a| why(a.form_reason.as_deref(), a.home)),
    field("links", Asked::Flow, |i| {
        let links = &i.links;
        let others = [&links.policies, &links.controls, &links.training, &links.management_reviews];
        any(said(&links.risks), &others.map(said))
    }),
    field("links.risks", Asked::Flow, |i| said(&i.links.risks)),
    field("links.policies", Asked::Flow, |i| said(&i.links.policies)),
    field("links.controls", Asked::Flow, |i| said(&i.links.controls)),
    field("links.training", Asked::Flow, |i| said(&i.links.training)),
    field("links.management_reviews", Asked::Flow, |i| said(&i.links.management_reviews)),
    field("decisions", Asked::Flow, |i| {
        let decisions = &i.decisions;
        let others = [&decisions.control, &decisions.awareness, &decisions.risk];
        any(decision(&decisions.policy), &others.map(decision))
    }),
    field("decisions.policy", Asked::Flow, |i| decision(&i.decisions.policy)),
    field("decisions.policy.by", Asked::Flow, |i| said(&i.decisions.policy.by)),
    field("decisions.control", Asked::Flow, |i| decision(&i.decisions.control)),
    field("decisions.control.by", Asked::Flow, |i| said(&i.decisions.control.by)),
    field("decisions.awareness", Asked::Flow, |i| decision(&i.decisions.awareness)),
    field("decisions.awareness.by", Asked::Flow, |i| said(&i.decisions.awareness.by)),
    field("decisions.risk", Asked::Flow, |i| decision(&i.decisions.risk)),
    field("decisions.risk.by", Asked::Flow, |i| said(&i.decisions.risk.by)),
    field("amendments", Asked::Now, |i| said(&i.amendments)),
    field("recorded_late", Asked::Now, |i| said(&i.recorded_late)),
    field("dismissed", Asked::Now, |i| why(i.dismissed.as_deref(), i.home)),
    field("dismissed.why", Asked::Now, |i| why(i.dismissed.as_deref(), i.home)),
    field("dismissed.by", Asked::Now, |i| by(i.dismissed.as_deref(), i.home)),
    field("retired", Asked::Now, |i| why(i.retired.as_deref(), i.home)),
    field("retired.why", Asked::Now, |i| why(i.retired.as_deref(), i.home)),
    field("retired.by", Asked::Now, |i| by(i.retired.as_deref(), i.home)),
    field("alike_only", Asked::Now, |i| said(&i.alike_only)),
];

/// The registers to which a record links.
pub const LINKS: [&str; 5] = ["risks", "policies", "controls", "training", "management_reviews"];

/// The links to one of [`LINKS`].
pub fn linked<'l>(links: &'l Links, register: &str) -> Option<&'l List> {
    match register {
        "risks" => Some(&links.risks),
        "policies" => Some(&links.policies),
        "controls" => Some(&links.controls),
        "training" => Some(&links.training),
        "management_reviews" => Some(&links.management_reviews),
        _ => None,
    }
}

/// A value that may say nothing although it stands there.
trait Content {
    fn says_something(&self) -> bool {
        true
    }

    fn day(&self) -> Option<When> {
        None
    }
}

impl Content for Box<str> {
    fn says_something(&self) -> bool {
        self.chars().any(char::is_alphanumeric)
    }
}

impl<T> Content for Vec<T> {
    fn says_something(&self) -> bool {
        !self.is_empty()
    }
}

impl Content for When {
    fn day(&self) -> Option<When> {
        Some(*self)
    }
}

macro_rules! says_something {
    ($($word:ty),+) => { $(impl Content for $word {})+ };
}

says_something!(
    bool,
    f64,
    Severity,
    Status,
    Origin,
    Adequacy,
    ReviewKind,
    LessonKind,
    ActionKind,
    ActionStatus,
    Outcome
);

fn said<T: Content>(fact: &Fact<T>) -> Said {
    let is_answered = match fact {
        Fact::Stated { value, .. } => value.says_something(),
        Fact::Wrong { .. } => true,
        Fact::Declined { .. } => fact.is_declined(),
        Fact::Empty { .. } | Fact::Absent { .. } => false,
    };
    Said { place: fact.place(), is_answered, date: fact.value().and_then(Content::day) }
}

/// A mapping says something if one of its parts does.
fn any(first: Said, others: &[Said]) -> Said {
    let answered = others.iter().find(|said| !first.is_answered && said.is_answered);
    answered.copied().unwrap_or(first)
}

fn missing(place: Place) -> Said {
    Said { place, is_answered: false, date: None }
}

fn why(explained: Option<&Explanation>, home: Place) -> Said {
    explained.map_or_else(|| missing(home), |explained| said(&explained.why))
}

fn by(explained: Option<&Explanation>, home: Place) -> Said {
    explained.map_or_else(|| missing(home), |explained| said(&explained.by))
}

fn on(explained: Option<&Explanation>, home: Place) -> Said {
    explained.map_or_else(|| missing(home), |explained| said(&explained.on))
}

fn accepted(lesson: &Lesson, part: fn(&Acceptance) -> Said) -> Said {
    lesson.accepted.as_ref().map_or_else(|| missing(lesson.home), part)
}

fn listed(absent: &[Absence], home: Place) -> Said {
    absent.first().map_or_else(|| missing(home), |first| Said { is_answered: true, ..missing(first.name.place) })
}

fn recurrence(recurrence: &Recurrence) -> Said {
    Said { is_answered: recurrence.stated, ..missing(recurrence.place) }
}

fn decision(decision: &Decision) -> Said {
    Said { is_answered: decision.is_taken(), ..missing(decision.place) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_stands_once_and_entries_know_their_part() {
        let names: BTreeSet<&str> = Field::names().collect();
        assert_eq!(names.len(), FIELDS.len());
        let due = Field::find("actions.effectiveness.due").unwrap();
        assert_eq!((due.entries(), due.below(), due.is_date), (Some(Entries::Actions), "effectiveness.due", true));
        assert!(Field::find("actions.dues").is_none());
        for field in FIELDS.iter().filter(|field| field.entries().is_some()) {
            assert!(!field.below().is_empty(), "{}", field.name);
        }
    }
}
