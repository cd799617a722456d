//! Has the record been kept honestly?
