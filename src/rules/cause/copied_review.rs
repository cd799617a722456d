//! A cause that is worded like that of another incident.
//!
//! ## What it checks
//!
//! The causes of two incidents are the same text, or nearly: of all runs of three words that one of them has, nine in
//! ten are in both. Causes of fewer than twelve words are left alone, and so are incidents of which one is part of the
//! other. Where both records answer the three questions in words of their own, the review was made, and its cause may
//! be the same. The finding is on the incident that was detected later, and shows the earlier one.
//!
//! ## Why an auditor cares
//!
//! A copied analysis was not made. Where two incidents really have one cause, that is a pattern, and worth more than
//! two records that say so with the same words.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: low
//! detected: 2026-01-12
//! closed: 2026-01-13
//! cause: Certificates are renewed by hand, and the reminder went to a mailbox that nobody reads any more.
//! ```
//!
//! ```yaml
//! id: INC-2026-0002
//! title: Outage of the ticket machine
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cause: Certificates are renewed by hand, and the reminder went to a mailbox that nobody reads any more.
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: low
//! detected: 2026-01-12
//! closed: 2026-01-13
//! cause: Certificates are renewed by hand, and the reminder went to a mailbox that nobody reads any more.
//! ```
//!
//! ```yaml
//! id: INC-2026-0002
//! title: Outage of the ticket machine
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cause: The machine keeps its own list of trusted certificates, which no update reaches and no one renews.
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] copied_similarity` (90 percent) and `copied_words` (12).
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 RS.AN-03.

use crate::config::Level;
use crate::prose::{Similar, similar};
use crate::record::{Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "copied-review",
        family: Family::Cause,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("copied_review.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let book = case.book();
    let least = usize::try_from(book.threshold(|t| &t.copied_words)).unwrap_or(0);
    let percent = usize::try_from(book.threshold(|t| &t.copied_similarity)).unwrap_or(100);
    let mut incidents: Vec<&Incident> = case.incidents().collect();
    incidents.sort_by_key(|incident| (incident.detected.value().map(|when| when.from), incident.id()));
    let causes: Vec<&str> = incidents.iter().map(|incident| incident.cause.text().unwrap_or_default()).collect();
    incidents.iter().filter(|incident| incident.cause.text().is_some()).for_each(|_| out.test());
    for Similar { earlier, later } in similar(&causes, least, percent) {
        if let (Some(earlier), Some(later)) = (incidents.get(earlier), incidents.get(later))
            && !is_one_event(earlier, later)
            && !has_own_answers(earlier, later, least)
        {
            out.find(finding(earlier, later));
        }
    }
    Ok(())
}

/// Whether one incident is part of the other, or both of a third.
fn is_one_event(one: &Incident, other: &Incident) -> bool {
    let whole = |incident: &Incident| incident.part_of.text().map(ToOwned::to_owned);
    let (of_one, of_other) = (whole(one), whole(other));
    let is_part = |part: &Option<String>, of: &Incident| part.is_some() && part.as_deref() == of.id();
    is_part(&of_one, other) || is_part(&of_other, one) || (of_one.is_some() && of_one == of_other)
}

/// How much of the answers two reviews may share, in percent, and still be reviews of their own.
const SHARED_ANSWERS: usize = 50;

/// Whether both records answer the three questions at length, and not with the same words.
fn has_own_answers(earlier: &Incident, later: &Incident, least: usize) -> bool {
    let [one, other] = [answers(earlier), answers(later)];
    let is_long = |text: &str| text.split_whitespace().count() >= least;
    is_long(&one) && is_long(&other) && similar(&[&one, &other], least, SHARED_ANSWERS).is_empty()
}

/// The answers to the three questions, as one text.
fn answers(incident: &Incident) -> String {
    let factors = &incident.factors;
    let lenses = [&factors.controls, &factors.detection, &factors.response];
    lenses.into_iter().filter_map(Fact::text).collect::<Vec<_>>().join(" ")
}

fn finding(earlier: &Incident, later: &Incident) -> Finding {
    let id = shorten(earlier.id().unwrap_or("another incident"), 40);
    let finding = Finding::of(later, Level::Warning, "cause", later.cause.place()).says(
        format!("The cause is worded like that of {id}"),
        "What was copied was hardly looked into again; where two incidents share a cause, that is a pattern.",
        "Say what led to this one. If it is the same cause, share a tag in `causes` and name the pattern in a lesson.",
    );
    finding.related(earlier.cause.place(), "the same words stand here")
}
