//! What is encrypted is counted and judged by no rule: each rule that would have looked at it says so, so that a run
//! that could read little does not look like one that found little.

use crate::population::SkipReason;
use crate::rules::{Case, NotRun, Ran, Rule, Sees};
use crate::text::Text;

/// Rules that look at no record.
const OTHERS: [&str; 7] = [
    "loosened-rules",
    "odd-clock",
    "rewritten-history",
    "skipped-file",
    "stale-procedure",
    "stale-trend",
    "unreadable-register",
];

/// Adds to what rules could not judge the records that are encrypted, here or in history.
pub(super) fn tell(ran: &mut [Ran], running: &[&dyn Rule], case: &Case<'_>) {
    let is_encrypted = |why: SkipReason| matches!(why, SkipReason::Encrypted(_));
    let unread = case.population().skipped.iter().filter(|skipped| is_encrypted(skipped.why)).count();
    let hidden = case.history().map_or(0, |history| history.encrypted);
    for (ran, rule) in ran.iter_mut().zip(running).filter(|(_, rule)| !OTHERS.contains(&rule.id())) {
        let sees_history = rule.meta().is_some_and(|meta| meta.sees.contains(&Sees::History));
        let reasons = [
            (unread > 0).then(|| said(unread, "encrypted record was not judged", "encrypted records were not judged")),
            (hidden > 0 && sees_history)
                .then(|| said(hidden, "record has an encrypted history", "records have an encrypted history")),
        ];
        reasons.into_iter().flatten().for_each(|reason| ran.outcome.not_run(reason));
    }
}

fn said(count: usize, one: &str, many: &str) -> NotRun {
    NotRun(Text::of_run(format!("{count} {}", if count == 1 { one } else { many })))
}
