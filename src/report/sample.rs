//! Which incidents an auditor looks at in full: a suggestion that anybody can draw again, and the auditor's own list.

use super::parts::{Drawn, Sample};
use super::{Chosen, Request, Teller};
use crate::config::Level;
use crate::record::{Class, Incident};
use crate::rules::Nature;
use crate::text::Text;
use crate::verdict::Judged;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// How many incidents are suggested at most, where nobody says another number.
pub const SAMPLE_SIZE: usize = 1_000;

/// Why an incident is in the sample; the first reason that there is counts, and says who comes first where there is
/// not room for all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Reason {
    Own,
    Major,
    Significant,
    Open(usize),
    Exception(usize),
    Drawn,
}

impl Reason {
    fn says(self) -> Text {
        match self {
            Self::Own => "chosen by the reader of the pack".into(),
            Self::Major => "its class is major".into(),
            Self::Significant => "its class is significant".into(),
            Self::Open(count) => Text::of_run(format!("errors and warnings that nothing covers: {count}")),
            Self::Exception(count) => Text::of_run(format!("findings that are covered or explained: {count}")),
            Self::Drawn => "drawn at random".into(),
        }
    }
}

/// Draws the sample of the incidents of the period; whose sheets are asked questions is filled in later.
pub(super) fn draw(teller: &Teller<'_>, commit: &str, chosen: &[Chosen<'_>]) -> Sample {
    let limit = teller.request.sample_size;
    let mut all: Vec<(Option<Reason>, String, usize)> = chosen
        .iter()
        .enumerate()
        .map(|(at, (incident, _))| (reason(teller, incident), lot(commit, incident.id().unwrap_or_default()), at))
        .collect();
    // Within a reason the lot decides, so that what is cut away is nobody's choice.
    let rank = |reason: Option<Reason>| reason.map_or(9, rank);
    all.sort_by(|a, b| (rank(a.0), &a.1, a.2).cmp(&(rank(b.0), &b.1, b.2)));
    let first_other = all.partition_point(|(reason, ..)| reason.is_some());
    let random = share(all.len() - first_other);
    all.truncate(first_other + random);
    let own = all.partition_point(|(reason, ..)| *reason == Some(Reason::Own));
    let cut = all.len().saturating_sub(own + limit);
    all.truncate(own + limit);
    let mut drawn: Vec<Drawn> = all.iter().filter_map(|(reason, _, at)| one(teller, chosen, *reason, *at)).collect();
    drawn.sort_by_key(|drawn| drawn.at);
    Sample { method: method(limit, random), seed: Text::new(commit), limit, population: chosen.len(), drawn, cut }
}

fn one(teller: &Teller<'_>, chosen: &[Chosen<'_>], reason: Option<Reason>, at: usize) -> Option<Drawn> {
    let (incident, _) = chosen.get(at)?;
    let why = reason.unwrap_or(Reason::Drawn).says();
    let class = Text::from(incident.class().name());
    Some(Drawn { at, id: teller.name(incident), class, why, questions: Vec::new() })
}

/// The order in which reasons are served.
fn rank(reason: Reason) -> u8 {
    match reason {
        Reason::Own => 0,
        Reason::Major => 1,
        Reason::Significant => 2,
        Reason::Open(_) => 3,
        Reason::Exception(_) => 4,
        Reason::Drawn => 5,
    }
}

/// How many of those without any reason are drawn: a tenth, but some, and not many.
fn share(rest: usize) -> usize {
    rest.div_ceil(10).clamp(3, 25).min(rest)
}

/// The lot of an incident: the SHA-256 of the commit and the id. Lower ones are drawn first.
fn lot(commit: &str, id: &str) -> String {
    Sha256::digest(format!("{commit}:{id}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn reason(teller: &Teller<'_>, incident: &Incident) -> Option<Reason> {
    let is_own = |id: &str| teller.request.sample.iter().any(|own| own == id);
    let findings = teller.about(incident);
    let count = |is: fn(&Judged) -> bool| findings.iter().filter(|judged| is(judged)).count();
    let open = count(|judged| judged.is_open() && judged.level >= Level::Warning);
    let exceptions = count(|judged| judged.cover.is_some() || matches!(judged.nature, Nature::Acknowledged { .. }));
    match (incident.class(), open, exceptions) {
        _ if incident.id().is_some_and(is_own) => Some(Reason::Own),
        (Class::Major, ..) => Some(Reason::Major),
        (Class::Significant, ..) => Some(Reason::Significant),
        (_, open, _) if open > 0 => Some(Reason::Open(open)),
        (_, _, exceptions) if exceptions > 0 => Some(Reason::Exception(exceptions)),
        _ => None,
    }
}

fn method(limit: usize, random: usize) -> Vec<Text> {
    vec![
        "Suggested are all significant and major incidents of the period, all with errors or warnings that nothing \
         covers, all with findings that are covered or explained, and some of the others at random. No standard asks \
         for a size: whoever audits decides whether it is enough."
            .into(),
        Text::of_run(format!(
            "At random: {random} of the others, a tenth of them, at least 3 and at most 25. The lot of an incident is the \
             SHA-256 of COMMIT:ID, as printf %s COMMIT:ID | sha256sum gives it; the lowest lots are drawn. The same \
             commit gives the same sample, and nobody can choose it.",
        )),
        Text::of_run(format!(
            "At most {limit} incidents are suggested (--sample-size). Where there are more, major ones come first, \
             then significant ones, those with open findings, those with exceptions, and the random ones."
        )),
        "--sample ID,ID and --sample-file FILE add a list of one's own, which no limit shortens.".into(),
    ]
}

/// Ids of one's own list that no incident of the period has, each with what is wrong with it.
pub(super) fn strangers(teller: &Teller<'_>, request: &Request) -> BTreeMap<String, &'static str> {
    let chosen = teller.chosen();
    let is_there = |id: &str| chosen.iter().any(|(incident, _)| incident.id() == Some(id));
    let why = |id: &str| match teller.population.incident(id) {
        Some(_) => "is outside the period",
        None => "is the id of no record of the commit",
    };
    let strange = request.sample.iter().filter(|id| !is_there(id));
    strange.map(|id| (id.clone(), why(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_drawn_but_some_and_not_many() {
        assert_eq!([0, 2, 3, 30, 31, 100, 9_000].map(share), [0, 2, 3, 3, 4, 10, 25]);
    }

    #[test]
    fn a_lot_is_what_sha256sum_gives() {
        // printf %s abc:INC-1 | sha256sum
        assert_eq!(lot("abc", "INC-1"), "2343e05cd71eec3a75f4da6608902fcecb19ee86b12dcf8f4e843aad73294744");
    }
}
