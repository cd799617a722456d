//! Values that should not be kept in a repository for ever: credentials, private addresses, bank accounts.

mod forms;
mod iban;
mod password;
mod scan;

use super::{Folded, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use forms::Forms;
use scan::Scan;
use std::collections::HashSet;
use std::ops::Range;

/// What kind of value it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SecretKind {
    /// A key or token of a service, known by its form.
    AccessKey,
    /// The beginning of a private key.
    PrivateKey,
    /// A signed token such as a browser sends.
    SignInToken,
    /// A password beside its name, or in an address.
    Password,
    /// An address at a provider of private mailboxes.
    PrivateAddress,
    /// An account number whose check digits are right.
    BankAccount,
}

impl SecretKind {
    /// What a message calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessKey => "an access key",
            Self::PrivateKey => "a private key",
            Self::SignInToken => "a sign-in token",
            Self::Password => "a password",
            Self::PrivateAddress => "a private e-mail address",
            Self::BankAccount => "the number of a bank account",
        }
    }
}

/// Stands in a text for what is secret.
pub const MASK: &str = "[secret]";

/// One value, with the bytes that it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// What kind of value.
    pub kind: SecretKind,
    /// Where.
    pub range: Range<usize>,
}

/// Finds such values: first what may be in a text, in one pass, then each of it where it stands.
#[derive(Debug)]
pub struct Secrets {
    scan: Scan,
    forms: Forms,
    names: Lexicon<password::Name>,
    providers: HashSet<String>,
    nobody: HashSet<String>,
}

impl Secrets {
    /// Compiles the forms and the names of all languages.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let words = |concept: &'static str| {
            Language::ALL.iter().flat_map(move |&language| vocabulary.words(language, "secret", concept))
        };
        let set = |concept| words(concept).map(|word| word.to_lowercase()).collect();
        let named = password::Name::ALL
            .iter()
            .flat_map(|&(name, concept)| words(concept).map(move |word| (name, word.as_str())));
        let telling = named.clone().filter(|(name, _)| name.tells()).map(|(_, word)| word);
        Self {
            scan: Scan::new(telling),
            forms: Forms::new(),
            names: Lexicon::new(named, &[]),
            providers: set("mail"),
            nobody: set("nobody"),
        }
    }

    /// Every value in a text, in order; what lies in another is left out.
    pub fn find(&self, text: &str) -> Vec<Secret> {
        let worth = self.scan.of(text);
        let formed = self.forms.find(text, |nth| worth.has_form(nth)).into_iter();
        let mut found: Vec<Secret> = formed.map(|(kind, range)| Secret { kind, range }).collect();
        found.extend(iban::find(text).map(|range| Secret { kind: SecretKind::BankAccount, range }));
        found.extend(self.mailboxes(text));
        if worth.names || text.contains(password::DIVIDER) {
            found.extend(self.passwords(text));
        }
        found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end), secret.kind));
        let mut end = 0;
        found.retain(|secret| {
            let is_new = secret.range.start >= end;
            end = end.max(secret.range.end);
            is_new
        });
        found
    }

    /// A text with [`MASK`] in the place of every value.
    pub fn masked(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        // From the end, so that what stands before keeps its place.
        self.find(text).into_iter().rev().for_each(|secret| masked.replace_range(secret.range, MASK));
        masked
    }

    /// Values behind the names of passwords and tokens.
    fn passwords(&self, text: &str) -> Vec<Secret> {
        let folded = Folded::new(text);
        let hits = self.names.find(folded.as_str());
        let ends = hits.iter().map(|hit| (hit.kind, folded.origin(hit.start..hit.end).end));
        let values = ends.filter_map(|(name, end)| password::behind(text, end, name, &self.names));
        values.map(|range| Secret { kind: SecretKind::Password, range }).collect()
    }

    /// Addresses at providers of private mailboxes.
    fn mailboxes<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Secret> {
        text.match_indices('@').filter_map(move |(at, _)| {
            let user = user_before(text.get(..at)?);
            let domain = domain_behind(text.get(at + 1..)?);
            let is_private = self.providers.contains(&domain.to_ascii_lowercase());
            let before = text.get(..at - user.len())?.chars().next_back();
            let is_cut = matches!(before, Some('\u{2026}' | '*' | '\u{2022}' | '.'));
            let is_somebodys = !user.is_empty() && !is_cut && !self.nobody.contains(&user.to_ascii_lowercase());
            let range = at - user.len()..at + 1 + domain.len();
            (is_private && is_somebodys).then_some(Secret { kind: SecretKind::PrivateAddress, range })
        })
    }
}

/// No name of a mailbox is longer.
const LONGEST_USER: usize = 64;
/// No domain is longer.
const LONGEST_DOMAIN: usize = 253;

fn user_before(text: &str) -> &str {
    let is_user = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let length: usize = text.chars().rev().take(LONGEST_USER).take_while(is_user).map(char::len_utf8).sum();
    text.get(text.len() - length..).unwrap_or_default().trim_start_matches(['.', '-', '+', '%'])
}

fn domain_behind(text: &str) -> &str {
    let is_domain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let length = text.chars().take(LONGEST_DOMAIN).take_while(is_domain).count();
    text.get(..length).unwrap_or_default().trim_end_matches(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_value_and_what_is_masked_already_are_none() {
        let secrets = Secrets::new(Vocabulary::builtin());
        for text in [
            "The password was changed on 2026-03-03.",
            "DB_PASSWORD=${DB_PASSWORD} and token: <TOKEN>",
            "Password policy: at least 14 characters.",
            "AKIAIOSFODNN7EXAMPLE is the key of the manual.",
            "[redacted]@gmail.com, x…x@web.de, abuse@gmx.de",
        ] {
            assert_eq!(secrets.find(text), [], "{text}");
        }
    }
}
