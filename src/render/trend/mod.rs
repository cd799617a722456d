//! A page of trends: a function of one [`Trend`]. No page holds anything that the value does not.

mod curve;
mod figures;
mod front;
mod page;
mod review;
mod stopped;
mod words;

pub use page::page;

use crate::render::page as pages;
use crate::trend::Trend;

/// The page as Markdown, ready to be committed: its head says in YAML which days it covers and which incidents it lists,
/// which is what rules read.
pub fn markdown(trend: &Trend) -> String {
    format!("{}{}", front::front(trend), pages::markdown(&page(trend)))
}

/// The page as HTML.
pub fn html(trend: &Trend) -> String {
    pages::html(&page(trend))
}
