//! Which untracked files git ignores.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::Repository;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Environment, disk, names};

/// The largest list of patterns that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// The patterns that hold in a folder: its own, then those of the folders above, then those of the repository.
#[derive(Clone)]
pub(super) struct Ignored(Option<Arc<Level>>);

struct Level {
    patterns: Gitignore,
    above: Ignored,
}

impl Ignored {
    /// The patterns outside the working tree: the user's own, then those of `info/exclude`, which win.
    pub fn of_repository(repository: &Repository, environment: &Environment) -> Self {
        let configured = repository.config().and_then(|config| config.get_path("core.excludesfile")).ok();
        let own = configured.filter(|path| path.is_absolute()).or_else(|| environment.user_ignores.clone());
        let exclude = repository.commondir().join("info").join("exclude");
        let read = |path: PathBuf| disk::read_own(&path, MAX_BYTES);
        Self(None).below(b"", own.and_then(read)).below(b"", read(exclude))
    }

    /// The patterns of a folder that has a `.gitignore`.
    pub fn of_folder(&self, root: &Path, folder: &[u8]) -> Self {
        let place = names::to_path(folder).map_or_else(|| root.to_owned(), |folder| root.join(folder));
        self.below(folder, disk::read(&place.join(".gitignore"), MAX_BYTES).ok())
    }

    fn below(&self, folder: &[u8], text: Option<Vec<u8>>) -> Self {
        let Some(patterns) = text.and_then(|text| parse(folder, &text)) else { return self.clone() };
        Self(Some(Arc::new(Level { patterns, above: self.clone() })))
    }

    /// Whether a file or folder is ignored, given that no folder above it is.
    pub fn holds(&self, path: &[u8], is_folder: bool) -> bool {
        let Some(path) = names::to_path(path) else { return false };
        let mut level = self.0.as_deref();
        while let Some(Level { patterns, above }) = level {
            match patterns.matched(&path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => level = above.0.as_deref(),
            }
        }
        false
    }
}

/// The patterns of a list; a line that is no pattern is left out, as git does.
fn parse(folder: &[u8], text: &[u8]) -> Option<Gitignore> {
    let text = String::from_utf8_lossy(text);
    let mut builder = GitignoreBuilder::new(names::to_path(folder).unwrap_or_default());
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _ = builder.add_line(None, &with_plain_braces(line));
    }
    builder.build().ok().filter(|patterns| !patterns.is_empty())
}

/// A pattern in which braces stand for themselves, as they do in git: `{a,b}` becomes `[{]a,b[}]`.
fn with_plain_braces(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => class(rest),
            _ => c.len_utf8(),
        };
        match c {
            '{' => out.push_str("[{]"),
            '}' => out.push_str("[}]"),
            _ => out.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    out
}

/// The length of the class of characters at the beginning of `text`; 1 where it is not closed.
fn class(text: &str) -> usize {
    let inside = text[1..].trim_start_matches(['!', '^']);
    let start = text.len() - inside.len();
    let first = inside.chars().next().map_or(0, char::len_utf8); // a `]` there is one of the characters
    inside[first..].find(']').map_or(1, |end| start + first + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeper_patterns_win_and_bad_lines_are_left_out() {
        let top = Ignored(None).below(b"", Some(b"*.log\n/build/\na[\n".to_vec()));
        let deep = top.below(b"docs/x", Some(b"!keep.log\n/drafts\n".to_vec()));
        assert!(top.holds(b"docs/x/keep.log", false));
        assert!(!deep.holds(b"docs/x/keep.log", false));
        assert!(deep.holds(b"docs/x/other.log", false));
        assert!(deep.holds(b"docs/x/drafts", true));
        assert!(!deep.holds(b"docs/x/y/drafts", true));
        assert!(top.holds(b"build", true) && !top.holds(b"build", false) && !top.holds(b"docs/build", true));
    }

    #[test]
    fn braces_stand_for_themselves() {
        assert_eq!(with_plain_braces("{a,b}[{}]\\{[]{]x["), "[{]a,b[}][{}]\\{[]{]x[");
        assert_eq!(with_plain_braces("ü/*.md \\"), "ü/*.md \\");
        let level = Ignored(None).below(b"", Some(b"{a,b}\n".to_vec()));
        assert!(level.holds(b"x/{a,b}", false) && !level.holds(b"a", false));
    }
}
