//! Was there one, in time, with its output kept?

pub mod early_review;
pub mod late_review;
pub mod missing_review;
pub mod missing_review_output;
pub mod single_stage_review;
pub mod uncovered_minor_incident;

use super::Case;
use crate::config::ReviewWindow;
use crate::population::Batch;
use crate::record::{Fact, Incident, Review};
use crate::source::Place;
use crate::text::shorten;
use crate::time::When;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A batch review that is a file of its own, with the place at which it lists an incident.
#[derive(Clone, Copy)]
struct Listed<'a> {
    batch: &'a Batch,
    place: Place,
}

/// Batch reviews that are files of their own, by the incidents that they list.
struct Batches<'a>(HashMap<&'a str, Vec<Listed<'a>>>);

impl<'a> Batches<'a> {
    /// Those that were held. One without a date counts: its file is there, and says what was looked at.
    fn held(case: &Case<'a>) -> Self {
        let held = case.population().batches.iter().filter(|b| b.date.is_none_or(|day| day <= case.as_of()));
        let mut by_incident: HashMap<&str, Vec<Listed<'_>>> = HashMap::new();
        for batch in held {
            for listed in &batch.incidents {
                by_incident.entry(listed.as_str()).or_default().push(Listed { batch, place: listed.place });
            }
        }
        Self(by_incident)
    }

    /// Those that list an incident.
    fn of(&self, incident: &Incident) -> &[Listed<'a>] {
        incident.id().and_then(|id| self.0.get(id)).map_or(&[], Vec::as_slice)
    }
}

/// The day from which windows count. A closure that cannot be read or lies in the future is spoken of elsewhere.
fn closure(case: &Case<'_>, incident: &Incident) -> Option<NaiveDate> {
    let is_unread = matches!(incident.closed, Fact::Wrong { .. });
    case.closure_day(incident).filter(|day| !is_unread && *day <= case.as_of())
}

/// The end of the response, if it has come.
fn response_end(case: &Case<'_>, incident: &Incident) -> Option<When> {
    incident.response_end().filter(|when| case.has_come(*when))
}

/// A review with its day.
type Held<'a> = (&'a Review, When);

/// The one that was held first; of two on one day, the one that stands first.
fn earliest<'a>(reviews: impl Iterator<Item = Held<'a>>) -> Option<Held<'a>> {
    reviews.min_by_key(|(_, when)| when.from)
}

/// The internal document that asks for something, else good practice.
fn asked_by<'w>(windows: impl IntoIterator<Item = &'w ReviewWindow>) -> &'w str {
    windows.into_iter().find_map(|window| window.source.as_deref()).unwrap_or("good practice")
}

/// The record's id, short enough for a title.
fn name(incident: &Incident) -> String {
    shorten(incident.id().unwrap_or("The record"), 18)
}
