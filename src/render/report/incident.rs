//! The traceability matrix, and a part for each incident.

use super::page;
use crate::page::{Block, Cell, Kind, Line, Row, Section, Table};
use crate::report::{ActionLine, ChangeLine, ReviewLine, Sheet, TraceRow, Weight};
use crate::timeline::{ClaimedTarget, DatedFact, Day, Hunk, Piece, PieceKind, TargetLanding};

/// The name of the part of an incident, by its place in the report.
pub(super) fn id(at: usize) -> String {
    format!("i{at}")
}

/// From each incident to its lessons, actions, changes, links and management reviews.
pub(super) fn matrix(incidents: &[Sheet]) -> Section {
    let heads = [
        "Incident",
        "Lesson, and what became of it",
        "Action",
        "Evidence named",
        "Change, and what git shows",
        "Risks, policies, controls, decisions",
        "Management review",
    ];
    let caption = "One block an incident, one line a lesson and action";
    let groups = incidents.iter().enumerate().map(|(at, sheet)| group(at, sheet)).collect();
    let table = Table { groups, ..Table::new(caption, &heads, [], "No incident is in the period.") };
    Section::new("trace", "Traceability matrix", [Block::Table(table)]).wide()
}

fn group(at: usize, sheet: &Sheet) -> Vec<Row> {
    let rows = sheet.trace.len().max(1);
    let name = Cell::of([
        Line::of(Kind::Link(id(at)), sheet.id.clone()),
        Line::plain(sheet.title.clone()),
        Line::plain(format!("{}, {}", sheet.class, sheet.status)),
    ]);
    let flow = Cell::of(sheet.flow.iter().map(|(name, what)| Line::plain(format!("{name}: {what}"))));
    let meetings = match sheet.meetings.as_slice() {
        [] => Cell::plain("no management review lists it or is named"),
        meetings => Cell::of(meetings.iter().cloned().map(Line::plain)),
    };
    let nothing = || vec![Cell::plain("no lesson is stated"), Cell::of([]), Cell::of([]), Cell::of([])];
    let mut lines: Vec<Row> = sheet.trace.iter().map(trace).collect();
    if lines.is_empty() {
        lines.push(nothing());
    }
    if let Some(first) = lines.first_mut() {
        first.insert(0, name.spanning(rows));
        first.extend([flow.spanning(rows), meetings.spanning(rows)]);
    }
    lines
}

fn trace(row: &TraceRow) -> Row {
    let outcome = Line::of(if row.is_gap { Kind::Gap } else { Kind::Plain }, row.outcome.clone());
    let lesson = row.lesson.iter().flat_map(|lesson| [Line::plain(lesson.clone()), outcome.clone()]);
    let change = |change: &ChangeLine| Line::code(change.target.clone()).and(Line::plain(": ")).and(answered(change));
    vec![
        Cell::of(lesson),
        Cell::of(row.action.clone().map(Line::plain)),
        Cell::of(row.evidence.iter().cloned().map(Line::code)),
        Cell::of(row.changes.iter().map(change)),
    ]
}

/// What git shows of a claim, with the commit that answers.
pub(super) fn answered(change: &ChangeLine) -> Line {
    let kind = match change.weight {
        Weight::Shown => Kind::Shown,
        Weight::Unproven => Kind::Gap,
        Weight::Unknown | Weight::Outside | Weight::Open => Kind::Plain,
    };
    let commit = change.commit.as_ref().map(|commit| Line::plain(" ").and(short(commit.as_str())));
    let day = change.day.map(|day| Line::plain(format!(" of {day}")));
    Line::all([Some(Line::of(kind, change.answer.clone())), commit, day].into_iter().flatten())
}

/// The first digits of a commit.
pub(super) fn short(commit: &str) -> Line {
    Line::code(commit.chars().take(12).collect::<String>())
}

/// A part for each incident of the sample.
pub(super) fn sheets(incidents: &[Sheet]) -> Section {
    let sampled = incidents.iter().enumerate().filter(|(_, sheet)| sheet.is_sampled);
    let sheets = sampled.map(|(at, sheet)| self::sheet(at, sheet));
    let none = incidents.iter().all(|sheet| !sheet.is_sampled).then(|| Block::says("No incident is in the sample."));
    Section::new("incidents", "Sample sheets", none).with(sheets).wide()
}

fn sheet(at: usize, sheet: &Sheet) -> Section {
    let about = format!(
        "{}; status {}; {}. Record: {}",
        sheet.class,
        if sheet.status.as_str().is_empty() { "not stated" } else { sheet.status.as_str() },
        sheet.chosen,
        sheet.path
    );
    let found = page::findings("Findings about this incident", &sheet.findings, "The rules that ran found nothing.");
    let targets = sheet.targets.iter().filter(|target| !target.landings.is_empty()).flat_map(target);
    let blocks = [Block::says(about)]
        .into_iter()
        .chain(sheet.pictures.iter().cloned().map(Block::Figure))
        .chain(tables(sheet).map(Block::Table))
        .chain(targets)
        .chain([Block::Table(found)])
        .chain(sheet.notes.iter().cloned().map(Block::says));
    Section::new(id(at), format!("{}: {}", sheet.id, sheet.title), blocks).apart()
}

fn tables(sheet: &Sheet) -> [Table; 3] {
    let facts = Table::new(
        "Stated days, and when the main line first had them",
        &["Fact", "Stated", "Landed", "Commit", "Days after", "Grade", "Stated before"],
        sheet.facts.iter().map(fact),
        "History follows no dated fact of this record.",
    );
    let reviews = Table::new(
        "Reviews",
        &["Kind", "Held", "Led by", "Took part", "Excused", "Minutes"],
        sheet.reviews.iter().map(review),
        "No review is stated.",
    );
    let actions = Table::new(
        "Actions",
        &["Action", "What", "Kind", "Owner", "Status", "First due", "Due (moves)", "Completed", "Did it help"],
        sheet.actions.iter().map(action),
        "No action is stated.",
    );
    [facts, reviews, actions]
}

fn fact(fact: &DatedFact) -> Row {
    let landed = fact.landed.as_ref();
    let commit = landed.and_then(|seen| seen.commit.as_deref()).map(short);
    let before = fact.changes.iter().filter_map(|step| {
        step.before.as_ref().map(|before| Line::plain(format!("{before}, until {}", step.landed.day)))
    });
    vec![
        Cell::plain(fact.field.clone()),
        Cell::value(fact.stated),
        Cell::value(landed.map(|seen| seen.day)),
        Cell::of(commit),
        Cell::value(fact.days),
        Cell::value(landed.map(|seen| format!("{:?}", seen.grade))),
        Cell::of(before),
    ]
}

fn review(line: &ReviewLine) -> Row {
    let texts = [&line.facilitator, &line.participants, &line.absent, &line.output];
    let texts = texts.map(|text| Cell::plain(text.clone()));
    [Cell::plain(line.kind.clone()), Cell::value(line.date)].into_iter().chain(texts).collect()
}

fn action(line: &ActionLine) -> Row {
    let late = line.overdue.map(|days| Line::of(Kind::Gap, format!("{days} days overdue")));
    let moves = if line.due_moves == 0 { String::new() } else { format!(" ({} moves)", line.due_moves) };
    let due = Line::plain(line.due.map_or("–".to_owned(), |Day(due)| format!("{due}{moves}")));
    let texts = [&line.id, &line.text, &line.kind, &line.owner, &line.status].map(|text| Cell::plain(text.clone()));
    let days = [
        Cell::value(line.first_due),
        Cell::of([due].into_iter().chain(late)),
        Cell::value(line.completed),
        Cell::plain(line.effectiveness.clone()),
    ];
    texts.into_iter().chain(days).collect()
}

/// What landed on something that a claim names.
fn target(target: &ClaimedTarget) -> Vec<Block> {
    let path = target.path.as_ref().filter(|path| **path != target.name);
    let place = path.map_or(String::new(), |path| format!(" in {path}"));
    let heads = ["Landed", "Commit", "By", "Words added, removed", "The words, where it answers a claim"];
    let caption = "The last landing before the incident, and those since";
    let table = Table::new(caption, &heads, target.landings.iter().map(landing), "");
    let heading = Block::Heading(Line::plain(format!("What landed on {}{place}", target.name)));
    let more = (target.more > 0).then(|| Block::says(format!("{} later landings are not listed.", target.more)));
    [heading, Block::Table(table)].into_iter().chain(more).collect()
}

fn landing(landing: &TargetLanding) -> Row {
    let seen = &landing.landed;
    let before = if landing.before { ", before the incident" } else { "" };
    let size = landing.added.zip(landing.removed).map(|(added, removed)| format!("+{added} -{removed}"));
    let more = (landing.more > 0).then(|| Line::plain(format!("and {} more places", landing.more)));
    vec![
        Cell::plain(format!("{}{before}", seen.day)),
        Cell::of(seen.commit.as_deref().map(short)),
        Cell::value(seen.author.as_ref()),
        Cell::value(size),
        Cell::of(landing.hunks.iter().map(hunk).chain(more)),
    ]
}

fn hunk(hunk: &Hunk) -> Line {
    let piece = |piece: &Piece| {
        let kind = match piece.kind {
            PieceKind::Same => Kind::Plain,
            PieceKind::Added => Kind::Added,
            PieceKind::Removed => Kind::Removed,
        };
        Line::of(kind, piece.text.clone()).and(Line::plain(" "))
    };
    Line::all(hunk.pieces.iter().map(piece))
}
