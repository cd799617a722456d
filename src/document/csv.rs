//! CSV: cells with their places; the delimiter is found in the header row.

use super::{Cell, Document, Row, SyntaxProblem, Table};
use crate::source::Span;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a text; a known delimiter is used as given. What stands above the line of the headers, the first unless it
/// is known, is left out.
pub fn parse(text: &str, delimiter: Option<u8>, header_line: Option<u32>) -> Document {
    let above = header_line.map_or(0, |line| (line as usize).saturating_sub(1));
    let at = text.split_inclusive('\n').take(above).map(str::len).sum();
    let header = text.get(at..).unwrap_or_default();
    let delimiter = delimiter.filter(u8::is_ascii).unwrap_or_else(|| detect(header));
    let mut cells = Cells { text, delimiter, at, problems: Vec::new() };
    let mut rows = Vec::new();
    while let Some(row) = cells.row() {
        if row.cells.iter().any(|cell| !cell.text.is_empty()) {
            rows.push(row);
        }
    }
    let mut problems = cells.problems;
    let table = table(rows, &mut problems);
    problems.sort_by_key(|problem| problem.span);
    Document { table, problems, ..Document::default() }
}

/// The rows of a text, header first, without their cells; `None` where one could be read differently without the
/// others, because a quote is not closed.
pub fn rows(text: &str, delimiter: Option<u8>, header_line: Option<u32>) -> Option<Vec<Span>> {
    let above = header_line.map_or(0, |line| (line as usize).saturating_sub(1));
    let mut at = text.split_inclusive('\n').take(above).map(str::len).sum();
    let delimiter = delimiter.filter(u8::is_ascii).unwrap_or_else(|| detect(text.get(at..).unwrap_or_default()));
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    loop {
        at += bytes.get(at..)?.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let start = at;
        if start >= bytes.len() {
            return Some(rows);
        }
        loop {
            let padding = bytes.get(at..)?.iter().take_while(|byte| **byte == b' ').count();
            let from = match bytes.get(at + padding) {
                Some(b'"') => closing_quote(text, at + padding)? + 1,
                _ => at,
            };
            let ends = bytes.get(from..)?.iter().position(|&b| b == delimiter || b == b'\n' || b == b'\r');
            at = ends.map_or(bytes.len(), |end| from + end);
            if bytes.get(at) != Some(&delimiter) {
                break;
            }
            at += 1;
        }
        rows.push(Span::new(start, at));
    }
}

/// The first row is the header; every other one is compared with it.
fn table(rows: Vec<Row>, problems: &mut Vec<SyntaxProblem>) -> Option<Table> {
    let mut rows = rows.into_iter();
    let header = rows.next()?;
    let rows: Vec<Row> = rows.collect();
    problems.extend(rows.iter().filter_map(|row| width_problem(row, &header)));
    let span = rows.last().map_or(header.span, |last| header.span.cover(last.span));
    Some(Table { span, header, rows, section: None })
}

/// A row with more or fewer cells than the header; empty cells at the end do not count.
pub(super) fn width_problem(row: &Row, header: &Row) -> Option<SyntaxProblem> {
    let written = |row: &Row| {
        let last = row.cells.iter().rposition(|cell| !cell.text.is_empty());
        last.map_or(0, |last| last + 1)
    };
    let (count, width) = (row.cells.len(), header.cells.len());
    if count == width || (count > width && written(row) <= width) || (count < width && written(header) <= count) {
        return None;
    }
    let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
    let message = format!("This row has {}, the header has {width}", cells(count));
    let help = "Give the row as many cells as the header; a delimiter inside of a cell needs quotes around the cell, in Markdown `\\|`.";
    Some(SyntaxProblem::new(row.span, message, help))
}

/// The delimiter that divides the header row into most cells, outside of quotes.
fn detect(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
            *count += usize::from(!quoted && byte == delimiter);
        }
    }
    let best = counts.iter().zip(DELIMITERS).rev().max_by_key(|(count, _)| **count);
    best.map_or(b',', |(_, delimiter)| delimiter)
}

/// A reader of rows. Written out here because an unclosed quote must be seen, and must not swallow the file.
struct Cells<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
    problems: Vec<SyntaxProblem>,
}

impl Cells<'_> {
    /// The next row, or `None` at the end; blank lines are passed over.
    fn row(&mut self) -> Option<Row> {
        let rest = self.text.get(self.at..)?;
        self.at += rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            let (cell, end) = self.cell();
            cells.push(cell);
            self.at = end;
            if self.byte(end) != Some(self.delimiter) {
                return Some(Row { span: Span::new(start, end), cells });
            }
            self.at += 1;
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The cell at the present place, and the end of its field: a delimiter, a line end or the end of the text.
    fn cell(&mut self) -> (Cell, usize) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let padding = rest.len() - rest.trim_start_matches(' ').len();
        let open = self.at + padding;
        if self.byte(open) != Some(b'"') {
            return self.plain(self.at);
        }
        match closing_quote(self.text, open) {
            Some(close) => self.quoted(open, close),
            None => {
                self.problems.push(unclosed(open));
                // Without its meaning the quote cannot swallow the rows below.
                self.plain(self.at)
            }
        }
    }

    /// The end of a field from a place that is outside of quotes.
    fn field_end(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes().iter().enumerate().skip(from);
        let mut ends = bytes.filter(|&(_, &byte)| byte == self.delimiter || byte == b'\n' || byte == b'\r');
        ends.next().map_or(self.text.len(), |(at, _)| at)
    }

    fn plain(&self, from: usize) -> (Cell, usize) {
        let end = self.field_end(from);
        let written = self.text.get(from..end).unwrap_or_default();
        let text = written.trim();
        let padding = written.len() - written.trim_start().len();
        // An all-blank cell is empty at its beginning.
        let start = if text.is_empty() { from } else { from + padding };
        (Cell { text: text.into(), span: Span::new(start, start + text.len()) }, end)
    }

    /// A cell in quotes; text behind the closing quote belongs to the cell, as spreadsheets read it.
    fn quoted(&self, open: usize, close: usize) -> (Cell, usize) {
        let end = self.field_end(close + 1);
        let behind = self.text.get(close + 1..end).unwrap_or_default().trim_end();
        let inside = self.text.get(open + 1..close).unwrap_or_default().replace("\"\"", "\"");
        let text = format!("{inside}{behind}");
        (Cell { text: text.trim().into(), span: Span::new(open, close + 1 + behind.len()) }, end)
    }
}

/// The closing quote of a cell; two quotes in a row are one quote inside of it.
fn closing_quote(text: &str, open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += text.get(at..)?.find('"')?;
        if text.as_bytes().get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn unclosed(open: usize) -> SyntaxProblem {
    let message = "This cell is opened with a quote and not closed";
    let help = "Close it with `\"`; write a quote inside of the cell twice.";
    SyntaxProblem::new(Span::new(open, open + 1), message, help)
}

#[cfg(test)]
mod tests;
