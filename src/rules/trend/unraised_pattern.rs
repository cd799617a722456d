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
//! `[frameworks] report` names `dora` or `nis2`, which ask for the same look at half a year, it is an error.
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
    let report = &case.book().config.frameworks.report;
    let asks = report.iter().any(|name| ["dora", "nis2"].iter().any(|asks| name.eq_ignore_ascii_case(asks)));
    if asks { Level::Error } else { Level::Warning }
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

#[cfg(test)]
mod tests {
    use crate::config::Level;
    use crate::git::Snapshot;
    use crate::rules::Nature;
    use crate::verdict::{Options, judge};

    /// Incidents with one cause, by the day of their detection, with what else they say.
    fn records(incidents: &[(&str, &str)]) -> String {
        let record = |(index, (day, more)): (usize, &(&str, &str))| {
            format!(
                "- {{ id: I{}, title: T, status: closed, severity: low, detected: {day}, causes: [tag]{more} }}\n",
                index + 1
            )
        };
        incidents.iter().enumerate().map(record).collect()
    }

    /// Breaches as record and number of incidents; notes in brackets.
    fn found(incidents: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<String> {
        let mut files = vec![("incidents/all.yaml".to_owned(), records(incidents).into_bytes())];
        files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
        let options = Options {
            as_of: Some("2026-06-30".parse().unwrap()),
            now: chrono::DateTime::UNIX_EPOCH,
            rules: vec!["unraised-pattern".to_owned()],
            profile: None,
            fail_on: Level::Error,
            config: None,
        };
        let verdict = judge(&Snapshot::memory(files), &options).unwrap().verdict;
        let shown = verdict.findings.iter().map(|finding| {
            let text =
                format!("{} {}", finding.record.as_ref().unwrap(), finding.message.as_str().split(' ').next().unwrap());
            if finding.nature == Nature::Breach { text } else { format!("({text})") }
        });
        shown.collect()
    }

    const RAISED: &str = ", lessons: [{ id: L1, kind: pattern, text: x }], links: { risks: [R-1] }, \
                          actions: [{ id: A1, lessons: [L1], kind: strategic, status: open, text: x }]";

    fn raised(status: &str) -> String {
        RAISED.replace("status: open", status)
    }

    #[test]
    fn a_series_is_told_once_on_its_latest_incident() {
        let days = [("2025-01-10", ""), ("2025-03-10", ""), ("2025-05-01", ""), ("2026-01-10", ""), ("2026-02-10", "")];
        assert_eq!(found(&days, &[]), ["I3 3", "I5 2"]);
        assert_eq!(found(&[("2025-09-01", ""), ("2026-03-03", "")], &[]), ["I2 2"], "183 days are within");
        assert_eq!(found(&[("2025-09-01", ""), ("2026-03-04", "")], &[]), Vec::<String>::new());
    }

    #[test]
    fn one_more_incident_does_not_put_it_off() {
        assert_eq!(found(&[("2026-03-01", ""), ("2026-06-10", "")], &[]), ["(I2 2)"]);
        assert_eq!(found(&[("2026-03-01", ""), ("2026-04-01", ""), ("2026-06-29", "")], &[]), ["I3 3"]);
        assert_eq!(found(&[("2026-03-01", ""), ("2026-05-31", "")], &[]), ["(I2 2)"], "the last day is in time");
        assert_eq!(found(&[("2026-03-01", ""), ("2026-05-30", "")], &[]), ["I2 2"]);
    }

    #[test]
    fn a_raised_pattern_covers_what_came_before_and_while_it_is_open() {
        let nothing = Vec::<String>::new();
        assert_eq!(found(&[("2026-01-01", ""), ("2026-02-01", ""), ("2026-03-01", RAISED)], &[]), nothing);
        let done = raised("status: done, completed: 2026-02-20");
        assert_eq!(found(&[("2026-01-01", ""), ("2026-01-20", &done), ("2026-02-19", "")], &[]), nothing);
        assert_eq!(found(&[("2026-01-01", ""), ("2026-01-20", &done), ("2026-03-01", "")], &[]), nothing, "one alone");
        let later = [("2026-01-01", ""), ("2026-01-20", done.as_str()), ("2026-03-01", ""), ("2026-04-01", "")];
        assert_eq!(found(&later, &[]), ["I4 2"]);
        assert_eq!(found(&[("2026-01-01", ""), ("2026-02-01", &raised("status: declined"))], &[]), ["I2 2"]);
    }

    #[test]
    fn a_pattern_may_be_raised_elsewhere_or_lived_with() {
        let nothing = Vec::<String>::new();
        let other =
            format!("- {{ id: X1, title: T, status: closed, detected: 2026-01-01, causes: [other]{RAISED} }}\n");
        let linked = |to: &str| format!(", lessons: [{{ id: L1, kind: control-gap, text: x, addressed_by: {to} }}]");
        let found_with = |to: &str| {
            let series = [("2026-02-01", ""), ("2026-03-01", &*linked(to))];
            found(&series, &[("incidents/other.yaml", &other)])
        };
        assert_eq!(found_with("X1/A1"), nothing);
        assert_eq!(found_with("X1/A9"), ["I2 2"]);
        let accepted = ", lessons: [{ id: L1, kind: pattern, text: x, accepted: { by: mira, reason: y, risk: R-1 } }]";
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", accepted)], &[]), nothing);
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", &accepted.replace(", risk: R-1", ""))], &[]), ["I2 2"]);
    }

    #[test]
    fn a_management_review_is_asked_for_once_one_was_held() {
        let series = [("2026-02-01", ""), ("2026-03-01", RAISED)];
        let review = |date: &str, lists: &str| format!("---\nid: MR\ndate: {date}\nincidents: [{lists}]\n---\n");
        let found = |text: &str| found(&series, &[("management-reviews/MR.md", text)]);
        assert_eq!(found(&review("2026-03-20", "")), Vec::<String>::new(), "too early to report it");
        assert_eq!(found(&review("2026-06-20", "")), ["I2 2"]);
        assert_eq!(found(&review("2026-06-20", "{ id: I2, decision: x }")), Vec::<String>::new());
        assert_eq!(found(&review("2026-07-20", "")), Vec::<String>::new(), "it is to come");
    }

    #[test]
    fn what_only_looks_alike_is_left_out_and_stays_visible() {
        let alike = ", alike_only: The vendor ran it";
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", alike)], &[]), ["(I2 2)"]);
        assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", alike), ("2026-04-01", "")], &[]), ["I3 2"]);
        let nothing = Vec::<String>::new();
        for other in [", origin: exercise", ", origin: external", ", part_of: I1"] {
            assert_eq!(found(&[("2026-02-01", ""), ("2026-03-01", other)], &[]), nothing, "{other}");
        }
    }
}
