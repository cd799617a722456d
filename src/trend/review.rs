//! What a management review takes in besides the figures: what the one before decided, which incidents it has to see,
//! which risks they touch, and what nothing answers yet.

use super::Teller;
use super::decisions::is_unanswered;
use super::model::{DecidedLine, ReviewInput, RiskLine, Span, ToReport};
use crate::document::{Map, Node, Value};
use crate::history::claims;
use crate::record::Incident;
use crate::record::register::{RegisterKind, Row};
use crate::rules::Duty;
use crate::text::Text;
use crate::time::plus;
use crate::timeline::Day;
use crate::verdict::RuleState;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A management review, held or to come, and the one before it.
pub(super) struct Meeting<'a> {
    id: &'a str,
    date: Option<NaiveDate>,
    before: Option<(NaiveDate, &'a Row)>,
    period: Span,
}

impl<'a> Meeting<'a> {
    /// The review of an id. One that no record is about yet is to come.
    pub(super) fn of(teller: &Teller<'a>, id: &'a str) -> Self {
        let held = teller.meetings();
        let date = held.iter().find(|(_, row)| &*row.id.value == id).map(|(day, _)| *day);
        let end = date.unwrap_or(teller.as_of);
        let before = held.into_iter().rfind(|(day, row)| *day < end && &*row.id.value != id);
        let to = end.min(teller.as_of);
        Self { id, date, period: Self::since(teller, before.map(|(day, _)| day), to), before }
    }

    /// From the review before, and the days before it in which an incident's review was too fresh for it.
    fn since(teller: &Teller<'_>, before: Option<NaiveDate>, to: NaiveDate) -> Span {
        let fresh = teller.book.threshold(|t| &t.reported_after);
        let from = before.map_or_else(|| plus(to, -365), |before| plus(before, -fresh));
        Span::new(from.min(to), to)
    }

    pub(super) fn period(&self) -> Span {
        self.period
    }

    /// What it takes in.
    pub(super) fn input(&self, teller: &Teller<'a>, period: &Span) -> ReviewInput {
        ReviewInput {
            id: Text::new(self.id),
            date: self.date.map(Day),
            before: self.before.map(|(day, row)| Text::new(format!("{} of {day}", row.id.value))),
            decided: self.before.map(|(_, row)| decided(teller, row)).unwrap_or_default(),
            to_report: to_report(teller, period),
            risks: risks(teller, period),
            unanswered: unanswered(teller, period),
        }
    }
}

/// What a review decided on incidents, and how far their actions are.
fn decided(teller: &Teller<'_>, row: &Row) -> Vec<DecidedLine> {
    let line = |id: &str| {
        let incident = teller.population.incident(id);
        let actions = incident.map(|incident| incident.actions.items()).unwrap_or_default();
        let open = actions.iter().filter(|action| action.is_open());
        let is_late = |day: &crate::time::When| day.days_until(teller.as_of) > 0;
        DecidedLine {
            incident: Text::new(id),
            decision: teller.say(&decision(teller, row, id)),
            actions: actions.len(),
            open: open.clone().count(),
            overdue: open.filter(|action| action.due.value().is_some_and(is_late)).count(),
        }
    };
    row.list("incidents").iter().map(|entry| line(entry.as_str().trim())).collect()
}

/// The words of a decision; empty where there are none.
fn decision(teller: &Teller<'_>, row: &Row, id: &str) -> String {
    let means = |key: &str, what: &str| key == what || teller.book.vocabulary.find("field", key) == Some(what);
    let value = |map: &Map| map.entries.iter().find(|entry| means(&entry.key, "decision")).map(|e| words(&e.value));
    let is_it = |map: &Map| {
        [map.get("id"), map.get("incident")].into_iter().flatten().any(|node| node.text().map(str::trim) == Some(id))
    };
    let listed = row.entries("incidents").into_iter().find(|(map, _)| is_it(map)).and_then(|(map, _)| value(map));
    let by_id = || row.values.get("incidents").and_then(Node::map).and_then(|map| map.get(id));
    let keyed = || by_id().map(|node| node.map().map_or_else(|| words(node), |map| value(map).unwrap_or_default()));
    let of_row = || row.text("decision").filter(|_| !row.is_document).map(ToOwned::to_owned);
    listed.or_else(keyed).or_else(of_row).unwrap_or_default()
}

fn words(node: &Node) -> String {
    match &node.value {
        Value::List(items) => items.iter().filter_map(Node::text).collect::<Vec<_>>().join("; "),
        _ => node.text().unwrap_or_default().to_owned(),
    }
}

/// The incidents that some review up to the as-of date has decided on.
fn decided_on(teller: &Teller<'_>) -> BTreeSet<String> {
    let held = teller.meetings().into_iter().filter(|(day, _)| *day <= teller.as_of);
    let ids = held.flat_map(|(_, row)| {
        let ids = row.list("incidents").into_iter().map(|entry| entry.as_str().trim().to_owned());
        ids.filter(|id| decision(teller, row, id).chars().any(char::is_alphanumeric)).collect::<Vec<_>>()
    });
    ids.collect()
}

/// Significant and major incidents that can be shown and that no review has decided on. One from before the period is
/// left out where an earlier page of trends lists it, which the rule knows.
fn to_report(teller: &Teller<'_>, period: &Span) -> Vec<ToReport> {
    const RULES: [&str; 2] = ["unreported-incident", "missing-review"];
    let decided = decided_on(teller);
    let findings = teller.verdict.findings.iter().filter(|finding| RULES.contains(&finding.rule.as_str()));
    let told: BTreeSet<&Text> = findings.filter_map(|finding| finding.record.as_ref()).collect();
    let has_run = teller.verdict.rules.iter().any(|rule| rule.id == RULES[0] && rule.state != RuleState::NotRun);
    let grave = teller.case.incidents().filter(|incident| incident.class().is_grave());
    let open = grave.filter(|incident| incident.id().is_none_or(|id| !decided.contains(id)));
    let mut lines: Vec<ToReport> = open.filter_map(|incident| line(teller, incident, period)).collect();
    lines.retain(|line| line.is_covered || !has_run || told.contains(&line.incident));
    lines.sort_by(|a, b| (a.since, &a.incident).cmp(&(b.since, &b.incident)));
    lines
}

fn line<'a>(teller: &Teller<'a>, incident: &'a Incident, period: &Span) -> Option<ToReport> {
    let since = ready(teller, incident)?;
    let detected = incident.detected.value().map_or(since, |when| when.date);
    Some(ToReport {
        incident: teller.name(incident),
        title: teller.say(incident.title.text().unwrap_or_default()),
        class: incident.class().name().to_owned(),
        since: Day(since),
        is_covered: period.from.0 <= since && period.to.0 >= detected,
    })
}

/// The day from which an incident can be shown: that of its last review, or the end of the time for one.
fn ready<'a>(teller: &Teller<'a>, incident: &'a Incident) -> Option<NaiveDate> {
    if teller.case.flow_duty(incident) == Duty::None {
        return None;
    }
    teller.reviewed(incident).or_else(|| teller.case.review_deadline(incident))
}

/// The risks that incidents of the period are linked to, and whether their rows changed in it.
fn risks(teller: &Teller<'_>, period: &Span) -> Vec<RiskLine> {
    let mut linked: BTreeMap<&str, BTreeSet<Text>> = BTreeMap::new();
    for (incident, _) in teller.detected(period) {
        let changed = incident.decisions.risk.changed.items().iter();
        for risk in incident.links.risks.items().iter().chain(changed) {
            linked.entry(risk.as_str()).or_default().insert(teller.name(incident));
        }
    }
    let line = |(risk, incidents): (&str, BTreeSet<Text>)| RiskLine {
        risk: Text::new(risk),
        incidents: incidents.into_iter().collect(),
        changed: changed(teller, risk, period).map(Day),
    };
    linked.into_iter().map(line).collect()
}

fn changed(teller: &Teller<'_>, risk: &str, period: &Span) -> Option<NaiveDate> {
    let chronicle = &teller.history.chronicle;
    teller.population.register(RegisterKind::Risks).rows.get(risk)?;
    let history = chronicle.target(&claims::risk(teller.population, risk))?;
    let real = chronicle.sightings(history).filter(|sighting| sighting.effect.is_change());
    real.map(|sighting| sighting.landing.day).filter(|day| period.has(*day)).max()
}

/// Lessons of the incidents of the period that nothing answers.
fn unanswered(teller: &Teller<'_>, period: &Span) -> Vec<Text> {
    let lessons = teller.detected(period).into_iter().flat_map(|(incident, _)| {
        let open = incident.lessons.items().iter().filter(move |lesson| is_unanswered(teller, incident, lesson));
        open.map(move |lesson| {
            let text = teller.say(lesson.text.text().unwrap_or_default());
            Text::new(format!("{}: {text}", teller.name_in(incident, &lesson.name())))
        })
    });
    lessons.collect()
}
