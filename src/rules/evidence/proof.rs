//! The claims of change of a record, and what history says of each: shared by the rules that read the answer.

use crate::config::Level;
pub(in crate::rules) use crate::history::claims::Claim;
use crate::history::claims::{self, Named};
use crate::history::{Effect, Proof, Sighting, Target};
use crate::record::Incident;
use crate::rules::{Case, Finding, NotRun};
use crate::text::shorten;

/// What could be said of a claim.
pub(in crate::rules) enum Told<'h> {
    /// History has an answer.
    Judged(Proof<'h>),
    /// It could not be compared.
    NotCompared(NotRun),
    /// It names nothing that git could show: another rule's business, or nobody's.
    NothingToCompare,
}

/// The claims of a record whose detection is known: of finished actions and of decisions.
pub(in crate::rules) fn claims<'i>(case: &Case<'i>, incident: &'i Incident) -> Vec<Claim<'i>> {
    claims::of_record(incident, &case.book().calendar.whole_day(case.as_of()))
}

/// What history says of a claim.
pub(in crate::rules) fn prove<'h>(case: &Case<'h>, claim: &Claim<'_>) -> Result<Told<'h>, NotRun> {
    let history = case.history()?;
    if case.imported().is_some_and(|since| claim.to <= since) {
        return Ok(Told::NotCompared(NotRun("changes before the import of the history cannot be shown".to_owned())));
    }
    Ok(match claims::named(case.population(), case.book(), claim.entry.as_str()) {
        Named::Nothing => Told::NothingToCompare,
        Named::Here { target, .. } => Told::Judged(history.chronicle.prove(&target, &claim.from, claim.to)),
        Named::Elsewhere { target: None, .. } => Told::NothingToCompare,
        Named::Elsewhere { repository, target: Some(target), .. } => elsewhere(case, repository, &target, claim)?,
    })
}

fn elsewhere<'h>(case: &Case<'h>, name: &str, target: &Target, claim: &Claim<'_>) -> Result<Told<'h>, NotRun> {
    Ok(match case.history()?.others.get(name) {
        Some(Ok(chronicle)) => Told::Judged(chronicle.prove(target, &claim.from, claim.to)),
        Some(Err(why)) => Told::NotCompared(NotRun(format!("the repository `{name}` could not be read: {why}"))),
        None => Told::NotCompared(NotRun(format!("the repository `{name}` is external, not checked"))),
    })
}

impl Claim<'_> {
    /// `A1`, or `Decision`: its place says on what.
    pub fn subject(&self) -> String {
        match self.action {
            Some(action) => shorten(&action.name(), 24),
            None => "Decision".to_owned(),
        }
    }

    /// What it names, at most so many characters long.
    pub fn target(&self, room: usize) -> String {
        shorten(self.entry.as_str(), room.max(12))
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
pub(in crate::rules) fn seen(proof: &Proof<'_>) -> String {
    let Proof::Missing { before, inside, after, is_taken_back } = proof else { return String::new() };
    let last = inside.last();
    if let (true, Some(last)) = (*is_taken_back, last) {
        return format!("it was changed and changed back, last by {}", last.landing.name());
    }
    if let Some(last) = last {
        return format!("{} {}", last.landing.name(), did(last));
    }
    match (before, after) {
        (_, Some(after)) => format!("the next change is {}, after that time", after.landing.name()),
        (Some(before), None) => format!("the last change is {}, before the incident", before.landing.name()),
        (None, None) => "no landing touched it".to_owned(),
    }
}

/// What a landing did to a target, in words that follow its name.
pub(in crate::rules) fn did(sighting: &Sighting<'_>) -> &'static str {
    match sighting.effect {
        Effect::Real => "changed it in substance",
        Effect::Created => "wrote it for the first time",
        Effect::Removed => "took it away",
        Effect::RevisionOnly => "changed only version, dates or names of the revision",
        Effect::Nothing => "changed no word of it",
        Effect::Moved => "only moved it",
        Effect::NotInspected => "changed its bytes, which were not inspected",
    }
}

/// The honest ways out; where exactly one landing would fit, that one.
pub(in crate::rules) fn what_to_do(claim: &Claim<'_>, proof: &Proof<'_>) -> String {
    let later = match (proof, claim.action) {
        (Proof::Missing { after: Some(after), .. }, Some(_)) => {
            format!("Landed with {}? Move `completed` to {}.", after.landing.short(), after.landing.day)
        }
        (_, Some(_)) => "Landed later? Move `completed`.".to_owned(),
        (_, None) => "Nothing to change? State `no_change: why, by`.".to_owned(),
    };
    format!("Landed elsewhere? Name it (`infra:path`, `outside: …`). {later} Not made yet? Set it back to in-progress.")
}

/// Adds the landings around the window to a finding, in their order.
pub(in crate::rules) fn tell(case: &Case<'_>, finding: Finding, proof: &Proof<'_>) -> Finding {
    let Proof::Missing { before, inside, after, .. } = proof else { return finding };
    let near = inside.iter().rev().take(3).rev();
    before.iter().chain(near).chain(after).fold(finding, |finding, sighting| {
        let place = case.history().ok().and_then(|history| history.place(&sighting.version.path));
        let Some(place) = place else { return finding };
        let text = format!("{} {}", sighting.landing.name(), did(sighting));
        finding.seen(place, &sighting.landing, text)
    })
}
