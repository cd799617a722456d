//! JSON without comments: tokens of the scanner become a tree; small slips are reported and read over.

use super::{Document, Entry, MAX_DEPTH, MAX_ERRORS, Map, Node, SyntaxProblem, Value};
use crate::source::Span;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{ParseStringErrorKind, Scanner, ScannerOptions};
use std::collections::HashMap;

/// Reads a text.
pub fn parse(text: &str) -> Document {
    let (tokens, problems) = tokens(text);
    let mut reader = Reader { text, tokens: &tokens, at: 0, depth: 0, problems, reported: 0, stopped: false };
    let data = reader.document();
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span);
    Document { data, problems, ..Document::default() }
}

/// A token with its place; `None` for text that is no token, and was reported.
struct Lexeme<'t> {
    token: Option<Token<'t>>,
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

/// All tokens. What is none is reported, and reading goes on behind it.
fn tokens(text: &str) -> (Vec<Lexeme<'_>>, Vec<SyntaxProblem>) {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    let mut from = 0;
    while let Some((start, problem)) = scan(text, from, &mut tokens, &mut problems) {
        let rest = text.get(start..).unwrap_or_default();
        from = start + broken_width(rest);
        if !rest.starts_with('/') {
            tokens.push(Lexeme { token: None, span: Span::new(start, from) });
        }
        problems.push(problem);
        if problems.len() >= MAX_ERRORS {
            problems.push(SyntaxProblem::too_many(Span::at(from)));
            break;
        }
    }
    (tokens, problems)
}

/// Takes tokens from an offset on, up to the first piece that is none: its beginning, and what is wrong.
fn scan<'t>(
    text: &'t str,
    from: usize,
    tokens: &mut Vec<Lexeme<'t>>,
    problems: &mut Vec<SyntaxProblem>,
) -> Option<(usize, SyntaxProblem)> {
    let mut scanner = Scanner::new(text.get(from..).unwrap_or_default(), &STRICT);
    let mut end = from;
    loop {
        let token = match scanner.scan() {
            Ok(None) => return None,
            Err(error) => {
                let start = from + scanner.token_start();
                return Some((start, refused(text, from, start, &error)));
            }
            Ok(Some(token)) => token,
        };
        let span = Span::new(scanner.token_start(), scanner.token_end()).shifted(from);
        if let Some(problem) = wrong_token(text, &token, span) {
            return Some((span.start as usize, problem));
        }
        problems.extend(control(text, &token, span));
        problems.extend(gap(text, Span::new(end, span.start as usize)));
        end = span.end as usize;
        tokens.push(Lexeme { token: Some(token), span });
    }
}

/// How far a piece reaches that is no token: text to its closing quote or the end of the line, a comment to
/// its end, anything else to the next comma, colon, bracket or quote.
fn broken_width(rest: &str) -> usize {
    let line = rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len())).unwrap_or_default();
    let width = match rest.chars().next() {
        Some('"') => closing_quote(line).unwrap_or(line.trim_end().trim_end_matches(',').len()),
        Some('/') if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
        Some('/') => line.len(),
        _ => line.find([',', ':', '[', ']', '{', '}', '"']).unwrap_or(line.len()),
    };
    width.max(rest.chars().next().map_or(1, char::len_utf8))
}

/// The width of a text in quotes that ends on its line.
fn closing_quote(line: &str) -> Option<usize> {
    let mut escaped = false;
    let close = line.bytes().enumerate().skip(1).find(|&(_, byte)| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    close.map(|(at, _)| at + 1)
}

/// What strict JSON forbids and the scanner lets pass.
fn wrong_token(text: &str, token: &Token<'_>, span: Span) -> Option<SyntaxProblem> {
    let written = text.get(span.range()).unwrap_or_default();
    match token {
        Token::String(_) if written.contains(['\n', '\r']) => Some(unclosed_quote(span.start as usize)),
        Token::CommentLine(_) | Token::CommentBlock(_) => Some(comment(span)),
        Token::Word(_) => Some(word(span)),
        Token::Number(_) => {
            let rest = text.get(span.end as usize..).unwrap_or_default();
            let more = rest.starts_with(|c: char| c.is_alphanumeric() || c == '.');
            more.then(|| number(span.part(0..span.len() + broken_width(rest))))
        }
        _ => None,
    }
}

fn unclosed_quote(at: usize) -> SyntaxProblem {
    let message = "This text is opened with a quote and not closed on its line";
    SyntaxProblem::new(Span::new(at, at + 1), message, "Close it with `\"`; write a line break inside as `\\n`.")
}

/// A control character inside of a text, which is read all the same.
fn control(text: &str, token: &Token<'_>, span: Span) -> Option<SyntaxProblem> {
    let written = text.get(span.range()).filter(|_| matches!(token, Token::String(_)))?;
    let at = written.find(|c: char| c < ' ')?;
    let message = "There is a control character or tab inside this text";
    Some(SyntaxProblem::new(span.part(at..at + 1), message, "Delete it, or write a tab as `\\t`."))
}

/// White space between tokens that JSON does not have, such as the hard space of a word processor.
fn gap(text: &str, gap: Span) -> Option<SyntaxProblem> {
    let written = text.get(gap.range()).unwrap_or_default();
    let (at, c) = written.char_indices().find(|(_, c)| !matches!(c, ' ' | '\t' | '\n' | '\r'))?;
    let message = "There is an invisible character here that JSON does not accept";
    Some(SyntaxProblem::new(gap.part(at..at + c.len_utf8()), message, "Delete it, and write a plain space."))
}

/// An error of the scanner, in plain words. The scanner began at `from`, the piece that is no token at `token`.
fn refused(text: &str, from: usize, token: usize, error: &ParseError) -> SyntaxProblem {
    let start = (from + error.range().start).min(text.len());
    let rest = text.get(token..).unwrap_or_default();
    let whole = Span::new(token, token + broken_width(rest).min(rest.len()));
    let say = |span, message: &str, help: &str| SyntaxProblem::new(span, message, help);
    match error.kind() {
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => unclosed_quote(token),
        ParseErrorKind::String(_) => {
            let width = text.get(start + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let message = "This text holds a backslash that begins no known escape";
            say(Span::new(start, start + 1 + width), message, "Double the backslash.")
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => {
            say(whole, "JSON has no single quotes", "Put text between double quotes.")
        }
        ParseErrorKind::UnterminatedCommentBlock => comment(whole),
        ParseErrorKind::UnexpectedToken | ParseErrorKind::UnexpectedWord => word(whole),
        _ => number(whole),
    }
}

fn number(span: Span) -> SyntaxProblem {
    let help = "Write it like `12`, `-0.5` or `1e6`, or as text between double quotes.";
    SyntaxProblem::new(span, "This is not how JSON writes a number", help)
}

fn comment(span: Span) -> SyntaxProblem {
    SyntaxProblem::new(
        span,
        "JSON has no comments",
        "Delete it, or keep the file as YAML or TOML, which have comments.",
    )
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Lexeme<'t>],
    at: usize,
    depth: usize,
    problems: Vec<SyntaxProblem>,
    reported: usize,
    /// An error after which the rest is not understood.
    stopped: bool,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Option<Node> {
        let mut node = if self.key_at(0) { self.headless() } else { self.value()? };
        while let Some(next) = self.peek().filter(|_| !self.stopped) {
            let closer = self.previous().map_or(next.span, |previous| previous.span);
            let goes_on = next.token == Some(Token::Comma) && self.key_at(self.at + 1);
            let (Value::Map(map), true) = (&mut node.value, goes_on) else {
                let help = "Keep one value in a file; several records are a list: `[…, …]`.";
                self.report(next.span, "The value of this file ends before this", help);
                break;
            };
            self.report(closer, "This bracket closes the object too early", "Delete it, or open what it closes.");
            self.at += 1;
            node.span = node.span.cover(self.entries(closer, map));
        }
        Some(node)
    }

    /// The entries of an object whose opening bracket is missing.
    fn headless(&mut self) -> Node {
        let open = Span::at(self.peek().map_or(0, |first| first.span.start as usize));
        self.report(open, "The opening `{` is missing here", "Put `{` before the first key.");
        self.object(open)
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
        let next = self.peek().filter(|next| next.token.as_ref() == Some(token))?;
        self.at += 1;
        Some(next.span)
    }

    /// The token that was taken last.
    fn previous(&self) -> Option<&'t Lexeme<'t>> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    /// Reports a problem; after too many of them nothing is read any more.
    fn report(&mut self, span: Span, message: &str, help: &str) {
        self.reported += 1;
        if self.reported > MAX_ERRORS {
            self.stopped = true;
            self.problems.push(SyntaxProblem::too_many(span));
        } else {
            self.problems.push(SyntaxProblem::new(span, message, help));
        }
    }

    /// Reads a value; `None` for one that is broken.
    fn value(&mut self) -> Option<Node> {
        let Lexeme { token, span } = self.next()?;
        match token.as_ref()? {
            Token::OpenBrace => return self.nested(*span, Self::object),
            Token::OpenBracket => return self.nested(*span, Self::array),
            Token::String(text) => return Some(Node::scalar(text.as_ref(), *span, true)),
            Token::Number(_) | Token::Boolean(_) => return Some(Node::scalar(self.slice(*span), *span, false)),
            Token::Null => return Some(Node::empty(*span)),
            Token::Comma => {
                self.report(*span, "A value is missing before this comma", "Write it, or delete the comma.")
            }
            _ => {
                self.report(*span, "This cannot stand here", "Check the brackets and commas above this place.");
                self.stopped = true;
            }
        }
        None
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn nested(&mut self, open: Span, read: fn(&mut Self, Span) -> Node) -> Option<Node> {
        if self.depth >= MAX_DEPTH {
            let message = format!("Lists and objects are nested more than {MAX_DEPTH} levels deep here");
            self.report(open, &message, "Check the brackets above this place.");
            self.stopped = true;
            return None;
        }
        self.depth += 1;
        let node = read(self, open);
        self.depth -= 1;
        Some(node)
    }

    fn array(&mut self, open: Span) -> Node {
        let mut items: Vec<Node> = Vec::new();
        while !self.stopped {
            if self.skip(&Token::CloseBracket).is_some()
                || self.ended(open, &Token::CloseBrace)
                || self.key_follows(open)
            {
                break;
            }
            items.extend(self.value());
            self.comma(&Token::CloseBracket);
        }
        Node { span: self.to_here(open), value: Value::List(items) }
    }

    fn object(&mut self, open: Span) -> Node {
        let mut map = Map::default();
        let span = self.entries(open, &mut map);
        Node { span, value: Value::Map(map) }
    }

    /// Reads entries up to the closing bracket of their object.
    fn entries(&mut self, open: Span, map: &mut Map) -> Span {
        let mut seen = map.entries.iter().map(|entry| (entry.key.clone(), entry.key_span)).collect();
        while !self.stopped {
            if self.skip(&Token::CloseBrace).is_some() || self.ended(open, &Token::CloseBracket) {
                break;
            }
            if let Some(entry) = self.entry() {
                self.keep(entry, map, &mut seen);
            }
            self.comma(&Token::CloseBrace);
        }
        self.to_here(open)
    }

    /// From an opening bracket to the last token that was taken.
    fn to_here(&self, open: Span) -> Span {
        self.previous().map_or(open, |previous| open.cover(previous.span))
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
                self.report(entry.key_span, &format!("The key `{key}` is here a second time"), help);
                let second = self.problems.last_mut().filter(|problem| problem.span == entry.key_span);
                second.into_iter().for_each(|problem| problem.related = Some((first, "It is here first".to_owned())));
            }
        }
    }

    /// Reads a key with its value; `None` if one of them is broken.
    fn entry(&mut self) -> Option<Entry> {
        let Lexeme { token, span } = self.next()?;
        let key = match token {
            Some(Token::String(key)) => Some(key),
            Some(_) => {
                self.report(*span, "A key between double quotes is missing here", "Write `\"key\": value`.");
                None
            }
            None => None,
        };
        if self.skip(&Token::Colon).is_none() && key.is_some() {
            self.report(*span, "No colon follows this key", "Write `\"key\": value`.");
        }
        let ends = |token: &Token<'_>| matches!(token, Token::Comma | Token::CloseBrace | Token::CloseBracket);
        if self.peek().and_then(|next| next.token.as_ref()).is_none_or(ends) && self.peek()?.token.is_some() {
            if self.previous().is_some_and(|previous| previous.token == Some(Token::Colon)) {
                self.report(*span, "This key has no value", "Write the value, or `null`.");
            }
            return None;
        }
        let value = self.value()?;
        Some(Entry { key: key?.as_ref().into(), key_span: *span, value })
    }

    /// Whether the text, or the list or object around this one, ends without its closing bracket.
    fn ended(&mut self, open: Span, wrong: &Token<'_>) -> bool {
        let next = self.peek();
        if next.is_some_and(|next| next.token.as_ref() != Some(wrong)) {
            return false;
        }
        self.unclosed(open);
        self.stopped |= next.is_none();
        true
    }

    /// Whether a key follows inside a list, which then was not closed.
    fn key_follows(&mut self, open: Span) -> bool {
        let follows = self.key_at(self.at);
        if follows {
            self.unclosed(open);
        }
        follows
    }

    /// Whether a text and a colon stand at a token.
    fn key_at(&self, at: usize) -> bool {
        let token = |at: usize| self.tokens.get(at).and_then(|next| next.token.as_ref());
        matches!(token(at), Some(Token::String(_))) && matches!(token(at + 1), Some(Token::Colon))
    }

    fn unclosed(&mut self, open: Span) {
        let (what, opener, closer) = match self.slice(open) {
            "[" => ("list", '[', ']'),
            "{" => ("object", '{', '}'),
            // It never was opened, which was reported.
            _ => return,
        };
        let message = format!("This {what} is opened with `{opener}` and not closed");
        self.report(open, &message, &format!("Put `{closer}` at the end of the {what}."));
    }

    /// Takes the comma after a value; a missing or needless one is reported and read over.
    fn comma(&mut self, closer: &Token<'_>) {
        if self.stopped {
            return;
        }
        // A list that was not closed took the comma behind it.
        let taken = self.previous().filter(|previous| previous.token == Some(Token::Comma)).map(|comma| comma.span);
        let comma = taken.or_else(|| self.skip(&Token::Comma));
        let Some(next) = self.peek() else { return };
        let closed = next.token.as_ref() == Some(closer);
        match comma {
            Some(comma) if closed => self.report(comma, "There is a comma after the last value", "Delete this comma."),
            None if self.needs_comma(closer) => {
                let end = self.previous().map_or(next.span.start, |previous| previous.span.end);
                self.report(Span::at(end as usize), "A comma is missing here", "Put a comma between the values.");
            }
            _ => {}
        }
    }

    /// Whether another value follows; in a list, not if it is a key of the object around it.
    fn needs_comma(&self, closer: &Token<'_>) -> bool {
        let next = self.peek().and_then(|next| next.token.as_ref());
        let key = *closer == Token::CloseBracket && self.key_at(self.at);
        let broken = self.previous().is_some_and(|previous| previous.token.is_none());
        !key && !broken
            && next.is_some_and(|next| {
                !matches!(next, Token::CloseBrace | Token::CloseBracket | Token::Comma | Token::Colon)
            })
    }
}

fn word(span: Span) -> SyntaxProblem {
    let help = "Put text between double quotes; only `true`, `false` and `null` stand alone.";
    SyntaxProblem::new(span, "This word stands without quotes", help)
}

#[cfg(test)]
mod tests;
