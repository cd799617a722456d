//! What answers a lesson: an action of its record, an action or a risk elsewhere, or the decision to live with it.

use crate::population::Population;
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Acceptance, Action, Incident, Lesson};
use crate::rules::{Case, NotRun};
use crate::text::shorten;
use std::collections::HashMap;

/// Where a reference of `addressed_by` leads.
pub(in crate::rules) enum Leads<'a> {
    /// To an action that is not declined.
    Action(&'a Action),
    /// To a row of the risk register, whose treatment answers the lesson.
    Risk,
    /// To an action that was declined, which answers nothing.
    Declined,
    /// To nothing that exists.
    Nowhere,
    /// It cannot be told without a register that was not read.
    Unknown(NotRun),
}

/// The actions of one record by the lessons that they name.
pub(in crate::rules) struct ByLesson<'a>(HashMap<&'a str, Vec<&'a Action>>);

impl<'a> ByLesson<'a> {
    /// The actions of a record.
    pub(in crate::rules) fn of(incident: &'a Incident) -> Self {
        let mut actions: HashMap<&str, Vec<&Action>> = HashMap::new();
        for action in incident.actions.items() {
            for name in action.lessons.items() {
                actions.entry(name.as_str().trim()).or_default().push(action);
            }
        }
        Self(actions)
    }

    /// The actions that name a lesson, declined ones included.
    pub(in crate::rules) fn named(&self, lesson: &Lesson) -> &[&'a Action] {
        lesson.id.text().and_then(|id| self.0.get(id.trim())).map_or(&[], Vec::as_slice)
    }

    /// The actions that answer a lesson.
    pub(in crate::rules) fn live(&self, lesson: &Lesson) -> impl Iterator<Item = &'a Action> {
        self.named(lesson).iter().copied().filter(|action| !action.is_declined())
    }
}

/// Whether a lesson is answered without an action of its own record: elsewhere, or by a complete acceptance.
pub(in crate::rules) fn is_settled_elsewhere(case: &Case<'_>, incident: &Incident, lesson: &Lesson) -> bool {
    let is_accepted = lesson.accepted.as_ref().is_some_and(|accepted| lacks(accepted).is_empty());
    is_accepted || is_answered_elsewhere(case, incident, lesson)
}

/// Whether a reference of `addressed_by` leads to an action or a risk.
pub(in crate::rules) fn is_answered_elsewhere(case: &Case<'_>, incident: &Incident, lesson: &Lesson) -> bool {
    let mut references = lesson.addressed_by.items().iter();
    references.any(|reference| matches!(follow(case, incident, reference.as_str()), Leads::Action(_) | Leads::Risk))
}

/// Follows a reference such as `INC-2025-0031/A2`, `R-12`, or `A2` of the same record.
///
/// Nobody follows up on the actions of a tombstone or of a dismissed record, so a reference to one leads nowhere.
pub(in crate::rules) fn follow<'a>(case: &Case<'a>, incident: &'a Incident, reference: &str) -> Leads<'a> {
    let population: &'a Population = case.population();
    let reference = reference.trim();
    let risks = population.register(RegisterKind::Risks);
    if risks.rows.contains_key(reference) {
        return Leads::Risk;
    }
    let own = || incident.actions.items().iter().find(|action| action.id.text() == Some(reference));
    let other = || population.action(reference).filter(|(other, _)| other.is_live()).map(|(_, action)| action);
    match own().or_else(other) {
        Some(action) if action.is_declined() => Leads::Declined,
        Some(action) => Leads::Action(action),
        None if reference.contains('/') || population.incident(reference).is_some() => Leads::Nowhere,
        None if risks.state == RegisterState::Read => Leads::Nowhere,
        None => case.register(RegisterKind::Risks).err().map_or(Leads::Nowhere, Leads::Unknown),
    }
}

/// What an acceptance still lacks, as the keys and the words for them.
pub(in crate::rules) fn lacks(accepted: &Acceptance) -> Vec<(&'static str, &'static str)> {
    let parts = [
        ("by", "a name", accepted.by.text()),
        ("reason", "a reason", accepted.reason.text()),
        ("risk", "a risk", accepted.risk.text()),
    ];
    parts.into_iter().filter(|(.., text)| text.is_none()).map(|(key, words, _)| (key, words)).collect()
}

/// Why the form of one of these actions fits although it looks wrong: the field that says so, the reason, the name.
/// A reason that is a text alone has no name.
pub(in crate::rules) fn form_reason<'a>(
    actions: impl IntoIterator<Item = &'a Action>,
) -> Option<(String, &'a str, &'a str)> {
    actions.into_iter().find_map(|action| {
        let reason = action.form_reason.as_deref()?;
        Some((format!("{}.form_reason", action.field), reason.why.text()?, reason.by.text().unwrap_or_default()))
    })
}

/// The lesson's id, short enough for a title that says "lesson" before it; its number where it has none.
pub(in crate::rules) fn name(lesson: &Lesson) -> String {
    let name = lesson.name();
    match lesson.id.text() {
        Some(id) => shorten(id, 20),
        None => name.rsplit(' ').next().unwrap_or_default().to_owned(),
    }
}
