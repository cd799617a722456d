//! What is secret is taken out of a verdict and out of the sources that its places show, whichever rules ran.
//!
//! No renderer has to remember it: behind this step, what is secret is not there any more.

use super::{Cover, Judged, Problem, Verdict};
use crate::prose::{MASK, Secrets};
use crate::rules::Nature;
use crate::source::{Place, SourceId, Sources, Span};
use crate::text::{Origin, Text};
use crate::vocabulary::Vocabulary;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// The shortest piece by which a value that a message shortens is known.
const SHORTEST_PIECE: usize = 4;

/// Takes every secret out of the texts of a verdict, and puts asterisks over it in the files that its places are in.
pub(super) fn conceal(verdict: &mut Verdict, sources: &mut Sources, vocabulary: &Vocabulary) {
    if verdict.findings.is_empty() && verdict.problems.is_empty() {
        return;
    }
    let mut mask = Mask { secrets: Secrets::new(vocabulary), known: HashMap::new() };
    let of_findings = verdict
        .findings
        .iter()
        .flat_map(|finding| std::iter::once(finding.place).chain(finding.related.iter().map(|related| related.place)));
    let places = of_findings.chain(verdict.problems.iter().filter_map(|problem| problem.place));
    let shown: BTreeSet<SourceId> = places.map(Place::source).collect();
    mask.veil(&shown.into_iter().collect::<Vec<_>>(), sources);
    verdict.findings.par_iter_mut().for_each(|finding| mask.finding(finding, sources));
    // What a rule alone knows for a secret.
    for finding in verdict.findings.iter().filter(|finding| finding.is_secret) {
        if sources.text(finding.place).contains(|c| c != '*') {
            sources.veil(finding.place);
        }
    }
    verdict.problems.iter_mut().for_each(|problem| mask.problem(problem, sources));
    let reasons = verdict.rules.iter_mut().filter_map(|rule| rule.reason.as_mut());
    let records = verdict.open_actions.iter_mut().flatten().map(|action| &mut action.record);
    let notes = verdict.notes.iter_mut().chain(&mut verdict.history.notes);
    reasons.chain(records).chain(notes).for_each(|text| mask.text(text, &[]));
}

/// Finds what is secret, and knows what the files hold of it.
struct Mask {
    secrets: Secrets,
    /// Where values begin in their files, and the values.
    known: HashMap<SourceId, Vec<(u32, String)>>,
}

impl Mask {
    fn veil(&mut self, shown: &[SourceId], sources: &mut Sources) {
        let secrets = &self.secrets;
        let spans = |id: &SourceId| {
            let found = secrets.find(sources.get(*id).text()).into_iter().map(|secret| secret.range);
            (*id, found.map(|range| Span::new(range.start, range.end)).collect::<Vec<_>>())
        };
        let found: Vec<_> = shown.par_iter().map(spans).filter(|(_, spans)| !spans.is_empty()).collect();
        for (id, spans) in found {
            let value = |span: &Span| (span.start, Text::new(sources.get(id).slice(*span)).to_string());
            self.known.insert(id, spans.iter().map(value).collect());
            sources.veil_all(id, &spans);
        }
    }

    /// The values on the lines of a place: those that a text about it may quote.
    fn near(&self, place: Place, sources: &Sources) -> &[(u32, String)] {
        let Some(known) = self.known.get(&place.source()) else { return &[] };
        let (source, span) = (sources.get(place.source()), place.span());
        let (start, end) = (source.line_at(span.start).start, source.line_at(span.end).end);
        let at = |offset: u32| known.partition_point(|(start, _)| *start < offset);
        known.get(at(start)..at(end)).unwrap_or_default()
    }

    fn finding(&self, finding: &mut Judged, sources: &Sources) {
        let places: Vec<Place> =
            std::iter::once(finding.place).chain(finding.related.iter().map(|related| related.place)).collect();
        let near = places.into_iter().flat_map(|place| self.near(place, sources));
        let known: Vec<&str> = near.map(|(_, value)| value.as_str()).collect();
        let mut texts = vec![&mut finding.message, &mut finding.why, &mut finding.help, &mut finding.field];
        texts.extend(finding.record.iter_mut().chain(&mut finding.item));
        texts.extend(finding.related.iter_mut().map(|related| &mut related.message));
        if let Nature::Acknowledged { why, by, .. } = &mut finding.nature {
            texts.extend([why, by]);
        }
        if let Some(Cover::Waiver { reason, approver, .. }) = &mut finding.cover {
            texts.extend([reason, approver]);
        }
        texts.into_iter().for_each(|text| self.text(text, &known));
    }

    fn problem(&self, problem: &mut Problem, sources: &Sources) {
        let near = problem.place.map_or(&[][..], |place| self.near(place, sources));
        let known: Vec<&str> = near.iter().map(|(_, value)| value.as_str()).collect();
        self.text(&mut problem.message, &known);
        self.text(&mut problem.help, &known);
    }

    /// Masks what looks like a secret, and what its file holds as one.
    fn text(&self, text: &mut Text, known: &[&str]) {
        if text.origin() == Origin::Program {
            return;
        }
        let mut shown = text.as_str().to_owned();
        known.iter().for_each(|value| shown = without(&shown, value));
        shown = self.secrets.masked(&shown);
        if shown != text.as_str() {
            *text = text.with(shown);
        }
    }
}

/// A text without a value, nor the pieces that are left where the text was shortened within it.
fn without(text: &str, value: &str) -> String {
    let shown = text.replace(value, MASK);
    if !shown.contains('…') {
        return shown;
    }
    let cuts = value.char_indices().map(|(at, _)| at);
    let pieces = cuts.clone().rev().map(|at| format!("{}…", &value[..at]));
    let pieces = pieces.chain(cuts.map(|at| format!("…{}", &value[at..])));
    let long = pieces.filter(|piece| piece.chars().count() > SHORTEST_PIECE);
    long.fold(shown, |shown, piece| shown.replace(&piece, MASK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_goes_whole_and_in_the_pieces_of_a_shortened_text() {
        assert_eq!(without("is Sommer2024! and", "Sommer2024!"), "is [secret] and");
        assert_eq!(without("the password is Somm…", "Sommer2024!"), "the password is [secret]");
        assert_eq!(without("`The pass…er2024! now`", "Sommer2024!"), "`The pass[secret] now`");
        assert_eq!(without("So… it goes", "Sommer2024!"), "So… it goes");
    }
}
