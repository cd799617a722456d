//! Three decisions, drawn from what the records say: what wants money or an owner, what may be lived with, and what
//! nobody does. Each thing is in one of them.

use super::Teller;
use super::model::{BarKind, CauseLine, Decision, DecisionItem, DecisionKind, DotKind};
use crate::record::{Acceptance, Action, Class, Incident, Lesson};
use crate::rules::Duty;
use crate::text::Text;
use crate::time::{days, plus};
use chrono::NaiveDate;
use std::cmp::Reverse;

/// How many things a decision shows.
const MOST: usize = 5;
/// An action that is overdue for longer than this is not getting done.
const LONG: i64 = 90;
/// An acceptance that ends within this many days is due again: before the next meeting but one.
const SOON: i64 = 90;

/// What a decision is about, with what orders it: the gravest first.
type Ordered = ((Reverse<Class>, Reverse<i64>), DecisionItem);

/// The three decisions.
pub(super) fn decisions(teller: &Teller<'_>, causes: &[CauseLine]) -> Vec<Decision> {
    let (long, short): (Vec<_>, Vec<_>) = late(teller).into_iter().partition(|(days, ..)| *days > LONG);
    let back = causes.iter().filter(|cause| cause.is_back).map(|cause| came_back(teller, cause));
    let unowned = unowned(teller);
    let short = short.into_iter().map(|(days, incident, action)| overdue(teller, days, incident, action));
    let long = long.into_iter().map(|(days, incident, action)| overdue(teller, days, incident, action));
    vec![
        decision(
            DecisionKind::Fund,
            "Give money, time or an owner?",
            "Causes that came back after a remedy; actions without an owner or a date; actions that are overdue by up to \
             90 days.",
            back.chain(unowned).chain(short).collect(),
        ),
        decision(
            DecisionKind::Accept,
            "Live with it, with a name and an end?",
            "Lessons that nothing answers though their review is over; acceptances that have ended, end within 90 days, or \
             lack a name.",
            accepted(teller),
        ),
        decision(
            DecisionKind::Drop,
            "Do it now, or decline it with a reason?",
            "Actions that are overdue by more than 90 days.",
            long.collect(),
        ),
    ]
}

fn decision(kind: DecisionKind, question: &'static str, drawn_from: &'static str, mut all: Vec<Ordered>) -> Decision {
    all.sort_by(|a, b| (&a.0, &a.1.about).cmp(&(&b.0, &b.1.about)));
    let more = all.len().saturating_sub(MOST);
    let items = all.into_iter().take(MOST).map(|(_, item)| item).collect();
    Decision { kind, question: question.into(), drawn_from: drawn_from.into(), items, more }
}

/// Open actions with the days that they are overdue.
fn late<'a>(teller: &Teller<'a>) -> Vec<(i64, &'a Incident, &'a Action)> {
    let open = teller.actions().filter(|(_, action)| action.is_open() && !is_unowned(action));
    let late = open.filter_map(|(incident, action)| {
        let days = action.due.value()?.days_until(teller.as_of);
        (days > 0).then_some((days, incident, action))
    });
    late.collect()
}

fn overdue(teller: &Teller<'_>, late: i64, incident: &Incident, action: &Action) -> Ordered {
    let (grave, item) = item(teller, incident, action, late, format!("overdue by {}", days(late)));
    (grave, DecisionItem { role: teller.area_text(action), ..item })
}

fn item(teller: &Teller<'_>, incident: &Incident, action: &Action, weight: i64, why: String) -> Ordered {
    let about = teller.name_in(incident, &action.name());
    let text = teller.say(action.text.text().unwrap_or_default());
    let item = DecisionItem { about, text, why: Text::of_run(why), role: Text::default() };
    ((Reverse(incident.class()), Reverse(weight)), item)
}

fn is_unowned(action: &Action) -> bool {
    !action.owner.is_there() || action.due.value().is_none()
}

/// Open actions that nobody owns, or that have no day.
fn unowned(teller: &Teller<'_>) -> Vec<Ordered> {
    let open = teller.actions().filter(|(_, action)| action.is_open() && is_unowned(action));
    let told = open.map(|(incident, action)| {
        let why = match (action.owner.is_there(), action.due.value()) {
            (false, Some(due)) => format!("no owner; due on {}", due.date),
            (false, None) => "no owner and no date".to_owned(),
            (true, _) => "no date".to_owned(),
        };
        item(teller, incident, action, 0, why)
    });
    told.collect()
}

/// A cause that came back: something stronger, or a decision to live with it.
fn came_back(teller: &Teller<'_>, cause: &CauseLine) -> Ordered {
    let back: Vec<_> = cause.incidents.iter().filter(|dot| dot.kind == DotKind::Back).collect();
    let names: Vec<&str> = back.iter().map(|dot| dot.incident.as_str()).collect();
    let grave = names.iter().filter_map(|id| teller.population.incident(id)).map(Incident::class).max();
    let is_proven = cause.remedies.iter().any(|bar| bar.kind == BarKind::Proven);
    let remedy = if is_proven { "a remedy that git shows" } else { "a remedy that is stated outside git" };
    let item = DecisionItem {
        about: cause.cause.clone(),
        text: Text::new(format!("cause of {}", names.join(", "))),
        why: Text::of_run(format!("came back after {remedy}")),
        role: Text::default(),
    };
    ((Reverse(grave.unwrap_or(Class::Moderate)), Reverse(i64::MAX)), item)
}

/// Lessons that somebody has to decide about.
fn accepted(teller: &Teller<'_>) -> Vec<Ordered> {
    let lessons =
        teller.own().flat_map(|incident| incident.lessons.items().iter().map(move |lesson| (incident, lesson)));
    let told = lessons.filter_map(|(incident, lesson)| {
        let (weight, why) = match &lesson.accepted {
            Some(accepted) => ends(teller, incident, accepted)?,
            None if is_unanswered(teller, incident, lesson) => (0, "nothing answers it".to_owned()),
            None => return None,
        };
        let about = teller.name_in(incident, &lesson.name());
        let text = teller.say(lesson.text.text().unwrap_or_default());
        let item = DecisionItem { about, text, why: Text::of_run(why), role: Text::default() };
        Some(((Reverse(incident.class()), Reverse(weight)), item))
    });
    told.collect()
}

/// Whether a lesson of a review that is over has neither an action nor another answer.
pub(super) fn is_unanswered<'a>(teller: &Teller<'a>, incident: &'a Incident, lesson: &Lesson) -> bool {
    let is_due = matches!(teller.case.review_duty(incident), Duty::Due(_));
    let names = |action: &&Action| {
        !action.is_declined() && action.lessons.items().iter().any(|name| Some(name.as_str()) == lesson.id.text())
    };
    let is_answered = incident.actions.items().iter().any(|action| names(&action));
    is_due && !is_answered && lesson.accepted.is_none() && lesson.addressed_by.items().is_empty()
}

/// Why an acceptance is to be decided again, if it is.
fn ends(teller: &Teller<'_>, incident: &Incident, accepted: &Acceptance) -> Option<(i64, String)> {
    if !accepted.by.is_there() {
        return Some((0, "accepted without a name".to_owned()));
    }
    let stated = accepted.until.value().map(|until| until.date);
    let usual = || Some(plus(incident.last_review()?.date, teller.book.threshold(|t| &t.acceptance_lasts)));
    let until: NaiveDate = stated.or_else(usual)?;
    let left = (until - teller.as_of).num_days();
    let word = if left < 0 { "ended" } else { "ends" };
    (left <= SOON).then(|| (-left, format!("the acceptance {word} on {until}")))
}
