//! `closeloop report`

use super::args::{FailOn, ReportArgs, TreeArgs};
use super::build::Build;
use super::out::Out;
use super::privacy::Limits;
use super::progress::Progress;
use super::{COULD_NOT, pack, tree, trend};
use crate::config::model::PrivacyLevel;
use crate::git::Snapshot;
use crate::render::report::{PackFile, pack as files};
use crate::render::text;
use crate::report::{Request, report, strangers};
use crate::text::Text;
use crate::verdict::{Ending, Examined, Judgement, Options, Refusal, examine, read, refused};
use chrono::NaiveDate;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// A pack that is ready to be written or compared.
pub(super) struct Made {
    /// Its files.
    pub(super) files: Vec<PackFile>,
    /// How the run ended.
    pub(super) ending: Ending,
    /// The digest of the configuration that was used.
    pub(super) config_digest: String,
    /// What the configuration says of privacy.
    pub(super) stated: Option<PrivacyLevel>,
    /// How the pack is told: incidents in the period, and how the run ended.
    pub(super) told: Text,
}

/// Writes a pack; returns the exit code: that of the check, or 2 where nothing was written.
pub(super) fn run(args: &ReportArgs, out: &Out) -> u8 {
    if let Some(id) = &args.for_review {
        return trend::for_review(args, id, out);
    }
    // The command line asks for all three where there is no review.
    let (Some(from), Some(to), Some(folder)) = (args.from, args.to, &args.output) else { return COULD_NOT };
    if !is_period(from, to, out) {
        return COULD_NOT;
    }
    // Before any work is done: nobody waits for a pack that has no place.
    if let Err(why) = pack::vacant(folder) {
        return no_place(folder, &why, out);
    }
    let request = match request(args, from, to) {
        Ok(request) => request,
        Err(why) => {
            out.complain(&format!("{why}; no pack was written"), "Name a file with one id a line.");
            return COULD_NOT;
        }
    };
    let made = {
        let _progress = Progress::of("reading and judging records and their history");
        open(args).and_then(|snapshot| make(&snapshot, &request, args.as_of))
    };
    match made {
        Ok(made) => {
            let limits = Limits::new(&Build::of_process(), args.privacy.asked());
            limits.admit("report", made.stated, out).map_or_else(|code| code, |()| write(folder, &made, out))
        }
        Err(refusal) => {
            let help = "A pack is of a commit: what is not committed, such as a new closeloop.toml, is not in it.";
            out.complain("no pack was written: it could not be checked", help);
            let (verdict, sources) = Limits::new(&Build::of_process(), None).shown(Err(refusal));
            out.print(&text::problems(&verdict.problems, &sources, out.has_colour()), COULD_NOT)
        }
    }
}

/// Whether two days are a period; says so where they are none.
pub(super) fn is_period(from: NaiveDate, to: NaiveDate, out: &Out) -> bool {
    if from > to {
        out.complain(&format!("the period ends on {to} before it begins on {from}"), "Swap the two days.");
    }
    from <= to
}

fn request(args: &ReportArgs, from: NaiveDate, to: NaiveDate) -> Result<Request, String> {
    let mut sample = args.sample.clone();
    for file in &args.sample_file {
        sample.extend(listed(file).map_err(|why| format!("{} could not be read: {why}", file.display()))?);
    }
    sample.sort_unstable();
    sample.dedup();
    let (profile, sample_size, audience) = (args.profile.clone(), args.sample_size, args.audience);
    let frameworks = args.frameworks.clone();
    Ok(Request { from, to, profile, frameworks, sample, sample_size, audience })
}

/// The ids of a list: one a line, and nothing behind a `#` that begins a line.
fn listed(file: &Path) -> Result<Vec<String>, String> {
    const MOST: u64 = 1024 * 1024;
    let mut text = String::new();
    let read = File::open(file).and_then(|file| file.take(MOST + 1).read_to_string(&mut text));
    read.map_err(|error| error.kind().to_string())?;
    if text.len() as u64 > MOST {
        return Err("it is larger than any list of ids".to_owned());
    }
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    Ok(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(ToOwned::to_owned).collect())
}

fn open(args: &ReportArgs) -> Result<Snapshot, Box<Refusal>> {
    let tree = TreeArgs::of_commit(&args.at, args.path.as_ref().or(args.folder.as_ref()), args.as_of, None);
    tree::open(&tree).map_err(|problem| refused(&options(args.as_of, None, &[]), &problem))
}

fn options(as_of: Option<NaiveDate>, profile: Option<&str>, frameworks: &[String]) -> Options {
    let profile = profile.map(ToOwned::to_owned);
    let tree = TreeArgs { folder: None, at: None, staged: false, as_of, profile };
    Options { frameworks: frameworks.to_vec(), ..tree::options(&tree, &[], FailOn::Error) }
}

/// Makes the pack of a commit.
///
/// # Errors
/// A [`Refusal`] where it could not be checked.
pub(super) fn make(snapshot: &Snapshot, request: &Request, as_of: Option<NaiveDate>) -> Result<Made, Box<Refusal>> {
    let options = options(as_of, request.profile.as_deref(), &request.frameworks);
    // A check could do without history; a pack cannot.
    if let Some(problem) = snapshot.is_incomplete() {
        return Err(refused(&options, &problem));
    }
    let reading = read(snapshot, &options)?;
    let examined = examine(snapshot, reading, &options);
    if examined.judgement.verdict.ending == Ending::CouldNotCheck {
        let Examined { judgement, .. } = examined;
        let Judgement { verdict, population, privacy } = judgement;
        return Err(Box::new(Refusal { verdict, sources: population.sources, privacy }));
    }
    let problem = |message: &str, help: &str| {
        let (message, help) = (message.to_owned(), help.to_owned());
        refused(&options, &crate::git::GitProblem { message, help })
    };
    let strange = strangers(request, &examined);
    if !strange.is_empty() {
        let named: Vec<String> = strange.iter().take(20).map(|(id, why)| format!("{id} {why}")).collect();
        let more = if strange.len() > 20 { format!("; and {} more", strange.len() - 20) } else { String::new() };
        let message = format!("the sample names what the pack cannot show: {}{more}", named.join("; "));
        return Err(problem(&message, "`closeloop show` lists all records; a longer period takes more of them in."));
    }
    let report = report(request, snapshot, &examined).ok_or_else(|| {
        problem("history was not compared, and a pack tells what git shows", "Switch a rule on that sees history.")
    })?;
    let verdict = &examined.judgement.verdict;
    let files = files(&report, verdict).map_err(|error| problem(&error.to_string(), "Please report this."))?;
    Ok(Made {
        files,
        ending: verdict.ending,
        config_digest: verdict.config_digest.clone(),
        stated: examined.book.config.privacy.output,
        told: Text::joined([&report.outcome, &report.learned], "\n"),
    })
}

fn write(folder: &Path, made: &Made, out: &Out) -> u8 {
    let files = made.files.iter().map(|file| (file.name, file.bytes.as_slice()));
    match pack::write(folder, files) {
        Ok(()) => {
            let said = Text::new(format!(
                "{} files are in {}; `closeloop verify` compares them with the repository.",
                made.files.len(),
                folder.display(),
            ));
            out.print(&format!("{}\n{said}\n", made.told), made.ending.exit_code())
        }
        Err(why) => no_place(folder, &why, out),
    }
}

fn no_place(folder: &Path, why: &str, out: &Out) -> u8 {
    let help = "Name a new or empty folder, in a folder that exists and is writable, or that of an earlier pack.";
    out.complain(&format!("{}: {why}; no pack was written", folder.display()), help);
    COULD_NOT
}
