//! What the command line understands.

use super::outputs::{Answer, Format, JoinedFormat, Output, PageFormat, Picture};
use crate::config::model::PrivacyLevel;
use crate::record::Period;
use crate::report::{Audience, SAMPLE_SIZE};
use crate::time::Calendar;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Checks that an organisation learned from its information security incidents, by reading its ISMS in git.
///
/// Exit codes: 0 checked and clean, 1 findings, 2 could not check.
#[derive(Parser, Debug)]
#[command(version, about, long_about, disable_help_subcommand = false)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to write colours.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: When,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Judge every incident record and say what is missing.
    Check(CheckArgs),
    /// Write down what stands now, so that only what is new fails; later, take out what is mended.
    Baseline(BaselineArgs),
    /// Say what was understood: each field, where it stands, how it was read, and each file left out.
    Show(ShowArgs),
    /// Tell the life of one incident as git saw it: what is stated, what landed when, and what really changed.
    Timeline(TimelineArgs),
    /// Write an evidence pack of a period for an auditor: a page, tables, the result, and a list of digests.
    Report(ReportArgs),
    /// Write the page of trends for a management review: did it stop, what is to be decided, and the figures of a period.
    Trend(TrendArgs),
    /// Compare an evidence pack with its list of digests, and with what the repository gives again.
    Verify(VerifyArgs),
    /// List the rules, those of the configuration included.
    Rules(RulesArgs),
    /// Explain one rule: what it checks, why an auditor cares, what fails and what passes.
    Explain(ExplainArgs),
    /// Join the results of many repositories into one table, one summary and one exit code.
    Merge(MergeArgs),
    /// Print a JSON Schema: of the result, of a timeline, of merged results, of trends, of a verification, of closeloop.toml,
    /// of the waivers, or of a record.
    Schema(SchemaArgs),
    /// Build the fictional example organisation in a new folder, check it, and say what to try next.
    Demo(DemoArgs),
    /// Print what makes a shell complete the commands, their options, and the ids of rules.
    Completions(CompletionsArgs),
    /// Print the manual page, or write all pages into a folder.
    Man(ManArgs),
}

/// When to write colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` forbids it; elsewhere if `CLICOLOR_FORCE` asks for it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The level that fails a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FailOn {
    /// Errors alone.
    Error,
    /// Warnings and errors.
    Warning,
    /// Everything.
    Note,
}

/// How much of the records is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Privacy {
    /// Everything.
    Full,
    /// No titles and no quoted text.
    Reduced,
    /// Rule, id, field, place and what to do.
    Minimal,
}

impl From<Privacy> for PrivacyLevel {
    fn from(privacy: Privacy) -> Self {
        match privacy {
            Privacy::Full => Self::Full,
            Privacy::Reduced => Self::Reduced,
            Privacy::Minimal => Self::Minimal,
        }
    }
}

/// How much a command shows.
#[derive(Args, Clone, Copy, Debug)]
pub struct PrivacyArgs {
    /// How much of the records is shown, instead of what the configuration says; in a build of a public repository it is
    /// minimal in any case.
    #[arg(long, value_name = "LEVEL")]
    privacy: Option<Privacy>,
}

impl PrivacyArgs {
    /// The level that is asked for.
    pub fn asked(self) -> Option<PrivacyLevel> {
        self.privacy.map(PrivacyLevel::from)
    }
}

/// Which tree is read, and how. All commands that read one share it.
#[derive(Args, Clone, Debug)]
pub struct TreeArgs {
    /// Begin in this folder instead of the current one.
    #[arg(short = 'C', long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Read a commit instead of the working tree; `auto` is the commit that a push brings, where a hook of pre-commit or
    /// prek runs, and else the one that is checked out.
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub at: Option<String>,
    /// Read the index: what would be committed.
    #[arg(long)]
    pub staged: bool,
    /// The date at which is judged, as YYYY-MM-DD; by default today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// A named set of levels: starter, standard or auditor.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

impl TreeArgs {
    /// The tree of a commit, for a command that is never about what is not committed.
    pub fn of_commit(at: &str, folder: Option<&PathBuf>, as_of: Option<NaiveDate>, profile: Option<&String>) -> Self {
        Self { folder: folder.cloned(), at: Some(at.to_owned()), staged: false, as_of, profile: profile.cloned() }
    }
}

/// `closeloop check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// A folder of the repository; by default the current one.
    #[arg(conflicts_with = "folder")]
    pub path: Option<PathBuf>,
    /// Which tree is read.
    #[command(flatten)]
    pub tree: TreeArgs,
    /// Run this rule alone; may be repeated.
    #[arg(long = "rule", value_name = "ID")]
    pub rules: Vec<String>,
    /// Fail only for what is new against this revision; `auto` takes it from the build: the target of a pull request, the
    /// commit before a push, what the remote has. What was there is shown as existing.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Apply the limits of this framework, besides those of the configuration; they only tighten. May be repeated, or
    /// several with commas between them.
    #[arg(long = "framework", value_name = "NAME", value_delimiter = ',')]
    pub frameworks: Vec<String>,
    /// Do not compare with the history of the repository; what needs it is not run.
    #[arg(long)]
    pub no_history: bool,
    /// Neither use nor leave what makes the next run faster: it is kept inside the folder of git and may be deleted.
    #[arg(long)]
    pub no_cache: bool,
    /// The lowest level that fails the run.
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found; what could not be checked still exits with 2.
    #[arg(long)]
    pub exit_zero: bool,
    /// In which format, to standard output or to a file; may be repeated.
    #[arg(long = "output", value_name = "FORMAT[=FILE]", value_parser = Output::<Format>::parse, help = Output::<Format>::help())]
    pub outputs: Vec<Output<Format>>,
    /// How much is shown.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `closeloop baseline`
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// A folder of the repository; by default the current one.
    pub path: Option<PathBuf>,
    /// The date at which is judged, as YYYY-MM-DD; by default today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// A named set of levels: starter, standard or auditor.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

/// `closeloop show`
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The record to show in full; without one, everything in brief.
    pub id: Option<String>,
    /// Which tree is read.
    #[command(flatten)]
    pub tree: TreeArgs,
    /// text or json.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output: Plain,
    /// How much is shown.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `closeloop timeline`
#[derive(Args, Debug)]
pub struct TimelineArgs {
    /// The record's id; one that is gone is known as long as history has it.
    pub id: String,
    /// Which tree is read.
    #[command(flatten)]
    pub tree: TreeArgs,
    /// text (the default), json or svg, to standard output or a file.
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "text", value_parser = Output::<Picture>::parse)]
    pub output: Output<Picture>,
    /// How much is shown.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `closeloop report`
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// A folder of the repository; by default the current one.
    #[arg(conflicts_with = "folder")]
    pub path: Option<PathBuf>,
    /// Begin in this folder instead of the current one.
    #[arg(short = 'C', long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The commit; a pack is always about one, and never about what is not committed.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub at: String,
    /// The first day of the period, as YYYY-MM-DD: incidents that were detected or closed in it.
    #[arg(long, value_name = "DATE", required_unless_present = "for_review", requires = "to")]
    pub from: Option<NaiveDate>,
    /// The last day of the period, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE", required_unless_present = "for_review", requires = "from")]
    pub to: Option<NaiveDate>,
    /// The folder to write: a new or empty one, or one that holds an earlier pack and nothing else. With --for-review, the
    /// Markdown file to write; without one, it is printed.
    #[arg(long, value_name = "DIR", required_unless_present = "for_review")]
    pub output: Option<PathBuf>,
    /// Instead of a pack, write what the management review of this id takes in, as Markdown to be committed beside its
    /// minutes; without days, about the time since the review before.
    #[arg(long, value_name = "ID", conflicts_with_all = ["audience", "sample", "sample_file", "sample_size"])]
    pub for_review: Option<String>,
    /// The date at which is judged, as YYYY-MM-DD; by default today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// A named set of levels: starter, standard or auditor.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The frameworks of the crosswalk, instead of those of the configuration, by default iso27001; their limits are
    /// applied. May be repeated, or several with commas between them.
    #[arg(long = "framework", value_name = "NAME", value_delimiter = ',')]
    pub frameworks: Vec<String>,
    /// Who reads the pack, which decides what it holds.
    #[arg(long, value_name = "WHO", default_value = "auditor")]
    pub audience: Audience,
    /// Incidents that get a sheet besides the suggested ones, by their ids.
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    pub sample: Vec<String>,
    /// A file with such ids, one a line.
    #[arg(long, value_name = "FILE")]
    pub sample_file: Vec<PathBuf>,
    /// The most incidents that are suggested for a sheet.
    #[arg(long, value_name = "N", default_value_t = SAMPLE_SIZE)]
    pub sample_size: usize,
    /// How much is shown; a pack is full, or it is not written.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `closeloop trend`
#[derive(Args, Debug)]
pub struct TrendArgs {
    /// A folder of the repository; by default the current one.
    #[arg(conflicts_with = "folder")]
    pub path: Option<PathBuf>,
    /// Begin in this folder instead of the current one.
    #[arg(short = 'C', long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The commit; a page is always about one, and never about what is not committed.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub at: String,
    /// The period: a quarter, a half, a month or a year, as 2026Q3, 2026H1, 2026-03 or 2026; by default the last quarter
    /// that is over.
    #[arg(long, value_name = "PERIOD", value_parser = period, conflicts_with_all = ["from", "to"])]
    pub quarter: Option<Period>,
    /// The first day of the period, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<NaiveDate>,
    /// The last day of the period, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<NaiveDate>,
    /// Judge the ends of up to 24 past months by today's rules as well; each takes about as long as a check.
    #[arg(long)]
    pub replay: bool,
    /// The date at which is judged, as YYYY-MM-DD; by default today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// A named set of levels: starter, standard or auditor.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// markdown (the default), html, pdf (to a file alone) or json, to standard output or a file; may be repeated.
    #[arg(long = "output", value_name = "FORMAT[=FILE]", value_parser = Output::<PageFormat>::parse)]
    pub outputs: Vec<Output<PageFormat>>,
    /// How much is shown; nothing is written where it is minimal.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `2026Q3`
fn period(text: &str) -> Result<Period, String> {
    Period::read(text, &Calendar::default())
        .ok_or_else(|| "name a quarter, as 2026Q3, or use --from and --to".to_owned())
}

/// `closeloop verify`
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The folder of the pack.
    pub pack: PathBuf,
    /// A folder of the repository; by default the current one.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub repo: PathBuf,
    /// text (the default) or json, to standard output or to a file; may be repeated.
    #[arg(long = "output", value_name = "FORMAT[=FILE]", value_parser = Output::<Answer>::parse)]
    pub outputs: Vec<Output<Answer>>,
    /// How much of the values that differ is shown.
    #[command(flatten)]
    pub privacy: PrivacyArgs,
}

/// `closeloop rules`
#[derive(Args, Debug)]
pub struct RulesArgs {
    /// Whose own rules are listed, too.
    #[command(flatten)]
    pub tree: TreeArgs,
    /// text or json.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output: Plain,
}

/// `closeloop explain`
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The rule's id.
    pub rule: String,
    /// Whose own rules are known, too.
    #[command(flatten)]
    pub tree: TreeArgs,
}

/// `closeloop schema`
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// What the schema describes.
    pub of: SchemaOf,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    /// What `closeloop check --output json` prints.
    Result,
    /// What `closeloop timeline ID --output json` prints.
    Timeline,
    /// What `closeloop merge --output json` prints.
    Merge,
    /// What `closeloop trend --output json` prints.
    Trend,
    /// What `closeloop verify --output json` prints.
    Verify,
    /// closeloop.toml.
    Config,
    /// An incident record, or the front matter of one.
    Record,
    /// closeloop-waivers.toml.
    Waivers,
}

/// A format for people or for programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Plain {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `closeloop merge`
#[derive(Args, Debug)]
pub struct MergeArgs {
    /// What `closeloop check --output json` printed, a file a repository. The repository is called as the file is, or
    /// NAME where that stands before it.
    #[arg(value_name = "[NAME=]FILE", required_unless_present = "expect")]
    pub results: Vec<String>,
    /// A repository that has to be among them; one without a result could not be checked. May be repeated, or several
    /// with commas between them.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// text (the default), markdown, github or json, to standard output or a file; may be repeated. github adds the
    /// table to the summary of the job.
    #[arg(long = "output", value_name = "FORMAT[=FILE]", value_parser = Output::<JoinedFormat>::parse)]
    pub outputs: Vec<Output<JoinedFormat>>,
}

/// `closeloop completions`
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `closeloop man`
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The folder for all pages; it is made where it is not there. Without one, the main page is printed.
    pub folder: Option<PathBuf>,
}

/// `closeloop demo`
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// The folder to build it in; it has to be new or empty. By default `closeloop-demo`.
    pub folder: Option<PathBuf>,
}
