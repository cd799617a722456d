//! From one thing to what came of it, as columns of boxes: a line is whole where git shows the step, and broken where it
//! is only stated. A gap is a box with a broken edge and a cross, and says in words what is missing.

use super::{At, Figure, Fill, Ink, Set, Shape, Stroke};
use crate::text::{Text, shorten};

/// The size of a box, and what lies between two of them.
const WIDE: i32 = 132;
const HIGH: i32 = 56;
const GUTTER: i32 = 30;
const GAP: i32 = 10;
/// What stands left of the first column and above the first row.
const LEFT: i32 = 8;
const TOP: i32 = 60;
/// The distance of two lines that go round.
const LANE: i32 = 7;
/// The most boxes of one column: more would not be legible on a sheet of paper.
const MOST: usize = 12;
/// How many characters fit into a line of a box: bold, and small.
const BOLD: usize = 14;
const SMALL: usize = 19;

/// Columns of boxes, and the lines between them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chain {
    /// What it is, in a line.
    pub title: Text,
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The lines.
    pub steps: Vec<Step>,
}

/// One column.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Column {
    /// What its boxes are.
    pub head: Text,
    /// The boxes, from top to bottom.
    pub boxes: Vec<Link>,
}

/// One box.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// Its name.
    pub name: Text,
    /// What is said of it.
    pub says: Text,
    /// Whether something is missing here.
    pub is_gap: bool,
}

/// A line from one box to another in a later column, each as column and row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Step {
    /// Where it begins.
    pub from: (usize, usize),
    /// Where it ends.
    pub to: (usize, usize),
    /// Whether git shows it; else it is only stated.
    pub is_shown: bool,
}

/// The picture of a chain.
pub fn figure(chain: &Chain) -> Figure {
    let chain = &cut(chain);
    let rows = chain.columns.iter().map(|column| column.boxes.len()).max().unwrap_or_default().max(1);
    let floor = TOP + int(rows) * (HIGH + GAP);
    let is_round = |step: &&Step| step.to.0 > step.from.0 + 1;
    let (round, straight): (Vec<&Step>, Vec<&Step>) = chain.steps.iter().partition(is_round);
    let bottom = floor + int(round.len()) * LANE + 12;
    let mut shapes = vec![Shape::label(At(LEFT, 24), Text::new(shorten(chain.title.as_str(), 100)), Set::Heading)];
    shapes.extend(straight.iter().map(|step| self::straight(step)));
    shapes.extend(round.iter().enumerate().map(|(lane, step)| around(step, floor, int(lane))));
    for (at, column) in chain.columns.iter().enumerate() {
        shapes.push(Shape::label(At(x(at), TOP - 10), column.head.clone(), Set::Bold));
        shapes.extend(column.boxes.iter().enumerate().flat_map(|(row, link)| boxed(link, At(x(at), y(row)))));
    }
    legend(&mut shapes, bottom + 12);
    let width = x(chain.columns.len()) - GUTTER + LEFT;
    let description = Text::new(description(chain));
    let shapes = Shape::layered(shapes);
    Figure { title: chain.title.clone(), description, width, height: bottom + 28, shapes }
}

fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or_default()
}

/// The left edge of a column.
fn x(column: usize) -> i32 {
    LEFT + int(column) * (WIDE + GUTTER)
}

/// The upper edge of a row.
fn y(row: usize) -> i32 {
    TOP + int(row) * (HIGH + GAP)
}

/// What fits: of a longer column the first boxes, and how many more there are.
fn cut(chain: &Chain) -> Chain {
    let mut chain = chain.clone();
    for (at, column) in chain.columns.iter_mut().enumerate() {
        if column.boxes.len() <= MOST {
            continue;
        }
        let more = column.boxes.len() + 1 - MOST;
        column.boxes.truncate(MOST - 1);
        let name = Text::of_run(format!("{more} more"));
        column.boxes.push(Link { name, says: "listed in the traceability matrix".into(), is_gap: false });
        let is_kept = |end: (usize, usize)| end.0 != at || end.1 < MOST - 1;
        chain.steps.retain(|step| is_kept(step.from) && is_kept(step.to));
    }
    chain
}

fn stroke(step: &Step) -> Stroke {
    if step.is_shown {
        Stroke { ink: Ink::Strong, width: 2, is_dashed: false }
    } else {
        Stroke::thin(Ink::Soft).dashed()
    }
}

/// From a box to one in the next column.
fn straight(step: &Step) -> Shape {
    let from = At(x(step.from.0) + WIDE, y(step.from.1) + HIGH / 2);
    let to = At(x(step.to.0), y(step.to.1) + HIGH / 2);
    Shape::line(from, to, stroke(step))
}

/// From below a box, under all others, to one that is further away.
fn around(step: &Step, floor: i32, lane: i32) -> Shape {
    let down = x(step.from.0) + 12 + (lane * 5) % (WIDE - 24);
    let (under, up) = (floor + lane * LANE, x(step.to.0) - 5 - (lane * 3) % (GUTTER - 10));
    let middle = y(step.to.1) + HIGH / 2;
    let from = At(down, y(step.from.1) + HIGH);
    let through = vec![from, At(down, under), At(up, under), At(up, middle), At(x(step.to.0), middle)];
    Shape::Line { through, stroke: stroke(step) }
}

fn boxed(link: &Link, at: At) -> Vec<Shape> {
    let At(x, y) = at;
    let mut shapes = vec![Shape::rect(at, WIDE, HIGH, if link.is_gap { Fill::Full(Ink::Paper) } else { Fill::Hollow })];
    let mut room = BOLD;
    if link.is_gap {
        let through = vec![at, At(x + WIDE, y), At(x + WIDE, y + HIGH), At(x, y + HIGH), at];
        let strong = Stroke { ink: Ink::Strong, width: 2, is_dashed: false };
        shapes.push(Shape::Line { through, stroke: strong.dashed() });
        shapes.extend(Shape::cross(At(x + WIDE - 12, y + 12), 5, strong));
        room = BOLD - 2;
    }
    shapes.push(Shape::label(At(x + 7, y + 17), Text::new(shorten(link.name.as_str(), room)), Set::Bold));
    let lines = wrapped(link.says.as_str()).into_iter().zip([y + 33, y + 47]);
    shapes.extend(lines.map(|(line, y)| Shape::label(At(x + 7, y), Text::new(line), Set::Small)));
    shapes
}

/// A text in two lines of a box; what does not fit is cut.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= SMALL => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        let kept: String = rest.chars().take(SMALL - 1).collect();
        lines.push(format!("{}…", kept.trim_end()));
    }
    lines.iter().map(|line| shorten(line, SMALL)).collect()
}

/// A box in words.
fn told(link: &Link) -> String {
    let says = if link.says.as_str().is_empty() { String::new() } else { format!(", {}", link.says) };
    let gap = if link.is_gap { " (gap)" } else { "" };
    format!("{}{says}{gap}", link.name)
}

/// Everything that the picture shows, in sentences.
fn description(chain: &Chain) -> String {
    let column = |column: &Column| {
        let boxes: Vec<String> = column.boxes.iter().map(told).collect();
        let none = || "none".to_owned();
        format!("{}: {}", column.head, if boxes.is_empty() { none() } else { boxes.join("; ") })
    };
    let name = |(at, row): (usize, usize)| {
        let link = chain.columns.get(at).and_then(|column| column.boxes.get(row));
        link.map_or("", |link| link.name.as_str())
    };
    let steps = |is_shown: bool| -> Vec<String> {
        let steps = chain.steps.iter().filter(|step| step.is_shown == is_shown);
        steps.map(|step| format!("{} to {}", name(step.from), name(step.to))).collect()
    };
    let said = |words: &str, steps: Vec<String>| (!steps.is_empty()).then(|| format!("{words}: {}", steps.join("; ")));
    let steps = [said("Git shows", steps(true)), said("Only stated", steps(false))];
    chain.columns.iter().map(column).chain(steps.into_iter().flatten()).collect::<Vec<_>>().join(". ") + "."
}

fn legend(shapes: &mut Vec<Shape>, y: i32) {
    let step = |is_shown| stroke(&Step { from: (0, 0), to: (0, 0), is_shown });
    let says = |x: i32, words: &'static str| Shape::label(At(x, y + 4), words, Set::Small);
    shapes.push(Shape::line(At(LEFT, y), At(LEFT + 36, y), step(true)));
    shapes.push(says(LEFT + 44, "git shows it"));
    shapes.push(Shape::line(At(150, y), At(186, y), step(false)));
    shapes.push(says(194, "only stated in the record"));
    shapes.extend(Shape::cross(At(360, y), 5, Stroke { ink: Ink::Strong, width: 2, is_dashed: false }));
    shapes.push(says(372, "a gap: something is missing, or does not hold"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(name: &str) -> Link {
        Link { name: Text::new(name), says: "is there and says a little more than fits".into(), is_gap: name == "gap" }
    }

    fn chain(rows: usize) -> Chain {
        let boxes = (0..rows).map(|row| link(&format!("A{row}"))).collect();
        let columns = vec![
            Column { head: "Incident".into(), boxes: vec![link("INC-1")] },
            Column { head: "Lessons".into(), boxes },
            Column { head: "Actions".into(), boxes: vec![link("gap")] },
        ];
        let mut steps: Vec<Step> =
            (0..rows).map(|row| Step { from: (0, 0), to: (1, row), is_shown: row % 2 == 0 }).collect();
        steps.push(Step { from: (0, 0), to: (2, 0), is_shown: false });
        Chain { title: "What came of INC-1".into(), columns, steps }
    }

    fn labels(shapes: &[Shape]) -> Vec<(At, String)> {
        let of = |shape: &Shape| match shape {
            Shape::Label { at, text, .. } => vec![(*at, text.to_string())],
            Shape::Group { shapes, .. } => labels(shapes),
            _ => Vec::new(),
        };
        shapes.iter().flat_map(of).collect()
    }

    #[test]
    fn one_box_or_many_stay_inside_and_apart() {
        for rows in [0, 1, 7, 40] {
            let figure = figure(&chain(rows));
            let places = labels(&figure.shapes);
            assert!(places.iter().all(|(At(x, y), _)| (0..figure.width).contains(x) && (0..figure.height).contains(y)));
            let mut seen: Vec<At> = places.iter().map(|(at, _)| *at).collect();
            let all = seen.len();
            seen.sort_by_key(|At(x, y)| (*x, *y));
            seen.dedup();
            assert_eq!(seen.len(), all, "two texts stand at one place");
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let figure = figure(&chain(40));
        let texts: Vec<String> = labels(&figure.shapes).into_iter().map(|(_, text)| text).collect();
        assert!(texts.contains(&"29 more".to_owned()) && texts.contains(&"A10".to_owned()), "{texts:?}");
        assert!(!texts.contains(&"A11".to_owned()));
    }

    #[test]
    fn the_words_say_what_the_lines_say() {
        let told = figure(&chain(2)).description.to_string();
        for part in
            ["Lessons: A0, is there", "gap, is there", "(gap)", "Git shows: INC-1 to A0.", "Only stated: INC-1 to A1; "]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    #[test]
    fn a_text_takes_two_lines_at_most() {
        assert_eq!(wrapped("git shows the change"), ["git shows the", "change"]);
        assert_eq!(wrapped("an action is still to be done and more"), ["an action is still", "to be done and mor…"]);
        assert_eq!(wrapped("averyveryverylongwordwithoutend"), ["averyvery…ithoutend"]);
        assert!(wrapped("").is_empty());
    }
}
