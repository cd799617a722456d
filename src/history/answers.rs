//! What history says of a claim, wherever its target lies: the one place that rules, timeline and counts ask.

use super::claims::{self, Claim, Named};
use super::{Chronicle, History, Landing, Proof, Target, Whose};
use crate::config::Rulebook;
use crate::population::{Population, Presence};
use crate::record::Reference;
use crate::text::Text;

/// What could be said of a claim.
pub enum Told<'h> {
    /// History knows the target.
    Judged(Target, Proof<'h>),
    /// Neither the tree nor history knows what it names.
    Unknown,
    /// It names nothing that git could show.
    NoTarget,
    /// It names a commit or a pull request: what became of that.
    Landed(Landed<'h>),
    /// It could not be compared: why.
    NotCompared(Text),
}

/// What became of a commit or a pull request that a claim names.
pub enum Landed<'h> {
    /// It landed within the window.
    InTime,
    /// It landed at another time.
    Outside(Landing<'h>),
    /// It is here and no ancestor of the commit under test.
    NotOnTheLine,
    /// It is not here.
    NotHere,
}

/// What lies in a repository that nobody mapped.
pub const EXTERNAL: &str = "external, not checked: the repository is not mapped";
/// An address may mean this repository or another.
pub const NAMELESS: &str = "how this repository is called is not known: set `[evidence] repository` in closeloop.toml";
/// What was over before the history was imported.
pub const IMPORTED: &str = "from before the import of the history";

/// What is needed to understand a claim, besides its history.
struct Asked<'a> {
    population: &'a Population,
    book: &'a Rulebook,
}

impl History {
    /// What history says of a claim.
    pub fn answer(&self, population: &Population, book: &Rulebook, claim: &Claim<'_>) -> Told<'_> {
        if book.imported().is_some_and(|since| claim.to <= since) {
            return Told::NotCompared(IMPORTED.into());
        }
        let told = match claims::named(population, book, claim.entry.as_str()) {
            Named::Nothing => Told::NoTarget,
            Named::Here { targets, pinned } => in_one(&self.chronicle, &targets, pinned, claim),
            Named::Commit(commit) => of_commit(&self.chronicle, commit, claim),
            Named::Request { number, repository: None } => of_request(&self.chronicle, number, claim),
            Named::Elsewhere { repository, targets, pinned } => {
                told(self.mapped(repository), |chronicle| in_one(chronicle, &targets, pinned, claim))
            }
            Named::Request { number, repository: Some(repository) } => {
                told(self.chronicle_of(repository), |chronicle| of_request(chronicle, number, claim))
            }
            Named::Page { repository, path, commit } => {
                let targets = path.map_or(Vec::new(), claims::file_or_folder);
                told(self.chronicle_of(repository), |chronicle| in_one(chronicle, &targets, Some(commit), claim))
            }
        };
        weigh(&Asked { population, book }, claim, told)
    }

    /// The history of the repository that an address means, or why there is none.
    ///
    /// # Errors
    /// It is not mapped, could not be read, or may be this one or another.
    pub fn chronicle_of(&self, address: &str) -> Result<&Chronicle, Text> {
        match self.whose(address) {
            Whose::Here => Ok(&self.chronicle),
            Whose::Mapped(name, chronicle) => readable(name, chronicle),
            Whose::External => Err(EXTERNAL.into()),
            Whose::Unknown => Err(NAMELESS.into()),
        }
    }

    /// The history of a repository by the name under which it is mapped, or why there is none.
    ///
    /// # Errors
    /// It is not mapped, or could not be read.
    pub fn mapped(&self, name: &str) -> Result<&Chronicle, Text> {
        self.others.get(name).map_or_else(|| Err(EXTERNAL.into()), |chronicle| readable(name, chronicle))
    }
}

fn told<'h>(found: Result<&'h Chronicle, Text>, judge: impl FnOnce(&'h Chronicle) -> Told<'h>) -> Told<'h> {
    found.map_or_else(Told::NotCompared, judge)
}

/// The history of a mapped repository, or why it could not be read.
fn readable<'h>(name: &str, chronicle: &'h Result<Chronicle, Text>) -> Result<&'h Chronicle, Text> {
    let unread = |why: &Text| {
        let before = Text::of_run(format!("in the repository `{name}`, which could not be read: "));
        Text::joined([&before, why], "")
    };
    chronicle.as_ref().map_err(unread)
}

/// A claim in one repository. A commit that it is pinned to has to belong to the line.
fn in_one<'h>(chronicle: &'h Chronicle, targets: &[Target], pinned: Option<&str>, claim: &Claim<'_>) -> Told<'h> {
    if let Some(commit) = pinned {
        let landed = of_commit(chronicle, commit, claim);
        if targets.is_empty() || matches!(landed, Told::Landed(Landed::NotOnTheLine | Landed::NotHere)) {
            return landed;
        }
    }
    match chronicle.prove_any(targets, &claim.from, claim.to) {
        Some((target, proof)) => Told::Judged(target.clone(), proof),
        None => Told::Unknown,
    }
}

fn of_commit<'h>(chronicle: &'h Chronicle, commit: &str, claim: &Claim<'_>) -> Told<'h> {
    Told::Landed(match chronicle.commit(commit) {
        None => Landed::NotHere,
        Some(None) => Landed::NotOnTheLine,
        Some(Some(position)) if chronicle.is_within(position, &claim.from, claim.to) => Landed::InTime,
        Some(Some(position)) => Landed::Outside(chronicle.landing(position)),
    })
}

fn of_request<'h>(chronicle: &'h Chronicle, number: &str, claim: &Claim<'_>) -> Told<'h> {
    let landings = chronicle.request(number);
    let is_in_time = landings.iter().any(|position| chronicle.is_within(*position, &claim.from, claim.to));
    Told::Landed(match landings.last() {
        _ if is_in_time => Landed::InTime,
        Some(position) => Landed::Outside(chronicle.landing(*position)),
        None => Landed::NotHere,
    })
}

/// What history says, as far as it can know: what it does not reach back to, and what it cannot follow, is not
/// compared.
fn weigh<'h>(asked: &Asked<'_>, claim: &Claim<'_>, told: Told<'h>) -> Told<'h> {
    let not_compared = |why: &'static str| Told::NotCompared(why.into());
    let is_imported = asked.book.imported().is_some_and(|since| claim.from.date <= since);
    match &told {
        // The first landing brings everything that was there: what changed before it, nobody can see.
        Told::Judged(_, Proof::Holds { by, .. }) if by.landing.position == 0 => {
            not_compared("from before the history begins")
        }
        Told::Judged(_, Proof::Missing { .. }) | Told::Landed(Landed::Outside(_) | Landed::NotHere) if is_imported => {
            not_compared(IMPORTED)
        }
        Told::Unknown if is_in_tree(asked, claim.entry.as_str()) => {
            not_compared("whose target git does not follow: it lies behind a link or in a form that is not compared")
        }
        Told::Unknown if is_unmapped(asked, claim.entry.as_str()) => not_compared(EXTERNAL),
        _ => told,
    }
}

/// `other:path`, where no repository of that name is mapped.
fn is_unmapped(asked: &Asked<'_>, text: &str) -> bool {
    names_another(text) && !matches!(asked.book.references.read(text), Reference::OtherRepository { .. })
}

fn is_in_tree(asked: &Asked<'_>, text: &str) -> bool {
    let path = asked.book.references.read(text).path().unwrap_or(text);
    let has_row = |target: &Target| matches!(target, Target::Row(kind, id) if asked.population.register(*kind).rows.contains_key(id));
    asked.population.presence(path) != Presence::Missing || claims::targets(asked.population, path).iter().any(has_row)
}

/// Whether a text has the form of a path in another repository: `infra:modules/fw.tf`.
pub fn names_another(text: &str) -> bool {
    let is_name = |name: &str| name.len() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    text.split_once(':').is_some_and(|(name, path)| {
        is_name(name) && path.contains(['/', '.']) && !path.starts_with("//") && !path.contains(char::is_whitespace)
    })
}
