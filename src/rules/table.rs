//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &evidence::dangling_evidence::RULE,
    &flow::dangling_link::RULE,
    &evidence::missing_evidence::RULE,
    &action::overdue_action::RULE,
    &flow::stale_procedure::RULE,
    &lesson::unaddressed_lesson::RULE,
    &evidence::unclaimed_change::RULE,
    &flow::undecided_awareness::RULE,
    &flow::undecided_control::RULE,
    &flow::undecided_policy::RULE,
    &evidence::unpinned_evidence::RULE,
    &record::unreadable_record::RULE,
    &flow::unreported_incident::RULE,
    &flow::untouched_risk::RULE,
    // rules: end
];
