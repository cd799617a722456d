//! Counts, shares and distributions.

use crate::trend::model::{Figures, Part};

/// Below this number, a percentage says less than the counts.
const FEW: usize = 5;

impl Figures {
    /// A number of things.
    pub(super) fn of_count(n: usize) -> Self {
        Self { n, count: Some(n), ..Self::default() }
    }

    /// So many of `n`.
    pub(super) fn of_share(count: usize, n: usize) -> Self {
        let percent = u8::try_from((200 * count + n).checked_div(2 * n).unwrap_or(0)).ok().filter(|_| n >= FEW);
        Self { n, count: Some(count), percent, ..Self::default() }
    }

    /// How many of the values are true.
    pub(super) fn of_answers(answers: &[bool]) -> Self {
        Self::of_share(answers.iter().filter(|answer| **answer).count(), answers.len())
    }

    /// A distribution. Of a few values all are shown.
    pub(super) fn of_values(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let at = |index: usize| values.get(index).copied();
        let middle = (at(n.saturating_sub(1) / 2).zip(at(n / 2))).map(|(low, high)| (low + high) / 2.0);
        let p90 = at((9 * n).div_ceil(10).saturating_sub(1)).filter(|_| n >= FEW);
        let values = if n < FEW { values } else { Vec::new() };
        Self { n, median: middle, p90, values, ..Self::default() }
    }

    /// The same, with values that are added.
    pub(super) fn of_sum(values: Vec<f64>) -> Self {
        let sum = values.iter().copied().fold(0.0, |sum, value| sum + value);
        Self { sum: Some(sum), ..Self::of_values(values) }
    }

    pub(super) fn missing(self, missing: usize) -> Self {
        Self { missing, ..self }
    }

    pub(super) fn parts(self, parts: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        let parts = parts.into_iter().map(|(name, count)| Part { name: name.into(), count }).collect();
        Self { parts, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle_and_few_values_are_shown() {
        let few = Figures::of_values(vec![9.0, 1.0, 2.0, 4.0]);
        assert_eq!((few.median, few.p90, few.values), (Some(3.0), None, vec![1.0, 2.0, 4.0, 9.0]));
        let ten = Figures::of_values((1..=10).rev().map(f64::from).collect());
        assert_eq!((ten.n, ten.median, ten.p90, ten.values), (10, Some(5.5), Some(9.0), vec![]));
        let five = Figures::of_values(vec![5.0, 1.0, 3.0, 2.0, 4.0]);
        assert_eq!((five.median, five.p90), (Some(3.0), Some(5.0)));
        assert_eq!(Figures::of_values(Vec::new()).median, None);
    }

    #[test]
    fn a_percentage_needs_five() {
        assert_eq!(Figures::of_share(3, 4).percent, None);
        assert_eq!(Figures::of_share(2, 3).percent, None);
        assert_eq!(Figures::of_share(5, 8).percent, Some(63));
        assert_eq!(Figures::of_share(0, 5).percent, Some(0));
        assert_eq!(Figures::of_share(7, 7).percent, Some(100));
        assert_eq!(Figures::of_share(0, 0).percent, None);
    }
}
