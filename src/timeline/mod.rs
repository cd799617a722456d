//! One incident's life as git saw it: what its record states against when the main line first had it, and what it says
//! it changed against what changed.
//!
//! A timeline is built from a population and its history; for the words that changed it reads old texts again. It
//! judges nothing beyond what history itself answers, and all formats show this one value.

mod facts;
mod landings;
mod model;
pub mod said;
mod targets;
mod words;

pub use model::*;

use crate::config::Rulebook;
use crate::git::{ObjectId, Past, Snapshot};
use crate::history::{Chronicle, Grade, History, Landing, RecordHistory, local_day};
use crate::population::Population;
use crate::prose::Secrets;
use crate::record::Incident;
use crate::source::RepoPath;
use crate::text::Text;
use crate::time::When;
use chrono::NaiveDate;
use rayon::prelude::*;

/// What a timeline is made of.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The tree that was read.
    pub snapshot: &'a Snapshot,
    /// What it states.
    pub population: &'a Population,
    /// Its history.
    pub history: &'a History,
    /// How it is read.
    pub book: &'a Rulebook,
    /// The date at which is judged.
    pub as_of: NaiveDate,
}

/// The timeline of an id; `None` where neither the tree nor history knows it.
pub fn timeline(sources: &Sources<'_>, id: &str) -> Option<Timeline> {
    told(sources, &Secrets::new(&sources.book.vocabulary), id, Depth::All)
}

/// What is proven and what is not of several ids, in their order: without the landings of their records and the commits
/// of side branches. With the words of those changes alone that answer a claim, and of those ids alone that ask for them.
pub fn timelines(sources: &Sources<'_>, ids: &[(Option<&str>, bool)]) -> Vec<Option<Timeline>> {
    let secrets = || Secrets::new(&sources.book.vocabulary);
    let depth = |has_words: bool| if has_words { Depth::Answers } else { Depth::NoWords };
    let told = |secrets: &mut Secrets, (id, has_words): &(Option<&str>, bool)| {
        told(sources, secrets, (*id)?, depth(*has_words))
    };
    ids.par_iter().map_init(secrets, told).collect()
}

/// How much is told: texts are most of the work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Everything.
    All,
    /// No landings of the record, no commits of side branches, and the words of those changes alone that answer.
    Answers,
    /// The same without any words.
    NoWords,
}

fn told(sources: &Sources<'_>, secrets: &Secrets, id: &str, depth: Depth) -> Option<Timeline> {
    let teller = Teller { depth, ..Teller::new(sources, secrets, id)? };
    let incident = teller.incident;
    let path = teller.path()?;
    Some(Timeline {
        schema: SCHEMA.to_owned(),
        id: Text::new(id),
        title: incident.and_then(|incident| incident.title.text()).map(|title| teller.masked(&Text::new(title))),
        class: incident.map(|incident| incident.class().name().to_owned()),
        status: incident.and_then(|incident| incident.status.value()).map(|status| Text::new(status.name())),
        path: Text::new(path.as_str()),
        present: incident.is_some(),
        commit: sources.snapshot.commit().map(|commit| commit.id.clone()),
        as_of: Day(sources.as_of),
        depth: sources.history.chronicle.pending(),
        facts: facts::facts(&teller),
        landings: if depth == Depth::All { landings::landings(&teller, &path) } else { Vec::new() },
        targets: incident.map(|incident| targets::targets(&teller, incident)).unwrap_or_default(),
        notes: notes(&teller),
    })
}

/// The known id that is nearest to one that there is not, gone ones included.
pub fn nearest_id<'a>(population: &'a Population, history: &'a History, id: &str) -> Option<&'a str> {
    let there = population.incidents.iter().filter_map(Incident::id);
    let ids: Vec<&str> = there.chain(history.records.keys().map(|id| &**id)).collect();
    let folded = |one: &&&str| one.eq_ignore_ascii_case(id);
    ids.iter().find(folded).copied().or_else(|| crate::record::nearest(id, ids.iter().copied()))
}

/// What every part of a timeline asks.
struct Teller<'a> {
    sources: Sources<'a>,
    past: Past<'a>,
    id: &'a str,
    incident: Option<&'a Incident>,
    record: Option<&'a RecordHistory>,
    secrets: &'a Secrets,
    depth: Depth,
    /// The day up to which everything was imported.
    imported: Option<NaiveDate>,
}

impl<'a> Teller<'a> {
    fn new(sources: &Sources<'a>, secrets: &'a Secrets, id: &str) -> Option<Self> {
        let incident = sources.population.incident(id);
        let record = sources.history.records.get_key_value(id);
        Some(Self {
            sources: *sources,
            past: sources.snapshot.past()?,
            id: incident.and_then(Incident::id).or_else(|| record.map(|(id, _)| &**id))?,
            incident,
            record: record.map(|(_, record)| record),
            secrets,
            depth: Depth::All,
            imported: sources.book.imported(),
        })
    }

    fn path(&self) -> Option<RepoPath> {
        let there = self.incident.map(|incident| self.sources.population.path(incident.source).clone());
        there.or_else(|| self.record?.lives.last().map(|life| life.path.clone()))
    }

    fn chronicle(&self) -> &'a Chronicle {
        &self.sources.history.chronicle
    }

    fn as_of(&self) -> When {
        self.sources.book.calendar.whole_day(self.sources.as_of)
    }

    /// A landing of the repository that is checked.
    fn seen_at(&self, position: u32) -> Seen {
        self.seen(&self.chronicle().landing(position))
    }

    fn seen(&self, landing: &Landing<'_>) -> Seen {
        let name = |signature: &crate::git::Signature| Text::new(&*signature.name);
        let committer = landing.committer.filter(|committer| Some(*committer) != landing.author);
        let is_imported = self.imported.is_some_and(|since| landing.day <= since);
        Seen {
            commit: landing.commit.map(|commit| commit.to_string()),
            day: Day(landing.day),
            author: landing.author.map(name),
            committer: committer.map(name),
            how: landing.kind,
            grade: if is_imported { Grade::W0 } else { landing.grade },
            grade_reason: match is_imported {
                true => Some("it was imported".into()),
                false => landing.unwitnessed.map(|why| why.reason().into()),
            },
        }
    }

    /// The commits that a merge brought, oldest first: by their dates, as nothing else orders them all.
    fn brought(&self, position: u32) -> Vec<(ObjectId, Written)> {
        let ids = self.chronicle().brought(position);
        let heads = ids.into_iter().take(MOST_BROUGHT).filter_map(|id| self.past.head(id));
        let mut heads: Vec<_> = heads.collect();
        heads.sort_by_key(|head| (head.time, head.id));
        let written = |head: crate::git::CommitHead| {
            let written = Written {
                commit: head.id.to_string(),
                day: Day(local_day(head.time, head.offset)),
                author: Text::new(&*head.author.name),
            };
            (head.id, written)
        };
        heads.into_iter().map(written).collect()
    }

    /// The bytes of a version: of a blob, or of what lies in the tree that was read.
    fn bytes(&self, blob: Option<ObjectId>, path: &RepoPath) -> Option<Vec<u8>> {
        match blob {
            Some(blob) => self.past.blob(blob).ok(),
            None => self.sources.snapshot.read(self.sources.snapshot.entry(path.as_str())?).ok(),
        }
    }

    /// A text without what is secret in it.
    fn masked(&self, text: &Text) -> Text {
        text.with(self.secrets.masked(text.as_str()))
    }

    /// Compares two texts without showing what is secret in them.
    fn compare(&self, old: &str, new: &str) -> words::Difference {
        let secret = |text: &str| -> Vec<_> { self.secrets.find(text).into_iter().map(|s| s.range).collect() };
        words::compare(&words::Words::new(old, &secret(old)), &words::Words::new(new, &secret(new)))
    }
}

/// The most commits of one merge that are looked at.
const MOST_BROUGHT: usize = 2_000;

fn notes(teller: &Teller<'_>) -> Vec<Text> {
    let mut notes = teller.sources.history.notes.clone();
    if let Some(since) = teller.imported {
        notes.push(format!("what landed up to {since} was imported: its days are nobody's witness").into());
    }
    if let Some(commit) = teller.sources.snapshot.commit().filter(|commit| teller.sources.as_of < commit.date) {
        let as_of = teller.sources.as_of;
        let day = commit.date;
        notes.push(format!("the as-of date {as_of} lies before the commit under test, which is of {day}").into());
    }
    if teller.incident.is_some() && teller.record.is_none() {
        notes.push("the record stands in a table that is no record file, so history does not follow its facts".into());
    }
    notes
}
