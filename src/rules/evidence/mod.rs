//! Proof, not claims.

pub mod dangling_evidence;
pub mod missing_evidence;
mod traces;
pub mod unclaimed_change;
pub mod undone_change;
pub mod unpinned_evidence;
pub mod unproven_change;

pub(super) mod gaps;
pub(super) mod proof;

use super::Case;
use crate::record::{Action, Incident, Located};
use crate::text::shorten;

/// Actions that are said to be done. One that is completed in the future is the business of the rule on dates.
fn finished<'c>(case: &Case<'c>, incident: &'c Incident) -> impl Iterator<Item = &'c Action> + use<'c> {
    let case = *case;
    let has_come = move |action: &Action| action.completed.value().is_none_or(|when| case.has_come(*when));
    incident.actions.items().iter().filter(move |a| !a.is_open() && !a.is_declined() && has_come(a))
}

/// The entries of an action's evidence that say something, with their dotted path below the action. A dash or the
/// like is the business of the rule on placeholders.
fn references(action: &Action) -> impl Iterator<Item = (String, &Located)> {
    let entries = action.evidence.items().iter().enumerate();
    let said = entries.filter(|(_, entry)| entry.as_str().chars().any(char::is_alphanumeric));
    said.map(|(index, entry)| (format!("evidence.{index}"), entry))
}

/// `A1: evidence controls/vpn.md is an empty file`, with the target shortened so that a title stays short.
fn title(action: &Action, target: &str, rest: &str) -> String {
    let name = shorten(&action.name(), 24);
    let room = 74usize.saturating_sub(name.chars().count() + rest.chars().count());
    format!("{name}: evidence `{}` {rest}", shorten(target, room))
}
