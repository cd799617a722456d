//! What the rules on undecided policies, controls and awareness have in common.

use super::{Known, claims};
use crate::record::register::RegisterKind;
use crate::record::{ActionKind, Change, Decision, Decisions, Fact, Incident};
use crate::rules::{Case, Duty, Finding, Levels, Outcome};
use crate::source::Place;
use crate::text::shorten;

/// A question that a significant incident puts to the management system.
pub(super) struct Question {
    /// The levels of the rule.
    pub(super) levels: Levels,
    /// The key below `decisions`.
    pub(super) key: &'static str,
    /// The decision.
    pub(super) decision: fn(&Decisions) -> &Decision,
    /// Registers whose entries answer it when a finished action names them as changed.
    pub(super) registers: &'static [RegisterKind],
    /// Kinds of actions that answer it with whatever they name as changed.
    pub(super) kinds: &'static [ActionKind],
    /// Whether something else in the record answers it.
    pub(super) answered: fn(&Incident) -> bool,
    /// `a policy or procedure`
    pub(super) subject: &'static str,
    /// Why it matters.
    pub(super) why: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

/// Asks a question of every significant and major incident.
pub(super) fn ask(case: &Case<'_>, out: &mut Outcome, question: &Question) {
    let known = Known::of(case, question.registers);
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.flow_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        if is_answered(case, incident, question, &known) {
            continue;
        }
        match known.unread.clone().filter(|_| claims(incident).any(|(_, change)| matches!(change, Change::Target(_)))) {
            Some(unread) => out.not_run(unread),
            None => out.find(finding(case, incident, question, duty)),
        }
    }
}

fn is_answered(case: &Case<'_>, incident: &Incident, question: &Question, known: &Known<'_>) -> bool {
    let by_action = || {
        claims(incident).any(|(action, change)| {
            let is_kind = action.kind.value().is_some_and(|kind| question.kinds.contains(kind));
            is_kind || known.has(case, change)
        })
    };
    (question.decision)(&incident.decisions).is_taken() || (question.answered)(incident) || by_action()
}

fn finding(case: &Case<'_>, incident: &Incident, question: &Question, duty: Duty) -> Finding {
    let level = question.levels.of(incident.class());
    let (what, place) = state((question.decision)(&incident.decisions), question);
    let record = shorten(incident.id().unwrap_or("The record"), 24);
    let finding = Finding::of(incident, level, format!("decisions.{}", question.key), place);
    match duty {
        Duty::NotYet(due) => {
            let days = (due - case.as_of()).num_days();
            let title = format!("{record}: the decision on {} is due by {due}, in {days} days", question.key);
            finding.says(title, question.why, question.help).pending(due)
        }
        Duty::Due(_) | Duty::None => finding.says(format!("{record}: {what}"), question.why, question.help),
    }
}

/// What is missing in a decision, and where.
fn state(decision: &Decision, question: &Question) -> (String, Place) {
    if decision.no_change.text().is_some() {
        return (format!("`decisions.{}` does not name yet who decided it", question.key), decision.by.place());
    }
    let place = match (&decision.no_change, &decision.changed) {
        (Fact::Absent { .. }, Fact::Absent { .. }) => decision.place,
        (Fact::Absent { .. }, changed) => changed.place(),
        (no_change, _) => no_change.place(),
    };
    (format!("whether {} has to change is not decided yet", question.subject), place)
}
