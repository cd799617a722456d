//! A lesson whose actions are all of a form that does not answer it.
//!
//! ## What it checks
//!
//! A kind of lesson calls for certain kinds of action, and one of them is enough:
//!
//! | lesson | answered by |
//! |---|---|
//! | `control-gap` | control, system, removal, monitoring, policy, supplier |
//! | `detection-failure` | monitoring, alert, control, system |
//! | `communication-breakdown` | procedure, system; training only beside a procedure |
//! | `pattern` | strategic |
//! | `awareness-gap` | training, control, system |
//! | `supplier` | supplier, control, removal |
//! | `process` | procedure, control, system |
//!
//! Declined actions do not count, actions of other records that `addressed_by` names do. A lesson of kind `other`, one
//! that is accepted, and one with an action that states no kind are not judged. `form_reason` on one of the actions
//! says why another form fits here; the reason is kept in the report.
//!
//! ## Why an auditor cares
//!
//! Corrective action is to be appropriate to what went wrong. Training does not close a missing control, and a rule
//! on paper does not notice anything.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//! actions:
//!   - id: A1
//!     lessons: [L1]
//!     text: Show in the yearly course how passwords are stolen.
//!     kind: training
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//! actions:
//!   - id: A1
//!     lessons: [L1]
//!     text: Require a second factor on the VPN.
//!     kind: control
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Configuration
//!
//! None besides the level. `[vocabulary.en] control = ["safeguard"]` adds a word of your own to a kind of action.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use super::answers::{self, ByLesson, Leads};
use crate::config::Level;
use crate::record::{Action, ActionKind, Incident, Lesson, LessonKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "mismatched-action",
        family: Family::Lesson,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("mismatched_action.rs"),
    },
    check,
};

/// The kinds of action that answer a kind of lesson; none where any does. Training beside a procedure answers a
/// communication breakdown because the procedure does.
fn forms(kind: LessonKind) -> &'static [ActionKind] {
    use ActionKind::{Alert, Control, Monitoring, Policy, Procedure, Removal, Strategic, Supplier, System, Training};
    match kind {
        LessonKind::ControlGap => &[Control, System, Removal, Monitoring, Policy, Supplier],
        LessonKind::DetectionFailure => &[Monitoring, Alert, Control, System],
        LessonKind::CommunicationBreakdown => &[Procedure, System],
        LessonKind::Pattern => &[Strategic],
        LessonKind::AwarenessGap => &[Training, Control, System],
        LessonKind::Supplier => &[Supplier, Control, Removal],
        LessonKind::Process => &[Procedure, Control, System],
        LessonKind::Other => &[],
    }
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let by_lesson = ByLesson::of(incident);
        for lesson in incident.lessons.items() {
            let Some((kind, place)) = lesson.kind.found() else { continue };
            let Some(actions) = judged(&by_lesson, lesson, forms(*kind)) else { continue };
            out.test();
            if !is_answered(case, incident, lesson, &actions, forms(*kind)) {
                out.find(finding(incident, lesson, (*kind, place), &actions));
            }
        }
    }
    Ok(())
}

/// An action with its kind and where that stands.
type Formed<'a> = (&'a Action, ActionKind, Place);

/// The lesson's own actions, where there are any and each states its kind.
fn judged<'a>(by_lesson: &ByLesson<'a>, lesson: &Lesson, forms: &[ActionKind]) -> Option<Vec<Formed<'a>>> {
    let formed = |action: &'a Action| action.kind.found().map(|(kind, place)| (action, *kind, place));
    let actions = by_lesson.live(lesson).map(formed).collect::<Option<Vec<_>>>()?;
    (!actions.is_empty() && !forms.is_empty()).then_some(actions)
}

fn is_answered(
    case: &Case<'_>,
    incident: &Incident,
    lesson: &Lesson,
    actions: &[Formed<'_>],
    forms: &[ActionKind],
) -> bool {
    let fits_elsewhere = |reference: &str| match answers::follow(case, incident, reference) {
        Leads::Action(action) => action.kind.value().is_none_or(|kind| forms.contains(kind)),
        Leads::Risk | Leads::Unknown(_) => true,
        Leads::Declined | Leads::Nowhere => false,
    };
    actions.iter().any(|(_, kind, _)| forms.contains(kind))
        || lesson.accepted.as_ref().is_some_and(|accepted| answers::lacks(accepted).is_empty())
        || lesson.addressed_by.items().iter().any(|reference| fits_elsewhere(reference.as_str()))
}

fn finding(incident: &Incident, lesson: &Lesson, (kind, at): (LessonKind, Place), actions: &[Formed<'_>]) -> Finding {
    let mut kinds: Vec<&str> = Vec::new();
    for (_, kind, _) in actions {
        if !kinds.contains(&kind.name()) {
            kinds.push(kind.name());
        }
    }
    let name = answers::name(lesson);
    let finding = match actions.first() {
        Some((action, _, place)) => Finding::of_action(incident, action, Level::Warning, "kind", *place),
        None => Finding::of_lesson(incident, lesson, Level::Warning, "kind", at),
    };
    // One action may be the wrong form for several lessons.
    let finding = finding.keyed(lesson.field.as_str()).related(at, format!("lesson {name} is a {kind} lesson")).says(
        format!("Lesson {name} ({kind}) is answered by {} alone", shorten(&kinds.join(" and "), 30)),
        "An answer of another form leaves the weakness itself as it was.",
        help(forms(kind)),
    );
    match answers::form_reason(actions.iter().map(|(action, ..)| *action)) {
        Some((field, why, by)) => finding.acknowledged(field, why, by),
        None => finding,
    }
}

fn help(forms: &[ActionKind]) -> String {
    let names: Vec<&str> = forms.iter().map(|kind| kind.name()).collect();
    format!(
        "A kind is misnamed? Correct it. It fits all the same? Say why: `form_reason: {{why, by}}`. Else add an action \
         of one of these kinds: {}.",
        names.join(", ")
    )
}
