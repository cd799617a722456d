//! The checklist of an internal audit, filled with what the report says. The conclusion stays open: it is the auditor's.

use super::incident::Sheet;
use super::model::{ChecklistLine, Report, RuleLine};
use super::words::count;
use crate::text::Text;
use serde::Deserialize;

/// The items as data.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    item: Vec<Item>,
}

/// One question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    question: String,
    sections: Vec<String>,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
}

fn items() -> Vec<Item> {
    // The file is part of the program and a test reads it, so a failure cannot reach a user.
    toml::from_str::<Items>(include_str!("checklist.toml")).unwrap_or_default().item
}

/// The checklist of a report.
pub(super) fn checklist(report: &Report) -> Vec<ChecklistLine> {
    let line = |item: Item| {
        let facts = item.facts.iter().filter_map(|name| fact(report, name));
        let rules = item.rules.iter().map(|id| told(report, id));
        ChecklistLine {
            id: Text::of_run(item.id),
            question: Text::of_run(item.question),
            sections: item.sections,
            found: facts.chain(rules).map(Text::of_run).collect(),
        }
    };
    items().into_iter().map(line).collect()
}

/// What came out of a rule, over all records of the commit.
fn told(report: &Report, id: &str) -> String {
    let Some(rule) = report.rules.iter().find(|rule| rule.id.as_str() == id) else {
        return format!("{id}: switched off");
    };
    let RuleLine { tested, failed, waived, .. } = rule;
    let covered = if *waived > 0 { format!(", {waived} covered") } else { String::new() };
    let partly = match (&rule.reason, rule.state.as_str()) {
        (_, "not run") => ", not run in whole or in part",
        (Some(_), _) => ", in part not run",
        (None, _) => "",
    };
    format!("{id}: {tested} tested, {failed} failed{covered}{partly}")
}

/// A count of the report, in words.
fn fact(report: &Report, name: &str) -> Option<String> {
    let sheets = &report.incidents;
    let sum = |pick: fn(&Sheet) -> usize| sheets.iter().map(pick).sum::<usize>();
    let with = |is: fn(&Sheet) -> bool| sheets.iter().filter(|sheet| is(sheet)).count();
    let of = |n: usize, what: &str| format!("{n} of {} {what}", count(sheets.len(), "incident"));
    Some(match name {
        "incidents" => format!("{} in the period", count(sheets.len(), "incident")),
        "gaps" => format!(
            "{} about gaps, {} not read",
            count(report.population.gaps.len(), "finding"),
            count(report.population.skipped.len(), "file")
        ),
        "classes" => {
            let classes: Vec<String> =
                report.population.classes.iter().map(|(class, n)| format!("{n} {class}")).collect();
            if classes.is_empty() { "no incident in the period".to_owned() } else { classes.join(", ") }
        }
        "reviews" => of(with(|sheet| !sheet.reviews.is_empty()), "with a review of their own"),
        "lessons" => format!(
            "{}, {} with a change that git shows",
            count(sum(|sheet| sheet.counts.lessons), "lesson"),
            sum(|sheet| sheet.counts.lessons_shown)
        ),
        "claims" => format!(
            "{} of change, {} shown by git, {} stated outside git",
            count(sum(|sheet| sheet.counts.claims), "claim"),
            sum(|sheet| sheet.counts.shown),
            sum(|sheet| sheet.counts.outside)
        ),
        "actions" => {
            let lines = || sheets.iter().flat_map(|sheet| &sheet.actions);
            format!(
                "{}, {} open, {} overdue, {} with a due date that moved",
                count(lines().count(), "action"),
                sum(|sheet| sheet.counts.open),
                lines().filter(|line| line.overdue.is_some()).count(),
                lines().filter(|line| line.due_moves > 0).count()
            )
        }
        "risks" => of(with(|sheet| sheet.flow.iter().any(|(name, _)| name.as_str() == "risks")), "with a linked risk"),
        "meetings" => of(with(|sheet| !sheet.meetings.is_empty()), "with a management review that names them"),
        "exceptions" => {
            let part = &report.exceptions;
            format!(
                "{} stated, {} covered by them, {} in the baseline, {} explained",
                count(part.waivers.len(), "waiver"),
                count(part.waived.len(), "finding"),
                part.baselined.len(),
                part.acknowledged.len()
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;
    use std::collections::BTreeSet;

    #[test]
    fn every_item_names_rules_that_exist_and_facts_that_are_told() {
        let read: Items = toml::from_str(include_str!("checklist.toml")).unwrap();
        let known: BTreeSet<&str> = rules::ids().into_iter().collect();
        let mut ids = BTreeSet::new();
        for item in &read.item {
            assert!(ids.insert(item.id.as_str()), "{} twice", item.id);
            assert!(item.question.ends_with(['?', ')']) && !item.sections.is_empty(), "{}", item.id);
            let unknown = item.rules.iter().find(|rule| !known.contains(rule.as_str()));
            assert_eq!(unknown, None, "{}", item.id);
            const FACTS: [&str; 9] =
                ["incidents", "gaps", "classes", "reviews", "lessons", "claims", "actions", "risks", "meetings"];
            let strange = item.facts.iter().find(|name| !FACTS.contains(&name.as_str()) && *name != "exceptions");
            assert_eq!(strange, None, "{}", item.id);
        }
        let typical = (1..=20).map(|n| format!("N{n}")).chain((1..=6).map(|n| format!("W{n}")));
        let missing: Vec<String> = typical.filter(|id| !ids.contains(id.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
