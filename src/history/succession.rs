//! Records that went on under another id: the old one ended in the landing that began the new one, and both state the
//! same incident.

use super::facts::{Field, Value};
use super::record::RecordHistory;
use super::{History, Life};
use std::collections::{BTreeMap, HashMap};

/// Where a record went on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Successor<'h> {
    /// Its new id.
    pub id: &'h str,
    /// The landing that changed the id.
    pub position: u32,
}

/// What a record states as a day or a word.
type Stated<'h> = BTreeMap<&'h Field, &'h Value>;

/// A record that begins in a landing.
struct Begun<'h> {
    id: &'h str,
    stated: Stated<'h>,
}

/// The share of equal facts from which two records are one incident.
const ALIKE: f64 = 0.6;

impl History {
    /// The ids that are gone because their record has another one since, with where each went.
    pub fn successors(&self) -> BTreeMap<&str, Successor<'_>> {
        let ended: Vec<(&str, &RecordHistory, u32)> =
            self.records.iter().filter_map(|(id, record)| Some((&**id, record, record.lives.last()?.until?))).collect();
        let begun = self.begun(ended.iter().map(|(.., position)| *position).collect());
        let next = |(id, record, position): &(&'_ str, &'_ RecordHistory, u32)| {
            let candidates = begun.get(position)?;
            let old = stated(record, |_| true);
            let path = record.lives.last().map(|life| life.path.as_str());
            let likely = candidates.likely(path, &old);
            let found = likely.filter(|new| new.id != *id).find(|new| is_one(&old, &new.stated))?;
            Some(Successor { id: found.id, position: *position })
        };
        ended.iter().filter_map(|ended| Some((ended.0, next(ended)?))).collect()
    }

    /// Who began in each of these landings.
    fn begun(&self, positions: std::collections::HashSet<u32>) -> HashMap<u32, Beginnings<'_>> {
        let mut begun: HashMap<u32, Beginnings<'_>> = HashMap::new();
        for (id, record) in &self.records {
            for life in record.lives.iter().filter(|life| positions.contains(&life.from)) {
                let stated = stated(record, |position| position == life.from);
                begun.entry(life.from).or_default().add(life, Begun { id, stated });
            }
        }
        begun
    }
}

/// The records that begin in one landing, by what would lead to them.
#[derive(Default)]
struct Beginnings<'h> {
    all: Vec<Begun<'h>>,
    by_path: HashMap<&'h str, Vec<usize>>,
    by_title: HashMap<&'h str, Vec<usize>>,
}

impl<'h> Beginnings<'h> {
    fn add(&mut self, life: &'h Life, begun: Begun<'h>) {
        let index = self.all.len();
        self.by_path.entry(life.path.as_str()).or_default().push(index);
        if let Some(title) = title(&begun.stated) {
            self.by_title.entry(title).or_default().push(index);
        }
        self.all.push(begun);
    }

    /// Those at the same path or with the same title: a handful, whatever a landing brings.
    fn likely(&self, path: Option<&str>, old: &Stated<'_>) -> impl Iterator<Item = &Begun<'h>> {
        const MANY: usize = 20;
        let at_path = path.and_then(|path| self.by_path.get(path));
        let titled = title(old).and_then(|title| self.by_title.get(title));
        let indexes = [at_path, titled].into_iter().flatten().flat_map(|found| found.iter().take(MANY));
        indexes.filter_map(|&index| self.all.get(index))
    }
}

fn title<'h>(stated: &Stated<'h>) -> Option<&'h str> {
    stated.get(&Field::of_record("title")).and_then(|value| value.word())
}

fn stated(record: &RecordHistory, is_wanted: impl Fn(u32) -> bool) -> Stated<'_> {
    let mut stated = Stated::new();
    for change in record.changes.iter().filter(|change| is_wanted(change.position)) {
        match &change.after {
            Some(value @ (Value::Day(_) | Value::Word(_))) => stated.insert(&change.field, value),
            _ => stated.remove(&change.field),
        };
    }
    stated
}

/// Whether two states are of one incident: title or detection is the same, and so is most of the rest.
fn is_one(old: &Stated<'_>, new: &Stated<'_>) -> bool {
    let same = |field: &Field| old.get(field).is_some() && old.get(field) == new.get(field);
    let equal = old.keys().filter(|field| same(field)).count();
    let most = old.len().max(new.len());
    let keeps_its_face = same(&Field::of_record("title")) || same(&Field::of_record("detected"));
    #[allow(clippy::cast_precision_loss, reason = "a record has a few dozen facts")]
    let share = equal as f64 / most.max(1) as f64;
    keeps_its_face && share >= ALIKE
}
