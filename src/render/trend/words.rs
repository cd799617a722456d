//! What the pictures say, in sentences.

use crate::text::Text;
use crate::trend::{
    BarKind, CauseBar, CauseDot, CauseLine, DotKind, Figures, Replay, ReplayPoint, Stopped, Unit, number,
};

/// `3 actions still open`
pub(super) fn open(count: usize) -> String {
    match count {
        0 => "no action open".to_owned(),
        1 => "1 action still open".to_owned(),
        n => format!("{n} actions still open"),
    }
}

/// All that the picture of the causes shows.
pub(super) fn stopped(stopped: &Stopped) -> Text {
    let months = match (stopped.months.first(), stopped.months.last()) {
        (Some(first), Some(last)) => format!("Causes of incidents from {first} to {last}."),
        _ => "Causes of incidents.".to_owned(),
    };
    let causes = stopped.causes.iter().map(|line| format!(" {}.", cause(line))).collect::<String>();
    Text::new(format!("{months}{causes}"))
}

/// One cause in a sentence, without a full stop.
pub(super) fn cause(line: &CauseLine) -> String {
    let dots: Vec<String> = line.incidents.iter().map(dot).collect();
    let bars: Vec<String> = line.remedies.iter().map(bar).collect();
    let bars = if bars.is_empty() { "no remedy that git shows or a record states".to_owned() } else { bars.join("; ") };
    format!("{}: {}; {bars}; {}", line.cause, dots.join("; "), open(line.open))
}

fn dot(dot: &CauseDot) -> String {
    let CauseDot { incident, day, kind } = dot;
    match kind {
        DotKind::Seen => format!("{incident} on {day}"),
        DotKind::Back => format!("{incident} on {day}, in spite of a remedy"),
        DotKind::Alike => format!("{incident} on {day}, which its record says only looks alike"),
    }
}

fn bar(bar: &CauseBar) -> String {
    let CauseBar { incident, action, kind, from, to, .. } = bar;
    let what = match kind {
        BarKind::Proven => "git shows the remedy",
        BarKind::Outside => "stated outside git is the remedy",
    };
    let until = to.map_or(String::new(), |to| format!(" until {to}"));
    format!("{what} of {incident}/{action} since {from}{until}")
}

/// All that the curves show.
pub(super) fn replay(replay: &Replay) -> Text {
    let points: Vec<String> = replay.points.iter().map(point).collect();
    Text::new(format!("Open duties, overdue actions and unproven changes. {}.", points.join(". ")))
}

fn point(point: &ReplayPoint) -> String {
    let why = point.why.as_ref().map_or(String::new(), |why| format!("; {why}"));
    match point.found {
        Some(found) => format!(
            "{}: {}, {} and {}{why}",
            point.day, found.open_duties, found.overdue_actions, found.unproven_changes
        ),
        None => format!("{}: could not be judged{why}", point.day),
    }
}

/// The figures of a period, as a cell says them.
pub(super) fn figures(unit: Unit, figures: &Figures) -> Vec<String> {
    let mut lines = match unit {
        Unit::Count => vec![figures.count.unwrap_or(figures.n).to_string()],
        Unit::Share => vec![share(figures)],
        Unit::Days => distribution(figures, "days"),
        Unit::Hours => distribution(figures, "hours"),
    };
    let parts = figures.parts.iter().filter(|part| part.count > 0);
    let parts: Vec<String> = parts.map(|part| format!("{}: {}", part.name, part.count)).collect();
    if !parts.is_empty() {
        lines.push(parts.join(", "));
    }
    lines
}

fn share(figures: &Figures) -> String {
    match (figures.n, figures.percent) {
        (0, _) => "none to count".to_owned(),
        (n, Some(percent)) => format!("{} of {n} ({percent} %)", figures.count.unwrap_or(0)),
        (n, None) => format!("{} of {n}", figures.count.unwrap_or(0)),
    }
}

fn distribution(figures: &Figures, unit: &str) -> Vec<String> {
    let Some(median) = figures.median else { return vec!["no value".to_owned()] };
    let mut lines = Vec::new();
    if let Some(sum) = figures.sum {
        lines.push(format!("{} {unit} in all", number(sum)));
    }
    let values: Vec<String> = figures.values.iter().map(|value| number(*value)).collect();
    let p90 = figures.p90.map_or(String::new(), |p90| format!(", p90 {}", number(p90)));
    lines.push(format!("median {}{p90} {unit}, n {}", number(median), figures.n));
    if figures.n > 1 && !values.is_empty() {
        lines.push(format!("values: {}", values.join(", ")));
    }
    lines
}
