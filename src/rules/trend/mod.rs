//! Across incidents.

mod crowd;
mod tags;

pub mod failed_remedy;
pub mod silent_register;
pub mod split_incident;
pub mod stale_trend;
pub mod unraised_pattern;
