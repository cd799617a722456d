//! A page of trends: a function of one [`Trend`]. No page holds anything that the value does not.

mod curve;
mod figures;
mod front;
mod page;
mod review;
mod stopped;
mod strip;
mod words;

pub use page::page;

use crate::page::Block;
use crate::render::page as pages;
use crate::trend::Trend;

/// The page as Markdown, ready to be committed: its head says in YAML which days it covers and which incidents it lists,
/// which is what rules read.
pub fn markdown(trend: &Trend) -> String {
    let mut page = page(trend);
    let picture = page.sections.first_mut().filter(|_| !trend.stopped.causes.is_empty());
    // Markdown shows no picture, and its first one is what the page is about.
    picture.into_iter().for_each(|section| section.blocks.insert(0, Block::Code(strip::lines(&trend.stopped))));
    format!("{}{}", front::front(trend), pages::markdown(&page))
}

/// The page as a PDF, which is dated with the day that everything is judged at.
///
/// # Errors
/// Where the document would not keep to PDF/A-2a and PDF/UA-1.
pub fn pdf(trend: &Trend) -> Result<Vec<u8>, pages::PdfError> {
    let commit = trend.commit.as_deref().unwrap_or_default();
    let id = format!("closeloop trend of {commit}, {}, as of {}", trend.period, trend.as_of);
    pages::pdf(&page(trend), &pages::Made { day: trend.as_of.0, id: &id })
}

/// The page as HTML.
pub fn html(trend: &Trend) -> String {
    pages::html(&page(trend))
}
