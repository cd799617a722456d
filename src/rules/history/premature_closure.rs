//! A closed record that says itself that something is still open.
//!
//! ## What it checks
//!
//! The record is closed, and its section on closure or recovery says that closure, recovery or the fix is pending,
//! under evaluation or to be decided. It reads headed sections, labels such as `Recovery: …` and two-column tables. What
//! was pending at the time, what is planned beyond the fix, and open actions are left alone. A record whose first
//! version in git was closed already is a note: nobody could follow it while it was open. Measured on labelled sentences: English precision 1.00,
//! recall 0.98; German precision 1.00, recall 1.00.
//!
//! ## Why an auditor cares
//!
//! The review, its duties and all its dates count from closure. If the response still goes on, the record was closed
//! for the figures, and what comes after it is seen by nobody.
//!
//! ## Failing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! ### Recovery
//!
//! The portal is back. The final fix of the renewal job is pending.
//! ```
//!
//! ## Passing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! ### Recovery
//!
//! The portal is back, and the renewal job was mended. A rehearsal of the restore is planned for May.
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add headings to the list `ending`, and words to `target` and `state`. What
//! landed up to `[history] since` was imported, and so may have been closed.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26, A.5.27 and A.5.28; NIST CSF 2.0 RC.RP-06.

use crate::config::Level;
use crate::document::{Passage, PassageKind};
use crate::history::{Field, History};
use crate::prose::{Pending, Sentences};
use crate::record::{Incident, Status};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, Span};
use std::ops::Range;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "premature-closure",
        family: Family::History,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("premature_closure.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let reader = Reader {
        case,
        pending: Pending::new(&case.book().vocabulary),
        sentences: Sentences::new(&case.book().vocabulary),
    };
    for incident in case.incidents().filter(|incident| incident.is_closed()) {
        out.test();
        reader.read(incident, |place| out.find(finding(incident, place)));
        match case.history() {
            Ok(history) => out.findings.extend(born_closed(case, history, incident)),
            Err(why) => out.not_run(why),
        }
    }
    Ok(())
}

struct Reader<'a> {
    case: &'a Case<'a>,
    pending: Pending,
    sentences: Sentences,
}

impl Reader<'_> {
    /// Gives every sentence that says that something is still open.
    fn read(&self, incident: &Incident, mut take: impl FnMut(Place)) {
        let Some(body) = &incident.body else { return };
        let endings: Vec<Span> =
            body.sections.iter().filter(|s| self.pending.is_ending(&s.title)).map(|s| s.content).collect();
        let is_prose = |passage: &&Passage| !matches!(passage.kind, PassageKind::Quote | PassageKind::Code);
        for passage in body.passages.iter().filter(is_prose) {
            let text = self.case.text(Place::new(incident.source, passage.span));
            let label = self.label(text);
            if label > 0 || endings.iter().any(|ending| ending.contains(passage.span)) {
                self.passage(incident, passage, label, &mut take);
            }
        }
        let rows = body.tables.iter().filter(|table| table.header.cells.len() == 2);
        for row in rows.flat_map(|table| std::iter::once(&table.header).chain(&table.rows)) {
            if let [label, value, ..] = row.cells.as_slice()
                && self.pending.is_ending(&label.text)
                && self.pending.is_in_labelled(&label.text, &value.text, &[])
            {
                take(Place::new(incident.source, value.span));
            }
        }
    }

    /// How many bytes a label such as `**Recovery**:` takes; 0 where the passage has none of an ending.
    fn label(&self, text: &str) -> usize {
        let colon = text.find(':').filter(|colon| text.get(..*colon).is_some_and(|label| label.len() < 60));
        let label = colon.and_then(|colon| text.get(..colon));
        match (label, colon) {
            (Some(label), Some(colon)) if self.pending.is_ending(label) => colon + 1,
            _ => 0,
        }
    }

    fn passage(&self, incident: &Incident, passage: &Passage, label: usize, take: &mut impl FnMut(Place)) {
        let span = passage.span.part(label..passage.span.len());
        let text = self.case.text(Place::new(incident.source, span));
        let masked = passage.masked.iter().map(|mask| shifted(*mask, span));
        let named = self.case.text(Place::new(incident.source, passage.span.part(0..label)));
        for (nth, sentence) in self.sentences.of(text, masked).into_iter().enumerate() {
            let label = if nth == 0 { named } else { "" };
            if self.pending.is_in_labelled(label, sentence.text, &sentence.masks) {
                take(Place::new(incident.source, span.part(sentence.range)));
            }
        }
    }
}

/// A masked part, counted from the start of a span.
fn shifted(mask: Span, span: Span) -> Range<usize> {
    let start = span.start as usize;
    (mask.start as usize).saturating_sub(start)..(mask.end as usize).saturating_sub(start)
}

/// A record that git has never seen open.
fn born_closed(case: &Case<'_>, history: &History, incident: &Incident) -> Option<Finding> {
    let record = history.record(incident.id()?)?;
    // An id of two lives belongs to two incidents.
    let [life] = record.lives.as_slice() else { return None };
    let landing = history.landing(life.from);
    let first = record.at(&Field::of_record("status"), life.from).and_then(|value| value.word());
    if first != Some(Status::Closed.name()) || case.imported().is_some_and(|since| landing.day <= since) {
        return None;
    }
    let finding = Finding::of(incident, Level::Note, "status", incident.status.place()).says(
        format!("The first version of the record, in {}, is closed already", landing.name()),
        "Whoever was concerned could not see it while there was something to do about it.",
        "Nothing to mend. Commit the next record when it opens; if there is a reason, say it once under `recorded_late`.",
    );
    let finding = match history.place(case.population().path(incident.source)) {
        Some(place) => finding.seen(place, &landing, "the first version of the record"),
        None => finding,
    };
    let entries = incident.recorded_late.value().into_iter().flatten().filter(|entry| entry.is_complete());
    let names = |entry: &&crate::record::Explanation| {
        entry.fields.items().iter().any(|field| ["closed", "detected", "status"].contains(&field.as_str()))
    };
    let entry = entries.rev().find(names);
    Some(match entry.and_then(|entry| entry.why.text().zip(entry.by.text())) {
        Some((why, by)) => finding.acknowledged("recorded_late", why, by),
        None => finding,
    })
}

fn finding(incident: &Incident, place: Place) -> Finding {
    Finding::of(incident, Level::Warning, "body", place).says(
        "The record is closed, and this sentence says that recovery or the fix is still open",
        "Closed means that the response is over; a reader cannot tell which of the two holds now.",
        "Done by now? Update the sentence. Still open? Set the status back until it is done. A further step after the \
         fix belongs under `actions`.",
    )
}
