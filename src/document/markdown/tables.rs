//! Tables of Markdown: the cells as they are written, not as many as the parser makes of them.

use super::super::csv::width_problem;
use super::super::{Cell, Row, SyntaxProblem, Table};
use crate::source::Span;
use std::ops::Range;

/// From this many columns on, a row of the wrong width is a problem; two columns are often free text.
const STRICT_WIDTH: usize = 3;

/// A table that is being read.
#[derive(Default)]
pub(super) struct Reading {
    table: Table,
    row: Row,
    /// The number of cells of the present row that the parser has shown.
    shown: usize,
    text: String,
}

impl Reading {
    /// Begins a table.
    pub(super) fn new(span: Span, section: Option<usize>) -> Self {
        Self { table: Table { span, section, ..Table::default() }, ..Self::default() }
    }

    /// Begins a row: its cells are read from its own text.
    pub(super) fn row(&mut self, text: &str, range: Range<usize>) {
        self.row = written(text, range);
        self.shown = 0;
    }

    /// Begins the next cell.
    pub(super) fn cell(&mut self) {
        self.text.clear();
    }

    /// Takes text of the present cell, without marks.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends a cell: what the parser made of it is its text.
    pub(super) fn end_cell(&mut self) {
        if let Some(cell) = self.row.cells.get_mut(self.shown) {
            cell.text = self.text.trim().into();
        }
        self.shown += 1;
    }

    /// Ends the header row.
    pub(super) fn end_header(&mut self) {
        self.table.header = std::mem::take(&mut self.row);
    }

    /// Ends a row; one without text is left out.
    pub(super) fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.cells.iter().any(|cell| !cell.span.is_empty()) {
            self.table.rows.push(row);
        }
    }

    /// Ends the table.
    pub(super) fn end(self, problems: &mut Vec<SyntaxProblem>) -> Table {
        if self.table.header.cells.len() >= STRICT_WIDTH {
            problems.extend(self.table.rows.iter().filter_map(|row| width_problem(row, &self.table.header)));
        }
        self.table
    }
}

/// Divides the text of a row at its pipes. The parser drops cells beyond the header and adds missing ones.
fn written(text: &str, range: Range<usize>) -> Row {
    let line = text.get(range.clone()).unwrap_or_default();
    let line = line.get(..line.find(['\n', '\r']).unwrap_or(line.len())).unwrap_or_default().trim_end();
    let lead = line.len() - line.trim_start().len();
    let begin = range.start + lead;
    let line = line.trim_start();
    let span = Span::new(begin, begin + line.len());
    let mut pipes: Vec<usize> = pipes(line).collect();
    let inner = if pipes.first() == Some(&0) { pipes.remove(0) + 1 } else { 0 };
    let mut cells = Vec::new();
    let mut from = inner;
    for pipe in pipes.iter().copied().chain(std::iter::once(line.len())) {
        // Behind the last pipe there is no further cell.
        if pipe < line.len() || from < line.len() {
            cells.push(cell(line, from..pipe, begin));
        }
        from = pipe + 1;
    }
    Row { span, cells }
}

/// The pipes that divide cells: those without a backslash.
fn pipes(line: &str) -> impl Iterator<Item = usize> {
    let mut escaped = false;
    line.bytes().enumerate().filter_map(move |(at, byte)| {
        let divides = byte == b'|' && !escaped;
        escaped = byte == b'\\' && !escaped;
        divides.then_some(at)
    })
}

fn cell(line: &str, range: Range<usize>, begin: usize) -> Cell {
    let written = line.get(range.clone()).unwrap_or_default();
    let text = written.trim();
    let padding = if text.is_empty() { 0 } else { written.len() - written.trim_start().len() };
    let start = begin + range.start + padding;
    Cell { text: text.replace("\\|", "|").into(), span: Span::new(start, start + text.len()) }
}
