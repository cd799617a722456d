//! `closeloop rules`

use super::args::{FailOn, Plain, RulesArgs, TreeArgs};
use super::build::Build;
use super::out::Out;
use super::privacy::Limits;
use super::{COULD_NOT, show, tree};
use crate::config::{Rulebook, Stated};
use crate::render::{catalogue, json};
use crate::verdict::{Refusal, refused, rulebook};

/// Lists the rules; returns the exit code.
pub(super) fn run(args: &RulesArgs, out: &Out) -> u8 {
    let book = match configured(&args.tree) {
        Ok(book) => book,
        Err(refusal) => return show::refuse(args.output, refusal, out),
    };
    let mut own = book.as_ref().map_or_else(Vec::new, |book| book.config.rule.clone());
    if is_kept_back(book.as_ref()) {
        own.iter_mut().for_each(|rule| rule.message = "a rule of your own".to_owned());
    }
    let entries = catalogue::entries(&own, book.as_ref().map(|book| &book.levels));
    match args.output {
        Plain::Text => out.print(&catalogue::table(&entries), 0),
        Plain::Json => json::pretty(&entries).map_or(COULD_NOT, |text| out.print(&text, 0)),
    }
}

/// Whether the texts of own rules may not be shown: they are the organisation's words.
pub(super) fn is_kept_back(book: Option<&Rulebook>) -> bool {
    let stated = book.map_or(Stated::Nothing, |book| book.config.privacy.output.into());
    Limits::new(&Build::of_process(), None).is_least(stated)
}

/// The configuration of the repository around, where there is a repository: the rules are known without one.
pub(super) fn configured(args: &TreeArgs) -> Result<Option<Rulebook>, Box<Refusal>> {
    match tree::open(args) {
        Ok(snapshot) => rulebook(&snapshot, &tree::options(args, &[], FailOn::Error)).map(|(book, _)| Some(book)),
        Err(problem) if args.folder.is_some() || args.at.is_some() || args.staged => {
            Err(refused(&tree::options(args, &[], FailOn::Error), &problem))
        }
        Err(_) => Ok(None),
    }
}
