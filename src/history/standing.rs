//! Where a record stands, landing by landing.

use super::facts::Part;
use super::record::FactChange;
use crate::record::Status;
use crate::time::When;

/// Whether a record says that it is closed, and since when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing<'h> {
    status: Option<&'h str>,
    closed: Option<When>,
    since: Option<u32>,
}

impl<'h> Standing<'h> {
    /// Goes on by one landing.
    pub fn take(&mut self, landing: &'h [FactChange]) {
        for change in landing.iter().filter(|change| change.field.part == Part::Record) {
            match change.field.name {
                "status" => self.status = change.after.as_ref().and_then(super::Value::word),
                "closed" => self.closed = change.after.as_ref().and_then(super::Value::day),
                _ => {}
            }
        }
        let position = landing.first().map(|change| change.position);
        self.since = if self.is_closed() { self.since.or(position) } else { None };
    }

    /// Whether it is closed: its status says so; without one, a closure date does.
    pub fn is_closed(&self) -> bool {
        self.status.map_or(self.closed.is_some(), |status| status == Status::Closed.name())
    }

    /// Whether it is an incident at all: neither dismissed nor a tombstone.
    pub fn is_live(&self) -> bool {
        let ended = [Status::Dismissed.name(), Status::Retired.name()];
        self.status.is_none_or(|status| !ended.contains(&status))
    }

    /// The landing since which it has been closed.
    pub fn closed_since(&self) -> Option<u32> {
        self.since
    }

    /// The closure date that it states.
    pub fn closed(&self) -> Option<When> {
        self.closed
    }
}
