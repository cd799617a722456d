//! What a record says in sentences: its story, and the fields that hold text.

use super::sentences::{quotations, sentences};
use crate::document::PassageKind;
use crate::record::{Fact, Incident, Located, TextFact};
use crate::source::{Place, Sources, Span};
use crate::vocabulary::{Language, Vocabulary};
use std::collections::HashSet;
use std::ops::Range;

/// One sentence of a record.
#[derive(Debug)]
pub struct Sentence<'a> {
    /// The dotted path of the field; `body` for the story.
    pub field: &'a str,
    /// The id of the action or lesson that it belongs to.
    pub item: Option<&'a str>,
    /// The text, as it is meant.
    pub text: &'a str,
    /// Parts of it that are quoted or code, sorted.
    pub masks: Vec<Range<usize>>,
    /// Where it stands.
    pub place: Place,
}

/// One sentence of a text.
#[derive(Debug)]
pub struct Part<'t> {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// The sentence.
    pub text: &'t str,
    /// Parts of it that are quoted or code, counted from its start.
    pub masks: Vec<Range<usize>>,
}

/// A text of a record with its field.
struct Piece<'a> {
    field: String,
    item: Option<&'a str>,
    text: &'a str,
    place: Place,
    masks: Vec<Range<usize>>,
}

/// Divides the text of records into sentences.
#[derive(Debug)]
pub struct Sentences {
    abbreviations: HashSet<String>,
}

impl Sentences {
    /// Knows the abbreviations of all languages.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let words = Language::ALL.iter().flat_map(|&language| vocabulary.words(language, "prose", "abbreviation"));
        Self { abbreviations: words.map(|word| word.to_lowercase()).collect() }
    }

    /// Gives every sentence of a record to `take`: of its fields first, then of its story. Quotations and code of the
    /// story are left out, and texts that are not `worth` to be divided.
    pub fn each(
        &self,
        sources: &Sources,
        incident: &Incident,
        worth: impl Fn(&str) -> bool,
        mut take: impl FnMut(Sentence<'_>),
    ) {
        let mut divide = |piece: Piece<'_>| {
            if worth(piece.text) {
                self.divide(sources, &piece, &mut take);
            }
        };
        fields(incident, &mut divide);
        story(sources, incident, &mut divide);
    }

    /// The sentences of one text, with what is quoted or code in each; `masked` is what is known to be no prose.
    pub fn of<'t>(&self, text: &'t str, masked: impl Iterator<Item = Range<usize>>) -> Vec<Part<'t>> {
        let masks = merged(masked.chain(quotations(text)).collect());
        let ranges = sentences(text, &masks, |word| self.abbreviations.contains(word));
        let part =
            |range: Range<usize>| Some(Part { text: text.get(range.clone())?, masks: within(&masks, &range), range });
        let says = |part: &Part<'_>| part.text.contains(char::is_alphanumeric);
        ranges.into_iter().filter_map(part).filter(says).collect()
    }

    fn divide(&self, sources: &Sources, piece: &Piece<'_>, take: &mut impl FnMut(Sentence<'_>)) {
        for Part { range, text, masks } in self.of(piece.text, piece.masks.iter().cloned()) {
            let place = part(sources, piece.place, text, &range);
            take(Sentence { field: &piece.field, item: piece.item, text, masks, place });
        }
    }
}

/// The paragraphs and items of the story.
fn story<'a>(sources: &'a Sources, incident: &'a Incident, take: &mut impl FnMut(Piece<'a>)) {
    let passages = incident.body.iter().flat_map(|body| &body.passages);
    for passage in passages.filter(|p| !matches!(p.kind, PassageKind::Quote | PassageKind::Code)) {
        let place = Place::new(incident.source, passage.span);
        let start = passage.span.start as usize;
        let shift =
            |mask: &Span| (mask.start as usize).saturating_sub(start)..(mask.end as usize).saturating_sub(start);
        let masks = passage.masked.iter().map(shift).collect();
        take(Piece { field: "body".to_owned(), item: None, text: sources.text(place), place, masks });
    }
}

/// The fields that hold sentences.
fn fields<'a>(incident: &'a Incident, take: &mut impl FnMut(Piece<'a>)) {
    let factors = &incident.factors;
    let texts = [
        ("cause", &incident.cause),
        ("factors.controls", &factors.controls),
        ("factors.detection", &factors.detection),
        ("factors.response", &factors.response),
        ("recurrence.why", &incident.recurrence.why),
        ("elsewhere", &incident.elsewhere),
    ];
    texts.iter().for_each(|(field, fact)| take_fact((*field).to_owned(), None, fact, take));
    for (nth, Located { value, place }) in incident.worked_well.items().iter().enumerate() {
        take(Piece { field: format!("worked_well.{nth}"), item: None, text: value, place: *place, masks: Vec::new() });
    }
    for lesson in incident.lessons.items() {
        take_fact(format!("{}.text", lesson.field), lesson.id.text(), &lesson.text, take);
    }
    for action in incident.actions.items() {
        take_fact(format!("{}.text", action.field), action.id.text(), &action.text, take);
    }
}

fn take_fact<'a>(field: String, item: Option<&'a str>, fact: &'a TextFact, take: &mut impl FnMut(Piece<'a>)) {
    let text = match fact {
        Fact::Stated { value, .. } => value,
        Fact::Declined { reason, .. } => reason,
        _ => return,
    };
    take(Piece { field, item, text, place: fact.place(), masks: Vec::new() });
}

/// Where a part of a text stands: in the text itself, or where its words are found once in what is written; else the
/// whole value.
fn part(sources: &Sources, place: Place, text: &str, range: &Range<usize>) -> Place {
    let written = sources.text(place);
    let at = match written.get(range.clone()) {
        Some(same) if same == text => Some(range.start),
        _ => written.match_indices(text).next().map(|(at, _)| at),
    };
    match (place, at) {
        (Place::Text { source, span }, Some(at)) => Place::new(source, span.part(at..at + text.len())),
        _ => place,
    }
}

/// Ranges in order, overlapping ones as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The ranges inside of another, counted from its start.
fn within(ranges: &[Range<usize>], outer: &Range<usize>) -> Vec<Range<usize>> {
    let first = ranges.partition_point(|range| range.end <= outer.start);
    let inside = ranges.iter().skip(first).take_while(|range| range.start < outer.end);
    inside
        .map(|range| range.start.saturating_sub(outer.start)..range.end.min(outer.end).saturating_sub(outer.start))
        .collect()
}
