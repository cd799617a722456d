//! Across incidents.

mod crowd;
pub mod failed_remedy;
pub mod silent_register;
pub mod split_incident;
pub mod stale_trend;
mod tags;
pub mod unraised_pattern;

pub use tags::{Tagged, causes};
