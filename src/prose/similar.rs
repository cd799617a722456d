//! Texts that are worded alike, found without comparing every pair.
//!
//! A text is the set of its runs of three words. With the rarest runs first, two sets that share enough have one in
//! common among their first few; only those pairs are compared, and none is missed.

use super::Folded;
use super::folded::is_of_a_word;
use std::collections::HashMap;

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

/// For every text the one before it that it is most alike, if at least `percent` of their runs are in both; of equals
/// the first. Texts of fewer than `least` words are alike to none.
pub fn similar(texts: &[&str], least: usize, percent: usize) -> Vec<Similar> {
    let sets = runs(texts, least);
    let mut index: HashMap<u32, Vec<usize>> = HashMap::new();
    // Equal texts are compared once, as whatever stands first.
    let mut firsts: HashMap<&[u32], usize> = HashMap::new();
    let mut found = Vec::new();
    for (later, set) in sets.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
        if let Some(&earlier) = firsts.get(set.as_slice()) {
            found.push(Similar { earlier, later });
            continue;
        }
        firsts.insert(set, later);
        let prefix = set.len() - needed(set.len(), percent) + 1;
        let starts = set.iter().take(prefix);
        let mut candidates: Vec<usize> = starts.clone().filter_map(|run| index.get(run)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let scored = candidates.into_iter().filter_map(|earlier| {
            let other = sets.get(earlier)?;
            let common = common(set, other);
            let all = set.len() + other.len() - common;
            (common * 100 >= percent * all).then_some((common, all, earlier))
        });
        // The greatest share; of equal ones the first.
        let best = scored.max_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)).then(b.2.cmp(&a.2)));
        found.extend(best.map(|(_, _, earlier)| Similar { earlier, later }));
        starts.for_each(|run| index.entry(*run).or_default().push(later));
    }
    found
}

/// How many of its runs a set has to share with any other that is alike.
fn needed(size: usize, percent: usize) -> usize {
    (size * percent).div_ceil(100).clamp(1, size)
}

/// The runs of each text as numbers, the rarest first, so that numbers stand for ranks.
fn runs(texts: &[&str], least: usize) -> Vec<Vec<u32>> {
    let mut numbers: HashMap<[u32; RUN], u32> = HashMap::new();
    let mut words: HashMap<String, u32> = HashMap::new();
    let mut counts: Vec<u32> = Vec::new();
    let mut sets: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
    for text in texts {
        let spoken = numbered(text, &mut words);
        let mut set: Vec<u32> = Vec::new();
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
fn numbered(text: &str, words: &mut HashMap<String, u32>) -> Vec<u32> {
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
        let found = similar(&[FIRST, OTHER, &more, FIRST], 12, 90);
        assert_eq!(found, [Similar { earlier: 0, later: 2 }, Similar { earlier: 0, later: 3 }]);
    }

    #[test]
    fn short_and_half_copied_texts_are_left_alone() {
        let half = format!("{} {}", &FIRST[..48], &OTHER[..48]);
        assert_eq!(similar(&[FIRST, &half], 12, 90), []);
        assert_eq!(similar(&["Leap day", "Leap day"], 12, 90), []);
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
            let alike = |a: &Vec<u32>, b: &Vec<u32>| {
                let shared = common(a, b);
                shared * 100 >= percent * (a.len() + b.len() - shared)
            };
            let expected: Vec<usize> =
                (0..sets.len()).filter(|&n| sets[..n].iter().any(|set| alike(set, &sets[n]))).collect();
            let found: Vec<usize> = similar(&texts, 12, percent).iter().map(|pair| pair.later).collect();
            assert_eq!(found, expected, "{percent}");
        }
    }
}
