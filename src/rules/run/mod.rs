//! Waivers and the run itself.

pub mod approver;
pub mod contradicted_status;
mod exported;
pub mod invalid_waiver;
pub mod loosened_rules;
pub mod retroactive_waiver;
pub mod skipped_file;
pub mod unmatched_population;
pub mod waivers;
