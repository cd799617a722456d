//! A lesson that no action answers, and that nobody decided to live with.
//!
//! ## What it checks
//!
//! Every lesson is answered by an action of its record that was not declined, by an action of another record or a
//! risk (`addressed_by: INC-2025-0031/A2`, `addressed_by: R-12`), or by an acceptance with name, reason and risk. A
//! reference has to lead to something: an action that is not there, one that was declined, or one of a dismissed
//! record answers nothing. The duty starts on the day of the last review; without a review, when its window and the
//! grace are over.
//!
//! ## Why an auditor cares
//!
//! Knowledge from incidents is to be used to strengthen controls. A lesson that leads to no action and to no
//! decision shows that the organisation noticed a weakness and left it there.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//!   - id: L2
//!     kind: detection-failure
//!     text: Nobody was told about the sign-in from a new country.
//! actions:
//!   - id: A1
//!     lessons: [L1]
//!     text: Require a second factor on the VPN.
//!     kind: control
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//!   - id: L2
//!     kind: detection-failure
//!     text: Nobody was told about the sign-in from a new country.
//!     accepted: { by: coo, reason: "Replaced in July, until then watched daily.", risk: R-12, until: 2026-07-31 }
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
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 10.2; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use super::answers::{self, ByLesson, Leads};
use crate::config::Level;
use crate::record::{Acceptance, Action, Fact, Incident, Lesson, Located};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unaddressed-lesson",
        family: Family::Lesson,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-action"), SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unaddressed_lesson.rs"),
    },
    check,
};

const WHY: &str = "A lesson that stays on paper looks like learning and changes nothing.";
const DO: &str = "Add an action, point to one that exists (`addressed_by: INC-2025-0031/A2`), or accept it: `accepted: \
                  {by, reason, risk, until}`.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let duty = case.review_duty(incident);
        let actions = ByLesson::of(incident);
        for lesson in incident.lessons.items().iter().filter(|_| duty != Duty::None) {
            judge(case, (incident, lesson, &actions), duty, out);
        }
    }
    Ok(())
}

/// A lesson with its record and the actions of that.
type Subject<'a> = (&'a Incident, &'a Lesson, &'a ByLesson<'a>);

fn judge(case: &Case<'_>, subject: Subject<'_>, duty: Duty, out: &mut Outcome) {
    let (incident, lesson, actions) = subject;
    let leads = |reference: &Located| answers::follow(case, incident, reference.as_str());
    let references: Vec<_> =
        lesson.addressed_by.items().iter().map(|reference| (reference, leads(reference))).collect();
    let is_answered = references.iter().any(|(_, leads)| matches!(leads, Leads::Action(_) | Leads::Risk))
        || actions.live(lesson).next().is_some()
        || lesson.accepted.as_ref().is_some_and(|accepted| answers::lacks(accepted).is_empty());
    if !is_answered && let Some(why) = references.iter().find_map(|(_, leads)| unknown(leads)) {
        return out.not_run(why);
    }
    out.test();
    for finding in findings(subject, &references, is_answered) {
        out.find(match duty {
            Duty::NotYet(due) => finding.pending(due),
            Duty::Due(_) | Duty::None => finding,
        });
    }
}

fn unknown(leads: &Leads<'_>) -> Option<NotRun> {
    match leads {
        Leads::Unknown(why) => Some(why.clone()),
        _ => None,
    }
}

/// One finding for a lesson without an answer. Beside an answer, a reference that leads nowhere is a note.
fn findings(subject: Subject<'_>, references: &[(&Located, Leads<'_>)], is_answered: bool) -> Vec<Finding> {
    let (incident, lesson, actions) = subject;
    let level = if is_answered { Level::Note } else { Level::Error };
    let dead = references.iter().filter_map(|(reference, leads)| dead(incident, lesson, level, reference, leads));
    if is_answered {
        return dead.collect();
    }
    let found = lesson.accepted.as_ref().map(|accepted| incomplete(incident, lesson, accepted));
    let found = found.or_else(|| dead.into_iter().next());
    vec![found.unwrap_or_else(|| unanswered(incident, lesson, actions.named(lesson)))]
}

fn dead(incident: &Incident, lesson: &Lesson, level: Level, at: &Located, leads: &Leads<'_>) -> Option<Finding> {
    let target = shorten(at.as_str(), 30);
    let rest = match leads {
        Leads::Declined => "which was declined",
        Leads::Nowhere => "which is not there",
        Leads::Action(_) | Leads::Risk | Leads::Unknown(_) => return None,
    };
    let title = format!("Lesson {} points to {target}, {rest}", answers::name(lesson));
    let what = "Name the incident and the action, as in `INC-2025-0031/A2`, or a risk. None fits? Add an action, or \
                accept the lesson: `accepted: {by, reason, risk, until}`.";
    Some(Finding::of_lesson(incident, lesson, level, "addressed_by", at.place).says(title, WHY, what))
}

fn incomplete(incident: &Incident, lesson: &Lesson, accepted: &Acceptance) -> Finding {
    let lacks = answers::lacks(accepted);
    let words: Vec<&str> = lacks.iter().map(|(_, words)| *words).collect();
    let (field, place) = match lacks.as_slice() {
        [(key, _)] => (format!("accepted.{key}"), part(accepted, key).place()),
        _ => ("accepted".to_owned(), accepted.place),
    };
    Finding::of_lesson(incident, lesson, Level::Error, &field, place).says(
        format!("Lesson {} is accepted, and the acceptance lacks {}", answers::name(lesson), enumeration(&words)),
        "To live with a weakness is a decision: somebody makes it, for a reason, and a risk carries it.",
        "Complete it: `accepted: {by, reason, risk, until}`. Not decided? Add an action instead.",
    )
}

fn part<'a>(accepted: &'a Acceptance, key: &str) -> &'a Fact<Box<str>> {
    match key {
        "by" => &accepted.by,
        "reason" => &accepted.reason,
        _ => &accepted.risk,
    }
}

/// `a name`, `a name and a risk`, `a name, a reason and a risk`.
fn enumeration(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn unanswered(incident: &Incident, lesson: &Lesson, named: &[&Action]) -> Finding {
    let name = answers::name(lesson);
    let finding = Finding::of_lesson(incident, lesson, Level::Error, "", lesson.home);
    if let Some(action) = named.first() {
        let title = format!("Lesson {name} leads nowhere yet: {} was declined", declined_name(action));
        let finding = finding.related(action.status.place(), "declined, so it answers nothing");
        return finding.says(title, WHY, DO);
    }
    let title = format!("Lesson {name} leads nowhere yet: no action, and no decision to live with it");
    match lesson.id.text() {
        Some(_) => finding.says(title, WHY, DO),
        None => finding.says(title, WHY, format!("Give it an `id` that an action can name under `lessons`. {DO}")),
    }
}

fn declined_name(action: &Action) -> String {
    format!("its action {}", shorten(&action.name(), 20))
}
