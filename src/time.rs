//! Days and instants as people state them.
//!
//! A bare date is not midnight: it spans its whole day in the configured time zone. Two facts are out of order
//! only when no reading of their spans is in order.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::fmt;

/// The order of the numbers in a date such as `03/04/2026`, whose parts alone do not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Day, month, year.
    #[default]
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// How dates are read: the time zone of bare dates, and the order of ambiguous ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// The time zone in which a bare date spans its day.
    pub zone: Tz,
    /// The order of `03/04/2026`.
    pub order: DateOrder,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { zone: Tz::UTC, order: DateOrder::default() }
    }
}

/// A stated day or instant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct When {
    /// The day as it was stated, in its own offset.
    pub date: NaiveDate,
    /// The first second that it can mean (Unix time).
    pub from: i64,
    /// One past the last second that it can mean.
    pub to: i64,
}

impl When {
    /// Whether no reading has `self` at or before `later`.
    pub fn is_after(&self, later: &When) -> bool {
        self.from >= later.to
    }

    /// Whether both can mean one moment, or name one day.
    pub fn meets(&self, other: &When) -> bool {
        self.date == other.date || (self.from < other.to && other.from < self.to)
    }

    /// Days from this stated day to another; negative where that lies before.
    pub fn days_until(&self, other: NaiveDate) -> i64 {
        (other - self.date).num_days()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date.fmt(f)
    }
}

/// Why a text is no date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoDate {
    /// It has the shape of a day and names none: `2026-02-30`, `22025-03-18`.
    Impossible,
    /// It is no day at all: `Q3`, `ongoing`.
    Words,
}

/// Adds days to a date; stays on the date where the calendar ends.
pub fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    let moved = if days >= 0 {
        date.checked_add_days(Days::new(days.unsigned_abs()))
    } else {
        date.checked_sub_days(Days::new(days.unsigned_abs()))
    };
    moved.unwrap_or(date)
}

/// A number of days in a sentence: `1 day`, `12 days`.
pub fn days(count: i64) -> String {
    format!("{count} {}", if count == 1 { "day" } else { "days" })
}

impl Calendar {
    /// Reads a date or an instant.
    ///
    /// # Errors
    /// [`NoDate`] says whether the text tried to be a day.
    pub fn read(&self, text: &str) -> Result<When, NoDate> {
        let text = text.trim();
        if let Some(day) = self.day(text)? {
            return Ok(self.whole_day(day));
        }
        self.instant(text)
    }

    /// The span of a bare date in the configured zone.
    pub fn whole_day(&self, date: NaiveDate) -> When {
        let next = plus(date, 1);
        When { date, from: self.midnight(date), to: self.midnight(next) }
    }

    fn midnight(&self, date: NaiveDate) -> i64 {
        let local = date.and_time(NaiveTime::MIN);
        match self.zone.from_local_datetime(&local).earliest() {
            Some(instant) => instant.timestamp(),
            // A clock change at midnight leaves a gap: the day begins an hour later.
            None => local.and_utc().timestamp() + 3600,
        }
    }

    /// A bare date in one of the known shapes; `Ok(None)` where the text is not of such a shape.
    fn day(&self, text: &str) -> Result<Option<NaiveDate>, NoDate> {
        let Some(([a, b, c], separator)) = three_numbers(text) else {
            return self.named_month(text).map_or(Ok(None), |day| day.map(Some).ok_or(NoDate::Impossible));
        };
        let (year, month, day) = match separator {
            '-' if a.len() >= 3 => (a, b, c),
            '.' => (c, b, a),
            _ if a.len() == 4 => (a, b, c),
            _ => match self.order {
                DateOrder::Mdy => (c, a, b),
                DateOrder::Dmy | DateOrder::Ymd => (c, b, a),
            },
        };
        date_of(year, month, day).map(Some).ok_or(NoDate::Impossible)
    }

    /// `2 March 2026`, `March 2, 2026`, `2. März 2026`.
    fn named_month(&self, text: &str) -> Option<Option<NaiveDate>> {
        let mut words = text.split([' ', ',', '.']).filter(|word| !word.is_empty());
        let (first, second, year) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let (day, month) = match (month_number(first), month_number(second)) {
            (None, Some(month)) => (first, month),
            (Some(month), None) => (second, month),
            _ => return None,
        };
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        (numeric(day) && numeric(year)).then(|| date_of(year, &month.to_string(), day))
    }

    fn instant(&self, text: &str) -> Result<When, NoDate> {
        let Some((day, time)) = text.split_once(['T', 't', ' ']) else { return Err(NoDate::Words) };
        let Some(date) = self.day(day)? else { return Err(NoDate::Words) };
        // `2026-03-10 (confirmed)`: the day exists, and words stand behind it.
        if !time.trim().starts_with(|c: char| c.is_ascii_digit()) {
            return Err(NoDate::Words);
        }
        let (time, offset) = split_offset(time.trim());
        let (time, width) = clock_time(time).ok_or(NoDate::Impossible)?;
        let local = NaiveDateTime::new(date, time);
        let from = match offset {
            Some(offset) => {
                offset.ok_or(NoDate::Impossible)?.from_local_datetime(&local).earliest().map(|t| t.timestamp())
            }
            None => self.zone.from_local_datetime(&local).earliest().map(|t| t.timestamp()),
        };
        let from = from.unwrap_or_else(|| local.and_utc().timestamp());
        Ok(When { date, from, to: from + width })
    }

    /// The day on which a stated instant begins in the configured zone; of a bare date the day itself.
    pub fn day_of(&self, when: &When) -> NaiveDate {
        DateTime::from_timestamp(when.from, 0).map_or(when.date, |instant| self.date_of(instant))
    }

    /// The day that an instant falls on in the configured zone.
    pub fn date_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }
}

fn three_numbers(text: &str) -> Option<([&str; 3], char)> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '.' | '/') {
        return None;
    }
    let mut parts = text.split(separator);
    let numbers = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let fits = numbers.iter().all(|p| !p.is_empty() && p.len() <= 6 && p.bytes().all(|b| b.is_ascii_digit()));
    fits.then_some((numbers, separator))
}

/// A date whose year makes sense for an incident record; two-digit years are of this century.
fn date_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let full = year.parse::<i32>().ok()?;
    let full = if year.len() == 2 { 2000 + full } else { full };
    let date = NaiveDate::from_ymd_opt(full, month.parse().ok()?, day.parse().ok()?)?;
    (1970..=2199).contains(&date.year()).then_some(date)
}

/// Splits `09:14+02:00` into the time and its offset; `Some(None)` is an offset that makes no sense.
fn split_offset(text: &str) -> (&str, Option<Option<FixedOffset>>) {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return (time.trim_end(), Some(FixedOffset::east_opt(0)));
    }
    if let Some(time) = text.strip_suffix(" UTC") {
        return (time.trim_end(), Some(FixedOffset::east_opt(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return (text, None) };
    (text[..at].trim_end(), Some(offset_of(&text[at..])))
}

fn offset_of(text: &str) -> Option<FixedOffset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().unwrap_or(0) * 60;
    FixedOffset::east_opt(sign * seconds)
}

/// A time of day and the seconds that it spans: 60 where it has no seconds.
fn clock_time(text: &str) -> Option<(NaiveTime, i64)> {
    let parse = |format| NaiveTime::parse_from_str(text, format).ok();
    parse("%H:%M").map(|t| (t, 60)).or_else(|| parse("%H:%M:%S%.f").map(|t| (t, 1)))
}

/// Months of English and German by their first three letters.
fn month_number(word: &str) -> Option<u32> {
    let start: String = word.to_lowercase().chars().take(3).collect();
    let number = match start.as_str() {
        "jan" | "jän" => 1,
        "feb" => 2,
        "mar" | "mär" => 3,
        "apr" => 4,
        "may" | "mai" => 5,
        "jun" => 6,
        "jul" => 7,
        "aug" => 8,
        "sep" => 9,
        "oct" | "okt" => 10,
        "nov" => 11,
        "dec" | "dez" => 12,
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<When, NoDate> {
        Calendar::default().read(text)
    }

    #[test]
    fn many_shapes_name_one_day() {
        for text in
            ["2026-03-02", "02.03.2026", "2/3/2026", "2 March 2026", "March 2, 2026", "2. März 2026", "2026/03/02"]
        {
            assert_eq!(read(text).map(|w| w.to_string()), Ok("2026-03-02".into()), "{text}");
        }
    }

    #[test]
    fn what_tries_to_be_a_day_is_told_from_words() {
        for text in ["2026-02-30", "22025-03-18", "2026-13-07", "2026-03-02T25:10Z", "31 June 2026"] {
            assert_eq!(read(text), Err(NoDate::Impossible), "{text}");
        }
        for text in ["Q3", "ongoing", "", "Q3 2025", "before go-live", "2026", "-", "next sprint 12"] {
            assert_eq!(read(text), Err(NoDate::Words), "{text}");
        }
    }

    #[test]
    fn order_knows_offsets_and_whole_days() {
        let occurred = read("2026-03-02T03:30+02:00").unwrap();
        let detected = read("2026-03-02T02:10Z").unwrap();
        assert!(!occurred.is_after(&detected));
        let late = read("2026-03-02T05:10Z").unwrap();
        assert!(!late.is_after(&read("2026-03-02").unwrap()));
        assert!(read("2026-03-03").unwrap().is_after(&read("2026-03-02").unwrap()));
        assert!(!read("2026-03-02").unwrap().is_after(&read("2026-03-02").unwrap()));
    }

    #[test]
    fn a_bare_date_spans_its_day_in_the_zone() {
        let berlin = Calendar { zone: chrono_tz::Europe::Berlin, order: DateOrder::Dmy };
        let day = berlin.read("2026-03-29").unwrap();
        assert_eq!(day.to - day.from, 23 * 3600, "the day on which summer time begins");
        assert!(!berlin.read("2026-03-02T00:30+01:00").unwrap().is_after(&berlin.read("2026-03-02").unwrap()));
    }
}
