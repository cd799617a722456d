//! History that is not the one that was attested.
//!
//! ## What it checks
//!
//! An `[[attestation]]` of the configuration may name a `commit`: the state that somebody looked at and vouched for. The
//! last one that is attested has to be an ancestor of the commit under test, or that commit itself. One that the
//! repository does not know, or that lies on no way to the commit under test, says that history was written anew since.
//!
//! ## Why an auditor cares
//!
//! A rewritten history can show any date. The id of a commit is a seal over everything before it; noted once in another
//! place, it shows years later whether the past is still the same.
//!
//! ## Failing example
//!
//! ```toml commit=2026-03-02 file=closeloop.toml
//! [[attestation]]
//! commit = "4f1c2ab90d3e5f6a7b8c9d0e1f2a3b4c5d6e7f80"
//! to = 2026-03-01
//! by = "ben"
//! ```
//!
//! ```yaml commit=2026-03-03 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: Lost badge
//! status: open
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ## Passing example
//!
//! ```toml commit=2026-03-02 file=closeloop.toml
//! [[attestation]]
//! from = 2026-01-01
//! to = 2026-03-01
//! by = "ben"
//! no_incidents = true
//! ```
//!
//! ```yaml commit=2026-03-03 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: Lost badge
//! status: open
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ## Configuration
//!
//! `[[attestation]] commit, to, by`: the whole id, or seven digits of it or more; the one with the latest `to` counts.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.28, A.5.33 and 7.5.3; NIST CSF 2.0 RS.AN-07; SOC 2 CC7.4.

use crate::config::Level;
use crate::config::model::Attestation;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::text::shorten;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "rewritten-history",
        family: Family::History,
        levels: Levels::all(Level::Error),
        sees: &[Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("rewritten_history.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let Some((index, commit)) = last(case) else { return Ok(()) };
    let history = case.history()?;
    out.test();
    let found = history.chronicle.commit(commit);
    let says = match found {
        Some(Some(_)) => return Ok(()),
        Some(None) => "is on no way to the commit under test",
        None => "is not in this repository",
    };
    let place = case.book().place_in("attestation", index, "commit");
    let Some(place) = place.or_else(|| history.whole(case.population().configuration())) else { return Ok(()) };
    out.find(Finding::at(Level::Error, format!("attestation.{index}.commit"), place).says(
        format!("The attested commit {} {says}", shorten(commit, 12)),
        "Whoever attested it saw another history than the one that is checked, so no date before it is witnessed.",
        "A slip of the pen? Correct the id. Rewritten by mistake? Bring the old history back. On purpose? Let somebody \
         compare the two and attest the new one: `[[attestation]] commit, to, by`.",
    ));
    Ok(())
}

/// The commit that was attested last: by its last day, and of one day the one that stands last.
fn last<'c>(case: &Case<'c>) -> Option<(usize, &'c str)> {
    let day = |text: &str| case.book().calendar.read(text).ok().map(|when| when.date);
    let attested = case.book().config.attestation.iter().enumerate();
    let dated = attested.filter_map(|(index, stated): (usize, &Attestation)| {
        let until: Option<NaiveDate> = day(&stated.to).or_else(|| day(&stated.from));
        Some((until, index, stated.commit.as_deref()?.trim()))
    });
    dated.max().map(|(_, index, commit)| (index, commit))
}
