//! The second page: every metric with its formula, what comes most often, and the incidents of each month.

use super::words;
use crate::page::{Block, Cell, Line, Row, Section, Table};
use crate::text::Text;
use crate::trend::{Metric, MonthCount, Ranked, Ranking, Replay, ReplayPoint, Trend};

pub(super) fn metrics(trend: &Trend) -> Section {
    let heads = ["Metric", "Period", "Period before", "Missing", "Asked for", "How it is computed"];
    let table = Table::new("Each metric with its formula", &heads, trend.metrics.iter().map(metric), "None.");
    Section::new("figures", "Figures", [Block::Table(table)]).wide()
}

fn metric(metric: &Metric) -> Row {
    let figures = |figures| {
        let lines = words::figures(metric.unit, figures);
        Cell::of(lines.into_iter().map(|line| Line::plain(Text::new(line))))
    };
    let missing = match (metric.now.missing, metric.before.missing) {
        (0, 0) => "0".to_owned(),
        (now, before) => format!("{now}; before {before}"),
    };
    vec![
        Cell::plain(metric.name.clone()),
        figures(&metric.now),
        figures(&metric.before),
        Cell::plain(Text::of_run(missing)),
        Cell::plain(metric.target.clone().unwrap_or_default()),
        Cell::plain(metric.formula.clone()),
    ]
}

pub(super) fn rankings(trend: &Trend) -> Section {
    let blocks = trend.rankings.iter().flat_map(|ranking| {
        let more =
            (ranking.more > 0).then(|| Block::says(Text::of_run(format!("{} more are not shown.", ranking.more))));
        std::iter::once(Block::Table(table(ranking))).chain(more)
    });
    Section::new("most", "What comes most often", blocks.collect::<Vec<_>>())
}

fn table(ranking: &Ranking) -> Table {
    let row =
        |row: &Ranked| vec![Cell::plain(row.name.clone()), Cell::value(Some(row.now)), Cell::value(Some(row.before))];
    let none = Text::joined([&ranking.name, &"none in either period.".into()], ": ");
    Table::new(ranking.name.clone(), &["Name", "Period", "Period before"], ranking.rows.iter().map(row), none)
}

pub(super) fn months(trend: &Trend) -> Section {
    let row = |month: &MonthCount| {
        let MonthCount { major, significant, moderate, minor, .. } = month;
        let all = major + significant + moderate + minor;
        let mut cells = vec![Cell::plain(Text::of_run(&month.month))];
        cells.extend([*major, *significant, *moderate, *minor, all].map(|count| Cell::value(Some(count))));
        cells
    };
    let heads = ["Month", "Major", "Significant", "Moderate", "Minor", "All"];
    let table = Table::new("Incidents by the month of their detection", &heads, trend.months.iter().map(row), "None.");
    Section::new("months", "Thirteen months", [Block::Table(table)])
}

/// The months that could not be judged, or not in full, each with its reason.
pub(super) fn unjudged(replay: &Replay) -> Option<Block> {
    let line = |point: &ReplayPoint| {
        let why = point.why.as_ref()?;
        let what = if point.found.is_some() { "not judged in full" } else { "could not be judged" };
        let day = Text::of_run(format!("{}: {what}: ", point.day));
        Some(Line::plain(Text::joined([&day, why], "")))
    };
    let lines: Vec<Line> = replay.points.iter().filter_map(line).collect();
    (!lines.is_empty()).then_some(Block::List(lines))
}
