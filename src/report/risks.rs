//! Risks that incidents are linked to: their rating before the incident and now, and what git shows in between.

use super::Teller;
use super::incident::Weight;
use super::parts::RiskLine;
use crate::config::Rulebook;
use crate::git::{ObjectId, Past, Snapshot};
use crate::history::claims::risk;
use crate::history::{Proof, Sighting, Target, TargetHistory, TargetVersion};
use crate::population::read_register;
use crate::record::register::{RegisterKind, Row};
use crate::record::{Incident, Located};
use crate::source::RepoPath;
use crate::text::Text;
use crate::timeline::Day;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// The columns that rate a risk or say what is done about it, as far as a register has them.
const RATING: [&str; 12] = [
    "likelihood",
    "impact",
    "rating",
    "score",
    "level",
    "severity",
    "inherent",
    "residual",
    "treatment",
    "status",
    "reviewed",
    "incidents",
];

/// A version of the register: the blob, and where it stood.
type Version = (ObjectId, RepoPath);

/// The rows of old versions of the register, each read once.
pub(super) struct Ratings {
    old: HashMap<Version, HashMap<Box<str>, String>>,
}

impl Ratings {
    /// Reads every version that stood when one of the incidents was detected.
    pub(super) fn new(teller: &Teller<'_>, snapshot: &Snapshot, incidents: &[&Incident]) -> Self {
        let Some(past) = snapshot.past() else { return Self { old: HashMap::new() } };
        let linked = incidents.iter().flat_map(|incident| {
            let risks = incident.links.risks.items().iter();
            risks.filter_map(|id| of_version(before(teller, incident, id.as_str())?))
        });
        let wanted: BTreeSet<Version> = linked.collect();
        let book = teller.book;
        let read = |version: Version| {
            let said = rows(book, &past, &version);
            (version, said)
        };
        Self { old: wanted.into_par_iter().map(read).collect() }
    }

    /// The risks that an incident is linked to.
    pub(super) fn of(&self, teller: &Teller<'_>, incident: &Incident) -> Vec<RiskLine> {
        incident.links.risks.items().iter().map(|id| self.line(teller, incident, id)).collect()
    }

    fn line(&self, teller: &Teller<'_>, incident: &Incident, id: &Located) -> RiskLine {
        let row = teller.population.register(RegisterKind::Risks).rows.get(&id.value);
        let (answer, weight, landing) = answer(teller, incident, id.as_str());
        let rated = |version: &TargetVersion| {
            let said = self.old.get(&of_version(version)?)?.get(&id.value)?;
            Some(teller.say(said))
        };
        let before = match before(teller, incident, id.as_str()) {
            Some(version) => rated(version).unwrap_or_else(|| "not there, or not readable".into()),
            None if weight == Weight::Unknown => "not followed".into(),
            None => "not there yet".into(),
        };
        RiskLine {
            incident: teller.name(incident),
            risk: teller.say(id.as_str()),
            title: row.and_then(|row| row.text("title")).map(|title| teller.say(title)).unwrap_or_default(),
            before,
            now: row.map_or_else(|| "in no register".into(), |row| teller.say(&rating(row))),
            answer,
            weight,
            commit: landing.and_then(|seen| seen.landing.commit).map(|commit| Text::new(commit.to_string())),
            day: landing.map(|seen| Day(seen.landing.day)),
        }
    }
}

/// What history knows of a risk: its row, or its file.
fn known<'h>(teller: &Teller<'h>, id: &str) -> Option<&'h TargetHistory> {
    let chronicle = &teller.history.chronicle;
    let row = Target::Row(RegisterKind::Risks, id.into());
    let is_known = |history: &&TargetHistory| !history.versions.is_empty();
    let own = chronicle.target(&risk(teller.population, id)).filter(is_known);
    own.or_else(|| chronicle.target(&row).filter(is_known))
}

/// The version of a risk that stood when an incident was detected.
fn before<'h>(teller: &Teller<'h>, incident: &Incident, id: &str) -> Option<&'h TargetVersion> {
    let position = teller.history.chronicle.before(incident.detected.value()?)?;
    known(teller, id)?.at(position).filter(|version| version.state.is_some())
}

fn of_version(version: &TargetVersion) -> Option<Version> {
    Some((version.blob?, version.path.clone()))
}

/// What a version of the register says of each risk.
fn rows(book: &Rulebook, past: &Past<'_>, (blob, path): &Version) -> HashMap<Box<str>, String> {
    let bytes = past.blob(*blob).unwrap_or_default();
    let rows = read_register(book, RegisterKind::Risks, path, bytes);
    rows.iter().map(|row| (row.id.value.clone(), rating(row))).collect()
}

/// How a row rates its risk: what it has of the known columns.
fn rating(row: &Row) -> String {
    let said = |key: &&str| {
        let one = row.text(key).map(ToOwned::to_owned);
        let several = || row.list(key).iter().map(|item| item.as_str().to_owned()).collect::<Vec<_>>().join(", ");
        let value = one.unwrap_or_else(several);
        (!value.trim().is_empty()).then(|| format!("{key}: {}", value.trim()))
    };
    let told: Vec<String> = RATING.iter().filter_map(said).collect();
    if told.is_empty() { "no rating is stated".to_owned() } else { told.join("; ") }
}

/// What git shows of a risk since the detection of an incident.
fn answer<'h>(teller: &Teller<'h>, incident: &Incident, id: &str) -> (Text, Weight, Option<Sighting<'h>>) {
    let not_followed = |why: &'static str| (Text::from(why), Weight::Unknown, None);
    let Some(detected) = incident.detected.value() else {
        return not_followed("not followed: no day of detection can be read");
    };
    if teller.book.imported().is_some_and(|since| detected.date <= since) {
        return not_followed("not followed: what landed then was imported");
    }
    let target = risk(teller.population, id);
    match teller.history.chronicle.prove(&target, detected, teller.verdict.as_of) {
        Proof::Holds { by, undone: None } => ("git shows that it changed in substance".into(), Weight::Shown, Some(by)),
        Proof::Holds { undone: Some(undone), .. } => {
            ("it changed, and says again what it said before".into(), Weight::Unproven, Some(undone))
        }
        Proof::Missing { inside, .. } => match inside.last() {
            Some(seen) => ("touched, without a change in substance".into(), Weight::Open, Some(*seen)),
            None => ("no change landed since the detection".into(), Weight::Open, None),
        },
        Proof::Unknown => not_followed("not followed: neither the register nor history knows it"),
    }
}
