//! Everything that one tree states: records, registers, people, and what they point to.
//!
//! A population is built once and never changed. Rules look things up in it and read no file.

mod build;
mod comments;
mod earlier;
mod load;
mod people;
mod presence;
mod records;
mod select;
mod shelf;
mod tables;
mod understood;
mod versions;
mod waivers;

pub use build::{build, build_with, mailmap};
pub use earlier::{Earlier, EarlierRecord};
pub use load::{is_lfs_pointer, no_text};
pub use people::{People, Person};
pub use select::{LeftOut, PathPattern, Paths, Selection, select};
pub use understood::Said;
pub use versions::{read_records, read_register, read_waiver_keys, register_lines};

pub use crate::record::clean_path;

use crate::document::Document;
use crate::record::register::{Register, RegisterKind, RegisterState};
use crate::record::{Action, Incident, Lesson, Located, Period, Waiver};
use crate::source::{Place, RepoPath, Source, SourceId, Sources};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// All of one tree.
#[derive(Debug)]
pub struct Population {
    /// Every file that was read.
    pub sources: Sources,
    /// Records, in the order of their files.
    pub incidents: Vec<Incident>,
    /// Exported ticket and follow-up lists by their name in the configuration; their rows are numbered, as ids may
    /// be missing in them or stand twice.
    pub exports: BTreeMap<String, Register>,
    /// The people register, ready to be asked.
    pub people: People,
    /// The people as the base of a comparison knows them, where approvers are held against them as well.
    pub people_before: Option<People>,
    /// Files that match the record paths and were not read.
    pub skipped: Vec<Skipped>,
    /// Files that match the record paths and are no records.
    pub left_out: Vec<LeftOut>,
    /// Rows of the action register whose incident nobody records: the id that they name.
    pub stray_actions: Vec<Located>,
    /// Reviews over several incidents that are files of their own.
    pub batches: Vec<Batch>,
    /// Waivers: those of `closeloop-waivers.toml`, then those that stand in records.
    pub waivers: Vec<Waiver>,
    waiver_file: Option<RepoPath>,
    registers: Vec<Register>,
    by_id: HashMap<Box<str>, Vec<usize>>,
    presence: HashMap<String, Presence>,
    commits: HashMap<String, Option<bool>>,
    pages: HashMap<String, Page>,
    landed: Vec<bool>,
    configuration: Option<RepoPath>,
}

/// A file that matches the record paths and was not read.
#[derive(Clone, PartialEq, Debug)]
pub struct Skipped {
    /// The file.
    pub place: Place,
    /// Its path.
    pub path: RepoPath,
    /// Why.
    pub why: SkipReason,
}

/// Why a file was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SkipReason {
    /// A format that is not read, a PDF for instance.
    Format,
    /// Bytes that are no text.
    Binary,
    /// A Git LFS pointer whose content is elsewhere.
    LfsPointer,
    /// Larger than the limit.
    TooLarge,
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Submodule,
    /// A device, socket or pipe.
    Special,
    /// Encrypted by a known tool.
    Encrypted(&'static str),
    /// The content is not in this clone, or could not be read.
    Unavailable,
}

/// What stands at a path that a record names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Nothing.
    Missing,
    /// A folder, or something behind a link or a submodule, of which no more is known.
    Folder,
    /// A file, with a digest of its bytes where they were read.
    File {
        /// Whether it holds nothing but white space.
        empty: bool,
        /// Whether it is a Git LFS pointer.
        lfs_pointer: bool,
        /// A digest of its bytes; equal digests mean equal files.
        digest: u64,
    },
}

/// A file that the configuration or a management review names, read.
#[derive(Debug)]
pub struct Page {
    /// The file.
    pub source: SourceId,
    /// What it holds.
    pub document: Document,
    /// The period that it says it covers, where it is a page of trends.
    pub period: Option<Period>,
}

/// A review over several incidents that is a file of its own.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// The file.
    pub source: SourceId,
    /// When it was held.
    pub date: Option<NaiveDate>,
    /// The incidents that it covers.
    pub incidents: Vec<Located>,
}

impl Population {
    /// A register, whatever its state.
    pub fn register(&self, kind: RegisterKind) -> &Register {
        &self.registers[kind as usize]
    }

    /// Whether a register was read.
    pub fn has(&self, kind: RegisterKind) -> bool {
        self.register(kind).state == RegisterState::Read
    }

    /// The first record of an id.
    pub fn incident(&self, id: &str) -> Option<&Incident> {
        self.with_id(id).next()
    }

    /// All records that carry an id.
    pub fn with_id(&self, id: &str) -> impl Iterator<Item = &Incident> {
        self.by_id.get(id).into_iter().flatten().map(|&index| &self.incidents[index])
    }

    /// The action that a reference such as `INC-2025-0031/A2` means.
    pub fn action(&self, reference: &str) -> Option<(&Incident, &Action)> {
        let (incident, action) = reference.split_once('/')?;
        let incident = self.incident(incident.trim())?;
        let action = incident.actions.items().iter().find(|a| a.id.text() == Some(action.trim()))?;
        Some((incident, action))
    }

    /// What stands at a path that some record names.
    pub fn presence(&self, path: &str) -> Presence {
        self.presence.get(clean_path(path)).copied().unwrap_or(Presence::Missing)
    }

    /// Whether the repository holds a commit that some record names; `None` where that cannot be known.
    pub fn has_commit(&self, id: &str) -> Option<bool> {
        self.commits.get(id).copied().flatten()
    }

    /// The commits that records name, and whether the repository holds them; sorted.
    pub fn named_commits(&self) -> impl Iterator<Item = (&str, Option<bool>)> {
        let mut named: Vec<_> = self.commits.iter().map(|(id, is_there)| (id.as_str(), *is_there)).collect();
        named.sort_unstable();
        named.into_iter()
    }

    /// A file that the configuration or a management review names.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.pages.get(clean_path(path))
    }

    /// The file that holds the configuration.
    pub fn configuration(&self) -> Option<&RepoPath> {
        self.configuration.as_ref()
    }

    /// The file that holds waivers, where there is one.
    pub fn waiver_file(&self) -> Option<&RepoPath> {
        self.waiver_file.as_ref()
    }

    /// Takes the file that holds waivers, with what it states. `is_landed` says whether it is in `HEAD` as it was read.
    ///
    /// # Errors
    /// What `read` says of a file that is no list of waivers; then nothing is taken.
    pub fn take_waivers<E>(
        &mut self,
        source: Source,
        is_landed: bool,
        read: impl FnOnce(SourceId, &Source) -> Result<Vec<Waiver>, E>,
    ) -> Result<(), E> {
        let id = SourceId(u32::try_from(self.sources.iter().count()).unwrap_or(u32::MAX));
        let waivers = read(id, &source)?;
        self.waivers.splice(0..0, waivers);
        self.waiver_file = Some(source.path.clone());
        self.landed.resize(id.0 as usize, true);
        self.landed.push(is_landed);
        self.sources.add(source);
        Ok(())
    }

    /// Whether the file of a source is in `HEAD` exactly as it was read.
    pub fn is_landed(&self, source: SourceId) -> bool {
        self.landed.get(source.0 as usize).copied().unwrap_or(false)
    }

    /// Every file that was read and is not in `HEAD` as it was read.
    pub fn unlanded(&self) -> impl Iterator<Item = &Source> {
        let states = self.landed.iter().zip(self.sources.iter());
        states.filter(|(landed, _)| !**landed).map(|(_, (_, source))| source)
    }

    /// The path of a source.
    pub fn path(&self, source: SourceId) -> &RepoPath {
        &self.sources.get(source).path
    }
}

/// The lessons of an incident that an action answers.
pub fn answered<'i>(incident: &'i Incident, action: &'i Action) -> impl Iterator<Item = &'i Lesson> {
    let names = action.lessons.items();
    incident.lessons.items().iter().filter(move |lesson| {
        let id = lesson.id.text();
        names.iter().any(|name| Some(name.as_str()) == id)
    })
}
