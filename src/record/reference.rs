//! References: the forms in which a record names what proves or changes something.
//!
//! This is the one place that takes such a text apart. Whether its target exists is another question, which the
//! population and, later, the history answer.

mod address;

use address::url;
use regex::Regex;

/// What a text refers to. Every part is a piece of the text itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reference<'t> {
    /// A path of this repository, or an id of a register: the text alone does not tell them apart.
    Path(&'t str),
    /// A path, or an id, as a commit has it.
    PathAt {
        /// The path.
        path: &'t str,
        /// The commit, at least seven digits of it.
        commit: &'t str,
    },
    /// A path at a name that can move: `controls/vpn.md@main`. It may also be a file whose name holds an `@`.
    PathAtName {
        /// The path before the name.
        path: &'t str,
        /// The branch or tag.
        name: &'t str,
    },
    /// A commit of this repository; `commit:` may be followed by what is no commit id.
    Commit(&'t str),
    /// A pull or merge request.
    PullRequest {
        /// Its number, in digits.
        number: &'t str,
        /// The repository, where it is named: `github.com/owner/name`, or `owner/name` before `#12`.
        repository: Option<&'t str>,
    },
    /// A page of a forge that a commit pins.
    Permalink {
        /// The repository: `github.com/owner/name`.
        repository: &'t str,
        /// The commit.
        commit: &'t str,
        /// The path in that commit, where the page shows one file.
        path: Option<&'t str>,
    },
    /// A page of a forge that follows a branch or tag.
    BranchUrl(&'t str),
    /// Any other address outside.
    ExternalUrl(&'t str),
    /// A digest of something outside.
    Digest(&'t str),
    /// A key of an issue tracker, of a form that the configuration names.
    IssueKey(&'t str),
    /// Something in another repository that the configuration maps: `infra:path`, `infra@SHA`.
    OtherRepository {
        /// The name under which it is mapped.
        name: &'t str,
        /// The path in it.
        path: Option<&'t str>,
        /// The commit in it.
        commit: Option<&'t str>,
    },
}

impl<'t> Reference<'t> {
    /// The path of this repository that it names.
    pub fn path(self) -> Option<&'t str> {
        match self {
            Self::Path(path) | Self::PathAt { path, .. } | Self::PathAtName { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The commit of this repository that it names.
    pub fn commit(self) -> Option<&'t str> {
        match self {
            Self::Commit(commit) | Self::PathAt { commit, .. } => Some(commit),
            _ => None,
        }
    }
}

/// How references are read: forms of issue keys, and names of other repositories.
#[derive(Clone, Debug, Default)]
pub struct References {
    issue_keys: Vec<Regex>,
    repositories: Vec<String>,
}

impl References {
    /// Patterns of whole issue keys, and the names of mapped repositories. A pattern that is none is left out; the
    /// configuration reports it.
    pub fn new<'n>(issue_keys: &[String], repositories: impl IntoIterator<Item = &'n String>) -> Self {
        let issue_keys = issue_keys.iter().filter_map(|pattern| whole(pattern).ok()).collect();
        Self { issue_keys, repositories: repositories.into_iter().cloned().collect() }
    }

    /// What a text refers to.
    pub fn read<'t>(&self, text: &'t str) -> Reference<'t> {
        let text = bare(text);
        self.other_repository(text)
            .or_else(|| self.issue_key(text))
            .or_else(|| digest(text))
            .or_else(|| url(text))
            .or_else(|| pull_request(text))
            .or_else(|| commit(text))
            .unwrap_or_else(|| path(text))
    }

    fn other_repository<'t>(&self, text: &'t str) -> Option<Reference<'t>> {
        let names = self.repositories.iter().filter_map(|name| {
            let rest = text.strip_prefix(name.as_str())?;
            rest.starts_with([':', '@']).then(|| (&text[..name.len()], rest))
        });
        let (name, rest) = names.max_by_key(|(name, _)| name.len())?;
        if let Some(commit) = rest.strip_prefix('@') {
            return Some(Reference::OtherRepository { name, path: None, commit: Some(commit.trim()) });
        }
        let (path, commit) = match path(rest.trim_start_matches(':')) {
            Reference::PathAt { path, commit } | Reference::PathAtName { path, name: commit } => (path, Some(commit)),
            _ => (clean_path(rest.trim_start_matches(':')), None),
        };
        Some(Reference::OtherRepository { name, path: Some(path), commit })
    }

    /// A key, or an address that ends with one.
    fn issue_key<'t>(&self, text: &'t str) -> Option<Reference<'t>> {
        let last = match text.contains("://") {
            true => text.trim_end_matches('/').rsplit('/').next().unwrap_or(text),
            false => text,
        };
        self.issue_keys.iter().any(|form| form.is_match(last)).then_some(Reference::IssueKey(last))
    }
}

/// A pattern that has to match all of a text.
pub fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// A path as a record writes it, without the marks that do not belong to it: `./a.md#part` is `a.md`.
pub fn clean_path(path: &str) -> &str {
    let path = path.trim().trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    // A fragment follows a file; `C# guide.md` has none.
    path.split_once('#').filter(|(path, _)| has_extension(path)).map_or(path, |(path, _)| path)
}

/// Whether a text is a commit id, whole or at least seven digits of it.
pub fn is_commit_id(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is so long a commit id that no branch is called like it.
fn is_sure_commit_id(text: &str) -> bool {
    is_commit_id(text) && (text.len() == 40 || text.len() == 64 || text.len() >= 12 && is_mixed(text))
}

/// Letters and digits: neither a number nor a word.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The text without the marks of a Markdown link or of code around it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let code = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    let angle = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let link = text.strip_prefix('[').and_then(|text| text.strip_suffix(')')).and_then(|text| text.split_once("]("));
    let target = link.map(|(_, target)| target);
    code.or(angle).or(target).unwrap_or(text).trim()
}

/// `sha256:…`, alone or beside the name or address of what it is the digest of.
fn digest(text: &str) -> Option<Reference<'_>> {
    let at = ["sha256:", "sha512:"].iter().find_map(|mark| text.find(mark))?;
    let hex = text[at + "sha256:".len()..].bytes().take_while(u8::is_ascii_hexdigit).count();
    (at == 0 || hex >= 64).then(|| Reference::Digest(&text[at..]))
}

/// `#12`, `!12`, `PR #12`, `owner/name#12`.
fn pull_request(text: &str) -> Option<Reference<'_>> {
    let (before, number) = text.rsplit_once(['#', '!'])?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let before = before.trim();
    if before.is_empty() || ["PR", "MR", "GH"].contains(&before) {
        return Some(Reference::PullRequest { number, repository: None });
    }
    let is_repository = before.matches('/').count() == 1 && !before.contains(['.', ' ']);
    is_repository.then_some(Reference::PullRequest { number, repository: Some(before) })
}

/// `commit:SHA`, or an id alone that is no word and no number.
fn commit(text: &str) -> Option<Reference<'_>> {
    if let Some(id) = text.strip_prefix("commit:") {
        return Some(Reference::Commit(id.trim()));
    }
    let id = text.strip_prefix("commit ").map_or(text, str::trim);
    let is_id = is_commit_id(id) && (is_mixed(id) || is_sure_commit_id(id));
    is_id.then_some(Reference::Commit(id))
}

/// A path, with what follows its last `@`: folders and files may have an `@` in their names.
fn path(text: &str) -> Reference<'_> {
    let Some((before, after)) = text.rsplit_once('@') else { return Reference::Path(clean_path(text)) };
    let (path, name) = (clean_path(before), after.trim());
    if path.is_empty() {
        Reference::Path(clean_path(text))
    } else if is_commit_id(name) {
        Reference::PathAt { path, commit: name }
    } else if has_extension(path) && !name.is_empty() && !name.contains(['/', ' ']) {
        Reference::PathAtName { path, name }
    } else {
        Reference::Path(clean_path(text))
    }
}

fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').is_some_and(|dot| dot > 0 && dot + 1 < name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "9f1c2ab04e5d6f7a8b9c0d1e2f3a4b5c6d7e8f90";

    fn references() -> References {
        References::new(&[r"SEC-\d+".to_owned()], [&"infra".to_owned(), &"git.example/team/infra".to_owned()])
    }

    /// Owned, so that tables of cases stay short.
    fn read(text: &str) -> String {
        format!("{:?}", references().read(text)).replace('"', "")
    }

    #[test]
    fn paths_keep_their_blanks_and_their_at_signs() {
        let cases = [
            ("controls/vpn.md", "Path(controls/vpn.md)"),
            ("./controls/vpn.md#rules", "Path(controls/vpn.md)"),
            ("evidence/restore test of May.txt", "Path(evidence/restore test of May.txt)"),
            ("docs/C# guide.md", "Path(docs/C# guide.md)"),
            ("`controls/vpn.md`", "Path(controls/vpn.md)"),
            ("[the description](controls/vpn.md)", "Path(controls/vpn.md)"),
            ("packages/@portal/config.yaml", "Path(packages/@portal/config.yaml)"),
            ("evidence/logo@2x", "Path(evidence/logo@2x)"),
            ("@team", "Path(@team)"),
            ("a mail of eva@lindner.example", "Path(a mail of eva@lindner.example)"),
            ("R-12", "Path(R-12)"),
            ("evidence/", "Path(evidence)"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_commit_pins_a_path_and_a_name_does_not() {
        let cases = [
            ("controls/vpn.md@9f1c2ab", "PathAt { path: controls/vpn.md, commit: 9f1c2ab }"),
            ("controls/vpn.md @ 9f1c2ab", "PathAt { path: controls/vpn.md, commit: 9f1c2ab }"),
            ("packages/@portal/a.yaml@9f1c2ab0", "PathAt { path: packages/@portal/a.yaml, commit: 9f1c2ab0 }"),
            ("controls/vpn.md@main", "PathAtName { path: controls/vpn.md, name: main }"),
            ("controls/vpn.md@9f1c2", "PathAtName { path: controls/vpn.md, name: 9f1c2 }"),
            ("commit:9f1c2ab", "Commit(9f1c2ab)"),
            ("commit: pending", "Commit(pending)"),
            ("9f1c2ab", "Commit(9f1c2ab)"),
            ("1234567", "Path(1234567)"),
            ("defaced", "Path(defaced)"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(references().read(SHA), Reference::Commit(SHA));
    }

    #[test]
    fn pull_requests_are_numbers_with_a_mark() {
        let of = |text, number, repository| {
            assert_eq!(references().read(text), Reference::PullRequest { number, repository }, "{text}");
        };
        of("#482", "482", None);
        of("PR #482", "482", None);
        of("!17", "17", None);
        of("acme/isms#482", "482", Some("acme/isms"));
        of("https://github.com/acme/isms/pull/482/files", "482", Some("github.com/acme/isms"));
        of("https://git.example/a/b/isms/-/merge_requests/17", "17", Some("git.example/a/b/isms"));
        of("https://codeberg.org/acme/isms/pulls/3#issuecomment-9", "3", Some("codeberg.org/acme/isms"));
        assert_eq!(read("controls/vpn.md#12"), "Path(controls/vpn.md)");
        assert!(read("https://github.com/acme/isms/issues/5").starts_with("ExternalUrl"));
    }

    #[test]
    fn an_address_is_pinned_by_a_commit_alone() {
        let permalinks = [
            ("https://github.com/acme/isms/blob/{}/controls/vpn.md#L3-L9", Some("controls/vpn.md")),
            ("https://git.example/acme/isms/-/blob/{}/controls/vpn.md?ref_type=heads", Some("controls/vpn.md")),
            ("https://github.com/acme/isms/commit/{}", None),
            ("https://codeberg.org/acme/isms/src/commit/{}/a.md", Some("a.md")),
            ("https://raw.githubusercontent.com/acme/isms/{}/a.md", Some("a.md")),
            ("https://git.example/isms/tree/a.md?id={}", None),
            ("https://github.com/acme/isms/compare/9f1c2ab...{}", None),
        ];
        for (form, file) in permalinks {
            let text = form.replace("{}", SHA);
            let Reference::Permalink { commit, path, .. } = references().read(&text) else {
                assert_eq!(form, "a permalink");
                continue;
            };
            assert_eq!((commit, path), (SHA, file), "{form}");
        }
        let moving = [
            "https://github.com/acme/isms/blob/main/controls/vpn.md",
            "https://github.com/acme/isms/tree/feature/9f1c2ab04e5d",
            "https://codeberg.org/acme/isms/src/branch/main/a.md",
            "https://raw.githubusercontent.com/acme/isms/main/a.md",
            "https://github.com/acme/isms/compare/main...topic",
        ];
        for text in moving {
            assert_eq!(references().read(text), Reference::BranchUrl(text));
        }
        let outside =
            ["https://wiki.example/display/SEC/12345", "https://notes.example/9f1c2ab04e5d6f7a8b9c0d1e2f3a4b5c"];
        for text in outside {
            assert_eq!(references().read(text), Reference::ExternalUrl(text));
        }
    }

    #[test]
    fn a_permalink_knows_its_repository() {
        let text = format!("https://github.com/acme/isms/blob/{SHA}/a.md");
        let repository = "github.com/acme/isms";
        assert_eq!(references().read(&text), Reference::Permalink { repository, commit: SHA, path: Some("a.md") });
        let raw = format!("https://raw.githubusercontent.com/acme/isms/{SHA}/a.md");
        let repository = "raw.githubusercontent.com/acme/isms";
        assert_eq!(references().read(&raw), Reference::Permalink { repository, commit: SHA, path: Some("a.md") });
    }

    #[test]
    fn configured_names_come_first() {
        let cases = [
            ("infra:fw/rules.tf", "OtherRepository { name: infra, path: Some(fw/rules.tf), commit: None }"),
            ("infra:a.tf@9f1c2ab", "OtherRepository { name: infra, path: Some(a.tf), commit: Some(9f1c2ab) }"),
            ("infra@9f1c2ab", "OtherRepository { name: infra, path: None, commit: Some(9f1c2ab) }"),
            ("infrastructure:a.tf", "Path(infrastructure:a.tf)"),
            ("SEC-12", "IssueKey(SEC-12)"),
            ("https://tracker.example/browse/SEC-12", "IssueKey(SEC-12)"),
            ("SEC-12 and more", "Path(SEC-12 and more)"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_digest_may_stand_beside_what_it_is_of() {
        let hex = "0a".repeat(32);
        assert!(read(&format!("sha256:{hex}")).starts_with("Digest"));
        assert!(read(&format!("https://files.example/report.pdf sha256:{hex}")).starts_with("Digest"));
        assert!(read("https://files.example/sha256:what").starts_with("ExternalUrl"));
    }

    #[test]
    fn nothing_is_too_odd_to_be_read() {
        for text in ["", "@", "#", "://", "https://", "https:///", "a@", "@9f1c2ab", "ß@é", "[](", "commit:", "infra:"]
        {
            let _ = references().read(text);
        }
    }
}
