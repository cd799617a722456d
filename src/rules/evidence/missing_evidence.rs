//! An action that is done and names nothing that shows it.
//!
//! ## What it checks
//!
//! An action that is done or verified names evidence: a path of the repository, `path@commit`, `commit:SHA`, a pull
//! request, a permalink, the digest of something kept elsewhere, or a key of the issue tracker. An action of a minor
//! incident may say `none: reason` instead.
//!
//! ## Why an auditor cares
//!
//! Documented information is to show that actions were taken and what came of them. "Done" without anything to look
//! at is a statement, and an auditor samples what lies behind it.
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
//!     evidence: ["#482"]
//! ```
//!
//! ## Configuration
//!
//! `[evidence] issue_keys` names forms of issue keys. The rule itself has no setting but its level.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, A.5.27 and A.5.28; NIST CSF 2.0 RS.AN-06; SOC 2 CC4.2.

use super::finished;
use crate::config::Level;
use crate::record::{Action, Class, Fact, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::text::shorten;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "missing-evidence",
        family: Family::Evidence,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("missing_evidence.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in finished(case, incident) {
            out.test();
            if let Some(what) = missing(incident, action) {
                out.find(finding(incident, action, what));
            }
        }
    }
    Ok(())
}

/// What the record says instead of evidence; `None` where there is some, or where it could not be read.
fn missing(incident: &Incident, action: &Action) -> Option<&'static str> {
    match &action.evidence {
        Fact::Absent { .. } | Fact::Empty { .. } => Some("is done, and nothing shows it yet"),
        Fact::Stated { value, .. } if value.is_empty() => Some("is done, and nothing shows it yet"),
        Fact::Declined { reason, .. } if reason.trim().is_empty() => {
            Some("is done without evidence, and why is not said")
        }
        Fact::Declined { .. } if incident.class() != Class::Minor => {
            Some("is done without evidence, which suits minor incidents alone")
        }
        Fact::Stated { .. } | Fact::Wrong { .. } | Fact::Declined { .. } => None,
    }
}

fn finding(incident: &Incident, action: &Action, what: &str) -> Finding {
    let help = match incident.class() {
        Class::Minor => {
            "Name what shows it (a path, `path@commit`, `commit:SHA`, `#482`, `sha256:…`), or say `evidence: {none: \
             reason}`. Not finished? Set it back to in-progress."
        }
        _ => {
            "Name what shows it: a path, `path@commit`, `commit:SHA`, `#482` or `sha256:…`. Not finished? Set it back \
             to in-progress."
        }
    };
    let place = action.evidence.place();
    Finding::of_action(incident, action, Level::Error, "evidence", place).says(
        format!("{} {what}", shorten(&action.name(), 30)),
        "Done is a statement; evidence lets a reader see it without having to ask anybody.",
        help,
    )
}
