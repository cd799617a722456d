//! The newest management review links no page of trends that covers the time since the one before.
//!
//! ## What it checks
//!
//! The newest management review that was held names a page of trends (`trend`), the page is there, and the period
//! that it states (`Period: 2026-01-01 to 2026-03-31`, `period` in its front matter, a quarter in its title or name)
//! reaches from the previous review to this one. A quarter that is not over yet, or a page that was closed some weeks
//! before the meeting, is well: up to 100 days may be missing at either end. A page outside of the repository is not
//! judged.
//!
//! ## Why an auditor cares
//!
//! Management reviews look at trends, not only at single incidents: how many of which kind, and whether they became
//! fewer. Figures of another period say nothing about this one.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```markdown file=management-reviews/MR-2026-04.md
//! ---
//! id: MR-2026-04
//! date: 2026-04-16
//! trend: trends/2025-Q3.md
//! ---
//! ```
//!
//! ```markdown file=trends/2025-Q3.md
//! # Incidents and actions, 2025-Q3
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```markdown file=management-reviews/MR-2026-04.md
//! ---
//! id: MR-2026-04
//! date: 2026-04-16
//! trend: trends/2026-Q1.md
//! ---
//! ```
//!
//! ```markdown file=trends/2026-Q1.md
//! # Incidents and actions, 2026-Q1
//! ```
//!
//! ## Configuration
//!
//! `[registers.management_reviews] path, columns` name the reviews; `[vocabulary.en] period` adds labels for a period.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 9.1, 9.3.2 and A.5.27; NIST CSF 2.0 GV.OV-03; SOC 2 CC7.4; DORA Art. 13.

use crate::config::Level;
use crate::record::Period;
use crate::record::register::{RegisterKind, Row};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::text::shorten;
use crate::time::plus;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "stale-trend",
        family: Family::Trend,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[Need::Register(RegisterKind::ManagementReviews)],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("stale_trend.rs"),
    },
    check,
};

/// Days that may be missing at either end of a period: a quarter and some weeks to prepare the meeting.
const SLACK: i64 = 100;

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let rows = &case.register(RegisterKind::ManagementReviews)?.rows;
    let calendar = &case.book().calendar;
    let dated = rows.values().filter_map(|row| Some((row.date("date", calendar)?.ok()?, row)));
    let mut held: Vec<(NaiveDate, &Row)> =
        dated.filter(|(when, _)| case.has_come(*when)).map(|(when, row)| (when.date, row)).collect();
    held.sort_by_key(|(date, row)| (*date, row.id.place));
    let Some(((date, newest), earlier)) = held.split_last() else { return Ok(()) };
    let previous = earlier.iter().map(|(day, _)| *day).rfind(|day| day < date);
    let wrong = wrong(case, newest, *date, previous)?;
    out.test();
    wrong.into_iter().for_each(|what| out.find(finding(newest, what)));
    Ok(())
}

/// What is wrong with the trend page of a review.
fn wrong(
    case: &Case<'_>,
    review: &Row,
    date: NaiveDate,
    previous: Option<NaiveDate>,
) -> Result<Option<String>, NotRun> {
    let name = shorten(&review.id.value, 18);
    let Some(path) = review.text("trend") else { return Ok(Some(format!("{name} links no page of trends"))) };
    if path.contains("://") {
        return Ok(None);
    }
    let Some(page) = case.population().page(path) else {
        return Ok(Some(format!("{name} links a page of trends that is not there: {}", shorten(path, 28))));
    };
    let unread = || NotRun(format!("the period of `{}` could not be read", shorten(path, 60)).into());
    let period = page.period.ok_or_else(unread)?;
    Ok(gap(period, date, previous).map(|what| format!("The trends of {name} {what}")))
}

/// What a period leaves out of the time between two reviews.
fn gap(period: Period, date: NaiveDate, previous: Option<NaiveDate>) -> Option<String> {
    if plus(period.to, SLACK) < date {
        return Some(format!("end on {}, {} days before the meeting", period.to, (date - period.to).num_days()));
    }
    let previous = previous.filter(|previous| plus(*previous, SLACK) < period.from)?;
    Some(format!("begin on {}; the review before was on {previous}", period.from))
}

fn finding(review: &Row, what: String) -> Finding {
    Finding::at(Level::Warning, "trend", review.place("trend")).says(
        what,
        "A meeting sees whether incidents become fewer only in figures of the time that it speaks of.",
        "Link the page that covers the time since the previous review: `trend: trends/2026-Q1.md`. Not written yet? \
         Write it, with its period, and show it at the next meeting.",
    )
}
