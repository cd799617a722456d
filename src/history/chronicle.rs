//! The landings of one repository, and what they did to the paths that somebody asked for.

use super::target::{Target, TargetHistory};
use crate::git::{Line, LineCommit, ObjectId, Signature, Unwitnessed};
use crate::source::RepoPath;
use crate::time::When;
use chrono::{DateTime, NaiveDate};
use std::collections::{BTreeMap, HashMap};

/// How a change reached the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LandingKind {
    /// A commit on the line itself.
    Direct,
    /// A merge of a side branch.
    Merge,
    /// A commit of a pull request that has not been merged yet; its date is the as-of date.
    PullRequest,
    /// What the working tree or the index holds beyond the last commit; its date is the as-of date.
    Pending,
}

/// How well a date is witnessed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, schemars::JsonSchema)]
pub enum Grade {
    /// Only the record states it.
    W0,
    /// By the date of a commit, which whoever commits can set.
    W1,
    /// By a merge that the forge made and signed.
    W2,
}

/// One landing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Landing<'h> {
    /// Its place on the line.
    pub position: u32,
    /// The commit; `None` for what is pending.
    pub commit: Option<ObjectId>,
    /// Its day, in the offset of its committer.
    pub day: NaiveDate,
    /// Its instant in seconds since 1970; that of the end of the as-of date for what is pending.
    pub time: i64,
    /// Who wrote it.
    pub author: Option<&'h Signature>,
    /// Who committed it.
    pub committer: Option<&'h Signature>,
    /// How it reached the line.
    pub kind: LandingKind,
    /// How well its date is witnessed.
    pub grade: Grade,
    /// Why no signature witnesses it; `None` where one does, and for what has not landed.
    pub unwitnessed: Option<Unwitnessed>,
}

impl Landing<'_> {
    /// `3f9a2c1 of 2026-06-01`, or `the working tree`.
    pub fn name(&self) -> String {
        match self.commit {
            Some(commit) => format!("{} of {}", commit.short(), self.day),
            None => "what is not committed yet".to_owned(),
        }
    }

    /// The short id of its commit, or `the working tree`.
    pub fn short(&self) -> String {
        self.commit.map_or_else(|| "the working tree".to_owned(), |commit| commit.short())
    }
}

/// A file at a path after a landing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileState {
    /// Its content; `None` for a file that has not landed.
    pub blob: Option<ObjectId>,
    /// Whether it holds nothing.
    pub is_empty: bool,
}

/// The landings of one repository, and the answers to what was asked of them.
#[derive(Debug)]
pub struct Chronicle {
    pub(super) line: Line,
    /// Which landings a trusted key signed; empty where no keys are configured.
    pub(super) witnessed: Vec<Result<(), Unwitnessed>>,
    /// The first position of the commits of a pull request, and then of what is pending.
    pub(super) unlanded: u32,
    /// The end of the as-of date: day and instant.
    pub(super) as_of: When,
    /// For each position the earliest day, and the earliest instant, of it and all later ones.
    pub(super) earliest: Vec<(NaiveDate, i64)>,
    pub(super) targets: HashMap<Target, TargetHistory>,
    pub(super) files: BTreeMap<RepoPath, Vec<(u32, Option<FileState>)>>,
    pub(super) commits: HashMap<Box<str>, Option<ObjectId>>,
    pub(super) pinned: HashMap<(Box<str>, Box<str>), bool>,
    /// How the repository is called, as `github.com/owner/name`, where that is known.
    pub(super) repository: Option<Box<str>>,
}

impl Chronicle {
    pub(super) fn new(line: Line, unlanded: u32, as_of: When) -> Self {
        let mut chronicle = Self {
            line,
            witnessed: Vec::new(),
            unlanded,
            as_of,
            earliest: Vec::new(),
            targets: HashMap::new(),
            files: BTreeMap::new(),
            commits: HashMap::new(),
            pinned: HashMap::new(),
            repository: None,
        };
        chronicle.earliest = chronicle.earliest();
        chronicle
    }

    fn earliest(&self) -> Vec<(NaiveDate, i64)> {
        let mut least = (NaiveDate::MAX, i64::MAX);
        let mut earliest: Vec<_> = (0..self.pending())
            .rev()
            .map(|position| {
                let landing = self.landing(position);
                least = (least.0.min(landing.day), least.1.min(landing.time));
                least
            })
            .collect();
        earliest.reverse();
        earliest
    }

    /// The position of what is pending: one past the last commit.
    pub fn pending(&self) -> u32 {
        u32::try_from(self.line.commits.len()).unwrap_or(u32::MAX)
    }

    /// A landing by its position; one past the last commit is what is pending.
    pub fn landing(&self, position: u32) -> Landing<'_> {
        match self.line.commits.get(position as usize) {
            Some(commit) => self.landed(position, commit),
            None => Landing {
                position,
                commit: None,
                day: self.as_of.date,
                time: self.as_of.to - 1,
                author: None,
                committer: None,
                kind: LandingKind::Pending,
                grade: Grade::W0,
                unwitnessed: None,
            },
        }
    }

    fn landed(&self, position: u32, commit: &LineCommit) -> Landing<'_> {
        let usual = if commit.parents > 1 { LandingKind::Merge } else { LandingKind::Direct };
        let is_open = position >= self.unlanded;
        let (day, time) = if is_open { (self.as_of.date, self.as_of.to - 1) } else { (day(commit), commit.time) };
        let unwitnessed = self.witnessed.get(position as usize).copied().unwrap_or(Err(Unwitnessed::NoKeys)).err();
        Landing {
            position,
            commit: Some(commit.id),
            day,
            time,
            author: self.line.people.get_index(commit.author as usize),
            committer: self.line.people.get_index(commit.committer as usize),
            kind: if is_open { LandingKind::PullRequest } else { usual },
            grade: match unwitnessed {
                _ if is_open => Grade::W0,
                Some(_) => Grade::W1,
                None => Grade::W2,
            },
            unwitnessed: unwitnessed.filter(|_| !is_open),
        }
    }

    /// The lowest grade of what has landed.
    pub fn lowest(&self) -> Grade {
        let is_witnessed = !self.witnessed.is_empty() && self.witnessed.iter().all(Result::is_ok);
        if is_witnessed { Grade::W2 } else { Grade::W1 }
    }

    /// How many landings a trusted key signed, and why others count as not signed; `None` where no keys are configured.
    pub(super) fn signatures(&self) -> Option<String> {
        let mut reasons: BTreeMap<Unwitnessed, usize> = BTreeMap::new();
        for why in self.witnessed.iter().filter_map(|witnessed| witnessed.err()) {
            *reasons.entry(why).or_default() += 1;
        }
        let all = self.witnessed.len();
        let signed = all - reasons.values().sum::<usize>();
        let others: String = reasons.iter().map(|(why, count)| format!("; {}: {count}", why.reason())).collect();
        (all > 0).then(|| format!("landings signed by a key of `[trust] keys`: {signed} of {all}{others}"))
    }

    /// The first-parent line itself.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The commits that a landing brought from side branches, by their ids.
    pub fn brought(&self, position: u32) -> Vec<ObjectId> {
        let own = self.line.commits.get(position as usize).map(|commit| commit.id);
        let landed = self.line.landed.iter().filter(|(id, at)| **at == position && Some(**id) != own);
        let mut brought: Vec<ObjectId> = landed.map(|(id, _)| *id).collect();
        brought.sort_unstable();
        brought
    }

    /// All landed commits, in order.
    pub fn landings(&self) -> impl Iterator<Item = Landing<'_>> {
        (0..self.pending()).map(|position| self.landing(position))
    }

    /// The last landing dated up to a day: what stood there at its end. Position orders, date measures.
    pub fn end_of(&self, day: NaiveDate) -> Option<u32> {
        if day >= self.as_of.date {
            return Some(self.pending());
        }
        let count = self.earliest.partition_point(|(earliest, _)| *earliest <= day);
        u32::try_from(count).ok()?.checked_sub(1)
    }

    /// The last landing before a day or an instant; `None` where there was none yet.
    pub fn before(&self, when: &When) -> Option<u32> {
        let is_whole_day = when.to - when.from > 80_000;
        let count = match is_whole_day {
            true => self.earliest.partition_point(|(earliest, _)| *earliest < when.date),
            false => self.earliest.partition_point(|(_, earliest)| *earliest < when.from),
        };
        u32::try_from(count).ok()?.checked_sub(1)
    }

    /// What is known of a target that was asked for.
    pub fn target(&self, target: &Target) -> Option<&TargetHistory> {
        self.targets.get(target)
    }

    /// The landings that changed a file that was asked for, each with the file after it.
    pub fn file(&self, path: &str) -> &[(u32, Option<FileState>)] {
        self.files.get(&RepoPath::new(path)).map_or(&[], Vec::as_slice)
    }

    /// A file after a landing; `None` where there was none.
    pub fn file_at(&self, path: &str, position: u32) -> Option<FileState> {
        let versions = self.file(path);
        let count = versions.partition_point(|(at, _)| *at <= position);
        count.checked_sub(1).and_then(|index| versions.get(index)).and_then(|(_, state)| *state)
    }

    /// Files below a folder that were asked for, each with its landings.
    pub fn files_below<'c>(
        &'c self,
        folder: &str,
    ) -> impl Iterator<Item = (&'c RepoPath, &'c [(u32, Option<FileState>)])> {
        let prefix = format!("{folder}/");
        let from = RepoPath::new(&prefix);
        let below = self.files.range(from..).take_while(move |(path, _)| path.as_str().starts_with(&prefix));
        below.map(|(path, versions)| (path, versions.as_slice()))
    }

    /// Whether a commit of the line itself had a file at a path that was asked for, or below it.
    pub(super) fn stood_at(&self, commit: ObjectId, path: &str) -> bool {
        let at = self.line.landed.get(&commit).copied();
        let on_line = at.filter(|at| self.line.commits.get(*at as usize).is_some_and(|known| known.id == commit));
        on_line.is_some_and(|at| {
            let stands = |(below, _): (&RepoPath, _)| self.file_at(below.as_str(), at).is_some();
            self.file_at(path, at).is_some() || self.files_below(path).any(stands)
        })
    }

    /// Where a commit that a record names landed. The outer `None`: there is no such commit; the inner one: it is no
    /// ancestor of the commit under test.
    pub fn commit(&self, text: &str) -> Option<Option<u32>> {
        let id = (*self.commits.get(text)?)?;
        Some(self.line.landed.get(&id).copied())
    }

    /// Whether a commit that a record names has a file or folder at a path; `None` where that was not asked.
    pub fn has_path(&self, commit: &str, path: &str) -> Option<bool> {
        self.pinned.get(&(commit.into(), path.into())).copied()
    }

    /// The landings that merged or squashed a pull request of a number.
    pub fn request(&self, number: &str) -> &[u32] {
        self.line.requests.get(number).map_or(&[], Vec::as_slice)
    }
}

/// The day of a commit in its own offset; one beyond the calendar becomes its first or last day.
fn day(commit: &LineCommit) -> NaiveDate {
    local_day(commit.time, commit.offset)
}

/// The day of an instant at an offset in minutes.
pub fn local_day(time: i64, offset: i32) -> NaiveDate {
    let local = time.saturating_add(i64::from(offset) * 60);
    let beyond = if local < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    DateTime::from_timestamp(local, 0).map_or(beyond, |moment| moment.date_naive())
}
