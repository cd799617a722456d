//! Evidence that can change or vanish after somebody has looked at it.
//!
//! ## What it checks
//!
//! Evidence of a finished action stays what it was: a page of a forge is pinned by a commit and not by a branch, a
//! path is pinned by a commit id and not by a name, and something outside has a digest or a key of the issue tracker.
//! A pull request is as good as a commit where history finds its number, whole, in the subject of a merge or of a
//! squashed commit on the main line: of this repository, or of a mapped one where the address names that.
//!
//! ## Why an auditor cares
//!
//! Evidence is to be kept so that it can be read again years later. A link to a branch or to a page outside shows
//! what is there today, not what was there when the action was judged to be done.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: done
//!     completed: 2026-05-08
//!     evidence: ["https://github.com/example/isms/blob/main/controls/vpn.md"]
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: done
//!     completed: 2026-05-08
//!     evidence: ["https://github.com/example/isms/blob/9f1c2ab04e5d6f7a8b9c0d1e2f3a4b5c6d7e8f90/controls/vpn.md"]
//! ```
//!
//! ## Configuration
//!
//! `[evidence] issue_keys` names forms of issue keys, `[evidence.repositories]` other repositories; `[evidence]
//! repository` is this one, as the addresses of its pull requests name it; without it, the remote `origin` says so.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.28, A.5.33 and 7.5.3; NIST CSF 2.0 RS.AN-06 and RS.AN-07; SOC 2 CC2.1.

use super::gaps::Gaps;
use super::{finished, references, title};
use crate::config::Level;
use crate::history::{History, IMPORTED, Whose};
use crate::population::{Presence, clean_path};
use crate::record::{Action, Incident, Located, Reference};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::Text;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unpinned-evidence",
        family: Family::Evidence,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Edit,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("dangling-evidence")],
        since: "2026.1",
        waivable: true,
        source: include_str!("unpinned_evidence.rs"),
    },
    check,
};

const PERMALINK: &str = "Write `path@commit`, or take the forge's permalink (most show one for the key `y`).";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let history = case.history();
    let mut gaps = Gaps::new("pull request is", "pull requests are");
    for incident in case.incidents() {
        for action in finished(case, incident) {
            for (field, entry) in references(action) {
                out.test();
                let reference = case.book().references.read(entry.as_str());
                let found = match (reference, &history) {
                    (Reference::PullRequest { .. }, Err(why)) => {
                        out.not_run(why.clone());
                        None
                    }
                    (Reference::PullRequest { number, repository }, Ok(history)) => {
                        unresolved(history, number, repository).unwrap_or_else(|why| {
                            gaps.add(why);
                            None
                        })
                    }
                    _ => moving(case, reference, entry),
                };
                match found {
                    // An imported history may have lost the numbers.
                    Some(_) if matches!(reference, Reference::PullRequest { .. }) && is_imported(case, action) => {
                        gaps.add(IMPORTED);
                    }
                    Some((what, help)) => out.find(finding(incident, action, &field, entry, what, help)),
                    None => {}
                }
            }
        }
    }
    gaps.tell(out);
    Ok(())
}

fn is_imported(case: &Case<'_>, action: &Action) -> bool {
    let completed = action.completed.value().map_or(case.as_of(), |when| when.date);
    case.imported().is_some_and(|since| completed <= since)
}

/// Why a pull request pins nothing; an error where that cannot be told.
fn unresolved(
    history: &History,
    number: &str,
    repository: Option<&str>,
) -> Result<Option<(&'static str, &'static str)>, Text> {
    let chronicle = match repository {
        None => &history.chronicle,
        Some(named) if matches!(history.whose(named), Whose::External) => {
            return Ok(Some(("is in a repository that is not mapped", UNMAPPED)));
        }
        Some(named) => history.chronicle_of(named)?,
    };
    let is_found = !chronicle.request(number).is_empty();
    Ok((!is_found).then_some(("belongs to no landing of the main line", UNRESOLVED)))
}

const UNRESOLVED: &str = "Correct the number, or name the commit that landed (`commit:SHA`). A ticket? Name its form in \
                          `[evidence] issue_keys`. Not merged yet? Set the action back to in-progress.";
const UNMAPPED: &str = "Map it in closeloop.toml: `[evidence.repositories] name = \"../folder\"`. It is this one? Set \
                        `[evidence] repository`. Else take the permalink of its commit.";

/// Why evidence can change, and what to do about it.
fn moving(case: &Case<'_>, reference: Reference<'_>, entry: &Located) -> Option<(&'static str, &'static str)> {
    match reference {
        Reference::BranchUrl(_) => Some(("follows a branch, which moves", PERMALINK)),
        Reference::PathAtName { .. } => {
            let is_file = case.population().presence(clean_path(entry.as_str())) != Presence::Missing;
            (!is_file).then_some(("follows a name, which can move", PERMALINK))
        }
        Reference::ExternalUrl(_) => Some((
            "is a link whose page can change",
            "Keep a copy in the repository, or its digest beside the link (`sha256:…`). A ticket? Name its form in \
             `[evidence] issue_keys`.",
        )),
        _ => None,
    }
}

fn finding(
    incident: &Incident,
    action: &Action,
    field: &str,
    entry: &Located,
    what: &str,
    help: &'static str,
) -> Finding {
    Finding::of_action(incident, action, Level::Warning, field, entry.place).says(
        title(action, entry.as_str(), what),
        "It shows what is there today, not what was there when the action was done.",
        help,
    )
}
