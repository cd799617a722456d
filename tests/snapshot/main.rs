//! Snapshots of real repositories.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may stop at the first thing that is not as it should be")]

mod git;
#[cfg(unix)]
mod hooks;
mod hostile;
mod layouts;
#[cfg(unix)]
mod links;
mod questions;
mod sources;
