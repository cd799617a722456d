//! Reviews of an incident: who took part, who was excused, who was told.

use super::{Explanation, Fact, Located, ReviewKind, TextFact};
use crate::source::Place;
use crate::time::When;

/// One review of an incident.
#[derive(Clone, PartialEq, Debug)]
pub struct Review {
    /// `reviews.0`
    pub field: String,
    /// Its first key.
    pub home: Place,
    /// Hot-wash, reflective or batch; a review without a kind is a reflective one.
    pub kind: Fact<ReviewKind>,
    /// When it was held.
    pub date: Fact<When>,
    /// Who led it.
    pub facilitator: TextFact,
    /// Who took part.
    pub participants: Fact<Vec<Participant>>,
    /// Who was excused, with the reason.
    pub absent: Vec<Absence>,
    /// Who of the management received the output, and when.
    pub management: Notice,
    /// The minutes.
    pub output: TextFact,
    /// Why it was held late.
    pub late: Option<Box<Explanation>>,
}

impl Review {
    /// The kind; a review that states none is a reflective one.
    pub fn kind(&self) -> ReviewKind {
        self.kind.value().copied().unwrap_or(ReviewKind::Reflective)
    }
}

/// Somebody in a review.
#[derive(Clone, PartialEq, Debug)]
pub struct Participant {
    /// Who.
    pub name: Box<str>,
    /// The role that they stood in for, as in `{ name: tom, for: crm-owner }`.
    pub stands_for: Option<Box<str>>,
    /// Where.
    pub place: Place,
}

/// Somebody who could not come, with the reason.
#[derive(Clone, PartialEq, Debug)]
pub struct Absence {
    /// Who.
    pub name: Located,
    /// Why; may be empty.
    pub reason: TextFact,
}

/// That management was informed: `{ informed: coo, on: 2026-04-02 }`.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// Where it stands, or should stand.
    pub place: Place,
    /// Who was informed.
    pub informed: TextFact,
    /// When.
    pub on: Fact<When>,
}
