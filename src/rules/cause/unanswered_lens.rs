//! One of the three questions about an incident has no answer yet.
//!
//! ## What it checks
//!
//! For incidents of class moderate and above, `factors` answers three questions: which controls failed or were missing
//! (`controls`), what made detection slow (`detection`), what made the response harder (`response`). `none: reason` is
//! an answer, `none` alone is not. The duty starts on the day of the last review; without a review, when its window and
//! the grace are over. For a major incident the hot-wash does not start it.
//!
//! ## Why an auditor cares
//!
//! Causes have to be determined before they can be removed. One question leads to one cause; three of them keep a
//! review from stopping at the first plausible one, and show whether detection and response were looked at too.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! factors:
//!   controls: No second factor on the VPN.
//!   response: { none: "The runbook was followed and took 40 minutes." }
//! reviews:
//!   - date: 2026-03-31
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
//! closed: 2026-03-10
//! factors:
//!   controls: No second factor on the VPN.
//!   detection: No alert for sign-ins from a new country.
//!   response: { none: "The runbook was followed and took 40 minutes." }
//! reviews:
//!   - date: 2026-03-31
//! ```
//!
//! ## Configuration
//!
//! `[review.window.CLASS] to, grace` decide when the duty starts without a review.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 RS.AN-03; DORA Art. 13(2); UK CAF D2.a.2.

use crate::config::Level;
use crate::record::{Class, Fact, Incident, TextFact};
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unanswered-lens",
        family: Family::Cause,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Record, Sees::Clock],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unanswered_lens.rs"),
    },
    check,
};

/// One of the three questions.
pub(in crate::rules) struct Lens<'a> {
    /// The key below `factors`.
    key: &'static str,
    /// The question in words.
    question: &'static str,
    /// What the record says.
    pub(in crate::rules) answer: &'a TextFact,
}

/// The three questions with their answers.
pub(in crate::rules) fn lenses(incident: &Incident) -> [Lens<'_>; 3] {
    let factors = &incident.factors;
    [
        Lens { key: "controls", question: "which controls failed or were missing", answer: &factors.controls },
        Lens { key: "detection", question: "what made detection slow", answer: &factors.detection },
        Lens { key: "response", question: "what made the response harder", answer: &factors.response },
    ]
}

/// Whether a question is answered: by a text, or by `none` with a reason. What cannot be read, and a placeholder, is
/// left to rules of their own.
pub(in crate::rules) fn is_answered(answer: &TextFact) -> bool {
    match answer {
        Fact::Stated { .. } => answer.text().is_some(),
        Fact::Wrong { .. } => true,
        Fact::Declined { .. } => answer.is_declined(),
        Fact::Empty { .. } | Fact::Absent { .. } => false,
    }
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| incident.class() > Class::Minor) {
        let duty = case.review_duty(incident);
        if duty == Duty::None {
            continue;
        }
        out.test();
        let lenses = lenses(incident);
        if lenses.iter().all(|lens| lens.answer.is_missing()) {
            out.find(unasked(case, incident, duty));
            continue;
        }
        for lens in lenses.iter().filter(|lens| !is_answered(lens.answer)) {
            out.find(unanswered(incident, lens, duty));
        }
    }
    Ok(())
}

const WHY: &str = "Three questions keep a review from stopping at the first cause that comes to mind.";

/// Nothing at all is one finding and not three.
fn unasked(case: &Case<'_>, incident: &Incident, duty: Duty) -> Finding {
    let finding = Finding::of(incident, RULE.meta.levels.of(incident.class()), "factors", incident.factors.place);
    let help = "Answer under `factors`: which `controls` failed, what slowed `detection`, what made the `response` \
                harder; `none: reason` is an answer.";
    match duty {
        Duty::NotYet(due) => {
            let left = case.days_left(due);
            let title = format!("The three questions are open; answers are due with the review by {due}, {left}");
            finding.says(title, WHY, help).pending(due)
        }
        Duty::Due(_) | Duty::None => finding.says("None of the three questions has an answer yet", WHY, help),
    }
}

fn unanswered(incident: &Incident, lens: &Lens<'_>, duty: Duty) -> Finding {
    let level = RULE.meta.levels.of(incident.class());
    let title = match lens.answer {
        Fact::Declined { .. } => format!("`none` has no reason yet for the question {}", lens.question),
        _ => format!("No answer yet to the question {}", lens.question),
    };
    let help = format!(
        "Write the answer under `factors.{}`. Nothing to say? State why: `none: reason` is an answer.",
        lens.key
    );
    let finding = Finding::of(incident, level, format!("factors.{}", lens.key), lens.answer.place());
    match duty {
        Duty::NotYet(due) => finding.says(title, WHY, help).pending(due),
        Duty::Due(_) | Duty::None => finding.says(title, WHY, help),
    }
}
