//! A fact that the record stated long after the day on which it is said to have happened.
//!
//! ## What it checks
//!
//! Detection and closure have to stand in git within 14 days of the day that they state, the date of a review and the
//! completion of an action within 7. The commit that counts is the first one that stated the present value; what is
//! not committed yet counts from the as-of date. For significant and major incidents more than 30 days are an error.
//! `recorded_late: { field, why, by }`, one entry or a list, turns the finding into a note; it names the field as
//! the finding does, a review as `reviews.reflective`.
//!
//! ## Why an auditor cares
//!
//! A record that was written at the time is evidence. One that was written before the audit is a recollection, and it
//! should say so. The date of a commit is set by whoever commits, so it is a witness of the second rank; a merge that
//! the forge signed is a better one.
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
//! ```yaml commit=2026-04-28
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
//! ```yaml commit=2026-04-28
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! recorded_late:
//!   field: closed
//!   why: The record of the night shift lay in the incident channel until then.
//!   by: ana
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] recorded_after` (14 days, detection and closure), `done_recorded_after` (7 days, reviews and
//! completion) and `recorded_error_after` (30 days). What landed up to `[history] since` was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.3, A.5.27 and A.5.28; SOC 2 CC7.4 and CC7.5.

use super::dated::Dated;
use super::explained::{Explained, is_named};
use super::witness::{Witness, has_landed};
use crate::config::Level;
use crate::history::{Landing, Part};
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::{When, days};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "late-record",
        family: Family::History,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[
            SilencedBy::Field("invalid-date"),
            SilencedBy::Record("unstable-id"),
            SilencedBy::Record("vanished-record"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("late_record.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    for incident in case.incidents() {
        for (dated, stated, came) in &witness.dates(case, incident) {
            let Some((tolerance, landing)) = tolerance(case, dated).zip(witness.landing(came.first)) else { continue };
            out.test();
            let late = Late { dated, stated: *stated, landing, days: stated.days_until(landing.day) };
            if late.days > tolerance {
                out.find(witness.tell(late.judge(case, incident), incident, &landing, "is the first that says so"));
            }
        }
    }
    Ok(())
}

/// Within how many days a date has to be recorded; `None` for one that may be filled in at any time.
fn tolerance(case: &Case<'_>, dated: &Dated<'_>) -> Option<i64> {
    match (dated.field.part, dated.field.name) {
        (Part::Record, "detected" | "closed") => Some(case.book().threshold(|t| &t.recorded_after)),
        (Part::Reviews, _) | (Part::Actions, "completed") => Some(case.book().threshold(|t| &t.done_recorded_after)),
        _ => None,
    }
}

/// A date that came late.
struct Late<'l> {
    dated: &'l Dated<'l>,
    stated: When,
    landing: Landing<'l>,
    days: i64,
}

impl Late<'_> {
    fn judge(&self, case: &Case<'_>, incident: &Incident) -> Finding {
        let is_error = incident.class().is_grave() && self.days > case.book().threshold(|t| &t.recorded_error_after);
        let level = if is_error { Level::Error } else { RULE.meta.levels.of(incident.class()) };
        let finding = self.dated.finding(incident, level);
        let names = self.dated.names();
        let is_meant = |entry: &_| is_named(entry, &[&names[0], &names[1]]);
        match Explained::find("recorded_late", &incident.recorded_late, is_meant) {
            Some(explained) => {
                let rest = format!(" recorded {} after {}; the reason is stated", days(self.days), self.stated);
                let title = format!("{}{rest}", self.dated.event(90 - rest.len()));
                explained.acknowledge(finding.says(title, WHY, "Nothing to do."))
            }
            None => {
                let help = format!(
                    "If it is right, say so once: `recorded_late: {{field: {}, why, by}}`. If it is not, correct it \
                     with an `amendments` line.",
                    self.name()
                );
                finding.says(self.title(), WHY, help)
            }
        }
    }

    /// The name that `recorded_late` takes: that of a review holds when the list changes.
    fn name(&self) -> String {
        match self.dated.field.part {
            Part::Reviews => format!("reviews.{}", self.dated.field.item),
            _ => self.dated.path.clone(),
        }
    }

    fn title(&self) -> String {
        let (stated, day, late) = (self.stated, self.landing.day, days(self.days));
        let rest = match has_landed(&self.landing) {
            true => format!(" dated {stated} first appears in git on {day}, {late} later"),
            false => format!(" dated {stated} has not landed yet on {day}, {late} later"),
        };
        format!("{}{rest}", self.dated.event(90usize.saturating_sub(rest.len())))
    }
}

const WHY: &str = "A date that nobody else could see at the time rests on memory, and readers will ask about it.";
