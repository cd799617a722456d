//! A waiver that lacks something, is over, or covers nothing any more.
//!
//! ## What it checks
//!
//! Each waiver in `closeloop-waivers.toml` and each comment `closeloop: allow …` in a record names a rule that there is
//! and that may be waived, a record, a reason, somebody who approved it, and its last day. That day is not over, and
//! the waiver lasts at most 180 days. A comment stands on a line that holds one field or one item. Whoever approves it
//! is a person or a role, had not left, and is not the owner of what it covers: of an action its owner; of anything
//! else the lead of the incident, and where a rule on actions or evidence is waived for a whole record the owner of any
//! of its actions as well. A waiver with such a fault covers nothing; one of any rule does not cover what its approver
//! owns. One that is in order and that no finding matches any more is a warning, where its rule ran in full.
//!
//! ## Why an auditor cares
//!
//! An exception is a decision: somebody who may decide takes it, for a reason and for a time. One without an end, or one
//! that people grant themselves, is a rule that nobody keeps.
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: in-progress
//! ```
//!
//! ```toml file=closeloop-waivers.toml
//! [[waiver]]
//! rule = "overdue-action"
//! record = "INC-2026-0001"
//! field = "actions.A1"
//! reason = "The tokens are on back order until summer."
//! approver = "ben"
//! created = 2026-05-14
//! expires = 2026-06-15
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
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: in-progress
//! ```
//!
//! ```toml file=closeloop-waivers.toml
//! [[waiver]]
//! rule = "overdue-action"
//! record = "INC-2026-0001"
//! field = "actions.A1"
//! reason = "The tokens are on back order until summer."
//! approver = "ben"
//! created = 2026-05-14
//! expires = 2026-07-31
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] waiver_lasts` (180 days, from `created` or else from the day that is judged). `[rules] non_waivable` names
//! rules that no waiver may cover. With `[organisation] independence = "sole"` or `size = "sole"` an owner may approve.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 9.1, 10.2 and A.5.36; NIST CSF 2.0 GV.OV-03; SOC 2 CC4.1.

use super::waivers::{Fault, Standards, finding};
use crate::config::Level;
use crate::record::Waiver;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "invalid-waiver",
        family: Family::Run,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("invalid_waiver.rs"),
    },
    check,
};

const WHY: &str = "An exception counts where somebody who may decide took it, for a reason and for a time.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    if case.population().waivers.is_empty() {
        return Ok(());
    }
    let mut standards = Standards::new(case);
    for waiver in &case.population().waivers {
        out.test();
        for fault in standards.faults(waiver) {
            out.find(wrong(case, waiver, fault));
        }
    }
    Ok(())
}

fn wrong(case: &Case<'_>, waiver: &Waiver, fault: Fault) -> Finding {
    let Fault { key, place, title, help, owner } = fault;
    let finding = finding(case, waiver, Level::Error, key, place).says(title, WHY, help);
    match owner {
        Some(place) => finding.related(place, "the owner stands here"),
        None => finding,
    }
}

/// What is said of a waiver whose approver owns something that it would cover else. Only the run as a whole knows.
pub fn owned(case: &Case<'_>, waiver: &Waiver, owner: Place) -> Finding {
    let finding = finding(case, waiver, Level::Error, "approver", waiver.approver.place());
    finding.related(owner, "the owner stands here").says(
        "The approver of this waiver owns something that it would cover",
        WHY,
        "What they own themselves is not covered: let somebody else approve it. Nobody else is there? Say so once in \
         closeloop.toml: `[organisation] independence = \"sole\"`.",
    )
}

/// What is said of a waiver that no finding matches any more. Only the run as a whole knows.
pub fn unmatched(case: &Case<'_>, waiver: &Waiver) -> Finding {
    let rule = waiver.rule.text().unwrap_or_default();
    let record = waiver.record.text().unwrap_or_default();
    let help = match waiver.is_comment() {
        true => "Mended? Take the comment out. Else put it at the end of the line that the finding shows.",
        false => "Mended? Take the waiver out. Else correct `record` and `field`, as the finding names them.",
    };
    let finding = finding(case, waiver, Level::Warning, "", waiver.rule.place());
    let key = format!("{} unmatched", finding.key);
    finding.keyed(key).says(
        format!("This waiver covers no {} of {}", shorten(rule, 36), shorten(record, 30)),
        "What is left behind may cover the next finding, about which nobody has decided anything.",
        help,
    )
}
