//! One file, understood: a result, or the reason why it is none.

use super::tally::Tally;
use super::{Counts, Problem, READS, Repository};
use crate::source::{Encoding, RepoPath, Source};
use crate::text::{Text, shorten};
use crate::timeline::Day;
use crate::verdict::{Ending, RuleState};
use serde::Deserialize;
use serde_json::error::Category;
use std::collections::BTreeMap;

/// The largest file that is read, in bytes. A result of ten thousand records with findings in each is far smaller.
pub const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// The most problems of one repository that are repeated.
const MOST_PROBLEMS: usize = 3;
/// The longest text of a result that is repeated, in characters.
const LONGEST: usize = 400;

/// What stands where a result should.
#[derive(Debug)]
pub enum Content {
    /// A file, whole.
    Bytes(Vec<u8>),
    /// Nothing.
    Missing,
    /// A file of more than [`MOST_BYTES`].
    TooLarge,
    /// A folder.
    Folder,
    /// Something that cannot be read, for the stated reason.
    Unreadable(String),
}

/// One repository, and what all of them are told by together.
#[derive(Debug)]
pub struct Piece {
    /// The repository.
    pub repository: Repository,
    /// Errors and warnings of each rule.
    pub(super) rules: BTreeMap<Text, usize>,
    /// What the reader should know of it.
    pub(super) note: Option<Text>,
}

/// What is read of a result. Other keys may be there, and are not looked at.
#[derive(Deserialize)]
struct Raw {
    tool: Tool,
    commit: Option<String>,
    base: Option<String>,
    as_of: String,
    population: Population,
    rules: Vec<Rule>,
    findings: Tally,
    problems: Vec<RawProblem>,
    verdict: Ending,
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct Population {
    records: usize,
    closed: usize,
}

#[derive(Deserialize)]
struct Rule {
    state: RuleState,
}

#[derive(Deserialize)]
struct RawProblem {
    message: Option<String>,
    help: Option<String>,
}

/// Which format a file is of.
#[derive(Deserialize)]
struct Head {
    schema: Option<serde_json::Value>,
}

/// Understands what stands in a file. `repeats` is whether its own texts may be shown: why a run could not check may
/// quote a configuration, and what a broken file holds may be anything.
pub fn read(name: &str, file: &str, content: Content, repeats: bool) -> Piece {
    let is_quoted = !repeats && matches!(content, Content::Bytes(_));
    match result(file, content) {
        Ok(raw) => piece(name, file, raw, repeats),
        Err(_) if is_quoted => {
            refused(name, Some(file), problem(format!("{file} is no result that can be read"), WRITE))
        }
        Err(problem) => refused(name, Some(file), problem),
    }
}

/// A repository without a result that could be used.
pub(super) fn refused(name: &str, file: Option<&str>, problem: Problem) -> Piece {
    let repository = Repository {
        name: Text::new(name),
        file: file.map(Text::new),
        verdict: Ending::CouldNotCheck,
        problems: vec![problem],
        commit: None,
        base: None,
        as_of: None,
        version: None,
        counts: None,
    };
    Piece { repository, rules: BTreeMap::new(), note: None }
}

pub(super) fn problem(message: impl AsRef<str>, help: &str) -> Problem {
    Problem { message: cut(message.as_ref()), help: cut(help) }
}

fn cut(text: &str) -> Text {
    Text::from(shorten(text, LONGEST))
}

const LOST: &str = "Its job did not end, or did not hand over its result: look at its log, and run it again.";
const WRITE: &str = "Write it with `closeloop check --output json=FILE`, which writes a file whole or not at all.";

fn result(file: &str, content: Content) -> Result<(Raw, Day), Problem> {
    let bytes = match content {
        Content::Bytes(bytes) => bytes,
        Content::Missing => return Err(problem(format!("there is no file {file}"), LOST)),
        Content::TooLarge => {
            let most = MOST_BYTES / 1024 / 1024;
            return Err(problem(format!("{file} is larger than {most} MiB, which no result is"), WRITE));
        }
        Content::Folder => return Err(problem(format!("{file} is a folder"), "Name the files in it: FOLDER/*.json.")),
        Content::Unreadable(why) => return Err(problem(format!("{file} cannot be read: {why}"), LOST)),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(problem(format!("{file} is empty"), LOST));
    }
    let source = Source::decode(RepoPath::new(file), bytes);
    if matches!(source.encoding, Encoding::Guessed { .. }) {
        return Err(problem(format!("{file} is no text in UTF-8"), WRITE));
    }
    let head: Head = serde_json::from_str(source.text()).map_err(|error| no_json(file, &error))?;
    known_version(file, head.schema)?;
    let raw: Raw = serde_json::from_str(source.text())
        .map_err(|error| problem(format!("{file} is no whole result: {error}"), WRITE))?;
    let as_of =
        raw.as_of.parse().map_err(|_| problem(format!("{file} is no whole result: `as_of` is no day"), WRITE))?;
    Ok((raw, Day(as_of)))
}

fn no_json(file: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Eof => problem(format!("{file} ends in the middle, in line {}", error.line()), LOST),
        Category::Data => none(file),
        Category::Syntax | Category::Io => problem(format!("{file} is no JSON: {error}"), WRITE),
    }
}

fn none(file: &str) -> Problem {
    problem(format!("{file} is no result of `closeloop check --output json`"), WRITE)
}

fn known_version(file: &str, schema: Option<serde_json::Value>) -> Result<(), Problem> {
    match schema {
        Some(serde_json::Value::String(schema)) if schema == READS => Ok(()),
        Some(serde_json::Value::String(schema)) if schema.starts_with("closeloop-result-") => {
            let schema = shorten(&schema, 40);
            let help = "Check and merge with the same version of closeloop.";
            Err(problem(format!("{file} is in the format {schema}, and this version reads {READS}"), help))
        }
        Some(serde_json::Value::String(schema)) if schema.starts_with("closeloop-") => {
            let schema = shorten(&schema, 40);
            Err(problem(format!("{file} is in the format {schema}, which is no result of a check"), WRITE))
        }
        _ => Err(none(file)),
    }
}

fn piece(name: &str, file: &str, (raw, as_of): (Raw, Day), repeats: bool) -> Piece {
    let problems = raw.problems.iter().take(if repeats { MOST_PROBLEMS } else { 0 });
    let problems: Vec<Problem> = problems
        .map(|said| {
            let message = said.message.as_deref().unwrap_or("its run does not say why it could not check");
            problem(message, said.help.as_deref().unwrap_or(LOST))
        })
        .collect();
    let (verdict, note) = verdict(&raw);
    let mut repository = Repository {
        name: Text::new(name),
        file: Some(Text::new(file)),
        verdict,
        problems,
        commit: raw.commit.as_deref().map(cut),
        base: raw.base.as_deref().map(cut),
        as_of: Some(as_of),
        version: Some(cut(&raw.tool.version)),
        counts: None,
    };
    if verdict == Ending::CouldNotCheck {
        if repository.problems.is_empty() {
            let (why, help) = match note.as_deref() {
                Some(why) => (why, LOST),
                None if repeats => ("its run could not check, and does not say why", LOST),
                None => ("its run could not check", "`closeloop check` at home says why."),
            };
            repository.problems.push(problem(why, help));
        }
        return Piece { repository, rules: BTreeMap::new(), note: None };
    }
    let not_run = raw.rules.iter().filter(|rule| rule.state == RuleState::NotRun).count();
    let Population { records, closed } = raw.population;
    repository.counts = Some(Counts { records, closed, not_run, ..raw.findings.counts });
    let rules = raw.findings.rules.iter().map(|(id, found)| (cut(id), *found)).collect();
    let note = note.map(|note| Text::from(format!("{}: {note}", repository.name)));
    Piece { repository, rules, note }
}

/// How a run ended: what it says, unless what it holds is worse.
fn verdict(raw: &Raw) -> (Ending, Option<String>) {
    if raw.verdict == Ending::CouldNotCheck || !raw.problems.is_empty() {
        return (Ending::CouldNotCheck, None);
    }
    let is_pass = raw.verdict == Ending::Pass;
    if raw.rules.iter().all(|rule| rule.state == RuleState::NotRun) && (is_pass || raw.rules.is_empty()) {
        return (Ending::CouldNotCheck, Some("no rule was run, so nothing is known".to_owned()));
    }
    if raw.population.records == 0 && is_pass {
        return (Ending::CouldNotCheck, Some("it holds no record, so nothing is known".to_owned()));
    }
    match (raw.verdict, raw.findings.failing) {
        (Ending::Pass, 1..) => {
            let note = "the result says that it passed, and holds errors that count; it is taken as failed";
            (Ending::Fail, Some(note.to_owned()))
        }
        (verdict, _) => (verdict, None),
    }
}
