//! Did it teach anything?

pub mod lapsed_acceptance;
pub mod mismatched_action;
pub mod missing_lesson;
pub mod unaddressed_lesson;
pub mod unclassified_lesson;

pub(super) mod answers;
