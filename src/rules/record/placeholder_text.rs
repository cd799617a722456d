//! A placeholder where an answer should be.
//!
//! ## What it checks
//!
//! A field that a rule needs holds `TBD`, `TODO`, a dash, a lone `n/a`, the unchanged prompt of a template, or `none:`
//! without a reason; or the story has a heading for such a field with nothing under it, and no key states the field
//! either. `n/a: reason` and `none: reason` are answers. A due date without a day is left to `undated-action`. In a
//! record that is not closed it is a note, and so is an empty section of a minor incident. Measured on labelled
//! sentences: English precision 1.00, recall 1.00; German precision 1.00, recall 1.00.
//!
//! ## Why an auditor cares
//!
//! A filled-in form is read as an answer by whoever counts forms. A closed record with `TBD` in it shows that nobody
//! read it before it was closed.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! cause: TBD
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Outage of the booking portal
//! status: closed
//! severity: medium
//! detected: 2026-03-02
//! closed: 2026-03-10
//! cause: Certificates are renewed by hand, and the reminder went to a mailbox that nobody reads.
//! factors:
//!   response: "n/a: the portal came back by itself before anybody was called"
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add words to the lists `unwritten`, `prompt` and `marker`, and headings to
//! the fields.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 7.5.2, 10.2 and A.5.27.

use crate::config::Level;
use crate::document::Section;
use crate::prose::Placeholder;
use crate::record::{Change, Class, Explanation, Fact, Incident, List, TextFact};
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::source::Place;
use crate::text::shorten;
use std::fmt::Display;

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "placeholder-text",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("unreadable-record"), SilencedBy::Item("invalid-date")],
        since: "2026.1",
        waivable: true,
        source: include_str!("placeholder_text.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let placeholder = Placeholder::new(&case.book().vocabulary);
    for incident in case.incidents() {
        out.test();
        let mut look = Look { placeholder: &placeholder, incident, found: Vec::new() };
        look.at_fields();
        look.at_reviews_and_lessons();
        look.at_actions();
        look.at_decisions();
        look.at_sections(case);
        look.found.into_iter().for_each(|finding| out.find(finding));
    }
    Ok(())
}

/// A look through the fields of one incident.
struct Look<'a> {
    placeholder: &'a Placeholder,
    incident: &'a Incident,
    found: Vec<Finding>,
}

impl Look<'_> {
    fn at_fields(&mut self) {
        let incident = self.incident;
        let texts = [
            ("title", &incident.title),
            ("lead", &incident.lead),
            ("cause", &incident.cause),
            ("elsewhere", &incident.elsewhere),
        ];
        texts.iter().for_each(|(field, fact)| self.text(field, None, fact));
        let factors = &incident.factors;
        let lenses =
            [("controls", &factors.controls), ("detection", &factors.detection), ("response", &factors.response)];
        lenses.iter().for_each(|(lens, fact)| self.text(format_args!("factors.{lens}"), None, fact));
        self.text("recurrence.why", None, &incident.recurrence.why);
        self.list("worked_well", None, &incident.worked_well);
        self.list("responders", None, &incident.responders);
        self.list("assets", None, &incident.assets);
        self.list("causes", None, &incident.causes);
        self.word("effectiveness", None, &incident.effectiveness);
        let days = [
            ("occurred", &incident.occurred),
            ("detected", &incident.detected),
            ("contained", &incident.contained),
            ("recovered", &incident.recovered),
            ("closed", &incident.closed),
        ];
        days.iter().for_each(|(field, fact)| self.word(field, None, fact));
        self.explanation("no_lessons", incident.no_lessons.as_deref());
        self.explanation("dismissed", incident.dismissed.as_deref());
    }

    fn at_reviews_and_lessons(&mut self) {
        for review in self.incident.reviews.items() {
            self.word(format_args!("{}.date", review.field), None, &review.date);
            self.text(format_args!("{}.facilitator", review.field), None, &review.facilitator);
            self.text(format_args!("{}.output", review.field), None, &review.output);
            for (nth, participant) in review.participants.items().iter().enumerate() {
                self.value(
                    format_args!("{}.participants.{nth}", review.field),
                    None,
                    &participant.name,
                    participant.place,
                );
            }
        }
        for lesson in self.incident.lessons.items() {
            let item = lesson.id.text();
            self.task(format_args!("{}.text", lesson.field), item, &lesson.text);
            self.word(format_args!("{}.kind", lesson.field), item, &lesson.kind);
            if let Some(accepted) = &lesson.accepted {
                self.text(format_args!("{}.accepted.by", lesson.field), item, &accepted.by);
                self.text(format_args!("{}.accepted.reason", lesson.field), item, &accepted.reason);
            }
        }
    }

    fn at_actions(&mut self) {
        for action in self.incident.actions.items() {
            let item = action.id.text();
            let field = &action.field;
            self.task(format_args!("{field}.text"), item, &action.text);
            self.text(format_args!("{field}.owner"), item, &action.owner);
            self.word(format_args!("{field}.kind"), item, &action.kind);
            self.word(format_args!("{field}.status"), item, &action.status);
            self.word(format_args!("{field}.completed"), item, &action.completed);
            self.list(format_args!("{field}.evidence"), item, &action.evidence);
            for (nth, change) in action.changes.items().iter().enumerate() {
                if let Change::Target(target) = change {
                    self.value(format_args!("{field}.changes.{nth}"), item, &target.value, target.place);
                }
            }
            self.text(format_args!("{field}.effectiveness.how"), item, &action.effectiveness.how);
            self.word(format_args!("{field}.effectiveness.result"), item, &action.effectiveness.result);
        }
    }

    fn at_decisions(&mut self) {
        let decisions = &self.incident.decisions;
        let all = [
            ("policy", &decisions.policy),
            ("control", &decisions.control),
            ("awareness", &decisions.awareness),
            ("risk", &decisions.risk),
        ];
        for (name, decision) in all {
            self.text(format_args!("decisions.{name}.no_change"), None, &decision.no_change);
        }
    }

    /// Headings of fields that no key states, with nothing under them.
    fn at_sections(&mut self, case: &Case<'_>) {
        let Some(body) = &self.incident.body else { return };
        let named = |section: &Section| self.missing_field(case, &section.title);
        let sections: Vec<(&Section, String)> = body.sections.iter().filter_map(|s| Some((s, named(s)?))).collect();
        for (section, field) in &sections {
            let is_told = sections.iter().any(|(other, same)| same == field && !other.empty && *other != *section);
            let held = || body.passages.iter().filter(|passage| section.content.contains(passage.span));
            let only = held().next().filter(|_| held().count() == 1 && !has_table(body, section));
            let prompt = only.map(|passage| Place::new(self.incident.source, passage.span));
            let prompt = prompt.filter(|place| self.placeholder.is(case.text(*place)));
            let place = Place::new(self.incident.source, section.heading);
            if !is_told && (section.empty || prompt.is_some()) {
                self.found.push(empty_section(self.incident, field, prompt.unwrap_or(place)));
            }
        }
    }

    /// The field that a heading means, if a rule needs it and no key states it.
    fn missing_field(&self, case: &Case<'_>, title: &str) -> Option<String> {
        let title = title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ')' || c.is_whitespace());
        let field = case.book().vocabulary.find("field", title)?;
        let incident = self.incident;
        let factors = &incident.factors;
        let is_missing = match field {
            "cause" => incident.cause.is_missing(),
            "factors.controls" => factors.controls.is_missing(),
            "factors.detection" => factors.detection.is_missing(),
            "factors.response" => factors.response.is_missing(),
            "effectiveness" => incident.effectiveness.is_missing(),
            "recurrence" => !incident.recurrence.stated,
            "worked_well" => incident.worked_well.is_missing(),
            "lessons" => incident.lessons.is_missing() && incident.no_lessons.is_none(),
            "actions" => incident.actions.is_missing(),
            _ => false,
        };
        is_missing.then(|| field.to_owned())
    }

    fn text(&mut self, field: impl Display, item: Option<&str>, fact: &TextFact) {
        match fact {
            Fact::Stated { value, place, .. } => self.value(field, item, value, *place),
            fact => self.word(field, item, fact),
        }
    }

    /// What is to be done, or was learned: an instruction is an answer here.
    fn task(&mut self, field: impl Display, item: Option<&str>, fact: &TextFact) {
        match fact {
            Fact::Stated { value, place, .. } if self.placeholder.is_in_task(value) => self.find(field, item, *place),
            Fact::Stated { .. } => {}
            fact => self.word(field, item, fact),
        }
    }

    /// A fact that is no text: only what could not be taken, or was declined without a reason.
    fn word<T>(&mut self, field: impl Display, item: Option<&str>, fact: &Fact<T>) {
        match fact {
            Fact::Wrong { raw, place, .. } => self.value(field, item, raw, *place),
            Fact::Declined { reason, place } if reason.trim().is_empty() || self.placeholder.is(reason) => {
                self.find(field, item, *place);
            }
            _ => {}
        }
    }

    fn list(&mut self, field: impl Display, item: Option<&str>, fact: &List) {
        self.word(&field, item, fact);
        for (nth, entry) in fact.items().iter().enumerate() {
            self.value(format_args!("{field}.{nth}"), item, &entry.value, entry.place);
        }
    }

    fn explanation(&mut self, field: impl Display, explanation: Option<&Explanation>) {
        if let Some(explanation) = explanation {
            self.text(format_args!("{field}.why"), None, &explanation.why);
        }
    }

    fn value(&mut self, field: impl Display, item: Option<&str>, text: &str, place: Place) {
        if self.placeholder.is(text) {
            self.find(field, item, place);
        }
    }

    fn find(&mut self, field: impl Display, item: Option<&str>, place: Place) {
        let level = if self.incident.is_closed() { Level::Error } else { Level::Note };
        let field = field.to_string();
        let finding = Finding::of(self.incident, level, &field, place).says(
            format!("`{}` holds a placeholder; the answer is still to come", shorten(&field, 40)),
            "A placeholder looks like an answer to whoever counts fields, and tells a reader nothing.",
            "Replace it by what is known. If there is nothing to say, say why: `n/a: reason`.",
        );
        self.found.push(Finding { item: item.map(Into::into), ..finding });
    }
}

fn has_table(body: &crate::document::Body, section: &Section) -> bool {
    body.tables.iter().any(|table| section.content.contains(table.span))
}

fn empty_section(incident: &Incident, field: &str, place: Place) -> Finding {
    let is_needed = incident.is_closed() && incident.class() != Class::Minor;
    let level = if is_needed { Level::Error } else { Level::Note };
    Finding::of(incident, level, field, place).says(
        format!("This section is empty, and no key states `{}` either", shorten(field, 30)),
        "A heading with nothing under it looks like an answer, and tells a reader nothing.",
        format!("Write it under the heading and as the key `{field}`, or take the heading out."),
    )
}
