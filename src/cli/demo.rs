//! `closeloop demo`

use super::COULD_NOT;
use super::args::DemoArgs;
use super::out::Out;
use crate::demo;
use crate::git::{GitProblem, Selection, Snapshot};
use crate::render;
use crate::verdict::judge;
use std::path::{Path, PathBuf};

/// The folder that the demo makes where none is named.
const FOLDER: &str = "closeloop-demo";

/// Builds the example organisation, checks it, and says what to try next; returns the exit code.
pub(super) fn run(args: &DemoArgs, out: &Out) -> u8 {
    let folder = args.folder.clone().unwrap_or_else(new_folder);
    match build_and_check(&folder, out) {
        Ok(text) => out.print(&text, 0),
        Err(problem) => {
            out.complain(&problem.message, &problem.help);
            COULD_NOT
        }
    }
}

/// `closeloop-demo`, or the first free name with a number behind it.
fn new_folder() -> PathBuf {
    let names = (2..1000).map(|n| PathBuf::from(format!("{FOLDER}-{n}")));
    std::iter::once(PathBuf::from(FOLDER)).chain(names).find(|path| !path.exists()).unwrap_or_else(|| FOLDER.into())
}

fn build_and_check(folder: &Path, out: &Out) -> Result<String, GitProblem> {
    demo::build(folder)?;
    let snapshot = Snapshot::open(folder, &Selection::Worktree)?;
    let judgement = judge(&snapshot, &demo::options(chrono::Utc::now())).map_err(|refusal| {
        let message = refusal.verdict.problems.first().map_or(String::new(), |problem| problem.message.to_string());
        GitProblem { message, help: "The example organisation should never be refused; please report this.".to_owned() }
    })?;
    let look = render::text::Look { colour: out.has_colour(), exit_code: judgement.verdict.ending.exit_code() };
    let checked = render::text::render(&judgement.verdict, &judgement.population.sources, look);
    Ok(format!("{}{checked}{}", before(folder), after(folder)))
}

fn before(folder: &Path) -> String {
    format!(
        "Stadtwerke Falkenried is a fictional municipal utility. Its ISMS is now in `{}`: {} commits, from January \
         2025 to June 2026.\nThis is what `closeloop check --as-of {}` says there:\n\n",
        folder.display(),
        demo::commits().len(),
        demo::AS_OF,
    )
}

fn after(folder: &Path) -> String {
    format!(
        "\nTry next\n  \
         cd {}\n  \
         closeloop show INC-2025-0010           what was understood of one record\n  \
         closeloop timeline INC-2026-0003       its life as git saw it: one change is only claimed\n  \
         closeloop timeline INC-2025-0002       its life as git saw it: a change that was taken back\n  \
         closeloop explain overdue-action       what a rule checks, with examples\n  \
         closeloop check --as-of {} --rule unowned-action\n  \
         Then write a person instead of `IT` in incidents/2026/INC-2026-0001.md and check again.\n\n\
         A check of this organisation exits with 1, as there are errors; the demo itself exits with 0.\n",
        folder.display(),
        demo::AS_OF,
    )
}
