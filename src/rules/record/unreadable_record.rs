//! A record, or a part of it, that cannot be read.
//!
//! ## What it checks
//!
//! The file's syntax and encoding, the type of each value, and the four facts without which nothing can be judged:
//! id, title, status and the date of detection. What is wrong costs its own field; everything else is still checked.
//!
//! ## Why an auditor cares
//!
//! Documented information has to be available and fit for use. What a machine cannot read is neither counted nor
//! followed up, and a reader cannot be sure either what was meant.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! reviews: held on the telephone
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! `[incidents] id = "file-stem"` takes the id from the file's name; `[vocabulary]` adds words for states.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 7.5.3 and A.5.33.

use crate::config::Level;
use crate::record::{Incident, ProblemKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unreadable-record",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("unreadable_record.rs"),
    },
    check,
};

const WHY: &str = "What cannot be read is not judged, and a reader cannot be sure what was meant.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in &case.population().incidents {
        out.test();
        for problem in incident.problems.iter().filter(|problem| problem.kind == ProblemKind::Unreadable) {
            let finding = Finding::of(incident, Level::Error, &problem.field, problem.place);
            out.find(finding.says(problem.message.as_str(), WHY, problem.help.as_str()));
        }
        missing(incident, out);
    }
    Ok(())
}

/// The facts that every record needs. A file that states nothing at all was reported as a whole.
fn missing(incident: &Incident, out: &mut Outcome) {
    if incident.problems.iter().any(|problem| problem.field.is_empty()) {
        return;
    }
    let needed = [
        ("id", incident.id.is_missing()),
        ("title", incident.title.is_missing()),
        ("status", incident.status.is_missing()),
        ("detected", incident.detected.is_missing() && incident.is_live()),
    ];
    for (field, _) in needed.iter().filter(|(_, is_missing)| *is_missing) {
        let finding = Finding::of(incident, Level::Error, *field, incident.home);
        out.find(finding.says(
            format!("The record has no `{field}` yet"),
            WHY,
            format!("Add the key `{field}`. `closeloop schema record` describes the format."),
        ));
    }
}
