//! The section on frameworks: from each clause to the rules that support it, and what they found.

use crate::page::{Block, Cell, Kind, Line, Section, Table};
use crate::report::{ClauseLine, FrameworkPart, Report};
use crate::text::Text;

/// The section.
pub(super) fn section(report: &Report) -> Section {
    let what = Block::says(
        "Which rules support which clause, and what they found. A clause asks for more than any rule can see: \
         \"supports\" never means that it is fulfilled. Identifiers are those of the framework, the words are our own. \
         Tested and failed are counted over all records of the commit, incidents over the period.",
    );
    let parts = report.crosswalk.iter().flat_map(part);
    Section::new("frameworks", "Framework crosswalk", [what].into_iter().chain(parts)).wide()
}

fn part(part: &FrameworkPart) -> impl Iterator<Item = Block> {
    let heads =
        ["Clause", "In short", "Supported by", "Tested", "Failed", "Covered", "Not run", "Incidents with findings"];
    let caption = Text::joined([&part.title, &Text::from("clauses and the rules that support them")], ": ");
    let table = Table::new(caption, &heads, part.clauses.iter().map(row), "");
    let limits = part.limits.iter().cloned().map(Line::plain).collect::<Vec<_>>();
    let stricter = [Block::says("Its limits are stricter than the configuration, and hold:"), Block::List(limits)];
    let stricter = stricter.into_iter().filter(|_| !part.limits.is_empty());
    let title = Block::Heading(Line::plain(part.title.clone()));
    [title].into_iter().chain(stricter).chain([Block::Table(table)])
}

fn row(line: &ClauseLine) -> Vec<Cell> {
    let rules = line.rules.iter().map(|rule| {
        let kind = if rule.state.as_str() == "failed" { Kind::Gap } else { Kind::Plain };
        Line::of(kind, Text::joined([&rule.rule, &rule.state], ": "))
    });
    let texts = [&line.id, &line.wording].map(|text| Cell::plain(text.clone()));
    let counts = [line.tested, line.failed, line.waived].map(|n| Cell::value(Some(n)));
    let last = [line.not_run, line.incidents].map(|n| Cell::value(Some(n)));
    texts.into_iter().chain([Cell::of(rules)]).chain(counts).chain(last).collect()
}
