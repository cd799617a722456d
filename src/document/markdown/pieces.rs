//! The text of a Markdown file as a reader sees it: without the marks that make it look so.

use super::super::{Cell, Piece, Row, Table};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The pieces of a text without its front matter.
pub(super) fn read(body: &str) -> Vec<Piece> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut reader = Reader::default();
    Parser::new_ext(body, options).for_each(|event| reader.take(event));
    reader.flush();
    reader.pieces
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// The text of the present piece so far.
    text: String,
    /// How many struck passages are open: what is struck out is said no more.
    struck: usize,
    /// Open links: where each leads, and where its text begins.
    links: Vec<(String, usize)>,
    rows: Vec<Vec<String>>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.put(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.put("\n"),
            Event::TaskListMarker(true) => self.put(TICK),
            Event::Html(html) => self.put(&html),
            Event::InlineHtml(tag) => self.put(&shown(&tag)),
            Event::TaskListMarker(false) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn put(&mut self, text: &str) {
        if self.struck == 0 {
            self.text.push_str(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.text.len()));
            }
            Tag::Emphasis | Tag::Strong | Tag::Superscript | Tag::Subscript => {}
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => self.text.clear(),
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.text);
                self.pieces.push(Piece::Heading(level as u8, text));
            }
            TagEnd::CodeBlock => self.pieces.push(Piece::Code(std::mem::take(&mut self.text))),
            TagEnd::HtmlBlock => self.text = shown(&self.text),
            TagEnd::TableCell => {
                let text = std::mem::take(&mut self.text);
                self.rows.iter_mut().last().into_iter().for_each(|row| row.push(text.clone()));
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => self.end_table(),
            _ => self.flush(),
        }
    }

    /// Where a link leads is said, too, unless it is its text.
    fn end_link(&mut self) {
        let Some((target, from)) = self.links.pop() else { return };
        let bare = |address: &str| {
            let address = address.trim_start_matches("mailto:");
            let address = address.split_once("://").map_or(address, |(_, rest)| rest);
            address.trim_start_matches("./").trim_end_matches('/').to_owned()
        };
        let target = bare(&target);
        if !target.is_empty() && self.text.get(from..).is_some_and(|text| bare(text.trim()) != target) {
            self.put(&format!(" ({target})"));
        }
    }

    fn end_table(&mut self) {
        let row = |texts: Vec<String>| Row {
            cells: texts.into_iter().map(|text| Cell { text: text.trim().into(), ..Cell::default() }).collect(),
            ..Row::default()
        };
        let mut rows = std::mem::take(&mut self.rows).into_iter().map(row);
        if let Some(header) = rows.next() {
            self.pieces.push(Piece::Table(Table { header, rows: rows.collect(), ..Table::default() }));
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.pieces.push(Piece::Paragraph(text));
        }
    }
}

/// A mark that stands for a box that is ticked.
pub(super) const TICK: &str = "\u{2611} ";

/// HTML without its tags, comments, styles and scripts; where a link leads is kept.
pub(super) fn shown(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, inside)) = rest.split_once('<') {
        text.push_str(before);
        if let Some(comment) = inside.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?') {
            text.push('<');
            rest = inside;
            continue;
        }
        let (tag, after) = inside.split_once('>').unwrap_or((inside, ""));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        rest = match name.as_str() {
            "script" | "style" => end_of(after, &name),
            _ => after,
        };
        if let Some(target) = ["href=", "src="].iter().find_map(|key| tag.split_once(key)).map(|(_, value)| value) {
            let target = target.trim_start_matches(['"', '\'']);
            let end = target.find(['"', '\'', ' ']).unwrap_or(target.len());
            text.push_str(&format!(" ({}) ", target.get(..end).unwrap_or_default()));
        }
    }
    text.push_str(rest);
    text
}

/// What follows the end of an element.
fn end_of<'t>(text: &'t str, name: &str) -> &'t str {
    let close = format!("</{name}");
    let at = text
        .char_indices()
        .find(|(at, _)| text.get(*at..*at + close.len()).is_some_and(|part| part.eq_ignore_ascii_case(&close)));
    at.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}
