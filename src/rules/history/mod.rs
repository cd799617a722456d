//! Has the record been kept honestly?

mod dated;
pub mod edited_after_closure;
mod explained;
pub mod late_record;
pub mod lowered_severity;
pub mod moved_due_date;
pub mod postdated_value;
pub mod premature_closure;
mod spots;
pub mod unexplained_reopening;
mod witness;
pub mod odd_clock;
pub mod premature_closure;
pub mod rewritten_history;
mod series;
pub mod vanished_record;
