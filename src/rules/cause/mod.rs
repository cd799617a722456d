//! Honest and systemic causes.

pub mod blaming_language;
