//! Errors of the YAML parser, put where a reader would look and said in plain words.

use super::super::SyntaxProblem;
use super::builder::shortened;
use super::lines::{self, Brackets};
use crate::source::Span;
use granit_parser::{ErrorKind, ScanError};

/// What is known when the parser stops.
pub(super) struct Scene<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Where the present piece begins.
    pub from: usize,
    /// The column of the keys or items of the innermost open block.
    pub column: usize,
    /// The outermost open bracket.
    pub flow: Option<usize>,
    /// The end of what was read.
    pub after: usize,
    /// What the parser says.
    pub error: &'a ScanError,
}

/// A problem, and how to go on.
pub(super) struct Failure {
    /// What to report.
    pub problem: SyntaxProblem,
    /// Where the broken entry ends.
    pub next: usize,
    /// What can be saved of the entry.
    pub rescue: Rescue,
}

/// What can be saved of a broken entry.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Rescue {
    /// Nothing: the key is left out.
    Nothing,
    /// Reading it as if these brackets were closed at its end.
    Close { open: usize, closers: String },
    /// The text up to here, as it is written.
    Text(Span),
}

const CLOSE_QUOTE: &str = "Close the text with the same quote that opens it.";

/// Finds the place and the words for an error.
pub(super) fn explain(scene: &Scene<'_>) -> Failure {
    let at = floor(scene.text, scene.from + scene.error.marker().byte_offset().unwrap_or(0));
    let flow = match scene.error.kind() {
        ErrorKind::UnclosedFlowCollection { .. } | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            Some(scene.flow.unwrap_or_else(|| first_bracket(scene, at)))
        }
        _ => scene.flow,
    };
    if let Some(failure) = flow.and_then(|open| between_brackets(scene, open)) {
        return failure;
    }
    if let Some(failure) = quoted(scene, at) {
        return failure;
    }
    let (span, message, help) = plain(scene, at);
    let next = lines::next_line(scene.text, span.start as usize);
    Failure { problem: SyntaxProblem::new(span, message, help), next, rescue: text_as_written(scene, at) }
}

/// The outermost bracket of a list or mapping that the parser has not shown yet.
fn first_bracket(scene: &Scene<'_>, at: usize) -> usize {
    let unread = scene.text.get(scene.after..at).unwrap_or_default();
    unread.find(['[', '{']).map_or(at, |offset| scene.after + offset)
}

/// The error of a list or mapping between brackets, if its brackets or quotes are the cause.
fn between_brackets(scene: &Scene<'_>, open: usize) -> Option<Failure> {
    let root = lines::lines(scene.text, scene.from).next().is_some_and(|(start, _)| start == open && scene.column == 0);
    let end =
        if root && scene.flow.is_none() { scene.text.len() } else { lines::entry_end(scene.text, open, scene.column) };
    let (problem, rescue) = match lines::brackets(scene.text, open, end) {
        Brackets::Closed => return None,
        Brackets::Unclosed { open: at, closers } => (unclosed(scene.text, at), Rescue::Close { open, closers }),
        Brackets::Quote { open } => (unclosed_quote(open), Rescue::Nothing),
        Brackets::Mismatched { open, close } => (mismatched(scene.text, open, close), Rescue::Nothing),
    };
    Some(Failure { problem, next: end, rescue })
}

fn bracket(text: &str, at: usize) -> (&'static str, char, char) {
    match text.as_bytes().get(at) {
        Some(b'{') => ("mapping", '{', '}'),
        _ => ("list", '[', ']'),
    }
}

fn unclosed(text: &str, at: usize) -> SyntaxProblem {
    let (what, open, close) = bracket(text, at);
    let message = format!("This {what} is opened with `{open}` and not closed");
    SyntaxProblem::new(Span::new(at, at + 1), message, format!("Put `{close}` at the end of the {what}."))
}

fn mismatched(text: &str, open: usize, close: usize) -> SyntaxProblem {
    let (what, opener, closer) = bracket(text, open);
    let wrong = if closer == ']' { '}' } else { ']' };
    let message = format!("This `{wrong}` closes a {what} that is opened with `{opener}`");
    let help = format!("Close the {what} with `{closer}`.");
    SyntaxProblem::new(Span::new(close, close + 1), message, help)
        .and(Span::new(open, open + 1), format!("The {what} is opened here"))
}

fn unclosed_quote(open: usize) -> SyntaxProblem {
    SyntaxProblem::new(Span::new(open, open + 1), "This text is opened with a quote and not closed", CLOSE_QUOTE)
}

/// The error of a quotation: not closed, or followed by text that does not belong to it.
fn quoted(scene: &Scene<'_>, at: usize) -> Option<Failure> {
    use ErrorKind::*;
    let kind = scene.error.kind();
    let trailing = matches!(kind, InvalidTrailingSingleQuotedScalar | InvalidTrailingDoubleQuotedScalar);
    let ended = matches!(kind, UnclosedQuotedScalar | DocumentIndicatorInQuotedScalar | InvalidQuotedScalarIndent);
    if !trailing && !ended {
        return None;
    }
    let before = scene.text.get(scene.after..at).unwrap_or_default();
    let open = before.find(['"', '\'']).map_or(at, |offset| scene.after + offset);
    let swallowed = lines::entry_end(scene.text, open, scene.column) <= at;
    let problem = if ended || swallowed { unclosed_quote(open) } else { trailing_text(scene.text, at) };
    let next = lines::next_line(scene.text, open);
    Some(Failure { problem, next, rescue: Rescue::Nothing })
}

fn trailing_text(text: &str, at: usize) -> SyntaxProblem {
    let help = "Put quotes around all of it, and write a quote inside as `\\\"` (or `''` between single quotes).";
    SyntaxProblem::new(rest_of_line(text, at), "Text follows the closing quote", help)
}

/// The place and words for every other error.
fn plain(scene: &Scene<'_>, at: usize) -> (Span, String, String) {
    let kind = scene.error.kind();
    if matches!(kind, ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement) {
        return colon(scene, at);
    }
    let inside = inside_line(scene.text, at);
    let (message, help) = match (kind, words(kind)) {
        (ErrorKind::ExpectedBlockMappingKey, _) if inside => ("Text follows the value in this line".to_owned(), WHOLE),
        (ErrorKind::BlockSequenceEntryNotAllowed, _) if inside => {
            ("A value cannot begin with `- `".to_owned(), "Put the text in quotes, or begin a list in the next line.")
        }
        (_, Some((message, help))) => (message.to_owned(), help),
        (ErrorKind::UnexpectedCharacter { character }, _) => {
            (format!("A value cannot begin with `{}`", character.escape_default()), QUOTES)
        }
        _ => (capital(&scene.error.info()), "Put text with special characters in quotes."),
    };
    (spot(scene.text, kind, at), message, help.to_owned())
}

const QUOTES: &str = "Put the text in quotes.";
const WHOLE: &str = "Put quotes around all of it if it is one text, or delete what is too much.";

/// Whether anything but the marks of items stands before an offset in its line.
fn inside_line(text: &str, at: usize) -> bool {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    !before.trim_matches([' ', '-']).is_empty()
}

/// What is said about an error of a kind, and what to do.
fn words(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind::*;
    Some(match kind {
        TabNotAllowed | TabInBlockIndentation | TabInIndentation | TabInPlainScalar | TabAtBlockScalarStart => {
            ("A tab is used for indentation here", "Indent with spaces: YAML does not accept tabs.")
        }
        SimpleKeyExpected | InvalidSimpleKey => (
            "This line is no `key: value`",
            "Write a colon and a space behind the key, or indent the line if it continues the text above.",
        ),
        ExpectedBlockMappingKey | ExpectedBlockSequenceEntry | InvalidIndentation | BlockSequenceEntryNotAllowed => (
            "This line does not fit to the lines above it: its indentation differs",
            "Indent it like the other lines of the same list or mapping.",
        ),
        UnexpectedCharacter { character: '\0' } => {
            ("There is a NUL character here, which no text contains", "Delete it.")
        }
        UnexpectedCharacter { character: '`' } => ("A value cannot begin with a backtick", QUOTES),
        MissingAnchorOrAliasName => ("A value cannot begin with this character", QUOTES),
        UnknownQuotedScalarEscape
        | InvalidQuotedScalarHexEscape
        | InvalidUnicodeEscape
        | InvalidLowSurrogateHexEscape
        | InvalidLowSurrogate
        | MissingLowSurrogate
        | UnpairedLowSurrogate => (
            "This text holds a backslash that begins no known escape",
            "Double the backslash, or use single quotes, in which it stands for itself.",
        ),
        RecursionLimitExceeded => (
            "Lists and mappings are nested too deeply here",
            "Check the indentation and the brackets above this place.",
        ),
        MisplacedFlowCollectionEnd => ("This bracket closes nothing", "Delete it, or put the text in quotes."),
        ExpectedFlowSequenceSeparator | ExpectedFlowMappingSeparator => {
            ("A comma is missing before this", "Separate the parts with commas.")
        }
        CommentNotSeparated | CommentInterceptedScalar => (
            "This `#` begins a comment in the middle of a text",
            "Put the text in quotes, or put a space before the `#` of a comment.",
        ),
        _ => return None,
    })
}

/// The piece of text that is wrong.
fn spot(text: &str, kind: &ErrorKind, at: usize) -> Span {
    use ErrorKind::*;
    match kind {
        TabNotAllowed | TabInBlockIndentation | TabInIndentation | TabInPlainScalar | TabAtBlockScalarStart => {
            tab(text, at)
        }
        SimpleKeyExpected | InvalidSimpleKey => rest_of_line(text, at),
        ExpectedBlockMappingKey | ExpectedBlockSequenceEntry | InvalidIndentation | BlockSequenceEntryNotAllowed => {
            rest_of_line(text, content(text, at))
        }
        UnknownQuotedScalarEscape
        | InvalidQuotedScalarHexEscape
        | InvalidUnicodeEscape
        | InvalidLowSurrogateHexEscape
        | InvalidLowSurrogate
        | MissingLowSurrogate
        | UnpairedLowSurrogate => escape(text, at),
        _ => one(text, at),
    }
}

/// What was meant is plain where a text only lacks its quotes: then it is the text, as it is written.
fn text_as_written(scene: &Scene<'_>, at: usize) -> Rescue {
    let rest = rest_of_line(scene.text, at);
    let meant = match scene.error.kind() {
        ErrorKind::UnexpectedCharacter { character } => !character.is_control(),
        ErrorKind::MappingValueNotAllowed => second_colon(scene, at),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::BlockSequenceEntryNotAllowed => inside_line(scene.text, at),
        // The tab is in the next line; the text of this one is whole.
        ErrorKind::TabInPlainScalar => !rest.range().contains(&(tab(scene.text, at).start as usize)),
        _ => false,
    };
    let written = scene.text.get(rest.range()).unwrap_or_default();
    let length = written.find(" #").unwrap_or(written.len());
    let length = written.get(..length).map_or(0, |written| written.trim_end().len());
    if meant && scene.flow.is_none() { Rescue::Text(rest.part(0..length)) } else { Rescue::Nothing }
}

/// Whether the line of a misplaced colon has one before it that was understood.
fn second_colon(scene: &Scene<'_>, at: usize) -> bool {
    let line_start = line_start(scene.text, at);
    scene.text.get(line_start..scene.after).is_some_and(|read| read.contains(": "))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// A colon where none can be: a second one in the line, or the line above lacks its own.
fn colon(scene: &Scene<'_>, at: usize) -> (Span, String, String) {
    if !second_colon(scene, at) {
        let line_start = line_start(scene.text, at);
        let broken = previous_content(scene.text, line_start).unwrap_or(line_start);
        return (
            rest_of_line(scene.text, broken),
            "This line is no `key: value`, or the next line is indented too deeply".to_owned(),
            "Write `key: value` with a space behind the colon, and indent both lines alike.".to_owned(),
        );
    }
    let help = "Put the text after the first colon in quotes.";
    (Span::new(at, at + 1), "There is a second colon in this line".to_owned(), help.to_owned())
}

/// The mark of the item at an offset, if nothing else stands before it.
fn content(text: &str, at: usize) -> usize {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    let marks = before.trim_start_matches(' ');
    if marks.trim_matches([' ', '-']).is_empty() { at - marks.len() } else { at }
}

/// The first content of the line before an offset.
fn previous_content(text: &str, line_start: usize) -> Option<usize> {
    let before = text.get(..line_start)?.trim_end();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.get(start..)?;
    (!line.is_empty()).then(|| start + line.len() - line.trim_start().len())
}

/// The first tab of the line, or of the line after it.
fn tab(text: &str, at: usize) -> Span {
    let line = line_start(text, at);
    let tab = text.get(line..).and_then(|rest| rest.find('\t')).map_or(at, |offset| line + offset);
    one(text, tab)
}

/// The backslash that is wrong; the parser points at the quote.
fn escape(text: &str, at: usize) -> Span {
    let rest = text.get(at..).unwrap_or_default();
    let known = "0abtnvfre \"/\\N_LPxuU\t\n\r";
    let mut from = 0;
    while let Some(offset) = rest.get(from..).and_then(|rest| rest.find('\\')) {
        let next = rest.get(from + offset + 1..).and_then(|rest| rest.chars().next());
        if next.is_none_or(|c| !known.contains(c) || "xuU".contains(c)) {
            let width = next.map_or(0, char::len_utf8);
            return Span::new(at + from + offset, at + from + offset + 1 + width);
        }
        from += offset + 2;
    }
    one(text, at)
}

/// The character at an offset.
fn one(text: &str, at: usize) -> Span {
    let width = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n' && *c != '\r');
    Span::new(at, at + width.map_or(0, char::len_utf8))
}

/// From an offset to the end of its line, without white space.
fn rest_of_line(text: &str, at: usize) -> Span {
    let line = lines::lines(text, at).next().map_or("", |(_, line)| line);
    Span::new(at, at + line.trim_end().len())
}

/// The nearest character boundary before an offset.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The words of the parser as a message.
fn capital(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    shortened(&(first + chars.as_str()), 90)
}
