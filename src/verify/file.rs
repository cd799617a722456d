//! One file against what the repository gives.

use super::{FileCheck, Kind, Part, State, Statement, bytes, list, table, values};
use crate::report::MANIFEST;
use crate::text::Text;

/// What a pack holds under the name of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// A file, whole.
    Bytes(Vec<u8>),
    /// Nothing, or nothing that can be a file of a pack.
    Nothing,
    /// A file that is much larger than what the repository gives; its size.
    Large(u64),
}

/// Compares a file with what the repository gives.
pub fn compare(name: &str, held: &Held, made: &[u8]) -> FileCheck {
    let check = |state, message: String, statements| FileCheck {
        name: Text::new(name),
        state,
        message: Text::new(message),
        explained: false,
        statements,
    };
    match held {
        Held::Nothing => check(State::Missing, "missing".to_owned(), Vec::new()),
        Held::Large(size) => {
            let message = format!("not what the repository gives: it has {size} bytes, and should have {}", made.len());
            check(State::Differs, message, Vec::new())
        }
        Held::Bytes(pack) => {
            let statements = statements(name, pack, made);
            let is_same = pack == made;
            let message =
                if is_same { "what the repository gives".to_owned() } else { differs(pack, made, &statements) };
            let state = if is_same { State::Holds } else { State::Differs };
            check(state, message, statements.unwrap_or_default())
        }
    }
}

/// What a file states, against what it should state; `None` where it is not as such a file is.
fn statements(name: &str, pack: &[u8], made: &[u8]) -> Option<Vec<Statement>> {
    let text = std::str::from_utf8(pack).ok().map(|text| text.trim_start_matches('\u{feff}'));
    let ours = || std::str::from_utf8(made).ok();
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        _ if name == MANIFEST => Some(digests(pack, made)),
        Some("csv") => table::statements(text?, ours()?),
        Some("json") => {
            let made = serde_json::from_slice(made).ok()?;
            // The same bytes say the same: the memory for a second reading is saved.
            if pack == ours()?.as_bytes() {
                return Some(values::statements(&made, &made));
            }
            Some(values::statements(&serde_json::from_str(text?).ok()?, &made))
        }
        _ => Some(Vec::new()),
    }
}

/// The entries of the list, against those of the list that the repository gives.
fn digests(pack: &[u8], made: &[u8]) -> Vec<Statement> {
    let entries = |bytes| list::entries(bytes).0.into_iter().collect::<Vec<_>>();
    let (theirs, ours) = (entries(pack), entries(made));
    let statement = |(name, theirs, ours): (&str, Option<&String>, Option<&String>)| {
        let (state, parts): (_, Vec<Part>) = match (theirs, ours) {
            (None, _) => (State::Missing, Vec::new()),
            (_, None) => (State::Extra, Vec::new()),
            (Some(theirs), Some(ours)) if theirs == ours => (State::Holds, Vec::new()),
            (Some(theirs), Some(ours)) => (State::Differs, vec![values::part("", Some(theirs), Some(ours))]),
        };
        let subject = Text::new(crate::text::shorten(name, 80));
        Statement { kind: Kind::Digest, subject, about: None, state, parts }
    };
    values::paired(&theirs, &ours).map(statement).collect()
}

fn differs(pack: &[u8], made: &[u8], statements: &Option<Vec<Statement>>) -> String {
    let unlike = bytes::unlike(pack, made);
    let Some(statements) = statements else { return format!("{unlike}; it cannot be read as what it should be") };
    let all = statements.len();
    match statements.iter().filter(|statement| statement.state != State::Holds).count() {
        0 if all > 0 => format!("{unlike}; each of its {all} statements holds"),
        _ => unlike,
    }
}
