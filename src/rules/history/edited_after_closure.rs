//! A settled part of a closed record that was changed or taken away.
//!
//! ## What it checks
//!
//! A record is sealed in steps. At closure: title, severity, category, near miss, all dates, lead, responders and
//! assets. Fourteen days after the last review of a closed record: cause, causes, factors, reviews and lessons; a
//! further review opens them again until fourteen days after it. When an action is verified: its text, owner,
//! completion, evidence and changes. A commit is judged by the seals of the version before it. Adding an entry to a
//! list, filling an empty field and writing the same in another style are no edits, and an edit that was taken back is
//! none either. An `amendments` entry that names the field, with reason and name, turns the finding into a note, unless
//! its `on` lies clearly before the edit; so does `severity_history` for the severity.
//!
//! ## Why an auditor cares
//!
//! Whoever read the record, reported from it or decided on it relied on what it said then. That a record can be
//! corrected is sound; that it changes in silence is not.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-09
//! closed: 2026-03-10
//! ```
//!
//! ```yaml commit=2026-06-01
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-03
//! closed: 2026-03-10
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-09
//! closed: 2026-03-10
//! ```
//!
//! ```yaml commit=2026-06-01
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-03
//! closed: 2026-03-10
//! amendments:
//!   - { on: 2026-06-01, by: ana, why: The log of the gateway shows the earlier day., fields: [recovered] }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] sealed_after` (14 days after the last review) and `recorded_after` (14 days that an entry may be older
//! than the commit that it explains). What landed up to `[history] since` was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.3, A.5.27, A.5.28 and A.5.33; SOC 2 CC7.4 and CC7.5.

use super::explained::{Explained, is_named, may_explain};
use super::spots::{Spot, Spots};
use super::witness::{Witness, by};
use crate::config::Level;
use crate::history::seals::{self, Edit};
use crate::history::{FactChange, Field, Landing, RecordHistory, Value};
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;
use std::collections::{BTreeMap, HashMap};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "edited-after-closure",
        family: Family::History,
        levels: Levels::all(Level::Error),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("lowered-severity"), SilencedBy::Record("vanished-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("edited_after_closure.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    let after_review = case.book().threshold(|t| &t.sealed_after);
    for incident in case.incidents() {
        let Some(record) = witness.record(incident) else { continue };
        out.test();
        let edits = seals::edits(&witness.history.chronicle, record, after_review);
        if !edits.is_empty() {
            judge(case, &witness, incident, record, &edits, out);
        }
    }
    Ok(())
}

fn judge(
    case: &Case<'_>,
    witness: &Witness<'_>,
    incident: &Incident,
    record: &RecordHistory,
    edits: &[Edit<'_>],
    out: &mut Outcome,
) {
    let last: HashMap<&Field, &FactChange> = record.current().iter().map(|change| (&change.field, change)).collect();
    let spots = Spots::of(incident);
    let mut silent: BTreeMap<String, Vec<Seen<'_>>> = BTreeMap::new();
    let mut explained: BTreeMap<String, (Seen<'_>, Explained<'_>)> = BTreeMap::new();
    for edit in edits {
        let Some(landing) = witness.landing(edit.change.position) else { continue };
        if is_same_person(case, edit.change) {
            continue;
        }
        let spot = spots.find(&edit.change.field);
        let (path, seen) = (spot.path.clone(), Seen { edit, landing, spot });
        match explanation(case, incident, &seen) {
            Some(reason) => drop(explained.insert(path, (seen, reason))),
            None => silent.entry(path).or_default().push(seen),
        }
    }
    for (path, (seen, reason)) in explained {
        let finding = seen.finding(incident).says(seen.acknowledged(&path), WHY, "Nothing to do.");
        out.find(reason.acknowledge(witness.tell(finding, incident, &seen.landing, "changed it")));
    }
    for (path, all) in silent {
        let mut taken_back: HashMap<&Field, bool> = HashMap::new();
        let stands = all.iter().filter(|seen| {
            let change = seen.edit.change;
            !*taken_back.entry(&change.field).or_insert_with(|| is_taken_back(change, &last))
        });
        let Some(seen) = stands.last() else { continue };
        let finding = seen.finding(incident).says(seen.title(&path), WHY, HELP);
        out.find(witness.tell(finding, incident, &seen.landing, seen.did()));
    }
}

/// Another way to write the same name changes nobody.
fn is_same_person(case: &Case<'_>, change: &FactChange) -> bool {
    let is_name = matches!(change.field.name, "lead" | "owner" | "facilitator");
    let names = change.before.as_ref().and_then(Value::word).zip(change.after.as_ref().and_then(Value::word));
    is_name && names.is_some_and(|(before, after)| case.same_person(before, after))
}

/// Whether the field says again what it said before the first edit that nobody explained.
fn is_taken_back(first: &FactChange, last: &HashMap<&Field, &FactChange>) -> bool {
    let now = last.get(&first.field).and_then(|change| change.after.as_ref());
    first.before.as_ref().zip(now).is_some_and(|(before, now)| before == now || before.is_extended_by(now))
}

/// An edit with its commit, and where the field stands now.
struct Seen<'s> {
    edit: &'s Edit<'s>,
    landing: Landing<'s>,
    spot: Spot,
}

impl Seen<'_> {
    fn finding(&self, incident: &Incident) -> Finding {
        let Spot { path, place, is_inferred } = &self.spot;
        Finding::of_path(incident, RULE.meta.levels.of(incident.class()), path, *place).inferred(*is_inferred)
    }

    fn title(&self, path: &str) -> String {
        let (changed, settled) = (by(&self.landing), self.edit.settled);
        let full = named(path, &format!(" changed {changed}; the record was settled on {settled}"));
        let is_whole = full.contains(path);
        if is_whole { full } else { named(path, &format!(" changed {changed}; settled on {settled}")) }
    }

    fn acknowledged(&self, path: &str) -> String {
        let rest = format!(" changed {} after it was settled; the reason is recorded", by(&self.landing));
        named(path, &rest)
    }

    fn did(&self) -> &'static str {
        if self.edit.change.after.is_some() { "changed it" } else { "took it away" }
    }
}

/// The field in front of what is said of it.
fn named(path: &str, rest: &str) -> String {
    let room = 90usize.saturating_sub(rest.chars().count() + 2);
    format!("`{}`{rest}", shorten(path, room))
}

/// The entry that speaks of an edit.
fn explanation<'i>(case: &Case<'_>, incident: &'i Incident, seen: &Seen<'_>) -> Option<Explained<'i>> {
    let (field, day) = (&seen.edit.change.field, seen.landing.day);
    let name = field.to_string();
    let names = [name.as_str(), seen.spot.path.as_str()];
    let amended = Explained::find("amendments", &incident.amendments, |entry| {
        is_named(entry, &names) && may_explain(case, entry, day)
    });
    let of_severity = || {
        let lists = Explained::find("severity_history", &incident.severity_history, |e| may_explain(case, e, day));
        lists.filter(|_| name == "severity")
    };
    amended.or_else(of_severity)
}

const WHY: &str = "Whoever read or relied on the earlier text should see that it is different now, and why.";
const HELP: &str =
    "Add one `amendments` line that names the field, with the reason. Adding a later insight needs no amendment.";
