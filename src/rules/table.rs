//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &people::absent_responder::RULE,
    &people::biased_facilitator::RULE,
    &review::early_review::RULE,
    &review::late_review::RULE,
    &review::missing_review::RULE,
    &review::missing_review_output::RULE,
    &action::overdue_action::RULE,
    &review::single_stage_review::RULE,
    &lesson::unaddressed_lesson::RULE,
    &cause::unanswered_elsewhere::RULE,
    &cause::unanswered_lens::RULE,
    &review::uncovered_minor_incident::RULE,
    &people::uninformed_management::RULE,
    &people::unknown_person::RULE,
    &record::unreadable_record::RULE,
    &cause::unrecorded_success::RULE,
    // rules: end
];
