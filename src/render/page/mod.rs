//! What people read, in the formats that they read: functions of a [`Page`](crate::page::Page).

mod html;
mod markdown;
mod markup;
mod pdf;

pub use html::html;
pub use markdown::markdown;
pub use pdf::{Made, PdfError, pdf};

/// What an id may be made of, wherever it came from.
fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
