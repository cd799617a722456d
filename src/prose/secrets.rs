//! Values that should not be kept in a repository for ever: credentials, private addresses, bank accounts.

mod iban;
mod password;

use super::{Folded, Lexicon};
use crate::vocabulary::{Language, Vocabulary};
use regex::Regex;
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

/// One value, with the bytes that it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// What kind of value.
    pub kind: SecretKind,
    /// Where.
    pub range: Range<usize>,
}

/// Forms of keys and tokens. Each is anchored by what it begins with.
const FORMS: [(SecretKind, &str); 24] = [
    (SecretKind::AccessKey, r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    (SecretKind::AccessKey, r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
    (SecretKind::AccessKey, r"\bgithub_pat_[A-Za-z0-9_]{50,255}\b"),
    (SecretKind::AccessKey, r"\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_-]{20,64}"),
    (SecretKind::AccessKey, r"\bxox[abeoprs]-[A-Za-z0-9-]{20,255}"),
    (SecretKind::AccessKey, r"\bxapp-\d-[A-Z0-9]{8,16}-\d{8,16}-[a-z0-9]{32,80}\b"),
    (SecretKind::AccessKey, r"hooks\.slack\.com/services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,32}"),
    (SecretKind::AccessKey, r"\bAIza[A-Za-z0-9_-]{35}"),
    (SecretKind::AccessKey, r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    (SecretKind::AccessKey, r"\bya29\.[A-Za-z0-9_-]{40,255}"),
    (SecretKind::AccessKey, r"\b[sr]k_live_[A-Za-z0-9]{16,128}\b"),
    (SecretKind::AccessKey, r"\bwhsec_[A-Za-z0-9+/]{24,64}"),
    (SecretKind::AccessKey, r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{36,64}"),
    (SecretKind::AccessKey, r"\b(?:hf_|npm_|dop_v1_|doo_v1_|shpat_|shpss_|rubygems_|lin_api_)[A-Za-z0-9]{30,80}\b"),
    (SecretKind::AccessKey, r"\bpypi-[A-Za-z0-9_-]{60,255}"),
    (SecretKind::AccessKey, r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,200}"),
    (SecretKind::AccessKey, r"\bATATT3[A-Za-z0-9_=-]{60,255}"),
    (SecretKind::AccessKey, r"\bdapi[0-9a-f]{32}\b"),
    (SecretKind::AccessKey, r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}"),
    (SecretKind::AccessKey, r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,90}={0,2}"),
    (SecretKind::PrivateKey, r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,64}"),
    (SecretKind::PrivateKey, r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    (SecretKind::PrivateKey, r"\bPuTTY-User-Key-File-\d: [a-z0-9-]{4,40}"),
    (SecretKind::SignInToken, r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
];

/// A user and a password in an address (`https://user:…@host`) or given to a program (`curl -u user:…`).
const PAIRS: [&str; 2] = [
    r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@]{1,64}:(?<value>[^\s/@]{3,128})@[A-Za-z0-9\[]",
    r"(?:^|\s)(?:-u|--user)[ =]['\x22]?[A-Za-z0-9._-]{1,64}:(?<value>[^\s'\x22]{6,128})",
];
/// A password given to a program (`mysql -p…`), if it can be nothing else.
const OPTIONS: [&str; 2] =
    [r"(?:^|\s)-p['\x22]?(?<value>[^\s'\x22]{8,64})", r"(?:^|\s)/user:[^\s]{1,64} (?<value>[^\s]{8,64})"];

/// What keys of documentation and examples hold.
const EXAMPLE: &str = "EXAMPLE";

/// Finds such values, in one pass for each of their forms.
#[derive(Debug)]
pub struct Secrets {
    forms: Vec<(SecretKind, Regex)>,
    pairs: Vec<Regex>,
    options: Vec<Regex>,
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
        let compiled = |(kind, form): &(SecretKind, &str)| Some((*kind, Regex::new(form).ok()?));
        let named = password::Name::ALL
            .iter()
            .flat_map(|&(name, concept)| words(concept).map(move |word| (name, word.as_str())));
        Self {
            forms: FORMS.iter().filter_map(compiled).collect(),
            pairs: PAIRS.iter().filter_map(|form| Regex::new(form).ok()).collect(),
            options: OPTIONS.iter().filter_map(|form| Regex::new(form).ok()).collect(),
            names: Lexicon::new(named, &[]),
            providers: set("mail"),
            nobody: set("nobody"),
        }
    }

    /// Every value in a text, in order; what lies in another is left out.
    pub fn find(&self, text: &str) -> Vec<Secret> {
        let mut found: Vec<Secret> = self.known_forms(text).chain(self.in_commands(text)).collect();
        found.extend(iban::find(text).map(|range| Secret { kind: SecretKind::BankAccount, range }));
        found.extend(self.mailboxes(text));
        found.extend(self.passwords(text));
        found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end), secret.kind));
        let mut end = 0;
        found.retain(|secret| {
            let is_new = secret.range.start >= end;
            end = end.max(secret.range.end);
            is_new
        });
        found
    }

    fn known_forms<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Secret> {
        let found = self.forms.iter().flat_map(move |(kind, form)| form.find_iter(text).map(move |m| (*kind, m)));
        found.filter(|(_, found)| !found.as_str().contains(EXAMPLE)).map(|(kind, m)| Secret { kind, range: m.range() })
    }

    fn in_commands<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Secret> {
        let values = |forms: &'t [Regex]| {
            forms.iter().flat_map(move |form| form.captures_iter(text)).filter_map(|captures| captures.name("value"))
        };
        let pairs = values(&self.pairs).filter(|value| !password::is_hidden(value.as_str()));
        let options = values(&self.options).filter(|value| password::is_strong(Some(value.as_str())));
        pairs.chain(options).map(|value| Secret { kind: SecretKind::Password, range: value.range() })
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
