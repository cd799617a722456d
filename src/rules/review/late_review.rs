//! A review that was held after its window.
//!
//! ## What it checks
//!
//! A review is in time from recovery on until 28 days after closure (minor: 14). A major incident has two stages: a
//! hot-wash until 7 days after recovery and a reflective review until 56 days after closure. Only the first review of
//! each stage can be late; later ones follow something up. A late review is held all the same, and a reason with a
//! name (`late: { why, by }`) turns the warning into a note that reports keep.
//!
//! ## Why an auditor cares
//!
//! The organisation's own procedure states when a review takes place, and findings are raised against that procedure.
//! What people remember after months is thinner than what they remember after weeks.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-04-20
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-04-20
//!     late: { why: "The site was closed for three weeks.", by: ciso }
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to`, for major incidents `[review.window.major.hot_wash] to` (from recovery) and
//! `[review.window.major.reflective] to` (from closure); `source` names your own document.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and A.5.24; NIST CSF 2.0 ID.IM-03; NIS2 implementing regulation 3.6.1.

use super::{Batches, Held, Listed, asked_by, closure, earliest, response_end};
use crate::config::{Level, ReviewWindow};
use crate::record::{Class, Incident, ReviewKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::{When, days, plus};
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "late-review",
        family: Family::Review,
        levels: Levels::by_class(Level::Warning, Level::Warning, Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Explain,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date"), SilencedBy::Item("dates-out-of-order")],
        since: "2026.1",
        waivable: true,
        source: include_str!("late_review.rs"),
    },
    check,
};

/// A stage of an incident's reviews: the last day on which it is in time, and what says so.
struct Stage {
    last: NaiveDate,
    window: ReviewWindow,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let batches = Batches::held(case);
    for incident in case.incidents() {
        if let Some((stage, first)) = hot_wash(case, incident) {
            out.test();
            judge(case, incident, &stage, first, out);
        }
        let Some(stage) = main_stage(case, incident) else { continue };
        let listed = batches.of(incident).iter().filter(|listed| listed.batch.date.is_some());
        let listed = listed.min_by_key(|listed| listed.batch.date).copied();
        match (first_that_counts(case, incident), listed) {
            (Some(first), Some(listed)) if listed.batch.date < Some(first.1.date) => {
                judge_batch(incident, &stage, listed, out);
            }
            (Some(first), _) => judge(case, incident, &stage, first, out),
            (None, Some(listed)) => judge_batch(incident, &stage, listed, out),
            (None, None) => continue,
        }
        out.test();
    }
    Ok(())
}

/// The hot-wash of a major incident. While the response goes on, it cannot be late.
fn hot_wash<'a>(case: &Case<'a>, incident: &'a Incident) -> Option<(Stage, Held<'a>)> {
    let is_over = incident.recovered.value().is_some() || incident.is_closed();
    let recovered = response_end(case, incident).filter(|_| is_over && incident.class() == Class::Major)?;
    let washes = case.held_reviews(incident).filter(|(review, _)| review.kind() == ReviewKind::HotWash);
    let window = case.book().major_window().hot_wash;
    Some((Stage { last: plus(recovered.date, window.to), window }, earliest(washes)?))
}

/// The window begins to run out at closure: where that day is not stated, another rule asks for it, and nobody knows
/// whether the review was late.
fn main_stage(case: &Case<'_>, incident: &Incident) -> Option<Stage> {
    incident.closed.value()?;
    let window = case.book().review_window(incident.class());
    Some(Stage { last: plus(closure(case, incident)?, window.to), window })
}

/// The first review of the stage. One of a significant incident before recovery came too early to count.
fn first_that_counts<'a>(case: &Case<'a>, incident: &'a Incident) -> Option<Held<'a>> {
    let end = response_end(case, incident).filter(|_| incident.class() == Class::Significant);
    earliest(case.deciding_reviews(incident).filter(|(_, held)| !end.is_some_and(|end| end.is_after(held))))
}

/// Small incidents may wait for the batch review of their half-year.
fn may_wait(incident: &Incident, kind: ReviewKind) -> bool {
    incident.class() == Class::Minor && kind == ReviewKind::Batch
}

fn judge(case: &Case<'_>, incident: &Incident, stage: &Stage, (review, held): Held<'_>, out: &mut Outcome) {
    if may_wait(incident, review.kind()) || !held.is_after(&last_moment(case, stage)) {
        return;
    }
    // Late in the configured zone, whatever day it was where its offset holds.
    let day = held.date.max(case.book().calendar.day_of(&held));
    let days = late_by(stage, day);
    let level = RULE.meta.levels.of(incident.class());
    let finding = Finding::of_review(incident, review, level, "date", review.date.place());
    out.find(match review.late.as_deref().filter(|late| late.is_complete()) {
        None => finding.says(title(day, stage, &days), why(stage), HELP),
        Some(late) => finding
            .says(format!("Review held {days} after its window; the reason is recorded"), why(stage), "Nothing to do.")
            .acknowledged(format!("{}.late", review.field), text(&late.why), text(&late.by)),
    });
}

/// A record that only a batch review covers has no entry of its own yet.
fn judge_batch(incident: &Incident, stage: &Stage, listed: Listed<'_>, out: &mut Outcome) {
    let late = listed.batch.date.filter(|day| *day > stage.last && !may_wait(incident, ReviewKind::Batch));
    let Some(day) = late else { return };
    let level = RULE.meta.levels.of(incident.class());
    let finding = Finding::of(incident, level, "reviews", incident.reviews.place());
    let finding = finding.says(title(day, stage, &late_by(stage, day)), why(stage), BATCH_HELP);
    out.find(finding.related(listed.place, "this batch review lists it"));
}

fn last_moment(case: &Case<'_>, stage: &Stage) -> When {
    case.book().calendar.whole_day(stage.last)
}

fn late_by(stage: &Stage, day: NaiveDate) -> String {
    days((day - stage.last).num_days().max(1))
}

fn title(day: NaiveDate, stage: &Stage, days: &str) -> String {
    format!("Review held on {day}, {days} after its window ended on {}", stage.last)
}

fn why(stage: &Stage) -> String {
    format!("Detail fades after about four weeks; {} asks for a review by then.", asked_by([&stage.window]))
}

fn text(fact: &crate::record::TextFact) -> &str {
    fact.text().unwrap_or_default()
}

const HELP: &str = "Held earlier? Correct the date. Else say once why: `late: { why, by }`; the review counts as held.";
const BATCH_HELP: &str = "Held earlier? Add that review. Else add an entry `kind: batch` with its date and `late: { why, \
                          by }`; it counts as held.";
