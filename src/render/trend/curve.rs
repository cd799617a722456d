//! The past by the rules of today, as three curves.

use super::words;
use crate::figure::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use crate::trend::{Replay, ReplayCounts, ReplayPoint};

const WIDTH: i32 = 960;
const LEFT: i32 = 48;
/// Room for the names of the curves.
const RIGHT: i32 = 190;
const TOP: i32 = 24;
const HEIGHT: i32 = 200;

/// One curve: its name, its values and how it is drawn.
struct Curve {
    name: &'static str,
    value: fn(&ReplayCounts) -> usize,
    stroke: Stroke,
    mark: fn(At, Fill) -> Shape,
}

const CURVES: [Curve; 3] = [
    Curve {
        name: "open duties",
        value: |found| found.open_duties,
        stroke: Stroke { ink: Ink::Strong, width: 2, is_dashed: false },
        mark: |centre, fill| Shape::Circle { centre, radius: 4, fill },
    },
    Curve {
        name: "overdue actions",
        value: |found| found.overdue_actions,
        stroke: Stroke { ink: Ink::Strong, width: 2, is_dashed: true },
        mark: |centre, fill| Shape::square(centre, 4, fill),
    },
    Curve {
        name: "unproven changes",
        value: |found| found.unproven_changes,
        stroke: Stroke { ink: Ink::Soft, width: 1, is_dashed: false },
        mark: |centre, fill| Shape::triangle(centre, 5, fill),
    },
];

/// The picture.
pub(super) fn figure(replay: &Replay) -> Figure {
    let scale = Scale::of(replay);
    let mut shapes = scale.grid(&replay.points);
    let mut ends: Vec<(i32, String)> = Vec::new();
    for curve in &CURVES {
        shapes.extend(scale.curve(curve, &replay.points));
        let last = replay.points.last().and_then(|point| point.found).map(|found| (curve.value)(&found));
        ends.extend(last.map(|value| (scale.y(value), format!("{} {value}", curve.name))));
    }
    shapes.extend(names(ends));
    Figure {
        title: "The past by the rules of today".into(),
        description: words::replay(replay),
        width: WIDTH,
        height: TOP + HEIGHT + 64,
        shapes,
    }
}

/// Where points stand.
struct Scale {
    most: i32,
    points: i32,
}

impl Scale {
    fn of(replay: &Replay) -> Self {
        let found = replay.points.iter().filter_map(|point| point.found);
        let most = found.flat_map(|found| CURVES.iter().map(move |curve| (curve.value)(&found))).max().unwrap_or(0);
        Self {
            most: i32::try_from(most).unwrap_or(i32::MAX / 1000).max(1),
            points: i32::try_from(replay.points.len()).unwrap_or(1).max(2),
        }
    }

    fn x(&self, at: i32) -> i32 {
        LEFT + at * (WIDTH - LEFT - RIGHT) / (self.points - 1)
    }

    fn y(&self, value: usize) -> i32 {
        let value = i64::try_from(value).unwrap_or(i64::from(self.most));
        let up = i64::from(HEIGHT) * value / i64::from(self.most);
        TOP + HEIGHT - i32::try_from(up).unwrap_or(HEIGHT)
    }

    fn grid(&self, points: &[ReplayPoint]) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for value in self.ticks() {
            let y = self.y(value);
            shapes.push(Shape::line(At(LEFT, y), At(WIDTH - RIGHT, y), Stroke::thin(Ink::Faint)));
            shapes.push(Shape::anchored(At(LEFT - 8, y + 4), value.to_string(), Set::Small, Anchor::End));
        }
        // Every third month has its name, and the last day.
        let last = points.len().saturating_sub(1);
        for (at, (place, point)) in points.iter().enumerate().zip(0..).map(|((at, point), x)| (at, (x, point))) {
            let x = self.x(place);
            if at == last || (at % 3 == 0 && last - at >= 2) {
                let day = point.day.to_string();
                let name = if at == last { day.as_str() } else { day.get(..7).unwrap_or_default() };
                shapes.push(Shape::anchored(At(x, TOP + HEIGHT + 20), name.to_owned(), Set::Small, Anchor::Middle));
            }
            if point.found.is_none() {
                shapes.push(Shape::anchored(At(x, TOP + HEIGHT - 6), "?", Set::Bold, Anchor::Middle));
            }
        }
        let words = "hollow: some rules could not run then; ?: the month could not be judged";
        shapes.push(Shape::label(At(LEFT, TOP + HEIGHT + 46), words, Set::Small));
        shapes
    }

    /// Nought, the most, and what lies half way.
    fn ticks(&self) -> Vec<usize> {
        let most = usize::try_from(self.most).unwrap_or(1);
        if most > 1 { vec![0, most / 2, most] } else { vec![0, most] }
    }

    /// A curve is broken where a month could not be judged.
    fn curve(&self, curve: &Curve, points: &[ReplayPoint]) -> Vec<Shape> {
        let mut shapes = Vec::new();
        let place = |(at, point): (i32, &ReplayPoint)| {
            let found = point.found?;
            Some((At(self.x(at), self.y((curve.value)(&found))), point.why.is_some()))
        };
        let places: Vec<Option<(At, bool)>> = (0..).zip(points).map(place).collect();
        for run in places.split(Option::is_none) {
            let through: Vec<At> = run.iter().flatten().map(|(at, _)| *at).collect();
            if through.len() > 1 {
                shapes.push(Shape::Line { through, stroke: curve.stroke });
            }
        }
        for (at, is_partial) in places.into_iter().flatten() {
            let fill = if is_partial { Fill::Hollow } else { Fill::Full(curve.stroke.ink) };
            shapes.push((curve.mark)(at, fill));
        }
        shapes
    }
}

/// The names at the ends of the curves, none upon another.
fn names(mut ends: Vec<(i32, String)>) -> Vec<Shape> {
    ends.sort();
    let mut free = i32::MIN;
    let mut shapes = Vec::new();
    for (y, name) in ends {
        let y = y.max(free);
        free = y + 16;
        shapes.push(Shape::label(At(WIDTH - RIGHT + 12, y + 4), name, Set::Plain));
    }
    shapes
}
