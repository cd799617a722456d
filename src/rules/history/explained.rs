//! Entries that explain what happened to a field: `amendments`, `recorded_late` and the like.

use crate::record::{Explanation, Fact};
use crate::rules::{Case, Finding};
use chrono::NaiveDate;

/// The list of entries that explains something, with the entry that does.
#[derive(Clone, Copy)]
pub(super) struct Explained<'i> {
    pub list: &'static str,
    pub entry: &'i Explanation,
}

impl<'i> Explained<'i> {
    /// The first entry with reason and name that a test takes.
    pub fn find(
        list: &'static str,
        entries: &'i Fact<Vec<Explanation>>,
        is_meant: impl Fn(&Explanation) -> bool,
    ) -> Option<Self> {
        let entry = entries.items().iter().find(|entry| entry.is_complete() && is_meant(entry))?;
        Some(Self { list, entry })
    }

    /// Turns a finding into a note that keeps the reason.
    pub fn acknowledge(&self, finding: Finding) -> Finding {
        let Explanation { why, by, .. } = self.entry;
        finding.acknowledged(self.list, why.text().unwrap_or_default(), by.text().unwrap_or_default())
    }
}

/// Whether an entry names a field, or something that it is a part of: `factors` names `factors.detection`.
pub(super) fn is_named(entry: &Explanation, names: &[&str]) -> bool {
    let within = |name: &str, named: &str| {
        name.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '#']))
    };
    entry.fields.items().iter().any(|field| names.iter().any(|name| within(name, field.as_str().trim())))
}

/// Whether an entry may speak of a landing: one that was written clearly before it tells of something else.
pub(super) fn may_explain(case: &Case<'_>, entry: &Explanation, landed: NaiveDate) -> bool {
    let tolerance = case.book().threshold(|t| &t.recorded_after);
    entry.on.value().is_none_or(|on| on.days_until(landed) <= tolerance)
}
