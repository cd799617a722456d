//! Whether actions are done, on time, with something to show for it, and whether they helped.

use super::{Asked, Named};
use crate::history::claims;
use crate::history::{Effect, Field, Proof, Told, Value};
use crate::record::{Action, ActionStatus, Change, Incident, Outcome};
use crate::text::Text;
use crate::trend::model::{Figures, Metric, Span, Unit};
use chrono::NaiveDate;

const FIRST: Named = Named {
    id: "on-time-first",
    name: "Actions on time, by the first date",
    formula: "Actions whose first due date on the main line lies in the period: those completed by that day. A declined \
              one does not count; missing: open actions without a day.",
    unit: Unit::Share,
};
const CURRENT: Named = Named {
    id: "on-time-current",
    name: "Actions on time, by the date of now",
    formula: "Actions whose due date as it stands now lies in the period: those completed by that day.",
    unit: Unit::Share,
};
const AGEING: Named = Named {
    id: "ageing",
    name: "Actions open at the end",
    formula: "Actions that were not completed at the end of the period, by the days that they were overdue then, as \
              records state it now.",
    unit: Unit::Count,
};
const MOVES: Named = Named {
    id: "due-moves",
    name: "Actions whose date was moved",
    formula: "Of the actions that were open in the period, those whose due date a landing in the period moved to a later \
              day.",
    unit: Unit::Share,
};
const EFFECT: Named = Named {
    id: "effective",
    name: "Checks that an action helped",
    formula: "Of the checks that were made or due in the period, those whose result is effective; a part is not checked \
              yet.",
    unit: Unit::Share,
};
const EVIDENCE: Named = Named {
    id: "evidence",
    name: "Done with evidence that is there",
    formula: "Actions completed in the period that name evidence of which no rule says that it is missing, gone or not \
              pinned.",
    unit: Unit::Share,
};
const PROVEN: Named = Named {
    id: "changes-proven",
    name: "Changes that git shows",
    formula: "Of what actions completed in the period say that they changed, what git shows and nothing took back; \
              missing: what could not be compared. What is stated outside git is a part, and counts as not shown.",
    unit: Unit::Share,
};

pub(super) fn metrics(asked: &Asked<'_, '_>) -> Vec<Metric> {
    let dated = asked.teller.actions().filter(|(_, action)| !action.is_declined());
    let followed: Vec<Followed<'_>> = dated.map(|(incident, action)| Followed::new(asked, incident, action)).collect();
    vec![
        asked.metric(&FIRST, |span| on_time(asked, span, &followed, |one| one.first)),
        asked.metric(&CURRENT, |span| on_time(asked, span, &followed, |one| one.due)),
        asked.metric(&AGEING, |span| ageing(asked, span, &followed)),
        asked.metric(&MOVES, |span| moves(asked, span, &followed)),
        asked.metric(&EFFECT, |span| effect(asked, span, &followed)),
        asked.metric(&EVIDENCE, |span| evidence(asked, span, &followed)),
        asked.metric(&PROVEN, |span| proven(asked, span)),
    ]
}

/// An action with its days: as they are stated, and as landings moved them.
struct Followed<'a> {
    incident: &'a Incident,
    action: &'a Action,
    /// The due date that the main line had first.
    first: Option<NaiveDate>,
    due: Option<NaiveDate>,
    completed: Option<NaiveDate>,
    /// The days of landings that moved it to a later day.
    moved: Vec<NaiveDate>,
}

impl<'a> Followed<'a> {
    fn new(asked: &Asked<'_, 'a>, incident: &'a Incident, action: &'a Action) -> Self {
        let teller = asked.teller;
        let due = action.due.value().map(|when| when.date);
        let completed = teller.day(&action.completed).filter(|_| !action.is_open());
        let mut followed = Self { incident, action, first: None, due, completed, moved: Vec::new() };
        let field = Field::of_action(&action.name(), "due");
        let record = incident.id().and_then(|id| teller.history.record(id));
        let mut last = None;
        for change in record.into_iter().flat_map(|record| record.current()).filter(|change| change.field == field) {
            let Some(day) = change.after.as_ref().and_then(Value::day).map(|when| when.date) else { continue };
            followed.first.get_or_insert(day);
            if last.is_some_and(|last| day > last) {
                followed.moved.push(teller.history.landing(change.position).day);
            }
            last = Some(day);
        }
        followed.first = followed.first.or(due);
        followed
    }

    /// Whether it had to be done at the end of a day: raised by then, and not completed.
    fn was_open(&self, asked: &Asked<'_, '_>, day: NaiveDate) -> bool {
        let is_raised = asked.teller.day(&self.incident.detected).is_some_and(|raised| raised <= day);
        // One that is done without a day was done at some time.
        let is_done = self.completed.map_or(!self.action.is_open(), |completed| completed <= day);
        is_raised && !is_done
    }
}

fn on_time(
    asked: &Asked<'_, '_>,
    span: &Span,
    followed: &[Followed<'_>],
    due: impl Fn(&Followed<'_>) -> Option<NaiveDate>,
) -> Figures {
    let as_of = asked.teller.as_of;
    let dated = followed.iter().filter_map(|one| Some((one, due(one)?)));
    // On its last day an action that is open is still in time.
    let judged = dated.filter(|(one, due)| span.has(*due) && (*due < as_of || one.completed.is_some()));
    let is_known = |one: &Followed<'_>| one.completed.is_some() || one.action.is_open();
    let (known, unknown): (Vec<_>, Vec<_>) = judged.partition(|(one, _)| is_known(one));
    let answers: Vec<bool> =
        known.iter().map(|(one, due)| one.completed.is_some_and(|completed| completed <= *due)).collect();
    let undated = followed.iter().filter(|one| one.action.is_open() && due(one).is_none()).count();
    Figures::of_answers(&answers).missing(unknown.len() + undated)
}

fn ageing(asked: &Asked<'_, '_>, span: &Span, followed: &[Followed<'_>]) -> Figures {
    let end = span.to.0.min(asked.teller.as_of);
    let open: Vec<&Followed<'_>> = followed.iter().filter(|one| one.was_open(asked, end)).collect();
    let late = |one: &&&Followed<'_>| one.due.map(|due| (end - due).num_days());
    let over = |range: std::ops::RangeInclusive<i64>| {
        open.iter().filter(|one| late(one).is_some_and(|late| range.contains(&late))).count()
    };
    let parts = [
        ("not due yet", over(i64::MIN..=0)),
        ("1 to 30 days over", over(1..=30)),
        ("31 to 60", over(31..=60)),
        ("61 to 90", over(61..=90)),
        ("more than 90", over(91..=i64::MAX)),
        ("without a day", open.iter().filter(|one| one.due.is_none()).count()),
    ];
    Figures::of_count(open.len()).parts(parts)
}

fn moves(asked: &Asked<'_, '_>, span: &Span, followed: &[Followed<'_>]) -> Figures {
    let (from, to) = (span.from.0, span.to.0.min(asked.teller.as_of));
    let ended = |one: &Followed<'_>| one.completed.is_some_and(|completed| completed < from);
    let was_open = |one: &&Followed<'_>| {
        let is_raised = asked.teller.day(&one.incident.detected).is_some_and(|raised| raised <= to);
        is_raised && !ended(one) && (one.completed.is_some() || one.action.is_open())
    };
    let open: Vec<&Followed<'_>> = followed.iter().filter(was_open).collect();
    let moved = |one: &&Followed<'_>| one.moved.iter().filter(|day| span.has(**day)).count();
    let answers: Vec<bool> = open.iter().map(|one| moved(one) > 0).collect();
    let all = open.iter().map(moved).sum();
    Figures::of_answers(&answers).parts([("moves in all", all)])
}

fn effect(asked: &Asked<'_, '_>, span: &Span, followed: &[Followed<'_>]) -> Figures {
    let mut counts = [0; 4];
    for Followed { action, .. } in followed {
        let check = &action.effectiveness;
        let checked = asked.teller.day(&check.checked);
        let due = check.due.value().map(|when| when.date).filter(|due| *due <= asked.teller.as_of);
        let place = match (checked, check.result.value()) {
            (Some(day), Some(result)) if span.has(day) => match result {
                Outcome::Effective => 0,
                Outcome::Partly => 1,
                Outcome::Ineffective => 2,
            },
            (Some(day), None) if span.has(day) => 3,
            (None, _) if due.is_some_and(|due| span.has(due)) => 3,
            _ => continue,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    let [effective, partly, ineffective, none] = counts;
    let parts = [("effective", effective), ("partly", partly), ("ineffective", ineffective), ("no result yet", none)];
    Figures::of_share(effective, counts.iter().sum()).parts(parts)
}

fn evidence(asked: &Asked<'_, '_>, span: &Span, followed: &[Followed<'_>]) -> Figures {
    const RULES: [&str; 3] = ["missing-evidence", "dangling-evidence", "unpinned-evidence"];
    let is_there = |one: &Followed<'_>| {
        let (record, item) = (asked.teller.name(one.incident), Text::new(one.action.name()));
        let is_named = !one.action.evidence.items().is_empty();
        is_named && !RULES.iter().any(|rule| asked.index.has_item(rule, &record, &item))
    };
    let done = followed.iter().filter(|one| one.completed.is_some_and(|day| span.has(day)));
    let answers: Vec<bool> = done.map(is_there).collect();
    let is_done = |action: &Action| matches!(action.status.value(), Some(ActionStatus::Done | ActionStatus::Verified));
    let undated = followed.iter().filter(|one| is_done(one.action) && one.completed.is_none()).count();
    Figures::of_answers(&answers).missing(undated)
}

fn proven(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let teller = asked.teller;
    let as_of = teller.book.calendar.whole_day(teller.as_of);
    let is_in = |action: &Action| teller.day(&action.completed).is_some_and(|day| span.has(day));
    let (mut answers, mut unknown, mut outside) = (Vec::new(), 0, 0);
    for incident in teller.case.incidents() {
        let claims = claims::of_record(incident, &as_of);
        for claim in claims.iter().filter(|claim| claim.action.is_some_and(is_in)) {
            match teller.history.answer(teller.population, teller.book, claim) {
                Told::Judged(_, Proof::Holds { by, .. }) if by.effect == Effect::NotInspected => unknown += 1,
                Told::Judged(_, Proof::Holds { undone, .. }) => answers.push(undone.is_none()),
                Told::Judged(..) | Told::Unknown => answers.push(false),
                Told::Landed(_) | Told::NoTarget | Told::NotCompared(_) => unknown += 1,
            }
        }
        let done = incident.actions.items().iter().filter(|action| action.is_done() && is_in(action));
        outside += done
            .flat_map(|action| action.changes.items())
            .filter(|change| matches!(change, Change::Outside { .. }))
            .count();
    }
    Figures::of_answers(&answers).missing(unknown).parts([("stated outside git", outside)])
}
