//! `checklist.md`: the checklist of an internal audit, filled with counts; the conclusions are for whoever asks.

use crate::page::{Block, Cell, Line, Page, Section, Table};
use crate::report::{ChecklistLine, Report};
use crate::text::Text;

/// A cell that is left open: a blank, as a dash would say that there is nothing.
const OPEN: &str = "\u{a0}";

/// What a section of the page is called.
pub(super) fn title(page: &Page, id: &str) -> Text {
    page.sections.iter().find(|section| section.id == id).map_or_else(|| Text::new(id), |section| section.title.clone())
}

/// The checklist as a page of its own.
pub(super) fn checklist(report: &Report, page: &Page) -> Page {
    let kinds = [
        ("W", "walk", "The walk from the list of incidents to the change and back"),
        ("N", "typical", "What is often found about learning from incidents"),
        ("X", "exceptions", "What was let through"),
    ];
    let part = |(start, id, name): (&str, &'static str, &'static str)| {
        let lines = report.checklist.iter().filter(|line| line.id.as_str().starts_with(start));
        let heads = ["Id", "Question", "Answered in", "Found", "Conclusion"];
        let table = Table::new(name, &heads, lines.map(|line| row(line, page)), "");
        Section::new(id, name, [Block::Table(table)]).wide()
    };
    Page {
        title: "Checklist of an internal audit: learning from information security incidents".into(),
        name: Text::new(format!("Checklist, {} to {}", report.provenance.from, report.provenance.to)),
        head: vec![
            Block::says(
                "Sections are those of report.html. Counts of rules are over all records of the commit, other counts \
                 over the incidents of the period. Failed counts findings that nothing covers.",
            ),
            Block::says("The conclusions are left open: no count answers a question by itself."),
        ],
        sections: kinds.map(part).into(),
        ..page.clone()
    }
}

fn row(line: &ChecklistLine, page: &Page) -> Vec<Cell> {
    let sections = line.sections.iter().map(|id| Line::plain(title(page, id)));
    let found = line.found.iter().cloned().map(Line::plain);
    let texts = [&line.id, &line.question].map(|text| Cell::plain(text.clone()));
    texts.into_iter().chain([Cell::of(sections), Cell::of(found), Cell::plain(OPEN)]).collect()
}
