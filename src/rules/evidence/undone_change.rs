//! A change that was made after an incident and is gone again.
//!
//! ## What it checks
//!
//! A claim of change that held at its time still holds at the as-of date: the document or the row does not say again
//! what it said before the incident was detected, and did not go back to that with only other things written since. A
//! target that was changed further has not gone back. Version, dates and white space are compared as little as where the
//! change is proven.
//!
//! ## Why an auditor cares
//!
//! A measure that was taken back quietly leaves the weakness open that the incident showed, while the record still
//! says that it was closed. It is one of the first things to look at when an incident comes back.
//!
//! ## Failing example
//!
//! ```markdown commit=2026-01-12 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a password.
//! ```
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: medium
//! detected: 2026-03-02
//! ```
//!
//! ```markdown commit=2026-03-09 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a password and a second factor.
//! ```
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     kind: control
//!     owner: eva
//!     due: 2026-03-10
//!     status: done
//!     completed: 2026-03-10
//!     changes: [controls/vpn.md]
//! ```
//!
//! ```markdown commit=2026-05-20 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a password.
//! ```
//!
//! ## Passing example
//!
//! ```markdown commit=2026-01-12 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a password.
//! ```
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: medium
//! detected: 2026-03-02
//! ```
//!
//! ```markdown commit=2026-03-09 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a password and a second factor.
//! ```
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     kind: control
//!     owner: eva
//!     due: 2026-03-10
//!     status: done
//!     completed: 2026-03-10
//!     changes: [controls/vpn.md]
//! ```
//!
//! ```markdown commit=2026-05-20 file=controls/vpn.md
//! # Remote access
//!
//! Sign-in needs a security key.
//! ```
//!
//! ## Configuration
//!
//! It has no setting but its level; what counts as a change is set where `unproven-change` describes it.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, A.5.27 and A.8.32; NIST CSF 2.0 ID.IM-03; SOC 2 CC4.2.

use super::gaps::Gaps;
use super::proof::{self, Claim, Told};
use crate::config::Level;
use crate::history::{Effect, Proof, Sighting};
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "undone-change",
        family: Family::Evidence,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("undone_change.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let mut gaps = Gaps::new("claim of change is", "claims of change are");
    for incident in case.incidents() {
        let mut told = Vec::new();
        for claim in proof::claims(case, incident) {
            match proof::prove(case, &claim)? {
                Told::Judged(target, Proof::Holds { by, undone }) => {
                    out.test();
                    // Two actions that name one target tell of one change.
                    if let Some(undone) = undone.filter(|_| !told.contains(&target)) {
                        told.push(target);
                        out.find(finding(case, incident, &claim, (&by, &undone)));
                    }
                }
                Told::NotCompared(why) => gaps.add(why),
                _ => {}
            }
        }
    }
    gaps.tell(out);
    Ok(())
}

fn finding(
    case: &Case<'_>,
    incident: &Incident,
    claim: &Claim<'_>,
    (by, undone): (&Sighting<'_>, &Sighting<'_>),
) -> Finding {
    let since = undone.landing.name();
    let target = claim.target_beside(": the change to  is gone again since ".len() + since.chars().count());
    let what = match undone.effect {
        Effect::Removed => "what was written is gone",
        _ => "the text is again what it was before the incident",
    };
    let finding = claim.finding(incident, RULE.meta.levels.of(incident.class())).says(
        format!("{}: the change to {target} is gone again since {since}", claim.subject()),
        format!("{} changed it; now {what}, and the weakness may be open again.", by.landing.name()),
        "Something else took its place? Name that in `changes`. Taken back by mistake? Bring it back. On purpose? Add an \
         action that answers the lesson, or accept it: `accepted: {by, reason, risk, until}`.",
    );
    let finding = proof::point(case, finding, by);
    proof::point_as(case, finding, undone, "took it back")
}
