//! The rulebook: what an organisation asks of itself, from `closeloop.toml`, a profile and the defaults.

mod changed;
mod levels;
mod limits;
mod load;
pub mod model;
mod own_rules;
mod privacy;
mod strength;
mod thresholds;
mod waivers;
mod windows;

pub use changed::{Changed, changed_keys};
pub use levels::{Level, LevelPolicy};
pub use limits::Tightened;
pub(crate) use load::belongs_here;
pub use load::{Asked, ConfigProblem, load, load_asked};
pub use privacy::Stated;
pub use strength::{Strength, strengths};
pub use waivers::{WAIVERS_NAME, WaiverFile, day, read_waivers};
pub use windows::{MajorWindow, ReviewWindow};

use crate::document::Node;
use crate::record::register::RegisterKind;
use crate::record::{Class, References, SeverityMap};
use crate::source::{Place, SourceId};
use crate::time::Calendar;
use crate::vocabulary::{Vocabulary, fold};
use chrono::NaiveDate;
use model::{Config, RegisterPath};
use std::borrow::Cow;
use std::collections::HashMap;
use thresholds::{Threshold, Thresholds};

/// Everything that a judgement is made by: the configuration, resolved.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// The keys as they were written.
    pub config: Config,
    /// How dates are read.
    pub calendar: Calendar,
    /// The words of all languages, with those that the configuration adds.
    pub vocabulary: Cow<'static, Vocabulary>,
    /// How references to evidence and changes are read.
    pub references: References,
    /// The levels that rules end up with.
    pub levels: LevelPolicy,
    /// SHA-256 of the configuration's text, in hex; of nothing where there is none.
    pub digest: String,
    /// The frameworks whose limits hold, by name, sorted.
    pub frameworks: Vec<&'static str>,
    /// The numbers that they made stricter.
    pub tightened: Vec<Tightened>,
    severities: HashMap<String, Class>,
    /// The configuration as a tree, for places in it.
    tree: Option<(SourceId, Node)>,
}

impl Rulebook {
    /// The place of a key of the configuration, as `["registers", "risks", "path"]`: the value, or the key of the
    /// deepest table that exists.
    pub fn place(&self, path: &[&str]) -> Option<Place> {
        let (source, tree) = self.tree.as_ref()?;
        let (mut node, mut span) = (tree, None);
        for key in path {
            let Some(entry) = node.map().and_then(|map| map.entry(key)) else { break };
            node = &entry.value;
            span = Some(if node.map().is_some() || node.list().is_some() { entry.key_span } else { node.span });
        }
        Some(Place::new(*source, span?))
    }

    /// The place of a key in an entry of a list of tables, as `commit` in the second `[[attestation]]`: the value, or the
    /// key of the list.
    pub fn place_in(&self, list: &str, index: usize, key: &str) -> Option<Place> {
        let (source, tree) = self.tree.as_ref()?;
        let entry = tree.map()?.entry(list)?;
        let table = entry.value.list().and_then(|items| items.get(index)).and_then(Node::map);
        let span = table.and_then(|table| table.entry(key)).map_or(entry.key_span, |entry| entry.value.span);
        Some(Place::new(*source, span))
    }

    /// The configuration of one register.
    pub fn register(&self, kind: RegisterKind) -> Option<&RegisterPath> {
        let registers = &self.config.registers;
        let path = match kind {
            RegisterKind::Risks => &registers.risks,
            RegisterKind::Policies => &registers.policies,
            RegisterKind::Procedures => &registers.procedures,
            RegisterKind::Controls => &registers.controls,
            RegisterKind::Assets => &registers.assets,
            RegisterKind::People => &registers.people,
            RegisterKind::Training => &registers.training,
            RegisterKind::ManagementReviews => &registers.management_reviews,
            RegisterKind::Incidents => &registers.incidents,
            RegisterKind::Actions => &registers.actions,
        };
        path.as_ref()
    }

    /// The day up to which everything that landed was imported: its dates are nobody's witness.
    pub fn imported(&self) -> Option<NaiveDate> {
        let since = self.config.history.since.as_deref()?;
        self.calendar.read(since).ok().map(|when| when.date)
    }

    /// A threshold as a number of days (or what it counts).
    pub fn threshold(&self, pick: impl Fn(&Thresholds) -> &Threshold) -> i64 {
        pick(&self.config.thresholds).value()
    }

    /// The document that a threshold comes from, for a message: `IMS1 8.4`.
    pub fn threshold_source(&self, pick: impl Fn(&Thresholds) -> &Threshold) -> Option<&str> {
        pick(&self.config.thresholds).source()
    }

    /// When a review of this class is on time. For a major incident this is its reflective review.
    pub fn review_window(&self, class: Class) -> ReviewWindow {
        windows::review_window(&self.config.review.window, class)
    }

    /// The two stages of a major incident.
    pub fn major_window(&self) -> MajorWindow {
        windows::major_window(&self.config.review.window)
    }
}

impl SeverityMap for Rulebook {
    fn class(&self, word: &str) -> Option<Class> {
        self.severities.get(&fold(word)).copied()
    }
}
