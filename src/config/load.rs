//! Reading `closeloop.toml`: every mistake becomes a diagnostic at its place.

use super::levels::{Level, LevelPolicy, profiles};
use super::model::Config;
use super::{Class, Rulebook, limits, own_rules};
use crate::document::{self, Syntax};
use crate::framework;
use crate::record::{References, nearest, whole};
use crate::source::{Place, Source, SourceId, Span};
use crate::text::shorten;
use crate::time::Calendar;
use crate::vocabulary::{Language, Vocabulary, fold};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The newest edition of the rule set.
pub const EDITIONS: [&str; 1] = ["2026.1"];

/// A mistake in the configuration. The run could not check anything by it.
#[derive(Clone, PartialEq, Debug)]
pub struct ConfigProblem {
    /// Where in the configuration; `None` for an option of the command line.
    pub place: Option<Place>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What the command line asks for on top of a configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// A profile, instead of that of the configuration.
    pub profile: Option<&'a str>,
    /// Frameworks, besides those of the configuration.
    pub frameworks: &'a [String],
}

/// Reads a configuration, or takes the defaults where there is none.
///
/// `rules` are the ids of the built-in rules; `profile` is the one that the command line asks for.
///
/// # Errors
/// All mistakes that were found, each with its place.
pub fn load(
    source: Option<(SourceId, &Source)>,
    rules: &[&str],
    profile: Option<&str>,
) -> Result<Rulebook, Vec<ConfigProblem>> {
    load_asked(source, rules, Asked { profile, frameworks: &[] })
}

/// The same, with everything that the command line may ask for.
///
/// # Errors
/// All mistakes that were found, each with its place.
pub fn load_asked(
    source: Option<(SourceId, &Source)>,
    rules: &[&str],
    asked: Asked<'_>,
) -> Result<Rulebook, Vec<ConfigProblem>> {
    let (mut config, tree) = match source {
        None => (Config::default(), None),
        Some((id, source)) => {
            let config = parse(id, source, "config")?;
            (config, document::parse(source, Syntax::Toml).data.map(|data| (id, data)))
        }
    };
    let text = source.map_or("", |(_, source)| source.text());
    let calendar = Calendar { zone: zone(&config), order: config.dates.order };
    let name = asked.profile.or(config.profile.as_deref()).unwrap_or("standard");
    let levels = LevelPolicy::new(profiles().remove(name).unwrap_or_default(), &config);
    let vocabulary = match config.vocabulary.is_empty() {
        true => Cow::Borrowed(Vocabulary::builtin()),
        false => Cow::Owned(Vocabulary::with(&config.vocabulary)),
    };
    let severities = severities(&config, &vocabulary);
    let references = References::new(&config.evidence.issue_keys, config.evidence.repositories.keys());
    let frameworks = limits::holding(&config, asked.frameworks);
    let tightened = limits::tighten(&mut config, &frameworks);
    let digest = digest(text);
    let book =
        Rulebook { calendar, vocabulary, references, levels, digest, frameworks, tightened, severities, tree, config };
    let problems = Checker { book: &book, rules, problems: Vec::new() }.check(asked);
    if problems.is_empty() { Ok(book) } else { Err(problems) }
}

/// The keys of a file, whose schema has a name.
///
/// # Errors
/// What cannot be read, at its place.
pub(super) fn parse<T: DeserializeOwned>(id: SourceId, source: &Source, schema: &str) -> Result<T, Vec<ConfigProblem>> {
    toml::from_str(source.text()).map_err(|error: toml::de::Error| {
        let span = error.span().map_or(Span::default(), |range| Span::new(range.start, range.end));
        let file = source.path.file_name();
        let (message, help) = explain(error.message(), source.slice(span), file, schema);
        vec![ConfigProblem { place: Some(Place::new(id, span)), message, help }]
    })
}

/// Says an error of the TOML reader so that its reader knows what to write instead.
fn explain(message: &str, found: &str, file: &str, schema: &str) -> (String, String) {
    if let Some((_, "a sequence")) = message.split_once("expected ") {
        let help = format!("Put it into brackets: `[{}]`.", shorten(found, 60));
        return ("A list belongs here, also of a single value".to_owned(), help);
    }
    if let Some(what) = belongs_here(message) {
        return (capital(what), format!("`closeloop schema {schema}` describes every key."));
    }
    let Some((_, expected)) = message.split_once("expected ").filter(|_| message.starts_with("unknown ")) else {
        return (message.trim().replace('\n', ", "), format!("`closeloop schema {schema}` describes every key."));
    };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let wrong = found.trim_matches(['"', '\'']);
    let help = match nearest(wrong, known.iter().copied()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!("Known here: {}.", known.join(", ")),
    };
    let what = if message.starts_with("unknown variant") { "word" } else { "key" };
    (format!("`{wrong}` is not a {what} that {file} knows here"), help)
}

/// What belongs where a reader found another type, without the names that types have in the program.
pub(crate) fn belongs_here(message: &str) -> Option<&'static str> {
    let (_, expected) = message.split_once("expected ").filter(|_| message.starts_with("invalid type"))?;
    let begins = |starts: &[&str]| starts.iter().any(|start| expected.starts_with(start));
    let known: [(&[&str], &str); 7] = [
        (&["struct Written"], "an object with `schema` and `findings` belongs here"),
        (&["struct", "map", "a map"], "a table with keys and values belongs here"),
        (&["usize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "integer"], "a whole number belongs here"),
        (&["f32", "f64", "float"], "a number belongs here"),
        (&["a boolean"], "`true` or `false` belongs here"),
        (&["a string", "a borrowed string"], "a text in quotation marks belongs here"),
        (&["a sequence"], "a list belongs here"),
    ];
    known.iter().find(|(starts, _)| begins(starts)).map(|(_, what)| *what)
}

/// A sentence that begins with a capital letter.
fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn zone(config: &Config) -> chrono_tz::Tz {
    config.dates.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::Tz::UTC)
}

/// The class of every severity word: the organisation's own words win.
fn severities(config: &Config, vocabulary: &Vocabulary) -> HashMap<String, Class> {
    use crate::record::Word as _;
    let own = &config.severity;
    let lists = [
        (Class::Minor, &own.minor),
        (Class::Moderate, &own.moderate),
        (Class::Significant, &own.significant),
        (Class::Major, &own.major),
    ];
    let mut words = HashMap::new();
    for (name, class) in Class::ALL {
        let builtin = Language::ALL.iter().flat_map(|language| vocabulary.words(*language, Class::GROUP, name));
        words.extend(builtin.map(|word| (fold(word), *class)));
    }
    words.extend(lists.iter().flat_map(|(class, list)| list.iter().map(|word| (fold(word), *class))));
    words
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Checks what the shape of the file alone does not show.
struct Checker<'a> {
    book: &'a Rulebook,
    rules: &'a [&'a str],
    problems: Vec<ConfigProblem>,
}

impl Checker<'_> {
    fn check(mut self, asked: Asked<'_>) -> Vec<ConfigProblem> {
        self.profile(asked.profile);
        self.frameworks(asked.frameworks);
        self.known("edition", self.book.config.edition.as_deref(), &EDITIONS);
        self.timezone();
        self.rule_names();
        self.readability();
        self.outcomes();
        self.paths();
        self.words();
        self.issue_keys();
        self.attestations();
        self.problems.extend(own_rules::problems(self.book, self.rules));
        self.problems
    }

    fn report(&mut self, path: &[&str], message: String, help: String) {
        self.problems.push(ConfigProblem { place: self.book.place(path), message, help });
    }

    fn profile(&mut self, asked: Option<&str>) {
        let names: Vec<String> = profiles().into_keys().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match asked {
            Some(name) if !names.contains(&name) => {
                let message = format!("there is no profile `{name}`");
                let help = format!("Known are {}.", names.join(", "));
                self.problems.push(ConfigProblem { place: None, message, help });
            }
            Some(_) => {}
            None => self.known("profile", self.book.config.profile.as_deref(), &names),
        }
    }

    fn frameworks(&mut self, asked: &[String]) {
        let place = self.book.place(&["frameworks", "report"]);
        let stated = self.book.config.frameworks.report.iter().map(|name| (name, place));
        let unknown = |(name, _): &(&String, _)| framework::find(name).is_none();
        let problem = |(name, place): (&String, Option<Place>)| {
            let help = match (framework::why_not(name), nearest(&name.to_ascii_lowercase(), framework::names())) {
                (Some(why), _) => why.to_owned(),
                (None, Some(near)) => format!("Did you mean `{near}`?"),
                (None, None) => format!("Known are {}.", framework::names().collect::<Vec<_>>().join(", ")),
            };
            ConfigProblem { place, message: format!("there is no framework `{name}`"), help }
        };
        let all = stated.chain(asked.iter().map(|name| (name, None)));
        let problems: Vec<ConfigProblem> = all.filter(unknown).map(problem).collect();
        self.problems.extend(problems);
    }

    fn known(&mut self, key: &str, value: Option<&str>, known: &[&str]) {
        if let Some(value) = value.filter(|value| !known.contains(value)) {
            let help = match nearest(value, known.iter().copied()) {
                Some(name) => format!("Did you mean `{name}`?"),
                None => format!("Known are {}.", known.join(", ")),
            };
            self.report(&[key], format!("`{value}` is no {key} that this version knows"), help);
        }
    }

    fn timezone(&mut self) {
        if let Some(name) = self.book.config.dates.timezone.as_deref()
            && name.parse::<chrono_tz::Tz>().is_err()
        {
            let help = "Use a name of the time zone database, for instance `Europe/Berlin` or `UTC`.".to_owned();
            self.report(&["dates", "timezone"], format!("`{name}` is no time zone"), help);
        }
    }

    fn rule_names(&mut self) {
        let own: Vec<&str> = self.book.config.rule.iter().map(|rule| rule.id.as_str()).collect();
        let known: Vec<&str> = self.rules.iter().copied().chain(own).collect();
        let rules = &self.book.config.rules;
        let levels = rules.levels.keys().map(|name| (name, vec!["rules", name.as_str()]));
        let listed = rules.non_waivable.iter().map(|name| (name, vec!["rules", "non_waivable"]));
        let wrong: Vec<_> = levels.chain(listed).filter(|(name, _)| !known.contains(&name.as_str())).collect();
        for (name, path) in wrong {
            let help = match nearest(name, known.iter().copied()) {
                Some(rule) => format!("Did you mean `{rule}`?"),
                None => "`closeloop rules` lists them.".to_owned(),
            };
            self.report(&path, format!("there is no rule `{name}`"), help);
        }
    }

    /// What could not be read must never look as if it had been checked.
    fn readability(&mut self) {
        for rule in ["unreadable-record", "unreadable-register"] {
            let levels = &self.book.levels;
            if levels.is_off(rule) || levels.level(rule, Level::Error) < Level::Error {
                let message = format!("`{rule}` can be neither lowered nor switched off");
                let help =
                    "Mend the file, or leave it out: `[incidents] exclude`, or `optional = true` for a register.";
                self.report(&["rules", rule], message, help.to_owned());
            }
        }
    }

    /// What ends a run has no level.
    fn outcomes(&mut self) {
        for outcome in ["empty-population", "shallow-history"] {
            if self.book.config.rules.levels.contains_key(outcome) {
                let message = format!("`{outcome}` ends a run with exit code 2, whatever its level");
                let help = format!("Leave it out; `closeloop explain {outcome}` says what to do where it occurs.");
                self.report(&["rules", outcome], message, help);
            }
        }
    }

    /// No configured path may lead out of the repository, and every glob has to be one.
    fn paths(&mut self) {
        use crate::record::register::RegisterKind;
        let config = &self.book.config;
        let mut paths: Vec<(Vec<&str>, &str)> = Vec::new();
        for path in config.incidents.paths.iter().flatten() {
            paths.push((vec!["incidents", "paths"], path));
        }
        for path in &config.incidents.exclude {
            paths.push((vec!["incidents", "exclude"], path));
        }
        for kind in RegisterKind::ALL {
            if let Some(register) = self.book.register(kind) {
                paths.push((vec!["registers", kind.key(), "path"], &register.path));
            }
        }
        for (name, export) in &config.exports {
            paths.push((vec!["exports", name, "path"], &export.path));
        }
        paths.extend(config.reviews.path.as_deref().map(|path| (vec!["reviews", "path"], path)));
        paths.extend(config.procedure.as_ref().map(|p| (vec!["procedure", "path"], p.path.as_str())));
        for (key, path) in paths {
            self.path(&key, path);
        }
    }

    fn path(&mut self, key: &[&str], path: &str) {
        let leads_out =
            path.starts_with(['/', '\\']) || path.contains(':') || path.split(['/', '\\']).any(|part| part == "..");
        if leads_out {
            let help = "Write a path below the root of the repository, with `/` between its parts.".to_owned();
            self.report(key, format!("`{path}` leads out of the repository"), help);
        } else if path.trim().is_empty() {
            self.report(key, "this path is empty".to_owned(), "Name a file, a folder or a glob.".to_owned());
        } else if let Err(error) = globset::Glob::new(path) {
            self.report(key, format!("`{path}` is no pattern for paths"), format!("{}.", error.kind()));
        }
    }

    /// An attestation that cannot be read would silently attest nothing.
    fn attestations(&mut self) {
        for stated in &self.book.config.attestation {
            let day = |text: &str| self.book.calendar.read(text).ok().map(|when| when.date);
            let (from, to) = (day(&stated.from), day(&stated.to));
            let wrong = if stated.by.trim().is_empty() {
                Some(("an [[attestation]] has no `by`", "Name the person who vouches for it."))
            } else if stated.no_incidents == stated.commit.is_some() {
                Some(("an [[attestation]] attests one thing", "Write either `no_incidents = true` or a `commit`."))
            } else if stated.no_incidents && (from.is_none() || to.is_none()) {
                Some(("an [[attestation]] of a quiet time needs its days", "Write `from` and `to` as YYYY-MM-DD."))
            } else if from.zip(to).is_some_and(|(from, to)| from > to) {
                Some(("an [[attestation]] ends before it begins", "Correct `from` or `to`."))
            } else {
                None
            };
            if let Some((message, help)) = wrong {
                self.report(&["attestation"], message.to_owned(), help.to_owned());
            }
        }
    }

    fn words(&mut self) {
        for (language, concepts) in &self.book.config.vocabulary {
            if !Language::ALL.iter().any(|known| known.code() == language) {
                let message = format!("`{language}` is no language that this version knows");
                self.report(&["vocabulary", language], message, "Known are en and de.".to_owned());
                continue;
            }
            for concept in concepts.keys().filter(|concept| !Vocabulary::builtin().knows(concept)) {
                let help = "docs/configuration.md lists the concepts.".to_owned();
                self.report(&["vocabulary", language, concept], format!("there is no concept `{concept}`"), help);
            }
        }
    }

    fn issue_keys(&mut self) {
        for pattern in self.book.config.evidence.issue_keys.iter().filter(|pattern| whole(pattern).is_err()) {
            let message = format!("`{pattern}` is no regular expression");
            let help = "Write the form of a whole key, for instance 'SEC-\\d+' in single quotes.".to_owned();
            self.report(&["evidence", "issue_keys"], message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn problems(text: &str) -> Vec<(String, String, String)> {
        let source = Source::from_text(RepoPath::new("closeloop.toml"), text);
        let rules = ["overdue-action", "late-review", "unreadable-record"];
        let problems = load(Some((SourceId(0), &source)), &rules, None).err().unwrap_or_default();
        let text = |p: &ConfigProblem| p.place.map_or(String::new(), |place| source.slice(place.span()).to_owned());
        problems.iter().map(|p| (text(p), p.message.clone(), p.help.clone())).collect()
    }

    #[test]
    fn a_wrong_type_is_said_without_the_words_of_the_program() {
        let said = |text: &str| problems(text)[0].1.clone();
        assert_eq!(said("rules = 3\n"), "A table with keys and values belongs here");
        assert_eq!(said("profile = 3\n"), "A text in quotation marks belongs here");
        assert_eq!(said("[review.window.minor]\nto = 1.5\n"), "A whole number belongs here");
        assert_eq!(said("[registers.people]\npath = 'x'\noptional = 'yes'\n"), "`true` or `false` belongs here");
    }

    #[test]
    fn an_unknown_key_names_its_neighbour() {
        let found = problems("[incidents]\npathss = ['x']\n");
        assert_eq!(found[0].0, "pathss");
        assert_eq!(found[0].2, "Did you mean `paths`?");
    }

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let found = problems(
            "profile = 'strict'\n[rules]\noverdue-actoin = 'error'\n[dates]\ntimezone = 'Mars'\n[registers.risks]\npath = '../risks.csv'\n",
        );
        let texts: Vec<&str> = found.iter().map(|(text, _, _)| text.as_str()).collect();
        assert_eq!(texts, ["'strict'", "'Mars'", "'error'", "'../risks.csv'"]);
        assert!(found[2].2.contains("overdue-action"), "{found:?}");
    }

    #[test]
    fn what_cannot_be_read_can_not_be_switched_off() {
        for level in ["off", "note", "warning"] {
            let found = problems(&format!("[rules]\nunreadable-record = '{level}'\n"));
            assert!(found[0].1.contains("neither lowered nor switched off"), "{found:?}");
        }
        assert!(problems("[rules]\nunreadable-record = 'error'\n").is_empty());
    }

    #[test]
    fn a_threshold_may_name_its_source() {
        let text = "[thresholds]\nunclosed_after = { value = 30, source = 'IMS1 8.4' }\nflow_after = 7\n[severity]\nmajor = ['orange']\n";
        let source = Source::from_text(RepoPath::new("closeloop.toml"), text);
        let book = load(Some((SourceId(0), &source)), &[], None).unwrap();
        assert_eq!(book.threshold(|t| &t.unclosed_after), 30);
        assert_eq!(book.threshold_source(|t| &t.unclosed_after), Some("IMS1 8.4"));
        assert_eq!(crate::record::SeverityMap::class(&book, "Orange"), Some(Class::Major));
        assert_eq!(crate::record::SeverityMap::class(&book, "SEV-2"), Some(Class::Significant));
    }

    #[test]
    fn an_attestation_has_to_attest_something() {
        let quiet = |lines: &str| problems(&format!("[[attestation]]\nby = 'ben'\nno_incidents = true\n{lines}\n"));
        assert_eq!(quiet("from = 2026-01-01\nto = '2026-06-30'"), [], "days may stand without quotes");
        assert!(quiet("from = 2026-01-01")[0].1.contains("needs its days"));
        assert!(quiet("from = 2026-06-30\nto = 2026-01-01")[0].1.contains("ends before"));
        assert!(quiet("commit = 'abc'")[0].1.contains("one thing"));
        assert!(problems("[[attestation]]\ncommit = 'abc'\n")[0].1.contains("`by`"));
    }
}
