//! The rule catalogue as Markdown: one page a rule and a table of all, made from the rules themselves.

use super::meta::Builtin;
use super::{Family, OUTCOMES, TABLE, doc};
use std::fmt::Write as _;

/// The page of a rule: what is known of it, and its documentation.
pub fn page(rule: &Builtin) -> String {
    let meta = &rule.meta;
    let head = doc::head(meta.source);
    let rest = head.find("\n## ").map_or("", |start| &head[start..]);
    let sees: String = meta.sees.iter().map(|sees| sees.letter()).collect();
    format!(
        "# {id}\n\n{summary}\n\n| | |\n|---|---|\n| family | {family} |\n| level | {levels} |\n| sees | {sees} |\n\
         | repair | {repair} |\n| can be waived | {waivable} |\n| since | {since} |\n{rest}\n",
        id = meta.id,
        summary = doc::summary(meta.source),
        family = meta.family.name(),
        levels = meta.levels,
        repair = meta.repair.name(),
        waivable = if meta.waivable { "yes" } else { "no" },
        since = meta.since,
    )
}

/// All rules by family.
pub fn catalogue() -> String {
    let mut text = String::from(
        "# Rules\n\nThis page and those that it links are made from the rules themselves. A rule is named after the \
         condition that it forbids.\n\n*Sees*: R one record, P all records and registers, H history, C the as-of \
         date. *Repair*: edit the text, act, or explain what cannot change any more.\n",
    );
    for family in FAMILIES {
        let _ = write!(
            text,
            "\n## {}\n\n| rule | fires on | level | sees | repair |\n|---|---|---|---|---|\n",
            family.name()
        );
        for rule in TABLE.iter().filter(|rule| rule.meta.family == family) {
            text.push_str(&line(rule));
        }
        for outcome in OUTCOMES.iter().filter(|_| family == Family::Run) {
            let _ = writeln!(text, "| `{}` | {} | - | {} | act |", outcome.id, outcome.summary, outcome.sees.letter());
        }
    }
    text
}

fn line(rule: &Builtin) -> String {
    let meta = &rule.meta;
    let sees: Vec<String> = meta.sees.iter().map(|sees| sees.letter().to_string()).collect();
    let summary = doc::summary(meta.source).replace('|', "\\|");
    let (levels, sees, repair) = (meta.levels, sees.join(" "), meta.repair.name());
    format!("| [`{id}`]({id}.md) | {summary} | {levels} | {sees} | {repair} |\n", id = meta.id)
}

/// The families in the order of the loop.
const FAMILIES: [Family; 11] = [
    Family::Record,
    Family::Review,
    Family::People,
    Family::Cause,
    Family::Lesson,
    Family::Action,
    Family::Evidence,
    Family::Flow,
    Family::History,
    Family::Trend,
    Family::Run,
];
