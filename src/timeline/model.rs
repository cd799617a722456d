//! What a timeline says: one value, which all formats show.

use crate::history::{Effect, Grade, LandingKind};
use crate::text::Text;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this format; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-timeline-1";

/// The life of one incident as git saw it.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(title = "closeloop timeline")]
pub struct Timeline {
    /// The version of this format: `closeloop-timeline-1`.
    pub schema: String,
    /// The incident's id.
    pub id: Text,
    /// Its title.
    pub title: Option<Text>,
    /// The class that it is judged as; null where its record is gone.
    pub class: Option<String>,
    /// Where it stands, as its record says.
    pub status: Option<Text>,
    /// The file of its record; where it stood last, if it is gone.
    pub path: Text,
    /// Whether its record is there in the tree that was read.
    pub present: bool,
    /// The commit under test, in full hex; null in a repository without a commit.
    pub commit: Option<String>,
    /// The date at which is judged.
    pub as_of: Day,
    /// How many commits of the main line were compared.
    pub depth: u32,
    /// Each dated fact, in the order of the stated days.
    pub facts: Vec<DatedFact>,
    /// What the main line got of its record, in order.
    pub landings: Vec<RecordLanding>,
    /// What its actions and decisions say that they changed.
    pub targets: Vec<ClaimedTarget>,
    /// Remarks.
    pub notes: Vec<Text>,
}

/// A day as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(pub NaiveDate);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[+-]?[0-9]{4,6}-[0-9]{2}-[0-9]{2}$",
            "description": "A day as YYYY-MM-DD.",
        })
    }
}

/// A landing on the main line.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Seen {
    /// The commit, in full hex; null for what is not committed yet.
    pub commit: Option<String>,
    /// Its day, in the offset of its committer; the as-of date for what is not committed yet.
    pub day: Day,
    /// Who wrote it.
    pub author: Option<Text>,
    /// Who committed it, where that is somebody else.
    pub committer: Option<Text>,
    /// How it reached the main line.
    pub how: LandingKind,
    /// How well its day is witnessed.
    pub grade: Grade,
    /// Why it is witnessed no better; null where the forge signed it, and for what has not landed.
    pub grade_reason: Option<Text>,
}

/// A commit beside the main line.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Written {
    /// The commit, in full hex.
    pub commit: String,
    /// Its day, in the offset of its committer.
    pub day: Day,
    /// Who wrote it.
    pub author: Text,
}

/// One dated fact.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct DatedFact {
    /// The dotted path, as `actions.A1.due` or `reviews.reflective.date`.
    pub field: Text,
    /// The day that the record states; null where it states none any more.
    pub stated: Option<Day>,
    /// The landing that brought this value to the main line; null where history does not follow it.
    pub landed: Option<Seen>,
    /// The commit of a side branch that stated this value first.
    pub written: Option<Written>,
    /// Days from the stated day to the landing; negative where it was written down ahead.
    pub days: Option<i64>,
    /// Every other value that the main line had, in order.
    pub changes: Vec<FactStep>,
}

/// One change of a fact.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct FactStep {
    /// What was stated before; null where nothing was.
    pub before: Option<Text>,
    /// What is stated since; null where nothing is.
    pub after: Option<Text>,
    /// The landing.
    pub landed: Seen,
}

/// A landing that touched the record.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RecordLanding {
    /// The landing.
    pub landed: Seen,
    /// What happened to the record.
    pub event: RecordEvent,
    /// Where it stood after this landing, where that is another place than before.
    pub path: Option<Text>,
    /// How many words its file gained; null where the file holds other records, too.
    pub added: Option<usize>,
    /// How many words its file lost.
    pub removed: Option<usize>,
    /// What the record states differently since.
    pub changes: Vec<FieldStep>,
}

/// What happened to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordEvent {
    /// Its first version.
    Appeared,
    /// Another version.
    Changed,
    /// It went to another place.
    Moved,
    /// It was taken away.
    Removed,
    /// It is there again.
    Returned,
}

/// A field that reads differently since a landing.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct FieldStep {
    /// The dotted path.
    pub field: Text,
    /// The day or word before; null for nothing, and for a text or a list.
    pub before: Option<Text>,
    /// The day or word since.
    pub after: Option<Text>,
    /// What happened to it.
    pub change: FieldChange,
}

/// What happened to a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldChange {
    /// It is stated for the first time.
    Added,
    /// A list has entries more.
    Extended,
    /// It reads differently.
    Edited,
    /// It is gone.
    Removed,
}

/// Something that the record says was changed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClaimedTarget {
    /// As the record names it.
    pub name: Text,
    /// The file or folder in which it is found; null where there is none.
    pub path: Option<Text>,
    /// What it is.
    pub kind: TargetKind,
    /// The repository, where it is another one.
    pub repository: Option<Text>,
    /// Who says so, and whether it holds.
    pub claims: Vec<ClaimEntry>,
    /// The last landing before the incident and all since, in order.
    pub landings: Vec<TargetLanding>,
    /// How many landings after those are left out.
    pub more: usize,
}

/// What a claim names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A file.
    Document,
    /// A row of a register.
    Row,
    /// A folder.
    Folder,
    /// Nothing that git could show.
    Other,
}

/// One claim.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClaimEntry {
    /// The dotted path of the entry, as `actions.A1.changes.0`.
    pub field: Text,
    /// The action's id; null for a decision.
    pub action: Option<Text>,
    /// The first day of its window.
    pub from: Option<Day>,
    /// The last day of its window.
    pub to: Option<Day>,
    /// Whether it holds.
    pub answer: Answer,
    /// The commit that answers: the change that proves it, or the one that took it back; in full hex.
    pub commit: Option<String>,
    /// Its day.
    pub day: Option<Day>,
    /// Why it could not be compared.
    pub why: Option<Text>,
}

/// Whether a claim holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It changed in substance in the window, and still differs at its end.
    Holds,
    /// It held, and what was changed is undone since.
    Undone,
    /// Its bytes changed; whether its text did was not inspected.
    NotInspected,
    /// No landing in the window changed it in substance.
    Missing,
    /// It changed in the window, and was changed back.
    TakenBack,
    /// Neither the tree nor history knows it.
    Unknown,
    /// It could not be compared.
    NotCompared,
    /// The action is not done, so nothing is claimed yet.
    Open,
    /// It is stated outside git, which proves nothing.
    Outside,
}

/// A landing that touched a target.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct TargetLanding {
    /// The landing.
    pub landed: Seen,
    /// What it did.
    pub effect: Effect,
    /// Whether it lies before the incident.
    pub before: bool,
    /// How many words came; null where its text cannot be read.
    pub added: Option<usize>,
    /// How many words went.
    pub removed: Option<usize>,
    /// The words that changed, with those around them.
    pub hunks: Vec<Hunk>,
    /// How many more stretches changed.
    pub more: usize,
}

/// A stretch of a text that changed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Hunk {
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// Some words of a change.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Piece {
    /// Whether they came, went or stayed.
    pub kind: PieceKind,
    /// The words.
    pub text: Text,
}

/// Whether words came, went or stayed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PieceKind {
    /// They stand in both texts.
    Same,
    /// They came.
    Added,
    /// They went.
    Removed,
}
