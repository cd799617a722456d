//! A picture as SVG. It has no style sheet of its own, so that it can stand in a page whose policy forbids any.
//!
//! A report holds thousands of pictures, so neighbours that look the same are drawn together, and what the picture as a
//! whole says is not said again by its shapes.

use crate::figure::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use std::fmt::Write as _;

/// The picture as one `svg` element, which can stand in a file of its own or in a page.
pub fn svg(figure: &Figure) -> String {
    let Figure { width, height, .. } = figure;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" font-family=\"system-ui,sans-serif\" font-size=\"13\" fill=\"#1b1b1b\">\n\
         <title>{}</title>\n<desc>{}</desc>\n<path d=\"M0 0H{width}V{height}H0Z\" fill=\"#fff\"/>\n",
        escape(figure.title.as_str()),
        escape(figure.description.as_str()),
    );
    draw(&mut out, &figure.shapes);
    out.push_str("</svg>\n");
    out
}

/// Draws shapes in their order; those that look the same and follow each other as one.
fn draw(out: &mut String, shapes: &[Shape]) {
    for run in shapes.chunk_by(is_alike) {
        let Some(first) = run.first() else { continue };
        let look = look(first);
        let _ = match first {
            Shape::Line { .. } | Shape::Form { .. } => writeln!(out, "<path d=\"{}\"{look}/>", paths(run)),
            Shape::Circle { .. } | Shape::Label { .. } if run.len() > 1 && !look.is_empty() => {
                let _ = writeln!(out, "<g{look}>");
                run.iter().for_each(|shape| single(out, shape, ""));
                writeln!(out, "</g>")
            }
            Shape::Circle { .. } | Shape::Label { .. } => {
                run.iter().for_each(|shape| single(out, shape, &look));
                Ok(())
            }
            Shape::Group { title, shapes } => {
                let _ = writeln!(out, "<g>\n<title>{}</title>", escape(title.as_str()));
                draw(out, shapes);
                writeln!(out, "</g>")
            }
        };
    }
}

/// Whether a shape is drawn together with the one before it.
fn is_alike(one: &Shape, next: &Shape) -> bool {
    match (one, next) {
        (Shape::Line { .. }, Shape::Line { .. }) => look(one) == look(next),
        // Forms that turn in different ways would cut holes into each other.
        (Shape::Form { corners: a, .. }, Shape::Form { corners: b, .. }) => {
            look(one) == look(next) && turns_right(a) && turns_right(b)
        }
        (Shape::Circle { .. }, Shape::Circle { .. }) | (Shape::Label { .. }, Shape::Label { .. }) => {
            look(one) == look(next)
        }
        _ => false,
    }
}

/// Whether the corners of a form go round clockwise.
fn turns_right(corners: &[At]) -> bool {
    let next = corners.iter().cycle().skip(1);
    let area = |(At(x, y), At(u, v)): (&At, &At)| i64::from(*x) * i64::from(*v) - i64::from(*u) * i64::from(*y);
    corners.iter().zip(next).map(area).sum::<i64>() > 0
}

/// How a shape looks, as attributes.
fn look(shape: &Shape) -> String {
    match shape {
        Shape::Line { stroke, .. } => format!(" fill=\"none\"{}", self::stroke(*stroke)),
        Shape::Form { fill, .. } | Shape::Circle { fill, .. } => self::fill(*fill),
        Shape::Label { set, anchor, .. } => format!("{}{}", self::set(*set), self::anchor(*anchor)),
        Shape::Group { .. } => String::new(),
    }
}

fn single(out: &mut String, shape: &Shape, look: &str) {
    let _ = match shape {
        Shape::Circle { centre: At(x, y), radius, .. } => {
            writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{look}/>")
        }
        Shape::Label { at: At(x, y), text, .. } => {
            writeln!(out, "<text x=\"{x}\" y=\"{y}\"{look}>{}</text>", escape(text.as_str()))
        }
        _ => Ok(()),
    };
}

/// Lines and forms as the data of one path.
fn paths(shapes: &[Shape]) -> String {
    let path = |shape: &Shape| match shape {
        Shape::Line { through, .. } => path(through, ""),
        Shape::Form { corners, .. } => path(corners, "Z"),
        _ => String::new(),
    };
    shapes.iter().map(path).collect()
}

fn path(places: &[At], end: &str) -> String {
    let mut data = String::new();
    let mut last: Option<At> = None;
    for At(x, y) in places {
        let _ = match last {
            None => write!(data, "M{x} {y}"),
            Some(At(_, from)) if from == *y => write!(data, "H{x}"),
            Some(At(from, _)) if from == *x => write!(data, "V{y}"),
            Some(_) => write!(data, "L{x} {y}"),
        };
        last = Some(At(*x, *y));
    }
    data + end
}

/// The colour of an ink.
fn colour(ink: Ink) -> &'static str {
    match ink {
        Ink::Strong => "#1b1b1b",
        Ink::Soft => "#595959",
        Ink::Faint => "#d9d9d9",
        Ink::Paper => "#fff",
    }
}

fn stroke(stroke: Stroke) -> String {
    let width = if stroke.width == 1 { String::new() } else { format!(" stroke-width=\"{}\"", stroke.width) };
    let dashes = if stroke.is_dashed { " stroke-dasharray=\"3 3\"" } else { "" };
    format!(" stroke=\"{}\"{width}{dashes}", colour(stroke.ink))
}

fn fill(fill: Fill) -> String {
    match fill {
        Fill::Full(Ink::Strong) => String::new(),
        Fill::Full(ink) => format!(" fill=\"{}\"", colour(ink)),
        Fill::Hollow => format!(" fill=\"#fff\" stroke=\"{}\" stroke-width=\"1.5\"", colour(Ink::Strong)),
    }
}

fn set(set: Set) -> &'static str {
    match set {
        Set::Heading => " font-size=\"15\" font-weight=\"600\"",
        Set::Bold => " font-weight=\"600\"",
        Set::Plain => "",
        Set::Small => " font-size=\"11\" fill=\"#595959\"",
    }
}

fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    }
}

/// A text as XML shows it.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_look_the_same_are_one_path() {
        let thin = Stroke::thin(Ink::Soft);
        let square = |x| Shape::square(At(x, 10), 5, Fill::Full(Ink::Strong));
        let shapes =
            [Shape::line(At(0, 0), At(9, 0), thin), Shape::line(At(0, 5), At(3, 9), thin), square(10), square(30)];
        let mut out = String::new();
        draw(&mut out, &shapes);
        assert_eq!(
            out,
            "<path d=\"M0 0H9M0 5L3 9\" fill=\"none\" stroke=\"#595959\"/>\n<path d=\"M5 5H15V15H5ZM25 5H35V15H25Z\"/>\n"
        );
    }

    #[test]
    fn forms_that_turn_the_other_way_stay_apart() {
        let left = Shape::Form { corners: vec![At(0, 0), At(0, 9), At(9, 9)], fill: Fill::Full(Ink::Strong) };
        let right = Shape::rect(At(0, 0), 9, 9, Fill::Full(Ink::Strong));
        assert!(!is_alike(&right, &left) && is_alike(&right, &right));
    }
}
