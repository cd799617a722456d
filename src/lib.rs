//! Checks that an organisation learned from its information security incidents, by reading its ISMS in git.

pub mod document;
pub mod git;
pub mod record;
pub mod source;
pub mod time;
pub mod vocabulary;
