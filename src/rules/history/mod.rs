//! Has the record been kept honestly?

pub mod premature_closure;
mod series;
pub mod vanished_record;
