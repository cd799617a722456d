//! A page as a PDF that is kept (PDF/A-2a) and that everybody can read (PDF/UA-1).
//!
//! The page is laid out first, as leaves with what stands on them and a structure that says what it is; then it is
//! drawn. Every letter goes where the program puts it, so the same page gives the same bytes.

mod draw;
mod face;
mod figure;
mod flow;
mod leaf;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

use crate::page::Page;
use chrono::{Datelike as _, NaiveDate};
use face::Faces;
use flow::Flow;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::error::KrillaError;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::Outline;
use krilla::tagging::TagTree;
use std::fmt;

/// What a PDF says of its making: nothing of the clock, so that it can be made again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made<'m> {
    /// The day that stands as that of its making.
    pub day: NaiveDate,
    /// What tells it from every other document, such as the commit with the period.
    pub id: &'m str,
}

/// Why there is no PDF.
#[derive(Debug)]
pub enum PdfError {
    /// A face that the program holds cannot be read.
    Face,
    /// PDF/A and PDF/UA do not go together.
    Standard,
    /// It does not keep to PDF/A or PDF/UA.
    Refused(KrillaError),
}

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Face => f.write_str("a typeface of the program cannot be read"),
            Self::Standard => f.write_str("PDF/A-2a and PDF/UA-1 do not go together"),
            Self::Refused(KrillaError::Validation(errors)) => {
                let first = errors.first().map_or(String::new(), |(error, _)| format!(": {error:?}"));
                write!(f, "the PDF would not keep to PDF/A-2a and PDF/UA-1{first}")
            }
            Self::Refused(error) => write!(f, "the PDF cannot be written: {error}"),
        }
    }
}

impl std::error::Error for PdfError {}

/// The page as a PDF.
///
/// # Errors
/// Where the document would not keep to PDF/A-2a and PDF/UA-1.
pub fn pdf(page: &Page, made: &Made<'_>) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PdfError::Standard)?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let faces = Faces::load().ok_or(PdfError::Face)?;
    let flow = Flow::of(page, &faces);
    let drawn = draw::leaves(&mut document, &flow);
    let mut tree = TagTree::new().with_lang(Some(page.language.to_owned()));
    flow.structure.iter().for_each(|node| tree.push(draw::tags(node, &drawn)));
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    flow.bookmarks.iter().for_each(|mark| outline.push_child(draw::bookmark(mark)));
    document.set_outline(outline);
    document.set_metadata(metadata(page, made));
    document.finish().map_err(PdfError::Refused)
}

fn metadata(page: &Page, made: &Made<'_>) -> Metadata {
    let number = |n: u32| u8::try_from(n).unwrap_or(1);
    let day = DateTime::new(u16::try_from(made.day.year()).unwrap_or_default());
    let day = day.month(number(made.day.month())).day(number(made.day.day()));
    Metadata::new()
        .title(page.name.to_string())
        .description(page.foot.to_string())
        .language(page.language.to_owned())
        .creator(format!("closeloop {}", env!("CARGO_PKG_VERSION")))
        .creation_date(day)
        .document_id(made.id.to_owned())
}
