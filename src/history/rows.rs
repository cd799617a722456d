//! The versions of rows of registers that are tables.

use super::chronicle::Chronicle;
use super::memory::{self, Register};
use super::substance::{self, Boilerplate, Substance};
use super::target::{RowMarks, Target, TargetHistory, TargetVersion};
use super::targets::Files;
use super::tracks::Content;
use crate::config::Rulebook;
use crate::git::{ObjectId, Past};
use crate::population::{Paths, no_text, read_register, register_lines};
use crate::record::register::{RegisterKind, Row};
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What a row says.
type Told = Arc<(Substance, RowMarks)>;

/// What a version of a register says, by id.
type Said = HashMap<Arc<str>, Told>;

/// What is known of a line below a head: nothing where it is no row.
type Lines = HashMap<Box<str>, HashMap<Box<str>, Option<(Arc<str>, Told)>>>;

/// Reads the versions of registers.
pub(super) struct RowReader<'p> {
    pub past: Past<'p>,
    pub book: &'p Rulebook,
    pub boilerplate: &'p Boilerplate,
    pub paths: &'p Paths,
}

/// How many versions are read before they are compared: some for each thread, but few, because each of them reads what
/// is new since the portion before.
const PORTION: usize = 8;

impl RowReader<'_> {
    /// What the rows of one register among the targets said, version by version; and what the versions that landed said
    /// of all its rows, to be remembered. What is remembered of the first versions is not read again.
    pub(super) fn read(
        &self,
        chronicle: &mut Chronicle,
        kind: RegisterKind,
        ids: &HashSet<Box<str>>,
        files: &Files,
        memory: Option<Register>,
    ) -> Option<Register> {
        let pattern = self.paths.register(kind)?;
        let of_register = files.values().filter(|file| pattern.matches(file.path.as_str()));
        let mut versions: Vec<Version<'_>> = of_register
            .flat_map(|file| file.versions.iter().map(|(position, content)| (*position, &file.path, content)))
            .collect();
        versions.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut folding = Folding { reader: self, kind, fold: Fold::default(), known: Lines::new() };
        let start = memory.and_then(|memory| folding.resume(&memory, &versions)).unwrap_or(0);
        let (landed, pending) =
            versions.split_at(versions.partition_point(|(position, ..)| *position < chronicle.pending()));
        folding.take(landed.get(start..).unwrap_or_default());
        let register = folding.fold.remembered(landed);
        folding.take(pending);
        for (id, versions) in folding.fold.rows.into_iter().filter(|(id, _)| ids.contains(&**id)) {
            chronicle.targets.insert(Target::Row(kind, (&*id).into()), TargetHistory { versions });
        }
        register
    }

    /// What a version says, and the lines of it that were not known.
    fn said(&self, kind: RegisterKind, known: &Lines, path: &RepoPath, content: &Content) -> (Said, Option<Unknown>) {
        let bytes = match content {
            Content::Gone => return (Said::new(), None),
            Content::Pending(bytes) => bytes.to_vec(),
            Content::Blob(id) => self.past.blob(*id).unwrap_or_default(),
        };
        if no_text(&bytes).is_some() {
            return (Said::new(), None);
        }
        if let Some((said, news)) = self.by_line(kind, known, path, &bytes) {
            return (said, Some(news));
        }
        let rows = read_register(self.book, kind, path, bytes);
        (rows.iter().map(|row| (row.id.value.as_ref().into(), self.told(row))).collect(), None)
    }

    fn told(&self, row: &Row) -> Told {
        Arc::new((substance::of_row(self.boilerplate, row), marks(row)))
    }

    /// The same for a table of which each line is read once: from one version to the next few are new.
    fn by_line(&self, kind: RegisterKind, known: &Lines, path: &RepoPath, bytes: &[u8]) -> Option<(Said, Unknown)> {
        let text = std::str::from_utf8(bytes).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rows = register_lines(self.book, kind, path, text)?;
        let (header, rows) = rows.split_first()?;
        let head = text.get(..header.range().end)?;
        let known = known.get(head);
        let line = |span: &crate::source::Span| text.get(span.range()).unwrap_or_default();
        let is_new = |line: &&str| known.is_none_or(|known| !known.contains_key(*line));
        let lines = self.lines(kind, path, head, rows.iter().map(line).filter(is_new));
        let mut said = Said::with_capacity(rows.len());
        for line in rows.iter().map(line) {
            let found = lines.get(line).or_else(|| known?.get(line));
            if let Some((id, told)) = found.and_then(Option::as_ref) {
                said.insert(Arc::clone(id), Arc::clone(told));
            }
        }
        Some((said, Unknown { head: head.into(), lines }))
    }

    /// Reads lines as if they were all that the register holds.
    fn lines<'t>(
        &self,
        kind: RegisterKind,
        path: &RepoPath,
        head: &str,
        lines: impl Iterator<Item = &'t str>,
    ) -> HashMap<Box<str>, Option<(Arc<str>, Told)>> {
        let (mut text, mut starts, mut read) = (head.to_owned(), HashMap::new(), HashMap::new());
        for line in lines {
            text.push('\n');
            starts.insert(text.len(), line);
            read.insert(line.into(), None);
            text.push_str(line);
        }
        if starts.is_empty() {
            return read;
        }
        for row in read_register(self.book, kind, path, text.into_bytes()) {
            if let Some(line) = starts.get(&(row.span.start as usize)) {
                read.insert((*line).into(), Some((row.id.value.as_ref().into(), self.told(&row))));
            }
        }
        read
    }
}

/// A version of a file of a register.
type Version<'v> = (u32, &'v RepoPath, &'v Content);

/// A register while its versions are taken one after the other.
struct Folding<'r> {
    reader: &'r RowReader<'r>,
    kind: RegisterKind,
    fold: Fold,
    known: Lines,
}

impl Folding<'_> {
    fn take(&mut self, versions: &[Version<'_>]) {
        // The first version alone: it holds most of the lines that the next ones have.
        let (first, rest) = versions.split_at(versions.len().min(1));
        for portion in std::iter::once(first).chain(rest.chunks(PORTION)) {
            let said: Vec<(Said, Option<Unknown>)> = portion
                .par_iter()
                .map(|(_, path, content)| self.reader.said(self.kind, &self.known, path, content))
                .collect();
            for ((position, path, content), (said, news)) in portion.iter().zip(said) {
                self.fold.step(*position, path, content, said);
                let Some(Unknown { head, lines }) = news else { continue };
                self.known.entry(head).or_default().extend(lines);
            }
        }
    }

    /// Goes on where memory ends, if it is the memory of these versions; returns how many are known.
    fn resume(&mut self, memory: &Register, versions: &[Version<'_>]) -> Option<usize> {
        let count = memory.count as usize;
        let known = versions.get(..count)?;
        if memory::mark(known.iter().copied()) != Some(memory.mark) {
            return None;
        }
        let mut last: BTreeMap<&RepoPath, &Content> = BTreeMap::new();
        last.extend(known.iter().map(|(_, path, content)| (*path, *content)));
        // Without news nobody asks what stands in the files now.
        for (path, content) in last.into_iter().filter(|_| versions.len() > count) {
            let (said, news) = self.reader.said(self.kind, &self.known, path, content);
            let blob = if let Content::Blob(id) = content { Some(*id) } else { None };
            self.fold.now.insert(path.clone(), (said, blob));
            if let Some(Unknown { head, lines }) = news {
                self.known.entry(head).or_default().extend(lines);
            }
        }
        self.fold.rows = memory.versions().map(|(id, versions)| (id.into(), versions)).collect();
        Some(count)
    }
}

/// Lines below a head that were read for the first time.
struct Unknown {
    head: Box<str>,
    lines: HashMap<Box<str>, Option<(Arc<str>, Told)>>,
}

fn marks(row: &Row) -> RowMarks {
    RowMarks {
        reviewed: row.text("reviewed").map(|text| text.trim().into()),
        incidents: row.list("incidents").into_iter().map(|incident| incident.value).collect(),
        owner: owner(row),
    }
}

/// The owner of a row; several are joined by commas.
fn owner(row: &Row) -> Option<Box<str>> {
    if let Some(text) = row.text("owner") {
        return Some(text.trim().into());
    }
    let several: Vec<Box<str>> = row.list("owner").into_iter().map(|owner| owner.value).collect();
    (!several.is_empty()).then(|| several.join(", ").into())
}

/// What all files of a register say so far, and the versions of each row.
#[derive(Default)]
struct Fold {
    now: BTreeMap<RepoPath, (Said, Option<ObjectId>)>,
    rows: BTreeMap<Arc<str>, Vec<TargetVersion>>,
}

/// The ids of which two versions say different things, sorted.
fn changed(before: &Said, after: &Said) -> Vec<Arc<str>> {
    let is_same = |one: &Told, other: &Told| Arc::ptr_eq(one, other) || one == other;
    let is_news = |(id, told): &(&Arc<str>, &Told)| !before.get(*id).is_some_and(|old| is_same(old, told));
    let news = after.iter().filter(is_news).map(|(id, _)| id);
    let gone = before.keys().filter(|id| !after.contains_key(*id));
    let mut ids: Vec<Arc<str>> = news.chain(gone).cloned().collect();
    ids.sort_unstable();
    ids
}

impl Fold {
    /// What is remembered of the versions that were taken.
    fn remembered(&self, versions: &[Version<'_>]) -> Option<Register> {
        let rows = self.rows.iter().map(|(id, versions)| (Box::from(&**id), versions.iter().map(memory::version)));
        Some(Register {
            count: u32::try_from(versions.len()).ok()?,
            mark: memory::mark(versions.iter().copied())?,
            rows: rows.map(|(id, versions)| (id, versions.collect())).collect(),
        })
    }

    fn step(&mut self, position: u32, path: &RepoPath, content: &Content, said: Said) {
        let blob = if let Content::Blob(id) = content { Some(*id) } else { None };
        let before = self.now.remove(path).map_or(Said::new(), |(said, _)| said);
        let changed = changed(&before, &said);
        self.now.insert(path.clone(), (said, blob));
        for id in changed {
            let found = self.now.iter().find_map(|(path, (said, blob))| Some((path, said.get(&id)?, *blob)));
            let (path, state, blob) = match found {
                Some((path, told, blob)) => (path.clone(), Some((**told).clone()), blob),
                None => (path.clone(), None, blob),
            };
            let (state, row) = state.unzip();
            let version = TargetVersion { position, blob, path, state, row, moved_from: None, takes_back: false };
            let versions = self.rows.entry(id).or_default();
            // Several files of one landing are one version.
            versions.pop_if(|last| last.position == position);
            versions.push(version);
        }
    }
}
