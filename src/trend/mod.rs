//! How incidents and what was done about them develop, as one value: for a management review, and for whoever decides
//! about money and priorities.
//!
//! It is filled once from a verdict, its population, its history and its configuration. There is no score in it and no
//! name of a person; what the records do not say is counted as missing.

mod decisions;
mod metrics;
mod model;
mod names;
mod numbers;
mod period;
mod rankings;
mod replay;
mod review;
mod stopped;
mod veil;

pub use model::*;
pub use numbers::number;

use crate::config::Rulebook;
use crate::config::model::PrivacyLevel;
use crate::git::{GitProblem, Snapshot};
use crate::history::History;
use crate::population::Population;
use crate::prose::Secrets;
use crate::record::register::{RegisterKind, Row};
use crate::record::{Action, Fact, Incident, Origin};
use crate::rules::Case;
use crate::text::Text;
use crate::time::When;
use crate::timeline::Day;
use crate::verdict::{Examined, Options, Verdict};
use chrono::NaiveDate;
use names::Names;

/// Opens another commit of the same repository, as the tree under test was opened.
pub type Opening<'a> = &'a dyn Fn(&str) -> Result<Snapshot, GitProblem>;

/// What a page of trends is asked to be about.
pub struct Request<'a> {
    /// The days; without them the time since the review before, or the last quarter that is over.
    pub period: Option<Span>,
    /// The management review that it is for, by its id.
    pub review: Option<&'a str>,
    /// Opens past commits, where the past is judged as well.
    pub replay: Option<Opening<'a>>,
    /// How the tree was judged.
    pub options: &'a Options,
}

/// What every part asks.
struct Teller<'a> {
    verdict: &'a Verdict,
    population: &'a Population,
    book: &'a Rulebook,
    history: &'a History,
    case: Case<'a>,
    as_of: NaiveDate,
    secrets: Secrets,
    names: Names,
}

/// Fills the value; `None` where history was not compared.
pub fn trend(request: &Request<'_>, snapshot: &Snapshot, examined: &Examined) -> Option<Trend> {
    let teller = Teller::new(examined)?;
    let meeting = request.review.map(|id| review::Meeting::of(&teller, id));
    let usual = || meeting.as_ref().map_or_else(|| period::last_quarter(teller.as_of), review::Meeting::period);
    let period = request.period.unwrap_or_else(usual);
    let previous = period.before();
    let (months, window) = stopped::window(&teller, &period);
    let causes = stopped::all(&teller, &window);
    let stopped = stopped::stopped(&teller, &months, &window, &causes);
    let metrics = metrics::metrics(&teller, &period, &previous);
    let Verdict { commit, as_of, config_digest, organisation, .. } = teller.verdict;
    Some(Trend {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit.clone(),
        as_of: Day(*as_of),
        config_digest: config_digest.clone(),
        organisation: organisation.clone(),
        label: teller.book.config.report.label.as_deref().map(Text::new),
        sentence: numbers::sentence(&metrics, &stopped, &period, *as_of, teller.unseen()),
        decisions: decisions::decisions(&teller, &causes),
        numbers: numbers::numbers(&teller, &stopped, &window),
        months: rankings::month_counts(&teller, &period),
        rankings: rankings::rankings(&teller, &period, &previous),
        incidents: teller.lines(&period),
        replay: request.replay.map(|open| replay::replay(&teller, open, examined, request.options)),
        review: meeting.map(|meeting| meeting.input(&teller, &period)),
        notes: teller.notes(&period),
        privacy: PrivacyLevel::Full,
        command: command(request, snapshot, teller.verdict, &period),
        period,
        previous,
        stopped,
        metrics,
    })
}

/// The line that makes it again, from the root of a clone.
fn command(request: &Request<'_>, snapshot: &Snapshot, verdict: &Verdict, period: &Span) -> Text {
    let what = match request.review {
        Some(id) => format!("report --for-review {}", quoted(id)),
        None => "trend".to_owned(),
    };
    let folder = snapshot.prefix();
    let folder = if folder.is_empty() { String::new() } else { format!(" -C {}", quoted(folder)) };
    let at = verdict.commit.as_ref().map_or(String::new(), |commit| format!(" --at {commit}"));
    let replay = if request.replay.is_some() { " --replay" } else { "" };
    let profile = request.options.profile.as_deref();
    let profile = profile.map_or(String::new(), |name| format!(" --profile {}", quoted(name)));
    let (Span { from, to }, as_of) = (period, verdict.as_of);
    Text::new(format!("closeloop {what}{folder}{at} --from {from} --to {to} --as-of {as_of}{profile}{replay}"))
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let fits = !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('-');
    if fits { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

impl<'a> Teller<'a> {
    fn new(examined: &'a Examined) -> Option<Self> {
        let Examined { judgement, book, history } = examined;
        let history = history.as_deref()?;
        let (verdict, population) = (&judgement.verdict, &judgement.population);
        Some(Self {
            verdict,
            population,
            book,
            history,
            case: Case::new(population, book, verdict.as_of, Ok(history)),
            as_of: verdict.as_of,
            secrets: Secrets::new(&book.vocabulary),
            names: Names::of(population),
        })
    }

    /// A text of a record: without what is secret in it, and without the names of people.
    fn say(&self, text: &str) -> Text {
        Text::new(self.names.without(&self.secrets.masked(text)).trim())
    }

    /// What a record calls an incident; its file where it has no id.
    fn name(&self, incident: &Incident) -> Text {
        Text::new(incident.id().unwrap_or_else(|| self.population.path(incident.source).as_str()))
    }

    /// `INC-2026-0003/A1`
    fn name_in(&self, incident: &Incident, item: &str) -> Text {
        Text::new(format!("{}/{item}", self.name(incident)))
    }

    /// The day of a fact, unless it lies in the future.
    fn day(&self, fact: &Fact<When>) -> Option<NaiveDate> {
        let when = fact.value().filter(|when| self.case.has_come(**when))?;
        Some(self.book.calendar.day_of(when))
    }

    /// The incidents that happened here or at a supplier; an exercise is none, and what happened to others is none of
    /// ours.
    fn own(&self) -> impl Iterator<Item = &'a Incident> {
        let happened =
            |incident: &&Incident| !matches!(incident.origin.value(), Some(Origin::Exercise | Origin::External));
        self.case.incidents().filter(happened)
    }

    /// Those that were detected in a period, with their days.
    fn detected(&self, span: &Span) -> Vec<(&'a Incident, NaiveDate)> {
        let dated = self.own().filter_map(|incident| Some((incident, self.day(&incident.detected)?)));
        dated.filter(|(_, day)| span.has(*day)).collect()
    }

    /// Every action of every live record.
    fn actions(&self) -> impl Iterator<Item = (&'a Incident, &'a Action)> {
        let of = |incident: &'a Incident| incident.actions.items().iter().map(move |action| (incident, action));
        self.case.incidents().flat_map(of)
    }

    /// The day of the last review from which duties follow.
    fn reviewed(&self, incident: &'a Incident) -> Option<NaiveDate> {
        self.case.deciding_reviews(incident).map(|(_, when)| when.date).max()
    }

    /// How many actions of an incident are still to be done.
    fn open(&self, incident: &Incident) -> usize {
        incident.actions.items().iter().filter(|action| action.is_open()).count()
    }

    /// The management reviews with a day, in their order.
    fn meetings(&self) -> Vec<(NaiveDate, &'a Row)> {
        let rows = self.population.register(RegisterKind::ManagementReviews).rows.values();
        let day = |row: &Row| row.date("date", &self.book.calendar).and_then(Result::ok).map(|when| when.date);
        let mut held: Vec<(NaiveDate, &Row)> = rows.filter_map(|row| Some((day(row)?, row))).collect();
        held.sort_by_key(|(day, row)| (*day, row.id.place));
        held
    }

    fn lines(&self, period: &Span) -> Vec<IncidentLine> {
        let line = |(incident, day): (&'a Incident, NaiveDate)| IncidentLine {
            id: self.name(incident),
            title: self.say(incident.title.text().unwrap_or_default()),
            class: incident.class().name().to_owned(),
            detected: Day(day),
            reviewed: self.reviewed(incident).map(Day),
            open: self.open(incident),
        };
        let mut lines: Vec<IncidentLine> = self.detected(period).into_iter().map(line).collect();
        lines.sort_by(|a, b| (a.detected, &a.id).cmp(&(b.detected, &b.id)));
        lines
    }

    /// How many records are in no period, as nobody can tell when they were detected.
    fn unseen(&self) -> usize {
        self.own().filter(|incident| self.day(&incident.detected).is_none()).count()
    }

    fn notes(&self, period: &Span) -> Vec<Text> {
        let verdict = self.verdict;
        let mut notes: Vec<Text> = Vec::new();
        if period.to.0 > self.as_of {
            notes.push(Text::of_run(format!("the period is not over: the figures reach up to {}", self.as_of)));
        }
        if !self.population.skipped.is_empty() {
            let count = self.population.skipped.len();
            notes.push(Text::of_run(format!(
                "files among the records that were not read, and are in no figure: {count}"
            )));
        }
        notes.extend(verdict.history.notes.iter().chain(&verdict.notes).cloned());
        notes
    }
}
