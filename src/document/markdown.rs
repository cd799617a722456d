//! Markdown: front matter is cut off and read as data, the rest becomes sections, tables and passages.

mod body;
mod front;
mod pieces;
mod tables;

use super::{Document, Piece, toml, yaml};

/// Reads a text.
pub fn parse(text: &str) -> Document {
    let front = front::cut(text);
    let mut document = data(text, &front);
    document.problems.splice(0..0, front.problem);
    document.body = Some(body::read(text, front.body, &mut document.problems));
    document
}

/// Reads the front matter alone.
pub fn parse_front(text: &str) -> Document {
    data(text, &front::cut(text))
}

/// The text below the front matter as a reader sees it.
pub fn pieces(text: &str) -> Vec<Piece> {
    pieces::read(text.get(front::cut(text).body..).unwrap_or_default())
}

/// HTML as a reader sees it.
pub fn shown(html: &str) -> String {
    pieces::shown(html)
}

fn data(text: &str, front: &front::Front) -> Document {
    match front.kind {
        front::Kind::None => Document::default(),
        kind => {
            let data = text.get(front.data.clone()).unwrap_or_default();
            let mut document = if kind == front::Kind::Yaml { yaml::parse(data) } else { toml::parse(data) };
            document.shift(front.data.start);
            document
        }
    }
}

#[cfg(test)]
mod tests;
