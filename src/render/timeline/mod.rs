//! The life of one incident, shown: as [`text()`], as a picture of [`crate::figure`], and as JSON by its own shape.

mod text;

pub use text::text;
