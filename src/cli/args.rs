//! What the command line understands.

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Checks that an organisation learned from its information security incidents, by reading its ISMS in git.
#[derive(Parser, Debug)]
#[command(version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Judge every incident record and say what is missing.
    Check(CheckArgs),
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

/// Which tree is read, and how.
#[derive(Args, Debug)]
pub struct TreeArgs {
    /// A folder of the repository; by default the current one.
    pub path: Option<PathBuf>,
    /// Read a commit instead of the working tree.
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub at: Option<String>,
    /// Read the index: what would be committed.
    #[arg(long)]
    pub staged: bool,
    /// The date at which is judged; by default today.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// A named set of levels: starter, standard or auditor.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

/// `closeloop check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Which tree is read.
    #[command(flatten)]
    pub tree: TreeArgs,
    /// Run this rule alone; may be repeated.
    #[arg(long = "rule", value_name = "ID")]
    pub rules: Vec<String>,
    /// The lowest level that fails the run.
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found; what could not be checked still exits with 2.
    #[arg(long)]
    pub exit_zero: bool,
    /// text, github or json, to standard output or a file; may be repeated.
    #[arg(long = "output", value_name = "FORMAT[=FILE]")]
    pub outputs: Vec<String>,
}
