//! What a reader outside the organisation gets: that the process works, in numbers.

use super::page::{self, glossary, untested};
use crate::page::{Block, Cell, Line, Row, Section, Table};
use crate::report::{Integrity, IntegrityLine, PopulationPart, Provenance, Report, RuleLine};
use crate::text::Text;

/// The sections for such a reader.
pub(super) fn sections(report: &Report) -> Vec<Section> {
    vec![
        how(),
        provenance(&report.provenance),
        population(&report.population),
        rules(&report.rules),
        integrity(&report.integrity),
        untested(report),
        page::again(&report.provenance),
        glossary(),
    ]
}

fn how() -> Section {
    let blocks = [
        Block::says(
            "The organisation keeps its management system for information security in git. A program read every record \
             of an incident at one commit, with the history of the records and of everything that they say was changed.",
        ),
        Block::says(
            "A change counts as shown when the history has a change of the named text in substance, in the time that \
             the record states. What is stated and cannot be seen there is never counted as shown.",
        ),
        Block::says("No number on this page is a score, and none says that a requirement is met."),
    ];
    Section::new("how", "How to read this", blocks)
}

/// What the pack was made of, as far as it names nothing of the organisation.
fn provenance(about: &Provenance) -> Section {
    let row = |name: &'static str, value: Line| vec![Cell::plain(name), Cell::new(value)];
    let history = format!("{} commits of the main line compared, all of them", about.depth);
    let rows = [
        row("Commit", Line::code(Text::new(&about.commit))),
        row("Tree", Line::code(Text::new(&about.tree))),
        row("Day of the commit", Line::plain(about.commit_day.to_string())),
        row("Tool", Line::plain(format!("closeloop {}", about.version))),
        row("SHA-256 of the configuration", Line::code(Text::new(&about.config_digest))),
        row("As-of date", Line::plain(about.as_of.to_string())),
        row("Period", Line::plain(format!("{} to {}", about.from, about.to))),
        row("For whom", Line::plain(about.audience.name())),
        row("History", Line::plain(history)),
        row("Command", Line::code(about.command.clone())),
    ];
    let table = Table::new("What this pack was made of", &["What", "Value"], rows, "");
    Section::new("provenance", "Provenance", [Block::Table(table)])
}

fn population(part: &PopulationPart) -> Section {
    let sources = part.sources.iter().map(|line| -> Row {
        let numbers = [line.files, line.rows].map(|n| Cell::value(Some(n)));
        [Cell::plain(line.name.clone())].into_iter().chain(numbers).collect()
    });
    let none = "No incident is in the period.";
    let tables = [
        Table::new("What was read", &["What", "Files", "Records"], sources, ""),
        Table::new("Incidents of the period by class", &["Class", "How many"], page::numbers(&part.classes), none),
        Table::new("Incidents of the period by month", &["Month", "How many"], page::numbers(&part.months), none),
    ];
    Section::new("population", "Population", tables.map(Block::Table))
}

fn rules(rules: &[RuleLine]) -> Section {
    let row = |rule: &RuleLine| -> Row {
        vec![
            Cell::plain(rule.id.clone()),
            Cell::plain(rule.summary.clone()),
            Cell::value(Some(rule.tested)),
            Cell::plain(rule.supports.clone()),
        ]
    };
    let says = "Each rule says what it would report. Tested counts subjects: records, actions, links. \"Supports\" names \
                what a rule is evidence for; it does not say that it is fulfilled.";
    let heads = ["Rule", "What it would report", "Tested", "Supports"];
    let table = Table::new("What was examined", &heads, rules.iter().map(row), "");
    Section::new("rules", "What was examined", [Block::says(says), Block::Table(table)]).wide()
}

fn integrity(part: &Integrity) -> Section {
    let question = |line: &IntegrityLine| -> Row {
        let tested = line.tested.map_or_else(|| Cell::plain("in part"), |tested| Cell::value(Some(tested)));
        vec![Cell::plain(line.question.clone()), tested]
    };
    let grades = part.grades.iter().map(|(name, all, inside)| -> Row {
        vec![Cell::new(Line::plain(name.clone())), Cell::value(Some(*all)), Cell::value(Some(*inside))]
    });
    let heads = ["How the day of a change is witnessed", "Changes of the main line", "Of these in the period"];
    let tables = [
        Table::new("What history was asked", &["Asked of history", "Tested"], part.questions.iter().map(question), ""),
        Table::new("How days are witnessed", &heads, grades, ""),
    ];
    Section::new("integrity", "Integrity of the records", tables.map(Block::Table))
}
