//! Which files are records, registers and minutes.

use crate::config::Rulebook;
use crate::git::{EntryKind, Snapshot, TreeEntry};
use crate::record::register::RegisterKind;
use crate::source::RepoPath;
use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

/// A file that matches the record paths and is no record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// The file.
    pub path: RepoPath,
    /// Why, for a reader: `a README`.
    pub why: &'static str,
}

/// The files of one tree, by what they are for.
#[derive(Debug, Default)]
pub struct Selection<'s> {
    /// Records.
    pub records: Vec<&'s TreeEntry>,
    /// Files among them that are none.
    pub left_out: Vec<LeftOut>,
    /// The files of each register that is configured or in its default folder.
    pub registers: Vec<(RegisterKind, Vec<&'s TreeEntry>)>,
    /// Minutes and batch reviews.
    pub minutes: Vec<&'s TreeEntry>,
}

/// Where records are unless the configuration says otherwise.
pub const DEFAULT_RECORDS: &str = "incidents/**";
/// Where minutes are unless the configuration says otherwise.
pub const DEFAULT_MINUTES: &str = "reviews";

/// The patterns of a rulebook: which paths are records, and which belong to registers.
#[derive(Debug)]
pub struct Paths {
    records: GlobSet,
    excluded: GlobSet,
    minutes: PathPattern,
    registers: [(RegisterKind, Option<PathPattern>); 10],
    bases: Vec<String>,
}

impl Paths {
    /// Those of a rulebook.
    pub fn new(book: &Rulebook) -> Self {
        let config = &book.config;
        let default = [DEFAULT_RECORDS.to_owned()];
        let patterns = config.incidents.paths.as_deref().unwrap_or(&default);
        Self {
            records: set(patterns),
            excluded: set(&config.incidents.exclude),
            minutes: PathPattern::new(config.reviews.path.as_deref().unwrap_or(DEFAULT_MINUTES)),
            registers: RegisterKind::ALL.map(|kind| (kind, register_pattern(kind, book))),
            bases: patterns.iter().map(|pattern| base(pattern)).collect(),
        }
    }

    /// Whether a file at a path is a record.
    pub fn is_record(&self, path: &RepoPath) -> bool {
        let text = path.as_str();
        let in_register =
            self.registers.iter().any(|(_, pattern)| pattern.as_ref().is_some_and(|p| p.claims(path, text)));
        !in_register && self.records.is_match(text) && not_a_record(path, self.excluded.is_match(text)).is_none()
    }

    /// The register of a kind, where it is configured or has a default place.
    pub fn register(&self, kind: RegisterKind) -> Option<&PathPattern> {
        self.registers.iter().find(|(known, _)| *known == kind)?.1.as_ref()
    }

    /// The folders below which records lie; an empty one is the root.
    pub fn record_folders(&self) -> impl Iterator<Item = &str> {
        self.bases.iter().map(String::as_str)
    }
}

/// The part of a pattern before its first folder with a wildcard.
fn base(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let literal = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{']));
    literal.collect::<Vec<_>>().join("/")
}

/// Sorts the files of a tree by what they are for.
pub fn select<'s>(snapshot: &'s Snapshot, book: &Rulebook) -> Selection<'s> {
    let paths = Paths::new(book);
    let mut selection = Selection {
        registers: paths
            .registers
            .iter()
            .filter(|(_, pattern)| pattern.is_some())
            .map(|(kind, _)| (*kind, Vec::new()))
            .collect(),
        ..Selection::default()
    };
    for entry in snapshot.entries() {
        let path = &*entry.match_path();
        let in_register = claim(&mut selection, &paths.registers, entry, path);
        if paths.minutes.matches(path) && entry.kind == EntryKind::File {
            selection.minutes.push(entry);
        }
        if !in_register && paths.records.is_match(path) {
            match not_a_record(&entry.path, paths.excluded.is_match(path)) {
                Some(why) => selection.left_out.push(LeftOut { path: entry.path.clone(), why }),
                None => selection.records.push(entry),
            }
        }
    }
    selection
}

/// Gives a file to the registers that it belongs to; says whether there is one.
fn claim<'s>(
    selection: &mut Selection<'s>,
    registers: &[(RegisterKind, Option<PathPattern>)],
    entry: &'s TreeEntry,
    path: &str,
) -> bool {
    let mut claimed = false;
    for (kind, pattern) in registers {
        if pattern.as_ref().is_some_and(|pattern| pattern.claims(&entry.path, path)) {
            let files = selection.registers.iter_mut().find(|(known, _)| known == kind);
            files.into_iter().for_each(|(_, files)| files.push(entry));
            claimed = true;
        }
    }
    claimed
}

fn register_pattern(kind: RegisterKind, book: &Rulebook) -> Option<PathPattern> {
    let default = match kind {
        RegisterKind::ManagementReviews => Some("management-reviews"),
        RegisterKind::Incidents | RegisterKind::Actions => None,
        other => Some(other.key()),
    };
    book.register(kind).map(|register| register.path.as_str()).or(default).map(PathPattern::new)
}

/// Why a file among the records is none; its name tells.
fn not_a_record(path: &RepoPath, excluded: bool) -> Option<&'static str> {
    let stem = path.file_stem().to_lowercase();
    let name = path.file_name();
    let part = |word: &str| stem.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
    if excluded {
        Some("excluded in closeloop.toml")
    } else if ["closeloop.toml", "closeloop-waivers.toml", "closeloop-baseline.json"].contains(&name) {
        Some("a file of closeloop itself")
    } else if name.starts_with('.') {
        Some("a hidden file")
    } else if part("readme") {
        Some("a README")
    } else if part("index") || part("_index") || stem == "changelog" {
        Some("an index")
    } else if stem.contains("template") || stem.contains("vorlage") {
        Some("a template")
    } else {
        None
    }
}

/// A file, a folder with its subfolders, or a glob.
#[derive(Debug)]
pub struct PathPattern {
    path: String,
    glob: Option<GlobMatcher>,
    /// Whether it names one file.
    pub is_exact: bool,
}

impl PathPattern {
    /// A pattern as the configuration writes it.
    pub fn new(path: &str) -> Self {
        let path = path.trim_start_matches("./").trim_end_matches('/').to_owned();
        let is_glob = path.contains(['*', '?', '[', '{']);
        let glob = is_glob.then(|| glob(&path).ok().map(|glob| glob.compile_matcher())).flatten();
        let is_exact = !is_glob && RepoPath::new(&path).file_name().contains('.');
        Self { path, glob, is_exact }
    }

    /// Whether a file belongs to the register that the pattern is of: READMEs and templates only where they are named.
    pub fn claims(&self, path: &RepoPath, text: &str) -> bool {
        self.matches(text) && (self.is_exact || not_a_record(path, false).is_none())
    }

    /// The folder, or the file, below which everything that is meant lies.
    pub fn base(&self) -> String {
        base(&self.path)
    }

    /// Whether a path is meant.
    pub fn matches(&self, path: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(path),
            None => path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// A glob in which `*` stays inside one folder, as in `.gitignore`.
fn glob(path: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(path).literal_separator(true).build()
}

fn set(paths: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for path in paths {
        let path = path.trim_start_matches("./");
        let folder = format!("{}/**", path.trim_end_matches('/'));
        for pattern in [path, &folder] {
            // The configuration was checked, so a pattern that is none was refused before.
            if let Ok(glob) = glob(pattern) {
                builder.add(glob);
            }
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}
