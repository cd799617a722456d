//! A verdict, shown: pure functions, so that all formats agree.

pub mod catalogue;
mod excerpt;
pub mod github;
pub mod job;
pub mod json;
pub mod show;
mod summary;
pub mod text;
pub mod timeline;
