//! XML as a reader of office files needs it: tags by their local names, and text.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The greatest depth that is read.
const MOST_DEEP: usize = 1_000;

/// One step through a text of XML.
pub(super) enum Part<'x> {
    /// A tag that opens; an empty one is followed by its end.
    Open(Tag<'x>),
    /// The local name of a tag that closes.
    Close(String),
    /// Text, with references resolved.
    Text(String),
}

/// A tag with its attributes.
pub(super) struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        let name: &str = &self.0;
        let name = name.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or(name);
        name.rsplit(':').next().unwrap_or(name)
    }

    /// The value of an attribute by its name without a prefix.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes().filter_map(Result::ok);
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }
}

/// The steps through a text of XML.
pub(super) struct Parts<'x> {
    reader: Reader<&'x [u8]>,
    /// The end that follows an empty tag.
    closes: Option<String>,
    depth: usize,
}

impl<'x> Parts<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        Self { reader: Reader::from_str(text.trim_start_matches('\u{feff}')), closes: None, depth: 0 }
    }

    /// The next step, or the end; the outer `None` where the text is no XML that office files hold.
    pub(super) fn next(&mut self) -> Option<Option<Part<'x>>> {
        if let Some(name) = self.closes.take() {
            return Some(Some(Part::Close(name)));
        }
        loop {
            let part = match self.reader.read_event().ok()? {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > MOST_DEEP {
                        return None;
                    }
                    Part::Open(Tag(tag))
                }
                Event::Empty(tag) => {
                    let tag = Tag(tag);
                    self.closes = Some(tag.name().to_owned());
                    Part::Open(tag)
                }
                Event::End(tag) => {
                    self.depth = self.depth.checked_sub(1)?;
                    Part::Close(tag.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Part::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Part::Text(text.to_string()),
                Event::GeneralRef(reference) => Part::Text(match reference.resolve_char_ref().ok()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference)?.to_owned(),
                }),
                // Office files have none, and what it may define is an attack.
                Event::DocType(_) => return None,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof => return (self.depth == 0).then_some(None),
            };
            return Some(Some(part));
        }
    }
}
