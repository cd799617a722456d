//! What was learned, not only what was not wrong: the first line of a summary.

use crate::config::Rulebook;
use crate::history::claims::{self, Claim};
use crate::history::{History, Proof, Told};
use crate::population::{Population, answered};
use crate::record::{Incident, Status};
use chrono::NaiveDate;
use rayon::prelude::*;

/// Counts of what closed incidents taught.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Learned {
    /// Closed incidents.
    pub closed: usize,
    /// Their lessons.
    pub lessons: usize,
    /// Lessons with an action that is done.
    pub acted_on: usize,
    /// Lessons with an action of which history shows the change; `None` where history was not compared.
    pub shown: Option<usize>,
    /// Lessons that somebody decided to live with, openly.
    pub accepted: usize,
}

impl Learned {
    /// Counts a population, and where its history was compared the changes that it shows.
    pub(super) fn from(population: &Population, book: &Rulebook, as_of: NaiveDate, history: Option<&History>) -> Self {
        let is_closed = |incident: &&Incident| incident.status.value() == Some(&Status::Closed);
        let closed: Vec<&Incident> = population.incidents.iter().filter(is_closed).collect();
        let count = |history| {
            let shown = |incident: &&Incident| shown(population, book, as_of, history, incident);
            closed.par_iter().map(shown).sum()
        };
        let sum = closed.iter().fold(Self::default(), |sum, incident| sum.plus(incident));
        Self { shown: history.map(count), ..sum }
    }

    fn plus(self, incident: &Incident) -> Self {
        let lessons = incident.lessons.items();
        let done: Vec<_> = incident.actions.items().iter().filter(|action| action.is_done()).collect();
        let is_acted_on = |id: Option<&str>| {
            done.iter().any(|action| answered(incident, action).any(|lesson| lesson.id.text() == id))
        };
        Self {
            closed: self.closed + 1,
            lessons: self.lessons + lessons.len(),
            acted_on: self.acted_on + lessons.iter().filter(|lesson| is_acted_on(lesson.id.text())).count(),
            shown: None,
            accepted: self.accepted + lessons.iter().filter(|lesson| lesson.accepted.is_some()).count(),
        }
    }
}

/// The lessons of an incident that an action answers whose change history shows.
fn shown(population: &Population, book: &Rulebook, as_of: NaiveDate, history: &History, incident: &Incident) -> usize {
    let holds = |claim: &Claim<'_>| match history.answer(population, book, claim) {
        Told::Judged(_, proof) => matches!(proof, Proof::Holds { undone: None, .. }),
        _ => false,
    };
    let claims = claims::of_record(incident, &book.calendar.whole_day(as_of));
    let proven = claims.iter().filter(|claim| holds(claim)).filter_map(|claim| claim.action);
    let lessons: Vec<_> = proven.flat_map(|action| answered(incident, action)).map(|lesson| &lesson.field).collect();
    incident.lessons.items().iter().filter(|lesson| lessons.contains(&&lesson.field)).count()
}
