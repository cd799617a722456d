//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &action::departed_owner::RULE,
    &action::distant_due_date::RULE,
    &lesson::lapsed_acceptance::RULE,
    &lesson::mismatched_action::RULE,
    &action::missing_action::RULE,
    &lesson::missing_lesson::RULE,
    &action::orphan_action::RULE,
    &action::overdue_action::RULE,
    &action::self_verified_action::RULE,
    &lesson::unaddressed_lesson::RULE,
    &action::unchecked_effectiveness::RULE,
    &lesson::unclassified_lesson::RULE,
    &action::undated_action::RULE,
    &action::unowned_action::RULE,
    &record::unreadable_record::RULE,
    &action::weak_remedy::RULE,
    // rules: end
];
