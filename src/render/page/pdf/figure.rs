//! Pictures, as paths.

use super::face::Face;
use super::flow::Flow;
use super::leaf::{Child, Edge, Ink, Mark, Node, Outline, Role, Run, Seen, Style, Tone};
use super::wrap::Inline;
use crate::figure::{self, Anchor, At, Figure, Fill, Set, Shape};
use crate::text::Text;

/// Where a picture lies, and how large it is drawn.
#[derive(Clone, Copy)]
struct Grid {
    left: f32,
    top: f32,
    scale: f32,
    mark: u32,
}

#[allow(clippy::cast_precision_loss)]
fn length(points: i32) -> f32 {
    points as f32
}

impl Grid {
    fn at(self, At(x, y): At) -> (f32, f32) {
        (self.left + length(x) * self.scale, self.top + length(y) * self.scale)
    }

    fn all(self, places: &[At]) -> Vec<(f32, f32)> {
        places.iter().map(|at| self.at(*at)).collect()
    }
}

impl Flow<'_> {
    /// A picture, as large as it is unless the paper is smaller.
    pub(super) fn figure(&mut self, figure: &Figure) -> Node {
        let (width, height) = (length(figure.width.max(1)), length(figure.height.max(1)));
        let scale = (self.width() / width).min((self.body() - 20.0) / height).min(1.0);
        self.gap(4.0);
        self.need(height * scale);
        let grid = Grid { left: self.left(), top: self.y, scale, mark: self.mark() };
        figure.shapes.iter().for_each(|shape| self.shape(shape, grid));
        let (from, to) = ((grid.left, grid.top), (grid.left + width * scale, grid.top + height * scale));
        self.y = to.1 + 8.0;
        let says = format!("{}. {}", figure.title, figure.description);
        let seen = Seen { says, leaf: self.leaves.len() - 1, from, to };
        Node::new(Role::Figure(Box::new(seen)), vec![Child::Mark(grid.mark)])
    }

    fn shape(&mut self, shape: &Shape, grid: Grid) {
        match shape {
            Shape::Line { through, stroke } => {
                let edge = Edge {
                    tone: tone(stroke.ink),
                    width: length(stroke.width) * grid.scale,
                    is_dashed: stroke.is_dashed,
                };
                self.form(Outline::Open(grid.all(through)), None, Some(edge), grid.mark);
            }
            Shape::Form { corners, fill } => self.filled(Outline::Closed(grid.all(corners)), *fill, grid),
            Shape::Circle { centre, radius, fill } => {
                let (x, y) = grid.at(*centre);
                self.filled(Outline::Circle { x, y, radius: length(*radius) * grid.scale }, *fill, grid);
            }
            Shape::Label { at, text, set, anchor } => self.label(grid.at(*at), text, *set, *anchor, grid),
            Shape::Group { shapes, .. } => shapes.iter().for_each(|shape| self.shape(shape, grid)),
        }
    }

    fn filled(&mut self, outline: Outline, fill: Fill, grid: Grid) {
        let edge = Edge { tone: Tone::Ink, width: 1.5 * grid.scale, is_dashed: false };
        match fill {
            Fill::Full(ink) => self.form(outline, Some(tone(ink)), None, grid.mark),
            Fill::Hollow => self.form(outline, Some(Tone::Paper), Some(edge), grid.mark),
        }
    }

    fn label(&mut self, (x, y): (f32, f32), text: &Text, set: Set, anchor: Anchor, grid: Grid) {
        let (size, face, tone) = match set {
            Set::Heading => (15.0, Face::Bold, Tone::Ink),
            Set::Bold => (13.0, Face::Bold, Tone::Ink),
            Set::Plain => (13.0, Face::Regular, Tone::Ink),
            Set::Small => (11.0, Face::Regular, Tone::Soft),
        };
        // What is measured for the screen's letters has to have room for these, which are a little wider.
        let size = size * grid.scale * 0.94;
        let width = self.faces.width(text.as_str(), face) * size;
        let x = x - match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let mut inline = Inline::default();
        inline.push(self.faces, text.as_str(), Style { face, tone, mark: Mark::Of(grid.mark), ..Style::default() });
        let runs = inline.lines(size, f32::MAX).into_iter().flatten();
        let placed = runs.map(|run| Ink::Run(Run { x: x + run.x, y, ..run }));
        self.leaves.last_mut().into_iter().for_each(|leaf| leaf.inks.extend(placed.clone()));
    }
}

fn tone(ink: figure::Ink) -> Tone {
    match ink {
        figure::Ink::Strong => Tone::Ink,
        figure::Ink::Soft => Tone::Soft,
        figure::Ink::Faint => Tone::Faint,
        figure::Ink::Paper => Tone::Paper,
    }
}
