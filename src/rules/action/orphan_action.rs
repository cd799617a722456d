//! An action that answers no lesson.
//!
//! ## What it checks
//!
//! Each action that was not declined names the lessons that it answers, in `lessons`. It also counts when a lesson of
//! another record names the action in `addressed_by`. An id that no lesson of the record has leads nowhere.
//!
//! ## Why an auditor cares
//!
//! An auditor follows the line from the cause over the lesson to the action and its proof. An action beside that line
//! may be useful, and nobody can tell what it is meant to mend.
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
//!     text: Require a second factor on the VPN.
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
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Configuration
//!
//! None besides the level; the profile `auditor` makes it a warning.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.IM-03.

use crate::config::Level;
use crate::record::{Action, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "orphan-action",
        family: Family::Action,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Record("missing-lesson"), SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("orphan_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let elsewhere = named_elsewhere(case);
    for incident in case.incidents() {
        let lessons: HashSet<&str> = incident.lessons.items().iter().filter_map(|lesson| lesson.id.text()).collect();
        let answers =
            |action: &Action| action.lessons.items().iter().any(|name| lessons.contains(name.as_str().trim()));
        for action in incident.actions.items().iter().filter(|action| !action.is_declined()) {
            out.test();
            let is_named = || elsewhere.contains(&(incident.id()?, action.id.text()?)).then_some(());
            if !answers(action) && !answers_another(case, action) && is_named().is_none() {
                out.find(finding(incident, action));
            }
        }
    }
    Ok(())
}

/// The actions that lessons name in `addressed_by`, as incident and action.
fn named_elsewhere<'a>(case: &Case<'a>) -> HashSet<(&'a str, &'a str)> {
    let lessons = case.incidents().flat_map(|incident| incident.lessons.items().iter().map(move |l| (incident, l)));
    let references =
        lessons.flat_map(|(incident, l)| l.addressed_by.items().iter().map(move |r| (incident, r.as_str())));
    let split = |(incident, text): (&'a Incident, &'a str)| match text.split_once('/') {
        Some((incident, action)) => Some((incident.trim(), action.trim())),
        None => Some((incident.id()?, text.trim())),
    };
    references.filter_map(split).collect()
}

/// Whether it names a lesson of another record: `lessons: [INC-2025-0031/L2]`.
fn answers_another(case: &Case<'_>, action: &Action) -> bool {
    action.lessons.items().iter().any(|name| {
        let split = name.as_str().split_once('/');
        let found = split.and_then(|(id, lesson)| Some((case.population().incident(id.trim())?, lesson.trim())));
        found.is_some_and(|(incident, id)| incident.lessons.items().iter().any(|l| l.id.text() == Some(id)))
    })
}

fn finding(incident: &Incident, action: &Action) -> Finding {
    let name = super::name(action);
    let (title, place) = match action.lessons.items().first() {
        Some(wrong) => {
            let target = shorten(wrong.as_str(), 25);
            (format!("{name} answers {target}, and the record has no lesson of that name"), wrong.place)
        }
        None => (format!("{name} answers no lesson of the record"), action.lessons.place()),
    };
    Finding::of_action(incident, action, Level::Note, "lessons", place).says(
        title,
        "Without a lesson, nobody can tell what the action is meant to mend.",
        "Name the lesson under `lessons`. There is none for it? Write down the lesson that led to the action.",
    )
}
