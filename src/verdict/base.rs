//! The comparison with a base: what is new fails, what was there is shown, and nobody loosens the rules for themselves.

use super::baseline::Baseline;
use super::concealed::conceal;
use super::judge::{Judgement, Options, Reading, judge_beside, rulebook, stated};
use super::loosened::{BASELINE, Loosening, failing, hidden, report};
use super::remembered::{self, Remembered};
use super::settled::{ending, order};
use super::trust::keys;
use super::waivers;
use super::{BaseInfo, ProblemKind, Refusal, Verdict};
use crate::config::{Rulebook, changed_keys};
use crate::git::{Snapshot, TrustedKeys};
use crate::population::{Earlier, Population, build, build_with, mailmap};
use crate::prose::Placeholder;
use crate::rules::{Case, NotRun};
use crate::source::{RepoPath, Source};
use crate::text::Text;
use std::collections::HashMap;

/// Judges a tree and the base that it is compared with, both at the same date.
///
/// # Errors
/// A [`Refusal`] where the configuration cannot be used.
pub fn judge_against(
    snapshot: &Snapshot,
    base: &Snapshot,
    name: &str,
    options: &Options,
) -> Result<Judgement, Box<Refusal>> {
    let read = super::judge::read(snapshot, options).map_err(|mut refusal| {
        refusal.privacy.push(stated(base, options));
        refusal
    });
    let Reading { book, population, baseline, .. } = read?;
    let options = Options { as_of: Some(options.as_of(&book)), ..options.clone() };
    let commit = base.commit().map(|commit| commit.id.as_str());
    let known = remembered::recall((snapshot, &population), base, &book, &options);
    let mut judgement = match known {
        Some(known) => beside_known(snapshot, (known, commit), &book, population, &baseline, &options),
        None => beside(snapshot, base, &book, population, &baseline, &options),
    };
    let verdict = &mut judgement.verdict;
    verdict.base = commit.map(|commit| BaseInfo { name: Text::of_run(name), commit: commit.to_owned() });
    judgement.privacy.push(stated(base, &options));
    verdict.ending = ending(&verdict.problems, &verdict.findings, verdict.fail_on);
    conceal(verdict, &mut judgement.population.sources, &book.vocabulary);
    Ok(judgement)
}

/// Judges a tree whose base was judged by an earlier run, and by the same rules.
fn beside_known(
    snapshot: &Snapshot,
    (known, commit): (Remembered, Option<&str>),
    book: &Rulebook,
    mut population: Population,
    baseline: &Baseline,
    options: &Options,
) -> Judgement {
    let records = known.records.iter().map(|(path, id)| (RepoPath::new(path), id.as_deref()));
    let earlier = Earlier::of(records, commit, &mut population, snapshot);
    let reading = reading(book, population, &TrustedKeys::default(), baseline);
    let mut judgement = judge_beside(snapshot, reading, options, Some(&earlier));
    remembered::keep(book, options, [(snapshot, Remembered::of(&judgement))]);
    mark(&mut judgement.verdict, known.findings.iter().map(|(fingerprint, is_open)| (fingerprint.as_str(), *is_open)));
    judgement
}

/// Reads and judges the base, and judges a tree beside it.
fn beside(
    snapshot: &Snapshot,
    base: &Snapshot,
    book: &Rulebook,
    mut population: Population,
    baseline: &Baseline,
    options: &Options,
) -> Judgement {
    let commit = base.commit().map(|commit| commit.id.as_str());
    let stood = Stood::new(base, options);
    let earlier = stood.as_ref().map(|stood| Earlier::new(&stood.judged.population, commit, &mut population, snapshot));
    // Whoever brings a key must not be witnessed by it: those of the base count.
    let keys = stood.as_ref().map(|stood| stood.keys.clone()).unwrap_or_default();
    let mut judgement = judge_beside(snapshot, reading(book, population, &keys, baseline), options, earlier.as_ref());
    let Some(stood) = stood else {
        mark(&mut judgement.verdict, std::iter::empty());
        let note = "the configuration of the base cannot be used, so every finding counts as new";
        judgement.verdict.notes.push(note.into());
        return judgement;
    };
    let found = [(base, Remembered::of(&stood.judged)), (snapshot, Remembered::of(&judgement))];
    remembered::keep(book, options, found);
    let known = stood.judged.verdict.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding.is_open()));
    mark(&mut judgement.verdict, known);
    loosened(snapshot, base, (book, baseline), &stood, options, &mut judgement);
    judgement
}

fn reading(book: &Rulebook, population: Population, keys: &TrustedKeys, baseline: &Baseline) -> Reading {
    Reading { book: book.clone(), population, keys: keys.clone(), baseline: baseline.clone() }
}

/// What a base was, judged by its own rules.
struct Stood {
    book: Rulebook,
    keys: TrustedKeys,
    baseline: Baseline,
    judged: Judgement,
}

impl Stood {
    /// `None` where its configuration cannot be used: then nothing is known of it, and everything counts as new.
    fn new(base: &Snapshot, options: &Options) -> Option<Self> {
        let (book, config) = rulebook(base, options).ok()?;
        // A baseline that cannot be used covers nothing, and no more than that; nor do waivers.
        let baseline = Baseline::read(base, config.as_ref().map(|source| &source.path)).unwrap_or_default();
        let mut population = build(base, &book, config);
        let path = population.configuration().cloned();
        let _ = waivers::take(base, &book, path.as_ref(), &mut population);
        // A key file that cannot be used makes no witness, and no more than that.
        let keys = keys(base, &book).unwrap_or_default();
        let judged = judge_beside(base, reading(&book, population, &keys, &baseline), options, None);
        Some(Self { book, keys, baseline, judged })
    }
}

/// Says of each finding whether it is new: it was not there, or it was no breach yet, or something covered it. `known`
/// are the findings of the base, and whether they were open.
fn mark<'k>(verdict: &mut Verdict, known: impl Iterator<Item = (&'k str, bool)>) {
    let known: HashMap<&str, bool> = known.collect();
    for finding in &mut verdict.findings {
        let was_open = known.get(finding.fingerprint.as_str());
        finding.is_new = Some(was_open.is_none_or(|was| finding.is_open() && !was));
    }
}

/// Judges the tree by the rules of the base, where they are others, and reports what only they find.
fn loosened(
    snapshot: &Snapshot,
    base: &Snapshot,
    (book, baseline): (&Rulebook, &Baseline),
    stood: &Stood,
    options: &Options,
    judgement: &mut Judgement,
) {
    let rule = super::loosened::RULE;
    let empty = |judged: &Judgement| judged.verdict.problems.iter().any(|p| p.kind == ProblemKind::EmptyPopulation);
    if !super::judge::is_wanted(options, rule) || stood.book.levels.is_off(rule) || empty(&stood.judged) {
        return;
    }
    let config =
        |population: &Population| population.configuration().and_then(|path| source(population, path.as_str()));
    let (before, after) = (config(&stood.judged.population), config(&judgement.population));
    let mut changed = changed_keys(before.as_ref(), after.as_ref());
    let (old_names, new_names) = (mailmap(base), mailmap(snapshot));
    if old_names != new_names {
        changed.push(crate::config::Changed { key: ".mailmap".to_owned(), before: None, after: None });
    }
    if baseline.is_beyond(&stood.baseline) {
        let held = |baseline: &Baseline| Some(baseline.len().to_string());
        let (before, after) = (held(&stood.baseline), held(baseline));
        changed.push(crate::config::Changed { key: BASELINE.to_owned(), before, after });
    }
    let added = waivers::added(&stood.judged.population, &judgement.population);
    // Who is who decides which waivers hold: where the people register says it otherwise, each of them may be new.
    let people = &stood.judged.population.people;
    let waived = match judgement.population.people.is_like(people) {
        true => added.clone(),
        false => (0..judgement.population.waivers.len()).collect(),
    };
    if changed.is_empty() && waived.is_empty() {
        return;
    }
    let rules: Vec<String> = options.rules.iter().filter(|name| *name != rule).cloned().collect();
    let is_alone = rules.is_empty() && !options.rules.is_empty();
    let options = Options { rules, ..options.clone() };
    let own = if is_alone {
        // Asked for alone, the rule still speaks of all others.
        let mut population = build(snapshot, book, config(&judgement.population));
        let path = population.configuration().cloned();
        let _ = waivers::take(snapshot, book, path.as_ref(), &mut population);
        failing(
            &judge_beside(snapshot, reading(book, population, &stood.keys, baseline), &options, None).verdict,
            options.fail_on,
        )
    } else {
        failing(&judgement.verdict, options.fail_on)
    };
    let under = book.under(&stood.book);
    let mut population = build_with(snapshot, &under, after, &old_names);
    let path = stood.judged.population.configuration();
    waivers::as_in_base(base, &under, path, &stood.judged.population, &mut population);
    population.people_before = Some(people.clone());
    let commit = base.commit().map(|commit| commit.id.as_str());
    let earlier = Earlier::new(&stood.judged.population, commit, &mut population, snapshot);
    let strict =
        judge_beside(snapshot, reading(&under, population, &stood.keys, &stood.baseline), &options, Some(&earlier));
    let authors = commit.and_then(|commit| snapshot.authors_since(commit));
    let unread = NotRun("no history is needed to say which waivers hold".into());
    let case = Case::new(&judgement.population, book, judgement.verdict.as_of, Err(&unread));
    let waived = waivers::Index::of(&case).only(&waived);
    judgement.population.people_before = Some(people.clone());
    let case = Case::new(&judgement.population, book, judgement.verdict.as_of, Err(&unread));
    let hidden = hidden(&strict, &own, options.fail_on);
    let candidates = waivers::candidates(&case, &waived, &added, &hidden);
    let baselines = (&stood.baseline, baseline);
    let placeholder = Placeholder::new(&stood.book.vocabulary);
    let before = &stood.judged.population;
    let loosening = Loosening { changed, before, book, base: &stood.book, baselines, authors, placeholder };
    report(&loosening, &strict, hidden.into_iter().zip(candidates).collect(), judgement);
    judgement.verdict.findings.sort_by(|a, b| order(a).cmp(&order(b)));
}

/// The source of a path, once more.
fn source(population: &Population, path: &str) -> Option<Source> {
    let found = population.sources.iter().find(|(_, source)| source.path.as_str() == path)?.1;
    Some(Source::from_text(found.path.clone(), found.text()))
}
