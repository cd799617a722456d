//! A reviewed incident of which nothing is recorded that worked well.
//!
//! ## What it checks
//!
//! An incident that was reviewed says what helped: `worked_well`, or a section of that meaning in the text below the
//! facts. `none: reason` is an answer.
//!
//! ## Why an auditor cares
//!
//! Knowing which controls held is a part of learning: it says what to keep, and what the next incident can rely on.
//! Reviews that only list failures are also less willingly attended.
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
//! worked_well: ["The backup restore took 40 minutes, as planned."]
//! reviews:
//!   - date: 2026-03-31
//! ```
//!
//! ## Configuration
//!
//! `[rules] unrecorded-success = "off"` for organisations that do not keep this; `[vocabulary]` adds headings.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and A.6.8; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.4.

use crate::config::Level;
use crate::document::Body;
use crate::record::{Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::vocabulary::Vocabulary;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unrecorded-success",
        family: Family::Cause,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unrecorded_success.rs"),
    },
    check,
};

const FIELD: &str = "worked_well";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents().filter(|incident| case.deciding_reviews(incident).next().is_some()) {
        out.test();
        if !is_recorded(incident, &case.book().vocabulary) {
            out.find(finding(incident));
        }
    }
    Ok(())
}

/// In the field, or in the story: in a table, or under a heading with something below it.
fn is_recorded(incident: &Incident, vocabulary: &Vocabulary) -> bool {
    let in_field = match &incident.worked_well {
        Fact::Stated { value, .. } => value.iter().any(|item| !item.as_str().trim().is_empty()),
        Fact::Declined { .. } => incident.worked_well.is_declined(),
        Fact::Wrong { .. } => true,
        Fact::Empty { .. } | Fact::Absent { .. } => false,
    };
    in_field
        || incident.statements.iter().any(|statement| statement.field == FIELD)
        || incident.body.as_ref().is_some_and(|body| has_section(body, vocabulary))
}

fn has_section(body: &Body, vocabulary: &Vocabulary) -> bool {
    let mut sections = body.sections.iter().filter(|section| vocabulary.find("field", &section.title) == Some(FIELD));
    sections.any(|section| body.passages.iter().any(|passage| section.content.contains(passage.span)))
}

fn finding(incident: &Incident) -> Finding {
    Finding::of(incident, Level::Note, FIELD, incident.worked_well.place()).says(
        "Nothing is recorded yet that worked well",
        "What held is worth knowing: it is what the next incident can rely on.",
        "Add one line under `worked_well`; `none: reason` is an answer too.",
    )
}
