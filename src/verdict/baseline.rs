//! The baseline: what stood when closeloop was adopted. It is shown, fails no run, and only shrinks.

use super::problem::{Problem, ProblemKind, plain};
use super::{Cover, Judged, RuleResult, Verdict};
use crate::config::{Level, Rulebook, belongs_here};
use crate::git::Snapshot;
use crate::population::Population;
use crate::record::{Incident, ProblemKind as FieldFault};
use crate::rules;
use crate::source::{Place, RepoPath, Source, SourceId, Sources, Span};
use crate::text::{NO_ID, Text, bare_field, bare_id, shorten};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// The file that holds it, beside the configuration.
pub const BASELINE_NAME: &str = "closeloop-baseline.json";
/// The version of its format; a change that breaks readers raises it.
const SCHEMA: &str = "closeloop-baseline-1";

/// One finding that a baseline holds: known by its fingerprint alone. The rest is for people and holds no value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The rule.
    pub rule: String,
    /// The incident's id.
    #[serde(default)]
    pub record: Option<String>,
    /// The dotted path of the field.
    #[serde(default)]
    pub field: String,
    /// The fingerprint of the finding.
    pub fingerprint: String,
}

impl Held {
    /// Without what is neither an id nor a key: the cells of a row that lost a quotation mark, for instance.
    fn bare(self) -> Self {
        let record = self.record.map(|record| bare_id(&record).to_owned());
        Self { record, field: bare_field(&self.field), ..self }
    }
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    findings: Vec<Held>,
}

/// What a baseline holds, by fingerprint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    /// The file; `None` where there is none.
    pub path: Option<RepoPath>,
    held: BTreeMap<String, Held>,
}

/// What became of a baseline.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// What it holds now.
    pub baseline: Baseline,
    /// What it held and what is mended.
    pub fixed: Vec<Held>,
    /// Findings that it does not take up, as it only shrinks.
    pub left: usize,
    /// Findings of rules that no waiver may silence, and so no baseline.
    pub refused: usize,
}

impl Baseline {
    /// Reads the baseline that stands beside a configuration, or at the root.
    ///
    /// # Errors
    /// It is there and cannot be used: what it covers must not fail a build by itself, nor be covered unread.
    pub(super) fn read(snapshot: &Snapshot, config: Option<&RepoPath>) -> Result<Self, Box<(Problem, Sources)>> {
        let path = beside(config);
        let Some(entry) = snapshot.entry(path.as_str()) else { return Ok(Self::default()) };
        let fault = |why: &str| Box::new((unusable(&path, why), Sources::default()));
        let bytes =
            snapshot.read(entry).map_err(|_| fault("could not be read: it is no regular file, or too large"))?;
        let text = String::from_utf8(bytes).map_err(|_| fault("is not UTF-8"))?;
        let written = serde_json::from_str::<Written>(text.strip_prefix('\u{feff}').unwrap_or(&text))
            .map_err(|error| at(&path, &text, &error))?;
        if written.schema != SCHEMA {
            return Err(fault(&format!("is of the format {}, and not {SCHEMA}", shorten(&written.schema, 40))));
        }
        let held = written.findings.into_iter().map(|held| (held.fingerprint.clone(), held.bare())).collect();
        Ok(Self { path: Some(path), held })
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether it holds a finding that another one does not.
    pub(super) fn is_beyond(&self, other: &Self) -> bool {
        self.held.keys().any(|fingerprint| !other.holds(fingerprint))
    }

    pub(super) fn holds(&self, fingerprint: &str) -> bool {
        self.held.contains_key(fingerprint)
    }

    /// Whether it holds a finding. An entry that tells its reader of another one covers nothing.
    fn tells_of(&self, finding: &Judged) -> bool {
        let told = held(finding);
        let entry = self.held.get(&finding.fingerprint);
        entry.is_some_and(|entry| (&entry.rule, &entry.record) == (&told.rule, &told.record))
    }

    /// Covers what it holds and what nothing else covers.
    pub(super) fn cover(&self, findings: &mut [Judged], book: &Rulebook) {
        let held = findings.iter_mut().filter(|one| self.tells_of(one) && is_takeable(one, book));
        held.for_each(|finding| finding.cover = Some(Cover::Baseline));
    }

    /// What it holds and what is not found any more, by rules that ran in full and in records that were read in full.
    fn fixed(&self, findings: &[Judged], rules: &[RuleResult], population: &Population) -> Vec<&Held> {
        let ran: HashSet<&str> = rules.iter().filter(|rule| rule.reason.is_none()).map(|rule| &*rule.id).collect();
        let found: HashSet<&str> = findings.iter().filter(|one| one.is_breach()).map(|one| &*one.fingerprint).collect();
        let is_whole = |one: &&Incident| !one.problems.iter().any(|problem| problem.kind == FieldFault::Unreadable);
        let whole = population.incidents.iter().filter(is_whole).filter_map(Incident::id);
        let read: HashSet<Text> = whole.map(Text::new).collect();
        // Which record an id stood for that was none, nobody can say: then all have to be whole.
        let all_whole = population.incidents.iter().all(|one| is_whole(&one));
        let is_read = |held: &Held| match held.record.as_deref() {
            Some(NO_ID) => all_whole,
            Some(id) => read.contains(&Text::new(id)),
            None => true,
        };
        let is_fixed = |held: &&Held| ran.contains(&*held.rule) && is_read(held) && !found.contains(&*held.fingerprint);
        let mut fixed: Vec<&Held> = self.held.values().filter(is_fixed).collect();
        fixed.sort();
        fixed
    }

    /// A remark where it could shrink.
    pub(super) fn remark(&self, findings: &[Judged], rules: &[RuleResult], population: &Population) -> Option<Text> {
        let path = self.path.as_ref()?;
        let fixed = match self.fixed(findings, rules, population).len() {
            0 => return None,
            1 => "1 finding of the baseline is mended".to_owned(),
            n => format!("{n} findings of the baseline are mended"),
        };
        Some(Text::of_run(format!("{fixed}: `closeloop baseline` takes that out of {path}")))
    }

    /// The baseline after a run: at first all that it found, later what it held and what is still there.
    pub fn taken(&self, verdict: &Verdict, book: &Rulebook, population: &Population) -> Taken {
        let loud = verdict.findings.iter().filter(|one| one.is_open() && one.level > Level::Note);
        let (open, refused): (Vec<&Judged>, Vec<&Judged>) = loud.partition(|one| is_takeable(one, book));
        let refused = refused.len();
        if self.path.is_none() {
            let held = open.into_iter().map(|finding| (finding.fingerprint.clone(), held(finding))).collect();
            return Taken {
                baseline: Self { path: Some(beside(population.configuration())), held },
                refused,
                ..Taken::default()
            };
        }
        let fixed = self.fixed(&verdict.findings, &verdict.rules, population);
        let fixed: Vec<Held> = fixed.into_iter().cloned().collect();
        let mut baseline = self.clone();
        fixed.iter().for_each(|held| drop(baseline.held.remove(&held.fingerprint)));
        Taken { baseline, fixed, left: open.len(), refused }
    }

    /// The file, sorted by rule, record and field, with a line end.
    ///
    /// # Errors
    /// None in practice: every value has a JSON form.
    pub fn written(&self) -> Result<String, serde_json::Error> {
        let mut findings: Vec<Held> = self.held.values().cloned().collect();
        findings.sort();
        let written = Written { schema: SCHEMA.to_owned(), findings };
        serde_json::to_string_pretty(&written).map(|text| text + "\n")
    }
}

/// Whether a baseline may hold a finding: a breach that nothing else covers, of a rule that may be waived.
fn is_takeable(finding: &Judged, book: &Rulebook) -> bool {
    let is_waivable = rules::find(&finding.rule).is_none_or(|rule| rule.meta.waivable);
    finding.is_open() && is_waivable && !book.config.rules.non_waivable.contains(&finding.rule)
}

fn held(finding: &Judged) -> Held {
    Held {
        rule: finding.rule.clone(),
        record: finding.record.as_ref().map(ToString::to_string),
        field: finding.field.to_string(),
        fingerprint: finding.fingerprint.clone(),
    }
    .bare()
}

/// The path of the baseline that belongs to a configuration.
fn beside(config: Option<&RepoPath>) -> RepoPath {
    let folder = config.and_then(|path| path.as_str().rsplit_once('/')).map_or("", |(folder, _)| folder);
    RepoPath::new(if folder.is_empty() { BASELINE_NAME.to_owned() } else { format!("{folder}/{BASELINE_NAME}") })
}

fn unusable(path: &RepoPath, why: &str) -> Problem {
    let help = "Take back the last change of the file, or delete it and let `closeloop baseline` write it anew.";
    let problem = plain(ProblemKind::Configuration, Text::of_run(format!("the baseline `{path}` {why}")), help);
    Problem { path: Some(path.clone()), ..problem }
}

/// A mistake in the text of the file, at its place.
fn at(path: &RepoPath, text: &str, error: &serde_json::Error) -> Box<(Problem, Sources)> {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let offset = before + error.column().saturating_sub(1);
    let source = Source::from_text(path.clone(), text);
    let span = source.clamp(Span::at(offset));
    let sources = Sources::new(vec![source]);
    let place = Place::new(SourceId(0), span);
    let start = sources.start(place);
    let error = error.to_string();
    let why = format!("cannot be read: {}", belongs_here(&error).unwrap_or(&error));
    let problem = Problem { place: Some(place), start, ..unusable(path, &why) };
    Box::new((problem, sources))
}
