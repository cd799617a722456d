//! Has the record been kept honestly?

pub mod odd_clock;
pub mod premature_closure;
pub mod rewritten_history;
mod series;
pub mod vanished_record;
