//! A serious incident of which nobody has said whether the same weakness exists in other places.
//!
//! ## What it checks
//!
//! For significant and major incidents, `elsewhere` says where the same weakness was looked for, in other systems,
//! sites or suppliers: a sentence, or `{ checked, found, by }`. `none: reason` is an answer. The duty starts on the day
//! of the last review; without a review, when its window and the grace are over.
//!
//! ## Why an auditor cares
//!
//! Corrective action includes looking whether similar nonconformities exist or could occur. A repair in one place
//! leaves the next incident waiting in all others.
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
//! elsewhere: { checked: [crm, wiki], found: [], by: ben }
//! reviews:
//!   - date: 2026-03-31
//! ```
//!
//! ## Configuration
//!
//! `profile = "auditor"` makes it a warning; `[review.window.CLASS] to, grace` decide when the duty starts without a
//! review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2; NIST CSF 2.0 RS.AN-03; SOC 2 CC7.5.

use super::unanswered_lens::is_answered;
use crate::config::Level;
use crate::record::Incident;
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unanswered-elsewhere",
        family: Family::Cause,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unanswered_elsewhere.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.review_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        if !is_answered(&incident.elsewhere) {
            out.find(finding(incident, duty));
        }
    }
    Ok(())
}

fn finding(incident: &Incident, duty: Duty) -> Finding {
    let finding = Finding::of(incident, Level::Note, "elsewhere", incident.elsewhere.place()).says(
        "It is not said yet whether the same weakness exists in other places",
        "A weakness seldom comes alone: what failed here may be set up the same way in the next system.",
        "Looked already? Write `elsewhere: { checked, found, by }`. Not possible elsewhere? `elsewhere: { none: reason }`.",
    );
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}
