//! The table of all rules that run, one line each, sorted by id.

use super::{Builtin, action, cause, evidence, flow, history, lesson, people, record, review, run, trend};

/// Every rule that comes with the program and runs, sorted by id.
pub static TABLE: &[&Builtin] = &[
    // rules: begin
    &cause::blaming_language::RULE,
    &cause::copied_review::RULE,
    &action::overdue_action::RULE,
    &cause::person_as_cause::RULE,
    &record::placeholder_text::RULE,
    &history::premature_closure::RULE,
    &record::sensitive_text::RULE,
    &cause::symptom_as_cause::RULE,
    &lesson::unaddressed_lesson::RULE,
    &record::unreadable_record::RULE,
    // rules: end
];
