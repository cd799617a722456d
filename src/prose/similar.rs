//! Texts that are worded alike, found without comparing every pair.
//!
//! A text is the set of its runs of three words. With the rarest runs first, two sets that share enough have one in
//! common among their first few; only those pairs are compared, and none is missed.

use super::Folded;
use super::folded::is_of_a_word;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// A map that is asked for every word and every run; nothing depends on the order of what it holds.
type Numbers<K, V> = HashMap<K, V, FixedState>;

/// Two texts that are worded alike, by their place in the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Similar {
    /// The text that stands first in the list.
    pub earlier: usize,
    /// The other.
    pub later: usize,
}

/// How many words a run has.
const RUN: usize = 3;

/// Of how many texts that are alike one is looked for that is confirmed.
const MOST_CANDIDATES: usize = 200;

/// For every text the one before it that it is most alike, if at least `percent` of their runs are in both and
/// `confirm` agrees; of equals the first. Texts of fewer than `least` words are alike to none.
pub fn similar(texts: &[&str], least: usize, percent: usize, confirm: impl Fn(usize, usize) -> bool) -> Vec<Similar> {
    let Runs(sets) = Runs::of(texts, least);
    let mut index: Numbers<u32, Vec<usize>> = Numbers::default();
    // Equal texts are compared once, as whatever stands first.
    let mut equals: Numbers<&[u32], Vec<usize>> = Numbers::default();
    let mut found = Vec::new();
    for (later, set) in sets.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
        let prefix = set.iter().take(set.len() - needed(set.len(), percent) + 1);
        let mut candidates: Vec<usize> = prefix.clone().filter_map(|run| index.get(run)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let scored = candidates.into_iter().filter_map(|first| Some((likeness(set, sets.get(first)?), first)));
        let mut alike: Vec<(Likeness, usize)> = scored.filter(|(likeness, _)| likeness.is_at_least(percent)).collect();
        alike.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let groups = alike.iter().filter_map(|(_, first)| equals.get(sets.get(*first)?.as_slice()));
        let earlier = groups.flatten().take(MOST_CANDIDATES).find(|&&earlier| confirm(earlier, later));
        found.extend(earlier.map(|&earlier| Similar { earlier, later }));
        let group = equals.entry(set).or_default();
        group.push(later);
        if group.len() == 1 {
            prefix.for_each(|run| index.entry(*run).or_default().push(later));
        }
    }
    found
}

/// How much two sets share: what is in both, of what is in either.
#[derive(Clone, Copy, Debug)]
struct Likeness {
    common: usize,
    all: usize,
}

impl Likeness {
    fn is_at_least(self, percent: usize) -> bool {
        self.common * 100 >= percent * self.all
    }
}

impl PartialEq for Likeness {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Likeness {}

impl Ord for Likeness {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.common * other.all).cmp(&(other.common * self.all))
    }
}

impl PartialOrd for Likeness {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn likeness(one: &[u32], other: &[u32]) -> Likeness {
    let common = common(one, other);
    Likeness { common, all: one.len() + other.len() - common }
}

/// How many of its runs a set has to share with any other that is alike.
fn needed(size: usize, percent: usize) -> usize {
    (size * percent).div_ceil(100).clamp(1, size)
}

/// The runs of each text of a list.
#[derive(Debug)]
pub struct Runs(Vec<Vec<u32>>);

impl Runs {
    /// The runs of each text that has at least so many words, none of a shorter one.
    pub fn of(texts: &[&str], least: usize) -> Self {
        Self(runs(texts, least))
    }

    /// Whether two texts are both long enough, and less than `percent` of their runs are in both.
    pub fn differ(&self, one: usize, other: usize, percent: usize) -> bool {
        match (self.0.get(one), self.0.get(other)) {
            (Some(one), Some(other)) if !one.is_empty() && !other.is_empty() => {
                !likeness(one, other).is_at_least(percent)
            }
            _ => false,
        }
    }
}

/// The runs of each text as numbers, the rarest first, so that numbers stand for ranks.
fn runs(texts: &[&str], least: usize) -> Vec<Vec<u32>> {
    let mut numbers: Numbers<[u32; RUN], u32> = Numbers::default();
    let mut words: Numbers<String, u32> = Numbers::default();
    let mut counts: Vec<u32> = Vec::new();
    let mut sets: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
    for text in texts {
        let spoken = numbered(text, &mut words);
        let mut set: Vec<u32> = Vec::with_capacity(spoken.len());
        for run in spoken.windows(RUN).filter(|_| spoken.len() >= least.max(RUN)) {
            let Ok(run) = <[u32; RUN]>::try_from(run) else { continue };
            let next = narrow(numbers.len());
            set.push(*numbers.entry(run).or_insert(next));
        }
        set.sort_unstable();
        set.dedup();
        counts.resize(numbers.len(), 0);
        set.iter().map(|&run| run as usize).for_each(|run| {
            if let Some(count) = counts.get_mut(run) {
                *count += 1;
            }
        });
        sets.push(set);
    }
    let mut order: Vec<u32> = (0..narrow(counts.len())).collect();
    order.sort_by_key(|&run| (counts.get(run as usize).copied(), run));
    let mut ranks = vec![0; order.len()];
    for (rank, run) in order.iter().enumerate() {
        if let Some(place) = ranks.get_mut(*run as usize) {
            *place = narrow(rank);
        }
    }
    for set in &mut sets {
        set.iter_mut().for_each(|run| *run = ranks.get(*run as usize).copied().unwrap_or(*run));
        set.sort_unstable();
    }
    sets
}

/// The words of a text, each as a number.
fn numbered(text: &str, words: &mut Numbers<String, u32>) -> Vec<u32> {
    let folded = Folded::new(text);
    let spoken = folded.as_str().split(|c| !is_of_a_word(c)).filter(|word| !word.is_empty());
    spoken
        .map(|word| {
            let next = narrow(words.len());
            words.get(word).copied().unwrap_or_else(|| {
                words.insert(word.to_owned(), next);
                next
            })
        })
        .collect()
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many numbers two sorted lists share.
fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut count = 0;
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => drop(one.next()),
            std::cmp::Ordering::Greater => drop(other.next()),
            std::cmp::Ordering::Equal => {
                count += 1;
                one.next();
                other.next();
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str =
        "Certificates are renewed by hand and the reminder went to a mailbox that nobody reads any more";
    const OTHER: &str = "The relay ran out of disk space because log rotation had been off since the last move of it";

    #[test]
    fn equal_and_nearly_equal_texts_are_found_with_the_first_of_them() {
        let more = format!("{FIRST} again");
        let found = similar(&[FIRST, OTHER, &more, FIRST], 12, 90, |_, _| true);
        assert_eq!(found, [Similar { earlier: 0, later: 2 }, Similar { earlier: 0, later: 3 }]);
    }

    #[test]
    fn what_is_not_confirmed_is_passed_over() {
        let found = similar(&[FIRST, FIRST, OTHER, FIRST], 12, 90, |earlier, _| earlier == 1);
        assert_eq!(found, [Similar { earlier: 1, later: 3 }]);
    }

    #[test]
    fn short_and_half_copied_texts_are_left_alone() {
        let half = format!("{} {}", &FIRST[..48], &OTHER[..48]);
        assert_eq!(similar(&[FIRST, &half], 12, 90, |_, _| true), []);
        assert_eq!(similar(&["Leap day", "Leap day"], 12, 90, |_, _| true), []);
    }

    /// The join finds what a comparison of every pair finds.
    #[test]
    fn nothing_is_missed() {
        let words = ["pump", "relay", "door", "key", "log", "mail"];
        let mut seed = 7_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize
        };
        let texts: Vec<String> = (0..120)
            .map(|_| {
                let base = next() % 4;
                let word = |at: usize| words[(base * 5 + at * (base + 1) + at / 3) % 6];
                let mut text: Vec<&str> = (0..14 + base).map(word).collect();
                let at = next() % text.len();
                text[at] = words[next() % 6];
                text.join(" ")
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sets = runs(&texts, 12);
        for percent in [60, 75, 90, 100] {
            let alike = |a: &Vec<u32>, b: &Vec<u32>| likeness(a, b).is_at_least(percent);
            let expected: Vec<usize> =
                (0..sets.len()).filter(|&n| sets[..n].iter().any(|set| alike(set, &sets[n]))).collect();
            let found: Vec<usize> = similar(&texts, 12, percent, |_, _| true).iter().map(|pair| pair.later).collect();
            assert_eq!(found, expected, "{percent}");
        }
    }
}
