//! The claims of change of a record, and what history says of each: shared by the rules that read the answer.

use crate::config::Level;
use crate::history::claims;
pub(in crate::rules) use crate::history::claims::Claim;
use crate::history::{Effect, Landing, Proof, Sighting, Target};
pub(in crate::rules) use crate::history::{Landed, Told};
use crate::record::Incident;
use crate::rules::{Case, Finding, NotRun};
use crate::text::shorten;

/// The claims of a record whose detection is known: of finished actions and of decisions.
pub(in crate::rules) fn claims<'i>(case: &Case<'i>, incident: &'i Incident) -> Vec<Claim<'i>> {
    claims::of_record(incident, &case.book().calendar.whole_day(case.as_of()))
}

/// What history says of a claim.
pub(in crate::rules) fn prove<'h>(case: &Case<'h>, claim: &Claim<'_>) -> Result<Told<'h>, NotRun> {
    Ok(case.history()?.answer(case.population(), case.book(), claim))
}

impl Claim<'_> {
    /// `A1`, or `Decision`: its place says on what.
    pub fn subject(&self) -> String {
        match self.action {
            Some(action) => shorten(&action.name(), 24),
            None => "Decision".to_owned(),
        }
    }

    /// What makes it, at the start of a sentence.
    pub fn kind(&self) -> &'static str {
        if self.action.is_some() { "An action" } else { "A decision" }
    }

    /// What it names, at most so many characters long.
    pub fn target(&self, room: usize) -> String {
        shorten(self.entry.as_str(), room.max(12))
    }

    /// What it names, in a title that holds so many characters beside it and its subject.
    pub fn target_beside(&self, others: usize) -> String {
        self.target(90usize.saturating_sub(self.subject().chars().count() + others))
    }

    /// A finding at the entry.
    pub fn finding(&self, incident: &Incident, level: Level) -> Finding {
        match self.action {
            Some(action) => Finding::of_action(incident, action, level, &self.field, self.entry.place),
            None => Finding::of(incident, level, &self.field, self.entry.place),
        }
    }
}

/// What history shows instead of the change, in words that follow "here".
pub(in crate::rules) fn seen(case: &Case<'_>, claim: &Claim<'_>, target: &Target, proof: &Proof<'_>) -> String {
    let Proof::Missing { before, inside, after, is_taken_back, .. } = proof else { return String::new() };
    if let (true, Some(last)) = (*is_taken_back, inside.iter().rev().find(|s| s.effect.is_change())) {
        return format!("it was changed and changed back, last by {}", last.landing.name());
    }
    if !inside.is_empty() {
        return told(inside);
    }
    if let Some(other) = other_rows(case, claim, target).last() {
        return format!("{} changed other rows of the register, not this one", other.name());
    }
    match (before, after) {
        (None, Some(after)) => format!("the first change is {}, after that time", after.landing.name()),
        (Some(before), Some(after)) => format!(
            "the last change before is {}, the next one is {}, after that time",
            before.landing.name(),
            after.landing.name()
        ),
        (Some(before), None) => format!("the last change is {}, before the incident", before.landing.name()),
        (None, None) => "no landing touched it".to_owned(),
    }
}

/// The last landings of a window with what each did; those that did the same are told together.
fn told(inside: &[Sighting<'_>]) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for sighting in inside.iter().rev().take(MOST_TOLD).rev() {
        let did = did(sighting);
        match groups.last_mut().filter(|(last, _)| *last == did) {
            Some((_, names)) => names.push(sighting.landing.name()),
            None => groups.push((did, vec![sighting.landing.name()])),
        }
    }
    let groups = groups.into_iter().map(|(did, names)| format!("{} {did}", names.join(" and ")));
    groups.collect::<Vec<_>>().join("; ")
}

const MOST_TOLD: usize = 3;

/// Landings of a window that changed the table in which a row stands.
fn other_rows<'h>(case: &Case<'h>, claim: &Claim<'_>, target: &Target) -> Vec<Landing<'h>> {
    let (Target::Row(kind, id), Ok(history)) = (target, case.history()) else { return Vec::new() };
    let Some(row) = case.population().register(*kind).rows.get(id) else { return Vec::new() };
    let landings = history.chronicle.file(case.population().path(row.source).as_str()).iter().map(|(at, _)| *at);
    let within = landings.filter(|at| history.chronicle.is_within(*at, &claim.from, claim.to));
    within.map(|at| history.landing(at)).collect()
}

/// What a landing did to a target, in words that follow its name.
pub(in crate::rules) fn did(sighting: &Sighting<'_>) -> String {
    let text = match sighting.effect {
        Effect::Real => "changed it in substance",
        Effect::Created => "wrote it for the first time",
        Effect::Removed => "took it away",
        Effect::RevisionOnly => return revised(sighting),
        Effect::Nothing => "changed no word of it",
        Effect::Moved => "only moved it",
        Effect::NotInspected => "changed its bytes, which were not inspected",
    };
    text.to_owned()
}

/// Which of the values changed that are no substance.
fn revised(sighting: &Sighting<'_>) -> String {
    let marks = (sighting.found.and_then(|found| found.row.as_ref()), sighting.version.row.as_ref());
    let (Some(old), Some(new)) = marks else {
        return "changed only version, dates or names of the revision".to_owned();
    };
    let changed = [("`incidents`", old.incidents != new.incidents), ("`reviewed`", old.reviewed != new.reviewed)];
    let changed: Vec<&str> = changed.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    match changed.is_empty() {
        true => "changed only version or dates of the row".to_owned(),
        false => format!("changed only {} of the row", changed.join(" and ")),
    }
}

/// The honest ways out; where exactly one landing would fit, that one.
pub(in crate::rules) fn what_to_do(claim: &Claim<'_>, proof: &Proof<'_>) -> String {
    let later = match (proof, claim.action) {
        (Proof::Missing { after: Some(after), later: 1, .. }, Some(_)) if after.landing.commit.is_some() => {
            format!("Landed with {}? Move `completed` to {}.", after.landing.short(), after.landing.day)
        }
        (_, Some(_)) => "Landed later? Move `completed`.".to_owned(),
        (_, None) => "Nothing to change? State `no_change: why, by`.".to_owned(),
    };
    let open = match claim.action {
        Some(_) => "Not made yet? Set it back to in-progress.",
        None => "Not made yet? Take it out until it is.",
    };
    format!("Landed elsewhere? Name it (`infra:path`, `outside: …`). {later} {open}")
}

/// Adds the landings around the window to a finding, in their order.
pub(in crate::rules) fn tell(
    case: &Case<'_>,
    finding: Finding,
    claim: &Claim<'_>,
    target: &Target,
    proof: &Proof<'_>,
) -> Finding {
    let Proof::Missing { before, inside, after, .. } = proof else { return finding };
    let finding = before.iter().fold(finding, |finding, sighting| point(case, finding, sighting));
    let mut finding = inside.iter().rev().take(MOST_TOLD).rev().fold(finding, |f, sighting| point(case, f, sighting));
    if let (Some(other), Target::Row(kind, id)) = (other_rows(case, claim, target).last(), target) {
        let row = case.population().register(*kind).rows.get(id).filter(|_| inside.is_empty());
        if let Some(row) = row {
            let text = format!("{} changed other rows", other.name());
            finding = finding.seen(row.id.place, other, text);
        }
    }
    after.iter().fold(finding, |finding, sighting| point(case, finding, sighting))
}

/// Adds a landing to a finding, at the file that it touched.
pub(in crate::rules) fn point(case: &Case<'_>, finding: Finding, sighting: &Sighting<'_>) -> Finding {
    point_as(case, finding, sighting, &did(sighting))
}

/// Adds a landing to a finding, with words for what it did.
pub(in crate::rules) fn point_as(case: &Case<'_>, finding: Finding, sighting: &Sighting<'_>, did: &str) -> Finding {
    let place = case.history().ok().and_then(|history| history.place(&sighting.version.path));
    let Some(place) = place else { return finding };
    finding.seen(place, &sighting.landing, format!("{} {did}", sighting.landing.name()))
}
