//! `closeloop baseline`

use super::args::{BaselineArgs, FailOn, Plain, TreeArgs};
use super::out::{Out, write_file};
use super::progress::Progress;
use super::{COULD_NOT, show, tree};
use crate::git::Snapshot;
use crate::text::{Text, shorten};
use crate::verdict::{Ending, Held, Judgement, Options, Refusal, Taken};
use crate::verdict::{judge_reading, read, refused};
use std::path::Path;

/// The most mended findings that are listed.
const MOST_LISTED: usize = 40;

/// Writes the baseline; returns the exit code.
pub(super) fn run(args: &BaselineArgs, out: &Out) -> u8 {
    let tree = TreeArgs {
        folder: args.path.clone(),
        at: None,
        staged: false,
        as_of: args.as_of,
        profile: args.profile.clone(),
    };
    let options = tree::options(&tree, &[], FailOn::Error);
    let taken = tree::open(&tree).map_err(|problem| refused(&options, &problem));
    match taken.and_then(|snapshot| Ok((taken_from(&snapshot, &options)?, snapshot))) {
        Ok((taken, snapshot)) => write(&taken, &snapshot, out),
        Err(refusal) => show::refuse(Plain::Text, refusal, out),
    }
}

/// Judges the working tree with its whole history; what could not be checked is no baseline.
fn taken_from(snapshot: &Snapshot, options: &Options) -> Result<Taken, Box<Refusal>> {
    let _progress = Progress::of("reading and judging records");
    let reading = read(snapshot, options)?;
    let (book, baseline) = (reading.book.clone(), reading.baseline.clone());
    let Judgement { verdict, population, privacy } = judge_reading(snapshot, reading, options);
    if verdict.ending == Ending::CouldNotCheck {
        return Err(Box::new(Refusal { verdict, sources: population.sources, privacy }));
    }
    Ok(baseline.taken(&verdict, &book, &population))
}

fn write(taken: &Taken, snapshot: &Snapshot, out: &Out) -> u8 {
    let (Some(root), Some(path)) = (snapshot.root(), &taken.baseline.path) else {
        out.complain("there is no working tree to write the baseline to", "Run it in a checkout that is not bare.");
        return COULD_NOT;
    };
    let file = root.join(path.as_str());
    match save(&file, taken) {
        Ok(()) => out.print(&told(taken, path.as_str()), 0),
        Err(why) => {
            let help = "The baseline is a plain file of the working tree, beside closeloop.toml.";
            out.complain(&format!("`{path}` could not be written: {why}"), help);
            COULD_NOT
        }
    }
}

/// Writes the file where it would say something else than before.
fn save(file: &Path, taken: &Taken) -> Result<(), String> {
    let text = taken.baseline.written().map_err(|error| error.to_string())?;
    if text.len() as u64 > Snapshot::MAX_FILE_BYTES {
        return Err(format!(
            "{} are more than a file of 8 MiB can hold, and a larger one would not be read; mend the commonest first, or \
             begin with the rules that matter most to you (`[rules]` in closeloop.toml)",
            findings(taken.baseline.len())
        ));
    }
    match file.symlink_metadata() {
        Ok(about) if !about.is_file() => return Err("something else than a plain file stands there".to_owned()),
        Ok(_) if std::fs::read(file).is_ok_and(|held| held == text.as_bytes()) => return Ok(()),
        // An ISMS in good order needs no baseline.
        Err(_) if taken.baseline.is_empty() => return Ok(()),
        _ => {}
    }
    write_file(file, &text).map_err(|error| error.to_string())
}

fn told(taken: &Taken, path: &str) -> String {
    let Taken { baseline, fixed, left, refused } = taken;
    let mut lines = Vec::new();
    if !fixed.is_empty() {
        lines.push(format!("{} mended since, and taken out:", findings(fixed.len())));
        lines.extend(fixed.iter().take(MOST_LISTED).map(line));
        lines.extend(fixed.len().checked_sub(MOST_LISTED + 1).map(|more| format!("  and {} more", more + 1)));
    }
    if *left > 0 {
        let what = findings(*left);
        lines.push(format!("{what} not taken up, as a baseline only shrinks: `closeloop check` shows what to mend."));
    }
    if *refused > 0 {
        let what = findings(*refused);
        lines.push(format!("{what} of rules that no baseline may cover: `closeloop check` shows what to mend."));
    }
    lines.push(match baseline.len() {
        0 if !fixed.is_empty() || *left > 0 => format!("{path} holds nothing any more and may be deleted."),
        0 if *refused == 0 => "There is nothing at the level of a warning or above.".to_owned(),
        0 => "There is nothing that a baseline could hold.".to_owned(),
        n => format!("{path} holds {}: every check shows them, and they fail no run. Commit it.", findings(n)),
    });
    lines.join("\n") + "\n"
}

fn findings(n: usize) -> String {
    if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") }
}

fn line(held: &Held) -> String {
    let record = held.record.as_deref().unwrap_or_default();
    let text = format!("  {} {} {}", held.rule, shorten(record, 60), shorten(&held.field, 80));
    Text::new(text.trim_end()).as_str().to_owned()
}
