//! The dates of a record that state something that happened.

use crate::config::Level;
use crate::history::{Field, review_names};
use crate::record::{Fact, Incident, ReviewKind};
use crate::rules::Finding;
use crate::text::shorten;
use crate::time::When;

/// One such date.
pub(super) struct Dated<'i> {
    /// Its name in history.
    pub field: Field,
    /// Its dotted path.
    pub path: String,
    /// What is stated.
    pub fact: &'i Fact<When>,
    event: Event<'i>,
}

enum Event<'i> {
    Of(&'static str),
    OfAction(&'static str, &'i str, String),
}

impl Dated<'_> {
    /// What happened, in at most so many characters: `Closure`, `Completion of A1`.
    pub fn event(&self, room: usize) -> String {
        match &self.event {
            Event::Of(event) => (*event).to_owned(),
            Event::OfAction(event, _, name) => {
                let room = room.saturating_sub(event.chars().count() + " of ".len()).max(6);
                format!("{event} of {}", shorten(name, room))
            }
        }
    }

    /// The names under which a reason may speak of it.
    pub fn names(&self) -> [String; 2] {
        [self.path.clone(), self.field.to_string()]
    }

    /// A finding at it.
    pub fn finding(&self, incident: &Incident, level: Level) -> Finding {
        let item = match &self.event {
            Event::OfAction(_, id, _) if !id.is_empty() => Some((*id).into()),
            _ => None,
        };
        let finding = Finding::of(incident, level, &*self.path, self.fact.place());
        Finding { item, ..finding }.inferred(self.fact.is_inferred())
    }
}

/// All of them, in the order in which things happen.
pub(super) fn dates(incident: &Incident) -> Vec<Dated<'_>> {
    let own = [
        ("occurred", "Occurrence", &incident.occurred),
        ("detected", "Detection", &incident.detected),
        ("contained", "Containment", &incident.contained),
        ("recovered", "Recovery", &incident.recovered),
        ("closed", "Closure", &incident.closed),
    ];
    let own = own.map(|(name, event, fact)| Dated {
        field: Field::of_record(name),
        path: name.to_owned(),
        fact,
        event: Event::Of(event),
    });
    let mut dates = Vec::from(own);
    for (review, name) in incident.reviews.items().iter().zip(review_names(incident)) {
        let event = match review.kind() {
            ReviewKind::HotWash => "Hot-wash",
            ReviewKind::Reflective => "Review",
            ReviewKind::Batch => "Batch review",
        };
        let (field, path) = (Field::of_review(&name, "date"), format!("{}.date", review.field));
        dates.push(Dated { field, path, fact: &review.date, event: Event::Of(event) });
    }
    for action in incident.actions.items() {
        let (id, name) = (action.id.text().unwrap_or_default(), action.name());
        let facts = [
            ("completed", "Completion", &action.completed),
            ("effectiveness.checked", "Check", &action.effectiveness.checked),
        ];
        dates.extend(facts.map(|(below, event, fact)| Dated {
            field: Field::of_action(&name, below),
            path: format!("{}.{below}", action.field),
            fact,
            event: Event::OfAction(event, id, name.clone()),
        }));
    }
    dates.retain(|dated| dated.fact.value().is_some());
    dates
}
