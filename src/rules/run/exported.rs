//! What the rows of an exported list name: incidents, or actions of incidents.
//!
//! A list is a follow-up list if one of its rows names an action: by a reference (`INC-2026-0004/A1` under its id), or
//! by an id beside a column `incident` under which that incident has an action of this id. In such a list every row
//! with an id and an incident means an action. Any other list is a ticket list: its rows mean the incidents in the
//! column `incident`, or, without one, the incident in the id.

use crate::population::Population;
use crate::record::register::{Register, RegisterState, Row};
use crate::record::{Action, Incident, Located};
use crate::rules::{Case, NotRun, Outcome};
use crate::text::Text;
use crate::vocabulary::fold;
use std::collections::HashMap;

/// The configured lists that were read, with their names; what was not read is said.
pub(super) fn lists<'a>(case: &Case<'a>, ids: &Ids<'a>, out: &mut Outcome) -> Result<Vec<List<'a>>, NotRun> {
    let population = case.population();
    if population.exports.is_empty() {
        return Err(NotRun("no exported list is configured (`[exports.NAME] path`)".into()));
    }
    let mut lists = Vec::new();
    for (name, register) in &population.exports {
        match register.state {
            RegisterState::Read => lists.push(List::new(name, register, ids)),
            RegisterState::Broken | RegisterState::Absent => {
                out.not_run(NotRun(Text::of_run(format!("the exported list `{name}` could not be read"))));
            }
        }
    }
    Ok(lists)
}

/// The records by id, compared without regard to case.
pub(super) struct Ids<'a>(HashMap<String, &'a Incident>);

impl<'a> Ids<'a> {
    pub(super) fn new(population: &'a Population) -> Self {
        let named = population.incidents.iter().filter_map(|incident| Some((fold(incident.id()?), incident)));
        let mut ids = HashMap::new();
        named.for_each(|(id, incident)| {
            ids.entry(id).or_insert(incident);
        });
        Self(ids)
    }

    /// The record of an id.
    pub(super) fn find(&self, id: &str) -> Option<&'a Incident> {
        self.0.get(&fold(id)).copied()
    }
}

/// One exported list.
pub(super) struct List<'a> {
    /// Its name in the configuration.
    pub(super) name: &'a str,
    /// Whether its rows mean actions.
    pub(super) is_follow_up: bool,
    /// Its rows, in the order of the file.
    pub(super) rows: Vec<Named<'a>>,
}

/// A row and what it names.
pub(super) struct Named<'a> {
    /// The row.
    pub(super) row: &'a Row,
    /// The incidents; more than one where a ticket is about several.
    pub(super) incidents: Vec<Located>,
    /// The action's id within the incident, in a follow-up list.
    pub(super) action: Option<Located>,
}

impl<'a> List<'a> {
    fn new(name: &'a str, register: &'a Register, ids: &Ids<'a>) -> Self {
        let rows = || register.rows.values();
        let is_follow_up = rows().any(|row| names_action(row, ids));
        // An empty cell has no entry, so only all rows together show whether the list has the column.
        let has_column = rows().any(|row| INCIDENTS.iter().any(|key| row.values.entry(key).is_some()));
        Self { name, is_follow_up, rows: rows().map(|row| named(row, is_follow_up, has_column)).collect() }
    }
}

/// The columns that name incidents.
const INCIDENTS: [&str; 2] = ["incident", "incidents"];

/// Whether a row names an action for certain.
fn names_action(row: &Row, ids: &Ids<'_>) -> bool {
    if reference(&row.id).is_some() {
        return true;
    }
    let incident = row.text("incident").and_then(|id| ids.find(id));
    incident.is_some_and(|incident| action(incident, row.id.as_str()).is_some())
}

/// The action of an id within an incident.
pub(super) fn action<'i>(incident: &'i Incident, id: &str) -> Option<&'i Action> {
    let id = fold(id);
    incident.actions.items().iter().find(|action| action.id.text().is_some_and(|own| fold(own) == id))
}

/// `INC-2026-0004/A1`, in its parts.
fn reference(id: &Located) -> Option<(Located, Located)> {
    let (incident, action) = id.value.split_once('/')?;
    let part = |text: &str| Located::<Box<str>> { value: text.trim().into(), place: id.place };
    let (incident, action) = (part(incident), part(action));
    (!incident.value.is_empty() && !action.value.is_empty()).then_some((incident, action))
}

fn named(row: &Row, is_follow_up: bool, has_column: bool) -> Named<'_> {
    if let Some((incident, action)) = reference(&row.id) {
        return Named { row, incidents: vec![incident], action: Some(action) };
    }
    let id = Some(&row.id).filter(|id| !id.value.trim().is_empty()).cloned();
    let listed: Vec<Located> = INCIDENTS.iter().flat_map(|key| row.list(key)).collect();
    match id {
        Some(action) if is_follow_up && !listed.is_empty() => Named { row, incidents: listed, action: Some(action) },
        Some(incident) if !has_column => Named { row, incidents: vec![incident], action: None },
        _ => Named { row, incidents: listed, action: None },
    }
}
