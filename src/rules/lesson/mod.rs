//! Did it teach anything?

pub(super) mod answers;
pub mod lapsed_acceptance;
pub mod mismatched_action;
pub mod missing_lesson;
pub mod unaddressed_lesson;
pub mod unclassified_lesson;
