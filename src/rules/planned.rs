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

const HISTORY: &str = "this version does not read history yet";
const WAIVERS: &str = "this version does not read waivers yet";

const fn needs_history(id: &'static str, family: Family, summary: &'static str) -> Planned {
    Planned { id, family, summary, reason: HISTORY }
}

/// All of them, sorted by id.
pub const PLANNED: &[Planned] = &[
    needs_history(
        "absent-asset-owner",
        Family::People,
        "the owner of an affected asset, as of the review date, took no part",
    ),
    needs_history(
        "edited-after-closure",
        Family::History,
        "a sealed field of a closed record changed without an amendment",
    ),
    Planned {
        id: "invalid-waiver",
        family: Family::Run,
        summary: "a waiver without rule, record, reason, approver or expiry, or one that is over",
        reason: WAIVERS,
    },
    needs_history("late-record", Family::History, "a dated fact first appears in git long after its date"),
    needs_history("lowered-severity", Family::History, "the severity was lowered without reason and approver"),
    needs_history("moved-due-date", Family::History, "a due date moved later and the reason is not recorded"),
    needs_history("postdated-value", Family::History, "a value lies later than the commit that brought it"),
    Planned {
        id: "retroactive-waiver",
        family: Family::Run,
        summary: "a waiver was first committed after the breach that it covers",
        reason: WAIVERS,
    },
    needs_history(
        "unapproved-change",
        Family::Flow,
        "a document changed in substance and its version or approver did not",
    ),
    needs_history("undone-change", Family::Evidence, "a change that was proven is gone again"),
    needs_history("unexplained-reopening", Family::History, "a closed record was opened again without a reason"),
];
