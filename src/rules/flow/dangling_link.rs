//! A link to a risk, policy, control, asset, training or management review that no register has.
//!
//! ## What it checks
//!
//! Every id under `links`, every affected asset, every failed control, and the risk that carries an accepted lesson
//! is an entry of its register. A link to a policy may be a policy or a procedure. Where actions are kept as a table,
//! each row names an incident that is recorded. What an action or a decision says it changed is the business of other
//! rules.
//!
//! ## Why an auditor cares
//!
//! Traceability is what auditors look for first: from the incident to the risk, the control, the training, the
//! management review. A link that ends nowhere breaks the trail, and often hides that something was never written.
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
//! links:
//!   risks: [R-21]
//! ```
//!
//! ```csv file=risks/register.csv
//! id,title,owner
//! R-12,Sign-in with a stolen password,eva
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
//! links:
//!   risks: [R-12]
//! ```
//!
//! ```csv file=risks/register.csv
//! id,title,owner
//! R-12,Sign-in with a stolen password,eva
//! ```
//!
//! ## Configuration
//!
//! `[registers.NAME] path, id, columns` say where each register is and which column holds its ids. Links to a register
//! that does not exist are not judged. `[registers.actions]` names the table of actions, where there is one.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.27, 7.5.3 and 8.3; NIST CSF 2.0 ID.IM-03; SOC 2 CC2.1.

use crate::config::Level;
use crate::population::{Presence, clean_path};
use crate::record::register::{RegisterKind, RegisterState};
use crate::record::{Incident, List, Located, nearest};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::text::shorten;
use crate::vocabulary::fold;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "dangling-link",
        family: Family::Flow,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Field("placeholder-text")],
        since: "2026.1",
        waivable: true,
        source: include_str!("dangling_link.rs"),
    },
    check,
};

/// Where ids of one kind are kept.
struct Target {
    /// The register that has to be there, and another one that may be.
    registers: &'static [RegisterKind],
    /// The end of a sentence: `is not in the risk register`.
    place: &'static str,
}

const RISKS: Target = Target { registers: &[RegisterKind::Risks], place: "in the risk register" };
const POLICIES: Target = Target {
    registers: &[RegisterKind::Policies, RegisterKind::Procedures],
    place: "among the policies and procedures",
};
const CONTROLS: Target = Target { registers: &[RegisterKind::Controls], place: "in the Statement of Applicability" };
const TRAINING: Target = Target { registers: &[RegisterKind::Training], place: "in the training register" };
const MEETINGS: Target =
    Target { registers: &[RegisterKind::ManagementReviews], place: "among the management reviews" };
const ASSETS: Target = Target { registers: &[RegisterKind::Assets], place: "in the asset register" };

/// One id that should be in a register.
struct Link<'i> {
    field: String,
    entry: Located<&'i str>,
    target: &'static Target,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    for incident in case.incidents() {
        for link in links(incident) {
            match leads_somewhere(case, &link) {
                Err(why) => out.not_run(why),
                Ok(true) => out.test(),
                Ok(false) => {
                    out.test();
                    out.find(finding(case, incident, &link));
                }
            }
        }
    }
    stray_actions(case, out);
    Ok(())
}

/// Rows of the action register whose incident nobody records: nobody would ever look at them.
fn stray_actions(case: &Case<'_>, out: &mut Outcome) {
    let population = case.population();
    let skipped = population.skipped.iter().map(|file| file.path.as_str());
    let nameless = population.incidents.iter().filter(|incident| incident.id().is_none());
    let unread: Vec<&str> = skipped.chain(nameless.map(|i| population.path(i.source).as_str())).collect();
    let broken = population.register(RegisterKind::Incidents).state == RegisterState::Broken;
    population.register(RegisterKind::Actions).rows.values().for_each(|_| out.test());
    for incident in &population.stray_actions {
        let id = incident.value.trim();
        if !id.is_empty() && (broken || unread.iter().any(|path| path.contains(id))) {
            out.not_run(NotRun("not every incident record could be read".into()));
        } else {
            out.find(stray(case, incident));
        }
    }
}

fn stray(case: &Case<'_>, incident: &Located) -> Finding {
    let id = incident.value.trim();
    let ids = || case.population().incidents.iter().filter_map(Incident::id);
    let (title, help) = if id.is_empty() {
        let help = "Name the incident in the row. Another column holds it? Say so under `[registers.actions] columns`.";
        ("This row of the action register names no incident".to_owned(), help.to_owned())
    } else {
        let help = match ids().find(|known| fold(known) == fold(id)).or_else(|| nearest(id, ids())) {
            Some(known) => format!("Did you mean `{known}`? Else record the incident, or take the row out."),
            None => "Correct the id, record the incident, or take the row out.".to_owned(),
        };
        (format!("`{}` is no recorded incident, so this action belongs to none", shorten(id, 40)), help)
    };
    let why = "An action whose incident is not recorded is judged by nobody and counted nowhere.";
    Finding::at(Level::Error, "incident", incident.place).says(title, why, help)
}

fn links(incident: &Incident) -> Vec<Link<'_>> {
    let links = &incident.links;
    let lists: [(&str, &List, &'static Target); 7] = [
        ("assets", &incident.assets, &ASSETS),
        ("factors.failed_controls", &incident.factors.failed_controls, &CONTROLS),
        ("links.risks", &links.risks, &RISKS),
        ("links.policies", &links.policies, &POLICIES),
        ("links.controls", &links.controls, &CONTROLS),
        ("links.training", &links.training, &TRAINING),
        ("links.management_reviews", &links.management_reviews, &MEETINGS),
    ];
    let listed = lists.into_iter().flat_map(|(field, list, target)| {
        let entries = list.items().iter().enumerate();
        entries.map(move |(index, entry)| Link {
            field: format!("{field}.{index}"),
            entry: Located { value: entry.as_str().trim(), place: entry.place },
            target,
        })
    });
    let said = |link: &Link<'_>| link.entry.value.chars().any(char::is_alphanumeric);
    listed.chain(carried(incident)).filter(said).collect()
}

/// Risks that carry accepted lessons, where the record names one by an id and not in words.
fn carried(incident: &Incident) -> impl Iterator<Item = Link<'_>> {
    incident.lessons.items().iter().filter_map(|lesson| {
        let (risk, place) = lesson.accepted.as_ref()?.risk.found()?;
        let value = risk.trim();
        let is_id = !value.contains(char::is_whitespace)
            && value.contains(|c: char| c.is_ascii_digit())
            && value.contains(char::is_alphabetic);
        let field = format!("{}.accepted.risk", lesson.field);
        is_id.then_some(Link { field, entry: Located { value, place }, target: &RISKS })
    })
}

/// Whether a register has the id; a path of a document that is there counts as well.
fn leads_somewhere(case: &Case<'_>, link: &Link<'_>) -> Result<bool, NotRun> {
    let (id, registers) = (link.entry.value, link.target.registers);
    let population = case.population();
    let is_entry = registers.iter().any(|kind| population.register(*kind).rows.contains_key(id));
    let is_document = || id.contains('/') && population.presence(clean_path(id)) != Presence::Missing;
    if is_entry || is_document() {
        return Ok(true);
    }
    for (index, kind) in registers.iter().enumerate() {
        // An organisation without procedures of their own may still link policies.
        if index == 0 || population.register(*kind).state != RegisterState::Absent {
            case.register(*kind)?;
        }
    }
    Ok(false)
}

fn finding(case: &Case<'_>, incident: &Incident, link: &Link<'_>) -> Finding {
    let help = match suggestion(case, link) {
        Some(id) => format!("Did you mean `{id}`? Else add the entry where it belongs, or take the link out."),
        None => "Correct the id, add the entry where it belongs, or take the link out.".to_owned(),
    };
    Finding::of(incident, Level::Error, &link.field, link.entry.place).says(
        format!("`{}` is not {}", shorten(link.entry.value, 40), link.target.place),
        "A link that leads nowhere ends the trail from the incident to what it should have changed.",
        help,
    )
}

/// The id that was probably meant: one that differs in case, an entry of that name, or the nearest one.
fn suggestion<'c>(case: &Case<'c>, link: &Link<'_>) -> Option<&'c str> {
    let rows = || link.target.registers.iter().flat_map(|kind| case.population().register(*kind).rows.values());
    let wanted = fold(link.entry.value);
    let named = |row: &crate::record::register::Row| {
        let names = [Some(&*row.id.value), row.text("title"), row.text("name")];
        names.into_iter().flatten().any(|name| fold(name) == wanted)
    };
    let same = rows().find(|row| named(row)).map(|row| &*row.id.value);
    // `A.8.5 Secure authentication`: the id with its title behind it.
    let begins = |row: &&crate::record::register::Row| {
        let rest = link.entry.value.strip_prefix(&*row.id.value);
        rest.is_some_and(|rest| rest.starts_with([' ', ':', ',']))
    };
    let same = same.or_else(|| rows().find(begins).map(|row| &*row.id.value));
    same.or_else(|| nearest(link.entry.value, rows().map(|row| &*row.id.value)))
}
