//! Has the record been kept honestly?

pub mod premature_closure;
