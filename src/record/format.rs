//! The native format as data: every key with its type and one line that says what it holds.
//!
//! The schema of a record and `closeloop show` are made of this table. A test holds it against the reader: each key
//! that the reader asks for is here, and each key here is asked for.

mod schema;

pub use schema::schema;

use super::words::{ActionKind, ActionStatus, Adequacy, LessonKind, Origin, Outcome, ReviewKind, Status, Word};

/// One key of the format.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its dotted path; `[]` stands for the entries of a list: `actions[].due`.
    pub path: &'static str,
    /// What belongs there.
    pub kind: Kind,
    /// What it says, in one line.
    pub about: &'static str,
}

/// What belongs to a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A list of texts; one text counts as a list of one.
    List,
    /// A day or an instant.
    Day,
    /// One word of a closed list.
    Word(Words),
    /// A word that the configuration maps to a class.
    Severity,
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// A mapping.
    Mapping,
    /// A mapping, or one text that stands for it.
    MappingOrText,
    /// A mapping, or a list that stands for it.
    MappingOrList,
    /// A list of mappings.
    Entries,
    /// A list of mappings or texts.
    EntriesOrTexts,
    /// A mapping whose keys are names of your own, or a list of names.
    Named,
    /// A reason with a name: a mapping, or the reason alone.
    Reason,
    /// A list of reasons with names.
    Reasons,
    /// Something of another program, which is not read.
    Foreign,
}

/// A closed list of words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Words {
    /// Of an incident.
    Status,
    /// Where an incident came from.
    Origin,
    /// Of a response.
    Adequacy,
    /// The stage of a review.
    ReviewKind,
    /// What a lesson is about.
    LessonKind,
    /// The form of an action.
    ActionKind,
    /// How far an action is.
    ActionStatus,
    /// Whether an action helped.
    Outcome,
}

impl Words {
    /// The group of the vocabulary.
    pub fn group(self) -> &'static str {
        self.list().0
    }

    /// The words that the native format writes.
    pub fn names(self) -> Vec<&'static str> {
        self.list().1
    }

    fn list(self) -> (&'static str, Vec<&'static str>) {
        fn of<W: Word>() -> (&'static str, Vec<&'static str>) {
            (W::GROUP, W::ALL.iter().map(|(name, _)| *name).collect())
        }
        match self {
            Self::Status => of::<Status>(),
            Self::Origin => of::<Origin>(),
            Self::Adequacy => of::<Adequacy>(),
            Self::ReviewKind => of::<ReviewKind>(),
            Self::LessonKind => of::<LessonKind>(),
            Self::ActionKind => of::<ActionKind>(),
            Self::ActionStatus => of::<ActionStatus>(),
            Self::Outcome => of::<Outcome>(),
        }
    }
}

const fn key(path: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { path, kind, about }
}

use Kind::{
    Day, Entries, EntriesOrTexts, Flag, Foreign, List, Mapping, MappingOrList, MappingOrText, Named, Number, Reason,
    Reasons, Severity, Text,
};

/// Every key of the native format, in the order of its documentation.
pub const KEYS: &[Key] = &[
    key("id", Text, "The identifier; it never changes."),
    key("title", Text, "One line that says what happened."),
    key("status", Kind::Word(Words::Status), "Where the incident stands."),
    key("severity", Severity, "How grave it is: a word or number that the configuration maps to a class."),
    key("severity_decision", Reason, "Who decided the severity, when and by what."),
    key("severity_decision.criteria", Text, "The criteria, as a reference; they are its reason."),
    key("severity_history", Reasons, "Each change of the severity."),
    key("category", Text, "Your own word for what kind of incident it is."),
    key("near_miss", Flag, "Whether nothing came of it."),
    key("origin", Kind::Word(Words::Origin), "Where it came from."),
    key("detected_by", Text, "Who or what noticed it."),
    key("part_of", Text, "The id of the larger incident that it belongs to."),
    key("occurred", Day, "When it began."),
    key("detected", Day, "When it was noticed."),
    key("contained", Day, "When it could not spread any more."),
    key("recovered", Day, "When everything worked again."),
    key("closed", Day, "When the record was closed."),
    key("lead", Text, "Who led the response."),
    key("responders", List, "Who took part in the response."),
    key("assets", List, "What was affected, by the ids of the asset register."),
    key("affected", MappingOrList, "Who and what was affected; a bare list names systems."),
    key("affected.persons", Number, "How many persons."),
    key("affected.systems", List, "How many systems, or which."),
    key("cost", Mapping, "What it cost."),
    key("cost.hours", Number, "Hours of work."),
    key("cost.amount", Number, "Money."),
    key("cost.currency", Text, "The currency of the amount."),
    key("causes", List, "Tags of its causes; recurrence is counted on them."),
    key("cause", Text, "Why it could happen: a condition, in a sentence or two."),
    key("method", Text, "How the cause was found, for instance five-whys."),
    key("factors", Mapping, "The three questions about its causes."),
    key("factors.controls", Text, "Which controls failed or were missing."),
    key("factors.detection", Text, "What made detection slow."),
    key("factors.response", Text, "What made the response harder."),
    key("factors.failed_controls", List, "The ids of controls that failed."),
    key("worked_well", List, "What went as planned."),
    key("effectiveness", Kind::Word(Words::Adequacy), "How effective the response was."),
    key("recurrence", MappingOrText, "Whether it is likely to come back."),
    key("recurrence.likely", Flag, "Likely or not."),
    key("recurrence.why", Text, "Why."),
    key("elsewhere", MappingOrText, "Whether the same weakness exists in other places."),
    key("elsewhere.checked", List, "Where it was looked for."),
    key("elsewhere.found", List, "Where it was found."),
    key("elsewhere.by", Text, "Who looked."),
    key("elsewhere.on", Day, "When."),
    key("alike_only", Text, "Why it only looks like an earlier incident."),
    key("reviews", Entries, "The reviews of the incident."),
    key("reviews[].id", Text, "An identifier, where the review has one."),
    key("reviews[].kind", Kind::Word(Words::ReviewKind), "The stage; without one it is reflective."),
    key("reviews[].date", Day, "When it was held."),
    key("reviews[].facilitator", Text, "Who led it."),
    key("reviews[].participants", EntriesOrTexts, "Who took part."),
    key("reviews[].participants[].name", Text, "Who."),
    key("reviews[].participants[].id", Text, "Who, by the id of the people register."),
    key("reviews[].participants[].for", Text, "The role that they stood in for."),
    key("reviews[].absent", Named, "Who was excused, with the reason: `{ omar: leave }`."),
    key("reviews[].management", MappingOrText, "That management received the output."),
    key("reviews[].management.informed", Text, "Who was informed."),
    key("reviews[].management.on", Day, "When."),
    key("reviews[].output", Text, "Where the minutes are."),
    key("reviews[].incidents", List, "The incidents that a batch review covers."),
    key("reviews[].late", Reason, "Why it was held after the window."),
    key("lessons", Entries, "What was learned."),
    key("lessons[].id", Text, "The identifier within the record: L1."),
    key("lessons[].kind", Kind::Word(Words::LessonKind), "What it is about, which decides the form of the answer."),
    key("lessons[].reason", Text, "Why it is of the kind `other`."),
    key("lessons[].why", Text, "The same as `reason`."),
    key("lessons[].text", Text, "The lesson."),
    key("lessons[].addressed_by", List, "Actions of other records that answer it: INC-2025-0031/A2."),
    key("lessons[].accepted", Mapping, "The decision to live with it."),
    key("lessons[].accepted.by", Text, "Who decided."),
    key("lessons[].accepted.reason", Text, "Why."),
    key("lessons[].accepted.why", Text, "The same as `reason`."),
    key("lessons[].accepted.risk", Text, "The risk that carries it."),
    key("lessons[].accepted.until", Day, "Until when."),
    key("no_lessons", Reason, "Why there is no lesson."),
    key("actions", Entries, "What is done about it."),
    key("actions[].id", Text, "The identifier within the record: A1."),
    key("actions[].lessons", List, "The lessons that it answers."),
    key("actions[].text", Text, "What is to be done."),
    key("actions[].kind", Kind::Word(Words::ActionKind), "Its form."),
    key("actions[].form_reason", Reason, "Why its form differs from what the lesson calls for."),
    key("actions[].measure", Text, "How one will see that it helps; said beforehand."),
    key("actions[].owner", Text, "Who owns it."),
    key("actions[].due", Day, "When it is due."),
    key("actions[].due_history", Reasons, "Each agreed move of the due date."),
    key("actions[].milestones", EntriesOrTexts, "Dated steps on the way."),
    key("actions[].milestones[].text", Text, "The step."),
    key("actions[].milestones[].due", Day, "When it is due."),
    key("actions[].status", Kind::Word(Words::ActionStatus), "How far it is."),
    key("actions[].declined", Reason, "Why it will not be done."),
    key("actions[].reason", Text, "The same, beside the state."),
    key("actions[].approver", Text, "Who declined it, beside the state."),
    key("actions[].completed", Day, "When it was done."),
    key("actions[].changes", EntriesOrTexts, "What it changed: ids, paths, path@commit."),
    key("actions[].changes[].outside", Text, "A change that git cannot show."),
    key("actions[].changes[].seen_by", Text, "Who saw it."),
    key("actions[].changes[].on", Day, "When."),
    key("actions[].evidence", List, "What proves it."),
    key("actions[].effectiveness", Mapping, "The check whether it helped."),
    key("actions[].effectiveness.due", Day, "When the check is due."),
    key("actions[].effectiveness.checked", Day, "When it was made."),
    key("actions[].effectiveness.by", Text, "Who made it."),
    key("actions[].effectiveness.result", Kind::Word(Words::Outcome), "What came out."),
    key("actions[].effectiveness.how", Text, "How it was checked."),
    key("links", Mapping, "What the incident has to do with, by the ids of the registers."),
    key("links.risks", List, "Risks."),
    key("links.policies", List, "Policies and procedures."),
    key("links.controls", List, "Controls of the Statement of Applicability."),
    key("links.training", List, "Training units."),
    key("links.management_reviews", List, "Management reviews."),
    key("decisions", Mapping, "What followed for the management system."),
    key("decisions.policy", Mapping, "For policies and procedures."),
    key("decisions.policy.changed", List, "What changed."),
    key("decisions.policy.no_change", Text, "Why nothing changed."),
    key("decisions.policy.why", Text, "Why, where `no_change` is `true`."),
    key("decisions.policy.by", Text, "Who decided."),
    key("decisions.control", Mapping, "For controls."),
    key("decisions.control.changed", List, "What changed."),
    key("decisions.control.no_change", Text, "Why nothing changed."),
    key("decisions.control.why", Text, "Why, where `no_change` is `true`."),
    key("decisions.control.by", Text, "Who decided."),
    key("decisions.awareness", Mapping, "For awareness training."),
    key("decisions.awareness.changed", List, "What changed."),
    key("decisions.awareness.no_change", Text, "Why nothing changed."),
    key("decisions.awareness.why", Text, "Why, where `no_change` is `true`."),
    key("decisions.awareness.by", Text, "Who decided."),
    key("decisions.risk", Mapping, "For the risk register."),
    key("decisions.risk.changed", List, "What changed."),
    key("decisions.risk.no_change", Text, "Why nothing changed."),
    key("decisions.risk.why", Text, "Why, where `no_change` is `true`."),
    key("decisions.risk.by", Text, "Who decided."),
    key("amendments", Reasons, "Changes of a closed record, explained."),
    key("recorded_late", Reasons, "Facts that were written down late, explained."),
    key("reopened", Reasons, "That the record was opened again, explained."),
    key("dismissed", Reason, "Why it is no incident, with the status of that name."),
    key("retired", Reason, "Why the record is a tombstone, with the status of that name."),
    key("retain_until", Day, "Until when the record is kept."),
    key("public_summary", Mapping, "The only text that a report for customers may print."),
    key("public_summary.text", Text, "The text."),
    key("public_summary.approved_by", Text, "Who approved it."),
    key("sops", Foreign, "What SOPS writes beside the values that it encrypts."),
];

/// The keys of a reason with a name, below each key of the kind [`Kind::Reason`] and [`Kind::Reasons`].
pub const REASON_KEYS: &[Key] = &[
    key("why", Text, "The reason."),
    key("reason", Text, "The same as `why`."),
    key("by", Text, "Who stands behind it."),
    key("approver", Text, "The same as `by`."),
    key("on", Day, "When."),
    key("from", Text, "The value before."),
    key("to", Text, "The value after."),
    key("fields", List, "The fields that it explains."),
    key("field", List, "The same, for one."),
];

/// The key at a path; below a reason, one of its own keys.
pub fn find(path: &str) -> Option<&'static Key> {
    let direct = KEYS.iter().find(|key| key.path == path);
    direct.or_else(|| {
        let (above, last) = path.rsplit_once('.')?;
        let kind = find(above.strip_suffix("[]").unwrap_or(above))?.kind;
        let is_reason = matches!(kind, Kind::Reason | Kind::Reasons);
        REASON_KEYS.iter().find(|key| is_reason && key.path == last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Entry, Map as Mapping_, Node, Value as Data};
    use crate::record::{Class, ProblemKind, Reading, SeverityMap, fields, read_incident};
    use crate::source::{SourceId, Span};
    use crate::vocabulary::Vocabulary;
    use std::collections::BTreeSet;

    #[derive(Debug)]
    struct NoClass;
    impl SeverityMap for NoClass {
        fn class(&self, _: &str) -> Option<Class> {
            None
        }
    }

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let entry = |(key, value): (&str, Node)| Entry { key: key.into(), key_span: Span::default(), value };
        Node { span: Span::default(), value: Data::Map(Mapping_ { entries: entries.into_iter().map(entry).collect() }) }
    }

    /// A record that states every key of the table.
    fn sample(above: &str) -> Node {
        let below = KEYS.iter().filter_map(|key| Some((key.path.strip_prefix(above)?, key)));
        let direct = below.filter(|(name, _)| !name.is_empty() && !name.contains(['.', '[']));
        map(direct.map(|(name, key)| (name, value(key))).collect())
    }

    fn value(key: &Key) -> Node {
        let text = |text: &str| Node::scalar(text, Span::default(), false);
        let list = |item: Node| Node { span: Span::default(), value: Data::List(vec![item]) };
        let below =
            || KEYS.iter().filter_map(|inner| Some((inner.path.strip_prefix(key.path)?.strip_prefix('.')?, inner)));
        let reason =
            || map(REASON_KEYS.iter().map(|key| (key.path, key)).chain(below()).map(|(n, k)| (n, value(k))).collect());
        match key.kind {
            Kind::Day => text("2026-03-02"),
            Kind::Number => text("1"),
            Kind::Flag => text("true"),
            Kind::Word(words) => text(words.names()[0]),
            Kind::Mapping | Kind::MappingOrText | Kind::MappingOrList => sample(&format!("{}.", key.path)),
            Kind::Entries | Kind::EntriesOrTexts => list(sample(&format!("{}[].", key.path))),
            Kind::Reason => reason(),
            Kind::Reasons => list(reason()),
            // The id of an entry stands in the paths that the reader reports.
            _ => text("0"),
        }
    }

    #[test]
    fn the_table_and_the_reader_know_the_same_keys() {
        let calendar = crate::time::Calendar { zone: chrono_tz::Tz::UTC, order: crate::time::DateOrder::default() };
        let reading = Reading { calendar, vocabulary: Vocabulary::builtin(), severity: &NoClass };
        let _ = fields::asked_so_far();
        let incident = read_incident(&reading, SourceId(0), &sample(""));
        let unknown: Vec<_> = incident.problems.iter().filter(|p| p.kind == ProblemKind::UnknownField).collect();
        assert!(unknown.is_empty(), "in the table, and not read: {unknown:?}");
        let asked: BTreeSet<String> = fields::asked_so_far().iter().map(|path| path.replace(".0.", "[].")).collect();
        let strange: Vec<_> = asked.iter().filter(|path| find(path).is_none()).collect();
        assert!(strange.is_empty(), "read, and not in the table: {strange:?}");
        // These three are looked at in place, without asking for their keys one by one.
        let in_place = ["reviews[].participants[].", "actions[].changes[]."];
        let missed: Vec<_> = KEYS.iter().map(|key| key.path).filter(|path| !asked.contains(*path)).collect();
        let missed: Vec<_> =
            missed.iter().filter(|path| !in_place.iter().any(|start| path.starts_with(start))).collect();
        assert!(missed.is_empty(), "in the table, and never asked for: {missed:?}");
    }

    #[test]
    fn a_key_below_a_reason_is_found() {
        assert_eq!(find("reviews[].late.why").map(|key| key.kind), Some(Kind::Text));
        assert_eq!(find("amendments[].fields").map(|key| key.kind), Some(Kind::List));
        assert!(find("title.why").is_none());
    }
}
