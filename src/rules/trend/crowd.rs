//! Dates that lie close together, found in one pass.

use std::ops::Range;

/// Neighbours in a sorted list that lie close together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Crowd {
    /// Their positions in the list.
    pub(super) members: Range<usize>,
    /// The position of the one with which there were enough of them.
    pub(super) complete: usize,
}

/// Runs in which at least `count` values (two or more) lie within `span` of each other; runs that overlap are one.
pub(super) fn crowds(sorted: &[i64], span: i64, count: i64) -> Vec<Crowd> {
    let count = usize::try_from(count).unwrap_or(0).max(2);
    let mut found: Vec<Crowd> = Vec::new();
    let mut first = 0;
    for (last, value) in sorted.iter().enumerate() {
        while sorted.get(first).is_some_and(|start| value - start > span) {
            first += 1;
        }
        if last + 1 < first + count {
            continue;
        }
        match found.last_mut().filter(|crowd| first < crowd.members.end) {
            Some(crowd) => crowd.members.end = last + 1,
            None => found.push(Crowd { members: first..last + 1, complete: last }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sorted: &[i64], span: i64, count: i64) -> Vec<(Range<usize>, usize)> {
        crowds(sorted, span, count).into_iter().map(|crowd| (crowd.members, crowd.complete)).collect()
    }

    #[test]
    fn crowds_end_where_the_gap_is_too_wide() {
        assert_eq!(found(&[0, 10, 200, 210, 215], 10, 2), [(0..2, 1), (2..5, 3)]);
        assert_eq!(found(&[0, 11, 22], 10, 2), []);
        assert_eq!(found(&[0, 10, 20, 30], 10, 2), [(0..4, 1)], "each within reach of its neighbour");
    }

    #[test]
    fn a_crowd_needs_its_number_at_one_time() {
        assert_eq!(found(&[0, 10, 20, 30], 10, 3), []);
        assert_eq!(found(&[0, 5, 10, 12, 100], 10, 3), [(0..4, 2)]);
        assert_eq!(found(&[7, 7, 7], 0, 3), [(0..3, 2)]);
        assert_eq!(found(&[], 10, 2), []);
        assert_eq!(found(&[1, 50], 10, 0), [], "one alone is no crowd, whatever is configured");
    }
}
