//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &run::contradicted_status::RULE,
    &trend::failed_remedy::RULE,
    &action::overdue_action::RULE,
    &trend::silent_register::RULE,
    &trend::split_incident::RULE,
    &trend::stale_trend::RULE,
    &lesson::unaddressed_lesson::RULE,
    &run::unmatched_population::RULE,
    &trend::unraised_pattern::RULE,
    &record::unreadable_record::RULE,
    // rules: end
];
