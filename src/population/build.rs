//! From a tree to a population: files are loaded and read in parallel, then what they point to is looked up.

use super::load::{self, Loaded};
use super::select::{PathPattern, Selection, select};
use super::{Batch, Page, People, Population, Presence, SkipReason, Skipped, clean_path, records};
use crate::config::Rulebook;
use crate::document::{self, Document, Syntax};
use crate::git::{Snapshot, TreeEntry};
use crate::record::register::{
    Register, RegisterKind, RegisterProblem, RegisterReading, RegisterState, Row, read_rows,
};
use crate::record::table::Columns;
use crate::record::{Change, Incident, Located};
use crate::source::{Place, Source, SourceId, Sources};
use crate::text::shorten;
use indexmap::IndexMap;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Reads everything that a rulebook names from a tree. `config` is the configuration's own file, which places in
/// it refer to.
pub fn build(snapshot: &Snapshot, book: &Rulebook, config: Option<Source>) -> Population {
    let selection = select(snapshot, book);
    let mut builder = Builder { snapshot, book, sources: Vec::new(), landed: Vec::new(), skipped: Vec::new() };
    builder.sources.extend(config);
    builder.landed.resize(builder.sources.len(), true);
    let incidents = builder.records(&selection.records);
    let registers = RegisterKind::ALL.map(|kind| builder.register(kind, &selection)).to_vec();
    let exports = builder.exports();
    let mailmap = snapshot.entry(".mailmap").map(|entry| load::load(snapshot, entry).source);
    let people = People::new(
        &registers[RegisterKind::People as usize],
        mailmap.as_ref().map_or("", Source::text),
        &book.calendar,
        &book.vocabulary,
    );
    let batches = builder.batches(&selection, &incidents);
    let pages = builder.pages(&registers);
    let presence = presence(snapshot, &incidents);
    let by_id = by_id(&incidents);
    let Builder { sources, landed, skipped, .. } = builder;
    let sources = Sources::new(sources);
    let left_out = selection.left_out;
    Population {
        sources,
        incidents,
        exports,
        people,
        skipped,
        left_out,
        batches,
        registers,
        by_id,
        presence,
        pages,
        landed,
    }
}

fn by_id(incidents: &[Incident]) -> HashMap<Box<str>, Vec<usize>> {
    let mut ids: HashMap<Box<str>, Vec<usize>> = HashMap::new();
    for (index, incident) in incidents.iter().enumerate() {
        if let Some(id) = incident.id() {
            ids.entry(id.into()).or_default().push(index);
        }
    }
    ids
}

struct Builder<'a> {
    snapshot: &'a Snapshot,
    book: &'a Rulebook,
    sources: Vec<Source>,
    landed: Vec<bool>,
    skipped: Vec<Skipped>,
}

impl Builder<'_> {
    /// Loads files and reads each with the id that it will have.
    fn read<T: Send>(
        &mut self,
        entries: &[&TreeEntry],
        read: impl Fn(SourceId, &Loaded) -> T + Sync,
    ) -> Vec<(SourceId, Option<SkipReason>, T)> {
        let base = self.sources.len();
        let loaded: Vec<(Loaded, T)> = entries
            .par_iter()
            .enumerate()
            .map(|(index, entry)| {
                let loaded = load::load(self.snapshot, entry);
                let value = read(source_id(base + index), &loaded);
                (loaded, value)
            })
            .collect();
        let mut values = Vec::with_capacity(loaded.len());
        for (loaded, value) in loaded {
            values.push((source_id(self.sources.len()), loaded.skipped, value));
            self.sources.push(loaded.source);
            self.landed.push(loaded.is_landed);
        }
        values
    }

    fn records(&mut self, entries: &[&TreeEntry]) -> Vec<Incident> {
        let book = self.book;
        let read = self.read(entries, |id, loaded| {
            let syntax = Syntax::of(&loaded.source.path);
            match (loaded.skipped, syntax) {
                (Some(why), _) => Err(why),
                (None, None) => Err(SkipReason::Format),
                (None, Some(syntax)) => Ok(records::read(book, id, loaded, syntax)),
            }
        });
        let mut incidents = Vec::with_capacity(read.len());
        for (id, _, result) in read {
            match result {
                Ok(records) => incidents.extend(records),
                Err(why) => {
                    let path = self.sources[id.0 as usize].path.clone();
                    self.skipped.push(Skipped { place: Place::File(id), path, why });
                }
            }
        }
        incidents
    }

    fn register(&mut self, kind: RegisterKind, selection: &Selection<'_>) -> Register {
        let files = selection.registers.iter().find(|(known, _)| *known == kind);
        let readable = |entry: &&&TreeEntry| Syntax::of(&entry.path).is_some();
        let files: Vec<&TreeEntry> =
            files.iter().flat_map(|(_, files)| files.iter().filter(readable).copied()).collect();
        let configured = self.book.register(kind);
        if files.is_empty() {
            return self.unmatched(kind);
        }
        let columns = configured.map(|register| register.columns.clone()).unwrap_or_default();
        let id = configured.and_then(|register| register.id.clone()).unwrap_or_else(|| "id".to_owned());
        let delimiter = configured.and_then(|register| register.delimiter.as_ref()?.bytes().next());
        let (rows, problems) = self.rows(&files, &id, &columns, delimiter);
        assemble(kind, kind.title(), rows, problems)
    }

    /// A register that no file belongs to: broken where the configuration asks for it, else absent.
    fn unmatched(&self, kind: RegisterKind) -> Register {
        let mut register = Register { kind, state: RegisterState::Absent, rows: IndexMap::new(), problems: Vec::new() };
        if let Some(configured) = self.book.register(kind).filter(|register| !register.optional)
            && let Some(place) = self.book.place(&["registers", kind.key(), "path"])
        {
            register.state = RegisterState::Broken;
            let path = shorten(&configured.path, 26);
            let message = format!("`{path}` matches no file that can be read as the {}", kind.title());
            let help = "Correct the path, or say `optional = true` while the register does not exist yet.";
            register.problems.push(RegisterProblem::new(place, message, help));
        }
        register
    }

    fn rows(
        &mut self,
        files: &[&TreeEntry],
        id: &str,
        columns: &Columns,
        delimiter: Option<u8>,
    ) -> (Vec<Row>, Vec<RegisterProblem>) {
        let reading = RegisterReading { id, columns, vocabulary: &self.book.vocabulary };
        let read = self.read(files, |source_id, loaded| {
            let document = document(&loaded.source, delimiter);
            read_rows(source_id, &loaded.source, &document, &reading)
        });
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for (source, skipped, (more, wrong)) in read {
            if let Some(why) = skipped {
                let message = format!("This file of a register was not read: {}", why.describe());
                let help = "Keep registers as text: CSV, YAML, TOML, JSON or Markdown.";
                problems.push(RegisterProblem::new(Place::File(source), message, help));
                continue;
            }
            rows.extend(more);
            problems.extend(wrong);
        }
        (rows, problems)
    }

    fn exports(&mut self) -> BTreeMap<String, Register> {
        let exports = self.book.config.exports.clone();
        let read = |(name, export): (String, crate::config::model::Export)| {
            let pattern = PathPattern::new(&export.path);
            let files: Vec<_> = self.snapshot.entries().iter().filter(|e| pattern.matches(e.path.as_str())).collect();
            let (rows, mut problems) = self.rows(&files, export.id.as_deref().unwrap_or("id"), &export.columns, None);
            if files.is_empty()
                && let Some(place) = self.book.place(&["exports", &name, "path"])
            {
                let message = format!("`{}` matches no file", shorten(&export.path, 60));
                problems.push(RegisterProblem::new(place, message, "Correct the path of the exported list."));
            }
            (name, assemble(RegisterKind::Incidents, "exported list", rows, problems))
        };
        exports.into_iter().map(read).collect()
    }

    /// Files in the reviews folder that list incidents; minutes that a record names are not opened.
    fn batches(&mut self, selection: &Selection<'_>, incidents: &[Incident]) -> Vec<Batch> {
        let named: BTreeSet<&str> = outputs(incidents).map(clean_path).collect();
        let candidates = selection.minutes.iter().filter(|entry| !named.contains(entry.path.as_str()));
        let files: Vec<&TreeEntry> = candidates.filter(|entry| Syntax::of(&entry.path).is_some()).copied().collect();
        let columns = Columns::new();
        let (rows, _) = self.rows(&files, "id", &columns, None);
        let calendar = self.book.calendar;
        let batch = |row: &Row| Batch {
            source: row.source,
            date: row.date("date", &calendar).and_then(Result::ok).map(|when| when.date),
            incidents: row.list("incidents"),
        };
        rows.iter().map(batch).filter(|batch| !batch.incidents.is_empty()).collect()
    }

    /// Trend pages that management reviews link, and the incident procedure.
    fn pages(&mut self, registers: &[Register]) -> HashMap<String, Page> {
        let reviews = registers[RegisterKind::ManagementReviews as usize].rows.values();
        let mut paths: BTreeSet<String> =
            reviews.filter_map(|row| row.text("trend")).map(|p| clean_path(p).to_owned()).collect();
        paths.extend(self.book.config.procedure.as_ref().map(|procedure| clean_path(&procedure.path).to_owned()));
        let entries: Vec<&TreeEntry> = paths.iter().filter_map(|path| self.snapshot.entry(path)).collect();
        let read = self.read(&entries, |_, loaded| document(&loaded.source, None));
        let page = |(entry, (source, skipped, document)): (&&TreeEntry, (SourceId, Option<SkipReason>, Document))| {
            skipped.is_none().then(|| (entry.path.as_str().to_owned(), Page { source, document }))
        };
        entries.iter().zip(read).filter_map(page).collect()
    }
}

fn document(source: &Source, delimiter: Option<u8>) -> Document {
    match (Syntax::of(&source.path), delimiter) {
        (Some(Syntax::Csv), Some(delimiter)) => document::parse_csv(source, delimiter),
        (Some(syntax), _) => document::parse(source, syntax),
        (None, _) => document::parse(source, Syntax::Markdown),
    }
}

fn source_id(index: usize) -> SourceId {
    SourceId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Puts rows under their ids; an id that is used twice is a problem, and a problem breaks the register.
fn assemble(kind: RegisterKind, title: &str, rows: Vec<Row>, mut problems: Vec<RegisterProblem>) -> Register {
    let mut by_id: IndexMap<Box<str>, Row> = IndexMap::with_capacity(rows.len());
    for row in rows {
        if let Some(first) = by_id.get(&row.id.value) {
            let message = format!("The id `{}` stands twice in the {title}", shorten(&row.id.value, 30));
            let help = "Give each row an id of its own.";
            let first = Some((first.id.place, "The first row of this id".to_owned()));
            problems.push(RegisterProblem { related: first, ..RegisterProblem::new(row.id.place, message, help) });
        } else {
            by_id.insert(row.id.value.clone(), row);
        }
    }
    let state = if problems.is_empty() { RegisterState::Read } else { RegisterState::Broken };
    Register { kind, state, rows: by_id, problems }
}

fn outputs(incidents: &[Incident]) -> impl Iterator<Item = &str> {
    incidents.iter().flat_map(|incident| incident.reviews.items()).filter_map(|review| review.output.text())
}

/// Looks up every path that a record names.
fn presence(snapshot: &Snapshot, incidents: &[Incident]) -> HashMap<String, Presence> {
    let named = incidents.par_iter().flat_map_iter(named_paths).map(str::to_owned);
    let paths: BTreeSet<String> = named.collect();
    paths
        .into_par_iter()
        .map(|path| (look_up(snapshot, &path), path))
        .map(|(presence, path)| (path, presence))
        .collect()
}

/// The paths that a record names: minutes, evidence, changes. `path@commit` counts as its path.
fn named_paths(incident: &Incident) -> Vec<&str> {
    let outputs = incident.reviews.items().iter().filter_map(|review| review.output.text());
    let actions = incident.actions.items();
    let evidence = actions.iter().flat_map(|action| action.evidence.items()).map(Located::as_str);
    let changes = actions.iter().flat_map(|action| action.changes.items()).filter_map(|change| match change {
        Change::Target(target) => Some(target.as_str()),
        Change::Outside { .. } => None,
    });
    let all = outputs.chain(evidence).chain(changes);
    all.map(|text| clean_path(text.split('@').next().unwrap_or(text))).filter(|text| !text.is_empty()).collect()
}

fn look_up(snapshot: &Snapshot, path: &str) -> Presence {
    let Some(entry) = snapshot.entry(path) else {
        let folder = format!("{path}/");
        let entries = snapshot.entries();
        let next = entries.partition_point(|entry| entry.path.as_str() < folder.as_str());
        let is_folder = entries.get(next).is_some_and(|entry| entry.path.as_str().starts_with(&folder));
        return if is_folder { Presence::Folder } else { Presence::Missing };
    };
    let Ok(bytes) = snapshot.read(entry) else {
        return Presence::File { empty: false, lfs_pointer: false, digest: 0 };
    };
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Presence::File {
        empty: bytes.iter().all(u8::is_ascii_whitespace),
        lfs_pointer: load::is_lfs_pointer(&bytes),
        digest: hasher.finish(),
    }
}

impl SkipReason {
    /// The reason in words that follow "it was not read:".
    pub fn describe(self) -> String {
        let text = match self {
            Self::Format => "its format is none that is read",
            Self::Binary => "its bytes are no text",
            Self::LfsPointer => "it is a pointer of Git LFS",
            Self::TooLarge => "it is larger than 8 MiB",
            Self::Symlink => "it is a symbolic link",
            Self::Submodule => "it is a submodule",
            Self::Special => "it is a device, a socket or a pipe",
            Self::Encrypted(tool) => return format!("it is encrypted with {tool}"),
            Self::Unavailable => "its content is not in this clone",
        };
        text.to_owned()
    }
}
