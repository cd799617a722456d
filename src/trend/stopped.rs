//! "Did it stop?": the causes of two years, what was done against each, and whether it came back.

use super::Teller;
use super::model::{BarKind, CauseBar, CauseDot, CauseLine, DotKind, Span, Stopped};
use super::period::{month, month_end, months};
use crate::history::claims::{self, Claim};
use crate::history::{Effect, Proof, Target, Told};
use crate::record::register::RegisterKind;
use crate::record::{Action, ActionKind, Change, Incident};
use crate::rules::{Tagged, causes};
use crate::text::Text;
use crate::timeline::Day;
use chrono::NaiveDate;
use std::collections::HashMap;

/// How many months are shown.
const MONTHS: u32 = 24;
/// How many causes are shown.
const MOST: usize = 8;

/// The months that the picture shows for a period.
pub(super) fn window(teller: &Teller<'_>, period: &Span) -> (Vec<NaiveDate>, Span) {
    let months = months(period.to.0.min(teller.as_of), MONTHS);
    let span = months.first().zip(months.last()).map(|(first, last)| Span::new(*first, month_end(*last)));
    (months, span.unwrap_or(*period))
}

/// Fills the picture, with all causes of its months: those that came back first, then those with the most incidents.
pub(super) fn all<'a>(teller: &Teller<'a>, span: &Span) -> Vec<CauseLine> {
    // What was done after an incident is asked for once, however many causes it has.
    let mut known = Known::new();
    let causes = causes(&teller.case);
    let lines = causes.iter().map(|(cause, entries)| line(teller, span, cause, entries, &mut known));
    let mut lines: Vec<CauseLine> = lines.filter(|line| !line.incidents.is_empty()).collect();
    let last = |line: &CauseLine| line.incidents.last().map(|dot| dot.day);
    lines.sort_by(|a, b| {
        let rank = |line: &CauseLine| (line.is_back, line.incidents.len(), last(line));
        rank(b).cmp(&rank(a)).then_with(|| a.cause.cmp(&b.cause))
    });
    lines
}

/// What is shown of them.
pub(super) fn stopped(teller: &Teller<'_>, months: &[NaiveDate], span: &Span, all: &[CauseLine]) -> Stopped {
    let untagged = teller.detected(span).iter().filter(|(incident, _)| incident.causes.items().is_empty()).count();
    Stopped {
        months: months.iter().copied().map(month).collect(),
        remedied: all.iter().filter(|line| !line.remedies.is_empty()).count(),
        back: all.iter().filter(|line| line.is_back).count(),
        more: all.len().saturating_sub(MOST),
        causes: all.iter().take(MOST).cloned().collect(),
        untagged,
    }
}

type Known<'a> = HashMap<*const Incident, Vec<CauseBar>>;

fn line<'a>(teller: &Teller<'a>, span: &Span, cause: &str, entries: &[Tagged<'a>], known: &mut Known<'a>) -> CauseLine {
    let mut bars: Vec<CauseBar> = Vec::new();
    for entry in entries {
        let of = known.entry(std::ptr::from_ref(entry.incident)).or_insert_with(|| remedies(teller, entry.incident));
        bars.extend(of.iter().cloned());
    }
    bars.retain(|bar| bar.from.0 <= span.to.0);
    bars.sort_by(|a, b| (a.from, &a.incident, &a.action).cmp(&(b.from, &b.incident, &b.action)));
    let mut dots = Vec::new();
    for entry in entries.iter().filter(|entry| entry.day() <= span.to.0) {
        let kind = match standing(teller, entry, &bars) {
            _ if entry.alike_only().is_some() => DotKind::Alike,
            standing if standing.is_empty() => DotKind::Seen,
            standing => {
                for (_, bar) in bars.iter_mut().enumerate().filter(|(at, _)| standing.contains(at)) {
                    bar.to = Some(Day(entry.day()));
                }
                DotKind::Back
            }
        };
        dots.push(CauseDot { incident: teller.name(entry.incident), day: Day(entry.day()), kind });
    }
    dots.retain(|dot| span.has(dot.day.0));
    bars.retain(|bar| bar.to.is_none_or(|to| to.0 >= span.from.0));
    CauseLine {
        cause: teller.say(cause),
        is_back: dots.iter().any(|dot| dot.kind == DotKind::Back),
        incidents: dots,
        remedies: bars,
        open: entries.iter().map(|entry| teller.open(entry.incident)).sum(),
    }
}

/// The remedies that stood when an incident began, by their places: one that began before, or that the same incident
/// led to, says nothing against a remedy.
fn standing(teller: &Teller<'_>, entry: &Tagged<'_>, bars: &[CauseBar]) -> Vec<usize> {
    let began = teller.day(&entry.incident.occurred).unwrap_or_else(|| entry.day());
    let own = teller.name(entry.incident);
    let stands = |bar: &CauseBar| bar.from.0 < began && bar.to.is_none_or(|to| to.0 > began) && bar.incident != own;
    bars.iter().enumerate().filter(|(_, bar)| stands(bar)).map(|(at, _)| at).collect()
}

/// What was done after an incident. What only finds does not prevent: it counts where there is nothing else.
fn remedies(teller: &Teller<'_>, incident: &Incident) -> Vec<CauseBar> {
    let only_watches =
        |action: &Action| matches!(action.kind.value(), Some(ActionKind::Alert | ActionKind::Monitoring));
    let actions = || incident.actions.items().iter().filter(|action| action.is_done());
    let prevents = actions().any(|action| !only_watches(action));
    let counts = |action: &Action| !prevents || !only_watches(action);
    let claims = claims::of_record(incident, &teller.book.calendar.whole_day(teller.as_of));
    let claimed = claims.iter().filter(|claim| claim.action.is_some_and(counts));
    let mut bars: Vec<CauseBar> = claimed.filter_map(|claim| proven(teller, incident, claim)).collect();
    // One bar an action: from the first of its changes.
    bars.sort_by(|a, b| (&a.action, a.from).cmp(&(&b.action, b.from)));
    bars.dedup_by(|later, first| later.action == first.action);
    for action in actions().filter(|action| counts(action)) {
        let name = Text::new(action.name());
        if bars.iter().all(|bar| bar.action != name) {
            bars.extend(stated(teller, incident, action));
        }
    }
    bars
}

/// A claim that git bears out. A risk that was looked at again is no remedy.
fn proven(teller: &Teller<'_>, incident: &Incident, claim: &Claim<'_>) -> Option<CauseBar> {
    let told = teller.history.answer(teller.population, teller.book, claim);
    let Told::Judged(target, Proof::Holds { by, undone }) = told else { return None };
    if by.effect == Effect::NotInspected || matches!(target, Target::Row(RegisterKind::Risks, _)) {
        return None;
    }
    Some(CauseBar {
        incident: teller.name(incident),
        action: Text::new(claim.action?.name()),
        kind: BarKind::Proven,
        from: Day(by.landing.day),
        to: undone.map(|undone| Day(undone.landing.day)),
        commit: by.landing.commit.map(|commit| commit.to_string()),
    })
}

/// A change that is stated outside git.
fn stated(teller: &Teller<'_>, incident: &Incident, action: &Action) -> Option<CauseBar> {
    let days = action.changes.items().iter().filter_map(|change| match change {
        Change::Outside { on, .. } => teller.day(on).or_else(|| teller.day(&action.completed)),
        Change::Target(_) => None,
    });
    Some(CauseBar {
        incident: teller.name(incident),
        action: Text::new(action.name()),
        kind: BarKind::Outside,
        from: Day(days.min()?),
        to: None,
        commit: None,
    })
}
