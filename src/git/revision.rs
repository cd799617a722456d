//! From the name of a revision to a commit and its tree.

use chrono::{DateTime, NaiveDate};
use git2::{Commit, ErrorCode, Oid, Repository};

use super::{CommitInfo, GitProblem};

/// A commit, and the tree that it holds.
pub(super) struct Resolved {
    pub commit: CommitInfo,
    pub tree: Oid,
}

/// The longest name of a revision that is looked at.
const MAX_LENGTH: usize = 512;

/// The commit that a name means.
pub(super) fn resolve(repository: &Repository, name: &str) -> Result<Resolved, GitProblem> {
    if !is_reasonable(name) {
        return Err(unusable(name));
    }
    let object = repository.revparse_single(name).map_err(|error| match error.code() {
        _ if is_reftable(repository) => reftable(),
        ErrorCode::NotFound => unknown(name),
        ErrorCode::Ambiguous => GitProblem::new(format!("`{name}` fits several objects"), "write more of its digits"),
        ErrorCode::InvalidSpec => unusable(name),
        _ => GitProblem::from_git(&format!("`{name}` cannot be looked up"), &error),
    })?;
    let commit = object.peel_to_commit().map_err(|_| {
        GitProblem::new(
            format!("`{name}` is not a commit"),
            "name a commit, a branch or a tag: `git log` lists commits",
        )
    })?;
    Ok(resolved(&commit))
}

/// The commit that `HEAD` means; `None` where there is no commit yet.
pub(super) fn head(repository: &Repository) -> Result<Option<Resolved>, GitProblem> {
    if is_reftable(repository) {
        return Err(reftable());
    }
    let problem = |error: &git2::Error| GitProblem::from_git("HEAD cannot be read", error);
    match repository.head() {
        Ok(head) => head.peel_to_commit().map(|commit| Some(resolved(&commit))).map_err(|error| problem(&error)),
        Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
        Err(error) => Err(problem(&error)),
    }
}

fn is_reftable(repository: &Repository) -> bool {
    let format = repository.config().and_then(|config| config.get_string("extensions.refstorage"));
    format.is_ok_and(|format| format.eq_ignore_ascii_case("reftable"))
}

fn resolved(commit: &Commit<'_>) -> Resolved {
    let time = commit.time();
    let timestamp = time.seconds();
    let commit_info = CommitInfo {
        id: commit.id().to_string(),
        tree: commit.tree_id().to_string(),
        date: day(timestamp, time.offset_minutes()),
        timestamp,
    };
    Resolved { commit: commit_info, tree: commit.tree_id() }
}

/// The day of a moment in its own offset; one beyond the calendar becomes its first or last day.
fn day(timestamp: i64, offset_minutes: i32) -> NaiveDate {
    let local = timestamp.saturating_add(i64::from(offset_minutes) * 60);
    let beyond = if local < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    DateTime::from_timestamp(local, 0).map_or(beyond, |moment| moment.date_naive())
}

/// Whether a name may be handed to the parser of libgit2, which has looped on malformed ones (CVE-2024-24575).
///
/// Left out on purpose: `:/text` and `^{/text}`, which search all messages; `:path` and `REV:path`, which name no
/// commit; options; whatever no branch can be called.
fn is_reasonable(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !":?*[]\\\"'`$;|&<>(){}".contains(c);
    let mut rest = name;
    if rest.is_empty() || rest.len() > MAX_LENGTH || rest.starts_with(['-', '^', '~']) {
        return false;
    }
    while let Some(open) = rest.find('{') {
        let (before, after) = (&rest[..open], &rest[open + 1..]);
        let Some(close) = after.find('}') else { return false };
        if !before.chars().all(plain) || !is_reasonable_brace(before.chars().next_back(), &after[..close]) {
            return false;
        }
        rest = &after[close + 1..];
    }
    rest.chars().all(plain)
}

/// What may stand in `@{…}` and `^{…}`.
fn is_reasonable_brace(before: Option<char>, inside: &str) -> bool {
    let date = |c: char| c.is_ascii_alphanumeric() || " :.+-".contains(c);
    match before {
        Some('^') => matches!(inside, "" | "commit" | "object" | "tag"),
        Some('@') => !inside.is_empty() && inside.len() <= 40 && inside.chars().all(date),
        _ => false,
    }
}

fn reftable() -> GitProblem {
    GitProblem::new(
        "the repository keeps its branches in a reftable, which closeloop cannot read",
        "rewrite it with `git refs migrate --ref-format=files` (from git 2.48), or check a `git clone` with files",
    )
}

fn unusable(name: &str) -> GitProblem {
    let shown: String = name.chars().take(80).flat_map(char::escape_debug).collect();
    GitProblem::new(format!("`{shown}` is not the name of a revision"), "name a commit, a branch or a tag")
}

fn unknown(name: &str) -> GitProblem {
    GitProblem::new(
        format!("the repository has no revision `{name}`"),
        "check its spelling; in a shallow clone, `git fetch --unshallow` first",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_pass() {
        for name in [
            "HEAD",
            "HEAD~3",
            "HEAD^2~1",
            "@",
            "main",
            "origin/main",
            "v1.0^{commit}",
            "v1.0^{}",
            "main@{1}",
            "@{-1}",
            "main@{2026-01-01 12:00}",
            "@{u}",
            "feature/übung",
            "v1.0-3-gdeadbee",
            "0123abc",
            "a+b=c,d#1%",
        ] {
            assert!(is_reasonable(name), "{name}");
        }
    }

    #[test]
    fn hostile_names_do_not() {
        let long = "a".repeat(MAX_LENGTH + 1);
        for name in [
            "",
            "-",
            "--output=x",
            "^HEAD",
            "HEAD:secret",
            ":/fix",
            "HEAD^{/fix}",
            "HEAD^{tree",
            "@{",
            "@{}",
            "a{b}",
            "x y",
            "x\ny",
            "a\0b",
            "*",
            &long,
            "main@{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}",
            "}",
            "HEAD^{tree}",
        ] {
            assert!(!is_reasonable(name), "{name:?}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_committers_clock() {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        assert_eq!(day(1_772_321_400, 0), date(2026, 2, 28)); // 23:30 UTC
        assert_eq!(day(1_772_321_400, 60), date(2026, 3, 1));
        assert_eq!(day(1_772_321_400, -720), date(2026, 2, 28));
        assert_eq!(day(i64::MAX, 840), NaiveDate::MAX);
        assert_eq!(day(i64::MIN, -840), NaiveDate::MIN);
    }
}
