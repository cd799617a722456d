//! What an incident needs: each part of a requirement is judged for itself.

use super::OwnRules;
use crate::config::model::Within;
use crate::record::path::{Answer, Asked, Entries, Field, Owner, Said, linked};
use crate::record::register::RegisterKind;
use crate::record::{Incident, Review};
use crate::rules::{Case, Duty, Finding, NotRun, Outcome};
use crate::source::Place;
use crate::text::{Text, shorten};
use crate::time::{When, plus};
use crate::vocabulary::fold;
use std::collections::HashSet;

/// Participants that the record itself or a mark in the people register names, besides roles and persons.
const LEAD: &str = "lead";
const MANAGEMENT: &str = "management";

/// The requirement of a rule, ready to be asked of one incident after the other.
pub(super) struct Required<'c, 'a> {
    rule: &'c OwnRules,
    case: &'c Case<'a>,
    /// Incidents that a management review lists, where a link to one is asked for.
    listed: HashSet<String>,
}

impl<'a> Required<'_, 'a> {
    pub(super) fn new<'c>(rule: &'c OwnRules, case: &'c Case<'a>) -> Required<'c, 'a> {
        let asks = rule.0.require.link.as_deref() == Some("management_reviews");
        let reviews = &case.population().register(RegisterKind::ManagementReviews).rows;
        let rows = reviews.values().filter(|_| asks);
        let listed = rows.flat_map(|row| row.list("incidents")).map(|id| fold(id.as_str())).collect();
        Required { rule, case, listed }
    }

    pub(super) fn judge(&self, incident: &'a Incident, out: &mut Outcome) {
        let require = &self.rule.0.require;
        if let Some(field) = require.field.as_deref().and_then(Field::find) {
            self.field(incident, field, out);
        }
        if let Some(role) = &require.participant {
            self.participant(incident, role, out);
        }
        if let Some(least) = require.actions {
            self.actions(incident, least, out);
        }
        if let Some(link) = &require.link {
            self.link(incident, link, out);
        }
        if let Some(within) = &require.within {
            self.within(incident, within, out);
        }
    }

    /// A field that has to be answered; of each entry, where it is a field of entries.
    fn field(&self, incident: &'a Incident, field: &Field, out: &mut Outcome) {
        let duty = self.duty(incident, field.asked);
        if duty == Duty::None {
            return;
        }
        for answer in field.answers(incident).into_iter().filter(|answer| self.is_asked(field, answer)) {
            out.test();
            if !answer.said.is_answered {
                let what = format!("`{}` to be answered", field.name);
                let help = format!("Answer `{}`; where there is nothing to say, `none: reason` says so.", field.name);
                out.find(self.missing(incident, (field, answer), duty, (&what, &help)));
            }
        }
    }

    /// Whether a field can be asked of an entry: proof of done actions, reasons of declined ones, and nothing of a
    /// review that is to come.
    fn is_asked(&self, field: &Field, answer: &Answer<'_>) -> bool {
        match answer.of {
            Owner::Action(action) => match field.asked {
                Asked::Done => action.is_done(),
                Asked::Declined => action.is_declined(),
                _ => !action.is_declined(),
            },
            Owner::Review(review) => review.date.value().is_none_or(|date| self.case.has_come(*date)),
            Owner::Lesson(_) | Owner::Incident => true,
        }
    }

    fn duty(&self, incident: &'a Incident, asked: Asked) -> Duty {
        match asked {
            Asked::Now | Asked::Done | Asked::Declined => Duty::Due(self.case.as_of()),
            Asked::Closed if incident.is_closed() => Duty::Due(self.case.as_of()),
            Asked::Closed => Duty::None,
            Asked::Review => self.case.review_duty(incident),
            Asked::Flow => self.case.flow_duty(incident),
        }
    }

    /// Somebody who has to take part in a review that was held.
    fn participant(&self, incident: &'a Incident, role: &str, out: &mut Outcome) {
        let reviews: Vec<(&Review, When)> = self.case.held_reviews(incident).collect();
        let Some((last, _)) = reviews.iter().max_by_key(|(_, when)| when.date) else { return };
        let names = reviews.iter().flat_map(|(review, _)| {
            let participants = review.participants.items().iter();
            let stood_for = participants.clone().filter_map(|participant| participant.stands_for.as_deref());
            participants.map(|participant| &*participant.name).chain(stood_for).chain(review.facilitator.text())
        });
        let took_part = names.into_iter().any(|name| self.is(incident, name, role));
        if !took_part && let Err(why) = self.knows(role) {
            out.not_run(why);
            return;
        }
        out.test();
        if !took_part {
            let help = "Did they take part? Add them under `participants`. Were they told of the result instead? Agree \
                        with the owner of this rule that it is enough.";
            let finding =
                Finding::of_review(incident, last, self.rule.level(), "participants", last.participants.place());
            let finding = self.says(finding, &format!("{role} to take part in a review"), help).keyed("participant");
            // The role may be somebody's name.
            out.find(Finding { why: Text::new(finding.why.as_str()), ..finding });
        }
    }

    /// Whether a name means a person in a role: by the register, by the record, or as the word itself.
    fn is(&self, incident: &Incident, name: &str, role: &str) -> bool {
        let role = fold(role);
        let person = self.case.population().people.find(name);
        let by_register = person.is_some_and(|person| {
            let held = person.roles.iter().any(|own| fold(own) == role);
            held || role == MANAGEMENT && person.management
                || [&person.id, &person.name].iter().any(|own| fold(own) == role)
        });
        let leads = || incident.lead.text().is_some_and(|lead| self.case.same_person(lead, name));
        fold(name) == role || by_register || role == LEAD && leads()
    }

    /// Whether a role can be told at all: absence of somebody whom nobody knows proves nothing.
    fn knows(&self, role: &str) -> Result<(), NotRun> {
        if fold(role) == LEAD {
            return Ok(());
        }
        let people = self.case.people()?;
        let wanted = fold(role);
        let known = wanted == MANAGEMENT || people.is_role(role) || people.find(role).is_some();
        let unknown = || NotRun(format!("nobody in the people register has the role `{}`", shorten(role, 40)).into());
        known.then_some(()).ok_or_else(unknown)
    }

    /// The least number of actions that were not declined.
    fn actions(&self, incident: &'a Incident, least: usize, out: &mut Outcome) {
        let duty = self.case.review_duty(incident);
        let kept = incident.actions.items().iter().filter(|action| !action.is_declined()).count();
        if duty == Duty::None {
            return;
        }
        out.test();
        if kept < least {
            let what = format!("at least {least} actions; there are {kept}");
            let help = "Add what is missing under `actions`, with owner and due date.";
            let finding = Finding::of(incident, self.rule.level(), "actions", incident.actions.place());
            out.find(with(self.says(finding, &what, help).keyed("number"), duty));
        }
    }

    fn link(&self, incident: &'a Incident, link: &str, out: &mut Outcome) {
        let Some(list) = linked(&incident.links, link) else { return };
        let duty = self.case.flow_duty(incident);
        if duty == Duty::None {
            return;
        }
        out.test();
        let listed = incident.id().is_some_and(|id| self.listed.contains(&fold(id)));
        if list.items().is_empty() && !list.is_declined() && !listed {
            let what = format!("a link to the {link} that it concerns");
            let help = format!("Name it under `links.{link}`; where there is none, `none: reason` says so.");
            let finding = Finding::of(incident, self.rule.level(), format!("links.{link}"), list.place());
            out.find(with(self.says(finding, &what, &help).keyed("link"), duty));
        }
    }

    /// A date that has to lie within some days of another.
    fn within(&self, incident: &'a Incident, within: &Within, out: &mut Outcome) {
        let (Some(date), Some(of)) = (Field::find(&within.date), Field::find(&within.of)) else { return };
        for (answer, from) in self.pairs(incident, date, of) {
            let limit = plus(from.date, within.days);
            match answer.said.date {
                Some(found) => {
                    out.test();
                    if found.date > limit {
                        out.find(self.too_late(incident, (date, answer), within, (found, from)));
                    }
                }
                None if answer.said.is_answered => {}
                None => {
                    out.test();
                    let duty = if self.case.as_of() > limit { Duty::Due(limit) } else { Duty::NotYet(limit) };
                    let what = format!("`{}` within {} days of `{}`, so by {limit}", date.name, within.days, of.name);
                    let help = format!("Add `{}` when it has happened; a later date is said as it is.", date.name);
                    out.find(self.missing(incident, (date, answer), duty, (&what, &help)).keyed("within"));
                }
            }
        }
    }

    /// The answers to judge, each with the day that it counts from. Of several reviews the first one counts as the
    /// date, and the last one as the day to count from; actions are judged one by one, as are two dates of one entry.
    fn pairs(&self, incident: &'a Incident, date: &Field, of: &Field) -> Vec<(Answer<'a>, When)> {
        let answers = date.answers(incident);
        let is_future = |answer: &Answer<'_>| answer.said.date.is_some_and(|day| !self.case.has_come(day));
        // A fact of the future is a finding of its own; what is judged by it would be one too many.
        let ahead = !date.may_lie_ahead() && answers.iter().any(is_future);
        let starts = of.answers(incident);
        if ahead || starts.iter().any(is_future) && !of.may_lie_ahead() {
            return Vec::new();
        }
        if date.entries().is_some() && date.entries() == of.entries() {
            let pairs = answers.into_iter().zip(starts).filter(|(answer, _)| is_kept(answer));
            return pairs.filter_map(|(answer, start)| Some((answer, start.said.date?))).collect();
        }
        let Some(start) = starts.iter().filter_map(|start| start.said.date).max_by_key(|day| day.date) else {
            return Vec::new();
        };
        let judged: Vec<Answer<'a>> = match date.entries() {
            Some(Entries::Reviews) => first_review(incident, answers).into_iter().collect(),
            _ => answers.into_iter().filter(is_kept).collect(),
        };
        judged.into_iter().map(|answer| (answer, start)).collect()
    }

    fn too_late(
        &self,
        incident: &Incident,
        (field, answer): (&Field, Answer<'_>),
        within: &Within,
        (found, from): (When, When),
    ) -> Finding {
        let days = from.days_until(found.date);
        let what = format!("`{}` within {} days of {from}; {found} is day {days}", within.date, within.days);
        let late = match answer.of {
            Owner::Review(review) => review.late.as_deref().filter(|late| late.is_complete()),
            _ => None,
        };
        let help = match answer.of {
            Owner::Review(_) => "Correct the date if it is wrong; if it is right, say why: `late: { why, by }`.",
            _ => "Correct the date if it is wrong; if it is right, agree with the owner of this rule how to say so.",
        };
        let finding = self.finding(incident, field, answer.of, answer.said.place);
        let finding = self.says(finding, &what, help).keyed("within");
        match late {
            Some(late) => {
                let (why, by) = (late.why.text().unwrap_or_default(), late.by.text().unwrap_or_default());
                finding.acknowledged("late", why, by)
            }
            None => finding,
        }
    }

    fn missing(
        &self,
        incident: &Incident,
        (field, answer): (&Field, Answer<'_>),
        duty: Duty,
        (what, help): (&str, &str),
    ) -> Finding {
        let finding = self.finding(incident, field, answer.of, answer.said.place);
        with(self.says(finding, what, help), duty)
    }

    fn finding(&self, incident: &Incident, field: &Field, of: Owner<'_>, place: Place) -> Finding {
        let level = self.rule.level();
        match of {
            Owner::Incident => Finding::of(incident, level, field.name, place),
            Owner::Review(review) => Finding::of_review(incident, review, level, field.below(), place),
            Owner::Lesson(lesson) => Finding::of_lesson(incident, lesson, level, field.below(), place),
            Owner::Action(action) => Finding::of_action(incident, action, level, field.below(), place),
        }
    }

    /// The organisation's own sentence; the facts and the document follow in the second line.
    fn says(&self, finding: Finding, what: &str, help: &str) -> Finding {
        let message = shorten(self.rule.0.message.trim().trim_end_matches('.'), 90);
        let asks = match self.rule.0.source.as_deref().map(str::trim).filter(|source| !source.is_empty()) {
            Some(source) => format!("{source} asks for {what}."),
            None => format!("The organisation's own rule asks for {what}."),
        };
        finding.says(Text::of_run(message), Text::of_run(asks), Text::of_run(help))
    }
}

fn with(finding: Finding, duty: Duty) -> Finding {
    match duty {
        Duty::NotYet(due) => finding.pending(due),
        Duty::Due(_) | Duty::None => finding,
    }
}

fn is_kept(answer: &Answer<'_>) -> bool {
    !matches!(answer.of, Owner::Action(action) if action.is_declined())
}

/// The review that was held first; where none has a date, the place at which one should stand.
fn first_review<'a>(incident: &'a Incident, answers: Vec<Answer<'a>>) -> Option<Answer<'a>> {
    let day = |answer: &Answer<'_>| answer.said.date.map(|day| day.date);
    let held = answers.iter().filter(|answer| day(answer).is_some()).min_by_key(|answer| day(answer)).copied();
    let nowhere = Said { place: incident.reviews.place(), is_answered: false, date: None };
    held.or_else(|| answers.first().copied()).or(Some(Answer { of: Owner::Incident, said: nowhere }))
}
