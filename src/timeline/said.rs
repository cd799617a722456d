//! The words of a timeline, which all formats share.

use super::model::{Answer, Seen};
use crate::history::{Effect, Grade, LandingKind};

/// The short id of a landing.
pub fn short(seen: &Seen) -> String {
    seen.commit.as_deref().map_or_else(|| "not yet".to_owned(), seven)
}

/// The first digits of a commit.
pub fn seven(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// The name of a grade.
pub fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::W0 => "W0",
        Grade::W1 => "W1",
        Grade::W2 => "W2",
    }
}

/// What a landing did to a target.
pub fn did(effect: Effect) -> &'static str {
    match effect {
        Effect::Real => "changed in substance",
        Effect::Created => "written for the first time",
        Effect::Removed => "taken away",
        Effect::RevisionOnly => "only version, dates or names of the revision changed",
        Effect::Nothing => "no word of substance changed",
        Effect::Moved => "only moved",
        Effect::NotInspected => "bytes changed; its text cannot be read",
    }
}

/// Whether a claim holds, in words that follow the name of who makes it.
pub fn holds(answer: Answer) -> &'static str {
    match answer {
        Answer::Holds => "holds",
        Answer::Undone => "held, and is undone since",
        Answer::NotInspected => "changed, not inspected",
        Answer::Missing => "no change in substance landed",
        Answer::TakenBack => "changed and changed back",
        Answer::Unknown => "neither the tree nor the history knows it",
        Answer::NotCompared => "not compared",
        Answer::Open => "the action is not done, so nothing is claimed yet",
        Answer::Outside => "stated outside git, which shows nothing of it",
    }
}

/// How a landing reached the main line, where that is worth a word.
pub fn way(how: LandingKind) -> &'static str {
    match how {
        LandingKind::Direct => "",
        LandingKind::Merge => "merge",
        LandingKind::PullRequest => "pull request",
        LandingKind::Pending => "not committed",
    }
}

/// A dotted path as a short name: `A1 due`, `reflective review`.
pub fn label(field: &str) -> String {
    let parts: Vec<&str> = field.split('.').collect();
    match parts.as_slice() {
        ["reviews", kind, "date"] => format!("{kind} review"),
        ["reviews", kind, rest @ ..] => format!("{kind} review {}", rest.join(" ")),
        ["actions" | "lessons", id, rest @ ..] => format!("{id} {}", rest.join(" ")),
        _ => field.to_owned(),
    }
}
