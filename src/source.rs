//! Text and places: who owns every byte that is ever shown.
//!
//! A [`Source`] is one file, decoded. Everybody else holds [`Place`]s, and asks here for the line, the column
//! or the text at the end. No other module clamps a span, counts a line or decodes a byte.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A path relative to the root of the repository, with `/` between its parts.
///
/// A name that is not printable UTF-8 is held as git quotes it, so that it can always be shown.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RepoPath(Arc<str>);

impl RepoPath {
    /// Takes a path as git stores it.
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(Arc::from(path.as_ref()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part without its extension: `INC-2026-0004` of `incidents/INC-2026-0004.md`.
    pub fn file_stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(0) | None => name,
            Some(dot) => &name[..dot],
        }
    }

    /// The extension in lower case, empty where there is none; also of a path that is shown in quotes.
    pub fn extension(&self) -> String {
        let name = self.file_name();
        let name = if self.0.starts_with('"') { name.trim_end_matches('"') } else { name };
        match name.rfind('.') {
            Some(0) | None => String::new(),
            Some(dot) => name[dot + 1..].to_ascii_lowercase(),
        }
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A range of bytes in the decoded text of a source; `end` is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets beyond 4 GiB saturate (sources are limited far below that).
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The empty span at an offset.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The span as a range of `usize`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// The smallest span that covers both.
    pub fn cover(self, other: Span) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same span, moved to the right by `offset` bytes.
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }

    /// A part of this span, given by byte offsets from its start.
    pub fn part(self, range: Range<usize>) -> Self {
        let start = self.start as usize;
        Self::new(start + range.start, start + range.end)
    }
}

/// A line and a column, both from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Which source a place is in: an index into [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SourceId(pub u32);

/// Where something stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Place {
    /// A range of text.
    Text {
        /// The file.
        source: SourceId,
        /// The bytes in it.
        span: Span,
    },
    /// A whole file, for instance one that could not be read.
    File(SourceId),
}

impl Place {
    /// A range of text in a source.
    pub fn new(source: SourceId, span: Span) -> Self {
        Self::Text { source, span }
    }

    /// The source that the place is in.
    pub fn source(self) -> SourceId {
        match self {
            Self::Text { source, .. } | Self::File(source) => source,
        }
    }

    /// The span; a whole file has the empty span at its start.
    pub fn span(self) -> Span {
        match self {
            Self::Text { span, .. } => span,
            Self::File(_) => Span::default(),
        }
    }
}

/// How the bytes of a file were read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16 with a byte-order mark.
    Utf16,
    /// Not UTF-8: decoded as well as possible.
    Guessed {
        /// The encoding that the bytes look like, for instance `windows-1252`.
        name: &'static str,
        /// The character in the decoded text that stands for the first wrong byte.
        first_wrong: Span,
    },
}

/// One file, decoded. Offsets count bytes of the decoded text, without a byte-order mark.
#[derive(Debug)]
pub struct Source {
    /// Where the file is.
    pub path: RepoPath,
    /// How its bytes were read.
    pub encoding: Encoding,
    text: Box<str>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// A source from text that is UTF-8 already.
    pub fn from_text(path: RepoPath, text: impl Into<Box<str>>) -> Self {
        Self { path, encoding: Encoding::Utf8, text: text.into(), lines: OnceLock::new() }
    }

    /// Decodes a file: UTF-8, UTF-16 by its byte-order mark, anything else as it looks.
    pub fn decode(path: RepoPath, bytes: Vec<u8>) -> Self {
        let (text, encoding) = decode(bytes);
        Self { path, encoding, text: text.into(), lines: OnceLock::new() }
    }

    /// The whole decoded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span, clamped to the source and to character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        let span = self.clamp(span);
        &self.text[span.range()]
    }

    /// The span, moved inside the source and onto character boundaries (start down, end up).
    pub fn clamp(&self, span: Span) -> Span {
        let limit = self.text.len();
        let mut start = (span.start as usize).min(limit);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (span.end as usize).clamp(start, limit);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end)
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.clamp(Span { start: offset, end: offset }).start;
        let lines = self.line_starts();
        let line = lines.partition_point(|&start| start <= offset) - 1;
        let before = &self.text[lines[line] as usize..offset as usize];
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: count(line + 1), column: count(before.chars().count() + 1) }
    }

    /// The span of the line that an offset is in, without its line end.
    pub fn line_at(&self, offset: u32) -> Span {
        let lines = self.line_starts();
        let line = lines.partition_point(|&start| start <= offset) - 1;
        let start = lines[line] as usize;
        let end = lines.get(line + 1).map_or(self.text.len(), |&next| next as usize);
        let line = self.text[start..end].trim_end_matches(['\n', '\r']);
        Span::new(start, start + line.len())
    }

    /// Veils spans that stand in their order.
    fn veil(&mut self, spans: &[Span]) {
        let (mut text, mut end) = (String::with_capacity(self.text.len()), 0);
        for span in spans.iter().map(|span| self.clamp(*span).range()).filter(|span| !span.is_empty()) {
            let start = span.start.max(end);
            text.push_str(&self.text[end..start]);
            end = span.end.max(start);
            for c in self.text[start..end].chars() {
                text.extend(std::iter::repeat_n(if c == '\n' { c } else { '*' }, c.len_utf8()));
            }
        }
        text.push_str(&self.text[end..]);
        self.text = text.into();
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            let starts = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(starts).collect()
        })
    }
}

fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&bytes)
        && encoding != encoding_rs::UTF_8
    {
        let (text, broken) = encoding.decode_with_bom_removal(&bytes);
        let first = text.find('\u{fffd}').filter(|_| broken);
        return match first {
            None => (text.into_owned(), Encoding::Utf16),
            Some(at) => {
                let first_wrong = Span::new(at, at + '\u{fffd}'.len_utf8());
                (text.into_owned(), Encoding::Guessed { name: encoding.name(), first_wrong })
            }
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => guess(error.as_bytes(), error.utf8_error().valid_up_to()),
    }
}

/// Decodes bytes that are not UTF-8; `valid` is the length of their well-formed beginning.
fn guess(bytes: &[u8], valid: usize) -> (String, Encoding) {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (rest, _, _) = encoding.decode(&bytes[valid..]);
    let mut text = String::from_utf8_lossy(&bytes[..valid]).into_owned();
    let width = rest.chars().next().map_or(0, char::len_utf8);
    let first_wrong = Span::new(valid, valid + width);
    text.push_str(&rest);
    (text, Encoding::Guessed { name: encoding.name(), first_wrong })
}

/// All sources of one judgement, addressed by [`SourceId`].
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Sources in the order of their ids.
    pub fn new(sources: Vec<Source>) -> Self {
        Self(sources)
    }

    /// Adds a source and returns its id.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// The source of an id that this collection gave out.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Puts asterisks where the text at a place stands, so that nothing shows it any more. Offsets and lines stay.
    pub fn veil(&mut self, place: Place) {
        self.veil_all(place.source(), &[place.span()]);
    }

    /// The same for many places of a file, in their order.
    pub fn veil_all(&mut self, id: SourceId, spans: &[Span]) {
        if let Some(source) = self.0.get_mut(id.0 as usize) {
            source.veil(spans);
        }
    }

    /// The same files without their text: paths stay, and nothing of what they hold.
    pub fn without_text(self) -> Self {
        Self(self.0.into_iter().map(|source| Source::from_text(source.path, "")).collect())
    }

    /// The path of the file that a place is in.
    pub fn path(&self, place: Place) -> &RepoPath {
        &self.get(place.source()).path
    }

    /// The text at a place; empty for a whole file.
    pub fn text(&self, place: Place) -> &str {
        self.get(place.source()).slice(place.span())
    }

    /// Where a place begins; `None` for a whole file.
    pub fn start(&self, place: Place) -> Option<Position> {
        self.range(place).map(|(start, _)| start)
    }

    /// Where a place begins and ends (exclusive); `None` for a whole file.
    pub fn range(&self, place: Place) -> Option<(Position, Position)> {
        match place {
            Place::File(_) => None,
            Place::Text { source, span } => {
                let source = self.get(source);
                Some((source.position(span.start), source.position(span.end)))
            }
        }
    }

    /// The sources with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(i, s)| (SourceId(u32::try_from(i).unwrap_or(u32::MAX)), s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Source::decode(RepoPath::new("x.md"), bytes.to_vec())
    }

    #[test]
    fn columns_count_characters_and_lines_survive_crlf() {
        let s = source("a\r\n🔥b: ü\n".as_bytes());
        assert_eq!(s.position(3), Position { line: 2, column: 1 });
        assert_eq!(s.position(7), Position { line: 2, column: 2 });
        assert_eq!(s.slice(s.line_at(4)), "🔥b: ü");
        assert_eq!(s.position(9_999), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_veiled_place_keeps_its_length_and_its_lines() {
        let mut sources = Sources::new(vec![source("a key: sécret\nnext\n".as_bytes())]);
        sources.veil(Place::new(SourceId(0), Span::new(7, 14)));
        assert_eq!(sources.get(SourceId(0)).text(), "a key: *******\nnext\n");
        assert_eq!(sources.get(SourceId(0)).position(15), Position { line: 2, column: 1 });
    }

    #[test]
    fn a_span_is_clamped_to_characters() {
        let s = source("ü🔥".as_bytes());
        assert_eq!(s.slice(Span::new(1, 3)), "ü🔥");
        assert_eq!(s.slice(Span::new(90, 99)), "");
    }

    #[test]
    fn a_windows_1252_byte_is_found_and_decoded() {
        let s = source(b"title: near the caf\xe9 in town\n");
        assert_eq!(s.text(), "title: near the café in town\n");
        let Encoding::Guessed { first_wrong, .. } = s.encoding else { panic!("{:?}", s.encoding) };
        assert_eq!(s.slice(first_wrong), "é");
    }

    #[test]
    fn utf16_with_a_mark_is_read_and_a_utf8_mark_is_dropped() {
        let utf16: Vec<u8> = "\u{feff}id: ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!((source(&utf16).text(), &source(&utf16).encoding), ("id: ü", &Encoding::Utf16));
        assert_eq!(source(b"\xef\xbb\xbfid: 1").text(), "id: 1");
    }

    #[test]
    fn names_fall_apart_as_expected() {
        let path = RepoPath::new("incidents/2026/INC-2026-0004.html.MD");
        assert_eq!((path.file_stem(), path.extension().as_str()), ("INC-2026-0004.html", "md"));
        assert_eq!(
            (RepoPath::new(".gitkeep").file_stem(), RepoPath::new("a/b").extension().as_str()),
            (".gitkeep", "")
        );
    }
}
