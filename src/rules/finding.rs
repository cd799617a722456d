//! What a rule says.

use crate::config::Level;
use crate::history::{Grade, Landing};
use crate::record::{Action, Incident, Lesson, Review};
use crate::rules::NotRun;
use crate::source::Place;
use crate::text::Text;
use chrono::NaiveDate;

/// Whether a finding is a breach, not due yet, or explained.
#[derive(Clone, PartialEq, Debug)]
pub enum Nature {
    /// Something is not as it should be.
    Breach,
    /// It will be due; a note, and the subject counts as passed.
    Pending {
        /// The day on which it is due; `None` where no date is shown.
        due: Option<NaiveDate>,
    },
    /// A lapse with a reason and a name: a note that reports keep.
    Acknowledged {
        /// The field that explains it.
        field: String,
        /// The reason.
        why: Text,
        /// Who stands behind it.
        by: Text,
    },
}

/// A second place that belongs to a finding, told as part of its story.
#[derive(Clone, PartialEq, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: Text,
    /// The commit that it tells of, in full hex, its date, and how well that is witnessed.
    pub commit: Option<(String, NaiveDate, Grade)>,
}

/// One finding, before levels are settled.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The level that the rule itself gives it.
    pub level: Level,
    /// Whether it is a breach.
    pub nature: Nature,
    /// The incident's id.
    pub record: Option<Box<str>>,
    /// The action's, lesson's or review's id.
    pub item: Option<Box<str>>,
    /// The dotted path of the field.
    pub field: String,
    /// The smallest value that is wrong, or the key that should hold it.
    pub place: Place,
    /// What tells this finding from another of the same field, besides its value: usually empty.
    pub key: String,
    /// What is wrong, in at most 90 characters.
    pub message: Text,
    /// Why it matters, in one line.
    pub why: Text,
    /// What to do, in one line.
    pub help: Text,
    /// Places that belong to it.
    pub related: Vec<Related>,
    /// The last day on which all was in time, where the rule knows one: the breach began on the next.
    pub due: Option<NaiveDate>,
    /// Whether it rests on something inferred, so that it stops at a warning.
    pub is_inferred: bool,
    /// Whether what stands at its place may never be shown.
    pub is_secret: bool,
}

impl Finding {
    /// A finding about a field of an incident.
    pub fn of(incident: &Incident, level: Level, field: impl Into<String>, place: Place) -> Self {
        Self { record: incident.id().map(Into::into), ..Self::at(level, field, place) }
    }

    /// A finding about a field that is known by its dotted path alone: it belongs to the action, lesson or review
    /// that the path leads into.
    pub fn of_path(incident: &Incident, level: Level, field: &str, place: Place) -> Self {
        let is_in = |item: &str| field.strip_prefix(item).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let actions = incident.actions.items().iter().map(|action| (&action.field, &action.id));
        let lessons = incident.lessons.items().iter().map(|lesson| (&lesson.field, &lesson.id));
        let item = actions.chain(lessons).find(|(item, _)| is_in(item)).and_then(|(_, id)| id.text()).map(Into::into);
        Self { item, ..Self::of(incident, level, field, place) }
    }

    /// A finding that belongs to no incident.
    pub fn at(level: Level, field: impl Into<String>, place: Place) -> Self {
        Self {
            level,
            nature: Nature::Breach,
            record: None,
            item: None,
            field: field.into(),
            place,
            key: String::new(),
            message: Text::default(),
            why: Text::default(),
            help: Text::default(),
            related: Vec::new(),
            due: None,
            is_inferred: false,
            is_secret: false,
        }
    }

    /// A finding about a field of an action; `field` is the part below it, as `due`, or empty.
    pub fn of_action(incident: &Incident, action: &Action, level: Level, field: &str, place: Place) -> Self {
        let item = action.id.text().map(Into::into);
        Self { item, ..Self::of(incident, level, join(&action.field, field), place) }
    }

    /// A finding about a field of a lesson.
    pub fn of_lesson(incident: &Incident, lesson: &Lesson, level: Level, field: &str, place: Place) -> Self {
        let item = lesson.id.text().map(Into::into);
        Self { item, ..Self::of(incident, level, join(&lesson.field, field), place) }
    }

    /// A finding about a field of a review.
    pub fn of_review(incident: &Incident, review: &Review, level: Level, field: &str, place: Place) -> Self {
        Self::of(incident, level, join(&review.field, field), place)
    }

    /// What is wrong, why it matters, and what to do.
    pub fn says(mut self, message: impl Into<Text>, why: impl Into<Text>, help: impl Into<Text>) -> Self {
        self.message = message.into();
        self.why = why.into();
        self.help = help.into();
        self
    }

    /// A second place with what is there.
    pub fn related(mut self, place: Place, message: impl Into<Text>) -> Self {
        self.related.push(Related { place, message: message.into(), commit: None });
        self
    }

    /// A landing that belongs to it, at a file that it touched, with what it did there.
    pub fn seen(mut self, place: Place, landing: &Landing<'_>, message: impl Into<Text>) -> Self {
        let commit = landing.commit.map(|commit| (commit.to_string(), landing.day, landing.grade));
        self.related.push(Related { place, message: message.into(), commit });
        self
    }

    /// What tells it from another finding of the same field and value.
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The last day on which all was in time.
    pub fn due(mut self, day: NaiveDate) -> Self {
        self.due = Some(day);
        self
    }

    /// It rests on something inferred.
    pub fn inferred(mut self, is_inferred: bool) -> Self {
        self.is_inferred = is_inferred;
        self
    }

    /// What stands at its place may never be shown.
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// It will be due: a note, whatever its level was.
    pub fn pending(mut self, due: NaiveDate) -> Self {
        self.level = Level::Note;
        self.nature = Nature::Pending { due: Some(due) };
        self
    }

    /// It is explained: a note, whatever its level was.
    pub fn acknowledged(mut self, field: impl Into<String>, why: &str, by: &str) -> Self {
        self.level = Level::Note;
        self.nature = Nature::Acknowledged { field: field.into(), why: Text::new(why), by: Text::new(by) };
        self
    }
}

fn join(field: &str, below: &str) -> String {
    if below.is_empty() { field.to_owned() } else { format!("{field}.{below}") }
}

/// What came out of one rule.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many subjects were tested.
    pub tested: u32,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What could not be judged, and why.
    pub not_run: Vec<NotRun>,
}

impl Outcome {
    /// One more subject was tested.
    pub fn test(&mut self) {
        self.tested += 1;
    }

    /// Something was found.
    pub fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// A part could not be judged; what else the rule does goes on.
    pub fn not_run(&mut self, why: NotRun) {
        if !self.not_run.contains(&why) {
            self.not_run.push(why);
        }
    }
}
