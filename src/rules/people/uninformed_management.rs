//! A serious incident whose review has not reached management, as far as the record says.
//!
//! ## What it checks
//!
//! For significant and major incidents, a senior manager or somebody in their place took part in a review, or received
//! its output on a stated day: `management: { informed, on }`. A participant whom the people register marks as
//! `management` satisfies it, and so does a delegate (`{ name, for }`) of such a person. The duty starts 14 days after
//! the last review; without one, 14 days after its window and the grace.
//!
//! ## Why an auditor cares
//!
//! Management has to direct improvement and provide the means for it. Top management that does not hear what serious
//! incidents showed cannot have decided anything about them.
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
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana]
//! ```
//!
//! ```yaml file=people/people.yaml
//! - { id: ana, name: Ana Brandt }
//! - { id: mira, name: Mira Kovac, roles: [coo], management: true }
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
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana]
//!     management: { informed: coo, on: 2026-04-02 }
//! ```
//!
//! ```yaml file=people/people.yaml
//! - { id: ana, name: Ana Brandt }
//! - { id: mira, name: Mira Kovac, roles: [coo], management: true }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] flow_after` (14 days); the column `management` of the people register marks senior management.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, A.5.4 and 9.3; NIST CSF 2.0 RS.CO-03; SOC 2 CC7.5; DORA Art. 13(5) and 17(3)(e).

use crate::config::Level;
use crate::population::People;
use crate::record::register::RegisterKind;
use crate::record::{Fact, Incident, Review};
use crate::rules::{
    Builtin, Case, Duty, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy,
};
use crate::source::Place;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "uninformed-management",
        family: Family::People,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[Need::Register(RegisterKind::People)],
        silenced_by: &[
            SilencedBy::Record("missing-review"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("unreadable-record"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("uninformed_management.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.flow_duty(incident);
        if duty == Duty::None {
            continue;
        }
        if case.held_reviews(incident).any(|(review, _)| is_told(review)) {
            out.test();
            continue;
        }
        // Whether a manager took part is known to the people register alone.
        match case.people() {
            Err(why) => out.not_run(why),
            Ok(people) => {
                out.test();
                if !case.held_reviews(incident).any(|(review, _)| has_manager(review, people)) {
                    out.find(finding(case, incident, duty));
                }
            }
        }
    }
    Ok(())
}

/// Whether the record says who was informed and when. A day that is no day is spoken of elsewhere.
fn is_told(review: &Review) -> bool {
    review.management.informed.text().is_some() && !review.management.on.is_missing()
}

/// Whether somebody of the management took part, was stood in for, or led the review.
fn has_manager(review: &Review, people: &People) -> bool {
    let participants = review.participants.items().iter();
    let mut names = participants.flat_map(|p| [Some(&*p.name), p.stands_for.as_deref()]).flatten();
    let is_manager = |name: &str| people.find(name).is_some_and(|person| person.management);
    names.any(is_manager) || review.facilitator.text().is_some_and(is_manager)
}

/// What the reviews say of management so far.
enum Gap {
    Day,
    Name,
    Everything,
}

fn gap(case: &Case<'_>, incident: &Incident) -> (Gap, String, Place) {
    let reviews: Vec<&Review> = case.held_reviews(incident).map(|(review, _)| review).collect();
    let at = |review: &Review| (format!("{}.management", review.field), review.management.place);
    let half = |name: bool| {
        let mut found = reviews.iter().rev().copied();
        found.find(|r| r.management.informed.text().is_some() == name && r.management.on.is_missing() == name)
    };
    if let Some(undated) = half(true) {
        let (field, place) = at(undated);
        return (Gap::Day, field, place);
    }
    if let Some(unnamed) = half(false).filter(|review| matches!(review.management.on, Fact::Stated { .. })) {
        let (field, place) = at(unnamed);
        return (Gap::Name, field, place);
    }
    let last = case.held_reviews(incident).max_by_key(|(_, when)| when.from);
    let (field, place) = last.map_or(("reviews".to_owned(), incident.reviews.place()), |(review, _)| at(review));
    (Gap::Everything, field, place)
}

fn finding(case: &Case<'_>, incident: &Incident, duty: Duty) -> Finding {
    let (gap, field, place) = gap(case, incident);
    let title = match gap {
        Gap::Day => "Management was informed of the review; the day is not recorded yet",
        Gap::Name => "Management was informed of the review; who received it is not recorded yet",
        Gap::Everything => "Management has not received the result of the review yet, by this record",
    };
    let finding = Finding::of(incident, Level::Error, field, place);
    let say = |finding: Finding, title: String| {
        finding.says(
            title,
            "What a serious incident showed may need money, people or a decision that only management can give.",
            "Informed already? Add `management: { informed, on }` to the review. Not yet? Send the result, then add it.",
        )
    };
    match duty {
        Duty::NotYet(due) => say(finding, pending_title(case, due)).pending(due),
        Duty::Due(_) | Duty::None => say(finding, title.to_owned()),
    }
}

fn pending_title(case: &Case<'_>, due: NaiveDate) -> String {
    format!("Management is to receive the result of the review by {due}, {}", case.days_left(due))
}
