//! Whether a claim of change holds in its window.

use super::chronicle::{Chronicle, Landing};
use super::target::{Effect, Target, TargetHistory, TargetVersion};
use crate::time::When;
use chrono::NaiveDate;

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
        let sightings: Vec<Sighting<'_>> = self.sightings(history).collect();
        let first = |position: u32| start.is_none_or(|start| position > start);
        let is_inside =
            |s: &&Sighting<'_>| first(s.landing.position) && end.is_some_and(|end| s.landing.position <= end);
        let inside: Vec<Sighting<'_>> = sightings.iter().filter(is_inside).copied().collect();
        let (old, new) = (history.digest_at(start), history.digest_at(end));
        let change = inside.iter().rev().find(|sighting| sighting.effect.is_change()).copied();
        let is_later = |s: &&Sighting<'_>| end.is_none_or(|end| s.landing.position > end) && s.effect.is_change();
        match change {
            Some(by) if old != new => Proof::Holds { by, undone: self.undone(history, &sightings, old, end) },
            _ => Proof::Missing {
                before: sightings.iter().rev().find(|s| !first(s.landing.position) && s.effect.is_change()).copied(),
                after: sightings.iter().find(is_later).copied(),
                later: sightings.iter().filter(is_later).count(),
                is_taken_back: change.is_some(),
                inside,
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
        let found = std::iter::once(None).chain(history.versions.iter().map(Some));
        history.effects().zip(found).map(|((version, effect), found)| Sighting {
            landing: self.landing(version.position),
            effect,
            version,
            found,
        })
    }

    /// The landing since which a target says again what it said before its window.
    fn undone<'h>(
        &self,
        history: &TargetHistory,
        sightings: &[Sighting<'h>],
        old: Option<u64>,
        end: Option<u32>,
    ) -> Option<Sighting<'h>> {
        let now = history.versions.last().and_then(|version| version.state.as_ref()).map(|state| state.digest);
        let later = sightings.iter().filter(|s| end.is_none_or(|end| s.landing.position > end));
        if now != old {
            // It went back, and what came since then is something else.
            let says_old = |s: &&Sighting<'_>| s.version.state.as_ref().map(|state| state.digest) == old;
            return later.rev().find(|s| s.version.takes_back && says_old(s)).copied();
        }
        later.rev().find(|s| s.effect.is_change()).copied()
    }
}
