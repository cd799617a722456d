//! Outputs: a format, and a file unless it goes to standard output.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::PathBuf;

/// A format of `check`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// Workflow commands, and a job summary where `GITHUB_STEP_SUMMARY` names its file.
    Github,
    /// The contract for programs.
    Json,
    /// The page that `github` adds to the summary of a job, for every place that shows Markdown.
    Markdown,
    /// A Code Quality report.
    Gitlab,
    /// Logging commands.
    Azure,
    /// A report and its annotations.
    Bitbucket,
    /// A report of tests.
    Junit,
    /// Diagnostics for reviewdog.
    Rdjson,
    /// Results for code scanning.
    Sarif,
}

/// A format of `merge`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum JoinedFormat {
    /// For people.
    Text,
    /// For pages and for summaries of jobs.
    Markdown,
    /// Workflow commands, and a job summary where `GITHUB_STEP_SUMMARY` names its file.
    Github,
    /// For programs.
    Json,
}

/// A format of `trend`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum PageFormat {
    /// To be committed, and for every place that shows Markdown.
    Markdown,
    /// One file, to be opened and printed.
    Html,
    /// One file, to be filed: PDF/A and PDF/UA.
    Pdf,
    /// For programs.
    Json,
}

/// A format of `timeline`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Picture {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A picture.
    Svg,
}

/// A format of `verify`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Answer {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The words of a kind of format, as the command line takes them.
pub fn words<F: ValueEnum>() -> Vec<PossibleValue> {
    F::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect()
}

fn names<F: ValueEnum>() -> String {
    words::<F>().iter().map(PossibleValue::get_name).collect::<Vec<_>>().join(", ")
}

/// One output: a format, and a file unless it goes to standard output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output<F> {
    /// The format.
    pub format: F,
    /// The file.
    pub file: Option<PathBuf>,
}

impl<F: ValueEnum> Output<F> {
    /// What an option that takes several says of itself.
    pub fn help() -> String {
        format!("{} (text is the default), to standard output or a file; may be repeated", names::<F>())
    }

    /// `FORMAT`, or `FORMAT=FILE`.
    ///
    /// # Errors
    /// The format is not known, or the file has no name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file after `=` has no name".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let unknown = |_| format!("the format is one of {}, and a file may follow: json=FILE", names::<F>());
        Ok(Self { format: F::from_str(format, false).map_err(unknown)?, file })
    }
}

/// Why outputs cannot be written together, if they cannot.
pub fn clash<F>(outputs: &[Output<F>]) -> Option<String> {
    if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Some("only one format fits on standard output; give the others a file: --output json=FILE".to_owned());
    }
    let files: Vec<_> = outputs.iter().filter_map(|output| output.file.as_ref()).collect();
    let twice = files.iter().enumerate().find(|(index, file)| files[..*index].contains(file));
    twice.map(|(_, file)| format!("two outputs name the file {}", file.display()))
}
