//! What people read, as sections and blocks: what it says and what kind of thing each piece is, not how it looks.
//!
//! A [`Page`] is filled once, in words; HTML, PDF and Markdown are functions of it.

use crate::figure::Figure;
use crate::text::Text;
use std::fmt::Display;

/// Something to read from beginning to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// What it is.
    pub title: Text,
    /// The same in short, and what tells it from others of its kind, such as its period: for lists of documents.
    pub name: Text,
    /// The language that it is written in, as BCP 47 has it: `en`.
    pub language: &'static str,
    /// How it is to be handled, on every printed page: `Confidential`.
    pub label: Option<Text>,
    /// What it was made of, on every printed page: commit, as-of date, version.
    pub foot: Text,
    /// What stands before the contents.
    pub head: Vec<Block>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A part with a heading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Section {
    /// What links name: letters, digits and hyphens, once on a page.
    pub id: String,
    /// The heading.
    pub title: Text,
    /// Whether its tables ask for paper that is wider than high.
    pub is_wide: bool,
    /// Whether it begins on a page of its own, to be filed by itself.
    pub is_apart: bool,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Parts of it.
    pub sections: Vec<Section>,
}

/// A piece of a section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A paragraph that stands out.
    Lead(Line),
    /// A paragraph.
    Paragraph(Line),
    /// A heading below that of its section, which no contents list.
    Heading(Line),
    /// Points.
    List(Vec<Line>),
    /// What is typed, line by line.
    Code(Vec<Text>),
    /// Words with what they mean.
    Terms(Vec<(Text, Line)>),
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Figure),
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// What it lists.
    pub caption: Text,
    /// The headings of its columns.
    pub heads: Vec<Text>,
    /// Rows that belong together; a cell may span the rows of its group.
    pub groups: Vec<Vec<Row>>,
    /// What is said in its place where it has no rows.
    pub none: Text,
}

/// The cells of a row; the first one heads it.
pub type Row = Vec<Cell>;

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What it says; several lines one below the other. A dash where there is none.
    pub lines: Vec<Line>,
    /// How many rows of its group it spans.
    pub rows: usize,
}

/// Words in a row, each with its kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line(pub Vec<Span>);

/// Words of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The words.
    pub text: Text,
    /// What they are.
    pub kind: Kind,
}

/// What words are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Nothing special.
    Plain,
    /// What weighs more.
    Strong,
    /// What a program reads or writes: paths, commits, commands.
    Code,
    /// What is missing or does not hold.
    Gap,
    /// What git shows.
    Shown,
    /// Words that came.
    Added,
    /// Words that went.
    Removed,
    /// A link to a section of this page, by its id.
    Link(String),
}

impl Section {
    /// A section of blocks.
    pub fn new(id: impl Into<String>, title: impl Into<Text>, blocks: impl IntoIterator<Item = Block>) -> Self {
        let blocks = blocks.into_iter().collect();
        Self { id: id.into(), title: title.into(), blocks, ..Self::default() }
    }

    /// The same with parts.
    pub fn with(self, sections: impl IntoIterator<Item = Self>) -> Self {
        Self { sections: sections.into_iter().collect(), ..self }
    }

    /// The same, on pages of its own.
    pub fn apart(self) -> Self {
        Self { is_apart: true, ..self }
    }

    /// The same, on wide paper.
    pub fn wide(self) -> Self {
        Self { is_wide: true, ..self }
    }
}

impl Line {
    /// Words of one kind.
    pub fn of(kind: Kind, text: impl Into<Text>) -> Self {
        Self(vec![Span { text: text.into(), kind }])
    }

    /// Plain words.
    pub fn plain(text: impl Into<Text>) -> Self {
        Self::of(Kind::Plain, text)
    }

    /// The words of a program.
    pub fn code(text: impl Into<Text>) -> Self {
        Self::of(Kind::Code, text)
    }

    /// The same with more behind it.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Several as one, one behind the other.
    pub fn all(lines: impl IntoIterator<Item = Self>) -> Self {
        Self(lines.into_iter().flat_map(|line| line.0).collect())
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.as_str().is_empty())
    }
}

impl Block {
    /// A paragraph of plain words.
    pub fn says(words: impl Into<Text>) -> Self {
        Self::Paragraph(Line::plain(words))
    }
}

impl Page {
    /// The ids of all sections, in the order of the page.
    pub fn ids(&self) -> Vec<&str> {
        fn walk<'p>(sections: &'p [Section], ids: &mut Vec<&'p str>) {
            for section in sections {
                ids.push(&section.id);
                walk(&section.sections, ids);
            }
        }
        let mut ids = Vec::new();
        walk(&self.sections, &mut ids);
        ids
    }
}

impl Cell {
    /// A cell of one line.
    pub fn new(line: Line) -> Self {
        Self::of([line])
    }

    /// A cell of several lines; empty ones are left out.
    pub fn of(lines: impl IntoIterator<Item = Line>) -> Self {
        Self { lines: lines.into_iter().filter(|line| !line.is_empty()).collect(), rows: 1 }
    }

    /// Plain words, or nothing.
    pub fn plain(text: impl Into<Text>) -> Self {
        Self::new(Line::plain(text))
    }

    /// A number, a day or another value of the program, or nothing.
    pub fn value(value: Option<impl Display>) -> Self {
        value.map_or_else(|| Self::of([]), |value| Self::plain(Text::new(value.to_string())))
    }

    /// The same over several rows.
    pub fn spanning(self, rows: usize) -> Self {
        Self { rows, ..self }
    }
}

impl Table {
    /// A table of single rows.
    pub fn new(
        caption: impl Into<Text>,
        heads: &[&'static str],
        rows: impl IntoIterator<Item = Row>,
        none: impl Into<Text>,
    ) -> Self {
        let heads = heads.iter().map(|head| Text::from(*head)).collect();
        let rows: Vec<Row> = rows.into_iter().collect();
        let groups = if rows.is_empty() { Vec::new() } else { vec![rows] };
        Self { caption: caption.into(), heads, groups, none: none.into() }
    }
}
