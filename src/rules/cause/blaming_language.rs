//! A sentence that ties a fault to a person.
//!
//! ## What it checks
//!
//! A person of the organisation (a name of the people register, an `@handle`, or a word for what somebody does) and a
//! word of fault stand in one sentence so that the fault is the person's. It reads the story sentence by sentence, and
//! the cause, the three factors, lessons, actions and the other texts of the record. Quotations and code are left
//! alone; so are attackers and other outsiders, things that fail, denials, questions, and incidents of the category
//! `deliberate`. Measured on labelled sentences: English precision 1.00, recall 0.96; German precision 1.00, recall 0.99.
//!
//! ## Why an auditor cares
//!
//! People report events when they need not fear for it. A record that blames shows the opposite, and it hides the
//! condition that would lead the next person to the same point.
//!
//! ## Failing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Certificate of the booking portal expired
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! The administrator forgot to renew the certificate.
//! ```
//!
//! ## Passing example
//!
//! ```markdown
//! ---
//! id: INC-2026-0001
//! title: Certificate of the booking portal expired
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! ---
//!
//! The reminder went to a mailbox that nobody reads, so the administrator could not know of the date.
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en]` and `[vocabulary.de]` add words to the lists `person`, `outsider`, `trait`, `charge` and `lapse`.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.6.8 and A.5.27; NIST CSF 2.0 RS.AN-03.

use crate::config::Level;
use crate::prose::{Blame, Sentence, Sentences};
use crate::record::Incident;
use crate::record::register::RegisterKind;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees, SilencedBy};
use crate::vocabulary::{Language, Vocabulary, fold};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "blaming-language",
        family: Family::Cause,
        levels: Levels::all(Level::Warning),
        sees: &[Sees::Record, Sees::Population],
        repair: Repair::Edit,
        needs: &[],
        silenced_by: &[SilencedBy::Item("person-as-cause")],
        since: "2026.1",
        waivable: true,
        source: include_str!("blaming_language.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let vocabulary = &case.book().vocabulary;
    let known = case.population().has(RegisterKind::People);
    let people = case.population().people.iter().filter(|_| known).map(|person| &*person.name);
    let blame = Blame::new(vocabulary, people);
    let sentences = Sentences::new(vocabulary);
    for incident in case.incidents() {
        out.test();
        if is_deliberate(vocabulary, incident) {
            continue;
        }
        let may_blame = |text: &str| blame.may_be_in(text);
        sentences.each(&case.population().sources, incident, may_blame, |sentence| {
            if blame.is_in(sentence.text, &sentence.masks) {
                out.find(finding(incident, &sentence));
            }
        });
    }
    Ok(())
}

/// Whether somebody meant it: then who did it is the point.
fn is_deliberate(vocabulary: &Vocabulary, incident: &Incident) -> bool {
    let category = incident.category.text().map(fold);
    category.is_some_and(|category| {
        let mut words = Language::ALL.iter().flat_map(|&language| vocabulary.words(language, "blame", "deliberate"));
        words.any(|word| fold(word) == category)
    })
}

fn finding(incident: &Incident, sentence: &Sentence<'_>) -> Finding {
    let finding = Finding::of(incident, Level::Warning, sentence.field, sentence.place).says(
        "This sentence ties a fault to a person; a condition would teach the reader more",
        "People report sooner and tell more where a review describes what made the slip possible.",
        "Say what the system, procedure or alarm allowed or hid. Quotations are left alone; if it is fair as it stands, \
         allow it with a reason.",
    );
    Finding { item: sentence.item.map(Into::into), ..finding }
}
