//! Waivers and the run itself.

pub mod contradicted_status;
mod exported;
pub mod unmatched_population;
