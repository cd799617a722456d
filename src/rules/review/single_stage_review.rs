//! A major incident with one review where two stages belong.
//!
//! ## What it checks
//!
//! A major incident has a hot-wash (`kind: hot-wash`) and a reflective review, once day 56 after closure and the grace
//! are over; before that a missing stage is a note. Two reviews on one date, or with one text as minutes, are one
//! review. Where no review was held at all, `missing-review` says so. It is an error where the configuration names
//! the document that asks for two stages.
//!
//! ## Why an auditor cares
//!
//! After the gravest incidents, what is fresh has to be kept at once and what is systemic needs distance. Where the
//! organisation's own procedure asks for both, one meeting that is written down twice does not meet it.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: critical
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - kind: reflective
//!     date: 2026-04-09
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: critical
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! reviews:
//!   - kind: hot-wash
//!     date: 2026-03-06
//!   - kind: reflective
//!     date: 2026-04-09
//! ```
//!
//! ## Configuration
//!
//! `[review.window.major.reflective] to, grace, source` and `[review.window.major.hot_wash] source`; a `source` makes
//! it an error.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27; NIST CSF 2.0 ID.IM-03 and RC.RP-06; DORA Art. 13(2).

use super::{Batches, Held, asked_by, closure, name};
use crate::config::Level;
use crate::population::{Presence, clean_path};
use crate::record::{Class, Incident, ReviewKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "single-stage-review",
        family: Family::Review,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[
            SilencedBy::Record("missing-review"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("unreadable-record"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("single_stage_review.rs"),
    },
    check,
};

/// Why two stages are not there.
enum Lack<'a> {
    HotWash,
    Reflective,
    OneDate(Held<'a>),
    OneText(Held<'a>),
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let batches = Batches::held(case);
    for incident in case.incidents().filter(|incident| incident.class() == Class::Major) {
        let Some(closed) = closure(case, incident) else { continue };
        let is_batch = !batches.of(incident).is_empty();
        if case.held_reviews(incident).next().is_none() && !is_batch {
            continue;
        }
        out.test();
        if let Some(lack) = lack(case, incident, is_batch) {
            out.find(finding(case, incident, &lack, closed));
        }
    }
    Ok(())
}

/// What is missing; nothing where some hot-wash and some other review are two.
fn lack<'a>(case: &Case<'a>, incident: &'a Incident, is_batch: bool) -> Option<Lack<'a>> {
    let held = || case.held_reviews(incident);
    let (washes, others): (Vec<_>, Vec<_>) = held().partition(|(review, _)| review.kind() == ReviewKind::HotWash);
    if washes.is_empty() {
        return Some(Lack::HotWash);
    }
    if is_batch {
        return None;
    }
    let Some(last) = others.iter().max_by_key(|(_, when)| when.from) else { return Some(Lack::Reflective) };
    let pairs = || washes.iter().flat_map(|wash| others.iter().map(move |other| (wash, other)));
    let on_two_days = || pairs().filter(|(wash, other)| wash.1.date != other.1.date);
    if on_two_days().any(|(wash, other)| !has_one_text(case, wash, other)) {
        return None;
    }
    Some(if on_two_days().next().is_some() { Lack::OneText(*last) } else { Lack::OneDate(*last) })
}

/// Whether both name the same minutes, or minutes with equal bytes. Two sections of one file are two texts.
fn has_one_text(case: &Case<'_>, one: &Held<'_>, other: &Held<'_>) -> bool {
    let (Some(one), Some(other)) = (one.0.output.text(), other.0.output.text()) else { return false };
    let (one, other) = (one.trim(), other.trim());
    if one == other || clean_path(one) == clean_path(other) {
        return one == other || !(one.contains('#') && other.contains('#'));
    }
    let digest = |path| match case.population().presence(path) {
        Presence::File { empty: false, digest, .. } if digest != 0 => Some(digest),
        _ => None,
    };
    digest(one).is_some_and(|digest_of_one| Some(digest_of_one) == digest(other))
}

fn finding(case: &Case<'_>, incident: &Incident, lack: &Lack<'_>, closed: NaiveDate) -> Finding {
    let windows = case.book().major_window();
    let due = plus(closed, windows.reflective.to + windows.reflective.grace);
    // A framework that sets a limit asks for no stages.
    let stated = &case.book().config.review.window.major;
    let is_asked = [&stated.hot_wash, &stated.reflective].iter().any(|window| window.source.is_some())
        || case.book().levels.source(RULE.meta.id).is_some();
    let level = if is_asked { Level::Error } else { Level::Warning };
    let asked_by = asked_by([&windows.hot_wash, &windows.reflective]);
    let title = match case.as_of() > due {
        true => title(incident, lack),
        false => format!(
            "{}: one of two stages so far; the other counts until {due}, {}",
            name(incident),
            case.days_left(due)
        ),
    };
    let why = format!(
        "What is fresh and what takes distance need two looks; {asked_by} asks for both after a major incident."
    );
    let finding = place(incident, lack, level).says(title, why, help(lack));
    if case.as_of() > due { finding } else { finding.pending(due) }
}

fn place(incident: &Incident, lack: &Lack<'_>, level: Level) -> Finding {
    match lack {
        Lack::HotWash | Lack::Reflective => Finding::of(incident, level, "reviews", incident.reviews.place()),
        Lack::OneDate((review, _)) => Finding::of_review(incident, review, level, "date", review.date.place()),
        Lack::OneText((review, _)) => Finding::of_review(incident, review, level, "output", review.output.place()),
    }
}

fn title(incident: &Incident, lack: &Lack<'_>) -> String {
    let name = name(incident);
    match lack {
        Lack::HotWash => format!("{name}: no hot-wash recorded yet beside the later review"),
        Lack::Reflective => format!("{name}: no reflective review recorded yet after the hot-wash"),
        Lack::OneDate((_, held)) => format!("{name}: both stages are of {held}, so they count as one review"),
        Lack::OneText(_) => format!("{name}: both stages have the same minutes, so they count as one review"),
    }
}

fn help(lack: &Lack<'_>) -> &'static str {
    match lack {
        Lack::HotWash => {
            "Held already? Add it with `kind: hot-wash`. Not held? Write down what is still fresh: a late one counts."
        }
        Lack::Reflective => {
            "Held already? Add it with `kind: reflective`. Not yet? Hold it now: a late review counts as held."
        }
        Lack::OneDate(_) => {
            "Is a date mistyped? Correct it. Else hold the second look now and add it: a late review counts as held."
        }
        Lack::OneText(_) => {
            "Name the minutes of each stage under its `output`. Was it one meeting? Hold the second look and add it."
        }
    }
}
