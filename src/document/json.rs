//! JSON without comments: tokens of the scanner become a tree; small slips are reported and read over.

use super::{Document, Entry, MAX_DEPTH, Map, Node, SyntaxProblem, Value};
use crate::source::Span;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{ParseStringErrorKind, Scanner, ScannerOptions};
use std::collections::HashMap;

/// Reads a text.
pub fn parse(text: &str) -> Document {
    let (tokens, mut problems) = tokens(text);
    let mut reader = Reader { text, tokens: &tokens, at: 0, depth: 0, problems: Vec::new(), stopped: false };
    let data = reader.document();
    let stopped = reader.stopped;
    // A word that the scanner refused also leaves a gap in the tokens: it is one error, not two.
    problems
        .retain(|problem: &SyntaxProblem| !stopped || reader.problems.iter().all(|other| other.span <= problem.span));
    if problems.is_empty() {
        problems.append(&mut reader.problems);
    } else {
        let first = problems.iter().map(|problem| problem.span.start).min().unwrap_or(0);
        problems.extend(reader.problems.into_iter().filter(|problem| problem.span.start < first));
    }
    problems.sort_by_key(|problem| problem.span);
    Document { data, problems, ..Document::default() }
}

/// A token with its place.
struct Lexeme<'t> {
    token: Token<'t>,
    span: Span,
}

const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// All tokens up to the first piece of text that is none.
fn tokens(text: &str) -> (Vec<Lexeme<'_>>, Vec<SyntaxProblem>) {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    let mut scanner = Scanner::new(text, &STRICT);
    loop {
        match scanner.scan() {
            Ok(None) => break,
            Ok(Some(token)) => {
                let span = Span::new(scanner.token_start(), scanner.token_end());
                if let Some(problem) = wrong_token(text, &token, span) {
                    problems.push(problem);
                    if matches!(token, Token::String(_)) {
                        break;
                    }
                    continue;
                }
                tokens.push(Lexeme { token, span });
            }
            Err(error) => {
                problems.push(refused(text, &error));
                break;
            }
        }
    }
    (tokens, problems)
}

/// What strict JSON forbids and the scanner lets pass.
fn wrong_token(text: &str, token: &Token<'_>, span: Span) -> Option<SyntaxProblem> {
    let written = text.get(span.range()).unwrap_or_default();
    match token {
        Token::String(_) if written.contains(['\n', '\r']) => Some(unclosed_quote(span.start as usize)),
        Token::String(_) => written.find(|c: char| c < ' ').map(|at| control(span.part(at..at + 1))),
        Token::CommentLine(_) | Token::CommentBlock(_) => {
            let help = "Delete it, or keep the file as YAML or TOML, which have comments.";
            Some(SyntaxProblem::new(span, "JSON has no comments", help))
        }
        _ => None,
    }
}

fn unclosed_quote(at: usize) -> SyntaxProblem {
    let message = "This text is opened with a quote and not closed on its line";
    SyntaxProblem::new(Span::new(at, at + 1), message, "Close it with `\"`; write a line break inside as `\\n`.")
}

fn control(span: Span) -> SyntaxProblem {
    let message = "There is a control character or tab inside this text";
    SyntaxProblem::new(span, message, "Delete it, or write a tab as `\\t`.")
}

/// An error of the scanner, in plain words.
fn refused(text: &str, error: &ParseError) -> SyntaxProblem {
    let range = error.range();
    let start = range.start.min(text.len());
    let first = text.get(start..).and_then(|rest| rest.chars().next());
    let one = Span::new(start, start + first.map_or(0, char::len_utf8));
    let whole = Span::new(start, range.end.clamp(start, text.len()));
    let say = |span, message: &str, help: &str| SyntaxProblem::new(span, message, help);
    match error.kind() {
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => unclosed_quote(start),
        ParseErrorKind::String(_) => {
            say(one, "This text holds a backslash that begins no known escape", "Double the backslash.")
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => {
            say(one, "JSON has no single quotes", "Put text between double quotes.")
        }
        ParseErrorKind::UnexpectedToken => {
            say(one, "This character cannot stand here", "Put text between double quotes.")
        }
        kind => say(whole, &kind.to_string(), "Write the number with digits only, or as text between double quotes."),
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Lexeme<'t>],
    at: usize,
    depth: usize,
    problems: Vec<SyntaxProblem>,
    /// An error after which the rest is not understood.
    stopped: bool,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Option<Node> {
        let node = self.value()?;
        if let Some(next) = self.peek().filter(|_| !self.stopped) {
            let help = "Keep one value in a file; several records are a list: `[…, …]`.";
            self.problems.push(SyntaxProblem::new(next.span, "The value of this file ends before this", help));
        }
        Some(node)
    }

    fn peek(&self) -> Option<&'t Lexeme<'t>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Lexeme<'t>> {
        let next = self.tokens.get(self.at);
        self.at += 1;
        next
    }

    /// Takes the next token if it is this one.
    fn skip(&mut self, token: &Token<'_>) -> Option<Span> {
        let next = self.peek().filter(|next| next.token == *token)?;
        self.at += 1;
        Some(next.span)
    }

    /// Reports an error after which nothing is read any more.
    fn stop<T>(&mut self, problem: SyntaxProblem) -> Option<T> {
        self.problems.push(problem);
        self.stopped = true;
        None
    }

    fn value(&mut self) -> Option<Node> {
        let Lexeme { token, span } = self.next()?;
        match token {
            Token::OpenBrace => self.nested(*span, Self::object),
            Token::OpenBracket => self.nested(*span, Self::array),
            Token::String(text) => Some(Node::scalar(text.as_ref(), *span, true)),
            Token::Number(_) | Token::Boolean(_) => Some(Node::scalar(self.slice(*span), *span, false)),
            Token::Null => Some(Node::empty(*span)),
            Token::Word(_) => self.stop(word(*span)),
            _ => self.stop(unexpected(*span, "A value is missing before this")),
        }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn nested(&mut self, open: Span, read: fn(&mut Self, Span) -> Node) -> Option<Node> {
        if self.depth >= MAX_DEPTH {
            let message = format!("Lists and objects are nested more than {MAX_DEPTH} levels deep here");
            return self.stop(SyntaxProblem::new(open, message, "Check the brackets above this place."));
        }
        self.depth += 1;
        let node = read(self, open);
        self.depth -= 1;
        Some(node)
    }

    fn array(&mut self, open: Span) -> Node {
        let mut items: Vec<Node> = Vec::new();
        let mut end = open;
        while !self.stopped {
            if let Some(close) = self.skip(&Token::CloseBracket) {
                end = close;
                break;
            }
            if self.ended(open, &Token::CloseBrace) || self.key_follows(open) {
                break;
            }
            let Some(item) = self.value() else { break };
            end = item.span;
            items.push(item);
            self.comma(end, &Token::CloseBracket);
        }
        Node { span: open.cover(end), value: Value::List(items) }
    }

    fn object(&mut self, open: Span) -> Node {
        let (mut map, mut seen) = (Map::default(), HashMap::new());
        let mut end = open;
        while !self.stopped {
            if let Some(close) = self.skip(&Token::CloseBrace) {
                end = close;
                break;
            }
            if self.ended(open, &Token::CloseBracket) {
                break;
            }
            let Some(entry) = self.entry() else { break };
            end = entry.value.span;
            self.keep(entry, &mut map, &mut seen);
            self.comma(end, &Token::CloseBrace);
        }
        Node { span: open.cover(end), value: Value::Map(map) }
    }

    /// Adds an entry unless its key is there already.
    fn keep(&mut self, entry: Entry, map: &mut Map, seen: &mut HashMap<Box<str>, Span>) {
        match seen.get(&entry.key) {
            None => {
                seen.insert(entry.key.clone(), entry.key_span);
                map.entries.push(entry);
            }
            Some(&first) => {
                let key: String = entry.key.chars().take(50).collect();
                let help = "Keep one of the two, or give this one its right name.";
                let message = format!("The key `{key}` is here a second time");
                self.problems.push(SyntaxProblem::new(entry.key_span, message, help).and(first, "It is here first"));
            }
        }
    }

    fn entry(&mut self) -> Option<Entry> {
        let Lexeme { token, span } = self.next()?;
        let Token::String(key) = token else {
            let message = "A key between double quotes is missing here";
            return self.stop(SyntaxProblem::new(*span, message, "Write `\"key\": value`."));
        };
        if self.skip(&Token::Colon).is_none() {
            let help = "Write `\"key\": value`.";
            let problem = SyntaxProblem::new(*span, "No colon follows this key", help);
            return if self.peek().is_some() { self.stop(problem) } else { None };
        }
        let value = self.value()?;
        Some(Entry { key: key.as_ref().into(), key_span: *span, value })
    }

    /// Whether the text, or the list or object around this one, ends without its closing bracket.
    fn ended(&mut self, open: Span, wrong: &Token<'_>) -> bool {
        let next = self.peek();
        if next.is_some_and(|next| next.token != *wrong) {
            return false;
        }
        self.unclosed(open);
        if next.is_none() {
            self.stopped = true;
        }
        true
    }

    /// Whether a key follows inside a list, which then was not closed.
    fn key_follows(&mut self, open: Span) -> bool {
        let key = matches!(self.peek(), Some(Lexeme { token: Token::String(_), .. }));
        let colon = matches!(self.tokens.get(self.at + 1), Some(Lexeme { token: Token::Colon, .. }));
        if key && colon {
            self.unclosed(open);
        }
        key && colon
    }

    fn unclosed(&mut self, open: Span) {
        let (what, opener, closer) = if self.slice(open) == "[" { ("list", '[', ']') } else { ("object", '{', '}') };
        let message = format!("This {what} is opened with `{opener}` and not closed");
        self.problems.push(SyntaxProblem::new(open, message, format!("Put `{closer}` at the end of the {what}.")));
    }

    /// Takes the comma after a value; a missing or needless one is reported and read over.
    fn comma(&mut self, before: Span, closer: &Token<'_>) {
        let comma = self.skip(&Token::Comma);
        let next = self.peek().map(|next| &next.token);
        let closed = next == Some(closer);
        match comma {
            Some(comma) if closed => {
                let problem = SyntaxProblem::new(comma, "There is a comma after the last value", "Delete this comma.");
                self.problems.push(problem);
            }
            None if !closed && next.is_some_and(begins_value) => {
                let at = Span::at(before.end as usize);
                self.problems.push(SyntaxProblem::new(
                    at,
                    "A comma is missing here",
                    "Put a comma between the values.",
                ));
            }
            _ => {}
        }
    }
}

fn begins_value(token: &Token<'_>) -> bool {
    !matches!(token, Token::CloseBrace | Token::CloseBracket | Token::Comma | Token::Colon)
}

fn word(span: Span) -> SyntaxProblem {
    let help = "Put text between double quotes; only `true`, `false` and `null` stand alone.";
    SyntaxProblem::new(span, "This word stands without quotes", help)
}

fn unexpected(span: Span, message: &str) -> SyntaxProblem {
    SyntaxProblem::new(span, message, "Write the value, or delete what is too much.")
}
