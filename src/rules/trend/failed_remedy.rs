//! A cause that comes back after the action against it was judged effective.
//!
//! ## What it checks
//!
//! An incident carries a cause tag (`causes`) that an earlier incident carries too, and an action of the earlier one
//! was judged effective before this one was detected. Alerts and monitoring count as a remedy only where there is
//! nothing else: they find, they do not prevent. An incident that began before the remedy was in place says nothing
//! against it, nor does one that a pattern covers which was raised (see `unraised-pattern`), or that only looks alike
//! (`alike_only: reason`). Reported on the first incident that comes back after the check.
//!
//! ## Why an auditor cares
//!
//! The effectiveness of corrective action is to be reviewed, and a cause that comes back is the plainest result of
//! such a review. A register that says "effective" beside it shows that nobody compared the two.
//!
//! ## Failing example
//!
//! ```yaml
//! - id: INC-2025-0001
//!   title: VPN account takeover
//!   status: closed
//!   severity: medium
//!   detected: 2025-03-02
//!   causes: [no-second-factor]
//!   actions:
//!     - id: A1
//!       text: Require a second factor on the VPN.
//!       kind: control
//!       owner: eva
//!       due: 2025-05-15
//!       status: verified
//!       completed: 2025-05-08
//!       effectiveness: { checked: 2025-07-10, by: ben, result: effective, how: two blocked tries in the log }
//! - id: INC-2026-0001
//!   title: VPN account takeover by an old profile
//!   status: closed
//!   severity: medium
//!   detected: 2026-03-02
//!   causes: [no-second-factor]
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! - id: INC-2025-0001
//!   title: VPN account takeover
//!   status: closed
//!   severity: medium
//!   detected: 2025-03-02
//!   causes: [no-second-factor]
//!   actions:
//!     - id: A1
//!       text: Require a second factor on the VPN.
//!       kind: control
//!       owner: eva
//!       due: 2025-05-15
//!       status: verified
//!       completed: 2025-05-08
//!       effectiveness: { checked: 2026-03-20, by: ben, result: partly, how: old profiles were not covered }
//! - id: INC-2026-0001
//!   title: VPN account takeover by an old profile
//!   status: closed
//!   severity: medium
//!   detected: 2026-03-02
//!   causes: [no-second-factor]
//! ```
//!
//! ## Configuration
//!
//! None of its own. `[rules] failed-remedy` sets its level; tags are compared without regard to case and hyphens.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, 9.1 and 10.2; NIST CSF 2.0 ID.IM-03 and GV.OV-03; SOC 2 CC4.2 and CC7.4.

use super::tags::{CAUSES, Raising, Tagged, by_tag};
use crate::config::Level;
use crate::record::{Action, ActionKind, Incident, Outcome as Effect};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "failed-remedy",
        family: Family::Trend,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("failed_remedy.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let raising = Raising::new(case);
    for ((_, tag), entries) in by_tag(case).into_iter().filter(|((field, _), _)| *field == CAUSES) {
        out.test();
        let remedies = remedies(case, &entries);
        if remedies.is_empty() {
            continue;
        }
        for (entry, remedy) in returns(&raising.uncovered(&entries), &remedies) {
            out.find(finding(&tag, &entry, remedy));
        }
    }
    Ok(())
}

/// An action against a cause that somebody judged effective.
#[derive(Clone, Copy)]
struct Remedy<'a> {
    incident: &'a Incident,
    action: &'a Action,
    checked: NaiveDate,
    place: Place,
}

/// The remedies of the incidents with one tag, in the order in which they were judged.
fn remedies<'a>(case: &Case<'a>, entries: &[Tagged<'a>]) -> Vec<Remedy<'a>> {
    let judged = entries.iter().flat_map(|entry| remedies_of(case, entry.incident));
    let mut judged: Vec<Remedy<'a>> = judged.collect();
    judged.sort_by_key(|remedy| (remedy.checked, remedy.place));
    judged
}

fn remedies_of<'a>(case: &Case<'a>, incident: &'a Incident) -> Vec<Remedy<'a>> {
    let actions = || incident.actions.items().iter().filter(|action| !action.is_declined());
    let only_watches =
        |action: &Action| matches!(action.kind.value(), Some(ActionKind::Alert | ActionKind::Monitoring));
    let prevents = actions().any(|action| !only_watches(action));
    let effective = actions().filter_map(|action| {
        let (result, place) = action.effectiveness.result.found()?;
        let checked = action.effectiveness.checked.value().filter(|checked| case.has_come(**checked))?;
        (*result == Effect::Effective).then_some(Remedy { incident, action, checked: checked.date, place })
    });
    effective.filter(|remedy| !prevents || !only_watches(remedy.action)).collect()
}

/// The first incident after each check, with the remedy that did not hold.
fn returns<'a>(entries: &[Tagged<'a>], remedies: &[Remedy<'a>]) -> Vec<(Tagged<'a>, Remedy<'a>)> {
    let mut found: Vec<(Tagged<'a>, Remedy<'a>)> = Vec::new();
    for entry in entries {
        let before = remedies.partition_point(|remedy| remedy.checked < entry.day());
        let Some(remedy) = before.checked_sub(1).and_then(|last| remedies.get(last)) else { continue };
        let is_told = found.last().is_some_and(|(told, last)| last.place == remedy.place && !is_alike(told));
        if !is_told && !std::ptr::eq(remedy.incident, entry.incident) && began_after(entry, remedy) {
            found.push((*entry, *remedy));
        }
    }
    found
}

fn is_alike(entry: &Tagged<'_>) -> bool {
    entry.alike_only().is_some()
}

/// Whether the incident began when the remedy was in place.
fn began_after(entry: &Tagged<'_>, remedy: &Remedy<'_>) -> bool {
    let done = remedy.action.completed.value().map_or(remedy.checked, |done| done.date);
    entry.incident.occurred.value().is_none_or(|began| began.date > done)
}

fn finding(tag: &str, entry: &Tagged<'_>, remedy: Remedy<'_>) -> Finding {
    let earlier = remedy.incident.id().unwrap_or("an earlier incident");
    let action = remedy.action.name();
    let end = format!("{} was judged effective on {}", shorten(&format!("{earlier}/{action}"), 24), remedy.checked);
    let room = 78usize.saturating_sub(end.chars().count());
    let finding = Finding::of(entry.incident, Level::Warning, CAUSES, entry.tag.place)
        .says(
            format!("`{}` is back; {end}", shorten(tag, room)),
            format!("What was done after {earlier} did not keep it away, or it is not the same cause."),
            "Look again at the check: a new `result` (`partly`, `ineffective`) and a follow-up action; or raise it as a \
             `pattern`; or say here why it only looks alike: `alike_only`.",
        )
        .keyed(format!("{earlier}/{action}"))
        .related(remedy.place, format!("{action} of {earlier}, judged on {}", remedy.checked));
    match entry.alike_only() {
        Some(why) => finding.acknowledged("alike_only", why, ""),
        None => finding,
    }
}
