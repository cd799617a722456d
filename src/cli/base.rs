//! Which base a run compares with, and whether what it tests is a pull request that has not landed.
//!
//! What a build says of itself comes in as a value, [`Build`]; [`compared`] asks the repository about it.

use super::args::TreeArgs;
use super::build::{Build, Said, branches, names_merge, said};
use crate::git::{GitProblem, OpenRequest, Snapshot};
use crate::text::Text;

/// What a run compares with.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The base: its name, and its commit in full hex.
    pub(super) base: Option<(String, String)>,
    /// The pull request that is tested, where it has not landed.
    pub(super) request: Option<OpenRequest>,
    /// What the reader of the result should know.
    pub(super) notes: Vec<Text>,
}

/// Finds the base that was asked for.
pub(super) fn compared(
    snapshot: &Snapshot,
    tree: &TreeArgs,
    asked: Option<&str>,
    build: &Build,
) -> Result<Compared, GitProblem> {
    let Some(head) = snapshot.commit().map(|commit| commit.id.clone()) else {
        return first(snapshot, asked);
    };
    let tested = Tested { snapshot, head, is_checkout: tree.at.is_none(), build };
    match asked {
        None => Ok(Compared { request: tested.merge(None), ..Compared::default() }),
        Some("auto") => tested.automatic(),
        Some(name) => {
            let commit = snapshot.named(name).map_err(|problem| lacking(name, &problem))?.id;
            Ok(Compared { request: tested.merge(Some(&commit)), ..based(name, commit) })
        }
    }
}

/// Before the first commit there is nothing to compare with, and everything is new.
fn first(snapshot: &Snapshot, asked: Option<&str>) -> Result<Compared, GitProblem> {
    match asked {
        None | Some("HEAD" | "@") => Ok(Compared::default()),
        Some("auto") => Ok(noted("there is no commit yet")),
        Some(name) => {
            snapshot.named(name).map_err(|problem| lacking(name, &problem)).map(|commit| based(name, commit.id))
        }
    }
}

fn based(name: &str, commit: String) -> Compared {
    Compared { base: Some((shown(name), commit)), ..Compared::default() }
}

fn noted(why: &str) -> Compared {
    let note = format!("compared with no base, as {why}: everything that is due counts");
    Compared { notes: vec![Text::of_run(note)], ..Compared::default() }
}

/// A name as people say it: a branch without its folders, a commit by its first digits.
fn shown(name: &str) -> String {
    let is_id = name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = name.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/");
    if is_id { short.chars().take(7).collect() } else { short.to_owned() }
}

/// Says how to get a base that the clone does not hold.
fn lacking(name: &str, problem: &GitProblem) -> GitProblem {
    GitProblem {
        message: format!("the base cannot be compared with: {}", problem.message),
        help: format!(
            "Correct its name, or fetch it: `git fetch origin {}`. GitHub Actions: `fetch-depth: 0` for actions/checkout. \
             GitLab CI: `GIT_DEPTH: \"0\"`. Azure Pipelines: `fetchDepth: 0`. Bitbucket: `clone: depth: full`.",
            shown(name).trim_start_matches("origin/")
        ),
    }
}

/// The commit under test, and what is said of it.
struct Tested<'a> {
    snapshot: &'a Snapshot,
    head: String,
    is_checkout: bool,
    build: &'a Build,
}

impl Tested<'_> {
    /// The pull request of which the checkout is the merge that the forge made to test it: the build says so, or its
    /// first parent is the base.
    fn merge(&self, base: Option<&str>) -> Option<OpenRequest> {
        let parents = self.snapshot.parents(&self.head);
        let [onto, head] = parents.as_slice() else { return None };
        let is_named = names_merge(self.build, &self.head) || base == Some(onto.as_str());
        let is_merge = self.is_checkout && is_named && self.snapshot.is_detached();
        is_merge.then(|| OpenRequest { base: onto.clone(), head: head.clone(), tested: self.head.clone() })
    }

    fn automatic(&self) -> Result<Compared, GitProblem> {
        match said(self.build) {
            Said::Unknown => Err(unknown()),
            Said::Nothing { why } => Ok(noted(why)),
            Said::Group { base } => self.known(&base).map(|commit| based(&base, commit)),
            Said::Push { before, branch, default } => self.push(&before, branch.as_deref(), default.as_deref()),
            Said::Request { targets } => self.request(&targets),
        }
    }

    fn known(&self, name: &str) -> Result<String, GitProblem> {
        self.snapshot.named(name).map(|commit| commit.id).map_err(|problem| lacking(name, &problem))
    }

    /// A pull request is compared with what it is to land on: the first parent of its merge, else where it left the
    /// target branch.
    fn request(&self, targets: &[String]) -> Result<Compared, GitProblem> {
        let found = targets.iter().find_map(|name| Some((name, self.known(name).ok()?)));
        let target = found.as_ref().map(|(_, commit)| commit.as_str());
        let name = |onto: &str| found.as_ref().map_or_else(|| shown(onto), |(name, _)| shown(name));
        if let Some(request) = self.merge(target) {
            return Ok(Compared { request: Some(request.clone()), ..based(&name(&request.base), request.base) });
        }
        let Some(target) = target else {
            let name = targets.first().map_or("the target branch", String::as_str);
            return Err(self.known(name).err().unwrap_or_else(unknown));
        };
        let base = self.snapshot.merge_base(target, &self.head).unwrap_or_else(|| target.to_owned());
        let request = OpenRequest { base: base.clone(), head: self.head.clone(), tested: self.head.clone() };
        let request = Some(request).filter(|_| self.is_checkout);
        Ok(Compared { request, notes: self.same(&base), ..based(&name(&base), base) })
    }

    /// A push is compared with what was there before; a first push, and one that replaced what was there and is not
    /// in this clone any more, with where the branch left the default branch.
    fn push(&self, before: &str, branch: Option<&str>, default: Option<&str>) -> Result<Compared, GitProblem> {
        if before.bytes().all(|byte| byte == b'0') {
            return self.first_push(branch, default);
        }
        match self.known(before) {
            Ok(before) => {
                let base = self.snapshot.merge_base(&before, &self.head).unwrap_or(before);
                Ok(Compared { notes: self.same(&base), ..based(&shown(&base), base) })
            }
            Err(problem) => match self.fork(branch, default) {
                Some(compared) => Ok(compared),
                None => Err(problem),
            },
        }
    }

    fn first_push(&self, branch: Option<&str>, default: Option<&str>) -> Result<Compared, GitProblem> {
        if branch.is_some() && branch == default {
            return Ok(noted("this is the first push"));
        }
        match (self.fork(branch, default), default) {
            (Some(compared), _) => Ok(compared),
            (None, Some(default)) => {
                let name = branches(Some(default)).next().unwrap_or_default();
                Err(self.known(&name).err().unwrap_or_else(unknown))
            }
            (None, None) => Ok(noted("this is the first push")),
        }
    }

    /// Where a branch left the default branch.
    fn fork(&self, branch: Option<&str>, default: Option<&str>) -> Option<Compared> {
        let default = default.filter(|default| branch != Some(default))?;
        let (name, tip) = branches(Some(default)).find_map(|name| self.known(&name).ok().map(|tip| (name, tip)))?;
        let base = self.snapshot.merge_base(&tip, &self.head).unwrap_or(tip);
        Some(Compared { notes: self.same(&base), ..based(&name, base) })
    }

    fn same(&self, base: &str) -> Vec<Text> {
        let note = "the base is the commit under test itself, so nothing in it can be new";
        if base == self.head { vec![note.into()] } else { Vec::new() }
    }
}

fn unknown() -> GitProblem {
    GitProblem {
        message: "`--base auto` found no build to take the base from".to_owned(),
        help: "It knows GitHub Actions, GitLab CI, Azure Pipelines, Bitbucket Pipelines and hooks of pre-commit and prek. \
               Elsewhere name the base: `--base origin/main`."
            .to_owned(),
    }
}
