//! What was learned, not only what was not wrong: the first line of a summary.

use crate::population::{Population, answered};
use crate::record::{Incident, Status};

/// Counts of what closed incidents taught.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Learned {
    /// Closed incidents.
    pub closed: usize,
    /// Their lessons.
    pub lessons: usize,
    /// Lessons with an action that is done.
    pub acted_on: usize,
    /// Lessons that somebody decided to live with, openly.
    pub accepted: usize,
}

impl Learned {
    /// Counts a population.
    pub(super) fn from(population: &Population) -> Self {
        let closed = population.incidents.iter().filter(|i| i.status.value() == Some(&Status::Closed));
        closed.fold(Self::default(), |sum, incident| sum.plus(incident))
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
            accepted: self.accepted + lessons.iter().filter(|lesson| lesson.accepted.is_some()).count(),
        }
    }
}
