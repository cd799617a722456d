//! The first-parent line: who landed what, when, in which order.

use super::ObjectId;
use super::requests::requests;
use git2::{Error, ErrorClass, ErrorCode, ObjectType, Odb, Oid, Repository};
use indexmap::IndexSet;
use std::collections::HashMap;

/// The commits of a first-parent line, oldest first. A position is an index into it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The commits.
    pub commits: Vec<LineCommit>,
    /// Everybody who wrote or committed one.
    pub people: IndexSet<Signature>,
    /// The positions at which a pull request of a number was merged or squashed.
    pub requests: HashMap<Box<str>, Vec<u32>>,
    /// The position at which a commit of a side branch became reachable, and that of each commit of the line.
    pub landed: HashMap<ObjectId, u32>,
}

/// One commit of the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct LineCommit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// How many parents it has.
    pub parents: u8,
    /// The committer date in seconds since 1970.
    pub time: i64,
    /// The offset of the committer date in minutes.
    pub offset: i32,
    /// Who wrote it, as an index into [`Line::people`].
    pub author: u32,
    /// Who committed it.
    pub committer: u32,
    /// Whether it carries a signature.
    pub is_signed: bool,
}

/// A name with its address, as a commit states them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Signature {
    /// The name.
    pub name: Box<str>,
    /// The address.
    pub address: Box<str>,
}

/// A commit as it stands in the object database.
struct Raw {
    tree: Oid,
    parents: Vec<Oid>,
    author: Signature,
    committer: Signature,
    time: i64,
    offset: i32,
    is_signed: bool,
}

/// More commits than any repository has; a line that is longer is an attack.
const MAX_COMMITS: usize = 50_000_000;

/// Reads the line that ends in a commit back to one that is known, and how much of the known line it begins with.
pub(super) fn read_after(repository: &Repository, tip: &str, known: Line) -> Result<(Line, usize), Error> {
    let odb = repository.odb()?;
    let mut line = Line { people: known.people.clone(), ..Line::default() };
    let mut sides: Vec<(usize, Vec<Oid>)> = Vec::new();
    let mut next = Some(Oid::from_str_ext(tip, repository.object_format())?);
    let mut numbers: Vec<(usize, Vec<Box<str>>)> = Vec::new();
    let mut shared = 0;
    while let Some(id) = next {
        if let Some(at) = known.position_of(ObjectId(id)) {
            shared = at + 1;
            break;
        }
        let object = odb.read(id)?;
        let (raw, message) = parse(&object, repository)?;
        let index = line.commits.len();
        let found = requests(&String::from_utf8_lossy(message));
        if !found.is_empty() {
            numbers.push((index, found));
        }
        next = raw.parents.first().copied();
        if raw.parents.len() > 1 {
            sides.push((index, raw.parents[1..].to_vec()));
        }
        line.push(id, raw);
        if line.commits.len() > MAX_COMMITS {
            return Err(broken("the line has more than fifty million commits"));
        }
    }
    line.commits.reverse();
    let commits = std::mem::take(&mut line.commits);
    line.begin_with(known, shared);
    line.commits.extend(commits);
    let last = line.commits.len().saturating_sub(1);
    for (index, found) in numbers.into_iter().rev() {
        for number in found {
            line.requests.entry(number).or_default().push(position(last - index));
        }
    }
    let new = line.commits.iter().enumerate().skip(shared).map(|(at, commit)| (commit.id, position(at)));
    line.landed.extend(new);
    for (index, parents) in sides.into_iter().rev() {
        land(&odb, repository, parents, position(last - index), &mut line.landed)?;
    }
    Ok((line, shared))
}

/// Reads the line that ends in a commit.
pub(super) fn read(repository: &Repository, tip: &str) -> Result<Line, Error> {
    let (line, _) = read_after(repository, tip, Line::default())?;
    Ok(line)
}

/// Notes at which position the commits of a side branch became reachable.
fn land(
    odb: &Odb<'_>,
    repository: &Repository,
    mut open: Vec<Oid>,
    position: u32,
    landed: &mut HashMap<ObjectId, u32>,
) -> Result<(), Error> {
    while let Some(id) = open.pop() {
        if landed.contains_key(&ObjectId(id)) {
            continue;
        }
        landed.insert(ObjectId(id), position);
        open.extend(parse(&odb.read(id)?, repository)?.0.parents);
    }
    Ok(())
}

impl Line {
    fn push(&mut self, id: Oid, raw: Raw) {
        let author = position(self.people.insert_full(raw.author).0);
        let committer = position(self.people.insert_full(raw.committer).0);
        self.commits.push(LineCommit {
            id: ObjectId(id),
            tree: ObjectId(raw.tree),
            parents: u8::try_from(raw.parents.len()).unwrap_or(u8::MAX),
            time: raw.time,
            offset: raw.offset,
            author,
            committer,
            is_signed: raw.is_signed,
        });
    }

    /// The position of a commit of the line itself.
    fn position_of(&self, id: ObjectId) -> Option<usize> {
        let at = *self.landed.get(&id)? as usize;
        self.commits.get(at).filter(|commit| commit.id == id).map(|_| at)
    }

    /// Takes over the beginning of another line.
    fn begin_with(&mut self, known: Line, count: usize) {
        let Line { mut commits, mut requests, mut landed, .. } = known;
        let is_whole = commits.len() == count;
        commits.truncate(count);
        if !is_whole {
            let count = position(count);
            landed.retain(|_, at| *at < count);
            requests.values_mut().for_each(|positions| positions.retain(|at| *at < count));
            requests.retain(|_, positions| !positions.is_empty());
        }
        (self.commits, self.requests, self.landed) = (commits, requests, landed);
    }
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Splits a commit into its headers and its message.
fn parse<'o>(object: &'o git2::OdbObject<'_>, repository: &Repository) -> Result<(Raw, &'o [u8]), Error> {
    if object.kind() != ObjectType::Commit {
        return Err(broken("a parent is no commit"));
    }
    let mut raw = Raw {
        tree: Oid::ZERO_SHA1,
        parents: Vec::new(),
        author: Signature::default(),
        committer: Signature::default(),
        time: 0,
        offset: 0,
        is_signed: false,
    };
    let mut rest = object.data();
    let id = |bytes: &[u8]| Oid::from_str_ext(&String::from_utf8_lossy(bytes), repository.object_format());
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n').filter(|&end| end > 0) {
        let (header, after) = (&rest[..end], &rest[end + 1..]);
        match header.iter().position(|&byte| byte == b' ').map(|at| (&header[..at], &header[at + 1..])) {
            Some((b"tree", value)) => raw.tree = id(value)?,
            Some((b"parent", value)) => raw.parents.push(id(value)?),
            Some((b"author", value)) => raw.author = signature(value).0,
            Some((b"committer", value)) => (raw.committer, raw.time, raw.offset) = signature(value),
            Some((b"gpgsig" | b"gpgsig-sha256", _)) => raw.is_signed = true,
            _ => {}
        }
        rest = after;
    }
    Ok((raw, rest.strip_prefix(b"\n").unwrap_or(rest)))
}

/// `Name <address> 1767225600 +0100`. What cannot be read of it is empty, or the first second of 1970.
fn signature(bytes: &[u8]) -> (Signature, i64, i32) {
    let text = String::from_utf8_lossy(bytes);
    let (name, rest) = text.split_once('<').unwrap_or((&text, ""));
    let (address, when) = rest.rsplit_once('>').unwrap_or((rest, ""));
    let mut parts = when.split_whitespace();
    let time = parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    let offset = parts.next().and_then(offset).unwrap_or(0);
    (Signature { name: name.trim().into(), address: address.trim().into() }, time, offset)
}

/// `+0130` in minutes.
fn offset(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches(['+', '-']);
    let number: i32 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let minutes = number / 100 * 60 + number % 100;
    Some(if text.starts_with('-') { -minutes } else { minutes })
}

fn broken(message: &str) -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::Odb, message)
}
