//! Tables: how wide the columns are, and how rows go on over leaves.

use super::face::Face;
use super::flow::Flow;
use super::leaf::{Child, Edge, Mark, Node, Role, Run, Style, Tone};
use super::wrap::{Inline, Widths};
use crate::page::{Cell, Line, Row, Table};
use std::rc::Rc;

/// The size of letters in tables, how far lines are apart, and the room around the words of a cell.
const SIZE: f32 = 8.0;
const LINE: f32 = 10.6;
const BESIDE: f32 = 4.0;
const ABOVE: f32 = 2.6;
/// What a column of long texts asks for at most, and the longest word that keeps one from being narrow.
const WIDEST: f32 = 300.0;
const WORD: f32 = 96.0;

/// A cell that waits for its place.
struct Waiting {
    column: usize,
    rows: usize,
    texts: Vec<Inline>,
    lines: Vec<Vec<Run>>,
}

/// A column on the paper.
#[derive(Clone, Copy)]
struct Column {
    x: f32,
    width: f32,
}

/// A cell that goes on over rows: what of it is printed, and since which height.
struct Tall<'c> {
    cell: &'c Waiting,
    printed: usize,
    since: f32,
    last: usize,
}

/// A count as a length.
fn times(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// How many lines a height holds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn holds(height: f32) -> usize {
    // A sum of heights may be a hair short of what it was made of.
    ((height - 2.0 * ABOVE + 0.05) / LINE).max(0.0) as usize
}

impl Flow<'_> {
    /// A table, or what is said where it has no rows.
    pub(super) fn table(&mut self, table: &Table) -> Node {
        if table.groups.iter().all(Vec::is_empty) {
            return self.remark(&Line::plain(table.none.clone()));
        }
        let (head, head_node) = self.heads(table);
        let (mut groups, mut rows) = (Vec::new(), Vec::new());
        for group in &table.groups {
            let (waiting, nodes) = self.group(group);
            groups.push(waiting);
            rows.extend(nodes);
        }
        let count = groups.iter().flatten().flatten().map(|cell| cell.column + 1).max().unwrap_or(0);
        let columns = self.columns(&head, &groups, count.max(table.heads.len()));
        let wrap = |cell: &mut Waiting| cell.wrap(&columns);
        let mut head = head;
        head.iter_mut().for_each(wrap);
        groups.iter_mut().flatten().flatten().for_each(wrap);
        let caption = self.caption(table, &head, groups.first().and_then(|group| group.first()));
        let mut setter = Setter { flow: self, head, columns, is_grouped: groups.len() > 1 };
        setter.head(false);
        groups.iter().enumerate().for_each(|(at, group)| setter.group(group, at > 0));
        self.y += 8.0;
        let rows = Node::of(Role::Rows, rows);
        Node::of(Role::Table, [caption, head_node, rows])
    }

    fn caption(&mut self, table: &Table, head: &[Waiting], first: Option<&Vec<Waiting>>) -> Node {
        self.gap(5.0);
        let height = |cells: &[Waiting]| cells.iter().map(|cell| cell.lines.len().min(6)).max().unwrap_or(1);
        let lines = height(head) + first.map_or(1, |cells| height(cells));
        self.need(times(lines) * LINE + 4.0 * ABOVE + 14.0);
        let (inline, children) = self.inline(&Line::plain(table.caption.clone()), Face::Bold, Tone::Soft);
        for runs in inline.lines(8.5, self.width()) {
            self.draw(&runs, self.left(), self.y);
            self.y += 8.5 * 1.3;
        }
        self.y += 2.5;
        Node::new(Role::Caption, children)
    }

    fn heads(&mut self, table: &Table) -> (Vec<Waiting>, Node) {
        let (mut cells, mut nodes) = (Vec::new(), Vec::new());
        for (column, head) in table.heads.iter().enumerate() {
            let (text, children) = self.inline(&Line::plain(head.clone()), Face::Bold, Tone::Ink);
            cells.push(Waiting { column, rows: 1, texts: vec![text], lines: Vec::new() });
            nodes.push(Node::new(Role::Column, children));
        }
        (cells, Node::of(Role::Head, [Node::of(Role::Row, nodes)]))
    }

    /// The cells of a group of rows, each in its column.
    fn group(&mut self, rows: &[Row]) -> (Vec<Vec<Waiting>>, Vec<Node>) {
        let mut covered: Vec<usize> = Vec::new();
        let (mut waiting, mut nodes) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let (mut cells, mut parts, mut column) = (Vec::new(), Vec::new(), 0);
            for cell in row {
                while covered.get(column).is_some_and(|until| *until > at) {
                    column += 1;
                }
                // A cell ends with its group, whatever it says.
                let rows = cell.rows.clamp(1, rows.len() - at);
                covered.resize(covered.len().max(column + 1), 0);
                covered.get_mut(column).into_iter().for_each(|until| *until = at + rows);
                let (one, part) = self.cell(cell, column, rows);
                cells.push(one);
                parts.push(part);
                column += 1;
            }
            waiting.push(cells);
            nodes.push(Node::of(Role::Row, parts));
        }
        (waiting, nodes)
    }

    fn cell(&mut self, cell: &Cell, column: usize, rows: usize) -> (Waiting, Node) {
        let dash = [Line::plain("–")];
        let lines = if cell.lines.is_empty() { &dash[..] } else { &cell.lines };
        let face = if column == 0 { Face::Bold } else { Face::Regular };
        let (mut texts, mut children) = (Vec::new(), Vec::new());
        for (at, line) in lines.iter().enumerate() {
            // Below the name of what a row is about stands what explains it.
            let face = if at == 0 { face } else { Face::Regular };
            let (text, parts) = self.inline(line, face, Tone::Ink);
            texts.push(text);
            if lines.len() == 1 {
                children.extend(parts);
            } else {
                children.push(Child::Node(Node::new(Role::Paragraph, parts)));
            }
        }
        let span = u32::try_from(rows).unwrap_or(1);
        let role = if column == 0 { Role::RowHead(span) } else { Role::Cell(span) };
        (Waiting { column, rows, texts, lines: Vec::new() }, Node::new(role, children))
    }

    /// The columns: each as wide as its longest word, and the rest by how much they hold.
    fn columns(&self, head: &[Waiting], groups: &[Vec<Vec<Waiting>>], count: usize) -> Vec<Column> {
        let mut widths = vec![Widths::default(); count];
        for cell in head.iter().chain(groups.iter().flatten().flatten()) {
            let Some(widths) = widths.get_mut(cell.column) else { continue };
            for text in cell.texts.iter().map(Inline::widths) {
                widths.least = widths.least.max((text.least * SIZE).min(WORD) + 2.0 * BESIDE + 0.5);
                widths.whole = widths.whole.max((text.whole * SIZE).min(WIDEST) + 2.0 * BESIDE + 0.5);
            }
        }
        let (least, whole) = widths.iter().fold((0.0, 0.0), |(l, w), one| (l + one.least, w + one.whole));
        let room = self.width();
        let share = |one: &Widths| {
            if whole <= room {
                // A small table stays small.
                one.whole * (if whole < room * 0.6 { (room * 0.45 / whole).max(1.0) } else { room / whole })
            } else if least >= room {
                one.least * room / least
            } else {
                one.least + (room - least) * (one.whole - one.least) / (whole - least)
            }
        };
        let mut x = self.left();
        let place = |width: f32| {
            let column = Column { x, width };
            x += width;
            column
        };
        widths.iter().map(share).map(place).collect()
    }
}

impl Waiting {
    fn wrap(&mut self, columns: &[Column]) {
        let width = columns.get(self.column).map_or(WORD, |column| column.width - 2.0 * BESIDE);
        self.lines = self.texts.iter().flat_map(|text| text.lines(SIZE, width)).collect();
        self.texts = Vec::new();
    }
}

/// Sets the rows of one table.
struct Setter<'f, 'p> {
    flow: &'f mut Flow<'p>,
    head: Vec<Waiting>,
    columns: Vec<Column>,
    is_grouped: bool,
}

impl Setter<'_, '_> {
    fn edges(&self) -> (f32, f32) {
        let left = self.flow.left();
        (left, self.columns.last().map_or(left, |column| column.x + column.width))
    }

    fn rule(&mut self, from: f32, to: f32, tone: Tone, width: f32) {
        let y = self.flow.y;
        let edge = Edge { tone, width, is_dashed: false };
        self.flow.leaf().into_iter().for_each(|leaf| leaf.line((from, y), (to, y), edge));
    }

    /// The headings of the columns. Where they are said again, they are no part of what is read.
    fn head(&mut self, again: bool) {
        let lines = self.head.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
        let height = times(lines) * LINE + 2.0 * ABOVE;
        let ((left, right), y) = (self.edges(), self.flow.y);
        self.flow.leaf().into_iter().for_each(|leaf| leaf.area((left, y), (right, y + height), Tone::Band));
        for cell in &self.head {
            let x = self.columns.get(cell.column).map_or(left, |column| column.x + BESIDE);
            for (runs, at) in cell.lines.iter().zip(0_u16..) {
                let runs = if again { unread(runs) } else { runs.clone() };
                self.flow.draw(&runs, x, y + ABOVE + f32::from(at) * LINE);
            }
        }
        self.flow.y += height;
        self.rule(left, right, Tone::Line, 0.8);
    }

    fn head_height(&self) -> f32 {
        times(self.head.iter().map(|cell| cell.lines.len()).max().unwrap_or(1)) * LINE + 2.0 * ABOVE
    }

    fn group(&mut self, rows: &[Vec<Waiting>], is_later: bool) {
        let height: f32 = rows
            .iter()
            .map(|cells| cells.iter().filter(|cell| cell.rows == 1).map(|cell| cell.lines.len()).max().unwrap_or(1))
            .map(|lines| times(lines) * LINE + 2.0 * ABOVE)
            .sum();
        if is_later && self.flow.y + height > self.flow.bottom() && height < self.flow.body() * 0.3 {
            self.flow.new_leaf();
            self.head(true);
        }
        let mut tall: Vec<Tall<'_>> = Vec::new();
        for (at, cells) in rows.iter().enumerate() {
            let since = self.flow.y;
            let begins = cells.iter().filter(|cell| cell.rows > 1);
            tall.extend(begins.map(|cell| Tall { cell, printed: 0, since, last: at + cell.rows - 1 }));
            let flat: Vec<&Waiting> = cells.iter().filter(|cell| cell.rows == 1).collect();
            self.row(&flat, &mut tall, at);
            self.end_row(&mut tall, at, at + 1 == rows.len());
        }
    }

    /// How many lines a row takes from here: what its cells have left, and what a cell that ends with it has.
    fn lines(&self, flat: &[&Waiting], tall: &[Tall<'_>], at: usize, done: usize) -> usize {
        let own = flat.iter().map(|cell| cell.lines.len().saturating_sub(done)).max().unwrap_or(0);
        let ending = tall.iter().filter(|tall| tall.last == at).map(|tall| {
            let left = tall.cell.lines.len() - tall.printed;
            let given = self.flow.y - tall.since;
            let short = times(left) * LINE + 2.0 * ABOVE - given - 2.0 * ABOVE;
            // As many lines as the rows above did not give it.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let lines = ((short - 0.05) / LINE).ceil().max(0.0) as usize;
            lines
        });
        ending.max().unwrap_or(0).max(own).max(usize::from(done == 0))
    }

    fn row(&mut self, flat: &[&Waiting], tall: &mut Vec<Tall<'_>>, at: usize) {
        let (mut done, mut least) = (0, 0);
        loop {
            let lines = self.lines(flat, tall, at, done);
            let room = holds(self.flow.bottom() - self.flow.y).max(least);
            if lines <= room {
                self.part(flat, done, lines);
                return;
            }
            let fresh = holds(self.flow.body() - self.head_height());
            // A row is broken only where it is long.
            if room > 0 && (lines > fresh || (room >= 6 && lines > 16)) {
                self.part(flat, done, room);
                done += room;
            }
            self.turn(tall);
            // Headings that fill a leaf must not keep the rows from going on.
            least = 12;
        }
    }

    /// Draws some lines of the cells of a row.
    fn part(&mut self, flat: &[&Waiting], done: usize, lines: usize) {
        let y = self.flow.y + ABOVE;
        for cell in flat {
            let some = cell.lines.iter().skip(done).take(lines);
            self.put(cell.column, some, y);
        }
        self.flow.y += times(lines) * LINE + 2.0 * ABOVE;
    }

    fn put<'r>(&mut self, column: usize, lines: impl Iterator<Item = &'r Vec<Run>>, y: f32) {
        let Some(column) = self.columns.get(column) else { return };
        let x = column.x + BESIDE;
        lines.zip(0_u16..).for_each(|(runs, at)| self.flow.draw(runs, x, y + f32::from(at) * LINE));
    }

    /// Goes on on another leaf, with the headings above. A cell over rows that is all said names itself again.
    fn turn(&mut self, tall: &mut Vec<Tall<'_>>) {
        tall.iter_mut().for_each(|one| self.say(one, false));
        let (left, right) = self.edges();
        self.rule(left, right, Tone::Line, 0.6);
        self.flow.new_leaf();
        self.head(true);
        let y = self.flow.y;
        for one in tall.iter_mut() {
            one.since = y;
            let name = one.cell.lines.first().filter(|_| one.cell.column == 0 && one.printed == one.cell.lines.len());
            if let Some(runs) = name {
                self.put(one.cell.column, [unread(runs)].iter(), y + ABOVE);
            }
        }
    }

    /// Draws the lines of a cell over rows for which there was room since it began, or since the leaf did; at the end,
    /// whatever is left.
    fn say(&mut self, tall: &mut Tall<'_>, is_end: bool) {
        let room = if is_end { usize::MAX } else { holds(self.flow.y - tall.since) };
        let some = tall.cell.lines.iter().skip(tall.printed).take(room);
        self.put(tall.cell.column, some, tall.since + ABOVE);
        tall.printed = tall.printed.saturating_add(room).min(tall.cell.lines.len());
    }

    fn end_row(&mut self, tall: &mut Vec<Tall<'_>>, at: usize, is_last: bool) {
        tall.iter_mut().filter(|tall| tall.last == at).for_each(|tall| self.say(tall, true));
        tall.retain(|tall| tall.last > at);
        if is_last {
            let (left, right) = self.edges();
            let (tone, width) = if self.is_grouped { (Tone::Line, 0.7) } else { (Tone::Faint, 0.6) };
            self.rule(left, right, tone, width);
            return;
        }
        let columns: Vec<Column> = self.columns.clone();
        for (at, column) in columns.into_iter().enumerate() {
            if !tall.iter().any(|tall| tall.cell.column == at) {
                self.rule(column.x, column.x + column.width, Tone::Faint, 0.6);
            }
        }
    }
}

/// The same words, as no part of what is read.
fn unread(runs: &[Run]) -> Vec<Run> {
    let again = |run: &Run| {
        let style = Style { mark: Mark::Layout, link: None, tone: Tone::Soft, ..(*run.style).clone() };
        Run { style: Rc::new(style), ..run.clone() }
    };
    runs.iter().map(again).collect()
}
