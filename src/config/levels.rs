//! From what a rule found to the level that it is shown with.

use super::model::{Config, LevelSetting, RuleSetting};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How grave a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; never fails a run.
    Note,
    /// Should be mended.
    Warning,
    /// Fails the run.
    Error,
}

impl Level {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A profile as `profiles.toml` has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    off: Vec<String>,
    at_least: BTreeMap<String, Level>,
    at_most: BTreeMap<String, Level>,
}

/// Levels by profile and configuration.
#[derive(Debug, Clone, Default)]
pub struct LevelPolicy {
    profile: Profile,
    settings: BTreeMap<String, RuleSetting>,
}

/// All profiles by name.
pub fn profiles() -> BTreeMap<String, Profile> {
    // The file is part of the program and a test reads it, so a failure cannot reach a user.
    toml::from_str(include_str!("profiles.toml")).unwrap_or_default()
}

impl LevelPolicy {
    /// The levels of a profile, with the settings of a configuration on top.
    pub(super) fn new(profile: Profile, config: &Config) -> Self {
        Self { profile, settings: config.rules.levels.clone() }
    }

    /// What the configuration itself says of a rule.
    pub fn setting(&self, rule: &str) -> Option<LevelSetting> {
        match self.settings.get(rule)? {
            RuleSetting::Level(level) => Some(*level),
            RuleSetting::Sourced { level, .. } => *level,
        }
    }

    /// Whether a rule does not run at all.
    pub fn is_off(&self, rule: &str) -> bool {
        match self.setting(rule) {
            Some(setting) => setting == LevelSetting::Off,
            None => self.profile.off.iter().any(|off| off == rule),
        }
    }

    /// The internal document that asks for a rule, where the configuration names one.
    pub fn source(&self, rule: &str) -> Option<&str> {
        match self.settings.get(rule)? {
            RuleSetting::Level(_) => None,
            RuleSetting::Sourced { source, .. } => source.as_deref(),
        }
    }

    /// The level of a breach that a rule found at its own level.
    pub fn level(&self, rule: &str, own: Level) -> Level {
        match self.setting(rule) {
            Some(LevelSetting::Error) => Level::Error,
            Some(LevelSetting::Warning) => Level::Warning,
            Some(LevelSetting::Note | LevelSetting::Off) => Level::Note,
            None => {
                let raised = self.profile.at_least.get(rule).map_or(own, |least| own.max(*least));
                self.profile.at_most.get(rule).map_or(raised, |most| raised.min(*most))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_can_be_read() {
        let read: Result<BTreeMap<String, Profile>, _> = toml::from_str(include_str!("profiles.toml"));
        assert_eq!(
            read.map(|p| p.into_keys().collect::<Vec<_>>()),
            Ok(vec!["auditor".into(), "standard".into(), "starter".into()])
        );
    }

    #[test]
    fn a_setting_wins_over_the_profile() {
        let config: Config = toml::from_str("[rules]\nlate-review = 'error'\nearly-review = 'off'").unwrap();
        let policy = LevelPolicy::new(profiles().remove("auditor").unwrap(), &config);
        assert_eq!(policy.level("late-review", Level::Note), Level::Error);
        assert!(policy.is_off("early-review"));
        assert_eq!(policy.level("silent-register", Level::Note), Level::Warning);
    }
}
