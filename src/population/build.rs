//! From a tree to a population: files are loaded and read in parallel, then what they point to is looked up.

use super::load::{self, Loaded};
use super::presence::{commits, presence};
use super::select::{PathPattern, Selection, select};
use super::shelf::Shelf;
use super::versions::{Form, Layout, document};
use super::{Batch, Page, People, Population, SkipReason, Skipped, clean_path, records, tables, waivers};
use crate::config::{Rulebook, model};
use crate::document::{Document, Map, Syntax};
use crate::git::{EntryKind, Snapshot, TreeEntry};
use crate::record::register::{
    Register, RegisterKind, RegisterProblem, RegisterReading, RegisterState, Row, read_rows,
};
use crate::record::table::Columns;
use crate::record::{Incident, Located, Period, Review, ReviewKind, Waiver, period_of};
use crate::source::{Place, Source, SourceId, Sources, Span};
use crate::text::shorten;
use indexmap::IndexMap;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Reads everything that a rulebook names from a tree. `config` is the configuration's own file, which places in
/// it refer to.
pub fn build(snapshot: &Snapshot, book: &Rulebook, config: Option<Source>) -> Population {
    build_with(snapshot, book, config, &mailmap(snapshot))
}

/// The `.mailmap` of a tree, which says who goes by which names; empty where there is none.
pub fn mailmap(snapshot: &Snapshot) -> Box<str> {
    let loaded = snapshot.entry(".mailmap").map(|entry| load::load(snapshot, entry).source);
    loaded.as_ref().map_or("", Source::text).into()
}

/// The same with a `.mailmap` given by hand.
pub fn build_with(snapshot: &Snapshot, book: &Rulebook, config: Option<Source>, mailmap: &str) -> Population {
    let selection = select(snapshot, book);
    let shelf = Shelf::open(snapshot);
    let mut builder =
        Builder { snapshot, book, shelf, sources: vec![], landed: vec![], skipped: vec![], waivers: vec![] };
    let configuration = config.as_ref().map(|config| config.path.clone());
    builder.sources.extend(config);
    builder.landed.resize(builder.sources.len(), true);
    let mut incidents = builder.records(&selection.records);
    let registers: Vec<Register> = RegisterKind::ALL.iter().map(|kind| builder.register(*kind, &selection)).collect();
    tables::add_incidents(book, &registers[RegisterKind::Incidents as usize], &mut incidents);
    let stray_actions = tables::add_actions(book, &registers[RegisterKind::Actions as usize], &mut incidents);
    let exports = builder.exports();
    let people = People::new(&registers[RegisterKind::People as usize], mailmap, &book.calendar, &book.vocabulary);
    let batches = builder.batches(&selection, &incidents);
    let pages = builder.pages(&registers);
    let presence = presence(snapshot, book, &incidents);
    let commits = commits(snapshot, book, &incidents);
    let by_id = by_id(&incidents);
    let Builder { shelf, sources, landed, skipped, waivers, .. } = builder;
    shelf.leave();
    let sources = Sources::new(sources);
    let left_out = selection.left_out;
    Population {
        sources,
        incidents,
        exports,
        people,
        people_before: None,
        skipped,
        left_out,
        stray_actions,
        batches,
        waivers,
        waiver_file: None,
        registers,
        by_id,
        presence,
        commits,
        pages,
        landed,
        configuration,
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

/// How many files are read at once.
const PORTION: usize = 512;

struct Builder<'a> {
    snapshot: &'a Snapshot,
    book: &'a Rulebook,
    shelf: Shelf<'a>,
    sources: Vec<Source>,
    landed: Vec<bool>,
    skipped: Vec<Skipped>,
    waivers: Vec<Waiver>,
}

impl Builder<'_> {
    /// Loads files, and reads what each holds with the id that it will have.
    fn read<T: Send>(
        &mut self,
        entries: &[&TreeEntry],
        layout: Layout,
        read: impl Fn(SourceId, &Source, Document) -> T + Sync,
    ) -> Vec<(SourceId, Result<T, SkipReason>)> {
        let (base, snapshot, shelf) = (self.sources.len(), self.snapshot, &self.shelf);
        let each = |(index, entry): (usize, &&TreeEntry)| {
            let (loaded, document) = apart(snapshot, shelf, entry, layout);
            let value = document.map(|document| read(source_id(base + index), &loaded.source, document));
            (loaded, value)
        };
        let loaded: Vec<(Loaded, Result<T, SkipReason>)> = entries.par_iter().enumerate().map(each).collect();
        let mut values = Vec::with_capacity(loaded.len());
        for (loaded, value) in loaded {
            values.push((source_id(self.sources.len()), value));
            self.sources.push(loaded.source);
            self.landed.push(loaded.is_landed);
        }
        values
    }

    fn records(&mut self, entries: &[&TreeEntry]) -> Vec<Incident> {
        let mut incidents = Vec::with_capacity(entries.len());
        // In portions, so that no more than one is there twice while it moves to its place.
        for portion in entries.chunks(PORTION) {
            self.portion(portion, &mut incidents);
        }
        incidents
    }

    fn portion(&mut self, entries: &[&TreeEntry], incidents: &mut Vec<Incident>) {
        let book = self.book;
        let read = self.read(entries, Layout::default(), |id, source, document| {
            let syntax = Syntax::of(&source.path).ok_or(SkipReason::Format)?;
            let records = records::read_source(book, id, source, document, syntax);
            let waivers = waivers::inline(book, id, source, &records);
            Ok((records, waivers))
        });
        for (id, result) in read {
            match result.and_then(std::convert::identity) {
                Ok((records, waivers)) => {
                    incidents.extend(records);
                    self.waivers.extend(waivers);
                }
                Err(why) => {
                    let path = self.sources[id.0 as usize].path.clone();
                    self.skipped.push(Skipped { place: Place::File(id), path, why });
                }
            }
        }
    }

    fn register(&mut self, kind: RegisterKind, selection: &Selection<'_>) -> Register {
        let files = selection.registers.iter().find(|(known, _)| *known == kind);
        let readable = |entry: &&&TreeEntry| Syntax::of(&entry.path).is_some();
        let all: Vec<&TreeEntry> = files.iter().flat_map(|(_, files)| files.iter().copied()).collect();
        let files: Vec<&TreeEntry> = all.iter().filter(readable).copied().collect();
        let closed: Vec<&TreeEntry> = all.into_iter().filter(|entry| is_closed_document(kind, entry)).collect();
        if files.is_empty() && closed.is_empty() {
            return self.unmatched(kind);
        }
        let form = Form::new(self.book, kind);
        let reading = self.reading(&form.id, &form.columns);
        let (mut rows, problems) = self.rows(&files, &reading, form.layout);
        self.add_closed_documents(&closed, &mut rows);
        assemble(kind, kind.title(), rows, problems)
    }

    /// A policy kept as a PDF is there all the same: its name is its id, and nothing more is known of it.
    fn add_closed_documents(&mut self, entries: &[&TreeEntry], rows: &mut Vec<Row>) {
        let known: BTreeSet<Box<str>> = rows.iter().map(|row| row.id.value.clone()).collect();
        let mut names = BTreeSet::new();
        for entry in entries {
            let name = entry.path.file_stem();
            if known.contains(name) || !names.insert(name) {
                continue;
            }
            let source = source_id(self.sources.len());
            let id = Located { value: name.into(), place: Place::File(source) };
            self.sources.push(Source::from_text(entry.path.clone(), ""));
            self.landed.push(true);
            rows.push(Row { id, source, values: Map::default(), span: Span::default(), is_document: true });
        }
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

    fn reading<'r>(&self, id: &'r str, columns: &'r Columns) -> RegisterReading<'r>
    where
        Self: 'r,
    {
        RegisterReading { id, columns, vocabulary: &self.book.vocabulary, takes_unnamed: false }
    }

    fn rows(
        &mut self,
        files: &[&TreeEntry],
        reading: &RegisterReading<'_>,
        layout: Layout,
    ) -> (Vec<Row>, Vec<RegisterProblem>) {
        let read =
            self.read(files, layout, |source_id, source, document| read_rows(source_id, source, &document, reading));
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for (source, result) in read {
            let (more, wrong) = result.unwrap_or_else(|why| {
                let message = format!("This file of a register was not read: {}", why.describe());
                let help = match why {
                    SkipReason::Symlink | SkipReason::Submodule => {
                        "Links are not followed: put the file itself here, or take it out of the path of the register."
                    }
                    _ => "Keep registers as text: CSV, YAML, TOML, JSON or Markdown.",
                };
                (Vec::new(), vec![RegisterProblem::new(Place::File(source), message, help)])
            });
            rows.extend(more);
            problems.extend(wrong);
        }
        (rows, problems)
    }

    fn exports(&mut self) -> BTreeMap<String, Register> {
        let exports = self.book.config.exports.clone();
        exports.into_iter().map(|(name, export)| (name.clone(), self.export(&name, &export))).collect()
    }

    /// A list that another tool exported: ids may be missing in it, or stand in several rows.
    fn export(&mut self, name: &str, export: &model::Export) -> Register {
        let pattern = PathPattern::new(&export.path);
        let files: Vec<_> = self.snapshot.entries().iter().filter(|e| pattern.matches(&e.match_path())).collect();
        let id = export.id.as_deref().unwrap_or("id");
        let reading = RegisterReading { takes_unnamed: true, ..self.reading(id, &export.columns) };
        let (rows, mut problems) = self.rows(&files, &reading, Layout::default());
        let place = self.book.place(&["exports", name, "path"]);
        let names_nothing = |row: &Row| row.id.value.is_empty() && row.text("incident").is_none();
        let wrong = if files.is_empty() {
            Some((format!("`{}` matches no file", shorten(&export.path, 60)), "Correct the path of the exported list."))
        } else if problems.is_empty() && !rows.is_empty() && rows.iter().all(names_nothing) {
            let message = format!("no row of `{}` has a value under `{}`", shorten(&export.path, 40), shorten(id, 20));
            Some((message, "Name the column that holds the ids: `id = \"…\"` below the path."))
        } else {
            None
        };
        if let (Some((message, help)), Some(place)) = (wrong, place) {
            problems.push(RegisterProblem::new(place, message, help));
        }
        listed(rows, problems)
    }

    /// Files in the reviews folder that list incidents. The minutes of a single incident are not opened; those of a
    /// batch review are, as they may list incidents whose records do not name them.
    fn batches(&mut self, selection: &Selection<'_>, incidents: &[Incident]) -> Vec<Batch> {
        let single = outputs(incidents).filter(|(review, _)| review.kind() != ReviewKind::Batch);
        let named: BTreeSet<&str> = single.map(|(_, path)| path).collect();
        let candidates = selection.minutes.iter().filter(|entry| !named.contains(entry.path.as_str()));
        let files: Vec<&TreeEntry> = candidates.filter(|entry| Syntax::of(&entry.path).is_some()).copied().collect();
        let columns = Columns::new();
        let reading = self.reading("id", &columns);
        let (rows, _) = self.rows(&files, &reading, Layout::default());
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
        let book = self.book;
        let read = self.read(&entries, Layout::default(), |_, source, document| {
            let period = period_of(source, &document, &book.calendar, &book.vocabulary);
            (document, period)
        });
        type Found = (SourceId, Result<(Document, Option<Period>), SkipReason>);
        let page = |(entry, (source, found)): (&&TreeEntry, Found)| {
            let (document, period) = found.ok()?;
            Some((entry.path.as_str().to_owned(), Page { source, document, period }))
        };
        entries.iter().zip(read).filter_map(page).collect()
    }
}

/// A file and what it holds: as the last run took it apart, where that is known.
fn apart(
    snapshot: &Snapshot,
    shelf: &Shelf<'_>,
    entry: &TreeEntry,
    layout: Layout,
) -> (Loaded, Result<Document, SkipReason>) {
    if let Some((loaded, document)) = shelf.take(entry) {
        return (loaded, Ok(document));
    }
    let loaded = load::load(snapshot, entry);
    if let Some(why) = loaded.skipped {
        return (loaded, Err(why));
    }
    let document = document(&loaded.source, layout);
    shelf.put(entry, &loaded.source, &document);
    (loaded, Ok(document))
}

/// Whether a file is a document of its own whose text is not read, in a register of documents.
fn is_closed_document(kind: RegisterKind, entry: &TreeEntry) -> bool {
    const FORMATS: [&str; 12] =
        ["pdf", "docx", "doc", "odt", "rtf", "txt", "html", "htm", "adoc", "rst", "pptx", "odp"];
    matches!(kind, RegisterKind::Policies | RegisterKind::Procedures | RegisterKind::Training)
        && entry.kind == EntryKind::File
        && FORMATS.contains(&entry.path.extension().as_str())
}

fn source_id(index: usize) -> SourceId {
    SourceId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Puts rows under their ids; an id that is used twice is a problem, and a problem breaks the register.
fn assemble(kind: RegisterKind, title: &str, rows: Vec<Row>, mut problems: Vec<RegisterProblem>) -> Register {
    let mut by_id: IndexMap<Box<str>, Row> = IndexMap::with_capacity(rows.len());
    for row in rows {
        let key = row.key(kind);
        if let Some(first) = by_id.get(&key) {
            let message = format!("The id `{}` stands twice in the {title}", shorten(&row.id.value, 30));
            let help = "Give each row an id of its own.";
            let first = Some((first.id.place, "The first row of this id".to_owned()));
            problems.push(RegisterProblem { related: first, ..RegisterProblem::new(row.id.place, message, help) });
        } else {
            by_id.insert(key, row);
        }
    }
    let state = if problems.is_empty() { RegisterState::Read } else { RegisterState::Broken };
    Register { kind, state, rows: by_id, problems }
}

/// Keeps every row of a list; a key only has to tell the rows apart.
fn listed(rows: Vec<Row>, problems: Vec<RegisterProblem>) -> Register {
    let state = if problems.is_empty() { RegisterState::Read } else { RegisterState::Broken };
    let rows = rows.into_iter().enumerate().map(|(index, row)| (index.to_string().into(), row)).collect();
    Register { kind: RegisterKind::Incidents, state, rows, problems }
}

/// The minutes that records name.
fn outputs(incidents: &[Incident]) -> impl Iterator<Item = (&Review, &str)> {
    let reviews = incidents.iter().flat_map(|incident| incident.reviews.items());
    reviews.filter_map(|review| Some((review, clean_path(review.output.text()?))))
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
