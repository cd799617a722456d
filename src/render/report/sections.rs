//! The sample, and what comes from history and registers as a whole.

use super::incident::{self, short};
use super::page;
use crate::page::{Block, Cell, Kind, Line, Row, Section, Table};
use crate::report::{
    Ageing, BoardLine, Drawn, Integrity, IntegrityLine, OverdueLine, PopulationPart, Report, RiskLine, RulesChange,
    Sample, Weight,
};
use crate::text::Text;

/// Numbered ids, and lists from other systems.
pub(super) fn reconciliation(part: &PopulationPart) -> [Block; 3] {
    let series = part.series.iter().map(|line| {
        let missing = line.numbers.saturating_sub(line.there as u64);
        let missing = Line::of(if missing > 0 { Kind::Strong } else { Kind::Plain }, missing.to_string());
        let texts = [&line.prefix, &line.first, &line.last].map(|text| Cell::plain(text.clone()));
        texts.into_iter().chain([Cell::value(Some(line.there)), Cell::new(missing)]).collect::<Row>()
    });
    let heads = ["Ids that begin with", "First", "Last", "Records", "Numbers without a record"];
    let series = Table::new("Numbered ids of all records", &heads, series, "No record has a numbered id.");
    let lists = part.lists.iter().map(|line| {
        let numbers = [line.rows, line.unmatched].map(|n| Cell::value(Some(n)));
        [Cell::plain(line.name.clone())].into_iter().chain(numbers).collect::<Row>()
    });
    let lists = Table::new(
        "Lists from other systems, against the records",
        &["List", "Rows", "Rows that name no record"],
        lists,
        "The configuration names no list of another system, so nothing was reconciled. Whoever examines compares the \
         incidents with the ticket system, the log of the service desk or the register of an insurer.",
    );
    let unlisted = format!("Records that stand in none of these lists: {}.", part.unlisted);
    let unlisted = if part.lists.is_empty() {
        "A number without a record is no proof of a missing incident: a tombstone keeps its id, and gaps that nothing \
         explains are listed below."
            .to_owned()
    } else {
        unlisted
    };
    [Block::Table(series), Block::Table(lists), Block::says(Text::of_run(unlisted))]
}

/// Which incidents have a sheet, why, and what can be asked about them.
pub(super) fn sample(sample: &Sample, has_sheets: bool) -> Section {
    let row = |drawn: &Drawn| -> Row {
        vec![
            Cell::new(Line::of(Kind::Link(incident::id(drawn.at)), drawn.id.clone())),
            Cell::plain(drawn.class.clone()),
            Cell::plain(drawn.why.clone()),
            Cell::of(drawn.questions.iter().cloned().map(Line::plain)),
        ]
    };
    let (drawn, all) = (sample.drawn.len(), sample.population);
    let size = format!("{drawn} of {all} incidents of the period are in the sample.");
    let cut = match sample.cut {
        0 => String::new(),
        1 => " 1 more would have been suggested: there was no room.".to_owned(),
        n => format!(" {n} more would have been suggested: there was no room."),
    };
    let rest = if has_sheets {
        "Each of them has a sheet below. The others stand in the traceability matrix; their findings, if any, are in \
         result.json."
    } else {
        "Their sheets are in the pack for the auditor."
    };
    let table = Table::new(
        "The sample, with three questions for people who know the incident",
        &["Incident", "Class", "Why it is in the sample", "Questions for an interview"],
        sample.drawn.iter().map(row),
        "No incident is in the sample.",
    );
    let seed = Line::plain("Seed: the commit ").and(Line::code(sample.seed.clone()));
    let method = Block::List(sample.method.iter().cloned().map(Line::plain).collect());
    let size = Block::says(Text::of_run(size + &cut));
    Section::new(
        "sample",
        "Suggested sample",
        [size, Block::says(rest), method, Block::Paragraph(seed), Block::Table(table)],
    )
}

/// Risks before and after.
pub(super) fn risks(lines: &[RiskLine]) -> Section {
    let row = |line: &RiskLine| -> Row {
        let kind = match line.weight {
            Weight::Shown => Kind::Shown,
            Weight::Unproven => Kind::Gap,
            _ => Kind::Plain,
        };
        let commit = line.commit.as_ref().map(|commit| Line::plain(" ").and(short(commit.as_str())));
        let day = line.day.map(|day| Line::plain(format!(" of {day}")));
        let answer = Line::all([Some(Line::of(kind, line.answer.clone())), commit, day].into_iter().flatten());
        let risk = Cell::of([Line::plain(line.risk.clone()), Line::plain(line.title.clone())]);
        let rated = |text: &Text| Cell::of(text.as_str().split("; ").map(|one| Line::plain(text.with(one))));
        vec![Cell::plain(line.incident.clone()), risk, rated(&line.before), rated(&line.now), Cell::new(answer)]
    };
    let table = Table::new(
        "Risks that the incidents of the sample are linked to",
        &["Incident", "Risk", "Before the incident was detected", "In the commit of this pack", "What git shows"],
        lines.iter().map(row),
        "No incident of the sample is linked to a risk.",
    );
    let how = Block::says(
        "The rating before is the row of the register as it stood on the main line before the day of detection. Where \
         history does not follow it, this is said. Whether a rating is right is for the owner of the risk.",
    );
    Section::new("risks", "Risks before and after", [how, Block::Table(table)]).wide()
}

/// Overdue actions, and how long open ones are over.
pub(super) fn ageing(part: &Ageing) -> Section {
    let bands = part.bands.iter().map(|(name, counts)| -> Row {
        [Cell::plain(name.clone())].into_iter().chain(counts.map(|n| Cell::value(Some(n)))).collect()
    });
    let heads = [
        "Open actions",
        "Incidents of the period, by the due date as it stands",
        "Incidents of the period, by the first due date",
        "Incidents outside the period, by the due date as it stands",
    ];
    let (done, all) = part.in_time;
    let in_time = format!(
        "Of {all} actions of the period that have a due date and a day of completion, {done} were done by the due date \
         that was stated first."
    );
    let blocks = [
        Block::says(Text::of_run(in_time)),
        Block::Table(Table::new("Open actions by how long they are over, at the as-of date", &heads, bands, "")),
        Block::Table(overdue(&part.overdue)),
    ];
    Section::new("ageing", "Overdue and ageing", blocks)
}

fn overdue(lines: &[OverdueLine]) -> Table {
    let row = |line: &OverdueLine| -> Row {
        vec![
            Cell::plain(line.incident.clone()),
            Cell::plain(line.action.clone()),
            Cell::plain(line.text.clone()),
            Cell::value(line.first_due),
            Cell::value(line.due),
            Cell::value(Some(line.moves)),
            Cell::new(Line::of(Kind::Gap, line.days.to_string())),
        ]
    };
    let heads = ["Incident", "Action", "What", "First due", "Due", "Moves", "Days over"];
    let none = "No action of the period is over.";
    Table::new("Actions of the period that are over, the oldest first", &heads, lines.iter().map(row), none)
}

/// What git shows of the records themselves.
pub(super) fn integrity(part: &Integrity, has_findings: bool) -> Section {
    let question = |line: &IntegrityLine| -> Row {
        let open = Line::of(if line.open > 0 { Kind::Gap } else { Kind::Plain }, line.open.to_string());
        let tested = line.tested.map_or("not run, in whole or in part".to_owned(), |tested| tested.to_string());
        vec![
            Cell::plain(line.question.clone()),
            Cell::plain(line.rules.clone()),
            Cell::plain(Text::of_run(tested)),
            Cell::new(open),
            Cell::value(Some(line.other)),
        ]
    };
    let heads = ["Asked of history", "Rules", "Tested", "Open", "Covered, explained, or not due yet"];
    let questions = Table::new("What history was asked", &heads, part.questions.iter().map(question), "");
    let grades = part.grades.iter().map(|(name, all, inside)| -> Row {
        vec![Cell::plain(name.clone()), Cell::value(Some(*all)), Cell::value(Some(*inside))]
    });
    let heads = ["How the day of a landing is witnessed", "Landings", "Of these in the period"];
    let grades = Table::new("Landings on the main line", &heads, grades, "");
    let more = format!("{} more findings of these rules are in result.json.", part.more);
    let more = (part.more > 0).then(|| Block::says(Text::of_run(more)));
    let all = "Of all records, not of the period alone: who looks for a record that is gone does not know its day.";
    let list = page::findings("Findings of these rules", &part.findings, "These rules found nothing.");
    let list = has_findings.then_some(Block::Table(list));
    let blocks = [Block::says(all), Block::Table(questions)].into_iter().chain(list).chain(more).chain([
        Block::Table(grades),
        Block::Table(Table::new(
            "Why landings are witnessed no better",
            &["Reason", "Landings"],
            page::numbers(&part.unwitnessed),
            "Every landing is signed by a key that is trusted.",
        )),
        Block::Table(changes(&part.changes)),
    ]);
    Section::new("integrity", "Integrity of the records", blocks)
}

fn changes(list: &[RulesChange]) -> Table {
    let row = |change: &RulesChange| -> Row {
        let keys = Cell::of(change.keys.iter().cloned().map(Line::plain));
        vec![Cell::value(Some(change.day)), Cell::new(short(change.commit.as_str())), keys]
    };
    let none = "The configuration did not change in the period.";
    Table::new(
        "Changes of the rules and the configuration that landed in the period",
        &["Landed", "Commit", "Keys by which findings come and go"],
        list.iter().map(row),
        none,
    )
}

/// What management reviews say of the incidents of the period.
pub(super) fn boards(report: &Report) -> Section {
    let group = |board: &BoardLine| -> Vec<Row> {
        let rows = board.decisions.len().max(1);
        let name = Cell::of([Line::plain(board.id.clone()), board.date.map_or_else(Line::default, day)]);
        let trend = Cell::new(Line::code(board.trend.clone())).spanning(rows);
        let decisions = board.decisions.iter();
        let mut lines: Vec<Row> =
            decisions.map(|(id, decision)| vec![Cell::plain(id.clone()), Cell::plain(decision.clone())]).collect();
        if lines.is_empty() {
            lines.push(vec![Cell::plain("it lists no incident of the period"), Cell::of([])]);
        }
        if let Some(first) = lines.first_mut() {
            first.insert(0, name.spanning(rows));
            first.push(trend);
        }
        lines
    };
    let heads = ["Management review", "Incident of the period", "Decision", "Page of trends"];
    let groups: Vec<Vec<Row>> = report.boards.iter().map(group).collect();
    let none = "No management review was held from the first day of the period to the as-of date, and none lists an \
                incident of the period.";
    let table = Table { groups, ..Table::new("Management reviews and what they decided", &heads, [], none) };
    let unheard = match report.unheard.as_slice() {
        [] => Line::plain("Every significant and major incident of the period is listed by a management review."),
        ids => Line::plain("Significant and major incidents that no management review lists (yet): ")
            .and(Line::of(Kind::Strong, Text::joined(ids, ", "))),
    };
    Section::new("boards", "Management reviews and their decisions", [Block::Table(table), Block::Paragraph(unheard)])
}

fn day(day: crate::timeline::Day) -> Line {
    Line::plain(Text::of_run(day.to_string()))
}

/// The configuration as it was used, and the roles of those who take part.
pub(super) fn annex(report: &Report) -> [Section; 2] {
    let configuration = match report.configuration.as_slice() {
        [] => Block::says("There is no configuration, so the defaults apply."),
        lines => Block::Code(lines.to_vec()),
    };
    let says = "As it stands in the commit, in full. A line that holds a secret is shown by its key alone.";
    let table = Table::new(
        "Roles, and how many people hold each at the as-of date",
        &["Role", "People"],
        page::numbers(&report.roles),
        "No people register names a role.",
    );
    [
        Section::new("configuration", "Annex: the configuration as it was used", [Block::says(says), configuration]),
        Section::new("roles", "Annex: roles", [Block::Table(table)]),
    ]
}
