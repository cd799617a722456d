//! Waivers take effect: the file is read, findings are covered, and what a waiver covers shows whether it is needed and
//! when it came.

use super::problem::{Problem, ProblemKind, config_problem, plain};
use super::settled::judged;
use super::{Cover, Judged};
use crate::config::{Rulebook, WAIVERS_NAME, read_waivers};
use crate::git::{EntryKind, Snapshot, Unread};
use crate::population::Population;
use crate::record::{Site, Waiver, WaiverKey};
use crate::rules::{self, Began, Case, Finding, Nature, Outcome, Ran, Rule, Standards};
use crate::source::{Place, RepoPath, Source, SourceId, Sources};
use crate::text::Text;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The rules that speak of waivers.
pub(super) const INVALID: &str = "invalid-waiver";
const RETROACTIVE: &str = "retroactive-waiver";

/// The rule that speaks of the names of approvers, among others.
const UNKNOWN: &str = "unknown-person";

/// Whether a rule speaks of waivers, and not of what they cover.
pub(super) fn is_about(rule: &str) -> bool {
    [INVALID, RETROACTIVE].contains(&rule)
}

/// Reads `closeloop-waivers.toml` in the folder of a configuration into a population; nothing where there is none.
///
/// # Errors
/// The file is there and is no list of waivers that can be read: a waiver must never be lost in silence.
pub(super) fn take(
    snapshot: &Snapshot,
    book: &Rulebook,
    config: Option<&RepoPath>,
    population: &mut Population,
) -> Result<(), (Vec<Problem>, Sources)> {
    let folder = config.and_then(|path| path.as_str().rsplit_once('/')).map(|(folder, _)| folder);
    let path = folder.map_or_else(|| WAIVERS_NAME.to_owned(), |folder| format!("{folder}/{WAIVERS_NAME}"));
    let Some(entry) = snapshot.entry(&path) else { return Ok(()) };
    let whole = |what: &str, help: &'static str| {
        let sources = Sources::new(vec![Source::from_text(entry.path.clone(), "")]);
        let problem = plain(ProblemKind::Configuration, Text::of_run(format!("`{path}` {what}")), help);
        let place = Some(Place::File(SourceId(0)));
        (vec![Problem { path: Some(entry.path.clone()), place, ..problem }], sources)
    };
    if entry.kind != EntryKind::File {
        let help = "Links are not followed: put the file itself here.";
        return Err(whole("is no regular file, so its waivers could not be read", help));
    }
    let bytes = snapshot.read(entry).map_err(|unread| match unread {
        Unread::TooLarge { .. } => whole("is too large to be read", "Take out the waivers that are over."),
        _ => whole("could not be read", "Check the file, and whether its content is in this clone."),
    })?;
    let is_landed = snapshot.is_landed(entry, &bytes);
    if std::str::from_utf8(&bytes).is_err() {
        return Err(whole("is not UTF-8", "Save the waivers as UTF-8."));
    }
    let source = Source::decode(entry.path.clone(), bytes);
    let copy = Source::from_text(entry.path.clone(), source.text());
    let read = |id: SourceId, source: &Source| read_waivers(id, source, &book.calendar);
    population.take_waivers(source, is_landed, read).map_err(|problems| {
        let sources = Sources::new(vec![copy]);
        let here = |place: Place| Place::new(SourceId(0), place.span());
        let problem = |mut problem: crate::config::ConfigProblem| {
            problem.place = problem.place.map(here);
            config_problem(problem, &sources)
        };
        (problems.into_iter().map(problem).collect::<Vec<_>>(), sources)
    })
}

/// What a waiver covers, as a key that both waivers and findings have.
#[derive(PartialEq, Eq, Hash)]
enum Key<'k> {
    /// All of a rule in a record.
    Record(&'k str, &'k str),
    /// A field of a record, with all below it.
    Field(&'k str, &'k str, &'k str),
    /// The same, by a comment in the file.
    Beside(&'k str, &'k str, &'k str, &'k str),
    /// A line of a file, by a comment next to it.
    Line(&'k str, &'k str, u32),
}

/// The waivers that hold, so that each finding looks up those that cover it.
pub(super) struct Index {
    waivers: Vec<Holding>,
}

/// A waiver that holds, with the words by which findings are known.
struct Holding {
    number: usize,
    rule: String,
    record: String,
    field: Option<String>,
    /// Of a comment: its file, and the line that it stands next to.
    comment: Option<(RepoPath, Option<u32>)>,
}

/// Waivers by what they cover; those that cover the same are together.
pub(super) struct Lookup<'i> {
    keys: HashMap<Key<'i>, usize>,
    same: Vec<Vec<usize>>,
}

impl Index {
    /// The waivers of a case that hold.
    pub(super) fn of(case: &Case<'_>) -> Self {
        let population = case.population();
        let clean = |text: &str| Text::new(text.trim()).as_str().to_owned();
        let holding = |number: usize| {
            let waiver = population.waivers.get(number)?;
            let comment = match waiver.site {
                Site::File(_) => None,
                Site::Comment(beside) => {
                    let source = population.sources.get(waiver.home.source());
                    let line = beside.line.map(|line| source.position(line).line);
                    Some((source.path.clone(), line))
                }
            };
            Some(Holding {
                number,
                rule: clean(waiver.rule.text()?),
                record: clean(waiver.record.text()?),
                field: waiver.field.text().map(clean),
                comment,
            })
        };
        Self { waivers: rules::holding(case).into_iter().filter_map(holding).collect() }
    }

    /// Those of some numbers alone.
    pub(super) fn only(mut self, numbers: &HashSet<usize>) -> Self {
        self.waivers.retain(|waiver| numbers.contains(&waiver.number));
        self
    }

    pub(super) fn lookup(&self) -> Lookup<'_> {
        let mut lookup = Lookup { keys: HashMap::new(), same: Vec::new() };
        for waiver in &self.waivers {
            let (rule, record) = (waiver.rule.as_str(), waiver.record.as_str());
            match (&waiver.comment, waiver.field.as_deref()) {
                (None, None) => lookup.add(Key::Record(rule, record), waiver.number),
                (None, Some(field)) => lookup.add(Key::Field(rule, record, field), waiver.number),
                (Some((path, line)), field) => {
                    let beside = field.map(|field| Key::Beside(path.as_str(), rule, record, field));
                    let line = line.map(|line| Key::Line(path.as_str(), rule, line));
                    beside.into_iter().chain(line).for_each(|key| lookup.add(key, waiver.number));
                }
            }
        }
        lookup
    }
}

impl<'i> Lookup<'i> {
    fn add(&mut self, key: Key<'i>, number: usize) {
        let at = *self.keys.entry(key).or_insert(self.same.len());
        match self.same.get_mut(at) {
            Some(same) => same.push(number),
            None => self.same.push(vec![number]),
        }
    }

    /// The groups of waivers that cover a finding.
    fn groups(&self, finding: &Judged) -> Vec<usize> {
        let (rule, path, field) = (finding.rule.as_str(), finding.path.as_str(), finding.field.as_str());
        let record = finding.record.as_ref().map_or(path, Text::as_str);
        let mut groups: Vec<usize> = Vec::new();
        let mut look = |key: Key<'_>| groups.extend(self.keys.get(&key));
        look(Key::Record(rule, record));
        for field in rules::prefixes(field) {
            look(Key::Field(rule, record, field));
            look(Key::Beside(path, rule, record, field));
        }
        if let Some(start) = finding.start {
            look(Key::Line(path, rule, start.line));
        }
        groups
    }

    /// The waivers of groups, by their number in the population.
    fn all_of(&self, groups: &[usize]) -> Vec<usize> {
        let groups = groups.iter().filter_map(|group| self.same.get(*group));
        let mut all: Vec<usize> = groups.flat_map(|same| same.iter().take(MOST)).copied().collect();
        all.sort_unstable();
        all
    }
}

/// Where more waivers than these cover the same, the rest is not asked.
const MOST: usize = 16;

/// Where a waiver's approver owns what a finding is about: then it does not cover it.
fn owner<'a>(standards: &mut Standards<'a>, waiver: &'a Waiver, finding: &Judged) -> Option<Place> {
    let item = finding.item.as_ref().map(Text::as_str);
    let record = finding.record.as_ref().map_or(finding.path.as_str(), Text::as_str);
    standards.owner(waiver, record, item, finding.field.as_str())
}

/// What waivers turned out to cover.
struct Applied {
    /// The numbers of those that a finding matches.
    matched: HashSet<usize>,
    /// The first breach that began before its waiver came, with when it began.
    late: HashMap<usize, Finding>,
    /// Those that do not cover a finding which they match, as their approver stands at this place as the owner.
    owned: BTreeMap<usize, Place>,
}

/// Covers the findings that somebody answers for, and adds what only the whole run knows of waivers.
pub(super) fn apply(case: &Case<'_>, running: &[&dyn Rule], ran: &[Ran], findings: &mut Vec<Judged>) {
    let population = case.population();
    if population.waivers.is_empty() {
        return;
    }
    let index = Index::of(case);
    let Applied { matched, late, owned } = cover(case, &index, findings);
    let is_whole = |rule: &str| ran.iter().any(|ran| ran.id == rule && ran.outcome.not_run.is_empty());
    let unmatched = index.waivers.iter().filter(|waiver| !matched.contains(&waiver.number));
    let unmatched = unmatched.filter(|waiver| is_whole(&waiver.rule));
    let unmatched = unmatched.filter_map(|waiver| Some(rules::unmatched(case, population.waivers.get(waiver.number)?)));
    let owned = owned.into_iter();
    let owned = owned.filter_map(|(number, place)| Some(rules::owned(case, population.waivers.get(number)?, place)));
    let invalid: Vec<Finding> = unmatched.chain(owned).collect();
    let mut late: Vec<(usize, Finding)> = late.into_iter().collect();
    late.sort_by_key(|(number, _)| *number);
    let late = late.into_iter().map(|(_, finding)| finding).collect();
    for (id, found) in [(INVALID, invalid), (RETROACTIVE, late)] {
        let rule: Vec<&dyn Rule> = running.iter().copied().filter(|rule| rule.id() == id).collect();
        let outcome = Outcome { findings: found, ..Outcome::default() };
        let ran: Vec<Ran> = rule.iter().map(|_| Ran { id: id.to_owned(), outcome: outcome.clone() }).collect();
        findings.extend(judged(&ran, &rule, case.book(), population));
    }
}

fn cover(case: &Case<'_>, index: &Index, findings: &mut [Judged]) -> Applied {
    let waivers = &case.population().waivers;
    let lookup = index.lookup();
    let mut standards = Standards::new(case);
    let mut used: HashSet<usize> = HashSet::new();
    let (mut late, mut owned) = (HashMap::new(), BTreeMap::new());
    // Nobody vouches for the name that stands under a waiver by a waiver.
    let approvers: HashSet<Place> = waivers.iter().map(|waiver| waiver.approver.place()).collect();
    let is_left = |finding: &Judged| {
        let is_approver = finding.rule == UNKNOWN && approvers.contains(&finding.place);
        is_approver || matches!(finding.nature, Nature::Acknowledged { .. })
    };
    for finding in findings.iter_mut().filter(|finding| !is_left(finding)) {
        let groups = lookup.groups(finding);
        used.extend(&groups);
        if finding.nature != Nature::Breach {
            continue;
        }
        let mut covering = None;
        for number in lookup.all_of(&groups) {
            let Some(waiver) = waivers.get(number).filter(|_| covering.is_none()) else { break };
            match owner(&mut standards, waiver, finding) {
                Some(place) => _ = owned.insert(number, place),
                None => covering = Some((number, waiver)),
            }
        }
        let Some((number, waiver)) = covering else { continue };
        finding.cover = covered(waiver);
        if !late.contains_key(&number)
            && let Some(began) = began(case, finding)
        {
            late.extend(rules::retroactive(case, waiver, finding.place, began).map(|finding| (number, finding)));
        }
    }
    let same = lookup.same.iter().enumerate().filter(|(group, _)| used.contains(group));
    Applied { matched: same.flat_map(|(_, numbers)| numbers).copied().collect(), late, owned }
}

fn covered(waiver: &Waiver) -> Option<Cover> {
    let text = |fact: &crate::record::TextFact| fact.text().map(Text::new);
    let (reason, approver) = (text(&waiver.reason)?, text(&waiver.approver)?);
    Some(Cover::Waiver { reason, approver, expires: Some(rules::last_day(waiver)?) })
}

/// When a breach began: after its last day in time, else with the line that it points at.
fn began(case: &Case<'_>, finding: &Judged) -> Option<Began> {
    if let Some(day) = finding.due {
        return Some(Began::After(day));
    }
    let source = case.population().sources.get(finding.place.source());
    let line = match finding.place {
        Place::Text { span, .. } => Some(source.slice(source.line_at(span.start))),
        Place::File(_) => None,
    };
    let position = case.history().ok()?.waived.stood(&source.path, line)?;
    let incident = finding.record.as_ref().and_then(|id| case.population().incident(id.as_str()));
    Some(Began::With(position, incident.and_then(|incident| rules::duties_since(case, incident))))
}

/// A waiver that may be why a finding is not open.
pub(super) struct Candidate {
    pub waiver: Waiver,
    /// Whether its approver is no owner, by the people register of the base as well.
    pub stands: bool,
    /// Whether the base has it not, or not so.
    pub is_added: bool,
}

impl Candidate {
    /// What it is called where it is the reason.
    pub fn told(&self) -> &'static str {
        if self.is_added { "A waiver of this change" } else { "By this people register a waiver" }
    }
}

/// Of each of some findings, the waivers of an index that cover it. The case knows the people register of the base.
pub(super) fn candidates(
    case: &Case<'_>,
    index: &Index,
    added: &HashSet<usize>,
    findings: &[&Judged],
) -> Vec<Vec<Candidate>> {
    let lookup = index.lookup();
    let holding: HashSet<usize> = rules::holding(case).into_iter().collect();
    let mut standards = Standards::new(case);
    let mut candidate = |number: usize, finding: &Judged| {
        let waiver = case.population().waivers.get(number)?;
        let stands = holding.contains(&number) && owner(&mut standards, waiver, finding).is_none();
        Some(Candidate { waiver: waiver.clone(), stands, is_added: added.contains(&number) })
    };
    let of = |finding: &&Judged| {
        let all = lookup.all_of(&lookup.groups(finding)).into_iter();
        all.filter_map(|number| candidate(number, finding)).collect()
    };
    findings.iter().map(of).collect()
}

/// The waivers of a tree that its base has not, or not so: by their number.
pub(super) fn added(base: &Population, head: &Population) -> HashSet<usize> {
    let what = |waiver: &Waiver| {
        let day = |fact: &crate::record::Fact<crate::time::When>| fact.value().map(|when| when.date);
        let approver: Option<Box<str>> = waiver.approver.text().map(Into::into);
        (waiver.key(), day(&waiver.created), day(&waiver.expires), approver)
    };
    let before: HashSet<_> = base.waivers.iter().map(what).collect();
    head.waivers.iter().enumerate().filter(|(_, waiver)| !before.contains(&what(waiver))).map(|(at, _)| at).collect()
}

/// Gives a population that was read from the tree the waivers of its base: those of the base's file, and of its comments
/// those that the tree still has, as the base has them.
pub(super) fn as_in_base(
    snapshot: &Snapshot,
    book: &Rulebook,
    config: Option<&RepoPath>,
    base: &Population,
    population: &mut Population,
) {
    let mut here: HashMap<WaiverKey, Waiver> = HashMap::new();
    for waiver in std::mem::take(&mut population.waivers) {
        here.entry(waiver.key()).or_insert(waiver);
    }
    let comments = base.waivers.iter().filter(|waiver| waiver.is_comment());
    population.waivers = comments.filter_map(|waiver| Some(waiver.moved_to(here.get(&waiver.key())?))).collect();
    // A file of the base that could not be read covers nothing.
    let _ = take(snapshot, book, config, population);
}
