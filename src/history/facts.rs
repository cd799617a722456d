//! What a version of a record states, as a flat list: each field under its dotted path with a value that can be
//! compared. Two lists tell what a landing changed; how it was written down is not in them.

use crate::record::{Action, Change, Fact, Incident, Lesson, List, Located, Review, ReviewKind, TextFact};
use crate::time::When;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The part of a record that a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Part {
    /// The record itself.
    Record,
    /// One of its reviews.
    Reviews,
    /// One of its lessons.
    Lessons,
    /// One of its actions.
    Actions,
}

/// A field under a name that holds across versions: `actions.A1.due`. Reviews are named by their kind, the second of
/// a kind as `reviews.reflective#2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Field {
    /// The part of the record.
    pub part: Part,
    /// The review, lesson or action; empty for the record itself.
    pub item: Box<str>,
    /// The name below it, such as `due` or `effectiveness.checked`.
    pub name: &'static str,
}

impl Field {
    /// A field of the record itself.
    pub fn of_record(name: &'static str) -> Self {
        Self { part: Part::Record, item: Box::default(), name }
    }

    /// A field of an action.
    pub fn of_action(id: &str, name: &'static str) -> Self {
        Self { part: Part::Actions, item: id.into(), name }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Record => return f.write_str(self.name),
            Part::Reviews => "reviews",
            Part::Lessons => "lessons",
            Part::Actions => "actions",
        };
        write!(f, "{part}.{}.{}", self.item, self.name)
    }
}

/// The names of all fields, by whose places a memo tells them.
const NAMES: [&str; 35] = [
    "addressed_by",
    "assets",
    "category",
    "cause",
    "causes",
    "changes",
    "closed",
    "completed",
    "contained",
    "date",
    "detected",
    "due",
    "effectiveness.by",
    "effectiveness.checked",
    "effectiveness.due",
    "effectiveness.result",
    "evidence",
    "facilitator",
    "factors.controls",
    "factors.detection",
    "factors.failed_controls",
    "factors.response",
    "kind",
    "lead",
    "near_miss",
    "occurred",
    "output",
    "owner",
    "participants",
    "recovered",
    "responders",
    "severity",
    "status",
    "text",
    "title",
];

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = NAMES.binary_search(&self.name).map_err(|_| serde::ser::Error::custom("no field"))?;
        (self.part, &self.item, name).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (part, item, name) = <(Part, Box<str>, usize)>::deserialize(deserializer)?;
        let name = NAMES.get(name).ok_or_else(|| serde::de::Error::custom("no field"))?;
        Ok(Self { part, item, name })
    }
}

/// A day or an instant as a memo holds it.
mod moment {
    use super::{Deserialize, Deserializer, Serialize, Serializer, When};
    use chrono::{Datelike, NaiveDate};

    pub fn serialize<S: Serializer>(when: &When, serializer: S) -> Result<S::Ok, S::Error> {
        (when.date.num_days_from_ce(), when.from, when.to).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        let (days, from, to) = <(i32, i64, i64)>::deserialize(deserializer)?;
        let date = NaiveDate::from_num_days_from_ce_opt(days);
        Ok(When { date: date.ok_or_else(|| serde::de::Error::custom("no day"))?, from, to })
    }
}

#[derive(Serialize, Deserialize)]
/// A value, as far as comparing and telling needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A day or an instant.
    #[serde(with = "moment")]
    Day(When),
    /// A word or a short text, as it is stated.
    Word(Box<str>),
    /// A digest of a longer text, without regard to white space.
    Text(u64),
    /// Digests of the entries of a list, sorted.
    Set(Box<[u64]>),
}

impl Value {
    /// The day that it states.
    pub fn day(&self) -> Option<When> {
        match self {
            Self::Day(when) => Some(*when),
            _ => None,
        }
    }

    /// The word that it states.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether going on to `next` only adds entries to a list.
    pub fn is_extended_by(&self, next: &Value) -> bool {
        match (self, next) {
            (Self::Set(old), Self::Set(new)) => old.iter().all(|entry| new.binary_search(entry).is_ok()),
            _ => false,
        }
    }
}

/// All that a version states, sorted by field.
pub type State = Vec<(Field, Value)>;

/// The name of each review of a record, in its order: `reflective`, `hot-wash`, `reflective#2`.
pub fn review_names(incident: &Incident) -> Vec<String> {
    let mut seen: HashMap<ReviewKind, u32> = HashMap::new();
    let mut name = |review: &Review| {
        let count = seen.entry(review.kind()).or_default();
        *count += 1;
        if *count == 1 { review.kind().name().to_owned() } else { format!("{}#{count}", review.kind().name()) }
    };
    incident.reviews.items().iter().map(&mut name).collect()
}

/// What a version of a record states.
pub fn state(incident: &Incident) -> State {
    let mut facts = Facts { state: Vec::with_capacity(64), part: Part::Record, item: Box::default() };
    facts.record(incident);
    for (review, name) in incident.reviews.items().iter().zip(review_names(incident)) {
        facts.enter(Part::Reviews, &name);
        facts.review(review);
    }
    for lesson in incident.lessons.items() {
        facts.enter(Part::Lessons, &lesson.name());
        facts.lesson(lesson);
    }
    for action in incident.actions.items() {
        facts.enter(Part::Actions, &action.name());
        facts.action(action);
    }
    let mut state = facts.state;
    state.sort_by(|(a, _), (b, _)| a.cmp(b));
    state.dedup_by(|(later, _), (first, _)| later == first);
    state
}

struct Facts {
    state: State,
    part: Part,
    item: Box<str>,
}

impl Facts {
    fn enter(&mut self, part: Part, item: &str) {
        (self.part, self.item) = (part, item.into());
    }

    fn put(&mut self, name: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.state.push((Field { part: self.part, item: self.item.clone(), name }, value));
        }
    }

    fn day(&mut self, name: &'static str, fact: &Fact<When>) {
        let stated = fact.value().map(|when| Value::Day(*when));
        self.put(name, stated.or_else(|| unread(fact)));
    }

    fn word(&mut self, name: &'static str, fact: &TextFact) {
        let stated = fact.text().map(|text| Value::Word(text.trim().into()));
        self.put(name, stated.or_else(|| unread(fact)));
    }

    fn named<T>(&mut self, name: &'static str, fact: &Fact<T>, word: impl Fn(&T) -> &str) {
        let stated = fact.value().map(|value| Value::Word(word(value).into()));
        self.put(name, stated.or_else(|| unread(fact)));
    }

    fn text(&mut self, name: &'static str, fact: &TextFact) {
        let stated = fact.text().map(|text| Value::Text(digest(text)));
        self.put(name, stated.or_else(|| unread(fact)));
    }

    fn list(&mut self, name: &'static str, list: &List) {
        self.set(name, list.items().iter().map(Located::as_str), unread(list));
    }

    fn set<'t>(&mut self, name: &'static str, entries: impl Iterator<Item = &'t str>, unread: Option<Value>) {
        let mut entries: Vec<u64> = entries.map(digest).collect();
        entries.sort_unstable();
        let stated = (!entries.is_empty()).then(|| Value::Set(entries.into()));
        self.put(name, stated.or(unread));
    }

    fn record(&mut self, incident: &Incident) {
        self.word("title", &incident.title);
        self.named("status", &incident.status, |status| status.name());
        // Another word for the same class says the same.
        self.named("severity", &incident.severity, |severity| severity.class.map_or(&*severity.word, |c| c.name()));
        self.word("category", &incident.category);
        self.named("near_miss", &incident.near_miss, |is| if *is { "true" } else { "false" });
        self.dates(incident);
        self.word("lead", &incident.lead);
        self.list("responders", &incident.responders);
        self.list("assets", &incident.assets);
        self.list("causes", &incident.causes);
        self.text("cause", &incident.cause);
        self.text("factors.controls", &incident.factors.controls);
        self.text("factors.detection", &incident.factors.detection);
        self.text("factors.response", &incident.factors.response);
        self.list("factors.failed_controls", &incident.factors.failed_controls);
    }

    fn dates(&mut self, incident: &Incident) {
        self.day("occurred", &incident.occurred);
        self.day("detected", &incident.detected);
        self.day("contained", &incident.contained);
        self.day("recovered", &incident.recovered);
        self.day("closed", &incident.closed);
    }

    fn review(&mut self, review: &Review) {
        self.day("date", &review.date);
        self.word("facilitator", &review.facilitator);
        let participants = review.participants.items().iter().map(|participant| &*participant.name);
        self.set("participants", participants, None);
        self.word("output", &review.output);
    }

    fn lesson(&mut self, lesson: &Lesson) {
        self.text("text", &lesson.text);
        self.named("kind", &lesson.kind, |kind| kind.name());
        self.list("addressed_by", &lesson.addressed_by);
    }

    fn action(&mut self, action: &Action) {
        self.text("text", &action.text);
        self.named("kind", &action.kind, |kind| kind.name());
        self.word("owner", &action.owner);
        self.day("due", &action.due);
        self.named("status", &action.status, |status| status.name());
        self.day("completed", &action.completed);
        self.set("changes", action.changes.items().iter().filter_map(claimed), None);
        self.list("evidence", &action.evidence);
        self.day("effectiveness.due", &action.effectiveness.due);
        self.day("effectiveness.checked", &action.effectiveness.checked);
        self.word("effectiveness.by", &action.effectiveness.by);
        self.named("effectiveness.result", &action.effectiveness.result, |result| result.name());
    }
}

fn claimed(change: &Change) -> Option<&str> {
    match change {
        Change::Target(target) => Some(target.as_str()),
        Change::Outside { what, .. } => what.text(),
    }
}

/// What stands where a value could not be taken: it is compared all the same.
fn unread<T>(fact: &Fact<T>) -> Option<Value> {
    match fact {
        Fact::Wrong { raw, .. } if !raw.trim().is_empty() => Some(Value::Text(digest(raw))),
        Fact::Declined { reason, .. } => Some(Value::Text(digest(reason))),
        _ => None,
    }
}

/// A digest of a text without regard to white space.
fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.split_whitespace().for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_knows_the_name_of_every_field() {
        assert!(NAMES.is_sorted());
        let text = include_str!("facts.rs");
        let marks = ["day", "word", "named", "text", "list", "set"].map(|kind| format!("self.{kind}(\""));
        let told = marks.iter().flat_map(|mark| text.split(mark.as_str()).skip(1));
        for name in told.filter_map(|rest| rest.split('"').next()) {
            assert!(NAMES.contains(&name), "{name}");
        }
    }
}
