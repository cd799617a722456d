//! Were the right people there?

pub mod absent_asset_owner;
pub mod absent_responder;
pub mod biased_facilitator;
mod owners;
pub mod uninformed_management;
pub mod unknown_person;
