//! Open actions, by how long they are over.

use super::incident::{ActionLine, Sheet};
use super::parts::{Ageing, OverdueLine};
use super::{Chosen, Teller};
use crate::text::Text;
use crate::timeline::Day;
use chrono::NaiveDate;

/// The bands: up to how many days over.
const BANDS: [(&str, i64); 5] = [
    ("not over yet", 0),
    ("1 to 30 days over", 30),
    ("31 to 60 days over", 60),
    ("61 to 90 days over", 90),
    ("more than 90 days over", i64::MAX),
];
const NO_DAY: &str = "no due date";

/// Counts the open actions of all records, and lists those of the period that are over.
pub(super) fn ageing(teller: &Teller<'_>, sheets: &[Sheet], chosen: &[Chosen<'_>]) -> Ageing {
    let as_of = teller.verdict.as_of;
    let mut bands: Vec<(Text, [usize; 3])> = BANDS.iter().map(|(name, _)| (Text::from(*name), [0; 3])).collect();
    bands.push((NO_DAY.into(), [0; 3]));
    let mut count = |column: usize, due: Option<NaiveDate>| {
        if let Some(cell) = bands.get_mut(band(as_of, due)).and_then(|(_, counts)| counts.get_mut(column)) {
            *cell += 1;
        }
    };
    let actions = || sheets.iter().flat_map(|sheet| &sheet.actions);
    for line in actions().filter(|line| line.is_open) {
        count(0, line.due.map(|day| day.0));
        count(1, line.first_due.map(|day| day.0));
    }
    for due in outside(teller, chosen) {
        count(2, due);
    }
    let mut overdue: Vec<OverdueLine> = actions().filter_map(over).collect();
    overdue.sort_by(|a, b| (b.days, &a.incident, &a.action).cmp(&(a.days, &b.incident, &b.action)));
    Ageing { bands, overdue, in_time: in_time(actions()) }
}

fn band(as_of: NaiveDate, due: Option<NaiveDate>) -> usize {
    let Some(due) = due else { return BANDS.len() };
    let days = (as_of - due).num_days();
    BANDS.iter().position(|(_, most)| days <= *most).unwrap_or(BANDS.len() - 1)
}

/// The due dates of open actions of live incidents outside the period.
fn outside<'a>(teller: &'a Teller<'_>, chosen: &'a [Chosen<'_>]) -> impl Iterator<Item = Option<NaiveDate>> + 'a {
    let inside: std::collections::HashSet<*const crate::record::Incident> =
        chosen.iter().map(|(incident, _)| std::ptr::from_ref(*incident)).collect();
    let others = teller
        .population
        .incidents
        .iter()
        .filter(move |incident| incident.is_live() && !inside.contains(&std::ptr::from_ref(*incident)));
    let open = others.flat_map(|incident| incident.actions.items()).filter(|action| action.is_open());
    open.map(|action| action.due.value().map(|when| when.date))
}

fn over(line: &ActionLine) -> Option<OverdueLine> {
    Some(OverdueLine {
        incident: line.incident.clone(),
        action: line.id.clone(),
        text: line.text.clone(),
        first_due: line.first_due,
        due: line.due,
        moves: line.due_moves,
        days: line.overdue?,
    })
}

/// How many of the actions that are done were done by the day that was stated first.
fn in_time<'a>(actions: impl Iterator<Item = &'a ActionLine>) -> (usize, usize) {
    let days = actions.filter_map(|line| line.first_due.zip(line.completed));
    days.fold((0, 0), |(done, all), (Day(due), Day(completed))| (done + usize::from(completed <= due), all + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_begins_where_the_one_before_ends() {
        let as_of: NaiveDate = "2026-06-30".parse().unwrap();
        let of = |days: i64| band(as_of, Some(crate::time::plus(as_of, -days)));
        assert_eq!([-5, 0, 1, 30, 31, 60, 61, 90, 91, 900].map(of), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(band(as_of, None), 5);
    }
}
