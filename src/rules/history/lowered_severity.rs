//! A severity that was lowered without a reason and an approver.
//!
//! ## What it checks
//!
//! A commit put the incident into a lower severity class than before, and neither `severity_history` nor an
//! `amendments` entry whose `fields` hold `severity` says why and by whom. Where the lower class has fewer duties it is
//! an error, which is nearly always. Another word for the same class is no change, and a severity that was raised again
//! is no longer lowered.
//!
//! ## Why an auditor cares
//!
//! The class decides on review, management report and deadlines. A severity that sinks on the day before the review is
//! due is the cheapest way around all of them; with a reason and an approver it is ordinary triage.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: high
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
//! ## Passing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: open
//! severity: high
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! severity_history:
//!   - { from: high, to: medium, on: 2026-03-10, why: The log shows that no data was reached., by: ciso }
//! detected: 2026-03-02
//! closed: 2026-03-10
//! ```
//!
//! ## Configuration
//!
//! `[severity]` maps words to classes; all versions are read with the map of today. What landed up to `[history] since`
//! was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.25, A.5.27 and 7.5.3; SOC 2 CC7.3 and CC7.4.

use super::explained::{Explained, is_named, may_explain};
use super::witness::Witness;
use crate::config::{Level, Rulebook};
use crate::history::{FactChange, Landing, Part, Value};
use crate::record::{Class, Explanation, Incident, SeverityMap, Word};
use crate::rules::{
    Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy, TABLE,
};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "lowered-severity",
        family: Family::History,
        levels: Levels::all(Level::Error),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Record("vanished-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("lowered_severity.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    for incident in case.incidents() {
        let Some(record) = witness.record(incident) else { continue };
        out.test();
        // Several steps down of which nobody says why are one.
        let mut silent: Option<(Step, Landing<'_>)> = None;
        for step in steps(record.current()) {
            let Some(landing) = witness.landing(step.position) else { continue };
            match explanation(case, incident, &step, &landing) {
                Some(reason) => out.find(step.acknowledged(case, &witness, incident, &landing, reason)),
                None => {
                    let from = silent.map_or(step.from, |(first, _)| first.from.max(step.from));
                    silent = Some((Step { from, ..step }, landing));
                }
            }
        }
        if let Some((step, landing)) = silent {
            let finding = step.finding(case.book(), incident).says(step.title(&landing), WHY, HELP);
            out.find(witness.tell(finding, incident, &landing, "lowered it"));
        }
    }
    Ok(())
}

/// A landing that lowered the class.
#[derive(Clone, Copy)]
struct Step {
    position: u32,
    from: Class,
    to: Class,
}

/// What was lowered and not raised again. A word without a class, and none at all, leave it where it was.
fn steps(changes: &[FactChange]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut known: Option<Class> = None;
    for change in changes.iter().filter(|c| c.field.part == Part::Record && c.field.name == "severity") {
        let Some(to) = change.after.as_ref().and_then(Value::word).and_then(Class::named) else { continue };
        if let Some(from) = known.filter(|from| to < *from) {
            steps.push(Step { position: change.position, from, to });
        } else if known.is_some_and(|from| to > from) {
            steps.retain(|step| step.from > to);
            steps.iter_mut().for_each(|step| step.to = step.to.max(to));
        }
        known = Some(to);
    }
    steps
}

impl Step {
    fn finding(&self, book: &Rulebook, incident: &Incident) -> Finding {
        let level = if has_fewer_duties(book, self.from, self.to) { Level::Error } else { Level::Warning };
        Finding::of(incident, level, "severity", incident.severity.place()).inferred(incident.severity.is_inferred())
    }

    fn acknowledged(
        &self,
        case: &Case<'_>,
        witness: &Witness<'_>,
        incident: &Incident,
        landing: &Landing<'_>,
        reason: Explained<'_>,
    ) -> Finding {
        let (from, to) = (self.from.name(), self.to.name());
        let title = format!("Severity lowered from {from} to {to}; the reason is recorded");
        let finding =
            self.finding(case.book(), incident).keyed(format!("{from}/{to}")).says(title, WHY, "Nothing to do.");
        reason.acknowledge(witness.tell(finding, incident, landing, "lowered it"))
    }

    fn title(&self, landing: &Landing<'_>) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        format!("Severity lowered from {from} to {to} on {} without reason and approver", landing.day)
    }
}

/// Whether a class has a later review than a higher one, or rules that are milder with it.
fn has_fewer_duties(book: &Rulebook, higher: Class, lower: Class) -> bool {
    let is_milder = TABLE.iter().any(|rule| rule.meta.levels.of(lower) < rule.meta.levels.of(higher));
    is_milder || higher == Class::Major || book.review_window(lower).to > book.review_window(higher).to
}

/// The entry that speaks of a step: what it states of the classes fits, and it was not written clearly before.
fn explanation<'i>(
    case: &Case<'_>,
    incident: &'i Incident,
    step: &Step,
    landing: &Landing<'_>,
) -> Option<Explained<'i>> {
    let class = |text: Option<&str>| text.and_then(|word| case.book().class(word));
    let fits = |entry: &Explanation| {
        let (from, to) = (class(entry.from.text()), class(entry.to.text()));
        let is_exact = from == Some(step.from) && to == Some(step.to);
        let may_be = (entry.to.is_missing() || to == Some(step.to)) && may_explain(case, entry, landing.day);
        is_exact || may_be
    };
    let amended = |entry: &Explanation| is_named(entry, &["severity"]) && may_explain(case, entry, landing.day);
    Explained::find("severity_history", &incident.severity_history, fits)
        .or_else(|| Explained::find("amendments", &incident.amendments, amended))
}

const WHY: &str =
    "The class decides on review, report and deadlines; who reads it later should see why it is lower now.";
const HELP: &str = "Add `severity_history: [{from, to, on, why, by}]` with the reason and who approved it. Was it a slip? \
                    Set the severity back.";
