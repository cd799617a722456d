//! Which base a run compares with, and whether what it tests is a pull request that has not landed.
//!
//! What a build says of itself comes in as a value, [`Build`]; [`said`] reads it and [`compared`] asks the repository.

use super::args::TreeArgs;
use crate::git::{GitProblem, OpenRequest, Snapshot};
use crate::text::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// The variables of a build that say what is built, and the event behind it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Build {
    variables: BTreeMap<String, String>,
    event: Value,
}

/// How the names of these variables begin; no other is looked at.
const NAMES: [&str; 7] = ["GITHUB_", "CI_", "GITLAB_CI", "BUILD_", "SYSTEM_PULLREQUEST_", "TF_BUILD", "BITBUCKET_"];
/// The largest description of an event that is read.
const MOST_EVENT_BYTES: u64 = 32 * 1024 * 1024;

impl Build {
    /// What the environment of this process says.
    pub(super) fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let build = Self::of(std::env::vars_os().filter_map(text), Value::Null);
        let event = build.get("GITHUB_EVENT_PATH").and_then(read_event).unwrap_or_default();
        Self { event, ..build }
    }

    fn of(variables: impl Iterator<Item = (String, String)>, event: Value) -> Self {
        let is_known = |name: &str| NAMES.iter().any(|start| name.starts_with(start));
        let variables = variables.filter(|(name, value)| is_known(name) && !value.is_empty()).collect();
        Self { variables, event }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(ToOwned::to_owned)
    }

    fn event(&self, path: &str) -> Option<&str> {
        self.event.pointer(path)?.as_str().filter(|text| !text.is_empty())
    }
}

fn read_event(path: &str) -> Option<Value> {
    let about = std::fs::metadata(path).ok().filter(|about| about.is_file() && about.len() <= MOST_EVENT_BYTES);
    about.and_then(|_| serde_json::from_slice(&std::fs::read(path).ok()?).ok())
}

/// What a build says of what it tests.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Said {
    /// A pull request; names of what it is to land on, the surest first.
    Request { targets: Vec<String> },
    /// A push of a branch.
    Push { before: String, branch: Option<String>, default: Option<String> },
    /// A group of pull requests in a merge queue.
    Group { base: String },
    /// Something that has no base.
    Nothing { why: &'static str },
    /// It is no build that is known.
    Unknown,
}

fn said(build: &Build) -> Said {
    if build.get("GITHUB_ACTIONS").is_some() {
        github(build)
    } else if build.get("GITLAB_CI").is_some() {
        gitlab(build)
    } else if build.get("TF_BUILD").is_some() {
        azure(build)
    } else if build.get("BITBUCKET_BUILD_NUMBER").is_some() {
        bitbucket(build)
    } else {
        Said::Unknown
    }
}

fn github(build: &Build) -> Said {
    let branch = build.get("GITHUB_REF").and_then(|name| name.strip_prefix("refs/heads/")).map(ToOwned::to_owned);
    match build.get("GITHUB_EVENT_NAME") {
        Some("pull_request" | "pull_request_target") => Said::Request {
            targets: branches(build.get("GITHUB_BASE_REF"))
                .chain(build.event("/pull_request/base/sha").map(ToOwned::to_owned))
                .collect(),
        },
        Some("push") if branch.is_none() => Said::Nothing { why: "a tag was pushed" },
        Some("push") => match build.event("/before") {
            Some(before) => Said::Push {
                before: before.to_owned(),
                branch,
                default: build.event("/repository/default_branch").map(ToOwned::to_owned),
            },
            None => Said::Nothing { why: "GitHub does not say what was there before the push" },
        },
        Some("merge_group") => match build.event("/merge_group/base_sha") {
            Some(base) => Said::Group { base: base.to_owned() },
            None => Said::Nothing { why: "GitHub does not say where the merge group begins" },
        },
        Some("schedule") => Said::Nothing { why: "this is a scheduled run" },
        _ => Said::Nothing { why: "this run is about no pull request and no push" },
    }
}

fn gitlab(build: &Build) -> Said {
    let source = build.get("CI_PIPELINE_SOURCE");
    if build.get("CI_MERGE_REQUEST_IID").is_some() || source == Some("merge_request_event") {
        let sure = ["CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"];
        let named = branches(build.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
        return Said::Request { targets: sure.iter().filter_map(|name| build.owned(name)).chain(named).collect() };
    }
    match (source, build.get("CI_COMMIT_BEFORE_SHA")) {
        (Some("schedule"), _) => Said::Nothing { why: "this is a scheduled run" },
        (Some("push") | None, _) if build.get("CI_COMMIT_TAG").is_some() => Said::Nothing { why: "a tag was pushed" },
        (Some("push") | None, Some(before)) => Said::Push {
            before: before.to_owned(),
            branch: build.owned("CI_COMMIT_BRANCH"),
            default: build.owned("CI_DEFAULT_BRANCH"),
        },
        _ => Said::Nothing { why: "this run is about no merge request and no push" },
    }
}

fn azure(build: &Build) -> Said {
    match (build.get("SYSTEM_PULLREQUEST_TARGETBRANCH"), build.get("BUILD_REASON")) {
        (Some(target), _) => Said::Request { targets: branches(Some(target)).collect() },
        (None, Some("Schedule")) => Said::Nothing { why: "this is a scheduled run" },
        _ => Said::Nothing { why: "Azure Pipelines does not say what was there before" },
    }
}

fn bitbucket(build: &Build) -> Said {
    if build.get("BITBUCKET_PR_ID").is_none() {
        return Said::Nothing { why: "Bitbucket does not say what was there before" };
    }
    let commit = build.owned("BITBUCKET_PR_DESTINATION_COMMIT").into_iter();
    Said::Request { targets: commit.chain(branches(build.get("BITBUCKET_PR_DESTINATION_BRANCH"))).collect() }
}

/// The names that a branch may have in a clone: as the remote has it, then as a branch of its own.
fn branches(name: Option<&str>) -> impl Iterator<Item = String> {
    let name = name.map(|name| name.trim_start_matches("refs/heads/").to_owned());
    name.into_iter().flat_map(|name| [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")])
}

/// Whether a build says that the commit under test merges a pull request that has not landed.
fn names_merge(build: &Build, head: &str) -> bool {
    let is_merge = |name: &str| {
        let number = name.strip_prefix("refs/pull/").or_else(|| name.strip_prefix("refs/merge-requests/"));
        let number = number.and_then(|rest| rest.strip_suffix("/merge"));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_named = |(name, commit): (&str, &str)| {
        build.get(name).is_some_and(is_merge) && build.get(commit).is_none_or(|commit| commit == head)
    };
    let pairs = [
        ("GITHUB_REF", "GITHUB_SHA"),
        ("BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION"),
        ("CI_MERGE_REQUEST_REF_PATH", "CI_COMMIT_SHA"),
    ];
    pairs.into_iter().any(is_named)
}

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
    Compared { notes: vec![note.into()], ..Compared::default() }
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
        help: "It knows GitHub Actions, GitLab CI, Azure Pipelines and Bitbucket Pipelines. Elsewhere name the base: \
               `--base origin/main`."
            .to_owned(),
    }
}
