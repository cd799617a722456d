//! Where a field that history speaks of stands in the record now.

use crate::history::{Field, Part, review_names};
use crate::record::{Action, Fact, Incident, Lesson, Review};
use crate::source::Place;
use std::collections::HashMap;

/// A dotted path with its place: the value, or the key that should hold it.
pub(super) struct Spot {
    pub path: String,
    pub place: Place,
    /// Whether it was read from prose.
    pub is_inferred: bool,
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
            Part::Record => {
                let (place, is_inferred) = self.own(field.name);
                return Spot { path: field.name.to_owned(), place, is_inferred };
            }
            Part::Reviews => ("reviews", self.reviews.get(item).map(|r| (&r.field, review(r, field.name)))),
            Part::Lessons => ("lessons", self.lessons.get(item).map(|l| (&l.field, lesson(l, field.name)))),
            Part::Actions => ("actions", self.actions.get(item).map(|a| (&a.field, action(a, field.name)))),
        };
        match found {
            Some((above, (place, is_inferred))) => Spot { path: format!("{above}.{}", field.name), place, is_inferred },
            None => Spot { path: format!("{list}.{item}"), place: self.list(field.part), is_inferred: false },
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

    fn own(&self, name: &str) -> At {
        let incident = self.incident;
        match name {
            "title" => at(&incident.title),
            "status" => at(&incident.status),
            "severity" => at(&incident.severity),
            "category" => at(&incident.category),
            "near_miss" => at(&incident.near_miss),
            "occurred" => at(&incident.occurred),
            "detected" => at(&incident.detected),
            "contained" => at(&incident.contained),
            "recovered" => at(&incident.recovered),
            "closed" => at(&incident.closed),
            "lead" => at(&incident.lead),
            "responders" => at(&incident.responders),
            "assets" => at(&incident.assets),
            "cause" => at(&incident.cause),
            "causes" => at(&incident.causes),
            "factors.controls" => at(&incident.factors.controls),
            "factors.detection" => at(&incident.factors.detection),
            "factors.response" => at(&incident.factors.response),
            "factors.failed_controls" => at(&incident.factors.failed_controls),
            _ => (incident.home, false),
        }
    }
}

/// A place, and whether what stands there was read from prose.
type At = (Place, bool);

fn at<T>(fact: &Fact<T>) -> At {
    (fact.place(), fact.is_inferred())
}

fn review(review: &Review, name: &str) -> At {
    match name {
        "date" => at(&review.date),
        "facilitator" => at(&review.facilitator),
        "participants" => at(&review.participants),
        "output" => at(&review.output),
        _ => (review.home, false),
    }
}

fn lesson(lesson: &Lesson, name: &str) -> At {
    match name {
        "text" => at(&lesson.text),
        "kind" => at(&lesson.kind),
        "addressed_by" => at(&lesson.addressed_by),
        _ => (lesson.home, false),
    }
}

fn action(action: &Action, name: &str) -> At {
    match name {
        "text" => at(&action.text),
        "owner" => at(&action.owner),
        "completed" => at(&action.completed),
        "evidence" => at(&action.evidence),
        "changes" => at(&action.changes),
        _ => (action.home, false),
    }
}
