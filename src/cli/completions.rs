//! `closeloop completions`

use super::args::{Cli, CompletionsArgs};
use super::out::Out;
use super::outputs::{self, Format, JoinedFormat, Picture};
use crate::framework;
use crate::render::catalogue;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory as _};

/// Prints what a shell reads to complete; returns the exit code.
pub(super) fn run(args: &CompletionsArgs, out: &Out) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_words(Cli::command()), "closeloop", &mut script);
    out.print(&String::from_utf8_lossy(&script), 0)
}

/// The commands with the words that their values may begin with. More than these is taken: a rule of your own, a
/// format with a file behind it; so they stand here and not where arguments are read.
fn with_words(command: Command) -> Command {
    let known = catalogue::entries(&[], None);
    let summary = |id: &str| known.iter().find(|rule| rule.id == id).map(|rule| rule.summary.clone());
    let ids = crate::rules::ids().into_iter();
    let rules: Vec<PossibleValue> =
        ids.map(|id| PossibleValue::new(id).help(summary(id).unwrap_or_default())).collect();
    let profiles = ["starter", "standard", "auditor"].map(PossibleValue::new).to_vec();
    let frameworks: Vec<PossibleValue> = framework::names().map(PossibleValue::new).collect();
    let words: [(&str, &str, Vec<PossibleValue>); 7] = [
        ("check", "rules", rules.clone()),
        ("check", "outputs", outputs::words::<Format>()),
        ("check", "frameworks", frameworks.clone()),
        ("report", "frameworks", frameworks),
        ("explain", "rule", rules),
        ("merge", "outputs", outputs::words::<JoinedFormat>()),
        ("timeline", "output", outputs::words::<Picture>()),
    ];
    let command = words.into_iter().fold(command, |command, (name, argument, words)| {
        command
            .mut_subcommand(name, |sub| sub.mut_arg(argument, |arg| arg.value_parser(PossibleValuesParser::new(words))))
    });
    command.mut_subcommands(|sub| {
        let has_profile = sub.get_arguments().any(|argument| argument.get_id() == "profile");
        if has_profile {
            sub.mut_arg("profile", |arg| arg.value_parser(PossibleValuesParser::new(profiles.clone())))
        } else {
            sub
        }
    })
}
