//! What the rules of this family ask of history: records that it knows, and landings that count.

use super::dated::{Dated, dates};
use crate::git::Unwitnessed;
use crate::history::{Came, DayLog, Grade, History, Landing, LandingKind, RecordHistory};
use crate::record::Incident;
use crate::rules::{Case, Finding, NotRun};
use crate::source::Place;
use crate::time::When;
use std::collections::{HashMap, HashSet};

/// History, as a witness of how records were kept.
pub(super) struct Witness<'a> {
    pub history: &'a History,
    /// The last landing that was imported: of it and what came before, nobody was a witness.
    imported: Option<u32>,
    /// Ids that several records bear: their histories are mixed, and `unstable-id` speaks of them.
    shared: HashSet<&'a str>,
    /// Records that stood under another id before, by their present one.
    earlier: HashMap<&'a str, &'a RecordHistory>,
}

impl<'a> Witness<'a> {
    /// # Errors
    /// There is no history.
    pub fn of(case: &Case<'a>) -> Result<Self, NotRun> {
        let history = case.history()?;
        let imported = case.imported().and_then(|since| history.chronicle.end_of(since));
        let mut known = HashSet::new();
        let ids = case.population().incidents.iter().filter_map(Incident::id);
        let shared = ids.filter(|id| !known.insert(*id)).collect();
        let moved = history.successors().into_iter();
        let earlier = moved.filter_map(|(old, new)| Some((new.id, history.record(old)?))).collect();
        Ok(Self { history, imported, shared, earlier })
    }

    /// What history knows of a record.
    pub fn record(&self, incident: &Incident) -> Option<&'a RecordHistory> {
        let id = incident.id().filter(|id| !self.shared.contains(id))?;
        self.history.record(id)
    }

    /// The dates of a record that have come, with when each came into history. What the record stated under an earlier
    /// id counts from then on.
    pub fn dates<'i>(&self, case: &Case<'_>, incident: &'i Incident) -> Vec<(Dated<'i>, When, Came)> {
        let Some(record) = self.record(incident) else { return Vec::new() };
        let log = DayLog::of(record);
        let earlier = incident.id().and_then(|id| self.earlier.get(id)).map(|record| DayLog::of(record));
        let came = |dated: Dated<'i>| {
            let stated = dated.fact.value().copied().filter(|when| case.has_come(*when))?;
            let came = log.came(&dated.field, &stated)?;
            let before = earlier.as_ref().and_then(|log| log.came(&dated.field, &stated));
            let first = before.map_or(came.first, |before| before.first.min(came.first));
            Some((dated, stated, Came { first, ..came }))
        };
        dates(incident).into_iter().filter_map(came).collect()
    }

    /// A landing that was not imported.
    pub fn landing(&self, position: u32) -> Option<Landing<'a>> {
        let is_imported = self.imported.is_some_and(|last| position <= last);
        (!is_imported).then(|| self.history.landing(position))
    }

    /// Adds a landing to a finding on a record: `3f9a2c1 of 2026-06-01 did this; …`.
    pub fn tell(&self, finding: Finding, incident: &Incident, landing: &Landing<'_>, did: &str) -> Finding {
        let text = match (landing.kind, landing.grade) {
            (LandingKind::Pending, _) => format!("what is not committed yet {did}"),
            (LandingKind::PullRequest, _) => format!("{} {did}; it has not landed yet", landing.short()),
            (_, Grade::W2) => format!("{} {did}; the forge signed that date", landing.name()),
            _ => format!("{} {did}; its committer set that date{}", landing.name(), why_not(landing)),
        };
        finding.seen(Place::File(incident.source), landing, text)
    }
}

/// Why no signature witnesses a landing, where there are keys to verify one.
fn why_not(landing: &Landing<'_>) -> String {
    let why = landing.unwitnessed.filter(|why| *why != Unwitnessed::NoKeys);
    why.map_or_else(String::new, |why| format!(" ({})", why.reason()))
}

/// Whether a landing has happened: what is pending, or in an open pull request, has not.
pub(super) fn has_landed(landing: &Landing<'_>) -> bool {
    !matches!(landing.kind, LandingKind::Pending | LandingKind::PullRequest)
}

/// `3f9a2c1 on 2026-06-01`, or what a change is that has not landed.
pub(super) fn by(landing: &Landing<'_>) -> String {
    match landing.commit {
        Some(commit) => format!("in {} on {}", commit.short(), landing.day),
        None => "in the working tree".to_owned(),
    }
}
