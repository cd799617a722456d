//! Checks that an organisation learned from its information security incidents, by reading its ISMS in git.

pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod figure;
pub mod framework;
pub mod git;
pub mod history;
pub mod merge;
pub mod page;
pub mod population;
pub mod privacy;
pub mod prose;
pub mod record;
pub mod render;
pub mod report;
pub mod rules;
pub mod source;
pub mod text;
pub mod time;
pub mod timeline;
pub mod trend;
pub mod verdict;
pub mod verify;
pub mod vocabulary;
