//! `[review.window]`: when reviews are due.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// When reviews are due.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Review {
    /// Windows by severity class.
    pub window: Windows,
}

/// When a review is on time, by severity class.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Windows {
    /// Minor: 14 days after closure.
    pub minor: Window,
    /// Moderate: 28 days after closure.
    pub moderate: Window,
    /// Significant: 28 days after closure.
    pub significant: Window,
    /// Major: two stages.
    pub major: MajorWindows,
}

/// The two stages of a major incident.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MajorWindows {
    /// From containment to 7 days after recovery.
    pub hot_wash: Window,
    /// 21 to 56 days after closure.
    pub reflective: Window,
}

/// A window in days.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    /// The first day (of a major's reflective review).
    #[serde(deserialize_with = "window_days")]
    pub from: Option<i64>,
    /// The last day.
    #[serde(deserialize_with = "window_days")]
    pub to: Option<i64>,
    /// Days after the last one until a missing review is an error.
    #[serde(deserialize_with = "window_days")]
    pub grace: Option<i64>,
    /// The internal document that says so, for instance `IMS1 8.2`.
    pub source: Option<String>,
    /// The clause of a framework that made it stricter.
    #[serde(skip)]
    #[schemars(skip)]
    pub limit: Option<String>,
}

/// A number of days, as many as make sense.
fn window_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let days = i64::deserialize(deserializer)?;
    let error = || serde::de::Error::custom("a window has a number of days from 0 to 36500");
    (0..=36_500).contains(&days).then_some(Some(days)).ok_or_else(error)
}
