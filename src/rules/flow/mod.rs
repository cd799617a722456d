//! Did it reach the management system?

pub mod dangling_link;
mod meetings;
mod question;
pub mod stale_procedure;
pub mod unapproved_change;
pub mod undecided_awareness;
pub mod undecided_control;
pub mod undecided_policy;
pub mod unreported_incident;
pub mod untouched_risk;
mod windows;

use super::Case;
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Action, Change, Incident};
use crate::rules::NotRun;
use std::collections::HashSet;

/// The entries of some registers, by their ids and by the paths of their files.
struct Known<'c> {
    ids: HashSet<&'c str>,
    paths: HashSet<&'c str>,
    /// Why not all of them are known.
    unread: Option<NotRun>,
}

impl<'c> Known<'c> {
    fn of(case: &Case<'c>, kinds: &[RegisterKind]) -> Self {
        let registers = || kinds.iter().map(|kind| case.population().register(*kind));
        let rows = || registers().flat_map(|register| register.rows.values());
        let broken = registers().find(|register| register.state == RegisterState::Broken);
        Self {
            ids: rows().map(|row| &*row.id.value).collect(),
            paths: rows().map(|row| case.population().path(row.source).as_str()).collect(),
            unread: broken.and_then(|register| case.register(register.kind).err()),
        }
    }

    /// Whether a change that an action names is one of an entry.
    fn has(&self, case: &Case<'_>, change: &Change) -> bool {
        let Change::Target(target) = change else { return false };
        let named = case.book().references.read(target.as_str()).path();
        named.is_some_and(|name| self.ids.contains(name) || self.paths.contains(name))
    }
}

/// Actions that are done, with each change that they name.
fn claims(incident: &Incident) -> impl Iterator<Item = (&Action, &Change)> {
    let done = incident.actions.items().iter().filter(|action| action.is_done());
    done.flat_map(|action| action.changes.items().iter().map(move |change| (action, change)))
}
