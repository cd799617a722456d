//! What is to be done, and by when: a small picture in the summary of a job.
//!
//! It is drawn with characters in a table of six rows. So it needs neither colour nor a program that draws, and who
//! hears it read out hears the numbers.

use super::job::escape;
use super::summary::subject;
use crate::config::Level;
use crate::rules::Nature;
use crate::text::{Text, shorten};
use crate::time::plus;
use crate::verdict::{Judged, Verdict};
use chrono::NaiveDate;
use indexmap::IndexSet;

/// How many weeks have a row of their own.
const WEEKS: i64 = 4;
/// How many characters the longest bar has.
const WIDEST: usize = 20;
/// How many incidents of a row are named.
const NAMED: usize = 3;

/// One line of the picture: what is due now, in one of the weeks, or later.
#[derive(Default)]
struct Row {
    actions: usize,
    others: usize,
    records: IndexSet<Text>,
}

/// The picture; nothing where nothing is to be done. Where no date of a record is shown, it is what is due now.
pub(super) fn picture(verdict: &Verdict) -> String {
    let has_dates = verdict.open_actions.is_some();
    let mut rows: Vec<Row> = (0..WEEKS + 2).map(|_| Row::default()).collect();
    for action in verdict.open_actions.iter().flatten() {
        let row = &mut rows[place(action.due, verdict.as_of)];
        row.actions += 1;
        row.records.insert(action.record.clone());
    }
    // An overdue action is among the actions, where they are shown.
    let others = verdict.findings.iter().filter(|finding| !has_dates || finding.rule != "overdue-action");
    for (finding, row) in others.filter_map(|finding| Some((finding, other(finding, verdict.as_of)?))) {
        rows[row].others += 1;
        rows[row].records.insert(subject(finding));
    }
    let most = rows.iter().map(|row| row.actions.max(row.others)).max().unwrap_or_default();
    if most == 0 {
        return String::new();
    }
    if !has_dates {
        let due = &rows[0];
        return format!(
            "## What is due\n\nWhat is over, or was missing on its day, is due now. What comes due later is left out \
             here, as are the dates of actions.\n\n| by | due | incidents |\n|---|---|---|\n| **now** | {} | {} |\n\n",
            bar(due.others, most),
            named(&due.records)
        );
    }
    let last = rows.len() - 1;
    let lines: String = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let (actions, others) = (bar(row.actions, most), bar(row.others, most));
            format!("| {} | {actions} | {others} | {} |\n", name(at, last, verdict.as_of), named(&row.records))
        })
        .collect();
    format!(
        "## What is due\n\nOpen actions by their date, and what else comes due: reviews, checks, decisions. What is \
         over, or was missing on its day, is due now.\n\n| by | actions | others | incidents |\n|---|---|---|---|\n{lines}\n"
    )
}

/// The row of a day: 0 before today, then a row a week, the last for all that is later.
fn place(day: NaiveDate, today: NaiveDate) -> usize {
    let ahead = (day - today).num_days();
    let week = if ahead < 0 { 0 } else { (ahead / 7).min(WEEKS) + 1 };
    usize::try_from(week).unwrap_or_default()
}

/// The row of what is about an incident and no action with a date: it comes due, or is due and wants more than another
/// text.
fn other(finding: &Judged, today: NaiveDate) -> Option<usize> {
    finding.record.as_ref()?;
    match finding.nature {
        Nature::Pending { due } => due.map(|due| place(due.max(today), today)),
        Nature::Breach => {
            let is_due = finding.is_open() && finding.level > Level::Note && finding.repair == "act";
            is_due.then_some(0)
        }
        Nature::Acknowledged { .. } => None,
    }
}

fn name(row: usize, last: usize, today: NaiveDate) -> String {
    match i64::try_from(row).unwrap_or_default() {
        0 => "**now**".to_owned(),
        _ if row == last => "later".to_owned(),
        week => plus(today, week * 7 - 1).to_string(),
    }
}

/// `███ 3`; nothing for nothing. The number is exact, and the bar is never empty.
fn bar(count: usize, most: usize) -> String {
    if count == 0 {
        return String::new();
    }
    let length = if most > WIDEST { (count * WIDEST).div_ceil(most) } else { count };
    format!("{} {count}", "█".repeat(length))
}

fn named(records: &IndexSet<Text>) -> String {
    let mut names: Vec<String> =
        records.iter().take(NAMED).map(|record| escape(&shorten(record.as_str(), 40))).collect();
    if records.len() > NAMED {
        names.push(format!("{} more", records.len() - NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_has_its_week_and_the_past_is_now() {
        let today = day("2026-06-30");
        let rows = ["2026-06-29", "2026-06-30", "2026-07-06", "2026-07-07", "2026-07-27", "2026-07-28", "9999-01-01"];
        assert_eq!(rows.map(|text| place(day(text), today)), [0, 1, 1, 2, 4, 5, 5]);
        assert_eq!([0, 1, 4, 5].map(|row| name(row, 5, today)), ["**now**", "2026-07-06", "2026-07-27", "later"]);
    }

    #[test]
    fn bars_fit_and_something_is_never_nothing() {
        assert_eq!((bar(0, 9), bar(3, 9)), (String::new(), "███ 3".to_owned()));
        assert_eq!((bar(1, 5000), bar(5000, 5000)), ("█ 1".to_owned(), format!("{} 5000", "█".repeat(20))));
    }

    #[test]
    fn incidents_are_named_briefly_and_as_text() {
        let records = ["A|<b>", "B", "C", "D", "E"].map(Text::from).into_iter().collect();
        assert_eq!(named(&records), "A\\|&lt;b&gt;, B, C, 2 more");
    }
}
