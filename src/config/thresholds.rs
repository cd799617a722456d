//! The numbers at which rules begin to speak, each with its usual value and the way in which it asks for less.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// A number, alone or with the document that it comes from: `60` or `{ value = 60, source = "IMS1 8.4" }`.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(untagged)]
pub enum Threshold {
    /// The number alone.
    Value(i64),
    /// The number with its source.
    Sourced {
        /// The number.
        value: i64,
        /// The internal document that says so.
        source: Option<String>,
    },
}

impl Threshold {
    /// The number.
    pub fn value(&self) -> i64 {
        match self {
            Self::Value(value) | Self::Sourced { value, .. } => *value,
        }
    }

    /// The internal document that it comes from.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::Sourced { source, .. } => source.as_deref(),
        }
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sourced {
            value: i64,
            source: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a whole number, or { value = 60, source = \"…\" }")]
        enum Either {
            Value(i64),
            Sourced(Sourced),
        }
        let threshold = match Either::deserialize(deserializer)? {
            Either::Value(value) => Self::Value(value),
            Either::Sourced(Sourced { value, source }) => Self::Sourced { value, source },
        };
        if (0..=36_500).contains(&threshold.value()) {
            Ok(threshold)
        } else {
            Err(serde::de::Error::custom("a threshold is a number from 0 to 36500"))
        }
    }
}

/// Which way a number asks for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weaker {
    /// A larger one lets more pass.
    More,
    /// A smaller one lets more pass.
    Less,
}

macro_rules! thresholds {
    ($($(#[$doc:meta])* $name:ident = $default:literal, $weaker:ident;)+) => {
        /// Days and counts at which rules begin to speak. Each is a number, or a number with its source.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Thresholds { $($(#[$doc])* pub $name: Threshold),+ }

        impl Default for Thresholds {
            fn default() -> Self { Self { $($name: Threshold::Value($default)),+ } }
        }

        impl Thresholds {
            /// Every threshold: its key, its number, and which way is weaker.
            pub fn each(&self) -> Vec<(&'static str, i64, Weaker)> {
                vec![$((stringify!($name), self.$name.value(), Weaker::$weaker)),+]
            }

            /// Another number for a key, with what it comes from.
            pub(super) fn set(&mut self, key: &str, value: i64, source: &str) {
                match key {
                    $(stringify!($name) => {
                        self.$name = Threshold::Sourced { value, source: Some(source.to_owned()) };
                    })+
                    _ => {}
                }
            }
        }
    };
}

thresholds! {
    /// Days after detection or containment until a severity has to be there.
    severity_decided_after = 3, More;
    /// Days after recovery until an incident that is not closed is a warning.
    unclosed_after = 60, More;
    /// Days after recovery until a significant incident that is not closed is an error.
    unclosed_error_after = 90, More;
    /// Words that tell what happened.
    told_words = 40, Less;
    /// Dated timeline entries that tell what happened.
    told_entries = 3, Less;
    /// Records within a year in which one reason becomes boilerplate.
    boilerplate_records = 3, More;
    /// Words that a reason needs.
    boilerplate_words = 4, Less;
    /// Similarity in percent from which a review counts as copied.
    copied_similarity = 90, More;
    /// Words that a cause needs before it is compared.
    copied_words = 12, More;
    /// Days after the review until risk, policy, awareness and management have to follow.
    flow_after = 14, More;
    /// Days that an acceptance without an end lasts.
    acceptance_lasts = 365, More;
    /// The farthest due date of a major incident's action, in days.
    horizon_major = 90, More;
    /// The farthest due date of a significant incident's action, in days.
    horizon_significant = 180, More;
    /// The farthest due date of any other action, in days.
    horizon = 365, More;
    /// Days overdue until an action of a significant or major incident is an error.
    overdue_error_after_significant = 7, More;
    /// Days overdue until any other action is an error.
    overdue_error_after = 30, More;
    /// Days after completion until an action's effect is to be checked.
    effect_checked_after = 60, More;
    /// Days after that until a missing check is a finding.
    effect_grace = 14, More;
    /// Days after completion before which somebody who works alone cannot judge the effect of their own action.
    sole_verified_after = 30, Less;
    /// Days before a management review that an incident's review may be too fresh for it.
    reported_after = 14, More;
    /// Days within which incidents with one cause are a pattern.
    pattern_within = 183, Less;
    /// Incidents with one cause that are a pattern.
    pattern_count = 2, More;
    /// Days until a pattern has to be raised.
    pattern_raised_after = 30, More;
    /// Hours within which incidents of one category and asset look like one.
    split_hours = 72, Less;
    /// Incidents of one category and asset that look like one.
    split_count = 3, More;
    /// Days without any record until the register is silent (twice as many in small organisations).
    silent_after = 180, More;
    /// Days after which the incident procedure has to be reviewed again (13 months).
    procedure_reviewed_within = 396, More;
    /// Days after detection or closure until the record has to say so.
    recorded_after = 14, More;
    /// Days after a review or a completion until the record has to say so.
    done_recorded_after = 7, More;
    /// Days from which a fact of a significant incident that was recorded late is an error.
    recorded_error_after = 30, More;
    /// Days after the last review until cause, factors, reviews and lessons are sealed.
    sealed_after = 14, More;
    /// Days that a waiver may last.
    waiver_lasts = 180, More;
}
