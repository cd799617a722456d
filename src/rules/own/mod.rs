//! The organisation's own rules: conditions and requirements as data of the configuration.
//!
//! ```toml
//! [[rule]]
//! id = "uninformed-regulator"
//! when = { severity = ["major"], personal_data = true }
//! require = { within = { date = "reviews.management.on", of = "detected", days = 14 } }
//! message = "Management heard of a major incident later than our procedure allows"
//! source = "IMS1 8.4"
//! ```

mod require;
mod when;
mod words;

use super::{Case, Meta, NotRun, Outcome, Rule};
use crate::config::Level;
use crate::config::model::{LevelSetting, OwnRule};
use crate::record::Incident;

/// One rule of the configuration.
#[derive(Clone, Debug)]
pub struct OwnRules(pub OwnRule);

impl OwnRules {
    /// The level of its findings: a warning unless the configuration says otherwise.
    pub fn level(&self) -> Level {
        match self.0.level {
            Some(LevelSetting::Error) => Level::Error,
            Some(LevelSetting::Note | LevelSetting::Off) => Level::Note,
            Some(LevelSetting::Warning) | None => Level::Warning,
        }
    }

    /// Whether it is turned off where it stands.
    pub fn is_off(&self) -> bool {
        self.0.level == Some(LevelSetting::Off)
    }

    /// One sentence that says what it is about: its message.
    pub fn summary(&self) -> String {
        self.0.message.trim().to_owned()
    }

    /// What it asks for, of which incidents, and which document asks for it, as plain text.
    pub fn explanation(&self) -> String {
        words::explanation(self)
    }

    /// Whether it speaks of incidents in this state: without a condition on it, of all but dismissed ones and
    /// tombstones.
    fn is_about(&self, incident: &Incident) -> bool {
        !self.0.when.status.is_empty() || incident.is_live()
    }
}

impl Rule for OwnRules {
    fn id(&self) -> &str {
        &self.0.id
    }

    fn meta(&self) -> Option<&Meta> {
        None
    }

    fn check(&self, case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
        let incidents = case.population().incidents.iter().filter(|incident| self.is_about(incident));
        let required = require::Required::new(self, case);
        for incident in incidents.filter(|incident| when::holds(case, &self.0.when, incident)) {
            required.judge(incident, out);
        }
        Ok(())
    }
}
