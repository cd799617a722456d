//! A review without the owner of what was affected.
//!
//! ## What it checks
//!
//! The owner of each asset that the record names took part in a review, as participant or facilitator, or somebody came
//! in their place (`{ name: tom, for: crm-owner }`, with the id of the asset). Who the owner was on the day of the
//! review is read from the history of the asset register, else from CODEOWNERS as it was that day. An entry under
//! `absent` with a reason excuses, as a note that reports keep. An asset of which nobody knows an owner is left alone.
//!
//! ## Why an auditor cares
//!
//! The owner decides what is done about the weakness of a system, and lives with it. A review without them makes
//! decisions that nobody with that authority has agreed to.
//!
//! ## Failing example
//!
//! ```yaml commit=2026-01-12 file=assets/assets.yaml
//! - id: crm
//!   owner: tom
//! ```
//!
//! ```yaml commit=2026-03-31
//! id: INC-2026-0001
//! title: Customer data in a public folder
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! assets: [crm]
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana, ben]
//! ```
//!
//! ## Passing example
//!
//! ```yaml commit=2026-01-12 file=assets/assets.yaml
//! - id: crm
//!   owner: tom
//! ```
//!
//! ```yaml commit=2026-03-31
//! id: INC-2026-0001
//! title: Customer data in a public folder
//! status: closed
//! severity: high
//! detected: 2026-03-02
//! closed: 2026-03-10
//! assets: [crm]
//! reviews:
//!   - date: 2026-03-31
//!     participants: [ana, { name: ben, for: crm-owner }]
//! ```
//!
//! ## Configuration
//!
//! `[registers.assets]` says where the assets are, the people register which names, addresses and roles mean one person.
//! A review up to `[history] since` is not compared, since the owners of that time are not known.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.9, A.5.2 and A.5.27; NIST CSF 2.0 GV.RR-02 and ID.AM-08; SOC 2 CC1.3.

use super::absent_responder::took_part;
use super::owners::Owners;
use crate::config::Level;
use crate::history::IMPORTED;
use crate::record::{Absence, Incident, Located, Review};
use crate::rules::evidence::gaps::Gaps;
use crate::rules::{
    Builtin, Case, Duty, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, SilencedBy,
};
use crate::text::shorten;
use crate::time::When;
use crate::vocabulary::fold;
use chrono::NaiveDate;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "absent-asset-owner",
        family: Family::People,
        levels: Levels::by_class(Level::Error, Level::Warning, Level::Note),
        sees: &[Sees::Population, Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[
            SilencedBy::Item("unreadable-record"),
            SilencedBy::Item("invalid-date"),
            SilencedBy::Item("placeholder-text"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("absent_asset_owner.rs"),
    },
    check,
};

/// The reviews of a record that were held.
type Held<'i> = Vec<(&'i Review, When)>;

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let mut gaps = Gaps::new("incident is", "incidents are");
    let mut owners = None;
    for incident in case.incidents().filter(|incident| !incident.assets.items().is_empty()) {
        let reviews: Held<'_> = case.held_reviews(incident).collect();
        let Some(last) = reviews.iter().map(|(_, when)| when.date).max() else { continue };
        // A record that cannot be judged without history asks for it, and no other.
        let owners = match &owners {
            Some(owners) => owners,
            None => owners.insert(Owners::new(case)?),
        };
        if case.imported().is_some_and(|since| last <= since) {
            gaps.add(IMPORTED);
            continue;
        }
        out.test();
        out.findings.extend(judge(case, owners, incident, &reviews));
    }
    gaps.tell(out);
    Ok(())
}

/// An asset whose owner took part in no review.
struct Missing<'i> {
    asset: &'i Located,
    /// Who owned it on the day of the last review.
    names: Vec<String>,
    on: NaiveDate,
}

fn judge(case: &Case<'_>, owners: &Owners<'_>, incident: &Incident, reviews: &Held<'_>) -> Option<Finding> {
    let missing: Vec<Missing<'_>> =
        incident.assets.items().iter().filter_map(|asset| missing(case, owners, asset, reviews)).collect();
    let all: Vec<&Review> = reviews.iter().map(|(review, _)| *review).collect();
    let (excused, open): (Vec<_>, Vec<_>) = missing.iter().partition(|missing| excuse(case, &all, missing).is_some());
    let subjects = if open.is_empty() { &excused } else { &open };
    let first = subjects.first()?;
    let review = reviews.iter().max_by_key(|(_, when)| when.from).map(|(review, _)| *review)?;
    let title = match subjects.len() {
        1 => format!("Review without the owner of {} as of {}", shorten(first.asset.as_str(), 40), first.on),
        count => format!("Review without the owners of {count} affected assets as of {}", first.on),
    };
    let level = RULE.meta.levels.of(incident.class());
    let place = review.participants.place();
    let finding = Finding::of_review(incident, review, level, "participants", place).says(title, WHY, HELP);
    let finding = subjects.iter().fold(finding, |finding, missing| {
        let finding = finding.related(missing.asset.place, "was affected");
        owners.tell(finding, missing.asset.as_str(), missing.on)
    });
    Some(match excused.first().and_then(|missing| excuse(case, &all, missing)) {
        Some((review, absence)) if open.is_empty() => {
            let by = review.facilitator.text().unwrap_or_default();
            finding.acknowledged(format!("{}.absent", review.field), absence.reason.text().unwrap_or_default(), by)
        }
        _ => match case.review_duty(incident) {
            Duty::NotYet(due) => finding.pending(due),
            Duty::Due(_) | Duty::None => finding,
        },
    })
}

const WHY: &str = "The owner decides what is done about a weakness of the asset, and lives with the rest of it.";
const HELP: &str = "Were they there? Add them to `participants`. Represented? `{ name: tom, for: ASSET-owner }`. Excused? \
                    `absent: { eva: leave }`. Else ask them and add what they say.";

/// The owner of an asset, where one is known and no review had them or somebody in their place.
fn missing<'i>(case: &Case<'_>, owners: &Owners<'_>, asset: &'i Located, reviews: &Held<'_>) -> Option<Missing<'i>> {
    let was_there = |(review, when): &(&Review, When)| {
        let names = owners.of(asset.as_str(), when.date);
        names.iter().any(|name| took_part(case, review, name)) || is_represented(review, asset.as_str())
    };
    let on = reviews.iter().map(|(_, when)| when.date).max()?;
    let names = owners.of(asset.as_str(), on);
    (!names.is_empty() && !reviews.iter().any(was_there)).then_some(Missing { asset, names, on })
}

/// Whether somebody came for the owner of an asset: `for: crm-owner`.
fn is_represented(review: &Review, asset: &str) -> bool {
    let participants = review.participants.items().iter();
    let mut names = participants.flat_map(|p| [p.stands_for.as_deref(), Some(&*p.name)]).flatten();
    names.any(|name| is_role(name, asset))
}

/// `crm-owner`, `crm owner`, `owner of crm`, or the asset itself.
fn is_role(name: &str, asset: &str) -> bool {
    let plain = |text: &str| fold(&text.replace(['-', '_'], " "));
    let (name, asset) = (plain(name), plain(asset));
    name == asset || name == format!("{asset} owner") || name == format!("owner of {asset}")
}

/// The entry that excuses the owner of an asset; one without a reason does not.
fn excuse<'r>(case: &Case<'_>, reviews: &[&'r Review], missing: &Missing<'_>) -> Option<(&'r Review, &'r Absence)> {
    let mut entries = reviews.iter().flat_map(|review| review.absent.iter().map(move |absence| (*review, absence)));
    entries.find(|(_, absence)| {
        let name = absence.name.as_str();
        let is_meant = missing.names.iter().any(|owner| case.same_person(name, owner));
        (is_meant || is_role(name, missing.asset.as_str())) && absence.reason.text().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_names_its_asset() {
        for name in ["crm-owner", "CRM owner", "owner of crm", "crm"] {
            assert!(is_role(name, "crm"), "{name}");
        }
        assert!(!is_role("vpn-owner", "crm"));
    }
}
