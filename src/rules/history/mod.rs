//! Has the record been kept honestly?

mod dated;
pub mod edited_after_closure;
mod explained;
pub mod late_record;
pub mod lowered_severity;
pub mod moved_due_date;
pub mod odd_clock;
pub mod postdated_value;
pub mod premature_closure;
pub mod rewritten_history;
mod series;
mod spots;
pub mod unexplained_reopening;
pub mod vanished_record;
mod witness;
