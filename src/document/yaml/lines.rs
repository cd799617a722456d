//! Lines of YAML, looked at without parsing: where a key, an item or a bracket is.

/// The lines of a text from an offset on: their offsets and their text without the line end.
pub(in crate::document) fn lines(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text.get(from..).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.strip_suffix('\n').unwrap_or(line).trim_end_matches('\r'))
    })
}

/// The beginning of the line after an offset.
pub(in crate::document) fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1)
}

/// The number of spaces that a line begins with; `None` for a line without content, and for one that is
/// indented with tabs, about which nothing can be said.
pub(in crate::document) fn indent(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches(' ');
    let content = !rest.trim().is_empty() && !rest.starts_with(['#', '\t']);
    content.then(|| line.len() - rest.len())
}

/// Whether a line (without its indentation) is an item of a list.
pub(in crate::document) fn is_item(line: &str) -> bool {
    line == "-" || line.starts_with("- ")
}

/// Whether a line (without its indentation) begins with a key.
pub(in crate::document) fn is_key(line: &str) -> bool {
    let after = match line.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => line.get(1..).and_then(|rest| rest.split_once(char::from(*quote))),
        None | Some(b'#' | b'[' | b']' | b'{' | b'}' | b',' | b'|' | b'>' | b'%' | b'@' | b'`' | b':') => None,
        Some(_) => return !is_item(line) && plain_key(line),
    };
    after.is_some_and(|(_, rest)| plain_key(rest.trim_start()))
}

/// Whether there is a colon that ends a key, before any comment.
fn plain_key(line: &str) -> bool {
    let colon = line
        .match_indices(':')
        .find(|(at, _)| line.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])));
    colon.is_some_and(|(at, _)| line.get(..at).is_some_and(|key| !key.contains(" #")))
}

/// Where the entry that holds `at` must have ended: at the next line that begins a key or an item and
/// is not indented deeper than `column`.
pub(super) fn entry_end(text: &str, at: usize, column: usize) -> usize {
    let following = lines(text, at).skip(1).find(|(_, line)| {
        let rest = line.trim_start_matches(' ');
        line.len() - rest.len() <= column && (is_key(rest) || is_item(rest) || matches!(rest, "---" | "..."))
    });
    following.map_or(text.len(), |(start, _)| start)
}

/// What is wrong with a text between brackets.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Brackets {
    /// Every bracket is closed; the error is something else.
    Closed,
    /// The innermost bracket that is not closed, and what would close all of them.
    Unclosed { open: usize, closers: String },
    /// A bracket that is closed by one of the other kind.
    Mismatched { open: usize, close: usize },
    /// A quotation that is not closed.
    Quote { open: usize },
}

/// Follows brackets, quotes and comments from an opening bracket to the end of its entry.
pub(super) fn brackets(text: &str, from: usize, to: usize) -> Brackets {
    let mut open: Vec<(usize, char)> = Vec::new();
    let region = text.get(from..to).unwrap_or_default();
    let mut chars = region.char_indices().map(|(at, c)| (from + at, c));
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        match c {
            '[' => open.push((at, ']')),
            '{' => open.push((at, '}')),
            ']' | '}' => match open.pop() {
                Some((_, closer)) if closer == c && open.is_empty() => return Brackets::Closed,
                Some((_, closer)) if closer == c => {}
                Some((open, _)) => return Brackets::Mismatched { open, close: at },
                None => return Brackets::Closed,
            },
            '"' | '\'' if !before.is_alphanumeric() && !skip_quoted(&mut chars, c) => {
                return Brackets::Quote { open: at };
            }
            '#' if before.is_whitespace() => while chars.next().is_some_and(|(_, c)| c != '\n') {},
            _ => {}
        }
        before = c;
    }
    match open.last() {
        None => Brackets::Closed,
        Some(&(last, _)) => {
            Brackets::Unclosed { open: last, closers: open.iter().rev().map(|&(_, closer)| closer).collect() }
        }
    }
}

/// Moves behind the closing quote; `false` where there is none.
fn skip_quoted(chars: &mut impl Iterator<Item = (usize, char)>, quote: char) -> bool {
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                chars.next();
            }
            _ if c == quote => return true,
            _ => {}
        }
    }
    false
}
