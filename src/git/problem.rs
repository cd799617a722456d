//! Why a repository could not be read, in plain words, with what to do about it.

use std::fmt;

use git2::{Error, ErrorCode};

/// A reason why nothing could be checked: exit 2.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GitProblem {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for GitProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.help)
    }
}

impl std::error::Error for GitProblem {}

impl GitProblem {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// What the git library said, as it stands after `doing`: "the index cannot be read: …".
    pub(super) fn from_git(doing: &str, error: &Error) -> Self {
        known(error.message()).unwrap_or_else(|| {
            let message = format!("{doing}: {}", error.message());
            if error.code() == ErrorCode::NotFound {
                return Self::new(message, "an object is missing from this clone: `git fsck` tells which");
            }
            Self::new(message, "see whether `git status` and `git fsck` work here")
        })
    }
}

/// Layouts that the git library does not read, recognised by its words.
fn known(message: &str) -> Option<GitProblem> {
    let (what, help) = if message.contains("mandatory extension: 'sdir'") {
        ("the index is sparse, which closeloop cannot read", "`git sparse-checkout reapply --no-sparse-index`")
    } else if message.contains("mandatory extension: 'link'") {
        ("the index is split, which closeloop cannot read", "`git update-index --no-split-index`")
    } else if message.contains("unsupported extension name") || message.contains("unsupported object format") {
        let name = message.rsplit(' ').next().unwrap_or(message);
        return Some(GitProblem::new(
            format!("the repository uses {name}, which closeloop cannot read"),
            "check a fresh `git clone` of it instead",
        ));
    } else {
        return None;
    };
    Some(GitProblem::new(what, format!("rewrite it with {help}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_cannot_read_is_said_with_the_command_that_repairs_it() {
        let said = |message: &str| {
            let error = Error::new(ErrorCode::GenericError, git2::ErrorClass::Index, message);
            GitProblem::from_git("the index cannot be read", &error)
        };
        assert!(said("unsupported mandatory extension: 'sdir'").help.contains("--no-sparse-index"));
        assert!(said("unsupported mandatory extension: 'link'").help.contains("--no-split-index"));
        let new = said("unsupported extension name extensions.later");
        assert_eq!(new.message, "the repository uses extensions.later, which closeloop cannot read");
        assert_eq!(said("broken").message, "the index cannot be read: broken");
    }
}
