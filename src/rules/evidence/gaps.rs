//! What could not be compared, counted by its reason.

use crate::rules::{NotRun, Outcome};
use crate::text::Text;
use std::collections::BTreeMap;

/// What could not be compared.
pub(in crate::rules) struct Gaps {
    one: &'static str,
    many: &'static str,
    counts: BTreeMap<Text, u32>,
}

impl Gaps {
    /// None so far; how one and several of what is counted are called.
    pub fn new(one: &'static str, many: &'static str) -> Self {
        Self { one, many, counts: BTreeMap::new() }
    }

    /// One more.
    pub fn add(&mut self, why: impl Into<Text>) {
        *self.counts.entry(why.into()).or_default() += 1;
    }

    /// Says what was not compared, with its count.
    pub fn tell(self, out: &mut Outcome) {
        for (why, count) in self.counts {
            let noun = if count == 1 { self.one } else { self.many };
            out.not_run(NotRun(Text::joined([&Text::of_run(format!("{count} {noun}")), &why], " ")));
        }
    }
}
