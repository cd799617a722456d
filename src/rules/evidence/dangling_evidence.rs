//! Evidence that leads nowhere.
//!
//! ## What it checks
//!
//! What a finished action names as evidence is there: the path is a file or folder of the repository (or an id of a
//! register), it is not empty, not the record itself, and no pointer whose content was never uploaded here; a commit
//! exists. A path that is pinned to a commit may be gone by now. History adds that a file was there, and not empty,
//! when the action was completed (plus three days), that a commit belongs to the line that is checked, and that a
//! pinned commit has the path. A file that was moved since was there all the same. In repositories that are mapped,
//! the same is compared.
//!
//! ## Why an auditor cares
//!
//! Evidence is followed. A link that ends nowhere is worth as much as none, and raises the question how the
//! completion was checked.
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
//!     evidence: [controls/vpn.md]
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
//!     evidence: [controls/vpn.md]
//! ```
//!
//! ```markdown file=controls/vpn.md
//! # Remote access
//!
//! Every sign-in needs a second factor.
//! ```
//!
//! ## Configuration
//!
//! `[evidence.repositories]` maps other repositories (`infra:path`), `[evidence] issue_keys` names forms of issue
//! keys, which are not looked up. `[evidence] repository` is this one, as permalinks name it; a repository that is not
//! mapped is external and not checked. What was completed up to `[history] since` is not compared with history.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, A.5.28 and A.5.33; NIST CSF 2.0 RS.AN-06 and RS.AN-07; SOC 2 CC2.1.

use super::gaps::Gaps;
use super::traces::{Compared, Trace};
use super::{finished, references, title, traces};
use crate::config::Level;
use crate::history::names_another;
use crate::history::{History, Landing};
use crate::population::{Presence, clean_path};
use crate::record::register::RegisterKind;
use crate::record::{Action, Incident, Located, Reference, is_commit_id};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::RepoPath;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "dangling-evidence",
        family: Family::Evidence,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Edit,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Field("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("dangling_evidence.rs"),
    },
    check,
};

/// What the tree and the object database say of one piece of evidence.
enum Verdict {
    /// Nothing is wrong with it.
    Fine,
    /// It is there; whether it was there in time is a question to history.
    AskHistory,
    /// It leads nowhere: why, and what to do about it.
    Dangling(&'static str, &'static str),
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let history = case.history();
    let mut gaps = Gaps::new("piece of evidence is", "pieces of evidence are");
    for incident in case.incidents() {
        for action in finished(case, incident) {
            for (field, entry) in references(action) {
                out.test();
                let about = |what: &str, help: &'static str| finding(incident, action, &field, entry, (what, help));
                match (judge(case, incident, entry), &history) {
                    (Verdict::Fine, _) => {}
                    (Verdict::Dangling(what, help), Err(_)) => out.find(about(what, help)),
                    (Verdict::Dangling(what, help), Ok(history)) => {
                        out.find(gone(case, history, entry, about(what, help)));
                    }
                    (Verdict::AskHistory, Err(why)) => out.not_run(why.clone()),
                    (Verdict::AskHistory, Ok(history)) => match traces::compare(case, history, action, entry) {
                        Compared::Fine => {}
                        Compared::Unknown(why) => gaps.add(why),
                        Compared::Dangling(trace) => {
                            let finding = about(&trace.what, trace.help);
                            out.find(seen(history, &trace, finding));
                        }
                    },
                }
            }
        }
    }
    gaps.tell(out);
    Ok(())
}

/// Adds the landing that tells the story.
fn seen(history: &History, trace: &Trace<'_>, finding: Finding) -> Finding {
    let Some((path, landing, what)) = &trace.seen else { return finding };
    at(history, finding, path, landing, what)
}

fn at(history: &History, finding: Finding, path: &RepoPath, landing: &Landing<'_>, what: &str) -> Finding {
    match history.place(path) {
        Some(place) => finding.seen(place, landing, format!("{} {what}", landing.name())),
        None => finding,
    }
}

/// A path that is gone by now: since when, and how it can be pinned.
fn gone(case: &Case<'_>, history: &History, entry: &Located, mut finding: Finding) -> Finding {
    let Some(path) = case.book().references.read(entry.as_str()).path() else { return finding };
    let versions = history.chronicle.file(path);
    let Some((at_position, None)) = versions.last() else { return finding };
    let landing = history.landing(*at_position);
    let before = at_position.checked_sub(1).and_then(|before| history.landing(before).commit);
    if let Some(commit) = before {
        finding.help =
            format!("It was there until {}: pin it (`path@{}`), or correct the path.", landing.name(), commit.short())
                .into();
    }
    at(history, finding, &RepoPath::new(path), &landing, "took it away")
}

fn judge(case: &Case<'_>, incident: &Incident, entry: &Located) -> Verdict {
    let text = entry.as_str();
    let reference = case.book().references.read(text);
    let own = case.population().path(incident.source).as_str();
    if reference.path() == Some(own) {
        return Verdict::Dangling(
            "is the record itself",
            "Name what lies outside of the record: what was changed, a commit (`commit:SHA`), a digest (`sha256:…`).",
        );
    }
    match reference {
        Reference::Path(path) => in_tree(case, path),
        Reference::PathAt { commit, .. } | Reference::Commit(commit) => in_database(case, commit),
        Reference::Permalink { .. } | Reference::OtherRepository { .. } => Verdict::AskHistory,
        // The whole text may be a file whose name holds an `@`; that the name can move is another rule's business.
        Reference::PathAtName { path, .. } => match case.population().presence(clean_path(text)) {
            Presence::Missing => in_tree(case, path),
            _ => in_tree(case, clean_path(text)),
        },
        _ => Verdict::Fine,
    }
}

fn in_tree(case: &Case<'_>, path: &str) -> Verdict {
    match case.population().presence(path) {
        Presence::File { lfs_pointer: true, .. } => Verdict::Dangling(
            "is a pointer to a file kept elsewhere",
            "Fetch the file (`git lfs pull`) and check again, or add the file itself.",
        ),
        Presence::File { empty: true, .. } => {
            Verdict::Dangling("is an empty file", "Add what it should hold, or name something else that shows it.")
        }
        Presence::File { .. } | Presence::Folder => Verdict::AskHistory,
        Presence::Missing if is_id(case, path) => Verdict::Fine,
        Presence::Missing if names_another(path) => Verdict::Dangling(
            "names a repository that is not mapped",
            "Map the name in closeloop.toml: `[evidence.repositories] name = \"../folder\"`. A path in this one? Correct it.",
        ),
        Presence::Missing => Verdict::Dangling(
            "is not in the repository",
            "Correct the path, or add the file. Gone since? Pin it: `path@commit`. Kept elsewhere? A permalink, \
             `infra:path`, or its digest (`sha256:…`).",
        ),
    }
}

/// Whether some register has an entry of this id.
pub(super) fn is_id(case: &Case<'_>, id: &str) -> bool {
    RegisterKind::ALL.into_iter().any(|kind| case.population().register(kind).rows.contains_key(id))
}

fn in_database(case: &Case<'_>, commit: &str) -> Verdict {
    if !is_commit_id(commit) {
        return Verdict::Dangling("is no commit id", "Write at least seven digits of the commit's id, or name a path.");
    }
    match case.population().has_commit(commit) {
        Some(false) => Verdict::Dangling(
            "names a commit that is not here",
            "Correct the id. Squashed or rebased since? Name the commit that landed. In another repository? \
             `infra@SHA`.",
        ),
        Some(true) | None => Verdict::AskHistory,
    }
}

fn finding(
    incident: &Incident,
    action: &Action,
    field: &str,
    entry: &Located,
    (what, help): (&str, &'static str),
) -> Finding {
    Finding::of_action(incident, action, Level::Error, field, entry.place).says(
        title(action, entry.as_str(), what),
        "Whoever follows the evidence finds nothing that shows that the action was done.",
        help,
    )
}
