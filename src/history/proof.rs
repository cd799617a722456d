//! Whether a claim of change holds in its window.

use super::chronicle::{Chronicle, Landing};
use super::target::{Effect, Target, TargetHistory, TargetVersion};
use crate::time::When;
use chrono::NaiveDate;
use std::ops::Range;

/// A landing that touched a target, with what it did.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'h> {
    /// The landing.
    pub landing: Landing<'h>,
    /// What it did to the target.
    pub effect: Effect,
    /// The version that it left.
    pub version: &'h TargetVersion,
    /// The version that it found.
    pub found: Option<&'h TargetVersion>,
}

/// What became of a claim.
#[derive(Clone, Debug)]
pub enum Proof<'h> {
    /// It holds: the last change in the window, and the landing that took it back since, if one did.
    Holds {
        /// The last change in substance in the window.
        by: Sighting<'h>,
        /// The landing since which the target says again what it said before.
        undone: Option<Sighting<'h>>,
    },
    /// Neither the tree nor history knows the target.
    Unknown,
    /// No landing in the window changed the target in substance, or none lasted to its end.
    Missing {
        /// The last change in substance before the window.
        before: Option<Sighting<'h>>,
        /// Landings in the window that touched it without changing it in substance, or whose change was taken back.
        inside: Vec<Sighting<'h>>,
        /// The first change in substance after the window.
        after: Option<Sighting<'h>>,
        /// How many changes in substance came after the window.
        later: usize,
        /// Whether something changed in the window and was changed back before its end.
        is_taken_back: bool,
    },
}

impl Chronicle {
    /// Whether a target changed in substance from a moment to the end of a day, and still differed at that end.
    pub fn prove(&self, target: &Target, from: &When, to: NaiveDate) -> Proof<'_> {
        let Some(history) = self.target(target).filter(|history| !history.versions.is_empty()) else {
            return Proof::Unknown;
        };
        let (start, end) = (self.before(from), self.end_of(to));
        let up_to = |position: Option<u32>| {
            history.versions.partition_point(|version| position.is_some_and(|position| version.position <= position))
        };
        let first = up_to(start);
        let window = first..up_to(end).max(first);
        let changes = |at: &usize| history.effect(*at).is_change();
        let change = window.clone().rev().find(changes);
        let (old, new) = (history.digest_at(start), history.digest_at(end));
        let later = window.end..history.versions.len();
        match change.and_then(|at| self.sighting(history, at)) {
            Some(by) if old != new => Proof::Holds { by, undone: self.undone(history, later, old) },
            by => Proof::Missing {
                before: (0..first).rev().find(changes).and_then(|at| self.sighting(history, at)),
                after: later.clone().find(changes).and_then(|at| self.sighting(history, at)),
                later: later.filter(changes).count(),
                is_taken_back: by.is_some(),
                inside: window.filter_map(|at| self.sighting(history, at)).collect(),
            },
        }
    }

    /// The first of several targets that history knows, and whether it changed.
    pub fn prove_any<'t>(&self, targets: &'t [Target], from: &When, to: NaiveDate) -> Option<(&'t Target, Proof<'_>)> {
        let mut proofs = targets.iter().map(|target| (target, self.prove(target, from, to)));
        proofs.find(|(_, proof)| !matches!(proof, Proof::Unknown))
    }

    /// Whether a landing lies between a moment and the end of a day.
    pub fn is_within(&self, position: u32, from: &When, to: NaiveDate) -> bool {
        let is_after = self.before(from).is_none_or(|start| position > start);
        is_after && self.end_of(to).is_some_and(|end| position <= end)
    }

    /// Every landing that touched a target.
    pub fn sightings<'h>(&'h self, history: &'h TargetHistory) -> impl Iterator<Item = Sighting<'h>> {
        (0..history.versions.len()).filter_map(|at| self.sighting(history, at))
    }

    /// The landing that left one version of a target.
    fn sighting<'h>(&'h self, history: &'h TargetHistory, at: usize) -> Option<Sighting<'h>> {
        let version = history.versions.get(at)?;
        let found = at.checked_sub(1).and_then(|at| history.versions.get(at));
        Some(Sighting { landing: self.landing(version.position), effect: history.effect(at), version, found })
    }

    /// The landing since which a target says again what it said before its window, among versions after it.
    fn undone<'h>(&'h self, history: &'h TargetHistory, later: Range<usize>, old: Option<u64>) -> Option<Sighting<'h>> {
        let digest = |version: &TargetVersion| version.state.as_ref().map(|state| state.digest);
        let took_back = |at: &usize| match history.versions.last().and_then(digest) == old {
            true => history.effect(*at).is_change(),
            // It went back, and what came since then is something else.
            false => history.versions.get(*at).is_some_and(|version| version.takes_back && digest(version) == old),
        };
        later.rev().find(took_back).and_then(|at| self.sighting(history, at))
    }
}
