//! The only door to what rules judge. A door that cannot be opened says why.

use super::NotRun;
use crate::config::Rulebook;
use crate::config::model::{Independence, Size};
use crate::history::History;
use crate::population::{Earlier, People, Population};
use crate::record::register::{Register, RegisterKind, RegisterState};
use crate::record::{Class, Incident, Review, ReviewKind};
use crate::source::Place;
use crate::text::Text;
use crate::time::{When, days, plus};
use chrono::NaiveDate;

/// A population, judged at a date under a rulebook.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    population: &'a Population,
    book: &'a Rulebook,
    as_of: NaiveDate,
    history: Result<&'a History, &'a NotRun>,
    base: Option<&'a Earlier>,
}

/// From when on a duty holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// It holds since this day.
    Due(NaiveDate),
    /// It will hold on this day: until then a note.
    NotYet(NaiveDate),
    /// Nothing has happened that it could follow from: the incident is open and was not reviewed.
    None,
}

impl<'a> Case<'a> {
    /// A case of all that was read.
    pub fn new(
        population: &'a Population,
        book: &'a Rulebook,
        as_of: NaiveDate,
        history: Result<&'a History, &'a NotRun>,
    ) -> Self {
        Self { population, book, as_of, history, base: None }
    }

    /// The same, compared with a base.
    #[must_use]
    pub fn against(self, base: Option<&'a Earlier>) -> Self {
        Self { base, ..self }
    }

    /// What the base recorded; `None` where the run compares with none.
    pub fn base(&self) -> Option<&'a Earlier> {
        self.base
    }

    /// The date at which is judged.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Thresholds, windows and words.
    pub fn book(&self) -> &'a Rulebook {
        self.book
    }

    /// Everything that was read. Registers and people have doors of their own.
    pub fn population(&self) -> &'a Population {
        self.population
    }

    /// All records but tombstones and dismissed ones.
    pub fn incidents(&self) -> impl Iterator<Item = &'a Incident> {
        self.population.incidents.iter().filter(|incident| incident.is_live())
    }

    /// The text at a place.
    pub fn text(&self, place: Place) -> &'a str {
        self.population.sources.text(place)
    }

    /// A register, if it was read.
    ///
    /// # Errors
    /// It is absent, or could not be read.
    pub fn register(&self, kind: RegisterKind) -> Result<&'a Register, NotRun> {
        let register = self.population.register(kind);
        match register.state {
            RegisterState::Read => Ok(register),
            RegisterState::Absent if kind.is_plural() => {
                Err(NotRun(Text::of_run(format!("there are no {}", kind.title()))))
            }
            RegisterState::Absent => Err(NotRun(Text::of_run(format!("there is no {}", kind.title())))),
            RegisterState::Broken => Err(NotRun(Text::of_run(format!("the {} could not be read", kind.title())))),
        }
    }

    /// The people register, if it was read.
    ///
    /// # Errors
    /// It is absent, or could not be read.
    pub fn people(&self) -> Result<&'a People, NotRun> {
        self.register(RegisterKind::People).map(|_| &self.population.people)
    }

    /// Names compared as well as the people register allows; without one, as words.
    pub fn same_person(&self, one: &str, other: &str) -> bool {
        self.population.people.same(one, other)
    }

    /// Whether nobody else is there who could check or approve.
    pub fn works_alone(&self) -> bool {
        let organisation = &self.book.config.organisation;
        organisation.size == Size::Sole || organisation.independence == Independence::Sole
    }

    /// The history of the repository.
    ///
    /// # Errors
    /// It was not asked for, or is not there.
    pub fn history(&self) -> Result<&'a History, NotRun> {
        self.history.map_err(Clone::clone)
    }

    /// The day up to which everything that landed was imported: its dates are nobody's witness.
    pub fn imported(&self) -> Option<NaiveDate> {
        self.book.imported()
    }

    /// Whether a stated day is not in the future of the case: some reading of it lies before the end of the as-of
    /// date in the configured time zone.
    pub fn has_come(&self, when: When) -> bool {
        !when.is_after(&self.book.calendar.whole_day(self.as_of))
    }

    /// How long it is until a day, for a note on what is not due yet: `today`, `in 9 days`.
    pub fn days_left(&self, due: NaiveDate) -> String {
        match (due - self.as_of).num_days() {
            ..=0 => "today".to_owned(),
            count => format!("in {}", days(count)),
        }
    }

    /// The reviews that were held: dated, and not in the future.
    pub fn held_reviews(&self, incident: &'a Incident) -> impl Iterator<Item = (&'a Review, When)> + use<'a> {
        let case = *self;
        let dated = incident.reviews.items().iter().filter_map(|review| Some((review, *review.date.value()?)));
        dated.filter(move |(_, when)| case.has_come(*when))
    }

    /// The reviews from which the duties of an incident follow: of a major one only those after its hot-wash.
    pub fn deciding_reviews(&self, incident: &'a Incident) -> impl Iterator<Item = (&'a Review, When)> + use<'a> {
        let is_major = incident.class() == Class::Major;
        self.held_reviews(incident).filter(move |(review, _)| !is_major || review.kind() != ReviewKind::HotWash)
    }

    /// The day on which the window of the review and its grace are over; `None` for an incident that is not closed.
    pub fn review_deadline(&self, incident: &Incident) -> Option<NaiveDate> {
        let window = self.book.review_window(incident.class());
        self.closure_day(incident).map(|closed| plus(closed, window.to + window.grace))
    }

    /// The closure day; a record that is closed without one counts from the end of its response.
    pub fn closure_day(&self, incident: &Incident) -> Option<NaiveDate> {
        let stated = incident.closed.value().copied().or_else(|| incident.response_end());
        incident.is_closed().then_some(stated).flatten().map(|when| when.date)
    }

    /// What comes out of the review (†): due from the day of the last one, or where none was held from the end of
    /// the window plus grace.
    pub fn review_duty(&self, incident: &'a Incident) -> Duty {
        match self.deciding_reviews(incident).map(|(_, when)| when.date).max() {
            Some(held) => Duty::Due(held),
            None => self.duty_from(self.review_deadline(incident), 0),
        }
    }

    /// What flows on to risk, policy, awareness and management (‡): 14 days after what comes out of the review.
    pub fn flow_duty(&self, incident: &'a Incident) -> Duty {
        let days = self.book.threshold(|t| &t.flow_after);
        match self.deciding_reviews(incident).map(|(_, when)| when.date).max() {
            Some(held) => self.duty_from(Some(held), days),
            None => self.duty_from(self.review_deadline(incident), days),
        }
    }

    /// A duty that holds when `days` have passed since a day: on the day after it.
    fn duty_from(&self, day: Option<NaiveDate>, days: i64) -> Duty {
        match day.map(|day| plus(day, days)) {
            None => Duty::None,
            Some(due) if self.as_of > due => Duty::Due(due),
            Some(due) => Duty::NotYet(due),
        }
    }
}
