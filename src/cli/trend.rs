//! `closeloop trend`, and `closeloop report --for-review`

use super::args::{FailOn, ReportArgs, TreeArgs, TrendArgs};
use super::build::Build;
use super::out::Out;
use super::outputs::{Output, PageFormat, clash};
use super::privacy::Limits;
use super::progress::Progress;
use super::{COULD_NOT, report, tree};
use crate::config::model::PrivacyLevel;
use crate::git::GitProblem;
use crate::render;
use crate::render::text;
use crate::trend::{Request, Span, Trend, trend};
use crate::verdict::{Ending, Examined, Judgement, Options, Refusal, examine, read, refused};
use std::path::Path;

/// A page that is ready to be shown, and what the configuration says of privacy.
type Made = (Trend, Option<PrivacyLevel>);

/// What is asked for on the command line.
struct Asked<'a> {
    command: &'static str,
    tree: TreeArgs,
    period: Option<Span>,
    review: Option<&'a str>,
    has_replay: bool,
    privacy: Option<PrivacyLevel>,
}

/// Writes the page; returns the exit code: 0, or 2 where nothing was written.
pub(super) fn run(args: &TrendArgs, out: &Out) -> u8 {
    let standard = [Output { format: PageFormat::Markdown, file: None }];
    let outputs = if args.outputs.is_empty() { &standard[..] } else { &args.outputs };
    if let Some(clash) = clash(outputs) {
        out.complain(&clash, "");
        return COULD_NOT;
    }
    let days = args.from.zip(args.to);
    if days.is_some_and(|(from, to)| !report::is_period(from, to, out)) {
        return COULD_NOT;
    }
    let period = args.quarter.map(Span::from).or(days.map(|(from, to)| Span::new(from, to)));
    let tree =
        TreeArgs::of_commit(&args.at, args.path.as_ref().or(args.folder.as_ref()), args.as_of, args.profile.as_ref());
    let privacy = args.privacy.asked();
    let asked = Asked { command: "trend", tree, period, review: None, has_replay: args.replay, privacy };
    deliver(&asked, outputs, out)
}

/// Writes what a management review takes in.
pub(super) fn for_review(args: &ReportArgs, id: &str, out: &Out) -> u8 {
    let days = args.from.zip(args.to);
    if days.is_some_and(|(from, to)| !report::is_period(from, to, out)) {
        return COULD_NOT;
    }
    let tree =
        TreeArgs::of_commit(&args.at, args.path.as_ref().or(args.folder.as_ref()), args.as_of, args.profile.as_ref());
    let period = days.map(|(from, to)| Span::new(from, to));
    let privacy = args.privacy.asked();
    let asked = Asked { command: "report --for-review", tree, period, review: Some(id), has_replay: false, privacy };
    deliver(&asked, &[Output { format: PageFormat::Markdown, file: args.output.clone() }], out)
}

fn deliver(asked: &Asked<'_>, outputs: &[Output<PageFormat>], out: &Out) -> u8 {
    let made = {
        let _progress = Progress::of("reading and judging records and their history");
        make(asked)
    };
    let build = Build::of_process();
    let (trend, stated) = match made {
        Ok(made) => made,
        Err(refusal) => {
            let help = "A page is of a commit: what is not committed, such as a new closeloop.toml, is not in it.";
            out.complain("no page was written: it could not be checked", help);
            let (verdict, sources) = Limits::new(&build, None).shown(Err(refusal));
            return out.print(&text::problems(&verdict.problems, &sources, out.has_colour()), COULD_NOT);
        }
    };
    let trend = match Limits::new(&build, asked.privacy).admit_reduced(asked.command, stated, out) {
        Ok(PrivacyLevel::Full) => trend,
        Ok(_) => trend.reduced(),
        Err(code) => return code,
    };
    outputs.iter().map(|output| write(output, &trend, out)).max().unwrap_or(0)
}

fn make(asked: &Asked<'_>) -> Result<Made, Box<Refusal>> {
    let options = tree::options(&asked.tree, &[], FailOn::Error);
    let problem = |message: &str, help: &str| {
        refused(&options, &GitProblem { message: message.to_owned(), help: help.to_owned() })
    };
    let snapshot = tree::open(&asked.tree).map_err(|problem| refused(&options, &problem))?;
    if let Some(problem) = snapshot.is_incomplete() {
        return Err(refused(&options, &problem));
    }
    let reading = read(&snapshot, &options)?;
    let examined = examine(&snapshot, reading, &options);
    if examined.judgement.verdict.ending == Ending::CouldNotCheck {
        let Judgement { verdict, population, privacy } = examined.judgement;
        return Err(Box::new(Refusal { verdict, sources: population.sources, privacy }));
    }
    let open = |commit: &str| tree::open_at(&asked.tree, commit);
    let request = request(asked, &options, &open);
    let filled = trend(&request, &snapshot, &examined);
    let help = "Switch a rule on that sees history.";
    let filled = filled.ok_or_else(|| problem("history was not compared, and a page tells what git shows", help))?;
    let Examined { book, .. } = &examined;
    let stated = book.config.privacy.output;
    // The process ends soon: giving back each piece of a large population would only take time.
    std::mem::forget(examined);
    Ok((filled, stated))
}

fn request<'r>(
    asked: &'r Asked<'_>,
    options: &'r Options,
    open: &'r impl Fn(&str) -> Result<crate::git::Snapshot, GitProblem>,
) -> Request<'r> {
    let replay = asked.has_replay.then_some(open as crate::trend::Opening<'r>);
    Request { period: asked.period, review: asked.review, replay, options }
}

fn write(output: &Output<PageFormat>, trend: &Trend, out: &Out) -> u8 {
    let text = match output.format {
        PageFormat::Json => match render::json::pretty(trend) {
            Ok(text) => text,
            Err(error) => return out.could_not_write("the page", &error.to_string()),
        },
        PageFormat::Markdown => render::trend::markdown(trend),
        PageFormat::Pdf => return write_pdf(output.file.as_deref(), trend, out),
        PageFormat::Html => render::trend::html(trend),
    };
    out.deliver(&text, output.file.as_deref(), 0)
}

/// A PDF is no text: it goes into a file.
fn write_pdf(file: Option<&Path>, trend: &Trend, out: &Out) -> u8 {
    let Some(file) = file else {
        out.complain("a PDF does not fit on standard output", "Give it a file: `--output pdf=FILE`.");
        return COULD_NOT;
    };
    match render::trend::pdf(trend) {
        Ok(bytes) => out.deliver_bytes(&bytes, file),
        Err(error) => out.could_not_write("the PDF", &error.to_string()),
    }
}
