//! Addresses of forges: which commit, file or pull request a page shows, and whether it can move.

use super::{Reference, is_commit_id, is_sure_commit_id};

/// Parts of an address after which a commit or a branch follows.
const CONTENT: [&str; 8] = ["blob", "tree", "raw", "blame", "src", "plain", "edit", "archive"];
/// Parts of an address after which a commit follows.
const COMMITS: [&str; 2] = ["commit", "commits"];
/// Parts of an address after which the number of a pull request follows.
const REQUESTS: [&str; 5] = ["pull", "pulls", "pull-requests", "merge_requests", "pullrequest"];
/// A host whose addresses name the revision straight after the repository.
const RAW_HOST: &str = "raw.githubusercontent.com";

/// What an address refers to; `None` where the text is none.
pub(super) fn url(text: &str) -> Option<Reference<'_>> {
    let (scheme, address) = text.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    if !is_scheme {
        return None;
    }
    let (page, query) = address.split_once(['?', '#']).unwrap_or((address, ""));
    let page = Page { text, page, parts: page.split('/').collect() };
    Some(match page.read() {
        Some(read) if !matches!(read, Reference::BranchUrl(_)) => read,
        moving => page.pinned_by_query(query).or(moving).unwrap_or(Reference::ExternalUrl(text)),
    })
}

/// An address without its scheme, in parts; the first one is the host.
struct Page<'t> {
    text: &'t str,
    page: &'t str,
    parts: Vec<&'t str>,
}

impl<'t> Page<'t> {
    /// A page that the address itself shows to belong to a repository.
    fn read(&self) -> Option<Reference<'t>> {
        if self.parts.first() == Some(&RAW_HOST) {
            return self.parts.get(3).map(|_| self.revision(3, 3));
        }
        // Host and at least one part of a name stand before the first mark.
        (2..self.parts.len()).find_map(|at| self.marked(at))
    }

    fn marked(&self, at: usize) -> Option<Reference<'t>> {
        let (mark, next) = (*self.parts.get(at)?, *self.parts.get(at + 1)?);
        let is_number = !next.is_empty() && next.bytes().all(|byte| byte.is_ascii_digit());
        if REQUESTS.contains(&mark) && is_number {
            return Some(Reference::PullRequest { number: next, repository: Some(self.before(at)) });
        }
        if COMMITS.contains(&mark) && is_commit_id(next) {
            return Some(Reference::Permalink { repository: self.before(at), commit: next, path: None });
        }
        if mark == "compare" {
            return self.comparison(at, next);
        }
        // Some forges name the kind between: `src/commit/SHA/path`, `src/branch/main/path`.
        let is_between = next == "commit" && self.parts.get(at + 2).is_some();
        CONTENT.contains(&mark).then(|| self.revision(at, if is_between { at + 2 } else { at + 1 }))
    }

    /// A page of files: pinned where the part at `at` is a commit. The repository ends before `end`.
    fn revision(&self, end: usize, at: usize) -> Reference<'t> {
        match self.parts.get(at).filter(|part| is_sure_commit_id(part)) {
            Some(commit) => Reference::Permalink { repository: self.before(end), commit, path: self.after(at) },
            None => Reference::BranchUrl(self.text),
        }
    }

    /// `compare/SHA...SHA` is pinned by its later commit.
    fn comparison(&self, at: usize, range: &'t str) -> Option<Reference<'t>> {
        let (from, to) = range.split_once("..")?;
        let commit = to.trim_start_matches('.');
        let pinned = is_commit_id(from) && is_commit_id(commit);
        Some(match pinned {
            true => Reference::Permalink { repository: self.before(at), commit, path: None },
            false => Reference::BranchUrl(self.text),
        })
    }

    /// Forges that name the commit behind the `?`: `?id=SHA`, `?h=SHA`, `?at=SHA`, `?version=GCsha`.
    fn pinned_by_query(&self, query: &'t str) -> Option<Reference<'t>> {
        let named = query.split(['&', ';', '#']).filter_map(|pair| pair.split_once('='));
        let revisions = named.filter(|(key, _)| ["id", "h", "hb", "at", "version"].contains(key));
        let mut ids = revisions.map(|(_, value)| value.strip_prefix("GC").unwrap_or(value));
        let commit = ids.find(|id| is_sure_commit_id(id))?;
        Some(Reference::Permalink { repository: self.page, commit, path: None })
    }

    /// What stands before a part, without the `-` that some forges put in front of their pages.
    fn before(&self, at: usize) -> &'t str {
        let length: usize = self.parts.iter().take(at).map(|part| part.len() + 1).sum();
        let text = self.page.get(..length.saturating_sub(1)).unwrap_or(self.page);
        text.strip_suffix("/-").unwrap_or(text)
    }

    /// What stands behind a part.
    fn after(&self, at: usize) -> Option<&'t str> {
        let start: usize = self.parts.iter().take(at + 1).map(|part| part.len() + 1).sum();
        self.page.get(start..).filter(|rest| !rest.is_empty())
    }
}
