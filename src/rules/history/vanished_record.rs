//! An id that history knows and that is gone, or names another incident now, or a number that was left out.
//!
//! ## What it checks
//!
//! Every id that a record ever had on the main line is still there: as a record, under whatever path, or as a tombstone
//! (`status: retired` with `retired: { why, by }`). An id means one incident for good: it is not given to another one
//! after the first was deleted, and no record is overwritten by another (title and detection both change at once). In a
//! numbered series such as `INC-2026-0004` no number is left out between two that were used; ids that are numbered in
//! leaps, as ticket systems give them, are no such series. A record that went on under another id is `unstable-id`.
//!
//! ## Why an auditor cares
//!
//! What can be deleted without a trace can be deleted because it was unwelcome. A complete list of incidents is what
//! every figure, every sample and every trend rests on.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: Customer list sent to a wrong address
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-05-11
//! id: INC-2026-0001
//! title: Lost badge
//! status: contained
//! severity: low
//! detected: 2026-05-11
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: Customer list sent to a wrong address
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-03-03
//! id: INC-2026-0001
//! title: Customer list sent to a wrong address
//! status: retired
//! retired: { why: an exercise that was entered by mistake, by: ben }
//! ```
//!
//! ```yaml commit=2026-05-11 file=incidents/INC-2026-0002.yaml
//! id: INC-2026-0002
//! title: Lost badge
//! status: contained
//! severity: low
//! detected: 2026-05-11
//! ```
//!
//! ## Configuration
//!
//! What went away up to `[history] since` was imported and is left alone. Records are looked for where `[incidents]
//! paths` has them now.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.28, A.5.33 and 7.5.3; NIST CSF 2.0 RS.AN-07; SOC 2 CC7.4.

use super::series::{self, Gap};
use crate::config::Level;
use crate::history::{Field, History, Landing, RecordHistory};
use crate::record::Incident;
use crate::rules::base;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use crate::time::When;
use crate::vocabulary::fold;
use std::collections::BTreeSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "vanished-record",
        family: Family::History,
        levels: Levels::all(Level::Error),
        sees: &[Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("vanished_record.rs"),
    },
    check,
};

const WHY: &str = "Figures, samples and trends rest on a complete list; an id that is gone could have been anything.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    base::vanished(case, out);
    let history = case.history()?;
    let successors = history.successors();
    for (id, record) in &history.records {
        out.test();
        match case.population().incident(id) {
            None if !successors.contains_key(&**id) => out.findings.extend(deleted(case, history, id, record)),
            None => {}
            Some(incident) => out.findings.extend(given_away(case, history, incident, record)),
        }
    }
    for gap in series::gaps(case.population(), history) {
        out.findings.extend(left_out(case, history, &gap));
    }
    Ok(())
}

/// Whether a landing is one that the configuration calls imported.
fn is_imported(case: &Case<'_>, landing: &Landing<'_>) -> bool {
    case.imported().is_some_and(|since| landing.day <= since)
}

fn deleted(case: &Case<'_>, history: &History, id: &str, record: &RecordHistory) -> Option<Finding> {
    let life = record.lives.last()?;
    let landing = history.landing(life.until?);
    let place = history.place(&life.path)?;
    (!is_imported(case, &landing))
        .then(|| gone(id, place, &landing.name()).seen(place, &landing, "the record was here until then"))
}

/// What is said of an id that was there and is not any more, at the path where it last stood; `since` names what took
/// it away. The comparison of two trees says the same.
pub(in crate::rules) fn gone(id: &str, place: Place, since: &str) -> Finding {
    let finding = Finding { record: Some(id.into()), ..Finding::at(Level::Error, "", place) };
    finding.keyed(id).says(
        format!("{} is gone since {since}; no tombstone says why", shorten(id, 30)),
        WHY,
        "Gone by mistake? Restore the file. No incident after all? Leave a tombstone: `id`, `title`, `status: retired`, \
         `retired: {why, by}`.",
    )
}

/// An id that one incident had, and another has now.
fn given_away(case: &Case<'_>, history: &History, incident: &Incident, record: &RecordHistory) -> Option<Finding> {
    let id = incident.id()?;
    // Two files with one id mix their histories, which is another rule's business.
    if case.population().with_id(id).count() > 1 {
        return None;
    }
    let landing = history.landing(handover(record)?);
    if is_imported(case, &landing) {
        return None;
    }
    let finding = Finding::of(incident, Level::Error, "id", incident.id.place()).says(
        format!("{} has named another incident since {}", shorten(id, 30), landing.name()),
        "Minutes, risks and reviews that point to the first incident lead to this one now.",
        "Give this incident the next free id, and bring the first one back, as a record or a tombstone. The same \
         incident? Say so under `amendments`, with `fields: [title, detected]`.",
    );
    let place = history.place(case.population().path(incident.source));
    let finding = place.into_iter().fold(finding, |finding, place| {
        finding.seen(place, &landing, "title and detection are those of another incident since this landing")
    });
    Some(match amended(incident) {
        Some((why, by)) => finding.acknowledged("amendments", why, by),
        None => finding,
    })
}

/// The last landing that gave an id to another incident: after the first had been deleted, or over it.
fn handover(record: &RecordHistory) -> Option<u32> {
    let (title, detected) = (Field::of_record("title"), Field::of_record("detected"));
    let edited = |field: &Field| -> BTreeSet<u32> {
        let edits = record.of(field).filter(|change| change.before.is_some() && change.after.is_some());
        edits.map(|change| change.position).collect()
    };
    let overwritten = edited(&title).intersection(&edited(&detected)).copied().collect::<Vec<_>>();
    let begun_again = record.lives.iter().skip(1).map(|life| life.from);
    let is_other = |position: &u32| {
        let before = position.checked_sub(1);
        let of = |field: &Field| Some((record.at(field, before?)?.clone(), record.at(field, *position)?.clone()));
        let titles = of(&title).is_some_and(|(old, new)| {
            old.word().zip(new.word()).is_some_and(|(old, new)| are_different_titles(old, new))
        });
        let days = of(&detected).is_some_and(|(old, new)| {
            old.day().zip(new.day()).is_some_and(|(old, new)| are_different_days(&old, &new))
        });
        titles && days
    };
    begun_again.chain(overwritten).filter(is_other).max()
}

/// A title that was worded better keeps at least half of its words.
fn are_different_titles(old: &str, new: &str) -> bool {
    let words = |title: &str| -> BTreeSet<String> {
        title.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect()
    };
    let (old, new) = (words(old), words(new));
    let shared = old.intersection(&new).count();
    shared * 2 < old.len().min(new.len()).max(1)
}

/// A day that was stated more exactly is the same one.
fn are_different_days(old: &When, new: &When) -> bool {
    old.date != new.date && (old.to <= new.from || new.to <= old.from)
}

/// The amendment that says why title and detection changed at once.
fn amended(incident: &Incident) -> Option<(&str, &str)> {
    let entries = incident.amendments.value()?;
    let covers = |fields: &[&str]| ["title", "detected"].iter().all(|name| fields.contains(name));
    let entry = entries.iter().filter(|entry| entry.is_complete()).find(|entry| {
        let fields: Vec<&str> = entry.fields.items().iter().map(|field| field.as_str()).collect();
        covers(&fields)
    })?;
    Some((entry.why.text()?, entry.by.text()?))
}

/// A number that no record ever had, between two that records have.
fn left_out(case: &Case<'_>, history: &History, gap: &Gap<'_>) -> Option<Finding> {
    let next = case.population().incident(&gap.next)?;
    let landing = history.landing(history.record(&gap.next)?.first()?);
    if is_imported(case, &landing) {
        return None;
    }
    let finding = Finding::of(next, Level::Warning, "id", next.id.place());
    let finding = Finding { record: Some(gap.first.as_str().into()), ..finding };
    Some(finding.keyed(gap.first.as_str()).says(
        format!("{} was never used; the numbers go on with {}", gap.name(), shorten(&gap.next, 20)),
        "A number that is missing cannot be told from a record that was kept out of sight.",
        "On a branch? Merge it. Never used? Say so by a tombstone: `id`, `title`, `status: retired`, \
         `retired: {why, by}`.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_is_worded_better_is_the_same_title() {
        assert!(!are_different_titles("VPN account takeover", "Takeover of a VPN account at the Graz site"));
        assert!(are_different_titles("Customer list sent to a wrong address", "Lost badge"));
        assert!(are_different_titles("VPN account takeover", "Outage of the VPN"));
    }
}
