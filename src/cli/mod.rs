//! The command line: the only part that reads arguments, the environment and the clock.

mod args;
mod check;

use args::{Cli, Command};
use clap::Parser as _;
use std::process::ExitCode;

/// Runs the program.
pub fn run() -> ExitCode {
    crate::git::prepare();
    let cli = Cli::parse();
    let code = match cli.command {
        Command::Check(args) => check::run(&args),
    };
    ExitCode::from(code)
}
