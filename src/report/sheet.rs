//! One incident of the period: what is stated, and what git shows of it.

use super::incident::{ActionLine, ChangeLine, ReviewLine, Sheet, SheetCounts, Weight};
use super::model::FindingLine;
use super::parts::RiskLine;
use super::{Teller, day, finding, graph, meetings, questions, trace};
use crate::config::Level;
use crate::figure::timeline::Life;
use crate::figure::{self, Figure};
use crate::record::{Action, Check, Decision, Fact, Incident, List, Review, TextFact};
use crate::text::Text;
use crate::timeline::{DatedFact, Day, Timeline};
use chrono::NaiveDate;
use std::fmt::Display;

/// Everything about one incident, with questions about it. What only a sheet shows is left out where there are no risks
/// given: then the incident is not in the sample.
pub(super) fn sheet(
    teller: &Teller<'_>,
    incident: &Incident,
    chosen: Option<NaiveDate>,
    life: Option<Timeline>,
    risks: Option<&[RiskLine]>,
) -> (Sheet, Vec<Text>) {
    let id = teller.name(incident);
    let changes = trace::changes(teller, &id, life.as_ref());
    let facts = life.as_ref().map_or(&[][..], |life| &life.facts);
    let stated = incident.actions.items();
    let actions: Vec<ActionLine> = stated.iter().map(|stated| action(teller, &id, stated, &changes, facts)).collect();
    let decided: Vec<ChangeLine> = changes.iter().filter(|change| change.is_decision).cloned().collect();
    let trace = trace::rows(teller, incident, &actions, &decided);
    let findings = teller.about(incident);
    let open = |level: Level| findings.iter().filter(|judged| judged.is_open() && judged.level == level).count();
    let weighs = |weight: Weight| changes.iter().filter(|change| change.weight == weight).count();
    let shown =
        trace.iter().filter(|row| row.outcome.as_str() == "git shows a change").filter_map(|row| row.lesson.as_ref());
    let counts = SheetCounts {
        lessons: incident.lessons.items().len(),
        lessons_shown: shown.collect::<std::collections::BTreeSet<_>>().len(),
        actions: stated.len(),
        open: stated.iter().filter(|action| action.is_open()).count(),
        claims: changes.len() - weighs(Weight::Outside) - weighs(Weight::Open),
        shown: weighs(Weight::Shown),
        outside: weighs(Weight::Outside),
        errors: open(Level::Error),
        warnings: open(Level::Warning),
        covered: findings.iter().filter(|judged| judged.cover.is_some()).count(),
    };
    let mut notes = life.as_ref().map(|life| life.notes.clone()).unwrap_or_default();
    if life.is_none() {
        notes.push("history does not follow this record: it has no id, or one that another record has as well".into());
    }
    let title = text(teller, &incident.title);
    let findings: Vec<FindingLine> = findings.into_iter().map(finding).collect();
    let (mut pictures, mut questions) = (Vec::new(), Vec::new());
    if let Some(risks) = risks {
        let parts =
            graph::Parts { id: &id, trace: &trace, actions: &actions, changes: &changes, risks, findings: &findings };
        pictures.extend(life.as_ref().map(|life| picture(life, &id, &title)));
        pictures.push(figure::chain::figure(&graph::chain(teller, incident, &parts)));
        questions = questions::questions(teller, incident, &trace, &actions, &changes);
    }
    let life = life.filter(|_| risks.is_some());
    let (facts, targets) = life.map(|life| (life.facts, life.targets)).unwrap_or_default();
    let sheet = Sheet {
        is_sampled: risks.is_some(),
        title,
        class: class(incident),
        status: word(&incident.status, |status| status.name().to_owned()),
        category: text(teller, &incident.category),
        origin: word(&incident.origin, |origin| origin.name().to_owned()),
        path: Text::new(teller.population.path(incident.source).as_str()),
        chosen: reason(teller, incident, chosen),
        days: [&incident.occurred, &incident.detected, &incident.contained, &incident.recovered, &incident.closed]
            .map(day),
        reviews: incident.reviews.items().iter().map(|stated| review(teller, stated)).collect(),
        flow: flow(teller, incident),
        meetings: meetings::of(teller, incident),
        findings,
        id,
        facts,
        actions,
        trace,
        targets,
        counts,
        notes,
        pictures,
    };
    (sheet, questions)
}

/// The life of an incident, drawn. Its title has been masked.
fn picture(life: &Timeline, id: &Text, title: &Text) -> Figure {
    let title = Some(title).filter(|title| !title.as_str().is_empty());
    let (facts, targets, commit) = (&life.facts, &life.targets, life.commit.as_deref());
    let most = figure::timeline::ON_PAPER;
    let as_of = life.as_of;
    figure::timeline::of(&Life { id, title, facts, targets, as_of, commit, most, has_groups: false })
}

fn text(teller: &Teller<'_>, fact: &TextFact) -> Text {
    match fact {
        Fact::Declined { reason, .. } => teller.say(&format!("none: {reason}")),
        fact if fact.is_encrypted() => "encrypted".into(),
        fact => teller.say(fact.text().unwrap_or_default()),
    }
}

/// A word of the format; what stands there and is none is shown as what it is.
fn word<T>(fact: &Fact<T>, name: impl Fn(&T) -> String) -> Text {
    match fact {
        Fact::Stated { value, .. } => Text::new(name(value)),
        Fact::Wrong { .. } => "not understood".into(),
        _ => Text::default(),
    }
}

/// The class, and the word of the record where it is another.
fn class(incident: &Incident) -> Text {
    let class = incident.class().name();
    match incident.severity.value() {
        Some(severity) if &*severity.word != class => Text::new(format!("{class} ({})", severity.word)),
        Some(_) => Text::from(class),
        None => Text::from(format!("{class} (no severity is stated)")),
    }
}

fn reason(teller: &Teller<'_>, incident: &Incident, chosen: Option<NaiveDate>) -> Text {
    let is_detected = incident.detected.value().map(|when| teller.book.calendar.day_of(when)) == chosen;
    match chosen {
        Some(day) if is_detected => Text::new(format!("detected on {day}")),
        Some(day) => Text::new(format!("closed on {day}, detected outside the period")),
        None => "no day of detection or closure could be read, so it is in every period".into(),
    }
}

fn review(teller: &Teller<'_>, review: &Review) -> ReviewLine {
    let people = review.participants.items().iter().map(|one| match &one.stands_for {
        Some(role) => format!("{} (for {role})", one.name),
        None => one.name.to_string(),
    });
    let absent = review.absent.iter().map(|one| match one.reason.text() {
        Some(why) => format!("{}: {why}", one.name.value),
        None => one.name.value.to_string(),
    });
    ReviewLine {
        kind: Text::from(review.kind().name()),
        date: day(&review.date),
        facilitator: text(teller, &review.facilitator),
        participants: teller.say(&joined(people)),
        absent: teller.say(&joined(absent)),
        output: text(teller, &review.output),
    }
}

fn joined<T: Display>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join("; ")
}

fn list(teller: &Teller<'_>, list: &List) -> Text {
    teller.say(&joined(list.items().iter().map(|item| &item.value)))
}

fn action(
    teller: &Teller<'_>,
    incident: &Text,
    action: &Action,
    changes: &[ChangeLine],
    facts: &[DatedFact],
) -> ActionLine {
    let id = Text::new(action.name());
    let due = day(&action.due);
    let (first_due, due_moves) = moves(&format!("{}.due", action.field), due, facts);
    let late = due.map(|due| (teller.verdict.as_of - due.0).num_days());
    ActionLine {
        incident: incident.clone(),
        text: text(teller, &action.text),
        kind: word(&action.kind, |kind| kind.name().to_owned()),
        owner: text(teller, &action.owner),
        lessons: list(teller, &action.lessons),
        status: status(teller, action),
        is_open: action.is_open(),
        first_due,
        due,
        due_moves,
        completed: day(&action.completed),
        overdue: late.filter(|days| *days > 0 && action.is_open()),
        evidence: action.evidence.items().iter().map(|named| teller.say(named.as_str())).collect(),
        changes: changes.iter().filter(|change| !change.is_decision && change.by == id).cloned().collect(),
        effectiveness: effect(teller, &action.effectiveness),
        id,
    }
}

fn status(teller: &Teller<'_>, action: &Action) -> Text {
    let stated = word(&action.status, |status| status.name().to_owned());
    let stated = if stated.as_str().is_empty() { "no status".to_owned() } else { stated.to_string() };
    match action.declined.as_ref().map(|declined| (declined.why.text(), declined.by.text())) {
        Some((why, by)) => {
            teller.say(&format!("{stated} by {}: {}", by.unwrap_or("nobody named"), why.unwrap_or("no reason")))
        }
        None => Text::new(stated),
    }
}

/// The due date that the main line had first, and how often it got another.
fn moves(field: &str, due: Option<Day>, facts: &[DatedFact]) -> (Option<Day>, usize) {
    let Some(fact) = facts.iter().find(|fact| fact.field.as_str() == field) else { return (due, 0) };
    let parsed = |text: &Text| text.as_str().get(..10).and_then(|day| day.parse().ok()).map(Day);
    let first = fact.changes.first().and_then(|step| step.before.as_ref().or(step.after.as_ref())).and_then(parsed);
    let moved = fact.changes.iter().filter(|step| step.before.is_some() && step.after.is_some()).count();
    (first.or(due), moved)
}

fn effect(teller: &Teller<'_>, check: &Check) -> Text {
    let result = word(&check.result, |result| result.name().to_owned());
    let by = check.by.text().map_or(String::new(), |by| format!(" by {by}"));
    match (check.checked.value(), check.due.value()) {
        (Some(checked), _) => teller.say(&format!("{result} (checked {}{by})", checked.date)),
        (None, Some(due)) => Text::new(format!("to be checked by {}", due.date)),
        (None, None) if check.stated => result,
        (None, None) => Text::default(),
    }
}

/// Relations and decisions, as far as anything is stated.
fn flow(teller: &Teller<'_>, incident: &Incident) -> Vec<(Text, Text)> {
    let links = &incident.links;
    let linked = [
        ("risks", &links.risks),
        ("policies", &links.policies),
        ("controls", &links.controls),
        ("training", &links.training),
    ];
    let decisions = &incident.decisions;
    let decided = [
        ("decision on policies", &decisions.policy),
        ("decision on controls", &decisions.control),
        ("decision on awareness", &decisions.awareness),
        ("decision on risks", &decisions.risk),
    ];
    let linked = linked
        .into_iter()
        .filter(|(_, named)| !named.items().is_empty())
        .map(|(name, named)| (Text::from(name), list(teller, named)));
    let decided =
        decided.into_iter().filter_map(|(name, decision)| Some((Text::from(name), decision_of(teller, decision)?)));
    linked.chain(decided).collect()
}

fn decision_of(teller: &Teller<'_>, decision: &Decision) -> Option<Text> {
    let by = decision.by.text().map_or(String::new(), |by| format!(" ({by})"));
    if !decision.changed.items().is_empty() {
        let changed = joined(decision.changed.items().iter().map(|item| &item.value));
        return Some(teller.say(&format!("changed: {changed}{by}")));
    }
    decision.no_change.text().map(|why| teller.say(&format!("no change: {why}{by}")))
}
