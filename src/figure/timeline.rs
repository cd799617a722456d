//! The life of one incident as a picture: a row for each fact, with a circle where it is stated, a triangle where
//! somebody committed it, and a square where the main line had it. Shapes carry the meaning, not colours.

use super::{Anchor, At, Figure, Fill, Ink, Set, Shape, Stroke};
use crate::history::Grade;
use crate::text::{Text, shorten};
use crate::timeline::said::{did, grade, holds, label, seven, short};
use crate::timeline::{Answer, ClaimedTarget, DatedFact, Day, Seen, Timeline};
use chrono::NaiveDate;

/// The width of the picture, and of the names at its left.
const WIDTH: i32 = 920;
const NAMES: i32 = 300;
/// The margin at the right.
const RIGHT: i32 = 24;
/// The height of a row, and what stands above the first one.
const ROW: i32 = 24;
const TOP: i32 = 64;
/// The most rows of facts, and of targets, of a picture by itself.
const MOST_ROWS: (usize, usize) = (60, 60);
/// The same of one that has to be legible on a sheet of paper.
pub const ON_PAPER: (usize, usize) = (28, 12);
/// The longest title of a row, in characters.
const LONGEST: usize = 600;

/// What a picture shows of an incident.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
    /// The incident's id.
    pub id: &'a Text,
    /// Its title.
    pub title: Option<&'a Text>,
    /// Its dated facts.
    pub facts: &'a [DatedFact],
    /// What it says that it changed.
    pub targets: &'a [ClaimedTarget],
    /// The date at which is judged.
    pub as_of: Day,
    /// The commit under test.
    pub commit: Option<&'a str>,
    /// The most rows of facts, and of targets.
    pub most: (usize, usize),
    /// Whether each row is a group with a title of its own; else the description alone says what they show.
    pub has_groups: bool,
}

/// The picture of a timeline.
pub fn figure(timeline: &Timeline) -> Figure {
    of(&Life {
        id: &timeline.id,
        title: timeline.title.as_ref(),
        facts: &timeline.facts,
        targets: &timeline.targets,
        as_of: timeline.as_of,
        commit: timeline.commit.as_deref(),
        most: MOST_ROWS,
        has_groups: true,
    })
}

/// The picture of a life.
pub fn of(life: &Life<'_>) -> Figure {
    let stated: Vec<&DatedFact> = life.facts.iter().filter(|fact| fact.stated.is_some()).collect();
    let facts = stated.get(..stated.len().min(life.most.0)).unwrap_or_default();
    let targets = life.targets.get(..life.targets.len().min(life.most.1)).unwrap_or_default();
    let left_out = stated.len() - facts.len() + life.targets.len() - targets.len();
    let scale = Scale::of(facts, targets, life.as_of.0);
    let heading = usize::from(!targets.is_empty());
    let bottom = TOP + rows(facts.len() + targets.len() + heading);
    let mut shapes = vec![Shape::label(At(16, 26), Text::new(title(life, 84)), Set::Heading)];
    scale.draw(&mut shapes, bottom);
    shapes.extend(facts.iter().enumerate().filter_map(|(at, fact)| row(fact, &scale, TOP + rows(at))));
    let below = TOP + rows(facts.len());
    if heading > 0 {
        shapes.push(Shape::label(At(16, below + 16), "said to be changed", Set::Bold));
    }
    let place = |at: usize| below + rows(at + heading);
    shapes.extend(targets.iter().enumerate().map(|(at, target)| changed(target, &scale, place(at))));
    legend(&mut shapes, bottom + 34, life, left_out);
    let description = description(life, facts, targets, left_out);
    let shapes = if life.has_groups { shapes } else { Shape::layered(shapes) };
    Figure {
        title: Text::new(format!("The life of {}", title(life, 160))),
        description: Text::new(description),
        width: WIDTH,
        height: bottom + 86,
        shapes,
    }
}

/// The height of so many rows.
fn rows(count: usize) -> i32 {
    i32::try_from(count).unwrap_or_default() * ROW
}

fn title(life: &Life<'_>, room: usize) -> String {
    let title = life.title.map_or(String::new(), |title| format!(": {title}"));
    shorten(&format!("{}{title}", life.id), room)
}

/// Everything that the picture shows, in sentences.
fn description(life: &Life<'_>, facts: &[&DatedFact], targets: &[ClaimedTarget], left_out: usize) -> String {
    let late = life.facts.iter().filter_map(|fact| fact.days).filter(|days| *days > 0).max();
    let late = late.map(|days| {
        let days = crate::time::days(days);
        format!("The longest time from a stated day to the main line is {days}")
    });
    let facts = facts.iter().map(|fact| sentence(fact, &label(fact.field.as_str())));
    let targets = targets.iter().map(|target| shorten(&claimed(target), LONGEST));
    let rest = (left_out > 0).then(|| format!("{left_out} more rows are left out"));
    let all = [format!("As of {}", life.as_of)].into_iter().chain(late).chain(facts).chain(targets).chain(rest);
    all.collect::<Vec<_>>().join(". ") + "."
}

/// Days on a line.
struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn of(facts: &[&DatedFact], targets: &[ClaimedTarget], as_of: NaiveDate) -> Self {
        let of_facts = facts.iter().flat_map(|fact| {
            let landed = fact.landed.as_ref().map(|seen| seen.day.0);
            [fact.stated.map(|day| day.0), landed, fact.written.as_ref().map(|written| written.day.0)]
        });
        let of_targets = targets.iter().flat_map(|target| {
            let landings = target.landings.iter().filter(|landing| !landing.before).map(|l| Some(l.landed.day.0));
            let windows = target.claims.iter().flat_map(|claim| [claim.from, claim.to]).map(|day| Some(day?.0));
            landings.chain(windows)
        });
        let days: Vec<NaiveDate> = of_facts.chain(of_targets).flatten().collect();
        let first = days.iter().min().copied().unwrap_or(as_of);
        let last = days.iter().max().copied().unwrap_or(as_of);
        Self { first, days: (last - first).num_days().max(1) }
    }

    /// Where a day stands; one before the first stands at its left end.
    fn x(&self, Day(day): Day) -> i32 {
        let at = (day - self.first).num_days().clamp(0, self.days);
        let room = i64::from(WIDTH - NAMES - RIGHT);
        NAMES + i32::try_from(at * room / self.days).unwrap_or_default()
    }

    fn draw(&self, shapes: &mut Vec<Shape>, bottom: i32) {
        let steps = self.days.min(4);
        for step in 0..=steps {
            let day = crate::time::plus(self.first, self.days * step / steps);
            let x = self.x(Day(day));
            let anchor = match step {
                step if step == steps => Anchor::End,
                0 => Anchor::Start,
                _ => Anchor::Middle,
            };
            shapes.push(Shape::line(At(x, 50), At(x, bottom), Stroke::thin(Ink::Soft).dashed()));
            shapes.push(Shape::anchored(At(x, 44), Text::new(day.to_string()), Set::Small, anchor));
        }
    }
}

fn row(fact: &DatedFact, scale: &Scale, y: i32) -> Option<Shape> {
    let middle = y + 12;
    let name = label(fact.field.as_str());
    let from = scale.x(fact.stated?);
    let mut shapes = vec![Shape::label(At(16, middle + 4), Text::new(shorten(&name, 30)), Set::Plain)];
    if let Some(written) = &fact.written {
        shapes.push(Shape::triangle(At(scale.x(written.day), middle), 6, Fill::Hollow));
    }
    if let Some(seen) = &fact.landed {
        shapes.extend(on_main_line(seen, from, scale.x(seen.day), middle));
    }
    shapes.push(Shape::Circle { centre: At(from, middle), radius: 4, fill: Fill::Hollow });
    Some(Shape::Group { title: Text::new(sentence(fact, &name)), shapes })
}

/// From the stated day to the landing, with its grade beside it.
fn on_main_line(seen: &Seen, from: i32, to: i32, middle: i32) -> [Shape; 3] {
    let fill = if seen.grade == Grade::W0 { Fill::Hollow } else { Fill::Full(Ink::Strong) };
    let right = from.max(to) + 10;
    let (x, anchor) = if right > WIDTH - 60 { (from.min(to) - 10, Anchor::End) } else { (right, Anchor::Start) };
    [
        Shape::line(At(from, middle), At(to, middle), Stroke::thin(Ink::Soft)),
        Shape::square(At(to, middle), 5, fill),
        Shape::anchored(At(x, middle + 4), grade(seen.grade), Set::Small, anchor),
    ]
}

fn sentence(fact: &DatedFact, name: &str) -> String {
    let stated = fact.stated.map_or(String::new(), |day| format!("{name}: stated {day}"));
    let written = fact.written.as_ref().map_or(String::new(), |written| format!(", committed {}", written.day));
    let landed = match &fact.landed {
        Some(seen) => format!(", on the main line {}", landed(seen)),
        None => ", not followed by history".to_owned(),
    };
    let changes = match fact.changes.len() {
        0 => String::new(),
        1 => "; 1 other value".to_owned(),
        changes => format!("; {changes} other values"),
    };
    format!("{stated}{written}{landed}{changes}")
}

fn landed(seen: &Seen) -> String {
    format!("{} ({}, {})", seen.day, short(seen), grade(seen.grade))
}

/// What is claimed of a target, and what landed on it.
fn claimed(target: &ClaimedTarget) -> String {
    let who = |claim: &crate::timeline::ClaimEntry| {
        format!("{}: {}", claim.action.as_ref().map_or("decision", Text::as_str), holds(claim.answer))
    };
    let answers: Vec<String> = target.claims.iter().map(who).collect();
    let told: Vec<String> =
        target.landings.iter().map(|l| format!("{}: {}", landed(&l.landed), did(l.effect))).collect();
    let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join("; ")) };
    format!("{}, {}{told}", target.name, answers.join("; "))
}

fn changed(target: &ClaimedTarget, scale: &Scale, y: i32) -> Shape {
    let middle = y + 12;
    let mut shapes = vec![Shape::label(At(16, middle + 4), Text::new(shorten(target.name.as_str(), 30)), Set::Plain)];
    let answer = target.claims.iter().map(|claim| brief(claim.answer)).max_by_key(|(weight, _)| *weight);
    if let Some((_, answer)) = answer {
        shapes.push(Shape::anchored(At(NAMES - 12, middle + 4), answer, Set::Small, Anchor::End));
    }
    for (from, to) in target.claims.iter().filter_map(|claim| claim.from.zip(claim.to)) {
        shapes.extend(window(scale.x(from), scale.x(to), middle));
    }
    for landing in target.landings.iter().filter(|landing| !landing.before) {
        let fill = if landing.effect.is_change() { Fill::Full(Ink::Strong) } else { Fill::Hollow };
        shapes.push(Shape::diamond(At(scale.x(landing.landed.day), middle), 6, fill));
    }
    Shape::Group { title: Text::new(shorten(&claimed(target), LONGEST)), shapes }
}

/// A time from one day to another.
fn window(from: i32, to: i32, middle: i32) -> [Shape; 3] {
    let thin = Stroke::thin(Ink::Soft);
    let end = |x: i32| Shape::line(At(x, middle - 5), At(x, middle + 5), thin);
    [end(from), Shape::line(At(from, middle), At(to, middle), thin), end(to)]
}

/// The answer to a claim in a word or two; of several the one that a reader has to know.
fn brief(answer: Answer) -> (u8, &'static str) {
    match answer {
        Answer::Holds => (0, "holds"),
        Answer::Open => (1, "open"),
        Answer::Outside => (2, "outside git"),
        Answer::NotInspected => (3, "not inspected"),
        Answer::NotCompared => (4, "not compared"),
        Answer::Undone => (5, "undone"),
        Answer::TakenBack => (6, "taken back"),
        Answer::Missing => (7, "no change"),
        Answer::Unknown => (8, "unknown"),
    }
}

fn legend(shapes: &mut Vec<Shape>, y: i32, life: &Life<'_>, left_out: usize) {
    let says = |x: i32, words: &'static str| Shape::label(At(x, y + 4), words, Set::Small);
    shapes.push(Shape::Circle { centre: At(22, y), radius: 4, fill: Fill::Hollow });
    shapes.extend([says(32, "stated"), Shape::triangle(At(92, y), 6, Fill::Hollow)]);
    shapes.extend([says(104, "committed beside the main line"), Shape::square(At(300, y), 5, Fill::Full(Ink::Strong))]);
    shapes.push(says(312, "on the main line (hollow: no witness)"));
    shapes.extend([Shape::diamond(At(540, y), 6, Fill::Full(Ink::Strong)), says(552, "changed in substance")]);
    shapes.extend([Shape::diamond(At(690, y), 6, Fill::Hollow), says(702, "touched")]);
    shapes.extend(window(766, 790, y));
    shapes.push(says(800, "time of the claim"));
    let until = life.commit.map_or(String::new(), |commit| format!(", commit {}", seven(commit)));
    let rest = if left_out > 0 { format!(" {left_out} more rows are left out.") } else { String::new() };
    let words =
        format!("As of {}{until}. W1: the date of a commit. W2: a merge signed by the forge.{rest}", life.as_of);
    shapes.push(Shape::label(At(16, y + 30), Text::new(words), Set::Small));
}
