//! A verdict, shown: pure functions, so that all formats agree.

pub mod azure;
pub mod bitbucket;
pub mod catalogue;
mod due;
mod excerpt;
pub mod figure;
pub mod github;
pub mod gitlab;
pub mod job;
pub mod json;
pub mod junit;
pub mod merge;
pub mod page;
pub mod rdjson;
pub mod report;
pub mod sarif;
pub mod schema;
pub mod show;
pub mod step;
mod summary;
pub mod text;
pub mod timeline;
pub mod trend;
