//! Can it be read, is it complete?

pub mod boilerplate_reason;
pub mod conflicting_values;
pub mod dates_out_of_order;
pub mod incomplete_closure;
pub mod invalid_date;
pub mod outlying_severity;
pub mod placeholder_text;
pub mod sensitive_text;
mod told;
pub mod unclosed_incident;
pub mod undecided_severity;
pub mod unexplained_dismissal;
pub mod unknown_field;
pub mod unreadable_record;
pub mod unreadable_register;
pub mod unstable_id;
pub mod untold_incident;
