//! The versions of documents and folders that claims name.

use super::chronicle::Chronicle;
use super::substance::{self, Boilerplate, Substance};
use super::target::{Target, TargetHistory, TargetVersion};
use super::tracks::{Content, FileVersions};
use crate::git::{Event, GitProblem, ObjectId, Past, Watch};
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// The versions of all files that were watched, by path.
pub(super) type Files = BTreeMap<RepoPath, FileVersions>;

/// Reads the versions of documents.
pub(super) struct Reader<'p> {
    pub past: Past<'p>,
    pub boilerplate: &'p Boilerplate,
    /// What files of one kind say, by their blob: several targets name one file, and many versions return.
    pub known: Known,
    /// What an earlier run remembers of that.
    pub remembered: HashMap<(ObjectId, Box<str>), Substance>,
}

/// What blobs say, read as a file with an extension.
pub(super) type Known = Mutex<HashMap<(ObjectId, Box<str>), Substance>>;

/// How many moves one document may have made: a chain that is longer is an attack.
const MOST_MOVES: usize = 16;

impl Reader<'_> {
    /// What the documents and folders among the targets said, version by version.
    pub(super) fn read(
        &self,
        chronicle: &mut Chronicle,
        targets: &BTreeSet<Target>,
        files: &Files,
    ) -> Result<(), GitProblem> {
        let documents: Vec<&RepoPath> =
            targets.iter().filter_map(|t| if let Target::Document(path) = t { Some(path) } else { None }).collect();
        let read = self.documents(chronicle, documents, files)?;
        let folders = targets.iter().filter_map(|t| if let Target::Folder(path) = t { Some(path) } else { None });
        let folders: Vec<_> = folders.map(|path| (path, self.folder(path, files))).collect();
        for (path, versions) in read {
            chronicle.targets.insert(Target::Document(path.clone()), TargetHistory { versions });
        }
        for (path, history) in folders {
            chronicle.targets.insert(Target::Folder(path.clone()), history);
        }
        Ok(())
    }

    /// What documents said, version by version, also where they stood before.
    pub(super) fn documents<'d>(
        &self,
        chronicle: &Chronicle,
        documents: Vec<&'d RepoPath>,
        files: &Files,
    ) -> Result<Vec<(&'d RepoPath, Vec<TargetVersion>)>, GitProblem> {
        let versions = |path| (path, files.get(path).map_or(Vec::new(), |file| self.versions(file)));
        let mut read: Vec<_> = documents.into_par_iter().map(versions).collect();
        self.follow(chronicle, &mut read)?;
        read.par_iter_mut().for_each(|(_, versions)| self.mark_what_is_taken_back(versions));
        Ok(read)
    }

    /// What appears late may have stood elsewhere before: its versions there are put in front. All documents take one
    /// step at a time, so that one walk looks for all of them.
    fn follow(&self, chronicle: &Chronicle, read: &mut [(&RepoPath, Vec<TargetVersion>)]) -> Result<(), GitProblem> {
        let mut open: Vec<usize> = (0..read.len()).collect();
        for _ in 0..MOST_MOVES {
            let origins: Result<Vec<_>, GitProblem> = open
                .into_par_iter()
                .map(|at| {
                    let first = read.get(at).and_then(|(_, versions)| versions.first());
                    let first = first.filter(|first| first.position > 0 && first.blob.is_some());
                    Ok((at, first.map_or(Ok(None), |first| self.origin(chronicle, first))?))
                })
                .collect();
            let origins: Vec<(usize, RepoPath)> =
                origins?.into_iter().filter_map(|(at, origin)| Some((at, origin?))).collect();
            if origins.is_empty() {
                return Ok(());
            }
            let mut watch = Watch::default();
            origins.iter().for_each(|(_, origin)| watch.file(origin.as_str().as_bytes()));
            let events = self.past.walk(&chronicle.line, &watch)?;
            let files: Files =
                super::tracks::files(&events, |_| true).into_iter().map(|f| (f.path.clone(), f)).collect();
            for (at, origin) in &origins {
                if let Some((_, versions)) = read.get_mut(*at) {
                    self.put_before(versions, origin, files.get(origin));
                }
            }
            open = origins.into_iter().map(|(at, _)| at).collect();
        }
        Ok(())
    }

    /// Puts the versions of another path in front, up to the landing in which the document left it.
    fn put_before(&self, versions: &mut Vec<TargetVersion>, origin: &RepoPath, file: Option<&FileVersions>) {
        let Some(first) = versions.first_mut() else { return };
        first.moved_from = Some(origin.clone());
        let until = first.position;
        let mut older = file.map_or(Vec::new(), |file| self.versions(file));
        older.retain(|version| version.position < until);
        older.append(versions);
        *versions = older;
    }

    /// Marks versions that return to what an earlier one said, where the last version has none of the lines that were
    /// taken back: other changes since did not bring them again.
    fn mark_what_is_taken_back(&self, versions: &mut [TargetVersion]) {
        let digest = |version: &TargetVersion| version.state.as_ref().map(|state| state.digest);
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let mut returns = Vec::new();
        for (at, version) in versions.iter().enumerate() {
            let Some(now) = digest(version) else { continue };
            let before = at.checked_sub(1);
            if let (Some(&first), Some(before)) = (seen.get(&now), before)
                && versions.get(before).and_then(digest) != Some(now)
            {
                returns.push((at, first, before));
            }
            seen.entry(now).or_insert(at);
        }
        if returns.is_empty() {
            return;
        }
        let lines = |at: usize| versions.get(at).map(|version| self.lines(version)).unwrap_or_default();
        let last = lines(versions.len().saturating_sub(1));
        let is_gone = |first: usize, held: usize| {
            let (old, new) = (lines(first), lines(held));
            // What was only taken out is back where all of it stands again.
            match new.difference(&old).next() {
                Some(_) => new.difference(&old).all(|line| !last.contains(line)),
                None => old.difference(&new).next().is_some() && old.difference(&new).all(|line| last.contains(line)),
            }
        };
        let marked: Vec<usize> =
            returns.into_iter().filter(|&(_, first, held)| is_gone(first, held)).map(|(at, ..)| at).collect();
        for at in marked {
            if let Some(version) = versions.get_mut(at) {
                version.takes_back = true;
            }
        }
    }

    /// The lines of a version in the form in which words are compared; a line of few words, such as a version number,
    /// says nothing alone.
    fn lines(&self, version: &TargetVersion) -> HashSet<String> {
        let bytes = version.blob.and_then(|blob| self.past.blob(blob).ok()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let line = |line: &str| {
            let mut told = String::new();
            let mut count = 0;
            substance::words(line, |word| {
                told.push_str(word);
                told.push(' ');
                count += 1;
            });
            (count >= FEW_WORDS).then_some(told)
        };
        text.lines().filter_map(line).collect()
    }

    fn versions(&self, file: &FileVersions) -> Vec<TargetVersion> {
        let version = |(position, content): &(u32, Content)| TargetVersion {
            position: *position,
            blob: if let Content::Blob(id) = content { Some(*id) } else { None },
            path: file.path.clone(),
            state: self.state(&file.path, content),
            row: None,
            moved_from: None,
            takes_back: false,
        };
        file.versions.iter().map(version).collect()
    }

    fn state(&self, path: &RepoPath, content: &Content) -> Option<Substance> {
        match content {
            Content::Gone => None,
            Content::Pending(bytes) => Some(substance::of_document(self.boilerplate, path, bytes.to_vec())),
            Content::Blob(id) => Some(self.of_blob(path, *id)),
        }
    }

    fn of_blob(&self, path: &RepoPath, id: ObjectId) -> Substance {
        let key = (id, Box::from(path.extension()));
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *known;
        }
        let read = self.remembered.get(&key).copied().unwrap_or_else(|| match self.past.blob(id) {
            Ok(bytes) => substance::of_document(self.boilerplate, path, bytes),
            // Too large to be read: its id tells whether it changed.
            Err(_) => substance::of_bytes(id.to_string().as_bytes()),
        });
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, read);
        read
    }

    /// Where a document stood before the landing in which it appears here: a file of the same or nearly the same text
    /// that is gone with that landing.
    fn origin(&self, chronicle: &Chronicle, first: &TargetVersion) -> Result<Option<RepoPath>, GitProblem> {
        let Some(blob) = first.blob else { return Ok(None) };
        let events = self.past.changes_of(&chronicle.line, first.position)?;
        let gone: Vec<(&Event, ObjectId)> =
            events.iter().filter(|e| e.after.is_none()).filter_map(|e| Some((e, e.before?.id))).collect();
        if gone.is_empty() {
            return Ok(None);
        }
        let path = |event: &Event| RepoPath::new(String::from_utf8_lossy(&event.path));
        if let Some((event, _)) = gone.iter().find(|(_, id)| *id == blob) {
            return Ok(Some(path(event)));
        }
        let text = self.past.blob(blob).unwrap_or_default();
        let counts = counts(&text);
        let near = gone
            .iter()
            .take(MOST_COMPARED)
            .find(|(_, id)| self.past.blob(*id).is_ok_and(|old| is_near(&counts, &self::counts(&old))));
        Ok(near.map(|(event, _)| path(event)))
    }

    /// A folder says what all its files say.
    fn folder(&self, folder: &RepoPath, files: &Files) -> TargetHistory {
        let prefix = format!("{folder}/");
        let below = files.range(RepoPath::new(&prefix)..).take_while(|(path, _)| path.as_str().starts_with(&prefix));
        let mut landings: BTreeMap<u32, Vec<TargetVersion>> = BTreeMap::new();
        for version in below.flat_map(|(_, file)| self.versions(file)) {
            landings.entry(version.position).or_default().push(version);
        }
        let mut now: BTreeMap<RepoPath, Substance> = BTreeMap::new();
        let version = |(position, touched): (u32, Vec<TargetVersion>)| {
            for TargetVersion { path, state, .. } in touched {
                match state {
                    Some(state) => now.insert(path, state),
                    None => now.remove(&path),
                };
            }
            let state = together(&now);
            TargetVersion {
                position,
                blob: None,
                path: folder.clone(),
                state,
                row: None,
                moved_from: None,
                takes_back: false,
            }
        };
        TargetHistory { versions: landings.into_iter().map(version).collect() }
    }
}

/// What several files say together.
fn together(files: &BTreeMap<RepoPath, Substance>) -> Option<Substance> {
    let (mut digest, mut revision) = (DefaultHasher::new(), DefaultHasher::new());
    for (path, state) in files {
        (path, state.digest).hash(&mut digest);
        state.revision.hash(&mut revision);
    }
    let inspected = files.values().all(|state| state.inspected);
    (!files.is_empty()).then(|| Substance { digest: digest.finish(), revision: Some(revision.finish()), inspected })
}

/// A line with fewer words is not looked for.
const FEW_WORDS: usize = 4;

/// How many files that are gone are compared with one that appears.
const MOST_COMPARED: usize = 200;

/// How often each word stands in a text.
fn counts(bytes: &[u8]) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    substance::words(&String::from_utf8_lossy(bytes), |word| *counts.entry(word.to_owned()).or_default() += 1);
    counts
}

/// Whether two texts share nine of ten words.
fn is_near(one: &HashMap<String, u32>, other: &HashMap<String, u32>) -> bool {
    let total = |counts: &HashMap<String, u32>| counts.values().sum::<u32>();
    let shared: u32 = one.iter().map(|(word, count)| other.get(word).map_or(0, |more| *count.min(more))).sum();
    let all = total(one) + total(other);
    all > 0 && 20 * shared >= 9 * all
}
