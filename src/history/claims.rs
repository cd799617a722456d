//! The claims of change of a record: what each names (a row, a document or a folder, here or in another repository),
//! and the time in which it has to have changed.

use super::target::Target;
use crate::config::Rulebook;
use crate::population::{Population, Presence, clean_path};
use crate::record::register::RegisterKind;
use crate::record::{Action, Change, Incident, Located, Reference};
use crate::source::RepoPath;
use crate::time::{When, plus};
use chrono::NaiveDate;

/// One claim of change with its window.
#[derive(Clone, Debug)]
pub struct Claim<'i> {
    /// The action that makes it; `None` for a decision.
    pub action: Option<&'i Action>,
    /// Its dotted path: below the action, or from the record on.
    pub field: String,
    /// What it names.
    pub entry: &'i Located,
    /// From the detection of the incident.
    pub from: When,
    /// Up to this day.
    pub to: NaiveDate,
}

/// How many days after completion a change may still land.
pub const GRACE: i64 = 3;

/// The claims of a record whose detection is known and not in the future: of finished actions and of decisions.
pub fn of_record<'i>(incident: &'i Incident, as_of: &When) -> Vec<Claim<'i>> {
    let has_come = |when: &When| !when.is_after(as_of);
    let Some(from) = incident.detected.value().copied().filter(has_come) else { return Vec::new() };
    // One that is completed in the future is the business of the rule on dates.
    let is_finished = |a: &&Action| a.is_done() && a.completed.value().is_none_or(has_come);
    let of_actions = incident.actions.items().iter().filter(is_finished).flat_map(|action| {
        let completed = action.completed.value().map(|when| plus(when.date, GRACE));
        let to = completed.unwrap_or(as_of.date).min(as_of.date);
        of_action(action).map(move |(field, entry)| Claim { action: Some(action), field, entry, from, to })
    });
    let decided = |(field, entry)| Claim { action: None, field, entry, from, to: as_of.date };
    let claims = of_actions.chain(of_decisions(incident).map(decided));
    claims.filter(|claim| claim.entry.as_str().chars().any(char::is_alphanumeric)).collect()
}

/// What a text names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named<'t> {
    /// Something in this repository, perhaps as a commit has it.
    Here {
        /// What; where the tree does not have it, everything that it may have been.
        targets: Vec<Target>,
        /// The commit that it is pinned to.
        pinned: Option<&'t str>,
    },
    /// Something in another repository that the configuration maps.
    Elsewhere {
        /// The name under which it is mapped.
        repository: &'t str,
        /// What it may be: a file or a folder; empty where only a commit is named.
        targets: Vec<Target>,
        /// The commit that it is pinned to.
        pinned: Option<&'t str>,
    },
    /// A commit of this repository.
    Commit(&'t str),
    /// A pull request.
    Request {
        /// Its number.
        number: &'t str,
        /// The repository, where it is named.
        repository: Option<&'t str>,
    },
    /// A page of a forge that a commit pins.
    Page {
        /// The repository.
        repository: &'t str,
        /// The file that it shows.
        path: Option<&'t str>,
        /// The commit.
        commit: &'t str,
    },
    /// Nothing that can change: an address, a digest, a key.
    Nothing,
}

/// What a text of a claim names.
pub fn named<'t>(population: &Population, book: &Rulebook, text: &'t str) -> Named<'t> {
    // The whole text may be a file whose name holds an `@`.
    if population.presence(text) != Presence::Missing {
        return Named::Here { targets: targets(population, clean_path(text)), pinned: None };
    }
    match book.references.read(text) {
        Reference::Path(path) | Reference::PathAtName { path, .. } => {
            Named::Here { targets: targets(population, path), pinned: None }
        }
        Reference::PathAt { path, commit } => Named::Here { targets: targets(population, path), pinned: Some(commit) },
        Reference::OtherRepository { name, path, commit } => {
            Named::Elsewhere { repository: name, targets: path.map_or(Vec::new(), file_or_folder), pinned: commit }
        }
        Reference::Commit(commit) => Named::Commit(commit),
        Reference::PullRequest { number, repository } => Named::Request { number, repository },
        Reference::Permalink { repository, commit, path } => Named::Page { repository, path, commit },
        Reference::BranchUrl(_) | Reference::ExternalUrl(_) | Reference::Digest(_) | Reference::IssueKey(_) => {
            Named::Nothing
        }
    }
}

/// A path of which nobody knows what stood there.
pub fn file_or_folder(path: &str) -> Vec<Target> {
    let path = RepoPath::new(clean_path(path));
    vec![Target::Document(path.clone()), Target::Folder(path)]
}

/// The registers whose rows a claim may name.
const CLAIMED: [RegisterKind; 6] = [
    RegisterKind::Risks,
    RegisterKind::Policies,
    RegisterKind::Procedures,
    RegisterKind::Controls,
    RegisterKind::Training,
    RegisterKind::Assets,
];

/// What an id or a path of this repository stands for, or may have stood for: a file or a folder that is gone, a row
/// that was taken out of its table.
pub fn targets(population: &Population, text: &str) -> Vec<Target> {
    let now = target(population, text);
    let is_there = !matches!(&now, Target::Document(path) if population.presence(path.as_str()) == Presence::Missing);
    if is_there || is_entry(population, text) {
        return vec![now];
    }
    let mut targets = file_or_folder(text);
    if !text.contains('/') {
        let is_table = |kind: &RegisterKind| population.register(*kind).rows.values().all(|row| !row.is_document);
        targets.extend(CLAIMED.into_iter().filter(is_table).map(|kind| Target::Row(kind, text.into())));
    }
    targets
}

fn is_entry(population: &Population, text: &str) -> bool {
    CLAIMED.into_iter().any(|kind| population.register(kind).rows.contains_key(text))
}

/// What an id or a path of this repository stands for.
pub fn target(population: &Population, text: &str) -> Target {
    for kind in CLAIMED {
        if let Some(row) = population.register(kind).rows.get(text) {
            return match row.is_document {
                true => Target::Document(population.path(row.source).clone()),
                false => Target::Row(kind, text.into()),
            };
        }
    }
    match population.presence(text) {
        Presence::Folder => Target::Folder(RepoPath::new(clean_path(text))),
        _ => Target::Document(RepoPath::new(clean_path(text))),
    }
}

/// A risk that a record is linked to.
pub fn risk(population: &Population, id: &str) -> Target {
    match population.register(RegisterKind::Risks).rows.get(id) {
        Some(row) if row.is_document => Target::Document(population.path(row.source).clone()),
        _ => Target::Row(RegisterKind::Risks, id.into()),
    }
}

/// The entries of an action's `changes` that name a target, with their dotted path below the action.
pub fn of_action(action: &Action) -> impl Iterator<Item = (String, &Located)> {
    let entries = action.changes.items().iter().enumerate();
    entries.filter_map(|(index, change)| match change {
        Change::Target(target) => Some((format!("changes.{index}"), target)),
        Change::Outside { .. } => None,
    })
}

/// The entries of the decisions of a record that claim a change, with their dotted path.
pub fn of_decisions(incident: &Incident) -> impl Iterator<Item = (String, &Located)> {
    let decisions = &incident.decisions;
    let named = [
        ("policy", &decisions.policy),
        ("control", &decisions.control),
        ("awareness", &decisions.awareness),
        ("risk", &decisions.risk),
    ];
    named.into_iter().flat_map(|(name, decision)| {
        let entries = decision.changed.items().iter().enumerate();
        entries.map(move |(index, entry)| (format!("decisions.{name}.changed.{index}"), entry))
    })
}
