//! A past state of the repository, judged by the rules of today.

use super::baseline::Baseline;
use super::judge::{Examined, Judgement, Options, Reading, judge_beside};
use super::trust::keys;
use super::{Verdict, waivers};
use crate::git::Snapshot;
use crate::population::build;
use crate::source::Source;

/// Judges a commit of the past by the configuration of today, at the date of the options. No baseline covers anything:
/// it says what stood when closeloop was adopted, and the past was before.
pub fn judge_past(past: &Snapshot, today: &Examined, options: &Options) -> Verdict {
    let Examined { judgement, book, .. } = today;
    let stated = judgement.population.configuration();
    let config = stated.and_then(|path| {
        let found = judgement.population.sources.iter().find(|(_, source)| source.path == *path)?.1;
        Some(Source::from_text(found.path.clone(), found.text()))
    });
    let mut population = build(past, book, config);
    let path = population.configuration().cloned();
    // A file of waivers or keys that cannot be used covers nothing and witnesses nothing, and no more than that.
    let _ = waivers::take(past, book, path.as_ref(), &mut population);
    let keys = keys(past, book).unwrap_or_default();
    let reading = Reading { book: book.clone(), population, keys, baseline: Baseline::default() };
    let Judgement { verdict, .. } = judge_beside(past, reading, options, None);
    verdict
}
