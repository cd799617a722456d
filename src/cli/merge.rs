//! `closeloop merge`

use super::COULD_NOT;
use super::args::MergeArgs;
use super::build::Build;
use super::out::Out;
use super::outputs::{JoinedFormat, Output, clash};
use super::privacy::Limits;
use crate::config::Stated;
use crate::merge::{self, Content, MOST_BYTES, Merged, Named};
use crate::render::{job, merge as show};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Joins results and shows them; returns the exit code: 2 where a repository could not be checked, else 1 where one
/// failed, else 0.
pub(super) fn run(args: &MergeArgs, out: &Out) -> u8 {
    let standard = [Output { format: JoinedFormat::Text, file: None }];
    let outputs = if args.outputs.is_empty() { &standard[..] } else { &args.outputs };
    if let Some(clash) = clash(outputs) {
        out.complain(&clash, "");
        return COULD_NOT;
    }
    let merged = merged(args);
    let code = merged.verdict.exit_code();
    let mut worst = code;
    for output in outputs {
        worst = worst.max(write(output, &merged, code, out));
    }
    if outputs.iter().any(|output| output.format == JoinedFormat::Github) {
        let summary = |room| show::markdown(&merged, code, room);
        worst = worst.max(out.job_summary(summary, code));
    }
    worst
}

fn merged(args: &MergeArgs) -> Merged {
    let files: Vec<_> = args.results.iter().map(|result| split(result)).collect();
    let (named, notes) = merge::named(&files);
    let repeats = !Limits::new(&Build::of_process(), None).is_least(Stated::Nothing);
    // One at a time: what a result leaves behind is small.
    let mut pieces: Vec<_> =
        named.iter().map(|Named { name, file }| merge::read(name, &shown(file), content(file), repeats)).collect();
    pieces.extend(merge::unheard(&args.expect, &pieces));
    merge::joined(pieces, notes)
}

/// `NAME=FILE`, or a file alone, whose name may hold a `=` as well.
fn split(result: &str) -> (Option<String>, PathBuf) {
    match result.split_once('=') {
        Some((name, file)) if !name.is_empty() && !Path::new(result).exists() => (Some(name.to_owned()), file.into()),
        _ => (None, result.into()),
    }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn content(file: &Path) -> Content {
    if file.is_dir() {
        return Content::Folder;
    }
    match bytes(file) {
        Ok(bytes) if bytes.len() as u64 > MOST_BYTES => Content::TooLarge,
        Ok(bytes) => Content::Bytes(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Content::Missing,
        Err(error) => Content::Unreadable(error.to_string()),
    }
}

/// The bytes of a file or a pipe, and no more than one beyond what a result may have.
fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write(output: &Output<JoinedFormat>, merged: &Merged, code: u8, out: &Out) -> u8 {
    let text = match output.format {
        JoinedFormat::Text => Ok(show::text(merged, code)),
        JoinedFormat::Markdown => Ok(show::markdown(merged, code, job::MOST_BYTES)),
        JoinedFormat::Github => Ok(show::github(merged, code)),
        JoinedFormat::Json => show::json(merged),
    };
    match text {
        Ok(text) => out.deliver(&text, output.file.as_deref(), code),
        Err(error) => out.could_not_write("the table", &error.to_string()),
    }
}
