//! Tables for sampling: RFC 4180, UTF-8, and harmless in a spreadsheet.

use crate::report::{ActionLine, ChangeLine, Report, Sheet, Weight};
use crate::timeline::Day;
use std::fmt::Display;

/// One row an incident.
pub(super) fn incidents(report: &Report) -> String {
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
    rows(&heads, report.incidents.iter().map(incident))
}

fn incident(sheet: &Sheet) -> Vec<String> {
    let counts = sheet.counts;
    let last = sheet.reviews.iter().filter_map(|review| review.date).max();
    let mut row: Vec<String> = [&sheet.id, &sheet.title, &sheet.class, &sheet.status, &sheet.category, &sheet.origin]
        .map(ToString::to_string)
        .into();
    row.extend(sheet.days.iter().map(|day| or_empty(*day)));
    row.extend([sheet.chosen.to_string(), sheet.reviews.len().to_string(), or_empty(last)]);
    let numbers = [
        counts.lessons,
        counts.lessons_shown,
        counts.actions,
        counts.open,
        counts.claims,
        counts.shown,
        counts.outside,
    ];
    row.extend(numbers.map(|n| n.to_string()));
    row.push(joined(sheet.flow.iter().map(|(name, what)| format!("{name}: {what}"))));
    row.push(joined(sheet.meetings.iter()));
    row.extend([counts.errors, counts.warnings, counts.covered].map(|n| n.to_string()));
    row.push(sheet.path.to_string());
    row
}

/// One row an action.
pub(super) fn actions(report: &Report) -> String {
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
    rows(&heads, report.incidents.iter().flat_map(|sheet| &sheet.actions).map(action))
}

fn action(line: &ActionLine) -> Vec<String> {
    let shown = line.changes.iter().filter(|change| change.weight == Weight::Shown).count();
    let mut row: Vec<String> =
        [&line.incident, &line.id, &line.text, &line.kind, &line.owner, &line.lessons, &line.status]
            .map(ToString::to_string)
            .into();
    row.extend([or_empty(line.first_due), or_empty(line.due), line.due_moves.to_string(), or_empty(line.completed)]);
    row.extend([or_empty(line.overdue), joined(line.evidence.iter()), joined(line.changes.iter().map(change))]);
    row.extend([shown.to_string(), line.effectiveness.to_string()]);
    row
}

fn change(change: &ChangeLine) -> String {
    let commit = change.commit.as_ref().map_or(String::new(), |commit| format!(", commit {commit}"));
    let day = change.day.map_or(String::new(), |Day(day)| format!(" of {day}"));
    format!("{}: {}{commit}{day}", change.target, change.answer)
}

fn or_empty(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn joined(items: impl Iterator<Item = impl Display>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(" | ")
}

fn rows(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n";
    let head = line(heads.iter().map(|head| (*head).to_owned()).collect());
    head + &rows.map(line).collect::<String>()
}

/// A cell. One that a spreadsheet would take for a formula begins with an apostrophe; quotes stand where they have to.
fn cell(text: &str) -> String {
    // The wide forms are taken for the narrow ones by some programs.
    let is_formula = |c: char| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}|\t\r\n".contains(c);
    let text = match text.trim_start().chars().next() {
        Some(first) if is_formula(first) => format!("'{text}"),
        _ => text.to_owned(),
    };
    if text.contains([',', '"', '\r', '\n', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for start in ["=1", "+1", "-1", "@SUM", " =1", "\u{ff1d}1"] {
            assert!(cell(start).starts_with("\"'"), "{start}");
        }
        assert_eq!(cell("2026-03-02"), "2026-03-02");
        assert_eq!(cell("a, b"), "\"a, b\"");
    }
}
