//! Snapshots of real repositories.

mod git;
mod hooks;
mod hostile;
mod layouts;
mod questions;
mod sources;
