//! How much of the records this run may show: what is asked for, what the configuration says, and what the build says
//! of its audience.

use super::COULD_NOT;
use super::build::{Audience, Build};
use super::out::Out;
use crate::config::Stated;
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
    pub(super) fn level(&self, stated: &[Stated]) -> PrivacyLevel {
        let stated = stated.iter().map(|stated| match stated {
            Stated::Level(level) => *level,
            Stated::Nothing => self.usual,
            // In a build it may have asked for the least; at home whoever reads it has the file.
            Stated::Unknown if self.usual == PrivacyLevel::Full => self.usual,
            Stated::Unknown => PrivacyLevel::Minimal,
        });
        self.asked.unwrap_or(stated.max().unwrap_or(self.usual)).max(self.least)
    }

    /// The level of a run that could not check anything: no configuration shows more than is usual.
    fn refused(&self, stated: &[Stated]) -> PrivacyLevel {
        self.level(&[stated, &[Stated::Nothing]].concat())
    }

    /// Whether only the words of the program may be shown.
    pub(super) fn is_least(&self, stated: Stated) -> bool {
        self.level(&[stated]) == PrivacyLevel::Minimal
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
            Err(refusal) => shown(refusal.verdict, refusal.sources, &People::default(), self.refused(&refusal.privacy)),
        }
    }

    /// The level of a command that can leave out what records say, but not what they are about; where that is too much, says
    /// why not, and gives the exit code.
    pub(super) fn admit_reduced(
        &self,
        command: &str,
        stated: Option<PrivacyLevel>,
        out: &Out,
    ) -> Result<PrivacyLevel, u8> {
        match self.level(&[stated.into()]) {
            PrivacyLevel::Minimal => self.admit(command, stated, out).map(|()| PrivacyLevel::Minimal),
            level => Ok(level),
        }
    }

    /// Lets a command go on that prints what records say; elsewhere says why not, and gives the exit code.
    pub(super) fn admit(&self, command: &str, stated: Option<PrivacyLevel>, out: &Out) -> Result<(), u8> {
        let name = match self.level(&[stated.into()]) {
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
    use Stated::{Level, Nothing, Unknown};

    fn limits(variables: &[(&str, &str)], event: &str, asked: Option<PrivacyLevel>) -> Limits {
        Limits::new(&Build::said(variables, event), asked)
    }

    const GITHUB: [(&str, &str); 2] = [("CI", "true"), ("GITHUB_ACTIONS", "true")];
    const PRIVATE: &str = r#"{"repository": {"private": true, "visibility": "private"}}"#;

    #[test]
    fn at_home_everything_is_shown_and_in_a_build_less() {
        assert_eq!(limits(&[], "", None).level(&[Nothing]), Full);
        assert_eq!(limits(&[("CI", "false")], "", None).level(&[Nothing]), Full);
        for build in ["CI", "TF_BUILD", "JENKINS_URL", "BITBUCKET_BUILD_NUMBER", "TEAMCITY_VERSION"] {
            assert_eq!(limits(&[(build, "true")], "", None).level(&[Nothing]), Reduced, "{build}");
            assert_eq!(limits(&[(build, "true")], "", None).level(&[Level(Full)]), Full, "{build}");
        }
    }

    #[test]
    fn of_a_base_and_its_change_the_stricter_counts() {
        let ci = limits(&GITHUB, PRIVATE, None);
        assert_eq!(ci.level(&[Level(Full), Nothing]), Reduced);
        assert_eq!(ci.level(&[Level(Full), Level(Minimal)]), Minimal);
        assert_eq!(ci.level(&[Level(Full), Level(Full)]), Full);
        assert_eq!(limits(&[], "", None).level(&[Nothing, Level(Reduced)]), Reduced);
    }

    #[test]
    fn a_public_build_shows_the_least_whatever_anybody_says() {
        let public = [r#"{"repository": {"private": false}}"#, r#"{"repository": {"visibility": "public"}}"#];
        for event in public {
            assert_eq!(limits(&GITHUB, event, Some(Full)).level(&[Level(Full)]), Minimal, "{event}");
        }
        for word in ["public", "PUBLIC", "Public ", "everybody", " "] {
            let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_VISIBILITY", word)];
            assert_eq!(limits(&gitlab, "", Some(Full)).level(&[Level(Full)]), Minimal, "{word}");
            let event = format!(r#"{{"repository": {{"private": true, "visibility": "{word}"}}}}"#);
            assert_eq!(limits(&GITHUB, &event, Some(Full)).level(&[Level(Full)]), Minimal, "{word}");
        }
        for word in ["private", "INTERNAL"] {
            let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_VISIBILITY", word)];
            assert_eq!(limits(&gitlab, "", None).level(&[Level(Full)]), Full, "{word}");
        }
    }

    #[test]
    fn a_build_that_does_not_say_who_sees_it_is_reduced_at_least() {
        for event in ["", "{}", "[]", r#"{"repository": {"private": "yes"}}"#] {
            assert_eq!(limits(&GITHUB, event, Some(Full)).level(&[Level(Full)]), Reduced, "{event}");
        }
        assert_eq!(limits(&[("GITLAB_CI", "true")], "", Some(Full)).level(&[]), Reduced);
        assert_eq!(limits(&GITHUB, PRIVATE, None).level(&[Level(Full)]), Full);
        assert_eq!(limits(&GITHUB, PRIVATE, Some(Minimal)).level(&[Level(Full)]), Minimal);
    }

    #[test]
    fn a_run_that_could_not_check_shows_no_more_than_is_usual_and_the_least_where_nothing_is_known() {
        let home = limits(&[], "", None);
        assert_eq!([home.refused(&[Nothing]), home.refused(&[Unknown])], [Full, Full]);
        assert_eq!(home.refused(&[Level(Full), Level(Minimal)]), Minimal);
        let ci = limits(&GITHUB, PRIVATE, None);
        assert_eq!(ci.refused(&[Level(Full)]), Reduced);
        assert_eq!([ci.refused(&[Nothing, Level(Minimal)]), ci.refused(&[Nothing, Unknown])], [Minimal, Minimal]);
        assert_eq!(limits(&GITHUB, PRIVATE, Some(Full)).refused(&[Unknown]), Full);
    }
}
