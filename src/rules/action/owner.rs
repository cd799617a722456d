//! Who an owner's text means: a person, a role, a group, or nobody.

use crate::population::{People, Person};
use crate::vocabulary::{Language, Vocabulary, fold};

/// What an owner's text names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::rules) enum Owner {
    /// Somebody: known, or named in a way that only a people register could judge.
    Somebody,
    /// A role that the people register gives to nobody.
    Role,
    /// A team, a department, everybody.
    Group,
    /// A word for "not decided yet", or nothing.
    Nobody,
}

/// The group of the vocabulary that holds the words for teams, roles and nobody.
const WORDS: &str = "owner";

/// What an owner's text names; of several, the most personal counts: `IT (eva)` is somebody.
pub(in crate::rules) fn of(text: &str, people: &People, words: &Vocabulary) -> Owner {
    if words.find(WORDS, text) == Some("nobody") {
        return Owner::Nobody;
    }
    let parts = parts(text, words);
    let named: Vec<Owner> = parts.iter().map(|part| of_part(part, people, words)).collect();
    let ranked = [Owner::Somebody, Owner::Role, Owner::Group];
    ranked.into_iter().find(|owner| named.contains(owner)).unwrap_or(Owner::Nobody)
}

/// The persons of the register that an owner's text names; `None` where a part of it may mean somebody else.
pub(in crate::rules) fn persons<'p>(text: &str, people: &'p People, words: &Vocabulary) -> Option<Vec<&'p Person>> {
    let mut persons = Vec::new();
    for part in parts(text, words) {
        match (person(&part, people), of_part(&part, people, words)) {
            (Some(person), _) => persons.push(person),
            (None, Owner::Somebody) => return None,
            (None, _) => {}
        }
    }
    Some(persons)
}

/// Whether a part of an owner's text means one person, and no role or group.
pub(in crate::rules) fn is_somebody(part: &str, people: &People, words: &Vocabulary) -> bool {
    of_part(part, people, words) == Owner::Somebody
}

/// Whether somebody is among the owners.
pub(in crate::rules) fn names(text: &str, somebody: &str, people: &People, words: &Vocabulary) -> bool {
    people.same(text, somebody)
        || parts(text, words).iter().any(|owner| match person(owner, people) {
            Some(person) => people.find(somebody).is_some_and(|other| other.id == person.id),
            None => people.same(owner, somebody),
        })
}

/// The parts of a text that names several: `ana + ben`, `IT (eva)`, `ana and ben`.
pub(in crate::rules) fn parts(text: &str, words: &Vocabulary) -> Vec<String> {
    // In `@organisation/team` the last part is the owner, and the first one is where it lives.
    let handle = text.trim().strip_prefix('@').and_then(|handle| handle.rsplit_once('/'));
    let text = handle.map_or(text, |(_, team)| team);
    let separated = text.split(['+', ',', ';', '&', '/', '|', '(', ')']);
    let mut parts = Vec::new();
    for piece in separated {
        let mut part: Vec<&str> = Vec::new();
        for word in piece.split_whitespace() {
            if words.find(WORDS, word) == Some("and") {
                parts.push(part.join(" "));
                part.clear();
            } else {
                part.push(word);
            }
        }
        parts.push(part.join(" "));
    }
    parts.retain(|part| !fold(part).is_empty());
    parts
}

/// The person that a part means: by a name, an address or a role, or by a word of it that is a person's name.
pub(in crate::rules) fn person<'p>(part: &str, people: &'p People) -> Option<&'p Person> {
    let by_word = || part.split_whitespace().find_map(|word| people.find(word).filter(|_| !people.is_role(word)));
    people.find(part).or_else(by_word)
}

fn of_part(part: &str, people: &People, words: &Vocabulary) -> Owner {
    if person(part, people).is_some() {
        return Owner::Somebody;
    }
    // Of an address, what stands before the host says whose it is.
    let local = part.trim_start_matches('@').split('@').next().unwrap_or(part);
    let name = fold(&local.replace(['-', '_', '.'], " "));
    let tokens: Vec<&str> = name.split_whitespace().collect();
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Owner::Nobody };
    match words.find(WORDS, &name) {
        Some("nobody") => return Owner::Nobody,
        Some("team" | "team_word" | "team_ending") => return Owner::Group,
        _ => {}
    }
    // `platform team lead` is a role, `lead of the platform team` a group: the last word decides before the first.
    let by_word = kind_of_word(last, words).or_else(|| kind_of_word(first, words));
    by_word.unwrap_or(Owner::Somebody)
}

/// Whether a word alone, or the end of a compound such as `Netzwerkteam`, stands for a group or a role.
fn kind_of_word(word: &str, words: &Vocabulary) -> Option<Owner> {
    let ends = |concept| {
        let endings = Language::ALL.iter().flat_map(move |&language| words.words(language, WORDS, concept));
        endings.map(|ending| fold(ending)).any(|ending| word.len() > ending.len() && word.ends_with(&ending))
    };
    match words.find(WORDS, word) {
        Some("team_word" | "team_ending") => Some(Owner::Group),
        Some("role_word" | "role_ending") => Some(Owner::Role),
        _ if ends("team_ending") => Some(Owner::Group),
        _ if ends("role_ending") => Some(Owner::Role),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(text: &str) -> Owner {
        of(text, &People::default(), Vocabulary::builtin())
    }

    #[test]
    fn groups_and_nobody_are_told_from_people() {
        let groups = ["IT", "all", "platform team", "Platform-Team", "@example/platform-team", "IT-Abteilung", "it"];
        for text in groups.into_iter().chain(["Netzwerkteam", "Team Blau", "platform team + IT", "it@lindner.example"])
        {
            assert_eq!(alone(text), Owner::Group, "{text}");
        }
        for text in ["TBD", "???", "-", "", "n/a", "noch offen", "N.N.", "t.b.d.", "nobody yet"] {
            assert_eq!(alone(text), Owner::Nobody, "{text}");
        }
        for text in ["eva", "@eva", "Eva Lindqvist", "IT (eva)", "ana + ben", "ana and ben", "eva.l@lindner.example"] {
            assert_eq!(alone(text), Owner::Somebody, "{text}");
        }
        for text in ["ISMS manager", "isms-manager", "Head of IT", "Platform team lead", "IT-Leiter", "sysadmin"] {
            assert_eq!(alone(text), Owner::Role, "{text}");
        }
    }

    #[test]
    fn several_owners_are_taken_apart() {
        let parts = |text| parts(text, Vocabulary::builtin());
        assert_eq!(parts("ana + ben"), ["ana", "ben"]);
        assert_eq!(parts("IT (eva)"), ["IT", "eva"]);
        assert_eq!(parts("ana und ben"), ["ana", "ben"]);
        assert_eq!(parts("@example/platform-team"), ["platform-team"]);
    }
}
