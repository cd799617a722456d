//! Which pull request a commit of the main line merged or squashed: the forges write its number into the message.

use regex::Regex;
use std::sync::LazyLock;

/// How GitHub, GitLab, Azure DevOps and Bitbucket name a pull request in the message of its merge or squash.
static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let forms = [
        r"^Merge pull request #(\d+) from ",
        r"^[^\n]*\(#(\d+)\)\s*(?:\n|$)",
        r"^[^\n]*\(!(\d+)\)\s*(?:\n|$)",
        r"(?m)^See merge request (?:\S+)?!(\d+)\s*$",
        r"^Merged PR (\d+)(?:: | )",
        r"^Merged in \S+ \(pull request #(\d+)\)",
        r"^Pull request #(\d+): ",
        r"(?m)^(?:Merge-request|Pull-request): \S*?[#!]?(\d+)\s*$",
    ];
    forms.iter().filter_map(|form| Regex::new(form).ok()).collect()
});

/// The numbers that a message names so, each once.
pub(super) fn requests(message: &str) -> Vec<Box<str>> {
    // Most messages name none, and a number needs one of these marks.
    if !message.contains(['#', '!']) && !message.starts_with("Merged PR ") {
        return Vec::new();
    }
    let mut numbers: Vec<Box<str>> = Vec::new();
    for found in FORMS.iter().filter_map(|form| form.captures(message)) {
        let number = found.get(1).map_or("", |number| number.as_str());
        if !numbers.iter().any(|known| &**known == number) {
            numbers.push(number.into());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forge_has_its_own_words() {
        let cases = [
            ("Merge pull request #482 from acme/vpn\n\nSecond factor", "482"),
            ("Second factor for the VPN (#482)\n\n* one\n* two", "482"),
            ("Merge branch 'vpn' into 'main'\n\nSecond factor\n\nSee merge request acme/isms!17", "17"),
            ("Merged PR 31: Second factor", "31"),
            ("Merged in vpn (pull request #9)\n\nSecond factor", "9"),
            ("Pull request #12: Second factor\n\nMerge in ISMS/isms from vpn to main", "12"),
        ];
        for (message, number) in cases {
            assert_eq!(requests(message), [Box::from(number)], "{message}");
        }
    }

    #[test]
    fn a_number_in_passing_is_no_merge() {
        for message in ["Follow up on #482", "Fix (#482) again", "Close #3\n\n(#4)", "Wow!12", "Merged PRs"] {
            assert_eq!(requests(message), [], "{message}");
        }
    }
}
