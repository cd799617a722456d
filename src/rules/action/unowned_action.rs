//! An action that no single person owns.
//!
//! ## What it checks
//!
//! Each action that was not declined, done ones included, names its owner: a person. A team, a department, "IT",
//! "all" or "TBD" is none. A role is fine where the people register gives it to somebody; without a people register
//! roles are taken as they stand. Of several owners one person is enough.
//!
//! ## Why an auditor cares
//!
//! Who is responsible is asked for each action of a sample. What a group owns, each member can believe to be with
//! somebody else, and an audit interview finds nobody who can tell what became of it.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: platform team
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: isms-manager
//!     due: 2026-07-31
//! ```
//!
//! ```yaml file=people/people.yaml
//! - id: ben
//!   name: Ben Okafor
//!   roles: [isms-manager]
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en] team = ["the hub"]` adds a name of your own for a group, `nobody` one for "not decided yet".
//! `[registers.people]` says who holds which role.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 5.3 and A.5.27; NIST CSF 2.0 ID.RA-06 and GV.RR-02; SOC 2 CC4.2.

use super::owner::{self, Owner};
use crate::config::Level;
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Action, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unowned-action",
        family: Family::Action,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unowned_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items().iter().filter(|action| !action.is_declined()) {
            // An owner of the wrong type is an unreadable record alone.
            if !matches!(action.owner, Fact::Wrong { .. }) {
                judge(case, incident, action, out);
            }
        }
    }
    Ok(())
}

fn judge(case: &Case<'_>, incident: &Incident, action: &Action, out: &mut Outcome) {
    let state = case.population().register(RegisterKind::People).state;
    let text = action.owner.text().unwrap_or_default();
    let named = owner::of(text, &case.population().people, &case.book().vocabulary);
    let is_owned = match named {
        Owner::Somebody => true,
        // Without a register nobody can say who holds a role.
        Owner::Role => state != RegisterState::Read,
        Owner::Group | Owner::Nobody => false,
    };
    // A register that could not be read may give the name of a group to somebody.
    if named == Owner::Group && state == RegisterState::Broken {
        return case.people().err().into_iter().for_each(|why| out.not_run(why));
    }
    out.test();
    if !is_owned {
        out.find(finding(incident, action, named, text));
    }
}

fn finding(incident: &Incident, action: &Action, named: Owner, text: &str) -> Finding {
    let name = super::name(action);
    let title = match named {
        Owner::Role => format!("The owner of {name} is a role that the people register gives to nobody"),
        Owner::Group => format!("{name} belongs to a group; one person who sees to it is not named yet"),
        Owner::Somebody | Owner::Nobody if text.is_empty() => format!("{name} has no owner yet"),
        Owner::Somebody | Owner::Nobody => format!("{name} has no owner yet; a placeholder stands in its place"),
    };
    let help = match named {
        Owner::Role => "Give the role to somebody under `roles` in the people register, or name a person as `owner`.",
        _ => "Name one person as `owner`, or a role that the people register gives to somebody.",
    };
    let why = "What nobody owns by name, everybody can believe to be with somebody else.";
    Finding::of_action(incident, action, Level::Error, "owner", action.owner.place()).says(title, why, help)
}
