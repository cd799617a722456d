//! Prose: sentences of records, folded so that words of the vocabulary can be found in them, and the way back.

mod blame;
mod cause;
mod folded;
mod heads;
mod hints;
mod lexicon;
mod pending;
mod pieces;
mod placeholder;
mod secrets;
mod sentences;
mod similar;
mod starts;
mod symptom;

pub use blame::Blame;
pub use cause::PersonCause;
pub use folded::Folded;
pub use hints::Hints;
pub use lexicon::{Hit, Lexicon};
pub use pending::Pending;
pub use pieces::{Part, Sentence, Sentences};
pub use placeholder::Placeholder;
pub use secrets::{MASK, Secret, SecretKind, Secrets};
pub use sentences::{quotations, sentences};
pub use similar::{Runs, Similar, similar};
pub use symptom::Symptom;
