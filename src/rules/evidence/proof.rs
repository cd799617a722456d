//! The claims of change of a record, and what history says of each: shared by the rules that read the answer.

use super::gaps::{EXTERNAL, IMPORTED, NAMELESS};
use super::names_another;
use crate::config::Level;
pub(in crate::rules) use crate::history::claims::Claim;
use crate::history::claims::{self, Named};
use crate::history::{Chronicle, Effect, Landing, Proof, Sighting, Target, Whose};
use crate::population::Presence;
use crate::record::{Incident, Reference};
use crate::rules::{Case, Finding, NotRun};
use crate::text::{Text, shorten};

/// What could be said of a claim.
pub(in crate::rules) enum Told<'h> {
    /// History knows the target.
    Judged(Target, Proof<'h>),
    /// Neither the tree nor history knows what it names.
    Unknown,
    /// It names nothing that git could show.
    NoTarget,
    /// It names a commit or a pull request: what became of that.
    Landed(Landed<'h>),
    /// It could not be compared: why.
    NotCompared(String),
}

/// What became of a commit or a pull request that a claim names.
pub(in crate::rules) enum Landed<'h> {
    /// It landed within the window.
    InTime,
    /// It landed at another time.
    Outside(Landing<'h>),
    /// It is here and no ancestor of the commit under test.
    NotOnTheLine,
    /// It is not here.
    NotHere,
}

/// The claims of a record whose detection is known: of finished actions and of decisions.
pub(in crate::rules) fn claims<'i>(case: &Case<'i>, incident: &'i Incident) -> Vec<Claim<'i>> {
    claims::of_record(incident, &case.book().calendar.whole_day(case.as_of()))
}

/// What history says of a claim.
pub(in crate::rules) fn prove<'h>(case: &Case<'h>, claim: &Claim<'_>) -> Result<Told<'h>, NotRun> {
    let history = case.history()?;
    if case.imported().is_some_and(|since| claim.to <= since) {
        return Ok(Told::NotCompared(IMPORTED.to_owned()));
    }
    let here = &history.chronicle;
    let mapped = |name: &str| history.others.get(name).map(|chronicle| readable(name, chronicle));
    let told = match claims::named(case.population(), case.book(), claim.entry.as_str()) {
        Named::Nothing => Told::NoTarget,
        Named::Here { targets, pinned } => in_one(here, &targets, pinned, claim),
        Named::Commit(commit) => of_commit(here, commit, claim),
        Named::Request { number, repository: None } => of_request(here, number, claim),
        Named::Elsewhere { repository, targets, pinned } => match mapped(repository) {
            Some(Ok(chronicle)) => in_one(chronicle, &targets, pinned, claim),
            Some(Err(why)) => Told::NotCompared(why),
            None => Told::NotCompared(EXTERNAL.to_owned()),
        },
        Named::Request { number, repository: Some(repository) } => match chronicle(here, history.whose(repository)) {
            Ok(chronicle) => of_request(chronicle, number, claim),
            Err(why) => Told::NotCompared(why),
        },
        Named::Page { repository, path, commit } => match chronicle(here, history.whose(repository)) {
            Ok(chronicle) => {
                let targets = path.map_or(Vec::new(), claims::file_or_folder);
                in_one(chronicle, &targets, Some(commit), claim)
            }
            Err(why) => Told::NotCompared(why),
        },
    };
    Ok(weigh(case, claim, told))
}

/// The history of the repository that an address means, or why there is none.
pub(in crate::rules) fn chronicle<'h>(here: &'h Chronicle, whose: Whose<'h>) -> Result<&'h Chronicle, String> {
    match whose {
        Whose::Here => Ok(here),
        Whose::Mapped(name, chronicle) => readable(name, chronicle),
        Whose::External => Err(EXTERNAL.to_owned()),
        Whose::Unknown => Err(NAMELESS.to_owned()),
    }
}

/// The history of a mapped repository, or why it could not be read.
pub(in crate::rules) fn readable<'h>(
    name: &str,
    chronicle: &'h Result<Chronicle, Text>,
) -> Result<&'h Chronicle, String> {
    chronicle.as_ref().map_err(|why| format!("in the repository `{name}`, which could not be read: {why}"))
}

/// A claim in one repository. A commit that it is pinned to has to belong to the line.
fn in_one<'h>(chronicle: &'h Chronicle, targets: &[Target], pinned: Option<&str>, claim: &Claim<'_>) -> Told<'h> {
    if let Some(commit) = pinned {
        let landed = of_commit(chronicle, commit, claim);
        if targets.is_empty() || matches!(landed, Told::Landed(Landed::NotOnTheLine | Landed::NotHere)) {
            return landed;
        }
    }
    match chronicle.prove_any(targets, &claim.from, claim.to) {
        Some((target, proof)) => Told::Judged(target.clone(), proof),
        None => Told::Unknown,
    }
}

fn of_commit<'h>(chronicle: &'h Chronicle, commit: &str, claim: &Claim<'_>) -> Told<'h> {
    Told::Landed(match chronicle.commit(commit) {
        None => Landed::NotHere,
        Some(None) => Landed::NotOnTheLine,
        Some(Some(position)) if chronicle.is_within(position, &claim.from, claim.to) => Landed::InTime,
        Some(Some(position)) => Landed::Outside(chronicle.landing(position)),
    })
}

fn of_request<'h>(chronicle: &'h Chronicle, number: &str, claim: &Claim<'_>) -> Told<'h> {
    let landings = chronicle.request(number);
    let is_in_time = landings.iter().any(|position| chronicle.is_within(*position, &claim.from, claim.to));
    Told::Landed(match landings.last() {
        _ if is_in_time => Landed::InTime,
        Some(position) => Landed::Outside(chronicle.landing(*position)),
        None => Landed::NotHere,
    })
}

/// What history says, as far as it can know: what it does not reach back to, and what it cannot follow, is not
/// compared.
fn weigh<'h>(case: &Case<'h>, claim: &Claim<'_>, told: Told<'h>) -> Told<'h> {
    let not_compared = |why: &str| Told::NotCompared(why.to_owned());
    let is_imported = case.imported().is_some_and(|since| claim.from.date <= since);
    match &told {
        // The first landing brings everything that was there: what changed before it, nobody can see.
        Told::Judged(_, Proof::Holds { by, .. }) if by.landing.position == 0 => {
            not_compared("from before the history begins")
        }
        Told::Judged(_, Proof::Missing { .. }) | Told::Landed(Landed::Outside(_) | Landed::NotHere) if is_imported => {
            not_compared(IMPORTED)
        }
        Told::Unknown if is_in_tree(case, claim.entry.as_str()) => {
            not_compared("whose target git does not follow: it lies behind a link or in a form that is not compared")
        }
        Told::Unknown if is_unmapped(case, claim.entry.as_str()) => not_compared(EXTERNAL),
        _ => told,
    }
}

/// `other:path`, where no repository of that name is mapped.
fn is_unmapped(case: &Case<'_>, text: &str) -> bool {
    names_another(text) && !matches!(case.book().references.read(text), Reference::OtherRepository { .. })
}

fn is_in_tree(case: &Case<'_>, text: &str) -> bool {
    let path = case.book().references.read(text).path().unwrap_or(text);
    let has_row = |target: &Target| matches!(target, Target::Row(kind, id) if case.population().register(*kind).rows.contains_key(id));
    case.population().presence(path) != Presence::Missing
        || claims::targets(case.population(), path).iter().any(has_row)
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
