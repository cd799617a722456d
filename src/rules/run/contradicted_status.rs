//! An exported follow-up list says that an action is open, and the record says that it is done, or the other way round.
//!
//! ## What it checks
//!
//! Rows of an exported list that name an action, by `INC-2026-0004/A1` or by its id beside a column with the incident,
//! state the same as the record: both open, or both settled. A list that says done where the record says declined is
//! no contradiction, as such tickets are simply closed; declined where the record says done is one.
//!
//! ## Why an auditor cares
//!
//! Follow-up is often traced in the list that a team works with. Where it contradicts the record, nobody can say
//! whether the action was taken.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! actions:
//!   - { id: A1, text: Require a second factor., owner: eva, due: 2026-05-15, status: done, completed: 2026-05-08 }
//! ```
//!
//! ```toml file=closeloop.toml
//! [exports.follow-up]
//! path = "exports/follow-up.csv"
//! id = "Action"
//! ```
//!
//! ```csv file=exports/follow-up.csv
//! Action,Status
//! INC-2026-0001/A1,open
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
//! actions:
//!   - { id: A1, text: Require a second factor., owner: eva, due: 2026-05-15, status: done, completed: 2026-05-08 }
//! ```
//!
//! ```toml file=closeloop.toml
//! [exports.follow-up]
//! path = "exports/follow-up.csv"
//! id = "Action"
//! columns = { incident = "Incident" }
//! ```
//!
//! ```csv file=exports/follow-up.csv
//! Incident,Action,Status
//! INC-2026-0001,A1,closed
//! ```
//!
//! ## Configuration
//!
//! `[exports.NAME] path, id, columns` name the list; `[vocabulary.en] done = ["Erledigt"]` adds words for states.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 9.1, 10.2 and A.5.27; SOC 2 CC2.1 and CC4.2; NIST CSF 2.0 ID.IM-03.

use super::exported::{Ids, List, Named, action, lists};
use crate::config::Level;
use crate::record::{Action, ActionStatus, Incident, Word};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees};
use crate::text::{Text, shorten};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "contradicted-status",
        family: Family::Run,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[Need::Exports],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("contradicted_status.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let ids = Ids::new(case.population());
    for list in lists(case, &ids, out)?.iter().filter(|list| list.is_follow_up) {
        for row in &list.rows {
            compare(case, list, row, &ids, out);
        }
    }
    Ok(())
}

fn compare(case: &Case<'_>, list: &List<'_>, row: &Named<'_>, ids: &Ids<'_>, out: &mut Outcome) {
    let (Some(name), [id]) = (&row.action, row.incidents.as_slice()) else { return };
    let Some(incident) = ids.find(id.as_str()) else { return };
    let (Some(action), Some(word)) = (action(incident, name.as_str()), row.row.text("status")) else { return };
    let Some(listed) = state(case, word) else {
        let list = shorten(list.name, 40);
        out.not_run(NotRun(Text::of_run(format!(
            "the list `{list}` has states that are not known; `[vocabulary]` adds words"
        ))));
        return;
    };
    out.test();
    if let Some(recorded) = recorded(action)
        && contradicts(listed, recorded)
    {
        out.find(finding(list, row, (incident, action), (listed, recorded)));
    }
}

fn state(case: &Case<'_>, word: &str) -> Option<ActionStatus> {
    case.book().vocabulary.find(ActionStatus::GROUP, word).and_then(ActionStatus::named)
}

/// What the record says; an action that states no status and no completion is open.
fn recorded(action: &Action) -> Option<ActionStatus> {
    match action.status.value() {
        Some(status) => Some(*status),
        None if action.status.is_missing() && action.is_open() => Some(ActionStatus::Open),
        None if action.status.is_missing() => Some(ActionStatus::Done),
        None => None,
    }
}

fn contradicts(listed: ActionStatus, recorded: ActionStatus) -> bool {
    use ActionStatus::{Declined, Done, InProgress, Open, Verified};
    match (listed, recorded) {
        (Open | InProgress, Open | InProgress) | (Done | Verified, Done | Verified | Declined) => false,
        (Declined, Declined) => false,
        (Open | InProgress | Done | Verified | Declined, _) => true,
    }
}

fn finding(
    list: &List<'_>,
    row: &Named<'_>,
    (incident, action): (&Incident, &Action),
    (listed, recorded): (ActionStatus, ActionStatus),
) -> Finding {
    let name = shorten(&action.name(), 14);
    let title = format!("{name} is {recorded} here and {listed} in the exported list `{}`", shorten(list.name, 16));
    let place = if action.status.is_missing() { action.home } else { action.status.place() };
    Finding::of_action(incident, action, Level::Warning, "status", place)
        .says(
            title,
            "Where two lists contradict each other, nobody can say whether the action was taken.",
            "Is the export older than the record? Export it again. If not, correct the one that is wrong.",
        )
        .related(row.row.place("status"), format!("the list says {listed}"))
}
