//! Across incidents.
