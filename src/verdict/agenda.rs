//! What is still to be done on a day: the open actions that have a date.

use crate::population::Population;
use crate::source::RepoPath;
use crate::text::Text;
use chrono::NaiveDate;

/// An action that is open and has a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenAction {
    /// The last day on which it is in time.
    pub due: NaiveDate,
    /// The incident's id, or the file where it has none.
    pub record: Text,
    /// The file.
    pub path: RepoPath,
}

/// The open actions of live records, in the order of their records.
pub(super) fn open_actions(population: &Population) -> Vec<OpenAction> {
    let live = population.incidents.iter().filter(|incident| incident.is_live());
    let dated = live.flat_map(|incident| {
        let path = &population.sources.get(incident.source).path;
        let record = Text::new(incident.id().unwrap_or(path.as_str()));
        let open = incident.actions.items().iter().filter(|action| action.is_open());
        let due = open.filter_map(|action| Some(action.due.value()?.date));
        due.map(|due| OpenAction { due, record: record.clone(), path: path.clone() }).collect::<Vec<_>>()
    });
    dated.collect()
}
