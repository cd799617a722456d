//! From the clauses of frameworks to the rules that support them, and what those rules found.

use super::model::{ClauseLine, FrameworkPart, SupportLine};
use super::{Chosen, Request, Teller};
use crate::config::{Level, Rulebook};
use crate::framework::{self, Clause, Framework, USUAL};
use crate::record::Incident;
use crate::text::Text;
use crate::verdict::RuleResult;
use std::collections::BTreeSet;

/// The names of the frameworks that a report shows: those that were asked for, else those of the configuration, else
/// the usual one.
pub(super) fn shown(request: &Request, book: &Rulebook) -> Vec<&'static str> {
    let names = |list: &[String]| {
        let mut names: Vec<&str> = Vec::new();
        for found in list.iter().filter_map(|name| framework::find(name)) {
            if !names.contains(&found.name) {
                names.push(found.name);
            }
        }
        names
    };
    let lists = [names(&request.frameworks), names(&book.config.frameworks.report)];
    lists.into_iter().find(|list| !list.is_empty()).unwrap_or_else(|| vec![USUAL])
}

/// One part a framework.
pub(super) fn crosswalk(teller: &Teller<'_>, chosen: &[Chosen<'_>]) -> Vec<FrameworkPart> {
    let failing: Vec<BTreeSet<&str>> = chosen.iter().map(|(incident, _)| failing(teller, incident)).collect();
    let names = shown(teller.request, teller.book);
    names.into_iter().filter_map(framework::find).map(|found| part(teller, found, &failing)).collect()
}

/// The rules that found something about an incident that is due and that nothing covers.
fn failing<'a>(teller: &Teller<'a>, incident: &Incident) -> BTreeSet<&'a str> {
    let open = teller.about(incident).into_iter().filter(|judged| judged.is_open() && judged.level > Level::Note);
    open.map(|judged| judged.rule.as_str()).collect()
}

fn part(teller: &Teller<'_>, found: &'static Framework, failing: &[BTreeSet<&str>]) -> FrameworkPart {
    let limits =
        teller.book.tightened.iter().filter(|told| found.limits.iter().any(|limit| limit.clause == told.clause));
    FrameworkPart {
        name: found.name.into(),
        title: Text::from(found.title.as_str()),
        limits: limits
            .map(|told| Text::of_run(format!("{}: {} instead of {} ({})", told.key, told.to, told.from, told.clause)))
            .collect(),
        clauses: found.clauses.iter().map(|clause| line(teller, clause, failing)).collect(),
    }
}

fn line(teller: &Teller<'_>, clause: &'static Clause, failing: &[BTreeSet<&str>]) -> ClauseLine {
    let ids = clause.rules();
    let results: Vec<&RuleResult> =
        teller.verdict.rules.iter().filter(|result| ids.contains(result.id.as_str())).collect();
    let sum = |pick: fn(&RuleResult) -> u32| results.iter().map(|result| pick(result)).sum();
    let rules: Vec<SupportLine> = ids.iter().map(|id| support(id, &results)).collect();
    let is_hit = |rules: &&BTreeSet<&str>| rules.iter().any(|rule| ids.contains(rule));
    ClauseLine {
        id: Text::from(clause.id.as_str()),
        wording: Text::from(clause.wording.as_str()),
        tested: sum(|result| result.tested),
        failed: sum(|result| result.failed),
        waived: sum(|result| result.waived),
        not_run: rules.iter().filter(|rule| ["not run", "switched off"].contains(&rule.state.as_str())).count(),
        incidents: failing.iter().filter(is_hit).count(),
        rules,
    }
}

fn support(id: &'static str, results: &[&RuleResult]) -> SupportLine {
    let result = results.iter().find(|result| result.id == id);
    let state = result.map_or_else(|| "switched off".into(), |result| super::words::ended(result.state));
    SupportLine { rule: id.into(), state }
}
