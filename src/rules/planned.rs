//! Rules that have their place in the catalogue and cannot run yet: they say so in every result.

use super::Family;

/// A rule that is still to come.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// The id.
    pub id: &'static str,
    /// The part of the loop.
    pub family: Family,
    /// What it will look for, in one line.
    pub summary: &'static str,
    /// Why it does not run.
    pub reason: &'static str,
}

const WAIVERS: &str = "this version does not read waivers yet";

/// All of them, sorted by id.
pub const PLANNED: &[Planned] = &[
    Planned {
        id: "invalid-waiver",
        family: Family::Run,
        summary: "a waiver without rule, record, reason, approver or expiry, or one that is over",
        reason: WAIVERS,
    },
    Planned {
        id: "retroactive-waiver",
        family: Family::Run,
        summary: "a waiver was first committed after the breach that it covers",
        reason: WAIVERS,
    },
];
