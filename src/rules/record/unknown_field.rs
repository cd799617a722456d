//! A key of a record that the format does not know.
//!
//! ## What it checks
//!
//! Every key of a record, at the top and in its parts, is one that the format knows. An unknown one is named with
//! the nearest known key, because most of them are slips of the pen. In a table, a column counts once.
//!
//! ## Why an auditor cares
//!
//! A misspelt key looks filled in to a reader and is empty to everybody who counts. `recoverd: 2026-03-04` means
//! that nothing is known about the recovery.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! recoverd: 2026-03-02
//! closed: 2026-03-03
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
//! recovered: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! It has no setting but its level. `[incidents] columns` gives the columns of a table the names of the format.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2.

use crate::config::Level;
use crate::document::Syntax;
use crate::record::{FieldProblem, ProblemKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, SourceId};
use crate::text::shorten;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unknown-field",
        family: Family::Record,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unknown_field.rs"),
    },
    check,
};

const WHY: &str = "What stands under an unknown key is read by people alone; it fills no field of the record.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let mut columns = HashSet::new();
    for incident in &case.population().incidents {
        out.test();
        let unknown = incident.problems.iter().filter(|problem| problem.kind == ProblemKind::UnknownField);
        for problem in unknown {
            // Every row of a table has the same columns.
            if is_row(case, problem.place) && !columns.insert(column(problem)) {
                continue;
            }
            let finding = Finding::of_path(incident, Level::Note, &problem.field, problem.place);
            out.find(finding.says(shorten(&problem.message, 90), WHY, problem.help.clone()));
        }
    }
    Ok(())
}

/// The file, and the field without the id of the action that it may belong to.
fn column(problem: &FieldProblem) -> (SourceId, &str) {
    let field = problem.field.strip_prefix("actions.").and_then(|rest| Some(rest.split_once('.')?.1));
    (problem.place.source(), field.unwrap_or(&problem.field))
}

fn is_row(case: &Case<'_>, place: Place) -> bool {
    Syntax::of(case.population().path(place.source())) == Some(Syntax::Csv)
}
