//! What the environment of a build says of what it tests, on each platform.

use serde_json::Value;
use std::collections::BTreeMap;

/// The variables of a build that say what is built, and the event behind it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Build {
    variables: BTreeMap<String, String>,
    event: Value,
}

/// How the names of these variables begin; no other is looked at.
const NAMES: [&str; 8] =
    ["GITHUB_", "CI_", "GITLAB_CI", "BUILD_", "SYSTEM_PULLREQUEST_", "TF_BUILD", "BITBUCKET_", "PRE_COMMIT"];
/// Variables of which each says that this is a build; most platforms set the first.
const BUILDS: [&str; 11] = [
    "CI",
    "CONTINUOUS_INTEGRATION",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "TF_BUILD",
    "BITBUCKET_BUILD_NUMBER",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "CODEBUILD_BUILD_ID",
    "GO_PIPELINE_LABEL",
    "bamboo_planKey",
];
/// What a platform calls a repository that not everybody sees.
const MEMBERS: [&str; 2] = ["private", "internal"];
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
        let is_known = |name: &str| NAMES.iter().any(|start| name.starts_with(start)) || BUILDS.contains(&name);
        let variables = variables.filter(|(name, value)| is_known(name) && !value.is_empty()).collect();
        Self { variables, event }
    }

    /// Whether this is a build at all, and not somebody at a desk.
    pub(super) fn is_one(&self) -> bool {
        let says = |name: &str| self.get(name).is_some_and(|value| !["false", "0"].contains(&value));
        BUILDS.iter().any(|name| says(name)) || self.get("GITHUB_EVENT_PATH").is_some()
    }

    /// Who sees the output of this build, as far as it says. Only words that are known to mean less open anything up.
    pub(super) fn audience(&self) -> Audience {
        let repository = |key: &str| self.event.pointer(&format!("/repository/{key}"));
        let is_private = repository("private").and_then(Value::as_bool);
        let visibility = repository("visibility").and_then(Value::as_str);
        let words: Vec<&str> = visibility.into_iter().chain(self.get("CI_PROJECT_VISIBILITY")).collect();
        let is_closed = |word: &&str| MEMBERS.iter().any(|known| word.trim().eq_ignore_ascii_case(known));
        if is_private == Some(false) || !words.iter().all(is_closed) {
            return Audience::Everybody;
        }
        if is_private == Some(true) || !words.is_empty() {
            return Audience::Members;
        }
        let always_says = ["GITHUB_ACTIONS", "GITHUB_EVENT_PATH", "GITLAB_CI"];
        if always_says.iter().any(|name| self.get(name).is_some()) { Audience::Unsaid } else { Audience::Unknown }
    }

    /// A build for tests.
    #[cfg(test)]
    pub(super) fn said(variables: &[(&str, &str)], event: &str) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::of(variables, serde_json::from_str(event).unwrap_or_default())
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

/// Who sees the output of a build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Audience {
    /// The repository is public, and so are its logs.
    Everybody,
    /// Whoever has access to the repository.
    Members,
    /// A platform that always says it did not.
    Unsaid,
    /// It is no build, or one of a platform that never says it.
    Unknown,
}

/// What a build says of what it tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Said {
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

/// Reads what a build says.
pub(super) fn said(build: &Build) -> Said {
    if build.get("PRE_COMMIT_FROM_REF").is_some() {
        hook(build)
    } else if build.get("GITHUB_ACTIONS").is_some() {
        github(build)
    } else if build.get("GITLAB_CI").is_some() {
        gitlab(build)
    } else if build.get("TF_BUILD").is_some() {
        azure(build)
    } else if build.get("BITBUCKET_BUILD_NUMBER").is_some() {
        bitbucket(build)
    } else if build.get("PRE_COMMIT").is_some() {
        hook(build)
    } else {
        Said::Unknown
    }
}

/// What pre-commit and prek tell their hooks of a push: the commit that the remote has, where it has one.
fn hook(build: &Build) -> Said {
    match build.owned("PRE_COMMIT_FROM_REF") {
        Some(before) => Said::Push { before, branch: None, default: None },
        None if build.get("PRE_COMMIT_REMOTE_NAME").is_some() => {
            Said::Nothing { why: "the remote has no commit of it" }
        }
        None => Said::Nothing { why: "this hook was not started by a push" },
    }
}

/// The commit that a push brings, as pre-commit and prek tell their hooks; anywhere else the one that is checked out.
pub(super) fn pushed(build: &Build) -> &str {
    build.get("PRE_COMMIT_TO_REF").or_else(|| build.get("PRE_COMMIT_LOCAL_BRANCH")).unwrap_or("HEAD")
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
pub(super) fn branches(name: Option<&str>) -> impl Iterator<Item = String> {
    let name = name.map(|name| name.trim_start_matches("refs/heads/").to_owned());
    name.into_iter().flat_map(|name| [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")])
}

/// Whether a build says that the commit under test merges a pull request that has not landed.
pub(super) fn names_merge(build: &Build, head: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn build(variables: &[(&str, &str)], event: &str) -> Build {
        Build::said(variables, event)
    }

    #[test]
    fn empty_variables_say_nothing_and_others_are_not_looked_at() {
        let build = build(&[("GITHUB_ACTIONS", ""), ("HOME", "/home/eva"), ("CI_COMMIT_BRANCH", "main")], "");
        assert_eq!(build.variables.keys().collect::<Vec<_>>(), ["CI_COMMIT_BRANCH"]);
        assert_eq!(said(&build), Said::Unknown);
    }

    #[test]
    fn a_tag_has_no_base() {
        let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF", "refs/tags/v1")];
        let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_TAG", "v1"), ("CI_COMMIT_BEFORE_SHA", "0000")];
        for build in [build(&github, r#"{"before": "0000"}"#), build(&gitlab, "")] {
            assert_eq!(said(&build), Said::Nothing { why: "a tag was pushed" });
        }
    }

    #[test]
    fn a_branch_is_looked_for_at_the_remote_first() {
        let names: Vec<String> = branches(Some("refs/heads/release/1")).collect();
        assert_eq!(names, ["refs/remotes/origin/release/1", "refs/heads/release/1"]);
    }

    #[test]
    fn only_a_number_makes_a_merge_of_a_pull_request() {
        for (name, is_merge) in
            [("refs/pull/12/merge", true), ("refs/pull/x/merge", false), ("refs/heads/merge", false)]
        {
            assert_eq!(names_merge(&build(&[("GITHUB_REF", name)], ""), "3f9a"), is_merge, "{name}");
        }
    }
}
