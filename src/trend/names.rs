//! Titles and texts without the names of people.

use crate::population::Population;
use crate::record::Incident;
use std::collections::BTreeSet;

/// Stands for a person.
const SOMEBODY: &str = "[person]";
/// The shortest part of a name that is taken for one: two letters are too many other things.
const SHORTEST: usize = 3;

/// The names that are known: of the people register whole and in parts, of the records as they stand.
pub(super) struct Names {
    /// Whole names, addresses and handles with other signs in them, the longest first.
    phrases: Vec<String>,
    /// Single words: parts of names, and handles.
    words: BTreeSet<String>,
}

impl Names {
    pub(super) fn of(population: &Population) -> Self {
        let mut names = Self { phrases: Vec::new(), words: BTreeSet::new() };
        for person in population.people.iter() {
            let addresses = person.emails.iter().map(|address| &**address);
            [&*person.id, &*person.name].into_iter().chain(addresses).for_each(|name| names.add(name));
            person.name.split_whitespace().for_each(|part| names.add_word(part));
        }
        let stated = population.incidents.iter().flat_map(of_record);
        // Who stands in no register may be a team: only the whole is taken.
        let unknown = stated.filter(|name| population.people.find(name).is_none());
        unknown.for_each(|name| names.add(name));
        names.phrases.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
        names.phrases.dedup();
        names
    }

    fn add(&mut self, name: &str) {
        let name = name.trim();
        match name.chars().all(char::is_alphanumeric) {
            true => self.add_word(name),
            false if name.chars().count() >= SHORTEST => self.phrases.push(name.to_owned()),
            false => {}
        }
    }

    fn add_word(&mut self, word: &str) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.chars().count() >= SHORTEST {
            self.words.insert(word.to_owned());
        }
    }

    /// A text in which nobody is named.
    pub(super) fn without(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for phrase in self.phrases.iter().filter(|phrase| phrase.len() <= 200) {
            if text.contains(phrase.as_str()) {
                text = text.replace(phrase.as_str(), SOMEBODY);
            }
        }
        let mut said = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(start) = rest.find(char::is_alphanumeric) {
            let end = rest[start..].find(|c: char| !c.is_alphanumeric()).map_or(rest.len(), |end| start + end);
            said.push_str(&rest[..start]);
            said.push_str(if self.words.contains(&rest[start..end]) { SOMEBODY } else { &rest[start..end] });
            rest = &rest[end..];
        }
        said.push_str(rest);
        said.replace(&format!("[{SOMEBODY}]"), SOMEBODY).replace(&format!("{SOMEBODY} {SOMEBODY}"), SOMEBODY)
    }
}

/// Everybody whom a record names in a field for people.
fn of_record(incident: &Incident) -> Vec<&str> {
    let owners = incident.actions.items().iter().flat_map(|a| [a.owner.text(), a.effectiveness.by.text()]);
    let accepted = incident.lessons.items().iter().filter_map(|lesson| lesson.accepted.as_ref());
    let reviews = incident.reviews.items().iter();
    let took_part = reviews.clone().flat_map(|r| r.participants.items()).map(|one| Some(&*one.name));
    let absent = reviews.clone().flat_map(|r| &r.absent).map(|one| Some(one.name.as_str()));
    let led = std::iter::once(incident.lead.text()).chain(reviews.map(|review| review.facilitator.text()));
    let responders = incident.responders.items().iter().map(|one| Some(one.as_str()));
    let signed = incident.signatures.iter().map(|signature| Some(signature.name.as_str()));
    let all = owners.chain(accepted.map(|accepted| accepted.by.text())).chain(took_part).chain(absent);
    all.chain(led).chain(responders).chain(signed).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_out_whole_or_in_part() {
        let mut names = Names { phrases: Vec::new(), words: BTreeSet::new() };
        ["eva", "Eva Koch", "eva.koch@example.org", "IT-Team 3"].into_iter().for_each(|name| names.add(name));
        "Eva Koch".split(' ').for_each(|part| names.add_word(part));
        assert_eq!(
            names.without("Eva Koch's mailbox, and evaluation by eva"),
            "[person]'s mailbox, and evaluation by [person]"
        );
        assert_eq!(names.without("Frau Koch wrote to eva.koch@example.org"), "Frau [person] wrote to [person]");
        assert_eq!(names.without("IT-Team 3 — ok"), "[person] — ok");
        assert_eq!(names.without("<b>Kochbuch</b>"), "<b>Kochbuch</b>");
    }
}
