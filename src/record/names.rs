//! Every name of a person that a record states, with the field that it stands in.

use super::{Action, Change, Decision, Explanation, Fact, Incident, Lesson, Located, Review, TextFact};
use crate::source::Place;

/// A name with the field that it stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named<'a> {
    /// The dotted path of the field.
    pub field: String,
    /// The id of the action or lesson that the field belongs to.
    pub item: Option<&'a str>,
    /// The name as it is written.
    pub name: &'a str,
    /// Where.
    pub place: Place,
}

/// Every name of a record, in no order that matters.
pub fn named(incident: &Incident) -> Vec<Named<'_>> {
    let mut names = Names::default();
    names.fact("lead", &incident.lead);
    names.list("responders", incident.responders.items());
    for (key, list) in [
        ("severity_history", &incident.severity_history),
        ("amendments", &incident.amendments),
        ("recorded_late", &incident.recorded_late),
    ] {
        names.explanations(key, list);
    }
    names.explanation("no_lessons", incident.no_lessons.as_deref());
    names.explanation("dismissed", incident.dismissed.as_deref());
    incident.signatures.iter().for_each(|signature| names.one(&signature.field, &signature.name));
    incident.reviews.items().iter().for_each(|review| names.review(review));
    incident.lessons.items().iter().for_each(|lesson| names.lesson(lesson));
    incident.actions.items().iter().for_each(|action| names.action(action));
    let decisions = &incident.decisions;
    names.decision("policy", &decisions.policy);
    names.decision("control", &decisions.control);
    names.decision("awareness", &decisions.awareness);
    names.decision("risk", &decisions.risk);
    names.found
}

/// Collects names with their fields.
#[derive(Default)]
struct Names<'a> {
    found: Vec<Named<'a>>,
    item: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn push(&mut self, field: String, name: &'a str, place: Place) {
        self.found.push(Named { field, item: self.item, name, place });
    }

    fn one(&mut self, field: &str, name: &'a Located) {
        self.push(field.to_owned(), name.as_str(), name.place);
    }

    fn fact(&mut self, field: &str, fact: &'a TextFact) {
        if let Some(name) = fact.text() {
            self.push(field.to_owned(), name, fact.place());
        }
    }

    fn list(&mut self, field: &str, names: &'a [Located]) {
        names.iter().for_each(|name| self.one(field, name));
    }

    fn explanation(&mut self, field: &str, explained: Option<&'a Explanation>) {
        if let Some(explained) = explained {
            self.fact(&format!("{field}.by"), &explained.by);
        }
    }

    fn explanations(&mut self, field: &str, list: &'a Fact<Vec<Explanation>>) {
        for (index, explained) in list.items().iter().enumerate() {
            self.explanation(&format!("{field}.{index}"), Some(explained));
        }
    }

    fn decision(&mut self, key: &str, decision: &'a Decision) {
        self.fact(&format!("decisions.{key}.by"), &decision.by);
    }

    fn review(&mut self, review: &'a Review) {
        let field = |key: &str| format!("{}.{key}", review.field);
        self.fact(&field("facilitator"), &review.facilitator);
        for participant in review.participants.items() {
            self.push(field("participants"), &participant.name, participant.place);
        }
        review.absent.iter().for_each(|absence| self.one(&field("absent"), &absence.name));
        self.fact(&field("management.informed"), &review.management.informed);
        self.explanation(&field("late"), review.late.as_deref());
    }

    fn lesson(&mut self, lesson: &'a Lesson) {
        self.item = lesson.id.text();
        if let Some(accepted) = &lesson.accepted {
            self.fact(&format!("{}.accepted.by", lesson.field), &accepted.by);
        }
        self.item = None;
    }

    fn action(&mut self, action: &'a Action) {
        self.item = action.id.text();
        let field = |key: &str| format!("{}.{key}", action.field);
        self.fact(&field("owner"), &action.owner);
        self.explanations(&field("due_history"), &action.due_history);
        self.fact(&field("effectiveness.by"), &action.effectiveness.by);
        self.explanation(&field("declined"), action.declined.as_deref());
        self.explanation(&field("form_reason"), action.form_reason.as_deref());
        for change in action.changes.items() {
            if let Change::Outside { seen_by, .. } = change {
                self.fact(&field("changes"), seen_by);
            }
        }
        self.item = None;
    }
}
