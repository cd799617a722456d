//! The catalogue of rules, and one rule explained.

use crate::config::model::OwnRule;
use crate::config::{Level, LevelPolicy};
use crate::rules::{self, Family, OUTCOMES, Rule as _, RunOutcome, doc};
use crate::text::{Text, calm};
use schemars::JsonSchema;
use serde::Serialize;

/// One rule of the catalogue.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry {
    /// The id.
    pub id: String,
    /// The part of the loop that it watches.
    pub family: String,
    /// built-in, own, or outcome for what ends a run.
    pub state: String,
    /// The levels of its findings by class, before the configuration; null for an own rule and for an outcome.
    pub levels: Option<LevelsEntry>,
    /// The level that the configuration sets: a level, `off`, or null.
    pub configured: Option<String>,
    /// What it looks at: R records, P all of them and registers, H history, C the date.
    pub sees: String,
    /// What it is about, in one sentence.
    pub summary: String,
}

/// Levels by the class of the incident.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelsEntry {
    /// Significant and major.
    pub grave: Level,
    /// Moderate.
    pub moderate: Level,
    /// Minor.
    pub minor: Level,
}

/// All rules, sorted by id.
pub fn entries(own: &[OwnRule], policy: Option<&LevelPolicy>) -> Vec<Entry> {
    let configured = |id: &str, usual: Level| {
        let policy = policy?;
        let level = policy.level(id, usual);
        let changed = policy.is_off(id) || level != usual;
        changed.then(|| if policy.is_off(id) { "off".to_owned() } else { level.name().to_owned() })
    };
    let mut entries: Vec<Entry> = OUTCOMES.iter().map(outcome).collect();
    entries.extend(rules::TABLE.iter().map(|rule| {
        let meta = &rule.meta;
        let (grave, moderate, minor) = (meta.levels.grave, meta.levels.moderate, meta.levels.minor);
        Entry {
            id: rule.id().to_owned(),
            family: meta.family.name().to_owned(),
            state: "built-in".to_owned(),
            levels: Some(LevelsEntry { grave, moderate, minor }),
            configured: configured(meta.id, grave),
            sees: meta.sees.iter().map(|sees| sees.letter()).collect(),
            summary: doc::summary(meta.source),
        }
    }));
    entries.extend(own.iter().map(|rule| Entry {
        id: rule.id.clone(),
        family: "own".to_owned(),
        state: "own".to_owned(),
        levels: None,
        configured: configured(&rule.id, Level::Warning),
        sees: "R".to_owned(),
        summary: rule.message.clone(),
    }));
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    entries
}

fn outcome(outcome: &RunOutcome) -> Entry {
    Entry {
        id: outcome.id.to_owned(),
        family: Family::Run.name().to_owned(),
        state: "outcome".to_owned(),
        levels: None,
        configured: None,
        sees: outcome.sees.letter().to_string(),
        summary: outcome.summary.to_owned(),
    }
}

/// The catalogue as a table.
pub fn table(entries: &[Entry]) -> String {
    let width = |pick: fn(&Entry) -> &str| entries.iter().map(|entry| pick(entry).chars().count()).max().unwrap_or(0);
    let (ids, families) = (width(|entry| &entry.id), width(|entry| &entry.family));
    let mut out = format!("{:<ids$}  {:<families$}  levels   sees  what it is about\n", "rule", "family");
    for entry in entries {
        let (id, family) = (Text::new(&entry.id), Text::new(&entry.family));
        let levels = levels(entry);
        let summary = match entry.state.as_str() {
            "own" => format!("(own) {}", entry.summary),
            "outcome" => format!("(outcome) {}", entry.summary),
            _ => entry.summary.clone(),
        };
        let summary = Text::from(summary);
        let line =
            format!("{:<ids$}  {:<families$}  {levels:<7}  {:<4}  {summary}", id.as_str(), family.as_str(), entry.sees);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let count = |state: &str| entries.iter().filter(|entry| entry.state == state).count();
    let outcomes = count("outcome");
    let running = entries.len() - outcomes;
    out.push_str(&format!("\n{running} rules run; {outcomes} outcomes end a run with exit code 2. "));
    out.push_str(
        "Levels: E error, W warning, N note, for significant and major / moderate / minor incidents.\n\
         Sees: R the record, P all records and registers, H history, C the date. `closeloop explain RULE` says more.\n",
    );
    calm(&out)
}

fn levels(entry: &Entry) -> String {
    let letter = |level: Level| match level {
        Level::Error => 'E',
        Level::Warning => 'W',
        Level::Note => 'N',
    };
    match (&entry.configured, &entry.levels) {
        (Some(configured), _) => configured.clone(),
        (None, Some(levels)) => {
            let all = [levels.grave, levels.moderate, levels.minor].map(letter);
            if all[0] == all[1] && all[1] == all[2] { all[0].to_string() } else { all.map(String::from).join("/") }
        }
        (None, None) if entry.state == "own" => "W".to_owned(),
        (None, None) => "-".to_owned(),
    }
}

/// One rule, explained. `None` where there is none of this id.
pub fn explain(id: &str, own: &[OwnRule]) -> Option<String> {
    if let Some(rule) = rules::find(id) {
        let levels = format!("Level: {}. Family: {}.", rule.meta.levels, rule.meta.family.name());
        return Some(calm(&format!("{id}\n\n{levels}\n\n{}\n", plain(&doc::head(rule.meta.source)))));
    }
    if let Some(outcome) = OUTCOMES.iter().find(|outcome| outcome.id == id) {
        let (summary, explanation, family) = (outcome.summary, outcome.explanation, Family::Run.name());
        return Some(format!("{id}\n\nAn outcome of a run, family {family}. {summary}.\n\n{explanation}\n"));
    }
    own.iter().find(|rule| rule.id == id).map(explain_own)
}

fn explain_own(rule: &OwnRule) -> String {
    let mut lines = vec![format!("A rule of your own, from closeloop.toml: {}", rule.message)];
    let when = &rule.when;
    let conditions = [
        ("severity", &when.severity),
        ("category", &when.category),
        ("cause tag", &when.tag),
        ("status", &when.status),
        ("origin", &when.origin),
        ("asset", &when.asset),
    ];
    let named = conditions.iter().filter(|(_, values)| !values.is_empty());
    let mut about: Vec<String> = named.map(|(name, values)| format!("{name} is {}", values.join(" or "))).collect();
    let flag = |value: Option<bool>, text: &str| value.map(|yes| format!("{text}: {}", if yes { "yes" } else { "no" }));
    about.extend(flag(when.supplier, "a supplier is involved"));
    about.extend(flag(when.personal_data, "persons were affected"));
    let about = if about.is_empty() { "every incident".to_owned() } else { about.join(", ") };
    lines.push(format!("Which incidents: {about}."));
    let require = &rule.require;
    let mut needs = Vec::new();
    needs.extend(require.field.as_ref().map(|field| format!("an answer in {field}")));
    needs.extend(require.participant.as_ref().map(|role| format!("the role {role} in a review")));
    needs.extend(require.actions.map(|n| format!("at least {n} actions")));
    needs.extend(require.link.as_ref().map(|register| format!("a link to {register}")));
    let within = require.within.as_ref();
    needs.extend(within.map(|w| format!("{} within {} days of {}", w.date, w.days, w.of)));
    lines.push(format!("What each needs: {}.", needs.join(", ")));
    lines.extend(rule.source.as_ref().map(|source| format!("It comes from {source}.")));
    let lines: Vec<String> = lines.iter().map(|line| Text::new(line).to_string()).collect();
    calm(&format!("{}\n\n{}\n", Text::new(&rule.id), lines.join("\n\n")))
}

/// The head of a rule as plain text: headings in their own lines, examples indented, no marks of Markdown.
fn plain(head: &str) -> String {
    let mut lines = Vec::new();
    let mut in_example = false;
    for line in head.lines() {
        if let Some(info) = line.strip_prefix("```") {
            in_example = !in_example;
            let file = info.split_whitespace().find_map(|word| word.strip_prefix("file="));
            lines.extend(file.map(|file| format!("    ({file})")));
        } else if in_example {
            lines.push(format!("    {line}"));
        } else if let Some(title) = line.strip_prefix("## ") {
            lines.push(title.to_uppercase());
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// The name that is nearest to one that there is not.
pub fn nearest<'n>(id: &str, own: &'n [OwnRule]) -> Option<&'n str> {
    let known = rules::ids().into_iter().chain(own.iter().map(|rule| rule.id.as_str()));
    crate::record::nearest(id, known)
}
