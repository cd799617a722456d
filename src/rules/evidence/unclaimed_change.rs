//! An action that is done and does not say what it changed.
//!
//! ## What it checks
//!
//! A finished action of kind control, system, monitoring, alert, procedure, policy or training names in `changes` what
//! is different now: a path or an id of a register, or a change that git cannot show, as `{ outside: "…", seen_by,
//! on }`. What is named is then compared with history by other rules.
//!
//! ## Why an auditor cares
//!
//! The trail leads from the incident to the change in a control, a procedure or a policy. Where the record does not
//! name the change, the trail ends, and nobody can tell a change from an intention.
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
//!     kind: control
//!     owner: eva
//!     due: 2026-05-15
//!     status: done
//!     completed: 2026-05-08
//!     evidence: ["#482"]
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
//!     kind: control
//!     owner: eva
//!     due: 2026-05-15
//!     status: done
//!     completed: 2026-05-08
//!     changes: [{ outside: "identity provider: second factor enforced", seen_by: ben, on: 2026-05-08 }]
//!     evidence: ["#482"]
//! ```
//!
//! ## Configuration
//!
//! It has no setting but its level. The profile `auditor` makes a warning of the note for minor and moderate incidents.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 10.2; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use super::finished;
use crate::config::Level;
use crate::record::{Action, ActionKind, Change, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unclaimed-change",
        family: Family::Evidence,
        levels: Levels::by_class(Level::Warning, Level::Note, Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Field("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unclaimed_change.rs"),
    },
    check,
};

/// What an action says of its change.
enum Claim {
    /// It names a change.
    Named,
    /// It gives a reason why there is none to be named.
    Reasoned(String),
    /// It names a change outside of git, and not who saw it and when.
    Unseen(Place),
    /// It names none.
    None(Place),
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in finished(case, incident).filter(|action| changes_something(action)) {
            out.test();
            out.findings.extend(judge(incident, action));
        }
    }
    Ok(())
}

/// Whether actions of this kind change something that can be named.
fn changes_something(action: &Action) -> bool {
    use ActionKind::{Alert, Control, Monitoring, Policy, Procedure, System, Training};
    matches!(action.kind.value(), Some(Control | System | Monitoring | Alert | Procedure | Policy | Training))
}

fn judge(incident: &Incident, action: &Action) -> Option<Finding> {
    let level = RULE.meta.levels.of(incident.class());
    let name = shorten(&action.name(), 24);
    match claim(action) {
        Claim::Named => None,
        Claim::None(place) => Some(finding(
            Finding::of_action(incident, action, level, "changes", place),
            format!("{name} is done; what it changed is not named yet"),
        )),
        Claim::Unseen(place) => Some(finding(
            Finding::of_action(incident, action, level, "changes", place),
            format!("{name}: who saw the change outside of git, and when, is not named yet"),
        )),
        Claim::Reasoned(why) => {
            let place = action.changes.place();
            let by = action.owner.text().unwrap_or_default();
            let title = format!("{name} is done, and names a reason why it changed nothing");
            let finding = finding(Finding::of_action(incident, action, level, "changes", place), title);
            Some(finding.acknowledged(format!("{}.changes", action.field), &why, by))
        }
    }
}

fn claim(action: &Action) -> Claim {
    let entries = match &action.changes {
        Fact::Declined { reason, .. } if !reason.trim().is_empty() => return Claim::Reasoned(reason.to_string()),
        // What could not be read is reported as such.
        Fact::Wrong { .. } => return Claim::Named,
        changes => changes.items(),
    };
    if entries.iter().any(is_named) {
        return Claim::Named;
    }
    let outside = entries.iter().find_map(|change| match change {
        Change::Outside { what, place, .. } if what.text().is_some() => Some(*place),
        _ => None,
    });
    outside.map_or_else(|| Claim::None(action.changes.place()), Claim::Unseen)
}

fn is_named(change: &Change) -> bool {
    match change {
        Change::Target(target) => target.as_str().chars().any(char::is_alphanumeric),
        Change::Outside { what, seen_by, on, .. } => {
            what.text().is_some() && seen_by.text().is_some() && on.value().is_some()
        }
    }
}

fn finding(finding: Finding, title: String) -> Finding {
    finding.says(
        title,
        "Only a change that is named can be looked at, and told from a plan.",
        "Add `changes`: a path or an id (`[controls/vpn.md, R-12]`), or `{outside: …, seen_by, on}` for what git cannot \
         show.",
    )
}
