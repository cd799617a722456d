//! A significant incident after which no risk was looked at again.
//!
//! ## What it checks
//!
//! Fourteen days after the review of a significant or major incident, a risk that the record links was looked at
//! again, or `decisions.risk` says what changed or why nothing has to. A finished action that names a risk as changed
//! counts as a link. Whether the linked row changed since the detection is compared with history.
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
use crate::record::register::RegisterKind;
use crate::record::{Change, Incident};
use crate::rules::evidence::ask_history;
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
        silenced_by: &[SilencedBy::Record("missing-review"), SilencedBy::Field("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("untouched_risk.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let risks = Known::of(case, &[RegisterKind::Risks]);
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.flow_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        if incident.decisions.risk.is_taken() {
            continue;
        }
        let mut changes = claims(incident).map(|(_, change)| change);
        if !incident.links.risks.items().is_empty() || changes.any(|change| risks.has(case, change)) {
            ask_history(case, out);
        } else if let Some(unread) = risks.unread.clone().filter(|_| names_something(incident)) {
            out.not_run(unread);
        } else {
            out.find(finding(case, incident, duty));
        }
    }
    Ok(())
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
