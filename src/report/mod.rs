//! The evidence pack as one value: what was judged, what came out, and what git shows of each incident of a period.
//!
//! It is filled once from a verdict, its population, its history and its configuration. Nothing is judged here that a
//! rule or history did not judge already, and whoever shows the value computes nothing.

mod ageing;
mod annex;
mod audience;
mod checklist;
mod crosswalk;
mod graph;
mod incident;
mod integrity;
mod meetings;
mod model;
mod parts;
mod questions;
mod risks;
mod run;
mod sample;
mod sheet;
mod trace;
mod words;

pub use audience::Audience;
pub use incident::*;
pub use model::*;
pub use parts::*;
pub use sample::SAMPLE_SIZE;

use crate::config::Rulebook;
use crate::git::Snapshot;
use crate::history::History;
use crate::population::Population;
use crate::prose::Secrets;
use crate::record::Incident;
use crate::source::RepoPath;
use crate::text::Text;
use crate::timeline::{self, Day};
use crate::verdict::{Examined, Judged, Verdict};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a pack is asked to be about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The first day of the period.
    pub from: NaiveDate,
    /// The last day of the period.
    pub to: NaiveDate,
    /// The profile that was asked for on the command line.
    pub profile: Option<String>,
    /// The frameworks that were asked for on the command line.
    pub frameworks: Vec<String>,
    /// Ids of one's own sample, sorted and each once.
    pub sample: Vec<String>,
    /// The most incidents that are suggested for the sample.
    pub sample_size: usize,
    /// Who reads it.
    pub audience: Audience,
}

/// What every part of a report asks.
struct Teller<'a> {
    verdict: &'a Verdict,
    population: &'a Population,
    book: &'a Rulebook,
    history: &'a History,
    request: &'a Request,
    secrets: Secrets,
    index: Index,
    listed: meetings::Listed<'a>,
}

/// Fills the report; `None` where there is no commit, or where history was not compared.
pub fn report(request: &Request, snapshot: &Snapshot, examined: &Examined) -> Option<Report> {
    let commit = snapshot.commit()?;
    let teller = Teller::new(request, examined)?;
    let chosen = teller.chosen();
    let mut sample = sample::draw(&teller, &commit.id, &chosen);
    let sheets = sheets(&teller, snapshot, &chosen, &mut sample);
    let (elsewhere, beyond) = teller.elsewhere(&chosen);
    let incidents: Vec<&Incident> = chosen.iter().map(|(incident, _)| *incident).collect();
    let boards = meetings::boards(&teller, &incidents);
    let mut report = Report {
        provenance: run::provenance(&teller, commit, snapshot.prefix()),
        outcome: words::outcome(teller.verdict),
        learned: words::learned(&sheets.all),
        population: run::population(&teller, &chosen),
        rules: run::rules(&teller),
        exceptions: run::exceptions(&teller),
        paper: trace::paper(&sheets.all),
        not_tested: run::limits(&teller),
        ageing: ageing::ageing(&teller, &sheets.all, &chosen),
        integrity: integrity::integrity(&teller),
        unheard: teller.unheard(&chosen, &boards),
        boards,
        roles: annex::roles(&teller),
        configuration: annex::configuration(&teller, snapshot),
        reverse: trace::reverse(&sheets.all, &sheets.risks),
        risks: sheets.risks,
        incidents: sheets.all,
        sample,
        elsewhere,
        beyond,
        crosswalk: crosswalk::crosswalk(&teller, &chosen),
        checklist: Vec::new(),
    };
    report.checklist = checklist::checklist(&report);
    Some(audience::fit(report))
}

/// Ids of one's own sample that no incident of the period has, each with what is wrong with it.
pub fn strangers(request: &Request, examined: &Examined) -> BTreeMap<String, &'static str> {
    Teller::new(request, examined).map_or_else(BTreeMap::new, |teller| sample::strangers(&teller, request))
}

/// An incident of the period, and the day that puts it there; `None` where no day of it can be read.
type Chosen<'a> = (&'a Incident, Option<NaiveDate>);

/// The incidents of the period, and the risks of those of the sample.
struct Sheets {
    all: Vec<Sheet>,
    risks: Vec<RiskLine>,
}

fn sheets(teller: &Teller<'_>, snapshot: &Snapshot, chosen: &[Chosen<'_>], sample: &mut Sample) -> Sheets {
    let Teller { population, book, history, verdict, .. } = *teller;
    let sources = timeline::Sources { snapshot, population, history, book, as_of: verdict.as_of };
    let sampled: HashSet<usize> = sample.drawn.iter().map(|drawn| drawn.at).collect();
    // Of an id that is used twice, history follows one record: the other has no timeline.
    let is_first =
        |incident: &Incident, id: &str| population.incident(id).is_some_and(|first| std::ptr::eq(first, incident));
    let id = |(incident, _): &Chosen<'_>| incident.id().filter(|id| is_first(incident, id)).map(ToOwned::to_owned);
    let ids: Vec<Option<String>> = chosen.iter().map(id).collect();
    let ids: Vec<_> = ids.iter().enumerate().map(|(at, id)| (id.as_deref(), sampled.contains(&at))).collect();
    let lives = timeline::timelines(&sources, &ids);
    let of_sample: Vec<&Incident> = sample.drawn.iter().filter_map(|drawn| Some(chosen.get(drawn.at)?.0)).collect();
    let ratings = risks::Ratings::new(teller, snapshot, &of_sample);
    let mut sheets = Sheets { all: Vec::with_capacity(chosen.len()), risks: Vec::new() };
    let mut drawn = sample.drawn.iter_mut();
    for (at, ((incident, day), life)) in chosen.iter().zip(lives).enumerate() {
        let risks = sampled.contains(&at).then(|| ratings.of(teller, incident));
        let (sheet, questions) = sheet::sheet(teller, incident, *day, life, risks.as_deref());
        if let Some(drawn) = risks.as_ref().and_then(|_| drawn.next()) {
            drawn.questions = questions;
        }
        sheets.risks.extend(risks.into_iter().flatten());
        sheets.all.push(sheet);
    }
    sheets
}

impl<'a> Teller<'a> {
    /// `None` where history was not compared.
    fn new(request: &'a Request, examined: &'a Examined) -> Option<Self> {
        let Examined { judgement, book, history } = examined;
        let history = history.as_deref()?;
        let (verdict, population) = (&judgement.verdict, &judgement.population);
        let secrets = Secrets::new(&book.vocabulary);
        let index = Index::new(&verdict.findings);
        let listed = meetings::listed(population);
        Some(Self { verdict, population, book, history, request, secrets, index, listed })
    }

    /// Significant and major incidents of the period that no management review lists.
    fn unheard(&self, chosen: &[Chosen<'_>], boards: &[BoardLine]) -> Vec<Text> {
        let heard: HashSet<&Text> = boards.iter().flat_map(|board| &board.decisions).map(|(id, _)| id).collect();
        let grave = chosen.iter().filter(|(incident, _)| incident.is_live() && incident.class().is_grave());
        grave.map(|(incident, _)| self.name(incident)).filter(|id| !heard.contains(id)).collect()
    }

    /// A text of a record, without what is secret in it.
    fn say(&self, text: &str) -> Text {
        let mut said = String::with_capacity(text.len());
        let mut at = 0;
        for secret in self.secrets.find(text) {
            if secret.range.start >= at {
                said.push_str(text.get(at..secret.range.start).unwrap_or_default());
                said.push_str("[secret]");
            }
            at = at.max(secret.range.end);
        }
        said.push_str(text.get(at..).unwrap_or_default());
        Text::new(said.trim())
    }

    /// What a record calls an incident; its file where it has no id.
    fn name(&self, incident: &Incident) -> Text {
        Text::new(incident.id().unwrap_or_else(|| self.population.path(incident.source).as_str()))
    }

    /// The incidents that belong to the period: detected or closed in it, or without a day that could be read, so that
    /// none gets lost. In the order of their days.
    fn chosen(&self) -> Vec<Chosen<'a>> {
        let within = |day: &NaiveDate| (self.request.from..=self.request.to).contains(day);
        let choose = |incident: &'a Incident| {
            let day = |fact: &crate::record::Fact<crate::time::When>| {
                fact.value().map(|when| self.book.calendar.day_of(when))
            };
            let days = [day(&incident.detected), day(&incident.closed)];
            let is_undated = days.iter().all(Option::is_none);
            let first = days.into_iter().flatten().find(within);
            (is_undated || first.is_some()).then_some((incident, first))
        };
        let mut chosen: Vec<Chosen<'a>> = self.population.incidents.iter().filter_map(choose).collect();
        chosen.sort_by_cached_key(|(incident, day)| (day.is_none(), *day, self.name(incident)));
        chosen
    }

    /// Findings that are about no incident, and how many are about incidents outside the period.
    fn elsewhere(&self, chosen: &[Chosen<'_>]) -> (Vec<FindingLine>, usize) {
        let of = |incidents: &mut dyn Iterator<Item = &Incident>| -> BTreeSet<usize> {
            incidents.flat_map(|incident| self.index.of(incident, self.population)).collect()
        };
        let shown = of(&mut chosen.iter().map(|(incident, _)| *incident));
        let about_one = of(&mut self.population.incidents.iter());
        let rest = self.verdict.findings.iter().enumerate().filter(|(at, _)| !about_one.contains(at));
        (rest.map(|(_, judged)| finding(judged)).collect(), about_one.difference(&shown).count())
    }

    /// The findings about a record, in their order.
    fn about(&self, incident: &Incident) -> Vec<&'a Judged> {
        self.index.of(incident, self.population).into_iter().filter_map(|at| self.verdict.findings.get(at)).collect()
    }
}

/// Which findings are about which record: by its id, and where they name none by its file.
#[derive(Default)]
struct Index {
    by_id: HashMap<Text, Vec<usize>>,
    by_path: HashMap<RepoPath, Vec<usize>>,
}

impl Index {
    fn new(findings: &[Judged]) -> Self {
        let mut index = Self::default();
        for (at, finding) in findings.iter().enumerate() {
            match &finding.record {
                Some(id) => index.by_id.entry(id.clone()).or_default().push(at),
                None => index.by_path.entry(finding.path.clone()).or_default().push(at),
            }
        }
        index
    }

    fn of(&self, incident: &Incident, population: &Population) -> BTreeSet<usize> {
        let by_id = incident.id().and_then(|id| self.by_id.get(&Text::new(id)));
        let by_path = self.by_path.get(population.path(incident.source));
        by_id.into_iter().chain(by_path).flatten().copied().collect()
    }
}

/// A finding as a line.
fn finding(judged: &Judged) -> FindingLine {
    let line = judged.start.map_or(String::new(), |start| format!(":{}", start.line));
    FindingLine {
        level: judged.level.name().into(),
        rule: Text::of_run(&judged.rule),
        record: judged.record.clone(),
        field: judged.field.clone(),
        place: Text::new(format!("{}{line}", judged.path)),
        message: judged.message.clone(),
        help: judged.help.clone(),
        state: words::state(judged),
    }
}

/// A day, where there is one.
fn day(fact: &crate::record::Fact<crate::time::When>) -> Option<Day> {
    fact.value().map(|when| Day(when.date))
}
