//! Honest and systemic causes.
