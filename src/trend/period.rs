//! Periods and months: which days belong together, and which come before.

use super::model::Span;
use crate::record::Period;
use crate::time::plus;
use crate::timeline::Day;
use chrono::{Datelike, Months, NaiveDate};

impl Span {
    /// Two days and all between them.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from: Day(from), to: Day(to) }
    }

    /// Whether a day lies in it.
    pub fn has(&self, day: NaiveDate) -> bool {
        (self.from.0..=self.to.0).contains(&day)
    }

    /// The days before: as many whole months where it is made of whole months, else as many days.
    #[must_use]
    pub fn before(&self) -> Self {
        let (from, to) = (self.from.0, self.to.0);
        let last = plus(from, -1);
        let is_whole = from.day() == 1 && plus(to, 1).day() == 1;
        let count = month_number(to) - month_number(from) + 1;
        let months =
            u32::try_from(count).ok().filter(|_| is_whole).and_then(|n| from.checked_sub_months(Months::new(n)));
        Self::new(months.unwrap_or_else(|| plus(from, -(to - from).num_days() - 1)), last)
    }
}

impl From<Period> for Span {
    fn from(period: Period) -> Self {
        Self::new(period.from, period.to)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.from, self.to)
    }
}

/// The last quarter that was over on a day.
pub(super) fn last_quarter(day: NaiveDate) -> Span {
    let into = (day.month0() % 3, day.day0());
    let this = day.checked_sub_months(Months::new(into.0)).and_then(|day| day.with_day(1)).unwrap_or(day);
    let to = plus(this, -1);
    let from = this.checked_sub_months(Months::new(3)).unwrap_or(to);
    Span::new(from, to)
}

fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0)
}

/// `2026-03`
pub(super) fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The first days of so many months, oldest first; the last one is that of a day.
pub(super) fn months(last: NaiveDate, count: u32) -> Vec<NaiveDate> {
    let first = last.with_day(1).unwrap_or(last);
    (0..count).rev().filter_map(|back| first.checked_sub_months(Months::new(back))).collect()
}

/// The last day of a month, by its first.
pub(super) fn month_end(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(1)).map_or(first, |next| plus(next, -1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span::new(from.parse().expect("a day"), to.parse().expect("a day"))
    }

    #[test]
    fn the_period_before_has_as_many_months_or_days() {
        assert_eq!(span("2026-01-01", "2026-03-31").before(), span("2025-10-01", "2025-12-31"));
        assert_eq!(span("2026-03-01", "2026-03-31").before(), span("2026-02-01", "2026-02-28"));
        assert_eq!(span("2026-03-02", "2026-03-31").before(), span("2026-01-31", "2026-03-01"));
        assert_eq!(span("2026-03-02", "2026-03-02").before(), span("2026-03-01", "2026-03-01"));
    }

    #[test]
    fn the_last_quarter_is_over() {
        for (day, from, to) in [
            ("2026-06-30", "2026-01-01", "2026-03-31"),
            ("2026-07-01", "2026-04-01", "2026-06-30"),
            ("2026-01-31", "2025-10-01", "2025-12-31"),
            ("2026-03-31", "2025-10-01", "2025-12-31"),
            ("2026-05-31", "2026-01-01", "2026-03-31"),
        ] {
            assert_eq!(last_quarter(day.parse().expect("a day")), span(from, to), "{day}");
        }
    }

    #[test]
    fn months_go_over_the_turn_of_the_year() {
        let shown: Vec<String> = months("2026-02-28".parse().expect("a day"), 4).into_iter().map(month).collect();
        assert_eq!(shown, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert_eq!(month_end("2024-02-01".parse().expect("a day")).to_string(), "2024-02-29");
    }
}
