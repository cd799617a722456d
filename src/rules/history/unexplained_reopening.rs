//! A closed record that was opened again, and does not say why.
//!
//! ## What it checks
//!
//! A commit took a record from closed to open or contained, and `reopened` holds no entry with a reason for it (or an
//! `amendments` entry that names `status`). Each entry speaks of one reopening; one whose `on` lies clearly before the
//! commit speaks of another. Records that were dismissed or retired are left alone.
//!
//! ## Why an auditor cares
//!
//! To open a record again is sound: closure came too early, or the incident came back. The reason shows which, and why
//! the dates of closure and review moved.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-10
//! ```
//!
//! ```yaml commit=2026-06-01
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-10
//! ```
//!
//! ```yaml commit=2026-06-01
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: low
//! detected: 2026-03-02
//! reopened: [{ on: 2026-06-01, why: The same address signed in again., by: ana }]
//! ```
//!
//! ## Configuration
//!
//! What landed up to `[history] since` was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.3, A.5.26 and A.5.27; SOC 2 CC7.4.

use super::explained::{is_named, may_explain};
use super::witness::{Witness, by};
use crate::config::Level;
use crate::history::{FactChange, Landing, Standing};
use crate::record::{Explanation, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unexplained-reopening",
        family: Family::History,
        levels: Levels::all(Level::Note),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Record("vanished-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unexplained_reopening.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    for incident in case.incidents() {
        let Some(record) = witness.record(incident) else { continue };
        out.test();
        let positions = reopenings(record.current());
        let landings = positions.into_iter().filter_map(|position| witness.landing(position));
        for landing in unexplained(case, incident, landings.collect()) {
            let finding =
                Finding::of(incident, RULE.meta.levels.of(incident.class()), "status", incident.status.place());
            let key = landing.commit.map(|commit| commit.to_string()).unwrap_or_default();
            let title = format!("The record was opened again {}, and the reason is not recorded", by(&landing));
            out.find(witness.tell(finding.keyed(key).says(title, WHY, HELP), incident, &landing, "opened it again"));
        }
    }
    Ok(())
}

/// The landings that opened a closed record.
fn reopenings(changes: &[FactChange]) -> Vec<u32> {
    let mut standing = Standing::default();
    let mut positions = Vec::new();
    for landing in changes.chunk_by(|a, b| a.position == b.position) {
        let was_closed = standing.is_closed();
        standing.take(landing);
        if was_closed && !standing.is_closed() && standing.is_live() {
            positions.extend(landing.first().map(|change| change.position));
        }
    }
    positions
}

/// Those of which no entry speaks. An entry is used up by the reopening that it explains.
fn unexplained<'h>(case: &Case<'_>, incident: &Incident, landings: Vec<Landing<'h>>) -> Vec<Landing<'h>> {
    let amended = incident.amendments.items().iter().filter(|entry| is_named(entry, &["status"]));
    let entries = incident.reopened.items().iter().chain(amended);
    let mut free: Vec<&Explanation> = entries.filter(|entry| entry.why.is_there()).collect();
    let mut is_silent = |landing: &Landing<'h>| {
        let fitting = free.iter().position(|entry| may_explain(case, entry, landing.day));
        fitting.map(|at| free.remove(at)).is_none()
    };
    // The last one first: an entry of its day explains nothing later, and may explain something earlier.
    let mut silent: Vec<Landing<'h>> = landings.into_iter().rev().filter(|landing| is_silent(landing)).collect();
    silent.reverse();
    silent
}

const WHY: &str = "Closed means that the response is over; a reader should see why it was not, or began again.";
const HELP: &str = "Say why: `reopened: [{on, why, by}]`. Was it a slip? Say that there, and close the record again.";
