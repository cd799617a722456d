//! What each repository is called: as it was said, else as its file is called, and no two alike.

use crate::text::Text;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file with the name of its repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

/// Names files: each by the name that stands with it, else by its stem, and by as many folders before it as tell it
/// from the others. The second value says which names had to be made different by a number.
pub fn named(files: &[(Option<String>, PathBuf)]) -> (Vec<Named>, Vec<Text>) {
    let mut names: Vec<String> =
        files.iter().map(|(name, file)| name.clone().unwrap_or_else(|| stem(file, 0))).collect();
    let deepest = files.iter().map(|(_, file)| file.components().count()).max().unwrap_or(0);
    for folders in 1..deepest {
        for alike in alike(&names) {
            for index in alike.into_iter().filter(|index| files[*index].0.is_none()) {
                names[index] = stem(&files[index].1, folders);
            }
        }
    }
    let mut notes = Vec::new();
    for alike in alike(&names) {
        let name = names[alike[0]].clone();
        let shown: Vec<String> = alike.iter().map(|index| files[*index].1.display().to_string()).collect();
        notes.push(Text::from(format!("{} results are called {name}: {}", alike.len(), shown.join(", "))));
        let mut number = 1;
        for index in alike.into_iter().skip(1) {
            let mut numbered = || {
                number += 1;
                format!("{name} ({number})")
            };
            let mut free = numbered();
            while names.contains(&free) {
                free = numbered();
            }
            names[index] = free;
        }
    }
    let named = names.into_iter().zip(files).map(|(name, (_, file))| Named { name, file: file.clone() });
    (named.collect(), notes)
}

/// The places of names that stand more than once, name by name.
fn alike(names: &[String]) -> Vec<Vec<usize>> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        places.entry(name).or_default().push(index);
    }
    places.into_values().filter(|places| places.len() > 1).collect()
}

/// The name of a file without its ending, after the last of the folders that it lies in.
fn stem(file: &Path, folders: usize) -> String {
    let stem = file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let above = file.parent().map(Path::components).into_iter().flatten();
    let above: Vec<String> = above
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let kept = above.len().saturating_sub(folders);
    above[kept..].iter().cloned().chain([stem]).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[&str]) -> (Vec<String>, usize) {
        let split = |text: &&str| match text.split_once('=') {
            Some((name, file)) => (Some(name.to_owned()), PathBuf::from(file)),
            None => (None, PathBuf::from(text)),
        };
        let (named, notes) = named(&files.iter().map(split).collect::<Vec<_>>());
        (named.into_iter().map(|named| named.name).collect(), notes.len())
    }

    #[test]
    fn a_file_is_called_by_its_stem_or_as_it_was_said() {
        let files = ["out/alpha.json", "org/beta=out/result.json", "gamma"];
        assert_eq!(names(&files), (vec!["alpha".into(), "org/beta".into(), "gamma".into()], 0));
    }

    #[test]
    fn two_alike_are_told_apart_by_their_folders() {
        let files = ["out/alpha/x/result.json", "out/beta/x/result.json", "out/one.json"];
        assert_eq!(names(&files).0, ["alpha/x/result", "beta/x/result", "one"]);
    }

    #[test]
    fn what_is_alike_in_everything_gets_a_number_and_is_named() {
        let files = ["a=one.json", "a=two.json", "./b.json", "b.json", "a (2)=c.json"];
        let (names, notes) = names(&files);
        assert_eq!(names, ["a", "a (3)", "b", "b (2)", "a (2)"]);
        assert_eq!(notes, 2);
    }
}
