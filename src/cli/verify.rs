//! `closeloop verify`

use super::args::VerifyArgs;
use super::build::Build;
use super::out::Out;
use super::outputs::{Answer, Output, clash};
use super::privacy::Limits;
use super::progress::Progress;
use super::report::{Made, make};
use super::{COULD_NOT, pack};
use crate::config::model::PrivacyLevel;
use crate::git::{GitProblem, Selection, Snapshot};
use crate::render::report::NAMES;
use crate::render::{json, verify as show};
use crate::report::{MANIFEST, PROVENANCE, SCHEMA};
use crate::text::{Text, bare_id};
use crate::verdict::Refusal;
use crate::verify::{
    About, Check, FileCheck, Held, MOST_LIST_BYTES, Obstacle, State, Stated, Verification, WrongStated, compare,
    line_of_command, list, result_of, stated, strangers,
};
use std::path::Path;

/// The size up to which a result is read as a witness, before it is known how large it should be.
const LARGE_RESULT: usize = 32 * 1024 * 1024;
/// How much larger than what the repository gives a file may be and still be read whole.
const ROOM: u64 = 16 * 1024 * 1024;

/// Verifies a pack; returns the exit code: 0 all holds, 1 something differs, 2 it could not be verified.
pub(super) fn run(args: &VerifyArgs, out: &Out) -> u8 {
    let standard = [Output { format: Answer::Text, file: None }];
    let outputs = if args.outputs.is_empty() { &standard[..] } else { &args.outputs };
    if let Some(clash) = clash(outputs) {
        out.complain(&clash, "");
        return COULD_NOT;
    }
    let mut verification = Verification::default();
    let mut level = None;
    let outcome = {
        let _progress = Progress::of("making the pack again");
        verify(args, &mut verification, &mut level)
    };
    verification.problems.extend(outcome.err());
    let limits = Limits::new(&Build::of_process(), args.privacy.asked());
    let verification = verification.settled(limits.level(&[level.into()]));
    for problem in &verification.problems {
        out.complain(problem.message.as_str(), problem.help.as_str());
    }
    let code = verification.verdict.exit_code();
    outputs.iter().fold(code, |worst, output| worst.max(write(output, &verification, code, out)))
}

fn write(output: &Output<Answer>, verification: &Verification, code: u8, out: &Out) -> u8 {
    let text = match output.format {
        Answer::Text => Ok(show::text(verification)),
        Answer::Json => json::pretty(verification),
    };
    match text {
        Ok(text) => out.deliver(&text, output.file.as_deref(), code),
        Err(error) => out.could_not_write("the answer", &error.to_string()),
    }
}

fn verify(args: &VerifyArgs, told: &mut Verification, level: &mut Option<PrivacyLevel>) -> Result<(), Obstacle> {
    survey(&args.pack, told)?;
    let provenance = pack::bytes(&args.pack, PROVENANCE, MOST_LIST_BYTES);
    let stated = understood(provenance.as_deref())?;
    told.pack = Some(stated.clone());
    let head = Snapshot::open(&args.repo, &Selection::Revision("HEAD".to_owned())).map_err(in_git)?;
    told.origin.push(commit(&head, &stated)?);
    told.origin.push(version(&stated));
    let first = Attempt::new(args, &stated)?;
    *level = first.made.stated;
    let attempt = if first.differing() > 0 && stated.version == env!("CARGO_PKG_VERSION") {
        witnessed(args, &head, first, provenance.as_deref().unwrap_or_default(), &mut told.origin)
    } else {
        first
    };
    told.origin.extend(made_of(&stated, &attempt));
    told.files = attempt.files;
    Ok(())
}

/// What is in the folder of the pack, against the list of digests.
fn survey(folder: &Path, told: &mut Verification) -> Result<(), Obstacle> {
    let help = "Name the folder that `closeloop report` wrote.";
    let (seen, more) = pack::survey(folder)
        .map_err(|error| Obstacle::new(format!("{} could not be read: {error}", folder.display()), help))?;
    if !seen.iter().any(|seen| NAMES.contains(&seen.name.as_str())) {
        return Err(Obstacle::new(format!("{} holds no pack", folder.display()), help));
    }
    told.list = list(&seen, &NAMES, pack::bytes(folder, MANIFEST, MOST_LIST_BYTES).as_deref());
    told.list.extend(strangers(&seen, &NAMES, more));
    Ok(())
}

fn understood(provenance: Option<&[u8]>) -> Result<Stated, Obstacle> {
    let help = "Without it nobody can say what the pack was made of.";
    let bytes = provenance.ok_or_else(|| Obstacle::new(format!("{PROVENANCE} is missing or cannot be read"), help))?;
    stated(bytes).map_err(|wrong| match wrong {
        WrongStated::Unreadable(why) => Obstacle::new(format!("{PROVENANCE} cannot be read: {why}"), help),
        WrongStated::NoCommit => {
            Obstacle::new(format!("{PROVENANCE} names no commit, or no folder of a repository"), help)
        }
        WrongStated::Format { stated, is } => {
            let what = format!("{PROVENANCE} is of {is}, `{}`; this closeloop knows `{SCHEMA}`", bare_id(&stated));
            Obstacle::new(what, "Use the version of closeloop that made the pack.")
        }
    })
}

fn in_git(problem: GitProblem) -> Obstacle {
    Obstacle::new(problem.message, problem.help)
}

/// Whether the commit of the pack is in the history of what is checked out.
fn commit(head: &Snapshot, stated: &Stated) -> Result<Check, Obstacle> {
    let commit = stated.commit.to_ascii_lowercase();
    if head.has_commit(&commit) != Some(true) {
        if let Some(problem) = head.is_incomplete() {
            return Err(in_git(problem));
        }
        let what = format!("the repository does not have the commit {commit} that the pack is about");
        let help = "Its history was rewritten since, or it is another repository, or the commit was never fetched.";
        return Err(Obstacle::new(what, help));
    }
    let tip = head.commit().map(|commit| commit.id.clone()).unwrap_or_default();
    if tip == commit || head.merge_base(&commit, &tip).as_deref() == Some(commit.as_str()) {
        let what = format!("the commit {commit}: it is in the history of what is checked out");
        return Ok(Check::holds(About::Commit, what));
    }
    let why = if head.is_named(&commit) {
        "another branch or a tag holds it"
    } else {
        "no branch and no tag holds it: history was rewritten since"
    };
    let what = format!("the commit {commit}: it is not in the history of what is checked out ({tip}); {why}");
    Ok(Check::differs(About::Commit, what))
}

fn version(stated: &Stated) -> Check {
    let ours = env!("CARGO_PKG_VERSION");
    if stated.version == ours {
        return Check::holds(About::Version, format!("the version: closeloop {ours}, as the pack states"));
    }
    let theirs = bare_id(&stated.version);
    Check::differs(
        About::Version,
        format!(
            "the version: closeloop {theirs} made the pack, and this is {ours}; files may differ for that alone, so verify \
             with that version"
        ),
    )
}

/// The pack made again from what was stated, and each file compared.
struct Attempt {
    stated: Stated,
    made: Made,
    tree: String,
    files: Vec<FileCheck>,
}

impl Attempt {
    fn new(args: &VerifyArgs, stated: &Stated) -> Result<Self, Obstacle> {
        let commit = stated.commit.to_ascii_lowercase();
        let snapshot = Snapshot::open(&args.repo, &Selection::Revision(commit)).map_err(in_git)?;
        let tree = snapshot.commit().map(|commit| commit.tree.clone()).unwrap_or_default();
        let request = stated.request();
        let made = make(&snapshot.starting_in(&stated.folder), &request, Some(stated.as_of.0))
            .map_err(|refusal| refused(*refusal))?;
        let compared = |file: &crate::render::report::PackFile| {
            compare(file.name, &held(&args.pack, file.name, file.bytes.len()), &file.bytes)
        };
        let is_made = |name: &&&str| made.files.iter().any(|file| file.name == **name);
        let more = NAMES.iter().filter(|name| !is_made(name) && pack::size(&args.pack, name).is_some());
        let files = made.files.iter().map(compared).chain(more.map(|name| extra(name))).collect();
        Ok(Self { stated: stated.clone(), made, tree, files })
    }

    /// How many files differ; the list does whenever another one does.
    fn differing(&self) -> usize {
        let differs = |file: &&FileCheck| file.state != State::Holds && file.name.as_str() != MANIFEST;
        self.files.iter().filter(differs).count()
    }

    fn gives(&self, name: &Text) -> bool {
        self.files.iter().any(|file| file.name == *name && file.state == State::Holds)
    }
}

/// Extra, as not every reader's pack has every file.
fn extra(name: &str) -> FileCheck {
    let message = "extra: a pack of this kind has no such file".into();
    FileCheck { name: Text::new(name), state: State::Extra, message, explained: false, statements: Vec::new() }
}

fn held(folder: &Path, name: &str, usual: usize) -> Held {
    let most = 2 * usual as u64 + ROOM;
    match pack::size(folder, name) {
        Some(size) if size > most => Held::Large(size),
        Some(_) => pack::bytes(folder, name, most).map_or(Held::Nothing, Held::Bytes),
        None => Held::Nothing,
    }
}

/// Where files differ: whether they are of another commit, day or period than `provenance.json` states. The line in it that
/// makes the pack again, and `result.json`, say the same once more; that with which most files agree is what the pack is
/// compared with.
fn witnessed(args: &VerifyArgs, head: &Snapshot, first: Attempt, provenance: &[u8], told: &mut Vec<Check>) -> Attempt {
    let result = match held(&args.pack, "result.json", LARGE_RESULT) {
        Held::Bytes(bytes) => result_of(&bytes, &first.stated),
        _ => None,
    };
    let mut others: Vec<Stated> = [line_of_command(provenance, &first.stated), result].into_iter().flatten().collect();
    others.dedup();
    let is_there = |stated: &Stated| head.has_commit(&stated.commit) == Some(true);
    let mut best = first;
    for other in others.iter().filter(|other| is_there(other)) {
        let Ok(attempt) = Attempt::new(args, other) else { continue };
        let mut other = attempt;
        if other.differing() < best.differing() {
            std::mem::swap(&mut other, &mut best);
        }
        // What the better one does not give is perhaps wholly of the other.
        told.extend(best.files.iter_mut().filter(|file| file.state != State::Holds && other.gives(&file.name)).map(
            |file| {
                file.explained = true;
                let (theirs, ours) = (other.stated.unlike(&best.stated), best.stated.unlike(&other.stated));
                let name = &file.name;
                Check::differs(
                    About::Provenance,
                    format!("{name}: it is that of {theirs}, and the others are of {ours}"),
                )
            },
        ));
    }
    best
}

/// Commit, tree and configuration that the pack states, against what it was made of.
fn made_of(stated: &Stated, attempt: &Attempt) -> Vec<Check> {
    let mut checks = Vec::new();
    let unlike = stated.unlike(&attempt.stated);
    if !unlike.is_empty() {
        let files = attempt.stated.unlike(stated);
        let what = format!("{PROVENANCE} states {unlike}; the other files are of {files}, and are compared as such");
        checks.push(Check::differs(About::Provenance, what));
    }
    let same = |about, what: &str, digest: &str, theirs: &str, ours: &str| {
        if theirs == ours {
            Check::holds(about, format!("the {what}: it is that which the pack states"))
        } else {
            let theirs = bare_digest(theirs);
            Check::differs(about, format!("the {what}: the pack states {digest}{theirs}, and the commit has {ours}"))
        }
    };
    checks.push(same(About::Tree, "tree", "", &stated.tree, &attempt.tree));
    let ours = &attempt.made.config_digest;
    checks.push(same(About::Configuration, "configuration", "the digest ", &stated.config_digest, ours));
    checks
}

/// A digest as a pack states it, or a mark where it is none.
fn bare_digest(digest: &str) -> &str {
    let is_digest = digest.len() <= 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest && !digest.is_empty() { digest } else { "something that is no digest" }
}

fn refused(refusal: Refusal) -> Obstacle {
    let (verdict, _) = Limits::new(&Build::of_process(), None).shown(Err(Box::new(refusal)));
    let problem = verdict.problems.first();
    let what = problem.map_or("it could not be checked".into(), |problem| problem.message.clone());
    Obstacle::new(what, problem.map_or(Text::default(), |problem| problem.help.clone()))
}
