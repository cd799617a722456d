//! A verdict, shown: pure functions, so that all formats agree.

pub mod json;
