//! The configuration asks for less than before, and nobody approved it.
//!
//! ## What it checks
//!
//! History of `closeloop.toml`: a threshold or a window that lets more pass, a level that went down, a rule that was
//! switched off, a weaker profile, record paths that take less and excludes that take more, a later `[history] since`,
//! a severity word in a lower class, a framework that is not named any more. Values are compared as they are
//! understood, with the defaults where nothing is stated, so that writing a default down changes nothing. Each
//! weakening needs an entry `[[approved_change]]` in the present configuration, whose `by` is no group, no placeholder
//! and nobody whom the people register, where there is one, does not know. What was put right again is left alone, and
//! so is the first configuration that there was. Compared with a base, it also speaks of each finding that a change of
//! the rules, or a waiver, covers in that very change.
//!
//! ## Why an auditor cares
//!
//! A check that can be turned down by those whom it checks is none. Loosening a rule is a decision of management, with a
//! reason and a name.
//!
//! ## Failing example
//!
//! ```toml commit=2026-01-12 file=closeloop.toml
//! [thresholds]
//! unclosed_after = 30
//! ```
//!
//! ```yaml commit=2026-03-02 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: Lost badge
//! status: contained
//! severity: low
//! detected: 2026-06-02
//! ```
//!
//! ```toml commit=2026-05-04 file=closeloop.toml
//! [thresholds]
//! unclosed_after = 90
//! ```
//!
//! ## Passing example
//!
//! ```toml commit=2026-01-12 file=closeloop.toml
//! [thresholds]
//! unclosed_after = 30
//! ```
//!
//! ```yaml commit=2026-03-02 file=incidents/INC-2026-0001.yaml
//! id: INC-2026-0001
//! title: Lost badge
//! status: contained
//! severity: low
//! detected: 2026-06-02
//! ```
//!
//! ```toml commit=2026-05-04 file=closeloop.toml
//! [thresholds]
//! unclosed_after = 90
//!
//! [[approved_change]]
//! key = "thresholds.unclosed_after"
//! from = "30"
//! to = "90"
//! why = "Two of three incidents wait for a supplier, who has 60 days by contract"
//! by = "coo"
//! on = 2026-05-04
//! ```
//!
//! ## Configuration
//!
//! `[[approved_change]] key, from, to, why, by, on`, all of them. For a list, `from` or `to` names the entries that went
//! or came. What landed up to `[history] since` was imported.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 6.3, 7.5.3 and A.5.27; SOC 2 CC8.1.

use super::approver::may_approve;
use crate::config::model::ApprovedChange;
use crate::config::{Level, Strength, load, strengths};
use crate::history::{ConfigVersion, History};
use crate::prose::Placeholder;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, Need, NotRun, Outcome, Repair, Sees, TABLE};
use crate::source::{Place, Source, SourceId};
use crate::text::shorten;
use crate::vocabulary::fold;
use std::collections::{BTreeMap, BTreeSet};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "loosened-rules",
        family: Family::Run,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::History],
        repair: Repair::Explain,
        needs: &[Need::History],
        silenced_by: &[],
        since: "2026.1",
        waivable: false,
        source: include_str!("loosened_rules.rs"),
    },
    check,
};

/// A version of the configuration: where it landed, and what it asks for.
struct Version {
    position: u32,
    asks: BTreeMap<String, Strength>,
}

/// One weakening that still holds.
struct Step<'v> {
    position: u32,
    /// What it was and what it became, as an approval states them.
    from: String,
    to: String,
    before: &'v Strength,
}

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let history = case.history()?;
    let rules = levels_of_rules();
    let versions: Vec<Version> = history.configurations.iter().filter_map(|version| read(version, &rules)).collect();
    versions.iter().skip(1).for_each(|_| out.test());
    let keys: BTreeSet<&str> = versions.iter().flat_map(|version| version.asks.keys()).map(String::as_str).collect();
    let (words, placeholder) = (&case.book().vocabulary, Placeholder::new(&case.book().vocabulary));
    let is_somebodys = |entry: &&ApprovedChange| {
        may_approve(&entry.by, case.population(), words, &placeholder) && !placeholder.is(&entry.why)
    };
    let stated: Vec<&ApprovedChange> = case.book().config.approved_change.iter().filter(is_somebodys).collect();
    for key in keys {
        let steps = weakened(case, history, &versions, key);
        let approvals = stated.iter();
        let open: Vec<&Step<'_>> =
            steps.iter().filter(|step| !approvals.clone().any(|entry| approves(entry, key, step))).collect();
        out.findings.extend(finding(case, history, key, &open));
    }
    Ok(())
}

/// The usual levels of every built-in rule.
pub(in crate::rules) fn levels_of_rules() -> Vec<(&'static str, [Level; 3])> {
    let levels = |rule: &&Builtin| {
        let levels = rule.meta.levels;
        (rule.meta.id, [levels.grave, levels.moderate, levels.minor])
    };
    TABLE.iter().map(levels).collect()
}

/// A version as it is understood; a configuration that is gone asks for the defaults, one that could not be read for
/// nothing that could be compared.
fn read(version: &ConfigVersion, rules: &[(&str, [Level; 3])]) -> Option<Version> {
    let ids: Vec<&str> = rules.iter().map(|(id, _)| *id).collect();
    let source = version.text.as_ref().map(|text| Source::from_text(version.path.clone(), &**text));
    let book = load(source.as_ref().map(|source| (SourceId(0), source)), &ids, None).ok()?;
    Some(Version { position: version.position, asks: strengths(&book, rules) })
}

/// The landings that weakened a key, as far as it is weaker now than before them.
fn weakened<'v>(case: &Case<'_>, history: &History, versions: &'v [Version], key: &str) -> Vec<Step<'v>> {
    let present = versions.last().and_then(|version| version.asks.get(key));
    let pairs = versions.iter().zip(versions.iter().skip(1));
    let steps = pairs.filter_map(|(old, new)| {
        let (before, after) = (old.asks.get(key)?, new.asks.get(key));
        let holds = before.is_weakened_by(after) && before.is_weakened_by(present);
        // Whoever moves the day of the import cannot excuse the move by it.
        let excused = if key == SINCE { imported(before) } else { case.imported() };
        let is_imported = excused.is_some_and(|since| history.landing(new.position).day <= since);
        let (from, to) = before.told(after);
        (holds && !is_imported).then_some(Step { position: new.position, from, to, before })
    });
    steps.collect()
}

const SINCE: &str = "history.since";

fn imported(since: &Strength) -> Option<chrono::NaiveDate> {
    if let Strength::Day(day) = since { *day } else { None }
}

/// Whether an entry of the configuration stands behind a weakening.
fn approves(entry: &ApprovedChange, key: &str, step: &Step<'_>) -> bool {
    let is_told = [&entry.why, &entry.by, &entry.on].iter().all(|text| !text.trim().is_empty());
    let same = |stated: &str, value: &str| fold(stated) == fold(value);
    let names = |stated: &str, entries: &str| entries.split(", ").all(|entry| stated.contains(entry));
    let values = match step.before {
        Strength::Asks(_) => names(&entry.from, &step.from),
        Strength::Forgives(_) => names(&entry.to, &step.to),
        _ => same(&entry.from, &step.from) && same(&entry.to, &step.to),
    };
    is_told && same(&entry.key, key) && values
}

fn finding(case: &Case<'_>, history: &History, key: &str, steps: &[&Step<'_>]) -> Option<Finding> {
    let step = steps.last()?;
    let landing = history.landing(step.position);
    let place = place(case, history, key)?;
    let says = format!(
        "went from {} to {} in {}, and no approval says why",
        shorten(&step.from, 9),
        shorten(&step.to, 9),
        landing.commit.map_or_else(|| "this tree".to_owned(), |commit| commit.short()),
    );
    let key_shown = shorten(key, 87usize.saturating_sub(says.chars().count()));
    let finding = Finding::at(Level::Warning, key, place).keyed(key).says(
        format!("`{key_shown}` {says}"),
        "What is found less often now may have been loosened by those whom it would find.",
        format!(
            "Meant so? `[[approved_change]]` with key = \"{key}\", from = \"{}\", to = \"{}\", why, by, on. By mistake? \
             Put the old value back.",
            step.from, step.to
        ),
    );
    let file = history.whole(case.population().configuration());
    Some(steps.iter().rev().take(5).fold(finding, |finding, step| {
        let landing = history.landing(step.position);
        match file {
            Some(file) => finding.seen(file, &landing, format!("{} became {}", step.from, step.to)),
            None => finding,
        }
    }))
}

/// The value in the present configuration, else the table that would hold it, else the file.
fn place(case: &Case<'_>, history: &History, key: &str) -> Option<Place> {
    // A number or a level may stand beside its source: `{ value = 60, source = "…" }`.
    let path: Vec<&str> = key.split('.').chain(key.starts_with("rules.").then_some("level")).collect();
    let path: Vec<&str> = path.into_iter().chain(key.starts_with("thresholds.").then_some("value")).collect();
    case.book().place(&path).or_else(|| history.whole(case.population().configuration()))
}
