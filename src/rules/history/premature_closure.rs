//! A closed record that says itself that something is still open.
//!
//! ## What it checks
//!
//! The record is closed, and its section on closure or recovery says that closure, recovery or the fix is pending,
//! under evaluation or to be decided. It reads headed sections, labels such as `Recovery: …` and two-column tables. What
//! was pending at the time, what is planned beyond the fix, and open actions are left alone. Once history is read, a
//! record whose first version was closed already is a note. Measured on labelled sentences: English precision 1.00,
//! recall 1.00; German precision 1.00, recall 1.00.
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
//! ## Recovery
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
//! ## Recovery
//!
//! The portal is back, and the renewal job was mended. A rehearsal of the restore is planned for May.
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add headings to the list `ending`, and words to `target` and `state`.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.26, A.5.27 and A.5.28; NIST CSF 2.0 RC.RP-06.

use crate::config::Level;
use crate::document::{Passage, PassageKind};
use crate::prose::{Pending, Sentences};
use crate::record::Incident;
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
        // Whether the first version was closed already.
        case.history().err().into_iter().for_each(|why| out.not_run(why));
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
                && self.pending.is_in(&value.text, &[])
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
        for sentence in self.sentences.of(text, masked) {
            if self.pending.is_in(sentence.text, &sentence.masks) {
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

fn finding(incident: &Incident, place: Place) -> Finding {
    Finding::of(incident, Level::Warning, "body", place).says(
        "The record is closed, and this sentence says that recovery or the fix is still open",
        "Closed means that the response is over; a reader cannot tell which of the two holds now.",
        "Done by now? Update the sentence. Still open? Set the status back until it is done. A further step after the \
         fix belongs under `actions`.",
    )
}
