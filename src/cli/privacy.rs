//! How much of the records this run may show: what is asked for, what the configuration says, and what the build says
//! of its audience.

use super::COULD_NOT;
use super::build::{Audience, Build};
use super::out::Out;
use crate::config::model::PrivacyLevel;
use crate::population::People;
use crate::privacy::shown;
use crate::source::Sources;
use crate::verdict::{Judgement, Refusal, Verdict};

/// What decides how much is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limits {
    asked: Option<PrivacyLevel>,
    usual: PrivacyLevel,
    least: PrivacyLevel,
}

impl Limits {
    /// What a build, and an option of the command line, say.
    pub(super) fn new(build: &Build, asked: Option<PrivacyLevel>) -> Self {
        let usual = if build.is_one() { PrivacyLevel::Reduced } else { PrivacyLevel::Full };
        let least = match build.audience() {
            Audience::Everybody => PrivacyLevel::Minimal,
            // A platform that always says it, and does not, must not open anything up.
            Audience::Unsaid => PrivacyLevel::Reduced,
            Audience::Unknown | Audience::Members => PrivacyLevel::Full,
        };
        Self { asked, usual, least }
    }

    /// The level of a run: an option beats the configuration, of several configurations the strictest counts, and
    /// nothing shows more than the audience of a build may see.
    pub(super) fn level(&self, stated: &[Option<PrivacyLevel>]) -> PrivacyLevel {
        let stated = stated.iter().map(|stated| stated.unwrap_or(self.usual)).max().unwrap_or(self.usual);
        self.asked.unwrap_or(stated).max(self.least)
    }

    /// What may be shown of a judgement, or of why there is none.
    pub(super) fn shown(&self, judged: Result<Judgement, Box<Refusal>>) -> (Verdict, Sources) {
        match judged {
            Ok(Judgement { verdict, mut population, privacy }) => {
                let sources = std::mem::take(&mut population.sources);
                let shown = shown(verdict, sources, &population.people, self.level(&privacy));
                // The process ends soon: giving back each piece of a large population would only take time.
                std::mem::forget(population);
                shown
            }
            Err(refusal) => shown(refusal.verdict, refusal.sources, &People::default(), self.level(&[])),
        }
    }

    /// Lets a command go on that prints what records say; elsewhere says why not, and gives the exit code.
    pub(super) fn admit(&self, command: &str, stated: Option<PrivacyLevel>, out: &Out) -> Result<(), u8> {
        let name = match self.level(&[stated]) {
            PrivacyLevel::Full => return Ok(()),
            PrivacyLevel::Reduced => "reduced",
            PrivacyLevel::Minimal => "minimal",
        };
        let help = match self.least {
            PrivacyLevel::Full => {
                "Run it at home. May everybody who sees this output read the records? `--privacy full` prints it."
            }
            PrivacyLevel::Reduced => "Run it at home: this build does not say who sees its output.",
            PrivacyLevel::Minimal => "Run it at home: everybody sees the output of this build.",
        };
        out.complain(&format!("`closeloop {command}` prints what records say, and output is {name} here"), help);
        Err(COULD_NOT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrivacyLevel::{Full, Minimal, Reduced};

    fn limits(variables: &[(&str, &str)], event: &str, asked: Option<PrivacyLevel>) -> Limits {
        Limits::new(&Build::said(variables, event), asked)
    }

    const GITHUB: [(&str, &str); 2] = [("CI", "true"), ("GITHUB_ACTIONS", "true")];
    const PRIVATE: &str = r#"{"repository": {"private": true, "visibility": "private"}}"#;

    #[test]
    fn at_home_everything_is_shown_and_in_a_build_less() {
        assert_eq!(limits(&[], "", None).level(&[None]), Full);
        assert_eq!(limits(&[("CI", "false")], "", None).level(&[None]), Full);
        for build in ["CI", "TF_BUILD", "JENKINS_URL", "BITBUCKET_BUILD_NUMBER", "TEAMCITY_VERSION"] {
            assert_eq!(limits(&[(build, "true")], "", None).level(&[None]), Reduced, "{build}");
            assert_eq!(limits(&[(build, "true")], "", None).level(&[Some(Full)]), Full, "{build}");
        }
    }

    #[test]
    fn of_a_base_and_its_change_the_stricter_counts() {
        let ci = limits(&GITHUB, PRIVATE, None);
        assert_eq!(ci.level(&[Some(Full), None]), Reduced);
        assert_eq!(ci.level(&[Some(Full), Some(Minimal)]), Minimal);
        assert_eq!(ci.level(&[Some(Full), Some(Full)]), Full);
        assert_eq!(limits(&[], "", None).level(&[None, Some(Reduced)]), Reduced);
    }

    #[test]
    fn a_public_build_shows_the_least_whatever_anybody_says() {
        let public = [r#"{"repository": {"private": false}}"#, r#"{"repository": {"visibility": "public"}}"#];
        for event in public {
            assert_eq!(limits(&GITHUB, event, Some(Full)).level(&[Some(Full)]), Minimal, "{event}");
        }
        for word in ["public", "PUBLIC", "Public ", "everybody", " "] {
            let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_VISIBILITY", word)];
            assert_eq!(limits(&gitlab, "", Some(Full)).level(&[Some(Full)]), Minimal, "{word}");
            let event = format!(r#"{{"repository": {{"private": true, "visibility": "{word}"}}}}"#);
            assert_eq!(limits(&GITHUB, &event, Some(Full)).level(&[Some(Full)]), Minimal, "{word}");
        }
        for word in ["private", "INTERNAL"] {
            let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_VISIBILITY", word)];
            assert_eq!(limits(&gitlab, "", None).level(&[Some(Full)]), Full, "{word}");
        }
    }

    #[test]
    fn a_build_that_does_not_say_who_sees_it_is_reduced_at_least() {
        for event in ["", "{}", "[]", r#"{"repository": {"private": "yes"}}"#] {
            assert_eq!(limits(&GITHUB, event, Some(Full)).level(&[Some(Full)]), Reduced, "{event}");
        }
        assert_eq!(limits(&[("GITLAB_CI", "true")], "", Some(Full)).level(&[]), Reduced);
        assert_eq!(limits(&GITHUB, PRIVATE, None).level(&[Some(Full)]), Full);
        assert_eq!(limits(&GITHUB, PRIVATE, Some(Minimal)).level(&[Some(Full)]), Minimal);
    }
}
