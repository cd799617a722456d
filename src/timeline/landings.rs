//! Every landing that touched a record: what it stated differently since.

use super::Teller;
use super::facts::{stated, told};
use super::model::{FieldChange, FieldStep, RecordEvent, RecordLanding};
use crate::git::{Event, Watch};
use crate::history::{FactChange, Field, Value};
use crate::population::read_records;
use crate::source::RepoPath;
use crate::text::Text;
use std::collections::BTreeMap;

/// How many moves of one record are followed.
const MOST_MOVES: usize = 16;

/// What one landing did to a record.
#[derive(Default)]
struct Touch {
    /// What it did to the file; `None` where only history knows of it.
    event: Option<Event>,
    /// The place that it left in this landing.
    moved_from: Option<RepoPath>,
}

/// The landings that touched a record, in order.
pub(super) fn landings(teller: &Teller<'_>, path: &RepoPath) -> Vec<RecordLanding> {
    let Some(record) = teller.record else { return Vec::new() };
    let is_alone = teller.sources.population.incidents.iter().filter(|i| i.id() != Some(teller.id)).all(|incident| {
        let other = teller.sources.population.path(incident.source);
        other != path
    });
    let mut touches: BTreeMap<u32, Touch> = BTreeMap::new();
    if is_alone {
        files(teller, path, record.first().unwrap_or_default(), &mut touches);
    }
    for change in &record.changes {
        touches.entry(change.position).or_default();
    }
    for position in record.lives.iter().flat_map(|life| std::iter::once(life.from).chain(life.until)) {
        touches.entry(position).or_default();
    }
    let told = touches.iter().map(|(position, touch)| landing(teller, *position, touch, is_alone));
    told.collect()
}

/// The landings that touched the file of a record, at all places where it stood.
fn files(teller: &Teller<'_>, path: &RepoPath, first: u32, touches: &mut BTreeMap<u32, Touch>) {
    let line = teller.chronicle().line();
    let (mut path, mut until) = (path.clone(), u32::MAX);
    for _ in 0..MOST_MOVES {
        let mut watch = Watch::default();
        watch.file(path.as_str().as_bytes());
        let Ok(events) = teller.past.walk(line, &watch) else { return };
        let events: Vec<Event> = events.into_iter().filter(|e| e.position >= first && e.position < until).collect();
        let Some(start) = events.first().map(|event| event.position) else { return };
        for event in events {
            touches.entry(event.position).or_default().event.get_or_insert(event);
        }
        if start <= first {
            return;
        }
        // What appears late at this place stood elsewhere before.
        let Ok(changed) = teller.past.changes_of(line, start) else { return };
        let left = |event: &&Event| {
            let old = RepoPath::new(String::from_utf8_lossy(&event.path));
            let bytes = event.after.is_none().then_some(event.before).flatten();
            let bytes = bytes.and_then(|file| teller.past.blob(file.id).ok());
            let records = bytes.map(|bytes| read_records(teller.sources.book, &old, bytes)).unwrap_or_default();
            records.iter().any(|record| record.id() == Some(teller.id))
        };
        let Some(origin) = changed.iter().find(left) else { return };
        let from = RepoPath::new(String::from_utf8_lossy(&origin.path));
        if let Some(touch) = touches.get_mut(&start) {
            touch.moved_from = Some(from.clone());
            if let Some(event) = &mut touch.event {
                event.before = origin.before;
            }
        }
        (path, until) = (from, start);
    }
}

fn landing(teller: &Teller<'_>, position: u32, touch: &Touch, is_alone: bool) -> RecordLanding {
    let lives = teller.record.map_or(&[][..], |record| &record.lives);
    let is_first = lives.first().is_some_and(|life| life.from == position);
    let returns = lives.iter().skip(1).any(|life| life.from == position);
    let is_gone = lives.iter().any(|life| life.until == Some(position)) && !returns;
    let event = match () {
        () if is_first => RecordEvent::Appeared,
        () if returns => RecordEvent::Returned,
        () if is_gone => RecordEvent::Removed,
        () if touch.moved_from.is_some() => RecordEvent::Moved,
        () => RecordEvent::Changed,
    };
    let size = is_alone.then(|| size(teller, position, touch)).flatten();
    let path = touch.event.as_ref().filter(|_| is_first || returns || touch.moved_from.is_some());
    RecordLanding {
        landed: teller.seen_at(position),
        event,
        path: path.map(|event| Text::new(String::from_utf8_lossy(&event.path))),
        added: size.map(|(added, _)| added),
        removed: size.map(|(_, removed)| removed),
        changes: steps(teller, position, touch),
    }
}

/// What the record states differently since a landing. History leaves out where a text or a list is stated for the
/// first time, so those are read again.
fn steps(teller: &Teller<'_>, position: u32, touch: &Touch) -> Vec<FieldStep> {
    let changes = teller.record.map_or(&[][..], |record| &record.changes);
    let mut steps: Vec<(&Field, FieldStep)> =
        changes.iter().filter(|c| c.position == position).map(|change| (&change.field, step(teller, change))).collect();
    let state = |file: Option<crate::git::FileId>| {
        let path = touch.event.as_ref().map(|event| RepoPath::new(String::from_utf8_lossy(&event.path)));
        file.zip(path).map(|(file, path)| stated(teller, &path, file.id)).unwrap_or_default()
    };
    let (old, new) = touch.event.as_ref().map(|event| (state(event.before), state(event.after))).unwrap_or_default();
    let is_new = |field: &Field| !old.iter().any(|(known, _)| known == field);
    let news = new.iter().filter(|(field, value)| matches!(value, Value::Text(_) | Value::Set(_)) && is_new(field));
    steps.extend(news.map(|(field, _)| {
        let field_name = Text::new(field.to_string());
        (field, FieldStep { field: field_name, before: None, after: None, change: FieldChange::Added })
    }));
    steps.sort_by_key(|(field, _)| *field);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// How many words a landing added to the file of a record and took from it.
fn size(teller: &Teller<'_>, position: u32, touch: &Touch) -> Option<(usize, usize)> {
    let (old, new) = match &touch.event {
        Some(event) => {
            let path = RepoPath::new(String::from_utf8_lossy(&event.path));
            let text = |file: Option<crate::git::FileId>| match file {
                Some(file) => crate::history::told::document(&path, teller.past.blob(file.id).ok()?),
                None => Some(String::new()),
            };
            (text(event.before)?, text(event.after)?)
        }
        None if position == teller.chronicle().pending() => pending(teller)?,
        None => return None,
    };
    let difference = teller.compare(&old, &new);
    Some((difference.added, difference.removed))
}

/// The file of the record as it landed last, and as it lies in the tree.
fn pending(teller: &Teller<'_>) -> Option<(String, String)> {
    let path = teller.path()?;
    let last = teller.chronicle().landings().last().and_then(|landing| landing.commit);
    let landed = last.and_then(|commit| teller.past.file_at(commit, path.as_str()));
    let old = landed.and_then(|blob| teller.past.blob(blob).ok()).unwrap_or_default();
    let new = teller.bytes(None, &path).unwrap_or_default();
    Some((crate::history::told::document(&path, old)?, crate::history::told::document(&path, new)?))
}

fn step(teller: &Teller<'_>, change: &FactChange) -> FieldStep {
    let shown = |value: &Option<Value>| match value {
        Some(value @ (Value::Day(_) | Value::Word(_))) => Some(teller.masked(&told(value))),
        _ => None,
    };
    FieldStep {
        field: Text::new(change.field.to_string()),
        before: shown(&change.before),
        after: shown(&change.after),
        change: match (&change.before, &change.after) {
            (None, _) => FieldChange::Added,
            (Some(_), None) => FieldChange::Removed,
            (Some(_), Some(_)) if change.is_edit() => FieldChange::Edited,
            (Some(_), Some(_)) => FieldChange::Extended,
        },
    }
}
