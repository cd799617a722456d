//! A change that a record claims and git does not show.
//!
//! ## What it checks
//!
//! Each entry of an action's `changes` (once it is done or verified) and of `decisions.*.changed` names a policy, a
//! control, a procedure, a training unit, a risk or any other path. Between the detection of the incident and the
//! completion of the action (plus three days; for a decision up to the as-of date) some landing on the main line has
//! to change that target in substance, and at the end of that time it still has to read differently than before.
//! Version, dates, reviewer, approver, change log and white space are no substance; of a register the row of that id
//! counts. What merely moved did not change.
//!
//! ## Why an auditor cares
//!
//! "Policy updated" is the most frequent answer to an incident, and the one that is checked least. Where the history
//! shows no change, nothing is different from the day of the incident.
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
//! ## Configuration
//!
//! `[history] boilerplate` adds labels that every revision touches. `[evidence.repositories]` maps other repositories,
//! in which claims such as `infra:modules/vpn.tf` are proven in the same way. What landed up to `[history] since` was
//! imported, so a claim that ends before it cannot be compared.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, 10.2 and 9.1; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use super::proof::{self, Claim, Told};
use crate::config::Level;
use crate::history::Proof;
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unproven-change",
        family: Family::Evidence,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unproven_change.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for claim in proof::claims(case, incident) {
            match proof::prove(case, &claim)? {
                Told::Judged(proof) => {
                    out.test();
                    out.findings.extend(judge(case, incident, &claim, &proof));
                }
                Told::NotCompared(why) => out.not_run(why),
                Told::NothingToCompare => {}
            }
        }
    }
    Ok(())
}

/// What a title has left for its subject, its target and its dates.
const MOST: usize = 90 - ": no change in substance to  ".len();

fn judge(case: &Case<'_>, incident: &Incident, claim: &Claim<'_>, proof: &Proof<'_>) -> Option<Finding> {
    let finding = claim.finding(incident, RULE.meta.levels.of(incident.class()));
    let subject = claim.subject();
    match proof {
        Proof::Holds { .. } => None,
        Proof::Unknown => Some(finding.says(
            format!("{subject}: neither the tree nor the history knows {}", claim.target(38)),
            "A change is shown by what it changed; here nothing of this name has ever been.",
            "Correct the path or id. Elsewhere? Name it (`infra:path`, `outside: …`). Not made yet? Set the action back \
             to in-progress.",
        )),
        Proof::Missing { .. } => {
            let span = format!("landed from {} to {}", claim.from.date, claim.to);
            let room = MOST.saturating_sub(subject.chars().count() + span.chars().count());
            let finding = finding.says(
                format!("{subject}: no change in substance to {} {span}", claim.target(room)),
                format!("An action convinces when what it promised is different now; here {}.", proof::seen(proof)),
                proof::what_to_do(claim, proof),
            );
            Some(proof::tell(case, finding, proof))
        }
    }
}
