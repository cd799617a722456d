//! What of a record is sealed after each landing, and which landings changed it all the same.
//!
//! One pass over the changes of a record. A landing is judged by the seals of the version before it.

use super::chronicle::Chronicle;
use super::facts::{Field, Part, Value};
use super::record::{FactChange, RecordHistory};
use super::standing::Standing;
use crate::record::{ActionStatus, Class, ReviewKind};
use crate::time::plus;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Sealed at closure.
const AT_CLOSURE: [&str; 12] = [
    "title",
    "severity",
    "category",
    "near_miss",
    "occurred",
    "detected",
    "contained",
    "recovered",
    "closed",
    "lead",
    "responders",
    "assets",
];

/// Sealed some days after the last review, beside reviews and lessons.
const AFTER_REVIEW: [&str; 6] =
    ["cause", "causes", "factors.controls", "factors.detection", "factors.response", "factors.failed_controls"];

/// Sealed when the action is verified.
const WHEN_VERIFIED: [&str; 5] = ["text", "owner", "completed", "evidence", "changes"];

/// A sealed value that a landing changed or took away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edit<'h> {
    /// What changed.
    pub change: &'h FactChange,
    /// The day since which it was settled.
    pub settled: NaiveDate,
}

/// All changes of sealed values of a record, in the order of landings. Cause, factors, reviews and lessons are sealed
/// so many days after the last review.
pub fn edits<'h>(chronicle: &Chronicle, record: &'h RecordHistory, after_review: i64) -> Vec<Edit<'h>> {
    let mut seals = Seals { after_review, ..Seals::default() };
    let mut edits = Vec::new();
    for landing in record.current().chunk_by(|a, b| a.position == b.position) {
        let Some(position) = landing.first().map(|change| change.position) else { continue };
        let day = chronicle.landing(position).day;
        seals.edits(landing, day, &mut edits);
        seals.take(landing, day);
    }
    edits
}

/// The seals of a version.
#[derive(Default)]
struct Seals<'h> {
    after_review: i64,
    standing: Standing<'h>,
    /// The day of the landing that closed it.
    closed_on: Option<NaiveDate>,
    severity: Option<&'h str>,
    /// How many reviews are dated on each day: hot-washes, and all others.
    hot_washes: BTreeMap<NaiveDate, u32>,
    reviews: BTreeMap<NaiveDate, u32>,
    /// The actions that are verified, with the day of the landing that says so.
    verified: HashMap<&'h str, NaiveDate>,
}

/// How often a landing states a value under another name of its part.
type Elsewhere<'h> = HashMap<(Part, &'static str, &'h Value), u32>;

impl<'h> Seals<'h> {
    fn edits(&self, landing: &'h [FactChange], day: NaiveDate, edits: &mut Vec<Edit<'h>>) {
        let mut next = self.standing;
        next.take(landing);
        let mut elsewhere = None;
        for change in landing.iter().filter(|change| change.is_edit()) {
            let Some(settled) = self.settled(&change.field, day) else { continue };
            // Whoever opens a record or an action again takes back the day on which it ended.
            let is_reopened = match (change.field.part, change.field.name) {
                (Part::Record, "closed") => change.after.is_none() && !next.is_closed(),
                (Part::Actions, "completed") => change.after.is_none() && unverified(landing, &change.field.item),
                _ => false,
            };
            let mut has_moved = || moved(elsewhere.get_or_insert_with(|| named_anew(landing)), change);
            if next.is_live() && !is_reopened && !has_moved() {
                edits.push(Edit { change, settled });
            }
        }
    }

    /// The day since which a field was settled when a landing of a day came; `None` where it was not.
    fn settled(&self, field: &Field, day: NaiveDate) -> Option<NaiveDate> {
        match field.part {
            Part::Record if AT_CLOSURE.contains(&field.name) => self.closure(day),
            Part::Record if !AFTER_REVIEW.contains(&field.name) => None,
            Part::Record | Part::Reviews | Part::Lessons => {
                let sealed = plus(self.last_review(day)?, self.after_review);
                let closed = self.closure(day)?;
                (day > sealed).then_some(sealed.max(closed))
            }
            Part::Actions if WHEN_VERIFIED.contains(&field.name) => self.verified.get(&*field.item).copied(),
            Part::Actions => None,
        }
    }

    /// The day of closure as it is stated, or that of the landing where the stated one is none.
    fn closure(&self, day: NaiveDate) -> Option<NaiveDate> {
        let stated = self.standing.closed().map(|when| when.date).filter(|stated| *stated <= day);
        self.closed_on.map(|landed| stated.unwrap_or(landed))
    }

    /// The last review that was held by then. The hot-wash of a major incident settles nothing.
    fn last_review(&self, day: NaiveDate) -> Option<NaiveDate> {
        let last = |reviews: &BTreeMap<NaiveDate, u32>| reviews.range(..=day).next_back().map(|(day, _)| *day);
        let is_major = self.severity == Some(Class::Major.name());
        let hot_wash = if is_major { None } else { last(&self.hot_washes) };
        last(&self.reviews).max(hot_wash)
    }

    fn take(&mut self, landing: &'h [FactChange], day: NaiveDate) {
        self.standing.take(landing);
        self.closed_on = if self.standing.is_closed() { self.closed_on.or(Some(day)) } else { None };
        for change in landing {
            match (change.field.part, change.field.name) {
                (Part::Record, "severity") => self.severity = change.after.as_ref().and_then(Value::word),
                (Part::Reviews, "date") => self.review(change),
                (Part::Actions, "status") => self.status(change, day),
                _ => {}
            }
        }
    }

    fn review(&mut self, change: &FactChange) {
        let is_hot_wash = change.field.item.split('#').next() == Some(ReviewKind::HotWash.name());
        let days = if is_hot_wash { &mut self.hot_washes } else { &mut self.reviews };
        if let Some(before) = change.before.as_ref().and_then(Value::day)
            && let Some(count) = days.get_mut(&before.date)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                days.remove(&before.date);
            }
        }
        if let Some(after) = change.after.as_ref().and_then(Value::day) {
            *days.entry(after.date).or_default() += 1;
        }
    }

    fn status(&mut self, change: &'h FactChange, day: NaiveDate) {
        if is_verified(change) {
            self.verified.entry(&change.field.item).or_insert(day);
        } else {
            self.verified.remove(&*change.field.item);
        }
    }
}

fn is_verified(change: &FactChange) -> bool {
    change.after.as_ref().and_then(Value::word) == Some(ActionStatus::Verified.name())
}

/// Whether a landing takes the state `verified` from an action that stays.
fn unverified(landing: &[FactChange], item: &str) -> bool {
    let mut states = landing.iter().filter(|c| c.field.part == Part::Actions && c.field.name == "status");
    states.any(|change| &*change.field.item == item && change.after.is_some() && !is_verified(change))
}

/// What a landing states where another value, or none, stood before.
fn named_anew(landing: &[FactChange]) -> Elsewhere<'_> {
    let mut elsewhere = Elsewhere::new();
    for change in landing.iter().filter(|change| change.field.part != Part::Record) {
        if let Some(after) = &change.after {
            *elsewhere.entry((change.field.part, change.field.name, after)).or_default() += 1;
        }
    }
    elsewhere
}

/// Whether the value of an item stands under another name now: the list grew at its front, or got ids.
fn moved<'h>(elsewhere: &mut Elsewhere<'h>, change: &'h FactChange) -> bool {
    let is_movable = change.after.is_none() || change.field.is_by_order();
    let Some(before) = change.before.as_ref().filter(|_| is_movable) else { return false };
    let stands = elsewhere.get_mut(&(change.field.part, change.field.name, before)).filter(|count| **count > 0);
    stands.map(|count| *count -= 1).is_some()
}
