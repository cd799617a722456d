//! A major review led by the person who led the response.
//!
//! ## What it checks
//!
//! The facilitator of a major incident's reflective review is not the one who led the response (`lead`). The hot-wash
//! may well be led by whoever led the response. Organisations of one person are left alone.
//!
//! ## Why an auditor cares
//!
//! Whoever made the decisions asks fewer questions about them. Where somebody else can lead the conversation, the
//! review is more independent and the lead is free to tell what happened.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: critical
//! detected: 2026-03-02
//! closed: 2026-03-10
//! lead: ana
//! reviews:
//!   - kind: reflective
//!     date: 2026-04-09
//!     facilitator: ana
//!     participants: [ana, ben]
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
//! closed: 2026-03-10
//! lead: ana
//! reviews:
//!   - kind: reflective
//!     date: 2026-04-09
//!     facilitator: ben
//!     participants: [ana, ben]
//! ```
//!
//! ## Configuration
//!
//! `[organisation] size = "sole"` or `independence = "sole"` says that nobody else is there; the rule is silent then.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and A.5.2; NIST CSF 2.0 GV.RR-02; BSI DER.2.1.A17.

use crate::config::Level;
use crate::config::model::{Independence, Size};
use crate::record::{Class, Incident, Review};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "biased-facilitator",
        family: Family::People,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("biased_facilitator.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let organisation = &case.book().config.organisation;
    if organisation.size == Size::Sole || organisation.independence == Independence::Sole {
        return Ok(());
    }
    for incident in case.incidents().filter(|incident| incident.class() == Class::Major) {
        let Some(lead) = incident.lead.text() else { continue };
        for (review, _) in case.deciding_reviews(incident) {
            let Some(facilitator) = review.facilitator.text() else { continue };
            out.test();
            if case.same_person(lead, facilitator) {
                out.find(finding(incident, review));
            }
        }
    }
    Ok(())
}

fn finding(incident: &Incident, review: &Review) -> Finding {
    Finding::of_review(incident, review, Level::Note, "facilitator", review.facilitator.place())
        .says(
            "The review was led from the same chair as the response",
            "Whoever made the decisions asks fewer questions about them, and is needed to answer.",
            "Nothing to do for this one if it was frank. Else let somebody else read the output, or lead a second look.",
        )
        .related(incident.lead.place(), "the response was led from here")
}
