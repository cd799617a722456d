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
use crate::record::{Fact, Fault, FieldProblem, Incident, ProblemKind, TextFact};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, SourceId};
use crate::text::shorten;
use std::collections::HashSet;

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
    let alone = alone(case);
    for incident in &case.population().incidents {
        out.test();
        for problem in incident.problems.iter().filter(|problem| problem.kind == ProblemKind::Unreadable) {
            out.find(unreadable(incident, problem));
        }
        for (field, place) in missing(case, incident, alone.contains(&incident.source)) {
            out.find(missing_field(incident, field, place));
        }
    }
    Ok(())
}

/// The files that hold one record.
fn alone(case: &Case<'_>) -> HashSet<SourceId> {
    let (mut seen, mut several) = (HashSet::new(), HashSet::new());
    for incident in &case.population().incidents {
        if !seen.insert(incident.source) {
            several.insert(incident.source);
        }
    }
    seen.retain(|source| !several.contains(source));
    seen
}

fn unreadable(incident: &Incident, problem: &FieldProblem) -> Finding {
    let says = shorten(&problem.message, 90);
    let finding = Finding::of_path(incident, Level::Error, &problem.field, problem.place);
    let finding = finding.says(says, WHY, problem.help.clone());
    match &problem.related {
        Some((place, message)) => finding.related(*place, message.clone()),
        None => finding,
    }
}

fn missing_field(incident: &Incident, field: &str, place: Place) -> Finding {
    Finding::of(incident, Level::Error, field, place).says(
        format!("The record has no `{field}` yet"),
        WHY,
        format!("Add the key `{field}` with its value. `closeloop schema record` describes the format."),
    )
}

/// The facts that every record needs and that this one lacks, with the place where each should stand.
fn missing<'f>(case: &Case<'_>, incident: &Incident, is_alone: bool) -> Vec<(&'f str, Place)> {
    let is_whole = incident.problems.iter().any(|problem| problem.field.is_empty());
    if is_whole {
        return Vec::new();
    }
    let is_live = incident.is_live();
    let needed = [
        ("id", is_unsaid(case, &incident.id), incident.id.place()),
        ("title", is_unsaid(case, &incident.title), incident.title.place()),
        ("status", is_blank(&incident.status), incident.status.place()),
        ("detected", is_live && is_blank(&incident.detected), incident.detected.place()),
    ];
    let lacks = needed.into_iter().filter(|(field, is_missing, place)| {
        let is_absent = *place == incident.home;
        *is_missing && !(is_alone && is_absent && is_swallowed(case, incident, field))
    });
    lacks.map(|(field, _, place)| (field, place)).collect()
}

/// Whether a text is missing, blank, or the placeholder of a template: `INC-YYYY-NNNN`, `{{TITLE}}`, `[Title]`.
fn is_unsaid(case: &Case<'_>, fact: &TextFact) -> bool {
    let is_placeholder = |text: &str| {
        let text = text.trim();
        let framed = [("{", "}"), ("[", "]"), ("<", ">"), ("_", "_")];
        let is_framed = framed.iter().any(|(open, close)| {
            let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
            inside.is_some_and(|inside| !inside.trim_matches(['{', '}']).contains([']', '}', '>', '_']))
        });
        let is_pattern = ["YYYY", "NNN", "XXX"].iter().any(|part| text.contains(part)) && !text.contains(' ');
        is_framed || is_pattern || case.book().vocabulary.find("untitled", text).is_some()
    };
    is_blank(fact) || fact.value().is_some_and(|text| !has_word(text) || is_placeholder(text))
}

/// Whether nothing stands there, or only marks that say nothing.
fn is_blank<T>(fact: &Fact<T>) -> bool {
    match fact {
        Fact::Absent { .. } | Fact::Empty { .. } | Fact::Declined { .. } => true,
        Fact::Wrong { raw, why: Fault::UnknownWord | Fault::NotADate, .. } => !has_word(raw),
        Fact::Wrong { .. } | Fact::Stated { .. } => false,
    }
}

fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// Whether a key stands among the facts of the file and what is broken around it hides it: that is reported, once.
fn is_swallowed(case: &Case<'_>, incident: &Incident, key: &str) -> bool {
    let begins = |line: &str| {
        let rest = line.trim_start().trim_start_matches(['"', '\'']).strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']))
    };
    let is_broken = incident.problems.iter().any(|problem| problem.kind == ProblemKind::Unreadable);
    let text = case.population().sources.get(incident.source).text();
    let facts = incident.body.as_ref().map_or(text.len(), |body| body.span.start as usize);
    is_broken && text.get(..facts).unwrap_or(text).lines().any(begins)
}
