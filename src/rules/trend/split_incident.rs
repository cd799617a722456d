//! Several incidents of one kind on one asset within three days that may be one incident in parts.
//!
//! ## What it checks
//!
//! Three or more incidents of the same category name the same asset and were detected (where that is unknown: began)
//! within 72 hours, and none of them says that it is `part_of` a larger one. Reported once, on the latest of them.
//!
//! ## Why an auditor cares
//!
//! One large incident that is recorded as several small ones is classified lower, and the reviews and reports that a
//! large one needs are not asked for.
//!
//! ## Failing example
//!
//! ```yaml
//! - { id: INC-2026-0001, title: Sign-in page down, status: closed, severity: low, detected: 2026-03-02, category: outage, assets: [portal] }
//! - { id: INC-2026-0002, title: Portal slow, status: closed, severity: low, detected: 2026-03-03, category: outage, assets: [portal] }
//! - { id: INC-2026-0003, title: Portal down again, status: closed, severity: low, detected: 2026-03-04, category: outage, assets: [portal] }
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! - { id: INC-2026-0001, title: Sign-in page down, status: closed, severity: low, detected: 2026-03-02, category: outage, assets: [portal] }
//! - { id: INC-2026-0002, title: Portal slow, status: closed, severity: low, detected: 2026-03-03, category: outage, assets: [portal], part_of: INC-2026-0001 }
//! - { id: INC-2026-0003, title: Portal down again, status: closed, severity: low, detected: 2026-03-04, category: outage, assets: [portal], part_of: INC-2026-0001 }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] split_hours` (72 hours) and `split_count` (3 incidents).
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25 and A.5.27; NIST CSF 2.0 RS.MA-03; DORA RTS 2024/1772 Art. 8.

use super::crowd::crowds;
use crate::config::Level;
use crate::record::{Incident, Origin};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use crate::time::When;
use crate::vocabulary::fold;
use std::collections::{BTreeMap, HashSet};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "split-incident",
        family: Family::Trend,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("split_incident.rs"),
    },
    check,
};

/// One incident at its time.
type Timed<'a> = (When, &'a Incident);

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let span = case.book().threshold(|t| &t.split_hours) * 3600;
    let count = case.book().threshold(|t| &t.split_count);
    let mut told: HashSet<Vec<Place>> = HashSet::new();
    for ((_, asset), incidents) in by_kind(case) {
        out.test();
        let times: Vec<i64> = incidents.iter().map(|(when, _)| when.from).collect();
        for crowd in crowds(&times, span, count) {
            let Some(members) = incidents.get(crowd.members) else { continue };
            // Incidents that share several assets are reported once.
            if told.insert(members.iter().map(|(_, incident)| incident.home).collect()) {
                members.split_last().into_iter().for_each(|(last, others)| out.find(finding(&asset, last, others)));
            }
        }
    }
    Ok(())
}

/// Incidents by category and asset, in the order of their times; parts of a larger one are left out.
fn by_kind<'a>(case: &Case<'a>) -> BTreeMap<(String, String), Vec<Timed<'a>>> {
    let mut kinds: BTreeMap<(String, String), Vec<Timed<'a>>> = BTreeMap::new();
    for incident in case.incidents().filter(|incident| stands_alone(incident)) {
        let seen = incident.detected.value().or(incident.occurred.value()).filter(|when| case.has_come(**when));
        let (Some(seen), Some(category)) = (seen, incident.category.text()) else { continue };
        let assets: HashSet<String> = incident.assets.items().iter().map(|asset| fold(asset.as_str())).collect();
        let mut assets: Vec<String> = assets.into_iter().collect();
        assets.sort_unstable();
        for asset in assets {
            kinds.entry((fold(category), asset)).or_default().push((*seen, incident));
        }
    }
    kinds.values_mut().for_each(|incidents| incidents.sort_by_key(|(when, incident)| (when.from, incident.home)));
    kinds
}

fn stands_alone(incident: &Incident) -> bool {
    incident.part_of.text().is_none() && !matches!(incident.origin.value(), Some(Origin::Exercise | Origin::External))
}

fn finding(asset: &str, (when, last): &Timed<'_>, others: &[Timed<'_>]) -> Finding {
    let category = shorten(last.category.text().unwrap_or_default(), 40);
    let first = others.first().map_or(when, |(first, _)| first);
    let span = format!("from {first} to {when} may be parts of one");
    let title = format!("{} incidents on `{}` {span}", others.len() + 1, shorten(asset, 20));
    let finding = Finding::of(last, Level::Note, "part_of", last.part_of.place()).says(
        title,
        format!("`{category}` several times in a row is judged as small things; together it may be a large one."),
        "One incident in parts? Name the larger one under `part_of`, and rate that one. Several after all? Leave it: \
         this is a note.",
    );
    others.iter().fold(finding, |finding, (when, other)| {
        finding.related(other.home, format!("{} was detected on {when}", other.id().unwrap_or("another one")))
    })
}
