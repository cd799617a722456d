//! A look at TOML before it is parsed: comments, and what is opened and not closed.
//!
//! The parser reports an unclosed list where it no longer makes sense, and loses everything behind it. Here the
//! opening bracket is found, and the lines that it spoils.

use super::super::SyntaxProblem;
use super::{MAX_DEPTH, MAX_ERRORS};
use crate::source::Span;

/// What was seen.
#[derive(Default)]
pub(super) struct Scan {
    /// Comments, with their `#`.
    pub comments: Vec<Span>,
    /// What is not closed, or nested too deeply.
    pub problems: Vec<SyntaxProblem>,
    /// Entries that cannot be parsed.
    pub broken: Vec<Span>,
}

/// Looks at a text line by line, and inside of values across lines.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { text, at: 0, found: Scan::default() };
    while scanner.at < text.len() {
        if scanner.found.problems.len() >= MAX_ERRORS {
            scanner.found.problems.push(SyntaxProblem::too_many(Span::at(scanner.at)));
            scanner.found.broken.push(Span::new(scanner.at, text.len()));
            break;
        }
        scanner.entry();
    }
    scanner.found
}

/// The brackets that are open, and the dots of the present key.
#[derive(Default)]
struct Nesting {
    open: Vec<usize>,
    dots: usize,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    found: Scan,
}

impl Scanner<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The bytes up to the end of the line.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|&byte| byte == b'\n').map_or(self.text.len(), |end| from + end)
    }

    /// One line with what it opens: a header, a key with its value, a comment, a blank line.
    fn entry(&mut self) {
        let start = self.at;
        let header = self.text.get(start..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('['));
        let mut nesting = Nesting::default();
        while let Some(byte) = self.byte() {
            if byte == b'\n' && (nesting.open.is_empty() || header || self.entry_begins(self.at + 1)) {
                break;
            }
            if let Err(problem) = self.step(byte, &mut nesting) {
                return self.broken(start, problem);
            }
        }
        match nesting.open.last() {
            Some(&at) if header => self.broken_table(start, unclosed_header(at)),
            Some(&at) => self.broken(start, unclosed(self.text, at)),
            None => self.at += 1,
        }
    }

    /// Moves behind a comment, a string or one byte of anything else.
    fn step(&mut self, byte: u8, nesting: &mut Nesting) -> Result<(), SyntaxProblem> {
        match byte {
            b'#' => {
                self.comment();
                return Ok(());
            }
            b'"' | b'\'' => return self.string(byte),
            b'[' | b'{' => nesting.open.push(self.at),
            b']' | b'}' => drop(nesting.open.pop()),
            b'.' => nesting.dots += 1,
            b'=' | b',' | b'\n' => nesting.dots = 0,
            _ => {}
        }
        if nesting.open.len() > MAX_DEPTH || nesting.dots > MAX_DEPTH {
            return Err(too_deep(self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// Leaves out a whole table, as its keys would end up in the table above.
    fn broken_table(&mut self, start: usize, problem: SyntaxProblem) {
        self.found.problems.push(problem);
        while self.at < self.text.len() && self.text.as_bytes().get(self.at + 1) != Some(&b'[') {
            self.at = self.line_end(self.at + 1);
        }
        self.found.broken.push(Span::new(start, self.at));
        self.at += 1;
    }

    /// Leaves out an entry up to the next one.
    fn broken(&mut self, start: usize, problem: SyntaxProblem) {
        self.found.problems.push(problem);
        self.at = self.line_end(self.at);
        while self.at < self.text.len() && !self.entry_begins(self.at + 1) {
            self.at = self.line_end(self.at + 1);
        }
        self.found.broken.push(Span::new(start, self.at));
        self.at += 1;
    }

    /// Whether the line at an offset begins a key or a header, at the very left.
    fn entry_begins(&self, at: usize) -> bool {
        let line = self.text.get(at..self.line_end(at.min(self.text.len()))).unwrap_or_default().trim_end();
        let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' ');
        let key = line.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(bare));
        let inner = line.trim_start_matches('[').trim_end_matches(']');
        let header = line.starts_with('[') && line.ends_with(']') && !inner.is_empty();
        (key && !line.starts_with(' ')) || (header && inner.chars().all(|c| bare(c) && c != ' '))
    }

    fn comment(&mut self) {
        let end = self.line_end(self.at);
        let line = self.text.get(self.at..end).unwrap_or_default().trim_end_matches('\r');
        self.found.comments.push(Span::new(self.at, self.at + line.len()));
        self.at = end;
    }

    /// Moves behind a string of any of the four kinds.
    fn string(&mut self, quote: u8) -> Result<(), SyntaxProblem> {
        let open = self.at;
        let triple = [quote; 3];
        let rest = self.text.as_bytes().get(open..).unwrap_or_default();
        let long = rest.starts_with(&triple);
        self.at += if long { 3 } else { 1 };
        while let Some(byte) = self.byte() {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            match byte {
                b'\\' if quote == b'"' => self.at += 1,
                b'\n' if !long => return Err(unclosed_string(open, 1)),
                _ if byte == quote && !long => break,
                _ if long && rest.starts_with(&triple) => {
                    self.at += rest.iter().take(5).take_while(|&&byte| byte == quote).count() - 1;
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        if self.at >= self.text.len() {
            self.at = self.line_end(open);
            return Err(unclosed_string(open, if long { 3 } else { 1 }));
        }
        self.at += 1;
        Ok(())
    }
}

fn unclosed(text: &str, at: usize) -> SyntaxProblem {
    let (what, open, close) = match text.as_bytes().get(at) {
        Some(b'{') => ("table", '{', '}'),
        _ => ("list", '[', ']'),
    };
    let message = format!("This {what} is opened with `{open}` and not closed");
    SyntaxProblem::new(Span::new(at, at + 1), message, format!("Put `{close}` at the end of the {what}."))
}

fn unclosed_header(at: usize) -> SyntaxProblem {
    let help = "Put the bracket that is missing at the end of the header.";
    SyntaxProblem::new(Span::new(at, at + 1), "This header is opened with `[` and not closed", help)
}

fn unclosed_string(open: usize, width: usize) -> SyntaxProblem {
    let help = "Close the text with the same quote that opens it; text of several lines stands between `\"\"\"`.";
    SyntaxProblem::new(Span::new(open, open + width), "This text is opened with a quote and not closed", help)
}

fn too_deep(at: usize) -> SyntaxProblem {
    let help = "Check the brackets and dots of this entry.";
    SyntaxProblem::new(Span::new(at, at + 1), "Lists and tables are nested too deeply here", help)
}
