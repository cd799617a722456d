//! Honest and systemic causes.

pub mod unanswered_elsewhere;
pub mod unanswered_lens;
pub mod unrecorded_success;
