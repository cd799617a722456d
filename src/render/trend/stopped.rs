//! "Did it stop?" as a picture: a row for each cause, two years from left to right.

use super::words;
use crate::figure::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use crate::text::{Text, shorten};
use crate::timeline::Day;
use crate::trend::{BarKind, CauseBar, CauseDot, CauseLine, DotKind, Stopped};
use chrono::{Datelike, NaiveDate};

const WIDTH: i32 = 960;
/// Where the months begin.
const LEFT: i32 = 216;
const MONTH: i32 = 30;
const TOP: i32 = 44;
const ROW: i32 = 56;
/// How far below the top of a row the marks stand, and the bars.
const MARKS: i32 = 30;
const BARS: i32 = 42;
/// Marks that are nearer than this stand one above the other.
const NEAR: i32 = 11;

/// The picture.
pub(super) fn figure(stopped: &Stopped) -> Figure {
    let scale = Scale::of(stopped);
    let rows = i32::try_from(stopped.causes.len()).unwrap_or(0);
    let bottom = TOP + rows * ROW;
    let mut shapes = scale.months(stopped, bottom);
    for (y, cause) in (TOP..).step_by(56).zip(&stopped.causes) {
        shapes.push(row(&scale, cause, y));
    }
    shapes.extend(legend(bottom + 34));
    Figure {
        title: "Causes over two years".into(),
        description: words::stopped(stopped),
        width: WIDTH,
        height: bottom + 62,
        shapes,
    }
}

/// Where days stand.
struct Scale {
    first: NaiveDate,
    months: i32,
}

impl Scale {
    fn of(stopped: &Stopped) -> Self {
        let first = stopped.months.first().and_then(|month| format!("{month}-01").parse().ok());
        Self { first: first.unwrap_or_default(), months: i32::try_from(stopped.months.len()).unwrap_or(0) }
    }

    fn end(&self) -> i32 {
        LEFT + self.months * MONTH
    }

    /// Where a day stands; one outside of the months stands at their edge.
    fn x(&self, day: Day) -> i32 {
        let day = day.0;
        let whole = (day.year() - self.first.year()) * 12 + day.month0() as i32 - self.first.month0() as i32;
        let part = (day.day0() as i32 * MONTH) / 31;
        (LEFT + whole * MONTH + part).clamp(LEFT, self.end())
    }

    /// A line for each quarter, a name for each month that begins one.
    fn months(&self, stopped: &Stopped, bottom: i32) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for (at, month) in (0..).zip(&stopped.months) {
            let x = LEFT + at * MONTH;
            let (year, number) = month.split_once('-').unwrap_or((month, ""));
            if matches!(number, "01" | "04" | "07" | "10") {
                let ink = if number == "01" { Ink::Soft } else { Ink::Faint };
                shapes.push(Shape::line(At(x, TOP - 8), At(x, bottom), Stroke::thin(ink)));
                shapes.push(Shape::label(At(x + 2, TOP - 14), month.clone(), Set::Small));
            } else if at == 0 {
                shapes.push(Shape::label(At(x, TOP - 28), year.to_owned(), Set::Small));
            }
        }
        let edge = At(self.end(), TOP - 8);
        shapes.push(Shape::line(edge, At(self.end(), bottom), Stroke::thin(Ink::Faint)));
        shapes
    }
}

fn row(scale: &Scale, cause: &CauseLine, y: i32) -> Shape {
    let mut shapes = vec![Shape::line(At(12, y), At(scale.end(), y), Stroke::thin(Ink::Faint))];
    shapes.push(Shape::label(At(12, y + MARKS), shorten(cause.cause.as_str(), 28), Set::Bold));
    shapes.push(Shape::label(At(12, y + MARKS + 16), words::open(cause.open), Set::Small));
    cause.remedies.iter().for_each(|bar| shapes.push(stripe(scale, bar, y + BARS)));
    for (dot, At(x, y)) in cause.incidents.iter().zip(places(scale, &cause.incidents, y + MARKS)) {
        shapes.extend(mark(dot.kind, At(x, y)));
    }
    Shape::Group { title: Text::new(words::cause(cause)), shapes }
}

/// Where the marks of a row stand: those that would lie upon each other one above the other.
fn places(scale: &Scale, dots: &[CauseDot], y: i32) -> Vec<At> {
    let mut places: Vec<At> = Vec::new();
    for dot in dots {
        let x = scale.x(dot.day);
        let taken =
            |level: &i32| places.iter().any(|At(other, at)| (x - other).abs() < NEAR && *at == y - level * NEAR);
        let level = (0..2).find(|level| !taken(level)).unwrap_or(2);
        places.push(At(x, y - level * NEAR));
    }
    places
}

/// A remedy that git shows is a bar, one that is stated outside git a broken line.
fn stripe(scale: &Scale, bar: &CauseBar, y: i32) -> Shape {
    let from = scale.x(bar.from);
    let to = bar.to.map_or(scale.end(), |to| scale.x(to)).max(from + 3);
    match bar.kind {
        BarKind::Proven => Shape::rect(At(from, y), to - from, 7, Fill::Full(Ink::Strong)),
        BarKind::Outside => {
            let stroke = Stroke { ink: Ink::Strong, width: 3, is_dashed: true };
            Shape::line(At(from, y + 3), At(to, y + 3), stroke)
        }
    }
}

fn mark(kind: DotKind, at: At) -> Vec<Shape> {
    match kind {
        DotKind::Seen => vec![Shape::Circle { centre: at, radius: 5, fill: Fill::Full(Ink::Strong) }],
        DotKind::Alike => vec![Shape::Circle { centre: at, radius: 5, fill: Fill::Hollow }],
        DotKind::Back => Shape::cross(at, 5, Stroke { ink: Ink::Strong, width: 3, is_dashed: false }).to_vec(),
    }
}

/// What the signs mean.
fn legend(y: i32) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let marks = [
        (12, DotKind::Seen, "an incident"),
        (130, DotKind::Back, "it came back in spite of a remedy"),
        (378, DotKind::Alike, "it only looks alike"),
    ];
    for (x, kind, words) in marks {
        shapes.extend(mark(kind, At(x + 6, y - 4)));
        shapes.push(Shape::label(At(x + 18, y), words, Set::Small));
    }
    shapes.push(Shape::rect(At(520, y - 8), 28, 7, Fill::Full(Ink::Strong)));
    shapes.push(Shape::label(At(556, y), "a remedy that git shows", Set::Small));
    let stroke = Stroke { ink: Ink::Strong, width: 3, is_dashed: true };
    shapes.push(Shape::line(At(724, y - 4), At(752, y - 4), stroke));
    shapes.push(Shape::anchored(At(760, y), "one that is stated outside git", Set::Small, Anchor::Start));
    shapes
}
