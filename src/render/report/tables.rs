//! The tables of a pack, each once: CSV and the workbook write the same cells.

use crate::report::{
    ActionLine, ChangeLine, ChecklistLine, ClauseLine, Exceptions, FindingLine, Report, RuleLine, Sheet, WaiverLine,
    Weight,
};
use crate::text::Text;
use crate::timeline::Day;
use std::fmt::Display;

/// One cell, with what it holds.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell {
    /// Words, which may come from a record.
    Words(String),
    /// A number.
    Number(i64),
    /// A day.
    Day(Day),
    /// Nothing.
    Empty,
}

/// A table with stable columns.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Table {
    /// What it is called.
    pub(super) name: &'static str,
    /// The headings of its columns.
    pub(super) heads: Vec<&'static str>,
    /// Its rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Number(number) => number.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Empty => Ok(()),
        }
    }
}

impl From<&Text> for Cell {
    fn from(text: &Text) -> Self {
        Self::Words(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Several values in one cell.
fn joined(items: impl Iterator<Item = impl Display>) -> Cell {
    Cell::Words(items.map(|item| item.to_string()).collect::<Vec<_>>().join(" | "))
}

/// One row an incident.
pub(super) fn incidents(report: &Report) -> Table {
    let heads = [
        "id",
        "title",
        "class",
        "status",
        "category",
        "origin",
        "occurred",
        "detected",
        "contained",
        "recovered",
        "closed",
        "in_period",
        "reviews",
        "last_review",
        "lessons",
        "lessons_with_shown_change",
        "actions",
        "actions_open",
        "claims",
        "claims_shown",
        "stated_outside_git",
        "links_and_decisions",
        "management_reviews",
        "errors",
        "warnings",
        "covered",
        "path",
    ];
    Table { name: "Incidents", heads: heads.into(), rows: report.incidents.iter().map(incident).collect() }
}

fn incident(sheet: &Sheet) -> Vec<Cell> {
    let counts = sheet.counts;
    let last = sheet.reviews.iter().filter_map(|review| review.date).max();
    let mut row: Vec<Cell> =
        [&sheet.id, &sheet.title, &sheet.class, &sheet.status, &sheet.category, &sheet.origin].map(Cell::from).into();
    row.extend(sheet.days.map(Cell::from));
    row.extend([Cell::from(&sheet.chosen), sheet.reviews.len().into(), last.into()]);
    let numbers = [
        counts.lessons,
        counts.lessons_shown,
        counts.actions,
        counts.open,
        counts.claims,
        counts.shown,
        counts.outside,
    ];
    row.extend(numbers.map(Cell::from));
    row.push(joined(sheet.flow.iter().map(|(name, what)| format!("{name}: {what}"))));
    row.push(joined(sheet.meetings.iter()));
    row.extend([counts.errors, counts.warnings, counts.covered].map(Cell::from));
    row.push((&sheet.path).into());
    row
}

/// One row an action.
pub(super) fn actions(report: &Report) -> Table {
    let heads = [
        "incident",
        "action",
        "text",
        "kind",
        "owner",
        "lessons",
        "status",
        "first_due",
        "due",
        "due_moves",
        "completed",
        "days_overdue",
        "evidence",
        "changes",
        "changes_shown",
        "effectiveness",
    ];
    let rows = report.incidents.iter().flat_map(|sheet| &sheet.actions).map(action).collect();
    Table { name: "Actions", heads: heads.into(), rows }
}

fn action(line: &ActionLine) -> Vec<Cell> {
    let shown = line.changes.iter().filter(|change| change.weight == Weight::Shown).count();
    let mut row: Vec<Cell> =
        [&line.incident, &line.id, &line.text, &line.kind, &line.owner, &line.lessons, &line.status]
            .map(Cell::from)
            .into();
    row.extend([line.first_due.into(), line.due.into(), line.due_moves.into(), line.completed.into()]);
    row.extend([line.overdue.into(), joined(line.evidence.iter()), joined(line.changes.iter().map(answered))]);
    row.extend([shown.into(), Cell::from(&line.effectiveness)]);
    row
}

fn answered(change: &ChangeLine) -> String {
    let commit = change.commit.as_ref().map_or(String::new(), |commit| format!(", commit {commit}"));
    let day = change.day.map_or(String::new(), |Day(day)| format!(" of {day}"));
    format!("{}: {}{commit}{day}", change.target, change.answer)
}

/// One row a claim of change.
pub(super) fn changes(report: &Report) -> Table {
    let heads = ["incident", "claimed_by", "target", "shown", "answer", "commit", "landed"];
    let of = |sheet: &Sheet| {
        let of_actions = sheet.actions.iter().flat_map(|action| action.changes.clone());
        let decided = sheet.trace.iter().flat_map(|row| row.changes.clone()).filter(|change| change.is_decision);
        of_actions.chain(decided).collect::<Vec<_>>()
    };
    let rows = report.incidents.iter().flat_map(of).map(|line| change(&line)).collect();
    Table { name: "Changes", heads: heads.into(), rows }
}

fn change(line: &ChangeLine) -> Vec<Cell> {
    let shown = match line.weight {
        Weight::Shown => "yes",
        Weight::Unproven => "no",
        Weight::Unknown => "not known",
        Weight::Outside => "outside git",
        Weight::Open => "not due",
    };
    let mut row: Vec<Cell> = [&line.incident, &line.by, &line.target].map(Cell::from).into();
    row.extend([shown.into(), Cell::from(&line.answer), line.commit.as_ref().into(), line.day.into()]);
    row
}

/// One row a rule.
pub(super) fn rules(report: &Report) -> Table {
    let heads = ["rule", "about", "state", "tested", "failed", "covered", "not_run_because", "supports"];
    Table { name: "Rules", heads: heads.into(), rows: report.rules.iter().map(rule).collect() }
}

fn rule(line: &RuleLine) -> Vec<Cell> {
    let mut row: Vec<Cell> = [&line.id, &line.summary, &line.state].map(Cell::from).into();
    row.extend([line.tested, line.failed, line.waived].map(Cell::from));
    row.extend([Cell::from(line.reason.as_ref()), (&line.supports).into()]);
    row
}

/// One row a finding: those about incidents of the period, and those about none.
pub(super) fn findings(report: &Report) -> Table {
    let heads = ["level", "rule", "incident", "field", "place", "message", "what_to_do", "state"];
    let about = report.incidents.iter().flat_map(|sheet| &sheet.findings);
    let rows = about.chain(&report.elsewhere).map(finding).collect();
    Table { name: "Findings", heads: heads.into(), rows }
}

fn finding(line: &FindingLine) -> Vec<Cell> {
    let about = [Cell::from(&line.level), (&line.rule).into(), line.record.as_ref().into()];
    let rest = [&line.field, &line.place, &line.message, &line.help, &line.state].map(Cell::from);
    about.into_iter().chain(rest).collect()
}

/// One row for each thing that was let through.
pub(super) fn exceptions(report: &Report) -> Table {
    let heads = ["what", "rule", "about", "place", "says", "approver", "until"];
    let Exceptions { waivers, waived, baselined, acknowledged } = &report.exceptions;
    let lists = [
        ("a finding that a waiver covers", waived),
        ("a finding in the baseline", baselined),
        ("a lapse that the record explains", acknowledged),
    ];
    let let_through = lists.into_iter().flat_map(|(what, list)| list.iter().map(move |line| let_through(what, line)));
    let rows = waivers.iter().map(waiver).chain(let_through).collect();
    Table { name: "Exceptions", heads: heads.into(), rows }
}

fn waiver(line: &WaiverLine) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec!["a waiver, as it is stated".into()];
    row.extend([&line.rule, &line.about, &line.place, &line.reason, &line.approver].map(Cell::from));
    row.push(line.expires.into());
    row
}

fn let_through(what: &str, line: &FindingLine) -> Vec<Cell> {
    let record = line.record.as_ref().map_or(String::new(), |record| format!("{record} "));
    let about = format!("{record}{}", line.field);
    let says = format!("{}: {}", line.message, line.state);
    vec![what.into(), (&line.rule).into(), about.into(), (&line.place).into(), says.into(), Cell::Empty, Cell::Empty]
}

/// One row a clause of a framework.
pub(super) fn crosswalk(report: &Report) -> Table {
    let heads = [
        "framework",
        "clause",
        "in_short",
        "supported_by",
        "tested",
        "failed",
        "covered",
        "rules_not_run",
        "incidents_with_findings",
    ];
    let of = |part: &crate::report::FrameworkPart| {
        part.clauses.iter().map(|line| clause(&part.title, line)).collect::<Vec<_>>()
    };
    Table { name: "Crosswalk", heads: heads.into(), rows: report.crosswalk.iter().flat_map(of).collect() }
}

fn clause(framework: &Text, line: &ClauseLine) -> Vec<Cell> {
    let mut row: Vec<Cell> = [framework, &line.id, &line.wording].map(Cell::from).into();
    row.push(joined(line.rules.iter().map(|rule| format!("{} ({})", rule.rule, rule.state))));
    row.extend([line.tested, line.failed, line.waived].map(Cell::from));
    row.extend([line.not_run, line.incidents].map(Cell::from));
    row
}

/// One row a question of the audit; the last two columns are for whoever asks.
pub(super) fn checklist(report: &Report, title: impl Fn(&str) -> Text) -> Table {
    let heads = ["id", "question", "answered_in", "found", "conclusion", "remarks"];
    let row = |line: &ChecklistLine| {
        let sections = joined(line.sections.iter().map(|id| title(id)));
        let found = joined(line.found.iter());
        vec![(&line.id).into(), (&line.question).into(), sections, found, Cell::Empty, Cell::Empty]
    };
    Table { name: "Checklist", heads: heads.into(), rows: report.checklist.iter().map(row).collect() }
}
