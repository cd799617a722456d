//! What a comparison with a base asks of the commits around the one under test.

use super::line::Signature;
use super::{CommitInfo, GitProblem, Snapshot, revision};
use git2::{Oid, Repository};
use std::collections::BTreeSet;

/// The most branches and tags that are asked whether they hold a commit.
const MOST_NAMES: usize = 1000;

/// A pull request that is tested before it lands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenRequest {
    /// The commit on which it is to land, in full hex.
    pub base: String,
    /// Its last commit.
    pub head: String,
    /// The commit whose tree is tested: the merge of the two, or the last commit itself.
    pub tested: String,
}

impl Snapshot {
    /// The commit that a name means.
    ///
    /// # Errors
    /// There is none of that name in this clone.
    pub fn named(&self, name: &str) -> Result<CommitInfo, GitProblem> {
        let store =
            self.store.as_ref().ok_or_else(|| GitProblem::new("there is no repository", "make one: `git init`"))?;
        let found = store.with(|repository| Ok(revision::resolve(repository, name)));
        let found = found.map_err(|error| GitProblem::from_git("the repository cannot be opened", &error))?;
        found.map(|resolved| resolved.commit)
    }

    /// The parents of a commit, in full hex.
    pub fn parents(&self, commit: &str) -> Vec<String> {
        let parents = self.ask(|repository| {
            let commit = repository.find_commit(id(repository, commit)?)?;
            Ok(commit.parent_ids().map(|id| id.to_string()).collect())
        });
        parents.unwrap_or_default()
    }

    /// The best common ancestor of two commits.
    pub fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        self.ask(|repository| repository.merge_base(id(repository, one)?, id(repository, other)?))
            .map(|id| id.to_string())
    }

    /// Whether a branch or a tag of the clone holds a commit.
    pub fn is_named(&self, commit: &str) -> bool {
        let named = self.ask(|repository| {
            let commit = id(repository, commit)?;
            let tips =
                repository.references()?.flatten().filter(|name| name.is_branch() || name.is_tag() || name.is_remote());
            let mut tips = tips.take(MOST_NAMES).filter_map(|name| name.peel_to_commit().ok());
            Ok(tips.any(|tip| tip.id() == commit || repository.graph_descendant_of(tip.id(), commit).unwrap_or(false)))
        });
        named.unwrap_or(false)
    }

    /// Whether `HEAD` names a commit and no branch, as a build leaves it.
    pub fn is_detached(&self) -> bool {
        self.ask(Repository::head_detached).unwrap_or(false)
    }

    /// Says that what is tested is a pull request that has not landed.
    #[must_use]
    pub fn with_request(mut self, request: OpenRequest) -> Self {
        self.request = Some(request);
        self
    }

    /// The pull request that is tested.
    pub fn request(&self) -> Option<&OpenRequest> {
        self.request.as_ref()
    }

    /// Who wrote a commit that the tested one has and another has not: each once. The merge that a forge makes to test
    /// a pull request is nobody's.
    pub fn authors_since(&self, base: &str) -> Option<Vec<Signature>> {
        let head = match (&self.request, &self.commit()) {
            (Some(request), _) => request.head.clone(),
            (None, Some(commit)) => commit.id.clone(),
            (None, None) => return Some(Vec::new()),
        };
        let authors = self.ask(|repository| {
            let mut walk = repository.revwalk()?;
            walk.push(id(repository, &head)?)?;
            walk.hide(id(repository, base)?)?;
            let mut authors = BTreeSet::new();
            for commit in walk {
                let commit = repository.find_commit(commit?)?;
                let author = commit.author();
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                authors.insert((text(author.name_bytes()), text(author.email_bytes())));
            }
            Ok(authors)
        })?;
        let signature = |(name, address): (String, String)| Signature { name: name.into(), address: address.into() };
        Some(authors.into_iter().map(signature).collect())
    }

    fn ask<T>(&self, ask: impl FnOnce(&Repository) -> Result<T, git2::Error>) -> Option<T> {
        self.store.as_ref()?.with(ask).ok()
    }
}

fn id(repository: &Repository, text: &str) -> Result<Oid, git2::Error> {
    Oid::from_str_ext(text, repository.object_format())
}
