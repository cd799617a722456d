//! An own rule in plain words, for lists and explanations.

use super::OwnRules;
use crate::config::Level;
use crate::config::model::{Condition, Requirement};

/// Everything that the configuration says of a rule, as sentences.
pub(super) fn explanation(rule: &OwnRules) -> String {
    let own = &rule.0;
    let level = match (rule.is_off(), rule.level()) {
        (true, _) => "It is turned off.",
        (_, Level::Error) => "Its findings are errors.",
        (_, Level::Warning) => "Its findings are warnings.",
        (_, Level::Note) => "Its findings are notes.",
    };
    let source = match own.source.as_deref().map(str::trim).filter(|source| !source.is_empty()) {
        Some(source) => format!("{source} asks for it; the rule stands in closeloop.toml."),
        None => "The rule stands in closeloop.toml, which names no document that asks for it.".to_owned(),
    };
    let parts = [
        rule.summary(),
        conditions(&own.when),
        format!("Such an incident needs {}.", join(&requirements(&own.require), "and")),
        format!("{level} {source}"),
    ];
    parts.join("\n\n")
}

fn conditions(when: &Condition) -> String {
    let one_of =
        |what: &str, list: &[String]| (!list.is_empty()).then(|| format!("{what} {}", join(&quoted(list), "or")));
    let yes_no =
        |wanted: Option<bool>, yes: &str, no: &str| wanted.map(|is| if is { yes.to_owned() } else { no.to_owned() });
    let parts: Vec<String> = [
        one_of("the severity is", &when.severity),
        one_of("the category is", &when.category),
        one_of("a cause is", &when.tag),
        one_of("the status is", &when.status),
        one_of("the origin is", &when.origin),
        one_of("an affected asset is", &when.asset),
        yes_no(when.supplier, "a supplier has a part in it", "no supplier has a part in it"),
        yes_no(when.personal_data, "persons were affected", "no persons were affected"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.is_empty() {
        true => "It is about every incident.".to_owned(),
        false => format!("It is about incidents of which all of this holds: {}.", join(&parts, "and")),
    }
}

fn requirements(require: &Requirement) -> Vec<String> {
    let within = require
        .within
        .as_ref()
        .map(|within| format!("`{}` within {} days of `{}`", within.date, within.days, within.of));
    let parts = [
        require.field.as_ref().map(|field| format!("an answer in `{field}`")),
        require.participant.as_ref().map(|role| format!("`{role}` among the participants of a review")),
        require.actions.map(|least| if least == 1 { "an action".to_owned() } else { format!("{least} actions") }),
        require.link.as_ref().map(|link| format!("a link under `links.{link}`")),
        within,
    ];
    parts.into_iter().flatten().collect()
}

fn quoted(list: &[String]) -> Vec<String> {
    list.iter().map(|word| format!("`{word}`")).collect()
}

/// `a, b and c`.
fn join(parts: &[String], last: &str) -> String {
    match parts.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, start)) => format!("{} {last} {end}", start.join(", ")),
        None => String::new(),
    }
}
