//! A due date that moved later while the action was open.
//!
//! ## What it checks
//!
//! Every landing that moved the due date of an open action later. With an entry in `due_history` whose `to` is the new
//! date, with a reason and a name, a move is a note; without one it is a warning. A date that moved when it was over
//! already is a warning with an entry and an error without. The third move is an error. An earlier date needs no entry.
//! A date that moved while the action was called done counts when the action is opened again.
//!
//! ## Why an auditor cares
//!
//! An action list in which nothing is ever overdue, because dates are moved in silence, shows neither delay nor risk.
//! An agreed new date is good practice; the reason is what tells the two apart.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - { id: A1, text: Require a second factor on the VPN., owner: eva, due: 2026-05-01, status: open }
//! ```
//!
//! ```yaml commit=2026-04-20
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - { id: A1, text: Require a second factor on the VPN., owner: eva, due: 2026-08-15, status: open }
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-03-10
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! actions:
//!   - { id: A1, text: Require a second factor on the VPN., owner: eva, due: 2026-05-01, status: open }
//! ```
//!
//! ```yaml commit=2026-04-20
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
//!     due: 2026-08-15
//!     due_history: [{ from: 2026-05-01, to: 2026-08-15, why: The tokens are delivered in July, by: coo }]
//!     status: open
//! ```
//!
//! ## Configuration
//!
//! What landed up to `[history] since` was imported and is left out.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2, 7.5.3 and A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC4.2.

use super::explained::Explained;
use super::witness::Witness;
use crate::config::Level;
use crate::history::{FactChange, Part, Value};
use crate::record::{Action, ActionStatus, Explanation, Incident};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;
use crate::time::days;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "moved-due-date",
        family: Family::History,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[SilencedBy::Record("vanished-record")],
        since: "2026.1",
        waivable: true,
        source: include_str!("moved_due_date.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let witness = Witness::of(case)?;
    for incident in case.incidents().filter(|incident| !incident.actions.items().is_empty()) {
        let Some(record) = witness.record(incident) else { continue };
        let moves = moves(record.current());
        for action in incident.actions.items() {
            let Some(moves) = moves.get(action.name().as_str()) else { continue };
            out.test();
            judge(case, &witness, incident, action, moves, out);
        }
    }
    Ok(())
}

/// A landing that moved a due date later.
#[derive(Clone, Copy)]
struct Move {
    position: u32,
    from: NaiveDate,
    to: NaiveDate,
}

/// What the changes so far say of an action.
#[derive(Clone, Copy, Default)]
struct Known<'h> {
    status: Option<&'h str>,
    is_completed: bool,
    due: Option<NaiveDate>,
    /// The due date that held when the action was last open.
    agreed: Option<NaiveDate>,
}

impl<'h> Known<'h> {
    /// Whether it still has to be done.
    fn is_open(&self) -> bool {
        const ENDS: [ActionStatus; 3] = [ActionStatus::Done, ActionStatus::Verified, ActionStatus::Declined];
        self.status.map_or(!self.is_completed, |status| ENDS.iter().all(|end| end.name() != status))
    }

    fn take(&mut self, change: &'h FactChange) {
        let after = change.after.as_ref();
        match change.field.name {
            "status" => self.status = after.and_then(Value::word),
            "completed" => self.is_completed = after.and_then(Value::day).is_some(),
            "due" => self.due = after.and_then(Value::day).map(|when| when.date),
            // In a list without ids another action took its place.
            "text" if change.field.is_by_order() => self.agreed = None,
            _ => {}
        }
    }
}

/// The moves of every action of which history knows a due date, in one pass.
fn moves(changes: &[FactChange]) -> HashMap<&str, Vec<Move>> {
    let mut known: HashMap<&str, Known<'_>> = HashMap::new();
    let mut moves: HashMap<&str, Vec<Move>> = HashMap::new();
    for landing in changes.chunk_by(|a, b| a.position == b.position) {
        let of_actions = || landing.iter().filter(|change| change.field.part == Part::Actions);
        let touched: BTreeSet<&str> = of_actions().map(|change| &*change.field.item).collect();
        let was_open = |item: &&str| known.get(item).is_some_and(Known::is_open);
        let were_open: BTreeSet<&str> = touched.iter().copied().filter(was_open).collect();
        of_actions().for_each(|change| known.entry(&change.field.item).or_default().take(change));
        for item in touched {
            let Some(action) = known.get_mut(item) else { continue };
            let is_judged = action.is_open() || were_open.contains(item);
            let Some(due) = action.due.filter(|_| is_judged) else { continue };
            let moves = moves.entry(item).or_default();
            if let (Some(from), Some(first)) = (action.agreed.filter(|agreed| due > *agreed), landing.first()) {
                moves.push(Move { position: first.position, from, to: due });
            }
            action.agreed = Some(due);
        }
    }
    moves
}

fn judge(
    case: &Case<'_>,
    witness: &Witness<'_>,
    incident: &Incident,
    action: &Action,
    moves: &[Move],
    out: &mut Outcome,
) {
    // One finding an action: the gravest of what is not explained, and of equals the last.
    let mut worst: Option<(Told, Finding)> = None;
    for (count, step) in (1..).zip(moves) {
        let Some(landing) = witness.landing(step.position) else { continue };
        let entry = explanation(case, action, step);
        let late = (landing.day - step.from).num_days();
        let told = Told::of(count, late, entry.is_some());
        let finding = Finding::of_action(incident, action, told.level(), "due", action.due.place());
        let finding = finding.inferred(action.due.is_inferred()).says(told.title(action, step, late), WHY, told.help());
        let did = format!("moved it from {} to {}", step.from, step.to);
        let finding = witness.tell(finding, incident, &landing, &did);
        match entry.filter(|_| told == Told::Explained) {
            Some(entry) => {
                let explained = Explained { list: "due_history", entry };
                let finding = explained.acknowledge(finding).keyed(format!("{}/{}", step.from, step.to));
                out.find(in_action(finding, action));
            }
            None => worst = Some(graver(worst, (told, finding))),
        }
    }
    worst.into_iter().for_each(|(_, finding)| out.find(finding));
}

/// The field that explains, under its action.
fn in_action(mut finding: Finding, action: &Action) -> Finding {
    if let crate::rules::Nature::Acknowledged { field, .. } = &mut finding.nature {
        *field = format!("{}.due_history", action.field);
    }
    finding
}

/// The graver of two findings, the later of equals; the moves of both stay in it.
fn graver(worst: Option<(Told, Finding)>, (told, mut finding): (Told, Finding)) -> (Told, Finding) {
    match worst {
        None => (told, finding),
        Some((before, mut kept)) if before > told => {
            kept.related.append(&mut finding.related);
            (before, kept)
        }
        Some((_, kept)) => {
            finding.related.splice(0..0, kept.related);
            (told, finding)
        }
    }
}

/// The entry of `due_history` with reason and name that speaks of a move: its `to` is the new date or, where it has
/// none, its `from` the old one.
fn explanation<'i>(case: &Case<'_>, action: &'i Action, step: &Move) -> Option<&'i Explanation> {
    let day = |text: Option<&str>| Some(case.book().calendar.read(text?).ok()?.date);
    let fits = |entry: &&Explanation| match (day(entry.from.text()), day(entry.to.text())) {
        (_, Some(to)) => to == step.to,
        (from, None) => entry.to.is_missing() && from == Some(step.from),
    };
    let complete = action.due_history.items().iter().filter(|entry| entry.is_complete());
    complete.into_iter().find(fits)
}

/// What a move is, from the lightest to the gravest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Explained,
    Unexplained,
    OverdueExplained,
    Overdue,
    Third,
}

impl Told {
    fn of(count: usize, late: i64, is_explained: bool) -> Self {
        match (count >= 3, late > 0, is_explained) {
            (true, ..) => Self::Third,
            (_, true, false) => Self::Overdue,
            (_, true, true) => Self::OverdueExplained,
            (_, false, false) => Self::Unexplained,
            (_, false, true) => Self::Explained,
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Third | Self::Overdue => Level::Error,
            _ => RULE.meta.levels.moderate,
        }
    }

    /// The ways out that are left.
    fn help(self) -> &'static str {
        match self {
            Self::Explained => "Nothing to do.",
            Self::Unexplained | Self::Overdue => {
                "Add `due_history: [{from, to, why, by}]`, agreed with someone other than the owner. Cannot be held at \
                 all? Split the action, or decline it with reason and approver."
            }
            Self::OverdueExplained => {
                "The reason is on record. Agree the next date before the old one is over. Cannot be held at all? Split \
                 the action, or decline it with reason and approver."
            }
            Self::Third => {
                "Split the action into parts that can be held, or decline it with reason and approver. Each move has \
                 its line in `due_history: [{from, to, why, by}]`."
            }
        }
    }

    fn title(self, action: &Action, Move { from, to, .. }: &Move, late: i64) -> String {
        let rest = match self {
            Self::Explained => format!("'s due date moved from {from} to {to}; the reason is recorded"),
            Self::Unexplained => format!("'s due date moved from {from} to {to}, and the reason is not recorded"),
            Self::OverdueExplained => {
                format!("'s due date moved from {from} to {to}, {} after it was over", days(late))
            }
            Self::Overdue => {
                format!("'s due date {from} moved {} after it was over; no reason is recorded", days(late))
            }
            Self::Third => format!("'s due date moved from {from} to {to}; it has moved three times or more"),
        };
        format!("{}{rest}", shorten(&action.name(), 90usize.saturating_sub(rest.chars().count()).max(6)))
    }
}

const WHY: &str =
    "Plans change, and an agreed new date is good practice; an unexplained one cannot be told from drift.";
