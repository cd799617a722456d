//! Waivers and the run itself.

pub mod skipped_file;
