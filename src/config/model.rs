//! The keys of `closeloop.toml`. Every key is optional; unknown ones are refused.

mod own_rule;
mod review;

pub use own_rule::{Condition, OwnRule, Requirement, Within};
pub use review::{MajorWindows, Review, Window, Windows};

use super::thresholds::Thresholds;
use crate::time::DateOrder;
use crate::vocabulary::Additions;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// `closeloop.toml`: where the ISMS keeps its records and registers, and what the organisation asks of itself.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// A named set of levels: `starter`, `standard` (the default) or `auditor`.
    pub profile: Option<String>,
    /// The edition of the rule set to judge by, for instance `2026.1`; without it the newest.
    pub edition: Option<String>,
    /// What the report says about the management system.
    pub isms: Isms,
    /// What stands on reports that are handed out.
    pub report: Handout,
    /// What is possible in an organisation of this size.
    pub organisation: Organisation,
    /// Where incident records are.
    pub incidents: Incidents,
    /// Where the registers are.
    pub registers: Registers,
    /// Lists exported from a ticket or follow-up system, by a name of your choice.
    pub exports: BTreeMap<String, Export>,
    /// Where minutes of reviews are.
    pub reviews: Reviews,
    /// When reviews are due.
    pub review: Review,
    /// The incident procedure, for `stale-procedure`.
    pub procedure: Option<Procedure>,
    /// Words for each severity class, besides the built-in ones.
    pub severity: SeverityWords,
    /// Days and counts at which rules begin to speak.
    pub thresholds: Thresholds,
    /// Levels of rules, and rules that no waiver may silence.
    pub rules: Rules,
    /// How dates are read.
    pub dates: Dates,
    /// Words of your own, by language and concept: `[vocabulary.en] actions = ["Follow-ups"]`.
    pub vocabulary: Additions,
    /// How evidence is resolved.
    pub evidence: Evidence,
    /// How history is read.
    pub history: HistorySettings,
    /// What leaves through outputs.
    pub privacy: Privacy,
    /// Frameworks that reports map to, and whose limits hold.
    pub frameworks: Frameworks,
    /// Statements that stand for something that no record can show.
    pub attestation: Vec<Attestation>,
    /// Approvals of weakened thresholds.
    pub approved_change: Vec<ApprovedChange>,
    /// Keys whose signatures count as witnesses.
    pub trust: Trust,
    /// The organisation's own rules.
    pub rule: Vec<OwnRule>,
}

/// What the report says about the management system.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Isms {
    /// The name of the organisation.
    pub organisation: Option<String>,
    /// The scope of the ISMS in a sentence.
    pub scope: Option<String>,
}

/// What stands on reports that are handed out.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Handout {
    /// How they are to be handled: `Confidential`. It stands on every printed page.
    pub label: Option<String>,
    /// How long they are kept, and where, in a sentence.
    pub retention: Option<String>,
}

/// What is possible in an organisation of this size.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// How large it is.
    pub size: Size,
    /// Who can check whom.
    pub independence: Independence,
}

/// How large an organisation is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// One person.
    Sole,
    /// A few people.
    Small,
    /// Everybody else.
    #[default]
    Standard,
    /// Several companies.
    Group,
}

/// Who can check whom.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Independence {
    /// Somebody who had no part in it.
    #[default]
    Full,
    /// A colleague.
    Peer,
    /// Nobody else is there.
    Sole,
}

/// Where incident records are.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Incidents {
    /// Globs of the files that are records; by default `incidents/**`.
    pub paths: Option<Vec<String>>,
    /// Globs of files that are none. READMEs, indexes and templates are left out anyway.
    pub exclude: Vec<String>,
    /// `file-stem` where the file's name is the id, else the key that holds it.
    pub id: Option<String>,
    /// Columns of CSV records that are named differently: field of the format = header.
    pub columns: BTreeMap<String, String>,
}

/// Where the registers are.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Registers {
    /// Risks; by default `risks/`.
    pub risks: Option<RegisterPath>,
    /// Policies; by default `policies/`.
    pub policies: Option<RegisterPath>,
    /// Procedures; by default `procedures/`.
    pub procedures: Option<RegisterPath>,
    /// The Statement of Applicability; by default `controls/`.
    pub controls: Option<RegisterPath>,
    /// Assets; by default `assets/`.
    pub assets: Option<RegisterPath>,
    /// People; by default `people/`.
    pub people: Option<RegisterPath>,
    /// Training; by default `training/`.
    pub training: Option<RegisterPath>,
    /// Management reviews; by default `management-reviews/`.
    pub management_reviews: Option<RegisterPath>,
    /// Incidents as a table: one row an incident.
    pub incidents: Option<RegisterPath>,
    /// Actions as a table: one row an action, with a column for its incident.
    pub actions: Option<RegisterPath>,
}

/// Where one register is, and how it is written.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterPath {
    /// A file, a glob, or a folder with its subfolders.
    pub path: String,
    /// The column or key that holds the id; `file-stem` for a folder whose file names are the ids.
    pub id: Option<String>,
    /// Columns that are named differently: field of the format = header.
    pub columns: BTreeMap<String, String>,
    /// Whether it may be missing.
    pub optional: bool,
    /// The separator of a CSV file, where it is not recognised.
    pub delimiter: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row that holds the headers, from 1, where it is not the first.
    pub header_row: Option<u32>,
}

/// A list exported from a ticket or follow-up system.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Export {
    /// The file.
    pub path: String,
    /// The column that holds the incident's or the action's id.
    pub id: Option<String>,
    /// Columns that are named differently: field of the format = header.
    pub columns: BTreeMap<String, String>,
}

/// Where minutes are.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reviews {
    /// The folder of minutes and batch reviews; by default `reviews`.
    pub path: Option<String>,
}

/// The incident procedure.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Procedure {
    /// The file.
    pub path: String,
    /// The heading of the section on learning from incidents.
    pub section: Option<String>,
}

/// Words for each severity class.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SeverityWords {
    /// Words for minor.
    pub minor: Vec<String>,
    /// Words for moderate.
    pub moderate: Vec<String>,
    /// Words for significant.
    pub significant: Vec<String>,
    /// Words for major.
    pub major: Vec<String>,
}

/// Levels of rules: `overdue-action = "error"`.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Rules {
    /// Rules that no waiver may silence.
    pub non_waivable: Vec<String>,
    /// The level of a rule.
    #[serde(flatten)]
    pub levels: BTreeMap<String, RuleSetting>,
}

/// The level of a rule, alone or with the document that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "\"error\", \"warning\", \"note\", \"off\", or { level = …, source = … }")]
pub enum RuleSetting {
    /// The level alone.
    Level(LevelSetting),
    /// The level with its source.
    Sourced {
        /// The level; without one only the source is named.
        level: Option<LevelSetting>,
        /// The internal document that asks for it.
        source: Option<String>,
    },
}

/// A level, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelSetting {
    /// Fails the run.
    Error,
    /// Is shown.
    Warning,
    /// Is shown briefly.
    Note,
    /// The rule is not run.
    Off,
}

/// How dates are read.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Dates {
    /// The order of `03/04/2026`: `dmy` (the default), `mdy` or `ymd`.
    pub order: DateOrder,
    /// The time zone of bare dates, for instance `Europe/Berlin`; by default UTC.
    pub timezone: Option<String>,
}

/// How evidence is resolved.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// This repository as its URLs name it, for instance `github.com/example/isms`.
    pub repository: Option<String>,
    /// Patterns of issue keys that count as references, for instance `SEC-\d+`.
    pub issue_keys: Vec<String>,
    /// Other repositories: name or URL = checkout beside this one.
    pub repositories: BTreeMap<String, String>,
}

/// How history is read.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HistorySettings {
    /// What landed up to this date counts as imported.
    pub since: Option<String>,
    /// What else counts as boilerplate in a document.
    pub boilerplate: Vec<String>,
}

/// What leaves through outputs.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// `full`, `reduced` or `minimal`; by default full at home, and reduced in a build.
    pub output: Option<PrivacyLevel>,
}

/// How much of a record leaves through outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PrivacyLevel {
    /// Everything.
    Full,
    /// Rule, id, field, place, dates and commits; no titles, no quoted text, people by handle.
    Reduced,
    /// Rule, id, field, place and what to do.
    Minimal,
}

/// Frameworks that reports map to.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Frameworks {
    /// Their names, as `iso27001` or `nis2`: those of the crosswalk in a report. A limit of one, such as a month for a
    /// review, only tightens.
    pub report: Vec<String>,
}

/// A statement that stands for something that no record can show.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Attestation {
    /// The first day that it speaks of.
    #[serde(deserialize_with = "day")]
    pub from: String,
    /// The last day that it speaks of.
    #[serde(deserialize_with = "day")]
    pub to: String,
    /// Who attests.
    pub by: String,
    /// That there were no incidents.
    pub no_incidents: bool,
    /// The commit up to which the history is attested.
    pub commit: Option<String>,
}

/// The approval of a weakened threshold.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovedChange {
    /// The key of the configuration.
    pub key: String,
    /// The value before.
    pub from: String,
    /// The value after.
    pub to: String,
    /// Why.
    pub why: String,
    /// Who approved it.
    pub by: String,
    /// When.
    #[serde(deserialize_with = "day")]
    pub on: String,
}

/// A day, in quotes or as TOML writes days: without.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a day, as \"2026-03-31\"")]
    enum Either {
        Text(String),
        Day(toml::value::Datetime),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Text(text) => text,
        Either::Day(day) => day.to_string(),
    })
}

/// Keys whose signatures count as witnesses.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Trust {
    /// A file of the repository with the public keys of the forge, as OpenSSH writes public keys or allowed signers.
    pub keys: Option<String>,
}
