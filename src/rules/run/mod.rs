//! Waivers and the run itself.

mod exported;

pub mod contradicted_status;
pub mod unmatched_population;
