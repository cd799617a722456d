//! A significant incident after which no risk was looked at again.
//!
//! ## What it checks
//!
//! Fourteen days after the review of a significant or major incident, a risk that the record links was looked at
//! again, or `decisions.risk` says what changed or why nothing has to. A finished action that names a risk as changed
//! counts as an answer; whether that is true is another rule's business. History shows whether one of the linked rows
//! changed in substance since the detection, or got the id of the incident together with a new day of review.
//!
//! ## Why an auditor cares
//!
//! Risks are to be assessed again when something significant happens. A risk register that is the same before and
//! after a serious incident suggests that it is kept for its own sake.
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
//! reviews:
//!   - date: 2026-03-31
//! links:
//!   controls: [A.8.5]
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
//! reviews:
//!   - date: 2026-03-31
//! links:
//!   controls: [A.8.5]
//! decisions:
//!   risk: { no_change: "R-12 was rated for a stolen password already, and its treatment is under way.", by: mira }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] flow_after` (14 days) says how long after the review the look at the risk is due; `[registers.risks]`
//! says where the register is.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 6.1.2, 6.1.3, 8.2, 8.3 and A.5.27; NIST CSF 2.0 ID.RA-05 and ID.RA-06; SOC 2 CC3.2 and CC3.4.

use super::{Known, claims};
use crate::config::Level;
use crate::history::IMPORTED;
use crate::history::{History, Proof, RowMarks, Sighting, Target, TargetVersion, claims::risk};
use crate::record::register::RegisterKind;
use crate::record::{Change, Incident, Located};
use crate::rules::evidence::gaps::Gaps;
use crate::rules::evidence::proof::point;
use crate::rules::{
    Builtin, Case, Duty, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy,
};
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "untouched-risk",
        family: Family::Flow,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Act,
        needs: &[Need::History],
        silenced_by: &[
            SilencedBy::Record("missing-review"),
            SilencedBy::Field("unreadable-record"),
            SilencedBy::Field("dangling-link"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("untouched_risk.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let risks = Known::of(case, &[RegisterKind::Risks]);
    let history = case.history();
    let mut gaps = Gaps::new("incident is", "incidents are");
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.flow_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        if incident.decisions.risk.is_taken() {
            continue;
        }
        let linked: Vec<&str> = incident.links.risks.items().iter().map(Located::as_str).collect();
        let is_claimed = claims(incident).any(|(_, change)| risks.has(case, change));
        match (&history, is_claimed || !linked.is_empty()) {
            // A claim that is not true is the business of another rule.
            (Ok(_), true) if is_claimed => {}
            (Ok(history), true) => match look(case, history, incident, &linked) {
                Look::Again => {}
                Look::NotCompared => gaps.add(IMPORTED),
                Look::Never(before) => {
                    let finding = finding(case, incident, duty);
                    out.find(before.iter().fold(finding, |finding, sighting| point(case, finding, sighting)));
                }
            },
            (Err(why), true) => out.not_run(why.clone()),
            (_, false) => match risks.unread.clone().filter(|_| names_something(incident)) {
                Some(unread) => out.not_run(unread),
                None => out.find(finding(case, incident, duty)),
            },
        }
    }
    gaps.tell(out);
    Ok(())
}

/// What history says of the risks that a record links.
enum Look<'h> {
    /// One of them was looked at again.
    Again,
    /// None was; the last landing that touched each.
    Never(Vec<Sighting<'h>>),
    /// What happened between the detection and the import of the history, nobody can see.
    NotCompared,
}

fn look<'h>(case: &Case<'_>, history: &'h History, incident: &Incident, linked: &[&str]) -> Look<'h> {
    let Some(detected) = incident.detected.value().filter(|when| case.has_come(**when)) else { return Look::Again };
    let mut last = Vec::new();
    for id in linked {
        let target = risk(case.population(), id);
        match history.chronicle.prove(&target, detected, case.as_of()) {
            Proof::Holds { .. } => return Look::Again,
            Proof::Missing { before, inside, .. } => last.extend(inside.last().copied().or(before)),
            // Nothing is known of it: a link that leads nowhere is another rule's business.
            Proof::Unknown if !case.population().register(RegisterKind::Risks).rows.contains_key(*id) => {}
            Proof::Unknown => return Look::Again,
        }
        if is_confirmed(case, history, incident, id) {
            return Look::Again;
        }
    }
    match case.imported() {
        Some(since) if detected.date <= since => Look::NotCompared,
        _ => Look::Never(last),
    }
}

/// Whether the row got the incident's id together with a new day of review.
fn is_confirmed(case: &Case<'_>, history: &History, incident: &Incident, id_of_risk: &str) -> bool {
    let (Some(id), Some(detected)) = (incident.id(), incident.detected.value()) else { return false };
    let row = Target::Row(RegisterKind::Risks, id_of_risk.into());
    let Some(versions) = history.chronicle.target(&row) else { return false };
    let marks =
        |version: Option<&'_ TargetVersion>| version.and_then(|version| version.row.clone()).unwrap_or_default();
    let old = marks(history.chronicle.before(detected).and_then(|start| versions.at(start)));
    let names = |marks: &RowMarks| marks.incidents.iter().any(|named| **named == *id);
    let new = marks(versions.versions.last());
    let day = |text: &str| case.book().calendar.read(text).ok();
    let reviewed = new.reviewed.as_deref().filter(|reviewed| old.reviewed.as_deref() != Some(*reviewed)).and_then(day);
    let is_new = reviewed.is_some_and(|when| !detected.is_after(&when) && case.has_come(when));
    is_new && names(&new) && !names(&old)
}

/// Whether a finished action names a change that might be a risk.
fn names_something(incident: &Incident) -> bool {
    claims(incident).any(|(_, change)| matches!(change, Change::Target(_)))
}

fn finding(case: &Case<'_>, incident: &Incident, duty: Duty) -> Finding {
    let record = shorten(incident.id().unwrap_or("the record"), 24);
    let why = "An incident is news about how likely or how costly a risk is; the register should know it.";
    let help = "Re-rate or treat the row, or confirm it (incident id plus new `reviewed`), or state `decisions.risk: \
                {no_change: why, by}`.";
    let finding = Finding::of(incident, Level::Error, "links.risks", incident.links.risks.place());
    if let Duty::NotYet(due) = duty {
        let days = (due - case.as_of()).num_days();
        let title = format!("{record}: a look at its risks is due by {due}, in {days} days");
        return finding.says(title, why, help).pending(due);
    }
    let detected = incident.detected.value().map_or(String::new(), |when| format!(" on {when}"));
    let title = format!("No risk linked to {record} was looked at again since its detection{detected}");
    finding.says(title, why, help)
}
