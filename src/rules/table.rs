//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &record::boilerplate_reason::RULE,
    &record::conflicting_values::RULE,
    &record::dates_out_of_order::RULE,
    &record::incomplete_closure::RULE,
    &record::invalid_date::RULE,
    &record::outlying_severity::RULE,
    &action::overdue_action::RULE,
    &run::skipped_file::RULE,
    &lesson::unaddressed_lesson::RULE,
    &record::unclosed_incident::RULE,
    &record::undecided_severity::RULE,
    &record::unexplained_dismissal::RULE,
    &record::unknown_field::RULE,
    &record::unreadable_record::RULE,
    &record::unreadable_register::RULE,
    &record::unstable_id::RULE,
    &record::untold_incident::RULE,
    // rules: end
];
