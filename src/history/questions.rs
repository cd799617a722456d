//! What a population asks of history: paths, rows and commits that its records name.

use super::claims::{self, GRACE, Named};
use super::target::Target;
use crate::config::Rulebook;
use crate::git::Watch;
use crate::population::{Paths, Population, clean_path};
use crate::record::register::RegisterKind;
use crate::record::{Incident, Located, Reference};
use crate::time::plus;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// All that is asked of one repository.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Questions {
    pub targets: BTreeSet<Target>,
    /// Files and folders that serve as evidence.
    pub files: BTreeSet<Box<str>>,
    /// The day by which such a file or folder had to be there, where one is known.
    pub due: BTreeMap<Box<str>, NaiveDate>,
    pub commits: BTreeSet<Box<str>>,
    /// Paths as commits have them: commit and path.
    pub pinned: BTreeSet<(Box<str>, Box<str>)>,
}

/// The questions to this repository, and to others by the name under which they are mapped.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub here: Questions,
    pub elsewhere: BTreeMap<Box<str>, Questions>,
}

/// Where the owners of code may be named.
pub const CODEOWNERS: [&str; 3] = ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"];

/// What the records of a population ask.
pub(super) fn asked(population: &Population, book: &Rulebook) -> Asked {
    let mut asked = Asked::default();
    for incident in population.incidents.iter().filter(|incident| incident.is_live()) {
        asked.incident(population, book, incident);
    }
    asked.here.files.extend(CODEOWNERS.map(Box::from));
    asked.here.commits.extend(book.config.attestation.iter().filter_map(|a| a.commit.as_deref()).map(Box::from));
    asked
}

impl Asked {
    fn incident(&mut self, population: &Population, book: &Rulebook, incident: &Incident) {
        let actions = incident.actions.items();
        let claimed = actions.iter().flat_map(claims::of_action).chain(claims::of_decisions(incident));
        for (_, entry) in claimed {
            self.claim(population, book, entry);
        }
        for action in actions {
            let due = action.completed.value().map(|when| plus(when.date, GRACE));
            action.evidence.items().iter().for_each(|entry| self.evidence(book, entry, due));
        }
        let risks = incident.links.risks.items();
        for risk in risks {
            self.here.targets.insert(claims::risk(population, risk.as_str()));
            // Whether it was looked at again stands in the marks of its row.
            self.here.targets.insert(Target::Row(RegisterKind::Risks, risk.value.clone()));
        }
        let assets = incident.assets.items().iter();
        self.here.targets.extend(assets.map(|asset| Target::Row(RegisterKind::Assets, asset.value.clone())));
    }

    fn claim(&mut self, population: &Population, book: &Rulebook, entry: &Located) {
        match claims::named(population, book, entry.as_str()) {
            Named::Here { targets, pinned } => {
                self.here.targets.extend(targets);
                self.here.commits.extend(pinned.map(Box::from));
            }
            Named::Elsewhere { repository, targets, pinned } => {
                let questions = self.elsewhere.entry(repository.into()).or_default();
                questions.targets.extend(targets);
                questions.commits.extend(pinned.map(Box::from));
            }
            Named::Commit(commit) => self.here.commits.extend([commit.into()]),
            Named::Page { commit, path, .. } => self.anywhere(book, |questions| {
                questions.commits.insert(commit.into());
                questions.targets.extend(path.map_or(Vec::new(), claims::file_or_folder));
            }),
            Named::Request { repository: Some(_), .. } => self.anywhere(book, |_| {}),
            Named::Request { repository: None, .. } | Named::Nothing => {}
        }
    }

    /// Asks this repository and all mapped ones: which one an address means shows when they are read.
    fn anywhere(&mut self, book: &Rulebook, ask: impl Fn(&mut Questions)) {
        ask(&mut self.here);
        for name in book.config.evidence.repositories.keys() {
            ask(self.elsewhere.entry(name.as_str().into()).or_default());
        }
    }

    fn evidence(&mut self, book: &Rulebook, entry: &Located, due: Option<NaiveDate>) {
        let reference = book.references.read(entry.as_str());
        match reference {
            Reference::OtherRepository { name, path, commit } => {
                self.elsewhere.entry(name.into()).or_default().evidence(path, commit, due);
            }
            Reference::Permalink { commit, path, .. } => {
                self.anywhere(book, |questions| questions.evidence(path, Some(commit), None));
            }
            Reference::PullRequest { repository: Some(_), .. } => self.anywhere(book, |_| {}),
            _ => {
                self.here.evidence(reference.path(), reference.commit(), due);
                // The whole text may be a file whose name holds an `@`.
                self.here.evidence(reference.path().map(|_| entry.as_str()), None, due);
            }
        }
    }
}

impl Questions {
    fn evidence(&mut self, path: Option<&str>, commit: Option<&str>, due: Option<NaiveDate>) {
        self.commits.extend(commit.map(Box::from));
        let Some(path) = path.map(clean_path) else { return };
        self.files.insert(path.into());
        match (commit, due) {
            (Some(commit), _) => {
                self.pinned.insert((commit.into(), path.into()));
            }
            (None, Some(due)) => {
                let day = self.due.entry(path.into()).or_insert(due);
                *day = due.min(*day);
            }
            (None, None) => {}
        }
    }

    /// The registers of which rows are asked for.
    pub fn registers(&self) -> BTreeSet<RegisterKind> {
        self.targets
            .iter()
            .filter_map(|target| if let Target::Row(kind, _) = target { Some(*kind) } else { None })
            .collect()
    }

    /// What has to be looked at; records and their configuration only in the repository that is checked.
    pub fn watch(&self, paths: Option<(&Paths, &str)>) -> Watch {
        let mut watch = Watch::default();
        for target in &self.targets {
            match target {
                Target::Document(path) => watch.file(path.as_str().as_bytes()),
                Target::Folder(path) => watch.folder(path.as_str().as_bytes()),
                Target::Row(..) => {}
            }
        }
        for path in self.files.iter().filter(|path| !path.is_empty()) {
            watch.file(path.as_bytes());
            watch.folder(path.as_bytes());
        }
        if let Some((paths, config)) = paths {
            watch.file(config.as_bytes());
            paths.record_folders().for_each(|folder| watch.folder(folder.as_bytes()));
            for pattern in self.registers().into_iter().filter_map(|kind| paths.register(kind)) {
                let base = pattern.base();
                watch.file(base.as_bytes());
                watch.folder(base.as_bytes());
            }
        }
        watch
    }
}
