//! A date that lay in the future when the commit that brought it was made.
//!
//! ## What it checks
//!
//! The days on which something happened: occurred, detected, contained, recovered, closed, the date of a review, the
//! completion of an action and the check of its effect. None of them lies later than the day of the commit since which
//! the record has stated it. Due dates lie in the future by their nature and are left alone, and so is a date that
//! still lies in the future today (`invalid-date` speaks of it). An `amendments` entry that names the field turns the
//! finding into a note.
//!
//! ## Why an auditor cares
//!
//! Nobody can record on Monday that a review was held on Friday. Such a date was a plan, or the record was made to fit
//! a deadline.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: medium
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-03-06
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! ```
//!
//! ## Passing example
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
//! ```
//!
//! ## Configuration
//!
//! A day spans from midnight to midnight in the zone of `[dates] timezone`; the day of a commit is that of its
//! committer, in its own offset. What landed up to `[history] since` was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.3, A.5.27 and A.5.28; SOC 2 CC7.4 and CC7.5.

use super::dated::Dated;
use super::explained::{Explained, is_named};
use super::witness::Witness;
use crate::config::Level;
use crate::history::Landing;
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::{When, days};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "postdated-value",
        family: Family::History,
        levels: Levels::all(Level::Error),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("postdated_value.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    for incident in case.incidents() {
        for (dated, stated, came) in &witness.dates(case, incident) {
            let Some(landing) = witness.landing(came.since) else { continue };
            out.test();
            if is_ahead(stated, &landing) {
                let finding = judge(incident, dated, stated, &landing);
                out.find(witness.tell(finding, incident, &landing, "brought it"));
            }
        }
    }
    Ok(())
}

/// Whether no reading of a stated day or instant lies at or before the day of a landing.
fn is_ahead(stated: &When, landing: &Landing<'_>) -> bool {
    stated.from > landing.time && stated.date > landing.day
}

fn judge(incident: &Incident, dated: &Dated<'_>, stated: &When, landing: &Landing<'_>) -> Finding {
    let finding = dated.finding(incident, RULE.meta.levels.of(incident.class()));
    let ahead = days(-stated.days_until(landing.day));
    let names = dated.names();
    match Explained::find("amendments", &incident.amendments, |entry| is_named(entry, &[&names[0], &names[1]])) {
        Some(explained) => {
            let rest = format!(" recorded {ahead} before {stated}; the reason is stated");
            explained.acknowledge(finding.says(title(dated, &rest), WHY, "Nothing to do."))
        }
        None => {
            let rest = format!(" dated {stated} was committed on {}, {ahead} before that day", landing.day);
            finding.says(title(dated, &rest), WHY, HELP)
        }
    }
}

fn title(dated: &Dated<'_>, rest: &str) -> String {
    format!("{}{rest}", dated.event(90usize.saturating_sub(rest.len())))
}

const WHY: &str = "A day can be recorded once it has come; before that it is a plan, whatever the record calls it.";
const HELP: &str = "Was it a plan? State the day on which it happened. Right as it stands, or was a clock wrong? Say so in \
                    an `amendments` line that names the field.";
