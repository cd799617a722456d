//! Pictures as shapes: what is drawn, where, and how it is told to somebody who cannot see it.
//!
//! A [`Figure`] is a value. Whoever draws it, as SVG or in a PDF, decides nothing: each shape has its place in a grid of
//! points whose origin is the upper left corner. What a shape means never depends on its colour alone: the form, a
//! filling or a word says it too, and [`Figure::description`] says all of it in sentences.

pub mod chain;
pub mod timeline;

use crate::text::Text;

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    /// What it is, in a line.
    pub title: Text,
    /// What it shows, in sentences, for whoever does not see it.
    pub description: Text,
    /// Its width in points.
    pub width: i32,
    /// Its height in points.
    pub height: i32,
    /// What is drawn, the first at the bottom.
    pub shapes: Vec<Shape>,
}

/// A place: points from the left edge, and from the upper one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At(pub i32, pub i32);

/// Something that is drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// An open line through two or more places.
    Line {
        /// The places, in order.
        through: Vec<At>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A closed form with straight edges.
    Form {
        /// The corners, in order.
        corners: Vec<At>,
        /// How it is filled.
        fill: Fill,
    },
    /// A circle.
    Circle {
        /// Its centre.
        centre: At,
        /// Its radius in points.
        radius: i32,
        /// How it is filled.
        fill: Fill,
    },
    /// A line of text.
    Label {
        /// Where its base line begins, is in the middle, or ends.
        at: At,
        /// What it says.
        text: Text,
        /// How it is set.
        set: Set,
        /// What of it lies at the place.
        anchor: Anchor,
    },
    /// Shapes that are one thing, with a sentence that says it.
    Group {
        /// What they are.
        title: Text,
        /// The shapes.
        shapes: Vec<Shape>,
    },
}

/// How strongly something stands out. All of them can be told from white paper at 4.5:1 and more, but for `Faint`, which
/// only guides the eye.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    /// What the picture is about.
    Strong,
    /// What explains it.
    Soft,
    /// Grids and bands.
    Faint,
    /// The paper itself.
    Paper,
}

/// How a line is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stroke {
    /// Its ink.
    pub ink: Ink,
    /// Its width in points.
    pub width: i32,
    /// Whether it is broken.
    pub is_dashed: bool,
}

/// How a form is filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// With ink, without an edge.
    Full(Ink),
    /// With paper, inside an edge.
    Hollow,
}

/// How a text is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// A heading: bold, 15 points.
    Heading,
    /// Bold, 13 points.
    Bold,
    /// Plain, 13 points.
    Plain,
    /// Plain, 11 points, in the soft ink.
    Small,
}

/// Which part of a text lies at its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Stroke {
    /// A thin line of an ink.
    pub const fn thin(ink: Ink) -> Self {
        Self { ink, width: 1, is_dashed: false }
    }

    /// The same, broken.
    pub const fn dashed(self) -> Self {
        Self { is_dashed: true, ..self }
    }
}

impl Shape {
    /// A straight line.
    pub fn line(from: At, to: At, stroke: Stroke) -> Self {
        Self::Line { through: vec![from, to], stroke }
    }

    /// A rectangle by its upper left corner and its size.
    pub fn rect(at: At, width: i32, height: i32, fill: Fill) -> Self {
        let At(x, y) = at;
        Self::Form { corners: vec![at, At(x + width, y), At(x + width, y + height), At(x, y + height)], fill }
    }

    /// A square around a place.
    pub fn square(at: At, half: i32, fill: Fill) -> Self {
        Self::rect(At(at.0 - half, at.1 - half), 2 * half, 2 * half, fill)
    }

    /// A square that stands on a corner, around a place.
    pub fn diamond(At(x, y): At, half: i32, fill: Fill) -> Self {
        Self::Form { corners: vec![At(x, y - half), At(x + half, y), At(x, y + half), At(x - half, y)], fill }
    }

    /// A triangle that points upwards, around a place.
    pub fn triangle(At(x, y): At, half: i32, fill: Fill) -> Self {
        Self::Form { corners: vec![At(x, y - half), At(x + half, y + half - 1), At(x - half, y + half - 1)], fill }
    }

    /// A cross around a place.
    pub fn cross(At(x, y): At, half: i32, stroke: Stroke) -> [Self; 2] {
        [
            Self::line(At(x - half, y - half), At(x + half, y + half), stroke),
            Self::line(At(x - half, y + half), At(x + half, y - half), stroke),
        ]
    }

    /// The shapes of groups and those that stand alone, by what lies on what: thin lines, forms, other lines, circles and
    /// words. Shapes that look the same come to follow each other, so that they can be drawn as one.
    pub fn layered(shapes: Vec<Self>) -> Vec<Self> {
        fn flat(shape: Shape) -> Vec<Shape> {
            match shape {
                Shape::Group { shapes, .. } => shapes.into_iter().flat_map(flat).collect(),
                shape => vec![shape],
            }
        }
        let mut shapes: Vec<Self> = shapes.into_iter().flat_map(flat).collect();
        shapes.sort_by_key(Self::layer);
        shapes
    }

    /// The layer of a shape, and what it looks like in it.
    fn layer(&self) -> (u8, u8, u8) {
        match self {
            Self::Line { stroke, .. } if stroke.width == 1 => (0, u8::from(stroke.is_dashed), stroke.ink as u8),
            Self::Form { fill, .. } => (1, 0, u8::from(*fill == Fill::Hollow)),
            Self::Line { stroke, .. } => (2, u8::from(stroke.is_dashed), stroke.ink as u8),
            Self::Circle { .. } => (3, 0, 0),
            Self::Label { set, anchor, .. } => (4, *set as u8, *anchor as u8),
            Self::Group { .. } => (5, 0, 0),
        }
    }

    /// A text that begins at a place.
    pub fn label(at: At, text: impl Into<Text>, set: Set) -> Self {
        Self::Label { at, text: text.into(), set, anchor: Anchor::Start }
    }

    /// A text that is anchored otherwise.
    pub fn anchored(at: At, text: impl Into<Text>, set: Set, anchor: Anchor) -> Self {
        Self::Label { at, text: text.into(), set, anchor }
    }
}
