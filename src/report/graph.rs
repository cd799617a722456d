//! The pictures of a sheet: the life of the incident, and what came of it.

use super::incident::{ActionLine, ChangeLine, TraceRow, Weight};
use super::model::FindingLine;
use super::parts::RiskLine;
use super::{Teller, meetings, trace};
use crate::figure::chain::{Chain, Column, Link, Step};
use crate::population::answered;
use crate::record::{Action, Incident};
use crate::text::Text;

/// What the picture of a chain is made of.
pub(super) struct Parts<'a> {
    pub id: &'a Text,
    pub trace: &'a [TraceRow],
    pub actions: &'a [ActionLine],
    pub changes: &'a [ChangeLine],
    pub risks: &'a [RiskLine],
    pub findings: &'a [FindingLine],
}

/// Columns of the chain.
const LESSONS: usize = 1;
const ACTIONS: usize = 2;
const CHANGES: usize = 3;
const RISKS: usize = 4;
const REVIEWS: usize = 5;

/// From an incident to its lessons, actions, changes, risks and management reviews.
pub(super) fn chain(teller: &Teller<'_>, incident: &Incident, parts: &Parts<'_>) -> Chain {
    let mut drawing = Drawing::new(parts.id);
    drawing.lessons(teller, incident, parts);
    drawing.changes(parts);
    drawing.risks(parts);
    drawing.reviews(teller, incident, parts);
    drawing.chain.steps.sort_unstable();
    drawing.chain.steps.dedup();
    drawing.chain
}

struct Drawing {
    chain: Chain,
}

/// The only box of the first column.
const INCIDENT: (usize, usize) = (0, 0);

impl Drawing {
    fn new(id: &Text) -> Self {
        let heads = ["Incident", "Lessons", "Actions", "Changes", "Risks", "Management"];
        let columns = heads.map(|head| Column { head: head.into(), boxes: Vec::new() }).into();
        let title = Text::new(format!("What came of {id}"));
        let mut drawing = Self { chain: Chain { title, columns, steps: Vec::new() } };
        drawing.add(0, Link { name: id.clone(), says: Text::default(), is_gap: false });
        drawing
    }

    /// Adds a box, and returns where it is.
    fn add(&mut self, column: usize, link: Link) -> (usize, usize) {
        let Some(boxes) = self.chain.columns.get_mut(column).map(|column| &mut column.boxes) else { return INCIDENT };
        boxes.push(link);
        (column, boxes.len() - 1)
    }

    fn gap(&mut self, column: usize, name: &'static str, says: &'static str) -> (usize, usize) {
        self.add(column, Link { name: name.into(), says: says.into(), is_gap: true })
    }

    fn step(&mut self, from: (usize, usize), to: (usize, usize), is_shown: bool) {
        self.chain.steps.push(Step { from, to, is_shown });
    }

    fn lessons(&mut self, teller: &Teller<'_>, incident: &Incident, parts: &Parts<'_>) {
        let actions: Vec<&Action> = incident.actions.items().iter().collect();
        for line in parts.actions {
            let says = line.overdue.map_or_else(|| line.status.clone(), overdue);
            let name = line.id.clone();
            self.add(ACTIONS, Link { name, says, is_gap: line.overdue.is_some() });
        }
        for lesson in incident.lessons.items() {
            let named = trace::named(teller, lesson);
            let row = parts.trace.iter().find(|row| row.lesson.as_ref() == Some(&named));
            let (says, is_gap) = row.map(|row| (row.outcome.clone(), row.is_gap)).unwrap_or_default();
            let name = Text::new(lesson.name());
            let place = self.add(LESSONS, Link { name, says, is_gap });
            self.step(INCIDENT, place, false);
            for (at, action) in actions.iter().enumerate() {
                if answered(incident, action).any(|known| std::ptr::eq(known, lesson)) {
                    self.step(place, (ACTIONS, at), false);
                }
            }
        }
        for (at, action) in actions.iter().enumerate() {
            if answered(incident, action).next().is_none() {
                self.step(INCIDENT, (ACTIONS, at), false);
            }
        }
        if incident.lessons.items().is_empty() && incident.no_lessons.is_none() {
            let is_gap = is_found(parts, "missing-lesson");
            self.add(LESSONS, Link { name: "no lesson".into(), says: "none is stated".into(), is_gap });
        }
    }

    fn changes(&mut self, parts: &Parts<'_>) {
        for change in parts.changes {
            let place = self.change(change);
            let action = parts.actions.iter().position(|line| !change.is_decision && line.id == change.by);
            let from = action.map_or(INCIDENT, |at| (ACTIONS, at));
            self.step(from, place, change.weight == Weight::Shown);
        }
    }

    /// The box of what a claim names: several may name the same thing, and the worst answer is shown.
    fn change(&mut self, change: &ChangeLine) -> (usize, usize) {
        let is_gap = change.weight == Weight::Unproven;
        let link = Link { name: change.target.clone(), says: brief(change), is_gap };
        let boxes = self.chain.columns.get_mut(CHANGES).map(|column| &mut column.boxes);
        let known = boxes.and_then(|boxes| boxes.iter_mut().enumerate().find(|(_, known)| known.name == link.name));
        match known {
            Some((at, known)) if is_gap && !known.is_gap => {
                *known = link;
                (CHANGES, at)
            }
            Some((at, _)) => (CHANGES, at),
            None => self.add(CHANGES, link),
        }
    }

    fn risks(&mut self, parts: &Parts<'_>) {
        for line in parts.risks {
            let link =
                Link { name: line.risk.clone(), says: line.answer.clone(), is_gap: line.weight == Weight::Unproven };
            let place = self.add(RISKS, link);
            let boxes = self.chain.columns.get(CHANGES).map_or(&[][..], |column| &column.boxes);
            let change = boxes.iter().position(|change| change.name == line.risk);
            self.step(change.map_or(INCIDENT, |at| (CHANGES, at)), place, line.weight == Weight::Shown);
        }
        if parts.risks.is_empty() && is_found(parts, "untouched-risk") {
            self.gap(RISKS, "no risk", "none was looked at again");
        }
    }

    fn reviews(&mut self, teller: &Teller<'_>, incident: &Incident, parts: &Parts<'_>) {
        for meeting in meetings::all(teller, incident) {
            let link = Link { name: meeting.id, says: meeting.said, is_gap: !meeting.is_known };
            let place = self.add(REVIEWS, link);
            self.step(INCIDENT, place, meeting.is_listed);
        }
        if is_found(parts, "unreported-incident") {
            self.gap(REVIEWS, "not reported", "no management review decided on it");
        }
    }
}

fn overdue(days: i64) -> Text {
    Text::of_run(format!("{} overdue", crate::time::days(days)))
}

/// Whether a rule has an open finding about the incident that is more than a note.
fn is_found(parts: &Parts<'_>, rule: &str) -> bool {
    let is_it = |finding: &FindingLine| {
        finding.rule.as_str() == rule && finding.state.as_str() == "open" && finding.level.as_str() != "note"
    };
    parts.findings.iter().any(is_it)
}

/// What git shows of a change, with its day.
fn brief(change: &ChangeLine) -> Text {
    match change.day {
        Some(day) if change.weight == Weight::Shown => Text::of_run(format!("git shows it on {day}")),
        _ => change.answer.clone(),
    }
}
