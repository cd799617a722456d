//! How much a configuration lets be shown, also where it cannot be used otherwise.

use super::model::PrivacyLevel;
use crate::document::{self, Document, Node, Syntax};
use crate::source::Source;

/// What a configuration says of privacy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stated {
    /// There is no word of it: what is usual holds.
    Nothing,
    /// A level.
    Level(PrivacyLevel),
    /// It cannot be known: it could not be read, or what it says is no level.
    Unknown,
}

impl From<Option<PrivacyLevel>> for Stated {
    fn from(level: Option<PrivacyLevel>) -> Self {
        level.map_or(Self::Nothing, Self::Level)
    }
}

impl Stated {
    /// What a file says, as far as it can be read: a mistake elsewhere in it does not count.
    pub fn by(source: &Source) -> Self {
        let Document { data, problems, .. } = document::parse(source, Syntax::Toml);
        let entry = |node: &Node, key: &str| node.map().and_then(|map| map.entry(key)).map(|entry| entry.value.clone());
        let table = data.and_then(|data| entry(&data, "privacy"));
        let level = table.as_ref().and_then(|table| entry(table, "output")).and_then(|value| level(value.text()?));
        match level {
            Some(level) => Self::Level(level),
            None if table.is_none() && problems.is_empty() => Self::Nothing,
            None => Self::Unknown,
        }
    }
}

fn level(word: &str) -> Option<PrivacyLevel> {
    match word.trim().to_ascii_lowercase().as_str() {
        "full" => Some(PrivacyLevel::Full),
        "reduced" => Some(PrivacyLevel::Reduced),
        "minimal" => Some(PrivacyLevel::Minimal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    #[test]
    fn a_level_is_read_beside_mistakes_and_a_wrong_one_is_unknown() {
        let stated = |text: &str| Stated::by(&Source::from_text(RepoPath::new("closeloop.toml"), text));
        let minimal = Stated::Level(PrivacyLevel::Minimal);
        assert_eq!(stated("[privacy]\noutput = 'minimal'\n[rulez]\nx = 1\n"), minimal);
        assert_eq!(stated("privacy.output = 'minimal'\nprofile =\n"), minimal);
        assert_eq!(stated("profile = 'standard'\n"), Stated::Nothing);
        for wrong in ["[privacy]\noutput = 'least'\n", "[privacy]\nouput = 'minimal'\n", "profile =\n"] {
            assert_eq!(stated(wrong), Stated::Unknown, "{wrong}");
        }
    }
}
