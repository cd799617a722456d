//! A cause that only says again what happened.
//!
//! ## What it checks
//!
//! Every word of the cause stands in the title too, in some form (`Fire of a forklift battery` under the title
//! `Forklift battery fire`), or says only that something went wrong (`technical problem`, `unknown`); or the cause is
//! the text of the summary again. `not determinable: reason` is an answer. The duty starts on the day of the last
//! review; without a review, when its window and the grace are over. For a minor incident it is a note. Measured on
//! labelled sentences: English precision 1.00, recall 1.00; German precision 1.00, recall 0.99.
//!
//! ## Why an auditor cares
//!
//! What happened is the symptom. If the record does not go behind it, the correction can only restore what was there
//! before, and the same can happen again.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! cause: The booking portal had an outage.
//! reviews:
//!   - date: 2026-03-20
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! cause: Certificates are renewed by hand, and the reminder went to a mailbox that nobody reads.
//! reviews:
//!   - date: 2026-03-20
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add words to the lists `plain`, `vague` and `undeterminable`.
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 RS.AN-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::prose::Symptom;
use crate::record::Incident;
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::vocabulary::fold;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "symptom-as-cause",
        family: Family::Cause,
        levels: Levels::by_class(Level::Warning, Level::Warning, Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("person-as-cause"), SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("symptom_as_cause.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let symptom = Symptom::new(&case.book().vocabulary);
    for incident in case.incidents() {
        let duty = case.review_duty(incident);
        let Some(cause) = incident.cause.text().filter(|_| duty != Duty::None) else { continue };
        out.test();
        let title = incident.title.text().unwrap_or_default();
        let repeats = symptom.repeats(cause, title) || is_summary(case, incident, cause);
        if repeats && !symptom.is_reasoned_unknown(cause) {
            out.find(finding(incident, duty));
        }
    }
    Ok(())
}

/// Whether the cause is the summary again, word for word.
fn is_summary(case: &Case<'_>, incident: &Incident, cause: &str) -> bool {
    let Some(body) = &incident.body else { return false };
    let vocabulary = &case.book().vocabulary;
    let is_summary = |title: &str| vocabulary.find("section", title) == Some("summary");
    let sections = body.sections.iter().filter(|section| is_summary(&section.title));
    let mut passages = sections.flat_map(|s| body.passages.iter().filter(move |p| s.content.contains(p.span)));
    let cause = fold(cause);
    passages.any(|passage| fold(case.text(Place::new(incident.source, passage.span))) == cause)
}

fn finding(incident: &Incident, duty: Duty) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let finding = Finding::of(incident, level, "cause", incident.cause.place()).says(
        "The cause says again what happened; what made it possible is not named yet",
        "Putting right what broke does not keep it from breaking again; its condition has to be known.",
        "Add the condition behind it. If it cannot be found out any more, say so with the reason: `not determinable: …`.",
    );
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}
