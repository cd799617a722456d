//! A reason that is written the same way again and again, or that is too short to be one.
//!
//! ## What it checks
//!
//! `none: reason`, `no_change: reason` and `no_lessons: reason` are answers. One and the same reason in three or
//! more records within twelve months, or a reason of fewer than four words, is shown. Case and punctuation do not
//! count.
//!
//! ## Why an auditor cares
//!
//! A stated reason stands for a decision that somebody took about this incident. A sentence that is copied from
//! record to record shows that the question was not asked.
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
//! no_lessons: { reason: Nothing new., by: ben }
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
//! no_lessons: { reason: The filter and the report button worked as they should., by: ben }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] boilerplate_records` (3) and `boilerplate_words` (4); the profile `auditor` raises it to a warning.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27 and 10.2; NIST CSF 2.0 ID.IM-03.

use crate::config::Level;
use crate::record::{Decision, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::text::{Text, words};
use crate::time::plus;
use crate::vocabulary::fold;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::Range;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "boilerplate-reason",
        family: Family::Record,
        levels: Levels::all(Level::Note),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("boilerplate_reason.rs"),
    },
    check,
};

const WHY: &str = "A stated reason stands for a decision about this one incident; a reader cannot see one here.";
const HELP: &str = "Say in a sentence what about this incident leads to the answer; or answer the question after all.";

/// A reason of one record.
struct Reason<'a> {
    incident: &'a Incident,
    day: Option<NaiveDate>,
    field: String,
    place: Place,
    text: String,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let reasons: Vec<Reason<'_>> = case.incidents().flat_map(|incident| reasons(case, incident)).collect();
    let least = case.book().threshold(|t| &t.boilerplate_words);
    let mut by_text: BTreeMap<&str, Vec<&Reason<'_>>> = BTreeMap::new();
    for reason in &reasons {
        out.test();
        by_text.entry(&reason.text).or_default().push(reason);
        if i64::try_from(words(&reason.text)).is_ok_and(|count| count < least) {
            out.find(finding(reason, "This reason has too few words to be one"));
        }
    }
    let limit = case.book().threshold(|t| &t.boilerplate_records);
    for same in by_text.into_values() {
        repeated(same, limit, least, out);
    }
    Ok(())
}

/// Every reason of a record with its day: the detection, else the closure.
fn reasons<'a>(case: &Case<'_>, incident: &'a Incident) -> Vec<Reason<'a>> {
    let stated = [&incident.detected, &incident.closed];
    let day = stated.iter().filter_map(|fact| fact.value()).find(|when| case.has_come(**when)).map(|when| when.date);
    let reason = |(field, place, text): (String, Place, &str)| {
        let text = fold(text);
        (!text.is_empty()).then_some(Reason { incident, day, field, place, text })
    };
    stated_reasons(incident).into_iter().filter_map(reason).collect()
}

fn stated_reasons(incident: &Incident) -> Vec<(String, Place, &str)> {
    let mut found = Vec::new();
    let factors = &incident.factors;
    let texts = [
        ("factors.controls", &factors.controls),
        ("factors.detection", &factors.detection),
        ("factors.response", &factors.response),
        ("elsewhere", &incident.elsewhere),
    ];
    found.extend(texts.into_iter().filter_map(|(field, fact)| declined(field.to_owned(), fact)));
    found.extend(declined("worked_well".to_owned(), &incident.worked_well));
    let decisions = &incident.decisions;
    let decided = [
        ("policy", &decisions.policy),
        ("control", &decisions.control),
        ("awareness", &decisions.awareness),
        ("risk", &decisions.risk),
    ];
    found.extend(decided.into_iter().filter_map(|(name, decision)| no_change(name, decision)));
    let no_lessons = incident.no_lessons.as_deref().and_then(|none| Some((none.why.text()?, none.why.place())));
    found.extend(no_lessons.map(|(text, place)| ("no_lessons".to_owned(), place, text)));
    for action in incident.actions.items() {
        found.extend(declined(format!("{}.evidence", action.field), &action.evidence));
    }
    found
}

fn declined<T>(field: String, fact: &Fact<T>) -> Option<(String, Place, &str)> {
    match fact {
        Fact::Declined { reason, place } => Some((field, *place, reason)),
        _ => None,
    }
}

fn no_change<'d>(name: &str, decision: &'d Decision) -> Option<(String, Place, &'d str)> {
    let text = decision.no_change.text()?;
    Some((format!("decisions.{name}.no_change"), decision.no_change.place(), text))
}

/// Reports each use of a reason that stands in enough records within a year.
fn repeated(same: Vec<&Reason<'_>>, limit: i64, least: i64, out: &mut Outcome) {
    let is_short = |reason: &Reason<'_>| i64::try_from(words(&reason.text)).is_ok_and(|count| count < least);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(2);
    if same.len() < limit || same.first().is_none_or(|first| is_short(first)) {
        return;
    }
    let records = by_record(same);
    for range in clusters(&records, limit) {
        let cluster = records.get(range).unwrap_or_default();
        let title = Text::of_run(format!("This reason stands word for word in {} records", cluster.len()));
        for (index, (_, reasons)) in cluster.iter().enumerate() {
            let others = cluster.iter().take(3).enumerate().filter(|(other, _)| *other != index).take(2);
            let others: Vec<Place> = others.filter_map(|(_, (_, same))| Some(same.first()?.place)).collect();
            for reason in reasons {
                let finding = finding(reason, title.clone());
                out.find(others.iter().fold(finding, |finding, place| finding.related(*place, "The same reason")));
            }
        }
    }
}

/// The uses of one reason in a record, with the day of the record.
type OfRecord<'r, 'a> = (NaiveDate, Vec<&'r Reason<'a>>);

/// The records that use a reason, in the order of their days.
fn by_record<'r, 'a>(same: Vec<&'r Reason<'a>>) -> Vec<OfRecord<'r, 'a>> {
    let mut records: BTreeMap<(NaiveDate, Place), Vec<&Reason<'_>>> = BTreeMap::new();
    for reason in same {
        if let Some(day) = reason.day {
            records.entry((day, reason.incident.home)).or_default().push(reason);
        }
    }
    records.into_iter().map(|((day, _), reasons)| (day, reasons)).collect()
}

/// Runs of records in which every one lies within a year together with enough others.
fn clusters(records: &[OfRecord<'_, '_>], limit: usize) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (end, (day, _)) in records.iter().enumerate() {
        while records.get(start).is_some_and(|(first, _)| plus(*first, 365) < *day) {
            start += 1;
        }
        if end + 1 - start < limit {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.end > start => last.end = end + 1,
            _ => found.push(start..end + 1),
        }
    }
    found
}

fn finding(reason: &Reason<'_>, title: impl Into<Text>) -> Finding {
    Finding::of_path(reason.incident, Level::Note, &reason.field, reason.place).says(title, WHY, HELP)
}
