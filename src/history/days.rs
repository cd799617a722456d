//! Since when each day that a record states has been stated.

use super::facts::{Field, Part};
use super::record::{FactChange, RecordHistory};
use crate::time::When;
use chrono::NaiveDate;
use std::collections::HashMap;

/// When a stated day came to stand in a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Came {
    /// The first landing that stated it.
    pub first: u32,
    /// The landing since which it has been stated without a break.
    pub since: u32,
}

/// When the days of a record came, in one pass over what changed. A day that is told more exactly, or that went on to
/// another name (a review to the second place of a list), is the same.
#[derive(Debug, Default)]
pub struct DayLog<'h> {
    now: HashMap<&'h Field, (When, Came)>,
    firsts: HashMap<(&'h Field, NaiveDate), u32>,
}

/// The days that a landing took from their fields.
type Gone = HashMap<(Part, &'static str, NaiveDate), Came>;

impl<'h> DayLog<'h> {
    /// The days of a record.
    pub fn of(record: &'h RecordHistory) -> Self {
        let mut log = Self::default();
        for landing in record.current().chunk_by(|a, b| a.position == b.position) {
            let gone = log.gone(landing);
            landing.iter().for_each(|change| log.take(change, &gone));
        }
        log
    }

    /// When a field came to state a day; `None` where history knows nothing of it.
    pub fn came(&self, field: &Field, stated: &When) -> Option<Came> {
        self.now.get(field).filter(|(when, _)| when.meets(stated)).map(|(_, came)| *came)
    }

    fn gone(&self, landing: &[FactChange]) -> Gone {
        let gone = landing.iter().filter(|change| change.after.is_none() || change.field.is_by_order());
        let known = gone.filter_map(|change| {
            let (when, came) = self.now.get(&change.field)?;
            Some(((change.field.part, change.field.name, when.date), *came))
        });
        known.collect()
    }

    fn take(&mut self, change: &'h FactChange, gone: &Gone) {
        let (field, position) = (&change.field, change.position);
        // What was encrypted before may have said so all the time.
        let was_hidden = change.before == Some(super::Value::Hidden);
        let Some(when) = change.after.as_ref().and_then(super::Value::day).filter(|_| !was_hidden) else {
            self.now.remove(field);
            return;
        };
        let stood = self.now.get(field).filter(|(before, _)| before.meets(&when)).map(|(_, came)| *came);
        let came = stood.or_else(|| gone.get(&(field.part, field.name, when.date)).copied());
        let came = came.unwrap_or_else(|| Came {
            first: self.firsts.get(&(field, when.date)).copied().unwrap_or(position),
            since: position,
        });
        self.firsts.entry((field, when.date)).or_insert(came.first);
        self.now.insert(field, (when, came));
    }
}
