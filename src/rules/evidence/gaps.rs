//! What could not be compared, counted by its reason.

use crate::rules::{NotRun, Outcome};
use std::collections::BTreeMap;

/// What could not be compared.
pub(in crate::rules) struct Gaps {
    one: &'static str,
    many: &'static str,
    counts: BTreeMap<String, u32>,
}

/// What lies in a repository that nobody mapped.
pub(in crate::rules) const EXTERNAL: &str = "external, not checked: the repository is not mapped";
/// An address may mean this repository or another.
pub(in crate::rules) const NAMELESS: &str =
    "how this repository is called is not known: set `[evidence] repository` in closeloop.toml";
/// What was over before the history was imported.
pub(in crate::rules) const IMPORTED: &str = "from before the import of the history";

impl Gaps {
    /// None so far; how one and several of what is counted are called.
    pub fn new(one: &'static str, many: &'static str) -> Self {
        Self { one, many, counts: BTreeMap::new() }
    }

    /// One more.
    pub fn add(&mut self, why: impl Into<String>) {
        *self.counts.entry(why.into()).or_default() += 1;
    }

    /// Says what was not compared, with its count.
    pub fn tell(self, out: &mut Outcome) {
        for (why, count) in self.counts {
            let noun = if count == 1 { self.one } else { self.many };
            out.not_run(NotRun(format!("{count} {noun} {why}")));
        }
    }
}
