//! A register, or an exported list, that cannot be read or is not there.
//!
//! ## What it checks
//!
//! Every register that is configured exists, and every register that exists can be read: its syntax and encoding,
//! an id for each row, and no id twice. Rules that need a register which could not be read are not run. A register
//! that is neither configured nor in its default folder is absent, which is no finding.
//!
//! ## Why an auditor cares
//!
//! Risks, controls, assets and people are where an incident leaves its traces. When the list itself cannot be
//! read, nobody can show that a link leads anywhere or that anything changed.
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
//! ```
//!
//! ```csv file=risks/register.csv
//! id,title,owner
//! R-12,Sign-in with a stolen password,eva
//! R-12,Loss of customer data,tom
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
//! ```csv file=risks/register.csv
//! id,title,owner
//! R-12,Sign-in with a stolen password,eva
//! R-13,Loss of customer data,tom
//! ```
//!
//! ## Configuration
//!
//! `[registers.NAME] path, id, columns, delimiter, optional`; `[exports.NAME] path, id, columns`. With
//! `optional = true` a path that matches nothing is accepted.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 7.5.3 and A.5.33.

use crate::config::Level;
use crate::record::register::{Register, RegisterKind, RegisterProblem, RegisterState};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Encoding, Place, SourceId};
use crate::text::shorten;
use std::collections::BTreeSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unreadable-register",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("unreadable_register.rs"),
    },
    check,
};

const WHY: &str = "Rules that need this list cannot be run, so nobody can show that a link leads anywhere.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let population = case.population();
    for kind in RegisterKind::ALL {
        judge(case, population.register(kind), &["registers", kind.key()], out);
    }
    for (name, list) in &population.exports {
        judge(case, list, &["exports", name], out);
    }
    Ok(())
}

/// `keys` is where the configuration has the list.
fn judge(case: &Case<'_>, list: &Register, keys: &[&str; 2], out: &mut Outcome) {
    if list.state == RegisterState::Absent {
        return;
    }
    out.test();
    let [group, name] = keys;
    let path_key = [*group, *name, "path"];
    for problem in &list.problems {
        let is_path = case.book().place(&path_key) == Some(problem.place);
        let field = if is_path { path_key.join(".") } else { keys.join(".") };
        out.find(finding(field, problem));
    }
    for problem in wrong_bytes(case, list) {
        out.find(finding(keys.join("."), &problem));
    }
}

fn finding(field: String, problem: &RegisterProblem) -> Finding {
    let says = shorten(&problem.message, 90);
    let finding = Finding::at(Level::Error, field, problem.place).says(says, WHY, problem.help.clone());
    match &problem.related {
        Some((place, message)) => finding.related(*place, message.clone()),
        None => finding,
    }
}

/// A list that is not UTF-8 was decoded as well as it can be: its rows count, and its first wrong byte is told.
fn wrong_bytes(case: &Case<'_>, list: &Register) -> Vec<RegisterProblem> {
    let files: BTreeSet<SourceId> = list.rows.values().map(|row| row.source).collect();
    let wrong = files.into_iter().filter_map(|id| match &case.population().sources.get(id).encoding {
        Encoding::Guessed { name, first_wrong } => {
            let message = format!("This file is not UTF-8 from here on; it was read as {name}");
            Some(RegisterProblem::new(Place::new(id, *first_wrong), message, "Save the file as UTF-8."))
        }
        Encoding::Utf8 | Encoding::Utf16 => None,
    });
    wrong.collect()
}
