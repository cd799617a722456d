//! A closed incident that nobody has looked back on yet.
//!
//! ## What it checks
//!
//! A closed incident of class moderate or above has a review that was held: an entry under `reviews` with a date, or
//! a batch review in the reviews folder that lists it. Until the window is over this is a note that says when the
//! review is due; in the grace time it is a warning, then an error for significant and major incidents. A late review
//! counts as held. Minor incidents are looked at as a group (`uncovered-minor-incident`).
//!
//! ## Why an auditor cares
//!
//! Incidents are to be learned from. Every sample of closed incidents begins with the question for the review, and a
//! serious incident that was closed without one is a nonconformity by itself.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
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
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-31
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to` (28 days after closure; `[review.window.major.reflective] to`, 56) ends the window,
//! `grace` (14 days) the time in which a missing review is a warning; `source` names your own document.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and A.5.24; NIST CSF 2.0 ID.IM-03; NIS2 implementing regulation 3.6.1; DORA Art. 13(2).

use super::{Batches, asked_by, closure, name};
use crate::config::Level;
use crate::record::{Class, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "missing-review",
        family: Family::Review,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[
            SilencedBy::Item("unreadable-record"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("placeholder-text"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("missing_review.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let batches = Batches::held(case);
    for incident in case.incidents().filter(|incident| incident.class() > Class::Minor) {
        let Some(closed) = closure(case, incident) else { continue };
        out.test();
        let is_held = case.held_reviews(incident).next().is_some() || !batches.of(incident).is_empty();
        if !is_held {
            out.find(finding(case, incident, closed));
        }
    }
    Ok(())
}

fn finding(case: &Case<'_>, incident: &Incident, closed: NaiveDate) -> Finding {
    let window = case.book().review_window(incident.class());
    let due = plus(closed, window.to);
    let in_grace = case.as_of() <= plus(due, window.grace);
    let level = if in_grace { Level::Warning } else { RULE.meta.levels.of(incident.class()) };
    let why = format!(
        "Detail fades after about four weeks; {} asks for a review of a {} incident by then.",
        asked_by([&window]),
        incident.class()
    );
    let (finding, title) = described(incident, level, closed, due);
    if case.as_of() > due {
        return finding.due(due).says(title, why, HELP);
    }
    let title = format!("{} closed on {closed}; its review is due by {due}, {}", name(incident), case.days_left(due));
    finding.says(title, why, HELP).pending(due)
}

const HELP: &str = "Held already? Add it under `reviews`. Not yet? Hold it now: a late review counts as held.";

/// An entry without a date may be a plan: it is pointed at, and does not count.
fn described(incident: &Incident, level: Level, closed: NaiveDate, due: NaiveDate) -> (Finding, String) {
    let name = name(incident);
    match incident.reviews.items().first() {
        Some(undated) if undated.date.value().is_none() => {
            let finding = Finding::of_review(incident, undated, level, "date", undated.date.place());
            (finding, format!("{name}: the review entry has no date yet; a review was due by {due}"))
        }
        _ => {
            let finding = Finding::of(incident, level, "reviews", incident.reviews.place());
            (finding, format!("{name}: no review recorded yet; closed on {closed}, review due by {due}"))
        }
    }
}
