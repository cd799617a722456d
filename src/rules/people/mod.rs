//! Were the right people there?

pub mod absent_responder;
pub mod biased_facilitator;
pub mod uninformed_management;
pub mod unknown_person;
