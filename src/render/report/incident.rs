//! The traceability matrix, and a part for each incident.

use super::html::{Html, framed, p, table};
use super::page;
use crate::report::{ActionLine, ChangeLine, ReviewLine, Sheet, TraceRow, Weight};
use crate::text::Text;
use crate::timeline::{ClaimedTarget, DatedFact, Day, Hunk, PieceKind, TargetLanding};

/// From each incident to its lessons, actions, changes, links and management reviews.
pub(super) fn matrix(incidents: &[Sheet]) -> Html {
    let heads = [
        "Incident",
        "Lesson, and what became of it",
        "Action",
        "Evidence named",
        "Change, and what git shows",
        "Risks, policies, controls, decisions",
        "Management review",
    ];
    let heading = Html::tag("h2", Html::text("Traceability matrix"));
    let bodies = incidents.iter().enumerate().map(|(at, sheet)| body(at, sheet));
    let inner = if incidents.is_empty() {
        p(Html::tag("em", Html::text("No incident is in the period.")))
    } else {
        framed("One block an incident, one line a lesson and action", &heads, Html::all(bodies))
    };
    Html::tag("section id=\"trace\"", Html::all([heading, inner]))
}

fn body(at: usize, sheet: &Sheet) -> Html {
    let rows = sheet.trace.len().max(1);
    let name = Html::lines([
        Html::link(at, Html::text(&sheet.id)),
        Html::text(&sheet.title),
        Html::text(format!("{}, {}", sheet.class, sheet.status)),
    ]);
    let flow = Html::lines(sheet.flow.iter().map(|(name, what)| Html::text(format!("{name}: {what}"))));
    let meetings = match sheet.meetings.as_slice() {
        [] => Html::text("no management review lists it or is named"),
        meetings => Html::lines(meetings.iter().map(Html::text)),
    };
    let (before, after) = (Html::row_head(rows, name), [Html::tall_cell(rows, flow), Html::tall_cell(rows, meetings)]);
    let empty = || vec![Html::tag("td", Html::text("no lesson is stated")), dash(), dash(), dash()];
    let mut lines: Vec<Vec<Html>> = sheet.trace.iter().map(trace).collect();
    if lines.is_empty() {
        lines.push(empty());
    }
    if let Some(first) = lines.first_mut() {
        first.insert(0, before);
        first.extend(after);
    }
    let lines = lines.into_iter().map(|cells| Html::all([Html::tag("tr", Html::all(cells)), Html::raw("\n")]));
    Html::tag("tbody class=\"tall\"", Html::all(lines))
}

fn dash() -> Html {
    Html::tag("td", Html::raw("–"))
}

fn trace(row: &TraceRow) -> Vec<Html> {
    let outcome = Html::text(&row.outcome);
    let outcome = if row.is_gap { Html::tag("span class=\"gap\"", outcome) } else { outcome };
    let lesson = match &row.lesson {
        Some(lesson) => Html::lines([Html::text(lesson), outcome]),
        None => Html::raw("–"),
    };
    [
        lesson,
        Html::some(row.action.as_ref()),
        Html::lines(row.evidence.iter().map(|named| Html::tag("code", Html::text(named)))),
        Html::lines(row.changes.iter().map(|change| {
            Html::all([Html::tag("code", Html::text(&change.target)), Html::raw(": "), answered(change)])
        })),
    ]
    .map(|cell| Html::tag("td", cell))
    .into()
}

/// What git shows of a claim, with the commit that answers.
pub(super) fn answered(change: &ChangeLine) -> Html {
    let answer = Html::text(&change.answer);
    let answer = match change.weight {
        Weight::Shown => Html::tag("span class=\"shown\"", answer),
        Weight::Unproven => Html::tag("span class=\"gap\"", answer),
        Weight::Unknown | Weight::Outside | Weight::Open => answer,
    };
    let commit =
        change.commit.as_ref().map(|commit| Html::all([Html::raw(" "), Html::tag("code", Html::text(seven(commit)))]));
    let day = change.day.map(|day| Html::text(format!(" of {day}")));
    Html::all([Some(answer), commit, day].into_iter().flatten())
}

fn seven(commit: &Text) -> String {
    commit.as_str().chars().take(12).collect()
}

/// A part for each incident.
pub(super) fn sheets(incidents: &[Sheet]) -> Html {
    let heading = Html::tag("h2", Html::text("Incidents of the period"));
    let sheets = incidents
        .iter()
        .enumerate()
        .map(|(at, sheet)| Html::all([Html::numbered("article", at, self::sheet(sheet)), Html::raw("\n")]));
    Html::tag("section id=\"incidents\"", Html::all([heading].into_iter().chain(sheets)))
}

fn sheet(sheet: &Sheet) -> Html {
    let about = format!(
        "{}; status {}; {}. Record: {}",
        sheet.class,
        if sheet.status.as_str().is_empty() { "not stated" } else { sheet.status.as_str() },
        sheet.chosen,
        sheet.path
    );
    let facts = table(
        "Stated days, and when the main line first had them",
        &["Fact", "Stated", "Landed", "Commit", "Days after", "Grade", "Stated before"],
        sheet.facts.iter().map(fact).collect(),
        "History follows no dated fact of this record.",
    );
    let reviews = table(
        "Reviews",
        &["Kind", "Held", "Led by", "Took part", "Excused", "Minutes"],
        sheet.reviews.iter().map(review).collect(),
        "No review is stated.",
    );
    let actions = table(
        "Actions",
        &["Action", "What", "Kind", "Owner", "Status", "First due", "Due (moves)", "Completed", "Did it help"],
        sheet.actions.iter().map(action).collect(),
        "No action is stated.",
    );
    let targets = sheet.targets.iter().filter(|target| !target.landings.is_empty()).map(target);
    let notes = sheet.notes.iter().map(|note| p(Html::text(note)));
    Html::all(
        [Html::tag("h3", Html::text(format!("{}: {}", sheet.id, sheet.title))), p(Html::text(about))]
            .into_iter()
            .chain([facts, reviews, actions])
            .chain(targets)
            .chain([page::findings(
                "Findings about this incident",
                &sheet.findings,
                "The rules that ran found nothing.",
            )])
            .chain(notes),
    )
}

fn fact(fact: &DatedFact) -> Vec<Html> {
    let landed = fact.landed.as_ref();
    let commit = landed.and_then(|seen| seen.commit.as_deref()).map(|commit| seven(&Text::new(commit)));
    let grade = landed.map(|seen| format!("{:?}", seen.grade));
    let before = fact.changes.iter().filter_map(|step| {
        step.before.as_ref().map(|before| Html::text(format!("{before}, until {}", step.landed.day)))
    });
    vec![
        Html::text(&fact.field),
        Html::some(fact.stated),
        Html::some(landed.map(|seen| seen.day)),
        Html::tag("code", Html::some(commit)),
        Html::some(fact.days),
        Html::some(grade),
        Html::lines(before),
    ]
}

fn review(line: &ReviewLine) -> Vec<Html> {
    let texts = [&line.facilitator, &line.participants, &line.absent, &line.output].map(Html::or_dash);
    [Html::text(&line.kind), Html::some(line.date)].into_iter().chain(texts).collect()
}

fn action(line: &ActionLine) -> Vec<Html> {
    let late = line.overdue.map(|days| Html::tag("span class=\"gap\"", Html::text(format!("{days} days overdue"))));
    let moves = if line.due_moves == 0 { String::new() } else { format!(" ({} moves)", line.due_moves) };
    let due = Html::text(line.due.map_or("–".to_owned(), |Day(due)| format!("{due}{moves}")));
    vec![
        Html::text(&line.id),
        Html::or_dash(&line.text),
        Html::or_dash(&line.kind),
        Html::or_dash(&line.owner),
        Html::text(&line.status),
        Html::some(line.first_due),
        Html::lines([due].into_iter().chain(late)),
        Html::some(line.completed),
        Html::or_dash(&line.effectiveness),
    ]
}

/// What landed on something that a claim names.
fn target(target: &ClaimedTarget) -> Html {
    let path = target.path.as_ref().filter(|path| **path != target.name);
    let place = path.map_or(String::new(), |path| format!(" in {path}"));
    let heading = Html::tag("h4", Html::text(format!("What landed on {}{place}", target.name)));
    let more = match target.more {
        0 => None,
        n => Some(p(Html::text(format!("{n} later landings are not listed.")))),
    };
    let heads = ["Landed", "Commit", "By", "Words added, removed", "The words, where it answers a claim"];
    let rows = target.landings.iter().map(landing).collect();
    Html::all(
        [heading, table("The last landing before the incident, and those since", &heads, rows, "")]
            .into_iter()
            .chain(more),
    )
}

fn landing(landing: &TargetLanding) -> Vec<Html> {
    let seen = &landing.landed;
    let before = if landing.before { ", before the incident" } else { "" };
    let size = landing.added.zip(landing.removed).map(|(added, removed)| format!("+{added} -{removed}"));
    let more = (landing.more > 0).then(|| Html::text(format!("and {} more places", landing.more)));
    vec![
        Html::text(format!("{}{before}", seen.day)),
        Html::tag("code", Html::some(seen.commit.as_deref().map(|commit| seven(&Text::new(commit))))),
        Html::some(seen.author.as_ref()),
        Html::some(size),
        Html::lines(landing.hunks.iter().map(hunk).chain(more)),
    ]
}

/// Words that came are underlined and words that went are struck through; programs that read aloud say both.
fn hunk(hunk: &Hunk) -> Html {
    let piece = |piece: &crate::timeline::Piece| {
        let text = Html::text(&piece.text);
        let text = match piece.kind {
            PieceKind::Same => text,
            PieceKind::Added => Html::tag("ins", text),
            PieceKind::Removed => Html::tag("del", text),
        };
        Html::all([text, Html::raw(" ")])
    };
    Html::all(hunk.pieces.iter().map(piece))
}
