//! `closeloop check`

use super::args::{CheckArgs, FailOn, TreeArgs};
use crate::config::Level;
use crate::git::{Selection, Snapshot};
use crate::render;
use crate::verdict::{Ending, Options, Verdict, judge, refused};
use std::io::Write as _;
use std::path::Path;

/// Judges and shows; returns the exit code.
pub fn run(args: &CheckArgs) -> u8 {
    let options = options(&args.tree, &args.rules, args.fail_on);
    let verdict = verdict(&args.tree, &options);
    let text = render::json::render(&verdict).unwrap_or_default();
    let _ = std::io::stdout().write_all(text.as_bytes());
    match verdict.ending {
        Ending::Fail if args.exit_zero => 0,
        ending => ending.exit_code(),
    }
}

fn options(tree: &TreeArgs, rules: &[String], fail_on: FailOn) -> Options {
    Options {
        as_of: tree.as_of,
        now: chrono::Utc::now(),
        rules: rules.to_vec(),
        profile: tree.profile.clone(),
        fail_on: match fail_on {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Note => Level::Note,
        },
        config: None,
    }
}

fn verdict(tree: &TreeArgs, options: &Options) -> Verdict {
    let selection = match (&tree.at, tree.staged) {
        (Some(rev), _) => Selection::Revision(rev.clone()),
        (None, true) => Selection::Index,
        (None, false) => Selection::Worktree,
    };
    let start = tree.path.as_deref().unwrap_or(Path::new("."));
    let result = Snapshot::open(start, &selection).map_err(|p| refused(options, &p)).and_then(|s| judge(&s, options));
    match result {
        Ok(judgement) => judgement.verdict,
        Err(refusal) => refusal.verdict,
    }
}
