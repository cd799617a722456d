//! What a page of trends says, section by section.

use super::{curve, figures, review, stopped};
use crate::page::{Block, Cell, Kind, Line, Page, Section, Table};
use crate::text::Text;
use crate::trend::{Decision, DecisionItem, IncidentLine, Share, Stopped, Trend, number};

/// The page, to be read.
pub fn page(trend: &Trend) -> Page {
    let mut sections = vec![picture(trend), decisions(&trend.decisions), numbers(&trend.numbers)];
    sections.extend(trend.review.as_ref().map(|input| review::section(trend, input)));
    sections.extend([figures::metrics(trend), figures::rankings(trend), figures::months(trend)]);
    sections.extend([incidents(&trend.incidents), how(trend)]);
    let title = match &trend.review {
        Some(review) => format!("Incidents and what was learned: input for {}", review.id),
        None => "Incidents and what was learned: trends".to_owned(),
    };
    Page {
        title: Text::new(&title),
        name: Text::new(format!("{title}, {}", trend.period)),
        language: "en",
        label: trend.label.clone(),
        foot: foot(trend),
        head: head(trend),
        sections,
    }
}

/// Digits of a commit and a day, on each printed page.
fn foot(trend: &Trend) -> Text {
    let commit: String = trend.commit.iter().flat_map(|commit| commit.chars()).take(12).collect();
    Text::of_run(format!("commit {commit} · as of {} · closeloop {}", trend.as_of, trend.version))
}

fn head(trend: &Trend) -> Vec<Block> {
    let organisation = trend.organisation.as_ref().map(|name| Block::Lead(Line::of(Kind::Strong, name.clone())));
    let days = format!("Period: {}. Compared with {}. Judged as of {}.", trend.period, trend.previous, trend.as_of);
    organisation.into_iter().chain([Block::says(days), Block::Lead(Line::plain(trend.sentence.clone()))]).collect()
}

fn picture(trend: &Trend) -> Section {
    let shown = &trend.stopped;
    let mut blocks = Vec::new();
    if shown.causes.is_empty() {
        let words = "No incident of these 24 months names a cause (`causes` in its record), so nobody can tell whether one \
                     came back.";
        blocks.push(Block::says(words));
    } else {
        blocks.push(Block::Figure(stopped::figure(shown)));
        blocks.push(Block::says(rests_on(shown)));
    }
    if let Some(replay) = &trend.replay {
        blocks.push(Block::Heading(Line::plain("What stood open at the end of each month")));
        blocks.push(Block::Figure(curve::figure(replay)));
        blocks.push(Block::says(replay.formula.clone()));
        blocks.extend(figures::unjudged(replay));
    }
    Section::new("did-it-stop", "Did it stop?", blocks)
}

/// What the picture leaves out.
fn rests_on(shown: &Stopped) -> Text {
    let more = match shown.more {
        0 => String::new(),
        1 => " 1 more cause is not shown.".to_owned(),
        n => format!(" {n} more causes are not shown."),
    };
    let untagged = match shown.untagged {
        0 => String::new(),
        1 => " 1 incident of these months names no cause.".to_owned(),
        n => format!(" {n} incidents of these months name no cause."),
    };
    Text::of_run(format!(
        "Causes are the tags of the records. A remedy counts for every cause of its incident, from the landing that git \
         shows, or from the day that the record states. An incident that began before a remedy says nothing against \
         it.{more}{untagged}"
    ))
}

fn decisions(decisions: &[Decision]) -> Section {
    let blocks = decisions.iter().flat_map(|decision| {
        [Block::Heading(Line::plain(decision.question.clone())), Block::Table(table(decision))].into_iter().chain(
            (decision.more > 0).then(|| Block::says(Text::of_run(format!("{} more are not shown.", decision.more)))),
        )
    });
    Section::new("decide", "Three decisions to take", blocks.collect::<Vec<_>>())
}

/// The last three columns are for whoever decides.
fn table(decision: &Decision) -> Table {
    let row = |item: &DecisionItem| {
        let open = || Cell::plain("…");
        let about = Cell::new(Line::code(item.about.clone()));
        let why = Cell::of([Line::plain(item.why.clone()), Line::plain(item.role.clone())]);
        vec![about, Cell::plain(item.text.clone()), why, open(), open(), open()]
    };
    let heads = ["About", "What", "Why it is here", "Decision", "Owner", "By when"];
    let none = format!("Nothing in the records asks for it. {}", decision.drawn_from);
    Table::new(decision.drawn_from.clone(), &heads, decision.items.iter().map(row), Text::of_run(none))
}

fn numbers(numbers: &[Share]) -> Section {
    let line = |share: &Share| {
        let words = Line::plain(Text::joined([&" ".into(), &share.words], ""));
        match share.n.filter(|_| share.of > 0.0) {
            Some(n) => {
                Line::of(Kind::Strong, Text::of_run(format!("{} of {}", number(n), number(share.of)))).and(words)
            }
            None => Line::plain(share.words.clone()),
        }
    };
    let lines = numbers.iter().map(line).collect();
    Section::new("numbers", "Three numbers of 24 months", [Block::List(lines)])
}

fn incidents(lines: &[IncidentLine]) -> Section {
    let row = |line: &IncidentLine| {
        vec![
            Cell::new(Line::code(line.id.clone())),
            Cell::plain(line.title.clone()),
            Cell::plain(Text::of_run(&line.class)),
            Cell::value(Some(line.detected)),
            Cell::value(line.reviewed),
            Cell::value(Some(line.open)),
        ]
    };
    let heads = ["Incident", "Title", "Class", "Detected", "Last review", "Open actions"];
    let table = Table::new("In the order of their detection", &heads, lines.iter().map(row), "None was detected.");
    Section::new("incidents", "Incidents of the period", [Block::Table(table)])
}

fn how(trend: &Trend) -> Section {
    let mut blocks = vec![
        Block::says(
            "This page supports a management review (ISO/IEC 27001:2022 9.3.2); it says nothing about whether a requirement \
             is met. It holds no score and no name of a person. Percentages and p90 are left out where fewer than five \
             things were counted; missing is what records do not say.",
        ),
        Block::says(Text::of_run(format!(
            "Figures follow from what records state at this commit, as of {}. Those of the period before are computed from \
             the same records.",
            trend.as_of
        ))),
        Block::Code(vec![trend.command.clone()]),
    ];
    if !trend.notes.is_empty() {
        blocks.push(Block::List(trend.notes.iter().cloned().map(Line::plain).collect()));
    }
    Section::new("how", "How this page was made", blocks)
}
