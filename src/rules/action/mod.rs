//! Named, owned, dated, done.

pub mod overdue_action;
