//! A timeline as a small picture: a row for each fact, with a circle where it is stated, a triangle where somebody
//! committed it, and a square where the main line had it. Shapes carry the meaning, not colours.

use super::{did, grade, holds, label, short};
use crate::history::Grade;
use crate::text::shorten;
use crate::timeline::{Answer, ClaimedTarget, DatedFact, Seen, Timeline};
use chrono::NaiveDate;
use std::fmt::Write as _;

/// The width of the picture, and of the names at its left.
const WIDTH: i64 = 920;
const NAMES: i64 = 300;
/// The margin at the right.
const RIGHT: i64 = 24;
/// The height of a row, and what stands above the first one.
const ROW: i64 = 24;
const TOP: i64 = 64;
/// The most rows.
const MOST_ROWS: usize = 60;

/// The whole picture.
pub fn svg(timeline: &Timeline) -> String {
    let facts: Vec<&DatedFact> = timeline.facts.iter().filter(|fact| fact.stated.is_some()).take(MOST_ROWS).collect();
    let targets: Vec<&ClaimedTarget> = timeline.targets.iter().take(MOST_ROWS).collect();
    let scale = Scale::of(&facts, &targets, timeline.as_of.0);
    let rows = i64::try_from(facts.len() + targets.len()).unwrap_or_default();
    let heading = i64::from(!targets.is_empty());
    let height = TOP + (rows + heading) * ROW + 86;
    let mut out = head(timeline, height);
    let _ = writeln!(out, "  <text x=\"16\" y=\"26\" class=\"h\">{}</text>", escape(&title(timeline, 84)));
    scale.draw(&mut out, TOP + (rows + heading) * ROW);
    let mut y = TOP;
    for fact in &facts {
        row(&mut out, fact, &scale, y);
        y += ROW;
    }
    if !targets.is_empty() {
        let _ = writeln!(out, "  <text x=\"16\" y=\"{}\" class=\"b\">said to be changed</text>", y + 16);
        y += ROW;
    }
    for target in &targets {
        changed(&mut out, target, &scale, y);
        y += ROW;
    }
    legend(&mut out, y + 34, timeline);
    out.push_str("</svg>\n");
    out
}

fn title(timeline: &Timeline, room: usize) -> String {
    let title = timeline.title.as_ref().map_or(String::new(), |title| format!(": {title}"));
    shorten(&format!("{}{title}", timeline.id), room)
}

fn head(timeline: &Timeline, height: i64) -> String {
    let late = timeline.facts.iter().filter_map(|fact| fact.days).filter(|days| *days > 0).max();
    let late = late.map_or(String::new(), |days| {
        format!(" The longest time from a stated day to the main line is {}.", crate::time::days(days))
    });
    let (facts, targets) = (timeline.facts.len(), timeline.targets.len());
    let told = format!(
        "{}, {}; each with the day that the record states, the day of its commit where that lies beside the main line, \
         and the day on which the main line had it. As of {}.{late}",
        super::super::summary::count(facts, "dated fact"),
        super::super::summary::count(targets, "thing that is said to be changed").replace("changeds", "changed"),
        timeline.as_of,
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"timeline-title timeline-desc\">\n  \
         <title id=\"timeline-title\">{}</title>\n  <desc id=\"timeline-desc\">{}</desc>\n  \
         <style>text{{font:13px system-ui,sans-serif;fill:#1b1b1b}}.h{{font-weight:600;font-size:15px}}\
         .b{{font-weight:600}}.s{{font-size:11px;fill:#4a4a4a}}.l{{stroke:#6b6b6b;stroke-width:1;fill:none}}\
         .d{{stroke-dasharray:3 3}}.o{{fill:#fff;stroke:#1b1b1b;stroke-width:1.5}}\
         .f{{fill:#1b1b1b;stroke:#1b1b1b;stroke-width:1.5}}</style>\n  \
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escape(&format!("The life of {}", title(timeline, 160))),
        escape(&told),
    )
}

/// Days on a line.
struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn of(facts: &[&DatedFact], targets: &[&ClaimedTarget], as_of: NaiveDate) -> Self {
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
    fn x(&self, day: NaiveDate) -> i64 {
        let at = (day - self.first).num_days().clamp(0, self.days);
        NAMES + at * (WIDTH - NAMES - RIGHT) / self.days
    }

    fn draw(&self, out: &mut String, bottom: i64) {
        let steps = self.days.min(4);
        for step in 0..=steps {
            let day = crate::time::plus(self.first, self.days * step / steps);
            let x = self.x(day);
            let anchor = if step == steps {
                "end"
            } else if step == 0 {
                "start"
            } else {
                "middle"
            };
            let _ = writeln!(out, "  <line x1=\"{x}\" y1=\"50\" x2=\"{x}\" y2=\"{bottom}\" class=\"l d\"/>");
            let _ = writeln!(out, "  <text x=\"{x}\" y=\"44\" class=\"s\" text-anchor=\"{anchor}\">{day}</text>");
        }
    }
}

fn row(out: &mut String, fact: &DatedFact, scale: &Scale, y: i64) {
    let Some(stated) = fact.stated else { return };
    let middle = y + 12;
    let name = label(fact.field.as_str());
    let _ = writeln!(out, "  <g>\n    <title>{}</title>", escape(&sentence(fact, &name)));
    let _ = writeln!(out, "    <text x=\"16\" y=\"{}\">{}</text>", middle + 4, escape(&shorten(&name, 30)));
    let from = scale.x(stated.0);
    if let Some(seen) = &fact.landed {
        let to = scale.x(seen.day.0);
        if let Some(written) = &fact.written {
            triangle(out, scale.x(written.day.0), middle);
        }
        let _ = writeln!(out, "    <line x1=\"{from}\" y1=\"{middle}\" x2=\"{to}\" y2=\"{middle}\" class=\"l\"/>");
        square(out, to, middle, seen.grade != Grade::W0);
        let beside = if to > from { (to + 10, "start") } else { (from.max(to) + 10, "start") };
        let beside = if beside.0 > WIDTH - 60 { (from.min(to) - 10, "end") } else { beside };
        let _ = writeln!(
            out,
            "    <text x=\"{}\" y=\"{}\" class=\"s\" text-anchor=\"{}\">{}</text>",
            beside.0,
            middle + 4,
            beside.1,
            grade(seen.grade),
        );
    }
    let _ = writeln!(out, "    <circle cx=\"{from}\" cy=\"{middle}\" r=\"4\" class=\"o\"/>\n  </g>");
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
        changes => format!("; {}", super::super::summary::count(changes, "other value")),
    };
    format!("{stated}{written}{landed}{changes}")
}

fn landed(seen: &Seen) -> String {
    format!("{} ({}, {})", seen.day, short(seen), grade(seen.grade))
}

fn changed(out: &mut String, target: &ClaimedTarget, scale: &Scale, y: i64) {
    let middle = y + 12;
    let answers: Vec<String> = target
        .claims
        .iter()
        .map(|claim| format!("{}: {}", claim.action.as_ref().map_or("decision", |a| a.as_str()), holds(claim.answer)))
        .collect();
    let told: Vec<String> =
        target.landings.iter().map(|l| format!("{}: {}", landed(&l.landed), did(l.effect))).collect();
    let sentence = format!("{}. {}. {}", target.name, answers.join("; "), told.join("; "));
    let _ = writeln!(out, "  <g>\n    <title>{}</title>", escape(&shorten(&sentence, 600)));
    let _ =
        writeln!(out, "    <text x=\"16\" y=\"{}\">{}</text>", middle + 4, escape(&shorten(target.name.as_str(), 30)));
    let answer = target.claims.iter().map(|claim| brief(claim.answer)).max_by_key(|(weight, _)| *weight);
    if let Some((_, answer)) = answer {
        let (x, y) = (NAMES - 12, middle + 4);
        let _ = writeln!(out, "    <text x=\"{x}\" y=\"{y}\" class=\"s\" text-anchor=\"end\">{answer}</text>");
    }
    for (from, to) in target.claims.iter().filter_map(|claim| claim.from.zip(claim.to)) {
        let (from, to) = (scale.x(from.0), scale.x(to.0));
        let _ = writeln!(
            out,
            "    <path d=\"M{from} {} V{} M{from} {middle} H{to} M{to} {} V{}\" class=\"l\"/>",
            middle - 5,
            middle + 5,
            middle - 5,
            middle + 5,
        );
    }
    for landing in target.landings.iter().filter(|landing| !landing.before) {
        diamond(out, scale.x(landing.landed.day.0), middle, landing.effect.is_change());
    }
    out.push_str("  </g>\n");
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

fn square(out: &mut String, x: i64, y: i64, is_witnessed: bool) {
    let class = if is_witnessed { "f" } else { "o" };
    let _ = writeln!(out, "    <rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" class=\"{class}\"/>", x - 5, y - 5);
}

fn triangle(out: &mut String, x: i64, y: i64) {
    let _ = writeln!(out, "    <path d=\"M{x} {} L{} {} H{} Z\" class=\"o\"/>", y - 6, x + 6, y + 5, x - 6);
}

fn diamond(out: &mut String, x: i64, y: i64, is_change: bool) {
    let class = if is_change { "f" } else { "o" };
    let _ = writeln!(
        out,
        "    <path d=\"M{x} {} L{} {y} L{x} {} L{} {y} Z\" class=\"{class}\"/>",
        y - 6,
        x + 6,
        y + 6,
        x - 6
    );
}

fn legend(out: &mut String, y: i64, timeline: &Timeline) {
    let text = |out: &mut String, x: i64, y: i64, text: &str| {
        let _ = writeln!(out, "  <text x=\"{x}\" y=\"{y}\" class=\"s\">{}</text>", escape(text));
    };
    let _ = writeln!(out, "  <circle cx=\"22\" cy=\"{y}\" r=\"4\" class=\"o\"/>");
    text(out, 32, y + 4, "stated");
    triangle(out, 92, y);
    text(out, 104, y + 4, "committed beside the main line");
    square(out, 300, y, true);
    text(out, 312, y + 4, "on the main line (hollow: no witness)");
    diamond(out, 540, y, true);
    text(out, 552, y + 4, "changed in substance");
    diamond(out, 690, y, false);
    text(out, 702, y + 4, "touched");
    let _ =
        writeln!(out, "  <path d=\"M766 {} V{} M766 {y} H790 M790 {} V{}\" class=\"l\"/>", y - 5, y + 5, y - 5, y + 5);
    text(out, 800, y + 4, "time of the claim");
    let until = timeline.commit.as_deref().map_or(String::new(), |commit| format!(", commit {}", super::seven(commit)));
    text(
        out,
        16,
        y + 30,
        &format!("As of {}{until}. W1: the date of a commit. W2: a merge signed by the forge.", timeline.as_of),
    );
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
