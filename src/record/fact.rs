//! A fact says what is stated, where, and how we know it.

use crate::source::Place;

/// How a fact was found in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// In a field of the native format.
    #[default]
    Field,
    /// In a column of a table.
    Column,
    /// Under a heading or beside a label: inferred, so rules stop at a warning.
    Heading,
    /// In a sentence: inferred, so rules stop at a warning.
    Phrase,
}

/// Why a value could not be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A list or a mapping where a single value belongs, or the other way round.
    Shape,
    /// It has the shape of a day and is none.
    ImpossibleDate,
    /// It should be a day and is not even shaped like one.
    NotADate,
    /// A word that the format does not know in this field.
    UnknownWord,
    /// It is there, encrypted, in a file whose keys are clear (SOPS).
    Encrypted,
}

/// One fact of a record or a register.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact<T> {
    /// Stated and understood.
    Stated {
        /// What is stated.
        value: T,
        /// Where the value stands.
        place: Place,
        /// How it was found.
        how: How,
    },
    /// Something stands there that could not be taken.
    Wrong {
        /// The text as it stands (empty for a list or a mapping).
        raw: Box<str>,
        /// Where it stands.
        place: Place,
        /// Why it could not be taken.
        why: Fault,
    },
    /// Stated as absent, with a reason: `none: reason`, `n/a: reason`.
    Declined {
        /// The reason; may be empty.
        reason: Box<str>,
        /// Where it stands.
        place: Place,
    },
    /// The key is there and holds nothing.
    Empty {
        /// The key.
        place: Place,
    },
    /// Nothing says it.
    Absent {
        /// The key of the smallest mapping that should hold it, or the record's id.
        place: Place,
    },
}

impl<T> Fact<T> {
    /// A fact from a field.
    pub fn stated(value: T, place: Place) -> Self {
        Self::Stated { value, place, how: How::Field }
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Stated { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The value with its place.
    pub fn found(&self) -> Option<(&T, Place)> {
        match self {
            Self::Stated { value, place, .. } => Some((value, *place)),
            _ => None,
        }
    }

    /// Where the value stands, or where it should stand.
    pub fn place(&self) -> Place {
        match self {
            Self::Stated { place, .. }
            | Self::Wrong { place, .. }
            | Self::Declined { place, .. }
            | Self::Empty { place }
            | Self::Absent { place } => *place,
        }
    }

    /// Whether nothing is said: no key, or a key without a value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Empty { .. })
    }

    /// Whether it is stated as absent with a reason that is not empty.
    pub fn is_declined(&self) -> bool {
        matches!(self, Self::Declined { reason, .. } if !reason.trim().is_empty())
    }

    /// Whether it is there and encrypted: present, and nobody can judge what it says.
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Wrong { why: Fault::Encrypted, .. })
    }

    /// Whether it was inferred from prose, so that rules stop at a warning.
    pub fn is_inferred(&self) -> bool {
        matches!(self, Self::Stated { how: How::Heading | How::Phrase, .. })
    }

    /// The same fact with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Stated { value, place, how } => Fact::Stated { value: change(value), place, how },
            Self::Wrong { raw, place, why } => Fact::Wrong { raw, place, why },
            Self::Declined { reason, place } => Fact::Declined { reason, place },
            Self::Empty { place } => Fact::Empty { place },
            Self::Absent { place } => Fact::Absent { place },
        }
    }
}

impl Fact<Box<str>> {
    /// The text, where there is one that is not blank.
    pub fn text(&self) -> Option<&str> {
        self.value().map(|text| &**text).filter(|text| !text.trim().is_empty())
    }

    /// Whether a text is there: one that is not blank, or one that is encrypted.
    pub fn is_there(&self) -> bool {
        self.text().is_some() || self.is_encrypted()
    }
}

impl<T> Fact<Vec<T>> {
    /// The entries of a list; none where there is no list.
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }
}

/// A value at a place: an entry of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located<T = Box<str>> {
    /// What stands there.
    pub value: T,
    /// Where.
    pub place: Place,
}

impl Located<Box<str>> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}
