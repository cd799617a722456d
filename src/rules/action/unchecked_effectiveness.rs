//! An action that is done, and nobody has looked yet whether it helps; or it does not help, and nothing follows.
//!
//! ## What it checks
//!
//! An action that is done or verified gets a check of its effect: on the day that `effectiveness.due` names, else 60
//! days after completion. When 14 days more are over and no `checked` is recorded, that is a finding. A check whose
//! result is `ineffective` needs something that follows it: another action for the same lesson that is still open or
//! was done later, an action elsewhere, or the decision to live with it. Done without a day, and checked without a
//! result, are notes.
//!
//! ## Why an auditor cares
//!
//! The effectiveness of corrective action is to be reviewed. Done says that something was made; only a later look says
//! that the weakness is gone.
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-04-15
//!     status: done
//!     completed: 2026-04-10
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-04-15
//!     status: done
//!     completed: 2026-04-10
//!     effectiveness: { checked: 2026-06-12, by: ben, result: effective, how: Two blocked tries in the log }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] effect_checked_after` (60 days) and `effect_grace` (14 days).
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 9.1 and A.5.27; NIST CSF 2.0 GV.OV-03; SOC 2 CC4.1 and CC4.2.

use crate::config::Level;
use crate::record::{Action, Fact, Incident, Lesson, Outcome as Effect};
use crate::rules::lesson::answers;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::text::shorten;
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unchecked-effectiveness",
        family: Family::Action,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date"), SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unchecked_effectiveness.rs"),
    },
    check,
};

const WHY: &str = "Done says that it was made; only a later look says that it works.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items().iter().filter(|action| !action.is_declined() && !action.is_open()) {
            let is_future = |fact: &Fact<_>| fact.value().is_some_and(|when| !case.has_come(*when));
            // What is dated in the future is an invalid date alone.
            if is_future(&action.completed) || is_future(&action.effectiveness.checked) {
                continue;
            }
            out.test();
            let found = match &action.effectiveness.checked {
                Fact::Stated { .. } => result(case, incident, action),
                Fact::Wrong { .. } => None,
                _ => unchecked(case, incident, action),
            };
            found.into_iter().for_each(|finding| out.find(finding));
        }
    }
    Ok(())
}

/// No check is recorded: a finding when it is due and the grace is over, in the grace a note.
fn unchecked(case: &Case<'_>, incident: &Incident, action: &Action) -> Option<Finding> {
    let check = &action.effectiveness;
    if check.result.value() == Some(&Effect::Ineffective) {
        return result(case, incident, action);
    }
    let done = action.completed.value().map(|when| when.date);
    let after = case.book().threshold(|t| &t.effect_checked_after);
    let planned = check.due.value().map(|when| when.date);
    let Some(due) = planned.or_else(|| Some(plus(done?, after))) else { return Some(undated(incident, action)) };
    let deadline = plus(due, case.book().threshold(|t| &t.effect_grace));
    if case.as_of() <= due {
        return None;
    }
    let finding = missing(incident, action, done, due);
    Some(if case.as_of() > deadline { finding.due(deadline) } else { finding.pending(deadline) })
}

fn missing(incident: &Incident, action: &Action, done: Option<NaiveDate>, due: NaiveDate) -> Finding {
    let check = &action.effectiveness;
    let level = RULE.meta.levels.of(incident.class());
    let name = shorten(&super::name(action), 16);
    let title = match (check.result.value(), done) {
        (Some(_), _) => format!("A result is recorded for {name}, and not on which day it was checked"),
        (None, Some(done)) => format!("{name} was done on {done}; whether it helps was to be checked by {due}"),
        (None, None) => format!("{name} is done; whether it helps was to be checked by {due}"),
    };
    Finding::of_action(incident, action, level, "effectiveness", check.checked.place()).says(
        title,
        WHY,
        "Record `effectiveness: {checked, by, result, how}`, by someone else where you can. Too early to tell? Move its \
         `due` and say why.",
    )
}

/// Done on no day: no check can ever fall due.
fn undated(incident: &Incident, action: &Action) -> Finding {
    Finding::of_action(incident, action, Level::Note, "completed", action.completed.place()).says(
        format!("{} is done, and not on which day, so that no check of its effect falls due", super::name(action)),
        WHY,
        "Add `completed`, or say with `effectiveness: {due}` when somebody looks whether it helps.",
    )
}

/// A check was made: it needs a result, and a result that says no needs something that follows.
fn result(case: &Case<'_>, incident: &Incident, action: &Action) -> Option<Finding> {
    let check = &action.effectiveness;
    let name = super::name(action);
    match check.result.found() {
        Some((Effect::Ineffective, place)) if !is_followed(case, incident, action) => {
            Some(ineffective(incident, action, place))
        }
        None if check.result.is_missing() => {
            let finding =
                Finding::of_action(incident, action, Level::Note, "effectiveness.result", check.result.place());
            let title = format!("The effect of {name} was checked, and the result is not recorded yet");
            Some(finding.says(title, WHY, "Add `result`: effective, partly or ineffective."))
        }
        _ => None,
    }
}

fn ineffective(incident: &Incident, action: &Action, place: Place) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    Finding::of_action(incident, action, level, "effectiveness.result", place).says(
        format!("{} did not help according to its check, and nothing follows yet", super::name(action)),
        "The weakness is still there, and now it is known that the answer to it was not one.",
        "Add an action for the same lesson, or set this one back to in-progress. Or accept the lesson: `accepted: {by, \
         reason, risk, until}`.",
    )
}

/// Whether something follows for a lesson that the action answers; without a lesson, anything later in the record.
fn is_followed(case: &Case<'_>, incident: &Incident, action: &Action) -> bool {
    let lessons: Vec<&Lesson> = crate::population::answered(incident, action).collect();
    let shares = |other: &Action| {
        let mut names = other.lessons.items().iter();
        lessons.is_empty() || names.any(|name| lessons.iter().any(|lesson| lesson.id.text() == Some(name.as_str())))
    };
    let mut others = incident.actions.items().iter().filter(|other| !std::ptr::eq(*other, action));
    others.any(|other| shares(other) && follows(action, other))
        || lessons.iter().any(|lesson| answers::is_settled_elsewhere(case, incident, lesson))
}

/// Whether another action came after the check: it is open, or was done or due after it.
fn follows(action: &Action, other: &Action) -> bool {
    let date = |fact: &Fact<crate::time::When>| fact.value().map(|when| when.date);
    let last = date(&other.completed).or_else(|| date(&other.due));
    let checked = date(&action.effectiveness.checked).or_else(|| date(&action.completed));
    !other.is_declined() && (other.is_open() || last.zip(checked).is_some_and(|(last, checked)| last >= checked))
}
