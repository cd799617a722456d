//! The words that stand for those of a record: the catalogue's, the field, and bare dates.

use crate::config::model::PrivacyLevel;
use crate::history::Grade;
use crate::rules::{self, Nature, doc};
use crate::text::{Text, bare_field, bare_id};
use crate::verdict::{Judged, ProblemKind};
use chrono::NaiveDate;
use std::collections::HashMap;

/// The most dates of a message that are kept.
const MOST_DATES: usize = 6;

/// Stands for a remark that may quote something.
pub(super) const REMARK: &str = "a remark is left out here; `closeloop check` at home shows it";
/// Stands for a reason that may quote something.
pub(super) const NOT_RUN: &str = "something that it needs could not be read; `closeloop check` at home says what";

/// Says in one line what is left out, and how to see it.
pub(super) fn told(level: PrivacyLevel) -> &'static str {
    match level {
        PrivacyLevel::Minimal => {
            "the output is minimal: it holds no text, no date and no commit of a record; `closeloop check` at home shows \
             everything"
        }
        PrivacyLevel::Full | PrivacyLevel::Reduced => {
            "the output is reduced: it holds no title and no text of a record; `closeloop check` at home shows \
             everything, `[privacy] output` says how much is shown in builds"
        }
    }
}

/// What the catalogue says of a rule.
#[derive(Debug)]
pub(super) struct Words {
    /// What is the case, without a full stop.
    pub what: String,
    /// Why it matters.
    pub why: Text,
}

/// The words of each rule, read once.
#[derive(Debug, Default)]
pub(super) struct Catalogue(HashMap<String, Words>);

impl Catalogue {
    /// The words of a rule; those of an own rule stand in the configuration, and are not looked for.
    pub(super) fn of(&mut self, rule: &str) -> &Words {
        self.0.entry(rule.to_owned()).or_insert_with(|| match rules::find(rule) {
            Some(builtin) => Words {
                what: doc::summary(builtin.meta.source).trim_end_matches('.').to_owned(),
                why: Text::new(first_sentence(&doc::section(builtin.meta.source, "Why an auditor cares"))),
            },
            None => Words { what: "What a rule of your own asks for is not there".to_owned(), why: Text::default() },
        })
    }
}

fn first_sentence(section: &Option<String>) -> String {
    let text = section.as_deref().unwrap_or_default().replace('\n', " ");
    text.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

/// What a finding says: its record, what is the case, the field, and the dates that its own message names.
pub(super) fn message(finding: &Judged, words: &Words, shows: bool, has_dates: bool) -> Text {
    let what = if shows { finding.message.as_str() } else { words.what.as_str() };
    let record = finding.record.as_ref().map_or(String::new(), |record| format!("{record}: "));
    let what = what.strip_prefix(&record).unwrap_or(what);
    let record = finding.record.as_ref().map_or(String::new(), |record| format!("{}: ", bare_id(record.as_str())));
    let mut about = Vec::new();
    let field = bare_field(finding.field.as_str());
    if !field.is_empty() {
        about.push(format!("`{field}`"));
    }
    if !shows && has_dates {
        about.extend(dates(finding.message.as_str()).iter().map(ToString::to_string));
    }
    match &finding.nature {
        Nature::Breach => {}
        Nature::Pending { .. } if shows => {}
        Nature::Pending { due: Some(due) } if has_dates => about.push(format!("due by {due}")),
        Nature::Pending { .. } => about.push("not due yet".to_owned()),
        Nature::Acknowledged { .. } => about.push("the record explains it".to_owned()),
    }
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    Text::of_run(format!("{record}{what}{about}"))
}

/// What to do, where the text of the rule itself may quote a record.
pub(super) fn help(rule: &str, repair: &str) -> Text {
    let what = match repair {
        "edit" => "Mend what stands at this place",
        "explain" => "State the reason in the record",
        _ => "Do what is missing, and record it",
    };
    Text::of_run(format!("{what}; `closeloop check` at home says more, and `closeloop explain {rule}` why."))
}

/// What a second place is: a text of the program, the landing, or both.
pub(super) fn related(message: Option<Text>, commit: Option<&(String, NaiveDate, Grade)>) -> Text {
    let landing = commit.map(|(commit, day, _)| format!("{} of {day}", commit.chars().take(7).collect::<String>()));
    match (message, landing) {
        (Some(message), None) => message,
        (Some(message), Some(landing)) => Text::of_run(format!("{message} ({landing})")),
        (None, Some(landing)) => Text::of_run(landing),
        (None, None) => "this place belongs to it".into(),
    }
}

/// What kept a run from checking, where its text may not be shown.
pub(super) fn could_not(kind: ProblemKind) -> (&'static str, &'static str) {
    let message = match kind {
        ProblemKind::Repository => "the repository, or the revision that was asked for, could not be read",
        ProblemKind::Configuration => "the configuration cannot be used",
        ProblemKind::EmptyPopulation => "no incident record could be read",
        ProblemKind::Usage => "an option names something that there is not",
        ProblemKind::History => "history could not be compared",
    };
    let help = match kind {
        ProblemKind::History | ProblemKind::Repository => {
            "Fetch the whole history. GitHub Actions: `fetch-depth: 0` for actions/checkout. GitLab CI: `GIT_DEPTH: \
             \"0\"`. Azure Pipelines: `fetchDepth: 0` for the checkout step. `closeloop check` at \
             home says what is wrong."
        }
        _ => "`closeloop check` at home says what is wrong, and what to do.",
    };
    (message, help)
}

/// Whether a name is a handle: one short word, and no address.
pub(super) fn is_handle(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && name.len() <= 39 && name.chars().all(is_part)
}

/// The days that a text names as YYYY-MM-DD, each once, in their order. What is part of a longer word is none.
fn dates(text: &str) -> Vec<NaiveDate> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let mut found: Vec<NaiveDate> = Vec::new();
    for day in words.filter(|word| word.len() == 10).filter_map(|word| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())
    {
        if !found.contains(&day) && found.len() < MOST_DATES {
            found.push(day);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_the_days_are_kept_and_nothing_else() {
        let days =
            dates("Eva said on 2026-03-20 (again 2026-03-20), by 2026-02-31 or INC-2026-03-20, until 2026-04-01.");
        assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-03-20", "2026-04-01"]);
    }

    #[test]
    fn an_address_and_a_full_name_are_no_handles() {
        assert!(is_handle("eva-k") && is_handle("P.017"));
        assert!(!is_handle("Eva Koch") && !is_handle("eva@example.org") && !is_handle(""));
    }
}
