//! `closeloop man`

use super::args::{Cli, ManArgs};
use super::out::{Out, write_file};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use std::io;
use std::path::Path;

/// Prints the main page, or writes all pages; returns the exit code.
pub(super) fn run(args: &ManArgs, out: &Out) -> u8 {
    let result = match &args.folder {
        None => rendered(&Man::new(commands())),
        Some(folder) => write(folder),
    };
    match result {
        Ok(text) => out.print(&text, 0),
        Err(error) => {
            let what = args.folder.as_ref().map_or("the page".to_owned(), |folder| folder.display().to_string());
            out.could_not_write(&what, &error.to_string())
        }
    }
}

/// The commands without that which prints help: it has no page.
fn commands() -> Command {
    Cli::command().disable_help_subcommand(true)
}

fn rendered(page: &Man) -> io::Result<String> {
    let mut text = Vec::new();
    page.render(&mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Writes the page of closeloop and one for each command; returns what to tell.
fn write(folder: &Path) -> io::Result<String> {
    std::fs::create_dir_all(folder)?;
    let mut command = commands();
    command.build();
    let mut commands: Vec<Command> = command.get_subcommands().cloned().collect();
    commands.insert(0, command);
    let version = concat!("closeloop ", env!("CARGO_PKG_VERSION"));
    let pages: Vec<Man> = commands.into_iter().map(|command| Man::new(command).source(version)).collect();
    for page in &pages {
        write_file(&folder.join(page.get_filename()), &rendered(page)?)?;
    }
    let (number, folder) = (pages.len(), folder.display());
    Ok(format!("{number} pages are in {folder}; `man -l {folder}/closeloop.1` shows the first.\n"))
}
