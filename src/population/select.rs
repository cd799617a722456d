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

/// Sorts the files of a tree by what they are for.
pub fn select<'s>(snapshot: &'s Snapshot, book: &Rulebook) -> Selection<'s> {
    let config = &book.config;
    let default = [DEFAULT_RECORDS.to_owned()];
    let records = set(config.incidents.paths.as_deref().unwrap_or(&default));
    let excluded = set(&config.incidents.exclude);
    let minutes = PathPattern::new(config.reviews.path.as_deref().unwrap_or(DEFAULT_MINUTES));
    let registers = RegisterKind::ALL.map(|kind| (kind, register_pattern(kind, book)));
    let mut selection = Selection {
        registers: registers
            .iter()
            .filter(|(_, pattern)| pattern.is_some())
            .map(|(kind, _)| (*kind, Vec::new()))
            .collect(),
        ..Selection::default()
    };
    for entry in snapshot.entries() {
        let path = &*entry.match_path();
        let in_register = claim(&mut selection, &registers, entry, path);
        if minutes.matches(path) && entry.kind == EntryKind::File {
            selection.minutes.push(entry);
        }
        if !in_register && records.is_match(path) {
            match not_a_record(&entry.path, excluded.is_match(path)) {
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
        let Some(pattern) = pattern.as_ref().filter(|pattern| pattern.matches(path)) else { continue };
        if pattern.is_exact || not_a_record(&entry.path, false).is_none() {
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
