//! What the shape of a `[[rule]]` alone does not show: names that have to exist, and parts that have to be there.

use super::model::{OwnRule, Within};
use super::{Class, ConfigProblem, Rulebook};
use crate::record::path::{Field, LINKS};
use crate::record::{Origin, SeverityMap, Status, Word, nearest};
use crate::source::Place;
use std::collections::HashSet;

/// The longest span in days that a rule can ask for.
const LONGEST: i64 = 36_500;

/// Every mistake in the organisation's own rules, at its place.
pub(super) fn problems(book: &Rulebook, builtin: &[&str]) -> Vec<ConfigProblem> {
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for (index, rule) in book.config.rule.iter().enumerate() {
        let mut checker = Checker { book, rule, index, problems: &mut problems };
        checker.identity(builtin, !seen.insert(rule.id.as_str()));
        checker.conditions();
        checker.requirement();
    }
    problems
}

struct Checker<'a> {
    book: &'a Rulebook,
    rule: &'a OwnRule,
    index: usize,
    problems: &'a mut Vec<ConfigProblem>,
}

impl Checker<'_> {
    fn identity(&mut self, builtin: &[&str], is_second: bool) {
        let id = self.rule.id.as_str();
        let shaped = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !shaped {
            self.report(
                &["id"],
                "a [[rule]] needs an `id` of small letters, digits and hyphens".to_owned(),
                "Name what it forbids: `uninformed-regulator`.".to_owned(),
            );
        } else if builtin.contains(&id) {
            let help = "Choose another id; levels of built-in rules stand under [rules].";
            self.report(&["id"], "this [[rule]] has the id of a built-in rule".to_owned(), help.to_owned());
        } else if is_second {
            let help = "Give each rule an id of its own; several requirements may stand in one rule.";
            self.report(&["id"], format!("two rules have the id `{id}`"), help.to_owned());
        }
        if self.rule.message.trim().is_empty() {
            let help = "Say in one sentence what is missing.";
            self.report(&["message"], "this [[rule]] has no `message`".to_owned(), help.to_owned());
        }
    }

    fn conditions(&mut self) {
        let book = self.book;
        let when = &self.rule.when;
        let is_class = |word: &str| Class::named(word).is_some() || book.class(word).is_some();
        self.words(&["when", "severity"], &when.severity, &names::<Class>(), is_class);
        let is_status = |word: &str| book.vocabulary.find(Status::GROUP, word).is_some();
        self.words(&["when", "status"], &when.status, &names::<Status>(), is_status);
        let is_origin = |word: &str| book.vocabulary.find(Origin::GROUP, word).is_some();
        self.words(&["when", "origin"], &when.origin, &names::<Origin>(), is_origin);
    }

    /// Words that have to mean something; one that means nothing would make a rule that never speaks.
    fn words(&mut self, path: &[&str], words: &[String], known: &[&str], is_known: impl Fn(&str) -> bool) {
        for (item, word) in words.iter().enumerate().filter(|(_, word)| !is_known(word)) {
            let message = format!("`{word}` is no {} that closeloop knows", path.last().copied().unwrap_or_default());
            let place = self.place(path, Some(item));
            self.problems.push(ConfigProblem { place, message, help: suggestion(word, known) });
        }
    }

    fn requirement(&mut self) {
        let require = &self.rule.require;
        let asks = require.field.is_some()
            || require.participant.is_some()
            || require.actions.is_some()
            || require.link.is_some()
            || require.within.is_some();
        if !asks {
            let help = "Add `require`: a field, a participant, a number of actions, a link or a date.";
            self.report(&["require"], "this [[rule]] requires nothing".to_owned(), help.to_owned());
        }
        if let Some(field) = &require.field {
            self.field(&["require", "field"], field, &Field::names().collect::<Vec<_>>(), "field of the format");
        }
        if let Some(link) = require.link.as_ref().filter(|link| !LINKS.contains(&link.as_str())) {
            let message = format!("`{link}` is no register that records link to");
            self.report(&["require", "link"], message, suggestion(link, &LINKS));
        }
        if require.participant.as_ref().is_some_and(|role| role.trim().is_empty()) {
            let help = "Name a role of the people register, a person, `lead` or `management`.";
            self.report(&["require", "participant"], "this role is empty".to_owned(), help.to_owned());
        }
        if require.actions == Some(0) {
            let help = "Ask for 1 or more; a rule that is always met says nothing.";
            self.report(&["require", "actions"], "no action at all is asked for".to_owned(), help.to_owned());
        }
        if let Some(within) = &require.within {
            self.within(within);
        }
    }

    fn within(&mut self, within: &Within) {
        let dates: Vec<&str> = Field::dates().collect();
        self.field(&["require", "within", "date"], &within.date, &dates, "date of the format");
        self.field(&["require", "within", "of"], &within.of, &dates, "date of the format");
        if !(0..=LONGEST).contains(&within.days) {
            let message = format!("{} days cannot lie between two dates of an incident", within.days);
            self.report(&["require", "within", "days"], message, format!("Write a number from 0 to {LONGEST}."));
        }
    }

    fn field(&mut self, path: &[&str], name: &str, known: &[&str], what: &str) {
        if !known.contains(&name) {
            let message = if name.is_empty() {
                format!("`{}` is missing", path.last().copied().unwrap_or_default())
            } else {
                format!("`{name}` is no {what}")
            };
            self.report(path, message, suggestion(name, known));
        }
    }

    fn report(&mut self, path: &[&str], message: String, help: String) {
        self.problems.push(ConfigProblem { place: self.place(path, None), message, help });
    }

    /// The value at a path below this rule or an item of it, else what should hold it, else the rule's id or first
    /// key.
    fn place(&self, path: &[&str], of_list: Option<usize>) -> Option<Place> {
        let (source, tree) = self.book.tree.as_ref()?;
        let item = tree.map()?.get("rule")?.list()?.get(self.index)?;
        let (mut node, mut span) = (item, None);
        for key in path {
            let Some(entry) = node.map().and_then(|map| map.entry(key)) else { break };
            node = &entry.value;
            span = Some(if node.map().is_some() { entry.key_span } else { node.span });
        }
        span = of_list.and_then(|at| Some(node.list()?.get(at)?.span)).or(span);
        let first = item.map().and_then(|map| map.get("id").map(|id| id.span).or(Some(map.entries.first()?.key_span)));
        Some(Place::new(*source, span.or(first).unwrap_or(item.span)))
    }
}

fn names<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|(name, _)| *name).collect()
}

/// The known name that was meant; without one, those of the same part of the format, or all where they are few.
fn suggestion(word: &str, known: &[&str]) -> String {
    if let Some(name) = nearest(word, known.iter().copied()) {
        return format!("Did you mean `{name}`?");
    }
    let start = word.split('.').next().filter(|start| !start.is_empty());
    let related: Vec<&str> = known.iter().filter(|name| start == name.split('.').next()).copied().collect();
    let shown = if related.is_empty() { known } else { &related };
    match shown.len() {
        0..=20 => format!("Known here: {}.", shown.join(", ")),
        _ => {
            "`closeloop schema record` describes every field; parts are joined by dots: `factors.detection`.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::load;
    use crate::source::{RepoPath, Source, SourceId};

    /// What is wrong with a configuration: the text at the place, the message, the help.
    fn problems(text: &str) -> Vec<(String, String, String)> {
        let source = Source::from_text(RepoPath::new("closeloop.toml"), text);
        let problems = load(Some((SourceId(0), &source)), &["late-review"], None).err().unwrap_or_default();
        let at = |place: Option<crate::source::Place>| place.map_or("", |place| source.slice(place.span())).to_owned();
        problems.into_iter().map(|p| (at(p.place), p.message, p.help)).collect()
    }

    fn rule(lines: &str) -> Vec<(String, String, String)> {
        problems(&format!("[[rule]]\nid = 'own'\nmessage = 'It is missing'\n{lines}\n"))
    }

    #[test]
    fn a_rule_has_to_have_an_id_of_its_own_a_message_and_a_requirement() {
        let found = problems("[[rule]]\nid = 'late-review'\nmessage = 'x'\nrequire = { actions = 1 }\n");
        assert_eq!((found.len(), found[0].0.as_str()), (1, "'late-review'"));
        assert!(found[0].1.contains("built-in"), "{found:?}");
        assert!(
            problems("[[rule]]\nid = 'Own Rule'\nmessage = 'x'\nrequire.actions = 1\n")[0].1.contains("small letters")
        );
        assert!(rule("")[0].1.contains("requires nothing"));
        let twice = "[[rule]]\nid = 'a'\nmessage = 'x'\nrequire.actions = 1\n".repeat(2);
        assert_eq!(problems(&twice)[0].1, "two rules have the id `a`");
        let mute = problems("[[rule]]\nid = 'a'\nmessage = ' '\nrequire.actions = 1\n");
        assert_eq!(mute[0].0, "' '");
    }

    #[test]
    fn unknown_names_are_refused_at_their_place_with_the_nearest() {
        for (lines, at, help) in [
            ("require.field = 'factors.detecton'", "'factors.detecton'", "Did you mean `factors.detection`?"),
            ("require.link = 'risk'", "'risk'", "Did you mean `risks`?"),
            ("require.actions = 0", "0", "Ask for 1"),
            ("require.participant = ''", "''", "Name a role"),
            (
                "require = { within = { date = 'closd', of = 'detected', days = 3 } }",
                "'closd'",
                "Did you mean `closed`?",
            ),
            ("require = { within = { date = 'lead', of = 'detected', days = 3 } }", "'lead'", "recovered"),
            ("require = { within = { date = 'closed', of = 'detected', days = -3 } }", "-3", "from 0"),
            ("require = { actions = 1 }\nwhen.severity = ['major', 'majr']", "'majr'", "`major`"),
            ("require = { actions = 1 }\nwhen.status = ['shut']", "'shut'", "closed"),
            ("require = { actions = 1 }\nwhen.origin = ['vendr']", "'vendr'", "supplier"),
        ] {
            let found = rule(lines);
            assert_eq!(found.len(), 1, "{lines}: {found:?}");
            assert_eq!(found[0].0, at, "{lines}");
            assert!(found[0].2.contains(help), "{lines}: {}", found[0].2);
        }
        assert_eq!(rule("require = { within = { date = 'closed' } }").len(), 1, "`of` is missing");
    }

    #[test]
    fn words_of_any_language_and_of_the_organisation_are_known() {
        let own = "[severity]\nmajor = ['Alarmstufe Rot']\n[[rule]]\nid = 'a'\nmessage = 'x'\nrequire.actions = 1\n\
                   when = { severity = ['hoch', 'SEV-1', 'alarmstufe rot'], status = ['geschlossen'] }\n";
        assert_eq!(problems(own), []);
    }
}
