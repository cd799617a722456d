//! The period that a page of trends covers, as people write it.

use crate::document::{Body, Document, Node, Value};
use crate::source::{Source, Span};
use crate::time::{Calendar, plus};
use crate::vocabulary::Vocabulary;
use chrono::{Datelike, NaiveDate};
use regex::Regex;
use std::sync::OnceLock;

/// Two days and all between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Period {
    /// Whether a day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Reads `2026-01-01 to 2026-03-31`, `2026-Q1`, `Q1 2026`, `2026-H1`, `2026-03` or `2026`.
    pub fn read(text: &str, calendar: &Calendar) -> Option<Self> {
        let days: Vec<NaiveDate> = days(text, calendar);
        match days.as_slice() {
            [one, other, ..] => Some(Self { from: *one.min(other), to: *one.max(other) }),
            [_] => None,
            [] => part_of_year(text),
        }
    }

    fn months(year: i32, first: u32, count: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let (next_year, next) = if first + count > 12 { (year + 1, first + count - 12) } else { (year, first + count) };
        let after = NaiveDate::from_ymd_opt(next_year, next, 1)?;
        (1970..2200).contains(&from.year()).then(|| Self { from, to: plus(after, -1) })
    }
}

/// The days that a text names, in its order.
fn days(text: &str, calendar: &Calendar) -> Vec<NaiveDate> {
    static DAY: OnceLock<Option<Regex>> = OnceLock::new();
    // No `\d`: the digits of all scripts make a large expression, and no day is read from them.
    let shapes = r"(?x)[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} | [0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}
        | [0-9]{1,2}\.?\ \p{L}+\ [0-9]{4} | \p{L}+\ [0-9]{1,2},\ [0-9]{4}";
    let Some(day) = DAY.get_or_init(|| Regex::new(shapes).ok()) else { return Vec::new() };
    day.find_iter(text).filter_map(|found| calendar.read(found.as_str()).ok()).map(|when| when.date).collect()
}

/// A quarter, a half, a month or a year. A year counts only where nothing else is said.
fn part_of_year(text: &str) -> Option<Period> {
    static PART: OnceLock<Option<Regex>> = OnceLock::new();
    let shapes =
        r"(?i)\b(?:(?<y1>[0-9]{4})[-/ ]?(?<p1>[QH])(?<n1>[1-4])|(?<p2>[QH])(?<n2>[1-4])[-/ ]*(?<y2>[0-9]{4}))\b";
    let part = PART.get_or_init(|| Regex::new(shapes).ok()).as_ref()?;
    let Some(found) = part.captures(text) else { return month_or_year(text.trim()) };
    let group = |one: &str, other: &str| found.name(one).or_else(|| found.name(other)).map(|m| m.as_str());
    let (year, number) = (group("y1", "y2")?.parse().ok()?, group("n1", "n2")?.parse::<u32>().ok()?);
    match (group("p1", "p2")?, number) {
        ("Q" | "q", n) => Period::months(year, 3 * n - 2, 3),
        (_, n @ 1..=2) => Period::months(year, 6 * n - 5, 6),
        _ => None,
    }
}

fn month_or_year(text: &str) -> Option<Period> {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    match text.split_once('-') {
        Some((year, month)) if year.len() == 4 && month.len() == 2 => {
            Period::months(number(year)?, number(month).and_then(|n| u32::try_from(n).ok())?, 1)
        }
        None if text.len() == 4 => Period::months(number(text)?, 1, 12),
        _ => None,
    }
}

/// The period of a page: its front matter, a labelled line or row, a section, its title, or its name.
pub fn period_of(source: &Source, document: &Document, calendar: &Calendar, vocabulary: &Vocabulary) -> Option<Period> {
    let page = Page { source, calendar, vocabulary };
    let stated = document.data.as_ref().and_then(|data| page.data(data));
    let told = || document.body.as_ref().and_then(|body| page.body(body));
    stated.or_else(told).or_else(|| Period::read(source.path.file_stem(), calendar))
}

struct Page<'a> {
    source: &'a Source,
    calendar: &'a Calendar,
    vocabulary: &'a Vocabulary,
}

impl Page<'_> {
    fn read(&self, text: &str) -> Option<Period> {
        Period::read(text, self.calendar)
    }

    fn is_label(&self, text: &str) -> bool {
        self.vocabulary.find("field", text) == Some("period")
    }

    fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    /// `period: 2026-Q1`, `period: { from, to }`, or `from` and `to` at the top.
    fn data(&self, data: &Node) -> Option<Period> {
        let map = data.map()?;
        let labelled = map.entries.iter().find(|entry| self.is_label(&entry.key)).map(|entry| &entry.value);
        match labelled.map(|node| &node.value) {
            Some(Value::Scalar(scalar)) => self.read(&scalar.text),
            Some(Value::Map(inner)) => self.ends(inner),
            _ => self.ends(map),
        }
    }

    fn ends(&self, map: &crate::document::Map) -> Option<Period> {
        let day = |key| Some(self.calendar.read(map.get(key).and_then(Node::text)?).ok()?.date);
        Some(Period { from: day("from")?, to: day("to")? })
    }

    fn body(&self, body: &Body) -> Option<Period> {
        let lines = body.passages.iter().flat_map(|passage| self.slice(passage.span).lines());
        let labelled = lines.filter_map(|line| line.split_once(':'));
        let in_line = labelled.filter(|(label, _)| self.is_label(label)).find_map(|(_, text)| self.read(text));
        let title = || body.sections.iter().find(|section| section.level == 1).and_then(|s| self.read(&s.title));
        in_line.or_else(|| self.row(body)).or_else(|| self.section(body)).or_else(title)
    }

    fn row(&self, body: &Body) -> Option<Period> {
        let rows = body.tables.iter().flat_map(|table| std::iter::once(&table.header).chain(&table.rows));
        let mut pairs = rows.filter_map(|row| match row.cells.as_slice() {
            [label, value] => Some((label, value)),
            _ => None,
        });
        pairs.find(|(label, _)| self.is_label(&label.text)).and_then(|(_, value)| self.read(&value.text))
    }

    fn section(&self, body: &Body) -> Option<Period> {
        let section = body.sections.iter().find(|section| self.is_label(&section.title))?;
        let inside = body.passages.iter().find(|passage| section.content.contains(passage.span))?;
        self.read(self.slice(inside.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, parse};
    use crate::source::RepoPath;

    fn shown(period: Option<Period>) -> String {
        period.map_or_else(String::new, |period| format!("{} {}", period.from, period.to))
    }

    fn page(name: &str, text: &str) -> String {
        let source = Source::from_text(RepoPath::new(name), text);
        let document = parse(&source, Syntax::Markdown);
        shown(period_of(&source, &document, &Calendar::default(), Vocabulary::builtin()))
    }

    #[test]
    fn a_period_is_read_in_many_shapes() {
        let quarter = "2026-01-01 2026-03-31";
        for (text, expected) in [
            ("2026-01-01 to 2026-03-31", quarter),
            ("1.1.2026 – 31.3.2026", quarter),
            ("1 January 2026 to 31 March 2026", quarter),
            ("Incidents and actions, 2026-Q1", quarter),
            ("Q1/2026", quarter),
            ("2025-H2", "2025-07-01 2025-12-31"),
            ("2025-12", "2025-12-01 2025-12-31"),
            ("2025", "2025-01-01 2025-12-31"),
            ("first quarter of 2026", ""),
            ("as of 2026-03-31", ""),
            ("2026-H3", ""),
            ("2026-13", ""),
        ] {
            assert_eq!(shown(Period::read(text, &Calendar::default())), expected, "{text}");
        }
    }

    #[test]
    fn a_page_says_its_period_where_people_write_it() {
        let half = "2026-01-01 2026-06-30";
        assert_eq!(page("a.md", "---\nperiod: 2026-H1\n---\n# X\n"), half);
        assert_eq!(page("a.md", "---\nfrom: 2026-01-01\nto: 2026-06-30\n---\n"), half);
        assert_eq!(page("a.md", "# X\n\n**Period:** 2026-01-01 to 2026-06-30\n"), half);
        assert_eq!(page("a.md", "# X\n\n- Zeitraum: 01.01.2026 bis 30.06.2026\n"), half);
        assert_eq!(page("a.md", "# X\n\n| Period | 2026-01-01 to 2026-06-30 |\n|---|---|\n| a | b |\n"), half);
        assert_eq!(page("a.md", "# Trends of 2026-H1\n"), half);
        assert_eq!(page("trends/2026-H1.md", "# Trends\n"), half);
        assert_eq!(page("trends.md", "# Trends\n\nThe period was calm.\n"), "");
    }
}
