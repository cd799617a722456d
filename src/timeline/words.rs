//! Two texts laid side by side, word by word, so that a reader sees what changed and an auditor how much.
//!
//! The comparison is bounded: where two texts have little in common, the differing stretch counts as replaced.

use super::model::{Hunk, Piece, PieceKind};
use crate::text::Text;
use std::ops::Range;

/// The most stretches that are shown of one change.
pub(super) const MOST_HUNKS: usize = 8;
/// The most words of one piece that are shown; a few more are not worth a cut.
const MOST_WORDS: usize = 50;
const FEW: usize = 10;
/// How many words before and after a change are shown with it, from the same line.
const AROUND: usize = 4;
/// Changes that are closer than this are shown together.
const NEAR: usize = 6;
/// So few words between two changes that are longer are no landmark: a reader sees one change.
const SCRAPS: usize = 3;
/// The most steps of one comparison.
const MOST_STEPS: usize = 1_200;

/// What changed between two texts.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Difference {
    /// How many words came.
    pub added: usize,
    /// How many words went.
    pub removed: usize,
    /// The first stretches that changed.
    pub hunks: Vec<Hunk>,
    /// How many more there are.
    pub more: usize,
}

/// A stretch that differs: words of the old text that became words of the new one.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// Compares two texts.
pub(super) fn compare(old: &Words<'_>, new: &Words<'_>) -> Difference {
    let changes = changes(old, new);
    let added = changes.iter().map(|change| change.new.len()).sum();
    let removed = changes.iter().map(|change| change.old.len()).sum();
    let mut groups: Vec<Vec<Change>> = Vec::new();
    for change in readable(changes, new) {
        let is_near = |last: &Change| {
            let between = last.new.end..change.new.start;
            between.len() <= NEAR && !new.has_label(between.clone()) && new.is_one_line(between)
        };
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(is_near) => group.push(change),
            _ => groups.push(vec![change]),
        }
    }
    let hunks = groups.iter().take(MOST_HUNKS).map(|group| hunk(old, new, group)).collect();
    Difference { added, removed, hunks, more: groups.len().saturating_sub(MOST_HUNKS) }
}

/// Joins changes between which only scraps of the text stayed.
fn readable(changes: Vec<Change>, new: &Words<'_>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        let weight = |change: &Change| change.old.len() + change.new.len();
        let is_scrap = |last: &Change| {
            let between = last.new.end..change.new.start;
            is_scrap(between.len(), weight(last), weight(&change)) && !new.has_label(between)
        };
        match joined.last_mut() {
            Some(last) if is_scrap(last) => {
                (last.old.end, last.new.end) = (change.old.end, change.new.end);
            }
            _ => joined.push(change),
        }
    }
    joined
}

fn is_scrap(between: usize, before: usize, after: usize) -> bool {
    between <= SCRAPS && before.min(after) > between && before + after >= 4 * between
}

/// A text as words.
pub(super) struct Words<'t> {
    words: Vec<&'t str>,
    /// Where each line begins, as an index into the words.
    lines: Vec<usize>,
    hidden: Vec<bool>,
}

impl<'t> Words<'t> {
    /// The words of a text; those that touch one of the byte ranges are never shown.
    pub(super) fn new(text: &'t str, secret: &[Range<usize>]) -> Self {
        let (mut words, mut lines, mut hidden) = (Vec::new(), Vec::new(), Vec::new());
        let origin = text.as_ptr() as usize;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            lines.push(words.len());
            for word in line.split_whitespace() {
                let start = word.as_ptr() as usize - origin;
                let end = start + word.len();
                hidden.push(secret.iter().any(|range| range.start < end && start < range.end));
                words.push(word);
            }
        }
        Self { words, lines, hidden }
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether words that stayed are followed by another one of their line: a line that stayed whole parts two changes.
    fn is_one_line(&self, range: Range<usize>) -> bool {
        let first = self.lines.partition_point(|start| *start <= range.start);
        self.lines.get(first).is_none_or(|next| *next > range.end)
    }

    /// Whether a line among the words begins with a label, as `reviewed:` does.
    fn has_label(&self, mut range: Range<usize>) -> bool {
        range.any(|word| self.words[word].ends_with(':') && self.lines.binary_search(&word).is_ok())
    }

    /// The line that a word stands in.
    fn line_of(&self, word: usize) -> Range<usize> {
        self.line(self.lines.partition_point(|start| *start <= word).saturating_sub(1))
    }

    /// The first word of a line.
    fn label(&self, line: usize) -> Option<&'t str> {
        self.words.get(self.line(line).start).copied()
    }

    fn line(&self, index: usize) -> Range<usize> {
        let at = |index: usize| self.lines.get(index).copied().unwrap_or(self.words.len());
        at(index)..at(index + 1)
    }

    fn text(&self, range: Range<usize>) -> String {
        let left = if range.len() > MOST_WORDS + FEW { range.len() - MOST_WORDS } else { 0 };
        let shown = range.start..range.end - left;
        let word = |index: usize| if self.hidden[index] { "[secret]" } else { self.words[index] };
        let mut text: Vec<&str> = shown.map(word).collect();
        text.dedup_by(|later, first| *later == "[secret]" && first == later);
        let more = if left > 0 { format!(" … {left} more words") } else { String::new() };
        text.join(" ") + &more
    }
}

/// The stretches that differ: first by lines, then by the words of the lines that differ.
fn changes(old: &Words<'_>, new: &Words<'_>) -> Vec<Change> {
    let lines = |words: &Words<'_>| -> Vec<String> {
        (0..words.lines.len()).map(|line| words.words[words.line(line)].join(" ")).collect()
    };
    let mut found = Vec::new();
    for lines in differ(&lines(old), &lines(new)) {
        let pairs: Vec<(usize, usize)> = lines.old.clone().zip(lines.new.clone()).collect();
        let is_paired = lines.old.len() == lines.new.len()
            && pairs.iter().all(|(a, b)| old.label(*a).is_some_and(|a| a.ends_with(':') && Some(a) == new.label(*b)));
        // Lines that only hold other values under the same labels are laid side by side.
        if is_paired {
            found.extend(pairs.into_iter().flat_map(|(a, b)| inside(old, old.line(a), new, new.line(b))));
        } else {
            let span =
                |words: &Words<'_>, lines: Range<usize>| words.line(lines.start).start..words.line(lines.end).start;
            found.extend(inside(old, span(old, lines.old), new, span(new, lines.new)));
        }
    }
    found
}

/// The words that differ between two stretches.
fn inside(old: &Words<'_>, a: Range<usize>, new: &Words<'_>, b: Range<usize>) -> Vec<Change> {
    let found = differ(&old.words[a.clone()], &new.words[b.clone()]);
    let shifted = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    found
        .into_iter()
        .map(|change| Change { old: shifted(change.old, a.start), new: shifted(change.new, b.start) })
        .collect()
}

/// The stretches in which two lists differ, in order (Myers' greedy comparison, with an end).
fn differ<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Change> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    let whole = || vec![Change { old: 0..old.len(), new: 0..new.len() }];
    let found = if old.is_empty() || new.is_empty() { whole() } else { script(old, new).unwrap_or_else(whole) };
    let shifted = |range: Range<usize>| range.start + start..range.end + start;
    found.into_iter().map(|change| Change { old: shifted(change.old), new: shifted(change.new) }).collect()
}

/// The shortest way from one list to another; `None` where it has too many steps.
fn script<T: PartialEq>(old: &[T], new: &[T]) -> Option<Vec<Change>> {
    let most = (old.len() + new.len()).min(MOST_STEPS);
    let middle = most + 1;
    let mut reach = vec![0usize; 2 * most + 3];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for steps in 0..=most {
        trace.push(reach[middle - steps..=middle + steps].to_vec());
        let mut at = middle - steps;
        while at <= middle + steps {
            let down = at == middle - steps || (at != middle + steps && reach[at - 1] < reach[at + 1]);
            let mut x = if steps == 0 {
                0
            } else if down {
                reach[at + 1]
            } else {
                reach[at - 1] + 1
            };
            // The diagonal is `at - middle`; a step out of the field is a way that nobody goes.
            if let Some(mut y) = (x + middle).checked_sub(at).filter(|_| x <= old.len()) {
                while x < old.len() && y < new.len() && old[x] == new[y] {
                    (x, y) = (x + 1, y + 1);
                }
                reach[at] = x;
                if x >= old.len() && y >= new.len() {
                    return Some(back(&trace, old.len(), new.len()));
                }
            } else {
                reach[at] = x;
            }
            at += 2;
        }
    }
    None
}

/// Goes the way back from the end, and gathers neighbouring steps.
fn back(trace: &[Vec<usize>], mut x: usize, mut y: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for steps in (1..trace.len()).rev() {
        let before = &trace[steps];
        // `before` holds the diagonals from `-steps` to `steps` as they were before this step.
        let at = x + steps - y;
        let reach = |index: usize| before.get(index).copied().unwrap_or(0);
        let down = at == 0 || (at != 2 * steps && reach(at - 1) < reach(at + 1));
        let from_x = if down { reach(at + 1) } else { reach(at - 1) };
        let from_diagonal = if down { at + 1 } else { at - 1 };
        let from_y = (from_x + steps).saturating_sub(from_diagonal);
        let change = if down {
            Change { old: from_x..from_x, new: from_y..from_y + 1 }
        } else {
            Change { old: from_x..from_x + 1, new: from_y..from_y }
        };
        match changes.last_mut() {
            Some(last) if last.old.start == change.old.end && last.new.start == change.new.end => {
                (last.old.start, last.new.start) = (change.old.start, change.new.start);
            }
            _ => changes.push(change),
        }
        (x, y) = (from_x, from_y);
    }
    changes.reverse();
    changes
}

fn hunk(old: &Words<'_>, new: &Words<'_>, group: &[Change]) -> Hunk {
    let mut pieces = Vec::new();
    let mut push = |kind: PieceKind, words: &Words<'_>, range: Range<usize>| {
        if !range.is_empty() {
            pieces.push(Piece { kind, text: Text::new(words.text(range)) });
        }
    };
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return Hunk { pieces } };
    let mut at = first.new.start;
    // The end of a text is the end of its last line.
    let line = new.line_of(at.min(new.len().saturating_sub(1)));
    push(PieceKind::Same, new, at.saturating_sub(AROUND).max(line.start).min(at)..at);
    for change in group {
        push(PieceKind::Same, new, at..change.new.start);
        push(PieceKind::Removed, old, change.old.clone());
        push(PieceKind::Added, new, change.new.clone());
        at = change.new.end;
    }
    let (end, line) = (last.new.end, new.line_of(last.new.end.saturating_sub(1)));
    push(PieceKind::Same, new, end..(end + AROUND).min(line.end).max(end));
    Hunk { pieces }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> (usize, usize, Vec<String>) {
        let difference = compare(&Words::new(old, &[]), &Words::new(new, &[]));
        let piece = |piece: &Piece| match piece.kind {
            PieceKind::Same => piece.text.to_string(),
            PieceKind::Removed => format!("[-{}-]", piece.text),
            PieceKind::Added => format!("{{+{}+}}", piece.text),
        };
        let hunks = difference.hunks.iter().map(|h| h.pieces.iter().map(piece).collect::<Vec<_>>().join(" "));
        (difference.added, difference.removed, hunks.collect())
    }

    #[test]
    fn words_that_changed_are_shown_with_what_stands_around_them() {
        let (old, new) = ("Sign-in needs a password.\n", "Sign-in needs a password\nand a second factor.\n");
        assert_eq!(
            told(old, new),
            (5, 1, vec!["Sign-in needs a [-password.-] {+password and a second factor.+}".to_owned()])
        );
        assert_eq!(told("a b c", "a b c"), (0, 0, vec![]));
        assert_eq!(told("", "one two"), (2, 0, vec!["{+one two+}".to_owned()]));
        assert_eq!(told("one two", ""), (0, 2, vec!["[-one two-]".to_owned()]));
    }

    #[test]
    fn a_text_that_is_wrapped_anew_has_not_changed() {
        assert_eq!(told("one two three\nfour five", "one two\nthree four five"), (0, 0, vec![]));
    }

    #[test]
    fn values_under_the_same_labels_are_laid_side_by_side() {
        let (old, new) = ("likelihood: 2\nimpact: 3\nrest", "likelihood: 3\nimpact: 2\nrest");
        assert_eq!(told(old, new).2, ["likelihood: [-2-] {+3+}", "impact: [-3-] {+2+}"]);
    }

    #[test]
    fn changes_far_from_each_other_stand_apart() {
        let old = "a b c d e f g h i j k l m n o p q";
        let new = "A b c d e f g h i j k l m n o p Q";
        assert_eq!(told(old, new).2, ["[-a-] {+A+} b c d e", "m n o p [-q-] {+Q+}"]);
    }

    #[test]
    fn any_two_texts_are_compared_to_the_word() {
        // A walk over small texts: what is kept of the old one and what came make up the new one.
        let words = ["a", "b", "c"];
        let text = |mut n: usize, length: usize| {
            let mut text = Vec::new();
            for _ in 0..length {
                text.push(words[n % 3]);
                n /= 3;
            }
            text
        };
        for a in 0..81 {
            for b in 0..243 {
                let (old, new) = (text(a, 4), text(b, 5));
                let (mut kept, mut at) = (Vec::new(), 0);
                for change in differ(&old, &new) {
                    kept.extend_from_slice(&old[at..change.old.start]);
                    kept.extend_from_slice(&new[change.new]);
                    at = change.old.end;
                }
                kept.extend_from_slice(&old[at..]);
                assert_eq!(kept, new, "{old:?}");
            }
        }
    }

    #[test]
    fn long_texts_end() {
        let old: Vec<String> = (0..20_000).map(|n| format!("old{n}")).collect();
        let new: Vec<String> = (0..20_000).map(|n| format!("new{n}")).collect();
        let (added, removed, hunks) = told(&old.join(" "), &new.join(" "));
        assert_eq!((added, removed, hunks.len()), (20_000, 20_000, 1));
        assert!(hunks[0].contains("… 19950 more words"), "{hunks:?}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let text = "The key is hunter2 hunter3 now.";
        let at = text.find("hunter2").unwrap();
        let secret = std::iter::once(at..at + 15).collect::<Vec<_>>();
        let difference = compare(&Words::new("", &[]), &Words::new(text, &secret));
        assert_eq!(difference.hunks[0].pieces[0].text.as_str(), "The key is [secret] now.");
    }
}
