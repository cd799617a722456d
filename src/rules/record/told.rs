//! What another place says about a fact of a record, compared with the record by value.

use crate::record::{Class, Fact, Incident, SeverityMap as _, Status, Word as _};
use crate::rules::Case;
use crate::source::Place;
use crate::text::shorten;
use crate::time::{Calendar, DateOrder, When};
use crate::vocabulary::fold;

/// The facts that are compared.
pub(super) const FIELDS: [&str; 8] =
    ["id", "status", "severity", "occurred", "detected", "contained", "recovered", "closed"];

/// The longest difference of two clocks, in seconds.
const CLOCKS: i64 = 14 * 3600;

/// What came out of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// The same.
    Same,
    /// Something else.
    Other {
        /// The value of the record.
        ours: String,
        /// The value of the other place.
        theirs: String,
        /// Where the record states it.
        place: Place,
    },
}

/// The field of a record that a label means.
pub(super) fn field(label: &str) -> &str {
    if label == "incident" { "id" } else { label }
}

/// Compares a text with the fact of a record; `None` where one of the two says nothing that can be compared.
pub(super) fn compare(case: &Case<'_>, incident: &Incident, label: &str, text: &str) -> Option<Told> {
    match field(label) {
        "status" => status(case, incident, text),
        "severity" => severity(case, incident, text),
        "occurred" => day(case, &incident.occurred, text),
        "detected" => day(case, &incident.detected, text),
        "contained" => day(case, &incident.contained, text),
        "recovered" => day(case, &incident.recovered, text),
        "closed" => day(case, &incident.closed, text),
        "lead" => lead(case, incident, text),
        "id" => id(incident, text),
        _ => None,
    }
}

fn told(is_same: bool, ours: impl ToString, theirs: impl ToString, place: Place) -> Told {
    if is_same { Told::Same } else { Told::Other { ours: ours.to_string(), theirs: theirs.to_string(), place } }
}

/// Only a word that is a state of an incident: a document is Draft or Approved.
fn status(case: &Case<'_>, incident: &Incident, text: &str) -> Option<Told> {
    let (ours, place) = incident.status.found()?;
    let theirs = case.book().vocabulary.find(Status::GROUP, text).and_then(Status::named)?;
    Some(told(*ours == theirs, ours, theirs, place))
}

fn severity(case: &Case<'_>, incident: &Incident, text: &str) -> Option<Told> {
    let (ours, place) = incident.severity.found()?;
    let (ours, theirs) = (ours.class?, class(case, text)?);
    Some(told(ours == theirs, ours, theirs, place))
}

/// The class of a word, also where it is written twice: `SEV-2 (High)`. Two classes say nothing.
fn class(case: &Case<'_>, text: &str) -> Option<Class> {
    let whole = case.book().class(text);
    let parts = || text.split(['(', ')', '/', ',']).filter_map(|part| case.book().class(part)).collect::<Vec<_>>();
    whole.or_else(|| match parts().as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Some(*first),
        _ => None,
    })
}

fn day(case: &Case<'_>, fact: &Fact<When>, text: &str) -> Option<Told> {
    let (ours, place) = fact.found().filter(|(when, _)| case.has_come(**when))?;
    let calendar = case.book().calendar;
    let theirs = calendar.read(text).ok()?;
    // Where the order of the numbers is a guess, a reading that agrees is the one that was meant.
    let orders = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd].map(|order| Calendar { order, ..calendar });
    let readings = orders.iter().filter_map(|calendar| calendar.read(text).ok());
    let is_same = std::iter::once(theirs).chain(readings).any(|theirs| is_same_day(ours, &theirs, text));
    Some(told(is_same, ours, theirs, place))
}

fn is_same_day(ours: &When, theirs: &When, text: &str) -> bool {
    let overlap = !ours.is_after(theirs) && !theirs.is_after(ours);
    let is_time = |when: &When| when.to - when.from <= 60;
    // A text gives times by the clock on the wall.
    let by_clock = is_time(ours) && is_time(theirs) && !has_zone(text) && (ours.from - theirs.from).abs() <= CLOCKS;
    ours.date == theirs.date || overlap || by_clock
}

fn has_zone(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(['Z', 'z'])
        || text.ends_with("UTC")
        || text.rsplit(':').nth(1).is_some_and(|part| part.contains('+'))
}

/// Names are compared only where the people register knows both.
fn lead(case: &Case<'_>, incident: &Incident, text: &str) -> Option<Told> {
    let (ours, place) = incident.lead.found()?;
    let people = &case.population().people;
    let (known, named) = (people.find(ours)?, people.find(text)?);
    Some(told(known.id == named.id, "one person", "another", place))
}

/// Only what has the form of this record's id: a story has numbers of all kinds.
fn id(incident: &Incident, text: &str) -> Option<Told> {
    let (ours, place) = incident.id.found()?;
    let form = |id: &str| {
        fold(id)
            .split(|c: char| c.is_ascii_digit())
            .map(str::to_owned)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
    };
    let has_letters = ours.contains(char::is_alphabetic);
    let is_comparable = has_letters && ours.contains(|c: char| c.is_ascii_digit()) && form(ours) == form(text);
    is_comparable.then(|| told(fold(ours) == fold(text), shorten(ours, 20), shorten(text.trim(), 20), place))
}
