//! What a management review takes in besides the figures, in the order of ISO/IEC 27001:2022 9.3.2.

use crate::page::{Block, Cell, Line, Section, Table};
use crate::text::Text;
use crate::trend::{DecidedLine, ReviewInput, RiskLine, ToReport, Trend};

/// Stands where no record of an incident says anything.
const ELSEWHERE: &str = "The records of incidents say nothing of it. To be filled in by hand:";

pub(super) fn section(trend: &Trend, input: &ReviewInput) -> Section {
    let parts = [
        part("a", "a. Actions from the review before", before(input)),
        part("b", "b. Changes outside and inside that matter", vec![Block::says(ELSEWHERE), blank()]),
        part("c", "c. What interested parties need", vec![Block::says(ELSEWHERE), blank()]),
        part("d", "d. How the management system does", performance(trend, input)),
        part("e", "e. What interested parties say", vec![Block::says(ELSEWHERE), blank()]),
        part("f", "f. Risks and their treatment", vec![risks(input)]),
        part("g", "g. What could be better", vec![better(input)]),
    ];
    let words = "What the standard wants a review to take in (ISO/IEC 27001:2022 9.3.2 a to g), in our own words; filled in as \
                 far as records of incidents go.";
    let mut section = Section::new("input", "Input for the review", [Block::says(words)]);
    section.sections = parts.to_vec();
    section
}

fn part(letter: &str, title: &'static str, blocks: Vec<Block>) -> Section {
    Section::new(format!("input-{letter}"), title, blocks)
}

fn blank() -> Block {
    Block::List(vec![Line::plain("…")])
}

fn before(input: &ReviewInput) -> Vec<Block> {
    let Some(before) = &input.before else {
        return vec![Block::says("No review before this one has a day in the register of management reviews.")];
    };
    let row = |line: &DecidedLine| {
        let state = format!("{} of {} open, {} overdue", line.open, line.actions, line.overdue);
        vec![
            Cell::new(Line::code(line.incident.clone())),
            Cell::plain(line.decision.clone()),
            Cell::plain(Text::of_run(state)),
        ]
    };
    let caption = Text::joined([&"Decided by".into(), before], " ");
    let none = Text::joined([before, &"lists no incident.".into()], " ");
    let heads = ["Incident", "What was decided", "Actions of its record"];
    vec![Block::Table(Table::new(caption, &heads, input.decided.iter().map(row), none))]
}

fn performance(trend: &Trend, input: &ReviewInput) -> Vec<Block> {
    let row = |line: &ToReport| {
        let how = if line.is_covered { "reported by linking this page" } else { "needs a decision in the minutes" };
        vec![
            Cell::new(Line::code(line.incident.clone())),
            Cell::plain(line.title.clone()),
            Cell::plain(Text::of_run(&line.class)),
            Cell::value(Some(line.since)),
            Cell::plain(how),
        ]
    };
    let heads = ["Incident", "Title", "Class", "Ready since", "How it is reported"];
    let caption = "Significant and major incidents that no review has decided on";
    let none = "Every significant or major incident that is ready was decided on, or an earlier page lists it.";
    let mut blocks = vec![
        Block::says("The figures, the causes and the decisions to take stand on this page."),
        Block::Table(Table::new(caption, &heads, input.to_report.iter().map(row), none)),
    ];
    if !input.to_report.is_empty() {
        blocks.push(Block::says("For the head of the minutes, with the decisions that are taken:"));
        blocks.push(Block::Code(minutes(trend, input)));
    }
    blocks
}

/// The lines of the minutes that list the incidents, to be completed.
fn minutes(trend: &Trend, input: &ReviewInput) -> Vec<Text> {
    let entry = |line: &ToReport| {
        let id = serde_json::Value::from(line.incident.as_str());
        Text::new(format!("  - {{ id: {id}, decision: \"\" }}"))
    };
    let page = format!("trend: trends/{}.md  # where this page is committed", file_name(trend, input));
    [Text::new(page), "incidents:".into()].into_iter().chain(input.to_report.iter().map(entry)).collect()
}

/// A name for the file, made of the id of the review.
fn file_name(trend: &Trend, input: &ReviewInput) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = input.id.as_str().chars().filter(plain).collect();
    if name.is_empty() { trend.period.to.to_string() } else { name }
}

fn risks(input: &ReviewInput) -> Block {
    let row = |line: &RiskLine| {
        let incidents = line.incidents.iter().cloned().map(Line::code);
        let changed = line.changed.map_or_else(|| "not in this period".to_owned(), |day| format!("on {day}"));
        vec![Cell::new(Line::code(line.risk.clone())), Cell::of(incidents), Cell::plain(Text::of_run(changed))]
    };
    let heads = ["Risk", "Incidents of the period", "Its row changed in substance"];
    let none = "No incident of the period is linked to a risk.";
    Block::Table(Table::new(
        "Risks that incidents of the period are linked to",
        &heads,
        input.risks.iter().map(row),
        none,
    ))
}

fn better(input: &ReviewInput) -> Block {
    if input.unanswered.is_empty() {
        return Block::says("Every lesson of the period is answered, or its review is still to come.");
    }
    Block::List(input.unanswered.iter().cloned().map(Line::plain).collect())
}
