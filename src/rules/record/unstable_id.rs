//! An id that does not name exactly one record.
//!
//! ## What it checks
//!
//! No two records state the same id. Where the files are named by the ids of their records, the id in a file is the
//! one in its name: always with `[incidents] id = "file-stem"`, otherwise where the name has the form of the ids in
//! use (`INC-2026-0004`, also with words behind it). Within a record no two actions and no two lessons have one id. And
//! history shows no record that stands under another id now than before: one that was left in the same landing in which
//! the other began, with the same title or detection and mostly the same facts. Three changes are fine: a blank that got
//! its number (`INC-2026-XXX`), an id that was corrected to the name of its file, and one whose old id stays as a
//! tombstone.
//!
//! ## Why an auditor cares
//!
//! Minutes, risks and management reviews point to an incident by its id, and auditors draw their samples from the
//! list of ids. An id that means two records, or none, breaks every one of these trails.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0007
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! `[incidents] id = "file-stem"` says that the name of a file is the id of its record.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 7.5.3 and A.5.33.

use crate::config::Level;
use crate::document::Syntax;
use crate::history::{History, Successor};
use crate::record::register::RegisterKind;
use crate::record::{Incident, TextFact};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, base};
use crate::source::SourceId;
use crate::text::shorten;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unstable-id",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unstable_id.rs"),
    },
    check,
};

const WHY: &str = "Minutes, risks and reviews point to a record by its id, so it has to mean this one for good.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let population = case.population();
    let names = Names::new(case);
    let owners = owners(case, &names);
    let changed = case.history().map_or_else(|_| HashMap::new(), |history| changed(case, history));
    for incident in &population.incidents {
        let Some(id) = incident.id() else { continue };
        out.test();
        if let Some(owner) = owners.get(id).filter(|owner| owner.home != incident.home) {
            out.find(shared(case, incident, id, owner));
        } else if let Some(stem) = names.implied(incident).filter(|stem| !is_same(stem, id)) {
            out.find(misnamed(incident, id, &stem));
        } else if let Some((old, position)) = changed.get(id) {
            out.findings.extend(another_since(case, incident, (old, id), *position));
        }
        twice(incident, out);
    }
    base::renamed(case, out);
    // Otherwise whether an id changed stands in the history alone.
    if out.tested > 0 { case.history().map(|_| ()) } else { Ok(()) }
}

/// The record that each id belongs to: the one whose file is named by it, else the first.
fn owners<'a>(case: &Case<'a>, names: &Names<'_>) -> HashMap<&'a str, &'a Incident> {
    let is_named = |holder: &Incident, id: &str| names.stem(holder).is_some_and(|stem| is_same(stem, id));
    let mut owners: HashMap<&str, &Incident> = HashMap::new();
    for incident in &case.population().incidents {
        let Some(id) = incident.id() else { continue };
        let owner = owners.entry(id).or_insert(incident);
        if owner.home != incident.home && is_named(incident, id) && !is_named(owner, id) {
            *owner = incident;
        }
    }
    owners
}

fn shared(case: &Case<'_>, incident: &Incident, id: &str, owner: &Incident) -> Finding {
    let other = shorten(case.population().path(owner.source).as_str(), 36);
    Finding::of(incident, Level::Error, "id", incident.id.place())
        .says(
            format!("The id {} already belongs to {other}", shorten(id, 24)),
            WHY,
            "A slip of the pen? Correct it. Two incidents? Give the newer one the next free id. One incident? Keep one \
             of the two records.",
        )
        .related(owner.id.place(), "The other record with this id")
}

/// Ids of actions and lessons that stand twice in one record: a link to them could mean either.
fn twice(incident: &Incident, out: &mut Outcome) {
    let actions = incident.actions.items().iter().map(|action| &action.id);
    let lessons = incident.lessons.items().iter().map(|lesson| &lesson.id);
    repeated(incident, "actions", actions, out);
    repeated(incident, "lessons", lessons, out);
}

fn repeated<'i>(incident: &Incident, list: &str, ids: impl Iterator<Item = &'i TextFact>, out: &mut Outcome) {
    let mut first: HashMap<&str, &TextFact> = HashMap::new();
    for (index, fact) in ids.enumerate() {
        let Some(id) = fact.text() else { continue };
        match first.entry(id) {
            Entry::Vacant(vacant) => {
                vacant.insert(fact);
            }
            Entry::Occupied(held) => {
                let finding = Finding::of(incident, Level::Warning, format!("{list}.{index}.id"), fact.place());
                out.find(
                    finding
                        .says(
                            format!("The id {} stands twice under `{list}`", shorten(id, 40)),
                            "Lessons, minutes and other records point to it by this id, which could mean either.",
                            "Give one of the two an id of its own, and correct what points to it.",
                        )
                        .related(held.get().place(), "It is here first"),
                );
            }
        }
    }
}

fn misnamed(incident: &Incident, id: &str, stem: &str) -> Finding {
    Finding::of(incident, Level::Error, "id", incident.id.place()).says(
        format!("The record states the id {}; its file is named {}", shorten(id, 26), shorten(stem, 26)),
        WHY,
        "Write the id by which others know the record, and name the file by it.",
    )
}

/// The ids that records have had another one before, with the old id and the landing that changed it.
fn changed<'h>(case: &Case<'_>, history: &'h History) -> HashMap<&'h str, (&'h str, u32)> {
    let successors = history.successors();
    let is_present = |id: &str| case.population().incident(id).is_some();
    let is_left = |old: &&str| !is_present(old) && !is_blank(old);
    let imported = |position: u32| case.imported().is_some_and(|since| history.landing(position).day <= since);
    let mut changed = HashMap::new();
    for old in successors.keys().copied().filter(is_left) {
        // A record may have changed its id several times: each old one is told of where it stands now.
        let mut next: Option<&Successor<'_>> = successors.get(old);
        let first = next.map(|successor| (successor.id, successor.position));
        let mut steps = 0;
        while let Some(successor) = next.filter(|successor| !is_present(successor.id) && steps < 100) {
            next = successors.get(successor.id);
            steps += 1;
        }
        let path = history.record(old).and_then(|record| record.lives.last()).map(|life| &life.path);
        let is_corrected = |id: &str| path.is_some_and(|path| is_same(path.file_stem(), id));
        if let (Some((id, position)), Some(successor)) = (first, next)
            && !is_corrected(id)
            && !imported(position)
        {
            changed.insert(successor.id, (old, position));
        }
    }
    changed
}

/// Whether an id is one that waits for its number: `INC-2026-XXX`, `INC-2026-0000`.
fn is_blank(id: &str) -> bool {
    let last = id.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '#')).next().unwrap_or_default();
    last.chars().all(|c| matches!(c, 'x' | 'X' | 'n' | 'N' | '?' | '#' | '0'))
}

fn another_since(case: &Case<'_>, incident: &Incident, (old, id): (&str, &str), position: u32) -> Option<Finding> {
    let history = case.history().ok()?;
    let landing = history.landing(position);
    let finding = Finding::of(incident, Level::Error, "id", incident.id.place()).keyed(old).says(
        format!("Until {} the id of this record was {}", landing.short(), shorten(old, 48)),
        WHY,
        "By mistake? Write the old id again. Meant so? Leave a tombstone under the old id, or say why under \
         `amendments`, with `fields: [id]`.",
    );
    let place = history.place(case.population().path(incident.source));
    let finding = match place {
        Some(place) => finding.seen(place, &landing, format!("{old} became {id} here")),
        None => finding,
    };
    let entries = incident.amendments.value().into_iter().flatten().filter(|entry| entry.is_complete());
    let entry = entries.rev().find(|entry| entry.fields.items().iter().any(|field| field.as_str() == "id"));
    Some(match entry.and_then(|entry| entry.why.text().zip(entry.by.text())) {
        Some((why, by)) => finding.acknowledged("amendments", why, by),
        None => finding,
    })
}

/// How the files of the records are named.
struct Names<'a> {
    stems: HashMap<SourceId, &'a str>,
    is_configured: bool,
    forms: HashSet<String>,
}

impl<'a> Names<'a> {
    fn new(case: &Case<'a>) -> Self {
        let population = case.population();
        let rows = population.register(RegisterKind::Incidents).rows.values().map(|row| row.source);
        // The name of a file says nothing about the records of a table, nor about several records.
        let mut tables: HashSet<SourceId> = rows.collect();
        let mut stems = HashMap::new();
        for incident in &population.incidents {
            let path = population.path(incident.source);
            let is_table = Syntax::of(path) == Some(Syntax::Csv);
            if is_table || stems.insert(incident.source, path.file_stem()).is_some() {
                tables.insert(incident.source);
            }
        }
        stems.retain(|source, _| !tables.contains(source));
        let ids = population.incidents.iter().filter_map(|incident| incident.id());
        let forms = ids.map(form).filter(|form| form.contains(char::is_alphabetic) && form.contains('#')).collect();
        Self { stems, is_configured: case.book().config.incidents.id.as_deref() == Some("file-stem"), forms }
    }

    fn stem(&self, incident: &Incident) -> Option<&'a str> {
        self.stems.get(&incident.source).copied()
    }

    /// The id that the name of a file implies: its stem, or the part of it that has the form of an id.
    fn implied(&self, incident: &Incident) -> Option<String> {
        let (stem, id) = (self.stem(incident)?, incident.id()?);
        if self.is_configured {
            return Some(stem.to_owned());
        }
        // A name that begins with the id may go on in words: `INC-2026-0004-vpn`.
        let (stem_folded, id_folded) = (stem.to_lowercase(), id.to_lowercase());
        let rest = stem_folded.strip_prefix(&id_folded);
        if rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)) {
            return None;
        }
        beginnings(stem).into_iter().rev().find(|start| self.forms.contains(&form(start))).map(ToOwned::to_owned)
    }
}

/// The parts of a name that could be its id: all of it, and what stands before a word. A number that follows would
/// belong to it.
fn beginnings(stem: &str) -> Vec<&str> {
    let before_word = |at: &usize| {
        let rest = stem.get(*at..).unwrap_or_default();
        rest.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_alphabetic)
    };
    let marks = stem.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
    marks.filter(before_word).chain([stem.len()]).filter_map(|end| stem.get(..end)).collect()
}

/// The form of an id: its letters, with `#` for each number. `INC-2026-0004` has the form `inc-#-#`.
fn form(id: &str) -> String {
    let mut form = String::with_capacity(id.len());
    for c in id.trim().chars().flat_map(char::to_lowercase) {
        match c.is_ascii_digit() {
            true if form.ends_with('#') => {}
            true => form.push('#'),
            false => form.push(c),
        }
    }
    form
}

/// Whether two ids are one, apart from case and leading zeros.
fn is_same(one: &str, other: &str) -> bool {
    let parts = |id: &str| {
        let lower = id.trim().to_lowercase();
        let split = lower.split(|c: char| !c.is_alphanumeric());
        split.map(|part| part.trim_start_matches('0').to_owned()).collect::<Vec<_>>()
    };
    parts(one) == parts(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_wait_for_its_number() {
        assert!(["INC-2026-XXX", "INC-2026-0000", "INC-2026-??"].iter().all(|id| is_blank(id)));
        assert!(!["INC-2026-0010", "vpn-takeover", "INC-2026-7"].iter().any(|id| is_blank(id)));
    }

    #[test]
    fn ids_have_a_form_and_leading_zeros_do_not_count() {
        assert_eq!(form("INC-2026-0004"), "inc-#-#");
        assert_eq!(form("SEC12"), "sec#");
        assert!(is_same("inc-2026-4", "INC-2026-0004"));
        assert!(!is_same("INC-2026-0004", "IN-2026-0004"));
        assert_eq!(beginnings("INC-2026-03-02-phish"), ["INC-2026-03-02", "INC-2026-03-02-phish"]);
    }
}
