//! Commits of the main line whose dates cannot be right.
//!
//! ## What it checks
//!
//! A commit of the main line is dated before the one that it follows, by more than five minutes, or lies more than a day
//! after the as-of date. Each kind of trouble is one note with a count and the worst of them. If the commit under test is
//! itself dated after the as-of date, that date looks back, and nothing is said about the future. What follows a commit
//! that lies in the future is not held against it.
//!
//! ## Why an auditor cares
//!
//! That a date was written down in time rests on the dates of commits, and whoever commits can set those. A clock that
//! runs backwards says where they deserve a second look.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: Lost badge
//! status: open
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-02-14
//! id: INC-2026-0001
//! title: Lost badge
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-03-02
//! id: INC-2026-0001
//! title: Lost badge
//! status: open
//! severity: low
//! detected: 2026-03-02
//! ```
//!
//! ```yaml commit=2026-03-03
//! id: INC-2026-0001
//! title: Lost badge
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! The commits up to `[history] since` were imported and are left alone.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.8.15, A.8.17 and A.5.28.

use crate::config::Level;
use crate::history::{History, Landing, LandingKind};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::time::{days, plus};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "odd-clock",
        family: Family::History,
        levels: Levels::all(Level::Note),
        sees: &[Sees::History, Sees::Clock],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("odd_clock.rs"),
    },
    check,
};

/// Two machines seldom agree to the minute.
const TOLERANCE: i64 = 5 * 60;
/// How many of the worst are named.
const WORST: usize = 3;

const WHY: &str = "Dates of commits witness the dates of records, and whoever commits can set them.";
const HELP: &str = "Nothing to mend: history stays as it is. Set the clock of the machine, and avoid options that set the \
                    dates of commits.";

/// A commit with the seconds by which its date is off.
type Odd<'h> = (i64, Landing<'h>);

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let history = case.history()?;
    let Some(place) = history.whole(case.population().configuration()) else { return Ok(()) };
    let has_landed = |landing: &Landing<'_>| matches!(landing.kind, LandingKind::Direct | LandingKind::Merge);
    let line: Vec<Landing<'_>> = history.chronicle.landings().filter(has_landed).collect();
    // The first ones up to the day: a later commit that claims an earlier day was not imported by it.
    let is_imported = |landing: &&Landing<'_>| case.imported().is_some_and(|since| landing.day <= since);
    let imported = line.iter().take_while(is_imported).count();
    let horizon = plus(case.as_of(), 1);
    let looks_back = line.last().is_some_and(|tip| tip.day > horizon);
    let is_ahead = |landing: &Landing<'_>| !looks_back && landing.day > horizon;
    let (mut ahead, mut behind): (Vec<Odd<'_>>, Vec<Odd<'_>>) = (Vec::new(), Vec::new());
    for (index, landing) in line.iter().enumerate().skip(imported) {
        out.test();
        let before = index.checked_sub(1).and_then(|index| line.get(index));
        let late =
            before.filter(|before| !is_ahead(before)).map_or(0, |before| before.time.saturating_sub(landing.time));
        if is_ahead(landing) {
            ahead.push((landing.time, *landing));
        } else if late > TOLERANCE {
            behind.push((late, *landing));
        }
    }
    out.findings.extend(told(history, place, "future", ahead, |count, (_, worst)| {
        format!("{} after the as-of date {}: {}", are_dated(count), case.as_of(), worst.name())
    }));
    out.findings.extend(told(history, place, "order", behind, |count, (late, worst)| {
        format!("{} before the one that it follows: {} by {}", are_dated(count), worst.name(), span(*late))
    }));
    Ok(())
}

fn are_dated(count: usize) -> String {
    if count == 1 { "1 commit is dated".to_owned() } else { format!("{count} commits are dated, each") }
}

fn span(seconds: i64) -> String {
    match seconds {
        86_400.. => days(seconds / 86_400),
        3_600.. => format!("{} h", seconds / 3_600),
        _ => format!("{} min", seconds / 60),
    }
}

/// One finding for all commits of a kind of trouble, with the worst of them.
fn told(
    history: &History,
    place: Place,
    kind: &str,
    mut odd: Vec<Odd<'_>>,
    says: impl Fn(usize, &Odd<'_>) -> String,
) -> Option<Finding> {
    odd.sort_by_key(|(off, landing)| (std::cmp::Reverse(*off), landing.position));
    let title = says(odd.len(), odd.first()?);
    let finding = Finding::at(Level::Note, "", place).keyed(kind).says(title, WHY, HELP);
    let worst = odd.iter().take(WORST);
    Some(worst.fold(finding, |finding, (_, landing)| {
        let before = landing.position.checked_sub(1).map(|position| history.landing(position).name());
        let after = before.map_or_else(String::new, |name| format!(", after {name}"));
        finding.seen(place, landing, format!("{} stands here{after}", landing.name()))
    }))
}
