//! Can it be read, is it complete?

pub mod placeholder_text;
pub mod sensitive_text;
pub mod unreadable_record;
