//! How records are read, and what can be wrong with a field of one.

use crate::source::Place;
use crate::time::Calendar;
use crate::vocabulary::Vocabulary;

/// How records are read: dates, words, and the organisation's own severity words.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// How dates are read.
    pub calendar: Calendar,
    /// The words of the format in every language.
    pub vocabulary: &'a Vocabulary,
    /// The class of a severity word.
    pub severity: &'a dyn SeverityMap,
}

/// The class that a severity word maps to.
pub trait SeverityMap: std::fmt::Debug + Sync {
    /// The class of a word, `None` where it maps to none.
    fn class(&self, word: &str) -> Option<super::Class>;
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// A value of the wrong type, or an unknown word.
    Unreadable,
    /// A text that tries to be a day and is none.
    InvalidDate,
    /// A key that the format does not know.
    UnknownField,
    /// A word that the field does not know, where a rule of its own says so (the kind of a lesson).
    UnknownWord,
}

/// A problem of one field.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldProblem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The dotted path of the field.
    pub field: String,
    /// The value, or the key where the key is wrong.
    pub place: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A second place that belongs to it: the first of two equal keys.
    pub related: Option<(Place, String)>,
}
