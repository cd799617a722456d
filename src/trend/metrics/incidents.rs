//! How many, how grave, how long, and whether they came back.

use super::{Asked, Named};
use crate::record::{Class, Fact, Incident, Origin};
use crate::rules::{Tagged, causes};
use crate::time::{When, plus};
use crate::trend::model::{Figures, Metric, Span, Unit};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

const COUNT: Named = Named {
    id: "incidents",
    name: "Incidents",
    formula: "Incidents that were detected in the period, by severity class. Exercises, what happened to others, and what \
              was dismissed do not count.",
    unit: Unit::Count,
};
const NEAR: Named = Named {
    id: "near-misses",
    name: "Near misses",
    formula: "Those of them of which nothing came.",
    unit: Unit::Share,
};
const HOURS: Named = Named {
    id: "hours",
    name: "Hours that incidents cost",
    formula: "The sum of the hours that records of these incidents state; missing: records that state none.",
    unit: Unit::Hours,
};
const DETECT: Named = Named {
    id: "time-to-detect",
    name: "Days until an incident was noticed",
    formula: "From occurred to detected.",
    unit: Unit::Days,
};
const CONTAIN: Named = Named {
    id: "time-to-contain",
    name: "Days until it was contained",
    formula: "From detected to contained.",
    unit: Unit::Days,
};
const RECOVER: Named = Named {
    id: "time-to-recover",
    name: "Days until everything worked again",
    formula: "From detected to recovered.",
    unit: Unit::Days,
};
const AGAIN: Named = Named {
    id: "recurrence",
    name: "Incidents with a cause seen before",
    formula: "Incidents with a cause that another incident of the 12 months before has, of all that name a cause; \
              missing: those that name none.",
    unit: Unit::Share,
};
const REOPENED: Named = Named {
    id: "reopened",
    name: "Records opened again",
    formula: "Entries of reopened with a day in the period.",
    unit: Unit::Count,
};

type Days = fn(&Incident) -> (&Fact<When>, &Fact<When>);

pub(super) fn metrics(asked: &Asked<'_, '_>) -> Vec<Metric> {
    let seen = seen(asked);
    let spans: [(&Named, Days); 3] = [
        (&DETECT, |incident| (&incident.occurred, &incident.detected)),
        (&CONTAIN, |incident| (&incident.detected, &incident.contained)),
        (&RECOVER, |incident| (&incident.detected, &incident.recovered)),
    ];
    let mut metrics = vec![
        asked.metric(&COUNT, |span| count(asked, span)),
        asked.metric(&NEAR, |span| near(asked, span)),
        asked.metric(&HOURS, |span| hours(asked, span)),
    ];
    metrics.extend(spans.map(|(named, days)| asked.metric(named, |span| durations(asked, span, days))));
    metrics.push(asked.metric(&AGAIN, |span| recurrence(asked, span, &seen)));
    metrics.push(asked.metric(&REOPENED, |span| reopened(asked, span)));
    metrics
}

fn count(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let detected = asked.teller.detected(span);
    let of = |class: Class| detected.iter().filter(|(incident, _)| incident.class() == class).count();
    let parts =
        [Class::Major, Class::Significant, Class::Moderate, Class::Minor].map(|class| (class.name(), of(class)));
    Figures::of_count(detected.len()).parts(parts)
}

fn near(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let is_near = |incident: &Incident| {
        incident.near_miss.value() == Some(&true) || incident.origin.value() == Some(&Origin::NearMiss)
    };
    let answers: Vec<bool> = asked.teller.detected(span).iter().map(|(incident, _)| is_near(incident)).collect();
    Figures::of_answers(&answers)
}

fn hours(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let detected = asked.teller.detected(span);
    let stated: Vec<f64> = detected.iter().filter_map(|(incident, _)| hours_of(incident)).collect();
    let missing = detected.len() - stated.len();
    Figures::of_sum(stated).missing(missing)
}

/// The hours that a record states; a number that is none, or below zero, is not stated.
pub(in crate::trend) fn hours_of(incident: &Incident) -> Option<f64> {
    incident.cost_hours.value().copied().filter(|hours| hours.is_finite() && *hours >= 0.0)
}

fn durations(asked: &Asked<'_, '_>, span: &Span, days: Days) -> Figures {
    let detected = asked.teller.detected(span);
    let between = |(incident, _): &(&Incident, NaiveDate)| {
        let (from, to) = days(incident);
        let days = (asked.teller.day(to)? - asked.teller.day(from)?).num_days();
        u32::try_from(days).ok().map(f64::from)
    };
    let stated: Vec<f64> = detected.iter().filter_map(between).collect();
    let missing = detected.len() - stated.len();
    Figures::of_values(stated).missing(missing)
}

/// The days on which each cause was seen.
type Seen<'a> = BTreeMap<String, Vec<Tagged<'a>>>;

fn seen<'a>(asked: &Asked<'_, 'a>) -> Seen<'a> {
    causes(&asked.teller.case)
}

fn recurrence(asked: &Asked<'_, '_>, span: &Span, seen: &Seen<'_>) -> Figures {
    let mut again: HashMap<*const Incident, bool> = HashMap::new();
    for entries in seen.values() {
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| span.has(entry.day())) {
            let since = plus(entry.day(), -365);
            let before = entries.get(..at).unwrap_or_default().iter().any(|earlier| earlier.day() >= since);
            *again.entry(std::ptr::from_ref(entry.incident)).or_default() |= before;
        }
    }
    let answers: Vec<bool> = again.into_values().collect();
    let untagged = |(incident, _): &&(&Incident, NaiveDate)| incident.causes.items().is_empty();
    Figures::of_answers(&answers).missing(asked.teller.detected(span).iter().filter(untagged).count())
}

fn reopened(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let entries = asked.teller.case.incidents().flat_map(|incident| incident.reopened.items());
    let days = entries.map(|entry| asked.teller.day(&entry.on));
    let (known, unknown): (Vec<_>, Vec<_>) = days.partition(Option::is_some);
    let count = known.into_iter().flatten().filter(|day| span.has(*day)).count();
    Figures::of_count(count).missing(unknown.len())
}
