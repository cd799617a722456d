//! From a lesson to what became of it, and what of it stands on paper only.

use super::incident::{ActionLine, ChangeLine, Sheet, TraceRow, Weight};
use super::model::Paper;
use super::parts::{ReverseLine, RiskLine};
use super::{Teller, words};
use crate::population::answered;
use crate::record::{Action, Incident, Lesson};
use crate::text::Text;
use crate::timeline::{ClaimedTarget, Timeline};
use std::collections::BTreeMap;

/// What an incident's actions and decisions say that they changed.
pub(super) fn changes(teller: &Teller<'_>, incident: &Text, life: Option<&Timeline>) -> Vec<ChangeLine> {
    let targets = life.map_or(&[][..], |life| &life.targets);
    let lines = |target: &ClaimedTarget| {
        let name = teller.say(target.name.as_str());
        let line = |claim: &crate::timeline::ClaimEntry| {
            let (words, weight) = words::answer(claim.answer);
            let because = claim.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            // `decisions.policy.changed.0`
            let decision = || {
                let about = claim.field.as_str().split('.').nth(1).unwrap_or_default();
                Text::new(format!("decision on {about}"))
            };
            ChangeLine {
                incident: incident.clone(),
                is_decision: claim.action.is_none(),
                by: claim.action.clone().unwrap_or_else(decision),
                target: name.clone(),
                answer: Text::new(format!("{words}{because}")),
                weight,
                commit: claim.commit.as_deref().map(Text::new),
                day: claim.day,
            }
        };
        target.claims.iter().map(line).collect::<Vec<_>>()
    };
    targets.iter().flat_map(lines).collect()
}

/// The lines of the traceability matrix of an incident.
pub(super) fn rows(
    teller: &Teller<'_>,
    incident: &Incident,
    actions: &[ActionLine],
    decided: &[ChangeLine],
) -> Vec<TraceRow> {
    let stated: Vec<(&Action, &ActionLine)> = incident.actions.items().iter().zip(actions).collect();
    let mut rows = Vec::new();
    for lesson in incident.lessons.items() {
        let is_answer = |action: &Action| answered(incident, action).any(|known| std::ptr::eq(known, lesson));
        let answers: Vec<_> = stated.iter().filter(|(action, _)| is_answer(action)).copied().collect();
        let (outcome, is_gap) = outcome(teller, lesson, &answers);
        let named = named(teller, lesson);
        let row = |action: Option<&ActionLine>| TraceRow {
            lesson: Some(named.clone()),
            outcome: outcome.clone(),
            is_gap,
            ..bare(action)
        };
        rows.extend(answers.iter().map(|(_, line)| row(Some(line))));
        if answers.is_empty() {
            rows.push(row(None));
        }
    }
    let is_loose = |(action, _): &&(&Action, &ActionLine)| answered(incident, action).next().is_none();
    rows.extend(stated.iter().filter(is_loose).map(|(_, line)| bare(Some(line))));
    rows.extend(decided.iter().map(|change| TraceRow {
        action: Some(change.by.clone()),
        changes: vec![change.clone()],
        is_gap: change.weight == Weight::Unproven,
        ..bare(None)
    }));
    rows
}

/// A lesson with its text, as the matrix names it.
pub(super) fn named(teller: &Teller<'_>, lesson: &Lesson) -> Text {
    teller.say(&format!("{}: {}", lesson.name(), lesson.text.text().unwrap_or_default()))
}

/// An action that answers no lesson.
fn bare(action: Option<&ActionLine>) -> TraceRow {
    let told = |line: &ActionLine| {
        let owner = if line.owner.as_str().is_empty() { String::new() } else { format!(", owner {}", line.owner) };
        Text::new(format!("{}: {} ({}{owner})", line.id, line.text, line.status))
    };
    TraceRow {
        lesson: None,
        outcome: Text::default(),
        action: action.map(told),
        evidence: action.map(|line| line.evidence.clone()).unwrap_or_default(),
        changes: action.map(|line| line.changes.clone()).unwrap_or_default(),
        is_gap: false,
    }
}

/// What became of a lesson, and whether the loop is open there.
fn outcome(teller: &Teller<'_>, lesson: &Lesson, answers: &[(&Action, &ActionLine)]) -> (Text, bool) {
    let is_shown =
        |(_, line): &(&Action, &ActionLine)| line.changes.iter().any(|change| change.weight == Weight::Shown);
    if answers.iter().any(is_shown) {
        return ("git shows a change".into(), false);
    }
    if let Some(accepted) = &lesson.accepted {
        let text = |fact: &crate::record::TextFact| fact.text().unwrap_or("nobody named").to_owned();
        let until = accepted.until.value().map_or(String::new(), |when| format!(" until {}", when.date));
        return (teller.say(&format!("accepted{until} by {}: {}", text(&accepted.by), text(&accepted.reason))), false);
    }
    if answers.iter().any(|(action, _)| action.is_open()) {
        return ("an action is still to be done".into(), answers.iter().any(|(_, line)| line.overdue.is_some()));
    }
    let elsewhere: Vec<&str> = lesson.addressed_by.items().iter().map(|name| name.as_str()).collect();
    match (answers, elsewhere.is_empty()) {
        ([], false) => (teller.say(&format!("answered by {}", elsewhere.join(", "))), false),
        ([], true) => ("no action answers it".into(), true),
        _ if answers.iter().all(|(action, _)| action.is_declined()) => ("every action was declined".into(), true),
        _ => ("done, and no change that git shows".into(), true),
    }
}

/// Whether an outcome of a lesson leaves nothing that git shows and nothing to be done.
fn is_paper(row: &TraceRow) -> bool {
    let outcome = row.outcome.as_str();
    row.lesson.is_some()
        && (outcome.starts_with("accepted") || outcome.starts_with("every") || outcome.starts_with("done"))
}

/// From what incidents of the sample say was changed, and from the risks that they are linked to, back to them.
pub(super) fn reverse(incidents: &[Sheet], risks: &[RiskLine]) -> Vec<ReverseLine> {
    let mut named: BTreeMap<Text, Vec<ChangeLine>> = BTreeMap::new();
    for sheet in incidents.iter().filter(|sheet| sheet.is_sampled) {
        let of_actions = sheet.actions.iter().flat_map(|action| &action.changes);
        let decided = sheet.trace.iter().flat_map(|row| &row.changes).filter(|change| change.is_decision);
        for change in of_actions.chain(decided).filter(|change| change.weight != Weight::Outside) {
            named.entry(change.target.clone()).or_default().push(change.clone());
        }
    }
    for line in risks {
        named.entry(line.risk.clone()).or_default().push(ChangeLine {
            incident: line.incident.clone(),
            by: "linked risk".into(),
            is_decision: false,
            target: line.risk.clone(),
            answer: line.answer.clone(),
            weight: line.weight,
            commit: line.commit.clone(),
            day: line.day,
        });
    }
    named.into_iter().map(|(target, named)| ReverseLine { target, named }).collect()
}

/// What is claimed and git does not show.
pub(super) fn paper(incidents: &[Sheet]) -> Paper {
    let mut paper = Paper::default();
    for sheet in incidents {
        let of_actions = sheet.actions.iter().flat_map(|action| &action.changes);
        let decided = sheet.trace.iter().flat_map(|row| &row.changes).filter(|change| change.is_decision);
        for change in of_actions.chain(decided) {
            match change.weight {
                Weight::Unproven => paper.unproven.push(change.clone()),
                Weight::Unknown => paper.unknown.push(change.clone()),
                Weight::Outside => paper.outside.push(change.clone()),
                Weight::Shown | Weight::Open => {}
            }
        }
        let mut lessons: Vec<_> = sheet.trace.iter().filter(|row| is_paper(row)).collect();
        lessons.dedup_by(|later, first| later.lesson == first.lesson);
        let line = |row: &TraceRow| (sheet.id.clone(), row.lesson.clone().unwrap_or_default(), row.outcome.clone());
        paper.lessons.extend(lessons.into_iter().map(line));
    }
    paper
}
