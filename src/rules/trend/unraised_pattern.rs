//! Several incidents with one cause or one failed control, and nobody raised it as a pattern yet.
//!
//! ## What it checks
//!
//! Two or more incidents within half a year share a cause tag (`causes`) or a failed control
//! (`factors.failed_controls`); `links.controls` are relations and never count, and parts of one incident
//! (`part_of`) count once. A month after the incident that made it a pattern, one of them or a later one carries a
//! lesson of kind `pattern` that a `strategic` action answers, with a linked risk and, once the next management review
//! was held, with that review. Such an action covers what comes while it is open. A record that only looks like the
//! others says so: `alike_only: reason`. Reported once for each such series, on its latest incident.
//!
//! ## Why an auditor cares
//!
//! Recurring incidents are to be recognised, not only repaired one by one. The same cause twice in half a year is what
//! a trend analysis is for, and what management has to hear of.
//!
//! ## Failing example
//!
//! ```yaml
//! - id: INC-2026-0001
//!   title: VPN account takeover
//!   status: closed
//!   severity: medium
//!   detected: 2026-01-12
//!   causes: [no-second-factor]
//! - id: INC-2026-0002
//!   title: Mailbox taken over
//!   status: closed
//!   severity: medium
//!   detected: 2026-03-02
//!   causes: [no-second-factor]
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! - id: INC-2026-0001
//!   title: VPN account takeover
//!   status: closed
//!   severity: medium
//!   detected: 2026-01-12
//!   causes: [no-second-factor]
//! - id: INC-2026-0002
//!   title: Mailbox taken over
//!   status: closed
//!   severity: medium
//!   detected: 2026-03-02
//!   causes: [no-second-factor]
//!   lessons:
//!     - id: L1
//!       kind: pattern
//!       text: Sign-in with a password alone comes back system by system.
//!   actions:
//!     - id: A1
//!       lessons: [L1]
//!       text: Bring a programme for all sign-ins to the management review.
//!       kind: strategic
//!       owner: mira
//!       due: 2026-09-30
//!       status: open
//!   links: { risks: [R-12], management_reviews: [MR-2026-04] }
//! ```
//!
//! ## Configuration
//!
//! `[thresholds] pattern_within` (183 days), `pattern_count` (2 incidents) and `pattern_raised_after` (30 days). Where
//! `[frameworks] report` or `--framework` names `dora` or `nis2`, which ask for the same look at half a year, it is an error.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, 9.1 and 9.3.2; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.4; NIS2 (EU) 2024/2690 3.4.2; DORA
//! RTS 2024/1774 Art. 22.

use super::crowd::crowds;
use super::tags::{Raised, Raising, Tagged, by_tag};
use crate::config::Level;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::Place;
use crate::text::shorten;
use chrono::NaiveDate;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unraised-pattern",
        family: Family::Trend,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("unraised_pattern.rs"),
    },
    check,
};

const WHY: &str = "The same cause several times points to something that fixing them one by one does not reach.";
const DO: &str = "Add a `pattern` lesson with a strategic action for the next management review, link the open one, or \
                  say why they only look alike.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let raising = Raising::new(case);
    let mut told: HashSet<Vec<Place>> = HashSet::new();
    for ((field, _), entries) in by_tag(case) {
        out.test();
        let series = Series { case, raising: &raising, field };
        for finding in series.judge(&raising.uncovered(&entries), &mut told) {
            out.find(finding);
        }
    }
    Ok(())
}

/// An error where a framework asks for it by name.
fn level(case: &Case<'_>) -> Level {
    let is_asked = ["dora", "nis2"].iter().any(|name| case.book().holds(name));
    if is_asked { Level::Error } else { Level::Warning }
}

/// All that one tag needs to be judged.
struct Series<'c, 'a> {
    case: &'c Case<'a>,
    raising: &'c Raising<'a>,
    field: &'static str,
}

impl<'a> Series<'_, 'a> {
    /// Incidents that share several tags are reported once, cause tags first.
    fn judge(&self, entries: &[Tagged<'a>], told: &mut HashSet<Vec<Place>>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for all in self.patterns(entries) {
            let alike: Vec<Tagged<'a>> = all.members.iter().filter(|e| e.alike_only().is_some()).copied().collect();
            let rest: Vec<Tagged<'a>> = all.members.iter().filter(|e| e.alike_only().is_none()).copied().collect();
            let real = self.patterns(&rest);
            if real.is_empty() {
                findings.extend(alike.last().map(|last| self.explained(last, &all)));
            }
            let new = real.iter().filter(|pattern| told.insert(pattern.records()));
            findings.extend(new.filter_map(|pattern| self.finding(pattern)));
        }
        findings
    }

    fn patterns(&self, entries: &[Tagged<'a>]) -> Vec<Pattern<'a>> {
        let within = self.case.book().threshold(|t| &t.pattern_within);
        let count = self.case.book().threshold(|t| &t.pattern_count);
        let days: Vec<i64> = entries.iter().map(|entry| (entry.day() - NaiveDate::MIN).num_days()).collect();
        let crowds = crowds(&days, within, count);
        let pattern = |crowd: super::crowd::Crowd| {
            let due = self.raising.due(entries.get(crowd.complete)?);
            Some(Pattern { members: entries.get(crowd.members)?.to_vec(), due })
        };
        crowds.into_iter().filter_map(pattern).collect()
    }

    fn finding(&self, pattern: &Pattern<'a>) -> Option<Finding> {
        let (last, others) = pattern.members.split_last()?;
        let is_due = self.case.as_of() > pattern.due;
        let end = if is_due {
            "it is not raised as a pattern yet".to_owned()
        } else {
            format!("to be raised by {}", pattern.due)
        };
        let finding = Finding::of(last.incident, level(self.case), self.field, last.tag.place);
        let mut finding = finding.says(pattern.title(last, &end), WHY, DO);
        for other in others {
            finding = finding.related(other.tag.place, format!("{} of {} has it too", name(other), other.seen));
        }
        for entry in &pattern.members {
            if let Raised::Lacks(lesson, what) = self.raising.by(entry) {
                finding = finding.related(lesson.home, format!("{} raises it; {what}", lesson.name()));
            }
        }
        Some(if is_due { finding } else { finding.pending(pattern.due) })
    }

    /// A pattern that is none, because a record says why it only looks like one.
    fn explained(&self, alike: &Tagged<'a>, pattern: &Pattern<'a>) -> Finding {
        let finding = Finding::of(alike.incident, Level::Warning, self.field, alike.tag.place);
        let finding = finding.says(pattern.title(alike, "they only look alike, as a reason says"), WHY, DO);
        finding.acknowledged("alike_only", alike.alike_only().unwrap_or_default(), "")
    }
}

/// Incidents that share one tag within the time that makes them a pattern.
struct Pattern<'a> {
    members: Vec<Tagged<'a>>,
    /// The day by which it has to be raised.
    due: NaiveDate,
}

impl Pattern<'_> {
    fn records(&self) -> Vec<Place> {
        self.members.iter().map(|entry| entry.incident.home).collect()
    }

    /// `3 incidents since 2025-12-01 share …`, with the tag as long as there is room.
    fn title(&self, of: &Tagged<'_>, end: &str) -> String {
        let since = self.members.first().map_or(of.day(), Tagged::day);
        let start = format!("{} incidents since {since} share `", self.members.len());
        let room = 90usize.saturating_sub(start.chars().count() + end.chars().count() + 3);
        format!("{start}{}`; {end}", shorten(of.tag.as_str(), room))
    }
}

fn name<'t>(entry: &Tagged<'t>) -> &'t str {
    entry.incident.id().unwrap_or("the incident")
}
