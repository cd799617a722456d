//! A closed record that does not tell what happened.
//!
//! ## What it checks
//!
//! The text of a closed record says what happened: in forty words, or in three entries of a timeline that begin with
//! a date or a time. In a record that has no text below its facts, the cause and the three lenses count as text.
//!
//! ## Why an auditor cares
//!
//! A record that holds only dates and states shows that something was handled. What could be learned from it is in
//! the story, and whoever was there remembers it for a few weeks.
//!
//! ## Failing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-06-02
//! closed: 2026-06-10
//! ---
//!
//! Somebody signed in to the VPN with a stolen password.
//! ```
//!
//! ## Passing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-06-02
//! closed: 2026-06-10
//! ---
//!
//! ### Timeline
//!
//! - 2026-06-01 21:10 Sign-in from a new country
//! - 2026-06-02 08:05 The account is closed
//! - 2026-06-04 16:00 All passwords are new
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] told_words` (40) and `told_entries` (3). A note; in the profile `auditor` a warning for significant
//! and major incidents.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26, A.5.27 and A.5.28; NIST CSF 2.0 RS.AN-03.

use crate::config::Level;
use crate::document::{Body, Passage, PassageKind, Table};
use crate::record::{Incident, TextFact};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, Span};
use crate::text::words;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "untold-incident",
        family: Family::Record,
        // The profiles other than `auditor` cap it at a note.
        levels: Levels::by_class(Level::Warning, Level::Note, Level::Note),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("untold_incident.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let (words, entries) = (case.book().threshold(|t| &t.told_words), case.book().threshold(|t| &t.told_entries));
    for incident in case.incidents().filter(|incident| incident.is_closed()) {
        out.test();
        let told = Told::by(case, incident);
        if told.words < words && told.entries < entries {
            out.find(finding(incident, &told));
        }
    }
    Ok(())
}

/// How much a record tells.
#[derive(Default)]
struct Told {
    words: i64,
    entries: i64,
}

impl Told {
    fn by(case: &Case<'_>, incident: &Incident) -> Self {
        let told = incident.body.as_ref().map(|body| Self::in_body(case, incident, body)).unwrap_or_default();
        if told.words > 0 || told.entries > 0 {
            return told;
        }
        let factors = &incident.factors;
        let fields = [&incident.cause, &factors.controls, &factors.detection, &factors.response];
        let count = |fact: &&TextFact| fact.text().map_or(0, words);
        Self { words: number(fields.iter().map(count).sum()), entries: 0 }
    }

    fn in_body(case: &Case<'_>, incident: &Incident, body: &Body) -> Self {
        let text = |span: Span| case.text(Place::new(incident.source, span));
        let prose = body.passages.iter().filter(|passage| passage.kind != PassageKind::Code);
        let told = prose.map(|passage| words(text(passage.span))).sum();
        let items =
            body.passages.iter().filter(|passage| is_item(passage) && is_dated(case, text(passage.span))).count();
        let rows = body.tables.iter().map(|table| dated_rows(case, table)).sum::<usize>();
        Self { words: number(told), entries: number(items + rows) }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn is_item(passage: &Passage) -> bool {
    matches!(passage.kind, PassageKind::Item { .. } | PassageKind::Paragraph)
}

fn dated_rows(case: &Case<'_>, table: &Table) -> usize {
    let first = |row: &crate::document::Row| row.cells.first().is_some_and(|cell| is_dated(case, &cell.text));
    table.rows.iter().filter(|row| first(row)).count()
}

/// Whether a text begins with a day or a time: `2026-03-02 08:05 …`, `08:05: …`, `**2 March 2026** …`.
fn is_dated(case: &Case<'_>, text: &str) -> bool {
    // No day and no time is written without a digit, and most texts begin without one.
    let first = text.split_whitespace().take(3);
    if !first.clone().any(|word| word.bytes().any(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let words: Vec<&str> = first.map(|word| word.trim_matches(is_mark)).collect();
    let calendar = &case.book().calendar;
    let is_day = (1..=words.len()).any(|count| words.get(..count).is_some_and(|w| calendar.read(&w.join(" ")).is_ok()));
    is_day || words.first().is_some_and(|word| is_time(word))
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric()
}

/// `08:05`, `8.05`, `08:05:30`, `08:05Z`.
fn is_time(word: &str) -> bool {
    let mut parts = word.trim_end_matches(['Z', 'z', 'h']).split([':', '.']);
    let two =
        |part: Option<&str>| part.is_some_and(|p| matches!(p.len(), 1 | 2) && p.bytes().all(|b| b.is_ascii_digit()));
    two(parts.next()) && two(parts.next())
}

fn finding(incident: &Incident, told: &Told) -> Finding {
    let words = if told.words == 1 { "1 word".to_owned() } else { format!("{} words", told.words) };
    Finding::of(incident, RULE.meta.levels.of(incident.class()), "body", incident.home).says(
        format!("The record is closed and tells what happened in {words}"),
        "What can be learned is in the story, and those who were there remember it for a few weeks only.",
        "Add a few sentences, or a timeline with dates, below the facts.",
    )
}
