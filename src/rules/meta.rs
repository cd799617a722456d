//! What is known of a rule before it runs.

use super::{Case, Outcome};
use crate::config::Level;
use crate::record::Class;
use crate::record::register::RegisterKind;
use crate::text::Text;
use std::fmt;

/// The part of the loop that a rule watches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    /// Can it be read, is it complete.
    Record,
    /// Was there a review, in time, with its output kept.
    Review,
    /// Were the right people there.
    People,
    /// Is the cause honest and systemic.
    Cause,
    /// Did it teach anything.
    Lesson,
    /// Named, owned, dated, done.
    Action,
    /// Proof, not claims.
    Evidence,
    /// Did it reach the management system.
    Flow,
    /// Has the record been kept honestly.
    History,
    /// Across incidents.
    Trend,
    /// Waivers and the run itself.
    Run,
    /// The organisation's own.
    Own,
}

impl Family {
    /// The name of the family, which is also the folder of its rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Review => "review",
            Self::People => "people",
            Self::Cause => "cause",
            Self::Lesson => "lesson",
            Self::Action => "action",
            Self::Evidence => "evidence",
            Self::Flow => "flow",
            Self::History => "history",
            Self::Trend => "trend",
            Self::Run => "run",
            Self::Own => "own",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sees {
    /// One record.
    Record,
    /// All records and registers.
    Population,
    /// The history of the repository.
    History,
    /// The as-of date.
    Clock,
}

impl Sees {
    /// The letter of the catalogue.
    pub fn letter(self) -> char {
        match self {
            Self::Record => 'R',
            Self::Population => 'P',
            Self::History => 'H',
            Self::Clock => 'C',
        }
    }
}

/// How a finding of a rule goes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repair {
    /// The text can be mended.
    Edit,
    /// Something has to be done.
    Act,
    /// The past cannot change; a stated reason turns the finding into a note.
    Explain,
}

impl Repair {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Act => "act",
            Self::Explain => "explain",
        }
    }
}

/// What a rule cannot do without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// A register that was read.
    Register(RegisterKind),
    /// The history of the repository.
    History,
    /// An exported list.
    Exports,
}

/// The level of a finding by the class of its incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Levels {
    /// Significant and major.
    pub grave: Level,
    /// Moderate, and incidents without a known class.
    pub moderate: Level,
    /// Minor.
    pub minor: Level,
}

impl Levels {
    /// One level for every class.
    pub const fn all(level: Level) -> Self {
        Self { grave: level, moderate: level, minor: level }
    }

    /// A level for significant and major, one for moderate, one for minor.
    pub const fn by_class(grave: Level, moderate: Level, minor: Level) -> Self {
        Self { grave, moderate, minor }
    }

    /// The level of a class.
    pub fn of(self, class: Class) -> Level {
        match class {
            Class::Significant | Class::Major => self.grave,
            Class::Moderate => self.moderate,
            Class::Minor => self.minor,
        }
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { grave, moderate, minor } = self;
        if grave == moderate && moderate == minor {
            return f.write_str(grave.name());
        }
        let (grave, moderate, minor) = (grave.name(), moderate.name(), minor.name());
        write!(f, "{grave} for significant and major, {moderate} for moderate, {minor} for minor incidents")
    }
}

/// Another rule whose finding on the same thing implies this rule's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SilencedBy {
    /// A finding of that rule anywhere in the same record.
    Record(&'static str),
    /// A finding of that rule on the same action, lesson or review, or on the same field of the record.
    Item(&'static str),
    /// A finding of that rule on the same field of the record, or on one above or below it.
    Field(&'static str),
}

/// What is known of a rule before it runs.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The condition that it forbids, in kebab-case; never changes.
    pub id: &'static str,
    /// The part of the loop.
    pub family: Family,
    /// The usual level of its findings.
    pub levels: Levels,
    /// What it looks at.
    pub sees: &'static [Sees],
    /// How its findings go away.
    pub repair: Repair,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// Rules whose findings imply its own.
    pub silenced_by: &'static [SilencedBy],
    /// The edition that brought it.
    pub since: &'static str,
    /// Whether a waiver may silence it.
    pub waivable: bool,
    /// Its own file, whose `//!` head is its documentation.
    pub source: &'static str,
}

/// Why something could not be judged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotRun(pub Text);

/// A rule: what is known of it, and what it does.
pub trait Rule: Sync {
    /// The id.
    fn id(&self) -> &str;
    /// What is known of it; `None` for a rule of the organisation's own.
    fn meta(&self) -> Option<&Meta>;
    /// Judges a population.
    ///
    /// # Errors
    /// [`NotRun`] where something that it needs is not there. What was found before that stands.
    fn check(&self, case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun>;
}

/// A rule that comes with the program.
pub struct Builtin {
    /// What is known of it.
    pub meta: Meta,
    /// What it does.
    pub check: fn(&Case<'_>, &mut Outcome) -> Result<(), NotRun>,
}

impl Rule for Builtin {
    fn id(&self) -> &str {
        self.meta.id
    }

    fn meta(&self) -> Option<&Meta> {
        Some(&self.meta)
    }

    fn check(&self, case: &Case<'_>, out: &mut Outcome) -> Result<(), NotRun> {
        (self.check)(case, out)
    }
}
