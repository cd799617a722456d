//! A lesson that somebody decided to live with for a time, and the time is over.
//!
//! ## What it checks
//!
//! An acceptance (`accepted: { by, reason, risk, until }`) holds until its end, the day itself included. One without
//! an end holds for a year after the last review; without a review, after closure. Then somebody looks again. A lesson
//! that an action or a risk answers by now needs no acceptance any more, and an acceptance that is not complete
//! is `unaddressed-lesson`.
//!
//! ## Why an auditor cares
//!
//! Accepting a weakness is a decision under the circumstances of one day. Whether it still holds has to be seen at
//! planned intervals; an acceptance without an end is a weakness that nobody looks at.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//!     accepted: { by: coo, reason: "Replaced in June, until then watched daily.", risk: R-12, until: 2026-06-15 }
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
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: control-gap
//!     text: A password alone must not open the VPN.
//!     accepted: { by: coo, reason: "Replaced in July, until then watched daily.", risk: R-12, until: 2026-07-31 }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] acceptance_lasts` (365 days) is how long an acceptance without an end holds.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, 6.1.3 and 8.3; NIST CSF 2.0 ID.RA-06; SOC 2 CC3.2.

use super::answers::{self, ByLesson};
use crate::config::Level;
use crate::record::{Acceptance, Fact, Incident, Lesson};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::{days, plus};
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "lapsed-acceptance",
        family: Family::Lesson,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("lapsed_acceptance.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        let actions = ByLesson::of(incident);
        for lesson in incident.lessons.items() {
            let Some(accepted) = needed(case, incident, lesson, &actions) else { continue };
            let Some(end) = end(case, incident, accepted) else { continue };
            out.test();
            if end < case.as_of() {
                out.find(finding(case, incident, lesson, accepted, end));
            }
        }
    }
    Ok(())
}

/// A complete acceptance without which the lesson would have no answer.
fn needed<'i>(
    case: &Case<'_>,
    incident: &Incident,
    lesson: &'i Lesson,
    actions: &ByLesson<'_>,
) -> Option<&'i Acceptance> {
    let accepted = lesson.accepted.as_ref().filter(|accepted| answers::lacks(accepted).is_empty())?;
    let is_answered = actions.live(lesson).next().is_some() || answers::is_answered_elsewhere(case, incident, lesson);
    (!is_answered).then_some(accepted)
}

/// The last day of an acceptance; `None` where nothing says from when on it holds, or where its end is no day.
fn end(case: &Case<'_>, incident: &Incident, accepted: &Acceptance) -> Option<NaiveDate> {
    if let Fact::Wrong { .. } = accepted.until {
        return None;
    }
    let decided = || {
        let reviewed = case.held_reviews(incident).map(|(_, when)| when.date).max();
        reviewed.or_else(|| case.closure_day(incident))
    };
    let lasts = case.book().threshold(|t| &t.acceptance_lasts);
    accepted.until.value().map(|until| until.date).or_else(|| Some(plus(decided()?, lasts)))
}

fn finding(case: &Case<'_>, incident: &Incident, lesson: &Lesson, accepted: &Acceptance, end: NaiveDate) -> Finding {
    let ago = days((case.as_of() - end).num_days());
    let (field, rest) = match accepted.until.value() {
        Some(_) => ("accepted.until", format!("ended on {end}, {ago} ago")),
        None => ("accepted", format!("names no end and held until {end}, {ago} ago")),
    };
    Finding::of_lesson(incident, lesson, Level::Warning, field, accepted.until.place()).due(end).says(
        format!("The acceptance of lesson {} {rest}", answers::name(lesson)),
        "It was right under the circumstances of its day; whether it still is, somebody has to see again.",
        "Still acceptable? Decide again and set a new `until`. Mended meanwhile? Name the action in `addressed_by`. \
         Else add an action.",
    )
}
