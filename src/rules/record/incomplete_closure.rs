//! A closed record that leaves a question of its closure open.
//!
//! ## What it checks
//!
//! A closed record states the cause, how effective the response was, whether the incident is likely to come back,
//! and the date of the closure. These come out of the review, so the duty starts on the day of the last one; where
//! none was held, when its window and the grace are over. A cause that stands under its own heading in the text
//! counts.
//!
//! ## Why an auditor cares
//!
//! Closing means that the incident was understood, not only that it stopped. These four answers are the closure part
//! of every usual incident form.
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
//! cause: Sign-in to the VPN needed only a password.
//! recurrence: { likely: false, why: The second factor is enforced. }
//! reviews:
//!   - date: 2026-03-20
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
//! cause: Sign-in to the VPN needed only a password.
//! effectiveness: adequate
//! recurrence: { likely: false, why: The second factor is enforced. }
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26, A.5.27 and 10.2; NIST CSF 2.0 RS.AN-03 and RC.RP-06; SOC 2 CC7.5.

use crate::config::Level;
use crate::record::Incident;
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "incomplete-closure",
        family: Family::Record,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[
            SilencedBy::Record("missing-review"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("placeholder-text"),
            SilencedBy::Item("unreadable-record"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("incomplete_closure.rs"),
    },
    check,
};

/// An answer that is missing.
struct Gap {
    field: &'static str,
    place: Place,
    title: &'static str,
    help: &'static str,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| incident.is_closed()) {
        let duty = case.review_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        for gap in gaps(case, incident) {
            out.find(finding(incident, &gap, duty));
        }
    }
    Ok(())
}

fn finding(incident: &Incident, gap: &Gap, duty: Duty) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let title = match duty {
        Duty::NotYet(due) => format!("{}; due by {due}", gap.title),
        Duty::Due(_) | Duty::None => gap.title.to_owned(),
    };
    let finding = Finding::of(incident, level, gap.field, gap.place).says(
        title,
        "Closing says that the incident was understood; this answer is what a later reader looks for first.",
        gap.help,
    );
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}

fn gaps(case: &Case<'_>, incident: &Incident) -> Vec<Gap> {
    let cause = &incident.cause;
    let has_no_cause = cause.is_missing() || cause.value().is_some_and(|text| text.trim().is_empty());
    let recurrence = &incident.recurrence;
    let all = [
        (has_no_cause && !is_told(case, incident, "cause"), no_cause(cause.place())),
        (incident.effectiveness.is_missing(), no_effectiveness(incident.effectiveness.place())),
        (!recurrence.stated, no_recurrence(recurrence.place)),
        (incident.closed.is_missing(), no_date(incident.closed.place())),
    ];
    all.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, gap)| gap).collect()
}

fn no_cause(place: Place) -> Gap {
    Gap {
        field: "cause",
        place,
        title: "The record is closed; its cause is not stated yet",
        help: "Add `cause` in a sentence. Nobody could find out? Say so with the reason: `not determinable: …`.",
    }
}

fn no_effectiveness(place: Place) -> Gap {
    Gap {
        field: "effectiveness",
        place,
        title: "The record is closed; how well the response worked is not stated yet",
        help: "Add `effectiveness: adequate`, `partly` or `inadequate`.",
    }
}

fn no_recurrence(place: Place) -> Gap {
    Gap {
        field: "recurrence",
        place,
        title: "The record is closed; whether it is likely to recur is not stated yet",
        help: "Add `recurrence: { likely: false, why: … }`, or `likely: true` where it is.",
    }
}

fn no_date(place: Place) -> Gap {
    Gap {
        field: "closed",
        place,
        title: "The record is closed; the day of its closure is not stated yet",
        help: "Add `closed` with the day. Not closed after all? Set the status back to open or contained.",
    }
}

/// Whether the text below the front matter says it: under a heading of its own that is not empty, or in a table.
fn is_told(case: &Case<'_>, incident: &Incident, field: &str) -> bool {
    let words = &case.book().vocabulary;
    let sections = incident.body.iter().flat_map(|body| &body.sections);
    let mut headed = sections.filter(|section| !section.empty && words.find("field", &section.title) == Some(field));
    headed.next().is_some() || incident.statements.iter().any(|statement| statement.field == field)
}
