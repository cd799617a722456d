//! A lesson that no action answers, and that nobody decided to live with.
//!
//! ## What it checks
//!
//! Every lesson is answered by an action of its record that was not declined, by an action of another record
//! (`addressed_by: INC-2025-0031/A2`), or by an acceptance with name, reason, risk and an end. The duty starts on
//! the day of the last review; without a review, when its window and the grace are over.
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
//!     accepted: { by: coo, reason: "Replaced in June, until then watched daily.", risk: R-12, until: 2026-07-31 }
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 10.2; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::record::{Acceptance, Incident, Lesson};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unaddressed-lesson",
        family: Family::Lesson,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-action")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unaddressed_lesson.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let duty = case.review_duty(incident);
        for lesson in incident.lessons.items().iter().filter(|_| duty != Duty::None) {
            out.test();
            if !is_addressed(case, incident, lesson) {
                out.find(finding(incident, lesson, duty));
            }
        }
    }
    Ok(())
}

fn is_addressed(case: &Case<'_>, incident: &Incident, lesson: &Lesson) -> bool {
    let by_own = incident.actions.items().iter().any(|action| {
        let names_it = action.lessons.items().iter().any(|id| lesson.id.text() == Some(id.as_str()));
        names_it && !action.is_declined()
    });
    let by_other = lesson.addressed_by.items().iter().any(|reference| answers(case, reference.as_str()));
    by_own || by_other || lesson.accepted.as_ref().is_some_and(is_complete)
}

/// Whether a reference such as `INC-2025-0031/A2` or `R-12` leads to an action that counts, or to a risk.
fn answers(case: &Case<'_>, reference: &str) -> bool {
    let population = case.population();
    let risks = population.register(crate::record::register::RegisterKind::Risks);
    population.action(reference).is_some_and(|(_, action)| !action.is_declined()) || risks.rows.contains_key(reference)
}

fn is_complete(accepted: &Acceptance) -> bool {
    accepted.by.text().is_some() && accepted.reason.text().is_some()
}

fn finding(incident: &Incident, lesson: &Lesson, duty: Duty) -> Finding {
    let finding = Finding::of_lesson(incident, lesson, Level::Error, "", lesson.home).says(
        format!("Lesson {} leads nowhere yet: no action, and no decision to live with it", lesson.name()),
        "A lesson that stays on paper looks like learning and changes nothing.",
        "Add an action, point to one that exists (`addressed_by: INC-2025-0031/A2`), or accept it: `accepted: {by, \
         reason, risk, until}`.",
    );
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}
