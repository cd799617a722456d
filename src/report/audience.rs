//! For whom a pack is. What is not for a reader is not in the value at all, so that no renderer can show it.

use super::incident::Sheet;
use super::model::{Exceptions, Limit, Paper, PopulationPart, Provenance, Report, RuleLine, SourceLine};
use super::parts::{Ageing, Integrity, IntegrityLine, Sample};
use super::words;
use crate::rules;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Who reads a pack.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Whoever examines: everything.
    #[default]
    Auditor,
    /// Top management: everything but sheets, tables for sampling, and the annex.
    Management,
    /// A customer or another stranger: that the process works, in numbers of the program's own words.
    Customer,
}

impl Audience {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Management => "management",
            Self::Customer => "customer",
        }
    }

    /// What a reader is told of what the pack leaves out.
    pub fn says(self) -> Option<&'static str> {
        match self {
            Self::Auditor => None,
            Self::Management => Some(
                "This pack is for management: it leaves out the sheets of single incidents, the tables for sampling, the \
                 list of findings of history and the annex. The pack for the auditor of the same commit has them.",
            ),
            Self::Customer => Some(
                "This pack is for readers outside the organisation. It says what was examined and what git proves, in \
                 numbers. It holds no text of a record, no name, no id of an incident and no finding; whether there are \
                 findings is not told here. The pack for the auditor of the same commit has them.",
            ),
        }
    }
}

/// A report as a reader gets it.
pub(super) fn fit(report: Report) -> Report {
    match report.provenance.audience {
        Audience::Auditor => report,
        Audience::Management => management(report),
        Audience::Customer => customer(report),
    }
}

// Each field is named below: whoever adds one to a report has to say who reads it.

fn management(report: Report) -> Report {
    let Report {
        provenance,
        outcome,
        learned,
        population,
        rules,
        incidents,
        sample,
        reverse,
        risks,
        ageing,
        integrity,
        boards,
        unheard,
        roles: _,
        configuration: _,
        elsewhere,
        beyond,
        exceptions,
        paper,
        not_tested,
        crosswalk,
        checklist: _,
    } = report;
    let mut incidents = incidents;
    incidents.iter_mut().for_each(bare);
    let mut sample = sample;
    sample.drawn.iter_mut().for_each(|drawn| drawn.questions.clear());
    Report {
        provenance,
        outcome,
        learned,
        population: PopulationPart { skipped: Vec::new(), left_out: Vec::new(), ..population },
        rules,
        incidents,
        sample,
        reverse,
        risks,
        ageing,
        integrity: Integrity { findings: Vec::new(), more: 0, ..integrity },
        boards,
        unheard,
        roles: Vec::new(),
        configuration: Vec::new(),
        elsewhere,
        beyond,
        exceptions,
        paper,
        not_tested,
        crosswalk,
        checklist: Vec::new(),
    }
}

/// Takes out what only a sheet shows.
fn bare(sheet: &mut Sheet) {
    sheet.is_sampled = false;
    sheet.facts.clear();
    sheet.reviews.clear();
    sheet.actions.clear();
    sheet.targets.clear();
    sheet.findings.clear();
    sheet.notes.clear();
    sheet.pictures.clear();
}

fn customer(report: Report) -> Report {
    let Report {
        provenance,
        outcome: _,
        learned,
        population,
        rules,
        incidents: _,
        sample: _,
        reverse: _,
        risks: _,
        ageing: _,
        integrity,
        boards: _,
        unheard: _,
        roles: _,
        configuration: _,
        elsewhere: _,
        beyond: _,
        exceptions: _,
        paper: _,
        not_tested: _,
        crosswalk: _,
        checklist: _,
    } = report;
    let rules: Vec<RuleLine> = rules.into_iter().filter_map(examined).collect();
    Report {
        outcome: examined_in_all(&rules),
        provenance: stranger(provenance),
        learned,
        population: counted(population),
        rules,
        incidents: Vec::new(),
        sample: Sample::default(),
        reverse: Vec::new(),
        risks: Vec::new(),
        ageing: Ageing::default(),
        integrity: witnessed(integrity),
        boards: Vec::new(),
        unheard: Vec::new(),
        roles: Vec::new(),
        configuration: Vec::new(),
        elsewhere: Vec::new(),
        beyond: 0,
        exceptions: Exceptions::default(),
        paper: Paper::default(),
        not_tested: words::LIMITS
            .iter()
            .map(|(what, why)| Limit { what: (*what).into(), why: (*why).into() })
            .collect(),
        crosswalk: Vec::new(),
        checklist: Vec::new(),
    }
}

/// How much was looked at.
fn examined_in_all(rules: &[RuleLine]) -> Text {
    let tested: u64 = rules.iter().map(|rule| u64::from(rule.tested)).sum();
    Text::of_run(format!("{} looked at the records of the commit and at their history: {tested} single tests.", {
        words::count(rules.iter().filter(|rule| rule.tested > 0).count(), "rule")
    }))
}

/// A rule of the program as what was examined, without what came out.
fn examined(rule: RuleLine) -> Option<RuleLine> {
    let is_builtin = rules::find(rule.id.as_str()).is_some();
    is_builtin.then(|| RuleLine { state: Text::default(), failed: 0, waived: 0, reason: None, ..rule })
}

/// What the pack was made of, without what names things of the organisation.
fn stranger(provenance: Provenance) -> Provenance {
    Provenance { configuration: None, repository: None, notes: Vec::new(), sample: Vec::new(), ..provenance }
}

/// The incidents of the period in numbers.
fn counted(population: PopulationPart) -> PopulationPart {
    let is_records = |line: &SourceLine| line.name.as_str() == super::run::RECORDS;
    PopulationPart {
        sources: population.sources.into_iter().filter(is_records).collect(),
        classes: population.classes,
        months: population.months,
        ..PopulationPart::default()
    }
}

/// What history was asked and how its days are witnessed, without what came out.
fn witnessed(integrity: Integrity) -> Integrity {
    let question = |line: IntegrityLine| IntegrityLine { open: 0, other: 0, ..line };
    Integrity {
        questions: integrity.questions.into_iter().map(question).collect(),
        grades: integrity.grades,
        ..Integrity::default()
    }
}
