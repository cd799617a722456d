//! The summary of a job, on GitHub and wherever Markdown is shown: a table for each incident.
//!
//! GitHub refuses a summary over 1 MiB as a whole, so this one ends earlier and says so. Text of records is escaped
//! for Markdown and HTML.

use super::{due, summary};
use crate::config::Level;
use crate::text::Text;
use crate::verdict::{Judged, Verdict};
use indexmap::IndexMap;

/// The most bytes that GitHub takes from one step, with some left for the last line.
pub const MOST_BYTES: usize = 1024 * 1024 - 1024;
/// What is kept of it for what follows the tables of incidents.
const KEPT: usize = 64 * 1024;
/// The most lines of notes and of files that were not read.
const MOST_LINES: usize = 100;
/// The most findings in the table of one incident.
const MOST_ROWS: usize = 100;

/// The whole summary, in at most `room` bytes.
pub fn render(verdict: &Verdict, exit_code: u8, room: usize) -> String {
    let mut page = Page::new(room.min(MOST_BYTES));
    page.add(&format!("# closeloop: {}\n\n", heading(verdict)));
    page.add(&format!("{}\n\n", escape(&summary::closing(verdict, exit_code))));
    for problem in &verdict.problems {
        page.add(&format!("- **{}** {}\n", text(&problem.message), text(&problem.help)));
    }
    if !verdict.rules.is_empty() {
        overview(&mut page, verdict);
        page.add(&due::picture(verdict));
        incidents(&mut page, verdict);
        existing(&mut page, verdict);
        list(&mut page, "Waived, which fail no run", &summary::waived(verdict));
        list(&mut page, "In the baseline, which fail no run", &summary::baselined(verdict));
        list(&mut page, "Notes", &summary::notes(verdict));
        let unread: Vec<_> = summary::unread(verdict).into_iter().map(|(path, why)| format!("{path}: {why}")).collect();
        list(&mut page, "Files that were not read", &unread);
        list(&mut page, "Not run", &summary::not_run(verdict));
    }
    page.text
}

fn heading(verdict: &Verdict) -> String {
    if verdict.rules.is_empty() { "could not check".to_owned() } else { escape(&summary::tally(verdict)) }
}

fn overview(page: &mut Page, verdict: &Verdict) {
    page.add(&format!("- **Learned:** {}\n", escape(&summary::learned(verdict))));
    page.add(&format!("- **Read:** {}\n", escape(&summary::read(verdict))));
    if let Some(history) = summary::history(verdict) {
        page.add(&format!("- **History:** {}\n", escape(&history)));
    }
    page.add(&format!("- **Tested:** {}\n", escape(&summary::tested(verdict))));
    for note in &verdict.notes {
        page.add(&format!("- **Remark:** {}\n", text(note)));
    }
    page.add("\n");
}

/// A table for each incident, that with the worst finding first.
fn incidents(page: &mut Page, verdict: &Verdict) {
    let mut records: IndexMap<Text, Vec<&Judged>> = IndexMap::new();
    for finding in summary::by_weight(verdict) {
        records.entry(summary::subject(finding)).or_default().push(finding);
    }
    let room = page.room.saturating_sub(KEPT);
    for (shown, (record, findings)) in records.iter().enumerate() {
        let table = table(record, findings);
        if page.text.len() + table.len() > room {
            let more = summary::count(records.len() - shown, "more incident");
            page.add(&format!(
                "**{more} with findings not shown**: a summary has 1 MiB at most. `closeloop check --output json` has them all.\n\n"
            ));
            return;
        }
        page.add(&table);
    }
}

/// What stood in the base already, in one table.
fn existing(page: &mut Page, verdict: &Verdict) {
    let findings = summary::existing(verdict);
    if findings.is_empty() {
        return;
    }
    page.add(
        "## Existing in the base\n\nThey fail no run.\n\n| level | record | finding | place |\n|---|---|---|---|\n",
    );
    let room = page.room.saturating_sub(KEPT / 2);
    for (shown, finding) in findings.iter().enumerate() {
        let (level, record) = (finding.level.name(), text(&summary::subject(finding)));
        let (rule, place) = (escape(&finding.rule), escape(&summary::location(finding)));
        let row = format!("| {level} | {record} | {} ({rule}) | {place} |\n", escape(summary::fact(finding)));
        if page.text.len() + row.len() > room {
            let more = summary::count(findings.len() - shown, "more finding");
            page.add(&format!("\n{more} not shown; `closeloop check --output json` has them all.\n"));
            break;
        }
        page.add(&row);
    }
    page.add("\n");
}

fn table(record: &Text, findings: &[&Judged]) -> String {
    let head = format!("## {}\n\n| level | finding | place | what to do |\n|---|---|---|---|\n", text(record));
    let rows: String = findings.iter().take(MOST_ROWS).map(|finding| row(finding)).collect();
    let more = findings.len().saturating_sub(MOST_ROWS);
    let more =
        if more > 0 { format!("\n{more} more findings of this incident are not shown.\n") } else { String::new() };
    format!("{head}{rows}{more}\n")
}

fn row(finding: &Judged) -> String {
    let level = if finding.level == Level::Error { "**error**" } else { finding.level.name() };
    let (rule, place) = (escape(&finding.rule), escape(&summary::location(finding)));
    format!("| {level} | {} ({rule}) | {place} | {} |\n", escape(summary::fact(finding)), text(&finding.help))
}

fn list(page: &mut Page, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    page.add(&format!("## {title}\n\n"));
    for line in lines.iter().take(MOST_LINES) {
        page.add(&format!("- {}\n", escape(line)));
    }
    if lines.len() > MOST_LINES {
        page.add(&format!("- and {} more; `closeloop check --output json` has them all\n", lines.len() - MOST_LINES));
    }
    page.add("\n");
}

fn text(text: &Text) -> String {
    escape(text.as_str())
}

/// Text as Markdown that shows it: no mark-up, no HTML, no link, no mention.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    let mut last = ' ';
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '`' | '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' | ':' | '$' | '^' => {
                safe.extend(['\\', c]);
            }
            '.' if last.eq_ignore_ascii_case(&'w') => safe.push_str("\\."),
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
        last = c;
    }
    safe
}

/// A page that stops to grow in time.
pub(super) struct Page {
    pub(super) text: String,
    room: usize,
    is_full: bool,
}

impl Page {
    pub(super) fn new(room: usize) -> Self {
        Self { text: String::new(), room, is_full: false }
    }

    /// Adds a piece; once one did not fit, nothing more is added, so that no piece stands under the wrong heading.
    pub(super) fn add(&mut self, piece: &str) {
        self.is_full |= self.text.len() + piece.len() > self.room;
        if !self.is_full {
            self.text.push_str(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_and_not_used() {
        assert_eq!(escape("a|b <img> [x](y) @ana"), "a\\|b &lt;img&gt; \\[x\\](y) \\@ana");
        assert_eq!(escape("https://x www.y"), "https\\://x www\\.y");
    }

    #[test]
    fn a_full_page_takes_nothing_more() {
        let mut page = Page::new(10);
        page.add("12345678");
        page.add("yyy");
        page.add("z");
        assert_eq!(page.text, "12345678");
    }
}
