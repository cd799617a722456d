//! Today's rules over the past: what stood open at the end of each month, judged by the configuration of today.

use super::model::{Replay, ReplayCounts, ReplayPoint};
use super::period::{month_end, months};
use super::{Opening, Teller};
use crate::config::Level;
use crate::text::Text;
use crate::timeline::Day;
use crate::verdict::{Ending, Examined, Options, RuleState, Verdict, judge_past};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// How many months are judged.
const MONTHS: u32 = 24;
const OVERDUE: &str = "overdue-action";
const UNPROVEN: &str = "unproven-change";

/// Judges the ends of past months, each at the tip of the main line of its day, and then the tree under test.
pub(super) fn replay(teller: &Teller<'_>, open: Opening<'_>, examined: &Examined, options: &Options) -> Replay {
    let chronicle = &teller.history.chronicle;
    let ends = months(teller.as_of, MONTHS).into_iter().map(month_end).filter(|end| *end < teller.as_of);
    let begun = chronicle.landings().map(|landing| landing.day).min();
    let ends = ends.filter(|end| begun.is_some_and(|begun| begun <= *end));
    let mut points: Vec<ReplayPoint> = ends.map(|end| past(teller, open, examined, options, end)).collect();
    points.push(point(teller, teller.as_of, teller.verdict.commit.clone(), teller.verdict));
    Replay { formula: FORMULA.into(), points }
}

/// What is counted, in words.
const FORMULA: &str = "At the end of each month, today's rules and configuration over the tip of the main line of that day. \
                       Open duties: findings at the level of a warning or above that go away by doing something. Overdue \
                       actions and unproven changes: findings of the rules of these names. What a waiver or the baseline \
                       covers counts, too.";

fn past(teller: &Teller<'_>, open: Opening<'_>, examined: &Examined, options: &Options, end: NaiveDate) -> ReplayPoint {
    let chronicle = &teller.history.chronicle;
    let tip = chronicle.end_of(end).and_then(|position| chronicle.landing(position).commit);
    let Some(commit) = tip.map(|commit| commit.to_string()) else {
        return unjudged(end, None, "no landing of the main line is dated up to this day".into());
    };
    let options = Options { as_of: Some(end), ..options.clone() };
    match open(&commit) {
        Ok(snapshot) => point(teller, end, Some(commit), &judge_past(&snapshot, examined, &options)),
        Err(problem) => {
            let why = Text::of_run(format!("its commit could not be read: {}", problem.message));
            unjudged(end, Some(commit), why)
        }
    }
}

fn unjudged(day: NaiveDate, commit: Option<String>, why: Text) -> ReplayPoint {
    ReplayPoint { day: Day(day), commit, found: None, why: Some(why) }
}

fn point(teller: &Teller<'_>, day: NaiveDate, commit: Option<String>, verdict: &Verdict) -> ReplayPoint {
    if verdict.ending == Ending::CouldNotCheck {
        let why = verdict.problems.first().map(|problem| problem.message.clone());
        return unjudged(day, commit, why.unwrap_or_else(|| "it could not be checked".into()));
    }
    let weighs = verdict.findings.iter().filter(|finding| finding.is_breach() && finding.level >= Level::Warning);
    let mut found = ReplayCounts { records: verdict.counts.records, ..ReplayCounts::default() };
    for finding in weighs {
        match finding.rule.as_str() {
            OVERDUE => found.overdue_actions += 1,
            UNPROVEN => found.unproven_changes += 1,
            _ if finding.repair == "act" => found.open_duties += 1,
            _ => {}
        }
    }
    ReplayPoint { day: Day(day), commit, found: Some(found), why: not_run(verdict, teller.verdict) }
}

/// Which rules that run today could not run then, so that less may have been found than was there.
fn not_run(verdict: &Verdict, today: &Verdict) -> Option<Text> {
    let idle = |verdict: &Verdict| -> BTreeSet<String> {
        let not_run = verdict.rules.iter().filter(|rule| rule.state == RuleState::NotRun && rule.tested == 0);
        not_run.map(|rule| rule.id.clone()).collect()
    };
    let ids: Vec<String> = idle(verdict).difference(&idle(today)).cloned().collect();
    let shown = ids.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = ids.len().saturating_sub(3);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    (!ids.is_empty()).then(|| Text::of_run(format!("not run for lack of what they look at: {shown}{more}")))
}
