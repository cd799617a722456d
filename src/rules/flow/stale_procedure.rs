//! An incident procedure that is gone, incomplete, not reviewed for long, or at odds with the configuration.
//!
//! ## What it checks
//!
//! The procedure that `[procedure]` names is there; it has the section on learning from incidents, and something
//! stands in it; its `reviewed` date is at most 13 months old; and where it says in a plain sentence within how many
//! days an incident is reviewed, the configuration has the same number.
//!
//! ## Why an auditor cares
//!
//! The procedure is what an organisation is measured by. An auditor reads it first, asks when it was last looked at,
//! and then checks the records against it, not against the settings of a tool.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ```toml file=closeloop.toml
//! [procedure]
//! path = "procedures/PRO-01.md"
//! ```
//!
//! ```markdown file=procedures/PRO-01.md
//! ---
//! id: PRO-01
//! reviewed: 2024-11-20
//! ---
//!
//! Each incident is reviewed within 28 days after its closure.
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Phishing message reported
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ```
//!
//! ```toml file=closeloop.toml
//! [procedure]
//! path = "procedures/PRO-01.md"
//! ```
//!
//! ```markdown file=procedures/PRO-01.md
//! ---
//! id: PRO-01
//! reviewed: 2026-01-12
//! ---
//!
//! Each incident is reviewed within 28 days after its closure.
//! ```
//!
//! ## Configuration
//!
//! `[procedure] path, section` names the procedure and its section; `[thresholds] procedure_reviewed_within` (396 days)
//! says how old its last review may be; `[review.window.CLASS] to` are the windows that are compared.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.24, A.5.37 and 7.5.3; NIST CSF 2.0 ID.IM-04; SOC 2 CC5.3; PCI DSS 4.0.1 12.10.2.

use super::windows::{Deviation, deviations};
use crate::config::Level;
use crate::config::model::Procedure;
use crate::document::{Node, Section};
use crate::population::{Page, Presence};
use crate::record::{nearest, statements, table};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, SourceId};
use crate::text::{Text, shorten};
use crate::time::When;
use crate::vocabulary::fold;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "stale-procedure",
        family: Family::Flow,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Population, Sees::Clock],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("stale_procedure.rs"),
    },
    check,
};

const WHY: &str = "The procedure is what the organisation promised; records are read against it.";

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let Some(procedure) = &case.book().config.procedure else {
        return Err(NotRun("no incident procedure is named under [procedure]".into()));
    };
    out.test();
    let Some(page) = case.population().page(&procedure.path) else {
        return gone(case, procedure, out);
    };
    let section = procedure.section.as_deref().filter(|name| !fold(name).is_empty());
    let found = section.and_then(|name| sections(page).iter().find(|section| is_called(section, name)));
    match (section, found) {
        (Some(name), None) => out.find(lacking(case, page, name)),
        (_, Some(section)) if section.empty => out.find(bare(page, section)),
        _ => {}
    }
    out.findings.extend(age(case, page));
    if let Some(body) = page.document.body.as_ref().filter(|_| section.is_none() || found.is_some()) {
        let text = case.population().sources.get(page.source).text();
        let within = found.map(|section| section.content);
        out.findings.extend(deviations(text, body, within, case.book()).iter().map(|d| deviation(page.source, d)));
    }
    Ok(())
}

fn sections(page: &Page) -> &[Section] {
    page.document.body.as_ref().map_or(&[], |body| &body.sections)
}

/// Whether a heading is the one that is meant; a number before it does not count.
fn is_called(section: &Section, name: &str) -> bool {
    let bare = |text: &str| {
        let folded = fold(text);
        folded.trim_start_matches(|c: char| !c.is_alphabetic()).to_owned()
    };
    fold(&section.title) == fold(name) || bare(&section.title) == bare(name) && !bare(name).is_empty()
}

fn finding(field: &str, place: Place) -> Finding {
    Finding::at(Level::Warning, field, place)
}

/// The place of a key of `[procedure]`.
fn key(case: &Case<'_>, name: &str, page: Option<&Page>) -> Place {
    let source = page.map_or(SourceId(0), |page| page.source);
    case.book().place(&["procedure", name]).unwrap_or(Place::File(source))
}

fn gone(case: &Case<'_>, procedure: &Procedure, out: &mut Outcome) -> Result<(), NotRun> {
    if case.population().presence(&procedure.path) != Presence::Missing {
        return Err(NotRun(Text::of_run(format!("the incident procedure `{}` could not be read", procedure.path))));
    }
    let title = format!("The incident procedure `{}` is not there", shorten(&procedure.path, 50));
    out.find(finding("procedure.path", key(case, "path", None)).says(
        title,
        WHY,
        "Moved? Correct `procedure.path`. Not written yet? A page that says who reviews what, and when, is a start.",
    ));
    Ok(())
}

fn lacking(case: &Case<'_>, page: &Page, name: &str) -> Finding {
    let titles = sections(page).iter().map(|section| &*section.title);
    let help = match nearest(name, titles) {
        Some(title) => format!("Did you mean `{title}`? Correct `procedure.section`, or add the section."),
        None => "Correct `procedure.section`, or add the section to the procedure.".to_owned(),
    };
    let title = format!("The incident procedure has no section `{}`", shorten(name, 44));
    finding("procedure.section", key(case, "section", Some(page))).says(title, WHY, help)
}

fn bare(page: &Page, section: &Section) -> Finding {
    finding("procedure.section", Place::new(page.source, section.heading)).says(
        format!("Nothing stands under `{}` yet", shorten(&section.title, 60)),
        WHY,
        "Say from which severity on an incident is reviewed, by whom, within how many days, and what comes out of it.",
    )
}

/// Whether the last review of the procedure is too long ago, or not stated.
fn age(case: &Case<'_>, page: &Page) -> Option<Finding> {
    let help = "Reviewed since? Set `reviewed` at its top. A review that changes nothing is one too.";
    let Some((when, place)) = reviewed(case, page) else {
        let first = page.document.data.as_ref().and_then(Node::map).and_then(|map| map.entries.first());
        let place = first.map_or(Place::File(page.source), |entry| Place::new(page.source, entry.key_span));
        return Some(finding("reviewed", place).says(
            "The incident procedure does not say when it was last reviewed",
            WHY,
            help,
        ));
    };
    let days = when.days_until(case.as_of());
    let limit = case.book().threshold(|t| &t.procedure_reviewed_within);
    let title = format!("The incident procedure was last reviewed on {when}, {days} days ago");
    (days > limit).then(|| finding("reviewed", place).says(title, WHY, help))
}

/// The day of the last review: in the front matter, or in a table of the text.
fn reviewed(case: &Case<'_>, page: &Page) -> Option<(When, Place)> {
    let book = case.book();
    let columns = book.register(crate::record::register::RegisterKind::Procedures).map(|register| &register.columns);
    let columns = columns.cloned().unwrap_or_default();
    let entries = page.document.data.as_ref().and_then(Node::map).map_or(&[][..], |map| &map.entries);
    let mut named = entries.iter().filter(|e| table::field_of(&e.key, &columns, &book.vocabulary) == "reviewed");
    let field = named.find_map(|entry| {
        let when = book.calendar.read(entry.value.text()?).ok()?;
        Some((when, Place::new(page.source, entry.value.span)))
    });
    field.or_else(|| {
        let told = statements(page.source, page.document.body.as_ref()?, &book.vocabulary);
        let mut days = told.into_iter().filter(|statement| statement.field == "reviewed");
        days.find_map(|statement| Some((book.calendar.read(&statement.text).ok()?, statement.place)))
    })
}

fn deviation(source: SourceId, found: &Deviation) -> Finding {
    let days: Vec<String> = found.configured.iter().map(ToString::to_string).collect();
    let configured = match days.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => days.concat(),
    };
    finding("procedure.windows", Place::new(source, found.span)).says(
        format!("The procedure asks for a review within {} days, closeloop.toml for {configured}", found.stated),
        "Records are judged by the configuration; an auditor judges them by the procedure.",
        "Set `[review.window.CLASS] to` as the procedure has it, or bring the procedure up to date.",
    )
}
