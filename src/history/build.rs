//! From a snapshot and its population to its history: one walk, and the versions of what was asked for.

use super::chronicle::{Chronicle, FileState};
use super::memory::{self, Memory};
use super::questions::{Asked, CODEOWNERS, Questions, asked};
use super::repository::canonical;
use super::rows::RowReader;
use super::substance::Boilerplate;
use super::target::Target;
use super::targets::{Files, Known, Reader};
use super::tracks::{self, Content, FileVersions};
use super::{ConfigVersion, History, voices, waivers};
use crate::config::Rulebook;
use crate::git::{GitProblem, Line, ObjectId, Past, Snapshot, TrustedKeys, Watch};
use crate::population::{Paths, Population};
use crate::record::register::RegisterKind;
use crate::source::RepoPath;
use crate::text::Text;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Reads the history of a population.
///
/// # Errors
/// A commit, a tree or a file that is needed is not in this clone. `Ok(None)` where there is no repository at all.
pub fn build(
    snapshot: &Snapshot,
    population: &Population,
    book: &Rulebook,
    keys: &TrustedKeys,
    as_of: NaiveDate,
) -> Result<Option<History>, GitProblem> {
    let Some(past) = snapshot.past() else { return Ok(None) };
    let (line, memory, begun) = line(snapshot, &past, book)?;
    let unlanded = line.unlanded();
    let mut chronicle = Chronicle::new(line, unlanded, book.calendar.whole_day(as_of));
    chronicle.witnessed = past.witnessed(&chronicle.line, unlanded, keys)?;
    let Asked { here, elsewhere } = asked(population, book);
    let paths = Paths::new(book);
    let builder = Builder { snapshot, past, book, keys, population, paths, boilerplate: Boilerplate::new(book) };
    let history = builder.history(chronicle, &here, memory, begun)?;
    let others = elsewhere.iter().map(|(name, questions)| (name.clone(), builder.other(name, questions, as_of)));
    Ok(Some(History { others: others.collect(), ..history }))
}

/// The line of a snapshot, what an earlier run remembers, and how many commits of the line it remembers.
fn line(snapshot: &Snapshot, past: &Past<'_>, book: &Rulebook) -> Result<(Line, Memory, usize), GitProblem> {
    if snapshot.request().is_some() || !past.has_memo() {
        return Ok((snapshot.line()?, Memory::default(), 0));
    }
    let mut memory = Memory::load(past, book);
    let known = std::mem::take(&mut memory.line);
    let Some(commit) = snapshot.commit() else { return Ok((Line::default(), Memory::default(), 0)) };
    let (line, begun) = past.line_after(&commit.id, known)?;
    Ok((line, memory, begun))
}

struct Builder<'a> {
    snapshot: &'a Snapshot,
    past: Past<'a>,
    book: &'a Rulebook,
    keys: &'a TrustedKeys,
    population: &'a Population,
    paths: Paths,
    boilerplate: Boilerplate,
}

impl Builder<'_> {
    /// History, where an earlier run remembers something of the first landings of the line.
    fn history(
        &self,
        mut chronicle: Chronicle,
        asked: &Questions,
        mut memory: Memory,
        begun: usize,
    ) -> Result<History, GitProblem> {
        let config = self.population.configuration().map_or("closeloop.toml", RepoPath::as_str);
        let mut watch = asked.watch(Some((&self.paths, config)));
        self.population.waiver_file().into_iter().for_each(|path| watch.file(path.as_str().as_bytes()));
        let size = memory.size();
        let is_old = self.look(&chronicle, watch, &mut memory, begun)?;
        let mut files: Files = tracks::of_seen(&memory.seen).map(|file| (file.path.clone(), file)).collect();
        self.holds(&files)?;
        self.add_pending(&mut files, chronicle.pending(), asked);
        let encrypted = self.encrypted(&files);
        self.answer(&mut chronicle, asked, &files, &mut memory)?;
        let configurations = self.texts(files.get(&RepoPath::new(config)));
        let code_owners = CODEOWNERS.iter().flat_map(|path| self.texts(files.get(&RepoPath::new(*path)))).collect();
        chronicle.repository = self.own_name();
        let waived = waivers::read(&self.past, self.book, self.population, &files);
        let records = files.into_values().filter(|file| self.paths.is_record(&file.path)).collect();
        let records = tracks::records(&self.past, self.book, records, &mut memory.records);
        let voices = voices::voices(&self.past, &chronicle, &records);
        // An open pull request has not landed: its line is nobody's beginning.
        let is_lasting = self.past.has_memo() && chronicle.line.unlanded() == chronicle.pending();
        if is_lasting && !(is_old && size == memory.size()) {
            memory.line = std::mem::take(&mut chronicle.line);
            memory.leave(&self.past, self.book);
            chronicle.line = memory.line;
        }
        let notes = self.past.remarks().into_iter().chain(chronicle.signatures()).map(Text::of_run).collect();
        Ok(History {
            chronicle,
            voices,
            others: BTreeMap::new(),
            records,
            configurations,
            code_owners,
            encrypted,
            waived,
            notes,
            places: HashMap::new(),
        })
    }

    /// Walks what nobody has walked yet; afterwards memory holds what was seen. Returns whether all was known.
    fn look(&self, chronicle: &Chronicle, watch: Watch, memory: &mut Memory, begun: usize) -> Result<bool, GitProblem> {
        let line = &chronicle.line;
        let mut seen = std::mem::take(&mut memory.seen);
        let more = if begun > 0 { watch.beyond(&memory.watch) } else { Watch::default() };
        let is_old = begun > 0 && begun == line.commits.len() && watch.is_same(&memory.watch);
        let until = u32::try_from(begun).unwrap_or(u32::MAX);
        seen.retain(|path, versions| {
            versions.retain(|(position, _)| *position < until);
            !versions.is_empty() && watch.wants(path) && !more.wants(path)
        });
        if !more.is_empty() {
            self.past.walk_part(line, 0..begun, &more, |event| tracks::see(&mut seen, event))?;
        }
        self.past.walk_part(line, begun..line.commits.len(), &watch, |event| tracks::see(&mut seen, event))?;
        (memory.seen, memory.watch) = (seen, watch);
        Ok(is_old)
    }

    /// A version that is missing says nothing, and would look as if nothing had been there.
    fn holds(&self, files: &Files) -> Result<(), GitProblem> {
        let contents = files.values().flat_map(|file| &file.versions).map(|(_, content)| content);
        self.past.holds(contents.filter_map(|content| if let Content::Blob(id) = content { Some(*id) } else { None }))
    }

    /// What was asked of a chronicle, from the versions of its files.
    fn answer(
        &self,
        chronicle: &mut Chronicle,
        asked: &Questions,
        files: &Files,
        memory: &mut Memory,
    ) -> Result<(), GitProblem> {
        let remembered = std::mem::take(&mut memory.documents);
        let reader = Reader { past: self.past, boilerplate: &self.boilerplate, known: Known::default(), remembered };
        reader.read(chronicle, &asked.targets, files)?;
        let rows = RowReader { past: self.past, book: self.book, boilerplate: &self.boilerplate, paths: &self.paths };
        let mut known = std::mem::take(&mut memory.registers);
        for kind in asked.registers() {
            let number = memory::number(kind);
            let read = rows.read(chronicle, kind, &ids(&asked.targets, kind), files, known.remove(&number));
            memory.registers.extend(read.map(|register| (number, register)));
        }
        chronicle.files = self.evidence(asked, files);
        self.follow_late(chronicle, asked, &reader, files)?;
        memory.documents = reader.known.into_inner().unwrap_or_default();
        chronicle.commits = asked.commits.par_iter().map(|text| (text.clone(), self.past.commit_id(text))).collect();
        let has = |(commit, path): &(Box<str>, Box<str>)| {
            let id = chronicle.commits.get(commit).copied().flatten();
            // Most stand on the line, whose files are known; only for the others a tree is opened.
            id.is_some_and(|id| chronicle.stood_at(id, path) || self.past.has_path(id, path))
        };
        chronicle.pinned = asked.pinned.par_iter().map(|pinned| (pinned.clone(), has(pinned))).collect();
        Ok(())
    }

    /// Evidence that appears after its day may have stood elsewhere before: its versions there come first.
    fn follow_late(
        &self,
        chronicle: &mut Chronicle,
        asked: &Questions,
        reader: &Reader<'_>,
        files: &Files,
    ) -> Result<(), GitProblem> {
        let late: BTreeSet<RepoPath> = asked.due.iter().flat_map(|(path, due)| late(chronicle, path, *due)).collect();
        let late: Vec<&RepoPath> = late.iter().collect();
        for (path, versions) in reader.documents(chronicle, late, files)? {
            let content = |blob: Option<_>| blob.map_or(Content::Gone, Content::Blob);
            let older = versions.iter().filter(|version| version.path != *path);
            let mut states: Vec<_> =
                older.map(|version| (version.position, self.state(&content(version.blob), true))).collect();
            let Some(own) = chronicle.files.get_mut(path) else { continue };
            states.append(own);
            *own = states;
        }
        Ok(())
    }

    /// Files that serve as evidence, those below folders, and registers.
    fn evidence(&self, asked: &Questions, files: &Files) -> BTreeMap<RepoPath, Vec<(u32, Option<FileState>)>> {
        let is_asked = |path: &RepoPath| {
            let text = path.as_str();
            let above = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
            std::iter::once(text).chain(above).any(|path| asked.files.contains(path))
        };
        let in_register = |path: &RepoPath| {
            RegisterKind::ALL
                .into_iter()
                .any(|kind| self.paths.register(kind).is_some_and(|p| p.matches(path.as_str())))
        };
        let wanted = files.par_iter().filter(|(path, _)| is_asked(path) || in_register(path));
        wanted.map(|(path, file)| (path.clone(), self.states(file, is_asked(path)))).collect()
    }

    fn states(&self, file: &FileVersions, is_opened: bool) -> Vec<(u32, Option<FileState>)> {
        file.versions.iter().map(|(position, content)| (*position, self.state(content, is_opened))).collect()
    }

    fn state(&self, content: &Content, is_opened: bool) -> Option<FileState> {
        match content {
            Content::Gone => None,
            Content::Pending(bytes) => {
                Some(FileState { blob: None, is_empty: bytes.iter().all(u8::is_ascii_whitespace) })
            }
            Content::Blob(id) => {
                let is_small = is_opened && self.past.size(*id).is_some_and(|size| size <= MAYBE_BLANK);
                let is_blank = |bytes: Vec<u8>| bytes.iter().all(u8::is_ascii_whitespace);
                let is_empty = is_small && self.past.blob(*id).is_ok_and(is_blank);
                Some(FileState { blob: Some(*id), is_empty })
            }
        }
    }

    /// How this repository is called: as the configuration says, else as the remote it was cloned from.
    fn own_name(&self) -> Option<Box<str>> {
        let configured = self.book.config.evidence.repository.clone();
        configured.or_else(|| self.snapshot.remote_origin()).map(|address| canonical(&address))
    }

    /// The whole texts of a file.
    fn texts(&self, file: Option<&FileVersions>) -> Vec<ConfigVersion> {
        let Some(file) = file else { return Vec::new() };
        let text = |content: &Content| match content {
            Content::Gone => None,
            Content::Pending(bytes) => Some(bytes.to_vec()),
            Content::Blob(id) => self.past.blob(*id).ok(),
        };
        let versions = file.versions.iter().map(|(position, content)| ConfigVersion {
            position: *position,
            path: file.path.clone(),
            text: text(content).map(|bytes| String::from_utf8_lossy(&bytes).into()),
        });
        versions.collect()
    }

    /// Adds what the working tree or the index holds beyond the last commit, as one landing more.
    fn add_pending(&self, files: &mut Files, position: u32, asked: &Questions) {
        let mut pending: BTreeMap<RepoPath, Content> = BTreeMap::new();
        for source in self.population.unlanded() {
            let bytes = source.text().as_bytes();
            pending.insert(source.path.clone(), Content::Pending(bytes.into()));
        }
        for path in self.named(asked) {
            if let Some(content) = self.beyond(&path) {
                pending.insert(path, content);
            }
        }
        for (path, file) in files.iter() {
            let stands = file.versions.last().is_some_and(|(_, content)| !matches!(content, Content::Gone));
            if stands && !pending.contains_key(path) && self.snapshot.entry(path.as_str()).is_none() {
                pending.insert(path.clone(), Content::Gone);
            }
        }
        for (path, content) in pending {
            let file = files.entry(path.clone()).or_insert_with(|| FileVersions { path, versions: Vec::new() });
            if self.is_news(file, &content) {
                file.versions.push((position, content));
            }
        }
    }

    /// A clear file over one that landed encrypted says nothing new.
    fn is_news(&self, file: &FileVersions, content: &Content) -> bool {
        match (file.versions.last(), content) {
            (None, Content::Gone) => false,
            (Some((_, Content::Blob(id))), Content::Pending(_)) => !self.is_encrypted(*id),
            _ => true,
        }
    }

    fn is_encrypted(&self, blob: ObjectId) -> bool {
        let landed = self.past.blob(blob).unwrap_or_default();
        matches!(crate::population::no_text(&landed), Some(crate::population::SkipReason::Encrypted(_)))
    }

    /// The number of records that stand here in the clear and landed encrypted.
    fn encrypted(&self, files: &Files) -> usize {
        let records = self.population.unlanded().filter(|source| self.paths.is_record(&source.path));
        let last = records.filter_map(|source| files.get(&source.path)?.versions.last());
        last.filter(|(_, content)| matches!(content, Content::Blob(id) if self.is_encrypted(*id))).count()
    }

    /// Single paths that were asked for.
    fn named(&self, asked: &Questions) -> BTreeSet<RepoPath> {
        let documents = asked.targets.iter().filter_map(|target| match target {
            Target::Document(path) => Some(path.clone()),
            _ => None,
        });
        documents.chain(asked.files.iter().map(RepoPath::new)).collect()
    }

    /// What stands at a path, where it differs from what landed there.
    fn beyond(&self, path: &RepoPath) -> Option<Content> {
        let entry = self.snapshot.entry(path.as_str())?;
        let bytes = self.snapshot.read(entry).ok()?;
        (!self.snapshot.is_landed(entry, &bytes)).then(|| Content::Pending(bytes.into()))
    }

    /// The chronicle of another repository that the configuration maps to a checkout beside this one.
    fn other(&self, name: &str, questions: &Questions, as_of: NaiveDate) -> Result<Chronicle, Text> {
        let folder = self.book.config.evidence.repositories.get(name).map(String::as_str).unwrap_or_default();
        let root = self.snapshot.root().ok_or_else(|| Text::from("a bare repository has no folder beside it"))?;
        let snapshot = Snapshot::beside(root, folder).map_err(|problem| Text::of_run(&problem.message))?;
        let builder = Builder {
            snapshot: &snapshot,
            past: snapshot.past().ok_or_else(|| Text::from("it is no repository"))?,
            book: self.book,
            keys: self.keys,
            population: self.population,
            paths: Paths::new(self.book),
            boilerplate: self.boilerplate.clone(),
        };
        builder.elsewhere(questions, as_of).map_err(|problem| Text::of_run(&problem.message))
    }

    fn elsewhere(&self, questions: &Questions, as_of: NaiveDate) -> Result<Chronicle, GitProblem> {
        let line = self.snapshot.line()?;
        let unlanded = line.unlanded();
        let mut chronicle = Chronicle::new(line, unlanded, self.book.calendar.whole_day(as_of));
        chronicle.witnessed = self.past.witnessed(&chronicle.line, unlanded, self.keys)?;
        let events = self.past.walk(&chronicle.line, &questions.watch(None))?;
        let files: Files = tracks::files(&events, |_| true).into_iter().map(|file| (file.path.clone(), file)).collect();
        self.holds(&files)?;
        self.answer(&mut chronicle, questions, &files, &mut Memory::default())?;
        chronicle.repository = self.snapshot.remote_origin().map(|address| canonical(&address));
        Ok(chronicle)
    }
}

/// The files of a piece of evidence that appear after its day; none where one was there in time, which answers for the
/// whole folder.
fn late(chronicle: &Chronicle, path: &str, due: NaiveDate) -> Vec<RepoPath> {
    let end = chronicle.end_of(due);
    let is_late =
        |versions: &[(u32, Option<FileState>)]| versions.first().is_some_and(|(at, _)| end.is_none_or(|end| *at > end));
    let mut there: Vec<(&RepoPath, _)> = chronicle.files_below(path).collect();
    there.extend(chronicle.files.get_key_value(&RepoPath::new(path)).map(|(path, v)| (path, v.as_slice())));
    if there.len() > MOST_FOLLOWED || !there.iter().all(|(_, versions)| is_late(versions)) {
        return Vec::new();
    }
    there.into_iter().map(|(path, _)| path.clone()).collect()
}

/// A file of at most so many bytes may be nothing but line ends, so it is opened.
const MAYBE_BLANK: u64 = 64;

/// Files of one folder that are followed to where they stood before.
const MOST_FOLLOWED: usize = 50;

fn ids(targets: &BTreeSet<Target>, kind: RegisterKind) -> HashSet<Box<str>> {
    let of_kind = targets.iter().filter_map(|target| match target {
        Target::Row(known, id) if *known == kind => Some(id.clone()),
        _ => None,
    });
    of_kind.collect()
}
