//! A review of which nothing was kept.
//!
//! ## What it checks
//!
//! Every review that was held has an output: minutes in the repository (`output: reviews/INC-2026-0001.md`), or a link
//! to where they are kept. Without `output`, the record is its own minutes where it holds participants, an answer to
//! each of the three questions, lessons and actions, or a reason for having none. A path that leads to nothing, or to
//! an empty file, is no output.
//!
//! ## Why an auditor cares
//!
//! A review that left nothing behind cannot be sampled, and nobody can work with it. Organisations have to keep
//! documented information as evidence of what was found and decided.
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
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana, ben]
//!     output: reviews/INC-2026-0001.md
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
//!     participants: [ana, ben]
//!     output: reviews/INC-2026-0001.md
//! ```
//!
//! ```markdown file=reviews/INC-2026-0001.md
//! # Review of INC-2026-0001
//!
//! What happened, the three questions, two lessons, two actions.
//! ```
//!
//! ## Configuration
//!
//! `[evidence] issue_keys` and `[evidence.repositories]` say which references outside of this repository count.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, A.5.33 and 7.5.3; NIST CSF 2.0 ID.IM-03; NIS2 implementing regulation 3.6.1.

use crate::config::Level;
use crate::population::{Presence, clean_path};
use crate::record::{Class, Incident, Review, ReviewKind};
use crate::rules::cause::unanswered_lens::{is_answered, lenses};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;
use crate::time::When;
use regex::Regex;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "missing-review-output",
        family: Family::Review,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[
            SilencedBy::Item("unreadable-record"),
            SilencedBy::Item("placeholder-text"),
            SilencedBy::Item("invalid-date"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("missing_review_output.rs"),
    },
    check,
};

/// What is wrong with an output.
enum Lack<'a> {
    /// It leads to nothing.
    Gone(&'a str),
    /// It leads to an empty file.
    Hollow(&'a str),
    /// There is none, and the record does not hold what it would say: this part is missing first.
    Unheld(&'static str),
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let issue_keys = issue_keys(case);
    for incident in case.incidents() {
        for (review, held) in case.held_reviews(incident) {
            out.test();
            if let Some(lack) = lack(case, &issue_keys, incident, review) {
                out.find(finding(case, incident, (review, held), &lack));
            }
        }
    }
    Ok(())
}

/// The configuration was checked, so a pattern that is none was refused before.
fn issue_keys(case: &Case<'_>) -> Vec<Regex> {
    let patterns = case.book().config.evidence.issue_keys.iter();
    patterns.filter_map(|pattern| Regex::new(&format!("^(?:{pattern})$")).ok()).collect()
}

fn lack<'a>(case: &Case<'_>, issue_keys: &[Regex], incident: &Incident, review: &'a Review) -> Option<Lack<'a>> {
    let is_itself = |output: &str| clean_path(output) == case.population().path(incident.source).as_str();
    let Some(output) = review.output.text().map(str::trim).filter(|output| !is_itself(output)) else {
        return missing_part(incident, review).map(Lack::Unheld);
    };
    if is_kept_elsewhere(case, issue_keys, output) {
        return None;
    }
    match case.population().presence(output) {
        Presence::Missing => Some(Lack::Gone(output)),
        Presence::File { empty: true, .. } => Some(Lack::Hollow(output)),
        Presence::Folder | Presence::File { .. } => None,
    }
}

/// Whether an output is a reference to something that this tree need not hold: a link, a pinned commit or digest, an
/// issue, or a place in another repository.
fn is_kept_elsewhere(case: &Case<'_>, issue_keys: &[Regex], output: &str) -> bool {
    let is_hex = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_pinned = output.rsplit_once('@').is_some_and(|(path, commit)| !path.is_empty() && is_hex(commit, 7));
    let is_issue = output.strip_prefix('#').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let is_mapped = output.split_once(':').is_some_and(|(scheme, rest)| match scheme {
        "http" | "https" => rest.starts_with("//") && rest.len() > 4,
        "sha256" => is_hex(rest, 64),
        "commit" => is_hex(rest, 7),
        name => case.book().config.evidence.repositories.contains_key(name),
    });
    is_pinned || is_issue || is_mapped || issue_keys.iter().any(|key| key.is_match(output))
}

/// The first part of a review's result that the record does not hold.
fn missing_part(incident: &Incident, review: &Review) -> Option<&'static str> {
    let lessons = incident.lessons.items();
    let no_lesson = incident.no_lessons.as_deref().is_some_and(|stated| stated.why.text().is_some());
    let none_needed = no_lesson || lessons.iter().all(|l| l.accepted.is_some() || !l.addressed_by.items().is_empty());
    let has_lessons = no_lesson || !lessons.is_empty() || incident.lessons.is_declined();
    let has_actions = !incident.actions.items().is_empty() || incident.actions.is_declined() || none_needed;
    let parts = [
        (!review.participants.items().is_empty(), "the participants"),
        (lenses(incident).iter().all(|lens| is_answered(lens.answer)), "the three answers"),
        (has_lessons, "the lessons"),
        (has_actions, "the actions"),
    ];
    parts.into_iter().find(|(is_held, _)| !is_held).map(|(_, part)| part)
}

fn finding(case: &Case<'_>, incident: &Incident, (review, held): (&Review, When), lack: &Lack<'_>) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let finding = Finding::of_review(incident, review, level, "output", review.output.place()).says(
        title(held, lack),
        "What a review found is the knowledge that the next one builds on; unwritten, it is gone when people leave.",
        help(lack),
    );
    match (lack, case.review_duty(incident)) {
        // What a hot-wash found may still go into the record until the reflective review.
        (Lack::Unheld(_), Duty::NotYet(due)) if is_first_stage(incident, review) => finding.pending(due),
        (Lack::Unheld(_), Duty::None) if is_first_stage(incident, review) => finding.pending(held.date),
        _ => finding,
    }
}

fn is_first_stage(incident: &Incident, review: &Review) -> bool {
    incident.class() == Class::Major && review.kind() == ReviewKind::HotWash
}

fn title(held: When, lack: &Lack<'_>) -> String {
    match lack {
        Lack::Gone(output) => format!("Minutes of {held}: `{}` is not in the repository", shorten(output, 38)),
        Lack::Hollow(output) => format!("Minutes of {held}: `{}` is an empty file", shorten(output, 38)),
        Lack::Unheld(part) => format!("Review of {held}: no minutes, and the record does not hold {part}"),
    }
}

fn help(lack: &Lack<'_>) -> &'static str {
    match lack {
        Lack::Gone(_) => {
            "Moved? Correct the path. Not committed yet? Add the file. Kept elsewhere? Put the link there instead."
        }
        Lack::Hollow(_) => "Write the minutes, name those that exist, or leave `output` out and complete the record.",
        Lack::Unheld(_) => {
            "Minutes exist? Name their path or link under `output`. Else add to the record what is missing; then it is \
             its own output."
        }
    }
}
