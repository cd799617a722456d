//! Words in lines: where a text may be broken, and how it is.

use super::face::{Face, Faces, Letter};
use super::leaf::{Run, Style};
use std::rc::Rc;

/// Letters in a row, each with its style.
#[derive(Clone, Debug, Default)]
pub(super) struct Inline {
    letters: Vec<Letter>,
    /// The style of the letters up to a place, in order.
    styles: Vec<(usize, Rc<Style>)>,
}

/// How wide a text is, in parts of the size.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Widths {
    /// Its longest piece that is not broken.
    pub least: f32,
    /// All of it on one line.
    pub whole: f32,
}

impl Inline {
    /// Adds words of a style.
    pub(super) fn push(&mut self, faces: &Faces, text: &str, style: Style) {
        self.letters.extend(faces.letters(text, style.face));
        self.styles.push((self.letters.len(), Rc::new(style)));
    }

    /// How wide it is.
    pub(super) fn widths(&self) -> Widths {
        let (mut piece, mut widths) = (0.0, Widths::default());
        for (at, letter) in self.letters.iter().enumerate() {
            widths.whole += letter.advance;
            if letter.sign != ' ' {
                piece += letter.advance;
                widths.least = widths.least.max(piece);
            }
            if self.may_break_behind(at) {
                piece = 0.0;
            }
        }
        widths
    }

    fn may_break_behind(&self, at: usize) -> bool {
        let Some(letter) = self.letters.get(at) else { return false };
        let before = at.checked_sub(1).and_then(|at| self.letters.get(at));
        let is_word = |letter: Option<&Letter>| letter.is_some_and(|letter| letter.sign.is_alphabetic());
        match letter.sign {
            ' ' | '–' | '—' | '…' => true,
            '/' | '_' | '=' | ':' | ';' => before.is_some_and(|before| before.sign != ' '),
            // Not in a date, nor before a minus.
            '-' => is_word(before) && is_word(self.letters.get(at + 1)),
            _ => letter.face == Face::Mono && matches!(letter.sign, ',' | '#' | '@' | '&' | '?'),
        }
    }

    /// Its lines at a size and a width. A piece that is too long is broken anywhere.
    pub(super) fn lines(&self, size: f32, width: f32) -> Vec<Vec<Run>> {
        let width = width / size;
        let (mut lines, mut start, mut far, mut last) = (Vec::new(), 0, 0.0, None);
        for (at, letter) in self.letters.iter().enumerate() {
            // Blanks may hang over the edge.
            if far + letter.advance > width && letter.sign != ' ' && at > start {
                let end = last.unwrap_or(at);
                lines.push((start, end));
                start = end;
                far = self.letters.get(start..at).unwrap_or_default().iter().map(|letter| letter.advance).sum();
                last = None;
            }
            far += letter.advance;
            if self.may_break_behind(at) {
                last = Some(at + 1);
            }
        }
        lines.push((start, self.letters.len()));
        lines.into_iter().map(|(start, end)| self.runs(start, end, size)).collect()
    }

    fn runs(&self, start: usize, end: usize, size: f32) -> Vec<Run> {
        let (mut runs, mut x, mut from): (Vec<Run>, f32, usize) = (Vec::new(), 0.0, 0);
        let first = self.styles.partition_point(|(to, _)| *to <= start);
        for (to, style) in self.styles.get(first..).unwrap_or_default() {
            let (begin, until) = (from.max(start), (*to).min(end));
            for letter in self.letters.get(begin..until).unwrap_or_default() {
                match runs.last_mut() {
                    Some(run) if run.face == letter.face && Rc::ptr_eq(&run.style, style) => {
                        run.text.push(letter.sign);
                        run.width += letter.advance * size;
                    }
                    _ => runs.push(Run {
                        x,
                        y: 0.0,
                        size,
                        width: letter.advance * size,
                        face: letter.face,
                        text: letter.sign.to_string(),
                        style: Rc::clone(style),
                    }),
                }
                x += letter.advance * size;
            }
            from = *to;
            if from >= end {
                break;
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, letters: f32) -> Vec<String> {
        let mut inline = Inline::default();
        let style = Style { face: Face::Mono, ..Style::default() };
        inline.push(&Faces::load().unwrap(), text, style);
        let text = |runs: Vec<Run>| runs.iter().map(|run| run.text.as_str()).collect::<String>();
        // Each letter of this face is 0.6 of the size wide.
        inline.lines(10.0, letters * 6.0 + 0.1).into_iter().map(text).collect()
    }

    #[test]
    fn a_line_ends_between_words_and_a_long_word_anywhere() {
        assert_eq!(lines("one two three", 7.0), ["one two ", "three"]);
        assert_eq!(lines("abcdefghij", 4.0), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("", 4.0), [""]);
    }

    #[test]
    fn a_date_stays_whole_and_a_path_is_broken_at_a_slash() {
        assert_eq!(lines("on 2026-03-02", 12.0), ["on ", "2026-03-02"]);
        assert_eq!(lines("incidents/a.md", 12.0), ["incidents/", "a.md"]);
        assert_eq!(lines("follow-up", 8.0), ["follow-", "up"]);
    }
}
