//! Waivers: somebody answers for a finding, with a reason, until a day.

use super::{Fact, TextFact};
use crate::source::Place;
use crate::time::When;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A waiver as it is stated; whether it covers anything is for others to say.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiver {
    /// Where a finding about the waiver as a whole is placed.
    pub home: Place,
    /// Where it was written.
    pub site: Site,
    /// The rule whose findings it covers.
    pub rule: TextFact,
    /// The id of the record; of a file that holds no record, its path.
    pub record: TextFact,
    /// The dotted path of the field that it covers, with all below it; without one the whole record.
    pub field: TextFact,
    /// Why.
    pub reason: TextFact,
    /// Who approved it.
    pub approver: TextFact,
    /// Since when it is meant to last.
    pub created: Fact<When>,
    /// Its last day.
    pub expires: Fact<When>,
}

/// Where a waiver was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Site {
    /// The entry of `closeloop-waivers.toml` of this number, from 0.
    File(usize),
    /// A comment in the record, next to what it covers.
    Comment(Beside),
}

/// What a comment stands next to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beside {
    /// The offset at which the line begins that it stands next to; `None` where nothing follows.
    pub line: Option<u32>,
    /// A digest of that line without its waivers, by which it is known in other versions of the file.
    pub digest: u64,
    /// Why it covers nothing, whatever it says.
    pub flaw: Option<Flaw>,
}

/// Why a comment cannot be a waiver where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Its line holds several fields or items, and more may come.
    Several,
    /// It begins and does not end.
    Unclosed,
}

/// What a waiver is about, in any version of what it was written in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WaiverKey {
    rule: Box<str>,
    record: Box<str>,
    field: Box<str>,
    /// The line that a comment stands next to, where no field is known.
    beside: Option<u64>,
}

/// A digest of a line up to the comment that it ends with: it stays the same when a waiver is put there.
pub fn line_digest(line: &str) -> u64 {
    let end = ["<!--", " #"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    digest(line.get(..end).unwrap_or_default())
}

/// A digest of a text without the blanks around it.
pub fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.trim().hash(&mut hasher);
    hasher.finish()
}

impl Waiver {
    /// What it is about.
    pub fn key(&self) -> WaiverKey {
        let word = |fact: &TextFact| fact.text().unwrap_or_default().trim().into();
        let field: Box<str> = word(&self.field);
        let beside = match self.site {
            Site::Comment(beside) if field.is_empty() => Some(beside.digest),
            _ => None,
        };
        WaiverKey { rule: word(&self.rule), record: word(&self.record), field, beside }
    }

    /// The same waiver in another version of its file, where it stands in this one.
    #[must_use]
    pub fn moved_to(&self, here: &Self) -> Self {
        let at = |fact: &TextFact| match fact.text() {
            Some(text) => Fact::stated(text.into(), here.home),
            None => Fact::Absent { place: here.home },
        };
        let day = |fact: &Fact<When>| match fact.value() {
            Some(when) => Fact::stated(*when, here.home),
            None => Fact::Absent { place: here.home },
        };
        Self {
            rule: at(&self.rule),
            reason: at(&self.reason),
            approver: at(&self.approver),
            created: day(&self.created),
            expires: day(&self.expires),
            ..here.clone()
        }
    }

    /// Whether it is a comment.
    pub fn is_comment(&self) -> bool {
        matches!(self.site, Site::Comment(_))
    }

    /// The dotted path of one of its values, for a finding: `waiver.2.expires`, or the field that a comment stands at.
    pub fn path(&self, key: &str) -> String {
        match self.site {
            Site::File(number) if key.is_empty() => format!("waiver.{number}"),
            Site::File(number) => format!("waiver.{number}.{key}"),
            Site::Comment(_) => self.field.text().unwrap_or_default().to_owned(),
        }
    }
}
