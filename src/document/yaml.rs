//! YAML 1.2, core schema: events of the parser become a tree, and an error costs only its own entry.
//!
//! The parser stops at the first error. Then the entry that holds the error is left behind, and reading goes on
//! at the next line that continues a list or mapping that is still open.

mod builder;
mod errors;
mod keys;
pub(super) mod lines;

use super::{Document, MAX_DEPTH, MAX_ERRORS, Node, SyntaxProblem, Value};
use crate::source::Span;
use builder::Builder;
use errors::{Failure, Rescue};
use granit_parser::{Event, Parser, ScanError, options};

/// Reads a text; offsets in the answer count from its beginning.
pub fn parse(text: &str) -> Document {
    let mut reader = Reader { text, builder: Builder::new(text), end: text.len() };
    reader.read();
    let Builder { root, mut comments, mut problems, .. } = reader.builder;
    problems.sort_by_key(|problem| problem.span);
    // What stands between an error and the place where the parser noticed it was read twice.
    problems.dedup();
    comments.sort_unstable();
    comments.dedup();
    let data = root.filter(|node| node.value != Value::Empty || !node.span.is_empty());
    Document { data, comments, problems, ..Document::default() }
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder<'t>,
    /// The end of the present piece.
    end: usize,
}

/// How a piece ended.
enum Outcome {
    /// It was read to its end.
    Read,
    /// The parser stopped at an error.
    Broken(ScanError),
    /// What begins here does not fit into the tree, or lies too deep in it.
    Refused(usize),
    /// A second document began.
    Stopped,
}

impl Reader<'_> {
    fn read(&mut self) {
        let (mut from, mut errors) = (0, 0);
        loop {
            let next = match self.piece(from) {
                Outcome::Stopped => break,
                Outcome::Read => self.end,
                Outcome::Broken(error) => self.report(from, &error),
                Outcome::Refused(at) => {
                    self.builder.forget_flow();
                    self.builder.forget_key();
                    lines::next_line(self.text, at)
                }
            };
            errors += usize::from(next < self.end);
            match self.continuation(next) {
                Some(start) if errors > MAX_ERRORS => {
                    self.builder.problems.push(SyntaxProblem::too_many(Span::at(start)));
                    break;
                }
                Some(start) => from = start,
                None => break,
            }
        }
        self.builder.finish();
    }

    /// Feeds the text from an offset up to the end of the piece into the tree.
    fn piece(&mut self, from: usize) -> Outcome {
        let text = self.text.get(from..self.end).unwrap_or_default();
        let mut documents = 0;
        for next in events(text) {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => return Outcome::Broken(error),
            };
            documents += usize::from(matches!(event, Event::DocumentStart(..)));
            if documents > 1 {
                self.second_document(from, span);
                return Outcome::Stopped;
            }
            let start = from + span.start.byte_offset().unwrap_or(0);
            if self.builder.take(event, span).is_err() {
                return Outcome::Refused(start);
            }
        }
        Outcome::Read
    }

    fn second_document(&mut self, from: usize, span: granit_parser::Span) {
        let range = span.byte_range().unwrap_or(0..0);
        let help = "Keep one record a file: move what follows into a file of its own.";
        let span = Span::new(range.start, range.end).shifted(from);
        self.builder.problems.push(SyntaxProblem::new(span, "A second document begins here in the same file", help));
    }

    /// Reports an error of the piece that began at `from`; returns where its entry ends.
    fn report(&mut self, from: usize, error: &ScanError) -> usize {
        let mut blocks = self.builder.frames.iter().rev().filter_map(|frame| frame.indent());
        let column = blocks.next().unwrap_or(0);
        let flow = self.builder.frames.iter().find(|frame| frame.indent().is_none()).map(|frame| frame.start());
        let after = self.builder.last_end;
        let failure = errors::explain(&errors::Scene { text: self.text, from, column, flow, after, error });
        let Failure { problem, next, rescue } = failure;
        self.builder.problems.push(problem);
        self.builder.forget_flow();
        self.rescue(rescue, next);
        // Every piece begins behind the one before it, whatever the error said.
        next.max(lines::next_line(self.text, from))
    }

    /// Saves what can be saved of a broken entry.
    fn rescue(&mut self, rescue: Rescue, end: usize) {
        if !self.builder.awaits_value() && !matches!(rescue, Rescue::Text(_)) {
            return self.builder.forget_key();
        }
        match rescue {
            Rescue::Nothing => self.builder.forget_key(),
            Rescue::Text(span) => self.builder.take_text(span),
            Rescue::Close { open, closers } => match repaired(self.text, open, end, &closers) {
                Some(node) => self.builder.accept_node(node),
                None => self.builder.forget_key(),
            },
        }
    }

    /// Finds the next line that continues an open list or mapping, closes what it ends, and makes it the next piece.
    fn continuation(&mut self, from: usize) -> Option<usize> {
        let mut shallowest = usize::MAX;
        for (start, line) in lines::lines(self.text, from) {
            let Some(indent) = lines::indent(line) else { continue };
            let rest = line.get(indent..).unwrap_or_default();
            if indent <= shallowest && self.open_at(start, indent, rest) {
                self.end = self.piece_end(start, indent, lines::is_item(rest));
                self.builder.resume(start);
                return Some(start);
            }
            shallowest = shallowest.min(indent);
        }
        None
    }

    /// Whether a line continues an open frame, which then is the innermost one.
    fn open_at(&mut self, start: usize, indent: usize, rest: &str) -> bool {
        let item = lines::is_item(rest);
        if !item && !lines::is_key(rest) {
            return false;
        }
        let frames = &self.builder.frames;
        let fits = frames.iter().rposition(|frame| frame.indent() == Some(indent) && frame.is_list() == item);
        match fits {
            Some(depth) => self.builder.close_to(depth + 1),
            // Nothing was read yet (the very first line was broken): the first key opens the mapping.
            None if frames.is_empty() && !item && indent == 0 => self.builder.open_root(start, indent),
            None => return false,
        }
        true
    }

    /// Where a list or mapping of this indentation ends: at the next line that is indented less.
    fn piece_end(&self, from: usize, column: usize, item: bool) -> usize {
        let ends = |line: &str| {
            let rest = lines::indent(line)?;
            let other = rest == column && item && !lines::is_item(line.trim_start());
            (rest < column || other).then_some(())
        };
        let mut following = lines::lines(self.text, from).skip(1);
        following.find(|(_, line)| ends(line).is_some()).map_or(self.text.len(), |(start, _)| start)
    }
}

fn events(text: &str) -> impl Iterator<Item = Result<(Event<'_>, granit_parser::Span), ScanError>> {
    Parser::new_from_str_with_options(
        text,
        options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        },
    )
}

/// Reads a list or mapping between brackets as if it had been closed where its entry ends.
fn repaired(text: &str, open: usize, end: usize, closers: &str) -> Option<Node> {
    let written = text.get(open..end)?.trim_end().trim_end_matches(',');
    let closed = format!("{written}\n{closers}");
    let mut builder = Builder::new(&closed);
    for next in events(&closed) {
        let (event, span) = next.ok()?;
        builder.take(event, span).ok()?;
    }
    let mut node = builder.root?;
    node.shift(open);
    clamp(&mut node, open + written.len());
    Some(node)
}

/// Moves ends that lie in the closers that were added back to the end of what is written.
fn clamp(node: &mut Node, limit: usize) {
    let limited = |span: Span| Span::new((span.start as usize).min(limit), (span.end as usize).min(limit));
    node.span = limited(node.span);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| clamp(item, limit)),
        Value::Map(map) => map.entries.iter_mut().for_each(|entry| {
            entry.key_span = limited(entry.key_span);
            clamp(&mut entry.value, limit);
        }),
        Value::Empty | Value::Scalar(_) => {}
    }
}

#[cfg(test)]
mod tests;
