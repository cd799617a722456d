//! What a claim names, and the versions of it that landed.

use super::substance::Substance;
use crate::git::ObjectId;
use crate::record::register::RegisterKind;
use crate::source::RepoPath;

/// Something that a record says it changed, or that it is linked to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A row of a register that is a table.
    Row(RegisterKind, Box<str>),
    /// A file.
    Document(RepoPath),
    /// A folder with all that lies in it.
    Folder(RepoPath),
}

/// A landing that touched a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetVersion {
    /// The landing.
    pub position: u32,
    /// The file in which it was found then; `None` for one that has not landed.
    pub blob: Option<ObjectId>,
    /// Where it stood.
    pub path: RepoPath,
    /// What it says since; `None` where it is gone.
    pub state: Option<Substance>,
    /// Of a row: what rules ask for besides its substance.
    pub row: Option<RowMarks>,
    /// Whether it came from another path in this landing, with the same or nearly the same text.
    pub moved_from: Option<RepoPath>,
    /// Whether it says again what an earlier version said, and nothing of what it took back is in the last version.
    pub takes_back: bool,
}

/// Values of a row that are no substance, and are asked for all the same.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct RowMarks {
    /// When the row was reviewed.
    pub reviewed: Option<Box<str>>,
    /// The incidents that it names.
    pub incidents: Box<[Box<str>]>,
    /// Its owner.
    pub owner: Option<Box<str>>,
}

/// What a landing did to a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It changed in substance.
    Real,
    /// It was written for the first time.
    Created,
    /// It is gone.
    Removed,
    /// Only version, dates, reviewer and the like changed.
    RevisionOnly,
    /// Only white space, comments, quotes or other rows changed.
    Nothing,
    /// It only moved.
    Moved,
    /// Its bytes changed; its text cannot be read.
    NotInspected,
}

impl Effect {
    /// Whether the target says something else since.
    pub fn is_change(self) -> bool {
        matches!(self, Self::Real | Self::Created | Self::Removed | Self::NotInspected)
    }
}

/// All landings that touched a target, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TargetHistory {
    /// The versions.
    pub versions: Vec<TargetVersion>,
}

impl TargetHistory {
    /// The version that stood after a landing; `None` where there was none yet.
    pub fn at(&self, position: u32) -> Option<&TargetVersion> {
        let count = self.versions.partition_point(|version| version.position <= position);
        count.checked_sub(1).and_then(|index| self.versions.get(index))
    }

    /// What it said after a landing.
    pub fn digest_at(&self, position: Option<u32>) -> Option<u64> {
        self.at(position?)?.state.as_ref().map(|state| state.digest)
    }

    /// What the landing of a version did.
    pub fn effect(&self, at: usize) -> Effect {
        let before = at.checked_sub(1).and_then(|at| self.versions.get(at));
        self.versions.get(at).map_or(Effect::Nothing, |version| effect(before, version))
    }
}

fn effect(before: Option<&TargetVersion>, version: &TargetVersion) -> Effect {
    let old = before.and_then(|version| version.state.as_ref());
    match (old, &version.state) {
        (None, None) => Effect::Nothing,
        (None, Some(_)) => Effect::Created,
        (Some(_), None) => Effect::Removed,
        (Some(old), Some(new)) if old.digest != new.digest => {
            if new.inspected {
                Effect::Real
            } else {
                Effect::NotInspected
            }
        }
        (Some(old), Some(new)) if old.revision != new.revision => Effect::RevisionOnly,
        (Some(_), Some(_)) if version.moved_from.is_some() => Effect::Moved,
        (Some(_), Some(_)) => Effect::Nothing,
    }
}
