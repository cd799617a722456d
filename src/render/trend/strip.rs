//! "Did it stop?" as lines of text, a sign for each month: for places that show no picture.

use crate::text::{Text, shorten};
use crate::timeline::Day;
use crate::trend::{BarKind, CauseLine, DotKind, Stopped};

/// How wide the names are.
const NAMES: usize = 30;
const LEGEND: [&str; 2] = [
    "o an incident (2 to 9: several)   x it came back in spite of a remedy   a it only looks alike",
    "= a remedy that git shows   - one that is stated outside git",
];

/// The lines: the months, each cause, and what the signs mean.
pub(super) fn lines(stopped: &Stopped) -> Vec<Text> {
    let months = stopped.months.iter().step_by(6).map(|month| format!("{month:<12}")).collect::<String>();
    let head = format!("{:NAMES$}{}", "", months.trim_end());
    let cause = |line: &CauseLine| {
        let signs: Vec<String> = stopped.months.iter().map(|month| sign(line, month).to_string()).collect();
        Text::new(format!("{:NAMES$}{}", shorten(line.cause.as_str(), NAMES - 2), signs.join(" ")))
    };
    let mut lines = vec![Text::new(head)];
    lines.extend(stopped.causes.iter().map(cause));
    lines.extend(LEGEND.map(Text::from));
    lines
}

/// The sign of a month; what came back is never hidden by anything else.
fn sign(line: &CauseLine, month: &str) -> char {
    let dots = || line.incidents.iter().filter(|dot| of(dot.day) == month);
    let count = dots().filter(|dot| dot.kind != DotKind::Alike).count();
    let stands = |kind: BarKind| {
        let bars = line.remedies.iter().filter(move |bar| bar.kind == kind);
        bars.into_iter().any(|bar| *of(bar.from) <= *month && bar.to.is_none_or(|to| *of(to) >= *month))
    };
    match count {
        _ if dots().any(|dot| dot.kind == DotKind::Back) => 'x',
        0 if dots().next().is_some() => 'a',
        0 if stands(BarKind::Proven) => '=',
        0 if stands(BarKind::Outside) => '-',
        0 => '.',
        1 => 'o',
        n => u32::try_from(n).ok().and_then(|n| char::from_digit(n.min(9), 10)).unwrap_or('9'),
    }
}

/// The month of a day, as `2026-03`.
fn of(day: Day) -> String {
    day.0.format("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trend::{CauseBar, CauseDot};

    #[test]
    fn every_sign_is_another_one() {
        let day = |text: &str| Day(text.parse().expect("a day"));
        let dot = |on: &str, kind| CauseDot { incident: "INC-1".into(), day: day(on), kind };
        let bar = |kind, from: &str, to: Option<&str>| CauseBar {
            incident: "INC-1".into(),
            action: "A1".into(),
            kind,
            from: day(from),
            to: to.map(day),
            commit: None,
        };
        let line = CauseLine {
            cause: "no-second-factor".into(),
            incidents: vec![
                dot("2026-01-03", DotKind::Seen),
                dot("2026-02-01", DotKind::Seen),
                dot("2026-02-28", DotKind::Seen),
                dot("2026-05-09", DotKind::Back),
                dot("2026-07-09", DotKind::Alike),
            ],
            remedies: vec![
                bar(BarKind::Proven, "2026-03-30", Some("2026-05-09")),
                bar(BarKind::Outside, "2026-08-01", None),
            ],
            open: 0,
            is_back: true,
        };
        let months = (1..=9).map(|month| format!("2026-{month:02}")).collect();
        let stopped = Stopped { months, causes: vec![line], more: 0, remedied: 1, back: 1, untagged: 0 };
        let lines = lines(&stopped);
        assert_eq!(lines[0].as_str().trim(), "2026-01     2026-07");
        assert_eq!(lines[1].as_str(), "no-second-factor              o 2 = = x . a - -");
    }
}
