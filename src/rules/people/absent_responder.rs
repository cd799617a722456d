//! A review without the people who did the work.
//!
//! ## What it checks
//!
//! Whoever led or carried the response took part in a review, as participant or facilitator, or somebody came in their
//! place (`{ name, for }`). `absent: { eva: leave }` excuses. That nobody of the response was there is graver than that
//! some were missing; reasons for all of them turn it into a note that reports keep. Nobody is absent from a review
//! that was not held. For a major incident the duty starts with its reflective review.
//!
//! ## Why an auditor cares
//!
//! What made detection slow and the response hard is known to those who were there. A review without them writes down
//! what others imagine, and an interview with a responder shows it quickly.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! lead: ana
//! responders: [ana, ben]
//! reviews:
//!   - date: 2026-03-31
//!     participants: [mira, tom]
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! lead: ana
//! responders: [ana, ben]
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana, mira, tom]
//!     absent: { ben: leave }
//! ```
//!
//! ## Configuration
//!
//! The people register says which names, addresses and roles mean one person; without it names are compared as words.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and A.5.2; NIST CSF 2.0 GV.RR-02; BSI DER.2.1.A17.

use crate::config::Level;
use crate::record::{Absence, Incident, Located, Review, nearest};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::vocabulary::fold;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "absent-responder",
        family: Family::People,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Explain,
        needs: &[],
        silenced_by: &[
            SilencedBy::Item("unreadable-record"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("placeholder-text"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("absent_responder.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let responders = responders(case, incident);
        let reviews: Vec<&Review> = case.held_reviews(incident).map(|(review, _)| review).collect();
        if reviews.is_empty() || responders.is_empty() {
            continue;
        }
        out.test();
        let missing =
            responders.iter().filter(|responder| !reviews.iter().any(|r| took_part(case, r, &responder.value)));
        let missing: Vec<&Located> = missing.collect();
        out.findings.extend(finding(case, incident, &reviews, (missing, responders.len())));
    }
    Ok(())
}

/// Everybody of the response once, the lead first.
fn responders(case: &Case<'_>, incident: &Incident) -> Vec<Located> {
    let lead = incident.lead.found().map(|(name, place)| Located { value: name.clone(), place });
    let mut responders: Vec<Located> = Vec::new();
    for person in lead.into_iter().chain(incident.responders.items().iter().cloned()) {
        let is_new = !responders.iter().any(|known| case.same_person(&known.value, &person.value));
        if is_new && !fold(&person.value).is_empty() {
            responders.push(person);
        }
    }
    responders
}

/// As participant, as facilitator, or through somebody in their place.
pub(super) fn took_part(case: &Case<'_>, review: &Review, responder: &str) -> bool {
    let participants = review.participants.items().iter();
    let mut names = participants.flat_map(|p| [Some(&*p.name), p.stands_for.as_deref()]).flatten();
    names.any(|name| is_meant(case, name, responder))
        || review.facilitator.text().is_some_and(|name| is_meant(case, name, responder))
}

/// The same person, or a misspelling that nobody else goes by: `unknown-person` speaks of those.
fn is_meant(case: &Case<'_>, name: &str, responder: &str) -> bool {
    let is_typo = || {
        let people = &case.population().people;
        people.find(name).is_none()
            && people.find(responder).is_some()
            && nearest(&fold(name), [fold(responder).as_str()]).is_some()
    };
    case.same_person(name, responder) || is_typo()
}

/// The entry that excuses a person; one without a reason does not.
fn excuse<'r>(case: &Case<'_>, reviews: &[&'r Review], responder: &str) -> Option<(&'r Review, &'r Absence)> {
    let mut entries = reviews.iter().flat_map(|review| review.absent.iter().map(move |absence| (*review, absence)));
    entries.find(|(_, absence)| case.same_person(absence.name.as_str(), responder) && absence.reason.text().is_some())
}

fn finding(
    case: &Case<'_>,
    incident: &Incident,
    reviews: &[&Review],
    (missing, all): (Vec<&Located>, usize),
) -> Option<Finding> {
    let (excused, open): (Vec<&Located>, Vec<&Located>) =
        missing.into_iter().partition(|person| excuse(case, reviews, &person.value).is_some());
    let nobody_came = excused.len() + open.len() == all;
    if open.is_empty() && !nobody_came {
        return None;
    }
    let (review, field, place) = place(case, reviews, &open)?;
    let level = if nobody_came { RULE.meta.levels.of(incident.class()) } else { some(incident) };
    let finding = Finding::of_review(incident, review, level, field, place);
    let finding =
        open.iter().fold(finding, |finding, person| finding.related(person.place, "took part in the response"));
    let title = match (nobody_came, open.len()) {
        (true, _) => "Review without anybody of the response, as far as the record says".to_owned(),
        (false, n) => format!("Review without {n} of {all} people of the response, and no reason is recorded yet"),
    };
    let finding = finding.says(title, WHY, HELP);
    Some(match excused.first().and_then(|person| excuse(case, reviews, &person.value)) {
        Some((review, absence)) if open.is_empty() => {
            let reason = absence.reason.text().unwrap_or_default();
            finding.acknowledged(
                format!("{}.absent", review.field),
                reason,
                review.facilitator.text().unwrap_or_default(),
            )
        }
        _ => match case.review_duty(incident) {
            Duty::NotYet(due) => finding.pending(due),
            Duty::Due(_) | Duty::None => finding,
        },
    })
}

const WHY: &str = "What made detection slow and the response hard is known best to those who were there.";
const HELP: &str = "Were they there? Add them to `participants`. Excused? Say why: `absent: { eva: leave }`. Else ask them \
                    and add what they say.";

fn some(incident: &Incident) -> Level {
    RULE.meta.levels.of(incident.class()).min(Level::Warning)
}

/// The entry under `absent` that lacks its reason, else the participants of the last review.
fn place<'r>(case: &Case<'_>, reviews: &[&'r Review], open: &[&Located]) -> Option<(&'r Review, &'static str, Place)> {
    let entries = reviews.iter().flat_map(|review| review.absent.iter().map(move |absence| (*review, absence)));
    let mut unexplained =
        entries.filter(|(_, absence)| open.iter().any(|person| case.same_person(absence.name.as_str(), &person.value)));
    if let Some((review, absence)) = unexplained.next().filter(|_| open.len() == 1) {
        return Some((review, "absent", absence.name.place));
    }
    let last = reviews.iter().copied().max_by_key(|review| review.date.value().map(|when| when.from))?;
    Some((last, "participants", last.participants.place()))
}
