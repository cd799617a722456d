//! The variables with which git tells hooks where the repository is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the environment says about the repository; a value, so that it can be given by hand.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Environment {
    /// `GIT_DIR`: the repository, instead of looking for one.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the root of the working tree of `GIT_DIR`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: the index; git means a relative path from the root of the working tree.
    pub index_file: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY` and `GIT_ALTERNATE_OBJECT_DIRECTORIES`: further objects, as in a receiving hook.
    pub objects: Vec<PathBuf>,
    /// `GIT_CEILING_DIRECTORIES`: folders above which no repository is looked for.
    pub ceilings: Vec<PathBuf>,
    /// Where the user's own list of ignored files is, unless `core.excludesFile` names another.
    pub user_ignores: Option<PathBuf>,
}

impl Environment {
    /// What the variables of this process say.
    pub fn of_process() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// What the variables say that `get` knows. Empty ones count as absent, as in git.
    pub fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let path = |name: &str| get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let paths = |name: &str| get(name).iter().flat_map(std::env::split_paths).filter(is_named).collect();
        let mut objects: Vec<PathBuf> = path("GIT_OBJECT_DIRECTORY").into_iter().collect();
        objects.extend::<Vec<PathBuf>>(paths("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
        let home = path("HOME").or_else(|| path("USERPROFILE"));
        let settings = path("XDG_CONFIG_HOME").or_else(|| Some(home?.join(".config")));
        Self {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            objects: objects.iter().map(|path| absolute(path)).collect(),
            ceilings: paths("GIT_CEILING_DIRECTORIES"),
            user_ignores: settings.map(|folder| folder.join("git").join("ignore")),
        }
    }
}

// `Iterator::filter` passes a reference to the item, which is a `PathBuf`.
#[allow(clippy::ptr_arg)]
fn is_named(path: &PathBuf) -> bool {
    !path.as_os_str().is_empty()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_are_absent_and_lists_are_split() {
        let list = std::env::join_paths(["/a", "/b"]).expect("two plain paths");
        let read = Environment::from_variables(|name| match name {
            "GIT_DIR" => Some("".into()),
            "GIT_INDEX_FILE" => Some(".git/next-index".into()),
            "GIT_OBJECT_DIRECTORY" => Some("/quarantine".into()),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES" => Some(list.clone()),
            "HOME" => Some("/home/mara".into()),
            _ => None,
        });
        assert_eq!(read.git_dir, None);
        assert_eq!(read.index_file, Some(".git/next-index".into()));
        assert_eq!(read.objects, ["/quarantine", "/a", "/b"].map(PathBuf::from));
        assert_eq!(read.user_ignores, Some("/home/mara/.config/git/ignore".into()));
    }
}
