//! What files said, kept for the next run: taking one apart costs more than reading it back.
//!
//! A piece is known by the id of the object that held its bytes, and by the syntax that it was read in. It follows from
//! these and from this very program, so it is believed only where they are the same and its checksum holds; otherwise
//! the file is read again. Only what git holds as it was read is kept: what stands in a working tree alone, or in
//! another form than in git (encrypted there, for one), is not.

use super::load::Loaded;
use crate::document::{Document, Syntax};
use crate::git::{Keeping, ObjectId, Pieces, Snapshot, TreeEntry, program};
use crate::source::{Encoding, Source};
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

/// The name of the file, and the beginning of it.
const NAME: &str = "files";
const MAGIC: &str = "closeloop files 1\n";
/// The bytes at the end: where the list of pieces begins, how long it is, and its checksum.
const END: usize = 24;
/// The largest list of pieces: some 400,000 files.
const MOST_LISTED: u64 = 32 * 1024 * 1024;
/// The most bytes that are kept.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// It is written anew when at least one in so many files was not on it: one changed record is no reason.
const STALE: usize = 16;

/// What a piece is known by.
type Key = (ObjectId, u8);

/// Where a piece is.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Slot {
    offset: u64,
    length: u32,
    sum: u64,
}

/// The pieces of the last run, and what this one reads.
#[derive(Default)]
pub(super) struct Shelf<'s> {
    snapshot: Option<&'s Snapshot>,
    head: Vec<u8>,
    known: Option<(Pieces, HashMap<Key, Slot>)>,
    seen: Mutex<Seen>,
}

/// What was taken from the shelf, and what was not there and is written beside it.
#[derive(Default)]
struct Seen {
    used: Vec<(Key, Slot)>,
    fresh: Vec<(Key, Slot)>,
    at: u64,
    keeping: Option<Keeping>,
    has_failed: bool,
}

impl<'s> Shelf<'s> {
    /// Opens what the last run left, where that is wanted.
    pub(super) fn open(snapshot: &'s Snapshot) -> Self {
        let Some(head) = snapshot.has_memo().then(head).flatten() else { return Self::default() };
        let known = snapshot.pieces(NAME).and_then(|pieces| Some((listed(&pieces, &head)?, pieces)));
        let known = known.map(|(slots, pieces)| (pieces, slots));
        Self { snapshot: Some(snapshot), head, known, seen: Mutex::default() }
    }

    /// A file as the last run took it apart.
    pub(super) fn take(&self, entry: &TreeEntry) -> Option<(Loaded, Document)> {
        let (snapshot, (pieces, slots)) = (self.snapshot?, self.known.as_ref()?);
        let key = (snapshot.object(entry)?, number(entry)?);
        let slot = *slots.get(&key)?;
        let bytes = pieces.read(slot.offset, slot.length as usize).filter(|bytes| sum(bytes) == slot.sum)?;
        let (text, document): (Box<str>, Document) = postcard::from_bytes(&bytes).ok()?;
        let source = Source::from_text(entry.path.clone(), text);
        let is_landed = snapshot.is_landed(entry, source.text().as_bytes());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).used.push((key, slot));
        Some((Loaded { source, skipped: None, is_landed }, document))
    }

    /// Remembers how a file was taken apart.
    pub(super) fn put(&self, entry: &TreeEntry, source: &Source, document: &Document) {
        let is_plain = document.problems.is_empty() && source.encoding == Encoding::Utf8;
        let Some(snapshot) = self.snapshot.filter(|_| is_plain) else { return };
        let Some(key) = snapshot.object(entry).zip(number(entry)) else { return };
        let Ok(bytes) = postcard::to_allocvec(&(source.text(), document)) else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.has_failed && seen.put(snapshot, &self.head, key, &bytes).is_none() {
            seen.has_failed = true;
        }
    }

    /// Leaves all of it for the next run, where enough is new.
    pub(super) fn leave(self) {
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !seen.has_failed && seen.fresh.len() * STALE > seen.used.len() {
            // What cannot be left only costs the next run its time.
            let _ = seen.end(self.known.as_ref().map(|(pieces, _)| pieces));
        }
    }
}

impl Seen {
    fn put(&mut self, snapshot: &Snapshot, head: &[u8], key: Key, bytes: &[u8]) -> Option<()> {
        if self.keeping.is_none() {
            let mut keeping = snapshot.keeping(NAME)?;
            keeping.add(head)?;
            (self.keeping, self.at) = (Some(keeping), head.len() as u64);
        }
        let slot = self.add(bytes)?;
        self.fresh.push((key, slot));
        Some(())
    }

    fn add(&mut self, bytes: &[u8]) -> Option<Slot> {
        let slot = Slot { offset: self.at, length: u32::try_from(bytes.len()).ok()?, sum: sum(bytes) };
        self.at = self.at.checked_add(bytes.len() as u64).filter(|at| *at <= MOST_BYTES)?;
        self.keeping.as_mut()?.add(bytes)?;
        Some(slot)
    }

    /// Copies what was used behind what is fresh, and puts the whole in the place of the old.
    fn end(mut self, old: Option<&Pieces>) -> Option<()> {
        let mut slots = std::mem::take(&mut self.fresh);
        for (key, slot) in std::mem::take(&mut self.used) {
            let bytes = old?.read(slot.offset, slot.length as usize)?;
            slots.push((key, self.add(&bytes)?));
        }
        let list = postcard::to_allocvec(&slots).ok()?;
        let mut keeping = self.keeping?;
        keeping.add(&list)?;
        for number in [self.at, list.len() as u64, sum(&list)] {
            keeping.add(&number.to_le_bytes())?;
        }
        keeping.end()
    }
}

/// What stands before the pieces: what has to be the same.
fn head() -> Option<Vec<u8>> {
    Some(format!("{MAGIC}{}\n", program()?).into_bytes())
}

/// The list of pieces; `None` where another program left it, or where it is broken.
fn listed(pieces: &Pieces, head: &[u8]) -> Option<HashMap<Key, Slot>> {
    if pieces.read(0, head.len())? != head {
        return None;
    }
    let size = pieces.len()?;
    let end = pieces.read(size.checked_sub(END as u64)?, END)?;
    let number = |at: usize| Some(u64::from_le_bytes(end.get(at..at + 8)?.try_into().ok()?));
    let (offset, length, stated) = (number(0)?, number(8)?, number(16)?);
    let is_whole = length <= MOST_LISTED && offset.checked_add(length)?.checked_add(END as u64)? == size;
    let list = pieces.read(offset, usize::try_from(length).ok().filter(|_| is_whole)?)?;
    let slots: Vec<(Key, Slot)> = postcard::from_bytes(&list).ok().filter(|_| sum(&list) == stated)?;
    let is_inside = |slot: &Slot| slot.offset.checked_add(u64::from(slot.length)).is_some_and(|end| end <= offset);
    Some(slots.into_iter().filter(|(_, slot)| is_inside(slot)).collect())
}

/// A checksum against what breaks by accident: nobody who can write here needs a broken piece.
fn sum(bytes: &[u8]) -> u64 {
    FixedState::default().hash_one(bytes)
}

/// How a file is taken apart; `None` for a table, whose layout the configuration states.
fn number(entry: &TreeEntry) -> Option<u8> {
    match Syntax::of(&entry.path) {
        Some(Syntax::Yaml) => Some(0),
        Some(Syntax::Toml) => Some(1),
        Some(Syntax::Json) => Some(2),
        Some(Syntax::Markdown) | None => Some(3),
        Some(Syntax::Csv) => None,
    }
}
