//! Numbered ids, as `INC-2026-0004`, and the numbers that are missing between them.

use crate::history::History;
use crate::population::Population;
use crate::record::register::RegisterKind;
use crate::text::shorten;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that nobody used, between two that records have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Gap<'a> {
    /// The first of them, as an id.
    pub first: String,
    /// The number of the last one, where there are several.
    pub last: Option<String>,
    /// The id that follows.
    pub next: std::borrow::Cow<'a, str>,
}

impl Gap<'_> {
    /// `INC-2026-0005`, or `INC-2026-0005 to 0007`.
    pub fn name(&self) -> String {
        let first = shorten(&self.first, 18);
        self.last.as_ref().map_or_else(|| first.clone(), |last| format!("{first} to {last}"))
    }
}

/// The numbers of one prefix and year.
#[derive(Default)]
struct Series<'a> {
    /// Ids of the form of the series, by number.
    ids: BTreeMap<u32, &'a str>,
    /// Numbers that something else names: the name of a file, an id that goes on behind the number.
    mentioned: BTreeSet<u32>,
}

/// Every gap, in the order of prefixes and numbers.
pub(super) fn gaps<'a>(population: &'a Population, history: &'a History) -> Vec<Gap<'a>> {
    let mut all: BTreeMap<String, Series<'a>> = BTreeMap::new();
    let present = population.incidents.iter().filter_map(|incident| incident.id());
    let known = history.records.keys().map(|id| &**id);
    let listed = population.register(RegisterKind::Incidents).rows.values().map(|row| &*row.id.value);
    for id in present.chain(known).chain(listed) {
        let Some((prefix, number, is_whole)) = parts(id) else { continue };
        let series = all.entry(prefix).or_default();
        match is_whole {
            true => drop(series.ids.entry(number).or_insert(id)),
            false => drop(series.mentioned.insert(number)),
        }
    }
    let files = population.incidents.iter().map(|incident| population.path(incident.source));
    let files = files.chain(population.skipped.iter().map(|skipped| &skipped.path));
    let lives = history.records.values().flat_map(|record| &record.lives).map(|life| &life.path);
    for (prefix, number, _) in files.chain(lives).filter_map(|path| parts(path.file_stem())) {
        if let Some(series) = all.get_mut(&prefix) {
            series.mentioned.insert(number);
        }
    }
    all.iter().flat_map(|(prefix, series)| series.gaps(prefix)).collect()
}

impl<'a> Series<'a> {
    fn gaps(&self, prefix: &str) -> Vec<Gap<'a>> {
        let numbers: Vec<u32> = self.ids.keys().copied().collect();
        let (Some(least), Some(most)) = (numbers.first(), numbers.last()) else { return Vec::new() };
        // Whoever numbers in leaps takes the numbers from elsewhere.
        if u64::from(most - least) + 1 > 2 * numbers.len() as u64 {
            return Vec::new();
        }
        let pairs = numbers.iter().zip(numbers.iter().skip(1));
        pairs.flat_map(|(one, next)| self.between(prefix, *one, *next)).collect()
    }

    /// The runs of missing numbers between two neighbours.
    fn between(&self, prefix: &str, one: u32, next: u32) -> Vec<Gap<'a>> {
        let id = self.ids.get(&next).copied().unwrap_or_default();
        let width = id.rsplit('-').next().map_or(0, str::len);
        let written = |number: u32| format!("{number:0width$}");
        let missing = (one + 1..next).filter(|number| !self.mentioned.contains(number));
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for number in missing {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                _ => runs.push((number, number)),
            }
        }
        let gap = |(first, last): (u32, u32)| Gap {
            first: format!("{}-{}", prefix_of(id).unwrap_or(prefix), written(first)),
            last: (last > first).then(|| written(last)),
            next: id.into(),
        };
        runs.into_iter().map(gap).collect()
    }
}

fn prefix_of(id: &str) -> Option<&str> {
    id.rsplit_once('-').map(|(prefix, _)| prefix)
}

/// `inc-2026`, 4, and whether that is the whole id; `None` for an id of another form.
fn parts(id: &str) -> Option<(String, u32, bool)> {
    let pieces: Vec<&str> = id.trim().split('-').collect();
    let is_year = |piece: &&str| piece.len() == 4 && (piece.starts_with("19") || piece.starts_with("20"));
    let is_number = |piece: &&str| (1..=6).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_digit());
    let at = (1..pieces.len()).find(|at| {
        let year = pieces.get(*at).filter(|piece| is_year(piece) && is_number(piece));
        year.is_some() && pieces.get(at + 1).is_some_and(is_number)
    })?;
    let number = pieces.get(at + 1)?.parse().ok()?;
    Some((pieces.get(..=at)?.join("-").to_lowercase(), number, pieces.len() == at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_id_has_a_prefix_a_year_and_a_number() {
        assert_eq!(parts("INC-2026-0004"), Some(("inc-2026".into(), 4, true)));
        assert_eq!(parts("INC-2026-0004-vpn"), Some(("inc-2026".into(), 4, false)));
        assert_eq!(parts("IT-SEC-2026-12"), Some(("it-sec-2026".into(), 12, true)));
        assert_eq!((parts("INC-4"), parts("SEC-12345"), parts("2026-0004"), parts("vpn")), (None, None, None, None));
    }

    fn missing(ids: &[(u32, &str)], mentioned: &[u32]) -> Vec<String> {
        let series = Series { ids: ids.iter().copied().collect(), mentioned: mentioned.iter().copied().collect() };
        series.gaps("inc-2026").iter().map(|gap| format!("{} before {}", gap.name(), gap.next)).collect()
    }

    #[test]
    fn gaps_are_told_by_runs_and_leaps_are_no_series() {
        let some = [(1, "INC-2026-0001"), (2, "INC-2026-0002"), (5, "INC-2026-0005"), (7, "INC-2026-0007")];
        assert_eq!(
            missing(&some, &[]),
            ["INC-2026-0003 to 0004 before INC-2026-0005", "INC-2026-0006 before INC-2026-0007"]
        );
        assert_eq!(missing(&some, &[3, 4, 6]), [""; 0]);
        assert_eq!(missing(&[(1, "INC-2026-0001"), (90, "INC-2026-0090")], &[]), [""; 0]);
    }
}
