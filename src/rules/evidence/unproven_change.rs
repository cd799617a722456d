//! A change that a record claims and git does not show.
//!
//! ## What it checks
//!
//! Each entry of an action's `changes` (once it is done or verified) and of `decisions.*.changed` names a policy, a
//! control, a procedure, a training unit, a risk or any other path. Between the detection of the incident and the
//! completion of the action (plus three days; for a decision up to the as-of date) some landing on the main line has
//! to change that target in substance, and at the end of that time it still has to read differently than before.
//! Version, dates, reviewer, approver, change log and white space are no substance; of a register the row of that id
//! counts. What merely moved did not change. A claim that is pinned (`path@commit`), or that names a commit or a pull
//! request, needs one that landed on the main line; what git cannot show at all, such as a web page, proves nothing.
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

use super::gaps::Gaps;
use super::proof::{self, Claim, Landed, Told};
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
    let mut gaps = Gaps::new("claim of change is", "claims of change are");
    for incident in case.incidents() {
        let mut told: Vec<(Claim<'_>, Told<'_>)> = Vec::new();
        for claim in proof::claims(case, incident) {
            let answer = proof::prove(case, &claim)?;
            match &answer {
                Told::NotCompared(why) => gaps.add(why.clone()),
                _ => out.test(),
            }
            told.push((claim, answer));
        }
        let counted = told.iter().filter(|(claim, answer)| !is_undone(claim, answer, &told));
        out.findings.extend(counted.filter_map(|(claim, answer)| judge(case, incident, claim, answer)));
    }
    gaps.tell(out);
    Ok(())
}

/// Whether a decision names what an action of the record changed in its time and what was undone since: one cause,
/// which is the business of another rule.
fn is_undone(claim: &Claim<'_>, answer: &Told<'_>, told: &[(Claim<'_>, Told<'_>)]) -> bool {
    let Told::Judged(target, Proof::Missing { .. }) = answer else { return false };
    let mut others = told.iter().filter(|(other, _)| claim.action.is_none() && other.action.is_some());
    others
        .any(|(_, theirs)| matches!(theirs, Told::Judged(same, Proof::Holds { undone: Some(_), .. }) if same == target))
}

/// What a title has left for its subject, its target and its dates.
const MOST: usize = 90 - ": no change in substance to  ".len();

fn judge(case: &Case<'_>, incident: &Incident, claim: &Claim<'_>, told: &Told<'_>) -> Option<Finding> {
    let finding = claim.finding(incident, RULE.meta.levels.of(incident.class()));
    let subject = claim.subject();
    match told {
        Told::NotCompared(_) | Told::Judged(_, Proof::Holds { .. }) | Told::Landed(Landed::InTime) => None,
        Told::Unknown | Told::Judged(_, Proof::Unknown) => Some(finding.says(
            format!("{subject}: neither the tree nor the history knows {}", claim.target_beside(43)),
            "A change is shown by what it changed; here nothing of this name has ever been.",
            UNKNOWN,
        )),
        Told::NoTarget => Some(finding.says(
            format!("{subject}: {} names nothing whose change git could show", claim.target_beside(45)),
            "A change is shown by what it changed: a file, a folder or a row of a register.",
            "Name what it changed: a path or an id (`controls/vpn.md`, `R-12`). Not in git? `{outside: …, seen_by, on}`. \
             Not made yet? Set the action back to in-progress.",
        )),
        Told::Landed(landed) => Some(of_landing(finding, claim, landed)),
        Told::Judged(target, proof) => {
            let span = format!("landed from {} to {}", claim.from.date, claim.to);
            let room = MOST.saturating_sub(subject.chars().count() + span.chars().count());
            let seen = proof::seen(case, claim, target, proof);
            let finding = finding.says(
                format!("{subject}: no change in substance to {} {span}", claim.target(room)),
                format!("{} convinces when what it promised is different now; here {seen}.", claim.kind()),
                proof::what_to_do(claim, proof),
            );
            Some(proof::tell(case, finding, claim, target, proof))
        }
    }
}

const UNKNOWN: &str = "Correct the path or id. Elsewhere? Name it (`infra:path`, `outside: …`). Not made yet? Set the \
                       action back to in-progress.";

/// A claim that rests on a commit or a pull request that does not show it.
fn of_landing(finding: Finding, claim: &Claim<'_>, landed: &Landed<'_>) -> Finding {
    let subject = claim.subject();
    let title = match landed {
        Landed::NotOnTheLine => format!("{subject}: {} is not part of the line under test", claim.target_beside(37)),
        Landed::Outside(landing) => {
            let when = format!("landed on {}, not from {} to {}", landing.day, claim.from.date, claim.to);
            format!("{subject}: {} {when}", claim.target_beside(when.chars().count() + 3))
        }
        Landed::NotHere | Landed::InTime => {
            format!("{subject}: no landing of the main line belongs to {}", claim.target_beside(46))
        }
    };
    finding.says(
        title,
        "What did not land between the detection and the completion is not what this action changed.",
        "Correct the id or number. Squashed or rebased? Name the commit that landed. In another repository? \
         `infra@SHA`. Not merged yet? Set the action back to in-progress.",
    )
}
