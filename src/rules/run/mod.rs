//! Waivers and the run itself.

pub mod contradicted_status;
mod exported;
pub mod loosened_rules;
pub mod skipped_file;
pub mod unmatched_population;
