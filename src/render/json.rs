//! The result as JSON: a contract, described by a schema.

use crate::config::Level;
use crate::config::model::PrivacyLevel;
use crate::history::Grade;
use crate::rules::Nature;
use crate::source;
use crate::verdict::{Cover, Ending, Judged, JudgedRelated, Problem, ProblemKind, RuleResult, RuleState, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{self, Write};

/// The version of this format; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-result-1";

/// The result of one run of `closeloop check`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "closeloop result")]
pub struct ResultDocument {
    /// The version of this format: `closeloop-result-1`.
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// The commit under test, in full hex; null in a repository without a commit.
    pub commit: Option<String>,
    /// The commit that it was compared with, in full hex; null without a base.
    pub base: Option<String>,
    /// The date at which was judged.
    pub as_of: String,
    /// SHA-256 of `closeloop.toml`; of nothing where there is none.
    pub config_digest: String,
    /// How far history was read.
    pub history: History,
    /// What was read.
    pub population: Population,
    /// Every rule, in the order of its id.
    pub rules: Vec<RuleEntry>,
    /// Findings by path, line and rule.
    pub findings: Vec<FindingEntry>,
    /// What could not be checked at all.
    pub problems: Vec<ProblemEntry>,
    /// Remarks on the run.
    pub notes: Vec<String>,
    /// How much of the records is in this result.
    pub privacy: PrivacyLevel,
    /// How the run ended.
    pub verdict: Ending,
}

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How far history was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct History {
    /// Commits of the main line that were compared.
    pub depth: u64,
    /// Whether that is all of them.
    pub complete: bool,
    /// The grade of its dates; null where none was compared.
    pub grade: Option<String>,
    /// Remarks on history.
    pub notes: Vec<String>,
}

/// What was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Population {
    /// Files that match the record paths, skipped ones included.
    pub files: usize,
    /// Records.
    pub records: usize,
    /// Closed ones among them.
    pub closed: usize,
    /// Lessons.
    pub lessons: usize,
    /// Actions.
    pub actions: usize,
    /// Files that were not read.
    pub skipped: Vec<SkippedEntry>,
    /// Files that are no records.
    pub left_out: Vec<SkippedEntry>,
}

/// A file that was not read, or is no record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SkippedEntry {
    /// The file.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A rule with its counts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleEntry {
    /// The id.
    pub id: String,
    /// How it ended: the worst of failed, not-run, waived, passed.
    pub state: RuleState,
    /// Subjects tested.
    pub tested: u32,
    /// Findings at the level of a warning or above that nothing covers.
    pub failed: u32,
    /// Findings that a waiver or the baseline covers.
    pub waived: u32,
    /// Why it, or a part of it, did not run.
    pub reason: Option<String>,
}

/// A line and a column, from 1; columns count Unicode scalar values.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingEntry {
    /// The rule.
    pub rule: String,
    /// error, warning or note.
    pub level: Level,
    /// The incident's id.
    pub record: Option<String>,
    /// The action's, lesson's or review's id.
    pub item: Option<String>,
    /// The dotted path of the field.
    pub field: String,
    /// The file, from the root, with `/`.
    pub path: String,
    /// Where it begins; null for a whole file.
    pub start: Option<Position>,
    /// Where it ends, exclusive.
    pub end: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub help: String,
    /// How it goes away: edit, act or explain.
    pub repair: String,
    /// Places that belong to it.
    pub related: Vec<RelatedEntry>,
    /// SHA-256; survives moved lines and holds no value.
    pub fingerprint: String,
    /// Whether it is new against the base; null without a base.
    pub new: Option<bool>,
    /// The waiver that covers it.
    pub waived: Option<WaivedEntry>,
    /// Whether the baseline holds it: it stood when closeloop was adopted.
    pub baselined: bool,
    /// The reason that the record states for it.
    pub acknowledged: Option<AcknowledgedEntry>,
    /// The day on which it will be due; null where it is due.
    pub due: Option<String>,
}

/// A second place of a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelatedEntry {
    /// The file.
    pub path: String,
    /// Where it begins.
    pub start: Option<Position>,
    /// Where it ends, exclusive.
    pub end: Option<Position>,
    /// What is there.
    pub message: String,
    /// The commit that it speaks of.
    pub commit: Option<String>,
    /// The date of that commit.
    pub date: Option<String>,
    /// How well that date is witnessed.
    pub grade: Option<Grade>,
}

/// The waiver that covers a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaivedEntry {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
    /// Its last day.
    pub expires: String,
}

/// The reason that a record states for a lapse.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AcknowledgedEntry {
    /// The field that states it.
    pub field: String,
    /// Why.
    pub why: String,
    /// Who stands behind it.
    pub by: String,
}

/// Something that kept the run from checking.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemEntry {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// What is wrong.
    pub message: String,
    /// The file, where there is one.
    pub path: Option<String>,
    /// Where in it.
    pub start: Option<Position>,
    /// What to do.
    pub help: String,
}

/// The verdict as JSON, with a line end.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn render(verdict: &Verdict) -> Result<String, serde_json::Error> {
    pretty(&document(verdict))
}

/// A value as JSON for people and programs, with a line end. Characters that a terminal or a build log would act on
/// are escaped; a reader of the JSON gets them as they are.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Calm(PrettyFormatter::new())))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// JSON over several lines, in whose texts nothing acts on a terminal or a build log.
struct Calm(PrettyFormatter<'static>);

impl Formatter for Calm {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        // Nearly all of a text is copied in long pieces.
        while let Some(at) = rest.bytes().position(may_act) {
            let (calm, tail) = rest.split_at(at);
            writer.write_all(calm.as_bytes())?;
            rest = write_first(writer, tail)?;
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, is_first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, is_first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// Whether a byte is, or begins, a character that a terminal or a build log may act on.
fn may_act(byte: u8) -> bool {
    (byte.is_ascii_control() && byte != b'\n') || byte == b'#' || !byte.is_ascii()
}

/// Writes the first character of a text, escaped where something acts on it, and gives back the rest.
fn write_first<'t, W: ?Sized + Write>(writer: &mut W, text: &'t str) -> io::Result<&'t str> {
    let mut chars = text.chars();
    let Some(c) = chars.next() else { return Ok(text) };
    let begins_command = c == '#' && crate::text::begins_command(text);
    if begins_command || crate::text::is_hidden(c) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(writer, "\\u{unit:04x}")?;
        }
    } else {
        writer.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
    }
    Ok(chars.as_str())
}

/// The verdict in the shape of the contract.
pub fn document(verdict: &Verdict) -> ResultDocument {
    ResultDocument {
        schema: SCHEMA.to_owned(),
        tool: Tool { name: "closeloop".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        commit: verdict.commit.clone(),
        base: verdict.base.as_ref().map(|base| base.commit.clone()),
        as_of: verdict.as_of.to_string(),
        config_digest: verdict.config_digest.clone(),
        history: history(verdict),
        population: population(verdict),
        rules: verdict.rules.iter().map(rule).collect(),
        findings: verdict.findings.iter().map(finding).collect(),
        problems: verdict.problems.iter().map(problem).collect(),
        notes: verdict.notes.iter().map(ToString::to_string).collect(),
        privacy: verdict.privacy,
        verdict: verdict.ending,
    }
}

fn history(verdict: &Verdict) -> History {
    let history = &verdict.history;
    History {
        depth: u64::from(history.depth),
        complete: history.is_complete,
        grade: history.grade.map(|grade| format!("{grade:?}")),
        notes: history.notes.iter().map(ToString::to_string).collect(),
    }
}

fn population(verdict: &Verdict) -> Population {
    let counts = verdict.counts;
    let skipped = verdict.skipped.iter().map(|s| SkippedEntry { path: s.path.to_string(), reason: s.why.describe() });
    let left_out = verdict.left_out.iter().map(|l| SkippedEntry { path: l.path.to_string(), reason: l.why.to_owned() });
    Population {
        files: counts.files,
        records: counts.records,
        closed: counts.closed,
        lessons: counts.lessons,
        actions: counts.actions,
        skipped: skipped.collect(),
        left_out: left_out.collect(),
    }
}

fn rule(rule: &RuleResult) -> RuleEntry {
    RuleEntry {
        id: rule.id.clone(),
        state: rule.state,
        tested: rule.tested,
        failed: rule.failed,
        waived: rule.waived,
        reason: rule.reason.as_ref().map(ToString::to_string),
    }
}

fn position(position: source::Position) -> Position {
    Position { line: position.line, column: position.column }
}

fn finding(finding: &Judged) -> FindingEntry {
    let (acknowledged, due) = match &finding.nature {
        Nature::Breach => (None, None),
        Nature::Pending { due } => (None, due.map(|due| due.to_string())),
        Nature::Acknowledged { field, why, by } => {
            (Some(AcknowledgedEntry { field: field.clone(), why: why.to_string(), by: by.to_string() }), None)
        }
    };
    FindingEntry {
        rule: finding.rule.clone(),
        level: finding.level,
        record: finding.record.as_ref().map(ToString::to_string),
        item: finding.item.as_ref().map(ToString::to_string),
        field: finding.field.to_string(),
        path: finding.path.to_string(),
        start: finding.start.map(position),
        end: finding.end.map(position),
        message: finding.message.to_string(),
        why: finding.why.to_string(),
        help: finding.help.to_string(),
        repair: finding.repair.to_owned(),
        related: finding.related.iter().map(related).collect(),
        fingerprint: finding.fingerprint.clone(),
        new: finding.is_new,
        waived: finding.cover.as_ref().and_then(waived),
        baselined: finding.cover == Some(Cover::Baseline),
        acknowledged,
        due,
    }
}

fn waived(cover: &Cover) -> Option<WaivedEntry> {
    let Cover::Waiver { reason, approver, expires } = cover else { return None };
    let expires = expires.map_or(String::new(), |day| day.to_string());
    let (reason, approver) = (reason.to_string(), approver.to_string());
    Some(WaivedEntry { reason, approver, expires })
}

fn related(related: &JudgedRelated) -> RelatedEntry {
    RelatedEntry {
        path: related.path.to_string(),
        start: related.start.map(position),
        end: related.end.map(position),
        message: related.message.to_string(),
        commit: related.commit.as_ref().map(|(commit, ..)| commit.clone()),
        date: related.commit.as_ref().map(|(_, date, _)| date.to_string()),
        grade: related.commit.as_ref().map(|(.., grade)| *grade),
    }
}

fn problem(problem: &Problem) -> ProblemEntry {
    ProblemEntry {
        kind: problem.kind,
        message: problem.message.to_string(),
        path: problem.path.as_ref().map(ToString::to_string),
        start: problem.start.map(position),
        help: problem.help.to_string(),
    }
}
