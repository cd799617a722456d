//! What stands on the leaves of a PDF, and what it is: places in points from the upper left corner.

use super::face::Face;
use std::rc::Rc;

/// A colour, by what it is for. All of them can be told from the paper without seeing colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Tone {
    #[default]
    Ink,
    Soft,
    Line,
    Faint,
    Band,
    Paper,
    Bad,
    Good,
    Link,
}

impl Tone {
    /// Red, green and blue.
    pub(super) const fn rgb(self) -> [u8; 3] {
        match self {
            Self::Ink => [0x1a, 0x1a, 0x1a],
            Self::Soft => [0x4a, 0x4a, 0x4a],
            Self::Line => [0x8a, 0x8a, 0x8a],
            Self::Faint => [0xd9, 0xd9, 0xd9],
            Self::Band => [0xf0, 0xf0, 0xf0],
            Self::Paper => [0xff, 0xff, 0xff],
            Self::Bad => [0x8c, 0x10, 0x10],
            Self::Good => [0x14, 0x53, 0x2d],
            Self::Link => [0x0b, 0x4f, 0x9e],
        }
    }
}

/// A line through or below words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stroke {
    Under,
    Through,
}

/// What something on a leaf belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Mark {
    /// What is read: the number leads to its place in the structure.
    Of(u32),
    /// The head of each leaf.
    Head,
    /// The foot of each leaf.
    Foot,
    /// What is only seen.
    #[default]
    Layout,
}

/// How words look and what they belong to.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Style {
    pub face: Face,
    pub tone: Tone,
    pub stroke: Option<Stroke>,
    pub mark: Mark,
    /// The id of the section that they lead to.
    pub link: Option<Rc<str>>,
}

/// Words of one style and one face on one line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Run {
    pub x: f32,
    /// The base line.
    pub y: f32,
    pub size: f32,
    pub width: f32,
    /// The face that has all of the letters.
    pub face: Face,
    pub text: String,
    pub style: Rc<Style>,
}

/// The edge of a form, or an open line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Edge {
    pub tone: Tone,
    pub width: f32,
    pub is_dashed: bool,
}

/// A form.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Form {
    pub outline: Outline,
    pub fill: Option<Tone>,
    pub edge: Option<Edge>,
    pub mark: Mark,
}

/// The outline of a form.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Outline {
    Open(Vec<(f32, f32)>),
    Closed(Vec<(f32, f32)>),
    Circle { x: f32, y: f32, radius: f32 },
}

/// Something that is drawn.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Ink {
    Run(Run),
    Form(Form),
}

impl Ink {
    /// What it belongs to.
    pub(super) fn mark(&self) -> Mark {
        match self {
            Self::Run(run) => run.style.mark,
            Self::Form(form) => form.mark,
        }
    }
}

/// One side of paper.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Leaf {
    pub width: f32,
    pub height: f32,
    pub inks: Vec<Ink>,
}

impl Leaf {
    /// A straight line.
    pub(super) fn line(&mut self, (x1, y1): (f32, f32), (x2, y2): (f32, f32), edge: Edge) {
        let outline = Outline::Open(vec![(x1, y1), (x2, y2)]);
        self.inks.push(Ink::Form(Form { outline, fill: None, edge: Some(edge), mark: Mark::Layout }));
    }

    /// A filled rectangle.
    pub(super) fn area(&mut self, (x1, y1): (f32, f32), (x2, y2): (f32, f32), tone: Tone) {
        let outline = Outline::Closed(vec![(x1, y1), (x2, y1), (x2, y2), (x1, y2)]);
        self.inks.push(Ink::Form(Form { outline, fill: Some(tone), edge: None, mark: Mark::Layout }));
    }
}

/// What a part of the structure is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Role {
    Section,
    Heading(u16, String),
    Paragraph,
    Contents,
    Entry,
    List,
    /// A list of words with what they mean.
    Terms,
    Point,
    Label,
    Body,
    Code,
    Link,
    Struck(Stroke),
    Table,
    Caption,
    Head,
    Rows,
    Row,
    /// A heading of a column.
    Column,
    /// A heading of so many rows.
    RowHead(u32),
    /// A cell over so many rows.
    Cell(u32),
    Figure(Box<Seen>),
}

/// A picture for whoever does not see it, and where it is.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Seen {
    pub says: String,
    pub leaf: usize,
    pub from: (f32, f32),
    pub to: (f32, f32),
}

/// A part of the structure.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Node {
    pub role: Role,
    pub children: Vec<Child>,
}

/// What a part of the structure is made of.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Child {
    Node(Node),
    Mark(u32),
}

impl Node {
    pub(super) fn new(role: Role, children: Vec<Child>) -> Self {
        Self { role, children }
    }

    /// A part that is made of other parts.
    pub(super) fn of(role: Role, nodes: impl IntoIterator<Item = Self>) -> Self {
        Self::new(role, nodes.into_iter().map(Child::Node).collect())
    }
}

/// A section in the bookmarks.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Bookmark {
    pub title: String,
    pub leaf: usize,
    pub y: f32,
    pub parts: Vec<Self>,
}
