//! A review that ends without a single action, and nothing says why.
//!
//! ## What it checks
//!
//! A moderate or graver incident was reviewed, and its record holds no action. Reasons are: `no_lessons` with reason
//! and name, or that each lesson is accepted or answered elsewhere, or `actions: { none: reason }`. Of a major
//! incident the reflective review counts, not the hot-wash. Without a review nothing is due here yet.
//!
//! ## Why an auditor cares
//!
//! A review is held to change something. One that changes nothing is either unnecessary, which the record can say, or
//! unfinished.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
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
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//!     accepted: { by: coo, reason: "Replaced in July, until then watched daily.", risk: R-12, until: 2026-07-31 }
//! ```
//!
//! ## Configuration
//!
//! `[severity]` says which words mean moderate, significant and major.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::record::{Class, Explanation, Incident};
use crate::rules::lesson::answers;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "missing-action",
        family: Family::Action,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        // Actions come out of lessons: where there is none, that is what to mend.
        silenced_by: &[SilencedBy::Record("missing-lesson"), SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("missing_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| incident.class() >= Class::Moderate) {
        let Some(held) = case.deciding_reviews(incident).map(|(_, when)| when.date).max() else { continue };
        out.test();
        if incident.actions.items().is_empty() && !is_explained(case, incident) {
            let level = RULE.meta.levels.of(incident.class());
            out.find(Finding::of(incident, level, "actions", incident.actions.place()).says(
                format!("The review of {held} ended without an action, and no reason is recorded yet"),
                "A review is held to change something; one that changes nothing looks unfinished.",
                "Nothing to do? Say why: `no_lessons: {reason, by}`, or accept each lesson: `accepted: {by, reason, \
                 risk, until}`. Else add the first action.",
            ));
        }
    }
    Ok(())
}

fn is_explained(case: &Case<'_>, incident: &Incident) -> bool {
    let lessons = incident.lessons.items();
    let is_settled = |lesson| answers::is_settled_elsewhere(case, incident, lesson);
    incident.actions.is_declined()
        || incident.no_lessons.as_deref().is_some_and(Explanation::is_complete)
        || !lessons.is_empty() && lessons.iter().all(is_settled)
}
