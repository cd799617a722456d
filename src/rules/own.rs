//! The organisation's own rules: conditions and requirements as data of the configuration.

use super::{Case, Meta, NotRun, Outcome, Rule};
use crate::config::model::OwnRule;

/// One rule of the configuration.
#[derive(Clone, Debug)]
pub struct OwnRules(pub OwnRule);

impl Rule for OwnRules {
    fn id(&self) -> &str {
        &self.0.id
    }

    fn meta(&self) -> Option<&Meta> {
        None
    }

    fn check(&self, _case: &Case<'_>, _out: &mut Outcome) -> Result<(), NotRun> {
        Ok(())
    }
}
