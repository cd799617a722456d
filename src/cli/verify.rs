//! `closeloop verify`

use super::args::VerifyArgs;
use super::build::Build;
use super::out::Out;
use super::privacy::Limits;
use super::report::{Made, make};
use super::{COULD_NOT, pack};
use crate::git::{GitProblem, Selection, Snapshot};
use crate::render::report::{MANIFEST, NAMES, PROVENANCE, digest};
use crate::report::{Audience, Request, SCHEMA};
use crate::text::Text;
use crate::timeline::Day;
use crate::verdict::Refusal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path};

/// The largest file of a pack that is read.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// What a pack states of its making, as far as it can be made again.
#[derive(Deserialize)]
struct Stated {
    schema: String,
    version: String,
    commit: String,
    tree: String,
    as_of: Day,
    from: Day,
    to: Day,
    folder: String,
    profile: Option<String>,
    frameworks: Vec<String>,
    audience: Audience,
    sample: Vec<String>,
    sample_size: usize,
    config_digest: String,
}

/// What keeps a pack from being verified.
struct Obstacle {
    what: String,
    help: String,
}

impl Obstacle {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

impl From<GitProblem> for Obstacle {
    fn from(problem: GitProblem) -> Self {
        Self { what: problem.message, help: problem.help }
    }
}

/// What was found so far: lines for a reader, and how many of them say that something differs.
#[derive(Default)]
struct Found {
    lines: Vec<String>,
    differences: usize,
}

impl Found {
    fn holds(&mut self, line: impl Into<String>) {
        self.lines.push(format!("  holds    {}", Text::new(line.into())));
    }

    fn differs(&mut self, line: impl Into<String>) {
        self.differences += 1;
        self.lines.push(format!("  DIFFERS  {}", Text::new(line.into())));
    }
}

/// Verifies a pack; returns the exit code: 0 all holds, 1 something differs, 2 it could not be verified.
pub(super) fn run(args: &VerifyArgs, out: &Out) -> u8 {
    let mut found = Found::default();
    let outcome = verify(args, &mut found);
    let (last, code) = match (&outcome, found.differences) {
        (Err(_), _) => ("Could not be verified: what stands above is not the whole answer.".to_owned(), COULD_NOT),
        (Ok(()), 0) => ("Verified: every file is what the repository gives.".to_owned(), 0),
        (Ok(()), 1) => ("Not verified: 1 thing differs.".to_owned(), 1),
        (Ok(()), n) => (format!("Not verified: {n} things differ."), 1),
    };
    if let Err(obstacle) = outcome {
        out.complain(&obstacle.what, &obstacle.help);
    }
    found.lines.push(last);
    out.print(&(found.lines.join("\n") + "\n"), code)
}

fn verify(args: &VerifyArgs, found: &mut Found) -> Result<(), Obstacle> {
    let files = files(&args.pack, found)?;
    manifest(&files, found);
    let stated = stated(&files)?;
    let snapshot = open(&args.repo, &stated, found)?;
    if stated.version != env!("CARGO_PKG_VERSION") {
        found.differs(format!(
            "the version: closeloop {} made the pack, and this is {}; files may differ for that alone",
            stated.version,
            env!("CARGO_PKG_VERSION")
        ));
    }
    let request = Request {
        from: stated.from.0,
        to: stated.to.0,
        profile: stated.profile.clone(),
        frameworks: stated.frameworks.clone(),
        audience: stated.audience,
        sample: stated.sample.clone(),
        sample_size: stated.sample_size,
    };
    let made = make(&snapshot, &request, Some(stated.as_of.0)).map_err(|refusal| refused(*refusal))?;
    configuration(&stated, &files, &made, found);
    compare(&files, &made, found);
    Ok(())
}

/// The files of a pack; what does not belong there is a difference.
fn files(folder: &Path, found: &mut Found) -> Result<BTreeMap<&'static str, Vec<u8>>, Obstacle> {
    let help = "Name the folder that `closeloop report` wrote.";
    let names = pack::names(folder)
        .map_err(|error| Obstacle::new(format!("{} could not be read: {error}", folder.display()), help))?;
    let mut files = BTreeMap::new();
    for (name, is_file) in names {
        let Some(known) = NAMES.into_iter().find(|known| *known == name).filter(|_| is_file) else {
            found.differs(format!("{name}: extra, it belongs to no pack"));
            continue;
        };
        let bytes = bytes(&folder.join(known))
            .map_err(|error| Obstacle::new(format!("{known} could not be read: {error}"), ""))?;
        files.insert(known, bytes);
    }
    if files.is_empty() {
        return Err(Obstacle::new(format!("{} holds no pack", folder.display()), help));
    }
    Ok(files)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES { Err(io::Error::other("it is larger than any pack")) } else { Ok(bytes) }
}

/// Compares the files with the list of their digests.
fn manifest(files: &BTreeMap<&'static str, Vec<u8>>, found: &mut Found) {
    let Some(list) = files.get(MANIFEST) else { return found.differs(format!("{MANIFEST}: missing")) };
    let text = String::from_utf8_lossy(list);
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for line in text.lines() {
        match line.split_once("  ") {
            Some((digest, name)) if !listed.contains_key(name) => listed.insert(name, digest),
            _ => return found.differs(format!("{MANIFEST}: it is no list of digests")),
        };
    }
    for (name, stated) in &listed {
        match files.get(name) {
            Some(bytes) if digest(bytes) == *stated => found.holds(format!("{name}: as {MANIFEST} lists it")),
            Some(_) => found.differs(format!("{name}: changed since {MANIFEST} was written")),
            None => found.differs(format!("{name}: missing, and {MANIFEST} lists it")),
        }
    }
    let unlisted = files.keys().filter(|name| **name != MANIFEST && !listed.contains_key(*name));
    unlisted.for_each(|name| found.differs(format!("{name}: {MANIFEST} does not list it")));
}

/// What the pack states of its making. Nothing of it is trusted further than that it names what is to be compared.
fn stated(files: &BTreeMap<&'static str, Vec<u8>>) -> Result<Stated, Obstacle> {
    let help = "Without it nobody can say what the pack was made of.";
    let bytes = files.get(PROVENANCE).ok_or_else(|| Obstacle::new(format!("{PROVENANCE} is missing"), help))?;
    let stated: Stated = serde_json::from_slice(bytes)
        .map_err(|error| Obstacle::new(format!("{PROVENANCE} cannot be read: {error}"), help))?;
    let is_commit = matches!(stated.commit.len(), 40 | 64) && stated.commit.bytes().all(|b| b.is_ascii_hexdigit());
    let is_inside = Path::new(&stated.folder).components().all(|part| matches!(part, Component::Normal(_)));
    match (stated.schema == SCHEMA, is_commit, is_inside) {
        (true, true, true) => Ok(stated),
        (false, ..) => {
            let what =
                format!("{PROVENANCE} is of the format `{}`, and this closeloop knows `{SCHEMA}`", stated.schema);
            Err(Obstacle::new(what, "Use the version of closeloop that made the pack."))
        }
        _ => Err(Obstacle::new(format!("{PROVENANCE} names no commit, or no folder of a repository"), help)),
    }
}

/// The commit of the pack in the repository.
fn open(repo: &Path, stated: &Stated, found: &mut Found) -> Result<Snapshot, Obstacle> {
    let head = Snapshot::open(repo, &Selection::Revision("HEAD".to_owned()))?;
    let commit = stated.commit.to_ascii_lowercase();
    if head.has_commit(&commit) != Some(true) {
        let what = format!("the repository does not have the commit {commit} that the pack is about");
        let help = "Its history was rewritten since, or the clone is not whole (`git fetch --unshallow`), or it is \
                    another repository.";
        return Err(Obstacle::new(what, help));
    }
    let tip = head.commit().map(|commit| commit.id.clone()).unwrap_or_default();
    if tip == commit || head.merge_base(&commit, &tip).as_deref() == Some(commit.as_str()) {
        found.holds(format!("the commit {commit}: it is in the history of what is checked out"));
    } else {
        found.differs(format!(
            "the commit {commit}: it is in the clone and not in the history of what is checked out ({tip}); history was \
             rewritten since, or another branch is checked out"
        ));
    }
    let snapshot = Snapshot::open(repo, &Selection::Revision(commit))?;
    match snapshot.commit() {
        Some(info) if info.tree != stated.tree => found.differs(format!("the tree: the commit has {}", info.tree)),
        _ => {}
    }
    Ok(snapshot.starting_in(&stated.folder))
}

fn refused(refusal: Refusal) -> Obstacle {
    let (verdict, _) = Limits::new(&Build::of_process(), None).shown(Err(Box::new(refusal)));
    let problem = verdict.problems.first();
    let what = problem.map_or("it could not be checked".to_owned(), |problem| problem.message.to_string());
    Obstacle::new(what, problem.map_or(String::new(), |problem| problem.help.to_string()))
}

/// Compares the configuration that was used, and what the result says of its making.
fn configuration(stated: &Stated, files: &BTreeMap<&'static str, Vec<u8>>, made: &Made, found: &mut Found) {
    if stated.config_digest == made.config_digest {
        found.holds("the configuration: it has the digest that the pack states");
    } else {
        let (theirs, ours) = (&stated.config_digest, &made.config_digest);
        found.differs(format!("the configuration: the pack states the digest {theirs}, and the commit has {ours}"));
    }
    let Some(result) = files.get("result.json") else { return };
    let Ok(result) = serde_json::from_slice::<serde_json::Value>(result) else {
        return found.differs("result.json: it is no JSON");
    };
    let as_of = stated.as_of.to_string();
    let told = [
        ("/commit", &stated.commit),
        ("/as_of", &as_of),
        ("/config_digest", &stated.config_digest),
        ("/tool/version", &stated.version),
    ];
    for (key, value) in told {
        let said = result.pointer(key).and_then(serde_json::Value::as_str);
        if said != Some(value.as_str()) {
            found.differs(format!("result.json and {PROVENANCE} do not agree on `{}`", &key[1..]));
        }
    }
}

/// Compares each file with what the repository gives.
fn compare(files: &BTreeMap<&'static str, Vec<u8>>, made: &Made, found: &mut Found) {
    for file in &made.files {
        let name = file.name;
        match files.get(name) {
            None => found.differs(format!("{name}: missing")),
            Some(bytes) => match first_difference(bytes, &file.bytes) {
                None => found.holds(format!("{name}: what the repository gives")),
                Some((line, byte)) => {
                    found.differs(format!("{name}: not what the repository gives, first at line {line}, byte {byte}"));
                }
            },
        }
    }
}

/// The line and the byte in it, both from 1, at which two files begin to differ.
fn first_difference(one: &[u8], other: &[u8]) -> Option<(usize, usize)> {
    if one == other {
        return None;
    }
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let before = one.get(..at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    Some((line, at - start + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found_where_it_begins() {
        assert_eq!(first_difference(b"a\nbc", b"a\nbc"), None);
        assert_eq!(first_difference(b"a\nbc", b"a\nbd"), Some((2, 2)));
        assert_eq!(first_difference(b"a", b"ab"), Some((1, 2)));
    }
}
