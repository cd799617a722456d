//! Forms by which keys and tokens are known, and passwords in addresses and commands.

use super::{SecretKind, password};
use regex::Regex;

use std::ops::Range;
use std::sync::OnceLock;

/// What a match has to be.
#[derive(Clone, Copy, Debug)]
enum Test {
    /// Anything but an example.
    Known,
    /// A value that is shown.
    Shown,
    /// A value that can be nothing but a password.
    Strong,
}

/// One form.
#[derive(Debug)]
pub(super) struct Form {
    kind: SecretKind,
    test: Test,
    /// One of these stands in each match.
    pub(super) anchors: &'static [&'static str],
    /// Whether a match begins with its anchor, and no word goes on there.
    pub(super) leads: bool,
    pattern: &'static str,
}

impl Form {
    const fn of(kind: SecretKind, anchors: &'static [&'static str], pattern: &'static str) -> Self {
        Self { kind, test: Test::Known, anchors, leads: true, pattern }
    }

    const fn value(test: Test, anchors: &'static [&'static str], pattern: &'static str) -> Self {
        Self { kind: SecretKind::Password, test, anchors, leads: true, pattern }
    }

    const fn inner(self) -> Self {
        Self { leads: false, ..self }
    }

    fn passes(&self, value: &str) -> bool {
        match self.test {
            Test::Known => !value.contains(EXAMPLE),
            Test::Shown => !password::is_hidden(value),
            Test::Strong => password::is_strong(Some(value)),
        }
    }
}

/// What keys of documentation and examples hold.
const EXAMPLE: &str = "EXAMPLE";

/// All forms. A password in an address or command is the group `value` of its form.
pub(super) const FORMS: [Form; 28] = [
    Form::of(
        SecretKind::AccessKey,
        &["AKIA", "ASIA", "AGPA", "AIDA", "AROA", "ANPA", "ANVA", "ABIA", "ACCA"],
        r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}\b",
    ),
    Form::of(SecretKind::AccessKey, &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
    Form::of(SecretKind::AccessKey, &["github_pat_"], r"\bgithub_pat_[A-Za-z0-9_]{50,255}\b"),
    Form::of(
        SecretKind::AccessKey,
        &["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glsoat-", "glft-", "glimt-", "glagent-"],
        r"\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_-]{20,64}",
    ),
    Form::of(SecretKind::AccessKey, &["xox"], r"\bxox[abeoprs]-[A-Za-z0-9-]{20,255}"),
    Form::of(SecretKind::AccessKey, &["xapp-"], r"\bxapp-\d-[A-Z0-9]{8,16}-\d{8,16}-[a-z0-9]{32,80}\b"),
    Form::of(
        SecretKind::AccessKey,
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,32}",
    )
    .inner(),
    Form::of(SecretKind::AccessKey, &["AIza"], r"\bAIza[A-Za-z0-9_-]{35}"),
    Form::of(SecretKind::AccessKey, &["GOCSPX-"], r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    Form::of(SecretKind::AccessKey, &["ya29."], r"\bya29\.[A-Za-z0-9_-]{40,255}"),
    Form::of(SecretKind::AccessKey, &["sk_live_", "rk_live_"], r"\b[sr]k_live_[A-Za-z0-9]{16,128}\b"),
    Form::of(SecretKind::AccessKey, &["whsec_"], r"\bwhsec_[A-Za-z0-9+/]{24,64}"),
    Form::of(SecretKind::AccessKey, &["SG."], r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{36,64}"),
    Form::of(
        SecretKind::AccessKey,
        &["hf_", "npm_", "dop_v1_", "doo_v1_", "shpat_", "shpss_", "rubygems_", "lin_api_"],
        r"\b(?:hf_|npm_|dop_v1_|doo_v1_|shpat_|shpss_|rubygems_|lin_api_)[A-Za-z0-9]{30,80}\b",
    ),
    Form::of(SecretKind::AccessKey, &["pypi-"], r"\bpypi-[A-Za-z0-9_-]{60,255}"),
    Form::of(SecretKind::AccessKey, &["sk-"], r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,200}"),
    Form::of(SecretKind::AccessKey, &["ATATT3"], r"\bATATT3[A-Za-z0-9_=-]{60,255}"),
    Form::of(SecretKind::AccessKey, &["dapi"], r"\bdapi[0-9a-f]{32}\b"),
    Form::of(SecretKind::AccessKey, &[":AA"], r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}").inner(),
    Form::of(
        SecretKind::AccessKey,
        &["AccountKey=", "SharedAccessKey="],
        r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,90}={0,2}",
    ),
    Form::of(SecretKind::PrivateKey, &["AGE-SECRET-KEY-1"], r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,64}"),
    Form::of(
        SecretKind::PrivateKey,
        &["-----BEGIN "],
        r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    )
    .inner(),
    Form::of(SecretKind::PrivateKey, &["PuTTY-User-Key-File-"], r"\bPuTTY-User-Key-File-\d: [a-z0-9-]{4,40}"),
    Form::of(SecretKind::SignInToken, &["eyJ"], r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    Form::value(
        Test::Shown,
        &["://"],
        r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@]{1,64}:(?<value>[^\s/@]{3,128})@[A-Za-z0-9\[]",
    )
    .inner(),
    Form::value(
        Test::Shown,
        &["-u", "--user"],
        r"(?:^|\s)(?:-u|--user)[ =]['\x22]?[A-Za-z0-9._-]{1,64}:(?<value>[^\s'\x22]{6,128})",
    ),
    Form::value(Test::Strong, &["-p"], r"(?:^|\s)-p['\x22]?(?<value>[^\s'\x22]{8,64})"),
    Form::value(Test::Strong, &["/user:"], r"(?:^|\s)/user:[^\s]{1,64} (?<value>[^\s]{8,64})"),
];

/// The forms, each compiled when the first text holds its anchor: hardly any does.
#[derive(Debug)]
pub(super) struct Forms {
    compiled: [OnceLock<Option<Regex>>; FORMS.len()],
}

impl Forms {
    pub(super) fn new() -> Self {
        Self { compiled: [const { OnceLock::new() }; FORMS.len()] }
    }

    /// The values in a text, of those forms whose number is `worth` to be looked for.
    pub(super) fn find(&self, text: &str, worth: impl Fn(usize) -> bool) -> Vec<(SecretKind, Range<usize>)> {
        let mut found = Vec::new();
        let forms = FORMS.iter().zip(&self.compiled).enumerate().filter(|(nth, _)| worth(*nth));
        for (_, (form, compiled)) in forms {
            let Some(regex) = compiled.get_or_init(|| Regex::new(form.pattern).ok()) else { continue };
            let captures = regex.captures_iter(text);
            let values = captures.filter_map(|captures| captures.name("value").or_else(|| captures.get(0)));
            let passing = values.filter(|value| form.passes(value.as_str()));
            found.extend(passing.map(|value| (form.kind, value.range())));
        }
        found
    }
}
