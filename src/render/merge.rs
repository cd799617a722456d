//! The results of many repositories, shown: a table with a row for each, then what they come to.

use super::job::{Page, escape};
use super::summary::count;
use super::{github, json};
use crate::merge::{Counts, Merged, Repository, RuleCount};
use crate::text::{Text, calm, shorten};
use crate::verdict::Ending;
use std::cmp::Reverse;

/// The most rules and the most of the worst repositories that are named.
const MOST_NAMED: usize = 10;
/// The most characters of a name in the table of the text.
const WIDEST: usize = 48;

/// A column of the table: its head, and what stands there of a repository.
struct Column {
    head: &'static str,
    is_number: bool,
    cell: fn(&Repository) -> String,
}

/// The columns; that of the baseline only where one has one.
fn columns(merged: &Merged) -> Vec<Column> {
    let text = |head, cell| Column { head, is_number: false, cell };
    let number = |head, cell| Column { head, is_number: true, cell };
    let mut columns = vec![
        text("repository", |one| shorten(one.name.as_str(), WIDEST)),
        text("verdict", |one| verdict(one.verdict).to_owned()),
        number("records", |one| of(one, |counts| counts.records)),
        number("closed", |one| of(one, |counts| counts.closed)),
        number("errors", |one| of(one, |counts| counts.errors)),
        number("warnings", |one| of(one, |counts| counts.warnings)),
        number("notes", |one| of(one, |counts| counts.notes)),
        number("new", |one| one.counts.and_then(|counts| counts.new).map_or(ABSENT.to_owned(), |new| new.to_string())),
        number("waived", |one| of(one, |counts| counts.waived)),
        number("baseline", |one| of(one, |counts| counts.baselined)),
        number("overdue", |one| of(one, |counts| counts.overdue)),
        number("not run", |one| of(one, |counts| counts.not_run)),
        text("commit", |one| {
            one.commit.as_ref().map_or(ABSENT.to_owned(), |commit| commit.as_str().chars().take(7).collect())
        }),
        text("as of", |one| one.as_of.map_or(ABSENT.to_owned(), |day| day.to_string())),
    ];
    columns.retain(|column| column.head != "baseline" || merged.summary.counts.baselined > 0);
    columns
}

/// What stands where nothing is known.
const ABSENT: &str = "-";

fn of(one: &Repository, number: fn(&Counts) -> usize) -> String {
    one.counts.as_ref().map_or(ABSENT.to_owned(), |counts| number(counts).to_string())
}

fn verdict(ending: Ending) -> &'static str {
    match ending {
        Ending::Pass => "passed",
        Ending::Fail => "failed",
        Ending::CouldNotCheck => "could not be checked",
    }
}

/// For people who read a terminal or a log.
pub fn text(merged: &Merged, exit_code: u8) -> String {
    let mut out = table(merged);
    for one in unchecked(merged) {
        for problem in &one.problems {
            out.push_str(&format!(
                "\n{} could not be checked: {}\n  do: {}\n",
                one.name, problem.message, problem.help
            ));
        }
    }
    section(&mut out, "Worst first", &worst(merged));
    section(&mut out, "Rules with errors or warnings", &rules(merged));
    section(&mut out, "Remarks", &merged.notes.iter().map(ToString::to_string).collect::<Vec<_>>());
    out.push_str(&format!("\n{}\n{}\n", tally(merged), closing(merged, exit_code)));
    calm(&out)
}

fn table(merged: &Merged) -> String {
    let columns = columns(merged);
    let rows: Vec<Vec<String>> =
        merged.repositories.iter().map(|one| columns.iter().map(|column| (column.cell)(one)).collect()).collect();
    let width = |at: usize| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([columns[at].head.len()]).max().unwrap_or(0)
    };
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(at, cell)| {
            let width = width(at);
            if columns[at].is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let head = line(columns.iter().map(|column| column.head).collect());
    head + &rows.iter().map(|row| line(row.iter().map(String::as_str).collect())).collect::<String>()
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
        out.push_str(&format!("\n{title}\n{lines}"));
    }
}

fn unchecked(merged: &Merged) -> impl Iterator<Item = &Repository> {
    merged.repositories.iter().filter(|one| one.verdict == Ending::CouldNotCheck)
}

/// Checked repositories with errors or warnings, the worst first; those that could not be checked stand above.
fn worst(merged: &Merged) -> Vec<String> {
    let checked = merged.repositories.iter().filter_map(|one| Some((one, one.counts?)));
    let mut named: Vec<_> = checked.filter(|(_, counts)| counts.errors + counts.warnings > 0).collect();
    named.sort_by_key(|(one, counts)| Reverse((one.verdict, counts.errors, counts.warnings, counts.overdue)));
    let lines = named.iter().map(|(one, _)| format!("{}: {}", one.name, finds(one)));
    bounded(lines, named.len(), "repository", "repositories")
}

/// `failed, 2 errors and 3 warnings, 1 overdue action`
fn finds(one: &Repository) -> String {
    let Some(counts) = &one.counts else { return verdict(one.verdict).to_owned() };
    let mut parts = vec![verdict(one.verdict).to_owned(), found(counts)];
    if counts.overdue > 0 {
        parts.push(count(counts.overdue, "overdue action"));
    }
    parts.join(", ")
}

fn found(counts: &Counts) -> String {
    match (counts.errors, counts.warnings) {
        (0, 0) => "no errors and no warnings".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{} and {}", count(errors, "error"), count(warnings, "warning")),
    }
}

fn rules(merged: &Merged) -> Vec<String> {
    let checked = merged.summary.passed + merged.summary.failed;
    let line = |rule: &RuleCount| {
        let (found, held) = (count(rule.findings, "finding"), rule.repositories.len());
        format!("{}: in {held} of {}, {found}", rule.id, repositories(checked))
    };
    bounded(merged.rules.iter().map(line), merged.rules.len(), "rule", "rules")
}

/// The first lines, and how many more there are.
fn bounded(lines: impl Iterator<Item = String>, all: usize, one: &str, many: &str) -> Vec<String> {
    let mut lines: Vec<String> = lines.take(MOST_NAMED).collect();
    let more = all - lines.len();
    if more > 0 {
        let noun = if more == 1 { one } else { many };
        lines.push(format!("and {more} more {noun}; `--output json` has them all"));
    }
    lines
}

fn repositories(n: usize) -> String {
    if n == 1 { "1 repository".to_owned() } else { format!("{n} repositories") }
}

/// `38 of 40 repositories were checked: 30 passed, 8 failed; 2 could not be checked. They hold …`
fn tally(merged: &Merged) -> String {
    let summary = &merged.summary;
    let checked = summary.passed + summary.failed;
    let was = if checked == 1 || summary.repositories == 1 { "was" } else { "were" };
    let mut text = format!("{checked} of {} {was} checked", repositories(summary.repositories));
    if checked > 0 {
        let counts = &summary.counts;
        let (records, found) = (count(counts.records, "record"), found(counts));
        let new = counts.new.map_or(String::new(), |new| format!(", {new} of them new"));
        let overdue =
            if counts.overdue > 0 { format!(", {}", count(counts.overdue, "overdue action")) } else { String::new() };
        let (passed, failed) = (summary.passed, summary.failed);
        text.push_str(&format!(": {passed} passed, {failed} failed; {records}, {found}{new}{overdue}"));
    }
    text + "."
}

fn closing(merged: &Merged, exit_code: u8) -> String {
    let why = match merged.verdict {
        Ending::Pass => "every repository was checked, and none has findings that fail its run".to_owned(),
        Ending::Fail => format!("{} with findings that fail a run", repositories(merged.summary.failed)),
        Ending::CouldNotCheck if merged.repositories.is_empty() => "there is no result to merge".to_owned(),
        Ending::CouldNotCheck => format!("{} could not be checked", repositories(merged.summary.could_not_check)),
    };
    format!("Exit code {exit_code}: {why}.")
}

/// Markdown for the summary of a job, in at most `room` bytes.
pub fn markdown(merged: &Merged, exit_code: u8, room: usize) -> String {
    let mut page = Page::new(room);
    page.add(&format!("# closeloop: {}\n\n{}\n\n", escape(&tally(merged)), escape(&closing(merged, exit_code))));
    for one in unchecked(merged) {
        for problem in &one.problems {
            let (name, what, help) = (mark(&one.name), mark(&problem.message), mark(&problem.help));
            page.add(&format!("- **{name}** could not be checked: {what}. {help}\n"));
        }
    }
    page.add("\n");
    let columns = columns(merged);
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    page.add(&row(columns.iter().map(|column| column.head.to_owned()).collect()));
    page.add(&row(columns.iter().map(|column| if column.is_number { "--:" } else { "---" }.to_owned()).collect()));
    for one in &merged.repositories {
        page.add(&row(columns.iter().map(|column| escape(&(column.cell)(one))).collect()));
    }
    let notes: Vec<String> = merged.notes.iter().map(ToString::to_string).collect();
    for (title, lines) in
        [("Worst first", worst(merged)), ("Rules with errors or warnings", rules(merged)), ("Remarks", notes)]
    {
        if !lines.is_empty() {
            let lines: String = lines.iter().map(|line| format!("- {}\n", escape(line))).collect();
            page.add(&format!("\n## {title}\n\n{lines}"));
        }
    }
    page.text
}

fn mark(text: &Text) -> String {
    escape(text.as_str())
}

/// Workflow commands: an annotation for each repository that did not pass, the worst first.
pub fn github(merged: &Merged, exit_code: u8) -> String {
    let mut failed: Vec<&Repository> = merged.repositories.iter().filter(|one| one.verdict > Ending::Pass).collect();
    failed.sort_by_key(|one| Reverse(one.verdict));
    let annotation = |one: &Repository| {
        let said = one.problems.first().map(|problem| format!(": {}\n{}", problem.message, problem.help));
        github::titled(one.name.as_str(), &format!("{}{}", finds(one), said.unwrap_or_default()))
    };
    let mut lines = github::few(&failed, github::MOST, "error", annotation);
    lines.push(format!("closeloop: {}", tally(merged)));
    lines.push(format!("closeloop: {}\n", closing(merged, exit_code)));
    lines.join("\n")
}

/// As JSON, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn json(merged: &Merged) -> Result<String, serde_json::Error> {
    json::pretty(merged)
}
