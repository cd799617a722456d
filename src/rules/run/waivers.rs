//! Whether a waiver holds: what it needs, how long it may last, and who may not approve it.

use super::approver::{self, Names};
use crate::config::Level;
use crate::population::People;
use crate::prose::Placeholder;
use crate::record::{Fact, Flaw, Incident, Site, TextFact, Waiver, nearest};
use crate::rules::{Case, Family, Finding, OUTCOMES, TABLE};
use crate::source::Place;
use crate::text::{Text, shorten};
use crate::time::days;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// Something that keeps a waiver from covering anything.
pub struct Fault {
    /// The key that is wrong.
    pub key: &'static str,
    /// Where it stands, or should stand.
    pub place: Place,
    /// What is wrong, and what to do.
    pub title: String,
    /// What to do.
    pub help: String,
    /// The name that the approver has in the record.
    pub owner: Option<Place>,
}

impl Fault {
    fn new(key: &'static str, place: Place, title: impl Into<String>, help: impl Into<String>) -> Self {
        Self { key, place, title: title.into(), help: help.into(), owner: None }
    }
}

/// The form of a waiver that is a comment.
const FORM: &str = "`closeloop: allow RULE until DATE by APPROVER: reason`";

/// The waivers that hold, by their number in the population: all others cover nothing.
pub fn holding(case: &Case<'_>) -> Vec<usize> {
    if case.population().waivers.is_empty() {
        return Vec::new();
    }
    let mut standards = Standards::new(case);
    let holds = |(number, waiver)| standards.faults(waiver).is_empty().then_some(number);
    case.population().waivers.iter().enumerate().filter_map(holds).collect()
}

/// What waivers are held against.
pub struct Standards<'a> {
    case: Case<'a>,
    placeholder: Placeholder,
    rules: HashMap<&'a str, Family>,
    never: HashSet<&'a str>,
    /// The records by what findings call them, read when the first one is asked for.
    incidents: Option<HashMap<String, Vec<&'a Incident>>>,
    records: HashMap<String, Owners<'a>>,
    approvers: HashMap<&'a str, Vec<Names>>,
}

/// Who owns what in a record, or in all of one name, by each register that is asked.
#[derive(Default)]
struct Owners<'a> {
    actions: HashMap<&'a str, Vec<Owned>>,
    /// The actions by their id.
    items: HashMap<&'a str, &'a str>,
    lead: Vec<Owned>,
}

/// Somebody who owns something, with the place that says so.
struct Owned {
    names: Vec<Names>,
    place: Place,
}

/// Where an approver stands among the owners.
fn stands(owners: &[Owned], approver: &[Names]) -> Option<Place> {
    let is = |owned: &&Owned| owned.names.iter().zip(approver).any(|(owner, approver)| owner.meets(approver));
    owners.iter().find(is).map(|owned| owned.place)
}

impl<'a> Standards<'a> {
    /// What the waivers of a case are held against.
    pub fn new(case: &Case<'a>) -> Self {
        let config = &case.book().config;
        let own = config.rule.iter().map(|rule| (rule.id.as_str(), Family::Own));
        let rules = TABLE.iter().map(|rule| (rule.meta.id, rule.meta.family));
        let never = TABLE.iter().filter(|rule| !rule.meta.waivable).map(|rule| rule.meta.id);
        let never = never.chain(OUTCOMES.iter().map(|outcome| outcome.id));
        Self {
            case: *case,
            placeholder: Placeholder::new(&case.book().vocabulary),
            rules: rules.chain(own).collect(),
            never: never.chain(config.rules.non_waivable.iter().map(String::as_str)).collect(),
            incidents: None,
            records: HashMap::new(),
            approvers: HashMap::new(),
        }
    }

    /// What is wrong with a waiver; nothing of one that holds.
    pub fn faults(&mut self, waiver: &'a Waiver) -> Vec<Fault> {
        if let Some(fault) = torn(waiver) {
            return vec![fault];
        }
        let mut faults: Vec<Fault> = missing(waiver).collect();
        faults.extend(self.rule(waiver));
        faults.extend(self.words(waiver));
        faults.extend(self.span(waiver));
        faults.extend(self.owned(waiver));
        faults
    }

    fn rule(&self, waiver: &Waiver) -> Option<Fault> {
        let (rule, place) = text(&waiver.rule)?;
        let fault = |title, help: &str| Some(Fault::new("rule", place, title, help));
        if OUTCOMES.iter().any(|outcome| outcome.id == rule) {
            let title = format!("`{rule}` ends a run with exit code 2, and no waiver changes that");
            return fault(title, "Mend what it says, and take the waiver out.");
        }
        if !self.rules.contains_key(rule) {
            let names = self.rules.keys().copied();
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            let help = match nearest(rule, names) {
                Some(name) => format!("Did you mean `{name}`?"),
                None => "`closeloop rules` lists them.".to_owned(),
            };
            return Some(Fault::new("rule", place, format!("There is no rule `{}`", shorten(rule, 60)), help));
        }
        let help = "Mend what the rule finds, and take the waiver out.";
        self.never
            .contains(rule)
            .then(|| Fault::new("rule", place, format!("No waiver may cover `{}`", shorten(rule, 60)), help))
    }

    fn words(&self, waiver: &Waiver) -> Option<Fault> {
        if let Some((reason, place)) = text(&waiver.reason)
            && self.placeholder.is(reason)
        {
            let help = "Say in a sentence why the finding may stand for now.";
            return Some(Fault::new("reason", place, "The reason of this waiver is still to be written", help));
        }
        let (approver, place) = text(&waiver.approver)?;
        let (people, words) = (&self.case.population().people, &self.case.book().vocabulary);
        let help = "Name the person who approved it, or a role that somebody holds.";
        if approver::is_nobody(approver, people, words, &self.placeholder) {
            let title = "This waiver is approved by a group, or by nobody yet";
            return Some(Fault::new("approver", place, title, help));
        }
        let on = waiver.created.value().map_or(self.case.as_of(), |when| when.date);
        approver::has_left(approver, on, people, words).then(|| {
            let title = format!("The approver of this waiver had left by {on}");
            Fault::new("approver", place, title, "Let somebody approve it who is there.")
        })
    }

    /// What is wrong with the days of a waiver: one thing, the plainest.
    fn span(&self, waiver: &Waiver) -> Option<Fault> {
        let today = self.case.as_of();
        let created = waiver.created.found().map(|(when, place)| (when.date, place));
        let (ends, place) = waiver.expires.found().map(|(when, place)| (when.date, place))?;
        if ends < today {
            let ago = days((today - ends).num_days());
            let rule = shorten(text(&waiver.rule).map_or("a rule", |(rule, _)| rule), 34);
            let title = format!("This waiver of {rule} ended on {ends}, {ago} ago");
            let help = "Mended? Take the waiver out. Still to be carried? Somebody approves it again, with a new day.";
            return Some(Fault::new("expires", place, title, help));
        }
        if let Some((created, place)) = created.filter(|(created, _)| *created > today) {
            let title = format!("This waiver begins on {created}, after the day that is judged");
            let help = "Set `created` to the day on which it was approved.";
            return Some(Fault::new("created", place, title, help));
        }
        let most = self.case.book().threshold(|t| &t.waiver_lasts);
        let lasts = (ends - created.map_or(today, |(created, _)| created)).num_days();
        (lasts > most).then(|| {
            let title = format!("This waiver lasts {}; at most {most} are allowed", days(lasts));
            let help = "Choose an earlier day, and decide again then. Not for a while? Agree dates in the record, or \
                        accept the lesson with a risk that carries it.";
            Fault::new("expires", place, title, help)
        })
    }

    /// A waiver that the owner of what it covers approved.
    fn owned(&mut self, waiver: &'a Waiver) -> Option<Fault> {
        let (_, place) = text(&waiver.approver)?;
        let (rule, _) = text(&waiver.rule)?;
        let (record, _) = text(&waiver.record)?;
        let concerns = self.rules.get(rule).is_some_and(|family| matches!(family, Family::Action | Family::Evidence));
        let (owners, approver) = self.sides(waiver, Text::new(record).as_str())?;
        let field = waiver.field.text().map(str::trim);
        let lead = || stands(&owners.lead, approver);
        let owned = match (field.and_then(|field| owners.action(field, None)), field) {
            (Some(action), _) => stands(action, approver),
            (None, None | Some("actions")) if concerns => {
                // Of several the first that stands in the record, for the same result every time.
                let mine = owners.actions.values().filter_map(|action| stands(action, approver));
                mine.min_by_key(|place| place.span().start).or_else(lead)
            }
            _ => lead(),
        };
        let help = "Let somebody else approve it. Nobody else is there? Say so once in closeloop.toml: \
                    `[organisation] independence = \"sole\"`.";
        let title = "This waiver is approved by the owner of what it covers";
        owned.map(|owned| Fault { owner: Some(owned), ..Fault::new("approver", place, title, help) })
    }

    /// Where the approver of a waiver stands as the owner of what a finding is about: then it does not cover the finding.
    /// The record is named by its id, as findings show it, or by the path of its file.
    pub fn owner(&mut self, waiver: &'a Waiver, record: &str, item: Option<&str>, field: &str) -> Option<Place> {
        let (owners, approver) = self.sides(waiver, record)?;
        stands(owners.action(field, item).unwrap_or(&owners.lead), approver)
    }

    /// The owners of a record, and the approver of a waiver; `None` where they may be the same.
    fn sides(&mut self, waiver: &'a Waiver, record: &str) -> Option<(&Owners<'a>, &[Names])> {
        let case = self.case;
        if case.works_alone() {
            return None;
        }
        let (approver, _) = text(&waiver.approver)?;
        let incidents = self.incidents.get_or_insert_with(|| by_name(&case)).get(record)?;
        let approver = self.approvers.entry(approver).or_insert_with(|| names(&case, approver));
        let owners = self.records.entry(record.to_owned()).or_insert_with(|| Owners::of(&case, incidents));
        Some((owners, approver))
    }
}

/// The records by their id, as findings show it; those without one by the path of their file.
fn by_name<'a>(case: &Case<'a>) -> HashMap<String, Vec<&'a Incident>> {
    let mut names: HashMap<String, Vec<&'a Incident>> = HashMap::new();
    for incident in &case.population().incidents {
        let path = || case.population().path(incident.source).as_str();
        let name = incident.id().map_or_else(|| path().to_owned(), |id| Text::new(id.trim()).as_str().to_owned());
        names.entry(name).or_default().push(incident);
    }
    names
}

impl<'a> Owners<'a> {
    fn of(case: &Case<'_>, incidents: &[&'a Incident]) -> Self {
        let owned = |fact: &TextFact| {
            let (owner, place) = text(fact)?;
            Some(Owned { names: names(case, owner), place })
        };
        let mut owners = Self::default();
        for incident in incidents {
            owners.lead.extend(owned(&incident.lead));
            for action in incident.actions.items() {
                owners.actions.entry(action.field.as_str()).or_default().extend(owned(&action.owner));
                owners.items.extend(action.id.text().map(|id| (id, action.field.as_str())));
            }
        }
        owners
    }

    /// The action that a field lies in, or that is meant by its id where no field says more.
    fn action(&self, field: &str, item: Option<&str>) -> Option<&Vec<Owned>> {
        let by_field = prefixes(field).find_map(|field| self.actions.get(field));
        let is_open = || field.is_empty() || field.starts_with("actions");
        let by_item = || self.actions.get(*self.items.get(item.filter(|_| is_open())?)?);
        by_field.or_else(by_item)
    }
}

/// Whom a text names, by the people register and by that of the base.
fn names(case: &Case<'_>, text: &str) -> Vec<Names> {
    let population = case.population();
    let registers: [Option<&People>; 2] = [Some(&population.people), population.people_before.as_ref()];
    let words = &case.book().vocabulary;
    registers.into_iter().flatten().map(|people| Names::of(text, people, words)).collect()
}

/// `actions.A1.due`, `actions.A1` and `actions`: a field, and what it lies in. Fields of the format are not deep.
pub fn prefixes(field: &str) -> impl Iterator<Item = &str> {
    let above = field.match_indices('.').take(16).filter_map(|(at, _)| field.get(..at));
    std::iter::once(field).chain(above)
}

fn text(fact: &TextFact) -> Option<(&str, Place)> {
    fact.text().map(|text| (text.trim(), fact.place()))
}

/// A comment that lacks a part: it is told once, by the first that is missing.
fn torn(waiver: &Waiver) -> Option<Fault> {
    if let Site::Comment(beside) = waiver.site
        && let Some(flaw) = beside.flaw
    {
        let (title, help) = match flaw {
            Flaw::Several => (
                "This comment stands on a line with several fields or items, and covers nothing",
                "Put what it is about on a line of its own, or the waiver into closeloop-waivers.toml.",
            ),
            Flaw::Unclosed => ("This comment does not end, and covers nothing", "Close it with `-->`."),
        };
        return Some(Fault::new("", waiver.home, title, help));
    }
    let missing = match waiver {
        _ if !waiver.is_comment() => return None,
        _ if waiver.rule.is_missing() => "a rule",
        _ if waiver.expires.is_missing() => "`until` and a day",
        _ if waiver.approver.is_missing() => "`by` and a name",
        _ if waiver.reason.is_missing() => "a colon and a reason",
        _ => return None,
    };
    let title = format!("This comment is no whole waiver and covers nothing: it lacks {missing}");
    Some(Fault::new("", waiver.home, title, format!("Write {FORM}.")))
}

/// What a waiver has to say and does not, or not so that it could be read.
fn missing(waiver: &Waiver) -> impl Iterator<Item = Fault> {
    let texts = [
        ("rule", "This waiver names no rule", &waiver.rule),
        ("record", "This waiver names no record", &waiver.record),
        ("reason", "This waiver gives no reason", &waiver.reason),
        ("approver", "This waiver says of nobody who approved it", &waiver.approver),
    ];
    let wrong = |key: &'static str, place| {
        let title = format!("`{key}` of this waiver holds no single text");
        Fault::new(key, place, title, format!("Write one text: `{key} = \"…\"`."))
    };
    let texts = texts.into_iter().filter_map(move |(key, title, fact)| match fact {
        fact if fact.is_missing() => Some(Fault::new(key, fact.place(), title, format!("Add `{key} = \"…\"`."))),
        Fact::Wrong { place, .. } => Some(wrong(key, *place)),
        _ => None,
    });
    let field = match &waiver.field {
        Fact::Wrong { place, .. } => Some(wrong("field", *place)),
        Fact::Empty { place } => Some(Fault::new(
            "field",
            *place,
            "`field` of this waiver is empty",
            "Name the field as the finding does, or take `field` out: then the waiver covers the whole record.",
        )),
        _ => None,
    };
    let ends = waiver.expires.is_missing().then(|| {
        let title = "This waiver has no last day";
        Fault::new("expires", waiver.expires.place(), title, "Add `expires`: the last day on which it holds.")
    });
    let days = [("expires", &waiver.expires), ("created", &waiver.created)];
    let days = days.into_iter().filter_map(|(key, fact)| match fact {
        Fact::Empty { place } if key == "created" => {
            let title = "`created` of this waiver is empty";
            let help = "Write the day on which it was approved, as 2026-09-30, or take `created` out.";
            Some(Fault::new(key, *place, title, help))
        }
        Fact::Wrong { place, .. } => {
            let title = format!("`{}` of this waiver is no day", if waiver.is_comment() { "until" } else { key });
            Some(Fault::new(key, *place, title, "Write a day as 2026-09-30."))
        }
        _ => None,
    });
    texts.chain(field).chain(ends).chain(days)
}

/// A finding about a waiver.
pub(in crate::rules) fn finding(case: &Case<'_>, waiver: &Waiver, level: Level, key: &str, place: Place) -> Finding {
    let record = waiver.record.text().and_then(|id| case.population().incident(id)).and_then(Incident::id);
    let names = [&waiver.rule, &waiver.record, &waiver.field].map(|fact| fact.text().unwrap_or_default());
    let finding = Finding { record: record.map(Into::into), ..Finding::at(level, waiver.path(key), place) };
    finding.keyed(format!("{} {key}", names.join(" ")))
}

/// The last day of a waiver.
pub fn last_day(waiver: &Waiver) -> Option<NaiveDate> {
    waiver.expires.value().map(|when| when.date)
}
