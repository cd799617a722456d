//! Three questions for people who know an incident: built from what the record states and git shows, about things and
//! never about who did what.

use super::Teller;
use super::incident::{ActionLine, ChangeLine, TraceRow, Weight};
use crate::record::Incident;
use crate::text::Text;

/// How many questions there are.
const COUNT: usize = 3;

/// The questions about one incident: what is open first, then what changed, then what can always be asked.
pub(super) fn questions(
    teller: &Teller<'_>,
    incident: &Incident,
    trace: &[TraceRow],
    actions: &[ActionLine],
    changes: &[ChangeLine],
) -> Vec<Text> {
    let specific = [
        unproven(changes),
        gap(trace),
        overdue(actions),
        shown(changes),
        moved(actions),
        late_detection(teller, incident),
        outside(changes),
    ];
    let asset = incident.assets.items().first().map(|asset| {
        teller.say(&format!(
            "To the owner of {}: what is different now than before the incident, and how do you know that it helps?",
            asset.value
        ))
    });
    let always = [
        "To somebody who responded: what made it hard to see or to stop, and what would help the next time?",
        "To somebody who works with what was affected: what did you hear of the incident, and what do you do differently?",
        "To the team: if the same happened tomorrow, what would go differently?",
    ];
    // One question is always that of an owner or of a responder: records cannot answer it.
    let specific = specific.into_iter().flatten().take(COUNT - 1);
    specific.chain(asset).chain(always.map(Text::from)).take(COUNT).collect()
}

fn unproven(changes: &[ChangeLine]) -> Option<Text> {
    let change = changes.iter().find(|change| change.weight == Weight::Unproven)?;
    Some(Text::new(format!(
        "To whoever knows {}: {} says that it was changed, and git does not bear that out. Where can the change be seen?",
        change.target, change.by
    )))
}

fn gap(trace: &[TraceRow]) -> Option<Text> {
    let row = trace.iter().find(|row| row.is_gap && row.lesson.is_some())?;
    let lesson = row.lesson.as_ref()?;
    Some(Text::new(format!(
        "Of the lesson \"{lesson}\" the record shows: {}. What became of it, and where is that written down?",
        row.outcome
    )))
}

fn overdue(actions: &[ActionLine]) -> Option<Text> {
    let (days, action) = actions.iter().filter_map(|action| Some((action.overdue?, action))).max_by_key(|a| a.0)?;
    let days = crate::time::days(days);
    Some(Text::new(format!(
        "{} is overdue by {days}. What protects the organisation until it is done, and what keeps it from being done?",
        action.id
    )))
}

fn shown(changes: &[ChangeLine]) -> Option<Text> {
    let change = changes.iter().find(|change| change.weight == Weight::Shown)?;
    let day = change.day.map_or(String::new(), |day| format!(" on {day}"));
    Some(Text::new(format!(
        "To somebody who works by {}: it changed{day}. How did you learn of that, and what do you do differently since?",
        change.target
    )))
}

fn moved(actions: &[ActionLine]) -> Option<Text> {
    let action = actions.iter().filter(|action| action.due_moves > 0).max_by_key(|action| action.due_moves)?;
    Some(Text::new(format!(
        "The due date of {} changed (times: {}). What was weighed when it was agreed, and who may agree to it?",
        action.id, action.due_moves
    )))
}

/// A detection that took more than a week.
fn late_detection(teller: &Teller<'_>, incident: &Incident) -> Option<Text> {
    let day = |fact: &crate::record::Fact<crate::time::When>| Some(teller.book.calendar.day_of(fact.value()?));
    let days = (day(&incident.detected)? - day(&incident.occurred)?).num_days();
    (days > 7).then(|| {
        let days = crate::time::days(days);
        Text::of_run(format!("It was detected {days} after it occurred. What would show it sooner today?"))
    })
}

fn outside(changes: &[ChangeLine]) -> Option<Text> {
    let change = changes.iter().find(|change| change.weight == Weight::Outside)?;
    Some(Text::new(format!(
        "{} says: \"{}\", outside git. Can it be shown where it was made?",
        change.by, change.target
    )))
}
