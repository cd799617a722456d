//! What the report says in words: plain, and without praise or blame.

use super::incident::{Sheet, Weight};
use crate::config::Level;
use crate::rules::Nature;
use crate::text::Text;
use crate::timeline::Answer;
use crate::verdict::{Cover, Ending, Judged, RuleState, Verdict};

/// `1 lesson`, `3 lessons`
pub(super) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// How the run ended.
pub(super) fn outcome(verdict: &Verdict) -> Text {
    let open = |level: Level| verdict.of_level(level).filter(|finding| finding.is_open()).count();
    let (errors, warnings) = (open(Level::Error), open(Level::Warning));
    let covered = verdict.covered().count();
    let found = format!(
        "{} and {} that nothing covers, {covered} that a waiver or the baseline covers, in {}",
        count(errors, "error"),
        count(warnings, "warning"),
        count(verdict.counts.records, "record"),
    );
    Text::of_run(match verdict.ending {
        Ending::Pass => format!("Checked, and nothing at the level that fails a run: {found}."),
        Ending::Fail => format!("Checked, with findings at the level that fails a run: {found}."),
        Ending::CouldNotCheck => "It could not be checked.".to_owned(),
    })
}

/// What the incidents of the period taught.
pub(super) fn learned(incidents: &[Sheet]) -> Text {
    let sum = |pick: fn(&Sheet) -> usize| incidents.iter().map(pick).sum::<usize>();
    let (lessons, shown) = (sum(|s| s.counts.lessons), sum(|s| s.counts.lessons_shown));
    let (claims, proven) = (sum(|s| s.counts.claims), sum(|s| s.counts.shown));
    let taught = match lessons {
        0 => "no lesson is stated".to_owned(),
        n => format!("{}, and of {shown} git shows the change that an action made", count(n, "lesson")),
    };
    let claimed = match claims {
        0 => "No change is claimed in git".to_owned(),
        n => format!("Of {} of change git shows {proven}", count(n, "claim")),
    };
    let outside = match sum(|s| s.counts.outside) {
        0 => String::new(),
        1 => "; 1 more is stated outside git".to_owned(),
        n => format!("; {n} more are stated outside git"),
    };
    Text::of_run(format!("{} in the period: {taught}. {claimed}{outside}.", count(incidents.len(), "incident")))
}

/// What became of a finding.
pub(super) fn state(judged: &Judged) -> Text {
    match (&judged.cover, &judged.nature) {
        (Some(Cover::Waiver { reason, approver, expires }), _) => {
            let until = expires.map_or(String::new(), |day| format!(" until {day}"));
            Text::new(format!("waived{until} by {approver}: {reason}"))
        }
        (Some(Cover::Baseline), _) => "in the baseline: it stood when closeloop was adopted".into(),
        (None, Nature::Acknowledged { field, why, by }) => Text::new(format!("explained in `{field}` by {by}: {why}")),
        (None, Nature::Pending { due: Some(due) }) => Text::of_run(format!("not due before {due}")),
        (None, Nature::Pending { due: None }) => "not due yet".into(),
        (None, Nature::Breach) => "open".into(),
    }
}

/// How a rule ended.
pub(super) fn ended(state: RuleState) -> Text {
    match state {
        RuleState::Passed => "passed".into(),
        RuleState::Waived => "waived".into(),
        RuleState::NotRun => "not run".into(),
        RuleState::Failed => "failed".into(),
    }
}

/// What git shows of a claim, and what that means.
pub(super) fn answer(answer: Answer) -> (&'static str, Weight) {
    match answer {
        Answer::Holds => ("git shows the change", Weight::Shown),
        Answer::Undone => ("git showed the change, and it was undone since", Weight::Unproven),
        Answer::NotInspected => ("something landed; its text was not inspected", Weight::Unknown),
        Answer::Missing => ("no change in substance landed in the time", Weight::Unproven),
        Answer::TakenBack => ("changed and changed back", Weight::Unproven),
        Answer::Unknown => ("neither the tree nor the history knows it", Weight::Unproven),
        Answer::NotCompared => ("could not be compared", Weight::Unknown),
        Answer::Open => ("the action is not done, so nothing is claimed yet", Weight::Open),
        Answer::Outside => ("stated outside git, which shows nothing of it", Weight::Outside),
    }
}

/// What no run of closeloop looks at.
pub(super) const LIMITS: [(&str, &str); 8] = [
    ("Whether the records are true", "closeloop reads what is written and cannot know what happened."),
    (
        "Incidents that nobody recorded",
        "Only a list from another system can show them; where `[exports]` names one, \
                                        the rule unmatched-population compares.",
    ),
    ("Whether people were in the room", "Names of participants are statements of the record."),
    ("Changes outside git", "They are listed as stated, with the person who saw them, and count as not shown."),
    ("What lies behind a link", "Addresses outside the repository are not opened."),
    ("Branch protection and who could write", "The settings of the forge are not in git."),
    ("Custody of evidence", "Files are compared by content; where they were before they landed is not known."),
    ("Whether a control is good", "A change in substance is shown; whether it works is for its owner and the auditor."),
];
