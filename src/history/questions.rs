//! What a population asks of history: paths, rows and commits that its records name.

use super::claims::{self, Named};
use super::target::Target;
use crate::config::Rulebook;
use crate::git::Watch;
use crate::population::{Paths, Population, clean_path};
use crate::record::register::RegisterKind;
use crate::record::{Incident, Located, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// All that is asked of one repository.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Questions {
    pub targets: BTreeSet<Target>,
    /// Files and folders that serve as evidence.
    pub files: BTreeSet<Box<str>>,
    pub commits: BTreeSet<Box<str>>,
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
        for entry in actions.iter().flat_map(|action| action.evidence.items()) {
            self.evidence(book, entry);
        }
        let risks = incident.links.risks.items();
        self.here.targets.extend(risks.iter().map(|risk| claims::risk(population, risk.as_str())));
        let assets = incident.assets.items().iter();
        self.here.targets.extend(assets.map(|asset| Target::Row(RegisterKind::Assets, asset.value.clone())));
    }

    fn claim(&mut self, population: &Population, book: &Rulebook, entry: &Located) {
        match claims::named(population, book, entry.as_str()) {
            Named::Here { target, pinned } => {
                self.here.targets.insert(target);
                self.here.commits.extend(pinned.map(Box::from));
            }
            Named::Elsewhere { repository, target, pinned } => {
                let questions = self.elsewhere.entry(repository.into()).or_default();
                questions.targets.extend(target);
                questions.commits.extend(pinned.map(Box::from));
            }
            Named::Nothing => {}
        }
    }

    fn evidence(&mut self, book: &Rulebook, entry: &Located) {
        let reference = book.references.read(entry.as_str());
        if let Reference::OtherRepository { name, path, commit } = reference {
            let questions = self.elsewhere.entry(name.into()).or_default();
            questions.files.extend(path.map(|path| clean_path(path).into()));
            questions.commits.extend(commit.map(Box::from));
            return;
        }
        let paths = [reference.path(), reference.path().map(|_| entry.as_str())];
        self.here.files.extend(paths.into_iter().flatten().map(|path| clean_path(path).into()));
        self.here.commits.extend(reference.commit().map(Box::from));
        if let Reference::Permalink { commit, .. } = reference {
            self.here.commits.insert(commit.into());
        }
    }
}

impl Questions {
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
