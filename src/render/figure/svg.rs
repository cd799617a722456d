//! A picture as SVG. It has no style sheet of its own, so that it can stand in a page whose policy forbids any.

use crate::figure::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use std::fmt::Write as _;

/// The picture as one `svg` element, which can stand in a file of its own or in a page.
pub fn svg(figure: &Figure) -> String {
    let Figure { width, height, .. } = figure;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" font-family=\"system-ui,sans-serif\" \
         font-size=\"13\" fill=\"#1b1b1b\">\n\
         <title>{}</title>\n<desc>{}</desc>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escape(figure.title.as_str()),
        escape(figure.description.as_str()),
    );
    figure.shapes.iter().for_each(|shape| draw(&mut out, shape));
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Line { through, stroke } => {
            // A straight line has nothing to fill.
            let fill = if through.len() > 2 { " fill=\"none\"" } else { "" };
            writeln!(out, "<polyline points=\"{}\"{fill} {}/>", points(through), self::stroke(*stroke))
        }
        Shape::Form { corners, fill } => {
            writeln!(out, "<polygon points=\"{}\"{}/>", points(corners), self::fill(*fill))
        }
        Shape::Circle { centre: At(x, y), radius, fill } => {
            writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{}/>", self::fill(*fill))
        }
        Shape::Label { at: At(x, y), text, set, anchor } => {
            let (set, anchor) = (self::set(*set), self::anchor(*anchor));
            writeln!(out, "<text x=\"{x}\" y=\"{y}\"{set}{anchor}>{}</text>", escape(text.as_str()))
        }
        Shape::Group { title, shapes } => {
            let _ = writeln!(out, "<g>\n<title>{}</title>", escape(title.as_str()));
            shapes.iter().for_each(|shape| draw(out, shape));
            writeln!(out, "</g>")
        }
    };
}

fn points(places: &[At]) -> String {
    places.iter().map(|At(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
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

// What the picture as a whole says already is not said again: there are thousands of shapes in a report.

fn stroke(stroke: Stroke) -> String {
    let width = if stroke.width == 1 { String::new() } else { format!(" stroke-width=\"{}\"", stroke.width) };
    let dashes = if stroke.is_dashed { " stroke-dasharray=\"3 3\"" } else { "" };
    format!("stroke=\"{}\"{width}{dashes}", colour(stroke.ink))
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
