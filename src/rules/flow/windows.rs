//! What a procedure says in plain sentences about when a review is due.
//!
//! Only the simplest statements are taken: a limit, a number, days or weeks, and what the time is counted from. What
//! is said in any other way is left alone, so that nobody has to write for a machine.

use crate::config::Rulebook;
use crate::document::{Body, Passage, PassageKind};
use crate::record::{Class, ReviewKind, Word};
use crate::source::Span;
use crate::vocabulary::{Language, Vocabulary, fold};
use std::collections::BTreeSet;

/// A number of days that a procedure states and the configuration does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Deviation {
    /// `30 days`
    pub(super) span: Span,
    /// The days that the procedure states.
    pub(super) stated: i64,
    /// The days that the configuration has for what the sentence speaks of, rising.
    pub(super) configured: Vec<i64>,
}

/// Compares the statements of a text with the configured windows. `text` is the whole source.
pub(super) fn deviations(text: &str, body: &Body, within: Option<Span>, book: &Rulebook) -> Vec<Deviation> {
    let reader = Reader { words: Words::new(&book.vocabulary), book, in_section: within.is_some() };
    let is_prose = |passage: &&Passage| matches!(passage.kind, PassageKind::Paragraph | PassageKind::Item { .. });
    let passages = body.passages.iter().filter(is_prose);
    let inside = passages.filter(|passage| within.is_none_or(|section| section.contains(passage.span)));
    inside.flat_map(|passage| reader.passage(text, passage)).collect()
}

/// The phrases of one concept, as folded words.
type Phrases = Vec<Vec<String>>;

struct Words {
    limit: Phrases,
    range: Phrases,
    days: Phrases,
    weeks: Phrases,
    review: Phrases,
    reviewed: Phrases,
    held: Phrases,
    closure: Phrases,
    recovery: Phrases,
    upwards: Phrases,
    incident: Phrases,
    aside: Phrases,
    hot_wash: Phrases,
    numbers: Vec<(i64, Phrases)>,
    classes: Vec<(Class, Phrases)>,
}

impl Words {
    fn new(vocabulary: &Vocabulary) -> Self {
        let phrases = |group: &str, concept: &str| -> Phrases {
            let words = Language::ALL.iter().flat_map(|language| vocabulary.words(*language, group, concept));
            words.map(|word| tokens(word, 0).into_iter().map(|token| token.word).collect()).collect()
        };
        let of = |concept: &str| phrases("deadline", concept);
        // A severity that is a number or a code would be found in any sentence.
        let is_word = |phrase: &Vec<String>| phrase.iter().all(|word| word.chars().all(char::is_alphabetic));
        let class = |(name, class): &(&str, Class)| {
            let words = phrases(Class::GROUP, name).into_iter().chain(of(name));
            (*class, words.filter(is_word).collect())
        };
        Self {
            limit: of("limit"),
            range: of("range"),
            days: of("days"),
            weeks: of("weeks"),
            review: of("review"),
            reviewed: of("reviewed"),
            held: of("held"),
            closure: of("closure"),
            recovery: of("recovery"),
            upwards: of("upwards"),
            incident: of("incident"),
            aside: of("aside"),
            hot_wash: phrases(ReviewKind::GROUP, ReviewKind::HotWash.name()),
            numbers: (1..=12).map(|number| (number, phrases("number", &number.to_string()))).collect(),
            classes: Class::ALL.iter().map(class).collect(),
        }
    }
}

/// A word of a sentence, folded, with its bytes.
struct Token {
    word: String,
    span: Span,
}

fn tokens(text: &str, offset: usize) -> Vec<Token> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = fold(text.get(from..at).unwrap_or_default());
                found.push(Token { word, span: Span::new(offset + from, offset + at) });
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Where a phrase stands among words, as the index of its first one.
fn find(words: &[Token], phrases: &Phrases) -> Option<usize> {
    (0..words.len()).find(|at| starts(words.get(*at..).unwrap_or_default(), phrases).is_some())
}

/// The number of words of the phrase that begins here.
fn starts(words: &[Token], phrases: &Phrases) -> Option<usize> {
    let begins = |phrase: &&Vec<String>| {
        !phrase.is_empty() && phrase.len() <= words.len() && phrase.iter().zip(words).all(|(a, b)| *a == b.word)
    };
    phrases.iter().filter(begins).map(Vec::len).max()
}

/// Whether a phrase ends right before an index.
fn ends_before(words: &[Token], at: usize, phrases: &Phrases) -> bool {
    phrases.iter().any(|phrase| {
        let from = at.checked_sub(phrase.len());
        from.and_then(|from| words.get(from..at)).is_some_and(|words| starts(words, phrases) == Some(words.len()))
            && !phrase.is_empty()
    })
}

/// A time in a clause: `28 days`, `21 to 56 days`, `four weeks`.
struct Time {
    days: i64,
    /// The words that it is made of, its limit left out.
    first: usize,
    end: usize,
}

struct Reader<'b> {
    words: Words,
    book: &'b Rulebook,
    /// Whether the text is the section on learning from incidents, so that "review" means that of an incident.
    in_section: bool,
}

impl Reader<'_> {
    fn passage(&self, text: &str, passage: &Passage) -> Vec<Deviation> {
        let mut found = Vec::new();
        for sentence in split(text, passage.span, is_sentence_end) {
            let all = self.tokens(text, sentence, passage);
            if find(&all, &self.words.review).or(find(&all, &self.words.reviewed)).is_none()
                && find(&all, &self.words.hot_wash).is_none()
            {
                continue;
            }
            for clause in split(text, sentence, |rest, _| rest.starts_with([',', ';', '(', ')'])) {
                found.extend(self.clause(&self.tokens(text, clause, passage)));
            }
        }
        found
    }

    fn tokens(&self, text: &str, span: Span, passage: &Passage) -> Vec<Token> {
        let words = tokens(text.get(span.range()).unwrap_or_default(), span.start as usize);
        words.into_iter().filter(|word| !passage.masked.iter().any(|mask| mask.contains(word.span))).collect()
    }

    fn clause(&self, words: &[Token]) -> Option<Deviation> {
        if find(words, &self.words.aside).is_some() {
            return None;
        }
        let time = self.time(words)?;
        let configured = self.configured(words, &time)?;
        let first = words.get(time.first)?.span;
        let last = words.get(time.end.checked_sub(1)?)?.span;
        let deviates = !configured.contains(&time.days);
        let configured = configured.into_iter().collect();
        deviates.then_some(Deviation { span: first.cover(last), stated: time.days, configured })
    }

    /// The only time of a clause that is a limit or a range; a clause with several is left alone.
    fn time(&self, words: &[Token]) -> Option<Time> {
        let mut times = (0..words.len()).filter_map(|at| self.time_at(words, at));
        let time = times.next()?;
        times.next().is_none().then_some(time)
    }

    fn time_at(&self, words: &[Token], at: usize) -> Option<Time> {
        let number = self.number(words.get(at)?)?;
        let (next, range) = match self.upper(words, at + 1) {
            Some((next, upper)) => (next, Some(upper)),
            None => (at + 1, None),
        };
        let rest = words.get(next..)?;
        let (unit, length) = match (starts(rest, &self.words.days), starts(rest, &self.words.weeks)) {
            (Some(length), _) => (1, length),
            (None, Some(length)) => (7, length),
            (None, None) => return None,
        };
        let is_limit = range.is_some() || ends_before(words, at, &self.words.limit);
        is_limit.then_some(Time { days: range.unwrap_or(number) * unit, first: at, end: next + length })
    }

    /// The second number of `21 to 56`.
    fn upper(&self, words: &[Token], at: usize) -> Option<(usize, i64)> {
        let skipped = starts(words.get(at..)?, &self.words.range).unwrap_or(0);
        let upper = self.number(words.get(at + skipped)?)?;
        Some((at + skipped + 1, upper))
    }

    fn number(&self, token: &Token) -> Option<i64> {
        let digits = token.word.parse::<i64>().ok().filter(|number| (1..1000).contains(number));
        let named = || {
            let is_it =
                |phrases: &Phrases| phrases.iter().any(|phrase| phrase.len() == 1 && phrase.contains(&token.word));
            self.words.numbers.iter().find(|(_, phrases)| is_it(phrases)).map(|(number, _)| *number)
        };
        digits.or_else(named)
    }

    /// What the configuration has for what a clause speaks of; `None` where it does not speak of a review window.
    fn configured(&self, words: &[Token], time: &Time) -> Option<BTreeSet<i64>> {
        let (before, after) = (words.get(..time.first)?, words.get(time.end..)?);
        let near: &[Token] = after.get(..after.len().min(5)).unwrap_or_default();
        let window = self.book.major_window();
        if find(words, &self.words.hot_wash).is_some() {
            let counted = find(near, &self.words.recovery).is_some() || after.is_empty();
            return counted.then(|| BTreeSet::from([window.hot_wash.to]));
        }
        let is_counted_from_closure = find(near, &self.words.closure).is_some();
        (is_counted_from_closure || self.is_plain(words, before, after)).then(|| self.windows(words))
    }

    /// A statement without "after closure": the incident is reviewed, or its review is held, within 28 days.
    fn is_plain(&self, words: &[Token], before: &[Token], after: &[Token]) -> bool {
        let of_incident = self.in_section || find(words, &self.words.incident).is_some();
        let says_held = find(words, &self.words.held).is_some() && find(before, &self.words.review).is_some();
        let says_reviewed = find(words, &self.words.reviewed).is_some() && find(words, &self.words.incident).is_some();
        // In German the verb may follow; anything else would say what the time is counted from.
        let ends = match after {
            [] => true,
            [last] => {
                starts(std::slice::from_ref(last), &self.words.held).is_some()
                    || starts(std::slice::from_ref(last), &self.words.reviewed).is_some()
            }
            _ => false,
        };
        ends && of_incident && (says_held || says_reviewed)
    }

    fn windows(&self, words: &[Token]) -> BTreeSet<i64> {
        let named = self.words.classes.iter().filter(|(_, phrases)| find(words, phrases).is_some());
        let named: Vec<Class> = named.map(|(class, _)| *class).collect();
        let rises = find(words, &self.words.upwards).is_some();
        let is_meant = |class: Class| {
            named.is_empty() || named.contains(&class) || rises && named.iter().any(|lower| *lower < class)
        };
        let classes = Class::ALL.iter().map(|(_, class)| *class).filter(|class| is_meant(*class));
        classes.map(|class| self.book.review_window(class).to).collect()
    }
}

/// The pieces of a span between marks, as spans.
fn split(text: &str, span: Span, is_mark: impl Fn(&str, usize) -> bool) -> Vec<Span> {
    let whole = text.get(span.range()).unwrap_or_default();
    let (mut pieces, mut start) = (Vec::new(), 0);
    for (at, c) in whole.char_indices() {
        if is_mark(whole.get(at..).unwrap_or_default(), at) {
            pieces.push(span.part(start..at));
            start = at + c.len_utf8();
        }
    }
    pieces.push(span.part(start..whole.len()));
    pieces
}

/// A full stop or the like with white space behind it: `8.2` is no end of a sentence.
fn is_sentence_end(rest: &str, _: usize) -> bool {
    let mut chars = rest.chars();
    matches!(chars.next(), Some('.' | '!' | '?' | ':')) && chars.next().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::document::{Syntax, parse};
    use crate::source::{RepoPath, Source};

    fn stated(sentence: &str, in_section: bool) -> Vec<(String, Vec<i64>)> {
        let text = format!("# Learning from incidents\n\n{sentence}\n");
        let source = Source::from_text(RepoPath::new("p.md"), text.as_str());
        let Some(body) = parse(&source, Syntax::Markdown).body else { return Vec::new() };
        let Ok(book) = load(None, &[], None) else { return Vec::new() };
        let within = in_section.then_some(body.span);
        let found = deviations(source.text(), &body, within, &book);
        found.into_iter().map(|d| (source.slice(d.span).to_owned(), d.configured)).collect()
    }

    #[test]
    fn a_number_that_no_window_has_is_found() {
        let cases = [
            ("Each incident from moderate on is reviewed within 30 days after its closure.", "30 days", vec![28, 56]),
            ("Reviews are held within six weeks after the incident was closed.", "six weeks", vec![14, 28, 56]),
            ("Minor incidents are reviewed at most 28 days after closure.", "28 days", vec![14]),
            ("A hot-wash is held at most 3 days after recovery.", "3 days", vec![7]),
            (
                "For major incidents a reflective review takes place 21 to\n60 days after closure.",
                "21 to\n60 days",
                vec![56],
            ),
            ("A review is held within 30 days.", "30 days", vec![14, 28, 56]),
            ("Jeder Vorfall wird innerhalb von 30 Tagen nach Abschluss nachbesprochen.", "30 Tagen", vec![14, 28, 56]),
            ("Die Nachbesprechung findet spätestens 6 Wochen nach der Schließung statt.", "6 Wochen", vec![14, 28, 56]),
            ("Die Nachbesprechung findet innerhalb von 30 Tagen statt.", "30 Tagen", vec![14, 28, 56]),
        ];
        for (sentence, text, configured) in cases {
            assert_eq!(stated(sentence, true), [(text.to_owned(), configured)], "{sentence}");
        }
    }

    #[test]
    fn what_agrees_or_speaks_of_something_else_is_left_alone() {
        let cases = [
            "Each incident from moderate on is reviewed within 28 days after its closure.",
            "Reviews are held after recovery and at most 28 days after closure, for minor incidents at most 14 days after \
             closure. For a\nmajor incident a hot-wash is held at most 7 days after recovery, and a reflective review 21 \
             to 56 days after closure (IMS1 8.2).",
            "Reviews are held within four weeks after closure.",
            "Significant and major incidents are shown to a director within two weeks of their review.",
            "The minutes of the review are filed within 10 days after closure of the incident.",
            "Actions of the review are done within 90 days after closure.",
            "The review is held no earlier than 3 days after closure.",
            "The review is prepared within 5 days after detection.",
            "This procedure is reviewed within 365 days.",
            "The review of accounts takes 3 days.",
            "Reviews are held within 20 working days after closure.",
            "Sixty days after an action is done, somebody other than its owner looks at whether it helps.",
            "Incidents are closed within 10 days; the review looks at how.",
            "A report goes to the authority within 3 days of detection, the review asks whether it did.",
            "The review is announced 5 days before it is held.",
            "Die Ergebnisse der Nachbesprechung werden innerhalb von 10 Tagen nach Abschluss verteilt.",
        ];
        for sentence in cases {
            assert_eq!(stated(sentence, true), [], "{sentence}");
        }
        assert_eq!(stated("The access review is held within 30 days.", false), []);
        assert_eq!(stated("See `reviewed within 30 days after closure` in the old text.", true), []);
    }
}
