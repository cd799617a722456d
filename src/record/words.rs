//! The closed lists of the format: words that a field may hold, as types.

/// A type whose values are concepts of a group of the vocabulary.
pub trait Word: Sized + Copy + 'static {
    /// The group of the vocabulary.
    const GROUP: &'static str;
    /// All values with the name that the native format writes.
    const ALL: &'static [(&'static str, Self)];

    /// The value of a name of the native format.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident in $group:literal { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$value_doc])* $value),+ }

        impl Word for $name {
            const GROUP: &'static str = $group;
            const ALL: &'static [(&'static str, Self)] = &[$(($text, Self::$value)),+];
        }

        impl $name {
            /// The name that the native format writes.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

words! {
    /// Where an incident stands.
    Status in "status" {
        /// Noticed and not contained.
        Open = "open",
        /// It cannot spread any more.
        Contained = "contained",
        /// The response is over.
        Closed = "closed",
        /// It was no incident after all.
        Dismissed = "dismissed",
        /// A tombstone: the id stays, the record is void.
        Retired = "retired",
    }
}

words! {
    /// The severity class that every threshold uses, in rising order.
    Class in "severity" {
        /// Low, 1-2, SEV-4.
        Minor = "minor",
        /// Medium, 3, SEV-3.
        Moderate = "moderate",
        /// High, 4, SEV-2.
        Significant = "significant",
        /// Critical, 5, SEV-1.
        Major = "major",
    }
}

words! {
    /// Where an incident came from.
    Origin in "origin" {
        /// It happened here.
        Incident = "incident",
        /// Nothing came of it.
        NearMiss = "near-miss",
        /// A rehearsal.
        Exercise = "exercise",
        /// It happened at a supplier.
        Supplier = "supplier",
        /// It happened to somebody else.
        External = "external",
    }
}

words! {
    /// The stage of a review.
    ReviewKind in "review_kind" {
        /// Straight after the response.
        HotWash = "hot-wash",
        /// With some distance.
        Reflective = "reflective",
        /// One review over several incidents.
        Batch = "batch",
    }
}

words! {
    /// What a lesson is about.
    LessonKind in "lesson_kind" {
        /// A control was missing or failed.
        ControlGap = "control-gap",
        /// It was noticed late or by chance.
        DetectionFailure = "detection-failure",
        /// Word did not reach who needed it.
        CommunicationBreakdown = "communication-breakdown",
        /// It keeps coming back.
        Pattern = "pattern",
        /// People did not know.
        AwarenessGap = "awareness-gap",
        /// It came from a supplier.
        Supplier = "supplier",
        /// A way of working invited it.
        Process = "process",
        /// Something else, with a reason.
        Other = "other",
    }
}

words! {
    /// The form of an action.
    ActionKind in "action_kind" {
        /// A security control.
        Control = "control",
        /// A technical system.
        System = "system",
        /// Something was taken away.
        Removal = "removal",
        /// Watching.
        Monitoring = "monitoring",
        /// An alarm.
        Alert = "alert",
        /// A procedure.
        Procedure = "procedure",
        /// A policy.
        Policy = "policy",
        /// For management to decide.
        Strategic = "strategic",
        /// Training and awareness.
        Training = "training",
        /// Towards a supplier.
        Supplier = "supplier",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// How far an action is. Done is not verified, verified is not effective.
    ActionStatus in "action_status" {
        /// Not begun.
        Open = "open",
        /// Begun.
        InProgress = "in-progress",
        /// Its owner says that it is done.
        Done = "done",
        /// Somebody else saw that it is done.
        Verified = "verified",
        /// It will not be done.
        Declined = "declined",
    }
}

words! {
    /// Whether an action helped.
    Outcome in "result" {
        /// It helped.
        Effective = "effective",
        /// It helped in part.
        Partly = "partly",
        /// It did not help.
        Ineffective = "ineffective",
    }
}

words! {
    /// How effective the response was.
    Adequacy in "adequacy" {
        /// As planned.
        Adequate = "adequate",
        /// In part.
        Partly = "partly",
        /// Not as planned.
        Inadequate = "inadequate",
    }
}

/// A severity as it is written, and the class that it maps to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Severity {
    /// As the record has it.
    pub word: Box<str>,
    /// The class, where the word maps to one.
    pub class: Option<Class>,
}

impl Class {
    /// Significant or major.
    pub fn is_grave(self) -> bool {
        self >= Self::Significant
    }
}
