//! What a page of trends says: one value, which all formats show. Whoever shows it computes nothing.

use crate::config::model::PrivacyLevel;
use crate::text::Text;
use crate::timeline::Day;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this format; a change that breaks readers raises it.
pub const SCHEMA: &str = "closeloop-trend-1";

/// How incidents and what was done about them develop, for whoever decides about money and priorities.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(title = "closeloop trend")]
pub struct Trend {
    /// The version of this format: `closeloop-trend-1`.
    pub schema: String,
    /// The version of closeloop.
    pub version: String,
    /// The commit under test, in full hex; null in a repository without a commit.
    pub commit: Option<String>,
    /// The date at which is judged.
    pub as_of: Day,
    /// SHA-256 of the configuration; of nothing where there is none.
    pub config_digest: String,
    /// The organisation, as the configuration names it.
    pub organisation: Option<Text>,
    /// How it is to be handled, as the configuration states it.
    pub label: Option<Text>,
    /// The days that the figures are about.
    pub period: Span,
    /// The days before, which they are compared with.
    pub previous: Span,
    /// All of it in a sentence.
    pub sentence: Text,
    /// The causes of two years, and whether they came back.
    pub stopped: Stopped,
    /// What management is asked to decide: fund, accept, drop.
    pub decisions: Vec<Decision>,
    /// The three numbers of the first page.
    pub numbers: Vec<Share>,
    /// Every metric, for the period and the one before.
    pub metrics: Vec<Metric>,
    /// Thirteen months of incidents, the last one that in which the period ends.
    pub months: Vec<MonthCount>,
    /// What comes most often: causes, controls that failed, categories; and what is overdue, by area.
    pub rankings: Vec<Ranking>,
    /// The incidents of the period, in the order of their detection.
    pub incidents: Vec<IncidentLine>,
    /// The rules of today over the past; null unless it was asked for.
    pub replay: Option<Replay>,
    /// What a management review takes in besides; null unless one was named.
    pub review: Option<ReviewInput>,
    /// Remarks.
    pub notes: Vec<Text>,
    /// How much of the records is in it.
    pub privacy: PrivacyLevel,
    /// The line that makes it again.
    pub command: Text,
}

/// Two days and all between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// The causes of two years, and whether they came back.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Stopped {
    /// The months that are shown, as `2026-03`, oldest first.
    pub months: Vec<String>,
    /// The causes that came back, and then those with the most incidents, at most eight.
    pub causes: Vec<CauseLine>,
    /// How many more causes incidents of these months carry.
    pub more: usize,
    /// How many of all causes have a remedy, that git shows or that is stated outside it.
    pub remedied: usize,
    /// How many of all causes came back while a remedy stood.
    pub back: usize,
    /// How many incidents of these months carry no cause.
    pub untagged: usize,
}

/// One cause.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CauseLine {
    /// Its tag.
    pub cause: Text,
    /// Its incidents in these months, in the order of their days.
    pub incidents: Vec<CauseDot>,
    /// What was done against it, in the order of the days.
    pub remedies: Vec<CauseBar>,
    /// Actions of its incidents that are still to be done.
    pub open: usize,
    /// Whether it came back while a remedy stood.
    pub is_back: bool,
}

/// One incident of a cause.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CauseDot {
    /// The incident's id.
    pub incident: Text,
    /// The day of its detection.
    pub day: Day,
    /// What it means.
    pub kind: DotKind,
}

/// What an incident means for its cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DotKind {
    /// It showed the cause.
    Seen,
    /// It began while a remedy stood: the cause is back.
    Back,
    /// Its record says why it only looks alike.
    Alike,
}

/// One remedy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CauseBar {
    /// The incident whose record states it.
    pub incident: Text,
    /// The action.
    pub action: Text,
    /// How it is known.
    pub kind: BarKind,
    /// Since when it stands: the landing that git shows, or the stated day.
    pub from: Day,
    /// The day of the landing that took it back, or of the incident that came in spite of it; null while it stands.
    pub to: Option<Day>,
    /// The commit that shows it, in full hex; null where it is stated outside git.
    pub commit: Option<String>,
}

/// How a remedy is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BarKind {
    /// Git shows the change.
    Proven,
    /// It is stated outside git.
    Outside,
}

/// Something that management is asked to decide.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// `fund`, `accept` or `drop`.
    pub kind: DecisionKind,
    /// The question.
    pub question: Text,
    /// What it is drawn from.
    pub drawn_from: Text,
    /// What it is about, the gravest first, at most five.
    pub items: Vec<DecisionItem>,
    /// How many more there are.
    pub more: usize,
}

/// The three decisions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// Give money, time or an owner.
    Fund,
    /// Live with it, with a name and an end.
    Accept,
    /// Do it now or not at all.
    Drop,
}

/// What a decision is about.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct DecisionItem {
    /// The action, lesson or cause: `INC-2026-0003/A1`.
    pub about: Text,
    /// What it is, in the words of the record.
    pub text: Text,
    /// Why it is here, in words of the program.
    pub why: Text,
    /// The role that owns it; empty where that is not the question.
    pub role: Text,
}

/// So many of so many.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Share {
    /// What it counts: `lessons-proven`, `causes-back`, `hours-open`.
    pub id: String,
    /// How many; null where nothing is recorded.
    pub n: Option<f64>,
    /// Of how many.
    pub of: f64,
    /// What that says, behind the two numbers; a sentence of its own where nothing was counted.
    pub words: Text,
}

/// One metric.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Metric {
    /// Its name for programs.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// How it is computed, in words.
    pub formula: Text,
    /// What its values are.
    pub unit: Unit,
    /// What the configuration asks for; null where it asks for nothing.
    pub target: Option<Text>,
    /// The period.
    pub now: Figures,
    /// The period before.
    pub before: Figures,
}

/// What values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A number of things.
    Count,
    /// So many of `n`.
    Share,
    /// Days.
    Days,
    /// Hours.
    Hours,
}

/// The figures of one period.
#[derive(Clone, PartialEq, Debug, Default, Serialize, JsonSchema)]
pub struct Figures {
    /// How many were looked at.
    pub n: usize,
    /// How many of them; null for durations and sums.
    pub count: Option<usize>,
    /// The same in percent; null where `n` is below five.
    pub percent: Option<u8>,
    /// The median; null where there is no value.
    pub median: Option<f64>,
    /// The value that nine of ten do not exceed; null where `n` is below five.
    pub p90: Option<f64>,
    /// The sum; null where values are not added.
    pub sum: Option<f64>,
    /// The values themselves, where `n` is below five.
    pub values: Vec<f64>,
    /// How many could not be looked at, as the record does not say enough.
    pub missing: usize,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A part of a count.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Part {
    /// What it is.
    pub name: Text,
    /// How many.
    pub count: usize,
}

/// The incidents of a month.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MonthCount {
    /// As `2026-03`.
    pub month: String,
    /// Major ones.
    pub major: usize,
    /// Significant ones.
    pub significant: usize,
    /// Moderate ones, and those whose severity is not stated.
    pub moderate: usize,
    /// Minor ones.
    pub minor: usize,
}

/// What comes most often.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Ranking {
    /// Its name for programs: `causes`, `failed-controls`, `categories`, `factors`, `overdue-areas`.
    pub id: String,
    /// What is counted.
    pub name: Text,
    /// The most frequent ones, at most ten.
    pub rows: Vec<Ranked>,
    /// How many more there are.
    pub more: usize,
}

/// One of them.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Ranked {
    /// What.
    pub name: Text,
    /// How often in the period.
    pub now: usize,
    /// How often in the period before.
    pub before: usize,
}

/// An incident of the period.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct IncidentLine {
    /// Its id; the file where it has none.
    pub id: Text,
    /// Its title, without the names of people.
    pub title: Text,
    /// The class that it is judged as.
    pub class: String,
    /// The day of its detection.
    pub detected: Day,
    /// The day of its last review.
    pub reviewed: Option<Day>,
    /// Its actions that are still to be done.
    pub open: usize,
}

/// The rules of today over the past.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Replay {
    /// What is counted, in words.
    pub formula: Text,
    /// The ends of months, oldest first, and the as-of date.
    pub points: Vec<ReplayPoint>,
}

/// What stood at the end of a month.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ReplayPoint {
    /// The day at which was judged.
    pub day: Day,
    /// The commit that was the tip of the main line, in full hex; null where there was none yet.
    pub commit: Option<String>,
    /// What was found; null where the month could not be judged.
    pub found: Option<ReplayCounts>,
    /// Why it could not be judged, or not in full; null where all was judged.
    pub why: Option<Text>,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct ReplayCounts {
    /// Records that were there.
    pub records: usize,
    /// Duties that were open.
    pub open_duties: usize,
    /// Actions that were overdue.
    pub overdue_actions: usize,
    /// Claims of change that git did not bear out.
    pub unproven_changes: usize,
}

/// What a management review takes in besides the figures.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ReviewInput {
    /// The review.
    pub id: Text,
    /// Its day, where its record states one.
    pub date: Option<Day>,
    /// The review before; null where there was none.
    pub before: Option<Text>,
    /// What the review before decided on incidents, and how far that is.
    pub decided: Vec<DecidedLine>,
    /// Significant and major incidents that no management review has decided on yet.
    pub to_report: Vec<ToReport>,
    /// Risks that incidents of the period are linked to.
    pub risks: Vec<RiskLine>,
    /// Lessons of the period that nothing answers yet.
    pub unanswered: Vec<Text>,
}

/// A decision of the review before.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct DecidedLine {
    /// The incident.
    pub incident: Text,
    /// What was decided, without the names of people.
    pub decision: Text,
    /// Actions of the incident.
    pub actions: usize,
    /// Those that are still to be done.
    pub open: usize,
    /// Those that are overdue.
    pub overdue: usize,
}

/// An incident that a management review has to see.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ToReport {
    /// The incident.
    pub incident: Text,
    /// Its title, without the names of people.
    pub title: Text,
    /// Its class.
    pub class: String,
    /// The day from which it can be shown.
    pub since: Day,
    /// Whether the period of this page covers it, so that linking the page reports it.
    pub is_covered: bool,
}

/// A risk that incidents of the period are linked to.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RiskLine {
    /// The risk.
    pub risk: Text,
    /// The incidents.
    pub incidents: Vec<Text>,
    /// The last day in the period on which its row changed in substance; null where it did not.
    pub changed: Option<Day>,
}
