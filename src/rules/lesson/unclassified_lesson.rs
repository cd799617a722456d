//! A lesson whose kind is not stated, or none of those that the format knows.
//!
//! ## What it checks
//!
//! Each lesson has one of these kinds: `control-gap`, `detection-failure`, `communication-breakdown`, `pattern`,
//! `awareness-gap`, `supplier`, `process`, or `other` with a `reason` beside it.
//!
//! ## Why an auditor cares
//!
//! The kind decides what a fitting answer is, and only lessons that are sorted can be counted across incidents: by
//! type is how the guidance on learning from incidents asks for it.
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
//!     kind: miscellaneous
//!     text: A password alone must not open the VPN.
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
//!   - id: L2
//!     kind: other
//!     reason: It is about our contract with the insurer, not about a control or a way of working.
//!     text: The insurer wants to be called before any forensic work begins.
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en] control-gap = ["missing safeguard"]` adds a word of your own to a kind.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 9.1; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.4.

use super::answers;
use crate::config::Level;
use crate::record::{Fact, Fault, Incident, Lesson, LessonKind, Word, nearest};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unclassified-lesson",
        family: Family::Lesson,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unclassified_lesson.rs"),
    },
    check,
};

const WHY: &str =
    "The kind decides what a fitting answer is, and lessons without one cannot be counted across incidents.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for lesson in incident.lessons.items() {
            // A kind of the wrong type is an unreadable record alone.
            if !matches!(lesson.kind, Fact::Wrong { why: Fault::Shape | Fault::Encrypted, .. }) {
                out.test();
                judge(incident, lesson).into_iter().for_each(|finding| out.find(finding));
            }
        }
    }
    Ok(())
}

fn judge(incident: &Incident, lesson: &Lesson) -> Option<Finding> {
    let name = answers::name(lesson);
    let at = |field, place| Finding::of_lesson(incident, lesson, Level::Warning, field, place);
    match &lesson.kind {
        Fact::Stated { value: LessonKind::Other, .. } if lesson.reason.text().is_none() => {
            let title = format!("Lesson {name} is of kind `other`, and the reason is not recorded yet");
            let what = "Does a listed kind fit? Use it. Else say in `reason` what the lesson is about.";
            Some(at("reason", lesson.reason.place()).says(title, WHY, what))
        }
        Fact::Stated { .. } => None,
        Fact::Wrong { raw, place, .. } if raw.chars().any(char::is_alphanumeric) => {
            let title = format!("Lesson {name} has a kind that is not among the listed ones");
            Some(at("kind", *place).says(title, WHY, suggestion(raw)))
        }
        kind => {
            let title = format!("Lesson {name} has no kind yet");
            Some(at("kind", kind.place()).says(title, WHY, suggestion("")))
        }
    }
}

fn suggestion(raw: &str) -> String {
    let names = LessonKind::ALL.iter().map(|(name, _)| *name);
    let list = names.clone().collect::<Vec<_>>().join(", ");
    match nearest(&raw.trim().to_lowercase().replace([' ', '_'], "-"), names) {
        Some(name) => format!("Did you mean `{name}`? The kinds are {list} (with a `reason`)."),
        None => format!("Use one of {list} (with a `reason`)."),
    }
}
