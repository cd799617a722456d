//! `[[rule]]`: the organisation's own rules, as data.

use super::LevelSetting;
use schemars::JsonSchema;
use serde::Deserialize;

/// A rule of the organisation's own procedure.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OwnRule {
    /// Its id, in the form of the built-in ones: `uninformed-regulator`.
    pub id: String,
    /// Which incidents it is about; without it, all.
    pub when: Condition,
    /// What such an incident needs.
    pub require: Requirement,
    /// The level of its findings; by default a warning.
    pub level: Option<LevelSetting>,
    /// What a finding says.
    pub message: String,
    /// The internal document that asks for it.
    pub source: Option<String>,
}

/// Which incidents a rule is about; all conditions have to hold.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// One of these severity classes or words.
    pub severity: Vec<String>,
    /// One of these categories.
    pub category: Vec<String>,
    /// One of these cause tags.
    pub tag: Vec<String>,
    /// One of these states.
    pub status: Vec<String>,
    /// One of these origins.
    pub origin: Vec<String>,
    /// Whether a supplier is the origin, or a lesson is about one.
    pub supplier: Option<bool>,
    /// Whether persons were affected (`affected.persons` above zero).
    pub personal_data: Option<bool>,
    /// One of these assets is affected.
    pub asset: Vec<String>,
}

/// What an incident needs; each stated part has to hold.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Requirement {
    /// A field that has to be answered, as a dotted path: `links.risks`, `factors.detection`.
    pub field: Option<String>,
    /// A role that has to take part in a review.
    pub participant: Option<String>,
    /// The least number of actions.
    pub actions: Option<usize>,
    /// A register to which a link is needed: `risks`, `policies`, `controls`, `training`, `management_reviews`.
    pub link: Option<String>,
    /// A date that has to lie within some days of another.
    pub within: Option<Within>,
}

/// A date within some days of another.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Within {
    /// The later date, as a dotted path: `closed`.
    pub date: String,
    /// The earlier date, as a dotted path: `detected`.
    pub of: String,
    /// How many days may lie between them.
    pub days: i64,
}
