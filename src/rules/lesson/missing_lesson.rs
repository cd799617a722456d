//! A reviewed incident without a lesson, and nothing says that there is none.
//!
//! ## What it checks
//!
//! What came out of a review is written down as lessons. Where there was nothing to learn, the record says so once,
//! with a reason and a name: `no_lessons: { reason, by }`. The duty starts on the day of the last review; without a
//! review, when its window and the grace are over. Of a major incident the reflective review counts, not the
//! hot-wash.
//!
//! ## Why an auditor cares
//!
//! Knowledge from incidents is to be used. A record without lessons leaves open whether nobody looked or whether
//! there was nothing to see; only a statement tells the two apart.
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
//! lessons: []
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
//! no_lessons: { reason: "The same gap as in INC-2026-0007, whose actions are under way.", by: ben }
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::record::{Explanation, Incident};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "missing-lesson",
        family: Family::Lesson,
        levels: Levels::by_class(Level::Error, Level::Error, Level::Note),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("missing_lesson.rs"),
    },
    check,
};

const WHY: &str = "Without a word on it, nobody can tell whether there was nothing to learn or nobody looked.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let duty = case.review_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        if let Some(finding) = finding(incident) {
            out.find(match duty {
                Duty::NotYet(due) => finding.pending(due),
                Duty::Due(_) | Duty::None => finding,
            });
        }
    }
    Ok(())
}

fn finding(incident: &Incident) -> Option<Finding> {
    if !incident.lessons.items().is_empty() {
        return None;
    }
    match &incident.no_lessons {
        Some(stated) if stated.is_complete() => None,
        Some(stated) => Some(incomplete(incident, stated)),
        None => Some(absent(incident)),
    }
}

fn absent(incident: &Incident) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    Finding::of(incident, level, "lessons", incident.lessons.place()).says(
        "No lesson is recorded yet, and nothing says that there is none",
        WHY,
        "Nothing to learn? Say so: `no_lessons: {reason, by}`. Else write down under `lessons` what the review found.",
    )
}

fn incomplete(incident: &Incident, stated: &Explanation) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let (key, what, fact) = match stated.why.text() {
        None => ("reason", "reason", &stated.why),
        Some(_) => ("by", "name", &stated.by),
    };
    Finding::of(incident, level, format!("no_lessons.{key}"), fact.place()).says(
        format!("`no_lessons` says that there was nothing to learn, and has no {what} yet"),
        WHY,
        "Complete it: `no_lessons: {reason, by}`, where `by` is who stands behind it.",
    )
}
