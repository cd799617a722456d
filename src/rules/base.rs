//! What the comparison with a base shows of ids, without any history: which are gone, and which were replaced.
//!
//! It is how a hook sees a commit that deletes a record. Both functions leave out ids that history knows: their rules
//! find those there.

use super::{Case, Finding, Outcome};
use crate::config::Level;
use crate::population::{Earlier, EarlierRecord, Population};
use crate::record::{Incident, ProblemKind};
use crate::source::{Place, RepoPath};
use crate::text::shorten;
use std::collections::HashMap;

/// The rules that see the base of a comparison: what they find cannot be told of a tree alone.
pub const SEE_BASE: [&str; 2] = ["vanished-record", "unstable-id"];

/// The records of the judged tree by their files.
type ByPath<'a> = HashMap<&'a RepoPath, Vec<&'a Incident>>;

/// Ids that the base has and the tree has not: for `vanished-record`.
pub(super) fn vanished(case: &Case<'_>, out: &mut Outcome) {
    let Some(base) = case.base() else { return };
    let by_path = by_path(case.population());
    for (id, record) in base.records().filter(|(id, _)| !has_history(case, id)) {
        out.test();
        if is_gone(case.population(), base, &by_path, id, record) {
            out.find(gone(id, record.place, "the base"));
        }
    }
}

/// Records whose file stated another id in the base: for `unstable-id`.
pub(super) fn renamed(case: &Case<'_>, out: &mut Outcome) {
    let Some(base) = case.base() else { return };
    let population = case.population();
    let by_path = by_path(population);
    for incident in &population.incidents {
        let path = population.path(incident.source);
        let gone = |before: &&str| population.incident(before).is_none() && !has_history(case, before);
        let Some(before) = base.only(path).filter(gone) else { continue };
        if replaced_by(base, &by_path, path).is_some_and(|now| Some(now) == incident.id()) {
            out.find(replaced(incident, before));
        }
    }
}

fn has_history(case: &Case<'_>, id: &str) -> bool {
    case.history().is_ok_and(|history| history.record(id).is_some())
}

fn by_path(population: &Population) -> ByPath<'_> {
    let mut by_path = ByPath::new();
    for incident in &population.incidents {
        by_path.entry(population.path(incident.source)).or_default().push(incident);
    }
    by_path
}

/// The id that a file states alone, where it is one that the base did not know.
fn replaced_by<'a>(base: &Earlier, by_path: &ByPath<'a>, path: &RepoPath) -> Option<&'a str> {
    match by_path.get(path).map(Vec::as_slice) {
        Some([only]) => only.id().filter(|id| base.record(id).is_none()),
        _ => None,
    }
}

/// A file that is there and cannot be read, or is left out now, has not lost its record; one whose id was replaced
/// holds it under another name. Other rules say so.
fn is_gone(population: &Population, base: &Earlier, by_path: &ByPath<'_>, id: &str, record: &EarlierRecord) -> bool {
    if population.incident(id).is_some() {
        return false;
    }
    let here = by_path.get(&record.path).map_or(&[][..], Vec::as_slice);
    let is_broken = |incident: &&Incident| {
        incident.id().is_none() || incident.problems.iter().any(|problem| problem.kind == ProblemKind::Unreadable)
    };
    let is_unread = record.is_unread || here.iter().any(is_broken);
    let is_replaced = base.only(&record.path) == Some(id) && replaced_by(base, by_path, &record.path).is_some();
    !is_unread && !is_replaced
}

/// What is said of an id that was there and is not any more, at the path where it last stood; `since` names what took
/// it away.
fn gone(id: &str, place: Place, since: &str) -> Finding {
    let finding = Finding { record: Some(id.into()), ..Finding::at(Level::Error, "", place) };
    finding.keyed(id).says(
        format!("{} is gone since {since}; no tombstone says why", shorten(id, 30)),
        "Figures, samples and trends rest on a complete list; an id that is gone could have been anything.",
        "Gone by mistake? Restore the file. No incident after all? Leave a tombstone: `id`, `title`, `status: retired`, \
         `retired: {why, by}`.",
    )
}

fn replaced(incident: &Incident, before: &str) -> Finding {
    Finding::of(incident, Level::Error, "id", incident.id.place()).keyed(before).says(
        format!("The id was {} and is {} now", shorten(before, 28), shorten(incident.id().unwrap_or_default(), 28)),
        "Minutes, risks and reviews point to a record by its id, so it has to mean this one for good.",
        "Write the former id again. Another incident? Bring the former record back, and put this one into a file of \
         its own.",
    )
}
