//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &people::absent_responder::RULE,
    &people::biased_facilitator::RULE,
    &run::contradicted_status::RULE,
    &evidence::dangling_evidence::RULE,
    &action::departed_owner::RULE,
    &action::distant_due_date::RULE,
    &review::early_review::RULE,
    &trend::failed_remedy::RULE,
    &lesson::lapsed_acceptance::RULE,
    &review::late_review::RULE,
    &lesson::mismatched_action::RULE,
    &action::missing_action::RULE,
    &evidence::missing_evidence::RULE,
    &lesson::missing_lesson::RULE,
    &review::missing_review::RULE,
    &review::missing_review_output::RULE,
    &action::orphan_action::RULE,
    &action::overdue_action::RULE,
    &action::self_verified_action::RULE,
    &trend::silent_register::RULE,
    &review::single_stage_review::RULE,
    &trend::split_incident::RULE,
    &trend::stale_trend::RULE,
    &lesson::unaddressed_lesson::RULE,
    &cause::unanswered_elsewhere::RULE,
    &cause::unanswered_lens::RULE,
    &action::unchecked_effectiveness::RULE,
    &evidence::unclaimed_change::RULE,
    &lesson::unclassified_lesson::RULE,
    &review::uncovered_minor_incident::RULE,
    &action::undated_action::RULE,
    &people::uninformed_management::RULE,
    &people::unknown_person::RULE,
    &run::unmatched_population::RULE,
    &action::unowned_action::RULE,
    &evidence::unpinned_evidence::RULE,
    &trend::unraised_pattern::RULE,
    &record::unreadable_record::RULE,
    &cause::unrecorded_success::RULE,
    &action::weak_remedy::RULE,
    // rules: end
];
