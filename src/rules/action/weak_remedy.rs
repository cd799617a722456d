//! A serious incident that is answered by training and reminders alone.
//!
//! ## What it checks
//!
//! Of a significant or major incident, each action that was not declined is of kind `training`, or of kind `other` or
//! no kind with a text that only reminds people ("be more careful"). One action of another kind is enough, and so is
//! one whose `changes` name a control, a policy, a procedure or a risk. `form_reason` on one of the actions says why
//! nothing stronger fits; the reason is kept in the report. It is due with what comes out of the review.
//!
//! ## Why an auditor cares
//!
//! Root-cause practice ranks remedies by strength, and training ranks lowest: it depends on everybody remembering it on
//! the day. The next person in the same situation meets the same conditions.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: awareness-gap
//!     text: Nobody knew how a stolen password is used.
//! actions:
//!   - id: A1
//!     lessons: [L1]
//!     text: Show in the yearly course how passwords are stolen.
//!     kind: training
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! reviews:
//!   - date: 2026-03-20
//! lessons:
//!   - id: L1
//!     kind: awareness-gap
//!     text: Nobody knew how a stolen password is used.
//! actions:
//!   - id: A1
//!     lessons: [L1]
//!     text: Show in the yearly course how passwords are stolen.
//!     kind: training
//!     owner: eva
//!     due: 2026-07-31
//!   - id: A2
//!     lessons: [L1]
//!     text: Show at each sign-in when and from where the last one came.
//!     kind: system
//!     owner: eva
//!     due: 2026-07-31
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en] reminder = ["keep in mind"]` adds words of a reminder.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 10.2 and A.5.27; NIST CSF 2.0 ID.IM-03; SOC 2 CC7.5.

use crate::config::Level;
use crate::population::clean_path;
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Action, ActionKind, Change, Fact, Incident};
use crate::rules::lesson::answers;
use crate::rules::{Builtin, Case, Duty, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::vocabulary::{Language, Vocabulary, fold};
use std::collections::HashSet;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "weak-remedy",
        family: Family::Action,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        // Each form that a lesson calls for instead of training is a stronger one.
        silenced_by: &[SilencedBy::Record("mismatched-action")],
        since: "2026.1",
        waivable: true,
        source: include_str!("weak_remedy.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let registers = Registers::of(case);
    for incident in case.incidents().filter(|incident| incident.class().is_grave()) {
        let duty = case.review_duty(incident);
        let actions: Vec<&Action> = incident.actions.items().iter().filter(|action| !action.is_declined()).collect();
        if actions.is_empty() || duty == Duty::None {
            continue;
        }
        let is_weak = actions.iter().all(|action| is_weak(action, &case.book().vocabulary));
        match actions.iter().filter(|_| is_weak).map(|action| registers.strengthens(action)).max() {
            Some(Strength::Unknown) => registers.missing(case).into_iter().for_each(|why| out.not_run(why)),
            Some(Strength::None) => {
                out.test();
                let finding = finding(incident, &actions);
                out.find(if let Duty::NotYet(due) = duty { finding.pending(due) } else { finding });
            }
            Some(Strength::Strong) | None => out.test(),
        }
    }
    Ok(())
}

/// A kind that could not be read leaves the strength open.
fn is_weak(action: &Action, words: &Vocabulary) -> bool {
    match &action.kind {
        Fact::Stated { value: ActionKind::Training, .. } => true,
        Fact::Stated { value: ActionKind::Other, .. } | Fact::Absent { .. } | Fact::Empty { .. } => {
            action.text.text().is_some_and(|text| is_reminder(text, words))
        }
        _ => false,
    }
}

fn is_reminder(text: &str, words: &Vocabulary) -> bool {
    let spaced = |text: &str| {
        let words: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        format!(" {} ", fold(&words))
    };
    let text = spaced(text);
    let mut phrases = Language::ALL.iter().flat_map(|&language| words.words(language, "remedy", "reminder"));
    phrases.any(|phrase| text.contains(&spaced(phrase)))
}

/// Whether what an action changed makes it strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Strength {
    /// It changed nothing but training.
    None,
    /// It names something that only a register could tell, and that was not read.
    Unknown,
    /// It changed a control, a policy, a procedure or a risk.
    Strong,
}

/// What the registers hold, by id and by path.
struct Registers<'a> {
    strong: HashSet<&'a str>,
    folders: HashSet<&'a str>,
    training: HashSet<&'a str>,
    is_complete: bool,
}

const STRONG: [RegisterKind; 4] =
    [RegisterKind::Controls, RegisterKind::Policies, RegisterKind::Procedures, RegisterKind::Risks];

impl<'a> Registers<'a> {
    fn of(case: &Case<'a>) -> Self {
        let population = case.population();
        let rows = |kind| population.register(kind).rows.values();
        let path = |row: &crate::record::register::Row| population.path(row.source).as_str();
        let names = |kind| rows(kind).flat_map(move |row| [&*row.id.value, path(row)]);
        // A description of a control often lies beside the Statement of Applicability and is no row of it.
        let folders = STRONG.into_iter().flat_map(rows).filter_map(|row| Some(path(row).rsplit_once('/')?.0));
        Self {
            strong: STRONG.into_iter().flat_map(names).collect(),
            folders: folders.collect(),
            training: names(RegisterKind::Training).collect(),
            is_complete: STRONG.into_iter().all(|kind| population.register(kind).state != RegisterState::Broken),
        }
    }

    fn strengthens(&self, action: &Action) -> Strength {
        let targets = action.changes.items().iter().filter_map(|change| match change {
            Change::Target(target) => Some(clean_path(target.as_str().split('@').next().unwrap_or_default())),
            Change::Outside { .. } => None,
        });
        targets.map(|target| self.strength(target)).max().unwrap_or(Strength::None)
    }

    fn strength(&self, target: &str) -> Strength {
        let folder = target.rsplit_once('/').map(|(folder, _)| folder);
        match target {
            _ if self.training.contains(target) => Strength::None,
            _ if self.strong.contains(target) => Strength::Strong,
            _ if folder.is_some_and(|folder| self.folders.contains(folder)) => Strength::Strong,
            _ if self.is_complete => Strength::None,
            _ => Strength::Unknown,
        }
    }

    fn missing(&self, case: &Case<'_>) -> Option<NotRun> {
        STRONG
            .into_iter()
            .filter(|kind| case.population().register(*kind).state == RegisterState::Broken)
            .find_map(|kind| case.register(kind).err())
    }
}

fn finding(incident: &Incident, actions: &[&Action]) -> Finding {
    let finding = Finding::of(incident, Level::Warning, "actions", incident.actions.place()).says(
        format!("Each action for this {} incident trains or reminds people; nothing else changes", incident.class()),
        "Training depends on everybody remembering it on the day; a changed control, system or procedure does not.",
        "Does one of them change more? Correct its `kind`, or name that in `changes`. Does nothing stronger fit? Say \
         why: `form_reason: {why, by}`. Else add one.",
    );
    match answers::form_reason(actions.iter().copied()) {
        Some((field, why, by)) => finding.acknowledged(field, why, by),
        None => finding,
    }
}
