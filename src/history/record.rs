//! The life of a record: what each landing changed in what it states, followed by its id.

use super::facts::{Field, Part, State, Value};
use crate::source::RepoPath;
use crate::time::When;
use std::cmp::Ordering;
use std::collections::HashSet;

/// One fact that a landing brought, changed or took away.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct FactChange {
    /// The landing.
    pub position: u32,
    /// What.
    pub field: Field,
    /// What was stated before; `None` where nothing was.
    pub before: Option<Value>,
    /// What is stated since; `None` where nothing is.
    pub after: Option<Value>,
}

impl FactChange {
    /// Whether something that was stated reads differently now, or is gone. Adding is no edit.
    pub fn is_edit(&self) -> bool {
        match (&self.before, &self.after) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(before), Some(after)) => !before.is_extended_by(after),
        }
    }
}

/// A stretch of landings in which a record was there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Life {
    /// The landing that brought it.
    pub from: u32,
    /// The landing that took it away; `None` while it is there.
    pub until: Option<u32>,
    /// Where it stood last.
    pub path: RepoPath,
}

/// All that history knows of one id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordHistory {
    /// When it was there, oldest first. More than one means that it was deleted in between.
    pub lives: Vec<Life>,
    /// What changed, in the order of landings and fields. A text or a list that is stated for the first time is left
    /// out, unless the same landing took the name of another review, lesson or action from a value: it may be that one.
    pub changes: Vec<FactChange>,
}

impl RecordHistory {
    /// The landing that brought it first.
    pub fn first(&self) -> Option<u32> {
        self.lives.first().map(|life| life.from)
    }

    /// What changed since the incident of now was stated first: an id that was given to another incident begins anew.
    pub fn current(&self) -> &[FactChange] {
        let detected = Field::of_record("detected");
        let begins = |life: &&Life| {
            let start = self.changes.partition_point(|change| change.position < life.from);
            let landing = self.changes.get(start..).unwrap_or_default();
            let mut landing = landing.iter().take_while(|change| change.position == life.from);
            landing.any(|change| change.field == detected && change.before.is_none())
        };
        let from = self.lives.iter().rev().find(begins).map_or(0, |life| life.from);
        self.changes.get(self.changes.partition_point(|change| change.position < from)..).unwrap_or_default()
    }

    /// Whether it is there at the end.
    pub fn is_alive(&self) -> bool {
        self.lives.last().is_some_and(|life| life.until.is_none())
    }

    /// The landing since which a field has been stated as it is stated last.
    pub fn since(&self, field: &Field) -> Option<&FactChange> {
        self.changes.iter().rev().find(|change| change.field == *field)
    }

    /// The first landing that stated a value of a field.
    pub fn first_said(&self, field: &Field, value: &Value) -> Option<&FactChange> {
        self.of(field).find(|change| change.after.as_ref() == Some(value))
    }

    /// The changes of one field.
    pub fn of(&self, field: &Field) -> impl Iterator<Item = &FactChange> {
        self.changes.iter().filter(move |change| change.field == *field)
    }

    /// What a field stated after a landing; a text or list that has never changed is not known.
    pub fn at(&self, field: &Field, position: u32) -> Option<&Value> {
        let until = self.changes.iter().rev().find(|change| change.position <= position && change.field == *field);
        until.and_then(|change| change.after.as_ref())
    }
}

/// One step of a track: a version of a record at a path.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) enum Step {
    /// The record is stated for the first time at this path, as given.
    Appears(State),
    /// It is stated differently.
    Changes(Vec<FactChange>),
    /// This path states it no more; what it stated last.
    Ends(State),
}

impl Step {
    /// The day of detection that it states, if it speaks of it.
    fn detection(&self) -> Option<Option<When>> {
        match self {
            Self::Appears(state) => Some(detection(state)),
            Self::Changes(changes) => {
                let change = changes.iter().find(|change| change.field == Field::of_record("detected"))?;
                Some(change.after.as_ref().and_then(Value::day))
            }
            Self::Ends(_) => None,
        }
    }
}

/// The day of detection that a version states.
fn detection(state: &State) -> Option<When> {
    let field = Field::of_record("detected");
    state.binary_search_by(|(known, _)| known.cmp(&field)).ok().and_then(|at| state.get(at)?.1.day())
}

/// What one path said of one id.
pub(super) struct Track {
    pub id: Box<str>,
    pub path: RepoPath,
    pub steps: Vec<(u32, Step)>,
}

/// Joins the tracks of one id: a record that leaves one path and appears at another in one landing has moved.
pub(super) fn join(mut tracks: Vec<Track>) -> RecordHistory {
    let mut steps: Vec<(u32, u8, RepoPath, Step)> = Vec::new();
    for track in &mut tracks {
        let path = &track.path;
        steps.extend(track.steps.drain(..).map(|(position, step)| {
            let rank = u8::from(!matches!(step, Step::Ends(_)));
            (position, rank, path.clone(), step)
        }));
    }
    steps.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let mut history = RecordHistory::default();
    let mut last = State::new();
    // The day of detection that was stated last, and files that bear the id of a living record for another incident.
    let mut detected = None;
    let mut strangers: HashSet<RepoPath> = HashSet::new();
    for (position, _, path, step) in steps {
        let is_strange = match &step {
            Step::Appears(state) => history.is_alive() && detected.is_some() && detection(state) != detected,
            Step::Changes(_) | Step::Ends(_) => strangers.contains(&path),
        };
        match &step {
            Step::Appears(_) if is_strange => drop(strangers.insert(path)),
            Step::Ends(_) if is_strange => drop(strangers.remove(&path)),
            _ if is_strange => {}
            _ => {
                detected = step.detection().unwrap_or(detected);
                history.step(position, path, step, &mut last);
            }
        }
    }
    history.changes.shrink_to_fit();
    history
}

impl RecordHistory {
    fn step(&mut self, position: u32, path: RepoPath, step: Step, last: &mut State) {
        match step {
            Step::Changes(changes) => self.changes.extend(changes),
            Step::Ends(state) => {
                *last = state;
                if let Some(life) = self.lives.last_mut().filter(|life| life.path == path) {
                    life.until = Some(position);
                }
            }
            Step::Appears(state) => {
                let goes_on = self.moves_on(position) || self.returns(last, &state);
                let before = if goes_on { std::mem::take(last) } else { State::new() };
                self.changes.extend(changes(position, &before, &state));
                self.appear(position, path);
            }
        }
    }

    /// Whether the record left its place in the same landing.
    fn moves_on(&self, position: u32) -> bool {
        self.lives.last().is_some_and(|life| life.until == Some(position))
    }

    /// Whether a record that was taken away is stated again, and not another incident under its id.
    fn returns(&self, last: &State, state: &State) -> bool {
        !self.is_alive() && detection(last).is_some_and(|day| detection(state) == Some(day))
    }

    fn appear(&mut self, position: u32, path: RepoPath) {
        let moves = self.moves_on(position);
        match self.lives.last_mut() {
            Some(life) if moves => (life.until, life.path) = (None, path),
            // A second file with the same id is another rule's business.
            Some(life) if life.until.is_none() => {}
            _ => self.lives.push(Life { from: position, until: None, path }),
        }
    }
}

/// What going on from one state to the next changes. First statements of texts and lists are left out, unless
/// they may have stood under another name of the same part before.
pub(super) fn changes(position: u32, before: &State, after: &State) -> Vec<FactChange> {
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    let mut changes = Vec::new();
    let mut push = |field: &Field, before: Option<&Value>, after: Option<&Value>| {
        if before != after {
            changes.push(FactChange { position, field: field.clone(), before: before.cloned(), after: after.cloned() });
        }
    };
    loop {
        match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some((field, value)), None) => {
                push(field, Some(value), None);
                old.next();
            }
            (None, Some((field, value))) => {
                push(field, None, Some(value));
                new.next();
            }
            (Some((a, before)), Some((b, after))) => match a.cmp(b) {
                Ordering::Less => {
                    push(a, Some(before), None);
                    old.next();
                }
                Ordering::Greater => {
                    push(b, None, Some(after));
                    new.next();
                }
                Ordering::Equal => {
                    push(a, Some(before), Some(after));
                    old.next();
                    new.next();
                }
            },
        }
    }
    let may_move = |change: &&FactChange| {
        let is_freed = change.after.is_none() || change.field.is_by_order();
        change.before.is_some() && is_freed && change.field.part != Part::Record
    };
    let disturbed: Vec<Part> = changes.iter().filter(may_move).map(|change| change.field.part).collect();
    changes.retain(|change: &FactChange| {
        let is_short = matches!(change.after, Some(Value::Day(_) | Value::Word(_)));
        is_short || change.before.is_some() || disturbed.binary_search(&change.field.part).is_ok()
    });
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(facts: &[(&'static str, &str)]) -> State {
        let value = |text: &str| match crate::time::Calendar::default().read(text) {
            Ok(when) => Value::Day(when),
            Err(_) => Value::Word(text.into()),
        };
        let mut state: State = facts.iter().map(|(name, text)| (Field::of_record(name), value(text))).collect();
        state.sort_by(|(a, _), (b, _)| a.cmp(b));
        state
    }

    fn track(path: &str, steps: Vec<(u32, Step)>) -> Track {
        Track { id: "INC-1".into(), path: RepoPath::new(path), steps }
    }

    fn told(history: &RecordHistory) -> Vec<(u32, &str, bool)> {
        history.current().iter().map(|change| (change.position, change.field.name, change.before.is_some())).collect()
    }

    #[test]
    fn a_record_that_comes_back_is_compared_with_what_it_was() {
        let (was, is) = (
            state(&[("detected", "2026-03-02"), ("title", "A phish")]),
            state(&[("detected", "2026-03-02"), ("title", "A message")]),
        );
        let steps = vec![(0, Step::Appears(was.clone())), (4, Step::Ends(was)), (7, Step::Appears(is))];
        let history = join(vec![track("a.md", steps)]);
        assert_eq!(history.lives.len(), 2);
        assert_eq!(told(&history), [(0, "detected", false), (0, "title", false), (7, "title", true)]);
    }

    #[test]
    fn an_id_that_was_given_to_another_incident_begins_anew() {
        let (was, is) = (
            state(&[("detected", "2026-03-02"), ("title", "A phish")]),
            state(&[("detected", "2026-05-09"), ("title", "A leak")]),
        );
        let steps = vec![(0, Step::Appears(was.clone())), (4, Step::Ends(was)), (7, Step::Appears(is))];
        let history = join(vec![track("a.md", steps)]);
        assert_eq!(told(&history), [(7, "detected", false), (7, "title", false)]);
    }

    #[test]
    fn a_second_file_that_bears_the_id_for_a_while_says_nothing_about_the_record() {
        let (record, other) = (
            state(&[("detected", "2026-03-02"), ("title", "A phish")]),
            state(&[("detected", "2026-05-09"), ("title", "A leak")]),
        );
        let own = track("a.md", vec![(0, Step::Appears(record))]);
        let strange = track("b.md", vec![(3, Step::Appears(other.clone())), (5, Step::Ends(other))]);
        let history = join(vec![own, strange]);
        assert_eq!(told(&history), [(0, "detected", false), (0, "title", false)]);
        assert!(history.is_alive());
    }
}
