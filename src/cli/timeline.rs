//! `closeloop timeline`

use super::args::{FailOn, Plain, TimelineArgs};
use super::build::Build;
use super::out::{self, Out};
use super::outputs::Picture;
use super::privacy::Limits;
use super::progress::Progress;
use super::{COULD_NOT, show, tree};
use crate::config::model::PrivacyLevel;
use crate::render;
use crate::timeline::{Sources, Timeline, nearest_id, timeline};
use crate::verdict::{Options, Refusal, history, read, refused};

type Told = (Option<PrivacyLevel>, Result<Timeline, Option<String>>);

/// Tells the life of one incident; returns the exit code.
pub(super) fn run(args: &TimelineArgs, out: &Out) -> u8 {
    let options = tree::options(&args.tree, &[], FailOn::Error);
    let told = {
        let _progress = Progress::of("reading records and their history");
        tell(args, &options)
    };
    match told {
        Ok((stated, Ok(timeline))) => {
            let admitted = Limits::new(&Build::of_process(), args.privacy.asked()).admit("timeline", stated, out);
            admitted.map_or_else(|code| code, |()| write(args, &timeline, out))
        }
        Ok((_, Err(near))) => {
            let help = match near {
                Some(near) => format!("Did you mean {near}?"),
                None => "`closeloop show` lists all records.".to_owned(),
            };
            out.complain(&format!("neither the tree nor the history knows the record {}", args.id), &help);
            COULD_NOT
        }
        Err(refusal) => {
            let format = if args.output.format == Picture::Json { Plain::Json } else { Plain::Text };
            show::refuse(format, refusal, out)
        }
    }
}

/// The timeline, or the nearest id that there is; with what the configuration says of privacy.
fn tell(args: &TimelineArgs, options: &Options) -> Result<Told, Box<Refusal>> {
    let snapshot = tree::open(&args.tree).map_err(|problem| refused(options, &problem))?;
    let reading = read(&snapshot, options)?;
    let history = history(&snapshot, &reading, options)?;
    let (population, book) = (&reading.population, &reading.book);
    let as_of = options.as_of(book);
    let sources = Sources { snapshot: &snapshot, population, history: &history, book, as_of };
    let told = timeline(&sources, &args.id);
    let told = told.ok_or_else(|| nearest_id(population, &history, &args.id).map(ToOwned::to_owned));
    Ok((book.config.privacy.output, told))
}

fn write(args: &TimelineArgs, timeline: &Timeline, out: &Out) -> u8 {
    let text = match args.output.format {
        Picture::Text => render::timeline::text(timeline),
        Picture::Svg => render::figure::svg(&crate::figure::timeline::figure(timeline)),
        Picture::Json => match render::json::pretty(timeline) {
            Ok(text) => text,
            Err(error) => {
                out.complain(&format!("the timeline could not be written: {error}"), "");
                return COULD_NOT;
            }
        },
    };
    let Some(file) = &args.output.file else { return out.print(&text, 0) };
    match out::write_file(file, &text) {
        Ok(()) => 0,
        Err(error) => {
            let help = "Name a file in a folder that exists and is writable.";
            out.complain(&format!("{} could not be written: {error}", file.display()), help);
            COULD_NOT
        }
    }
}
