//! What an evidence pack says: one value, which all its files show. Whoever shows it computes nothing.

use super::audience::Audience;
use super::incident::{ChangeLine, Sheet};
use super::parts::{Ageing, BoardLine, Integrity, ListLine, ReverseLine, RiskLine, Role, Sample, SeriesLine};
use crate::text::Text;
use crate::timeline::Day;
use serde::Serialize;

/// The version of `provenance.json`; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-pack-1";
/// The list of the other files of a pack with their digests, as `sha256sum` writes it.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The file that says what a pack was made of.
pub const PROVENANCE: &str = "provenance.json";

/// Everything that a pack says.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// What it was made of, and how it is made again.
    pub provenance: Provenance,
    /// How the run ended, in a sentence.
    pub outcome: Text,
    /// What the incidents of the period taught, in a sentence.
    pub learned: Text,
    /// What was there to be judged.
    pub population: PopulationPart,
    /// Every rule that ran, in the order of its id.
    pub rules: Vec<RuleLine>,
    /// The incidents of the period, in the order of the day that puts them there.
    pub incidents: Vec<Sheet>,
    /// Which of them have a sheet, and why.
    pub sample: Sample,
    /// What the incidents of the sample name, with those that name it.
    pub reverse: Vec<ReverseLine>,
    /// Risks that the incidents of the sample are linked to, before and after.
    pub risks: Vec<RiskLine>,
    /// Open actions, by how long they are over.
    pub ageing: Ageing,
    /// What git shows of the records themselves.
    pub integrity: Integrity,
    /// Management reviews, and what they say of the incidents of the period.
    pub boards: Vec<BoardLine>,
    /// Significant and major incidents of the period that no management review lists.
    pub unheard: Vec<Text>,
    /// Roles of the people register, without names.
    pub roles: Vec<Role>,
    /// The configuration as it was used, line by line.
    pub configuration: Vec<Text>,
    /// Findings about registers, the configuration and the run itself.
    pub elsewhere: Vec<FindingLine>,
    /// How many findings are about incidents outside the period: they are in `result.json` alone.
    pub beyond: usize,
    /// What is not as the rules ask and was let through.
    pub exceptions: Exceptions,
    /// What is claimed and git does not show.
    pub paper: Paper,
    /// What nobody looked at, and why.
    pub not_tested: Vec<Limit>,
    /// From the clauses of frameworks to the rules that support them.
    pub crosswalk: Vec<FrameworkPart>,
    /// The checklist of an internal audit, filled as far as the report can.
    pub checklist: Vec<ChecklistLine>,
}

/// What a pack was made of: enough to make it again. `provenance.json` is this value.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Provenance {
    /// The version of this format: `closeloop-pack-1`.
    pub schema: &'static str,
    /// The version of closeloop.
    pub version: &'static str,
    /// The commit, in full hex.
    pub commit: String,
    /// Its tree.
    pub tree: String,
    /// The day of the commit, in the offset of its committer.
    pub commit_day: Day,
    /// The day at which was judged.
    pub as_of: Day,
    /// The first day of the period.
    pub from: Day,
    /// The last day of the period.
    pub to: Day,
    /// The folder that the search for the configuration began in, from the root, with `/`; empty at the root.
    pub folder: String,
    /// The profile that was asked for on the command line.
    pub profile: Option<String>,
    /// The frameworks of the crosswalk, by name.
    pub frameworks: Vec<&'static str>,
    /// The file of the configuration; null where there is none, or where it is not for the reader.
    pub configuration: Option<Text>,
    /// SHA-256 of the configuration; of nothing where there is none.
    pub config_digest: String,
    /// The organisation, as the configuration names it.
    pub organisation: Option<Text>,
    /// The scope of the management system, as the configuration states it.
    pub scope: Option<Text>,
    /// The address of the repository, as the configuration states it and where it is for the reader.
    pub repository: Option<Text>,
    /// How many commits of the main line were compared.
    pub depth: u32,
    /// The lowest grade of a landed date.
    pub grade: Option<String>,
    /// Remarks on history and on the run.
    pub notes: Vec<Text>,
    /// Who reads it.
    pub audience: Audience,
    /// How it is to be handled, as the configuration says.
    pub label: Option<Text>,
    /// How long it is kept, as the configuration says.
    pub retention: Option<Text>,
    /// The ids of one's own sample, sorted.
    pub sample: Vec<String>,
    /// The most incidents that are suggested for the sample.
    pub sample_size: usize,
    /// The line that makes this pack again.
    pub command: Text,
}

/// What was there to be judged.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PopulationPart {
    /// Where it came from, with counts.
    pub sources: Vec<SourceLine>,
    /// Counts of the records, as name and number.
    pub counts: Vec<(Text, usize)>,
    /// The incidents of the period by where they came from, with near misses apart.
    pub origins: Vec<(Text, usize)>,
    /// The incidents of the period by class.
    pub classes: Vec<(Text, usize)>,
    /// The incidents of the period by the month of the day that puts them there.
    pub months: Vec<(Text, usize)>,
    /// Files that match the record paths and were not read, with the reason.
    pub skipped: Vec<(Text, Text)>,
    /// Files that match the record paths and are no records, with the reason.
    pub left_out: Vec<(Text, Text)>,
    /// Numbered ids of all records.
    pub series: Vec<SeriesLine>,
    /// Lists from other systems, against the records.
    pub lists: Vec<ListLine>,
    /// How many records stand in none of those lists.
    pub unlisted: usize,
    /// What is missing or does not agree: ids that are gone, gaps, lists that name more.
    pub gaps: Vec<FindingLine>,
}

/// One source of facts.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceLine {
    /// What it is: `incident records`, `risk register`.
    pub name: Text,
    /// Whether it was read.
    pub state: Text,
    /// How many files.
    pub files: usize,
    /// How many records or rows.
    pub rows: usize,
}

/// One rule with what came out of it.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleLine {
    /// The id.
    pub id: Text,
    /// What it is about.
    pub summary: Text,
    /// What it supports, by identifiers.
    pub supports: Text,
    /// passed, failed, waived or not run.
    pub state: Text,
    /// Subjects tested.
    pub tested: u32,
    /// Findings at the level of a warning or above that nothing covers.
    pub failed: u32,
    /// Findings that a waiver or the baseline covers.
    pub waived: u32,
    /// Why it, or a part of it, did not run.
    pub reason: Option<Text>,
}

/// One finding.
#[derive(Clone, PartialEq, Debug)]
pub struct FindingLine {
    /// error, warning or note.
    pub level: Text,
    /// The rule.
    pub rule: Text,
    /// The incident's id.
    pub record: Option<Text>,
    /// The dotted path of the field.
    pub field: Text,
    /// File and line.
    pub place: Text,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
    /// What became of it: open, due later, explained, waived, in the baseline.
    pub state: Text,
}

/// What is not as the rules ask and was let through.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Exceptions {
    /// Waivers as they are stated.
    pub waivers: Vec<WaiverLine>,
    /// Findings that a waiver covers.
    pub waived: Vec<FindingLine>,
    /// Findings that the baseline holds.
    pub baselined: Vec<FindingLine>,
    /// Lapses that the record explains.
    pub acknowledged: Vec<FindingLine>,
}

/// A waiver as it is stated.
#[derive(Clone, PartialEq, Debug)]
pub struct WaiverLine {
    /// The rule.
    pub rule: Text,
    /// The record, and the field where one is named.
    pub about: Text,
    /// Why.
    pub reason: Text,
    /// Who approved it.
    pub approver: Text,
    /// Its last day.
    pub expires: Option<Day>,
    /// File and line.
    pub place: Text,
}

/// What is claimed and git does not show, of the incidents of the period.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Paper {
    /// Claims that git contradicts.
    pub unproven: Vec<ChangeLine>,
    /// Claims that git could not compare.
    pub unknown: Vec<ChangeLine>,
    /// Changes that are stated outside git.
    pub outside: Vec<ChangeLine>,
    /// Lessons that are closed without a change that git shows: incident, lesson, what became of it.
    pub lessons: Vec<(Text, Text, Text)>,
}

/// Something that nobody looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// What.
    pub what: Text,
    /// Why not.
    pub why: Text,
}

/// One framework of the crosswalk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameworkPart {
    /// What the command line calls it.
    pub name: Text,
    /// What people call it.
    pub title: Text,
    /// What its limits made stricter than the configuration.
    pub limits: Vec<Text>,
    /// Its clauses.
    pub clauses: Vec<ClauseLine>,
}

/// One clause with the rules that support it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClauseLine {
    /// Its identifier.
    pub id: Text,
    /// What it asks for, in our own words.
    pub wording: Text,
    /// The rules, and how each ended.
    pub rules: Vec<SupportLine>,
    /// Subjects that they tested.
    pub tested: u32,
    /// Their findings at the level of a warning or above that nothing covers.
    pub failed: u32,
    /// Their findings that a waiver or the baseline covers.
    pub waived: u32,
    /// How many of them did not run, or are switched off.
    pub not_run: usize,
    /// How many incidents of the period have such an open finding.
    pub incidents: usize,
}

/// A rule that supports a clause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupportLine {
    /// The rule.
    pub rule: Text,
    /// passed, failed, waived, not run or switched off.
    pub state: Text,
}

/// One question of the checklist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChecklistLine {
    /// What it is called.
    pub id: Text,
    /// The question.
    pub question: Text,
    /// The ids of the sections that answer it.
    pub sections: Vec<String>,
    /// What was found, in counts.
    pub found: Vec<Text>,
}
