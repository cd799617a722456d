//! Pictures, drawn.

mod svg;

pub use svg::svg;
