//! Whether reviews are held, and in time.

use super::{Asked, Named, with_target};
use crate::record::{Class, Incident};
use crate::text::Text;
use crate::time::plus;
use crate::trend::model::{Figures, Metric, Span, Unit};
use chrono::NaiveDate;

const TIME: Named = Named {
    id: "time-to-review",
    name: "Days from closure to the review",
    formula: "Of incidents whose first review was held in the period, of a major one the first after its hot-wash: days \
              from closed to the review, 0 where it came before; missing: no day of closure.",
    unit: Unit::Days,
};
const IN_WINDOW: Named = Named {
    id: "reviews-in-window",
    name: "Reviews in their window",
    formula: "Moderate incidents and graver ones whose window ended in the period: those that were reviewed by its end; \
              missing: closed without a day of closure.",
    unit: Unit::Share,
};
const HELD: Named = Named {
    id: "reviews-held",
    name: "Reviews held at all",
    formula: "The same incidents: those that were reviewed by the as-of date, late ones included.",
    unit: Unit::Share,
};

pub(super) fn metrics(asked: &Asked<'_, '_>) -> Vec<Metric> {
    let target = Some(target(asked));
    vec![
        with_target(asked.metric(&TIME, |span| time(asked, span)), target),
        asked.metric(&IN_WINDOW, |span| window(asked, span, |first, due| first.is_some_and(|held| held <= due))),
        asked.metric(&HELD, |span| window(asked, span, |first, _| first.is_some())),
    ]
}

/// `at most 28 days (minor 14; IMS1 8.2)`
fn target(asked: &Asked<'_, '_>) -> Text {
    let book = asked.teller.book;
    let of = |class: Class| format!("{} {}", class.name(), book.review_window(class).to);
    let classes = [Class::Major, Class::Significant, Class::Moderate, Class::Minor].map(of);
    let source = book.review_window(Class::Moderate).source;
    let source = source.map_or(String::new(), |source| format!(" ({source})"));
    Text::of_run(format!("days at most: {}{source}", classes.join(", ")))
}

/// The day of the first review that counts.
fn first<'a>(asked: &Asked<'_, 'a>, incident: &'a Incident) -> Option<NaiveDate> {
    asked.teller.case.deciding_reviews(incident).map(|(_, when)| when.date).min()
}

fn time(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let held = asked.teller.own().filter_map(|incident| Some((incident, first(asked, incident)?)));
    let held: Vec<(&Incident, NaiveDate)> = held.filter(|(_, day)| span.has(*day)).collect();
    let days = |(incident, day): &(&Incident, NaiveDate)| {
        let days = (*day - asked.teller.day(&incident.closed)?).num_days().max(0);
        u32::try_from(days).ok().map(f64::from)
    };
    let stated: Vec<f64> = held.iter().filter_map(days).collect();
    let missing = held.len() - stated.len();
    Figures::of_values(stated).missing(missing)
}

fn window(asked: &Asked<'_, '_>, span: &Span, is_met: impl Fn(Option<NaiveDate>, NaiveDate) -> bool) -> Figures {
    let teller = asked.teller;
    let judged = || teller.own().filter(|incident| incident.class() > Class::Minor && incident.is_closed());
    let due = |incident: &Incident| {
        let closed = teller.day(&incident.closed)?;
        Some(plus(closed, teller.book.review_window(incident.class()).to))
    };
    let due = judged().filter_map(|incident| Some((incident, due(incident)?)));
    let due = due.filter(|(_, due)| span.has(*due) && *due < teller.as_of);
    let answers: Vec<bool> = due.map(|(incident, due)| is_met(first(asked, incident), due)).collect();
    Figures::of_answers(&answers).missing(judged().filter(|incident| teller.day(&incident.closed).is_none()).count())
}
