//! The summary of a job on GitHub: Markdown with a table for each incident.
//!
//! GitHub refuses a summary over 1 MiB as a whole, so this one ends earlier and says so. Text of records is escaped
//! for Markdown and HTML.

use super::summary;
use crate::config::Level;
use crate::text::Text;
use crate::verdict::{Judged, Verdict};
use indexmap::IndexMap;

/// The most bytes that GitHub takes from one step, with some left for the last line.
pub const MOST_BYTES: usize = 1024 * 1024 - 1024;
/// The most lines of notes and of files that were not read.
const MOST_LINES: usize = 200;

/// The whole summary, in at most `room` bytes.
pub fn render(verdict: &Verdict, exit_code: u8, room: usize) -> String {
    let mut page = Page { text: String::new(), left_out: 0, room: room.min(MOST_BYTES) };
    page.add(&format!("# closeloop: {}\n\n", heading(verdict)));
    for problem in &verdict.problems {
        page.add(&format!("- **{}** {}\n", text(&problem.message), text(&problem.help)));
    }
    if !verdict.rules.is_empty() {
        overview(&mut page, verdict);
        incidents(&mut page, verdict);
        let notes = summary::notes(verdict);
        list(&mut page, "Notes", &notes);
        let unread: Vec<_> = summary::unread(verdict).into_iter().map(|(path, why)| format!("{path}: {why}")).collect();
        list(&mut page, "Files that were not read", &unread);
        list(&mut page, "Not run", &summary::not_run(verdict));
    }
    page.add(&format!("\n{}\n", escape(&summary::closing(verdict, exit_code))));
    page.finish()
}

fn heading(verdict: &Verdict) -> String {
    if verdict.rules.is_empty() { "could not check".to_owned() } else { escape(&summary::tally(verdict)) }
}

fn overview(page: &mut Page, verdict: &Verdict) {
    page.add(&format!("- **Learned:** {}\n", escape(&summary::learned(verdict))));
    page.add(&format!("- **Read:** {}\n", escape(&summary::read(verdict))));
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
    for (record, findings) in &records {
        page.add(&format!("## {}\n\n| level | finding | place | what to do |\n|---|---|---|---|\n", text(record)));
        for finding in findings {
            page.add(&row(finding));
        }
        page.add("\n");
    }
}

fn row(finding: &Judged) -> String {
    let level = if finding.level == Level::Error { "**error**" } else { finding.level.name() };
    let (rule, place) = (escape(&finding.rule), escape(&summary::location(finding)));
    format!("| {level} | {} ({rule}) | {place} | {} |\n", text(&finding.message), text(&finding.help))
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
struct Page {
    text: String,
    room: usize,
    left_out: usize,
}

impl Page {
    fn add(&mut self, piece: &str) {
        // What comes after something left out is left out too, so that no table loses its head.
        if self.left_out == 0 && self.text.len() + piece.len() <= self.room {
            self.text.push_str(piece);
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let line = format!(
                "\n\n**{} more lines do not fit here** (GitHub takes 1 MiB); `closeloop check --output json` has them all.\n",
                self.left_out
            );
            self.text.push_str(&line);
        }
        self.text
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
    fn a_page_says_what_does_not_fit() {
        let mut page = Page { text: String::new(), left_out: 0, room: 10 };
        page.add("12345678");
        page.add("yyy");
        page.add("z");
        assert!(page.finish().contains("2 more lines do not fit"));
    }
}
