//! Which incidents a rule is about: every condition that is stated has to hold.

use crate::config::model::Condition;
use crate::record::{Class, Incident, LessonKind, List, Origin, Status, Word};
use crate::rules::Case;
use crate::vocabulary::fold;

/// Whether an incident is one that a rule is about.
pub(super) fn holds(case: &Case<'_>, when: &Condition, incident: &Incident) -> bool {
    let words = &case.book().vocabulary;
    let named = |list: &[String], group: &str, name: Option<&str>| {
        list.is_empty() || list.iter().any(|word| name.is_some_and(|name| words.find(group, word) == Some(name)))
    };
    let status = incident.status.value().map(|status| status.name());
    has_severity(&when.severity, incident)
        && named(&when.status, Status::GROUP, status)
        && named(&when.origin, Origin::GROUP, Some(origin(incident).name()))
        && (when.category.is_empty() || incident.category.text().is_some_and(|own| is_one_of(&when.category, own)))
        && has_any(&when.tag, &incident.causes)
        && has_any(&when.asset, &incident.assets)
        && when.supplier.is_none_or(|wanted| wanted == is_about_supplier(incident))
        && when.personal_data.is_none_or(|wanted| wanted == affects_persons(incident))
}

/// A class takes in all its words; a word means itself alone.
fn has_severity(wanted: &[String], incident: &Incident) -> bool {
    let class = incident.class();
    let word = incident.severity.value().map(|severity| fold(&severity.word));
    wanted.is_empty()
        || wanted.iter().any(|wanted| {
            let wanted = fold(wanted);
            Class::named(&wanted) == Some(class) || word.as_deref() == Some(wanted.as_str())
        })
}

/// What is stated; without it an incident, or a near miss where the record says that nothing came of it.
fn origin(incident: &Incident) -> Origin {
    let near_miss = incident.near_miss.value() == Some(&true);
    let unstated = if near_miss { Origin::NearMiss } else { Origin::Incident };
    incident.origin.value().copied().unwrap_or(unstated)
}

fn is_one_of(wanted: &[String], own: &str) -> bool {
    let own = normal(own);
    wanted.iter().any(|wanted| normal(wanted) == own)
}

fn has_any(wanted: &[String], own: &List) -> bool {
    wanted.is_empty() || own.items().iter().any(|item| is_one_of(wanted, item.as_str()))
}

/// `Account compromise` and `account-compromise` are one category.
fn normal(text: &str) -> String {
    fold(text).replace([' ', '_'], "-")
}

fn is_about_supplier(incident: &Incident) -> bool {
    let lessons = incident.lessons.items().iter();
    origin(incident) == Origin::Supplier || lessons.into_iter().any(|l| l.kind.value() == Some(&LessonKind::Supplier))
}

fn affects_persons(incident: &Incident) -> bool {
    incident.affected_persons.value().is_some_and(|persons| *persons > 0.0)
}
