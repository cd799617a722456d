//! What incidents have in common: their cause tags and the controls that failed, and who raised it as a pattern.

use crate::record::register::RegisterKind;
use crate::record::{Acceptance, Action, ActionKind, Change, Incident, Lesson, LessonKind, List, Located, Origin};
use crate::rules::Case;
use crate::time::{When, plus};
use crate::vocabulary::fold;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

/// The field of the cause tags.
pub(super) const CAUSES: &str = "causes";
/// The field of the controls that failed.
pub(super) const FAILED_CONTROLS: &str = "factors.failed_controls";

/// A tag as one incident carries it.
#[derive(Clone, Copy, Debug)]
pub struct Tagged<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// When it was detected; where that is unknown, when it began.
    pub seen: When,
    /// The tag with its place.
    pub tag: &'a Located,
}

impl Tagged<'_> {
    /// The day on which it was seen.
    pub fn day(&self) -> NaiveDate {
        self.seen.date
    }

    /// The reason why it only looks alike, with its place.
    pub fn alike_only(&self) -> Option<&str> {
        self.incident.alike_only.text()
    }
}

/// Incidents by field and tag, in the order of their days. Parts of one incident count once.
pub(super) type ByTag<'a> = BTreeMap<(&'static str, String), Vec<Tagged<'a>>>;

/// The incidents that carry each tag: all that happened here or at a supplier, and not in the future.
pub(super) fn by_tag<'a>(case: &Case<'a>) -> ByTag<'a> {
    let mut tags = ByTag::new();
    for incident in case.incidents().filter(|incident| happened(incident)) {
        let Some(seen) = seen(case, incident) else { continue };
        let mut add = |field, list: &'a List| {
            for tag in list.items() {
                let name = normal(tag.as_str());
                let entries = tags.entry((field, name)).or_default();
                entries.push(Tagged { incident, seen, tag });
            }
        };
        add(CAUSES, &incident.causes);
        add(FAILED_CONTROLS, &incident.factors.failed_controls);
    }
    tags.retain(|(_, name), _| !name.is_empty());
    tags.values_mut().for_each(in_order);
    tags
}

/// The incidents that carry each cause, in the order of its name and of their days.
pub fn causes<'a>(case: &Case<'a>) -> BTreeMap<String, Vec<Tagged<'a>>> {
    let tags = by_tag(case).into_iter().filter(|((field, _), _)| *field == CAUSES);
    tags.map(|((_, name), entries)| (name, entries)).collect()
}

/// An exercise is no incident, and what happened to somebody else is none of ours.
fn happened(incident: &Incident) -> bool {
    !matches!(incident.origin.value(), Some(Origin::Exercise | Origin::External))
}

fn seen(case: &Case<'_>, incident: &Incident) -> Option<When> {
    let seen = incident.detected.value().or(incident.occurred.value()).copied();
    seen.filter(|seen| case.has_come(*seen))
}

/// `No second factor` and `no-second-factor` are one tag.
fn normal(tag: &str) -> String {
    fold(tag).replace([' ', '_'], "-")
}

/// Sorts by day and keeps the first of what belongs to one incident: a tag that stands twice, or its parts.
fn in_order(entries: &mut Vec<Tagged<'_>>) {
    entries.sort_by(|a, b| (a.day(), a.incident.id(), a.tag.place).cmp(&(b.day(), b.incident.id(), b.tag.place)));
    let mut seen = HashSet::new();
    entries.retain(|entry| {
        let whole = entry.incident.part_of.text().or(entry.incident.id());
        whole.is_none_or(|whole| seen.insert(fold(whole)))
    });
}

/// Knows what raises a pattern: a lesson, what answers it, a risk and a management review.
pub(super) struct Raising<'a> {
    case: Case<'a>,
    /// Incidents that some management review lists.
    listed: HashSet<&'a str>,
    /// The day of the newest management review that was held.
    newest: Option<NaiveDate>,
}

/// How far a pattern was raised.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Raised<'a> {
    /// All of it; it covers what comes later up to this day, or as long as it is open.
    Until(Option<NaiveDate>),
    /// A lesson says so, and something is missing.
    Lacks(&'a Lesson, &'static str),
    /// Nothing says so.
    No,
}

impl<'a> Raising<'a> {
    /// Reads the management reviews once.
    pub(super) fn new(case: &Case<'a>) -> Self {
        let rows = &case.population().register(RegisterKind::ManagementReviews).rows;
        let mut raising = Self { case: *case, listed: HashSet::new(), newest: None };
        for row in rows.values() {
            let date = row.date("date", &case.book().calendar).and_then(Result::ok);
            raising.newest = raising.newest.max(date.filter(|date| case.has_come(*date)).map(|date| date.date));
            for id in row.list("incidents") {
                raising.listed.extend(case.population().incident(id.as_str()).and_then(Incident::id));
            }
        }
        raising
    }

    /// How far an incident raises what it has in common with others.
    pub(super) fn by(&self, entry: &Tagged<'a>) -> Raised<'a> {
        let lessons = entry.incident.lessons.items().iter();
        let mut raised = Raised::No;
        for found in lessons.map(|lesson| self.lesson(entry, lesson)) {
            match found {
                Raised::Until(_) => return found,
                Raised::Lacks(..) if raised == Raised::No => raised = found,
                Raised::Lacks(..) | Raised::No => {}
            }
        }
        raised
    }

    fn lesson(&self, entry: &Tagged<'a>, lesson: &'a Lesson) -> Raised<'a> {
        let is_pattern = lesson.kind.value() == Some(&LessonKind::Pattern);
        if !is_pattern && lesson.addressed_by.items().is_empty() {
            return Raised::No;
        }
        let answers = self.answers(entry.incident, lesson);
        if !is_pattern && !answers.iter().any(|answer| answer.is_elsewhere) {
            return Raised::No;
        }
        let has = |linked: &dyn Fn(&Incident) -> bool| {
            linked(entry.incident) || answers.iter().any(|answer| linked(answer.incident))
        };
        if answers.is_empty() {
            Raised::Lacks(lesson, "it has no strategic action yet")
        } else if !has(&|incident| self.names_risk(incident)) {
            Raised::Lacks(lesson, "no risk is linked yet")
        } else if self.can_be_reported(entry) && !has(&|incident| self.is_reported(incident)) {
            Raised::Lacks(lesson, "no management review is linked yet")
        } else if answers.iter().any(|answer| answer.until.is_none()) {
            Raised::Until(None)
        } else {
            Raised::Until(answers.iter().filter_map(|answer| answer.until).max())
        }
    }

    /// Whether a management review was held since the pattern had to be raised: nobody can link one that is to come.
    fn can_be_reported(&self, entry: &Tagged<'a>) -> bool {
        self.newest.is_some_and(|newest| newest > self.due(entry))
    }

    /// The day by which a pattern has to be raised that an incident makes one.
    pub(super) fn due(&self, entry: &Tagged<'a>) -> NaiveDate {
        plus(entry.day(), self.case.book().threshold(|t| &t.pattern_raised_after))
    }

    /// Strategic actions that answer a lesson, here or in another record, and the decision to live with it.
    fn answers(&self, incident: &'a Incident, lesson: &'a Lesson) -> Vec<Answer<'a>> {
        let names_it = |action: &Action| {
            let names = action.lessons.items();
            names.is_empty() || names.iter().any(|name| Some(name.as_str()) == lesson.id.text())
        };
        let is_strategic =
            |action: &Action| action.kind.value() == Some(&ActionKind::Strategic) && !action.is_declined();
        let own = incident.actions.items().iter().filter(|action| is_strategic(action) && names_it(action));
        let own = own.map(|action| Answer::new(incident, action, false));
        let others = lesson.addressed_by.items().iter();
        let others = others.filter_map(|reference| self.case.population().action(reference.as_str()));
        let others = others.filter(|(_, action)| is_strategic(action));
        let others = others.map(|(incident, action)| Answer::new(incident, action, true));
        let accepted = lesson.accepted.as_ref().filter(|accepted| is_complete(accepted));
        let accepted = accepted.map(|accepted| Answer {
            incident,
            until: accepted.until.value().map(|until| until.date),
            is_elsewhere: false,
        });
        own.chain(others).chain(accepted).collect()
    }

    /// A linked risk, a risk that an action or a decision changed, or the one that carries an acceptance.
    fn names_risk(&self, incident: &Incident) -> bool {
        let risks = &self.case.population().register(RegisterKind::Risks).rows;
        let changes = incident.actions.items().iter().flat_map(|action| action.changes.items());
        let mut targets = changes.filter_map(|change| match change {
            Change::Target(target) => Some(target.as_str()),
            Change::Outside { .. } => None,
        });
        !incident.links.risks.items().is_empty()
            || !incident.decisions.risk.changed.items().is_empty()
            || targets.any(|target| risks.contains_key(target))
            || incident.lessons.items().iter().any(|lesson| lesson.accepted.as_ref().is_some_and(is_complete))
    }

    fn is_reported(&self, incident: &Incident) -> bool {
        let is_listed = incident.id().is_some_and(|id| self.listed.contains(id));
        is_listed || !incident.links.management_reviews.items().is_empty()
    }

    /// What no raised pattern covers, of incidents with one tag: not those up to the last one that raises it, nor
    /// those that came while its strategic action was open.
    pub(super) fn uncovered(&self, entries: &[Tagged<'a>]) -> Vec<Tagged<'a>> {
        let raised = entries.iter().filter_map(|entry| match self.by(entry) {
            Raised::Until(until) => Some((entry.day(), until)),
            Raised::Lacks(..) | Raised::No => None,
        });
        let raised: Vec<(NaiveDate, Option<NaiveDate>)> = raised.collect();
        if raised.iter().any(|(_, until)| until.is_none()) {
            return Vec::new();
        }
        let covered = raised.iter().flat_map(|(day, until)| [Some(*day), *until]).flatten().max();
        entries.iter().filter(|entry| covered.is_none_or(|covered| entry.day() > covered)).copied().collect()
    }
}

fn is_complete(accepted: &Acceptance) -> bool {
    accepted.by.text().is_some() && accepted.reason.text().is_some() && accepted.risk.text().is_some()
}

/// An answer to a pattern lesson.
struct Answer<'a> {
    /// Whose it is.
    incident: &'a Incident,
    /// When it was done; `None` while it is open.
    until: Option<NaiveDate>,
    /// Whether the lesson points to another record.
    is_elsewhere: bool,
}

impl<'a> Answer<'a> {
    fn new(incident: &'a Incident, action: &Action, is_elsewhere: bool) -> Self {
        Self { incident, until: action.completed.value().map(|done| done.date), is_elsewhere }
    }
}
