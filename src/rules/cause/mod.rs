//! Honest and systemic causes.

pub mod blaming_language;
pub mod copied_review;
pub mod person_as_cause;
pub mod symptom_as_cause;
pub mod unanswered_elsewhere;
pub mod unanswered_lens;
pub mod unrecorded_success;
