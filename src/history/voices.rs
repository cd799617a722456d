//! Who stands behind a landing: whoever wrote, committed, reviewed or merged it. Asked only of the landings in which an
//! action came to be verified or effective.

use super::chronicle::{Chronicle, LandingKind};
use super::facts::Part;
use super::record::RecordHistory;
use crate::git::{ObjectId, Past, Signature};
use crate::record::{ActionStatus, Outcome};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The trailers by which somebody says that they looked at a change, or made it too.
const TRAILERS: [&str; 4] = ["reviewed-by", "acked-by", "approved-by", "co-authored-by"];

/// The people behind each landing in which a record says of an action that it is verified or effective.
pub(super) fn voices(
    past: &Past<'_>,
    chronicle: &Chronicle,
    records: &BTreeMap<Box<str>, RecordHistory>,
) -> BTreeMap<u32, Vec<Signature>> {
    let positions: BTreeSet<u32> = records.values().flat_map(judged).collect();
    let mut commits: BTreeMap<u32, Vec<ObjectId>> = BTreeMap::new();
    for landing in positions.iter().map(|position| chronicle.landing(*position)) {
        if let (Some(commit), LandingKind::Direct | LandingKind::Merge) = (landing.commit, landing.kind) {
            commits.entry(landing.position).or_default().push(commit);
        }
    }
    let is_merge = |position: &u32| chronicle.landing(*position).kind == LandingKind::Merge;
    if commits.keys().any(is_merge) {
        let mut sides: Vec<(u32, ObjectId)> = chronicle.line.landed.iter().map(|(id, at)| (*at, *id)).collect();
        sides.sort_unstable();
        for (position, commit) in sides.into_iter().filter(|(position, _)| is_merge(position)) {
            if let Some(commits) = commits.get_mut(&position) {
                commits.push(commit);
            }
        }
    }
    let behind = |commits: Vec<ObjectId>| commits.into_iter().flat_map(|commit| of_commit(past, commit)).collect();
    let read: Vec<_> = commits.into_par_iter().map(|(position, commits)| (position, behind(commits))).collect();
    read.into_iter().collect()
}

/// The landings in which a record calls an action verified or effective.
fn judged(record: &RecordHistory) -> impl Iterator<Item = u32> {
    let says = |name: &str, word: &str| match name {
        "status" => word == ActionStatus::Verified.name(),
        "effectiveness.result" => word == Outcome::Effective.name(),
        _ => false,
    };
    let of_actions = record.changes.iter().filter(|change| change.field.part == Part::Actions);
    let judging = of_actions.filter(move |change| {
        let word = change.after.as_ref().and_then(|value| value.word());
        word.is_some_and(|word| says(change.field.name, word))
    });
    judging.map(|change| change.position)
}

fn of_commit(past: &Past<'_>, commit: ObjectId) -> Vec<Signature> {
    let mut people: Vec<Signature> =
        past.people_of(commit).into_iter().flatten().filter(|who| !is_forge(who)).collect();
    people.extend(trailers(&past.message(commit).unwrap_or_default()));
    people
}

/// A forge commits by itself what somebody merged by a button.
fn is_forge(who: &Signature) -> bool {
    who.address.to_lowercase().starts_with("noreply@")
}

/// `Reviewed-by: Ana Brandt <ana@firm.example>`, wherever it stands in the message.
fn trailers(message: &str) -> Vec<Signature> {
    let named = message.lines().filter_map(|line| {
        let (key, who) = line.trim().split_once(':')?;
        TRAILERS.contains(&key.trim().to_lowercase().as_str()).then_some(who)
    });
    named
        .map(|who| {
            let (name, address) = who.split_once('<').unwrap_or((who, ""));
            Signature { name: name.trim().into(), address: address.trim_end().trim_end_matches('>').trim().into() }
        })
        .filter(|who| !who.name.is_empty() || !who.address.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_name_who_looked() {
        let message = "A1 checked\n\nSee below.\n\nReviewed-by: Ben Okafor <ben@x.example>\nco-authored-by: ana\n\
                       Signed-off-by: Eva <eva@x.example>\n";
        let found: Vec<(String, String)> =
            trailers(message).iter().map(|who| (who.name.to_string(), who.address.to_string())).collect();
        assert_eq!(found, [("Ben Okafor".into(), "ben@x.example".into()), ("ana".into(), String::new())]);
        assert!(is_forge(&Signature { name: "GitHub".into(), address: "noreply@github.com".into() }));
    }
}
