//! The records of the tree that another one is compared with: which ids it has, and where they stand.

use super::Population;
use crate::git::Snapshot;
use crate::source::{Place, RepoPath, Source, SourceId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the base of a comparison recorded.
#[derive(Debug)]
pub struct Earlier {
    /// The commit that holds it, in full hex.
    pub commit: Option<Box<str>>,
    records: BTreeMap<Box<str>, EarlierRecord>,
    alone: HashMap<RepoPath, Box<str>>,
}

/// One record of the base.
#[derive(Clone, Debug)]
pub struct EarlierRecord {
    /// Where it stood.
    pub path: RepoPath,
    /// Its file in the tree that is judged, as a whole; it may be gone.
    pub place: Place,
    /// Whether a file still stands there that was not read for records: it is a link now, or left out.
    pub is_unread: bool,
}

impl Earlier {
    /// The records of a base. A file that the judged population has not read gets a source there, so that findings can
    /// point to it.
    pub fn new(base: &Population, commit: Option<&str>, judged: &mut Population, snapshot: &Snapshot) -> Self {
        let records = base.incidents.iter().map(|incident| (base.path(incident.source).clone(), incident.id()));
        Self::of(records, commit, judged, snapshot)
    }

    /// The same of records that are only known by their files and ids.
    pub fn of<'r>(
        base: impl IntoIterator<Item = (RepoPath, Option<&'r str>)>,
        commit: Option<&str>,
        judged: &mut Population,
        snapshot: &Snapshot,
    ) -> Self {
        let mut known: HashMap<RepoPath, SourceId> =
            judged.sources.iter().map(|(id, source)| (source.path.clone(), id)).collect();
        let unread = judged.skipped.iter().map(|skipped| &skipped.path);
        let unread: HashSet<&RepoPath> = unread.chain(judged.left_out.iter().map(|left| &left.path)).collect();
        let read: HashSet<RepoPath> = known.keys().filter(|path| !unread.contains(path)).cloned().collect();
        let (mut records, mut alone) = (BTreeMap::new(), HashMap::new());
        for (path, id) in base {
            let is_unread = !read.contains(&path) && snapshot.entry(path.as_str()).is_some();
            let source =
                *known.entry(path.clone()).or_insert_with(|| judged.sources.add(Source::from_text(path.clone(), "")));
            let Some(id) = id else { continue };
            alone.entry(path.clone()).and_modify(|id: &mut Option<Box<str>>| *id = None).or_insert(Some(id.into()));
            let record = EarlierRecord { path, place: Place::File(source), is_unread };
            records.entry(id.into()).or_insert(record);
        }
        let alone = alone.into_iter().filter_map(|(path, id)| Some((path, id?))).collect();
        Self { commit: commit.map(Into::into), records, alone }
    }

    /// The record of an id.
    pub fn record(&self, id: &str) -> Option<&EarlierRecord> {
        self.records.get(id)
    }

    /// All records by id.
    pub fn records(&self) -> impl Iterator<Item = (&str, &EarlierRecord)> {
        self.records.iter().map(|(id, record)| (&**id, record))
    }

    /// The id of the only record that a file held; `None` where it held several.
    pub fn only(&self, path: &RepoPath) -> Option<&str> {
        self.alone.get(path).map(|id| &**id)
    }
}
