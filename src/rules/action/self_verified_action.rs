//! An action whose effect was judged by the person who owns it.
//!
//! ## What it checks
//!
//! `effectiveness.by` of a check that was made names the action's owner. Names, addresses and roles are compared by
//! the people register. Where several checked, one who is no owner is enough. In an organisation of one person the
//! owner may judge, 30 days or more after completion.
//!
//! Where the record is fine, history is asked who said so: a note where the action came to be verified, or effective, in
//! commits behind which git shows nobody but the owner, neither as author or committer, nor as whoever merged them, nor
//! in a line `Reviewed-by:`, `Acked-by:`, `Approved-by:` or `Co-authored-by:` of the message.
//!
//! ## Why an auditor cares
//!
//! Whoever made something sees in it what they meant. That an action works convinces when somebody says so who did
//! not build it.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: verified
//!     completed: 2026-04-20
//!     effectiveness: { checked: 2026-06-20, by: eva, result: effective, how: Two blocked tries in the log }
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: contained
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - id: A1
//!     text: Require a second factor on the VPN.
//!     owner: eva
//!     due: 2026-05-15
//!     status: verified
//!     completed: 2026-04-20
//!     effectiveness: { checked: 2026-06-20, by: ben, result: effective, how: Two blocked tries in the log }
//! ```
//!
//! ## Configuration
//!
//! `[organisation] size = "sole"` or `independence = "sole"` lets the owner judge, `[thresholds]
//! sole_verified_after` (30 days) or more after completion. What landed up to `[history] since` was imported.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 9.1 and A.5.3; NIST CSF 2.0 GV.OV-03; SOC 2 CC4.1.

use super::owner;
use crate::config::Level;
use crate::git::Signature;
use crate::history::{FactChange, Field, History};
use crate::record::{Action, ActionStatus, Check, Incident, Outcome as Effect};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "self-verified-action",
        family: Family::Action,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("self_verified_action.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for action in incident.actions.items() {
            let Some(owner) = action.owner.text() else { continue };
            let finding = by_record(case, incident, action, owner, out);
            if finding.is_none() && !case.works_alone() && (is_verified(action) || is_effective(action)) {
                match case.history() {
                    Ok(history) => by_history(case, history, incident, action, out),
                    Err(why) => out.not_run(why),
                }
            }
            out.findings.extend(finding);
        }
    }
    Ok(())
}

/// What the record itself says.
fn by_record(case: &Case<'_>, incident: &Incident, action: &Action, owner: &str, out: &mut Outcome) -> Option<Finding> {
    let by = action.effectiveness.by.text()?;
    if !was_made(case, &action.effectiveness) {
        return None;
    }
    out.test();
    let is_alone = is_judged_by_owners(case, owner, by) && !may_judge_alone(case, action);
    is_alone.then(|| finding(case, incident, action))
}

fn is_verified(action: &Action) -> bool {
    action.status.value() == Some(&ActionStatus::Verified)
}

fn is_effective(action: &Action) -> bool {
    action.effectiveness.result.value() == Some(&Effect::Effective)
}

/// Who stands behind the landings that say so.
fn by_history(case: &Case<'_>, history: &History, incident: &Incident, action: &Action, out: &mut Outcome) {
    let (Some(record), Some(owner)) = (incident.id().and_then(|id| history.record(id)), action.owner.text()) else {
        return;
    };
    let since = |is_said: bool, name| record.since(&Field::of_action(&action.name(), name)).filter(|_| is_said);
    let said: Vec<&FactChange> =
        [since(is_effective(action), "effectiveness.result"), since(is_verified(action), "status")]
            .into_iter()
            .flatten()
            .collect();
    let is_imported =
        |change: &&FactChange| case.imported().is_some_and(|since| history.landing(change.position).day <= since);
    let Some(last) = said.iter().max_by_key(|change| change.position).filter(|change| !is_imported(change)) else {
        return;
    };
    out.test();
    let is_alone = |change: &&FactChange| {
        let voices = history.voices(change.position).unwrap_or_default();
        !voices.is_empty() && voices.iter().all(|voice| is_owner(case, owner, voice))
    };
    if said.iter().all(is_alone) {
        out.find(alone(case, history, incident, action, last));
    }
}

/// Whether a commit's name or address is that of an owner.
fn is_owner(case: &Case<'_>, owner: &str, voice: &Signature) -> bool {
    let (people, words) = (&case.population().people, &case.book().vocabulary);
    let names = [&voice.address, &voice.name].into_iter().filter(|name| !name.is_empty());
    names.into_iter().any(|name| owner::names(owner, name, people, words))
}

fn alone(case: &Case<'_>, history: &History, incident: &Incident, action: &Action, last: &FactChange) -> Finding {
    let landing = history.landing(last.position);
    let (field, place) = match last.field.name {
        "status" => ("status", action.status.place()),
        _ => ("effectiveness.result", action.effectiveness.result.place()),
    };
    let finding = Finding::of_action(incident, action, Level::Note, field, place).says(
        format!("{}: its check was recorded in {} by its owner alone", super::name(action), landing.name()),
        "A check carries further where somebody else had a part in writing it down.",
        "Nothing to mend. Next time let somebody else commit or merge it, or add `Reviewed-by:` to the message.",
    );
    match history.place(case.population().path(incident.source)) {
        Some(place) => finding.seen(place, &landing, "the check was recorded here"),
        None => finding,
    }
}

/// A planned check may name whom it likes, and one that is dated in the future is no check yet.
fn was_made(case: &Case<'_>, check: &Check) -> bool {
    match check.checked.value() {
        Some(when) => case.has_come(*when),
        None => check.result.value().is_some(),
    }
}

/// Whether each of those who judged is an owner.
fn is_judged_by_owners(case: &Case<'_>, owners: &str, by: &str) -> bool {
    let (people, words) = (&case.population().people, &case.book().vocabulary);
    let judges = owner::parts(by, words);
    owner::names(owners, by, people, words)
        || !judges.is_empty() && judges.iter().all(|judge| owner::names(owners, judge, people, words))
}

fn may_judge_alone(case: &Case<'_>, action: &Action) -> bool {
    let days = action.completed.value().zip(action.effectiveness.checked.value());
    let days = days.map(|(done, checked)| done.days_until(checked.date));
    case.works_alone() && days.is_some_and(|days| days >= case.book().threshold(|t| &t.sole_verified_after))
}

fn finding(case: &Case<'_>, incident: &Incident, action: &Action) -> Finding {
    let wait = case.book().threshold(|t| &t.sole_verified_after);
    let help = match case.works_alone() {
        true => format!("Look again {wait} days or more after completion, and record that day as `checked`."),
        false => "Let somebody else look, and record them in `by`. Nobody else is there? Say so once in \
                  closeloop.toml: `[organisation] independence = \"sole\"`."
            .to_owned(),
    };
    Finding::of_action(incident, action, Level::Warning, "effectiveness.by", action.effectiveness.by.place())
        .related(action.owner.place(), "the owner of the action")
        .says(
            format!("The effect of {} was judged by its own owner", super::name(action)),
            "That something works convinces when somebody says so who did not build it.",
            help,
        )
}
