//! Where a field that history speaks of stands in the record now.

use crate::history::{Field, Part, review_names};
use crate::record::{Action, Incident, Lesson, Review};
use crate::source::Place;
use std::collections::HashMap;

/// A dotted path with its place: the value, or the key that should hold it.
pub(super) struct Spot {
    pub path: String,
    pub place: Place,
}

/// The parts of a record by the names that history gives them.
pub(super) struct Spots<'i> {
    incident: &'i Incident,
    reviews: HashMap<String, &'i Review>,
    lessons: HashMap<String, &'i Lesson>,
    actions: HashMap<String, &'i Action>,
}

impl<'i> Spots<'i> {
    pub fn of(incident: &'i Incident) -> Self {
        let (reviews, lessons) = (incident.reviews.items().iter(), incident.lessons.items().iter());
        Self {
            incident,
            reviews: review_names(incident).into_iter().zip(reviews).collect(),
            lessons: lessons.rev().map(|lesson| (lesson.name(), lesson)).collect(),
            actions: incident.actions.items().iter().rev().map(|action| (action.name(), action)).collect(),
        }
    }

    /// Where a field stands. Of an item that is gone, all fields stand at the list that should hold it.
    pub fn find(&self, field: &Field) -> Spot {
        let item = &*field.item;
        let (list, found) = match field.part {
            Part::Record => return Spot { path: field.name.to_owned(), place: self.own(field.name) },
            Part::Reviews => ("reviews", self.reviews.get(item).map(|r| (&r.field, review(r, field.name)))),
            Part::Lessons => ("lessons", self.lessons.get(item).map(|l| (&l.field, lesson(l, field.name)))),
            Part::Actions => ("actions", self.actions.get(item).map(|a| (&a.field, action(a, field.name)))),
        };
        match found {
            Some((above, place)) => Spot { path: format!("{above}.{}", field.name), place },
            None => Spot { path: format!("{list}.{item}"), place: self.list(field.part) },
        }
    }

    fn list(&self, part: Part) -> Place {
        match part {
            Part::Record => self.incident.home,
            Part::Reviews => self.incident.reviews.place(),
            Part::Lessons => self.incident.lessons.place(),
            Part::Actions => self.incident.actions.place(),
        }
    }

    fn own(&self, name: &str) -> Place {
        let incident = self.incident;
        match name {
            "title" => incident.title.place(),
            "status" => incident.status.place(),
            "severity" => incident.severity.place(),
            "category" => incident.category.place(),
            "near_miss" => incident.near_miss.place(),
            "occurred" => incident.occurred.place(),
            "detected" => incident.detected.place(),
            "contained" => incident.contained.place(),
            "recovered" => incident.recovered.place(),
            "closed" => incident.closed.place(),
            "lead" => incident.lead.place(),
            "responders" => incident.responders.place(),
            "assets" => incident.assets.place(),
            "cause" => incident.cause.place(),
            "causes" => incident.causes.place(),
            "factors.controls" => incident.factors.controls.place(),
            "factors.detection" => incident.factors.detection.place(),
            "factors.response" => incident.factors.response.place(),
            "factors.failed_controls" => incident.factors.failed_controls.place(),
            _ => incident.home,
        }
    }
}

fn review(review: &Review, name: &str) -> Place {
    match name {
        "date" => review.date.place(),
        "facilitator" => review.facilitator.place(),
        "participants" => review.participants.place(),
        "output" => review.output.place(),
        _ => review.home,
    }
}

fn lesson(lesson: &Lesson, name: &str) -> Place {
    match name {
        "text" => lesson.text.place(),
        "kind" => lesson.kind.place(),
        "addressed_by" => lesson.addressed_by.place(),
        _ => lesson.home,
    }
}

fn action(action: &Action, name: &str) -> Place {
    match name {
        "text" => action.text.place(),
        "owner" => action.owner.place(),
        "completed" => action.completed.place(),
        "evidence" => action.evidence.place(),
        "changes" => action.changes.place(),
        _ => action.home,
    }
}
