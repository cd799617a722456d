//! `closeloop show`

use super::args::{FailOn, Plain, ShowArgs};
use super::build::Build;
use super::out::Out;
use super::privacy::Limits;
use super::progress::Progress;
use super::{COULD_NOT, tree};
use crate::render::{json, show, text};
use crate::verdict::{Reading, Refusal, read, refused};

/// Says what was understood; returns the exit code.
pub(super) fn run(args: &ShowArgs, out: &Out) -> u8 {
    let reading = {
        let _progress = Progress::of("reading records");
        let options = tree::options(&args.tree, &[], FailOn::Error);
        let opened = tree::open(&args.tree).map_err(|problem| refused(&options, &problem));
        opened.and_then(|snapshot| read(&snapshot, &options))
    };
    match reading {
        Ok(reading) => {
            let limits = Limits::new(&Build::of_process(), args.privacy.asked());
            let admitted = limits.admit("show", reading.book.config.privacy.output, out);
            admitted.map_or_else(|code| code, |()| print(args, &reading, out))
        }
        Err(refusal) => refuse(args.output, refusal, out),
    }
}

fn print(args: &ShowArgs, reading: &Reading, out: &Out) -> u8 {
    let Reading { book, population, .. } = reading;
    let id = args.id.as_deref();
    let Some(understood) = show::understood(population, book, id) else {
        let id = id.unwrap_or_default();
        let help = match show::nearest_id(population, id) {
            Some(near) => format!("Did you mean {near}?"),
            None => "`closeloop show` lists all records.".to_owned(),
        };
        out.complain(&format!("there is no record {id}"), &help);
        return COULD_NOT;
    };
    match args.output {
        Plain::Text => out.print(&show::text(&understood), 0),
        Plain::Json => match json::pretty(&understood) {
            Ok(text) => out.print(&text, 0),
            Err(_) => COULD_NOT,
        },
    }
}

/// Where nothing could be read: the problems, in the format that was asked for.
pub(super) fn refuse(output: Plain, refusal: Box<Refusal>, out: &Out) -> u8 {
    let (verdict, sources) = Limits::new(&Build::of_process(), None).shown(Err(refusal));
    let text = match output {
        Plain::Json => json::render(&verdict).unwrap_or_default(),
        Plain::Text => text::problems(&verdict.problems, &sources, out.has_colour()),
    };
    out.print(&text, COULD_NOT)
}
