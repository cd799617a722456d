//! Whether what incidents teach flows on, and what stands beside the rules.

use super::{Asked, Named};
use crate::record::Incident;
use crate::rules::Duty;
use crate::text::Text;
use crate::trend::model::{Figures, Metric, Span, Unit};
use std::collections::HashSet;

const RISK: Named = Named {
    id: "flow-risk",
    name: "Grave incidents whose risk was looked at again",
    formula: "Significant and major incidents whose duties came due in the period, two weeks after the review: those \
              about which no finding of the rule untouched-risk stands, nor one of missing-review, which says it as well.",
    unit: Unit::Share,
};
const POLICY: Named = Named {
    id: "flow-policy",
    name: "With a decision on policies",
    formula: "The same incidents, and the rule undecided-policy.",
    unit: Unit::Share,
};
const AWARENESS: Named = Named {
    id: "flow-awareness",
    name: "With a decision on awareness",
    formula: "The same incidents, and the rule undecided-awareness.",
    unit: Unit::Share,
};
const MANAGEMENT: Named = Named {
    id: "flow-management",
    name: "Shown to a management review",
    formula: "The same incidents, and the rule unreported-incident.",
    unit: Unit::Share,
};
const LATE: Named = Named {
    id: "late-entries",
    name: "Records with facts written down late",
    formula: "Incidents detected in the period about which the rule late-record has a finding, explained or not.",
    unit: Unit::Share,
};
const SEALED: Named = Named {
    id: "sealed-edits",
    name: "Records edited after closure",
    formula: "Incidents detected in the period about which the rule edited-after-closure has a finding, explained or not.",
    unit: Unit::Share,
};
const WAIVERS: Named = Named {
    id: "waivers",
    name: "Waivers in force at the end",
    formula: "Waivers that are stated now and whose last day is the end of the period or later; missing: without a day \
              that could be read.",
    unit: Unit::Count,
};

pub(super) fn metrics(asked: &Asked<'_, '_>) -> Vec<Metric> {
    let flows = [
        (&RISK, "untouched-risk"),
        (&POLICY, "undecided-policy"),
        (&AWARENESS, "undecided-awareness"),
        (&MANAGEMENT, "unreported-incident"),
    ];
    let mut metrics: Vec<Metric> =
        flows.into_iter().map(|(named, rule)| asked.metric(named, |span| flow(asked, span, rule))).collect();
    let told = [(&LATE, "late-record"), (&SEALED, "edited-after-closure")];
    metrics.extend(told.into_iter().map(|(named, rule)| asked.metric(named, |span| told_by(asked, span, rule))));
    metrics.push(asked.metric(&WAIVERS, |span| waivers(asked, span)));
    metrics
}

fn flow(asked: &Asked<'_, '_>, span: &Span, rule: &str) -> Figures {
    let teller = asked.teller;
    let judged = teller.verdict.rules.iter().find(|result| result.id == rule);
    let grave = teller.case.incidents().filter(|incident| incident.class().is_grave());
    let due: Vec<&Incident> =
        grave.filter(|incident| matches!(teller.case.flow_duty(incident), Duty::Due(day) if span.has(day))).collect();
    // What a rule could not look at is not well for that.
    if judged.is_none_or(|result| result.reason.is_some() && result.tested == 0) {
        return Figures::of_share(0, 0).missing(due.len());
    }
    // What follows from a review that was not held is not found a second time.
    let is_missed = |name: &Text| asked.index.has(rule, name) || asked.index.has("missing-review", name);
    let answers: Vec<bool> = due.iter().map(|incident| !is_missed(&teller.name(incident))).collect();
    Figures::of_answers(&answers)
}

fn told_by(asked: &Asked<'_, '_>, span: &Span, rule: &str) -> Figures {
    let teller = asked.teller;
    let findings = teller.verdict.findings.iter().filter(|finding| finding.rule == rule);
    let told: HashSet<&Text> = findings.filter_map(|finding| finding.record.as_ref()).collect();
    let detected = teller.detected(span);
    let answers: Vec<bool> = detected.iter().map(|(incident, _)| told.contains(&teller.name(incident))).collect();
    Figures::of_answers(&answers)
}

fn waivers(asked: &Asked<'_, '_>, span: &Span) -> Figures {
    let end = span.to.0.min(asked.teller.as_of);
    let waivers = &asked.teller.population.waivers;
    let days = waivers.iter().filter_map(|waiver| waiver.expires.value().map(|when| when.date));
    let in_force = days.clone().filter(|day| *day >= end).count();
    Figures::of_count(in_force).missing(waivers.len() - days.count())
}
