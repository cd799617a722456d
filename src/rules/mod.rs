//! The rules: functions of a population, a rulebook and a date. They read no file, no environment and no clock.
//!
//! A rule is one file of the folder of its family. Its `//!` head is its documentation, which `explain`, the
//! catalogue in `docs/` and the tests of its examples read.

mod base;
mod case;
pub mod doc;
mod finding;
mod meta;
mod outcomes;
mod own;
pub mod pages;
mod table;

mod action;
mod cause;
mod evidence;
mod flow;
mod history;
mod lesson;
mod people;
mod record;
mod review;
mod run;
mod trend;

pub use base::SEE_BASE;
pub use case::{Case, Duty};
pub use finding::{Finding, Nature, Outcome, Related};
pub use meta::{Builtin, Family, Levels, Meta, Need, NotRun, Repair, Rule, Sees, SilencedBy};
pub use outcomes::{EMPTY_POPULATION, OUTCOMES, RunOutcome, SHALLOW_HISTORY};
pub use own::OwnRules;
pub use run::approver::{Names, may_approve};
pub use run::invalid_waiver::{owned, unmatched};
pub use run::retroactive_waiver::{Began, duties_since, retroactive};
pub use run::waivers::{Standards, holding, last_day, prefixes};
pub use table::TABLE;
pub use trend::{Tagged, causes};

use crate::config::Level;
use rayon::prelude::*;

/// The ids of all built-in rules, sorted, outcomes of a run included.
pub fn ids() -> Vec<&'static str> {
    let rules = TABLE.iter().map(|rule| rule.meta.id);
    let mut ids: Vec<&str> = rules.chain(OUTCOMES.iter().map(|outcome| outcome.id)).collect();
    ids.sort_unstable();
    ids
}

/// The built-in rule of an id.
pub fn find(id: &str) -> Option<&'static Builtin> {
    TABLE.iter().copied().find(|rule| rule.meta.id == id)
}

/// One rule with what came out of it.
#[derive(Debug)]
pub struct Ran {
    /// The id.
    pub id: String,
    /// What came out.
    pub outcome: Outcome,
}

/// Runs rules over a case, in parallel; the result is in the order of the rules.
///
/// A finding that another finding implies is left out: one cause, one finding.
pub fn run(case: &Case<'_>, rules: &[&dyn Rule]) -> Vec<Ran> {
    let mut ran: Vec<Ran> = rules
        .par_iter()
        // A few rules take most of the time: each is handed out on its own.
        .with_max_len(1)
        .map(|rule| {
            let mut outcome = Outcome::default();
            if let Err(why) = rule.check(case, &mut outcome) {
                outcome.not_run(why);
            }
            Ran { id: rule.id().to_owned(), outcome }
        })
        .collect();
    silence(&mut ran, rules);
    ran
}

/// Leaves out what another rule's finding on the same thing implies.
fn silence(ran: &mut [Ran], rules: &[&dyn Rule]) {
    let loud: std::collections::HashMap<&str, Vec<Subject>> = ran
        .iter()
        .map(|ran| {
            let breaches = ran.outcome.findings.iter().filter(|f| f.nature == Nature::Breach && f.level > Level::Note);
            (ran.id.as_str(), breaches.map(Subject::of).collect())
        })
        .collect();
    let silenced: Vec<Vec<bool>> = ran
        .iter()
        .zip(rules)
        .map(|(ran, rule)| {
            let by = rule.meta().map_or(&[][..], |meta| meta.silenced_by);
            ran.outcome.findings.iter().map(|finding| is_silenced(finding, by, &loud)).collect()
        })
        .collect();
    for (ran, silenced) in ran.iter_mut().zip(silenced) {
        let mut silenced = silenced.into_iter();
        ran.outcome.findings.retain(|_| !silenced.next().unwrap_or(false));
    }
}

fn is_silenced(finding: &Finding, by: &[SilencedBy], loud: &std::collections::HashMap<&str, Vec<Subject>>) -> bool {
    let subject = Subject::of(finding);
    by.iter().any(|silencer| match silencer {
        SilencedBy::Record(rule) => loud.get(rule).into_iter().flatten().any(|other| other.is_same_record(&subject)),
        SilencedBy::Item(rule) => loud.get(rule).into_iter().flatten().any(|other| other.is_same_item(&subject)),
        SilencedBy::Field(rule) => loud.get(rule).into_iter().flatten().any(|other| other.is_same_field(&subject)),
    })
}

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Subject {
    source: crate::source::SourceId,
    record: Option<Box<str>>,
    item: Option<Box<str>>,
    field: String,
}

impl Subject {
    fn of(finding: &Finding) -> Self {
        let source = finding.place.source();
        Self { source, record: finding.record.clone(), item: finding.item.clone(), field: finding.field.clone() }
    }

    fn is_same_record(&self, other: &Self) -> bool {
        self.source == other.source && self.record == other.record
    }

    fn is_same_item(&self, other: &Self) -> bool {
        let same_item = self.item.is_some() && self.item == other.item;
        self.is_same_record(other) && same_item || self.is_same_field(other)
    }

    fn is_same_field(&self, other: &Self) -> bool {
        let below = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let same_field = below(&self.field, &other.field) || below(&other.field, &self.field);
        self.is_same_record(other) && same_field
    }
}
