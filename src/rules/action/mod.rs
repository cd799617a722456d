//! Named, owned, dated, done.

pub mod departed_owner;
pub mod distant_due_date;
pub mod missing_action;
pub mod orphan_action;
pub mod overdue_action;
pub mod self_verified_action;
pub mod unchecked_effectiveness;
pub mod undated_action;
pub mod unowned_action;
pub mod weak_remedy;

pub(super) mod owner;

use crate::record::Action;
use crate::text::shorten;

/// The action's id, short enough for a title; `Action 2` where it has none.
fn name(action: &Action) -> String {
    match action.id.text() {
        Some(id) => shorten(id, 20),
        None => action.name().replacen('a', "A", 1),
    }
}
