//! The metrics: each with its formula, for a period and for the one before.

mod actions;
mod figures;
mod flow;
mod incidents;
mod reviews;

pub(super) use incidents::hours_of;

use super::Teller;
use super::model::{Figures, Metric, Span, Unit};
use crate::text::Text;
use crate::verdict::Judged;
use std::collections::{HashMap, HashSet};

/// Every metric, in the order of the page.
pub(super) fn metrics(teller: &Teller<'_>, now: &Span, before: &Span) -> Vec<Metric> {
    let asked = Asked { teller, now: *now, before: *before, index: Index::new(&teller.verdict.findings) };
    [incidents::metrics(&asked), reviews::metrics(&asked), actions::metrics(&asked), flow::metrics(&asked)].concat()
}

/// What metrics are made of.
struct Asked<'t, 'a> {
    teller: &'t Teller<'a>,
    now: Span,
    before: Span,
    index: Index,
}

/// What a metric is called, and how it is computed.
struct Named {
    id: &'static str,
    name: &'static str,
    formula: &'static str,
    unit: Unit,
}

impl Asked<'_, '_> {
    /// A metric of both periods. No period reaches beyond the as-of date.
    fn metric(&self, named: &Named, figures: impl Fn(&Span) -> Figures) -> Metric {
        Metric {
            id: named.id.to_owned(),
            name: named.name.into(),
            formula: named.formula.into(),
            unit: named.unit,
            target: None,
            now: figures(&self.now),
            before: figures(&self.before),
        }
    }
}

/// A metric with what the configuration asks for.
fn with_target(metric: Metric, target: Option<Text>) -> Metric {
    Metric { target, ..metric }
}

/// Which records, and which of their items, a rule has findings about that are due and unexplained, covered or not.
struct Index(HashMap<(String, Text), HashSet<Option<Text>>>);

impl Index {
    fn new(findings: &[Judged]) -> Self {
        let mut index: HashMap<(String, Text), HashSet<Option<Text>>> = HashMap::new();
        for finding in findings.iter().filter(|finding| finding.is_breach()) {
            if let Some(record) = &finding.record {
                index.entry((finding.rule.clone(), record.clone())).or_default().insert(finding.item.clone());
            }
        }
        Self(index)
    }

    fn items(&self, rule: &str, record: &Text) -> Option<&HashSet<Option<Text>>> {
        self.0.get(&(rule.to_owned(), record.clone()))
    }

    fn has(&self, rule: &str, record: &Text) -> bool {
        self.items(rule, record).is_some()
    }

    fn has_item(&self, rule: &str, record: &Text, item: &Text) -> bool {
        self.items(rule, record).is_some_and(|items| items.contains(&Some(item.clone())))
    }
}
