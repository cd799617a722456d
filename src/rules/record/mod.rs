//! Can it be read, is it complete?

pub mod unreadable_record;
