//! A policy or procedure that changed and still carries the version and approval of the text before.
//!
//! ## What it checks
//!
//! A policy or procedure that an action or a decision names as changed, and that did change in substance, says so
//! itself: its version, its approver or the day of its review moved with that landing, or later within the time that
//! the claim has. A document that carries no such field is left alone, and so is one that was written anew.
//!
//! ## Why an auditor cares
//!
//! Documents are to be identified, reviewed and approved when they change. A text that changed under the old version
//! number cannot be told from the one that management approved.
//!
//! ## Failing example
//!
//! ```markdown commit=2026-01-12 file=policies/POL-03.md
//! ---
//! id: POL-03
//! version: 2.0
//! ---
//!
//! # Access policy
//!
//! Remote access needs a password.
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
//! ```markdown commit=2026-03-09 file=policies/POL-03.md
//! ---
//! id: POL-03
//! version: 2.0
//! ---
//!
//! # Access policy
//!
//! Remote access needs a second factor.
//! ```
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! decisions:
//!   policy: { changed: [POL-03] }
//! ```
//!
//! ## Passing example
//!
//! ```markdown commit=2026-01-12 file=policies/POL-03.md
//! ---
//! id: POL-03
//! version: 2.0
//! ---
//!
//! # Access policy
//!
//! Remote access needs a password.
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
//! ```markdown commit=2026-03-09 file=policies/POL-03.md
//! ---
//! id: POL-03
//! version: 2.1
//! ---
//!
//! # Access policy
//!
//! Remote access needs a second factor.
//! ```
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! decisions:
//!   policy: { changed: [POL-03] }
//! ```
//!
//! ## Configuration
//!
//! `[registers.policies]` and `[registers.procedures]` say which documents are meant, `[history] boilerplate` adds
//! labels that count as version and approval. The profile `auditor` makes a warning of the note.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 7.5.3 and A.5.1; NIST CSF 2.0 GV.PO-02; SOC 2 CC5.3.

use crate::config::Level;
use crate::history::{Effect, Proof, Sighting, Target, TargetVersion};
use crate::record::Incident;
use crate::record::register::RegisterKind;
use crate::rules::evidence::gaps::Gaps;
use crate::rules::evidence::proof::{self, Claim, Told};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::RepoPath;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unapproved-change",
        family: Family::Flow,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("undone-change")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unapproved_change.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let documents = documents(case);
    let mut gaps = Gaps::new("claim of change is", "claims of change are");
    for incident in case.incidents() {
        let mut told: Vec<Target> = Vec::new();
        for claim in proof::claims(case, incident) {
            match proof::prove(case, &claim)? {
                Told::Judged(target, Proof::Holds { by, .. }) if is_among(&documents, &target) => {
                    out.test();
                    let stale = stale(case, &target, &by, &claim).filter(|_| !told.contains(&target));
                    if let Some(first) = stale {
                        told.push(target);
                        out.find(finding(case, incident, &claim, &first));
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

/// The policies and procedures that are documents.
fn documents<'c>(case: &Case<'c>) -> HashSet<&'c RepoPath> {
    let kinds = [RegisterKind::Policies, RegisterKind::Procedures];
    let rows = kinds.into_iter().flat_map(|kind| case.population().register(kind).rows.values());
    rows.filter(|row| row.is_document).map(|row| case.population().path(row.source)).collect()
}

fn is_among(documents: &HashSet<&RepoPath>, target: &Target) -> bool {
    matches!(target, Target::Document(path) if documents.contains(path))
}

/// The landing of a claimed change with which version and approval did not move, up to the end of its window. Several
/// landings of one day are one piece of work.
fn stale<'h>(case: &Case<'h>, target: &Target, by: &Sighting<'h>, claim: &Claim<'_>) -> Option<Sighting<'h>> {
    let chronicle = &case.history().ok()?.chronicle;
    let history = chronicle.target(target)?;
    let is_same_work = |sighting: &Sighting<'_>| {
        sighting.effect == Effect::Real
            && sighting.landing.day == by.landing.day
            && sighting.landing.position <= by.landing.position
    };
    let first = chronicle.sightings(history).find(is_same_work)?;
    let revision = |version: Option<&TargetVersion>| version.and_then(|version| version.state.as_ref()?.revision);
    let (old, new) = (revision(first.found)?, revision(chronicle.end_of(claim.to).and_then(|end| history.at(end))));
    (Some(old) == new).then_some(*by)
}

fn finding(case: &Case<'_>, incident: &Incident, claim: &Claim<'_>, by: &Sighting<'_>) -> Finding {
    let rest = format!(" changed in {}; its version and approval did not", by.landing.name());
    let target = claim.target_beside(rest.chars().count() + 2);
    let finding = claim.finding(incident, RULE.meta.levels.of(incident.class())).says(
        format!("{}: {target}{rest}", claim.subject()),
        "A text that changed under its old version cannot be told from the one that was approved.",
        "Approved already? Write its new version, approver or day of review into the document. Not yet? Put the text to \
         whoever approves it.",
    );
    proof::point(case, finding, by)
}
