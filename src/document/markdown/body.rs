//! The text of a Markdown file: sections, tables, passages.

use super::super::{Body, Passage, PassageKind, Section, SyntaxProblem};
use super::tables;
use crate::source::Span;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Reads the text from an offset on; spans count from the beginning of the file.
pub(super) fn read(text: &str, from: usize, problems: &mut Vec<SyntaxProblem>) -> Body {
    let body = text.get(from..).unwrap_or_default();
    let mut reader = Reader::new(text, from);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.take(event, from + range.start..from + range.end, problems);
    }
    reader.end()
}

/// What surrounds the present text, from the outside in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Quote,
    Item { ticked: Option<bool> },
}

struct Reader<'t> {
    text: &'t str,
    body: Body,
    around: Vec<Around>,
    /// The passage that is being read.
    passage: Option<Passage>,
    /// The heading that is being read, with its title so far.
    heading: Option<(u8, Span, String)>,
    table: Option<tables::Reading>,
    /// A code or HTML block, with the bytes of its text so far.
    block: Option<(bool, Option<Span>)>,
    /// Open links, with the end of their text so far.
    links: Vec<(Span, usize, bool)>,
    /// Where something stands that a section can hold.
    content: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, from: usize) -> Self {
        let body = Body { span: Span::new(from, text.len()), ..Body::default() };
        Self {
            text,
            body,
            around: Vec::new(),
            passage: None,
            heading: None,
            table: None,
            block: None,
            links: Vec::new(),
            content: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>, problems: &mut Vec<SyntaxProblem>) {
        let span = Span::new(range.start, range.end);
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end_tag(tag, problems),
            Event::Text(text) => self.words(&text, span),
            Event::Code(code) => self.inline(&code, span),
            Event::Html(_) => self.block_text(span),
            Event::InlineHtml(_) => self.inline("", span),
            Event::FootnoteReference(_) => self.inline("", span),
            Event::SoftBreak | Event::HardBreak => self.text_only(" "),
            Event::TaskListMarker(ticked) => self.tick(ticked),
            Event::Rule | Event::InlineMath(_) | Event::DisplayMath(_) => self.finish_passage(),
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            Tag::Heading { level, .. } => self.start_heading(level as u8, span),
            Tag::BlockQuote(_) => self.enter(Around::Quote),
            Tag::Item => self.enter(Around::Item { ticked: None }),
            Tag::List(_) | Tag::FootnoteDefinition(_) => self.finish_passage(),
            Tag::CodeBlock(_) => self.start_block(true),
            Tag::HtmlBlock => self.start_block(false),
            Tag::Table(_) => self.start_table(span),
            Tag::TableHead | Tag::TableRow => {
                let text = self.text;
                self.table.iter_mut().for_each(|table| table.row(text, span.range()));
            }
            Tag::TableCell => self.table.iter_mut().for_each(tables::Reading::cell),
            Tag::Paragraph => self.start_paragraph(),
            Tag::Link { link_type, .. } | Tag::Image { link_type, .. } => {
                let automatic = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.links.push((span, span.start as usize + 1, automatic));
                self.grow(span);
            }
            _ => self.grow(span),
        }
    }

    fn end_tag(&mut self, tag: TagEnd, problems: &mut Vec<SyntaxProblem>) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) | TagEnd::Item => self.leave(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end_block(),
            TagEnd::TableHead => self.table.iter_mut().for_each(tables::Reading::end_header),
            TagEnd::TableRow => self.table.iter_mut().for_each(tables::Reading::end_row),
            TagEnd::TableCell => self.table.iter_mut().for_each(tables::Reading::end_cell),
            TagEnd::Table => {
                self.body.tables.extend(self.table.take().map(|table| table.end(problems)));
            }
            // Further paragraphs of an item belong to it: an owner or a date often stands there.
            TagEnd::Paragraph if !matches!(self.around.last(), Some(Around::Item { .. })) => self.finish_passage(),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn section(&self) -> Option<usize> {
        self.body.sections.len().checked_sub(1)
    }

    fn enter(&mut self, around: Around) {
        self.finish_passage();
        self.around.push(around);
    }

    fn leave(&mut self) {
        self.finish_passage();
        self.around.pop();
    }

    fn tick(&mut self, ticked: bool) {
        if let Some(Around::Item { ticked: mark }) = self.around.last_mut() {
            *mark = Some(ticked);
        }
        // A passage can have begun with the mark; it begins behind it.
        self.passage = None;
    }

    fn start_paragraph(&mut self) {
        if !matches!(self.around.last(), Some(Around::Item { .. })) {
            self.finish_passage();
        }
    }

    /// The kind of a passage here; what is quoted is a quotation, wherever it stands.
    fn kind(&self) -> PassageKind {
        match self.around.last() {
            _ if self.around.contains(&Around::Quote) => PassageKind::Quote,
            Some(&Around::Item { ticked }) => PassageKind::Item { ticked },
            _ => PassageKind::Paragraph,
        }
    }

    /// Widens the present passage, or begins one.
    fn grow(&mut self, span: Span) {
        if self.table.is_some() || self.heading.is_some() || self.block.is_some() {
            return;
        }
        let (kind, section) = (self.kind(), self.section());
        let passage = self.passage.get_or_insert_with(|| Passage { kind, span, section, masked: Vec::new() });
        passage.span = passage.span.cover(span);
    }

    fn mask(&mut self, span: Span) {
        if let Some(passage) = self.passage.as_mut().filter(|_| !span.is_empty()) {
            passage.masked.push(span);
        }
    }

    /// Text that shows in a title or a cell.
    fn text_only(&mut self, text: &str) {
        if let Some((_, _, title)) = &mut self.heading {
            title.push_str(text);
        }
        self.table.iter_mut().for_each(|table| table.text(text));
    }

    /// Prose, or a part of a block.
    fn words(&mut self, text: &str, span: Span) {
        if self.block.is_some() {
            return self.block_text(span);
        }
        self.text_only(text);
        self.grow(span);
        self.links.iter_mut().for_each(|(_, end, _)| *end = (*end).max(span.end as usize));
    }

    /// Code, HTML or a mark inside of a line.
    fn inline(&mut self, shown: &str, span: Span) {
        self.text_only(shown);
        self.grow(span);
        self.links.iter_mut().for_each(|(_, end, _)| *end = (*end).max(span.end as usize));
        self.mask(span);
    }

    fn end_link(&mut self) {
        let Some((span, text_end, automatic)) = self.links.pop() else { return };
        let from = if automatic { span.start as usize } else { text_end };
        self.mask(Span::new(from, span.end as usize));
        self.links.iter_mut().for_each(|(_, end, _)| *end = (*end).max(span.end as usize));
    }

    fn start_block(&mut self, code: bool) {
        self.finish_passage();
        self.block = Some((code, None));
    }

    fn block_text(&mut self, span: Span) {
        if let Some((_, text)) = &mut self.block {
            *text = Some(text.map_or(span, |text| text.cover(span)));
        }
    }

    /// Ends a block of code or HTML. HTML without a word in it is nothing.
    fn end_block(&mut self) {
        let Some((code, Some(span))) = self.block.take() else { return };
        let span = self.trimmed(span);
        let written = self.text.get(span.range()).unwrap_or_default();
        let masked = if code { Vec::new() } else { tags(written).map(|tag| span.part(tag)).collect() };
        let kind = if code { PassageKind::Code } else { self.kind() };
        self.push(Passage { kind, span, section: self.section(), masked });
    }

    fn start_table(&mut self, span: Span) {
        self.finish_passage();
        self.content.push(span.start as usize);
        self.table = Some(tables::Reading::new(self.trimmed(span), self.section()));
    }

    fn start_heading(&mut self, level: u8, span: Span) {
        self.finish_passage();
        // A heading inside of a quotation or an item divides nothing.
        if self.around.is_empty() {
            self.heading = Some((level, self.trimmed(span), String::new()));
        }
    }

    fn end_heading(&mut self) {
        let Some((level, heading, title)) = self.heading.take() else { return self.finish_passage() };
        let title = title.trim().into();
        let content = Span::at(heading.end as usize);
        self.body.sections.push(Section { level, title, heading, content, empty: true });
    }

    fn finish_passage(&mut self) {
        if let Some(passage) = self.passage.take() {
            let span = self.trimmed(passage.span);
            self.push(Passage { span, ..passage });
        }
    }

    /// Adds a passage, unless nothing of it is to be seen.
    fn push(&mut self, mut passage: Passage) {
        passage.masked.sort_unstable();
        if !self.shows(&passage) {
            return;
        }
        if passage.kind != PassageKind::Code {
            self.mask_addresses(&mut passage);
        }
        self.content.push(passage.span.start as usize);
        self.body.passages.push(passage);
    }

    /// Masks addresses without marks; the parser gives their text in pieces, so they are looked for at the end.
    fn mask_addresses(&self, passage: &mut Passage) {
        let written = self.text.get(passage.span.range()).unwrap_or_default();
        let masked = &passage.masked;
        let free = |address: &Span| {
            let next = masked.partition_point(|mask| mask.end <= address.start);
            masked.get(next).is_none_or(|mask| mask.start >= address.end)
        };
        let found: Vec<Span> = addresses(written).map(|address| passage.span.part(address)).filter(free).collect();
        passage.masked.extend(found);
        passage.masked.sort_unstable();
    }

    /// Whether anything of a passage is to be seen: not if it is all white space and HTML.
    fn shows(&self, passage: &Passage) -> bool {
        let mut at = passage.span.start as usize;
        for mask in &passage.masked {
            let gap = self.text.get(at..mask.start as usize).unwrap_or_default();
            let hidden = self.text.get(mask.range()).is_some_and(|html| html.starts_with('<') && !html.contains("://"));
            if !gap.trim().is_empty() || !hidden {
                return true;
            }
            at = mask.end as usize;
        }
        self.text.get(at..passage.span.end as usize).is_some_and(|rest| !rest.trim().is_empty())
    }

    /// A span without the white space around it.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or_default();
        let start = text.len() - text.trim_start().len();
        span.part(start..start + text.trim().len())
    }

    /// Closes the sections: each reaches to the next heading of the same or a higher level.
    fn end(mut self) -> Body {
        self.finish_passage();
        self.content.sort_unstable();
        let headings: Vec<(u8, u32)> =
            self.body.sections.iter().map(|section| (section.level, section.heading.start)).collect();
        let text_end = self.body.span.end;
        for (at, section) in self.body.sections.iter_mut().enumerate() {
            let next = headings.iter().skip(at + 1).find(|(level, _)| *level <= section.level);
            let end = next.map_or(text_end, |&(_, start)| start) as usize;
            let heading_end = section.heading.end as usize;
            let line = self.text.get(heading_end..end).unwrap_or_default();
            let start = heading_end + line.find('\n').map_or(line.len(), |line_end| line_end + 1);
            section.content = Span::new(start, end);
            let first = self.content.partition_point(|&content| content < start);
            section.empty = self.content.get(first).is_none_or(|&content| content >= end);
        }
        self.body
    }
}

const ADDRESS_BEGINS: [&str; 5] = ["https://", "http://", "ftp://", "mailto:", "www."];

/// Addresses that stand in prose without marks.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let begins = |&at: &usize| {
            let address = rest.as_bytes().get(at..).unwrap_or_default();
            // Most characters begin none of them, and every byte of the story comes by here.
            matches!(address, [b'h' | b'f' | b'm' | b'w', ..])
                && ADDRESS_BEGINS.iter().any(|begin| address.starts_with(begin.as_bytes()))
        };
        let start = at + (0..rest.len()).find(begins)?;
        let length = address_length(text.get(start..)?);
        at = start + length.max(1);
        Some(start..start + length)
    })
}

/// Up to the next white space or mark, without the punctuation of the sentence around it.
fn address_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|' | '[' | ']'));
    let address = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', '*', '_']).len()
}

/// Tags and comments of HTML.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find('<')?;
        let rest = text.get(start..)?;
        let close = if rest.starts_with("<!--") { "-->" } else { ">" };
        let end = rest.find(close).map_or(text.len(), |end| start + end + close.len());
        at = end;
        Some(start..end)
    })
}
