//! What a page says, one block below the other, over as many leaves as it takes.

use super::face::{Face, Faces};
use super::leaf::{Bookmark, Child, Edge, Form, Ink, Leaf, Mark, Node, Outline, Role, Run, Stroke, Style, Tone};
use super::wrap::Inline;
use crate::page::{Block, Kind, Line, Page, Section};
use crate::render::page::plain;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A4, in points.
const SHORT: f32 = 595.28;
const LONG: f32 = 841.89;
/// The edges of the paper that hold no text.
const SIDE: f32 = 42.5;
const TOP: f32 = 56.0;
const BOTTOM: f32 = 54.0;
/// The widest paragraph that is still easily read.
const COLUMN: f32 = 500.0;
/// How far one line is from the next, in parts of the size.
const LEADING: f32 = 1.36;
/// Sizes of letters.
const BODY: f32 = 9.5;
const SMALL: f32 = 7.5;
const HEADINGS: [f32; 4] = [21.0, 15.0, 11.5, 9.5];

/// A page on its leaves.
pub(super) struct Flow<'p> {
    pub faces: &'p Faces,
    pub leaves: Vec<Leaf>,
    /// How far down the last leaf is filled.
    pub y: f32,
    pub structure: Vec<Node>,
    pub bookmarks: Vec<Bookmark>,
    /// The sections with the leaf and the height at which they begin.
    pub places: BTreeMap<String, (usize, f32)>,
    is_wide: bool,
    known: BTreeSet<String>,
    marks: u32,
    page: &'p Page,
}

impl<'p> Flow<'p> {
    /// Lays a page out.
    pub(super) fn of(page: &'p Page, faces: &'p Faces) -> Self {
        let known = page.ids().into_iter().map(plain).collect();
        let (leaves, structure, bookmarks, places) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
        let mut flow =
            Self { faces, leaves, y: 0.0, structure, bookmarks, places, is_wide: false, known, marks: 0, page };
        flow.fill();
        flow
    }

    fn fill(&mut self) {
        let page = self.page;
        self.new_leaf();
        let title = self.heading(1, &Line::plain(page.title.clone()));
        self.structure.push(title);
        for block in &page.head {
            let node = self.block(block, 2);
            self.structure.extend(node);
        }
        let entries = self.contents();
        for section in &page.sections {
            let (node, bookmark) = self.section(section, 2, false);
            self.structure.push(node);
            self.bookmarks.push(bookmark);
        }
        if self.bookmarks.is_empty() {
            // Every document has bookmarks.
            self.bookmarks.push(Bookmark { title: page.title.to_string(), leaf: 0, y: 0.0, parts: Vec::new() });
        }
        self.number(entries);
        self.frame();
    }

    /// The width between the edges.
    pub(super) fn width(&self) -> f32 {
        self.leaf_width() - 2.0 * SIDE
    }

    fn leaf_width(&self) -> f32 {
        if self.is_wide { LONG } else { SHORT }
    }

    /// The left edge.
    pub(super) const fn left(&self) -> f32 {
        SIDE
    }

    /// Where a leaf ends.
    pub(super) fn bottom(&self) -> f32 {
        (if self.is_wide { SHORT } else { LONG }) - BOTTOM
    }

    /// How much an empty leaf holds.
    pub(super) fn body(&self) -> f32 {
        self.bottom() - TOP
    }

    /// Begins another leaf.
    pub(super) fn new_leaf(&mut self) {
        let (width, height) = if self.is_wide { (LONG, SHORT) } else { (SHORT, LONG) };
        self.leaves.push(Leaf { width, height, inks: Vec::new() });
        self.y = TOP;
    }

    /// Begins another leaf where this one has no room for so much.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > self.bottom() && !self.is_fresh() {
            self.new_leaf();
        }
    }

    fn is_fresh(&self) -> bool {
        self.y <= TOP
    }

    /// Leaves room, but not at the head of a leaf.
    pub(super) fn gap(&mut self, height: f32) {
        if !self.is_fresh() {
            self.y += height;
        }
    }

    /// The leaf that is being filled.
    pub(super) fn leaf(&mut self) -> Option<&mut Leaf> {
        self.leaves.last_mut()
    }

    /// Another number for something that is read.
    pub(super) fn mark(&mut self) -> u32 {
        self.marks += 1;
        self.marks - 1
    }

    /// Words with their styles, and what they are in the structure.
    pub(super) fn inline(&mut self, line: &Line, face: Face, tone: Tone) -> (Inline, Vec<Child>) {
        let (mut inline, mut children) = (Inline::default(), Vec::new());
        for span in line.0.iter().filter(|span| !span.text.as_str().is_empty()) {
            let mark = self.mark();
            let style = Style { mark: Mark::Of(mark), ..self.style(&span.kind, face, tone) };
            let child = Child::Mark(mark);
            children.push(match (&style.link, style.stroke) {
                (Some(_), _) => Child::Node(Node::new(Role::Link, vec![child])),
                (None, Some(stroke)) => Child::Node(Node::new(Role::Struck(stroke), vec![child])),
                (None, None) => child,
            });
            inline.push(self.faces, span.text.as_str(), style);
        }
        (inline, children)
    }

    fn style(&self, kind: &Kind, face: Face, tone: Tone) -> Style {
        let plain = Style { face, tone, ..Style::default() };
        match kind {
            Kind::Plain => plain,
            Kind::Strong => Style { face: Face::Bold, ..plain },
            Kind::Code => Style { face: Face::Mono, ..plain },
            Kind::Gap => Style { face: Face::Bold, tone: Tone::Bad, ..plain },
            Kind::Shown => Style { face: Face::Bold, tone: Tone::Good, ..plain },
            Kind::Added => Style { tone: Tone::Good, stroke: Some(Stroke::Under), ..plain },
            Kind::Removed => Style { tone: Tone::Bad, stroke: Some(Stroke::Through), ..plain },
            Kind::Link(id) => {
                let id = plain(id);
                let link = self.known.contains(&id).then(|| Rc::from(id));
                let tone = if link.is_some() { Tone::Link } else { tone };
                Style { tone, link, ..plain }
            }
        }
    }

    /// Draws a line whose upper edge is at a height.
    pub(super) fn draw(&mut self, runs: &[Run], x: f32, y: f32) {
        let Some(leaf) = self.leaves.last_mut() else { return };
        let placed = |run: &Run| Ink::Run(Run { x: run.x + x, y: y + run.size * 1.05, ..run.clone() });
        leaf.inks.extend(runs.iter().map(placed));
    }

    /// Draws all lines of a text below each other, over leaves where it takes some.
    fn set(&mut self, inline: &Inline, size: f32, x: f32, width: f32) {
        for runs in inline.lines(size, width) {
            self.need(size * LEADING);
            self.draw(&runs, x, self.y);
            self.y += size * LEADING;
        }
    }

    fn paragraph(&mut self, line: &Line, size: f32, tone: Tone) -> Node {
        let (inline, children) = self.inline(line, Face::Regular, tone);
        let width = self.width().min(COLUMN * size / BODY);
        self.set(&inline, size, SIDE, width);
        self.y += 5.0;
        Node::new(Role::Paragraph, children)
    }

    /// What is said in the place of something that is not there.
    pub(super) fn remark(&mut self, line: &Line) -> Node {
        self.gap(2.0);
        self.paragraph(line, BODY, Tone::Soft)
    }

    fn heading(&mut self, level: usize, line: &Line) -> Node {
        let size = HEADINGS.get(level - 1).copied().unwrap_or(BODY);
        self.gap(size * if level == 2 { 1.3 } else { 0.8 });
        self.need(size * LEADING + 70.0);
        let (inline, children) = self.inline(line, Face::Bold, Tone::Ink);
        self.set(&inline, size, SIDE, self.width());
        if level <= 2 {
            let (from, to) = ((SIDE, self.y + 1.5), (SIDE + self.width(), self.y + 1.5));
            let edge = Edge { tone: Tone::Line, width: if level == 1 { 1.4 } else { 0.8 }, is_dashed: false };
            self.leaf().into_iter().for_each(|leaf| leaf.line(from, to, edge));
            self.y += 5.0;
        }
        self.y += 3.0;
        let title = line.0.iter().map(|span| span.text.as_str()).collect();
        Node::new(Role::Heading(u16::try_from(level).unwrap_or(6).min(6), title), children)
    }

    /// A section with its parts. The first part of one that says nothing itself stays below its heading.
    fn section(&mut self, section: &Section, level: usize, is_first: bool) -> (Node, Bookmark) {
        let is_wide = if level == 2 { section.is_wide } else { self.is_wide };
        if is_wide != self.is_wide || (section.is_apart && !is_first && !self.is_fresh()) {
            self.is_wide = is_wide;
            self.new_leaf();
        }
        let head = self.heading(level, &Line::plain(section.title.clone()));
        let (leaf, y) = self.place_of_heading(level);
        self.places.entry(plain(&section.id)).or_insert((leaf, y));
        let mut nodes = vec![head];
        nodes.extend(section.blocks.iter().flat_map(|block| self.block(block, level + 1)));
        let mut bookmark = Bookmark { title: section.title.to_string(), leaf, y, parts: Vec::new() };
        for (at, part) in section.sections.iter().enumerate() {
            let is_first = at == 0 && section.blocks.is_empty();
            let (node, part) = self.section(part, level + 1, is_first);
            nodes.push(node);
            bookmark.parts.push(part);
        }
        (Node::of(Role::Section, nodes), bookmark)
    }

    /// Where the heading that was just set begins, so that a link shows it.
    fn place_of_heading(&self, level: usize) -> (usize, f32) {
        let size = HEADINGS.get(level - 1).copied().unwrap_or(BODY);
        (self.leaves.len() - 1, (self.y - size * LEADING - 14.0).max(0.0))
    }

    fn block(&mut self, block: &Block, level: usize) -> Vec<Node> {
        match block {
            Block::Lead(line) => vec![self.paragraph(line, 11.0, Tone::Ink)],
            Block::Paragraph(line) => vec![self.paragraph(line, BODY, Tone::Ink)],
            Block::Heading(line) => vec![self.heading(level, line)],
            Block::List(lines) => vec![self.list(lines)],
            Block::Code(lines) => lines.iter().map(|line| self.code(&Line::plain(line.clone()))).collect(),
            Block::Terms(terms) => vec![self.terms(terms.iter().map(|(word, means)| (word.clone(), means)))],
            Block::Table(table) => vec![self.table(table)],
            Block::Figure(figure) => vec![self.figure(figure)],
        }
    }

    fn list(&mut self, lines: &[Line]) -> Node {
        let mut points = Vec::new();
        for line in lines {
            let (dot, label) = self.inline(&Line::plain("•"), Face::Regular, Tone::Soft);
            let (inline, children) = self.inline(line, Face::Regular, Tone::Ink);
            self.need(BODY * LEADING);
            let runs = dot.lines(BODY, COLUMN);
            runs.first().into_iter().for_each(|runs| self.draw(runs, SIDE + 4.0, self.y));
            self.set(&inline, BODY, SIDE + 15.0, (self.width() - 15.0).min(COLUMN));
            points.push(Node::of(Role::Point, [Node::new(Role::Label, label), Node::new(Role::Body, children)]));
        }
        self.y += 5.0;
        Node::of(Role::List, points)
    }

    fn terms<'l>(&mut self, terms: impl Iterator<Item = (crate::text::Text, &'l Line)>) -> Node {
        let (mut points, indent) = (Vec::new(), 100.0);
        for (word, means) in terms {
            let (term, label) = self.inline(&Line::plain(word), Face::Bold, Tone::Ink);
            let (inline, children) = self.inline(means, Face::Regular, Tone::Ink);
            let lines = term.lines(BODY, indent - 8.0);
            let height = lines.len().max(inline.lines(BODY, COLUMN - indent).len());
            self.need(BODY * LEADING * f32::from(u16::try_from(height.min(20)).unwrap_or(20)));
            let top = self.y;
            lines.iter().zip(0_u16..).for_each(|(runs, at)| {
                self.draw(runs, SIDE, top + f32::from(at) * BODY * LEADING);
            });
            self.set(&inline, BODY, SIDE + indent, (self.width() - indent).min(COLUMN - indent));
            self.y = self.y.max(top + BODY * LEADING * f32::from(u16::try_from(lines.len()).unwrap_or(1))) + 2.0;
            points.push(Node::of(Role::Point, [Node::new(Role::Label, label), Node::new(Role::Body, children)]));
        }
        self.y += 3.0;
        Node::of(Role::Terms, points)
    }

    /// A line that is typed, on a band.
    fn code(&mut self, line: &Line) -> Node {
        let (inline, children) = self.inline(line, Face::Mono, Tone::Ink);
        for runs in inline.lines(8.5, self.width() - 12.0) {
            let height = 8.5 * LEADING + 2.0;
            self.need(height);
            let (from, to) = ((SIDE, self.y), (SIDE + self.width(), self.y + height));
            self.leaf().into_iter().for_each(|leaf| leaf.area(from, to, Tone::Band));
            self.draw(&runs, SIDE + 6.0, self.y + 1.5);
            self.y += height;
        }
        self.y += 5.0;
        Node::of(Role::Paragraph, [Node::new(Role::Code, children)])
    }

    /// The contents, whose numbers are not known yet: the leaf, the height and the section of each entry.
    fn contents(&mut self) -> Vec<(usize, f32, String, Rc<Style>)> {
        if self.page.sections.len() < 2 {
            return Vec::new();
        }
        let title = self.heading(2, &Line::plain("Contents"));
        let (mut entries, mut nodes) = (Vec::new(), Vec::new());
        for section in &self.page.sections {
            let (link, mark) = (plain(&section.id), self.mark());
            let style = Style { mark: Mark::Of(mark), link: Some(Rc::from(link.as_str())), ..Style::default() };
            let mut inline = Inline::default();
            inline.push(self.faces, section.title.as_str(), style.clone());
            self.set(&inline, BODY, SIDE, 300.0);
            entries.push((self.leaves.len() - 1, self.y - BODY * LEADING, link, Rc::new(style)));
            let link = Node::new(Role::Link, vec![Child::Mark(mark)]);
            nodes.push(Node::of(Role::Entry, [link]));
            self.y += 1.0;
        }
        self.structure.push(title);
        self.structure.push(Node::of(Role::Contents, nodes));
        entries
    }

    fn number(&mut self, entries: Vec<(usize, f32, String, Rc<Style>)>) {
        for (leaf, y, id, style) in entries {
            let Some((at, _)) = self.places.get(&id) else { continue };
            let mut inline = Inline::default();
            inline.push(self.faces, &format!(" {}", at + 1), (*style).clone());
            let runs = inline.lines(BODY, COLUMN);
            let width = runs.iter().flatten().map(|run| run.width).sum::<f32>();
            let Some(leaf) = self.leaves.get_mut(leaf) else { continue };
            let placed = |run: Run| Ink::Run(Run { x: SIDE + 330.0 - width + run.x, y: y + BODY * 1.05, ..run });
            leaf.inks.extend(runs.into_iter().flatten().map(placed));
        }
    }

    /// What stands on every leaf: what it is and how it is to be handled, what it was made of, and its number.
    fn frame(&mut self) {
        let (page, count) = (self.page, self.leaves.len());
        let faces = self.faces;
        let label = page.label.as_ref().map_or("", |label| label.as_str());
        for (at, leaf) in self.leaves.iter_mut().enumerate() {
            let number = format!("page {} of {count}", at + 1);
            let (head, foot) = (TOP - 26.0, leaf.height - BOTTOM + 26.0);
            let texts = [
                (page.name.as_str(), Face::Regular, Mark::Head, head, false),
                (label, Face::Bold, Mark::Head, head, true),
                (page.foot.as_str(), Face::Regular, Mark::Foot, foot, false),
                (number.as_str(), Face::Regular, Mark::Foot, foot, true),
            ];
            for (text, face, mark, y, is_right) in texts.into_iter().filter(|(text, ..)| !text.is_empty()) {
                let mut inline = Inline::default();
                inline.push(faces, text, Style { face, tone: Tone::Soft, mark, ..Style::default() });
                let runs = inline.lines(SMALL, leaf.width / 2.0 - SIDE + if is_right { 0.0 } else { 80.0 });
                let Some(runs) = runs.into_iter().next() else { continue };
                let width: f32 = runs.iter().map(|run| run.width).sum();
                let x = if is_right { leaf.width - SIDE - width } else { SIDE };
                leaf.inks.extend(runs.into_iter().map(|run| Ink::Run(Run { x: run.x + x, y, ..run })));
            }
            let edge = Edge { tone: Tone::Faint, width: 0.6, is_dashed: false };
            leaf.line((SIDE, foot - 11.0), (leaf.width - SIDE, foot - 11.0), edge);
        }
    }

    /// Adds a form to the leaf that is being filled.
    pub(super) fn form(&mut self, outline: Outline, fill: Option<Tone>, edge: Option<Edge>, mark: u32) {
        let form = Form { outline, fill, edge, mark: Mark::Of(mark) };
        self.leaf().into_iter().for_each(|leaf| leaf.inks.push(Ink::Form(form.clone())));
    }
}
