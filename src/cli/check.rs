//! `closeloop check`

use super::args::{CheckArgs, TreeArgs};
use super::base::{self, Compared};
use super::build::Build;
use super::out::Out;
use super::outputs::{Format, Output, clash};
use super::privacy::Limits;
use super::progress::Progress;
use super::{COULD_NOT, tree};
use crate::git::Snapshot;
use crate::render;
use crate::source::Sources;
use crate::verdict::{Ending, Judgement, Options, Refusal, Verdict, judge, judge_against, refused, refused_beside};

/// Judges and shows; returns the exit code.
pub(super) fn run(args: &CheckArgs, out: &Out) -> u8 {
    let standard = [Output { format: Format::Text, file: None }];
    let outputs = if args.outputs.is_empty() { &standard[..] } else { &args.outputs };
    if let Some(clash) = clash(outputs) {
        out.complain(&clash, "");
        return COULD_NOT;
    }
    let mut tree = args.tree.clone();
    tree.folder = args.path.clone().or(tree.folder);
    let options = tree::options(&tree, &args.rules, args.fail_on);
    let options = Options { history: !args.no_history, frameworks: args.frameworks.clone(), ..options };
    let build = Build::of_process();
    let judged = {
        let _progress = Progress::of("reading and judging records");
        judgement(&tree, args.base.as_deref(), &options, !args.no_cache, &build)
    };
    let (verdict, sources) = Limits::new(&build, args.privacy.asked()).shown(judged);
    let code = match verdict.ending {
        Ending::Fail if args.exit_zero => 0,
        ending => ending.exit_code(),
    };
    let mut worst = code;
    for output in outputs {
        worst = worst.max(write(output, &verdict, &sources, code, out));
    }
    if outputs.iter().any(|output| output.format == Format::Github) {
        let summary = |room| render::job::render(&verdict, code, room);
        worst = worst.max(out.job_summary(summary, code)).max(out.step_outputs(|| render::step::render(&verdict)));
    }
    worst
}

fn judgement(
    tree: &TreeArgs,
    base: Option<&str>,
    options: &Options,
    has_memo: bool,
    build: &Build,
) -> Result<Judgement, Box<Refusal>> {
    let refuse = |problem| refused(options, &problem);
    let with_memo = |snapshot: Snapshot| if has_memo { snapshot.with_memo() } else { snapshot };
    let snapshot = with_memo(tree::open(tree).map_err(refuse)?);
    let Compared { base, request, notes } =
        base::compared(&snapshot, tree, base, build).map_err(|problem| refused_beside(&snapshot, options, &problem))?;
    let snapshot = match request {
        Some(request) => snapshot.with_request(request),
        None => snapshot,
    };
    let mut judgement = match base {
        Some((name, commit)) => {
            let stood = with_memo(
                tree::open_at(tree, &commit).map_err(|problem| refused_beside(&snapshot, options, &problem))?,
            );
            judge_against(&snapshot, &stood, &name, options)?
        }
        None => judge(&snapshot, options)?,
    };
    judgement.verdict.notes.extend(notes);
    Ok(judgement)
}

/// Writes one output; returns the exit code, which is worse where it could not be written.
fn write(output: &Output<Format>, verdict: &Verdict, sources: &Sources, code: u8, out: &Out) -> u8 {
    let colour = output.file.is_none() && out.has_colour();
    let text = match output.format {
        Format::Text => Ok(render::text::render(verdict, sources, render::text::Look { colour, exit_code: code })),
        Format::Github => Ok(render::github::render(verdict, code)),
        Format::Json => render::json::render(verdict),
        Format::Markdown => Ok(render::job::render(verdict, code, render::job::MOST_BYTES)),
        Format::Gitlab => render::gitlab::render(verdict),
        Format::Azure => Ok(render::azure::render(verdict, code)),
        Format::Bitbucket => render::bitbucket::render(verdict, code),
        Format::Junit => render::junit::render(verdict).map_err(serde_json::Error::io),
        Format::Rdjson => render::rdjson::render(verdict),
        Format::Sarif => render::sarif::render(verdict, code),
    };
    match text {
        Ok(text) => out.deliver(&text, output.file.as_deref(), code),
        Err(error) => out.could_not_write("the result", &error.to_string()),
    }
}
