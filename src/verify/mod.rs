//! An evidence pack held against its list of digests and against what the repository gives again: statement by statement.
//!
//! A pack may come from anybody. Nothing of it is believed further than that it names what is to be compared, and what it
//! holds is read only as far as it could be a pack.

mod bytes;
mod file;
mod list;
mod shown;
mod stated;
mod table;
mod values;

pub use file::{Held, compare};
pub use list::{MOST_LIST_BYTES, Seen, SeenKind, list, strangers};
pub use stated::{Stated, WrongStated, line_of_command, result_of, stated};

use crate::config::model::PrivacyLevel;
use crate::text::Text;
use crate::timeline::Day;
use crate::verdict::Ending;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this format; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-verify-1";

/// What holds of a pack, and what does not: what `closeloop verify --output json` prints.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(title = "closeloop verify")]
pub struct Verification {
    /// The version of this format: `closeloop-verify-1`.
    pub schema: String,
    /// The version of closeloop that verified.
    pub version: String,
    /// pass: every file is what the repository gives; fail: something differs; could-not-check: it could not be verified.
    pub verdict: Ending,
    /// How many things differ.
    pub differences: usize,
    /// What the pack states of its making; null where it could not be read.
    pub pack: Option<Stated>,
    /// The files against the list of their digests.
    pub list: Vec<Check>,
    /// What the pack was made of, against the repository.
    pub origin: Vec<Check>,
    /// Each file against what the repository gives, by name.
    pub files: Vec<FileCheck>,
    /// What kept the pack from being verified.
    pub problems: Vec<Obstacle>,
    /// How much of the records is in this answer.
    pub privacy: PrivacyLevel,
}

/// One thing that was compared as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// What it is about.
    pub about: About,
    /// Whether it holds.
    pub state: State,
    /// The same in words.
    pub message: Text,
}

/// What a check is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A file of the pack and its digest.
    File,
    /// The list of digests.
    List,
    /// The version of closeloop.
    Version,
    /// The commit, and whether it is in the history that is checked out.
    Commit,
    /// The tree of the commit.
    Tree,
    /// The configuration.
    Configuration,
    /// Files that are of another commit, day or period than the pack states.
    Provenance,
}

/// Whether something holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is as it should be.
    Holds,
    /// It is something else.
    Differs,
    /// It is not in the pack.
    Missing,
    /// It is in the pack alone.
    Extra,
}

/// One file against what the repository gives.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FileCheck {
    /// Its name.
    pub name: Text,
    /// Whether it is the same, byte for byte.
    pub state: State,
    /// The same in words.
    pub message: Text,
    /// Whether one cause, named under `origin` or in the message, explains what differs.
    pub explained: bool,
    /// What it states, where it is a table or JSON.
    pub statements: Vec<Statement>,
}

/// One statement of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// What kind of statement.
    pub kind: Kind,
    /// Which one: a fingerprint, the id of a rule, the ids of a row, a key, the name of a file.
    pub subject: Text,
    /// Of a finding: rule, record and field.
    pub about: Option<Text>,
    /// Whether it holds.
    pub state: State,
    /// What differs in it.
    pub parts: Vec<Part>,
}

/// What a file states.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A finding, by its fingerprint.
    Finding,
    /// A rule with its counts, by its id.
    Rule,
    /// A row of a table, by its first ids.
    Row,
    /// The heads of a table.
    Heads,
    /// A value, by its key.
    Field,
    /// A member of a list.
    Entry,
    /// A digest, by the name of its file.
    Digest,
}

/// One difference in a statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Part {
    /// The column, or the key; empty where the statement is one value.
    pub name: Text,
    /// What the pack says; null where it says nothing, or where it is not shown.
    pub pack: Option<Text>,
    /// What the repository gives; null where it gives nothing, or where it is not shown.
    pub repository: Option<Text>,
    /// Whether the values are left out, as they may be words of a record.
    pub withheld: bool,
}

/// What kept a pack from being verified.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Obstacle {
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
}

impl Obstacle {
    /// What is wrong, and what to do.
    pub fn new(message: impl Into<Text>, help: impl Into<Text>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl Check {
    /// Something that is as it should be.
    pub fn holds(about: About, message: impl AsRef<str>) -> Self {
        Self { about, state: State::Holds, message: Text::new(message) }
    }

    /// Something that is not.
    pub fn differs(about: About, message: impl AsRef<str>) -> Self {
        Self { about, state: State::Differs, message: Text::new(message) }
    }
}

impl FileCheck {
    /// How many things of it differ: its statements, or the file as a whole.
    pub fn differences(&self) -> usize {
        let differ = self.statements.iter().filter(|statement| statement.state != State::Holds).count();
        if self.state == State::Holds { 0 } else { differ.max(1) }
    }
}

impl Default for Verification {
    fn default() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            verdict: Ending::CouldNotCheck,
            differences: 0,
            pack: None,
            list: Vec::new(),
            origin: Vec::new(),
            files: Vec::new(),
            problems: Vec::new(),
            privacy: PrivacyLevel::Full,
        }
    }
}

impl Verification {
    /// The whole with its verdict, at a level of privacy.
    #[must_use]
    pub fn settled(mut self, level: PrivacyLevel) -> Self {
        let checks = self.list.iter().chain(&self.origin).filter(|check| check.state != State::Holds).count();
        self.differences = checks + self.files.iter().map(FileCheck::differences).sum::<usize>();
        self.verdict = match (self.problems.is_empty(), self.differences) {
            (false, _) => Ending::CouldNotCheck,
            (true, 0) => Ending::Pass,
            (true, _) => Ending::Fail,
        };
        shown::shown(self, level)
    }

    /// Whether another version or another configuration explains differences in any file.
    pub fn is_of_another_making(&self) -> bool {
        let other = |check: &Check| matches!(check.about, About::Version | About::Configuration);
        self.origin.iter().any(|check| other(check) && check.state != State::Holds)
    }

    /// Days of the pack, for a heading.
    pub fn period(&self) -> Option<(Day, Day, Day)> {
        self.pack.as_ref().map(|pack| (pack.from, pack.to, pack.as_of))
    }
}
