//! A name that the people register does not know.
//!
//! ## What it checks
//!
//! Every name in a field for people (lead, responders, facilitators, participants, owners, and whoever informed,
//! decided, accepted, checked or approved something) leads to somebody in the people register: by id, full name,
//! address or role, or through `.mailmap`. One finding for each name and field. The approvers of waivers are asked too.
//!
//! ## Why an auditor cares
//!
//! Responsibilities have to be assigned to people who can be asked. A name that nobody can resolve is a typing error,
//! somebody who left, or somebody from outside whose part in the matter should be known.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! lead: anna
//! ```
//!
//! ```yaml file=people/people.yaml
//! - { id: ana, name: Ana Brandt }
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: VPN account takeover
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! lead: Ana Brandt
//! ```
//!
//! ```yaml file=people/people.yaml
//! - { id: ana, name: Ana Brandt }
//! ```
//!
//! ## Configuration
//!
//! `[registers.people] path, columns` name the register; without one the rule is not run.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.2 and 5.3; NIST CSF 2.0 GV.RR-02.

use crate::config::Level;
use crate::population::People;
use crate::record::register::RegisterKind;
use crate::record::{Incident, Named, named, nearest};
use crate::rules::run::waivers;
use crate::rules::{
    Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Related, Repair, Sees, SilencedBy,
};
use crate::vocabulary::fold;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "unknown-person",
        family: Family::People,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[Need::Register(RegisterKind::People)],
        silenced_by: &[
            SilencedBy::Item("unowned-action"),
            SilencedBy::Item("placeholder-text"),
            SilencedBy::Field("invalid-waiver"),
        ],
        since: "2026.1",
        waivable: true,
        source: include_str!("unknown_person.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let mut asked = Asked { people: case.people()?, names: HashMap::default(), hints: HashMap::new() };
    for incident in case.population().incidents.iter().filter(|incident| !incident.is_retired()) {
        // A name that stands in several places of a record, or of one action, is one slip.
        let mut found: HashMap<(Option<&str>, Rc<str>), Option<usize>, FixedState> = HashMap::default();
        for named in named(incident) {
            let Some(name) = asked.name(case, named.name) else { continue };
            match found.entry((named.item, Rc::clone(&name.folded))) {
                Entry::Occupied(first) => {
                    let first = first.get().and_then(|at| out.findings.get_mut(at));
                    if let Some(first) = first.filter(|first| first.place != named.place) {
                        first.related.push(Related {
                            place: named.place,
                            message: "It stands here too".into(),
                            commit: None,
                        });
                    }
                }
                Entry::Vacant(entry) => {
                    out.test();
                    entry.insert((!name.is_known).then_some(out.findings.len()));
                    if !name.is_known {
                        out.find(finding(incident, &named, asked.hint(&name.folded)));
                    }
                }
            }
        }
    }
    for waiver in &case.population().waivers {
        let Some((written, place)) = waiver.approver.found() else { continue };
        let Some(name) = asked.name(case, written) else { continue };
        out.test();
        if !name.is_known {
            let hint = asked.hint(&name.folded);
            let finding = waivers::finding(case, waiver, Level::Warning, "approver", place);
            out.find(says(finding, "approver", hint));
        }
    }
    Ok(())
}

/// What was asked of the register: one distinct name is looked for once.
struct Asked<'a> {
    people: &'a People,
    names: HashMap<&'a str, Option<Name>, FixedState>,
    hints: HashMap<String, Option<&'a str>>,
}

/// A name that may be somebody's.
#[derive(Clone)]
struct Name {
    folded: Rc<str>,
    is_known: bool,
}

impl<'a> Asked<'a> {
    /// What is known of a name; `None` of one that stands where a name is still to come.
    fn name(&mut self, case: &Case<'_>, written: &'a str) -> Option<Name> {
        let people = self.people;
        let look_up = || {
            let folded = fold(written);
            let is_placeholder = folded.is_empty() || case.book().vocabulary.find("placeholder", &folded).is_some();
            (!is_placeholder).then(|| Name { folded: folded.into(), is_known: is_known(people, written) })
        };
        self.names.entry(written).or_insert_with(look_up).clone()
    }

    /// The id of the person whose id or name is nearest to an unknown one. Names themselves are not repeated.
    fn hint(&mut self, folded: &str) -> Option<&'a str> {
        if let Some(known) = self.hints.get(folded) {
            return *known;
        }
        let people = self.people;
        let names = people.iter().flat_map(|p| [(fold(&p.id), &*p.id), (fold(&p.name), &*p.id)]);
        let names: Vec<(String, &str)> = names.collect();
        let best = nearest(folded, names.iter().map(|(name, _)| name.as_str()));
        let hint = best.and_then(|best| names.iter().find(|(name, _)| name == best)).map(|(_, id)| *id);
        self.hints.insert(folded.to_owned(), hint);
        hint
    }
}

/// `ana`, `Ana Brandt`, `Ana Brandt <ana@example>`, `Ana Brandt (network)`, or several of these with `+` or `,` between.
fn is_known(people: &People, text: &str) -> bool {
    is_one(people, text) || {
        let mut parts = text.split(['+', '&', ',', ';', '/']).filter(|part| !fold(part).is_empty()).peekable();
        parts.peek().is_some() && parts.all(|part| is_one(people, part))
    }
}

fn is_one(people: &People, text: &str) -> bool {
    let before = |mark: char| text.split_once(mark).map(|(name, _)| name);
    let address = text.split_once('<').map(|(_, rest)| rest);
    let readings = [Some(text), before('('), before('<'), address];
    readings.into_iter().flatten().any(|reading| people.find(reading).is_some())
}

fn finding(incident: &Incident, named: &Named<'_>, hint: Option<&str>) -> Finding {
    let item = named.item.map(Into::into);
    let finding = Finding { item, ..Finding::of(incident, Level::Warning, named.field.as_str(), named.place) };
    says(finding, &named.field, hint)
}

fn says(finding: Finding, field: &str, hint: Option<&str>) -> Finding {
    let help = match hint {
        Some(id) => format!("Did you mean `{id}`? Else add the person, or the role, to the people register."),
        None => "Correct the name, or add the person, or the role, to the people register.".to_owned(),
    };
    finding.says(
        format!("A name in `{}` is not in the people register", crate::text::shorten(field, 46)),
        "Only a name that leads to a person can be asked, reminded and relied on.",
        help,
    )
}
