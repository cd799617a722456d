//! What comes most often, and how many incidents there were each month.

use super::Teller;
use super::model::{MonthCount, Ranked, Ranking, Span};
use super::period::{month, month_end, months};
use crate::record::{Action, Class, Incident, TextFact};
use crate::rules::causes;
use crate::text::Text;
use crate::vocabulary::fold;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How many rows a ranking has.
const MOST: usize = 10;
/// How many months are counted.
const MONTHS: u32 = 13;

/// Thirteen months of incidents by class.
pub(super) fn month_counts(teller: &Teller<'_>, period: &Span) -> Vec<MonthCount> {
    let count = |first: NaiveDate| {
        let detected = teller.detected(&Span::new(first, month_end(first)));
        let of = |class: Class| detected.iter().filter(|(incident, _)| incident.class() == class).count();
        MonthCount {
            month: month(first),
            major: of(Class::Major),
            significant: of(Class::Significant),
            moderate: of(Class::Moderate),
            minor: of(Class::Minor),
        }
    };
    months(period.to.0.min(teller.as_of), MONTHS).into_iter().map(count).collect()
}

/// Every ranking, in the order of the page.
pub(super) fn rankings(teller: &Teller<'_>, now: &Span, before: &Span) -> Vec<Ranking> {
    let asked = Asked { teller, spans: [*now, *before] };
    vec![
        asked.ranking("causes", "Causes", asked.causes()),
        asked.ranking("failed-controls", "Controls that failed or were missing", asked.listed(controls)),
        asked.ranking("factors", "What made incidents possible or worse", asked.listed(factors)),
        asked.ranking("categories", "Categories", asked.listed(category)),
        asked.ranking("overdue-areas", "Actions overdue at the end, by the role that owns them", asked.areas()),
    ]
}

/// How often each name comes, in the period and in the one before, with the name as it is shown.
type Tally = BTreeMap<String, (String, [usize; 2])>;

struct Asked<'t, 'a> {
    teller: &'t Teller<'a>,
    spans: [Span; 2],
}

fn controls(incident: &Incident) -> Vec<String> {
    incident.factors.failed_controls.items().iter().map(|control| control.value.to_string()).collect()
}

fn category(incident: &Incident) -> Vec<String> {
    vec![incident.category.text().unwrap_or("not stated").to_owned()]
}

/// The lenses under which a record says something.
fn factors(incident: &Incident) -> Vec<String> {
    let says = |fact: &TextFact| fact.is_there();
    let lenses = [
        ("a control failed or was missing", says(&incident.factors.controls) || !controls(incident).is_empty()),
        ("it was noticed late", says(&incident.factors.detection)),
        ("the response was harder than it had to be", says(&incident.factors.response)),
    ];
    let said: Vec<String> = lenses.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name.to_owned()).collect();
    if said.is_empty() { vec!["none of the three is stated".to_owned()] } else { said }
}

impl Asked<'_, '_> {
    fn ranking(&self, id: &str, name: &'static str, tally: Tally) -> Ranking {
        let mut rows: Vec<(String, [usize; 2])> = tally.into_values().collect();
        rows.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        let more = rows.len().saturating_sub(MOST);
        let row = |(name, [now, before]): (String, [usize; 2])| Ranked { name: self.teller.say(&name), now, before };
        Ranking { id: id.to_owned(), name: name.into(), rows: rows.into_iter().take(MOST).map(row).collect(), more }
    }

    /// Adds to what lies in either period.
    fn add(&self, tally: &mut Tally, name: &str, day: NaiveDate) {
        for (at, _) in self.spans.iter().enumerate().filter(|(_, span)| span.has(day)) {
            self.add_at(tally, name, at);
        }
    }

    fn add_at(&self, tally: &mut Tally, name: &str, at: usize) {
        let (_, counts) = tally.entry(fold(name)).or_insert_with(|| (name.to_owned(), [0; 2]));
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }

    fn causes(&self) -> Tally {
        let mut tally = Tally::new();
        for (cause, entries) in causes(&self.teller.case) {
            entries.iter().for_each(|entry| self.add(&mut tally, &cause, entry.day()));
        }
        tally
    }

    fn listed(&self, names: fn(&Incident) -> Vec<String>) -> Tally {
        let mut tally = Tally::new();
        for (incident, day) in self.spans.iter().flat_map(|span| self.teller.detected(span)) {
            names(incident).iter().for_each(|name| self.add(&mut tally, name, day));
        }
        tally
    }

    fn areas(&self) -> Tally {
        let mut tally = Tally::new();
        for (at, span) in self.spans.iter().enumerate() {
            let end = span.to.0.min(self.teller.as_of);
            for (_, action) in self.teller.actions().filter(|(_, action)| self.is_overdue(action, end)) {
                self.add_at(&mut tally, &self.teller.area(action), at);
            }
        }
        tally
    }

    fn is_overdue(&self, action: &Action, end: NaiveDate) -> bool {
        let completed = self.teller.day(&action.completed).filter(|_| !action.is_open());
        let is_late = action.due.value().is_some_and(|due| due.date < end);
        is_late && !action.is_declined() && completed.map_or(action.is_open(), |completed| completed > end)
    }
}

impl Teller<'_> {
    /// The role of an action's owner, so that no person is named.
    pub(super) fn area(&self, action: &Action) -> String {
        let Some(owner) = action.owner.text() else { return "no owner".to_owned() };
        let people = &self.population.people;
        if people.is_role(owner) {
            return owner.trim().to_owned();
        }
        let role = people.find(owner).and_then(|person| person.roles.first());
        role.map_or_else(|| "an owner without a role in the register".to_owned(), |role| role.to_string())
    }

    /// The area as a text.
    pub(super) fn area_text(&self, action: &Action) -> Text {
        self.say(&self.area(action))
    }
}
