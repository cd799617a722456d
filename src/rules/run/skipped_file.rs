//! A file that lies among the records and was not read.
//!
//! ## What it checks
//!
//! Every file that matches the record paths is read. One that is not (a PDF, a binary, a pointer of Git LFS, a link,
//! a file over the limit) is listed with the reason. A file that a known tool encrypted is a note: it counts among
//! the records, and none of its rules is run. READMEs, indexes, templates and excluded files are no records.
//!
//! ## Why an auditor cares
//!
//! "Is this all of them?" is the first question about a list of incidents. A report in a format that nobody checked
//! looks like an incident that does not exist.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ```text file=incidents/INC-2026-0002.docx
//! A report that is kept in another format.
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ## Configuration
//!
//! `[incidents] paths` and `exclude` say which files are records.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.3, A.5.24 and A.5.33; SOC 2 CC2.1.

use crate::config::Level;
use crate::population::{SkipReason, Skipped};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::SourceId;
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "skipped-file",
        family: Family::Run,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("skipped_file.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let read: HashSet<SourceId> = case.population().incidents.iter().map(|incident| incident.source).collect();
    (0..read.len()).for_each(|_| out.test());
    for skipped in &case.population().skipped {
        out.test();
        out.find(finding(skipped));
    }
    Ok(())
}

fn finding(skipped: &Skipped) -> Finding {
    let level = if matches!(skipped.why, SkipReason::Encrypted(_)) { Level::Note } else { Level::Warning };
    Finding::at(level, "", skipped.place).says(
        format!("This file lies among the records and was not read: {}", skipped.why.describe()),
        "Nobody can tell whether it is a record, and if it is one, it is judged by no rule.",
        help(skipped.why),
    )
}

fn help(why: SkipReason) -> &'static str {
    match why {
        SkipReason::Format | SkipReason::Binary => {
            "No record? List it under `incidents.exclude`. A record? Keep it as Markdown, YAML, TOML, JSON or CSV."
        }
        SkipReason::LfsPointer => "Fetch the content with `git lfs pull`, or keep records outside of Git LFS.",
        SkipReason::TooLarge => "No record? List it under `incidents.exclude`. A record? Divide it into one file each.",
        SkipReason::Symlink => "Put the file itself here, or list the link under `incidents.exclude`.",
        SkipReason::Submodule => "Check the submodule in its own repository, or list it under `incidents.exclude`.",
        SkipReason::Special => "Remove it, or list it under `incidents.exclude`.",
        SkipReason::Encrypted(_) => "Nothing to do; check a clear copy where the key is at hand.",
        SkipReason::Unavailable => "Fetch the missing objects: `git fetch --refetch` completes a partial clone.",
    }
}
