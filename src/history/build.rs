//! From a snapshot and its population to its history: one walk, and the versions of what was asked for.

use super::chronicle::{Chronicle, FileState};
use super::memory::{self, Memory};
use super::questions::{Asked, Questions, asked};
use super::rows::RowReader;
use super::substance::Boilerplate;
use super::target::Target;
use super::targets::{Files, Known, Reader};
use super::tracks::{self, Content, FileVersions};
use super::{ConfigVersion, History};
use crate::config::Rulebook;
use crate::git::{GitProblem, Line, Past, Snapshot, Watch};
use crate::population::{Paths, Population};
use crate::record::register::RegisterKind;
use crate::source::RepoPath;
use crate::text::Text;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Reads the history of a population.
///
/// # Errors
/// A commit, a tree or a file that is needed is not in this clone. `Ok(None)` where there is no repository at all.
pub fn build(
    snapshot: &Snapshot,
    population: &Population,
    book: &Rulebook,
    as_of: NaiveDate,
) -> Result<Option<History>, GitProblem> {
    let Some(past) = snapshot.past() else { return Ok(None) };
    let mut memory = if past.has_memo() { Memory::load(&past, book) } else { Memory::default() };
    let known = std::mem::take(&mut memory.line);
    let (line, begun) = match (snapshot.commit(), past.has_memo()) {
        (Some(commit), true) => past.line_after(&commit.id, known)?,
        (Some(commit), false) => (past.line(&commit.id)?, 0),
        (None, _) => (Line::default(), 0),
    };
    let unlanded = u32::try_from(line.commits.len()).unwrap_or(u32::MAX);
    let chronicle = Chronicle::new(line, unlanded, book.calendar.whole_day(as_of));
    let Asked { here, elsewhere } = asked(population, book);
    let paths = Paths::new(book);
    let builder = Builder { snapshot, past, book, population, paths, boilerplate: Boilerplate::new(book) };
    let history = builder.history(chronicle, &here, memory, begun)?;
    let others = elsewhere.iter().map(|(name, questions)| (name.clone(), builder.other(name, questions, as_of)));
    Ok(Some(History { others: others.collect(), ..history }))
}

struct Builder<'a> {
    snapshot: &'a Snapshot,
    past: Past<'a>,
    book: &'a Rulebook,
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
        let watch = asked.watch(Some((&self.paths, config)));
        let size = memory.size();
        let is_old = self.look(&chronicle, watch, &mut memory, begun)?;
        let mut files: Files = tracks::of_seen(&memory.seen).map(|file| (file.path.clone(), file)).collect();
        self.add_pending(&mut files, chronicle.pending(), asked);
        self.answer(&mut chronicle, asked, &files, &mut memory)?;
        let configurations = self.configurations(files.get(&RepoPath::new(config)));
        let records = files.into_values().filter(|file| self.paths.is_record(&file.path)).collect();
        let records = tracks::records(&self.past, self.book, records, &mut memory.records);
        // What has not landed may never be part of the line.
        let is_whole = chronicle.unlanded == chronicle.pending();
        if self.past.has_memo() && is_whole && !(is_old && size == memory.size()) {
            memory.line = std::mem::take(&mut chronicle.line);
            memory.leave(&self.past, self.book);
            chronicle.line = memory.line;
        }
        Ok(History {
            chronicle,
            others: BTreeMap::new(),
            records,
            configurations,
            notes: self.past.remarks().into_iter().map(Text::from).collect(),
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
            tracks::see(&mut seen, self.past.walk_part(line, 0..begun, &more)?);
        }
        let new = match begun {
            0 => self.past.walk(line, &watch)?,
            _ => self.past.walk_part(line, begun..line.commits.len(), &watch)?,
        };
        tracks::see(&mut seen, new);
        (memory.seen, memory.watch) = (seen, watch);
        Ok(is_old)
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
        chronicle.commits = asked.commits.iter().map(|text| (text.clone(), self.past.commit_id(text))).collect();
        memory.documents = reader.known.into_inner().unwrap_or_default();
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
        let wanted = files.iter().filter(|(path, _)| is_asked(path) || in_register(path));
        wanted.map(|(path, file)| (path.clone(), self.states(file, is_asked(path)))).collect()
    }

    fn states(&self, file: &FileVersions, is_opened: bool) -> Vec<(u32, Option<FileState>)> {
        let state = |content: &Content| match content {
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
        };
        file.versions.iter().map(|(position, content)| (*position, state(content))).collect()
    }

    fn configurations(&self, file: Option<&FileVersions>) -> Vec<ConfigVersion> {
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
            (Some((_, Content::Blob(id))), Content::Pending(_)) => {
                let landed = self.past.blob(*id).unwrap_or_default();
                !matches!(crate::population::no_text(&landed), Some(crate::population::SkipReason::Encrypted(_)))
            }
            _ => true,
        }
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
        let snapshot = Snapshot::beside(root, folder).map_err(|problem| Text::from(problem.message.as_str()))?;
        let builder = Builder {
            snapshot: &snapshot,
            past: snapshot.past().ok_or_else(|| Text::from("it is no repository"))?,
            book: self.book,
            population: self.population,
            paths: Paths::new(self.book),
            boilerplate: self.boilerplate.clone(),
        };
        builder.elsewhere(questions, as_of).map_err(|problem| Text::from(problem.message.as_str()))
    }

    fn elsewhere(&self, questions: &Questions, as_of: NaiveDate) -> Result<Chronicle, GitProblem> {
        let line = self.snapshot.commit().map_or(Ok(Line::default()), |commit| self.past.line(&commit.id))?;
        let unlanded = u32::try_from(line.commits.len()).unwrap_or(u32::MAX);
        let mut chronicle = Chronicle::new(line, unlanded, self.book.calendar.whole_day(as_of));
        let events = self.past.walk(&chronicle.line, &questions.watch(None))?;
        let files: Files = tracks::files(&events, |_| true).into_iter().map(|file| (file.path.clone(), file)).collect();
        self.answer(&mut chronicle, questions, &files, &mut Memory::default())?;
        Ok(chronicle)
    }
}

/// A file of at most so many bytes may be nothing but line ends, so it is opened.
const MAYBE_BLANK: u64 = 64;

fn ids(targets: &BTreeSet<Target>, kind: RegisterKind) -> HashSet<Box<str>> {
    let of_kind = targets.iter().filter_map(|target| match target {
        Target::Row(known, id) if *known == kind => Some(id.clone()),
        _ => None,
    });
    of_kind.collect()
}
