//! Nothing gets lost, and nothing lies beside the paper, however a table has to be broken.

use super::face::Faces;
use super::flow::Flow;
use super::leaf::{self, Mark, Run};
use super::{Made, pdf};
use crate::figure::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use crate::page::{Block, Cell, Kind, Line, Page, Row, Section, Table};
use crate::text::Text;
use chrono::NaiveDate;

fn page(sections: Vec<Section>) -> Page {
    let text = Text::new("A page");
    Page {
        title: text.clone(),
        name: text.clone(),
        language: "en",
        label: None,
        foot: text,
        head: Vec::new(),
        sections,
    }
}

fn section(table: Table, is_wide: bool) -> Section {
    Section { is_wide, ..Section::new("one", "One", [Block::Table(table)]) }
}

/// Words that are counted: `a0`, `a1` and so on.
fn words(name: &str, count: usize) -> Cell {
    Cell::plain(Text::new((0..count).map(|at| format!("{name}{at}")).collect::<Vec<_>>().join(" ")))
}

fn table(groups: Vec<Vec<Row>>) -> Table {
    let heads = ["First", "Second", "Third"].map(Text::from).into();
    Table { caption: Text::from("A table"), heads, groups, none: Text::from("None.") }
}

/// What is read, run by run, as it lies on the leaves; each has to lie on its paper.
fn read(page: &Page) -> (usize, Vec<String>) {
    let faces = Faces::load().unwrap();
    let flow = Flow::of(page, &faces);
    let mut words = Vec::new();
    for leaf in &flow.leaves {
        for run in leaf.inks.iter().filter_map(|ink| if let leaf::Ink::Run(run) = ink { Some(run) } else { None }) {
            let Run { x, y, width, text, .. } = run;
            let width = width - run.size * 0.3 * f32::from(u8::from(text.ends_with(' ')));
            assert!(*x >= 0.0 && *y >= 0.0 && x + width <= leaf.width && *y <= leaf.height, "{text} at {x}, {y}");
            if matches!(run.style.mark, Mark::Of(_)) {
                words.extend(text.split_whitespace().map(ToOwned::to_owned));
            }
        }
    }
    (flow.leaves.len(), words)
}

fn count(words: &[String], name: &str) -> usize {
    words.iter().filter(|word| word.strip_prefix(name).is_some_and(|n| n.parse::<u32>().is_ok())).count()
}

#[test]
fn no_word_of_a_table_gets_lost_or_is_said_twice_over_leaves() {
    // Cells over rows that are longer than their rows, than a leaf, and shorter; rows longer than a leaf.
    for (head, rows, long, tail) in
        [(3, 5, 40, 900), (900, 3, 30, 2), (2500, 2, 10, 2500), (4, 60, 60, 4), (1, 2, 4000, 1)]
    {
        let row = |at: usize| -> Row {
            let middle = words("b", long);
            if at == 0 {
                vec![words("a", head).spanning(rows), middle, words("c", tail).spanning(rows)]
            } else {
                vec![middle]
            }
        };
        let groups: Vec<Vec<Row>> = (0..3).map(|_| (0..rows).map(row).collect()).collect();
        for is_wide in [false, true] {
            let (leaves, all) = read(&page(vec![section(table(groups.clone()), is_wide)]));
            let counts = [count(&all, "a"), count(&all, "b"), count(&all, "c")];
            assert_eq!(counts, [3 * head, 3 * rows * long, 3 * tail], "{leaves} leaves");
        }
    }
}

#[test]
fn the_headings_of_a_table_stand_on_each_leaf_and_are_read_once() {
    let rows = (0..300).map(|at| vec![words("a", 1), Cell::plain(Text::new(at.to_string())), words("c", 3)]).collect();
    let page = page(vec![section(table(vec![rows]), false)]);
    let faces = Faces::load().unwrap();
    let flow = Flow::of(&page, &faces);
    let is_head = |ink: &&leaf::Ink| matches!(ink, leaf::Ink::Run(run) if run.text == "Second");
    assert!(flow.leaves.len() > 3);
    assert!(flow.leaves.iter().all(|leaf| leaf.inks.iter().filter(is_head).count() == 1));
    assert_eq!(read(&page).1.iter().filter(|word| *word == "Second").count(), 1);
}

#[test]
fn a_document_keeps_to_its_standards_and_is_the_same_again() {
    let line =
        Line::of(Kind::Link("two".to_owned()), Text::new("there")).and(Line::of(Kind::Removed, Text::new("gone")));
    let cells = vec![vec![vec![Cell::new(line).spanning(9), words("b", 2), Cell::of([])]]];
    let blocks = [
        Block::List(vec![Line::plain("a 🔥")]),
        Block::Code(vec!["x".into()]),
        Block::Terms(vec![("w".into(), Line::plain("m"))]),
    ];
    let page = page(vec![section(table(cells), true), Section::new("two", "Two 日本", blocks)]);
    let made = Made { day: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(), id: "one" };
    let one = pdf(&page, &made).unwrap();
    assert!(one.starts_with(b"%PDF-1.7") && one == pdf(&page, &made).unwrap());
    assert_ne!(one, pdf(&page, &Made { id: "other", ..made }).unwrap());
}

#[test]
fn whatever_a_text_holds_there_is_a_document() {
    let made = Made { day: NaiveDate::MAX, id: "" };
    assert!(pdf(&page(Vec::new()), &made).is_ok());
    for text in [
        "",
        " ",
        "\u{0}",
        "\u{e000}\u{fffe}\u{10ffff}",
        &"word ".repeat(20_000),
        &"x".repeat(70_000),
        "e\u{301}\u{301}ﷺ",
    ] {
        let line = Line::plain(Text::new(text)).and(Line::of(Kind::Link("a".to_owned()), Text::new(text)));
        let shapes = vec![
            Shape::Group {
                title: Text::new(text),
                shapes: Shape::cross(At(1, 1), 1, Stroke::thin(Ink::Soft).dashed()).into(),
            },
            Shape::Circle { centre: At(9, 9), radius: 4, fill: Fill::Hollow },
            Shape::anchored(At(9, 9), Text::new(text), Set::Small, Anchor::End),
        ];
        let (title, description) = (Text::new(text), Text::new(text));
        let blocks = [
            Block::Lead(line.clone()),
            Block::Heading(line.clone()),
            Block::Code(vec![Text::new(text)]),
            Block::Table(table(vec![vec![vec![Cell::new(line.clone()), Cell::new(line).spanning(3)]], Vec::new()])),
            Block::Figure(Figure { title, description, width: 0, height: 900_000, shapes }),
        ];
        let made = pdf(&page(vec![Section::new("a", Text::new(text), blocks)]), &made);
        assert!(made.is_ok(), "{:?}: {made:?}", text.get(..9));
    }
}
