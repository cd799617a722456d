//! Dated facts: the day that is stated, and when the main line first had it.

use super::model::{DatedFact, Day, FactStep, Written};
use super::{Depth, Teller};
use crate::history::{Field, LandingKind, Part, State, Value, state};
use crate::population::read_records;
use crate::source::RepoPath;
use crate::text::Text;
use std::collections::{BTreeSet, HashMap};

/// The dated facts of a record, in the order of their days.
pub(super) fn facts(teller: &Teller<'_>) -> Vec<DatedFact> {
    let stated: State = teller.incident.map(state).unwrap_or_default();
    let mut fields: BTreeSet<Field> =
        stated.iter().filter(|(_, value)| value.day().is_some()).map(|(field, _)| field.clone()).collect();
    let changes = teller.record.map_or(&[][..], |record| &record.changes);
    let is_day = |value: &Option<Value>| value.as_ref().is_some_and(|value| value.day().is_some());
    fields.extend(changes.iter().filter(|c| is_day(&c.before) || is_day(&c.after)).map(|c| c.field.clone()));
    let mut sides = Sides { teller, merges: HashMap::new() };
    let mut facts: Vec<(Field, DatedFact)> = fields
        .into_iter()
        .map(|field| {
            let value = stated.iter().find(|(known, _)| *known == field).map(|(_, value)| value);
            let fact = fact(teller, &mut sides, &field, value);
            (field, fact)
        })
        .collect();
    facts.sort_by_cached_key(|(field, fact)| (fact.stated.is_none(), fact.stated, rank(field), field.clone()));
    facts.into_iter().map(|(_, fact)| fact).collect()
}

/// The order of facts of one day.
fn rank(field: &Field) -> usize {
    const ORDER: [&str; 5] = ["occurred", "detected", "contained", "recovered", "closed"];
    let of_record = ORDER.iter().position(|name| *name == field.name).filter(|_| field.part == Part::Record);
    of_record.unwrap_or(ORDER.len())
}

fn fact(teller: &Teller<'_>, sides: &mut Sides<'_, '_>, field: &Field, value: Option<&Value>) -> DatedFact {
    let followed: Vec<_> = teller.record.iter().flat_map(|record| record.of(field)).collect();
    let stated = value.and_then(Value::day);
    // The last word of history may be another one: a table that is no record file may state the fact.
    let is_followed = followed.last().is_some_and(|last| last.after.as_ref() == value);
    let first = followed.iter().find(|change| value.is_some() && change.after.as_ref() == value);
    let first = first.filter(|_| is_followed).map(|change| change.position);
    let landed = first.map(|position| teller.chronicle().landing(position));
    let written = first.zip(value).and_then(|(position, value)| sides.first(position, field, value));
    let steps = followed.iter().filter(|change| Some(change.position) != first || change.before.is_some());
    DatedFact {
        field: Text::new(field.to_string()),
        stated: stated.map(|when| Day(when.date)),
        days: landed.zip(stated).map(|(landing, when)| (landing.day - when.date).num_days()),
        landed: landed.map(|landing| teller.seen(&landing)),
        written,
        changes: steps
            .map(|change| FactStep {
                before: change.before.as_ref().map(|value| teller.masked(&told(value))),
                after: change.after.as_ref().map(|value| teller.masked(&told(value))),
                landed: teller.seen_at(change.position),
            })
            .collect(),
    }
}

/// A value in words.
pub(super) fn told(value: &Value) -> Text {
    match value {
        Value::Day(when) => Text::new(when.to_string()),
        Value::Word(word) => Text::new(word),
        Value::Text(_) => Text::new("a text that is no day"),
        Value::Set(_) => Text::new("a list"),
        Value::Hidden => Text::new("a value that is encrypted"),
    }
}

/// What the commits of side branches state: each merge is read once.
struct Sides<'t, 'a> {
    teller: &'t Teller<'a>,
    merges: HashMap<u32, Vec<(Written, State)>>,
}

impl Sides<'_, '_> {
    /// The first commit of the side branch that a landing merged in which a field states a value.
    fn first(&mut self, position: u32, field: &Field, value: &Value) -> Option<Written> {
        let teller = self.teller;
        if teller.depth != Depth::All || teller.chronicle().landing(position).kind != LandingKind::Merge {
            return None;
        }
        let commits = self.merges.entry(position).or_insert_with(|| read(teller, position));
        let states = |state: &State| state.iter().any(|(known, said)| known == field && said == value);
        commits.iter().find(|(_, state)| states(state)).map(|(written, _)| written.clone())
    }
}

/// What each commit that a merge brought states of the record, as far as its file stands where it stood then.
fn read(teller: &Teller<'_>, position: u32) -> Vec<(Written, State)> {
    let Some(path) = teller.path() else { return Vec::new() };
    let mut known = HashMap::new();
    let mut states = Vec::new();
    for (commit, written) in teller.brought(position) {
        let Some(blob) = teller.past.file_at(commit, path.as_str()) else { continue };
        let state: &State = known.entry(blob).or_insert_with(|| stated(teller, &path, blob));
        if !state.is_empty() {
            states.push((written, state.clone()));
        }
    }
    states
}

/// What a version of the record's file states of it.
pub(super) fn stated(teller: &Teller<'_>, path: &RepoPath, blob: crate::git::ObjectId) -> State {
    let Ok(bytes) = teller.past.blob(blob) else { return State::new() };
    let records = read_records(teller.sources.book, path, bytes);
    records.iter().find(|incident| incident.id() == Some(teller.id)).map(state).unwrap_or_default()
}
