//! The files of a pack against the list of their digests.

use super::{About, Check};
use crate::report::MANIFEST;
use crate::text::shorten;
use std::collections::BTreeMap;

/// The largest list that is read. A pack has some ten files.
pub const MOST_LIST_BYTES: u64 = 1024 * 1024;
/// The most lines of a list that are read.
const MOST_LINES: usize = 1000;
/// The most things of one kind that are named.
const MOST_NAMED: usize = 20;
/// The longest name of a file that is shown.
const LONGEST_NAME: usize = 80;

/// Something in the folder of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SeenKind,
}

/// What something in a folder is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SeenKind {
    /// A regular file, with the digest of its bytes.
    File(String),
    /// A regular file that is larger than any file of a pack; it was not read.
    TooLarge,
    /// A symbolic link; it was not followed.
    Link,
    /// A folder.
    Folder,
    /// A pipe, a device or a socket; it was not opened.
    Special,
    /// A file that could not be read, for the stated reason.
    Unreadable(String),
}

impl Seen {
    /// Why it cannot be a file of a pack, if it cannot.
    fn refusal(&self) -> Option<String> {
        match &self.kind {
            SeenKind::File(_) => None,
            SeenKind::TooLarge => Some("larger than any file of a pack; it was not read".to_owned()),
            SeenKind::Link => Some("a symbolic link and no file; it was not followed".to_owned()),
            SeenKind::Folder => Some("a folder and no file".to_owned()),
            SeenKind::Special => Some("a pipe, a device or a socket and no file; it was not opened".to_owned()),
            SeenKind::Unreadable(why) => Some(format!("could not be read: {why}")),
        }
    }
}

fn named(name: &str) -> String {
    shorten(name, LONGEST_NAME)
}

/// What is in the folder and belongs to no pack, and what cannot be a file of one. `more` is how many were not looked at.
pub fn strangers(seen: &[Seen], known: &[&str], more: usize) -> Vec<Check> {
    let is_known = |seen: &&Seen| known.contains(&seen.name.as_str());
    let (ours, strange): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(is_known);
    let wrong = ours.into_iter().filter_map(|seen| Some((seen, seen.refusal()?)));
    let mut checks: Vec<Check> =
        wrong.map(|(seen, why)| Check::differs(About::File, format!("{}: {why}", seen.name))).collect();
    checks.extend(strange.iter().take(MOST_NAMED).map(|seen| {
        let what = seen.refusal().map_or(String::new(), |what| format!(", {what}"));
        Check::differs(About::File, format!("{}: extra, it belongs to no pack{what}", named(&seen.name)))
    }));
    let rest = strange.len().saturating_sub(MOST_NAMED) + more;
    if rest > 0 {
        checks.push(Check::differs(About::File, format!("{rest} more files that belong to no pack")));
    }
    checks
}

/// Compares the files with the list of their digests; the list is `None` where it is not there or is not read.
pub fn list(seen: &[Seen], known: &[&str], text: Option<&[u8]>) -> Vec<Check> {
    let Some(text) = text else {
        let is_there = seen.iter().any(|seen| seen.name == MANIFEST);
        let what = if is_there { "is not read, and so no digest is compared" } else { "is missing" };
        return vec![Check::differs(About::List, format!("{MANIFEST} {what}"))];
    };
    let (listed, mut checks) = entries(text);
    for (name, stated) in listed.iter().take(MOST_NAMED) {
        checks.push(against(name, stated, seen));
    }
    if listed.len() > MOST_NAMED {
        let more = listed.len() - MOST_NAMED;
        checks.push(Check::differs(About::List, format!("{MANIFEST}: {more} more entries; no pack has so many files")));
    }
    let is_unlisted =
        |seen: &&Seen| seen.name != MANIFEST && known.contains(&seen.name.as_str()) && !listed.contains_key(&seen.name);
    let unlisted = seen.iter().filter(is_unlisted);
    checks.extend(
        unlisted.map(|seen| Check::differs(About::File, format!("{}: {MANIFEST} does not list it", seen.name))),
    );
    checks
}

fn against(name: &str, stated: &str, seen: &[Seen]) -> Check {
    let shown = named(name);
    match seen.iter().find(|seen| seen.name == name).map(|seen| &seen.kind) {
        Some(SeenKind::File(digest)) if digest.eq_ignore_ascii_case(stated) => {
            Check::holds(About::File, format!("{shown}: as {MANIFEST} lists it"))
        }
        Some(SeenKind::File(_)) => {
            Check::differs(About::File, format!("{shown}: changed since {MANIFEST} was written"))
        }
        Some(_) => Check::differs(About::File, format!("{shown}: {MANIFEST} lists it, and it could not be compared")),
        None => Check::differs(About::File, format!("{shown}: missing, and {MANIFEST} lists it")),
    }
}

/// The digests by name, and what is wrong with the list itself.
pub(super) fn entries(text: &[u8]) -> (BTreeMap<String, String>, Vec<Check>) {
    let mut wrong = Vec::new();
    let mut say = |what: String| {
        if wrong.len() < MOST_NAMED {
            wrong.push(Check::differs(About::List, format!("{MANIFEST}: {what}")));
        }
    };
    let text = String::from_utf8_lossy(text);
    let bare = text.trim_start_matches('\u{feff}');
    if bare.len() < text.len() {
        say("begins with a byte-order mark".to_owned());
    }
    if bare.contains("\r\n") {
        say("its lines end with CR LF, and those of a list with LF".to_owned());
    }
    let mut entries = BTreeMap::new();
    for (at, line) in bare.lines().enumerate() {
        let number = at + 1;
        if at >= MOST_LINES {
            say(format!("more than {MOST_LINES} lines; those behind them are not read"));
            break;
        }
        match line.split_once("  ").filter(|(digest, _)| is_digest(digest)) {
            None => say(format!("line {number} is no digest with a name")),
            Some((_, name)) if entries.contains_key(name) => {
                say(format!("line {number} lists {} a second time", named(name)));
            }
            Some((digest, name)) => _ = entries.insert(name.to_owned(), digest.to_owned()),
        }
    }
    (entries, wrong)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
