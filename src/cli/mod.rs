//! The command line: the only part that reads arguments, the environment and the clock.

mod args;
mod base;
mod baseline;
mod build;
mod check;
mod completions;
mod demo;
mod explain;
mod man;
mod merge;
mod out;
mod outputs;
mod pack;
mod privacy;
mod progress;
mod report;
mod rules;
mod schema;
mod show;
mod timeline;
mod tree;
mod trend;
mod verify;

use args::{Cli, Command};
use clap::Parser as _;
use out::Out;
use std::process::ExitCode;

/// What a command ends with when something kept it from its work.
const COULD_NOT: u8 = 2;

/// Runs the program.
pub fn run() -> ExitCode {
    crate::git::prepare();
    let cli = Cli::parse();
    let out = Out::new(cli.color);
    let code = match cli.command {
        Command::Check(args) => check::run(&args, &out),
        Command::Baseline(args) => baseline::run(&args, &out),
        Command::Show(args) => show::run(&args, &out),
        Command::Timeline(args) => timeline::run(&args, &out),
        Command::Report(args) => report::run(&args, &out),
        Command::Trend(args) => trend::run(&args, &out),
        Command::Verify(args) => verify::run(&args, &out),
        Command::Rules(args) => rules::run(&args, &out),
        Command::Explain(args) => explain::run(&args, &out),
        Command::Demo(args) => demo::run(&args, &out),
        Command::Schema(args) => schema::run(&args, &out),
        Command::Merge(args) => merge::run(&args, &out),
        Command::Completions(args) => completions::run(&args, &out),
        Command::Man(args) => man::run(&args, &out),
    };
    ExitCode::from(code)
}
