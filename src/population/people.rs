//! People: one name for each person, whatever a record calls them.

use crate::record::register::{Register, Row};
use crate::record::table;
use crate::source::Place;
use crate::time::Calendar;
use crate::vocabulary::{Vocabulary, fold};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Somebody in the people register.
#[derive(Clone, PartialEq, Debug)]
pub struct Person {
    /// The id.
    pub id: Box<str>,
    /// The full name.
    pub name: Box<str>,
    /// Addresses.
    pub emails: Vec<Box<str>>,
    /// Roles that the person holds.
    pub roles: Vec<Box<str>>,
    /// The last day, where the person has left or given notice.
    pub left: Option<NaiveDate>,
    /// Whether the person belongs to senior management.
    pub management: bool,
    /// Where the register has them.
    pub place: Place,
}

/// All people, by every name that they go by.
#[derive(Clone, Debug, Default)]
pub struct People {
    persons: Vec<Person>,
    names: HashMap<String, usize>,
    roles: HashMap<String, usize>,
}

impl People {
    /// The people of a register; `mailmap` is the text of the repository's `.mailmap`.
    pub fn new(register: &Register, mailmap: &str, calendar: &Calendar, vocabulary: &Vocabulary) -> Self {
        let persons: Vec<_> = register.rows.values().map(|row| person(row, calendar, vocabulary)).collect();
        let mut people = Self { persons, ..Self::default() };
        for index in 0..people.persons.len() {
            people.add(index);
        }
        for line in mailmap.lines() {
            people.alias(line);
        }
        people
    }

    fn add(&mut self, index: usize) {
        let person = &self.persons[index];
        let names = [&person.id, &person.name].into_iter().chain(&person.emails).map(|name| fold(name));
        for name in names.filter(|name| !name.is_empty()).collect::<Vec<_>>() {
            self.names.entry(name).or_insert(index);
        }
        let gone = self.persons[index].left.is_some();
        for role in self.persons[index].roles.iter().map(|role| fold(role)).collect::<Vec<_>>() {
            // Whoever holds the role now comes before whoever has left.
            let held = self.roles.get(&role).is_some_and(|&other| self.persons[other].left.is_none());
            if !(held || gone && self.roles.contains_key(&role)) {
                self.roles.insert(role, index);
            }
        }
    }

    /// `Proper Name <proper@example> Other Name <other@example>`: the second names mean the first.
    fn alias(&mut self, line: &str) {
        let line = line.split('#').next().unwrap_or_default();
        let names = line.split(['<', '>']).map(fold).filter(|name| !name.is_empty());
        let names: Vec<String> = names.collect();
        if let Some(index) = names.iter().find_map(|name| self.names.get(name).copied()) {
            for name in names {
                self.names.entry(name).or_insert(index);
            }
        }
    }

    /// The person that a name means: an id, a handle, a full name, an address or a role; also where something
    /// stands in brackets beside it, as in `Ana Brandt (network)` and `network (ana)`.
    pub fn find(&self, name: &str) -> Option<&Person> {
        let parts = name.split(['(', ')', '<', '>']).map(str::trim).filter(|part| !part.is_empty());
        std::iter::once(name).chain(parts).find_map(|name| self.exactly(name))
    }

    fn exactly(&self, name: &str) -> Option<&Person> {
        let name = fold(name);
        let index = self.names.get(&name).or_else(|| self.roles.get(&name))?;
        self.persons.get(*index)
    }

    /// Whether a name is a role that somebody holds.
    pub fn is_role(&self, name: &str) -> bool {
        self.roles.contains_key(&fold(name))
    }

    /// Whether two names mean one person; unknown names are compared as words.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match (self.find(one), self.find(other)) {
            (Some(one), Some(other)) => one.id == other.id,
            _ => fold(one) == fold(other),
        }
    }

    /// Whether every name means the same person in both.
    pub fn is_like(&self, other: &Self) -> bool {
        let id = |people: &Self, index: usize| people.persons.get(index).map(|person| person.id.clone());
        let same = |one: &HashMap<String, usize>, others: &HashMap<String, usize>| {
            let is_same = |(name, index): (&String, &usize)| {
                others.get(name).is_some_and(|at| id(self, *index) == id(other, *at))
            };
            one.len() == others.len() && one.iter().all(is_same)
        };
        same(&self.names, &other.names) && same(&self.roles, &other.roles)
    }

    /// Everybody, in the order of the register.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.persons.iter()
    }
}

/// Roles are words with blanks between them as often as not: `head of IT, CISO`. A cell splits at blanks only where
/// each part has the form of an id: `it-operations isms-manager`.
fn roles(row: &Row) -> Vec<Box<str>> {
    let Some(text) = row.text("roles") else { return row.list("roles").into_iter().map(|item| item.value).collect() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_id = |word: &&str| word.contains(['-', '_']) || word.chars().any(|c| c.is_ascii_digit());
    if words.len() > 1 && words.iter().all(is_id) {
        return words.into_iter().map(|word| word.trim_matches([',', ';']).into()).collect();
    }
    table::split(text, &[',', ';', '\n', '/']).into_iter().map(Into::into).collect()
}

fn person(row: &Row, calendar: &Calendar, vocabulary: &Vocabulary) -> Person {
    let texts = |key| row.list(key).into_iter().map(|item| item.value).collect();
    Person {
        id: row.id.value.clone(),
        name: row.text("name").or_else(|| row.text("title")).unwrap_or_default().into(),
        emails: texts("emails"),
        roles: roles(row),
        left: row.date("left", calendar).and_then(Result::ok).map(|when| when.date),
        management: row.flag("management", vocabulary),
        place: row.id.place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Entry, Map, Node};
    use crate::record::Located;
    use crate::source::{SourceId, Span};

    fn held(cell: &str) -> Vec<Box<str>> {
        let span = Span::new(0, 1);
        let entry = Entry { key: "roles".into(), key_span: span, value: Node::scalar(cell, span, false) };
        let source = SourceId(0);
        let id = Located { value: "eva".into(), place: Place::new(source, span) };
        roles(&Row { id, source, values: Map { entries: vec![entry] }, span, is_document: false })
    }

    #[test]
    fn a_role_may_be_several_words() {
        assert_eq!(held("head of IT, CISO"), ["head of IT".into(), "CISO".into()]);
        assert_eq!(held("Leiter IT"), ["Leiter IT".into()]);
        assert_eq!(held("it-operations, vpn-owner"), ["it-operations".into(), "vpn-owner".into()]);
        assert_eq!(held("it-operations vpn-owner"), ["it-operations".into(), "vpn-owner".into()]);
    }
}
