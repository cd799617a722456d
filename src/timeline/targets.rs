//! What a record says that it changed, against what changed.

use super::model::{Answer, ClaimEntry, ClaimedTarget, Day, TargetKind, TargetLanding};
use super::words::{Difference, MOST_HUNKS};
use super::{Depth, Teller};
use crate::git::{ObjectId, Past, Snapshot};
use crate::history::claims::{self, Claim, Named};
use crate::history::{Chronicle, Effect, Landed, Landing, Proof, Sighting, Target, TargetVersion, Told, told};
use crate::record::{Change, Incident};
use crate::source::RepoPath;
use crate::text::Text;
use crate::time::When;
use indexmap::IndexMap;

/// The most landings of one target that are told.
const MOST_LANDINGS: usize = 30;

/// Everything that the actions and decisions of a record say was changed, in the order of the record.
pub(super) fn targets(teller: &Teller<'_>, incident: &Incident) -> Vec<ClaimedTarget> {
    let mut named: IndexMap<&str, Vec<ClaimEntry>> = IndexMap::new();
    let mut outside = Vec::new();
    let judged = claims::of_record(incident, &teller.as_of());
    for action in incident.actions.items() {
        for (field, entry) in claims::of_action(action) {
            let claim = judged.iter().find(|c| c.action.is_some_and(|a| std::ptr::eq(a, action)) && c.field == field);
            let field = format!("{}.{field}", action.field);
            let said = Said { field, action: Some(Text::new(action.name())), is_open: action.is_open() };
            named.entry(entry.as_str()).or_default().push(said.judge(teller, claim));
        }
        for (index, change) in action.changes.items().iter().enumerate() {
            if let Change::Outside { what, .. } = change {
                let field = format!("{}.changes.{index}", action.field);
                let said = Said { field, action: Some(Text::new(action.name())), is_open: false };
                outside.push((what.text().unwrap_or_default(), said.answered(None, Answer::Outside)));
            }
        }
    }
    for (field, entry) in claims::of_decisions(incident) {
        let claim = judged.iter().find(|claim| claim.action.is_none() && claim.field == field);
        let said = Said { field, action: None, is_open: false };
        named.entry(entry.as_str()).or_default().push(said.judge(teller, claim));
    }
    let from = incident.detected.value();
    let mut targets: Vec<ClaimedTarget> =
        named.into_iter().map(|(name, claims)| target(teller, name, claims, from)).collect();
    targets.extend(outside.into_iter().map(|(what, claim)| bare(what, vec![claim])));
    targets
}

/// Who says that something changed.
struct Said {
    field: String,
    action: Option<Text>,
    is_open: bool,
}

impl Said {
    fn answered(self, claim: Option<&Claim<'_>>, answer: Answer) -> ClaimEntry {
        ClaimEntry {
            field: Text::new(self.field),
            action: self.action,
            from: claim.map(|claim| Day(claim.from.date)),
            to: claim.map(|claim| Day(claim.to)),
            answer,
            commit: None,
            day: None,
            why: None,
        }
    }

    fn refused(self, claim: Option<&Claim<'_>>, why: impl Into<Text>) -> ClaimEntry {
        ClaimEntry { why: Some(why.into()), ..self.answered(claim, Answer::NotCompared) }
    }

    fn judge(self, teller: &Teller<'_>, claim: Option<&Claim<'_>>) -> ClaimEntry {
        let Some(claim) = claim else {
            let why = "the record does not state when the incident was detected, or when the action was completed";
            return if self.is_open { self.answered(None, Answer::Open) } else { self.refused(None, why) };
        };
        let sources = &teller.sources;
        let told = sources.history.answer(sources.population, sources.book, claim);
        let (answer, landing) = match &told {
            Told::Judged(_, proof) => answer(proof),
            Told::Unknown | Told::Landed(Landed::NotOnTheLine | Landed::NotHere) => (Answer::Unknown, None),
            // What a commit or a pull request changed is not inspected.
            Told::Landed(Landed::InTime) => (Answer::NotInspected, None),
            Told::Landed(Landed::Outside(landing)) => (Answer::Missing, Some(landing)),
            Told::NoTarget => return self.refused(Some(claim), "it names nothing whose change git could show"),
            Told::NotCompared(why) => return self.refused(Some(claim), why.clone()),
        };
        ClaimEntry {
            commit: landing.and_then(|landing| landing.commit).map(|commit| commit.to_string()),
            day: landing.map(|landing| Day(landing.day)),
            ..self.answered(Some(claim), answer)
        }
    }
}

fn answer<'p, 'h>(proof: &'p Proof<'h>) -> (Answer, Option<&'p Landing<'h>>) {
    match proof {
        Proof::Holds { undone: Some(undone), .. } => (Answer::Undone, Some(&undone.landing)),
        Proof::Holds { by, .. } if by.effect == Effect::NotInspected => (Answer::NotInspected, Some(&by.landing)),
        Proof::Holds { by, .. } => (Answer::Holds, Some(&by.landing)),
        Proof::Unknown => (Answer::Unknown, None),
        Proof::Missing { is_taken_back: true, inside, .. } => {
            (Answer::TakenBack, inside.iter().rev().find(|sighting| sighting.effect.is_change()).map(|s| &s.landing))
        }
        Proof::Missing { .. } => (Answer::Missing, None),
    }
}

/// A target of which nothing more is known.
fn bare(name: &str, claims: Vec<ClaimEntry>) -> ClaimedTarget {
    ClaimedTarget {
        name: Text::new(name),
        path: None,
        kind: TargetKind::Other,
        repository: None,
        claims,
        landings: Vec::new(),
        more: 0,
    }
}

fn target(teller: &Teller<'_>, name: &str, claims: Vec<ClaimEntry>, from: Option<&When>) -> ClaimedTarget {
    let bare = bare(name, claims);
    match claims::named(teller.sources.population, teller.sources.book, name) {
        Named::Here { targets, .. } => {
            let Some(target) = known(teller.chronicle(), targets) else { return bare };
            let texts = Texts { teller, target: &target, past: teller.past, snapshot: teller.sources.snapshot };
            texts.tell(teller.chronicle(), from, bare)
        }
        Named::Elsewhere { repository, targets, .. } => {
            let bare = ClaimedTarget { repository: Some(Text::new(repository)), ..bare };
            let folder = teller.sources.book.config.evidence.repositories.get(repository);
            let snapshot = teller.sources.snapshot.root().zip(folder).map(|(root, to)| Snapshot::beside(root, to));
            match (teller.sources.history.mapped(repository), snapshot) {
                (Ok(chronicle), Some(Ok(snapshot))) => match (snapshot.past(), known(chronicle, targets)) {
                    (Some(past), Some(target)) => {
                        Texts { teller, target: &target, past, snapshot: &snapshot }.tell(chronicle, from, bare)
                    }
                    _ => bare,
                },
                _ => bare,
            }
        }
        _ => bare,
    }
}

/// The target of which history knows something, among those that a text may mean; else the first.
fn known(chronicle: &Chronicle, mut targets: Vec<Target>) -> Option<Target> {
    let is_known = |target: &Target| chronicle.target(target).is_some_and(|history| !history.versions.is_empty());
    let at = targets.iter().position(is_known).unwrap_or(0);
    (at < targets.len()).then(|| targets.swap_remove(at))
}

/// The texts of a target.
struct Texts<'t, 'a> {
    teller: &'t Teller<'a>,
    target: &'t Target,
    past: Past<'t>,
    snapshot: &'t Snapshot,
}

impl Texts<'_, '_> {
    fn tell(&self, chronicle: &Chronicle, from: Option<&When>, bare: ClaimedTarget) -> ClaimedTarget {
        let kind = match self.target {
            Target::Row(..) => TargetKind::Row,
            Target::Document(_) => TargetKind::Document,
            Target::Folder(_) => TargetKind::Folder,
        };
        let Some(history) = chronicle.target(self.target).filter(|history| !history.versions.is_empty()) else {
            return ClaimedTarget { kind, ..bare };
        };
        let start = from.and_then(|from| chronicle.before(from));
        let is_before = |position: u32| start.is_some_and(|start| position <= start);
        let sightings: Vec<Sighting<'_>> = chronicle.sightings(history).collect();
        let first = sightings.iter().rposition(|s| is_before(s.landing.position)).unwrap_or(0);
        let told = sightings.iter().enumerate().skip(first).take(MOST_LANDINGS);
        let landings = told.map(|(index, sighting)| {
            let older = index.checked_sub(1).and_then(|index| sightings.get(index)).map(|s| s.version);
            let commit = sighting.landing.commit.map(|commit| commit.to_string());
            let answers = || bare.claims.iter().any(|claim| commit.is_some() && claim.commit == commit);
            let is_compared = match self.teller.depth {
                Depth::All => true,
                Depth::Answers => answers(),
                Depth::NoWords => false,
            };
            self.landing(chronicle, older, sighting, is_before(sighting.landing.position), is_compared)
        });
        ClaimedTarget {
            kind,
            path: history.versions.last().map(|version| Text::new(version.path.as_str())),
            landings: landings.collect(),
            more: (sightings.len() - first).saturating_sub(MOST_LANDINGS),
            ..bare
        }
    }

    fn landing(
        &self,
        chronicle: &Chronicle,
        older: Option<&TargetVersion>,
        sighting: &Sighting<'_>,
        before: bool,
        is_compared: bool,
    ) -> TargetLanding {
        let difference = match self.target {
            _ if !is_compared => None,
            Target::Folder(folder) => self.folder(chronicle, folder, &sighting.landing),
            _ => self.text(older).zip(self.text(Some(sighting.version))).map(|(old, new)| {
                let difference = self.teller.compare(&old, &new);
                // What was first written is its size alone: it would be shown whole.
                if older.is_none_or(|older| older.state.is_none()) {
                    Difference { hunks: Vec::new(), more: 0, ..difference }
                } else {
                    difference
                }
            }),
        };
        let (added, removed) = difference.as_ref().map(|d| (d.added, d.removed)).unzip();
        let (hunks, more) = difference.map(|d| (d.hunks, d.more)).unwrap_or_default();
        TargetLanding {
            landed: self.teller.seen(&sighting.landing),
            effect: sighting.effect,
            before,
            added,
            removed,
            hunks,
            more,
        }
    }

    /// What a version says; nothing where the target is not there, `None` where it cannot be read.
    fn text(&self, version: Option<&TargetVersion>) -> Option<String> {
        let Some(version) = version.filter(|version| version.state.is_some()) else { return Some(String::new()) };
        let bytes = self.bytes(version.blob, &version.path)?;
        match self.target {
            Target::Row(kind, id) => told::row(self.teller.sources.book, *kind, id, &version.path, bytes),
            _ => told::document(&version.path, bytes),
        }
    }

    fn bytes(&self, blob: Option<ObjectId>, path: &RepoPath) -> Option<Vec<u8>> {
        match blob {
            Some(blob) => self.past.blob(blob).ok(),
            None => self.snapshot.read(self.snapshot.entry(path.as_str())?).ok(),
        }
    }

    /// What a landing changed in all files of a folder together.
    fn folder(&self, chronicle: &Chronicle, folder: &RepoPath, landing: &Landing<'_>) -> Option<Difference> {
        landing.commit?;
        let prefix = format!("{folder}/");
        let events = self.past.changes_of(chronicle.line(), landing.position).ok()?;
        let mut sum = Difference::default();
        for event in events {
            let path = RepoPath::new(String::from_utf8_lossy(&event.path));
            if !path.as_str().starts_with(&prefix) {
                continue;
            }
            let text = |file: Option<crate::git::FileId>| match file {
                Some(file) => told::document(&path, self.past.blob(file.id).ok()?),
                None => Some(String::new()),
            };
            let difference = self.teller.compare(&text(event.before)?, &text(event.after)?);
            (sum.added, sum.removed) = (sum.added + difference.added, sum.removed + difference.removed);
            sum.more += difference.more + difference.hunks.len();
            if event.before.is_some() && sum.hunks.len() < MOST_HUNKS {
                sum.more -= difference.hunks.len();
                sum.hunks.extend(difference.hunks);
            }
        }
        Some(sum)
    }
}
