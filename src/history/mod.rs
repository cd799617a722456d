//! What git shows of the facts that records state, and of the changes that they claim.
//!
//! History is built once, after the population, from what the population asks: one walk over the first-parent line
//! looks at the records and at every path that a claim or a piece of evidence names. It holds answers, not trees: old
//! versions are read, compared and dropped. Rules ask it and do no reading of their own.

mod answers;
mod build;
mod chronicle;
pub mod claims;
mod days;
mod facts;
mod memory;
mod proof;
mod questions;
mod record;
mod repository;
mod rows;
pub mod seals;
mod standing;
mod substance;
mod succession;
mod target;
mod targets;
pub mod told;
mod tracks;
mod voices;
mod waivers;

pub use answers::{EXTERNAL, IMPORTED, Landed, Told, names_another};
pub use build::build;
pub use chronicle::{Chronicle, FileState, Grade, Landing, LandingKind, local_day};
pub use claims::GRACE;
pub use days::{Came, DayLog};
pub use facts::{Field, Part, State, Value, review_names, state};
pub use proof::{Proof, Sighting};
pub use questions::CODEOWNERS;
pub use record::{FactChange, Life, RecordHistory};
pub use repository::Whose;
pub use standing::Standing;
pub use succession::Successor;
pub use target::{Effect, RowMarks, Target, TargetHistory, TargetVersion};
pub use waivers::Waived;

use crate::git::Signature;
use crate::source::{Place, RepoPath, Source, SourceId, Sources};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The history of a population.
#[derive(Debug)]
pub struct History {
    /// The repository that is checked.
    pub chronicle: Chronicle,
    /// Other repositories by the name under which the configuration maps them, or why one could not be read.
    pub others: BTreeMap<Box<str>, Result<Chronicle, Text>>,
    /// Every id that a record ever had.
    pub records: BTreeMap<Box<str>, RecordHistory>,
    /// The versions of the configuration, oldest first.
    pub configurations: Vec<ConfigVersion>,
    /// The versions of the files that name the owners of paths, oldest first.
    pub code_owners: Vec<ConfigVersion>,
    /// Who stands behind each landing in which an action came to be verified or effective.
    voices: BTreeMap<u32, Vec<Signature>>,
    /// How many records stand here in the clear and landed encrypted, so that nobody can say what they said before.
    pub encrypted: usize,
    /// Since when waivers have been stated.
    pub waived: Waived,
    /// Remarks: replace refs, grafts.
    pub notes: Vec<Text>,
    /// The sources that stand for files that findings speak of.
    places: HashMap<RepoPath, SourceId>,
}

/// A version of the configuration, or of another file that is kept whole, that landed.
#[derive(Clone, Debug)]
pub struct ConfigVersion {
    /// The landing.
    pub position: u32,
    /// Where it stands.
    pub path: RepoPath,
    /// Its text; `None` where it was removed.
    pub text: Option<Box<str>>,
}

/// Stands where a finding belongs to no file.
const ROOT: &str = ".";

impl History {
    /// What is known of one id.
    pub fn record(&self, id: &str) -> Option<&RecordHistory> {
        self.records.get(id)
    }

    /// Gives every file that history speaks of a source, so that findings can point to it: a file that is gone, or that
    /// nobody read, has an empty one.
    pub fn settle(&mut self, sources: &mut Sources) {
        let known: HashMap<RepoPath, SourceId> = sources.iter().map(|(id, source)| (source.path.clone(), id)).collect();
        let gone = self.records.values().flat_map(|record| &record.lives).map(|life| &life.path);
        let touched = self.chronicle.targets.values().flat_map(|target| &target.versions).map(|version| &version.path);
        let files = self.chronicle.files.keys();
        let configured = self.configurations.iter().map(|version| &version.path);
        let waivers = known.keys().filter(|path| path.file_name() == crate::config::WAIVERS_NAME).cloned();
        let waivers: Vec<RepoPath> = waivers.collect();
        let root = RepoPath::new(ROOT);
        let paths: BTreeSet<&RepoPath> =
            std::iter::once(&root).chain(gone).chain(touched).chain(files).chain(configured).chain(&waivers).collect();
        let place = |path: &RepoPath| {
            let id = known.get(path).copied();
            (path.clone(), id.unwrap_or_else(|| sources.add(Source::from_text(path.clone(), ""))))
        };
        self.places = paths.into_iter().map(place).collect();
    }

    /// Where a finding about the history as a whole stands: at the configuration, or without one at no file.
    pub fn whole(&self, configuration: Option<&RepoPath>) -> Option<Place> {
        configuration.and_then(|path| self.place(path)).or_else(|| self.place(&RepoPath::new(ROOT)))
    }

    /// A file as a whole, whether it is still there or not.
    pub fn place(&self, path: &RepoPath) -> Option<Place> {
        self.places.get(path).map(|source| Place::File(*source))
    }

    /// Who wrote, committed, reviewed or merged a landing in which an action came to be verified or effective; `None` for
    /// any other landing, and for what has not landed.
    pub fn voices(&self, position: u32) -> Option<&[Signature]> {
        self.voices.get(&position).map(Vec::as_slice)
    }

    /// A landing of the repository that is checked.
    pub fn landing(&self, position: u32) -> Landing<'_> {
        self.chronicle.landing(position)
    }
}
